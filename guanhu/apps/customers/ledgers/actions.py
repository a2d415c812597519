"""Writing: an import begun, its rows in small steps, its end, and all of it taken back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.customers.ledgers.models import LedgerEntry, LedgerImport
from guanhu.apps.customers.ledgers.queries import COLUMNS, WHY, import_of
from guanhu.apps.customers.ledgers.shapes import Owner, Report, RowOutcome, Verdict
from guanhu.apps.people import policy
from guanhu.apps.people.copying import copy_in
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.keyring import lookup_hash
from guanhu.apps.people.scope import Viewer
from guanhu.feeds.errors import Problem
from guanhu.feeds.ledgers.headings import Columns
from guanhu.feeds.ledgers.reading import Ledger
from guanhu.rules.kinds import TrailAction

_WRITING = 5203007
"""The number of the lock under which the rows of one owner's ledgers are written."""


@trail.recorded
def begin(*, by: Viewer | None, ledger: Ledger, columns: Columns, mapping: str, now: datetime) -> LedgerImport:
    """The import of this file mapped this way: a new one, or the one that was begun before and not taken back."""
    owner = Owner.of(by)
    _one_after_the_other(owner)
    found = import_of(owner, ledger.digest, mapping)
    if found is None:
        found = LedgerImport.objects.create(
            by_id=by.staff_id if by else None, keeper_id=owner.keeper, branch_id=owner.branch, digest=ledger.digest,
            mapping=mapping, shape=ledger.shape, columns=json.dumps(columns.plain(), ensure_ascii=False),
            rows=ledger.rows, begun_at=now, touched_at=now, ended_at=None if ledger.rows else now,
        )  # fmt: skip
        found.refresh_from_db()
        _note(by, found, "begun", ledger.rows)
    return found


@trail.recorded
def write(
    *, by: Viewer | None, batch: LedgerImport, done: int, verdicts: Sequence[Verdict], problems: Sequence[Problem],
    today: date, now: datetime,
) -> None:  # fmt: skip
    """Write one stretch of rows, if nobody else has: entries, counts and the record in one transaction.

    ``done``: how many rows were dealt with before this stretch. Raises ``Conflict`` where another run was faster.
    """
    row = _held(batch)
    if row.done != done or row.undone_at:
        raise Conflict(_("这份台账同时在另一处导入，或已撤回；这一段没有写入，请看最新的结果"))
    _write_entries(row, verdicts, today)
    report = Report()
    report.take(list(verdicts), list(problems))
    row.done += report.rows
    row.added += report.outcomes[RowOutcome.ADDED]
    row.changed += report.outcomes[RowOutcome.CHANGED]
    row.unchanged += report.outcomes[RowOutcome.UNCHANGED]
    row.left_to_core += report.left_to_core
    row.refused = dict(Counter(row.refused) + report.refused)
    row.touched_at = now
    row.ended_at = now if row.done == row.rows else None
    row.save()
    people = [one.customer for one in verdicts if one.customer is not None and one.outcome is not RowOutcome.UNCHANGED]
    _note(by, row, "ended" if row.ended_at else "written", report.rows, people)


def count_anew() -> None:
    """Have the database look at how many entries there are, so that it goes on finding them by their numbers.

    Without it a table that grew a minute ago is taken for small and read from end to end for each stretch.
    """
    with connection.cursor() as cursor:
        cursor.execute("analyze customers_ledgerentry")


