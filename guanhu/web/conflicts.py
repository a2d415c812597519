"""Two people at once: what I typed beside what stands there now, in words, so that I can go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanhu.apps.people.errors import Conflict
from guanhu.web.words import DASH, duration, label, moment, money, word

NAMES = {
    "outcome": gettext_lazy("结果"),
    "channel": gettext_lazy("联系方式"),
    "seconds": gettext_lazy("通话时长"),
    "said": gettext_lazy("补一句"),
    "refusal": gettext_lazy("拒绝原因"),
    "product": gettext_lazy("产品"),
    "amount_fen": gettext_lazy("金额"),
    "meeting_on": gettext_lazy("约在哪天"),
    "meeting_at": gettext_lazy("几点"),
    "meeting_place": gettext_lazy("地点"),
    "reason": gettext_lazy("顺延的原因"),
    "stage": gettext_lazy("关系阶段"),
    "note": gettext_lazy("依据"),
    "granted": gettext_lazy("营销"),
    "evidence": gettext_lazy("凭据"),
    "kind": gettext_lazy("种类"),
    "whose": gettext_lazy("谁的"),
    "calendar": gettext_lazy("历法"),
    "month": gettext_lazy("月"),
    "day": gettext_lazy("日"),
    "leap": gettext_lazy("农历闰月"),
    "year": gettext_lazy("哪一年起"),
    "person": gettext_lazy("称呼"),
    "about": gettext_lazy("说明"),
    "text": gettext_lazy("了解到什么"),
    "heard_from": gettext_lazy("谁说的"),
    "heard_on": gettext_lazy("哪天了解到"),
    "contact": gettext_lazy("哪次接触"),
    "band": gettext_lazy("孩子的年龄段"),
    "need_type": gettext_lazy("需求类型"),
    "need_depth": gettext_lazy("说没说出口"),
    "need_facet": gettext_lazy("需求方面"),
    "found_how": gettext_lazy("怎么发现的"),
    "can": gettext_lazy("能不能提供"),
    "bought": gettext_lazy("已购买"),
    "what": gettext_lazy("可提供"),
    "instead": gettext_lazy("替代"),
    "intent": gettext_lazy("到期意向"),
    "business": gettext_lazy("办什么业务"),
    "come_on": gettext_lazy("哪天来办"),
    "come_at": gettext_lazy("几点来办"),
    "owner": gettext_lazy("谁来做"),
    "due_on": gettext_lazy("哪天之前"),
    "state": gettext_lazy("做到哪一步"),
    "result": gettext_lazy("结果"),
    "purpose": gettext_lazy("健康或信仰的用途"),
    "bond": gettext_lazy("是其何人"),
    "household": gettext_lazy("同一家庭"),
    "introduced": gettext_lazy("谁介绍谁"),
}
"""What each field is called in the table."""

WORDS: dict[str, Callable[[Any], str]] = {
    "outcome": lambda code: label("Outcome", code),
    "channel": lambda code: label("Channel", code),
    "refusal": lambda code: label("Refusal", code),
    "stage": lambda code: label("Stage", code),
    "seconds": duration,
    "amount_fen": money,
    "kind": word,
    "whose": word,
    "calendar": word,
    "heard_from": word,
    "band": word,
    "need_type": word,
    "need_depth": word,
    "need_facet": word,
    "intent": word,
    "contact": lambda contact: _("已选"),
    "leap": lambda leap: _("是") if leap else _("否"),
    "granted": lambda granted: _("同意") if granted else _("不要"),
}
"""Values that are more than a text, a day or an hour."""


@dataclass(frozen=True)
class Line:
    """One field: what it is called, what each of the two says."""

    word: str
    yours: str
    theirs: str


@dataclass(frozen=True)
class Clash:
    """The table of a conflict; ``theirs`` heads the other's column: who and when."""

    theirs: str
    lines: tuple[Line, ...]


def clash_of(conflict: Conflict) -> Clash:
    """A conflict in words."""
    at = moment(conflict.at) if conflict.at else ""
    lines = tuple(
        Line(str(NAMES[each.field]), _word(each.field, each.yours), _word(each.field, each.theirs))
        for each in conflict.differences
    )
    return Clash(" ".join(part for part in (conflict.who, at) if part), lines)


def _word(field: str, value: Any) -> str:
    if value is None or value == "":
        return DASH
    if field in WORDS:
        return WORDS[field](value) or DASH
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)
