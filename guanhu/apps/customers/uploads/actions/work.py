"""What is asked for on the pages of an import, done beside them under the night's login.

Each step can be killed anywhere and is taken up by doing it again: what an upload waits for stands in its row, and what
was written is counted in the transaction that wrote it. A lock of the database keeps two from one ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.db import connection, transaction
from django.utils.timezone import localdate

from guanhu.apps.audit import trail
from guanhu.apps.customers.ledgers import actions as ledgers
from guanhu.apps.customers.ledgers import importing, queries
from guanhu.apps.customers.ledgers.models import LedgerImport
from guanhu.apps.customers.ledgers.shapes import Owner, Report, RowOutcome
from guanhu.apps.customers.uploads.actions import pieces
from guanhu.apps.customers.uploads.actions.asking import told_of
from guanhu.apps.customers.uploads.actions.pieces import WHY
from guanhu.apps.customers.uploads.models import LedgerUpload
from guanhu.apps.customers.uploads.shapes import UNFINISHED, WORKING, UploadState, UploadTold
from guanhu.apps.people import policy
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.models import Staff
from guanhu.apps.people.queries import viewer_of
from guanhu.apps.people.scope import Viewer
from guanhu.feeds.ledgers import headings
from guanhu.feeds.ledgers.headings import Columns
from guanhu.feeds.ledgers.limits import LedgerRefused, Limits
from guanhu.feeds.ledgers.reading import Ledger, Line, read_bytes
from guanhu.rules.access import Denied, Permission, Role, require
from guanhu.rules.kinds import TrailAction

S = UploadState
LOCKS = 5203010
"""The first number of the lock under which one ledger is worked on; the second is the upload's."""
Now = Callable[[], datetime]


class _Stopped(Exception):
    """She paused it or gave it up, or we are to stop: what was done so far stands."""


class _NoRight(Exception):
    """Whoever brought it may not bring ledgers any more."""


