"""What pages are told of how complete files are: values, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from guanhu.rules.completeness import Meter
from guanhu.rules.kinds import FileItem


@dataclass(frozen=True)
class Filled:
    """One item over many files: in how many it counts, in how many it is known, and in how many of these old."""

    item: FileItem
    files: int
    known: int
    stale: int

    @property
    def missing(self) -> int:
        """In how many it is not known."""
        return self.files - self.known


@dataclass(frozen=True)
class Sums:
    """Some files together: how many, how complete in the mean, each item, and numbers that stand twice."""

    files: int
    share_bp: int
    items: tuple[Filled, ...]
    doubles: Mapping[str, int]


@dataclass(frozen=True)
class Part:
    """The files of one keeper or one branch; ``keeper``: whose files the viewer may list, null where none."""

    name: str
    sums: Sums
    keeper: UUID | None = None


@dataclass(frozen=True)
class Report:
    """资料质量: the files in reach as the last night counted them, all together and part by part."""

    data_day: date | None
    whole: Sums
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Unfilled:
    """One file that lacks something: the name masked."""

    public_id: UUID
    name: str
    tier: str
    meter: Meter


@dataclass(frozen=True)
class ToFill:
    """Some of the files to be filled, the most telling first, and how many there are."""

    keeper: str
    rows: tuple[Unfilled, ...]
    total: int
