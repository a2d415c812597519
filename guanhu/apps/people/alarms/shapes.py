"""What the page of alarms shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from guanhu.rules.alarms import AlarmAnswer, AlarmKind, Measure

LONGEST_NOTE = 500


@dataclass(frozen=True)
class Bar:
    """One day's figure."""

    day: date
    count: int


@dataclass(frozen=True)
class Told:
    """One alarm: about whom, what was counted, and what came of it."""

    public_id: UUID
    staff_no: str
    name: str
    branch: str
    day: date
    kind: AlarmKind
    measure: Measure
    seen: int
    usual: int
    line: int
    raised_at: datetime
    updated_at: datetime
    answer: AlarmAnswer
    answered_by: str
    answered_at: datetime | None
    note: str
    own: bool
    """Is it about whoever is looking?"""
    bars: tuple[Bar, ...] = ()
    """The figure of the days before and of this one, for the one that is open."""


@dataclass(frozen=True)
class Alarms:
    """One page: those nobody has answered, then those answered, newest first."""

    open: tuple[Told, ...]
    answered: tuple[Told, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class Gone:
    """A colleague who is known to leave."""

    staff_no: str
    name: str
    known_on: date
    last_on: date
