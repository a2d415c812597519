"""Every keeper's desk: the size of the list, and how many contacts of each channel fit into the coming days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from guanhu.engine import backend, tables
from guanhu.engine.lake import Lake
from guanhu.night.facts import listed, snapshot
from guanhu.rules.days import WorkCalendar, date_of
from guanhu.rules.kinds import Channel, Post
from guanhu.rules.plan import FULL_BP, ahead_of, quota_for
from guanhu.rules.policy import Policy

ORDER = (Channel.MEETING, Channel.CALL, Channel.MESSAGE)
"""The channels in the order in which their groups stand on the list."""


@dataclass(frozen=True)
class Desk:
    """One keeper's coming days: today's quota, what each later day may be planned with, and the size of his list.

    ``room``: by channel a number for each day from today on; nothing on days of leave · ``confirmed``: he confirmed
    what the night before had planned for today · ``covers``: colleagues on leave whose customers he keeps from today
    on, each with the number of days.
    """

    keeper_no: str
    quotas: dict[Channel, int]
    room: dict[Channel, tuple[int, ...]]
    customers: int
    confirmed: bool = False
    covers: tuple[tuple[str, int], ...] = ()


def desks_of(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar) -> list[Desk]:
    """Every keeper with customers, and what each day asks of him: nothing while on leave. In order of staff number.

    Who stands in for a colleague on leave is asked as for a list of both.
    """
    days = horizon(day, policy, calendar)
    lists = listed(lake, day).group_by("keeper_no").agg(nw.len().alias("customers"))
    count = {row["keeper_no"]: row["customers"] for row in backend.rows(lists)}
    confirmed = {row["keeper_no"] for row in lake.rows(tables.CONFIRMED, day)}
    staff = backend.rows(snapshot(lake, tables.STAFF, day))
    away = {row["staff_no"]: [_on_leave(row, one) for one in days] for row in staff if count.get(row["staff_no"], 0)}
    covers = _covers(lake, day, days, away)
    found = [
        _desk(row, count, days, policy, covers=covers.get(row["staff_no"], ()), confirmed=row["staff_no"] in confirmed)
        for row in staff
        if row["staff_no"] in away or row["staff_no"] in covers
    ]
    return sorted(found, key=lambda desk: desk.keeper_no)


def _covers(
    lake: Lake, day: date, days: list[date], away: dict[str, list[bool]]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """By who stands in: for whom, and for how many of the coming days without a break."""
    found: dict[str, dict[str, int]] = {}
    for row in lake.rows(tables.COVERS, day):
        gone = away.get(row["giver_no"], [])
        kept = [there and row["from_on"] <= one <= row["to_on"] for there, one in zip(gone, days, strict=False)]
        many = (*kept, False).index(False)
        if many:
            mine = found.setdefault(row["taker_no"], {})
            mine[row["giver_no"]] = max(many, mine.get(row["giver_no"], 0))
    return {taker: tuple(sorted(givers.items())) for taker, givers in found.items()}


def horizon(day: date, policy: Policy, calendar: WorkCalendar) -> list[date]:
    """The working days the plan looks ahead after this day: today first."""
    days = [calendar.next(day)]
    while len(days) < policy.horizon_days:
        days.append(calendar.next(days[-1]))
    return days


def _desk(
    row: dict[str, Any], count: Mapping[str, int], days: list[date], policy: Policy, *,
    covers: tuple[tuple[str, int], ...], confirmed: bool,
) -> Desk:  # fmt: skip
    here, own = [not _on_leave(row, one) for one in days], count.get(row["staff_no"], 0)
    kept = [own + sum(count[giver] for giver, many in covers if at < many) for at in range(len(days))]
    full = {many: quota_for(policy, post=Post(row["post"]), customers=many) for many in set(kept)}
    room = {
        channel: tuple(
            (full[kept[at]][channel] if at == 0 else ahead_of(full[kept[at]][channel], policy)) * there
            for at, there in enumerate(here)
        )
        for channel in policy.quota
    }
    presence_bp = FULL_BP if here[0] else 0
    quotas = quota_for(policy, post=Post(row["post"]), customers=kept[0], presence_bp=presence_bp)
    return Desk(row["staff_no"], quotas, room, own, confirmed, covers)


def _on_leave(row: dict[str, Any], on: date) -> bool:
    """Is the colleague away on this day? Leave without a last day goes on."""
    first, last = row["leave_from_day"], row["leave_to_day"]
    return first is not None and date_of(first) <= on and (last is None or on <= date_of(last))
