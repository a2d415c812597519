"""Charts as geometry: where each point, line and word of a server-drawn SVG stands. No script, no colour here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext as _

from guanhu.rules.money import MINUS
from guanhu.web.words import money, wan

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 520, 42, 512, 16, 150
STEPS = (1, 2, 5)
LABELS = 5
SHARES = 5


@dataclass(frozen=True)
class Tick:
    """A line of the grid and the word beside it."""

    at: float
    word: str


@dataclass(frozen=True)
class Trend:
    """A line over months or days: path, grid, words, and one sentence that says what it shows."""

    line: str
    area: str
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    end: tuple[float, float]
    end_word: str
    sentence: str
    table: tuple[tuple[date, int], ...]
    marks: tuple[tuple[float, float, str, str], ...] = ()
    """Months or days on the line in which much money came or went: where, in words, and on which side of the point."""


def trend(
    points: Sequence[tuple[date, int]], *, currency: str = "CNY", events: Mapping[date, str] = MappingProxyType({}),
    by_day: bool = False,
) -> Trend | None:  # fmt: skip
    """Assets at month-ends and today, or day ``by_day``, in 万; nothing below two points.

    ``events``: what is written on the line.
    """
    if len(points) < 2:
        return None
    low, high, step = _scale([fen for _day, fen in points])
    xs = [LEFT + (RIGHT - LEFT) * n / (len(points) - 1) for n in range(len(points))]
    ys = [BOTTOM - (BOTTOM - TOP) * (fen - low) / (high - low) for _day, fen in points]
    line = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True))
    form = "%Y-%m-%d" if by_day else "%Y-%m"
    told = (f"{day:{form}} {said}" for day, said in sorted(events.items()))
    grid = range(low, high + 1, step)
    return Trend(
        line=line,
        area=f"{line} L{RIGHT} {BOTTOM} L{LEFT} {BOTTOM} Z",
        rows=tuple(Tick(BOTTOM - (BOTTOM - TOP) * (at - low) / (high - low), _short(at, step)) for at in grid),
        columns=(_day_words if by_day else _month_words)([day for day, _fen in points], xs),
        end=(xs[-1], ys[-1]),
        end_word=wan(points[-1][1]),
        sentence="；".join([_sentence(points, currency, form), *told]),
        table=_moved(points) if by_day else tuple(points),
        marks=tuple(
            (x, y, events[day], "t-end" if x > (LEFT + RIGHT) / 2 else "")
            for x, y, (day, _fen) in zip(xs[:-1], ys, points, strict=False)
            if day in events
        ),
    )


def _moved(points: Sequence[tuple[date, int]]) -> tuple[tuple[date, int], ...]:
    """Of many days those on which something changed, with the first and the last."""
    before = [None, *(fen for _day, fen in points)]
    return tuple(one for n, one in enumerate(points) if one[1] != before[n] or n == len(points) - 1)


def _sentence(points: Sequence[tuple[date, int]], currency: str, form: str) -> str:
    peak = max(points, key=lambda point: point[1])
    return _("管理资产从 %(first_day)s 的%(first)s到 %(last_day)s 的%(last)s，最高为 %(peak_day)s 的%(peak)s") % {
        "first_day": f"{points[0][0]:{form}}",
        "first": money(points[0][1], currency),
        "last_day": f"{points[-1][0]:%Y-%m-%d}",
        "last": money(points[-1][1], currency),
        "peak_day": f"{peak[0]:{form}}",
        "peak": money(peak[1], currency),
    }


def _scale(values: Sequence[int]) -> tuple[int, int, int]:
    """A low and a high line with round steps between, in fen; the low line need not be zero."""
    low, high = min(values), max(values)
    span = max(high - low, abs(high) // 10, 1_000_00)
    step = _round_step(span // 4)
    bottom = (low // step) * step
    top = -(-high // step) * step
    return bottom, top if top > bottom else bottom + step, step


def _round_step(rough: int) -> int:
    """The first of 1, 2, 5 times a power of ten that is not smaller."""
    power = 1
    while True:
        for factor in STEPS:
            if factor * power >= rough:
                return factor * power
        power *= 10


def _short(fen: int, step: int) -> str:
    """万 on the axis: decimals only where the step needs them."""
    places = 0 if step >= 1_000_000 else 1 if step >= 100_000 else 2
    return f"{MINUS if fen < 0 else ''}{abs(fen) / 1_000_000:,.{places}f}"


def _day_words(days: Sequence[date], xs: Sequence[float]) -> tuple[Tick, ...]:
    """A few days under the line, the first and the last among them."""
    places = sorted({round((len(days) - 1) * n / (LABELS - 1)) for n in range(LABELS)})
    return tuple(Tick(xs[n], f"{days[n]:%m-%d}") for n in places)


def _month_words(days: Sequence[date], xs: Sequence[float]) -> tuple[Tick, ...]:
    """A few months under the line, the last always among them."""
    apart = max(1, (len(days) - 1) // (LABELS - 1))
    chosen = [*range(0, len(days) - 1 - apart // 2, apart), len(days) - 1]
    return tuple(
        Tick(xs[n], f"{days[n]:%y-%m}" if n == 0 or days[n].month <= apart or n == len(days) - 1 else f"{days[n]:%m}")
        for n in chosen
    )


@dataclass(frozen=True)
class Share:
    """One part of a whole: its place on the bar, its sum and its percentage."""

    place: int
    word: str
    fen: int
    start: float
    width: float


def shares(parts: Sequence[tuple[str, int]]) -> tuple[Share, ...]:
    """A whole in at most six parts, the largest first; the rest stand together, in grey."""
    ordered = sorted(((word, fen) for word, fen in parts if fen > 0), key=lambda part: -part[1])
    if len(ordered) > SHARES + 1:
        ordered = [*ordered[:SHARES], (_("其他"), sum(fen for _word, fen in ordered[SHARES:]))]
    whole, start, made = sum(fen for _word, fen in ordered), 0.0, []
    for place, (word, fen) in enumerate(ordered, start=1):
        width = round(100 * fen / whole, 2)
        made.append(Share(place, word, fen, round(start, 2), width))
        start += width
    return tuple(made)
