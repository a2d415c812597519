"""客户简报 as it is drawn: who, why now, what to say, and the form for what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from guanhu.apps.work.shapes import Brief, NextStep, ReasonView, ScriptView
from guanhu.rules.kinds import Channel, ConsentPurpose, Outcome
from guanhu.rules.policy import SHIPPED
from guanhu.web.lists import age_words, touch_words
from guanhu.web.reasons import Mark, Scene, mark
from guanhu.web.words import DASH, day_near, english, label, money_parts, worth

CALL_KEYS = {Outcome.REACHED: 1, Outcome.SENT: 1, Outcome.NO_ANSWER: 2, Outcome.DECLINED: 3, Outcome.BOOKED: 4,
             Outcome.CLOSED: 5}  # fmt: skip
"""Which number key chooses an outcome."""


@dataclass(frozen=True)
class Fact:
    """One figure of the head."""

    word: str
    figure: str
    unit: str = ""
    look: str = ""


@dataclass(frozen=True)
class Why:
    """One signed reason: the figure and the sentence."""

    figure: str
    text: str
    minus: bool


@dataclass(frozen=True)
class Piece:
    """A part of the script; ``var`` marks what was filled in."""

    text: str
    var: bool


@dataclass(frozen=True)
class Choice:
    """One button or box of the form."""

    code: str
    word: str
    on: bool
    number: int = 0


@dataclass(frozen=True)
class Step:
    """One suggested next contact as a check box."""

    value: str
    text: str
    on: bool


@dataclass(frozen=True)
class Result:
    """What was recorded today."""

    when: str
    text: str
    said: str
    undo: UUID | None


@dataclass(frozen=True)
class Form:
    """The record form with what was typed, and what was wrong with it."""

    request_key: str
    outcomes: tuple[Choice, ...]
    refusals: tuple[Choice, ...]
    steps: tuple[Step, ...]
    today: str
    effective_seconds: int = SHIPPED.effective_call_seconds
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> str:
        """What was typed into a field before; empty on a fresh form."""
        if name in FIELDS:
            return self.typed.get(name, "")
        raise AttributeError(name)


FIELDS = frozenset(
    ("said", "minutes", "seconds", "retry_on", "meeting_on", "meeting_at", "meeting_place", "product", "amount_wan")
)


@dataclass(frozen=True)
class Pane:
    """Everything the right half of the workbench draws."""

    id: UUID
    name: str
    about: str
    tier: str
    stage: str
    phone: str
    position: str
    chips: tuple[Mark, ...]
    facts: tuple[Fact, ...]
    why: tuple[Why, ...]
    total: str
    total_words: str
    price: str
    script: tuple[Piece, ...]
    limits: str
    channel: str
    file: str
    record_url: str
    call_url: str
    defer_url: str
    can_call: bool
    can_message: bool
    done_words: str
    form: Form | None
    result: Result | None


def pane_of(brief: Brief, *, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> Pane:
    """The brief of one customer, with the form as it was typed when something was wrong."""
    scene = Scene(brief.day, brief.currency)
    done = bool(brief.touches) and brief.touches[0].outcome != Outcome.NO_ANSWER
    where = [brief.public_id]
    return Pane(
        id=brief.public_id,
        name=brief.name,
        about=" · ".join(part for part in (age_words(brief.kind, brief.age), brief.occupation) if part),
        tier=brief.tier,
        stage=brief.stage,
        phone=brief.phone,
        position=_position(brief),
        chips=tuple(mark(chip, scene) for chip in brief.chips),
        facts=_facts(brief),
        why=tuple(_why(reason, scene) for reason in brief.reasons),
        total=worth(brief.value_fen, brief.currency, signed=True),
        total_words=_("期望 %(value)s") % {"value": worth(brief.value_fen, brief.currency)},
        price=_price(brief),
        script=_script(brief),
        limits=_limits(brief),
        channel=brief.channel or Channel.CALL,
        file=reverse("customer", args=where),
        record_url=reverse("record", args=where),
        call_url=reverse("call", args=where),
        defer_url=reverse("defer", args=where),
        can_call=bool(brief.phone) and _may(brief),
        can_message=_may(brief),
        done_words=_("完成，下一位"),
        form=None if done or brief.deferred else _form(brief, typed or {}, errors or {}),
        result=_result(brief, scene),
    )


def _may(brief: Brief) -> bool:
    """Nobody who refused every kind of contact is called from here."""
    service = next((row.granted for row in brief.consents if row.purpose == ConsentPurpose.SERVICE), None)
    return service is not False or brief.may_market


def _position(brief: Brief) -> str:
    if not brief.place:
        return ""
    place = _("第 %(at)s / %(all)s 位") % {"at": brief.place, "all": brief.places}
    return f"{label('Group', brief.group)} · {place}"


def _facts(brief: Brief) -> tuple[Fact, ...]:
    assets = money_parts(brief.balance_fen, brief.currency)
    net = money_parts(brief.net30_fen, brief.currency, signed=True)
    look = "" if not brief.net30_fen else "out" if brief.net30_fen < 0 else "in"
    days = brief.days_since_contact
    hours = f"{brief.best_hours[0]}–{brief.best_hours[1]}" if brief.best_hours else DASH
    return (
        Fact(_("管理资产"), assets.figure, assets.unit),
        Fact(_("近30天"), net.figure, net.unit, look),
        Fact(_("上次联系"), DASH if days is None else str(days), "" if days is None else _("天前")),
        Fact(_("宜通话"), hours, _("点") if brief.best_hours else ""),
    )


# ---------------------------------------------------------------- why now


def _why(reason: ReasonView, scene: Scene) -> Why:
    return Why(worth(reason.fen, scene.currency, signed=True), _reason_words(reason, scene), reason.fen < 0)


def _reason_words(reason: ReasonView, scene: Scene) -> str:
    if reason.chip:
        return mark(reason.chip, scene).sentence
    note = reason.note
    if reason.kind == "channel":
        way = label("Channel", str(note.get("channel", ""))) if note.get("channel") else _("这种方式")
        return _("用%(way)s而不是电话的把握") % {"way": way}
    if reason.kind == "recent":
        times = note.get("contacts") or note.get("recent") or note.get("count")
        cap = SHIPPED.cap_working_days
        if times:
            return _("%(days)s 个工作日内已联系 %(n)s 次，再联系会打扰") % {"days": cap, "n": times}
        return _("近日已联系过，再联系会打扰")
    if reason.kind == "routine":
        return _("例行维护")
    return str(note.get("text") or reason.kind)


def _price(brief: Brief) -> str:
    """What the slot costs, and whom and which other way this contact beat."""
    if brief.price_fen is None or not brief.place:
        return ""
    way = label("Channel", brief.channel)
    said = [_("今天再多一个%(way)s名额值 %(price)s") % {"way": way, "price": worth(brief.price_fen, brief.currency)}]
    left_out = brief.beat.get("left_out_fen")
    if left_out:
        said.append(_("没排上的下一位值 %(value)s") % {"value": worth(left_out, brief.currency)})
    for other in brief.beat.get("others", ()):
        value = worth(other.get("value_fen"), brief.currency)
        said.append(_("改用%(way)s值 %(value)s") % {"way": label("Channel", other.get("channel")), "value": value})
    return _("；").join(said)


# ---------------------------------------------------------------- what to say


def _script(brief: Brief) -> tuple[Piece, ...]:
    chosen = _chosen(brief.scripts, brief.channel)
    return tuple(Piece(text, filled) for text, filled in chosen.parts) if chosen else ()


def _chosen(scripts: Sequence[ScriptView], channel: str) -> ScriptView | None:
    """The script for this channel in the page's language, else the nearest there is."""
    wanted = "en" if english() else "zh"
    ranked = sorted(scripts, key=lambda script: (not script.language.startswith(wanted), script.channel != channel))
    return ranked[0] if ranked else None


