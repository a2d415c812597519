"""What pages are told of two files that may be of one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from guanhu.rules.duplicates import Weighed


@dataclass(frozen=True)
class Side:
    """One of two files: who, masked as the viewer may read it, and how much is written in it."""

    public_id: UUID
    customer_no: str
    name: str
    kind: str
    keeper: str
    opened_on: date
    own: bool
    """Kept or covered by the viewer."""


@dataclass(frozen=True)
class Pair:
    """Two files that may be of one person, with the reasons and their points."""

    one: Side
    other: Side
    points: int
    reasons: tuple[Weighed, ...]


@dataclass(frozen=True)
class Found:
    """The pairs, the likeliest first; ``beyond``: there are more than are listed."""

    pairs: tuple[Pair, ...]
    beyond: bool
    compared: int
    """Files that were looked at."""


@dataclass(frozen=True)
class Field:
    """One field of both files side by side, masked; ``chosen``: which value the one file would show."""

    name: str
    one: str
    other: str
    differs: bool
    from_other: bool


@dataclass(frozen=True)
class Written:
    """How much of one kind stands in each of the two files; all of it stands in the one file."""

    name: str
    one: int
    other: int


@dataclass(frozen=True)
class SideBySide:
    """Two files next to each other, as the page shows them before somebody decides."""

    pair: Pair
    fields: tuple[Field, ...]
    written: tuple[Written, ...]
    refused: str
    """Why these two cannot be merged; empty when they can."""
    closes_marketing: bool
    """One of them refused marketing, so that the one file refuses it."""


@dataclass(frozen=True)
class Joined:
    """A file that was merged into the one on the page."""

    merge: UUID
    customer_no: str
    by: str
    at: datetime
    until: date
    may_split: bool
