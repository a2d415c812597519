"""The board of the book: a card is moved one stage, with what shows it, and moved back. P77."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from guanhu.apps.customers import actions
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.work import queries as work
from guanhu.web.desks.book import whole
from guanhu.web.forms import StageForm
from guanhu.web.pages import Request, found
from guanhu.web.wanted import address, wanted


def move(request: Request, public_id: UUID) -> HttpResponse:
    """Move one customer's relation a stage from where she stands in a list, and show the list again."""
    form, asked = StageForm(request.POST), request.POST
    day = found(work.named(request.viewer, public_id)).day
    it, errors, status = wanted(request.viewer, asked), form.messages, 422
    if form.is_valid():
        stage, current = form.cleaned_data["stage"], asked.get("current", "")
        try:
            actions.set_stage(
                by=request.viewer, customer=public_id, stage=stage, current=current, note=form.cleaned_data["note"],
                day=day, now=request.now,
            )  # fmt: skip
            return HttpResponseRedirect(f"{address(it)}&moved={public_id}&was={current}&to={stage}")
        except Refused as refused:
            errors = refused.errors
        except Conflict as first:
            errors, status = {"stage": _("%(first)s。名单已刷新，看过再移") % {"first": first}}, 409
    moving = {"id": public_id, "note": asked.get("note", ""), "says": next(iter(errors.values()), "")}
    return whole(request, it=it, status=status, moving=moving)