@trail.recorded
def undo(*, by: Viewer | None, batch: UUID, now: datetime) -> int:
    """Take a whole import back within the policy's hours: what it added goes, what it changed is as before.

    Only by whoever brought it; returns how many entries went. Raises ``Invisible``, and ``Refused`` when it is too late
    or a later import stands on it.
    """
    mine = LedgerImport.objects.filter(public_id=batch, by_id=by.staff_id if by else None)
    row = mine.select_for_update().first()
    if row is None or row.undone_at:
        raise Invisible(str(batch))
    _one_after_the_other(Owner(row.keeper_id, row.branch_id))
    hours = policy.in_force().ledger_undo_hours
    if now > row.touched_at + timedelta(hours=hours):
        raise Refused({"batch": _("已过 %(n)s 小时，不能整批撤回") % {"n": hours}})
    entries = LedgerEntry.objects.for_system("an import taken back by whoever brought it").filter(batch=row)
    if entries.exclude(replaced_in=None).exists():
        raise Refused({"batch": _("后来的导入改过同一些人，请先撤回后来的那一批")})
    people = list(entries.exclude(customer=None).values_list("customer_id", flat=True))
    count = entries.count()
    entries._raw_delete(entries.db)
    LedgerEntry.objects.for_system("as before the import").filter(replaced_in=row).update(replaced_in=None)
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    _note(by, row, "undone", count, people)
    return int(count)


def _write_entries(batch: LedgerImport, verdicts: Sequence[Verdict], today: date) -> None:
    """Each person's last word of this stretch as a row of its own; the rows it replaces are kept, and marked."""
    last = {_person(one): one for one in verdicts if one.outcome is not RowOutcome.UNCHANGED}
    replaced = [one.old for one in last.values() if one.old]
    every = LedgerEntry.objects.for_system(WHY)
    same, others = (
        [old.key for old in replaced if (old.batch == batch.pk) is mine] for mine in (True, False)
    )  # fmt: skip
    if same:
        gone = every.filter(key__in=same, batch=batch)
        gone._raw_delete(gone.db)
    if others:
        count = every.filter(key__in=others, replaced_in=None).update(replaced_in=batch)
        if count != len(others):
            raise Conflict(_("有人刚改过同一些人；这一段没有写入，请再运行一次"))
    fields = ("key", "batch_id", "customer_id", "keeper_id", "branch_id", "line", *COLUMNS.values(), "told", "told_on")
    copy_in(LedgerEntry, fields, _rows(batch, list(last.values()), today))


def _person(one: Verdict) -> tuple[str, int]:
    """Who a row is about, within one stretch."""
    if one.customer is not None:
        return "customer", one.customer
    return ("entry", one.old.key) if one.old else ("row", one.first)


def _rows(batch: LedgerImport, verdicts: Sequence[Verdict], today: date) -> Iterator[dict[str, Any]]:
    for one in verdicts:
        numbers = {column: one.numbers.get(kind) for kind, column in COLUMNS.items()}
        yield {
            "key": _key(batch, one.row.row), "batch_id": batch.pk, "customer_id": one.customer,
            "keeper_id": batch.keeper_id, "branch_id": batch.branch_id, "line": "" if one.customer else one.line,
            "told": json.dumps(one.told, ensure_ascii=False), "told_on": today, **numbers,
        }  # fmt: skip


def _key(batch: LedgerImport, row: int) -> int:
    """The key of what one row of one import wrote: the same however often it is tried."""
    told = lookup_hash("customers_ledgerentry", f"{batch.public_id}\0{row}")
    return int.from_bytes(told[:8], "big") >> 1 or 1


def _held(batch: LedgerImport) -> LedgerImport:
    """The import, held until the transaction ends."""
    _one_after_the_other(Owner(batch.keeper_id, batch.branch_id))
    return LedgerImport.objects.select_for_update().get(pk=batch.pk)


def _one_after_the_other(owner: Owner) -> None:
    """Until the transaction ends nobody else writes into the ledgers of this owner."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_WRITING, owner.keeper or -(owner.branch or 0)])


def _note(
    by: Viewer | None, batch: LedgerImport, what: str, count: int, people: Sequence[int] = ()
) -> None:  # fmt: skip
    trail.note(by, TrailAction.IMPORT, object=("ledger_import", str(batch.public_id)), fields=(what,), count=count,
               people=people, policy=settings.GUANHU_POLICY.version)  # fmt: skip
