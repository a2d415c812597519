"""提醒: what others did with one's customers; read here, and put away."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.customers.notices import actions, queries
from guanhu.rules.kinds import TrailAction
from guanhu.web.pages import Request, page
from guanhu.web.words import label, moment


@dataclass(frozen=True)
class Line:
    """One notice as the page draws it."""

    id: UUID
    words: str
    who: str
    when: str
    unread: bool
    customer: UUID | None
    name: str
    review: bool
    """About one's own review, not about a customer."""


def notices(request: Request) -> HttpResponse:
    """The unread first; whose customer is hers no more is told without a name."""
    told = queries.notices(request.viewer)
    lines = [
        Line(one.public_id, _words(one), one.who, moment(one.at), one.unread, one.customer, one.name, _of_review(one))
        for one in told
    ]
    unread = [line.id for line in lines if line.unread]
    return page(request, "desks/notices.html", here="notices", lines=lines, unread=unread)


def _words(one: queries.Told) -> str:
    return _("评了你的复盘") if _of_review(one) else label("TrailAction", one.what)


def _of_review(one: queries.Told) -> bool:
    return one.what == TrailAction.REVIEW


def read(request: Request) -> HttpResponse:
    """She has read those that stood on the page: those named, and no later one."""
    named = [one for one in map(_id_of, request.POST.getlist("notice")) if one]
    actions.read(by=request.viewer, notices=named, now=request.now)
    return HttpResponseRedirect(reverse("notices"))


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
