"""Reading: whom a selection means, what is written of them, and the requests one may see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q

from guanhu.apps.audit import trail
from guanhu.apps.audit.canonical import without_numbers
from guanhu.apps.customers.books.asking import queries as asking
from guanhu.apps.customers.exports.columns import SOURCES, Cell
from guanhu.apps.customers.exports.models import Export
from guanhu.apps.customers.exports.shapes import Request, Requests, Selection
from guanhu.apps.customers.models import ContactPoint, Customer
from guanhu.apps.customers.queries import files_of
from guanhu.apps.customers.search import queries as searching
from guanhu.apps.people import policy, vault
from guanhu.apps.people.compiled import AnyOf
from guanhu.apps.people.queries import Shown, shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Role
from guanhu.rules.exports import ExportColumn, ExportPurpose, ExportState, FileKind, most_rows, state_at
from guanhu.rules.kinds import TrailAction

PAGE = 20
FOUND_BY_WORDS = 50
"""What the book shows of a search: one page."""
_OF_CUSTOMER = ("key", "customer_no", "name", "kind", "birth_on", "stage", "opened_on", "branch__name", "keeper__name")
_OF_NIGHT = ("tier", "entitlement", "balance_fen", "average_fen", "in30_fen", "out30_fen", "last_contact_on")


# ---------------------------------------------------------------- whom, and what of them


def keys_of(viewer: Viewer, selection: Selection, *, most: int) -> list[int]:
    """The customers of a selection among those in reach, in the book's order; one more than ``most`` says too many."""
    now = shown(viewer.branch_id)
    rows = _with_figures(viewer, now).filter(merged_into=None)
    if selection.words:
        found = [one.customer for one in searching.nearest(viewer, selection.words, most=FOUND_BY_WORDS)]
        searching.note_search(viewer, "export", selection.words, len(found))
        rows = rows.filter(pk__in=files_of(viewer, found))
    which = tuple(one for one in selection.which if asking.may_ask(viewer, one.trait))
    if which:
        night, today = (now.night_id, now.today) if now else (None, date.max)
        rows = rows.filter(asking.which(viewer, which, asking.ON_CUSTOMERS, night, today))
    return list(_in_order(rows).values_list("key", flat=True)[: most + 1])


def in_reach(viewer: Viewer, keys: Sequence[int]) -> int:
    """How many of these customers the viewer may still see."""
    return int(Customer.objects.seen_by(viewer).filter(AnyOf("key", list(keys))).count())


def lines_of(viewer: Viewer, keys: Sequence[int], columns: Sequence[ExportColumn], day: date) -> list[tuple[Cell, ...]]:
    """What a file tells of these customers: one line each, in the book's order, and only the columns."""
    rows = _in_order(_with_figures(viewer, shown(viewer.branch_id)).filter(AnyOf("key", list(keys))))
    figures = {name: F(f"now__{name}") for name in _OF_NIGHT}
    names = [*_OF_CUSTOMER, *(["id_no"] if ExportColumn.IDENTITY in columns else [])]
    phones = _phones(viewer, keys) if ExportColumn.PHONE in columns else {}
    lines = []
    for row in rows.values(*names, **figures):
        if "id_no" in row:
            row["id_no"] = vault.opened(Customer, "id_no", row["id_no"], {"key": row["key"]}) or ""
        row["phone"] = phones.get(row["key"], "")
        lines.append(tuple(SOURCES[column].told(row, day) for column in columns))
    return lines


def _phones(viewer: Viewer, keys: Sequence[int]) -> dict[int, str]:
    names = ("customer_id", "kind", "source", "value")
    rows = ContactPoint.objects.seen_by(viewer).filter(AnyOf("customer_id", list(keys)), kind="phone")
    return {row["customer_id"]: vault.opened(ContactPoint, "value", row["value"], row) or ""
            for row in rows.order_by("source").values(*names)}  # fmt: skip


def _with_figures(viewer: Viewer, now: Shown | None) -> Any:
    measured = FilteredRelation("standings", condition=Q(standings__night_id=now.night_id if now else None))
    return Customer.objects.seen_by(viewer).annotate(now=measured)


