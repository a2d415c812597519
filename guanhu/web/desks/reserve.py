"""候补: who comes next today."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import pgettext

from guanhu.apps.work import queries as work
from guanhu.apps.work.arranging.reserve.queries import reserve
from guanhu.apps.work.arranging.shapes import Reserve, Spare
from guanhu.rules.kinds import Channel
from guanhu.web.pages import Request, page


@dataclass(frozen=True)
class Section:
    """Who comes next by one way, and how many slots of it are free now."""

    channel: str
    word: str
    free: int
    lines: tuple[Spare, ...]


def spare(request: Request) -> HttpResponse:
    """Who comes next where a call is not answered or a slot comes free."""
    at = work.workday(request.viewer)
    told = reserve(request.viewer, at) if at else None
    return page(
        request, "desks/reserve.html", here="today", at=at, it=told, sections=_sections(told) if told else (),
        rate=round(told.connect_bp / 100) if told else 0, currency=at.now.currency if at else "",
    )  # fmt: skip


def _sections(told: Reserve) -> tuple[Section, ...]:
    """Calls first: they are what is not answered."""
    words = {
        Channel.CALL: pgettext("52030", "通话"), Channel.MEETING: pgettext("52030", "面访"),
        Channel.MESSAGE: pgettext("52030", "消息"),
    }  # fmt: skip
    return tuple(
        Section(way.value, word, told.free[way], told.lines[way]) for way, word in words.items() if way in told.lines
    )
