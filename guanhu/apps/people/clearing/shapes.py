"""What the page of clearings shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from guanhu.rules.privacy import Keep
from guanhu.rules.retention import ClearingState, ClearingWay

LONGEST_REASON = 200


@dataclass(frozen=True)
class Counted:
    """What falls due in one table: rows, those a legal hold keeps, and from which day to which."""

    place: str
    table: str
    title: str
    keep: Keep
    way: ClearingWay
    rows: int
    held: int = 0
    oldest_on: date | None = None
    newest_on: date | None = None
    cleared: int = 0
    done: bool = False


@dataclass(frozen=True)
class Round:
    """One clearing with its parts."""

    key: int
    public_id: UUID
    as_of: date
    state: ClearingState
    asked_by: str
    asked_at: datetime
    counted_at: datetime | None
    policy: str
    approved_by: str
    approved_at: datetime | None
    declined: str
    finished_at: datetime | None
    own: bool
    """Proposed by whoever is looking?"""
    parts: tuple[Counted, ...] = ()
