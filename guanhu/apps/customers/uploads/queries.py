"""Reading: the ledgers somebody brought, one of them with its report, and which of its rows were refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, Min

from guanhu.apps.audit import trail
from guanhu.apps.customers.ledgers.models import LedgerImport
from guanhu.apps.customers.uploads.actions.asking import told_of, undo_until
from guanhu.apps.customers.uploads.models import LedgerRefusal, LedgerUpload
from guanhu.apps.customers.uploads.shapes import (
    WORKING,
    Refusals,
    RefusedKind,
    RefusedRow,
    UploadLine,
    UploadState,
    UploadView,
)
from guanhu.apps.people import vault
from guanhu.apps.people.scope import Viewer
from guanhu.feeds.ledgers.repairs import WAYS
from guanhu.rules.access import WIDE
from guanhu.rules.kinds import TrailAction

PAGE = 50
LISTED = 100
"""So many ledgers a list shows; older ones have fallen due by then."""


def uploads(viewer: Viewer) -> tuple[UploadLine, ...]:
    """The ledgers this colleague brought, the last one first."""
    mine = LedgerUpload.objects.seen_by(viewer).order_by("-brought_at", "-key")
    lines = tuple(_line(row) for row in mine[:LISTED])
    _note(viewer, "list", "listed", len(lines))
    return lines


def _line(row: LedgerUpload) -> UploadLine:
    return UploadLine(
        row.public_id, told_of(row).file, "", row.brought_at, UploadState(row.state), row.rows, row.added, row.changed,
        row.unchanged, row.refused,
    )  # fmt: skip


def of_branch(viewer: Viewer) -> tuple[UploadLine, ...]:
    """What colleagues of the branch took in, in figures alone, for whoever leads it; else nothing."""
    if viewer.reach not in WIDE:
        return ()
    theirs = LedgerImport.objects.filter(branch_id__in=viewer.branches).exclude(by_id=viewer.staff_id)
    rows = theirs.select_related("by").order_by("-begun_at", "-pk")[:LISTED]
    return tuple(_import_line(row) for row in rows)


def _import_line(row: LedgerImport) -> UploadLine:
    state = UploadState.UNDONE if row.undone_at else UploadState.WRITTEN if row.ended_at else UploadState.PAUSED
    return UploadLine(
        None, "", row.by.name if row.by else "", row.begun_at, state, row.rows, row.added, row.changed, row.unchanged,
        sum(row.refused.values()),
    )  # fmt: skip


def look_at(viewer: Viewer, public_id: UUID) -> UploadView | None:
    """One ledger of her own with what it tells, on the trail; null as if absent for anybody else's."""
    view = upload(viewer, public_id)
    if view is not None:
        _note(viewer, str(public_id), "viewed", view.rows)
    return view


def upload(viewer: Viewer, public_id: UUID) -> UploadView | None:
    """How far a ledger of her own is, asked each second; null as if absent for anybody else's."""
    row: LedgerUpload | None = (
        LedgerUpload.objects.seen_by(viewer).filter(public_id=public_id).select_related("batch").first()
    )
    if row is None:
        return None
    return UploadView(
        public_id=row.public_id, state=UploadState(row.state), told=told_of(row), size=row.size,
        brought_at=row.brought_at, asked_at=row.asked_at, touched_at=row.touched_at, rows=row.rows, done=row.done,
        added=row.added, changed=row.changed, unchanged=row.unchanged, left_to_core=row.left_to_core,
        refused=row.refused, took_ms=row.took_ms, is_kept=row.is_kept, fault=row.fault,
        ahead=_ahead(viewer, row), batch=row.batch.public_id if row.batch else None, undo_until=undo_until(row),
    )  # fmt: skip


def _ahead(viewer: Viewer, row: LedgerUpload) -> int:
    """How many of her own ledgers wait before this one; of others she learns nothing."""
    before = LedgerUpload.objects.seen_by(viewer).filter(state__in=WORKING, asked_at__lt=row.asked_at)
    return before.count() if row.state in WORKING and not row.done else 0


def refusals(viewer: Viewer, public_id: UUID, *, rule: str = "", place: int = 0, page: int = 1) -> Refusals:
    """The refused rows of a ledger of her own by kind, and one page of them, of one kind where one is named.

    Looking is on the trail: what stands in a broken cell is shown.
    """
    every = LedgerRefusal.objects.seen_by(viewer).filter(upload__public_id=public_id)
    grouped = every.values_list("rule", "place").annotate(rows=Count("pk"), first=Min("row")).order_by("-rows", "rule")
    examples = {(one.rule, one.place): one for one in every.filter(row__in=[first for *_, first in grouped])}
    kinds = tuple(_kind(examples[rule, at], count) for rule, at, count, _first in grouped)
    rows = every.filter(rule=rule, place=place) if rule else every
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    lines = tuple(_refused(row) for row in rows.order_by("row")[(page - 1) * PAGE : page * PAGE])
    _note(viewer, str(public_id), "viewed", len(lines))
    return Refusals(kinds, lines, page, pages, total)


def _kind(row: LedgerRefusal, rows: int) -> RefusedKind:
    one = _refused(row)
    ways = WAYS.get(one.rule, ()) if one.place else ()
    return RefusedKind(one.rule, one.place, one.column, rows, one.says, one.suggestion, ways)


def _refused(row: LedgerRefusal) -> RefusedRow:
    column, value, says, suggestion = told_refusal(row)
    return RefusedRow(row.row, row.place, column, row.rule, value, says, suggestion)


def told_refusal(row: LedgerRefusal) -> tuple[str, str | None, str, str]:
    """What a refused row tells, opened: its column, what stands there, why, and what helps."""
    column, value, says, suggestion = json.loads(vault.open(row, "told") or '["", null, "", ""]')
    return column, value, says, suggestion


def every_refusal(viewer: Viewer, public_id: UUID) -> Iterator[RefusedRow]:
    """All refused rows, to be taken away as a table without what stands in them; on the trail."""
    every = LedgerRefusal.objects.seen_by(viewer).filter(upload__public_id=public_id).order_by("row")
    rows = [_refused(row) for row in every]
    _note(viewer, str(public_id), "listed", len(rows))
    return iter(rows)


def _note(viewer: Viewer, what: str, result: str, count: int) -> None:
    """A look at a ledger that was brought: whom it tells of nobody knows before it is written."""
    trail.note(viewer, TrailAction.IMPORT, object=("ledger_upload", what), result=result, count=count)
