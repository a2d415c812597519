"""工作日志: one's own days, and a colleague's for who leads or coaches her branch."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.work import queries as work
from guanhu.apps.work.daybook.queries import SPANS, Asked, Log, log_of, own_log
from guanhu.rules.kinds import Channel, Outcome
from guanhu.web.pages import Request, found, page
from guanhu.web.words import label, share

TALL = 100


def mine(request: Request) -> HttpResponse:
    """Her own days."""
    at = work.morning(request.viewer)
    asked = _asked(request)
    log = own_log(request.viewer, at.now, asked) if at else None
    return _page(request, at, log, asked, reverse("log"), here="today", own=True)


def colleague(request: Request, staff_id: UUID) -> HttpResponse:
    """A colleague's days, her customers masked."""
    at = work.morning(request.viewer)
    asked = _asked(request)
    log = found(log_of(request.viewer, at.now, staff_id, asked)) if at else None
    return _page(request, at, log, asked, reverse("colleague_log", args=[staff_id]), here="reviews", own=False)


def _asked(request: Request) -> Asked:
    days = request.GET.get("days", "")
    channel, outcome = request.GET.get("way", ""), request.GET.get("result", "")
    return Asked(
        int(days) if days in {str(span) for span in SPANS} else Asked.days,
        channel if channel in set(Channel) else "", outcome if outcome in set(Outcome) else "",
    )  # fmt: skip


def _page(
    request: Request, at: work.Morning | None, log: Log | None, asked: Asked, address: str, *, here: str, own: bool
) -> HttpResponse:
    return page(
        request, "desks/daybook.html", here=here, at=at, it=log, own=own, address=address, asked=asked,
        rate=share(log.whole.effective_bp) if log else "", bars=_bars(log) if log else (),
        currency=at.now.currency if at else "CNY", filters=_filters(asked, address),
    )  # fmt: skip


def _bars(log: Log) -> list[dict[str, Any]]:
    """The hours of the day side by side, the highest whole."""
    most = max((every for _hour, every, _counted in log.hours), default=1)
    return [
        {"hour": hour, "every": every, "counted": counted, "tall": round(TALL * every / most, 1),
         "solid": round(TALL * counted / most, 1)}
        for hour, every, counted in log.hours
    ]  # fmt: skip


def _filters(asked: Asked, address: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Each row of filters: its word, and its choices as (word, address, on)."""
    words = {1: _("今天"), 5: _("五个工作日"), 22: _("一个月")}
    now = {"days": str(asked.days), "way": asked.channel, "result": asked.outcome}

    def to(**one: str) -> str:
        return f"{address}?{urlencode({name: value for name, value in {**now, **one}.items() if value})}"

    spans = [(words[span], to(days=str(span)), asked.days == span) for span in SPANS]
    ways = [(_("全部方式"), to(way=""), not asked.channel)]
    ways += [(label("Channel", one), to(way=one.value), asked.channel == one) for one in Channel]
    results = [(_("全部结果"), to(result=""), not asked.outcome)]
    results += [(label("Outcome", one), to(result=one.value), asked.outcome == one) for one in Outcome]
    return [(_("多久"), spans), (_("方式"), ways), (_("结果"), results)]
