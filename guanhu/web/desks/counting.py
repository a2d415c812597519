"""点数与提示: the week in numbers, what in its writing calls for a question, and what was said to it. P52–P57."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.people.policy import in_force
from guanhu.apps.work import queries as work
from guanhu.apps.work.counting import actions, queries
from guanhu.apps.work.counting.shapes import LONGEST_WORDS, Counted, Opened, Told
from guanhu.rules.access import Permission, Reach, may
from guanhu.rules.flags import FlagAnswer, FlagKind
from guanhu.rules.habits import monday_of
from guanhu.rules.kinds import Channel
from guanhu.web.pages import Request, Toast, found, page
from guanhu.web.pages import go as go_on

ANSWERED_DAYS = 28
"""Flags answered within four weeks are still on the page."""
HOUR = 60


def counting(request: Request) -> HttpResponse:
    """One's own week, or the branch's side by side; flags that wait for a word, then those answered."""
    viewer = request.viewer
    at = work.morning(viewer)
    last = at.now.data_day if at else None
    first = monday_of(last) if last else None
    rows = queries.counted(viewer, first, last) if first and last else ()
    flags = queries.flags(viewer, last - timedelta(ANSWERED_DAYS)) if last else None
    words = {"answered": _("已记下答复"), "explained": _("已记下说明")}
    done = request.GET.get("done", "")
    return page(
        request, "desks/counting.html", here="counting", at=at, own=viewer.reach is Reach.OWN, first=first, last=last,
        rows=[(who, [_cell(one) for one in cells]) for who, cells in rows],
        open=[(one, says(one)) for one in flags.open] if flags else [],
        waiting=flags.waiting if flags else 0,
        answered=[(one, says(one)) for one in flags.answered] if flags else [],
        said=Toast(words[done]) if done in words else None,
    )  # fmt: skip


def flag(request: Request, flag_id: UUID) -> HttpResponse:
    """One flag: what was seen, the contacts behind it, what the colleague says and what came of it."""
    return _page(request, flag_id)


def explain(request: Request, flag_id: UUID) -> HttpResponse:
    """The colleague says how it came about."""
    words = request.POST.get("words", "")
    try:
        actions.explain(by=request.viewer, flag=flag_id, words=words, now=request.now)
    except Refused as refused:
        return _page(request, flag_id, status=422, errors=refused.errors, typed=_typed(request))
    except Conflict as first:
        return _page(request, flag_id, status=409, wrong=str(first), typed=_typed(request))
    return go_on(request, reverse("counting") + "?done=explained")


def answer(request: Request, flag_id: UUID) -> HttpResponse:
    """Who leads her says what came of it."""
    word, note = request.POST.get("answered", ""), request.POST.get("note", "")
    try:
        actions.answer(by=request.viewer, flag=flag_id, word=word, note=note, now=request.now)
    except Refused as refused:
        return _page(request, flag_id, status=422, errors=refused.errors, typed=_typed(request))
    except Conflict as first:
        return _page(request, flag_id, status=409, wrong=str(first), typed=_typed(request))
    return go_on(request, reverse("counting") + "?done=answered")


def _typed(request: Request) -> dict[str, str]:
    return {name: request.POST.get(name, "")[: 2 * LONGEST_WORDS] for name in ("answered", "note", "words")}


def _page(request: Request, flag_id: UUID, *, status: int = 200, **wrong: Any) -> HttpResponse:
    viewer = request.viewer
    opened: Opened = found(queries.flag(viewer, flag_id))
    told = opened.told
    waits = told.answer is FlagAnswer.OPEN
    context: dict[str, Any] = {"errors": {}, "typed": {}, "wrong": "", **wrong}
    return page(
        request, "desks/flag.html", here="counting", status=status, it=opened, told=told, says=says(told),
        explains=waits and told.own and may(viewer, Permission.FLAG_EXPLAIN) is not None,
        answers=waits and not told.own and may(viewer, Permission.FLAG_ANSWER) is not None,
        longest=LONGEST_WORDS, call=Channel.CALL.value, **context,
    )  # fmt: skip


def _cell(one: Counted) -> dict[str, Any]:
    """One channel of the comparison: done of what was asked, and how many of it rest on a declared duration."""
    return {"it": one, "call": one.channel == Channel.CALL}


def says(one: Told) -> str:
    """What was seen, of how much, and from which number on it is told, in a sentence."""
    numbers = in_force()
    told = {
        "seen": one.seen, "all": one.among, "line": one.line, "minutes": numbers.flag_bulk_minutes,
        "last": numbers.flag_last_minutes, "below": numbers.effective_call_seconds + numbers.flag_near_seconds,
        "effective": numbers.effective_call_seconds, "from": numbers.flag_hours_from, "to": numbers.flag_hours_to,
        "close": f"{numbers.flag_closing_minute // HOUR}:{numbers.flag_closing_minute % HOUR:02}",
    }  # fmt: skip
    sentences = {
        FlagKind.BULK: _("%(minutes)s 分钟里记了 %(seen)s 次联系，全天 %(all)s 次；从 %(line)s 次起提示"),
        FlagKind.COPIED: _("%(seen)s 位客户的备注几乎一样，全天写了备注的 %(all)s 位；从 %(line)s 位起提示"),
        FlagKind.LAST: _("下班（%(close)s）前 %(last)s 分钟起记了 %(seen)s 次，全天 %(all)s 次；从 %(line)s 次起提示"),
        FlagKind.NEAR: _(
            "%(seen)s 通自报时长在 %(effective)s 到 %(below)s 秒之间，全天有效电话 %(all)s 通；从 %(line)s 通起提示"
        ),
        FlagKind.OUTSIDE: _("%(from)s 点以前或 %(to)s 点以后记了 %(seen)s 次，全天 %(all)s 次；从 %(line)s 次起提示"),
        FlagKind.UNWRITTEN: _("%(seen)s 通有效电话没有写备注，全天 %(all)s 通；从 %(line)s 通起提示"),
    }
    return sentences[one.kind] % told
