"""Why is this customer on today's list, or why not: what the night planned, for one customer or for everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from guanhu.engine import backend, tables
from guanhu.engine.lake import Lake
from guanhu.night.reasons import reasons
from guanhu.rules.days import WorkCalendar
from guanhu.rules.kinds import Channel, Group, Withheld
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
    """为什么在（不在）名单上: what the night planned for one customer, and why; null for who has no reason today.

    ``customer`` is the lake's key. Nothing is written.
    """
    mine = backend.rows(reasons(lake, day, policy, calendar).filter(nw.col("customer") == customer))
    return next(iter(_told(lake, day, mine)), None)


def whys(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar, *, keeper_no: str) -> list[Why]:
    """为什么: everybody on this keeper's list who has a reason today, in the order of the customer numbers."""
    mine = backend.rows(reasons(lake, day, policy, calendar).filter(nw.col("keeper_no") == keeper_no))
    return _told(lake, day, mine)


@dataclass(frozen=True)
class _Plan:
    """What the night planned, as it lies in the lake: today's lines and the next days by customer, today's prices."""

    today: dict[int, dict[str, Any]]
    next_on: dict[int, date]
    price_fen: dict[tuple[str, str], int]


def _told(lake: Lake, day: date, rows: list[dict[str, Any]]) -> list[Why]:
    """The answer for each customer of these reasons of today."""
    said: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        said[row["customer_no"], row["customer"]].append(row)
    plan = _plan(lake, day)
    return [_why(plan, *who, said[who]) for who in sorted(said)]


def _plan(lake: Lake, day: date) -> _Plan:
    next_on: dict[int, date] = {}
    slots = sorted(lake.rows(tables.PRICES, day), key=lambda row: row["day_on"], reverse=True)
    for row in lake.rows(tables.AHEAD, day):
        if row["day_on"] > slots[-1]["day_on"]:  # of today itself there are only those who come next
            next_on[row["customer"]] = min(row["day_on"], next_on.get(row["customer"], row["day_on"]))
    lines = {row["customer"]: row for row in lake.rows(tables.PLANS, day)}
    prices = {(row["keeper_no"], row["channel"]): row["price_fen"] for row in slots}
    return _Plan(lines, next_on, prices)


def _why(plan: _Plan, customer_no: str, customer: int, rows: list[dict[str, Any]]) -> Why:
    """One customer's answer; ``rows`` are all his reasons of today."""
    line, next_on, keeper_no = plan.today.get(customer), plan.next_on.get(customer), rows[0]["keeper_no"]
    does = {row["channel"] for row in rows if row["duty"] and not row["withheld"]}
    left = bool(does) and (line is None or line["channel"] not in does)
    shut = _has_shut_duty(rows)
    channel, value, price = _of(line) if line else _best(plan, keeper_no, rows)
    said = _why_in(line) if line else _why_out(channel, value, price)
    lines = [
        *said,
        *([f"往后排在 {next_on}"] if next_on else []),
        *([FULL] if left else []),
        *([NO_WAY] if shut else []),
    ]
    return Why(
        keeper_no, customer_no, line is not None, channel, value, price, next_on, tuple(lines), _barred(rows),
        shut or left,
    )  # fmt: skip


def _best(plan: _Plan, keeper_no: str, rows: list[dict[str, Any]]) -> tuple[Channel | None, int, int]:
    """The way by which a contact today would lie furthest above the price of its slot: channel, value, price."""
    worth: dict[str, int] = defaultdict(int)
    for row in rows:
        if not row["withheld"]:
            worth[row["channel"]] += row["fen"]
    ways = [(fen, plan.price_fen.get((keeper_no, channel), 0), channel) for channel, fen in sorted(worth.items())]
    if not ways:
        return None, 0, 0
    fen, price, channel = max(ways, key=lambda way: way[0] - way[1])
    return Channel(channel), fen, price


def _of(line: dict[str, Any]) -> tuple[Channel | None, int, int]:
    return Channel(line["channel"]), line["value_fen"], line["price_fen"]


def _why_in(line: dict[str, Any]) -> list[str]:
    channel = Channel(line["channel"])
    said = [f"今天{channel.label()}，价值 {_yuan(line['value_fen'])}"]
    if line["task_group"] == Group.DUTY:
        said.append("属必做，先于其他客户排入")
    return [*said, f"再多一个{channel.label()}名额值 {_yuan(line['price_fen'])}"]


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