def _in_order(rows: Any) -> Any:
    return rows.order_by(F("now__average_fen").desc(nulls_last=True), "customer_no")


def most_plain(viewer: Viewer) -> int:
    """How many customers a file without personal columns may hold."""
    return most_rows(viewer.reach, policy.in_force(), personal=False)


# ---------------------------------------------------------------- requests


def mine(viewer: Viewer, now: datetime, *, page: int = 1) -> Requests:
    """What the viewer asked for herself, the last first."""
    return _page(_rows(viewer).filter(asked_by_id=viewer.staff_id), viewer, now, page)


def to_decide(viewer: Viewer, now: datetime, *, page: int = 1) -> Requests:
    """What others ask and this role decides: what waits first, then what was decided."""
    rows = _rows(viewer).filter(approver=viewer.role.value).exclude(asked_by_id=viewer.staff_id)
    return _page(rows, viewer, now, page, F("decided_at").asc(nulls_first=True))


def every(viewer: Viewer, now: datetime, *, page: int = 1) -> Requests:
    """All requests, for whoever audits; that they were read is on the trail."""
    found = _page(_rows(viewer), viewer, now, page)
    trail.note(viewer, TrailAction.EXPORT, object=("export", "list"), count=len(found.rows), result="listed")
    return found


def asked(viewer: Viewer, public_id: UUID, now: datetime) -> Request | None:
    """One request of the viewer's own; null as if absent for any other."""
    row = _rows(viewer).filter(public_id=public_id, asked_by_id=viewer.staff_id).first()
    return _told(row, viewer, now) if row else None


def decided(viewer: Viewer, public_id: UUID, now: datetime) -> Request | None:
    """One request of somebody else that this role decides; null as if absent for any other."""
    rows = _rows(viewer).filter(public_id=public_id, approver=viewer.role.value)
    row = rows.exclude(asked_by_id=viewer.staff_id).first()
    return _told(row, viewer, now) if row else None


def waiting(viewer: Viewer, now: datetime) -> int:
    """How many requests wait for this role."""
    rows = Export.objects.seen_by(viewer).filter(approver=viewer.role.value, state=ExportState.ASKED, until__gt=now)
    return int(rows.exclude(asked_by_id=viewer.staff_id).count())


def _rows(viewer: Viewer) -> Any:
    return Export.objects.seen_by(viewer).select_related("asked_by", "decided_by", "branch")


def _page(rows: Any, viewer: Viewer, now: datetime, page: int, *first: Any) -> Requests:
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    at = min(max(1, page), pages)
    ordered = rows.order_by(*first, "-asked_at", "-pk")
    told = tuple(_told(row, viewer, now) for row in ordered[(at - 1) * PAGE : at * PAGE])
    return Requests(told, at, pages, total)


def selection_of(row: Export) -> Selection:
    """Which part of the list was asked for."""
    return Selection.of(json.loads(vault.open(row, "selection") or "{}"))


def _told_selection(row: Export) -> Selection:
    """The same for a page: a number typed to find somebody is not shown again, least of all to a second person."""
    selection = selection_of(row)
    return replace(selection, words=without_numbers(selection.words))


def columns_of(row: Export) -> tuple[ExportColumn, ...]:
    """The columns that were asked for."""
    return tuple(ExportColumn(code) for code in row.columns)


def _told(row: Export, viewer: Viewer, now: datetime) -> Request:
    return Request(
        public_id=row.public_id, number=row.number, asked_by=row.asked_by.name, asked_no=row.asked_by.staff_no,
        asked_role=Role(row.asked_role), branch=row.branch.name, asked_at=row.asked_at, selection=_told_selection(row),
        columns=columns_of(row), kind=FileKind(row.kind), purpose=ExportPurpose(row.purpose), reason=row.reason,
        rows=row.rows, digest=row.digest, approver=Role(row.approver) if row.approver else None,
        state=state_at(ExportState(row.state), row.until, now), until=row.until,
        decided_by=row.decided_by.name if row.decided_by else "", decided_at=row.decided_at, because=row.because,
        ended_at=row.ended_at, own=row.asked_by_id == viewer.staff_id,
    )  # fmt: skip
