"""Reading: what the keepers of a customer wrote about her, each thing with its history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce

from guanhu.apps.audit import trail
from guanhu.apps.customers.living.models import Fact, ImportantDay
from guanhu.apps.customers.living.shapes import Kept, KeptDay, KeptFact, RemovedNote, Version
from guanhu.apps.people.compiled import AnyOf, compiled
from guanhu.apps.people.personal import shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.kinds import TrailAction
from guanhu.rules.living import FactKind
from guanhu.rules.privacy import Form


def days_of(viewer: Viewer, *keys: int) -> tuple[KeptDay, ...]:
    """The important dates of a customer in reach that hold, each with its wordings before; what was removed is left."""
    return tuple(kept(_days(viewer, list(keys))))


def facts_of(viewer: Viewer, *keys: int) -> tuple[KeptFact, ...]:
    """What was learnt of a customer in reach, kind by kind, the latest first, with the wordings before. P1, P11."""
    order = list(FactKind)
    latest = sorted(kept(_facts(viewer, list(keys))), key=lambda one: (one.now.said.heard_on, one.now.at), reverse=True)
    return tuple(sorted(latest, key=lambda one: order.index(one.now.said.kind)))


REMOVED = 100
"""So many things taken off files one list shows, the latest first."""


def removed_of(viewer: Viewer, since: datetime) -> tuple[RemovedNote, ...]:
    """What was taken off the files of one's own customers since then and has not come back, the latest first."""
    own = viewer.at_own_desk()
    found: list[RemovedNote] = []
    for kind, model in (("dates", ImportantDay), ("facts", Fact)):
        rows: Any = model.objects.seen_by(own).filter(removed=True, recorded_at__gte=since)
        later = model.objects.seen_by(own).filter(item=OuterRef("item"), version__gt=OuterRef("version"))
        last = rows.filter(~Exists(later)).select_related("by", "customer").order_by("-recorded_at", "-pk")
        found += [_removed(kind, row) for row in last[:REMOVED]]
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "removed"), people={one.key for one in found})
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _removed(kind: str, row: Any) -> RemovedNote:
    name = str(shown(type(row.customer), "name", row.customer.name, Form.MASKED, kind=row.customer.kind))
    return RemovedNote(kind, row.customer_id, row.customer.public_id, name, row.item, row.version, row.said(),
                       row.by.name, row.recorded_at)  # fmt: skip


def preferences_as_of(day: date) -> list[dict[str, Any]]:
    """When and how customers like to be reached as last heard by a day, in the columns of ``PREFERENCES``. P12."""
    rows = Fact.objects.for_system("notes of the day").filter(kind=FactKind.BEST_TIME.value)
    last = rows.order_by("item", "-version").distinct("item").values("pk")
    told = rows.filter(pk__in=last, removed=False, heard_on__lte=day).exclude(weekdays=0, way="")
    files = told.annotate(file=Coalesce("customer__merged_into_id", "customer_id"))
    heard = files.order_by("file", "heard_on", "recorded_at", "pk").values_list("file", "weekdays", "way")
    latest = {file: {"customer": file, "weekdays": weekdays, "way": way or None} for file, weekdays, way in heard}
    return list(latest.values())


def kept(rows: Iterable[Any]) -> Iterable[Kept[Any]]:
    """Rows by thing and from the last wording back, as what holds. For the apps alone."""
    for item, wordings in groupby(rows, key=lambda row: row.item):
        last, *before = wordings
        if not last.removed:
            yield Kept(item, last.version, _version(last), tuple(map(_version, before)))


def _version(row: Any) -> Version[Any]:
    return Version(row.said(), row.by.name, row.recorded_at)


@compiled(ImportantDay)
def _days(viewer: Viewer, keys: list[int]) -> Any:
    rows = ImportantDay.objects.seen_by(viewer).filter(AnyOf("customer_id", keys))
    return rows.select_related("by").order_by("item", "-version", "-pk")


@compiled(Fact)
def _facts(viewer: Viewer, keys: list[int]) -> Any:
    rows = Fact.objects.seen_by(viewer).filter(AnyOf("customer_id", keys))
    return rows.select_related("by").order_by("item", "-version", "-pk")
