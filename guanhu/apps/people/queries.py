"""Reading: who is looking, who works where, which night a branch shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Subquery

from guanhu.apps.people.models import Branch, Night, NightState, Staff
from guanhu.apps.people.scope import Viewer


@dataclass(frozen=True)
class Shown:
    """What a branch shows: its night, the day of the data, the day it is for."""

    branch_id: int
    branch: str
    currency: str
    night_id: int
    data_day: date
    today: date
    latest: date
    """The day of the last night begun anywhere; after ``data_day`` when this branch lacks it."""
    synthetic: bool
    """Everybody and everything here is invented, as the delivery says."""


@dataclass(frozen=True)
class NightView:
    """One night, as the command line shows it."""

    night_id: int
    day: date
    today: date
    attempt: int
    state: str
    policy: str
    code: str
    started_at: datetime


def viewer_of(staff: Staff) -> Viewer:
    """Who is looking: the colleague signed in."""
    return Viewer(
        staff_no=staff.staff_no, staff_id=staff.pk, branch_id=staff.branch_id, post=staff.post, name=staff.name
    )


def staff_ids() -> dict[str, int]:
    """Every colleague's staff number with the key of the record."""
    return dict(Staff.objects.values_list("staff_no", "pk"))


def branch_ids() -> dict[str, int]:
    """Every branch's number with the key of the record."""
    return dict(Branch.objects.values_list("branch_no", "pk"))


def shown(branch_id: int) -> Shown | None:
    """What the branch shows today; null before the first night was published."""
    latest = Night.objects.order_by("-day").values("day")[:1]
    branch = Branch.objects.select_related("current_night").annotate(latest=Subquery(latest)).get(pk=branch_id)
    night = branch.current_night
    if night is None:
        return None
    return Shown(
        branch_id=branch.pk,
        branch=branch.name,
        currency=branch.currency,
        night_id=night.pk,
        data_day=night.day,
        today=night.today_on,
        latest=branch.latest,
        synthetic=branch.synthetic,
    )


def last_published() -> NightView | None:
    """The last night every branch could show; null before the first."""
    night = Night.objects.filter(state=NightState.PUBLISHED).order_by("-day", "-attempt").first()
    return _view(night) if night else None


def last_published_before(day: date) -> date | None:
    """The last business day before this one whose night was published; null when there is none."""
    last: date | None = Night.objects.filter(state=NightState.PUBLISHED, day__lt=day).aggregate(last=Max("day"))["last"]
    return last


def running() -> NightView | None:
    """The night that was begun and not finished; null when none is open."""
    night = Night.objects.filter(state=NightState.RUNNING).order_by("day").first()
    return _view(night) if night else None


def nights() -> list[NightView]:
    """Every night ever begun, by day and attempt."""
    return [_view(night) for night in Night.objects.order_by("day", "attempt")]


def current_nights() -> dict[str, NightView | None]:
    """Which night each branch shows."""
    branches = Branch.objects.select_related("current_night").order_by("branch_no")
    return {row.branch_no: _view(row.current_night) if row.current_night else None for row in branches}


def _view(night: Night) -> NightView:
    return NightView(
        night.pk, night.day, night.today_on, night.attempt, night.state, night.policy, night.code, night.started_at
    )
