"""留痕: who saw or did what, for the auditor; and what one did oneself, for everybody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate, localtime, make_aware
from django.utils.translation import gettext as _

from guanhu.apps.audit import actions, queries
from guanhu.apps.audit.queries import Asked, Line, Lines
from guanhu.apps.audit.verify import TooMuch
from guanhu.apps.people.policy import in_force
from guanhu.feeds.keys import Keys
from guanhu.rules.access import Role
from guanhu.rules.kinds import TrailAction
from guanhu.web.forms import TrailForm
from guanhu.web.pages import Request, Toast, go, page
from guanhu.web.words import DASH, english, label

LATE = 3
"""A seal is late after so many times what should lie between two."""
ASKED = ("customer", "actor", "action", "since", "until")
"""What the form asks for."""


@dataclass(frozen=True)
class Row:
    """One record in words."""

    at: str
    day: str
    who: str
    role: str
    unit: str
    action: str
    of: str
    says: tuple[str, ...]
    result: str
    look: str
    address: str
    place: str
    """Chain and number: where to find it again."""


@dataclass(frozen=True)
class State:
    """How the trail stands: the last check, the last seal, in words, and how either looks."""

    checked: str
    checked_says: str
    checked_look: str
    sealed: str
    sealed_says: str
    sealed_look: str


def trail(request: Request) -> HttpResponse:
    """The whole trail, newest first, or what the form asks of it; what is typed stands in no address."""
    form = TrailForm(request.POST if request.method == "POST" else {})
    asked = _asked(form) if form.is_valid() else Asked()
    found = queries.look(request.viewer, asked, now=request.now)
    said = _said(request.GET.get("checked", ""))
    return page(
        request, "desks/trail.html", here="trail", status=200 if form.is_valid() else 422, form=form,
        typed={name: request.POST.get(name, "") for name in ASKED}, errors=form.messages, rows=_rows(found),
        further=found.further, searched=asked != Asked(), customer=asked.customer is not None,
        days=in_force().trail_search_days, state=_state(request.now), kinds=_kinds(), said=said,
    )  # fmt: skip


def mine(request: Request) -> HttpResponse:
    """What one did oneself in the last days."""
    found = queries.look(request.viewer, Asked(before=request.GET.get("before", "")), now=request.now)
    older = f"{reverse('own_actions')}?before={quote(found.further)}" if found.further else ""
    return page(
        request, "desks/own_actions.html", here="account", rows=_rows(found), older=older,
        first="before" not in request.GET, days=in_force().trail_own_days,
    )  # fmt: skip


def check(request: Request) -> HttpResponse:
    """Check what grew since the last check; what came of it is on the trail and on the page."""
    try:
        report = actions.check(request.viewer, anchors=settings.GUANHU_ANCHORS, most=in_force().trail_page_records)
    except TooMuch:
        return go(request, reverse("trail") + "?checked=much")
    except FileNotFoundError:
        return go(request, reverse("trail") + "?checked=none")
    return go(request, reverse("trail") + ("?checked=broken" if report.bad else "?checked=whole"))


def _said(outcome: str) -> Toast | None:
    words = {
        "whole": _("核验完成：完好"),
        "broken": _("核验完成：有改动，请看上面"),
        "much": _("要核验的太多，没有在网页上做。今晚会自动核验，或运行 guanhu trail verify"),
        "none": _("还没有封签，没有可以对照的。封签每隔几分钟自动做一次，过一会儿再试"),
    }
    return Toast(words[outcome]) if outcome in words else None


def _asked(form: TrailForm) -> Asked:
    typed = form.cleaned_data
    until = typed["until"] + timedelta(days=1) if typed["until"] else None
    return Asked(
        customer=Keys(settings.GUANHU_LAKE_KEY).key("customer", typed["customer"]) if typed["customer"] else None,
        actor=typed["actor"], action=typed["action"], since=_midnight(typed["since"]), until=_midnight(until),
        before=typed["before"],
    )  # fmt: skip


def _midnight(day: date | None) -> datetime | None:
    return make_aware(datetime.combine(day, time())) if day else None


def _kinds() -> list[tuple[str, str]]:
    return [(each.value, label("TrailAction", each)) for each in TrailAction]


# ---------------------------------------------------------------- how it stands


def _state(now: datetime) -> State:
    checked, seal = queries.last_verified(), queries.last_seal()
    late = timedelta(minutes=LATE * in_force().trail_seal_minutes)
    state = State(DASH, _("还没有核验过"), "", DASH, _("还没有封签；网页开着时每隔几分钟自动做一次"), "warn")
    if checked and checked.whole:
        says = _("完好，核验了 %(n)s 条，到封签 %(seal)s") % {"n": checked.records, "seal": checked.seal}
        state = replace(state, checked=_moment(checked.at, now), checked_says=says, checked_look="ok")
    elif checked:
        says = _("有改动：%(first)s") % {"first": checked.says}
        state = replace(state, checked=_moment(checked.at, now), checked_says=says, checked_look="danger")
    if seal:
        is_late = now - seal[1] > late
        says = _("封签 %(n)s。此后的记录还没有封存") % {"n": seal[0]}
        if is_late:
            says = _("封签 %(n)s 之后停了：请查看封签的进程或定时任务") % {"n": seal[0]}
        look = "warn" if is_late else "ok"
        state = replace(state, sealed=_moment(seal[1], now), sealed_says=says, sealed_look=look)
    return state


def _moment(at: datetime, now: datetime) -> str:
    """09:12:30 today, else with its day."""
    local = localtime(at)
    return f"{local:%H:%M:%S}" if local.date() == localdate(now) else f"{local:%Y-%m-%d %H:%M}"


# ---------------------------------------------------------------- records in words


def _rows(found: Lines) -> tuple[Row, ...]:
    return tuple(_row(line) for line in found.rows)


_AS_IT_SHOULD = {"done", "whole", "asked", "approved", "made", "taken", "withdrawn"}
"""Results that call for nobody's eye."""


