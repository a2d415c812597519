"""Reading the trail: the auditor all of it, everybody else what they did themselves; every reading is itself noted.

Lines come newest first, fifty at a time, and go on from where the last page ended (never by counting from the start).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet

from guanhu.apps.audit import trail
from guanhu.apps.audit.canonical import person_id
from guanhu.apps.audit.models import Entry, Seal
from guanhu.rules.access import Reach, Viewer
from guanhu.rules.kinds import TrailAction

PAGE = 50
"""Lines on one page (goal A9)."""


@dataclass(frozen=True)
class Line:
    """One record as it is shown: nobody's name, nothing anybody typed but the reason."""

    chain: str
    seq: int
    at: datetime
    actor: str
    role: str
    unit: str
    action: str
    kind: str
    fields: tuple[str, ...]
    reason: str
    case: str
    result: str
    count: int | None
    address: str
    request: str
    listed: bool
    """The customer asked for was one of a list here."""


@dataclass(frozen=True)
class Lines:
    """One page, and where the next one begins (empty on the last)."""

    rows: tuple[Line, ...]
    further: str


@dataclass(frozen=True)
class Asked:
    """What somebody wants to know of the trail; empty means any."""

    customer: int | None = None
    """The customer's key."""
    actor: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: str = ""
    """Where the page before ended."""


@dataclass(frozen=True)
class Verified:
    """The last time the trail was checked through the product."""

    at: datetime
    whole: bool
    records: int
    seal: int
    says: str


def look(viewer: Viewer, asked: Asked, *, now: datetime) -> Lines:
    """What the trail holds of this: for the auditor of everybody, for others of themselves; noted before it is shown.

    No further back than the policy says: a year for the auditor, thirty days for oneself. Reliability B6.
    """
    policy = settings.GUANHU_POLICY
    mine = viewer.reach is not Reach.TRAIL
    trail.note(
        viewer, TrailAction.TRAIL_READ, person=asked.customer,
        object=("trail", "own" if mine else "all"),
        fields=[name for name in ("customer", "actor", "action", "since", "until") if getattr(asked, name)],
        reason=" ".join(part for part in (asked.actor, asked.action) if part),
    )  # fmt: skip
    earliest = now - timedelta(days=policy.trail_own_days if mine else policy.trail_search_days)
    rows = Entry.objects.filter(actor=viewer.staff_no) if mine else Entry.objects.all()
    return _page(rows.filter(at__gte=max(earliest, asked.since or earliest)), asked)


def look_for_system(asked: Asked, reason: str, *, most: int = PAGE) -> Lines:
    """The same for a command or a job, ``most`` lines at once; the reason is noted with it."""
    trail.note(None, TrailAction.TRAIL_READ, person=asked.customer, object=("trail", "all"), reason=reason)
    rows = Entry.objects.all()
    return _page(rows.filter(at__gte=asked.since) if asked.since else rows, asked, most)


def last_verified() -> Verified | None:
    """When the trail was last checked, and whether it was whole; null if never."""
    row = Entry.objects.filter(action=TrailAction.TRAIL_VERIFY, chain=trail.BANK).order_by("-at").first()
    if row is None:
        return None
    told = json.loads(row.record)
    says = told.get("after", {}).get("first", "")
    return Verified(row.at, row.result == "whole", told.get("count", 0), int(told.get("id", 0)), says)


def last_seal() -> tuple[int, datetime] | None:
    """Number and moment of the last seal; null before the first. For the auditor: nobody else may read seals."""
    row = Seal.objects.order_by("-number").values_list("number", "at").first()
    return row


def _page(rows: QuerySet[Entry], asked: Asked, most: int = PAGE) -> Lines:
    """One page of these rows. For a person the order is one no index has: else the database walks back through years
    of everybody's records until it has met fifty of hers, instead of asking for hers."""
    person = None if asked.customer is None else person_id(settings.GUANHU_TRAIL_KEY, asked.customer)
    if person is not None:
        rows = rows.filter(Q(person=person) | Q(people__contains=[person]))
    if asked.actor:
        rows = rows.filter(actor=asked.actor)
    if asked.action:
        rows = rows.filter(action=asked.action)
    if asked.until:
        rows = rows.filter(at__lt=asked.until)
    if asked.before:
        rows = rows.filter(_beyond(asked.before))
    newest = (F("at") + timedelta(0)).desc() if person is not None else F("at").desc()
    found = list(rows.order_by(newest, "-chain", "-seq")[: most + 1])
    further = _place(found[most - 1]) if len(found) > most else ""
    return Lines(tuple(_line(row, person) for row in found[:most]), further)


def _place(row: Entry) -> str:
    return f"{row.at.isoformat()}~{row.seq}~{row.chain}"


def _beyond(place: str) -> Q:
    """The records after this place in the order shown; a place nobody was given is nowhere."""
    try:
        moment, number, chain = place.split("~", 2)
        at, seq = datetime.fromisoformat(moment), int(number)
    except ValueError:
        return Q(pk__in=[])
    if at.tzinfo is None or abs(seq) >= 1 << 63 or "\0" in chain:
        return Q(pk__in=[])
    same = Q(at=at)
    return Q(at__lt=at) | same & Q(chain__lt=chain) | same & Q(chain=chain, seq__lt=seq)


def _line(row: Entry, person: int | None) -> Line:
    told: Mapping[str, Any] = json.loads(row.record)
    return Line(
        chain=row.chain, seq=row.seq, at=row.at, actor=row.actor, role=row.role, unit=row.unit, action=row.action,
        kind=row.object_kind, fields=tuple(told.get("fields", ())), reason=told.get("reason", ""), case=row.case_no,
        result=row.result, count=told.get("count"), address=told.get("address", ""), request=told.get("request", ""),
        listed=person is not None and person in row.people,
    )  # fmt: skip
