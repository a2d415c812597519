"""Reading: what was told to a keeper, the unread first; how many are unread rides in the question of every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from guanhu.apps.audit import trail
from guanhu.apps.customers.models import Customer
from guanhu.apps.customers.notices.models import Notice
from guanhu.apps.people.compiled import AnyOf, Count, compiled
from guanhu.apps.people.personal import shown as shown_as
from guanhu.apps.people.scope import Viewer
from guanhu.rules.kinds import TrailAction
from guanhu.rules.privacy import Form

PAGE = 50


@dataclass(frozen=True)
class Told:
    """One notice: what was done by whom and when, with which customer.

    ``customer``: null where she is not hers any more, or where it is about a review.
    """

    public_id: UUID
    what: str
    who: str
    at: datetime
    unread: bool
    customer: UUID | None
    name: str
    """Masked; empty where she is not hers any more."""


def notices(viewer: Viewer) -> tuple[Told, ...]:
    """提醒: the unread first, then the latest of those read, no more than a page; looking is on the trail."""
    rows = _latest(viewer)
    people = {row[0]: row[1:] for row in _people(viewer, sorted({row[1] for row in rows if row[1]}))}
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "notices"), people=people)
    return tuple(_told(row, people.get(row[1])) for row in rows)


def _told(row: tuple[Any, ...], face: tuple[Any, ...] | None) -> Told:
    public_id, _key, what, who, at, read_at = row
    name = shown_as(Customer, "name", face[1], Form.MASKED, kind=face[2]) if face else ""
    return Told(public_id, what, who, at, read_at is None, face[0] if face else None, name)


@compiled(tuple)
def _latest(viewer: Viewer) -> Any:
    rows = Notice.objects.seen_by(viewer).order_by(F("read_at").desc(nulls_first=True), "-at", "-pk")
    return rows.values_list("public_id", "customer_id", "what", "by__name", "at", "read_at")[:PAGE]


@compiled(tuple)
def _people(viewer: Viewer, keys: list[int]) -> Any:
    rows = Customer.objects.seen_by(viewer).filter(AnyOf("key", keys))
    return rows.values_list("key", "public_id", "name", "kind")


def unread(viewer: Viewer) -> Any:
    """How many are unread, as a part of another question. For the apps alone."""
    return Notice.objects.seen_by(viewer).filter(read_at=None).values_list(Count())