def _row(line: Line) -> Row:
    local = localtime(line.at)
    results = _results()
    return Row(
        at=f"{local:%H:%M:%S}", day=f"{local:%Y-%m-%d}", who=line.actor or _("系统"), role=_role(line.role),
        unit=line.unit, action=_action(line.action), of=_objects().get(line.kind, line.kind), says=_says(line),
        result=results.get(line.result, line.result), look="" if line.result in _AS_IT_SHOULD else "danger",
        address=line.address, place=f"{line.chain} · {line.seq}",
    )  # fmt: skip


def _action(code: str) -> str:
    return label("TrailAction", code) if code in list(TrailAction) else code


def _role(code: str) -> str:
    return Role(code).label("en" if english() else "zh") if code in list(Role) else code


def _says(line: Line) -> tuple[str, ...]:
    """What else the record tells: a list's length, fields, reason, case."""
    fields = _fields()
    told = []
    if line.listed:
        told.append(_("在 %(n)s 人的名单里") % {"n": line.count})
    elif line.count is not None:
        told.append(_("%(n)s 条") % {"n": line.count})
    if line.fields:
        told.append("、".join(fields.get(each, each) for each in line.fields))
    told += [_reasons().get(line.reason, line.reason)] if line.reason else []
    told += [_("个案 %(no)s") % {"no": line.case}] if line.case else []
    return tuple(told)


def _objects() -> dict[str, str]:
    return {
        "customer": _("客户"), "brief": _("任务简报"), "file": _("客户档案"), "file_rest": _("客户档案其余部分"),
        "list": _("客户名单"),
        "session": _("会话"), "staff": _("员工"), "trail": _("留痕"), "seal": _("封签"), "case": _("个案"),
        "branch": _("网点"), "delivery": _("送数"), "alarm": _("异常提醒"), "alarms": _("异常提醒"),
        "case_copy": _("个案副本"), "clearing": _("到期清理"), "key": _("密钥"), "policy": _("规则"),
        "quarantine": _("隔离区"), "touch": _("触达"), "deferral": _("顺延"), "account": _("账户"),
        "export": _("导出申请"),
    }  # fmt: skip


def _results() -> dict[str, str]:
    return {
        "done": _("完成"), "refused": _("被拒"), "failed": _("失败"), "whole": _("完好"), "broken": _("有改动"),
        "bootstrap": _("首次设立"), "listed": _("完成"), "asked": _("已申请"), "approved": _("已批准"),
        "made": _("已生成文件"), "taken": _("已下载"), "withdrawn": _("已撤回"), "expired": _("过期销毁"),
        "void": _("与获准时不同，销毁"),
    }  # fmt: skip


def _reasons() -> dict[str, str]:
    return {
        "failures": _("连续失败"), "given": _("由管理员设定"), "reset": _("重置"), "set up": _("绑定"),
        "confirmed": _("再次确认身份"), "recovery code": _("用恢复码"), "recovery codes": _("换一批恢复码"),
    }  # fmt: skip


def _fields() -> dict[str, str]:
    named: dict[str, Any] = {
        "customer": _("客户号"), "actor": _("工号"), "action": _("动作"), "since": _("起"), "until": _("止"),
        "stage": _("客情阶段"), "phone": _("手机"), "id_no": _("证件号码"), "address": _("地址"), "email": _("邮箱"),
        "account_no": _("账号"), "card_no": _("卡号"), "branch": _("网点"), "role": _("角色"), "code": _("动态码"),
        "important_day": _("重要日子"), "fact": _("了解到的情况"),
        "taker": _("代管人"), "from_on": _("从哪天起"), "to_on": _("到哪天止"),
    }  # fmt: skip
    return named
