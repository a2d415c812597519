"""客户360 as it is drawn: figures and chart of the head; holdings, timeline, dates and consents of the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanhu.apps.customers.shapes import ConsentRow, Event, Head, HoldingRow, ImportantDate, Rest
from guanhu.apps.people import policy
from guanhu.rules.kinds import Channel, ConsentPurpose, SignalKind
from guanhu.web.charts import Share, Trend, shares, trend
from guanhu.web.completeness import MeterView, meter_view
from guanhu.web.happened import change_words
from guanhu.web.kin import Kin, kin_of
from guanhu.web.lists import age_words
from guanhu.web.living import FactLine, WordingForm, fact_line, form_of, heard_words, note_of, title_of
from guanhu.web.reasons import Mark, Scene, held_words, mark
from guanhu.web.relations import TiesView, ties_view
from guanhu.web.serving import WantLine, intent_form, intent_words, want_line
from guanhu.web.words import (
    DASH,
    band,
    day_near,
    days_ahead,
    duration,
    english,
    label,
    lunar,
    money,
    money_parts,
    percent,
    reason_word,
    talked,
)

SOON_DAYS, QUARTER_DAYS, MARKED = 7, 90, 2


@dataclass(frozen=True)
class Figure:
    """One of the five figures of the head."""

    word: str
    figure: str
    unit: str
    look: str = ""


@dataclass(frozen=True)
class HoldingLine:
    """One row of 持仓与到期."""

    name: str
    kind: str
    risk: str
    amount: str
    rate: str
    matures: str
    left: str
    soon: bool
    renewal: str
    account: str
    item: str
    intent: str
    form: WordingForm


@dataclass(frozen=True)
class Moment:
    """One point of the timeline."""

    when: str
    channel: str
    title: str
    text: str
    mark: str
    who: str
    kind: str = ""
    """Under which heading of the timeline it stands."""


@dataclass(frozen=True)
class Day:
    """One important date ahead."""

    day: int
    month: str
    title: str
    note: str
    left: str
    soon: bool
    form: WordingForm | None = None
    """How to change it, where a keeper wrote it down."""


@dataclass(frozen=True)
class HeadView:
    """What the head of the customer page draws that the card does not say in words already."""

    about: tuple[str, ...]
    figures: tuple[Figure, ...]
    trend: Trend | None
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class RestView:
    """What the rest of the customer page draws in the same way."""

    marks: tuple[Mark, ...]
    holdings: tuple[HoldingLine, ...]
    holdings_words: str
    moments: tuple[Moment, ...]
    days: tuple[Day, ...]
    core: tuple[tuple[str, str], ...]
    """What the bank's own system says and nobody changes here."""
    facts: tuple[FactLine, ...]
    kin: Kin | None
    ties: TiesView
    wants: tuple[WantLine, ...]
    heard_in: tuple[tuple[str, str], ...]
    consents: tuple[tuple[str, str], ...]
    no_marketing: bool
    position: str
    meter: MeterView | None
    held: tuple[str, ...] = ()


def head_of(head: Head) -> HeadView:
    """Put the head of a customer's file into words."""
    points = [(point.day_on, point.balance_fen) for point in head.trend]
    if head.balance_fen is not None and (not points or points[-1][0] < head.data_day):
        points.append((head.data_day, head.balance_fen))
    return HeadView(
        about=_about(head),
        figures=_figures(head),
        trend=_by_day(head) or trend(points[-13:], currency=head.currency, events=_events(head)),
        shares=shares([(label("ProductKind", part.kind), part.amount_fen) for part in head.structure]),
    )


def _by_day(head: Head) -> Trend | None:
    """The last three months day by day, with the two days that moved most where it was much; null unless asked for."""
    if not head.days:
        return None
    points = [(point.day_on, point.balance_fen) for point in head.days]
    return trend(
        points,
        currency=head.currency,
        by_day=True,
        events=_much(((point.day_on, point.change_fen) for point in head.days), head.currency),
    )


def _events(head: Head) -> dict[date, str]:
    """The two months in which most money came or went, where it was much: what is written on the line."""
    return _much(((month.day_on, month.net_fen) for month in head.trend[-12:]), head.currency)


