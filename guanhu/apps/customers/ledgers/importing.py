"""A ledger from its first row to its last: tried, or written in steps that can be taken up where they stopped."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from guanhu.apps.customers.ledgers import actions, queries
from guanhu.apps.customers.ledgers.judging import Judgement
from guanhu.apps.customers.ledgers.models import LedgerImport
from guanhu.apps.customers.ledgers.shapes import Owner, Report, RowOutcome, Verdict
from guanhu.apps.people import policy
from guanhu.apps.people.scope import Viewer
from guanhu.feeds.errors import Problem
from guanhu.feeds.ledgers import headings
from guanhu.feeds.ledgers.headings import Columns
from guanhu.feeds.ledgers.limits import LedgerRefused, Limits
from guanhu.feeds.ledgers.reading import Ledger, read
from guanhu.feeds.ledgers.repairs import AS_IT_STANDS, Repairs, mended
from guanhu.feeds.ledgers.rows import Judge, LedgerRow

Told = Callable[[int, int], None]
Source = Callable[[], AbstractContextManager[Ledger]]
"""Puts a ledger on the table that was opened before."""


@dataclass(frozen=True)
class Bringing:
    """Who brings which file, on which day, mapped how; ``by`` null: the command line, for the bank as a whole."""

    by: Viewer | None
    source: Path | Source
    today: date
    says: Mapping[str, object] | None = None
    """A mapping of the colleague's own; null: as the last time, else guessed."""
    repairs: Repairs = AS_IT_STANDS
    with_values: bool = False
    """Are broken cells told as they stand?"""

    def ledger(self) -> AbstractContextManager[Ledger]:
        """The ledger, to be walked once."""
        return read(self.source, _limits()) if isinstance(self.source, Path) else self.source()


def columns_of(bringing: Bringing, ledger: Ledger) -> Columns:
    """What each column is: as told, else as the last time for this shape, else guessed. Raises ``LedgerRefused``."""
    if bringing.says is not None:
        return headings.told(ledger.file, ledger.headings, bringing.says)
    remembered = queries.remembered(Owner.of(bringing.by), ledger.shape)
    if remembered is not None:
        with suppress(LedgerRefused):
            return headings.told(ledger.file, ledger.headings, remembered)
    return headings.guessed(ledger.headings)


def dry_run(bringing: Bringing, tell: Told | None = None) -> tuple[Report, Columns, Ledger]:
    """What an import would do; nothing is written."""
    report = Report()
    with bringing.ledger() as ledger:
        columns = columns_of(bringing, ledger)
        for verdicts, problems in _judged(bringing, ledger, columns):
            report.take(verdicts, problems)
            if tell:
                tell(report.rows, ledger.rows)
        return report, columns, ledger


def commit(bringing: Bringing, now: Callable[[], datetime], tell: Told | None = None) -> tuple[Report, Columns, Ledger]:
    """Write a ledger, from where an earlier run of the same file stopped; a file taken in before gives its report."""
    with bringing.ledger() as ledger:
        columns = columns_of(bringing, ledger)
        batch = actions.begin(by=bringing.by, ledger=ledger, columns=columns,
                              mapping=mapping_of(columns.plain(), bringing.repairs), now=now())  # fmt: skip
        if batch.ended_at:
            return _report(batch, again=True), columns, ledger
        behind, done, problems_told, at_once = batch.done, 0, [], policy.in_force().ledger_rows_at_once
        for verdicts, problems in _judged(bringing, ledger, columns):
            many = len(verdicts) + len(problems)
            if done >= behind:
                actions.write(by=bringing.by, batch=batch, done=done, verdicts=verdicts, problems=problems,
                              today=bringing.today, now=now())  # fmt: skip
                if done in (at_once * 4**n for n in range(9)):
                    actions.count_anew()
            done += many
            problems_told += problems
            if tell:
                tell(done, ledger.rows)
        batch.refresh_from_db()
        report = _report(batch, again=False)
        report.problems = problems_told
        return report, columns, ledger


def _judged(bringing: Bringing, ledger: Ledger, columns: Columns) -> Iterator[tuple[list[Verdict], list[Problem]]]:
    """The rows in stretches of the policy's size, always cut alike, each judged when the one before is written."""
    numbers = policy.in_force()
    judge = Judge(ledger.file, ledger.headings, columns, _limits(), bringing.today, numbers.child_years)
    judgement = Judgement(bringing.by, Owner.of(bringing.by), ledger.file, ledger.shape, columns.is_numbered)
    rows = mended(judge, ledger.lines(), bringing.repairs, with_values=bringing.with_values)
    while stretch := list(islice(rows, numbers.ledger_rows_at_once)):
        early = [one for one in stretch if isinstance(one, Problem)]
        verdicts, late = judgement.judge([one for one in stretch if isinstance(one, LedgerRow)])
        yield verdicts, sorted([*early, *late], key=lambda one: one.row or 0)


def _report(batch: LedgerImport, *, again: bool) -> Report:
    outcomes = Counter({outcome: int(getattr(batch, outcome.value)) for outcome in RowOutcome})
    return Report(batch.done, outcomes, Counter(batch.refused), batch.left_to_core, [], batch.public_id, again)


def mapping_of(columns: Mapping[str, str], repairs: Repairs) -> str:
    """By what a file that is mapped and mended the same way is known again."""
    told: Any = [*sorted(columns.items()), *([repairs.plain()] if repairs else [])]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _limits() -> Limits:
    return Limits.of(policy.in_force())
