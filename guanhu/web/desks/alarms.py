"""异常提醒: what was seen, why it is odd, and what came of it; and who is known to leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanhu.apps.people.alarms import actions, queries
from guanhu.apps.people.alarms.shapes import LONGEST_NOTE, Bar, Told
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.people.policy import in_force
from guanhu.rules.access import Permission, may
from guanhu.rules.alarms import AlarmKind, Measure
from guanhu.web.lists import Pager
from guanhu.web.pages import Request, Toast, go, page
from guanhu.web.words import word

HEIGHT, STEP, WIDE = 56, 12, 8
LONGEST_PAGE = 9


class LeavingForm(forms.Form):
    """Who leaves, and when."""

    staff_no = forms.CharField(max_length=40, error_messages={"required": gettext_lazy("填工号")})
    last_on = forms.DateField(
        error_messages={"required": gettext_lazy("填最后一天"), "invalid": gettext_lazy("日期写成 2026-11-24 的样子")}
    )


@dataclass(frozen=True)
class Column:
    """One day of the little chart: where its bar stands and how high it is."""

    x: int
    y: float
    height: float
    now: bool


@dataclass(frozen=True)
class Card:
    """One alarm in words, with the days behind it."""

    told: Told
    says: str
    columns: tuple[Column, ...]
    line: float | None
    width: int
    chart: str


def alarms(request: Request) -> HttpResponse:
    """Those that wait for an answer, with what is odd about each; then those answered."""
    words = {"answered": _("已记下核查结论"), "told": _("已记下离岗预告")}
    done = request.GET.get("done", "")
    return _page(request, said=Toast(words[done]) if done in words else None)


def answer(request: Request, alarm_id: UUID) -> HttpResponse:
    """Say what came of an alarm."""
    chosen, note = request.POST.get("word", ""), request.POST.get("note", "")
    typed: dict[str, Any] = {"answering": alarm_id, "typed": {"word": chosen, "note": note[: 2 * LONGEST_NOTE]}}
    try:
        actions.answer(by=request.viewer, alarm=alarm_id, word=chosen, note=note, now=request.now)
    except Refused as refused:
        return _page(request, status=422, errors=refused.errors, **typed)
    except Conflict as first:
        return _page(request, status=409, wrong=str(first), **typed)
    return go(request, reverse("alarms") + "?done=answered")


def leaving(request: Request) -> HttpResponse:
    """Write down that a colleague leaves."""
    form = LeavingForm(request.POST)
    errors = {name: str(said[0]) for name, said in form.errors.items()}
    if form.is_valid():
        try:
            actions.tell_leaving(
                by=request.viewer, staff_no=form.cleaned_data["staff_no"], known_on=localdate(request.now),
                last_on=form.cleaned_data["last_on"], now=request.now,
            )  # fmt: skip
            return go(request, reverse("alarms") + "?done=told")
        except Refused as refused:
            errors = refused.errors
    return _page(request, status=422, gone_errors=errors, gone=request.POST.dict())


def _page(request: Request, *, status: int = 200, **context: Any) -> HttpResponse:
    number = request.GET.get("page", "1")
    at = int(number) if number.isdecimal() and len(number) < LONGEST_PAGE else 1
    viewer, day = request.viewer, localdate(request.now)
    found = queries.alarms(viewer, page=at)
    pager = Pager(
        found.page, found.pages, _address(found.page - 1) if found.page > 1 else "",
        _address(found.page + 1) if found.page < found.pages else "",
    )  # fmt: skip
    told: dict[str, Any] = {
        "said": None, "wrong": "", "errors": {}, "typed": {}, "answering": None, "gone": {}, "gone_errors": {},
    }  # fmt: skip
    return page(
        request, "desks/alarms.html", here="alarms", status=status, found=found, pager=pager, day=day,
        open=tuple(card(one) for one in found.open), answered=tuple((one, says(one)) for one in found.answered),
        leaving=queries.leaving(day), may_tell=may(viewer, Permission.STAFF_WRITE) is not None, **{**told, **context},
    )  # fmt: skip


def _address(number: int) -> str:
    return reverse("alarms") + f"?page={number}"


def says(one: Told) -> str:
    """What was seen and what it is measured against, in a sentence."""
    policy = in_force()
    told = {"measure": word(one.measure), "seen": one.seen, "usual": one.usual, "line": one.line}
    sentences = {
        AlarmKind.SURGE: _("%(measure)s一天 %(seen)s 位；本人平常一天 %(usual)s 位，界线 %(line)s 位"),
        AlarmKind.PEERS: _(
            "%(measure)s一天 %(seen)s 位；同岗同事二百天里只有一天超过 %(line)s 位，本人平常 %(usual)s 位"
        ),
        AlarmKind.DRIP: _("%(days)s 天里看过 %(seen)s 位不在名单上、也没有联系的客户；界线 %(line)s 位"),
        AlarmKind.OUTSIDE: _("营业时间（%(from)s 至 %(to)s 点）以外看了 %(seen)s 位；界线 %(line)s 位"),
        AlarmKind.NOTICE: _("已知将离岗，当天看了 %(seen)s 位；本人平常 %(usual)s 位，界线 %(line)s 位"),
    }
    if one.measure is Measure.EXPORTED:
        sentences[AlarmKind.NOTICE] = _("已知将离岗，当天导出了 %(seen)s 位客户；界线 %(line)s 位")
    elif one.kind is AlarmKind.NOTICE and not one.usual:
        sentences[AlarmKind.NOTICE] = _(
            "已知将离岗，当天看了 %(seen)s 位不在名单上、也没有联系的客户；界线 %(line)s 位"
        )
    told |= {"days": policy.alarm_drip_days, "from": policy.alarm_hours_from, "to": policy.alarm_hours_to}
    return sentences[one.kind] % told


def card(one: Told) -> Card:
    """One alarm with the days before it and its own day, drawn to scale."""
    last = Bar(one.day, one.seen)
    aside = one.kind is AlarmKind.DRIP
    bars = [*(bar for bar in one.bars if bar.day != one.day), *([] if aside else [last])]
    line = None if aside else one.line
    top = max([bar.count for bar in bars] + [line or 0, 1])
    shift = max(queries.BARS + 1 - len(bars), 0)
    heights = [round(HEIGHT * bar.count / top, 1) for bar in bars]
    columns = tuple(
        Column((n + shift) * STEP, round(HEIGHT - high, 1), high, bars[n] is last) for n, high in enumerate(heights)
    )
    said = _("最近 %(n)s 个有查看的日子，每天多少位：%(all)s") % {
        "n": len(bars), "all": "、".join(str(bar.count) for bar in bars)
    }  # fmt: skip
    at = None if line is None else round(HEIGHT - HEIGHT * line / top, 1)
    return Card(one, says(one), columns, at, (queries.BARS + 1) * STEP, said)
