"""客户简报 as it is drawn: who, why now, what to say, and the form for what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanhu.apps.people import policy
from guanhu.apps.work.briefs import OUTCOMES
from guanhu.apps.work.shapes import Brief, NextStep, ReasonView, ScriptView, Silence
from guanhu.rules.kinds import Channel, Outcome, Withheld
from guanhu.web.completeness import Learning, MeterView, learning_of, meter_view
from guanhu.web.conflicts import Clash
from guanhu.web.drawing import url_of
from guanhu.web.lists import age_words, touch_words
from guanhu.web.reasons import Mark, Scene, chance_words, held_words, mark, telling, unliked_words
from guanhu.web.words import DASH, adding_up, day_near, day_short, english, label, money_parts, word_inside, worth

RECENT = "recent"
"""What a plan takes off where the customer was reached lately."""
UNLIKED = "unliked"
"""What it takes off on another day or by another way than the customer likes."""
KEYS = 5
"""Number keys that choose an outcome; the rarer ones behind them have a button alone."""


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

    @property
    def rare(self) -> bool:
        """Without a number key of its own."""
        return self.number > KEYS


@dataclass(frozen=True)
class Step:
    """One suggested next contact as a check box."""

    value: str
    text: str
    on: bool


@dataclass(frozen=True)
class Result:
    """What was recorded today; ``undo`` is the address that takes it back."""

    way: str
    text: str
    said: str
    undo: str


@dataclass(frozen=True)
class Way:
    """A channel one may choose for this contact."""

    code: str
    word: str
    href: str
    on: bool


@dataclass(frozen=True)
class Form:
    """The record form with what was typed, and what was wrong with it."""

    request_key: str
    version: int
    outcomes: tuple[Choice, ...]
    refusals: tuple[Choice, ...]
    steps: tuple[Step, ...]
    learning: Learning
    today: str
    effective_seconds: int
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> str:
        """What was typed into a field before; empty on a fresh form."""
        if name in FIELDS:
            return self.typed.get(name, "")
        raise AttributeError(name)


FIELDS = frozenset(
    ("said", "reason", "minutes", "seconds", "retry_on", "retry_at", "meeting_on", "meeting_at", "meeting_place",
     "product", "amount_wan", "no_marketing", "learnt", "learnt_kind")
)  # fmt: skip


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
    place: int
    places: int
    chips: tuple[Mark, ...]
    facts: tuple[Fact, ...]
    promised: tuple[str, ...]
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
    ways: tuple[Way, ...]
    caution: str
    form: Form | None
    results: tuple[Result, ...]
    clash: Clash | None = None
    meter: MeterView | None = None
    held: tuple[str, ...] = ()


def pane_of(
    brief: Brief, *, now: datetime, channel: str = "", aside: Mapping[UUID, UUID] | None = None,
    typed: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None, clash: Clash | None = None,
) -> Pane:  # fmt: skip
    """The brief of one customer by the planned or the chosen channel, with the form as typed when it was wrong.

    ``now`` tells this form from the one in another window: each is one record, however often it is sent.
    """
    scene = Scene(brief.day, brief.currency)
    way = channel or brief.channel
    where = brief.public_id
    return Pane(
        id=brief.public_id,
        name=brief.name,
        about=" · ".join(part for part in (age_words(brief.kind, brief.age), brief.occupation) if part),
        tier=brief.tier,
        stage=brief.stage,
        phone=brief.phone if _has_phone(brief) else "",
        position=_position(brief),
        place=brief.place or 0,
        places=brief.places,
        chips=telling(brief.chips, scene),
        facts=_facts(brief),
        promised=tuple(_("约好 %(what)s") % {"what": _step_words(step, brief.day)} for step in brief.promises),
        why=_whys(brief, scene),
        total=worth(brief.value_fen, brief.currency, signed=True),
        total_words=_("期望 %(value)s") % {"value": worth(brief.value_fen, brief.currency)},
        price=_price(brief),
        script=_script(brief, way),
        limits=_limits(brief),
        channel=way,
        file=url_of("customer", where),
        record_url=url_of("record", where),
        call_url=url_of("call", where),
        defer_url=url_of("defer", where),
        can_call=_has_phone(brief) and brief.reachable and not _refuses_calls(brief),
        can_message=brief.reachable and Channel.MESSAGE not in brief.withheld,
        done_words=_("完成，下一位"),
        ways=_ways(brief, way),
        caution=silence_words(brief.withheld[way], brief.day) if way in brief.withheld else "",
        form=None if brief.deferred else _form(brief, way, now, typed or {}, errors or {}),
        results=_results(brief, scene, (aside or {}).get(brief.public_id)),
        clash=clash,
        meter=meter_view(brief.meter),
        held=held_words(brief.held_out, scene),
    )


def _refuses_calls(brief: Brief) -> bool:
    """A rest or a cap may be broken for good reason, a refusal never."""
    silence = brief.withheld.get(Channel.CALL)
    return silence is not None and silence.why == Withheld.CHANNEL


def _has_phone(brief: Brief) -> bool:
    """A mask without a digit hides nothing."""
    return any(sign.isdecimal() for sign in brief.phone)


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


def _whys(brief: Brief, scene: Scene) -> tuple[Why, ...]:
    """The signed reasons in figures that add up to the total as it is shown."""
    shown = adding_up([reason.fen for reason in brief.reasons])
    return tuple(
        Why(worth(fen, scene.currency, signed=True), _reason_words(reason, scene), fen < 0)
        for fen, reason in zip(shown, brief.reasons, strict=True)
    )


def _reason_words(reason: ReasonView, scene: Scene) -> str:
    figures = reason.note
    if reason.kind == RECENT:
        times, days = figures.get("contacts"), figures.get("days", policy.in_force().cap_working_days)
        words = ngettext(
            "%(days)s 个工作日内已联系 %(n)s 次，再联系会打扰",
            "%(days)s 个工作日内已联系 %(n)s 次，再联系会打扰",
            times or 1,
        )
        return words % {"days": days, "n": times or 1}
    if reason.kind == UNLIKED:
        return unliked_words(figures)
    said = mark(reason.chip, scene).sentence if reason.chip else reason.kind
    return said + chance_words(reason.kind, figures)


def _price(brief: Brief) -> str:
    """What the slot costs, and which other ways and days this contact was preferred to."""
    if brief.price_fen is None or not brief.place:
        return ""
    way = word_inside("Channel", brief.channel)
    said = [_("今天再多一个%(way)s名额值 %(price)s") % {"way": way, "price": worth(brief.price_fen, brief.currency)}]
    for other in brief.beat.get("others", ()):
        words = {"way": word_inside("Channel", other["channel"]), "value": worth(other["value_fen"], brief.currency)}
        said.append(_("改用%(way)s值 %(value)s") % words)
    later = brief.beat.get("instead")
    if later:
        said.append(_("改在%(day)s%(way)s值 %(value)s，名额值 %(price)s") % {
            "day": day_short(later["day_on"]), "way": word_inside("Channel", later["channel"]),
            "value": worth(later["value_fen"], brief.currency), "price": worth(later["price_fen"], brief.currency),
        })  # fmt: skip
    return _("；").join(said)


# ---------------------------------------------------------------- what to say


def _script(brief: Brief, channel: str) -> tuple[Piece, ...]:
    chosen = _chosen(brief.scripts, channel)
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
    if brief.no_marketing:
        said.append(_("不谈营销：%(why)s") % {"why": silence_words(brief.no_marketing, brief.day)})
    else:
        said.append(_("可谈营销"))
    if brief.answer_by:
        said.append(_("投诉%(when)s前答复") % {"when": day_near(brief.answer_by, brief.day)})
    return " · ".join(said)


def silence_words(silence: Silence, today: date) -> str:
    """冷静期，11-26 起可以: why she is left alone, and from when on no more."""
    why = word_inside("Withheld", silence.why)
    return _("%(why)s，%(day)s起可以") % {"why": why, "day": day_near(silence.until, today)} if silence.until else why


# ---------------------------------------------------------------- what came of it


def _ways(brief: Brief, chosen: str) -> tuple[Way, ...]:
    address = url_of("brief", brief.public_id)
    return tuple(Way(way, label("Channel", way), f"{address}?channel={way}", way == chosen) for way in Channel)


def _form(brief: Brief, channel: str, now: datetime, typed: Mapping[str, Any], errors: Mapping[str, str]) -> Form:
    chosen = typed.get("outcome", "")
    steps = typed.get("steps")
    return Form(
        request_key=f"{brief.public_id.hex}:{brief.version}:{now:%d%H%M%S%f}",
        version=brief.version,
        outcomes=tuple(
            Choice(code, _outcome_words(code, channel), code == chosen, number)
            for number, code in enumerate(OUTCOMES[channel], start=1)
        ),
        refusals=tuple(Choice(code, label("Refusal", code), code == typed.get("refusal")) for code in brief.refusals),
        steps=tuple(_step(each, brief, steps) for each in brief.next_steps),
        learning=learning_of(brief.known_facts, brief.meter, typed),
        today=brief.day.isoformat(),
        effective_seconds=policy.in_force().effective_call_seconds,
        typed=typed,
        errors=errors,
    )


def step_value(step: NextStep) -> str:
    """A suggested step as the form sends it back."""
    return "|".join((step.due_on.isoformat(), step.channel, step.purpose, f"{step.at:%H:%M}" if step.at else ""))


def _step(step: NextStep, brief: Brief, chosen: Sequence[str] | None) -> Step:
    value = step_value(step)
    return Step(value, _step_words(step, brief.day), step.checked if chosen is None else value in chosen)


def _step_words(step: NextStep, today: date) -> str:
    """周一 10:00 电话：到期前一天二次确认."""
    when = day_near(step.due_on, today) + (f" {step.at:%H:%M}" if step.at else "")
    return f"{when} {label('Channel', step.channel)}：{step.purpose}"


def _outcome_words(code: str, channel: str) -> str:
    """A message is not connected but answered."""
    return _("已回复") if code == Outcome.REACHED and channel == Channel.MESSAGE else label("Outcome", code)


def _results(brief: Brief, scene: Scene, aside: UUID | None) -> tuple[Result, ...]:
    """What was written today, the last first."""
    made = [
        Result(label("Channel", touch.channel), touch_words(touch, scene), touch.said, _undo("undo", touch.public_id))
        for touch in reversed(brief.touches)
    ]
    if brief.deferred:
        said = _("已顺延：%(reason)s") % {"reason": brief.deferred}
        made.insert(0, Result("", said, "", _undo("undo_defer", aside)))
    return tuple(made)


def _undo(route: str, what: UUID | None) -> str:
    return url_of(route, what) if what else ""
