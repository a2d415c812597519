"""本周 and 明日计划: a goal, what stands on each day, and the next day hour by hour."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guanhu.apps.customers.search import queries as searching
from guanhu.apps.people import policy
from guanhu.apps.people.errors import Refused
from guanhu.apps.work import queries as work
from guanhu.apps.work.arranging import actions, queries
from guanhu.rules.evening import is_final
from guanhu.rules.kinds import Channel
from guanhu.web.desks.search import LONGEST_WORDS
from guanhu.web.evening_forms import ArrangeForm, GoalForm
from guanhu.web.pages import Request, Toast, found, page
from guanhu.web.weeks import blocks_of, gaps_of, progress_of

BACK = {"brief": ("brief", "said"), "file": ("customer", "done")}
"""From where something is arranged for one customer: the page to come back to, and how that page is told of it."""
BLANK: dict[str, Any] = {"due_on": "", "at": "", "channel": Channel.CALL.value, "purpose": "", "contacts": None,
                         "meetings": None, "goal": None}  # fmt: skip
"""Forms in which nothing was typed yet."""


def week(request: Request) -> HttpResponse:
    """The week day by day against its goal; ``who``: for whom something is to be arranged."""
    return _page(request, who=_id_of(request.GET.get("who", "")))


def find(request: Request) -> HttpResponse:
    """For whom: the words are posted, so that no address holds a name."""
    words = request.POST.get("words", "").strip()[:LONGEST_WORDS]
    hits = searching.search(request.viewer, words).hits if words else ()
    return _page(request, words=words, hits=hits)


def arrange(request: Request, public_id: UUID) -> HttpResponse:
    """A contact is put on a day."""
    found(work.named(request.viewer, public_id))
    form = ArrangeForm(request.POST)
    if not form.is_valid():
        return _page(request, who=public_id, status=422, errors=form.messages)
    told = form.cleaned_data
    try:
        actions.arrange(
            by=request.viewer, customer=public_id, now=request.now, due_on=told["due_on"], at_time=told["at"],
            channel=told["channel"], purpose=told["purpose"],
        )  # fmt: skip
    except Refused as refused:
        return _page(request, who=public_id, status=422, errors=refused.errors)
    if came := BACK.get(_came(request)):
        return HttpResponseRedirect(f"{reverse(came[0], args=[public_id])}?{came[1]}=arranged")
    return _back(request, "arranged")


def cancel(request: Request, promise_id: UUID) -> HttpResponse:
    """What was arranged is taken off its day."""
    actions.cancel(by=request.viewer, promise=promise_id, now=request.now)
    return _back(request, "cancelled")


def resume(request: Request, deferral_id: UUID) -> HttpResponse:
    """Who was dropped for a time is planned again."""
    actions.resume(by=request.viewer, deferral=deferral_id, now=request.now)
    return _back(request, "resumed")


def goal(request: Request) -> HttpResponse:
    """What the week is to bring."""
    form = GoalForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, errors=form.messages)
    told = form.cleaned_data
    try:
        actions.set_goal(
            by=request.viewer, now=request.now, week_on=told["week_on"], contacts=told["contacts"],
            meetings=told["meetings"], said=told["goal"],
        )  # fmt: skip
    except Refused as refused:
        return _page(request, status=422, errors=refused.errors)
    return _back(request, "goal")


def tomorrow(request: Request) -> HttpResponse:
    """The next working day as blocks of time."""
    at = work.morning(request.viewer)
    told = queries.tomorrow(request.viewer, at) if at else None
    words = {"confirmed": _("明日计划已确认"), "arranged": _("已排入明日计划"), "cancelled": _("已取消")}
    text = words.get(request.GET.get("said", ""))
    said, numbers = Toast(text) if text else None, policy.in_force()
    return page(
        request, "desks/tomorrow.html", here="today", at=at, it=told, said=said,
        blocks=blocks_of(told) if told else (), gaps=gaps_of(told) if told else (),
        final_hour=numbers.plan_final_hour, late=is_final(timezone.localtime(request.now).time(), numbers),
    )  # fmt: skip


def confirm(request: Request) -> HttpResponse:
    """She has looked through the next day."""
    with suppress(Refused):  # before any night there is no day to confirm
        actions.confirm_tomorrow(by=request.viewer, now=request.now)
    return HttpResponseRedirect(f"{reverse('tomorrow')}?said=confirmed")


def _back(request: Request, said: str) -> HttpResponse:
    if request.POST.get("back") == "tomorrow":
        return HttpResponseRedirect(f"{reverse('tomorrow')}?said={said}")
    after = "&after=1" if _after(request) else ""
    return HttpResponseRedirect(f"{reverse('week')}?said={said}{after}")


def _after(request: Request) -> int:
    """The week shown: this one or the next."""
    return int((request.POST.get("after") or request.GET.get("after")) == "1")


def _came(request: Request) -> str:
    """From which page of a customer she came to arrange something."""
    return str(request.POST.get("came") or request.GET.get("came") or "")


def _id_of(text: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(text)
    return None


def _page(
    request: Request, *, who: UUID | None = None, words: str = "", hits: Any = None, status: int = 200,
    errors: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    at, after = work.morning(request.viewer), _after(request)
    it = queries.week(request.viewer, at.now, after=after) if at else None
    return page(
        request, "desks/week.html", here="today", at=at, status=status, it=it, after=after, words=words, hits=hits,
        whom=queries.called(request.viewer, at.now, who) if at and who else None, errors=errors or {},
        typed={**BLANK, **(request.POST.dict() if status != 200 else {})}, channels=list(Channel), said=_said(request),
        bars=progress_of(it) if it else (), came=_came(request),
    )  # fmt: skip


def _said(request: Request) -> Toast | None:
    words = {
        "arranged": _("已安排，当天会排进名单"), "cancelled": _("已取消"), "resumed": _("已恢复，今晚起重新排"),
        "goal": _("目标已定"),
    }  # fmt: skip
    text = words.get(request.GET.get("said", ""), "")
    return Toast(text) if text else None
