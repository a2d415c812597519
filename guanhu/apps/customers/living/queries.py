"""Reading: what the keepers of a customer wrote about her, each thing with its history."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from guanhu.apps.customers.living.models import ImportantDay
from guanhu.apps.customers.living.shapes import KeptDay, Version
from guanhu.apps.people.compiled import compiled
from guanhu.apps.people.scope import Viewer


def days_of(viewer: Viewer, key: int) -> tuple[KeptDay, ...]:
    """The important dates of a customer in reach that hold, each with its wordings before; what was removed is left."""
    kept = []
    for item, rows in groupby(_days(viewer, key), key=lambda row: row.item):
        last, *before = rows
        if not last.removed:
            kept.append(KeptDay(item, last.version, _version(last), tuple(_version(row) for row in before)))
    return tuple(kept)


@compiled(ImportantDay)
def _days(viewer: Viewer, key: int) -> Any:
    rows = ImportantDay.objects.seen_by(viewer).filter(customer_id=key)
    return rows.select_related("by").order_by("item", "-version")


def _version(row: ImportantDay) -> Version:
    return Version(row.said(), row.by.name, row.recorded_at)
