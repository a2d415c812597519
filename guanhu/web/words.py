"""How figures, days and words of closed lists are written on a page.

Nothing here decides anything: money arrives as fen, days as dates, words as codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanhu.apps.people.policy import in_force
from guanhu.rules import kinds
from guanhu.rules import money as rules
from guanhu.rules.masks import amount_band

UNITS = ("万", "亿", "元")
YUAN = 100
MILLION = 1_000_000 * YUAN
WEEK = 7
DASH = "—"


def english() -> bool:
    """Is the page drawn in English?"""
    return (translation.get_language() or "").startswith("en")


def label(kind: str, code: str | None) -> str:
    """The word of a closed list in the page's language; a dash for none."""
    if not code:
        return DASH
    member: kinds.Kind = getattr(kinds, kind)(code)
    return member.label("en" if english() else "zh")


def reason_word(code: str) -> str:
    """What a contact is for: a signal or another reason, by its code."""
    return label("SignalKind" if code in set(kinds.SignalKind) else "Reason", code)


def word(member: kinds.Kind) -> str:
    """The word of one member of a closed list in the page's language."""
    return member.label("en" if english() else "zh")


def band(fen: int | None, currency: str = "CNY") -> str:
    """The band an amount lies in, for who may not read the amount; a dash for none."""
    told = amount_band(fen, in_force().amount_bands, "en" if english() else "zh", currency=currency)
    return told or DASH


def word_inside(kind: str, code: str | None) -> str:
    """The same word in the middle of a sentence: English does not raise it."""
    return label(kind, code).lower() if english() else label(kind, code)


def stage_number(code: str | None) -> int:
    """How far the relation has come, 1 to 5; 0 while unknown."""
    return list(kinds.Stage).index(kinds.Stage(code)) + 1 if code else 0


# ---------------------------------------------------------------- money


@dataclass(frozen=True)
class Money:
    """A sum as people read it: the figure, and its unit beside it."""

    figure: str
    unit: str


def money(fen: int | None, currency: str = "CNY") -> str:
    """A sum with its unit, short: 50万, 186.4万, 850元; ¥500k in English."""
    return rules.wan(fen, "en" if english() else "zh", currency=currency, short=True)


def money_parts(fen: int | None, currency: str = "CNY", signed: bool = False) -> Money:
    """A sum with its unit apart, so that the unit can be set small."""
    text = rules.wan(fen, "en" if english() else "zh", currency=currency, signed=signed)
    return Money(text[:-1], text[-1]) if text[-1:] in UNITS else Money(text, "")


def worth(fen: int | None, currency: str = "CNY", signed: bool = False) -> str:
    """The value of a contact: whole 元 up to a million, 万 from there; +850 元, −15 元."""
    if fen is None:
        return DASH
    if abs(fen) >= MILLION:
        parts = money_parts(fen, currency, signed=signed)
        return f"{parts.figure} {parts.unit}".strip()
    figure = rules.yuan(fen, signed=signed)
    if english() or currency != "CNY":
        sign, digits = (figure[0], figure[1:]) if figure[0] in "+−" else ("", figure)
        return f"{sign}{rules.SIGNS.get(currency, currency + ' ')}{digits}"
    return f"{figure} 元"


