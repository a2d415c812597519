"""今日事，今日毕: what may become of a line not done today: moved to a day, or left out for a time. P63."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from guanhu.rules.columns import fill
from guanhu.rules.days import WorkCalendar
from guanhu.rules.kinds import Group
from guanhu.rules.policy import Policy


def may_drop(group: Any) -> Any:
    """可放下: may a line under this heading be left out of plans for a time? What must have a result today may not.

    An unknown heading may not either.
    """
    return fill((group == Group.MEETING) | (group == Group.CALL) | (group == Group.MESSAGE), False)


def last_day_away(today: date, policy: Policy) -> date:
    """最晚到哪天: the furthest day a line may be moved to or left out until."""
    return today + timedelta(days=policy.set_aside_days)


def may_move(group: str, today: date, to: date, calendar: WorkCalendar, policy: Policy) -> bool:
    """可改天: may a line of today wait for this day? A working day ahead; for what must be done today the very next."""
    if not calendar.is_working(to):
        return False
    return today < to <= (last_day_away(today, policy) if may_drop(group) else calendar.next(today))


def week_of(day: date) -> date:
    """那一周的周一: the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def is_final(clock: time, policy: Policy) -> bool:
    """定稿: is it so late that a plan of tomorrow nobody confirmed stands as the system's? P62."""
    return clock.hour >= policy.plan_final_hour
