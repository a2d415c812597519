"""Reading: who is looking, who works where, which night a branch shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, QuerySet, Subquery

from guanhu.apps.people.compiled import compiled
from guanhu.apps.people.models import Branch, Cover, Night, NightState, RoleGrant, Staff
from guanhu.rules.access import BUSINESS, ROLE_OF_POST, Role, Viewer


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


def viewer_of(
    staff: Staff, role: Role | None = None, day: date | None = None, covered: Iterable[int] | None = None
) -> Viewer | None:
    """Who is looking: the colleague signed in, in one of her roles, with whom she covers on this day.

    ``role`` null: the first she has · ``day`` null: covers nobody · ``covered``: whom, where it was asked for already.
    Null when she does not hold the role on that day.
    """
    chosen = role or ROLE_OF_POST.get(staff.post) or next(iter(_granted(staff, day)), None)
    if chosen is None or (chosen is not ROLE_OF_POST.get(staff.post) and chosen not in _granted(staff, day)):
        return None
    return Viewer(
        staff_no=staff.staff_no,
        staff_id=staff.pk,
        branch_id=staff.branch_id,
        post=staff.post,
        name=staff.name,
        role=chosen,
        branch_no=staff.branch.branch_no,
        covered=_covered(staff, day, covered) if day and chosen in BUSINESS else (),
        region=_region(staff.branch) if chosen is Role.REGION else (),
    )


def roles_of(staff: Staff, day: date | None) -> tuple[Role, ...]:
    """The roles a colleague holds on a day: her post's own, then those granted and approved."""
    own = ROLE_OF_POST.get(staff.post)
    return (*([own] if own else []), *(role for role in _granted(staff, day) if role is not own))


def _granted(staff: Staff, day: date | None) -> list[Role]:
    """Roles beyond the post's, approved by a second person and running on this day."""
    if day is None:
        return []
    return [Role(role) for role in _grants(staff.pk, day)]


@compiled(str)
def _grants(staff_id: int, day: date) -> Any:
    running = RoleGrant.objects.filter(staff_id=staff_id, ended_at=None, approved_at__isnull=False, from_on__lte=day)
    return running.filter(Q(until_on=None) | Q(until_on__gte=day)).order_by("pk").values_list("role", flat=True)


def _covered(staff: Staff, day: date, known: Iterable[int] | None) -> tuple[int, ...]:
    return tuple(sorted(set(covers_of(staff.pk, day) if known is None else known)))


def covers_of(staff_id: Any, day: date) -> QuerySet[Any]:
    """Whom a colleague covers on this day, by the keys of their records. For the apps alone."""
    running = Cover.objects.filter(taker_id=staff_id, ended_at=None, from_on__lte=day, to_on__gte=day)
    return running.values_list("giver_id", flat=True)


def covers_as_of(day: date) -> list[dict[str, Any]]:
    """Who stands in for whom after a day, as far as it is arranged, in the columns of ``COVERS``."""
    rows = Cover.objects.filter(ended_at=None, to_on__gt=day).order_by("giver_id", "from_on", "pk")
    told = rows.values_list("giver__staff_no", "taker__staff_no", "from_on", "to_on")
    return [dict(zip(("giver_no", "taker_no", "from_on", "to_on"), row, strict=True)) for row in told]


def _region(branch: Branch) -> tuple[int, ...]:
    """The branches under the same regional office; a branch without one stands alone."""
    if not branch.region_no:
        return (branch.pk,)
    return tuple(Branch.objects.filter(region_no=branch.region_no).order_by("pk").values_list("pk", flat=True))


def by_number(staff_no: str) -> Staff | None:
    """The colleague with this number, if she is here."""
    return Staff.objects.filter(staff_no=staff_no, is_active=True).first()


def staff_ids() -> dict[str, int]:
    """Every colleague's staff number with the key of the record."""
    return dict(Staff.objects.values_list("staff_no", "pk"))


def branch_ids() -> dict[str, int]:
    """Every branch's number with the key of the record."""
    return dict(Branch.objects.values_list("branch_no", "pk"))


def shown(branch_id: int) -> Shown | None:
    """What the branch shows today; null before the first night was published."""
    return shown_of(night_of(branch_id)[0])


def shown_of(told: Sequence[Any]) -> Shown | None:
    """The same, out of the columns of ``night_of``. For the apps alone."""
    return None if told[3] is None else Shown(*told)


@compiled(tuple)
def night_of(branch_id: int) -> Any:
    """A branch and the night it shows, in the order of ``Shown``. For the apps alone."""
    latest = Night.objects.order_by("-day").values("day")[:1]
    return Branch.objects.filter(pk=branch_id).values_list(
        "pk", "name", "currency", "current_night_id", "current_night__day", "current_night__today_on",
        Subquery(latest), "synthetic",
    )  # fmt: skip


def last_published() -> NightView | None:
    """The last night every branch could show; null before the first."""
    night = _light().filter(state=NightState.PUBLISHED).order_by("-day", "-attempt").first()
    return _view(night) if night else None


def last_published_before(day: date) -> date | None:
    """The last business day before this one whose night was published; null when there is none."""
    last: date | None = Night.objects.filter(state=NightState.PUBLISHED, day__lt=day).aggregate(last=Max("day"))["last"]
    return last


def running() -> NightView | None:
    """The night that was begun and not finished; null when none is open."""
    night = _light().filter(state=NightState.RUNNING).order_by("day").first()
    return _view(night) if night else None


def nights() -> list[NightView]:
    """Every night ever begun, by day and attempt."""
    return [_view(night) for night in _light().order_by("day", "attempt")]


def current_nights() -> dict[str, NightView | None]:
    """Which night each branch shows."""
    branches = Branch.objects.select_related("current_night").defer("current_night__rates").order_by("branch_no")
    return {row.branch_no: _view(row.current_night) if row.current_night else None for row in branches}


def _light() -> QuerySet[Night]:
    """The nights without what they learnt."""
    return Night.objects.defer("rates")


def _view(night: Night) -> NightView:
    return NightView(
        night.pk, night.day, night.today_on, night.attempt, night.state, night.policy, night.code, night.started_at
    )
