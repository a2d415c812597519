"""What is said of a ledger brought in a browser: its steps, what it tells of itself, and what a page shows of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from guanhu.feeds.ledgers.headings import KEYS, LedgerField
from guanhu.feeds.ledgers.repairs import Repair, Repairs
from guanhu.rules.kinds import Kind


class UploadState(Kind):
    """导入步骤: how far a ledger has come; some states wait for her, some for the work beside the pages."""

    OPENING = "opening", "打开中", "Opening"
    REFUSED = "refused", "打不开", "Not opened"
    COLUMNS = "columns", "待对应列", "Columns to map"
    TRYING = "trying", "试运行中", "Dry run under way"
    TRIED = "tried", "待写入", "Ready to write"
    WRITING = "writing", "写入中", "Writing"
    PAUSED = "paused", "已暂停", "Paused"
    WRITTEN = "written", "已写入", "Written"
    UNDOING = "undoing", "撤回中", "Taking back"
    UNDONE = "undone", "已撤回", "Taken back"
    DROPPED = "dropped", "已放弃", "Given up"


S = UploadState
WORKING = (S.OPENING, S.TRYING, S.WRITING, S.UNDOING)
"""Steps that are being done, or wait to be."""
UNFINISHED = (S.OPENING, S.COLUMNS, S.TRYING, S.TRIED, S.WRITING, S.PAUSED, S.UNDOING)
"""While one of these holds the file is needed."""
AFTER_COLUMNS = (S.TRYING, S.TRIED, S.WRITING, S.PAUSED, S.WRITTEN, S.UNDOING, S.UNDONE)
NUMBERED = "numbered"


@dataclass(frozen=True)
class UploadTold:
    """What the file tells and what was said about it."""

    file: str
    kind: str = ""
    encoding: str = ""
    separator: str = ""
    aside: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    heading_line: int = 0
    samples: tuple[tuple[str, ...], ...] = ()
    """Of each column its first values, C3 struck out."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """What each column is: guessed or remembered at first, then as she said."""
    guessed: tuple[str, ...] = ()
    """Headings that were known by themselves."""
    remembered: bool = False
    repairs: Mapping[str, Any] = field(default_factory=dict)
    stopped: str = ""
    """Why a step stopped, in a sentence."""

    def plain(self) -> str:
        """To be sealed; ``read`` takes it."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def read(cls, text: str | None) -> UploadTold:
        """What ``plain`` wrote down."""
        said = json.loads(text or '{"file": ""}')
        lists = {name: tuple(said.get(name, ())) for name in ("aside", "headings", "guessed")}
        samples = tuple(tuple(each) for each in said.get("samples", ()))
        return replace(cls(said["file"]), **{**said, **lists, "samples": samples})

    @property
    def said(self) -> Repairs:
        """What was said about broken cells."""
        return Repairs.from_plain(self.repairs)

    @property
    def has_key(self) -> bool:
        """Does a column tell whom a row is about?"""
        return bool({LedgerField(value) for value in self.columns.values()} & set(KEYS))


@dataclass(frozen=True)
class UploadLine:
    """One import as the list shows it."""

    public_id: UUID | None
    """Null where only whoever brought it may open it."""
    file: str
    who: str
    at: datetime
    state: UploadState
    rows: int
    added: int
    changed: int
    unchanged: int
    refused: int


@dataclass(frozen=True)
class UploadView:
    """One ledger that was brought, as its pages show it."""

    public_id: UUID
    state: UploadState
    told: UploadTold
    size: int
    brought_at: datetime
    asked_at: datetime
    touched_at: datetime
    rows: int
    done: int
    added: int
    changed: int
    unchanged: int
    left_to_core: int
    refused: int
    took_ms: int
    is_kept: bool
    fault: str
    ahead: int
    """How many other ledgers wait to be worked on before this one."""
    batch: UUID | None
    undo_until: datetime | None

    @property
    def working(self) -> bool:
        """Is a step being done?"""
        return self.state in WORKING

    @property
    def tried(self) -> bool:
        """Is there a report of a dry run?"""
        return self.state in (S.TRIED, S.WRITING, S.PAUSED, S.WRITTEN, S.UNDOING, S.UNDONE)


@dataclass(frozen=True)
class RefusedRow:
    """One refused row: where, what stands there, why, and what helps."""

    row: int
    place: int
    column: str
    rule: str
    value: str | None
    says: str
    suggestion: str


@dataclass(frozen=True)
class RefusedKind:
    """All rows refused by one rule in one column, and the ways there are to mend them at once."""

    rule: str
    place: int
    column: str
    rows: int
    says: str
    suggestion: str
    ways: tuple[Repair, ...]


@dataclass(frozen=True)
class Refusals:
    """The refused rows: their kinds, and one page of them."""

    kinds: tuple[RefusedKind, ...]
    rows: tuple[RefusedRow, ...]
    page: int
    pages: int
    total: int
