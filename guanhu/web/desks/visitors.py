"""今天来过的: before the day ends, who was here and what moved, each with the one thing still to ask. P18."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.utils.timezone import localtime

from guanhu.apps.customers.visits import queries
from guanhu.apps.customers.visits.queries import Came
from guanhu.apps.work import queries as work
from guanhu.rules.access import Permission, Reach, may
from guanhu.web.completeness import MeterView, meter_view
from guanhu.web.pages import Request, page
from guanhu.web.words import label


@dataclass(frozen=True)
class Line:
    """One customer as the page draws her."""

    id: UUID
    name: str
    tier: str
    when: str
    what: str
    who: str
    meter: MeterView | None


def visitors(request: Request) -> HttpResponse:
    """Today's visitors in reach, and below them whose money moved on the day of the data."""
    at = work.morning(request.viewer)
    told = queries.evening(request.viewer, at.now) if at else None
    own = may(request.viewer, Permission.TODAY_WRITE) is not None and request.viewer.reach is Reach.OWN
    return page(
        request, "desks/visitors.html", here="visitors", at=at, own=own, told=told,
        came=_lines(told.visitors) if told else (), moved=_lines(told.movers) if told else (),
    )  # fmt: skip


def _lines(rows: Sequence[Came]) -> tuple[Line, ...]:
    return tuple(map(_line, rows))


def _line(row: Came) -> Line:
    when = f"{localtime(row.at):%H:%M}" if row.at else ""
    what = label("VisitPurpose", row.purpose) if row.purpose else ""
    return Line(row.public_id, row.name, row.tier, when, what, row.who, meter_view(row.meter))
