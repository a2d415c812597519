"""Reading: the rows of the bank's files that were kept aside, by day and file; their values stay sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from guanhu.apps.audit import trail
from guanhu.apps.customers.models import Quarantined
from guanhu.apps.people.scope import Viewer
from guanhu.rules.kinds import TrailAction

PAGE = 50
"""Rows on one page; reliability A9."""
DAYS = 30
"""Days one may choose from: so long rows are kept."""


@dataclass(frozen=True)
class Aside:
    """One row kept aside: where it stands, which rule it broke, and why; never what it says."""

    public_id: UUID
    file: str
    row: int
    column: str
    rule: str
    says: str
    sealed: bool
    """Whether the value lies sealed; what a rule forbids to keep does not."""


@dataclass(frozen=True)
class Quarantine:
    """One page of a day's rows, and what there is beside it."""

    day: date | None
    """The day shown; null when nothing was ever kept aside."""
    days: tuple[tuple[date, int], ...]
    files: tuple[tuple[str, int], ...]
    file: str
    rows: tuple[Aside, ...]
    page: int
    pages: int
    total: int


def quarantine(viewer: Viewer, *, day: date | None = None, file: str = "", page: int = 1) -> Quarantine:
    """隔离区: what was kept aside on a day, the latest when none is named; nothing to whoever may not look.

    ``file``: that one alone · fifty rows to a page, a page beyond the last is the last. Looking is on the trail.
    """
    seen = Quarantined.objects.seen_by(viewer)
    days = tuple(seen.order_by("-day").values_list("day").annotate(rows=Count("pk"))[:DAYS])
    shown = day if day in {each for each, _rows in days} else next((each for each, _rows in days), None)
    of_day = seen.filter(day=shown)
    files = tuple(of_day.order_by("file").values_list("file").annotate(rows=Count("pk")))
    rows = of_day.filter(file=file) if file else of_day
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    found = (
        rows.annotate(sealed=Q(value__isnull=False) | Q(raw__isnull=False))
        .order_by("file", "row", "pk")
        .values_list("public_id", "file", "row", "column", "rule", "says", "sealed")
    )
    lines = tuple(Aside(*row) for row in found[(page - 1) * PAGE : page * PAGE])
    trail.note(viewer, TrailAction.QUARANTINE_VIEW, object=("quarantine", shown.isoformat() if shown else ""),
               count=len(lines))  # fmt: skip
    return Quarantine(shown, days, files, file, lines, page, pages, total)
