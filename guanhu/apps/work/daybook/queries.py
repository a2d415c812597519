"""Reading: a log of one's days, and of a colleague's for who leads or coaches her branch. P67."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from guanhu.apps.audit import trail
from guanhu.apps.customers import queries as customers
from guanhu.apps.people import policy
from guanhu.apps.people.models import Staff
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.desk import face_of
from guanhu.apps.work.evening.figures import Figures, figures_of
from guanhu.apps.work.evening.reading.queries import Counted
from guanhu.apps.work.models import Touch
from guanhu.rules.access import Permission, require
from guanhu.rules.contact import is_effective
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.kinds import Channel, Outcome, TrailAction

SPANS = (1, 5, 22)
"""Working days a log shows: today, a week, a month."""
SHOWN = 200
"""So many contacts stand in the list, the latest first; the figures count all of them."""
_LINE = ("public_id", "at_time")


@dataclass(frozen=True)
class Asked:
    """What a log is asked for."""

    days: int = 5
    channel: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Entry:
    """One contact of the log."""

    customer: UUID | None
    """Null where she is not in reach any more."""
    name: str
    """Masked."""
    tier: str
    day: date
    at: time | None
    channel: str
    outcome: str
    seconds: int | None
    effective: bool


@dataclass(frozen=True)
class Log:
    """工作日志 of one colleague: figures of each day, of each hour, and the contacts themselves."""

    name: str
    first: date
    last: date
    whole: Figures
    days: tuple[tuple[date, Figures], ...]
    """Every working day of the span, the latest first."""
    hours: tuple[tuple[int, int, int], ...]
    """The hour, how many contacts, and how many of them counted."""
    outcomes: tuple[tuple[str, int], ...]
    """What came of them, the most frequent first."""
    entries: tuple[Entry, ...]


def own_log(viewer: Viewer, now: Shown, asked: Asked) -> Log:
    """The viewer's own days."""
    return _log(viewer.at_own_desk(), now, viewer.staff_id, viewer.name, asked)


def log_of(viewer: Viewer, now: Shown, staff: UUID, asked: Asked) -> Log | None:
    """A colleague's days, for who leads or coaches her branch; null for anybody elsewhere."""
    seen = require(viewer, Permission.REVIEW_READ)
    one = Staff.objects.filter(public_id=staff, branch_id=viewer.branch_id).first()
    return _log(seen, now, one.pk, one.name, asked) if one else None


def _log(seen: Viewer, now: Shown, staff: int, name: str, asked: Asked) -> Log:
    days = [SHIPPED_CALENDAR.add(now.today, -n) for n in range(asked.days)]
    rows = _rows(seen, staff, days[-1], now.today, asked)
    told = [Counted._make(row[: len(Counted._fields)]) for row in rows]
    entries = _entries(seen, now, rows[:SHOWN])
    return Log(
        name=name, first=days[-1], last=now.today, whole=figures_of(told),
        days=tuple((day, figures_of(row for row in told if row.day_on == day)) for day in days),
        hours=_hours(rows), outcomes=tuple(Counter(row.outcome for row in told).most_common()), entries=entries,
    )  # fmt: skip


def _rows(seen: Viewer, staff: int, first: date, last: date, asked: Asked) -> list[tuple[Any, ...]]:
    """The columns of ``Counted``, then whose and when; the latest first."""
    rows = Touch.objects.seen_by(seen).filter(
        Touch.HERE, undone_at=None, staff_id=staff, day_on__gte=first, day_on__lte=last
    )
    if asked.channel in set(Channel):
        rows = rows.filter(channel=asked.channel)
    if asked.outcome in set(Outcome):
        rows = rows.filter(outcome=asked.outcome)
    return list(rows.order_by("-day_on", "-pk").values_list(*Counted._fields, *_LINE))


def _counts(row: tuple[Any, ...]) -> bool:
    told = Counted._make(row[: len(Counted._fields)])
    return bool(is_effective(told.channel, told.seconds, told.outcome, policy.in_force()))


def _hours(rows: Iterable[tuple[Any, ...]]) -> tuple[tuple[int, int, int], ...]:
    every: Counter[int] = Counter()
    counted: Counter[int] = Counter()
    for row in rows:
        if row[-1] is not None:
            every[row[-1].hour] += 1
            counted[row[-1].hour] += _counts(row)
    span = range(min(every), max(every) + 1) if every else ()
    return tuple((hour, every[hour], counted[hour]) for hour in span)


def _entries(seen: Viewer, now: Shown, rows: list[tuple[Any, ...]]) -> tuple[Entry, ...]:
    people = {row[0]: face_of(row) for row in customers.faces(seen, now.night_id, {row[0] for row in rows})}
    trail.note(seen, TrailAction.LIST_VIEW, object=("list", "daybook"), people=people)
    found = []
    for row in rows:
        told, face = Counted._make(row[: len(Counted._fields)]), people.get(row[0])
        found.append(Entry(
            face.public_id if face else None, face.masked_name if face else "", face.tier if face else "", told.day_on,
            row[-1], told.channel, told.outcome, told.seconds, _counts(row),
        ))  # fmt: skip
    return tuple(found)
