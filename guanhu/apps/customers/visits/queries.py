"""Reading: who came in, of one customer and of one day, with what is missing and what she is marked as. P18."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from guanhu.apps.audit import trail
from guanhu.apps.customers.models import Customer, Standing, Visit
from guanhu.apps.customers.quality.queries import meters, standing_facts
from guanhu.apps.people.compiled import AnyOf, compiled
from guanhu.apps.people.personal import shown as shown_as
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.completeness import Meter
from guanhu.rules.kinds import TrailAction
from guanhu.rules.living import MARKS, FactKind
from guanhu.rules.privacy import Form, form_of

VISITS = 20
"""Visits of one customer on her page."""
VISITORS = 200
"""Visitors of one day on the page of the evening: a branch has fewer."""
FILE = ("file", "file_id", "file_name", "file_kind")
MOVERS = 50
"""Customers who moved money, below them."""


@dataclass(frozen=True)
class Came:
    """One customer of the evening's page: the name masked, what she came for, and how complete her file is."""

    public_id: UUID
    name: str
    tier: str
    purpose: str
    """Empty where no visit was noted but money moved; what was written besides stands in the file alone."""
    who: str
    """Who received her."""
    at: datetime | None
    meter: Meter | None
    marks: tuple[FactKind, ...]
    """As what her keeper marked her; the reason stands in the file alone."""


@dataclass(frozen=True)
class Evening:
    """今天来过的客户: who was noted at the counter today, and who moved money on the day of the data."""

    day: date
    data_day: date
    visitors: tuple[Came, ...]
    movers: tuple[Came, ...]


def visits_of(viewer: Viewer, *keys: int) -> list[Visit]:
    """The last visits of one customer in reach, the latest first. For the apps alone."""
    return _visits(viewer, list(keys))


@compiled(Visit)
def _visits(viewer: Viewer, keys: list[int]) -> Any:
    rows = Visit.objects.seen_by(viewer).filter(AnyOf("customer_id", keys)).select_related("staff")
    return rows.order_by("-day_on", "-at", "-pk")[:VISITS]


def evening(viewer: Viewer, now: Shown) -> Evening:
    """下班前过一遍: today's visitors in reach and the day's movers, each with what to ask next. On the trail. P18."""
    came = _came(viewer, now.night_id, now.today)
    moved = _moved(viewer, now.night_id, now.data_day)
    here = {row[0] for row in came}
    moved = list({row[0]: row for row in moved if row[0] not in here}.values())
    keys = [row[0] for row in (*came, *moved)]
    known, marks = meters(viewer, now, keys), _marks(viewer, sorted(set(keys)))
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "visitors"), people=keys)
    return Evening(
        day=now.today,
        data_day=now.data_day,
        visitors=tuple(_line(viewer, row, known, marks) for row in came),
        movers=tuple(_line(viewer, (*row, "", "", None), known, marks) for row in moved),
    )


@compiled(tuple)
def _came(viewer: Viewer, night_id: int, day: date) -> Any:
    rows = Visit.objects.seen_by(viewer).filter(day_on=day)
    tier = Standing.objects.seen_by(viewer).filter(night_id=night_id, customer_id=OuterRef("customer_id"))
    rows = rows.annotate(tier=Subquery(tier.values("tier")[:1])).order_by("-at", "-pk")
    return _of_file(rows).values_list(*FILE, "tier", "purpose", "staff__name", "at")[:VISITORS]


@compiled(tuple)
def _moved(viewer: Viewer, night_id: int, day: date) -> Any:
    rows = Standing.objects.seen_by(viewer).filter(night_id=night_id, last_move_on=day, customer__left_on=None)
    return _of_file(rows).order_by("-average_fen", "customer_id").values_list(*FILE, "tier")[:MOVERS]


def _of_file(rows: Any) -> Any:
    """Rows of customers with the file each stands in: her own, or the one hers was merged into."""
    names = {"file": "key", "file_id": "public_id", "file_name": "name", "file_kind": "kind"}
    told = {name: Coalesce(f"customer__merged_into__{field}", f"customer__{field}") for name, field in names.items()}
    return rows.annotate(**told)


def _marks(viewer: Viewer, keys: Sequence[int]) -> dict[int, tuple[FactKind, ...]]:
    """As what each of these files is marked now, whichever number of hers it was written under."""
    if not keys or form_of(viewer) is not Form.FULL:
        return {}
    told = set(_marked(viewer, list(keys)))
    return {key: tuple(kind for kind in MARKS if (key, kind.value) in told) for key in keys}


@compiled(tuple)
def _marked(viewer: Viewer, keys: list[int]) -> Any:
    hers = Customer.objects.seen_by(viewer).filter(Q(AnyOf("key", keys)) | Q(AnyOf("merged_into_id", keys)))
    rows = standing_facts(viewer).filter(kind__in=[kind.value for kind in MARKS], customer_id__in=hers.values("key"))
    return rows.values_list(Coalesce("customer__merged_into_id", "customer_id"), "kind").order_by()


def _line(
    viewer: Viewer, row: tuple[Any, ...], known: dict[int, Meter], marks: dict[int, tuple[FactKind, ...]]
) -> Came:
    key, public_id, name, kind, tier, purpose, who, at = row
    return Came(
        public_id=public_id,
        name=shown_as(Customer, "name", name, Form.MASKED, kind=kind),
        tier=tier or "",
        purpose=purpose,
        who=who,
        at=at,
        meter=known.get(key) if form_of(viewer) is Form.FULL else None,
        marks=marks.get(key, ()),
    )
