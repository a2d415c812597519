"""名单变动: what came to one's list and what leaves it, why, and the three steps of each handover."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.people.errors import Refused
from guanhu.apps.portfolio.claims.queries import public_of
from guanhu.apps.portfolio.handovers import actions, queries
from guanhu.apps.work import queries as work
from guanhu.rules.rounds import HandoverStep
from guanhu.web.decisions import StepForm
from guanhu.web.pages import Request, Toast, found, go, page
from guanhu.web.splits import WHY


def handovers(request: Request) -> HttpResponse:
    """Who comes and who goes, and what of it is still to be done."""
    words = {step.value: _("已记下，双方都看得到") for step in HandoverStep}
    done = request.GET.get("done", "")
    return _page(request, said=Toast(words[done]) if done in words else None)


def step(request: Request, handover_id: UUID) -> HttpResponse:
    """One step was done, with what the customer said."""
    found(queries.one(request.viewer, handover_id))
    form = StepForm(request.POST)
    errors = form.messages
    if not errors:
        which = HandoverStep(form.cleaned_data["step"])
        try:
            actions.done(by=request.viewer, handover=handover_id, step=which, note=form.cleaned_data["note"],
                         now=request.now)  # fmt: skip
            return go(request, f"{reverse('handovers')}?done={which.value}#h-{handover_id}")
        except Refused as refused:
            errors = refused.errors
    return _page(request, status=422, errors=errors, failing=(handover_id, request.POST.get("step", "")),
                 note=request.POST.get("note", ""))  # fmt: skip


def _page(request: Request, *, status: int = 200, **context: Any) -> HttpResponse:
    told = {"said": None, "errors": {}, "failing": (None, ""), "note": "", **context}
    at = work.morning(request.viewer)
    listed = queries.mine(request.viewer, at.now) if at else ()
    today = at.now.today if at else None
    due = sum(1 for one in listed for each in one.steps if each.mine and each.done_at is None)
    return page(
        request, "desks/handovers.html", here="handovers", status=status, at=at, listed=listed, today=today, due=due,
        comes=sum(one.comes for one in listed), claims=bool(public_of(request.viewer)), why=WHY,
        most=queries.MOST, **told,
    )  # fmt: skip
