"""A person's copy as it is drawn: in full for her, masked for whoever looks it over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guanhu.apps.customers.cases.shapes import Column, Copy, Section
from guanhu.apps.people.policy import in_force
from guanhu.rules.masks import in_form
from guanhu.rules.money import yuan
from guanhu.rules.privacy import DataClass, Form, MaskKind
from guanhu.web.words import english

YES, NO = "是", "否"


@dataclass(frozen=True)
class Part:
    """One section with its rows as text."""

    section: Section
    classes: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Drawn:
    """A copy as text."""

    copy: Copy
    parts: tuple[Part, ...]


def whole(copy: Copy) -> Drawn:
    """Every value as it is held."""
    return _drawn(copy, in_full=True)


def masked(copy: Copy) -> Drawn:
    """What a reveal would be needed for, and names, hidden; amounts as bands."""
    return _drawn(copy, in_full=False)


def _drawn(copy: Copy, *, in_full: bool) -> Drawn:
    return Drawn(copy, tuple(_part(section, in_full) for section in copy.sections))


def _part(section: Section, in_full: bool) -> Part:
    classes = dict.fromkeys(DataClass(column.klass).label("en" if english() else "zh") for column in section.columns)
    rows = tuple(
        tuple(_text(value, column, in_full) for value, column in zip(row, section.columns, strict=True))
        for row in section.rows
    )
    return Part(section, "、".join(classes), rows)


def _text(value: Any, column: Column, in_full: bool) -> str:
    if isinstance(value, list):
        return "、".join(_text(each, column, in_full) for each in value)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    mask = MaskKind(column.mask)
    if in_full:
        return f"{yuan(value)} 元" if mask is MaskKind.AMOUNT and isinstance(value, int) else str(value)
    language = "en" if english() else "zh"
    shown = in_form(value, DataClass(column.klass), mask, Form.MASKED, lines=in_force().amount_bands, language=language)
    return "***" if mask is MaskKind.HIDDEN else str(shown)
