"""网点复盘: what colleagues wrote about their day, who wrote nothing, and what is said to it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.people.errors import Refused
from guanhu.apps.work import queries as work
from guanhu.apps.work.evening import actions
from guanhu.apps.work.evening.reading.queries import Colleague, team
from guanhu.rules.kinds import Channel
from guanhu.web.evening_forms import CommentForm
from guanhu.web.pages import Request, Toast, page
from guanhu.web.words import day_long, day_near, share


def reviews(request: Request) -> HttpResponse:
    """The branch's day: a card for each colleague, those who wrote nothing last."""
    return _page(request)


def comment(request: Request, review_id: UUID) -> HttpResponse:
    """A few words to a colleague's review."""
    form = CommentForm(request.POST)
    said = form.cleaned_data["comment"] if form.is_valid() else ""
    try:
        actions.comment(by=request.viewer, review=review_id, said=said, now=request.now)
    except Refused as refused:
        return _page(request, status=422, errors={**refused.errors, **form.messages}, about=review_id)
    day = _day(request.POST.get("day", ""))
    return HttpResponseRedirect(f"{reverse('reviews')}?said=commented{f'&day={day}' if day else ''}")


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


def _page(
    request: Request, *, status: int = 200, errors: dict[str, str] | None = None, about: UUID | None = None
) -> HttpResponse:
    at = work.morning(request.viewer)
    asked = _day(request.POST.get("day", "") or request.GET.get("day", ""))
    it = team(request.viewer, at.now, asked) if at else None
    said = Toast(_("评语已送达，对方会收到提醒")) if request.GET.get("said") == "commented" else None
    return page(
        request, "desks/reviews.html", here="reviews", at=at, status=status, it=it, errors=errors or {}, about=about,
        typed=request.POST.get("comment", ""), said=said,
        title=day_long(it.day) if it else "", currency=at.now.currency if at else "CNY",
        days=[(day, day_near(day, it.today), day == it.day) for day in it.days] if it else [],
        cards=[_card(one) for one in it.colleagues] if it else [],
    )  # fmt: skip


def _card(one: Colleague) -> dict[str, Any]:
    """A colleague's day as it is drawn: done and due by channel, and the rate of her calls."""
    return {
        "it": one,
        "ways": [(channel, one.done.get(channel, 0), one.due.get(channel, 0)) for channel in Channel],
        "rate": share(one.figures.effective_bp),
    }
