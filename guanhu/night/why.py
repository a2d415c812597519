"""Why is this customer on today's list, or why not: the plan of his keeper asked for one customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import narwhals as nw

from guanhu.engine import backend
from guanhu.engine.lake import Lake
from guanhu.night.planning import desks_of, plans_of
from guanhu.night.reasons import reasons
from guanhu.optimise.dayplan import Explanation, explain
from guanhu.rules.days import WorkCalendar
from guanhu.rules.kinds import Channel, Withheld
from guanhu.rules.policy import Policy


@dataclass(frozen=True)
class Why:
    """The plan's answer for one customer, and every reason that was not allowed to count: kind, channel, why."""

    keeper_no: str
    answer: Explanation
    withheld: tuple[tuple[str, Channel, Withheld], ...]


def why(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar, *, customer: int) -> Why | None:
    """为什么在（不在）名单上: his keeper's problem solved again; null for who has no reason today.

    ``customer`` is the lake's key. Nothing is written.
    """
    offered = reasons(lake, day, policy, calendar)
    mine = backend.rows(offered.filter(nw.col("customer") == customer))
    if not mine:
        return None
    keeper_no, customer_no = mine[0]["keeper_no"], mine[0]["customer_no"]
    desks = [desk for desk in desks_of(lake, day, policy, calendar) if desk.keeper_no == keeper_no]
    if not desks:
        return None
    (made,) = plans_of(desks, offered.filter(nw.col("keeper_no") == keeper_no), policy)
    if customer_no in made.keys:
        answer = explain(made.problem, made.plan, customer_no)
    else:
        answer = Explanation(customer_no, False, None, 0, 0, ("今天的理由都不该打扰，或联系并不比不联系好",))
    barred = {(row["kind"], Channel(row["channel"]), Withheld(row["withheld"])) for row in mine if row["withheld"]}
    return Why(keeper_no, answer, tuple(sorted(barred)))
