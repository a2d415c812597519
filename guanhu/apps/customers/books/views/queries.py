"""Reading: which named ways to see the list somebody has."""

from __future__ import annotations

from typing import Any

from guanhu.apps.customers.books.models import SavedView
from guanhu.apps.customers.shapes import ListView as ListView
from guanhu.apps.people.compiled import compiled
from guanhu.apps.people.scope import Viewer

MOST = 60
"""Views one has before her; a person keeps at most twenty of her own."""
TOLD = ("public_id", "owner_id", "shared", "title", "asks", "order", "columns", "layout", "pinned", "opens_first")


def views(viewer: Viewer) -> list[ListView]:
    """The views this viewer may use: her own, her branch's, the bank's; one's own first, each by name."""
    return [_view(viewer, row) for row in _views(viewer)]


def _view(viewer: Viewer, row: tuple[Any, ...]) -> ListView:
    told = dict(zip(TOLD, row, strict=True))
    mine = told.pop("owner_id") == viewer.staff_id
    return ListView(**told, mine=mine)


@compiled(tuple)
def _views(viewer: Viewer) -> Any:
    rows = SavedView.objects.seen_by(viewer).filter(removed_at=None)
    return rows.order_by("-shared", "title", "pk").values_list(*TOLD)[:MOST]
