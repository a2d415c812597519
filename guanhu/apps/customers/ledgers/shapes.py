"""What is said of an import: whose ledger it is, what each row would do, and the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from guanhu.feeds.errors import Problem
from guanhu.feeds.ledgers.headings import LedgerField
from guanhu.feeds.ledgers.rows import LedgerRow
from guanhu.rules.access import Reach, Viewer
from guanhu.rules.kinds import Kind


class RowOutcome(Kind):
    """行的结果: what became of one row of a ledger."""

    ADDED = "added", "新增", "Added"
    CHANGED = "changed", "更新", "Changed"
    UNCHANGED = "unchanged", "无变化", "Unchanged"


@dataclass(frozen=True)
class Owner:
    """Whose ledger it is: a keeper's, a branch's, or (neither) the bank's own, brought by the command line."""

    keeper: int | None
    branch: int | None

    @classmethod
    def of(cls, by: Viewer | None) -> Owner:
        """A keeper brings her own ledger, whoever leads a branch the branch's."""
        if by is None:
            return cls(None, None)
        return cls(by.staff_id if by.reach is Reach.OWN else None, by.branch_id)


@dataclass(frozen=True)
class Old:
    """What stands in force of a person before a row: its entry, and what it tells."""

    key: int
    batch: int
    customer: int | None
    numbers: Mapping[LedgerField, str]
    told: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What one good row does: whom it meets, and what is kept of her afterwards."""

    row: LedgerRow
    outcome: RowOutcome
    customer: int | None
    old: Old | None
    numbers: Mapping[LedgerField, str]
    told: Mapping[str, Any]
    first: int
    """This person's first row in the file."""
    line: str
    """The row's own place, where the file has no key."""


@dataclass
class Report:
    """What became of the rows of one ledger, each counted once; a refused one under its first reason."""

    rows: int = 0
    outcomes: Counter[RowOutcome] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    left_to_core: int = 0
    """Rows whose names or numbers were left to the core system, which knows the customer."""
    problems: list[Problem] = field(default_factory=list)
    """The refused rows one by one, with their addresses; not of an import that was done before."""
    batch: UUID | None = None
    again: bool = False
    """This very file was taken in before: nothing was done, and this is the report of then."""

    def take(self, verdicts: list[Verdict], problems: list[Problem]) -> None:
        """Count some rows more."""
        self.rows += len(verdicts) + len(problems)
        self.outcomes.update(one.outcome for one in verdicts)
        self.refused.update(problem.rule for problem in problems)
        self.left_to_core += sum(1 for one in verdicts if one.customer is not None and left_to_core(one.row))
        self.problems += problems

    def plain(self) -> dict[str, Any]:
        """For a program: every row in is somewhere."""
        return {
            "rows_in": self.rows, **{outcome.value: self.outcomes[outcome] for outcome in RowOutcome},
            "quarantined": dict(sorted(self.refused.items())),
        }  # fmt: skip


def left_to_core(row: LedgerRow) -> bool:
    """Does the row say anything of what the core system tells, beside the number it is known by?"""
    return any(name is not LedgerField.CUSTOMER_NO for name in row.said)
