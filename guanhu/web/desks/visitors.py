"""今天来过的: before the day ends, who was here and what moved, each with one thing to ask, to be marked. P18."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime

from guanhu.apps.customers.living.actions import keep_fact
from guanhu.apps.customers.visits import queries
from guanhu.apps.customers.visits.queries import Came
from guanhu.apps.people.errors import Refused
from guanhu.apps.work import queries as work
from guanhu.rules.access import Permission, Reach, may
from guanhu.rules.living import MARKS, FactKind
from guanhu.web.completeness import MeterView, meter_view
from guanhu.web.forms import MarkForm
from guanhu.web.pages import Request, found, page
from guanhu.web.words import label, word


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
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Marking:
    """A mark that was not taken: of whom, what was typed, and what is wrong with it."""

    of: UUID | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def visitors(request: Request) -> HttpResponse:
    """Today's visitors in reach, and below them whose money moved on the day of the data."""
    return _drawn(request, Marking())


def mark(request: Request, public_id: UUID) -> HttpResponse:
    """Mark one's own customer as a target or a potential, with what shows it: it goes into her file. P18."""
    today = found(work.named(request.viewer, public_id)).day
    form = MarkForm(request.POST)
    errors = form.messages
    if form.is_valid():
        try:
            keep_fact(by=request.viewer, customer=public_id, said=form.said(today), today=today, now=request.now)
            return HttpResponseRedirect(f"{reverse('visitors')}#v-{public_id}")
        except Refused as refused:
            errors = refused.errors
    typed = {name: str(value) for name, value in request.POST.items()}
    return _drawn(request, Marking(public_id, typed, errors), 422)


def _drawn(request: Request, marking: Marking, status: int = 200) -> HttpResponse:
    at = work.morning(request.viewer)
    told = queries.evening(request.viewer, at.now) if at else None
    own = may(request.viewer, Permission.TODAY_WRITE) is not None and request.viewer.reach is Reach.OWN
    return page(
        request, "desks/visitors.html", here="visitors", status=status, at=at, own=own, told=told, marking=marking,
        kinds=[(kind.value, word(kind)) for kind in MARKS],
        came=_lines(told.visitors) if told else (), moved=_lines(told.movers) if told else (),
    )  # fmt: skip


def _lines(rows: Sequence[Came]) -> tuple[Line, ...]:
    return tuple(map(_line, rows))


def _line(row: Came) -> Line:
    when = f"{localtime(row.at):%H:%M}" if row.at else ""
    what = label("VisitPurpose", row.purpose) if row.purpose else ""
    marks = tuple(word(FactKind(kind)) for kind in row.marks)
    return Line(row.public_id, row.name, row.tier, when, what, row.who, meter_view(row.meter), marks)