def _limits(brief: Brief) -> str:
    """风评 C2 · 可营销: what holds before anything is offered."""
    said = [] if brief.risk_grade else [_("没有风评")]
    if brief.risk_grade:
        said.append(_("风评 %(grade)s") % {"grade": label("RiskGrade", brief.risk_grade)})
        said.append(_("限推 R%(n)s 及以下") % {"n": brief.risk_grade[-1]})
    if brief.open_complaint:
        said.append(_("投诉未结，不谈营销"))
    else:
        said.append(_("可谈营销") if brief.may_market else _("没有营销授权，只谈服务"))
    return " · ".join(said)


# ---------------------------------------------------------------- what came of it


def _form(brief: Brief, typed: Mapping[str, Any], errors: Mapping[str, str]) -> Form:
    chosen = typed.get("outcome", "")
    steps = typed.get("steps")
    return Form(
        request_key=f"{brief.public_id}:{brief.day}:{brief.version}",
        outcomes=tuple(
            Choice(code, label("Outcome", code), code == chosen, CALL_KEYS[Outcome(code)])
            for code in brief.outcomes
            if code in CALL_KEYS
        ),
        refusals=tuple(Choice(code, label("Refusal", code), code == typed.get("refusal")) for code in brief.refusals),
        steps=tuple(_step(each, brief, steps) for each in brief.next_steps),
        today=brief.day.isoformat(),
        typed=typed,
        errors=errors,
    )


def step_value(step: NextStep) -> str:
    """A suggested step as the form sends it back."""
    return "|".join((step.due_on.isoformat(), step.channel, step.purpose, f"{step.at:%H:%M}" if step.at else ""))


def _step(step: NextStep, brief: Brief, chosen: Sequence[str] | None) -> Step:
    value = step_value(step)
    when = day_near(step.due_on, brief.day) + (f" {step.at:%H:%M}" if step.at else "")
    text = f"{when} {label('Channel', step.channel)}：{purpose_words(step.purpose)}"
    return Step(value, text, step.checked if chosen is None else value in chosen)


def purpose_words(purpose: str) -> str:
    """What a next contact is for, in words; what a colleague wrote stays as it is."""
    return purpose


def _result(brief: Brief, scene: Scene) -> Result | None:
    if brief.deferred:
        return Result("", _("已顺延：%(reason)s") % {"reason": brief.deferred}, "", None)
    if not brief.touches:
        return None
    touch = brief.touches[0]
    way = label("Channel", touch.channel)
    return Result(way, touch_words(touch, scene), touch.said, touch.public_id)
