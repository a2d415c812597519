"""Reading: the reviews of a branch's day, who wrote none, what the day came to, and the days before. P65."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count

from guanhu.apps.customers.models import Standing
from guanhu.apps.people import policy
from guanhu.apps.people.models import Staff
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.evening.figures import Figures, figures_of
from guanhu.apps.work.evening.models import Review
from guanhu.apps.work.evening.queries import written
from guanhu.apps.work.evening.shapes import Written
from guanhu.apps.work.models import Touch
from guanhu.rules.access import Permission, require
from guanhu.rules.contact import counts_for_quota
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.kinds import Channel
from guanhu.rules.plan import quota_for

DAYS = 5
"""So many working days stand side by side: a week."""


class Counted(NamedTuple):
    """One contact, as much of it as is counted and by whom and when."""

    customer_id: int
    channel: str
    outcome: str
    seconds: int | None
    amount_fen: int | None
    staff_id: int
    day_on: date


@dataclass(frozen=True)
class Day:
    """One day of one colleague: how many contacts, and whether she wrote a review."""

    day: date
    contacts: int
    written: bool


@dataclass(frozen=True)
class Colleague:
    """One colleague's day: her review, what the day came to beside what it asks, and the days up to it."""

    public_id: UUID
    name: str
    post: str
    customers: int
    review: Written | None
    figures: Figures
    done: Mapping[Channel, int]
    due: Mapping[Channel, int]
    days: tuple[Day, ...]
    mine: bool
    """The viewer herself."""
    confirmed: bool
    """She looked through the plan of the day after."""


@dataclass(frozen=True)
class Team:
    """复盘 of a branch on one day."""

    day: date
    today: date
    days: tuple[date, ...]
    colleagues: tuple[Colleague, ...]

    @property
    def handed_in(self) -> int:
        """How many wrote a review."""
        return sum(one.review is not None for one in self.colleagues)


def team(viewer: Viewer, now: Shown, day: date | None = None) -> Team:
    """The reviews of a branch's keepers on a day of this week, those who wrote none last; else of today.

    The day's quota as for a colleague who is there all day.
    """
    seen = require(viewer, Permission.REVIEW_READ)
    week = days_until(now.today)
    chosen = day if day in week else now.today
    shown = days_until(chosen)
    kept = _kept(seen, now)
    staff = list(Staff.objects.filter(pk__in=kept, branch_id=viewer.branch_id).order_by("post", "staff_no"))
    reviews = _reviews(seen, [one.pk for one in staff], shown)
    confirmed = _confirmed(seen, chosen)
    contacts: dict[tuple[int, date], list[Counted]] = {}
    for row in _contacts(seen, [one.pk for one in staff], shown):
        contacts.setdefault((row.staff_id, row.day_on), []).append(row)
    rows = [
        _colleague(
            one, kept[one.pk], reviews, contacts, shown, mine=one.pk == viewer.staff_id, confirmed=one.pk in confirmed
        )
        for one in staff
    ]
    return Team(chosen, now.today, week, tuple(sorted(rows, key=lambda row: row.review is None)))


def days_until(day: date) -> tuple[date, ...]:
    """A week's working days up to this one, the earliest first."""
    return tuple(SHIPPED_CALENDAR.add(day, -n) for n in range(DAYS - 1, -1, -1))


def _kept(seen: Viewer, now: Shown) -> dict[int, int]:
    """How many customers each colleague keeps, as last night knew it."""
    rows = Standing.objects.seen_by(seen).filter(
        night_id=now.night_id, keeper__isnull=False, customer__merged_into=None, customer__left_on=None
    )
    return dict(rows.values_list("keeper_id").annotate(n=Count("pk")))


def _reviews(seen: Viewer, staff: list[int], days: Iterable[date]) -> dict[tuple[int, date], Written]:
    rows = Review.objects.seen_by(seen).filter(Review.WRITTEN, staff_id__in=staff, day_on__in=list(days))
    whose = dict(rows.values_list("public_id", "staff_id"))
    return {(whose[one.public_id], one.day): one for one in written(seen, rows, most=len(whose))}


def _confirmed(seen: Viewer, day: date) -> set[int]:
    """Who looked through the plan of the day after, on this day."""
    rows = Review.objects.seen_by(seen).filter(day_on=day, confirmed_at__isnull=False)
    return set(rows.values_list("staff_id", flat=True))


def _contacts(seen: Viewer, staff: list[int], days: tuple[date, ...]) -> Iterator[Counted]:
    rows = Touch.objects.seen_by(seen).filter(
        Touch.HERE, undone_at=None, staff_id__in=staff, day_on__gte=days[0], day_on__lte=days[-1]
    )
    return map(Counted._make, rows.values_list(*Counted._fields))


def _colleague(
    one: Staff, kept: int, reviews: Mapping[tuple[int, date], Written],
    contacts: Mapping[tuple[int, date], list[Counted]], days: tuple[date, ...], *, mine: bool,
    confirmed: bool,
) -> Colleague:  # fmt: skip
    numbers, day = policy.in_force(), days[-1]
    made = contacts.get((one.pk, day), [])
    counted: dict[Channel, set[int]] = {channel: set() for channel in Channel}
    for row in made:
        if counts_for_quota(row.channel, row.seconds, row.outcome, numbers):
            counted[Channel(row.channel)].add(row.customer_id)
    return Colleague(
        public_id=one.public_id, name=one.name, post=one.post, customers=kept, review=reviews.get((one.pk, day)),
        figures=figures_of(made), done={channel: len(those) for channel, those in counted.items()},
        due=quota_for(numbers, post=one.post, customers=kept),
        days=tuple(Day(each, len(contacts.get((one.pk, each), ())), (one.pk, each) in reviews) for each in days),
        mine=mine, confirmed=confirmed,
    )  # fmt: skip


def commented(seen: Viewer, review: UUID) -> Any:
    """A review of somebody else in reach; null for any other. For the apps alone."""
    return Review.objects.seen_by(seen).filter(Review.WRITTEN, public_id=review).exclude(staff_id=seen.staff_id).first()