@dataclass(frozen=True)
class Worker:
    """Works on what waits; ``go_on`` says whether there is time for more."""

    now: Now
    go_on: Callable[[], bool] = lambda: True

    def attend(self) -> str:
        """Do the step that has waited longest and nobody is at; what was done, in words, empty where nothing waits."""
        self._sweep()
        rows = LedgerUpload.objects.for_system(WHY).filter(state__in=WORKING).order_by("asked_at", "pk")
        for key in list(rows.values_list("pk", flat=True)):
            with _alone(key) as mine:
                row = rows.filter(pk=key).select_related("batch").first() if mine else None
                if row is not None:
                    with trail.during(trail.Source(device="guanhu import", at=self.now())):
                        return self._step(row)
        return ""

    def _step(self, row: LedgerUpload) -> str:
        """One step of one ledger; what stops it is told to whoever waits for it."""
        steps = {S.OPENING: self._open, S.TRYING: self._try, S.WRITING: self._write, S.UNDOING: self._undo}
        at = UploadState(row.state)
        try:
            steps[at](row)
        except _Stopped:
            return f"{at.zh}：停下"
        except (LedgerRefused, Refused, Conflict, Invisible, _NoRight) as refused:
            self._stop(row, at, _sentence(refused), "")
        except Exception as fault:
            self._stop(row, at, "", type(fault).__name__)
            raise
        return f"{at.zh}：{row.rows} 行"

    def _stop(self, row: LedgerUpload, at: UploadState, says: str, fault: str) -> None:
        """Back to where she can do something about it."""
        back = {S.OPENING: S.REFUSED, S.TRYING: S.COLUMNS, S.WRITING: S.PAUSED, S.UNDOING: S.WRITTEN}[at]
        if at is S.UNDOING and row.batch and not row.batch.ended_at:
            back = S.PAUSED
        told = replace(told_of(row), stopped=says)
        with suppress(_Stopped):
            self._end(row, at, back, told=told, fault=fault[:80])

    @trail.recorded
    def _end(self, row: LedgerUpload, at: UploadState, to: UploadState, **changed: Any) -> None:
        """The step is done, unless she was faster: then what she said stands."""
        kept = LedgerUpload.objects.for_system(WHY).select_for_update().get(pk=row.pk)
        if kept.state != at:
            raise _Stopped
        told = changed.pop("told", None)
        changed |= {"state": to, "touched_at": self.now(), **({"told": told.plain()} if told else {})}
        for name, value in changed.items():
            setattr(kept, name, value)
        kept.save(update_fields=list(changed))
        trail.note(None, TrailAction.IMPORT, object=("ledger_upload", str(kept.public_id)), result=to.value,
                   count=kept.rows)  # fmt: skip

    # ------------------------------------------------------------ the steps

    def _open(self, row: LedgerUpload) -> None:
        """打开: what the file is and its lines; C3 is struck out, and the file as it came is gone."""
        told, limits = told_of(row), Limits.of(policy.in_force())
        kept: list[list[Line]] = []
        with read_bytes(told.file, pieces.as_it_came(row), limits) as ledger:
            columns, remembered = self._guessed(row, ledger)
            samples: list[list[str]] = [[] for _ in ledger.headings]
            for stretch in ledger.stretches:
                kept.append([(number, pieces.struck(cells, ledger.headings, columns)) for number, cells in stretch])
                pieces.sample(samples, kept[-1])
            told = _told(ledger, columns, samples, remembered=remembered)
        with transaction.atomic():
            pieces.in_place_of_it(row, kept)
            self._end(row, S.OPENING, S.COLUMNS, told=told, rows=ledger.rows)

    def _guessed(self, row: LedgerUpload, ledger: Ledger) -> tuple[Columns, bool]:
        """What the columns are: as the last time for this shape, else guessed; and whether it was remembered."""
        said = queries.remembered(Owner.of(self._viewer(row)), ledger.shape)
        if said is not None:
            try:
                return headings.told(ledger.file, ledger.headings, said), True
            except LedgerRefused:
                pass
        return headings.guessed(ledger.headings), False

    def _try(self, row: LedgerUpload) -> None:
        """试运行: what the import would do; the refused rows are kept beside it."""
        begun = self.now()
        report, *_ = importing.dry_run(self._bringing(row), partial(self._progress, row, S.TRYING))
        took = (self.now() - begun) // timedelta(milliseconds=1)
        with transaction.atomic():
            pieces.keep_refused(row, report.problems, told_of(row).headings)
            self._end(row, S.TRYING, S.TRIED, done=report.rows, took_ms=took, **_counts(report))

    def _write(self, row: LedgerUpload) -> None:
        """写入: from where it stopped; the file is gone when the last row is dealt with."""
        bringing, told = self._bringing(row), told_of(row)
        mapping = importing.mapping_of(told.columns, told.said)
        so_far = partial(queries.import_of, Owner.of(bringing.by), row.digest, mapping)
        report, *_ = importing.commit(bringing, self.now, lambda *how_far: self._written(row, so_far(), *how_far))
        batch = LedgerImport.objects.get(public_id=cast(UUID, report.batch))
        with transaction.atomic():
            self._end(row, S.WRITING, S.WRITTEN, batch_id=batch.pk, done=report.rows, is_kept=False, **_counts(report))
            pieces.forget(row)
            pieces.forget_values(row)

    def _undo(self, row: LedgerUpload) -> None:
        """撤回: all of it, or nothing."""
        with transaction.atomic():
            if row.batch:
                ledgers.undo(by=self._viewer(row), batch=row.batch.public_id, now=self.now())
            self._end(row, S.UNDOING, S.UNDONE, is_kept=False)
            pieces.forget(row)

    # ------------------------------------------------------------ what the steps share

    def _bringing(self, row: LedgerUpload) -> importing.Bringing:
        told = told_of(row)
        return importing.Bringing(
            self._viewer(row), partial(pieces.on_the_table, row, told), localdate(row.brought_at), told.columns,
            told.said, with_values=True,
        )  # fmt: skip

    def _viewer(self, row: LedgerUpload) -> Viewer:
        """Who brought it, with the rights she has today in the role in which she did."""
        staff = Staff.objects.filter(pk=row.by_id, is_active=True, locked_at=None).first()
        seen = viewer_of(staff, Role(row.role), localdate(self.now())) if staff else None
        if seen is None:
            raise _NoRight
        try:
            return require(seen, Permission.LEDGER_IMPORT)
        except Denied:
            raise _NoRight from None

    def _progress(self, row: LedgerUpload, at: UploadState, done: int, rows: int, **more: Any) -> None:
        """How far it is, for whoever waits; stops where she said so or where we are to stop."""
        told = LedgerUpload.objects.for_system(WHY).filter(pk=row.pk, state=at).update(**{"done": done, **more})
        if not told or (not self.go_on() and done < rows):
            raise _Stopped

    def _written(self, row: LedgerUpload, batch: LedgerImport | None, done: int, rows: int) -> None:
        """What is written so far; from its first stretch on she may take it back."""
        if batch is None:
            return self._progress(row, S.WRITING, done, rows)
        counts = {outcome.value: getattr(batch, outcome.value) for outcome in RowOutcome}
        refused = sum(batch.refused.values())
        return self._progress(row, S.WRITING, max(done, batch.done), rows, batch=batch, refused=refused, **counts)

    def _sweep(self) -> None:
        """Files nobody needs any more are gone within seconds, those nobody went on with after the policy's days."""
        line = self.now() - timedelta(days=policy.in_force().keep_upload_days)
        every = LedgerUpload.objects.for_system(WHY)
        for row in every.filter(state__in=UNFINISHED, touched_at__lt=line):
            with _alone(row.pk) as mine, suppress(_Stopped):
                if mine:
                    self._end(row, UploadState(row.state), S.WRITTEN if row.done and row.batch_id else S.DROPPED)
        for row in every.filter(state__in=(S.DROPPED, S.REFUSED, S.WRITTEN), is_kept=True):
            with transaction.atomic():
                pieces.forget(row)
                pieces.forget_refused(row)
                every.filter(pk=row.pk).update(is_kept=False)


