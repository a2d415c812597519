"""提醒: what others did with one's customers; read here, and put away."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from guanhu.apps.customers.notices import actions, queries
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


def notices(request: Request) -> HttpResponse:
    """The unread first; whose customer is hers no more is told without a name."""
    told = queries.notices(request.viewer)
    lines = [
        Line(one.public_id, label("TrailAction", one.what), one.who, moment(one.at), one.unread, one.customer, one.name)
        for one in told
    ]
    unread = [line.id for line in lines if line.unread]
    return page(request, "desks/notices.html", here="notices", lines=lines, unread=unread)


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