def adding_up(parts: Sequence[int]) -> list[int]:
    """Each part in fen rounded to whole 元 so that they add up to the rounded sum: what rounding lost goes where it
    is missed most."""
    whole = sum(parts)
    total = (abs(whole) + YUAN // 2) // YUAN * (1 if whole >= 0 else -1)
    down = [part // YUAN for part in parts]
    missing = total - sum(down)
    most = sorted(range(len(parts)), key=lambda n: (-(parts[n] % YUAN), n))[: max(missing, 0)]
    return [(each + (n in most)) * YUAN for n, each in enumerate(down)]


def signed_money(fen: int | None, currency: str = "CNY") -> str:
    """A change with its sign and unit, short: +44.4万, −2.6万."""
    return rules.wan(fen, "en" if english() else "zh", currency=currency, signed=True, short=True)


def yuan(fen: int | None) -> str:
    """Whole 元 without a unit, for a column whose head names it."""
    return rules.yuan(fen)


def wan(fen: int | None) -> str:
    """万元 with one decimal without a unit, for a column whose head names it."""
    return rules.wan_number(fen)


def percent(basis_points: int | None) -> str:
    """A rate of a year with two decimals."""
    return DASH if basis_points is None else f"{basis_points / 100:.2f}%"


def share(basis_points: int | None) -> str:
    """A part of a whole in full percent, never rounded up to what is not reached."""
    return DASH if basis_points is None else f"{basis_points // 100}%"


# ---------------------------------------------------------------- days


def weekday(day: date) -> str:
    """The day of the week, in full."""
    names = (_("星期一"), _("星期二"), _("星期三"), _("星期四"), _("星期五"), _("星期六"), _("星期日"))
    return names[day.weekday()]


def weekday_short(day: date) -> str:
    """周二."""
    return weekday_of(day.weekday())


def weekday_of(number: int) -> str:
    """周二, by its number; Monday is 0."""
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[number]


def liking(weekdays: int, way: str | None) -> str:
    """周二、周四 消息: when and how a customer likes to be reached; ``weekdays`` as bits, Monday the lowest."""
    days = _("、").join(weekday_of(day) for day in range(7) if weekdays >> day & 1)
    return " ".join(part for part in (days, word_inside("Channel", way) if way else "") if part)


def day_long(day: date) -> str:
    """11月24日 星期二."""
    return _("%(month)s月%(day)s日 %(weekday)s") % {"month": day.month, "day": day.day, "weekday": weekday(day)}


def day_short(day: date | None) -> str:
    """11-24."""
    return DASH if day is None else f"{day:%m-%d}"


def day_near(day: date | None, today: date) -> str:
    """昨天, 今天, 明天, 周二 within a week, else 12-01; with the year when it is another."""
    if day is None:
        return DASH
    away = (day - today).days
    if away in (-1, 0, 1):
        return (_("昨天"), _("今天"), _("明天"))[away + 1]
    if 0 < away < WEEK:
        return weekday_short(day)
    return f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"


def days_ahead(day: date, today: date) -> str:
    """今天, 明天, 7天后; 昨天, 3天前."""
    away = (day - today).days
    if away in (-1, 0, 1):
        return (_("昨天"), _("今天"), _("明天"))[away + 1]
    text = ngettext("%(n)s天后", "%(n)s天后", away) if away > 0 else ngettext("%(n)s天前", "%(n)s天前", -away)
    return text % {"n": abs(away)}


def lunar(month: int, day: int, leap: bool = False) -> str:
    """农历十月十六; in English as a plain pair of numbers."""
    if english():
        return _("农历%(month)s") % {"month": f"{month}/{day}"}
    months = "正二三四五六七八九十冬腊"
    tens, ones = divmod(day, 10)
    spoken = {10: "初十", 20: "二十", 30: "三十"}.get(day) or "初十廿三"[tens] + "一二三四五六七八九"[ones - 1]
    return f"农历{'闰' if leap else ''}{months[month - 1]}月{spoken}"


def moment(at: datetime | None) -> str:
    """11-24 09:12 by the bank's own clock; a dash for none."""
    return DASH if at is None else f"{localtime(at):%m-%d %H:%M}"


def duration(seconds: int | None) -> str:
    """8分20秒."""
    if not seconds:
        return ""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return _("%(s)s秒") % {"s": rest}
    return _("%(m)s分%(s)s秒") % {"m": minutes, "s": rest} if rest else _("%(m)s分钟") % {"m": minutes}


def talked(seconds: int | None) -> str:
    """8分20秒（自报）: how long a call took, as a colleague says and no phone gateway."""
    return _("%(duration)s（自报）") % {"duration": duration(seconds)} if seconds else ""


FILTERS = (
    label, word, reason_word, band, stage_number, money_parts, money, signed_money, worth, yuan, wan, percent, share,
    weekday, weekday_short, day_long, day_short, day_near, days_ahead, lunar, moment, duration,
    talked,
)  # fmt: skip
"""What the templates may write with."""
