"""From the texts of a line to a row: whom it is about, what it says, or why it is refused, with its address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from guanhu.feeds.errors import Problem
from guanhu.feeds.forbidden import PIN_BLOCK
from guanhu.feeds.forbidden import VALUE as SECRET_VALUE
from guanhu.feeds.ledgers.cells import READ, Wrong, day_of
from guanhu.feeds.ledgers.headings import KEYS, Columns, LedgerField
from guanhu.feeds.ledgers.limits import Limits
from guanhu.feeds.ledgers.texts import ROUNDED

NO_WORDS = frozenset({"", "无", "否", "没有", "0", "n", "no", "none", "false", "/", "-", "—"})

_SECRET = re.compile(SECRET_VALUE)
_ENCIPHERED = re.compile(PIN_BLOCK)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_AGE = re.compile(r"(\d{1,2})(?:岁|周岁|y|yrs?)?")


C3 = "c3/"
"""How the rules begin that refuse what opens accounts."""
SHORTEST_SECRET = 5
"""密码123: nothing shorter says a secret."""
STRUCK = "\ufffd!"
"""Stands for C3 data that was struck out before anything was kept."""


def is_c3(text: str, *, is_number: bool) -> bool:
    """Has a cell the form of C3 data, or did it before it was struck out?"""
    if len(text) < SHORTEST_SECRET:  # most cells of a ledger are
        return text == STRUCK
    return bool(_SECRET.search(text) or (not is_number and _ENCIPHERED.search(text)))


@dataclass(frozen=True)
class Contact:
    """A contact of the past as the ledger tells it: its day, who it was and what was said."""

    on: str
    by: str
    note: str


@dataclass(frozen=True)
class LedgerRow:
    """One good row: its line, by what it is known, what the ledger says of the person, and a past contact."""

    row: int
    keys: Mapping[LedgerField, str]
    """The strongest first; each in the one form of such numbers."""
    said: Mapping[LedgerField, str]
    facts: Mapping[str, str]
    """By the heading of its column: kept under its own name."""
    contact: Contact | None


@dataclass(frozen=True)
class Judge:
    """Judges the lines of one ledger, each by itself."""

    file: str
    headings: Sequence[str]
    columns: Columns
    limits: Limits
    today: date
    child_years: int

    def rows(self, lines: Iterable[tuple[int, list[str]]]) -> Iterator[LedgerRow | Problem]:
        """Each line as a row, or as the first reason why it is none."""
        return (self.row(number, cells) for number, cells in lines)

    def row(self, number: int, cells: Sequence[str]) -> LedgerRow | Problem:
        """One line as a row, or as the first reason why it is none; no value of it is told."""
        fields, secret = self._fields, self.columns.secret
        heading = ""
        try:
            if len(cells) > len(fields) and any(cell.strip() for cell in cells[len(fields) :]):
                raise Wrong("width", "格数比表头多", "检查这一行的分隔符和引号")
            told: list[tuple[str, LedgerField, str]] = []
            for (heading, field), cell in zip(fields, cells, strict=False):
                text = cell.strip()
                if text:
                    self._check(text, is_secret=heading in secret, is_number=field in KEYS)
                    if field is not LedgerField.SKIP:
                        told.append((heading, field, text))
            heading = ""
            return self._row(number, told)
        except Wrong as wrong:
            rule, says, suggestion, *column = wrong.args
            return Problem(self.file, number, column[0] if column else heading or None, rule, says, None, suggestion)

    @cached_property
    def _fields(self) -> list[tuple[str, LedgerField]]:
        return [(heading, self.columns.fields[heading]) for heading in self.headings]

    def _check(self, text: str, *, is_secret: bool, is_number: bool) -> None:
        """What no cell may be, whatever it is mapped to."""
        if is_secret:
            raise Wrong("c3/column", "此列属 C3 数据，不得导入；值未保留", "请从文件中去掉此列")
        if is_c3(text, is_number=is_number):
            raise Wrong("c3/value", "形似 C3 数据（密码、验证码、磁道等），不得导入；值未保留", "请从文件中删去")
        if len(text) > self.limits.cell_signs:
            raise Wrong("long", f"超过 {self.limits.cell_signs} 字", "请缩短")
        if not text.isprintable() and _CONTROL.search(text):
            raise Wrong("control", "含有控制字符", "请重新输入这一格")
        if text == ROUNDED:
            raise Wrong("rounded", "数字超过 15 位，表格软件已四舍五入", "请把这一列设为文本格式后重新输入")

    def _row(self, number: int, told: Sequence[tuple[str, LedgerField, str]]) -> LedgerRow:
        said: dict[LedgerField, str] = {}
        facts: dict[str, str] = {}
        children: list[tuple[str, str]] = []
        for heading, field, text in told:
            if field is LedgerField.EXTRA:
                facts[heading] = text
            elif field is LedgerField.CHILD:
                children.append((heading, text))
            else:
                try:
                    said[field] = READ[field](text, self.today) if field in READ else text
                except Wrong as wrong:
                    raise Wrong(*wrong.args, heading) from None
        self._must_be_grown_up(said)
        facts |= self._children(children)
        return LedgerRow(number, self._keys(said), said, facts, self._contact(said))

    def _keys(self, said: Mapping[LedgerField, str]) -> dict[LedgerField, str]:
        keys = {field: said[field] for field in KEYS if field in said}
        if not keys and not self.columns.is_numbered:
            raise Wrong("key", "客户号、证件号码、手机都是空的，不知道是谁", "补上其中一项")
        return keys

    def _must_be_grown_up(self, said: Mapping[LedgerField, str]) -> None:
        """A child has no row of its own."""
        born = said.get(LedgerField.BIRTH_ON)
        if born and _age(born, self.today) < self.child_years:
            raise Wrong("child", f"不满 {self.child_years} 岁，不建档", "只在家长名下记“有孩子”")

    def _children(self, told: Sequence[tuple[str, str]]) -> dict[str, str]:
        """Of children only that there is one, and the age band: no name, no school, no birthday."""
        some = [(heading, text) for heading, text in told if text.casefold() not in NO_WORDS]
        if not told:
            return {}
        if not some:
            return {"有孩子": "否"}
        ages = [age for heading, text in some if (age := _childs_age(heading, text, self.today)) is not None]
        bands = {
            f"{self.child_years} 岁以下" if age < self.child_years else f"{self.child_years} 岁及以上" for age in ages
        }
        return {"有孩子": "是", **({"孩子年龄段": "、".join(sorted(bands))} if bands else {})}

    def _contact(self, said: dict[LedgerField, str]) -> Contact | None:
        """A past contact, with its author and its day as they stand; words without a day say nothing of when."""
        on, by, note = (
            said.pop(field, "")
            for field in (LedgerField.CONTACTED_ON, LedgerField.CONTACTED_BY, LedgerField.CONTACT_NOTE)
        )
        if note and not on:
            raise Wrong("contact", "有联系内容，没有联系日期", "补上日期")
        return Contact(on, by, note) if on else None


def _age(born: str, today: date) -> int:
    year, month, day = (int(part) for part in born.split("-"))
    return today.year - year - ((today.month, today.day) < (month, day))


def _childs_age(heading: str, text: str, today: date) -> int | None:
    """A child's age, from a birthday or from a column of ages; null where the cell tells something else."""
    day = day_of(text)
    if day is not None and day <= today:
        return _age(day.isoformat(), today)
    found = _AGE.fullmatch(text.casefold()) if re.search(r"年龄|岁|age", heading, re.IGNORECASE) else None
    return int(found[1]) if found else None
