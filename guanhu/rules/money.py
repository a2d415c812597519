"""金额: whole fen everywhere; 万 and 亿 exist only on the screen.

Chinese shows 万 with one decimal and 亿 from there on; English shows k, m and bn. Rounding is half up, away from
zero, in whole numbers. The minus sign is U+2212.
"""

from __future__ import annotations

from guanhu.rules.policy import WAN

__all__ = ["MINUS", "SIGNS", "WAN", "wan", "wan_number", "yuan"]

MINUS = "\u2212"
SIGNS = {"CNY": "¥"}
"""Currencies with a sign of their own; any other stands before the amount by its code."""

_ZH = ((10_000 * WAN, "亿"), (WAN, "万"))
_EN = ((100_000_000_000, "bn"), (100_000_000, "m"), (100_000, "k"))


def _sign(fen: int, signed: bool) -> str:
    """The sign to show: minus always, plus only when asked for."""
    return MINUS if fen < 0 else "+" if signed and fen > 0 else ""


def _tenths(size: int, unit: int) -> int:
    """An amount in tenths of a unit, rounded half up."""
    return (size * 20 + unit) // (2 * unit)


def _decimal(tenths: int, *, short: bool) -> str:
    """Tenths as a figure with one decimal and thousands apart; the short form drops ``.0``."""
    ones, tenth = divmod(tenths, 10)
    return f"{ones:,}" if short and tenth == 0 else f"{ones:,}.{tenth}"


def wan_number(fen: int | None, *, signed: bool = False) -> str:
    """万元 as a bare figure with one decimal, for columns whose head carries the unit; zero is 0, missing is —."""
    if fen is None:
        return "—"
    tenths = _tenths(abs(fen), WAN)
    if tenths == 0:
        return "0"
    return _sign(fen, signed) + _decimal(tenths, short=False)


def yuan(fen: int | None, *, signed: bool = False) -> str:
    """Whole yuan as a bare figure with thousands apart, rounded half up; zero is 0, missing is —."""
    if fen is None:
        return "—"
    whole = (abs(fen) + 50) // 100
    return (_sign(fen, signed) if whole else "") + f"{whole:,}"


def wan(
    fen: int | None, language: str = "zh", *, currency: str = "CNY", signed: bool = False, short: bool = False
) -> str:
    """An amount as people say it: 85.6万, 1.2亿, 860元; ¥500k and ¥1.2m in English; CZK 85.6万 for other currencies.

    ``short`` drops ``.0`` (50万), as in a reason on the list; English is always short. Zero is 0, missing is —.
    """
    if fen is None:
        return "—"
    english = language.startswith("en")
    figure = _scaled(abs(fen), _EN if english else _ZH, short=short or english)
    if figure is None:
        whole = (abs(fen) + 50) // 100
        if whole == 0:
            return "0"
        figure = f"{whole:,}" if english or currency != "CNY" else f"{whole:,}元"
    before = f"{currency} " if currency not in SIGNS else SIGNS[currency] if english else ""
    return _sign(fen, signed) + before + figure


def _scaled(size: int, units: tuple[tuple[int, str], ...], *, short: bool) -> str | None:
    """The figure in the largest unit it fills after rounding; null when it fills none.

    A tenth of 万 (1,000 元) already counts as 万; other units are filled at one.
    """
    for unit, word in units:
        tenths = _tenths(size, unit)
        larger = unit == WAN and word == "万"
        below = units[units.index((unit, word)) + 1][0] if (unit, word) != units[-1] else None
        filled = size >= unit or (below is not None and _tenths(size, below) * below >= unit * 10)
        if filled or (larger and size >= unit // 10):
            return _decimal(tenths, short=short) + word
    return None
