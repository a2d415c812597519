"""今日复盘: what became of each line of the day, what the day came to, and what was learnt from it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.work import queries as work
from guanhu.apps.work.evening import actions, queries
from guanhu.web.evening_forms import RestForm, ReviewForm, SettleForm
from guanhu.web.evenings import page_of
from guanhu.web.pages import Request, Toast, found, page

BLANK: dict[str, Any] = {"customer": None, "reason": "", "until": "", "best": None, "missed": None}
"""A form in which nothing was typed yet."""


def review(request: Request) -> HttpResponse:
    """The day as it stands: what is left first, then what was learnt."""
    return _page(request)


def settle(request: Request, public_id: UUID) -> HttpResponse:
    """One line is moved to a day or dropped for a time, with the reason."""
    found(work.named(request.viewer, public_id))
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _again(request, form.messages, customer=public_id)
    told = form.cleaned_data
    one: dict[str, Any] = {"by": request.viewer, "customer": public_id, "now": request.now, "reason": told["reason"]}
    try:
        if told["how"] == "drop":
            actions.drop_line(until=told["until"], **one)
        else:
            actions.move_line(to=told["until"], **one)
    except Refused as refused:
        return _again(request, refused.errors, customer=public_id)
    except Conflict as first:
        return _again(request, {"reason": str(first)}, customer=public_id, status=409)
    return HttpResponseRedirect(f"{reverse('review')}?said=settled")


def rest(request: Request) -> HttpResponse:
    """Everything that is left, duties apart, waits for the next working day."""
    form = RestForm(request.POST)
    if not form.is_valid():
        return _again(request, {"rest": form.messages["reason"]})
    try:
        moved = actions.move_rest(by=request.viewer, now=request.now, reason=form.cleaned_data["reason"])
    except Refused as refused:
        return _again(request, refused.errors)
    return HttpResponseRedirect(f"{reverse('review')}?said=moved&n={moved}")


def write(request: Request) -> HttpResponse:
    """What was learnt today, once more as it is now."""
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _again(request, form.messages)
    try:
        told = form.cleaned_data
        actions.write_review(by=request.viewer, now=request.now, best=told["best"], missed=told["missed"])
    except Refused as refused:
        return _again(request, refused.errors)
    return HttpResponseRedirect(f"{reverse('review')}?said=written")


def _again(
    request: Request, errors: dict[str, str], *, customer: UUID | None = None, status: int = 422
) -> HttpResponse:
    typed = {**BLANK, **request.POST.dict(), "customer": customer}
    return _page(request, status=status, errors=errors, typed=typed)


def _page(
    request: Request, *, status: int = 200, errors: dict[str, str] | None = None, typed: dict[str, Any] | None = None
) -> HttpResponse:
    at = work.workday(request.viewer)
    told = queries.evening(request.viewer, at) if at else None
    return page(
        request, "desks/review.html", here="today", at=at, status=status,
        still_open=told.today.open_lines if told else None,
        it=page_of(told) if told else None, errors=errors or {}, typed=typed or BLANK, said=_said(request),
    )  # fmt: skip


def _said(request: Request) -> Toast | None:
    """After a form: what was done."""
    asked = request.GET.get("n", "")
    many = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    words = {
        "settled": _("记下了"), "back": _("已放回今天的列表"), "written": _("复盘已提交，今天之内还可以改"),
        "moved": ngettext("%(n)s 件已顺延到下一个工作日", "%(n)s 件已顺延到下一个工作日", many) % {"n": many},
    }  # fmt: skip
    text = words.get(request.GET.get("said", ""), "")
    return Toast(text) if text else None
