"""What the pages of cases show, what a search finds, and what a copy holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from guanhu.rules.cases import CaseKind, CaseState, Proof, Whereabouts

LONGEST_ASKS, LONGEST_RESULT, LONGEST_REASON, LONGEST_NUMBER = 500, 1000, 200, 40


@dataclass(frozen=True)
class Person:
    """By what somebody is found: her key, her number, the numbers and the name she is known by."""

    key: int
    customer_no: str
    numbers: frozenset[str]
    """Account, card, identity and phone numbers and e-mail, each in its one form."""
    name: str
    known: bool
    """Is there a file of her?"""


@dataclass(frozen=True)
class Hit:
    """What one table holds about a person: how many rows, of which days, and where."""

    place: Whereabouts
    table: str
    title: str
    rows: int
    first_on: date | None = None
    last_on: date | None = None
    where: tuple[Any, ...] = ()
    sure: bool = True
    """By a number that is hers; else by her name alone, which others may have."""


@dataclass(frozen=True)
class Column:
    """One column of a copy: what it is called, its class, and its mask."""

    label: str
    klass: str
    mask: str


@dataclass(frozen=True)
class Section:
    """What of one table is told to the person: why it is held, from where it came, how long it is kept."""

    title: str
    place: str
    source: str
    purpose: str
    keep: str
    basis: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Copy:
    """个人信息副本: everything held about a person, by section."""

    case_no: str
    customer_no: str
    made_at: str
    policy: str
    sections: tuple[Section, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


def copy_from(told: Mapping[str, Any]) -> Copy:
    """A copy as JSON held it."""
    sections = tuple(
        Section(
            **{**one, "columns": tuple(Column(**column) for column in one["columns"]),
               "rows": tuple(tuple(row) for row in one["rows"])}
        )
        for one in told["sections"]
    )  # fmt: skip
    return Copy(**{**told, "sections": sections})


@dataclass(frozen=True)
class Line:
    """One case on the list: no name, only the bank's number."""

    public_id: UUID
    number: str
    customer_no: str
    kind: CaseKind
    state: CaseState
    opened_on: date
    due_on: date
    opened_by: str
    handled_by: str
    urgency: str


@dataclass(frozen=True)
class Cases:
    """One page of cases."""

    rows: tuple[Line, ...]
    page: int
    pages: int
    total: int
    open: int


@dataclass(frozen=True)
class Search:
    """Where the search stands."""

    asked_at: datetime | None
    begun_at: datetime | None
    done_at: datetime | None
    step: str
    done: int
    of: int
    fault: str

    @property
    def running(self) -> bool:
        """Asked for and neither done nor failed?"""
        return self.asked_at is not None and self.done_at is None and not self.fault

    @property
    def seconds(self) -> int | None:
        """How long it took."""
        return None if not (self.begun_at and self.done_at) else round((self.done_at - self.begun_at).total_seconds())


@dataclass(frozen=True)
class Held:
    """A legal hold on the person."""

    public_id: UUID
    reason: str
    since_on: date
    by: str


@dataclass(frozen=True)
class CaseView:
    """The page of one case."""

    line: Line
    proof: Proof
    asks: str
    result: str
    closed_on: date | None
    known: bool
    name: str
    search: Search
    hits: tuple[Hit, ...] = ()
    copied_at: datetime | None = None
    handed_at: datetime | None = None
    hold: Held | None = None
