"""The days of the demo: which are worked, when people spend, and what day a term ends.

A day is a whole number ``t`` counted from the first day covered; days before it are negative.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

FIRST = date(2025, 5, 21)
HISTORY_LAST = date(2026, 11, 20)
LAST = date(2026, 11, 25)
TODAY = date(2026, 11, 24)
DAYS = (LAST - FIRST).days + 1

Days = NDArray[np.int64]

_OFF = (
    (date(2025, 5, 31), date(2025, 6, 2)), (date(2025, 10, 1), date(2025, 10, 8)), (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)), (date(2026, 4, 4), date(2026, 4, 6)), (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)), (date(2026, 10, 1), date(2026, 10, 7)),
)  # fmt: skip
"""Public holidays inside the eighteen months."""

_MADE_UP = (
    date(2025, 9, 28), date(2025, 10, 11), date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28),
    date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
)  # fmt: skip
"""Weekend days on which the branch worked."""

FESTIVALS = {
    date(2025, 5, 30): "端午", date(2025, 9, 30): "中秋国庆", date(2025, 12, 31): "元旦", date(2026, 2, 13): "春节",
    date(2026, 6, 18): "端午", date(2026, 9, 24): "中秋",
}  # fmt: skip
"""Working days on which the branch sends its greetings."""


def day_of(t: int) -> date:
    """The date of day ``t``."""
    return FIRST + timedelta(days=int(t))


def t_of(day: date) -> int:
    """The number of a date."""
    return (day - FIRST).days


def is_working(day: date) -> bool:
    """Whether the branch is at work."""
    if any(start <= day <= end for start, end in _OFF):
        return False
    return day in _MADE_UP or day.weekday() < 5


def spending(day: date) -> float:
    """How much more than usual people pay by card: the weeks before Spring Festival, National Day, weekends less."""
    factor = 1.0 if is_working(day) else 0.55
    if date(2026, 1, 28) <= day <= date(2026, 2, 16):
        return factor * 1.7
    if (
        (day.month, day.day) >= (12, 20)
        or (day.month == 10 and day.day <= 7)
        or (day.month == 11 and 9 <= day.day <= 12)
    ):
        return factor * 1.35
    return factor


def cash_need(day: date) -> float:
    """How much more than usual people draw in cash: red envelopes before Spring Festival."""
    return 5.0 if date(2026, 2, 2) <= day <= date(2026, 2, 14) else 1.0


def bonus(day: date) -> float:
    """Month's pay against an ordinary month: the year-end bonus comes in January and a small one in December."""
    if day.year == 2026 and day.month == 1:
        return 2.3
    return 1.35 if day.month == 12 else 1.0


def year_end(day: date) -> int:
    """Money comes in for the last days of the year (1) and goes in the first week of the next (-1)."""
    if day.month == 12 and day.day >= 28:
        return 1
    return -1 if day.month == 1 and 2 <= day.day <= 7 else 0


def is_drive(day: date) -> bool:
    """突击: the last twelve days of a quarter, when everybody suddenly remembers the customers."""
    return day.month in (3, 6, 9, 12) and day.day >= 18


def months_later(t: Days, months: Days) -> Days:
    """The same day of the month, ``months`` later; the month's last day where there is no such day."""
    start = np.datetime64(FIRST, "D") + t
    month = start.astype("datetime64[M]")
    day_in_month = (start - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    end = target.astype("datetime64[D]") + np.minimum(day_in_month, length - 1)
    return (end - np.datetime64(FIRST, "D")).astype(np.int64)
