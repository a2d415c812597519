"""What the rows of a ledger would do: for the dry run and for the writing the same judgement, stretch by stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from guanhu.apps.customers.ledgers.merging import CONTACTS, merged, numbers_after, told_contact
from guanhu.apps.customers.ledgers.queries import Known, customers_of, entries_of
from guanhu.apps.customers.ledgers.shapes import Old, Owner, RowOutcome, Verdict
from guanhu.apps.people.scope import Viewer
from guanhu.feeds.errors import Problem
from guanhu.feeds.ledgers.rows import Contact, LedgerRow


@dataclass
class _First:
    """The first row of a person in this file."""

    row: int
    content: int
    contacts: set[Contact]


@dataclass
class Judgement:
    """Judges one ledger from its first row to its last; remembers whom it met, so that nobody is taken twice."""

    by: Viewer | None
    owner: Owner
    file: str
    shape: str
    is_numbered: bool
    seen: Known = field(default_factory=Known)
    firsts: dict[int, _First] = field(default_factory=dict)
    customers: dict[int, int] = field(default_factory=dict)
    """Customer of the bank → her first row: a number in one row, her phone in another."""

    def judge(self, rows: Sequence[LedgerRow]) -> tuple[list[Verdict], list[Problem]]:
        """What each of these rows does, in order, and which are refused."""
        verdicts: list[Verdict] = []
        problems: list[Problem] = []
        banks = customers_of(self.by, rows)
        lines = [f"{self.shape[:40]}:{row.row}" if self.is_numbered else "" for row in rows]
        certain = [next(iter(keys)) if len(keys) == 1 else None for keys in banks]
        olds = entries_of(self.by, self.owner, rows, certain, lines)
        pending: dict[int, Verdict] = {}
        for row, keys, customer, old, line in zip(rows, banks, certain, olds, lines, strict=True):
            if len(keys) > 1 or len(old) > 1:
                problems.append(
                    self._problem(row, "several", "这个号码对应不止一位，分不清是谁", "补上客户号或证件号码")
                )
                continue
            first = self._first(row, customer, old[0] if old else None)
            if first is None:
                problems.append(self._problem(row, "double", "证件或手机与本文件里不止一行相同", "补上客户号"))
            elif problem := self._again(row, first):
                problems.append(problem)
            else:
                verdict = self._verdict(row, customer, old[0] if old else None, first, pending.get(first.row), line)
                pending[first.row] = verdict
                verdicts.append(verdict)
        return verdicts, problems

    def _first(self, row: LedgerRow, customer: int | None, old: Old | None) -> _First | None:
        """This person's first row in the file, which may be this one; null where several fit."""
        found = {self.customers[customer]} if customer in self.customers else self.seen.find(row.keys)
        if len(found) > 1:
            return None
        number = next(iter(found), row.row)
        if customer is not None:
            self.customers.setdefault(customer, number)
        for kind, text in {**(old.numbers if old else {}), **row.keys}.items():
            self.seen.add(number, kind, text)
        return self.firsts.setdefault(number, _First(row.row, _content(row), set()))

    def _again(self, row: LedgerRow, first: _First) -> Problem | None:
        """A person's further rows are taken for the contacts they tell, and for nothing else."""
        contact, told_before = row.contact, set(first.contacts)
        if contact:
            first.contacts.add(contact)
        if first.row == row.row or (contact and contact not in told_before and _content(row) == first.content):
            return None
        return self._problem(row, "double", f"与第 {first.row} 行是同一人", "保留一行；不同的联系记录可以各占一行")

    def _verdict(
        self, row: LedgerRow, customer: int | None, old: Old | None, first: _First, pending: Verdict | None,
        line: str,
    ) -> Verdict:  # fmt: skip
        known = customer is not None
        before: Any = pending.told if pending else old.told if old else None
        told, differs = merged(before, row, self.file, known=known)
        numbers = numbers_after(pending.numbers if pending else old.numbers if old else {}, row, known=known)
        moved = old is not None and (numbers != old.numbers or old.customer != customer)
        new = old is None and first.row == row.row and pending is None
        if first.row != row.row:
            differs = not any(one == told_contact(row) for one in (before or {}).get(CONTACTS, ()))
        outcome = RowOutcome.ADDED if new else RowOutcome.CHANGED if differs or moved else RowOutcome.UNCHANGED
        if known and new and not (row.facts or row.contact):
            outcome = RowOutcome.UNCHANGED
        return Verdict(row, outcome, customer, old, numbers, told, first.row, line)

    def _problem(self, row: LedgerRow, rule: str, says: str, suggestion: str) -> Problem:
        return Problem(self.file, row.row, None, rule, says, None, suggestion)


def _content(row: LedgerRow) -> int:
    """What a row tells beside its contact, to be compared within one run."""
    return hash((tuple(row.keys.items()), tuple(row.said.items()), tuple(row.facts.items())))
