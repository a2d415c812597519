"""柜面查一位: the customer who stands at the counter and presents her number; one at a time, never a list."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse

from guanhu.apps.customers.visits.actions import note_visit
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.people.queries import shown
from guanhu.apps.work.counter import queries
from guanhu.rules.kinds import VisitPurpose
from guanhu.web.forms import VisitForm
from guanhu.web.pages import Request, page
from guanhu.web.words import word

LONGEST_NUMBER = 40


def number_of(request: Request, **_kwargs: Any) -> str:
    """The number the request is bound to, as it was typed; it is posted, so that no address and no log holds it."""
    return request.POST.get("customer_no", "").strip()[:LONGEST_NUMBER]


def counter(request: Request) -> HttpResponse:
    """Ask for a number; posted: who it is, as far as the counter may know."""
    asked = request.method == "POST" and bool(request.viewer.number)
    return _drawn(request, asked=asked)


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
            return _drawn(request, asked=True, noted=True)
        except Invisible:
            return _drawn(request, asked=True, status=422)
        except Refused as refused:
            errors = refused.errors
    return _drawn(request, asked=True, status=422, errors=errors, typed=request.POST.dict())


def _drawn(request: Request, *, asked: bool, status: int = 200, **told: Any) -> HttpResponse:
    context = {"noted": False, "errors": {}, "typed": {}, **told}
    return page(
        request, "desks/counter.html", here="counter", status=status, asked=asked, number=request.viewer.number,
        it=queries.at_counter(request.viewer), purposes=[(one.value, word(one)) for one in VisitPurpose], **context,
    )  # fmt: skip