def _much(moved: Iterable[tuple[date, int]], currency: str) -> dict[date, str]:
    line = policy.in_force().large_move_fen
    large = sorted((one for one in moved if abs(one[1]) >= line), key=lambda one: -abs(one[1]))[:MARKED]
    words = (_("净流入 %(sum)s"), _("净流出 %(sum)s"))
    return {day: words[fen < 0] % {"sum": money(abs(fen), currency)} for day, fen in large}


def rest_of(rest: Rest) -> RestView:
    """Put the rest of a customer's file into words."""
    scene, ties = Scene(rest.day, rest.currency), ties_view(rest.ties, rest.currency)
    channels = {one.contact: one.channel for one in rest.heard_in}
    return RestView(
        marks=tuple(mark(chip, scene) for chip in rest.chips),
        held=held_words(rest.chips, scene),
        holdings=tuple(_holding(row, rest) for row in rest.holdings),
        holdings_words=_holdings_words(rest),
        moments=tuple(_moment(event, scene) for event in rest.timeline),
        days=tuple(_day(each, scene) for each in rest.dates),
        core=((_("职业"), rest.core_occupation),) if rest.core_occupation else (),
        facts=tuple(fact_line(each, channels) for each in rest.facts),
        kin=kin_of(rest.facts, ties.lines),
        ties=ties,
        wants=tuple(want_line(each, channels) for each in rest.wants),
        heard_in=tuple(map(heard_words, rest.heard_in)),
        consents=tuple(_consent(row) for row in rest.consents if _is_telling(row)),
        no_marketing=any(row.purpose == ConsentPurpose.MARKETING and row.granted is False for row in rest.consents),
        position=f"{rest.place} / {rest.places}" if rest.place else "",
        meter=meter_view(rest.meter),
    )


def _about(head: Head) -> tuple[str, ...]:
    who = " · ".join(part for part in (head.gender, age_words(head.kind, head.age), head.occupation) if part)
    opened = _("建户 %(month)s") % {"month": f"{head.opened_on:%Y-%m}"}
    keeper = _("管户 %(name)s") % {"name": head.keeper}
    number = _("证件 %(no)s") % {"no": head.id_no} if head.id_no else ""
    customer_no = _("客户号 %(no)s") % {"no": head.customer_no}
    return tuple(part for part in (who, head.phone, number, customer_no, opened, keeper) if part)


def _figures(head: Head) -> tuple[Figure, ...]:
    def figure(word: str, fen: int | None, *, signed: bool = False, look: str = "") -> Figure:
        parts = money_parts(fen, head.currency, signed=signed)
        return Figure(word, parts.figure, parts.unit, look)

    growth = head.growth_fen or 0
    look = "in" if growth > 0 else "out" if growth < 0 else ""
    if head.band_fen is not None:
        return (Figure(_("管理资产"), band(head.band_fen, head.currency), ""),)
    return (
        figure(_("管理资产"), head.balance_fen),
        figure(_("近12月增长"), head.growth_fen, signed=True, look=look),
        figure(_("30 天日均"), head.average_fen),
        figure(_("距下一权益线"), head.gap_fen),
        figure(_("一年价值贡献"), head.value_fen),
    )


# ---------------------------------------------------------------- holdings


def _holding(row: HoldingRow, rest: Rest) -> HoldingLine:
    left = "" if row.days is None or row.matures_on is None else days_ahead(row.matures_on, rest.day)
    return HoldingLine(
        name=row.name,
        kind=label("ProductKind", row.kind),
        risk=row.risk_level,
        amount=money(row.amount_fen, rest.currency),
        rate=percent(row.rate_bp),
        matures=row.matures_on.isoformat() if row.matures_on else _("随时"),
        left=left,
        soon=row.days is not None and row.days <= SOON_DAYS,
        renewal=_renewal(row),
        account=row.account,
        item=str(row.item or ""),
        intent=intent_words(row.intention),
        form=intent_form(row.intention),
    )


def _renewal(row: HoldingRow) -> str:
    """What happens at maturity, as far as it is known."""
    if row.auto_renew:
        return _("自动转存")
    if row.days is None:
        return DASH
    return _("已到期") if row.days < 0 else _("到期前联系")


