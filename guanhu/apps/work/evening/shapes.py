"""What the evening's pages are told: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from guanhu.apps.work.evening.figures import Figures
from guanhu.apps.work.shapes import Line, Today


@dataclass(frozen=True)
class Said:
    """One comment on a review."""

    who: str
    said: str
    at: datetime


@dataclass(frozen=True)
class Written:
    """One day's review as it was written last, with what was said to it."""

    public_id: UUID
    day: date
    best: str
    missed: str
    at: datetime
    notes: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Evening:
    """今日复盘: the day's list with what became of each line, what the day came to, and what was written about it."""

    today: Today
    figures: Figures
    moved_to: Mapping[UUID, date]
    """By deferral, the day a line was moved to."""
    written: Written | None
    before: tuple[Written, ...]
    """The reviews of the days before, the latest first."""
    tomorrow: date
    """The next working day."""
    furthest: date
    """The last day a line may wait for."""

    @property
    def must(self) -> tuple[Line, ...]:
        """What must have a result today and has none."""
        return tuple(line for group in self.today.groups if group.group == "duty" for line in group.lines)

    @property
    def rest(self) -> tuple[Line, ...]:
        """What else was not done."""
        return tuple(line for group in self.today.groups if group.group != "duty" for line in group.lines)
