"""Reading: whose number was presented at the counter, and who came in without being a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from guanhu.apps.audit import trail
from guanhu.apps.customers.models import ContactPoint, Customer, Prospect
from guanhu.apps.people import policy, vault
from guanhu.apps.people.personal import shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.identifiers import identity_form, phone_form
from guanhu.rules.kinds import TrailAction
from guanhu.rules.privacy import Form

PHONE_DIGITS, IDENTITY_SIGNS = 11, (15, 18)
MOST = 100
"""Prospects on one page."""
WHY = "whose number was presented at the counter, found by its keyed hash and bound to the one customer"


@dataclass(frozen=True)
class Presented:
    """What was presented: bound to ``number``, the customer's own where it is hers; how many it may mean."""

    number: str
    kind: str
    """``phone``, ``id_no``, or ``customer_no`` for whatever is neither."""
    several: bool = False


@dataclass(frozen=True)
class ProspectRow:
    """Somebody who came in: masked, with who wrote her down, and where she was thrown away by whom and why."""

    public_id: UUID
    name: str
    phone: str
    id_no: str
    wish: str
    opened_on: date
    opened_by: str
    removed_at: datetime | None
    removed_by: str
    removed_why: str
    until: date | None
    """Until when she may be put back."""


def kind_of(typed: str) -> str:
    """Is what was presented a phone, an identity number, or a customer number?"""
    if len(identity_form(typed)) in IDENTITY_SIGNS and identity_form(typed)[:-1].isdigit():
        return "id_no"
    return "phone" if len(phone_form(typed)) == PHONE_DIGITS and phone_form(typed)[0] == "1" else "customer_no"


def presented(viewer: Viewer, typed: str) -> Presented:
    """Whose number was presented, in full and exactly, in the viewer's branch; else what was typed, as it is. P15.

    Asked before the request is bound to one customer: the database shows the login whose hash it is and nobody else.
    """
    kind = kind_of(typed)
    wanted = _hash_of(kind, typed)
    if wanted is None:
        return Presented(typed, "customer_no")
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.presented', %s, true)", [wanted.hex()])
    found = list(_whose(viewer, kind, wanted))
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.presented', '', true)")
    persons = {file for _number, file, _merged in found}
    if len(persons) == 1:
        return Presented(min(found, key=lambda one: (one[2], one[0]))[0], kind)
    return Presented("" if found else typed, kind, several=bool(found))


def _hash_of(kind: str, typed: str) -> bytes | None:
    if kind == "phone":
        return vault.look_for(ContactPoint, "value_hash", typed)
    return vault.look_for(Customer, "id_no_hash", typed) if kind == "id_no" else None


def _whose(viewer: Viewer, kind: str, wanted: bytes) -> Any:
    """The customer numbers of her branch it belongs to, with the file each stands in and whether it is merged."""
    rows = Customer.objects.for_system(WHY).filter(branch_id=viewer.branch_id, cleared_on=None)
    if kind == "phone":
        points = ContactPoint.objects.for_system(WHY).filter(value_hash=wanted)
        rows = rows.filter(key__in=points.values("customer_id"))
    else:
        rows = rows.filter(id_no_hash=wanted)
    found = rows.annotate(file=Coalesce("merged_into_id", "key"), is_merged=Q(merged_into__isnull=False))
    return found.values_list("customer_no", "file", "is_merged")


def prospects(viewer: Viewer, *, removed_since: datetime | None = None) -> tuple[ProspectRow, ...]:
    """潜在客户 in reach, the latest first: those who are there, or those that were thrown away since then."""
    rows = Prospect.objects.seen_by(viewer)
    if removed_since is None:
        rows = rows.filter(removed_at=None).order_by("-opened_at", "public_id")
    else:
        rows = rows.filter(removed_at__gte=removed_since).order_by("-removed_at", "public_id")
    listed = list(rows.select_related("opened_by", "removed_by")[:MOST])
    name = "bin" if removed_since else "prospects"
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", name), count=len(listed))
    return tuple(map(_row, listed))


def _row(row: Prospect) -> ProspectRow:
    masked = {name: str(shown(Prospect, name, vault.open(row, name), Form.MASKED)) for name in ("phone", "id_no")}
    until = localdate(row.removed_at) + timedelta(days=policy.in_force().bin_days) if row.removed_at else None
    return ProspectRow(
        row.public_id, str(shown(Prospect, "name", row.name, Form.MASKED)), masked["phone"], masked["id_no"], row.wish,
        row.opened_on, row.opened_by.name, row.removed_at, row.removed_by.name if row.removed_by else "",
        row.removed_why, until,
    )  # fmt: skip
