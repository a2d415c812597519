"""The living file: what the keeper writes about a customer, each thing changed where it stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.customers.living import actions
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.work import queries as work
from guanhu.apps.work.file import queries as files
from guanhu.web.cards import rest_of
from guanhu.web.conflicts import clash_of
from guanhu.web.desks.customer import whole_page
from guanhu.web.forms import DayForm, FactForm
from guanhu.web.living import Answered, choices
from guanhu.web.pages import Request, found, parts

WAYS: dict[str, Any] = {
    "dates": (DayForm, actions.keep_day, actions.remove_day),
    "facts": (FactForm, actions.keep_fact, actions.remove_fact),
}
"""The cards: what each takes, and what it does."""


def dates(request: Request, public_id: UUID) -> HttpResponse:
    """Write down an important date, its next wording, or that it is to be there no longer."""
    return _written(request, public_id, "dates")


def facts(request: Request, public_id: UUID) -> HttpResponse:
    """Write down what was learnt, its next wording, or that it is to be there no longer."""
    return _written(request, public_id, "facts")


def _written(request: Request, public_id: UUID, card: str) -> HttpResponse:
    takes, keep, remove = WAYS[card]
    today = found(work.named(request.viewer, public_id)).day
    form = takes(request.POST)
    sound, kept = form.is_valid(), form.cleaned_data
    away = bool(kept.get("removed") and kept.get("item"))
    if not sound and not away:
        return _again(request, public_id, card, form.messages)
    told = {"by": request.viewer, "customer": public_id, "item": kept.get("item"), "version": kept.get("version") or 0,
            "now": request.now}  # fmt: skip
    try:
        if away:
            remove(**told)
        else:
            keep(said=form.said(today, _contacts(request, public_id, kept)), today=today, **told)
    except Refused as refused:
        return _again(request, public_id, card, refused.errors)
    except Conflict as first:
        return _again(request, public_id, card, {"kind": str(first)}, first)
    return _drawn(request, public_id, Answered(card, done=True))


def _contacts(request: Request, public_id: UUID, kept: dict[str, Any]) -> dict[UUID, Any]:
    """The day of the contact that was chosen as evidence; ``Refused`` when it is none of hers."""
    chosen = kept.get("contact")
    if chosen is None:
        return {}
    rest = found(files.rest(request.viewer, public_id))
    same = [one.now.said for one in rest.facts if one.item == kept["item"]]
    known: dict[Any, Any] = {said.contact: said.heard_on for said in same}
    known |= {one.contact: one.on for one in rest.heard_in}
    if chosen not in known:
        raise Refused({"contact": _("这次接触找不到，请刷新后再选")})
    return known


def _again(
    request: Request, public_id: UUID, card: str, errors: dict[str, str], first: Conflict | None = None
) -> HttpResponse:
    """The card with what was typed and what is wrong with it, or who was first."""
    typed = {name: str(value) for name, value in request.POST.items()}
    clash = clash_of(first) if first else None
    answered = Answered(card, request.POST.get("item", ""), typed, errors, clash)
    return _drawn(request, public_id, answered, 409 if first else 422)


def _drawn(request: Request, public_id: UUID, answered: Answered, status: int = 200) -> HttpResponse:
    """The card as it stands now; without a script the whole page, by a way of its own after what was done."""
    if request.htmx:
        rest = found(files.rest(request.viewer, public_id))
        return parts(request, f"parts/one_{answered.card}.html", status=status, card=rest, rest=rest_of(rest),
                     living=answered, choices=choices())  # fmt: skip
    if answered.done:
        return HttpResponseRedirect(reverse("customer", args=[public_id]) + f"?done={answered.card}")
    return whole_page(request, public_id, status=status, living=answered)
