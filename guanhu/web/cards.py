"""客户360 as it is drawn: figures, chart, table of holdings, timeline, dates and consents, out of one card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanhu.apps.customers.shapes import Card, ConsentRow, Event, HoldingRow, ImportantDate
from guanhu.rules.kinds import Channel, ConsentPurpose, SignalKind
from guanhu.web.charts import Share, Trend, shares, trend
from guanhu.web.lists import age_words
from guanhu.web.reasons import Mark, Scene, mark
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
)

SOON_DAYS, QUARTER_DAYS = 7, 90


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


@dataclass(frozen=True)
class Moment:
    """One point of the timeline."""

    when: str
    channel: str
    title: str
    text: str
    mark: str
    who: str


@dataclass(frozen=True)
class Day:
    """One important date ahead."""

    day: int
    month: str
    title: str
    note: str
    left: str
    soon: bool


@dataclass(frozen=True)
class View:
    """Everything the customer page draws that the card does not say in words already."""

    about: tuple[str, ...]
    figures: tuple[Figure, ...]
    marks: tuple[Mark, ...]
    trend: Trend | None
    shares: tuple[Share, ...]
    holdings: tuple[HoldingLine, ...]
    holdings_words: str
    moments: tuple[Moment, ...]
    days: tuple[Day, ...]
    consents: tuple[tuple[str, str], ...]
    no_marketing: bool
    position: str


def card_of(card: Card) -> View:
    """Put one customer's card into words."""
    scene = Scene(card.day, card.currency)
    points = [(point.day_on, point.balance_fen) for point in card.trend]
    if card.balance_fen is not None and (not points or points[-1][0] < card.data_day):
        points.append((card.data_day, card.balance_fen))
    return View(
        about=_about(card),
        figures=_figures(card),
        marks=tuple(mark(chip, scene) for chip in card.chips),
        trend=trend(points[-13:], currency=card.currency),
        shares=shares([(label("ProductKind", part.kind), part.amount_fen) for part in card.structure]),
        holdings=tuple(_holding(row, card) for row in card.holdings),
        holdings_words=_holdings_words(card),
        moments=tuple(_moment(event, scene) for event in card.timeline),
        days=tuple(_day(each, scene) for each in card.dates),
        consents=tuple(_consent(row) for row in card.consents if _is_telling(row)),
        no_marketing=any(row.purpose == ConsentPurpose.MARKETING and row.granted is False for row in card.consents),
        position=f"{card.place} / {card.places}" if card.place else "",
    )


def _about(card: Card) -> tuple[str, ...]:
    who = " · ".join(part for part in (card.gender, age_words(card.kind, card.age), card.occupation) if part)
    opened = _("建户 %(month)s") % {"month": f"{card.opened_on:%Y-%m}"}
    keeper = _("管户 %(name)s") % {"name": card.keeper}
    number = _("证件 %(no)s") % {"no": card.id_no} if card.id_no else ""
    customer_no = _("客户号 %(no)s") % {"no": card.customer_no}
    return tuple(part for part in (who, card.phone, number, customer_no, opened, keeper) if part)


def _figures(card: Card) -> tuple[Figure, ...]:
    def figure(word: str, fen: int | None, *, signed: bool = False, look: str = "") -> Figure:
        parts = money_parts(fen, card.currency, signed=signed)
        return Figure(word, parts.figure, parts.unit, look)

    growth = card.growth_fen or 0
    look = "in" if growth > 0 else "out" if growth < 0 else ""
    if card.band_fen is not None:
        return (Figure(_("管理资产"), band(card.band_fen, card.currency), ""),)
    return (
        figure(_("管理资产"), card.balance_fen),
        figure(_("近12月增长"), card.growth_fen, signed=True, look=look),
        figure(_("30 天日均"), card.average_fen),
        figure(_("距下一权益线"), card.gap_fen),
        figure(_("一年价值贡献"), card.value_fen),
    )


# ---------------------------------------------------------------- holdings


def _holding(row: HoldingRow, card: Card) -> HoldingLine:
    left = "" if row.days is None or row.matures_on is None else days_ahead(row.matures_on, card.day)
    return HoldingLine(
        name=row.name,
        kind=label("ProductKind", row.kind),
        risk=row.risk_level,
        amount=money(row.amount_fen, card.currency),
        rate=percent(row.rate_bp),
        matures=row.matures_on.isoformat() if row.matures_on else _("随时"),
        left=left,
        soon=row.days is not None and row.days <= SOON_DAYS,
        renewal=_renewal(row),
        account=row.account,
    )


def _renewal(row: HoldingRow) -> str:
    """What happens at maturity, as far as it is known."""
    if row.auto_renew:
        return _("自动转存")
    if row.days is None:
        return DASH
    return _("已到期") if row.days < 0 else _("到期前联系")


def _holdings_words(card: Card) -> str:
    soon = [row for row in card.holdings if row.days is not None and 0 <= row.days <= QUARTER_DAYS]
    text = ngettext("%(n)s 笔", "%(n)s 笔", len(card.holdings)) % {"n": len(card.holdings)}
    if soon:
        total = money(sum(row.amount_fen for row in soon), card.currency)
        text += _("，90 天内到期 %(n)s 笔 %(total)s") % {"n": len(soon), "total": total}
    return text


# ---------------------------------------------------------------- what happened, what is ahead


def _moment(event: Event, scene: Scene) -> Moment:
    when = day_near(event.on, scene.today) + (f" {event.at:%H:%M}" if event.at else "")
    text = event.text or (_("旧系统") if event.what == "stage" and not event.who else "")
    return Moment(when, event.channel, _event_words(event, scene), text, event.mark, event.who)


def _event_words(event: Event, scene: Scene) -> str:
    amount = "" if event.amount_fen is None else money(abs(event.amount_fen), scene.currency)
    seen = "SignalKind" if event.word in set(SignalKind) else "Reason"
    kinds = {"touch": "Outcome", "stage": "Stage", "signal": seen}
    word = label(kinds[event.what], event.word) if event.what in kinds and event.word else ""
    if event.what == "stage":
        word = _("关系阶段：%(stage)s") % {"stage": word}
    if event.what == "promise":
        word = _("约定的下一次联系")
    parts = (word, amount, duration(event.seconds), _("（已撤销）") if event.undone else "")
    return " ".join(part for part in parts if part)


def _day(each: ImportantDate, scene: Scene) -> Day:
    what = _("本人生日")
    note = _("公历")
    if each.what == SignalKind.MATURITY or each.product:
        amount = "" if each.amount_fen is None else money(each.amount_fen, scene.currency)
        name = label("ProductKind", each.product) if each.product else ""
        what, note = _("%(name)s%(amount)s到期") % {"name": name, "amount": amount}, _("到期前 7 天、前 1 天、当天提醒")
    elif each.lunar:
        note = _("%(lunar)s，逐年换算") % {"lunar": lunar(*each.lunar)}
    return Day(each.on.day, _month(each.on), what, note, days_ahead(each.on, scene.today), each.days <= SOON_DAYS)


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
