"""Why is this customer on today's list, or why not: the plan of his keeper asked again, for one or for everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw
import numpy as np

from guanhu.engine import backend
from guanhu.engine.lake import Lake
from guanhu.night.desks import desks_of, horizon
from guanhu.night.facts import Lazy
from guanhu.night.horizon import Contact, DeskPlan
from guanhu.night.planning import plans_of
from guanhu.night.reasons import reasons
from guanhu.rules.cadence import TOUCHES
from guanhu.rules.days import WorkCalendar
from guanhu.rules.kinds import Channel, Withheld
from guanhu.rules.policy import Policy

Barred = tuple[tuple[str, Channel, Withheld], ...]

NO_WAY = "有必做事项，但能办这件事的渠道客户都拒绝了"
FULL = "有必做事项，但今天的名额已被其他必做占满"
NOTHING_ALLOWED = "今天的理由都不该打扰，或联系并不比不联系好"


@dataclass(frozen=True)
class Why:
    """The plan's answer for one customer in figures and sentences, and every reason not allowed to count.

    ``channel``, ``value_fen``, ``price_fen``: of today's contact, else of the best there could be · ``next_on``: the
    next planned day · ``withheld``: kind, channel, why · ``duty_left``: a duty for which the day had no slot left, or
    which may go by no channel.
    """

    keeper_no: str
    customer_no: str
    chosen: bool
    channel: str | None
    value_fen: int
    price_fen: int
    next_on: date | None
    lines: tuple[str, ...]
    withheld: Barred
    duty_left: bool = False

    @property
    def margin_fen(self) -> int:
        """By how much the contact lies above the price of its slot; below zero for who stays out."""
        return self.value_fen - self.price_fen


def why(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar, *, customer: int) -> Why | None:
    """为什么在（不在）名单上: his keeper's problem solved again; null for who has no reason today.

    ``customer`` is the lake's key. Nothing is written.
    """
    offered = reasons(lake, day, policy, calendar)
    mine = backend.rows(offered.filter(nw.col("customer") == customer))
    if not mine:
        return None
    told = whys(lake, day, policy, calendar, keeper_no=mine[0]["keeper_no"], rows=mine)
    return told[0] if told else None


def whys(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar, *, keeper_no: str,
         rows: list[dict[str, Any]] | None = None) -> list[Why]:  # fmt: skip
    """为什么: everybody on this keeper's list who has a reason today, in the order of the customer numbers.

    ``rows``: the reasons of whom it is asked, everybody's unless said.
    """
    made = _made(lake, day, policy, calendar, keeper_no)
    if made is None:
        return []
    asked = rows if rows is not None else _reasons_of(reasons(lake, day, policy, calendar), keeper_no)
    said: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in asked:
        said[row["customer_no"]].append(row)
    days = horizon(day, policy, calendar)
    return [_why(made, days, customer_no, said[customer_no]) for customer_no in sorted(said)]


def _reasons_of(offered: Lazy, keeper_no: str) -> list[dict[str, Any]]:
    return backend.rows(offered.filter(nw.col("keeper_no") == keeper_no))


def _made(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar, keeper_no: str) -> DeskPlan | None:
    """The keeper's coming days; null for who keeps nobody."""
    desks = [desk for desk in desks_of(lake, day, policy, calendar) if desk.keeper_no == keeper_no]
    return next(iter(plans_of(lake, day, policy, calendar, desks)), None)


def _why(made: DeskPlan, days: list[date], customer_no: str, rows: list[dict[str, Any]]) -> Why:
    """One customer's answer out of the plan; ``rows`` are all his reasons of today."""
    shut, barred = _has_shut_duty(rows), _barred(rows)
    place = {number: who for who, number in enumerate(made.offers.numbers)}.get(customer_no)
    mine = [one for one in made.contacts if one.who == place]
    today = next((one for one in mine if one.at == 0), None)
    next_on = next((days[one.at] for one in sorted(mine, key=lambda one: one.at) if one.at > 0), None)
    left = place in made.left
    channel, value, price = (today.way, today.value_fen, today.price_fen) if today else _best(made, place)
    said = _why_in(today) if today else _why_out(channel, value, price)
    lines = [
        *said,
        *([f"往后排在 {next_on}"] if next_on else []),
        *([FULL] if left else []),
        *([NO_WAY] if shut else []),
    ]
    return Why(
        made.desk.keeper_no, customer_no, today is not None, channel, value, price, next_on, tuple(lines), barred,
        shut or left,
    )  # fmt: skip


def _best(made: DeskPlan, place: int | None) -> tuple[Channel | None, int, int]:
    """The way by which a contact today would lie furthest above the price of its slot: channel, value, price."""
    if place is None:
        return None, 0, 0
    mine = made.offers.of(place)
    at, channel, value = made.offers.at[mine], made.offers.channel[mine], made.offers.value_fen[mine]
    ways = [
        (int(value[(at == 0) & (channel == way)].sum()), int(made.price_fen[way, 0]), way)
        for way in np.unique(channel[at == 0]).tolist()
    ]
    if not ways:
        return None, 0, 0
    worth, price, way = max(ways, key=lambda one: (one[0] - one[1], -one[2]))
    return TOUCHES[way], worth, price


def _why_in(one: Contact) -> list[str]:
    said = [f"今天{one.way.label()}，价值 {_yuan(one.value_fen)}"]
    if one.agreed:
        said.append("与客户约好的")
    elif one.duty:
        said.append("属必做，先于其他客户排入")
    return [*said, f"再多一个{one.way.label()}名额值 {_yuan(one.price_fen)}"]


def _why_out(channel: Channel | None, value_fen: int, price_fen: int) -> list[str]:
    if channel is None:
        return [NOTHING_ALLOWED]
    said = [f"今天最合适的是{channel.label()}，价值 {_yuan(value_fen)}"]
    return [*said, f"今天一个{channel.label()}名额值 {_yuan(price_fen)}，给了现在联系更值的客户"]


def _yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d} 元"


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
