"""工作日: working days, days off and make-up days; and what "today" and its neighbours are.

The table of days off is our own and a bank edits it; a year the State Council has not yet announced is counted
Monday to Friday and says so. Inside columns a day is a number: days since 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

EPOCH = date(1970, 1, 1)
ONE_DAY = timedelta(days=1)
LONG_AGO = -1_000_000
"""A day number before every other."""
NEVER = 1_000_000
"""A day number after every other."""
MATURITY_DAYS_AHEAD = 40
"""How far ahead ``Today`` knows when a T+1 falls: the timeline of a maturity and a long holiday."""


def day_number(day: date) -> int:
    """A date as a day number: days since 1970-01-01."""
    return (day - EPOCH).days


def date_of(number: int) -> date:
    """A day number as a date."""
    return EPOCH + timedelta(days=number)


@dataclass(frozen=True)
class Today:
    """Today among its working neighbours, as day numbers, so that columns can compare without a calendar.

    ``after`` holds for every day from the previous working day on by how many days its T+1 is moved by days off:
    pairs (day, shift), rising by day. Where each row has a day of its own the three are columns.
    """

    previous_day: Any
    day: Any
    next_day: Any
    after: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class WorkCalendar:
    """Which days the branch works: Monday to Friday, less the days off, plus the make-up days.

    ``years`` are those announced; for any other year the weekdays stand in.
    """

    days_off: frozenset[date]
    make_up_days: frozenset[date]
    years: frozenset[int]

    def is_working(self, day: date) -> bool:
        """Does the branch work on this day?"""
        return day in self.make_up_days or (day.weekday() < 5 and day not in self.days_off)

    def announced(self, year: int) -> bool:
        """Has the year's calendar been announced, or are its weekdays only assumed?"""
        return year in self.years

    def on_or_after(self, day: date) -> date:
        """This day if it is a working day, else the next one."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def on_or_before(self, day: date) -> date:
        """This day if it is a working day, else the one before."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def next(self, day: date) -> date:
        """The first working day after this day; after the last published day this is "today"."""
        return self.on_or_after(day + ONE_DAY)

    def previous(self, day: date) -> date:
        """The last working day before this day."""
        return self.on_or_before(day - ONE_DAY)

    def add(self, day: date, working_days: int) -> date:
        """So many working days after this day (before it, when negative); 0 leaves it where it is."""
        for _ in range(abs(working_days)):
            day = self.next(day) if working_days > 0 else self.previous(day)
        return day

    def window_start(self, day: date, working_days: int) -> date:
        """The first day of the window of so many working days that ends with this day (caps: 5 working days)."""
        return self.add(self.on_or_before(day), 1 - working_days)

    def around(self, today: date) -> Today:
        """Today with its working neighbours, for the rules that count steps around days off."""
        before = self.previous(today)
        days = [before + timedelta(days=n) for n in range((today - before).days + MATURITY_DAYS_AHEAD + 1)]
        shifts = [(day_number(day), (self.next(day) - day).days - 1) for day in days]
        shifts.append((day_number(days[-1]) + 1, 0))
        after = [pair for pair, last in zip(shifts, [(0, 0), *shifts], strict=False) if pair[1] != last[1]]
        return Today(day_number(before), day_number(today), day_number(self.next(today)), tuple(after))


def _days(year: int, text: str) -> frozenset[date]:
    """Read ``M-D`` and ``M-D:M-D`` of one year."""
    days: set[date] = set()
    for part in text.split():
        first, _, last = part.partition(":")
        (month, day), (to_month, to_day) = (map(int, end.split("-")) for end in (first, last or first))
        start, end = date(year, month, day), date(year, to_month, to_day)
        days |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
    return frozenset(days)


_ANNOUNCED: dict[int, tuple[str, str]] = {
    2024: ("1-1 2-10:2-17 4-4:4-6 5-1:5-5 6-10 9-15:9-17 10-1:10-7", "2-4 2-18 4-7 4-28 5-11 9-14 9-29 10-12"),
    2025: ("1-1 1-28:2-4 4-4:4-6 5-1:5-5 5-31:6-2 10-1:10-8", "1-26 2-8 4-27 9-28 10-11"),
    2026: ("1-1:1-3 2-15:2-23 4-4:4-6 5-1:5-5 6-19:6-21 9-25:9-27 10-1:10-7", "1-4 2-14 2-28 5-9 9-20 10-10"),
}
"""Days off and make-up days as the General Office of the State Council announced them."""

SHIPPED_CALENDAR = WorkCalendar(
    days_off=frozenset().union(*(_days(year, off) for year, (off, _) in _ANNOUNCED.items())),
    make_up_days=frozenset().union(*(_days(year, work) for year, (_, work) in _ANNOUNCED.items())),
    years=frozenset(_ANNOUNCED),
)
"""The calendar a bank starts with: mainland China 2024–2026."""
