"""What every step of a night is given: the lake, the day, the policy and the working days around today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from guanhu.engine.backend import day_number
from guanhu.engine.lake import Lake
from guanhu.engine.tables import BALANCES, MOVES
from guanhu.rules.days import Today, WorkCalendar
from guanhu.rules.policy import Policy

ONE_DAY = timedelta(days=1)
SHORT_DAYS = 14
"""Up to so many days it is cheaper to read the new days and those that leave the window than the whole window."""


@dataclass(frozen=True)
class Stride:
    """Some days in one go, never across a month's end: the days after ``after`` up to and including ``to``.

    A long one reads the whole window before ``to``; a short one the new days and the days that leave the window.
    """

    after: date
    to: date
    window: int
    long: bool
    passed: bool = False
    """A long one follows and reads its window anew: nobody asks for this one's flows of 30 days."""

    @property
    def after_day(self) -> int:
        """The day before the first new one, as a number."""
        return day_number(self.after)

    @property
    def to_day(self) -> int:
        """The last new day, as a number."""
        return day_number(self.to)

    @property
    def lag_day(self) -> int:
        """The last day before the window that ends with ``to``."""
        return self.to_day - self.window

    def new_days(self) -> list[date]:
        """The days that come in."""
        return list(_days(self.after, self.to))

    def days(self) -> list[date]:
        """Every day to read: the new ones and what the window needs."""
        lag = timedelta(days=self.window)
        if self.long:
            return list(_days(min(self.after, self.to - lag), self.to))
        return [*_days(self.after - lag, self.to - lag), *_days(self.after, self.to)]

    @property
    def ends_month(self) -> bool:
        """Is its last day the last of a month?"""
        return is_month_end(self.to)

    @property
    def begins_month(self) -> bool:
        """Is its first new day the first of a month?"""
        return is_month_end(self.after)


@dataclass(frozen=True)
class Night:
    """One night's inputs: everything a step may know beside its tables."""

    lake: Lake
    day: date
    policy: Policy
    calendar: WorkCalendar

    @cached_property
    def today(self) -> Today:
        """The working day after the night's day, with its neighbours: the product's today."""
        return self.calendar.around(self.calendar.next(self.day))

    @cached_property
    def first(self) -> date:
        """The first day the lake knows of money; the night's day when it knows none."""
        known = [days[0] for days in (self.lake.days(BALANCES), self.lake.days(MOVES)) if days]
        return min([*known, self.day])

    @property
    def day_number(self) -> int:
        """The night's day as a number."""
        return day_number(self.day)

    def strides(self, after: date | None) -> list[Stride]:
        """The way from the day of the state (none: from the first day) to the night's day, cut at month-ends."""
        start = self.first - ONE_DAY if after is None else after
        ends = [day for day in _days(start, self.day) if is_month_end(day) or day == self.day]
        made = []
        for end in ends:
            long = start < self.first or (end - start).days > SHORT_DAYS
            made.append(Stride(start, end, self.policy.average_days, long))
            start = end
        passed = [following.long for following in made[1:]]
        return [replace(stride, passed=by) for stride, by in zip(made, [*passed, False], strict=True)]


def is_month_end(day: date) -> bool:
    """Is it the last day of its month?"""
    return (day + ONE_DAY).day == 1


def is_quarter_end(day: date) -> bool:
    """Is it the last day of a quarter?"""
    return is_month_end(day) and day.month % 3 == 0


def _days(after: date, to: date) -> Iterator[date]:
    """The days after ``after`` up to and including ``to``."""
    while after < to:
        after += ONE_DAY
        yield after
