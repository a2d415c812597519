"""Every keeper's desk: the size of the list, and how many contacts of each channel fit into the coming days."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    what the night before had planned for today.
    """

    keeper_no: str
    quotas: dict[Channel, int]
    room: dict[Channel, tuple[int, ...]]
    customers: int
    confirmed: bool = False


def desks_of(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar) -> list[Desk]:
    """Every keeper with customers, and what each day asks of him: nothing while on leave. In order of staff number."""
    days = horizon(day, policy, calendar)
    lists = listed(lake, day).group_by("keeper_no").agg(nw.len().alias("customers"))
    count = {row["keeper_no"]: row["customers"] for row in backend.rows(lists)}
    confirmed = {row["keeper_no"] for row in lake.rows(tables.CONFIRMED, day)}
    found = [
        replace(_desk(row, count[row["staff_no"]], days, policy), confirmed=row["staff_no"] in confirmed)
        for row in backend.rows(snapshot(lake, tables.STAFF, day))
        if count.get(row["staff_no"], 0)
    ]
    return sorted(found, key=lambda desk: desk.keeper_no)


def horizon(day: date, policy: Policy, calendar: WorkCalendar) -> list[date]:
    """The working days the plan looks ahead after this day: today first."""
    days = [calendar.next(day)]
    while len(days) < policy.horizon_days:
        days.append(calendar.next(days[-1]))
    return days


def _desk(row: dict[str, Any], customers: int, days: list[date], policy: Policy) -> Desk:
    full = quota_for(policy, post=Post(row["post"]), customers=customers)
    here = [not _on_leave(row, one) for one in days]
    room = {
        channel: tuple((quota if at == 0 else ahead_of(quota, policy)) * there for at, there in enumerate(here))
        for channel, quota in full.items()
    }
    presence_bp = FULL_BP if here[0] else 0
    quotas = quota_for(policy, post=Post(row["post"]), customers=customers, presence_bp=presence_bp)
    return Desk(row["staff_no"], quotas, room, customers)


def _on_leave(row: dict[str, Any], on: date) -> bool:
    """Is the colleague away on this day? Leave without a last day goes on."""
    first, last = row["leave_from_day"], row["leave_to_day"]
    return first is not None and date_of(first) <= on and (last is None or on <= date_of(last))
