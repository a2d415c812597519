"""柜面查一位: the customer who stands at the counter and presents a number; one at a time, never a list.

Whoever comes in is looked for first: a customer number, or a phone or identity number in full (P15). Who is found is
noted with her visit (P16); who is unknown is registered as a prospect. One page, and the number is typed once.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.timezone import localdate

from guanhu.apps.customers.prospects.actions import open_prospect
from guanhu.apps.customers.prospects.queries import presented
from guanhu.apps.customers.visits.actions import note_visit
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.people.queries import shown
from guanhu.apps.work.counter import queries
from guanhu.rules.kinds import VisitPurpose
from guanhu.web.forms import ProspectForm, VisitForm
from guanhu.web.pages import Request, page
from guanhu.web.words import word

LONGEST_NUMBER = 40


def number_of(request: Request, **_kwargs: Any) -> str:
    """The number the request is bound to: the one typed, or the one of whose phone or identity number was typed.

    It is posted, so that no address and no log holds it.
    """
    request.presented = presented(request.viewer, _typed(request))  # type: ignore[attr-defined]
    return str(request.presented.number)  # type: ignore[attr-defined]


def counter(request: Request) -> HttpResponse:
    """Ask for a number; posted: who it is, as far as the counter may know, or a form for somebody unknown."""
    return _drawn(request)


def visit(request: Request) -> HttpResponse:
    """Note that the customer present came in: what for, and a few words; her keeper is told. P16.

    A number nobody has here is answered as the question for it is.
    """
    form = VisitForm(request.POST)
    now = shown(request.viewer.branch_id)
    if now is None:
        raise Http404
    errors = form.messages
    if form.is_valid():
        typed = form.cleaned_data
        try:
            note_visit(by=request.viewer, purpose=typed["visit"], note=typed["remark"], day=now.today, now=request.now)
            return _drawn(request, noted=True)
        except Invisible:
            return _drawn(request, status=422)
        except Refused as refused:
            errors = refused.errors
    return _drawn(request, status=422, errors=errors)


def prospect(request: Request) -> HttpResponse:
    """Register somebody unknown, after the same look that found nobody."""
    form = ProspectForm(request.POST)
    errors = form.messages
    if form.is_valid():
        told = form.cleaned_data
        try:
            open_prospect(by=request.viewer, presented=_typed(request), name=told["name"], wish=told["wish"],
                          today=localdate(request.now), now=request.now)  # fmt: skip
            return _drawn(request, noted=True)
        except Refused as refused:
            errors = refused.errors
    return _drawn(request, status=422, errors=errors)


def _typed(request: Request) -> str:
    return request.POST.get("customer_no", "").strip()[:LONGEST_NUMBER]


def _drawn(
    request: Request, *, status: int = 200, errors: dict[str, str] | None = None, noted: bool = False
) -> HttpResponse:
    what = getattr(request, "presented", None)
    several = bool(what and what.several)
    it = None if several else queries.at_counter(request.viewer)
    return page(
        request, "desks/counter.html", here="counter", status=status, asked=bool(_typed(request)), it=it,
        noted=noted, errors=errors or {}, kind=what.kind if what else "", several=several, number=_typed(request),
        purposes=[(one.value, word(one)) for one in VisitPurpose], typed=request.POST.dict(),
    )  # fmt: skip
