"""What an export speaks of: which part of the list, a request with all that became of it, the file that is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Self
from uuid import UUID

from guanhu.rules.access import Role
from guanhu.rules.exports import ExportColumn, ExportPurpose, ExportState, FileKind
from guanhu.rules.lists import Condition, read_question, write_question

LONGEST_REASON = 200
LONGEST_WORDS = 60


@dataclass(frozen=True)
class Selection:
    """名单的范围: which of the customers in reach a list holds, as the book's filters say it."""

    where: str = ""
    """The conditions, in the language of lists."""
    words: str = ""
    """What was typed to find them."""

    @classmethod
    def of(cls, told: Mapping[str, str]) -> Self:
        """A selection from what a form or a stored request says; what it does not know it leaves out."""
        which, _strange = read_question(told.get("where", ""))
        return cls(where=write_question(which), words=told.get("words", "").strip()[:LONGEST_WORDS])

    @property
    def which(self) -> tuple[Condition, ...]:
        """The conditions that all hold of whom the list holds."""
        return read_question(self.where)[0]

    def plain(self) -> dict[str, str]:
        """What differs from the whole list, to be sent and stored."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True)
class Wanted:
    """What somebody asks to take out, as it was typed; the action says what is wrong with it."""

    selection: Selection
    columns: tuple[str, ...]
    kind: str
    purpose: str
    reason: str


@dataclass(frozen=True)
class Offered:
    """One column a file may have, and whether it tells of a person."""

    column: ExportColumn
    personal: bool
    masked: bool


@dataclass(frozen=True)
class Request:
    """One request as its page shows it."""

    public_id: UUID
    number: str
    asked_by: str
    asked_no: str
    asked_role: Role
    branch: str
    asked_at: datetime
    selection: Selection
    columns: tuple[ExportColumn, ...]
    kind: FileKind
    purpose: ExportPurpose
    reason: str
    rows: int
    digest: str
    approver: Role | None
    state: ExportState
    until: datetime
    decided_by: str
    decided_at: datetime | None
    because: str
    ended_at: datetime | None
    own: bool
    """Asked for by whoever is looking?"""


@dataclass(frozen=True)
class Requests:
    """One page of requests."""

    rows: tuple[Request, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class Taken:
    """The file on its way out: its name, what it is, and its bytes."""

    name: str
    mime: str
    content: bytes


FIELDS = tuple(field.name for field in fields(Selection))
"""Under which names a form sends a selection."""
IN_ADDRESS = tuple(name for name in FIELDS if name != "words")
"""Those an address may hold: what was typed to find somebody is posted."""
