"""农历: lunar dates 1900–2100 from a table, and when a recorded day of the year is celebrated (P136).

A lunar year is one number: bits 15–4 say which of the twelve months have 30 days, bits 3–0 which month is followed
by a leap month (0 = none), bit 16 whether that leap month has 30 days. Month 1 of 1900 began on 1900-01-31.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from itertools import accumulate

from guanhu.rules.kinds import Calendar

FIRST_YEAR = 1900
FIRST_DAY = date(1900, 1, 31)

_CODES = """
    04bd8 04ae0 0a570 054d5 0d260 0d950 16554 056a0 09ad0 055d2
    04ae0 0a5b6 0a4d0 0d250 1d255 0b540 0d6a0 0ada2 095b0 14977
    04970 0a4b0 0b4b5 06a50 06d40 1ab54 02b60 09570 052f2 04970
    06566 0d4a0 0ea50 16a95 05ad0 02b60 186e3 092e0 1c8d7 0c950
    0d4a0 1d8a6 0b550 056a0 1a5b4 025d0 092d0 0d2b2 0a950 0b557
    06ca0 0b550 15355 04da0 0a5b0 14573 052b0 0a9a8 0e950 06aa0
    0aea6 0ab50 04b60 0aae4 0a570 05260 0f263 0d950 05b57 056a0
    096d0 04dd5 04ad0 0a4d0 0d4d4 0d250 0d558 0b540 0b6a0 195a6
    095b0 049b0 0a974 0a4b0 0b27a 06a50 06d40 0af46 0ab60 09570
    04af5 04970 064b0 074a3 0ea50 06b58 05ac0 0ab60 096d5 092e0
    0c960 0d954 0d4a0 0da50 07552 056a0 0abb7 025d0 092d0 0cab5
    0a950 0b4a0 0baa4 0ad50 055d9 04ba0 0a5b0 15176 052b0 0a930
    07954 06aa0 0ad50 05b52 04b60 0a6e6 0a4e0 0d260 0ea65 0d530
    05aa0 076a3 096d0 04afb 04ad0 0a4d0 1d0b6 0d250 0d520 0dd45
    0b5a0 056d0 055b2 049b0 0a577 0a4b0 0aa50 1b255 06d20 0ada0
    14b63 09370 049f8 04970 064b0 168a6 0ea50 06b20 1a6c4 0aae0
    092e0 0d2e3 0c960 0d557 0d4a0 0da50 05d55 056a0 0a6d0 055d4
    052d0 0a9b8 0a950 0b4a0 0b6a6 0ad50 055a0 0aba4 0a5b0 052b0
    0b273 06930 07337 06aa0 0ad50 14b55 04b60 0a570 054e4 0d260
    0e968 0d520 0daa0 16aa6 056d0 04ae0 0a9d4 0a4d0 0d150 0f252
    0d520
