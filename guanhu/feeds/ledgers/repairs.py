"""更正: what a colleague says to broken cells of a ledger, once for all rows of the same kind or for one cell alone."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from guanhu.feeds.errors import Problem
from guanhu.feeds.ledgers.rows import C3, Judge, LedgerRow
from guanhu.rules.kinds import Kind

Line = tuple[int, list[str]]
_SEVERAL = re.compile(r"[,，、;；/|\s]+(?=\+?\d{5})")
_DAY = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?|(\d{4})(\d{2})(\d{2})")


class Repair(Kind):
    """更正方式: what is done to all broken cells of one kind."""

    FIRST = "first", "取第一个号码", "Take the first number"
    MONTH_END = "month_end", "改为当月最后一天", "Take the last day of the month"
    CLEAN = "clean", "去掉控制字符", "Drop control characters"
    CUT = "cut", "截到字数上限", "Cut to the longest allowed"
    EMPTY = "empty", "这一格置空，其余照收", "Leave the cell empty, take the rest"


WAYS: Mapping[str, tuple[Repair, ...]] = {
    "phone": (Repair.FIRST, Repair.EMPTY),
    "birth_on": (Repair.MONTH_END, Repair.EMPTY),
    "contacted_on": (Repair.MONTH_END,),
    "control": (Repair.CLEAN, Repair.EMPTY),
    "long": (Repair.CUT, Repair.EMPTY),
    **dict.fromkeys(("customer_no", "id_no", "name", "gender", "email", "rounded"), (Repair.EMPTY,)),
}
"""Which ways there are for a rule, the likeliest first; none where only a person can tell, and never for C3."""


@dataclass(frozen=True)
class Repairs:
    """What was said about one ledger: by rule and heading for all rows of the kind, by row and heading for one."""

    kinds: Mapping[tuple[str, str], Repair] = field(default_factory=dict)
    cells: Mapping[tuple[int, str], str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.kinds or self.cells)

    def plain(self) -> dict[str, list[list[str | int]]]:
        """To be written down and read again: ``from_plain`` takes it."""
        return {
            "kinds": sorted([rule, heading, way.value] for (rule, heading), way in self.kinds.items()),
            "cells": sorted([row, heading, text] for (row, heading), text in self.cells.items()),
        }

    @classmethod
    def from_plain(cls, told: Mapping[str, Sequence[Sequence[str | int]]]) -> Repairs:
        """What ``plain`` wrote down."""
        kinds = {(str(rule), str(heading)): Repair(str(way)) for rule, heading, way in told.get("kinds", ())}
        return cls(kinds, {(int(row), str(heading)): str(text) for row, heading, text in told.get("cells", ())})


AS_IT_STANDS = Repairs()


def mended(
    judge: Judge, lines: Iterable[Line], repairs: Repairs = AS_IT_STANDS, *, with_values: bool = False
) -> Iterator[LedgerRow | Problem]:  # fmt: skip
    """Each line as a row or as the reason why it is none, after what was said about its broken cells.

    ``with_values``: a broken cell is told as it stands, to whoever brought the file; C3 never is.
    """
    if not repairs and not with_values:
        return judge.rows(lines)
    mender = _Mender(judge, repairs, with_values)
    return (mender.row(number, cells) for number, cells in lines)


@dataclass(frozen=True)
class _Mender:
    """Mends the lines of one ledger, each by itself."""

    judge: Judge
    repairs: Repairs
    with_values: bool

    def row(self, number: int, cells: Sequence[str]) -> LedgerRow | Problem:
        """One line: what was typed first, then what is said of each kind of fault, each kind once."""
        texts = list(cells)
        for at, text in self._typed.get(number, {}).items():
            texts += [""] * (at + 1 - len(texts))
            texts[at] = text
        tried: set[tuple[str, str]] = set()
        while True:
            one = self.judge.row(number, texts)
            if not isinstance(one, Problem) or one.column is None or one.rule.startswith(C3):
                return one
            kind, at = (one.rule, one.column), self._places[one.column]
            way = self.repairs.kinds.get(kind)
            if way is None or way not in WAYS.get(one.rule, ()) or kind in tried:
                return replace(one, value=texts[at][: self.judge.limits.cell_signs]) if self.with_values else one
            tried.add(kind)
            texts[at] = _AS[way](texts[at].strip(), self.judge.limits.cell_signs)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {heading: at for at, heading in enumerate(self.judge.headings)}

    @cached_property
    def _typed(self) -> dict[int, dict[int, str]]:
        typed: dict[int, dict[int, str]] = {}
        for (row, heading), text in self.repairs.cells.items():
            if heading in self._places:
                typed.setdefault(row, {})[self._places[heading]] = text
        return typed


def _first_number(text: str, longest: int) -> str:
    return _SEVERAL.split(text)[0]


def _month_end(text: str, longest: int) -> str:
    """2026-02-30 → 2026-02-28; what is no day of a month stays as it is."""
    found = _DAY.fullmatch(text)
    if not found:
        return text
    year, month, day = (int(part) for part in found.groups() if part)
    if not (1 <= month <= 12 and year >= 1 and 28 < day <= 31):
        return text
    return f"{year:04}-{month:02}-{min(day, calendar.monthrange(year, month)[1]):02}"


def _clean(text: str, longest: int) -> str:
    return "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)


_AS: Mapping[Repair, Callable[[str, int], str]] = {
    Repair.FIRST: _first_number,
    Repair.MONTH_END: _month_end,
    Repair.CLEAN: _clean,
    Repair.CUT: lambda text, longest: text[:longest],
    Repair.EMPTY: lambda text, longest: "",
}
