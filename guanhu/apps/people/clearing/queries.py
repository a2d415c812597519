"""Reading: what falls due under a rule, and the rounds of clearing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.timezone import localdate

from guanhu.apps.people.clearing.models import Clearing, ClearingPart
from guanhu.apps.people.clearing.shapes import Counted, Round
from guanhu.apps.people.falling import Falling
from guanhu.rules.access import Viewer
from guanhu.rules.privacy import Keep
from guanhu.rules.retention import ClearingState, ClearingWay

DATABASE = "database"
PAST = 20
"""Rounds shown that are over."""
OVER = (ClearingState.DONE.value, ClearingState.DECLINED.value, ClearingState.LAPSED.value)


def due(falling: Falling, line: date, held: Collection[int] = ()) -> QuerySet[Any]:
    """The rows of a rule that have fallen due and no legal hold keeps. For the clearing alone."""
    rows = falling.model._base_manager.filter(falling.before(line))
    return rows.exclude(**{f"{falling.person}__in": held}) if falling.person and held else rows


def counted(falling: Falling, line: date | None, held: Collection[int]) -> Counted:
    """How much of a table has fallen due; ``line``: the first day that has not, null where nothing ever does."""
    empty = Counted(DATABASE, falling.table, falling.title, falling.keep, falling.way, 0)
    if line is None or not falling.since:
        return empty
    kept = Q(**{f"{falling.person}__in": held}) if falling.person and held else Q(pk__in=[])
    told = falling.model._base_manager.filter(falling.before(line)).aggregate(
        rows=Count(falling.since, filter=~kept), held=Count(falling.since, filter=kept),
        oldest=Min(falling.since, filter=~kept), newest=Max(falling.since, filter=~kept),
    )  # fmt: skip
    return Counted(
        DATABASE, falling.table, falling.title, falling.keep, falling.way, told["rows"], told["held"],
        _day(told["oldest"]), _day(told["newest"]),
    )  # fmt: skip


def _day(when: date | datetime | None) -> date | None:
    return localdate(when) if isinstance(when, datetime) else when


def rounds(viewer: Viewer) -> tuple[Round, ...]:
    """期限清理: the round under way, if any, with what falls due, then those that are over, the last first."""
    rows = Clearing.objects.select_related("asked_by", "approved_by")
    going = list(rows.exclude(state__in=OVER).order_by("-asked_at"))
    over = list(rows.filter(state__in=OVER).order_by("-asked_at")[:PAST])
    return tuple(_round(row, viewer.staff_id) for row in (*going, *over))


def waiting() -> Round | None:
    """The round that waits for its dry run; null when none does."""
    return _first(ClearingState.ASKED)


def approved() -> Round | None:
    """The round that was begun and not finished, else the one approved; null when there is none."""
    return _first(ClearingState.RUNNING) or _first(ClearingState.APPROVED)


def proposed() -> Round | None:
    """The round that waits for its second person; null when none does."""
    return _first(ClearingState.COUNTED)


def _first(state: ClearingState) -> Round | None:
    row = Clearing.objects.select_related("asked_by", "approved_by").filter(state=state).order_by("asked_at").first()
    return _round(row, 0) if row else None


def _round(row: Clearing, staff_id: int) -> Round:
    return Round(
        key=row.pk, public_id=row.public_id, as_of=row.as_of, state=ClearingState(row.state),
        asked_by=row.asked_by.name if row.asked_by else "", asked_at=row.asked_at, counted_at=row.counted_at,
        policy=row.policy, approved_by=row.approved_by.name if row.approved_by else "", approved_at=row.approved_at,
        declined=row.declined, finished_at=row.finished_at, own=row.asked_by_id == staff_id,
        parts=tuple(_part(part) for part in row.parts.order_by("pk")),
    )  # fmt: skip


def _part(part: ClearingPart) -> Counted:
    return Counted(
        part.place, part.table, part.title, Keep(part.keep), ClearingWay(part.way), part.rows, part.held,
        part.oldest_on, part.newest_on, part.cleared, part.done_at is not None,
    )  # fmt: skip