def _told(ledger: Ledger, columns: Columns, samples: list[list[str]], *, remembered: bool) -> UploadTold:
    return UploadTold(
        file=ledger.file, kind=ledger.kind, encoding=ledger.encoding, separator=ledger.separator, aside=ledger.aside,
        headings=ledger.headings, heading_line=ledger.heading_line, columns=columns.plain(), remembered=remembered,
        samples=tuple(tuple(each) for each in samples),
        guessed=tuple(name for name, field in columns.fields.items() if field not in headings.MANY),
    )  # fmt: skip


def _counts(report: Report) -> dict[str, int]:
    outcomes = {outcome.value: report.outcomes[outcome] for outcome in RowOutcome}
    return {**outcomes, "left_to_core": report.left_to_core, "refused": sum(report.refused.values())}


def _sentence(refused: Exception) -> str:
    """Why a step stopped, as its page says it."""
    if isinstance(refused, _NoRight):
        return "带来这份台账的人现在没有导入的权限"
    if isinstance(refused, Invisible):
        return "这一批不是由你写入的，或已经撤回"
    if isinstance(refused, LedgerRefused):
        return f"{refused.problem.says}。{refused.problem.suggestion}"
    return str(refused)


@contextmanager
def _alone(key: int) -> Iterator[bool]:
    """Is nobody else at this ledger, on any site? The lock goes with the connection of a worker that is killed."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [LOCKS, key % (1 << 31)])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [LOCKS, key % (1 << 31)])