def _holdings_words(rest: Rest) -> str:
    soon = [row for row in rest.holdings if row.days is not None and 0 <= row.days <= QUARTER_DAYS]
    text = ngettext("%(n)s 笔", "%(n)s 笔", len(rest.holdings)) % {"n": len(rest.holdings)}
    if soon:
        total = money(sum(row.amount_fen for row in soon), rest.currency)
        text += _("，90 天内到期 %(n)s 笔 %(total)s") % {"n": len(soon), "total": total}
    return text


# ---------------------------------------------------------------- what happened, what is ahead


def _moment(event: Event, scene: Scene) -> Moment:
    when = day_near(event.on, scene.today) + (f" {event.at:%H:%M}" if event.at else "")
    text = event.text or (_("旧系统") if event.what == "stage" and not event.who else "")
    text = "" if event.what == "change" else text
    kind = {"stage": "change", "plan": "promise", "outlook": "promise"}.get(event.what, event.what)
    return Moment(when, event.channel, _event_words(event, scene), text, event.mark, event.who, kind)


def _event_words(event: Event, scene: Scene) -> str:
    amount = "" if event.amount_fen is None else money(abs(event.amount_fen), scene.currency)
    seen = "SignalKind" if event.word in set(SignalKind) else "Reason"
    kinds = {"touch": "Outcome", "visit": "VisitPurpose", "stage": "Stage", "signal": seen}
    word = label(kinds[event.what], event.word) if event.what in kinds and event.word else ""
    if event.what == "stage":
        word = _("关系阶段：%(stage)s") % {"stage": word}
    if event.what == "visit":
        word = _("来访：%(what)s") % {"what": word}
    if event.what == "money":
        word = _("开始持有%(kind)s") % {"kind": label("ProductKind", event.word)}
    if event.what == "change":
        word = change_words(event.word, event.text)
    if event.what == "promise":
        word = _("约定的下一次联系")
    if event.what == "plan":
        word = _("系统排的下一次：%(what)s") % {"what": _("、").join(map(reason_word, event.word.split()))}
    if event.what == "outlook":
        word = _("往后的展望：%(what)s") % {"what": _("、").join(map(reason_word, event.word.split()))}
    lasted = talked(event.seconds) if event.declared else duration(event.seconds)
    parts = (word, amount, lasted, _("（已撤销）") if event.undone else "")
    return " ".join(part for part in parts if part)


def _day(each: ImportantDate, scene: Scene) -> Day:
    what = _("本人生日")
    note = _("公历")
    if each.kept:
        what, note = title_of(each.kept.now.said), note_of(each.kept.now.said)
    elif each.what == SignalKind.MATURITY or each.product:
        amount = "" if each.amount_fen is None else money(each.amount_fen, scene.currency)
        name = label("ProductKind", each.product) if each.product else ""
        what, note = _("%(name)s%(amount)s到期") % {"name": name, "amount": amount}, _("到期前 7 天、前 1 天、当天提醒")
    elif each.lunar:
        note = _("%(lunar)s，逐年换算") % {"lunar": lunar(*each.lunar)}
    form = form_of(each.kept) if each.kept else None
    left = days_ahead(each.on, scene.today)
    return Day(each.on.day, _month(each.on), what, note, left, each.days <= SOON_DAYS, form)


def _month(day: date) -> str:
    return f"{day:%b}" if english() else f"{day.month}月"


def _is_telling(row: ConsentRow) -> bool:
    """Nobody is asked about each channel: one is shown when the customer said something about it."""
    return row.granted is not None or row.purpose not in {channel.value for channel in Channel}


def _consent(row: ConsentRow) -> tuple[str, str]:
    """The look and the words of one consent."""
    purpose = label("ConsentPurpose", row.purpose)
    since = f"{row.changed_on:%Y-%m-%d}" if row.changed_on else ""
    if row.granted is None:
        return "", _("%(purpose)s：未征询") % {"purpose": purpose}
    word = _("%(purpose)s：同意") if row.granted else _("%(purpose)s：拒绝")
    return ("ok" if row.granted else "danger"), f"{word % {'purpose': purpose}} {since}".strip()
