"""Reading: the days behind an alarm, what is usual, who is leaving, and the page of alarms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import F, Max, Q

from guanhu.apps.audit import trail
from guanhu.apps.people.alarms.models import Alarm, Leaving, Looked
from guanhu.apps.people.alarms.shapes import Alarms, Bar, Gone, Told
from guanhu.apps.people.models import Cover
from guanhu.rules.access import Viewer
from guanhu.rules.alarms import AlarmAnswer, AlarmKind, Measure, Seen
from guanhu.rules.kinds import TrailAction

PAGE = 20
"""Answered alarms on one page."""
BARS = 20
"""Days drawn beside an alarm."""


def last_day() -> date | None:
    """The last day that was added up; null before the first."""
    last: date | None = Looked.objects.aggregate(last=Max("day"))["last"]
    return last


def days_since(day: date, until: date) -> dict[str, list[Seen]]:
    """Every colleague's days from the first to before the second, in order."""
    found: dict[str, list[Seen]] = defaultdict(list)
    for row in Looked.objects.filter(day__gte=day, day__lt=until).order_by("day").iterator(chunk_size=5000):
        found[row.staff_no].append(_seen(row))
    return found


def roles_since(day: date) -> dict[str, str]:
    """The role each colleague looked in last."""
    rows = Looked.objects.filter(day__gte=day).order_by("day").values_list("staff_no", "role")
    return dict(rows)


def _seen(row: Looked) -> Seen:
    return Seen(row.day, row.viewed, row.revealed, row.listed, row.outside, frozenset(row.unplanned), row.exported)


def leaving_on(day: date) -> frozenset[str]:
    """Who is known to leave as of a day, until the last day is over."""
    rows = Leaving.objects.filter(known_on__lte=day, last_on__gte=day)
    return frozenset(rows.values_list("staff__staff_no", flat=True))


def covers_on(day: date) -> dict[str, frozenset[str]]:
    """Whom each colleague covers on a day, by staff number."""
    rows = Cover.objects.filter(from_on__lte=day, to_on__gte=day).filter(Q(ended_at=None) | Q(ended_at__date__gte=day))
    found: dict[str, set[str]] = defaultdict(set)
    for taker, giver in rows.values_list("taker__staff_no", "giver__staff_no"):
        found[taker].add(giver)
    return {taker: frozenset(givers) for taker, givers in found.items()}


def alarms(viewer: Viewer, *, page: int = 1) -> Alarms:
    """异常提醒: those that wait for an answer with the days behind them, and the answered ones; noted on the trail."""
    rows = Alarm.objects.select_related("staff__branch", "answered_by")
    waiting = list(rows.filter(answer=AlarmAnswer.OPEN).order_by("-day", "-raised_at", "pk"))
    settled = rows.exclude(answer=AlarmAnswer.OPEN).order_by(F("answered_at").desc(), "-pk")
    total = settled.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    trail.note(viewer, TrailAction.ALARM_VIEW, object=("alarms", "all"), count=len(waiting))
    bars = _bars(waiting)
    return Alarms(
        tuple(replace(_told(row, viewer), bars=bars[row.pk]) for row in waiting),
        tuple(_told(row, viewer) for row in settled[(page - 1) * PAGE : page * PAGE]),
        page,
        pages,
        total,
    )


def _bars(rows: Sequence[Alarm]) -> dict[int, tuple[Bar, ...]]:
    """The figures of the last days up to each alarm's own, all in one query."""
    if not rows:
        return {}
    since = min(row.day for row in rows) - timedelta(days=2 * BARS)
    known: dict[str, list[Looked]] = defaultdict(list)
    asked = Looked.objects.filter(staff_no__in={row.staff.staff_no for row in rows}, day__gte=since)
    for one in asked.order_by("day"):
        known[one.staff_no].append(one)
    return {
        row.pk: tuple(Bar(one.day, _figure(one, row)) for one in known[row.staff.staff_no] if one.day <= row.day)[
            -BARS:
        ]
        for row in rows
    }


def _figure(one: Looked, row: Alarm) -> int:
    """What of a day this alarm is about."""
    if row.kind == AlarmKind.OUTSIDE:
        return one.outside
    noticed_aside = row.kind == AlarmKind.NOTICE and not row.usual and row.measure == Measure.VIEWED
    aside = row.kind == AlarmKind.DRIP or noticed_aside
    return len(one.unplanned) if aside else _seen(one).count(Measure(row.measure))


def _told(row: Alarm, viewer: Viewer) -> Told:
    return Told(
        public_id=row.public_id, staff_no=row.staff.staff_no, name=row.staff.name, branch=row.staff.branch.name,
        day=row.day, kind=AlarmKind(row.kind), measure=Measure(row.measure), seen=row.seen, usual=row.usual,
        line=row.line, raised_at=row.raised_at, updated_at=row.updated_at, answer=AlarmAnswer(row.answer),
        answered_by=row.answered_by.name if row.answered_by else "", answered_at=row.answered_at, note=row.note,
        own=row.staff_id == viewer.staff_id,
    )  # fmt: skip


def open_count() -> int:
    """How many alarms wait for an answer."""
    return Alarm.objects.filter(answer=AlarmAnswer.OPEN).count()


def leaving(day: date) -> tuple[Gone, ...]:
    """Who is known to leave and has not left yet, the first to go first."""
    rows = Leaving.objects.filter(last_on__gte=day).select_related("staff").order_by("last_on", "staff__staff_no")
    return tuple(Gone(row.staff.staff_no, row.staff.name, row.known_on, row.last_on) for row in rows)
