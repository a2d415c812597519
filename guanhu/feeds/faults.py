"""What is wrong with one row, in words the branch understands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from guanhu.feeds.layouts import Field, Layout

IN_HUNDREDTHS = ("money", "percent")

REQUIRED, FORM, CONTROL, LONG, LOW, HIGH, SECRET = range(1, 8)
RULES = {
    REQUIRED: "required", FORM: "form", CONTROL: "control", LONG: "longest", LOW: "range", HIGH: "range", SECRET: "c3",
}  # fmt: skip

_SHOWN: dict[str, tuple[str, str]] = {
    "number": ("应为整数", "请用半角数字，不带千分位"),
    "money": ("应为金额", "请用半角数字，最多两位小数，不带千分位与货币符号"),
    "percent": ("应为百分数", "写成 2.60，不带 %"),
    "date": ("应为 1900 至 2100 年间真有的一天", "写成 2026-11-24；没有就留空"),
    "birth": ("应为真有的一天", "写成 1968-03-02"),
    "time": ("应为时刻", "写成 09:30"),
    "flag": ("应为 Y 或 N", "是写 Y，否写 N"),
    "word": ("不在可用的词里", ""),
    "yymmdd": ("应为日期", "写成 930101"),
    "stamp": ("应为日期", "写成 931107 00:00:00"),
    "birth_number": ("应为出生号", "写成 706213"),
}


@dataclass(frozen=True)
class Fault:
    """One fault of one row, before it is given its file."""

    row: int
    column: str
    rule: str
    says: str
    suggestion: str = ""


def of_column(row: int, code: int, field: Field, layout: Layout) -> Fault:
    """One fault of one column of a row, in words."""
    says, suggestion = said(code, field)
    rule = "c3/value" if code == SECRET else f"{layout.table}/{RULES[code]}"
    return Fault(row, field.name, rule, says, suggestion)


def said(code: int, field: Field) -> tuple[str, str]:
    """Why, and what to do."""
    sayings: dict[int, Callable[[], tuple[str, str]]] = {
        REQUIRED: lambda: (f"{field.zh}不能为空", ""),
        CONTROL: lambda: (f"{field.zh}含不可见的控制字符", "请去掉后重新传送"),
        LONG: lambda: (f"{field.zh}超过 {field.longest} 个字", ""),
        LOW: lambda: (f"{field.zh}小于允许的最小值 {bound(field, field.low)}", ""),
        HIGH: lambda: (f"{field.zh}大于允许的最大值 {bound(field, field.high)}", ""),
        SECRET: lambda: (f"{field.zh}里有疑似 C3 数据（密码、验证码、磁道）；值未保留", "请从源头去掉"),
    }
    if code in sayings:
        return sayings[code]()
    says, suggestion = _SHOWN[field.type]
    choice = "、".join(str(word.value) for word in words_of(field))
    return f"{field.zh}{says}", suggestion or f"可用：{choice}"


def bound(field: Field, value: int | None) -> str:
    """A limit as the file would write it."""
    number = value or 0
    return f"{number // 100}.{number % 100:02d}" if field.type in IN_HUNDREDTHS else str(number)


def words_of(field: Field) -> Sequence[Any]:
    """The words of a closed list."""
    return list(field.words) if field.words is not None else []


def masked(text: str | None) -> str | None:
    """A value as a problem carries it on screen: its ends alone."""
    if text is None:
        return None
    if len(text) <= 2:
        return text[:-1] + "*"
    return f"{text[0]}{'*' * min(len(text) - 2, 8)}{text[-1]}"
