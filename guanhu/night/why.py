"""Why is this customer on today's list, or why not: the plan of his keeper asked again, for one or for everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import narwhals as nw

from guanhu.engine import backend
from guanhu.engine.lake import Lake
from guanhu.night.facts import Lazy
from guanhu.night.planning import DayPlan, desks_of, plans_of
from guanhu.night.reasons import reasons
from guanhu.optimise.dayplan import Explanation, explain
from guanhu.rules.days import WorkCalendar
from guanhu.rules.kinds import Channel, Withheld
from guanhu.rules.policy import Policy

Barred = tuple[tuple[str, Channel, Withheld], ...]

NO_WAY = "有必做事项，但能办这件事的渠道客户都拒绝了"
NOTHING_ALLOWED = ("今天的理由都不该打扰，或联系并不比不联系好",)


@dataclass(frozen=True)
class Why:
    """The plan's answer for one customer, and every reason that was not allowed to count: kind, channel, why."""

    keeper_no: str
    answer: Explanation
    withheld: Barred
    duty_left: bool = False
    """A duty for which the day had no slot left, or which may go by no channel."""


def why(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar, *, customer: int) -> Why | None:
    """为什么在（不在）名单上: his keeper's problem solved again; null for who has no reason today.

    ``customer`` is the lake's key. Nothing is written.
    """
    offered = reasons(lake, day, policy, calendar)
    mine = backend.rows(offered.filter(nw.col("customer") == customer))
    if not mine:
        return None
    keeper_no, customer_no = mine[0]["keeper_no"], mine[0]["customer_no"]
    made = _made(lake, day, policy, calendar, keeper_no, offered)
    return _why(made, customer_no, mine) if made else None


def whys(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar, *, keeper_no: str) -> list[Why]:
    """为什么: everybody on this keeper's list who has a reason today, in the order of the customer numbers."""
    offered = reasons(lake, day, policy, calendar)
    made = _made(lake, day, policy, calendar, keeper_no, offered)
    if made is None:
        return []
    said: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in backend.rows(offered.filter(nw.col("keeper_no") == keeper_no)):
        said[row["customer_no"]].append(row)
    return [_why(made, customer_no, said[customer_no]) for customer_no in sorted(said)]


def _made(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar, keeper_no: str,
          offered: Lazy) -> DayPlan | None:  # fmt: skip
    """The keeper's problem with its solution; null for who keeps nobody."""
    desks = [desk for desk in desks_of(lake, day, policy, calendar) if desk.keeper_no == keeper_no]
    return next(iter(plans_of(desks, offered.filter(nw.col("keeper_no") == keeper_no), policy)), None)


def _why(made: DayPlan, customer_no: str, rows: list[dict[str, Any]]) -> Why:
    """One customer's answer out of the solved problem; ``rows`` are all his reasons."""
    keeper_no, barred = made.desk.keeper_no, _barred(rows)
    shut = _has_shut_duty(rows)
    if customer_no not in made.keys:
        said = (NO_WAY,) if shut else NOTHING_ALLOWED
        return Why(keeper_no, Explanation(customer_no, False, None, 0, 0, said), barred, shut)
    answer = explain(made.problem, made.plan, customer_no)
    if shut:
        answer = replace(answer, lines=(*answer.lines, NO_WAY))
    return Why(keeper_no, answer, barred, shut or customer_no in made.plan.overflow)


def _has_shut_duty(rows: Iterable[dict[str, Any]]) -> bool:
    """Is there a duty that may go by none of the channels that would do it?"""
    ways: dict[tuple[Any, ...], list[bool]] = defaultdict(list)
    for row in rows:
        if row["duty"]:
            ways[row["kind"], row["account"], row["due_day"]].append(bool(row["withheld"]))
    return any(all(closed) for closed in ways.values())


def _barred(rows: Iterable[dict[str, Any]]) -> Barred:
    """What was not allowed to count, each once."""
    found = {(row["kind"], Channel(row["channel"]), Withheld(row["withheld"])) for row in rows if row["withheld"]}
    return tuple(sorted(found))
