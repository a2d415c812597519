"""客户360: one customer's file, and moving the relation a stage."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.customers import actions
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.work import queries as work
from guanhu.rules.kinds import Stage
from guanhu.rules.stages import allowed_moves
from guanhu.web.cards import card_of
from guanhu.web.forms import MarketingForm, StageForm
from guanhu.web.pages import Request, Toast, found, page


def customer(request: Request, public_id: UUID) -> HttpResponse:
    """The file of one of the viewer's own customers."""
    words = {"stage": _("关系阶段已更新"), "marketing": _("已记下，今晚起照此排名单")}
    done = request.GET.get("done", "")
    said = Toast(words[done]) if done in words else None
    return _page(request, public_id, said=said)


def marketing(request: Request, public_id: UUID) -> HttpResponse:
    """Write down that the customer wants no marketing any more, or a new consent with what shows it."""
    form = MarketingForm(request.POST)
    card = found(work.card(request.viewer, public_id))
    if not form.is_valid():
        return _page(request, public_id, status=422)
    again = form.cleaned_data["granted"] == "yes"
    write = actions.grant_marketing if again else actions.refuse_marketing
    try:
        write(by=request.viewer, customer=public_id, day=card.day, now=request.now,
              evidence=form.cleaned_data["evidence"])  # fmt: skip
    except Refused as refused:
        return _page(request, public_id, status=422, unproven=refused.errors["evidence"])
    return HttpResponseRedirect(reverse("customer", args=[public_id]) + "?done=marketing")


def stage(request: Request, public_id: UUID) -> HttpResponse:
    """Move the relation one stage, with what shows it."""
    form = StageForm(request.POST)
    card = found(work.card(request.viewer, public_id))
    errors = form.messages
    if form.is_valid():
        try:
            actions.set_stage(
                by=request.viewer, customer=public_id, stage=form.cleaned_data["stage"],
                current=request.POST.get("current", ""), note=form.cleaned_data["note"], day=card.day, now=request.now,
            )  # fmt: skip
            return HttpResponseRedirect(reverse("customer", args=[public_id]) + "?done=stage")
        except Refused as refused:
            errors = refused.errors
        except Conflict as first:
            return _page(request, public_id, status=409, errors={"stage": str(first)}, typed=request.POST.dict())
    return _page(request, public_id, status=422, errors=errors, typed=request.POST.dict())


def _page(request: Request, public_id: UUID, *, status: int = 200, **context: Any) -> HttpResponse:
    at = work.morning(request.viewer)
    card = found(work.card(request.viewer, public_id, at))
    moves = [each.value for each in allowed_moves(Stage(card.stage) if card.stage else None)]
    context = {"said": None, "errors": {}, "unproven": "", "typed": {}, "view": card_of(card), **context}
    return page(request, "desks/customer.html", here="book", at=at, status=status, card=card, moves=moves, **context)
