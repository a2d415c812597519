"""52 weeks as geometry: where the column of each week stands, how high it is, and what it stands beside."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanhu.apps.work.counting.shapes import HabitWeek, Year

STEP, HEIGHT = 10, 72


@dataclass(frozen=True)
class Column:
    """One week: its column, the line of what was planned or null, and whether it is a drive."""

    x: int
    y: float
    height: float
    above_y: float
    above: float
    """The messages, above the calls and meetings."""
    planned_y: float | None
    drive: bool


@dataclass(frozen=True)
class Drawn:
    """A year as columns, months under them, and one sentence that says what it shows."""

    columns: tuple[Column, ...]
    months: tuple[tuple[int, str], ...]
    width: int
    height: int
    sentence: str


def drawn(year: Year) -> Drawn:
    """The weeks of one colleague: what was done as columns, what stood on the lists as a line above each."""
    drives = frozenset(year.rhythm.drives if year.rhythm else ())
    top = max([max(week.done, week.planned or 0) for week in year.weeks] + [1])
    columns = tuple(_column(n, week, top, drive=week.monday in drives) for n, week in enumerate(year.weeks))
    firsts = [n for n, week in enumerate(year.weeks) if n == 0 or week.monday.month != year.weeks[n - 1].monday.month]
    months = tuple((n * STEP, f"{year.weeks[n].monday:%m}") for n in firsts)
    return Drawn(columns, months, len(year.weeks) * STEP, HEIGHT, _sentence(year, len(drives)))


def _column(n: int, week: HabitWeek, top: int, *, drive: bool) -> Column:
    high, above = round(HEIGHT * week.spoken / top, 1), round(HEIGHT * week.messages / top, 1)
    planned = None if week.planned is None else round(HEIGHT - HEIGHT * week.planned / top, 1)
    return Column(n * STEP, round(HEIGHT - high, 1), high, round(HEIGHT - high - above, 1), above, planned, drive)


def _sentence(year: Year, drives: int) -> str:
    told = {"n": len(year.weeks), "done": sum(week.done for week in year.weeks), "drives": drives,
            "planned": sum(week.planned is not None for week in year.weeks)}  # fmt: skip
    return _("%(n)s 周共计入 %(done)s 位，其中 %(planned)s 周有名单，%(drives)s 周远高于平常") % told
