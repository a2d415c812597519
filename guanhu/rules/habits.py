"""习惯: does a colleague's year go evenly, or in drives; and does she do what was planned (P70, P71).

Looked at by weeks from Monday to Sunday. Contacts here are calls and meetings: messages go out in batches on feast
days and say nothing of a habit. A week is compared with the colleague's own middle week for a working day, so that a
short week does not look quiet and a long list not busy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from guanhu.rules.days import WorkCalendar
from guanhu.rules.policy import Policy

FULL_BP = 10_000
WEEK = 7
SPREADS = 3
"""A week stands out of chance by three times the root of what was to be expected: one in a thousand does by luck."""


@dataclass(frozen=True)
class Week:
    """One week: its Monday, its working days, and how many calls and meetings were made or tried."""

    monday: date
    days: int
    contacts: int


@dataclass(frozen=True)
class Rhythm:
    """突击: what of a year was done in drives."""

    weeks: int
    """Weeks with a working day, from the first contact on."""
    contacts: int
    drives: tuple[date, ...]
    """Mondays of the weeks that stand out."""
    in_drives: int
    """Contacts in those weeks."""
    bursts: int
    """Weeks that stand out one after the other are one burst."""
    longest_gap: int
    """The most weeks between two bursts; 0 where there are not two."""
    only_in_drives: bool
    """突击业绩的时候才想起客户: a large share of the year lies in bursts, and they come again."""

    @property
    def share_bp(self) -> int:
        """Which share of the contacts lies in drives, in basis points."""
        return FULL_BP * self.in_drives // self.contacts if self.contacts else 0


def monday_of(day: date) -> date:
    """The Monday of this day's week."""
    return day - timedelta(days=day.weekday())


def weeks_of_year(today: date, policy: Policy) -> tuple[date, ...]:
    """The Mondays of the year that ends with today's week, the oldest first."""
    last = monday_of(today)
    return tuple(last - timedelta(weeks=n) for n in reversed(range(policy.habit_weeks)))


def working_days(monday: date, until: date, calendar: WorkCalendar) -> int:
    """How many working days this week has, as far as it has gone."""
    days = (monday + timedelta(days=n) for n in range(WEEK))
    return sum(calendar.is_working(day) for day in days if day <= until)


def rhythm_of(weeks: Sequence[Week], policy: Policy) -> Rhythm | None:
    """突击: which weeks of a year stand out, and whether the colleague works in drives; null below half a year.

    ``weeks`` in order, without holes. A week stands out when it has at least twice the contacts a working day of the
    middle week has, and more than chance explains. P70.
    """
    begun = next((n for n, week in enumerate(weeks) if week.contacts), len(weeks))
    told = [week for week in weeks[begun:] if week.days]
    if len(told) < policy.habit_weeks_known:
        return None
    middle = sorted(((week.contacts, week.days) for week in told), key=lambda it: it[0] / it[1])[len(told) // 2]
    out = [_stands_out(week, middle, policy) for week in told]
    places = [n for n, odd in enumerate(out) if odd]
    starts = [n for n in places if n - 1 not in places]
    ends = [n for n in places if n + 1 not in places]
    gaps = [start - end - 1 for end, start in zip(ends, starts[1:], strict=False)]
    whole, within = sum(week.contacts for week in told), sum(told[n].contacts for n in places)
    again = len(starts) >= policy.habit_bursts and within * FULL_BP >= policy.habit_drive_bp * whole
    return Rhythm(
        weeks=len(told), contacts=whole, drives=tuple(told[n].monday for n in places), in_drives=within,
        bursts=len(starts), longest_gap=max(gaps, default=0), only_in_drives=again,
    )  # fmt: skip


def _stands_out(week: Week, middle: tuple[int, int], policy: Policy) -> bool:
    """Twice what the middle week would have in as many days, and beyond chance; all in whole numbers."""
    contacts, days = middle
    expected = contacts * week.days  # in parts of ``days``
    made = week.contacts * days
    more = made - expected
    return (
        made * FULL_BP >= expected * policy.habit_burst_bp
        and more > 0
        and more * more > SPREADS * SPREADS * expected * days
    )


def share_of(part: int | None, whole: int | None) -> int | None:
    """A share in basis points; null where there is nothing to have a share of."""
    return FULL_BP * part // whole if whole and part is not None else None
