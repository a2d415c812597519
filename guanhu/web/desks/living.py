"""The living file: what the keeper writes about a customer, each thing changed where it stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from guanhu.apps.customers.living import actions
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.work import queries as work
from guanhu.apps.work.file import queries as files
from guanhu.web.cards import rest_of
from guanhu.web.conflicts import clash_of
from guanhu.web.desks.customer import whole_page
from guanhu.web.forms import DayForm
from guanhu.web.living import Answered, choices
from guanhu.web.pages import Request, found, parts


def dates(request: Request, public_id: UUID) -> HttpResponse:
    """Write down an important date, its next wording, or that it is to be there no longer."""
    form, item = DayForm(request.POST), request.POST.get("item", "")
    today = found(work.named(request.viewer, public_id)).day
    typed = {name: str(value) for name, value in request.POST.items()}
    sound, kept = form.is_valid(), form.cleaned_data
    away = bool(kept.get("removed") and kept.get("item"))
    if not sound and not away:
        return _drawn(request, public_id, Answered(item, typed, form.messages), 422)
    told: dict[str, Any] = {"by": request.viewer, "customer": public_id, "item": kept.get("item"),
                            "version": kept.get("version") or 0, "now": request.now}  # fmt: skip
    try:
        if away:
            actions.remove_day(**told)
        else:
            actions.keep_day(said=form.said, today=today, **told)
    except Refused as refused:
        return _drawn(request, public_id, Answered(item, typed, refused.errors), 422)
    except Conflict as first:
        return _drawn(request, public_id, Answered(item, typed, {"kind": str(first)}, clash_of(first)), 409)
    return _drawn(request, public_id, Answered(done=True))


def _drawn(request: Request, public_id: UUID, answered: Answered, status: int = 200) -> HttpResponse:
    """The card as it stands now; without a script the whole page, by a way of its own after what was done."""
    if request.htmx:
        rest = found(files.rest(request.viewer, public_id))
        return parts(request, "parts/one_dates.html", status=status, card=rest, rest=rest_of(rest), living=answered,
                     choices=choices())  # fmt: skip
    if answered.done:
        return HttpResponseRedirect(reverse("customer", args=[public_id]) + "?done=dates")
    return whole_page(request, public_id, status=status, living=answered)
