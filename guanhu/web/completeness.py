"""档案完整度 as it is drawn: the share, why it is no more, and the next question in words one can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guanhu.apps.customers.living.shapes import KeptFact
from guanhu.apps.people import policy
from guanhu.apps.work.learning.actions import PLAIN
from guanhu.rules.completeness import LEARNT, Meter, is_enough
from guanhu.rules.kinds import FileItem
from guanhu.rules.living import FactKind
from guanhu.web.living import text_of
from guanhu.web.words import share, word


@dataclass(frozen=True)
class MeterView:
    """The meter of one file."""

    share_bp: int
    share: str
    enough: bool
    reasons: tuple[str, ...]
    """What is missing and what is old; empty where nothing is."""
    question: str
    """What to ask next; empty where nothing is."""


def meter_view(meter: Meter | None, item: FileItem | None = None) -> MeterView | None:
    """Put a meter into words; null where there is none. ``item``: what is asked about, where one came for it."""
    if meter is None:
        return None
    joined = _("、").join
    missing = [_("缺：%(what)s") % {"what": joined(map(word, meter.missing))}] if meter.missing else []
    told = {"what": joined(map(word, meter.stale)), "n": policy.in_force().file_stale_days}
    stale = [_("超过 %(n)s 天没确认：%(what)s") % told] if meter.stale else []
    return MeterView(
        share_bp=meter.share_bp,
        share=share(meter.share_bp),
        enough=is_enough(meter.share_bp, policy.in_force()),
        reasons=(*missing, *stale),
        question=question_of(meter, item),
    )


@dataclass(frozen=True)
class KnownFact:
    """One fact as the contact form shows it: to be ticked where the customer says it still holds."""

    value: str
    kind: str
    text: str
    since: str
    old: bool
    on: bool


@dataclass(frozen=True)
class Learning:
    """What a contact may confirm and teach: what is known, the kinds that may be added, and the question to ask."""

    known: tuple[KnownFact, ...]
    kinds: tuple[tuple[str, str], ...]
    chosen: str
    question: str


SHOWN = 6
"""So many known facts stand in the contact form, the oldest first; the rest is in the file."""


def learning_of(facts: Sequence[KeptFact], meter: Meter | None, typed: Mapping[str, Any]) -> Learning:
    """已知与核对: what the contact form shows, so that nothing is asked twice. P19."""
    ticked = set(typed.get("confirmed") or ())
    oldest = sorted(facts, key=lambda one: one.now.said.heard_on)[:SHOWN]
    ask = meter.ask if meter else None
    wanted = next((kind for kind in PLAIN if LEARNT.get(kind) is ask), None)
    known = {one.now.said.kind for one in facts}
    kinds = sorted((kind for kind in PLAIN if kind not in ONCE or kind not in known), key=lambda kind: kind in known)
    return Learning(
        known=tuple(_known(one, meter, ticked) for one in oldest),
        kinds=tuple((kind.value, word(kind)) for kind in kinds),
        chosen=typed.get("learnt_kind") or (wanted.value if wanted in kinds and wanted else kinds[0].value),
        question=question_of(meter) if meter else "",
    )


ONCE = (FactKind.BEST_TIME, FactKind.PERSONALITY, FactKind.NATIVE_PLACE, FactKind.SCHOOL, FactKind.BUSINESS)
"""Of these there is one: what is known is corrected in the file, not added a second time."""


def _known(kept: KeptFact, meter: Meter | None, ticked: set[str]) -> KnownFact:
    said, value = kept.now.said, f"{kept.item}|{kept.version}"
    old = meter is not None and LEARNT.get(said.kind) in meter.stale
    return KnownFact(value, word(said.kind), text_of(said), f"{said.heard_on:%Y-%m-%d}", old, value in ticked)


def question_of(meter: Meter, about: FileItem | None = None) -> str:
    """What to ask next, or to have confirmed; empty where the file is complete and fresh."""
    item = about or meter.ask
    if item is None:
        return ""
    return _asked()[item] if item in meter.missing else _again()[item]


def _asked() -> dict[FileItem, str]:
    """One question an item, as one says it across a desk; what only the bank's own system takes says where."""
    return {
        FileItem.PHONE: _("请客户到柜面登记手机号码，方便到期前通知"),
        FileItem.BIRTH: _("请客户带证件补登生日，之后每年会提醒你"),
        FileItem.RISK: _("问：最近方便做一次风险评估吗？不做就不能推荐理财"),
        FileItem.CONSENT: _("问：以后有合适的产品，可以打电话或发消息告诉您吗？"),
        FileItem.OCCUPATION: _("问：您现在在哪里工作，还是已经退休了？"),
        FileItem.NEED: _("问：这笔钱近两年有什么打算，希望随时能用还是放久一点？"),
        FileItem.INTEREST: _("问：平时休息喜欢做些什么？"),
        FileItem.FAMILY: _("问：家里几口人，孩子还在上学吗？孩子只记年龄段"),
        FileItem.BEST_TIME: _("问：一般几点给您打电话方便？"),
        FileItem.PERSONALITY: _("想想：说话干脆还是喜欢慢慢商量？记一句"),
        FileItem.NATIVE_PLACE: _("问：您老家是哪里？"),
        FileItem.SCHOOL: _("问：您是哪所学校毕业的？"),
        FileItem.BUSINESS: _("问：最近生意怎么样，旺季是什么时候？"),
    }


def _again() -> dict[FileItem, str]:
    """The same for what is known and old: confirm first, then correct."""
    return {item: _("确认：%(what)s还和上次说的一样吗？") % {"what": word(item)} for item in FileItem}
