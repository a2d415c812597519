"""Reading: what the keepers of a customer wrote about her, each thing with its history."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from guanhu.apps.customers.living.models import Fact, ImportantDay
from guanhu.apps.customers.living.shapes import Kept, KeptDay, KeptFact, Version
from guanhu.apps.people.compiled import compiled
from guanhu.apps.people.scope import Viewer
from guanhu.rules.living import FactKind


def days_of(viewer: Viewer, key: int) -> tuple[KeptDay, ...]:
    """The important dates of a customer in reach that hold, each with its wordings before; what was removed is left."""
    return tuple(kept(_days(viewer, key)))


def facts_of(viewer: Viewer, key: int) -> tuple[KeptFact, ...]:
    """What was learnt of a customer in reach, kind by kind, the latest first, with the wordings before. P1, P11."""
    order = list(FactKind)
    latest = sorted(kept(_facts(viewer, key)), key=lambda one: (one.now.said.heard_on, one.now.at), reverse=True)
    return tuple(sorted(latest, key=lambda one: order.index(one.now.said.kind)))


def kept(rows: Iterable[Any]) -> Iterable[Kept[Any]]:
    """Rows by thing and from the last wording back, as what holds. For the apps alone."""
    for item, wordings in groupby(rows, key=lambda row: row.item):
        last, *before = wordings
        if not last.removed:
            yield Kept(item, last.version, _version(last), tuple(map(_version, before)))


def _version(row: Any) -> Version[Any]:
    return Version(row.said(), row.by.name, row.recorded_at)


@compiled(ImportantDay)
def _days(viewer: Viewer, key: int) -> Any:
    rows = ImportantDay.objects.seen_by(viewer).filter(customer_id=key)
    return rows.select_related("by").order_by("item", "-version")


@compiled(Fact)
def _facts(viewer: Viewer, key: int) -> Any:
    rows = Fact.objects.seen_by(viewer).filter(customer_id=key)
    return rows.select_related("by").order_by("item", "-version")