"""
"""A line a decade, from 1900 on."""

_YEARS = tuple(int(code, 16) for code in _CODES.split())


def _months(code: int) -> tuple[tuple[int, bool, int], ...]:
    """The months of a lunar year in order: (month, is leap, days)."""
    months: list[tuple[int, bool, int]] = []
    for month in range(1, 13):
        months.append((month, False, 30 if code & (0x10000 >> month) else 29))
        if code & 0xF == month:
            months.append((month, True, 30 if code & 0x10000 else 29))
    return tuple(months)


_TABLE = tuple(_months(code) for code in _YEARS)
_STARTS = tuple(accumulate((sum(days for *_, days in months) for months in _TABLE), initial=0))
"""Days from ``FIRST_DAY`` to the first day of each lunar year; the last entry ends the table."""


def _year_of(day: date) -> int:
    """The lunar year a date lies in, as an index of the table."""
    offset = (day - FIRST_DAY).days
    if not 0 <= offset < _STARTS[-1]:
        raise ValueError(f"农历表只含 {FIRST_YEAR}–{FIRST_YEAR + len(_YEARS) - 1} 年")
    return bisect_right(_STARTS, offset) - 1


def lunar_of(day: date) -> tuple[int, int, bool]:
    """A date in the lunar calendar: (month, day, is it a leap month).

    ``ValueError`` outside of the lunar years 1900–2100.
    """
    year = _year_of(day)
    left = (day - FIRST_DAY).days - _STARTS[year]
    for month, leap, days in _TABLE[year]:
        if left < days:
            return month, left + 1, leap
        left -= days
    raise AssertionError("a lunar year is as long as its months")


def month_days(year: int, month: int, leap: bool = False) -> int:
    """How many days a lunar month has: 29 or 30; 0 when the year has no such month."""
    return next((days for m, is_leap, days in _TABLE[year - FIRST_YEAR] if (m, is_leap) == (month, leap)), 0)


def solar_of(year: int, month: int, day: int, leap: bool = False) -> date:
    """A lunar date as a date.

    ``ValueError`` when the year has no such month or the month no such day, or outside of 1900–2100.
    """
    if not 0 <= year - FIRST_YEAR < len(_YEARS) or not 1 <= day <= month_days(year, month, leap):
        raise ValueError(f"农历 {year} 年没有{'闰' if leap else ''}{month} 月 {day} 日")
    offset = _STARTS[year - FIRST_YEAR]
    for m, is_leap, days in _TABLE[year - FIRST_YEAR]:
        if (m, is_leap) == (month, leap):
            break
        offset += days
    return FIRST_DAY + timedelta(days=offset + day - 1)


def _lunar_birthday(year: int, month: int, day: int, leap: bool) -> date:
    """When a lunar birthday is celebrated in a lunar year.

    Born in a leap month: in that leap month, else in the plain one. Born on the 30th: on the 29th of a short month.
    """
    in_leap = leap and month_days(year, month, leap=True) > 0
    return solar_of(year, month, min(day, month_days(year, month, in_leap)), in_leap)


def _solar_birthday(year: int, month: int, day: int) -> date:
    """When a birthday is celebrated in a year; 29 February on the 28th of a common year."""
    if (month, day) == (2, 29) and (year % 4 or (year % 100 == 0 and year % 400)):
        return date(year, 2, 28)
    return date(year, month, day)


def birthday_in(year: int, *, calendar: Calendar, month: int, day: int, leap: bool = False) -> date:
    """生日: when a recorded day of the year is celebrated in this year of its own calendar. P136."""
    if calendar == Calendar.LUNAR:
        return _lunar_birthday(year, month, day, leap)
    return _solar_birthday(year, month, day)


def is_day_of_year(calendar: Calendar, month: int, day: int, leap: bool = False) -> bool:
    """Is there such a day in some year: 29 February is one, and the 30th of any lunar month; 31 April is none?"""
    if calendar == Calendar.LUNAR:
        return 1 <= month <= 12 and 1 <= day <= 30
    days = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return not leap and 1 <= month <= 12 and 1 <= day <= days[month - 1]


def next_birthday(on_or_after: date, *, calendar: Calendar, month: int, day: int, leap: bool = False) -> date:
    """生日: the next time a recorded day of the year is celebrated, this very day included; never a past one. P136.

    ``month`` and ``day`` as recorded in their own calendar; ``leap`` for a lunar leap month.
    """
    if calendar == Calendar.LUNAR:
        year = _year_of(on_or_after) + FIRST_YEAR
        first = _lunar_birthday(year, month, day, leap)
        return first if first >= on_or_after else _lunar_birthday(year + 1, month, day, leap)
    first = _solar_birthday(on_or_after.year, month, day)
    return first if first >= on_or_after else _solar_birthday(on_or_after.year + 1, month, day)


def celebrated_on(day: date) -> tuple[tuple[Calendar, int, int], ...]:
    """Whose birthdays are celebrated on this day: every recorded (calendar, month, day), leap months apart.

    The other way round of ``next_birthday``, for joining a day with all customers at once. P136.
    """
    answer: list[tuple[Calendar, int, int]] = [(Calendar.SOLAR, day.month, day.day)]
    if (day.month, day.day) == (2, 28) and _solar_birthday(day.year, 2, 29) == day:
        answer.append((Calendar.SOLAR, 2, 29))
    month, lunar_day, leap = lunar_of(day)
    if not leap:
        answer.append((Calendar.LUNAR, month, lunar_day))
        if lunar_day == 29 and month_days(_year_of(day) + FIRST_YEAR, month) == 29:
            answer.append((Calendar.LUNAR, month, 30))
    return tuple(answer)
