"""代管: the head of a branch sees who keeps whose customers, arranges a cover and ends one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.people.policy import in_force
from guanhu.apps.people.rights import queries
from guanhu.apps.people.rights.actions import covers as actions
from guanhu.web.decisions import CoverForm, Decision, in_form
from guanhu.web.pages import Request, Toast, go, page

TYPED = ("giver", "taker", "from_on", "to_on", "why")


def covers(request: Request) -> HttpResponse:
    """The covers of the branch; posted: arrange one."""
    if request.method != "POST":
        words = {"arranged": _("代管已安排，到日子自动开始、自动结束"), "ended": _("代管已结束，下一次打开页面起生效")}
        done = request.GET.get("done", "")
        return _page(request, said=Toast(words[done]) if done in words else None)
    form = CoverForm(request.POST)
    errors = form.messages
    if not errors:
        told = {name: form.cleaned_data[name] for name in TYPED if name != "why"}
        try:
            actions.grant_cover(by=request.viewer, reason=form.cleaned_data["why"], now=request.now, **told)
            return go(request, reverse("covers") + "?done=arranged")
        except Refused as refused:
            errors = in_form(refused.errors)
    return _page(request, status=422, errors=errors, typed=request.POST)


def end(request: Request, cover_id: UUID) -> HttpResponse:
    """End a cover before its last day."""
    form = Decision(request.POST)
    errors = form.messages
    status = 422
    if not errors:
        try:
            actions.end_cover(by=request.viewer, cover=cover_id, reason=form.cleaned_data["why"], now=request.now)
            return go(request, reverse("covers") + "?done=ended")
        except Refused as refused:
            errors = in_form(refused.errors)
        except Conflict as first:
            errors, status = {"cover": str(first)}, 409
    why = request.POST.get("why", "")
    return _page(request, status=status, ending=cover_id, end_says=" ".join(errors.values()), end_why=why)


def _page(request: Request, *, status: int = 200, typed: Any = None, **context: Any) -> HttpResponse:
    day = localdate(request.now)
    asked = {name: str((typed or {}).get(name, "")) for name in TYPED}
    kept = {"said": None, "errors": {}, "ending": None, "end_says": "", "end_why": "", **context}
    return page(
        request, "desks/covers.html", here="covers", status=status, covers=queries.covers(request.viewer, day),
        typed=asked, day=day, most=in_force().cover_days, **kept,
    )  # fmt: skip
