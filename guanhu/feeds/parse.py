"""From texts to values: each column judged by its type, whole columns at a time, faults collected and never raised.

A row with a fault goes to quarantine whole. Money becomes exact whole fen, percent whole basis points; nothing passes
through a floating point number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from guanhu.feeds import forbidden
from guanhu.feeds.faults import CONTROL, FORM, HIGH, LONG, LOW, REQUIRED, SECRET, Fault, of_column, words_of
from guanhu.feeds.layouts import Field, Layout
from guanhu.feeds.records import ROW
from guanhu.rules.columns import pick

SUFFIX = {"money": "_fen", "percent": "_bp"}

_MONTHS = r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))"
_LEAP = r"(?:(?:19|20)(?:0[48]|[2468][048]|[13579][26])|2000)-02-29"
_SHORT = r"(?:(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\d|30)|02(?:0[1-9]|1\d|2[0-8]))"
_SHORT_LEAP = r"(?:0[48]|[2468][048]|[13579][26])0229"
FORMS: dict[str, str] = {
    "number": r"^-?\d{1,9}$",
    "money": r"^-?\d{1,13}(?:\.\d{1,2})?$",
    "percent": r"^-?\d{1,4}(?:\.\d{1,2})?$",
    "date": rf"^(?:(?:(?:19|20)\d\d|2100)-{_MONTHS}|{_LEAP})$",
    "birth": r"^(?:18|19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$",
    "time": r"^(?:[01]\d|2[0-3]):[0-5]\d$",
    "flag": r"^[YN]$",
    "yymmdd": rf"^(?:\d\d{_SHORT}|{_SHORT_LEAP})$",
    "stamp": rf"^(?:\d\d{_SHORT}|{_SHORT_LEAP}) 00:00:00$",
    "birth_number": r"^\d\d(?:[05][1-9]|[16][0-2])(?:0[1-9]|[12]\d|3[01])$",
}
FORMS = {kind: form.replace(r"\d", "[0-9]") for kind, form in FORMS.items()}
"""What a text of each type looks like; digits are half-width."""

_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"


@dataclass(frozen=True)
class Checked:
    """A stretch of rows judged: the good ones typed, the bad ones as texts with their faults."""

    good: nw.DataFrame[Any]
    bad: nw.DataFrame[Any]
    faults: tuple[Fault, ...]
    unreadable: Mapping[str, tuple[int, int]]
    """Column → (texts present, texts of another form): a column in which nothing reads has changed its type."""
    sums: Mapping[str, tuple[int, int]]
    """Money column → (fen over all rows in that can be read, rows that cannot)."""


def kept(layout: Layout) -> list[Field]:
    """The columns that go on; the others are left at the door."""
    return [field for field in layout.fields if field.goes != "nowhere"]


def typed_name(field: Field) -> str:
    """What a column is called once it is typed: money ends ``_fen``, percent ``_bp``."""
    return field.name + SUFFIX.get(field.type, "")


def check(frame: nw.DataFrame[Any], layout: Layout, *, secret_columns: Sequence[str] = (),
          window: tuple[date, date] | None = None) -> Checked:  # fmt: skip
    """Judge a stretch of a file; every row of it comes out either good or bad."""
    texts = frame.with_columns(*(trimmed(name) for name in frame.columns if name != ROW))
    forms = texts.with_columns(*(_reads(field).alias(f"?{field.name}") for field in layout.fields))
    typed = forms.with_columns(*(_value(field).alias(f"={field.name}") for field in layout.fields))
    codes = [_code(field).alias(f"!{field.name}") for field in layout.fields]
    secret = [nw.col(name).is_null() for name in secret_columns]
    rules = [rule.ok.fill_null(True).alias(f"#{number}") for number, rule in enumerate(_row_rules(layout, window))]
    judged = typed.with_columns(*codes, *rules)
    whole = [nw.col(f"!{field.name}") == 0 for field in layout.fields]
    whole += [nw.col(f"#{number}") for number in range(len(rules))] + secret
    marked = judged.with_columns(nw.all_horizontal(*whole, ignore_nulls=False).alias("_good"))
    good = marked.filter(nw.col("_good"))
    bad = marked.filter(~nw.col("_good"))
    return Checked(
        good.select(ROW, *(nw.col(f"={field.name}").alias(typed_name(field)) for field in kept(layout))),
        bad.select(ROW, *(name for name in texts.columns if name != ROW)),
        tuple(_faults(bad, layout, secret_columns, window)),
        _unreadable(marked, layout),
        _sums(marked, layout),
    )


def trimmed(name: str) -> nw.Expr:
    """The text without surrounding spaces and tabs; nothing left is null."""
    text = nw.col(name).str.strip_chars(" \t")
    return pick(text == "", None, text).alias(name)  # type: ignore[no-any-return]


def _reads(field: Field) -> nw.Expr:
    """Is the text of the form of its type? An absent one is."""
    text = nw.col(field.name)
    if field.type == "word":
        return text.is_null() | text.is_in([str(word.value) for word in words_of(field)])
    if field.type == "text":
        return text.is_null() | ~text.str.contains(_CONTROL)
    return text.is_null() | text.str.contains(FORMS[field.type])


def _value(field: Field) -> nw.Expr:
    """The text as a value of its type; null where it does not read."""
    text = pick(nw.col(f"?{field.name}"), nw.col(field.name), None)
    if field.type in ("money", "percent"):
        return _hundredths(text)
    if field.type == "number":
        return text.cast(nw.Int32)  # type: ignore[no-any-return]
    if field.type in ("yymmdd", "stamp"):
        return nw.concat_str(nw.lit("19"), text.str.slice(0, 6)).str.to_date("%Y%m%d")
    if field.type == "date":
        return text.str.to_date("%Y-%m-%d")  # type: ignore[no-any-return]
    if field.type == "flag":
        return text == "Y"  # type: ignore[no-any-return]
    return text  # type: ignore[no-any-return]


def _hundredths(text: nw.Expr) -> nw.Expr:
    """``12``, ``12.3`` and ``12.34`` as 1200, 1230 and 1234, digit by digit."""
    filled = pick(
        text.str.slice(-3, 1) == ".",
        text,
        pick(text.str.slice(-2, 1) == ".", nw.concat_str(text, nw.lit("0")), nw.concat_str(text, nw.lit(".00"))),
    )
    return filled.str.replace_all(".", "", literal=True).cast(nw.Int64)  # type: ignore[no-any-return]


def _code(field: Field) -> nw.Expr:
    """The number of the first fault of a column, 0 for none."""
    text, value, reads = nw.col(field.name), nw.col(f"={field.name}"), nw.col(f"?{field.name}")
    code: Any = nw.lit(0)
    if field.high is not None:
        code = pick(value > field.high, HIGH, code)
    if field.low is not None:
        code = pick(value < field.low, LOW, code)
    if field.type == "text":
        code = pick(text.str.len_chars() > field.longest, LONG, code)
        code = pick(~reads, CONTROL, code)
        code = pick(_secret(field), SECRET, code)
    else:
        code = pick(~reads, FORM, code)
    if field.required:
        code = pick(text.is_null(), REQUIRED, code)
    return code.cast(nw.Int32)  # type: ignore[no-any-return]


def _secret(field: Field) -> nw.Expr:
    """Does the text carry C3 data? The bank's own numbers are not taken for a PIN block."""
    text = nw.col(field.name)
    found = text.str.contains(forbidden.VALUE)
    if field.name.endswith("_no"):
        return found
    block = (text.str.len_chars() == forbidden.PIN_BLOCK_LENGTH) & text.str.contains(forbidden.PIN_BLOCK)
    return found | block


@dataclass(frozen=True)
class _RowRule:
    """A rule over a whole row; ``ok`` null counts as kept."""

    column: str
    rule: str
    says: str
    ok: nw.Expr


def _row_rules(layout: Layout, window: tuple[date, date] | None) -> list[_RowRule]:
    """Dates in order, days inside the delivery's span, a birthday that exists in its calendar."""
    rules = [
        _RowRule(second, "order", f"早于{layout.field(first).zh}", nw.col(f"={first}") <= nw.col(f"={second}"))
        for first, second in layout.in_order
    ]
    if layout.mode == "daily" and window is not None:
        day = nw.col("=day_on")
        span = f"不在本次交付的 {window[0]} 至 {window[1]} 之内"
        rules.append(_RowRule("day_on", "window", span, (day >= nw.lit(window[0])) & (day <= nw.lit(window[1]))))
    if any(field.type == "birth" for field in layout.fields):
        born, calendar = nw.col("=birth_on"), nw.col("=birth_calendar")
        exists = pick(calendar == "lunar", born.str.slice(8, 2) != "31", born.str.contains(_SOLAR_BIRTH))
        rules.append(_RowRule("birth_on", "birth", "这一天在其历法里不存在", exists))
        if window is not None:
            rules.append(_RowRule("birth_on", "birth", "晚于业务日期", born <= nw.lit(window[1].isoformat())))
    return rules


_SOLAR_BIRTH = (
    rf"^(?:[0-9]{{4}}-{_MONTHS}|[0-9]{{2}}(?:0[48]|[2468][048]|[13579][26])-02-29|2000-02-29)$"
).replace(r"\d", "[0-9]")  # fmt: skip


def _faults(bad: nw.DataFrame[Any], layout: Layout, secret_columns: Sequence[str],
            window: tuple[date, date] | None) -> list[Fault]:  # fmt: skip
    """Every fault of the bad rows, in words."""
    found: list[Fault] = []
    rules = _row_rules(layout, window)
    for row in bad.iter_rows(named=True):
        found += [of_column(row, field, layout) for field in layout.fields if row[f"!{field.name}"]]
        found += [
            Fault(row[ROW], rule.column, f"{layout.table}/{rule.rule}", rule.says)
            for number, rule in enumerate(rules)
            if not row[f"#{number}"]
        ]
        found += [
            Fault(row[ROW], name, "c3/column", "此列属 C3 数据，不得交付；值未保留", "请从文件中去掉此列")
            for name in secret_columns
            if row[name] is not None
        ]
    return found


def _unreadable(marked: nw.DataFrame[Any], layout: Layout) -> dict[str, tuple[int, int]]:
    """How many texts each typed column has, and how many of them do not read."""
    fields = [field for field in layout.fields if field.type != "text"]
    counts = marked.select(
        *((~nw.col(field.name).is_null()).sum().alias(f"n{field.name}") for field in fields),
        *((~nw.col(f"?{field.name}")).sum().alias(f"b{field.name}") for field in fields),
    ).row(0) if fields else ()  # fmt: skip
    return {field.name: (counts[n], counts[n + len(fields)]) for n, field in enumerate(fields)}


def _sums(marked: nw.DataFrame[Any], layout: Layout) -> dict[str, tuple[int, int]]:
    """The sum of each money column over all rows in, exact beyond 64 bits, and the rows that cannot be read."""
    found: dict[str, tuple[int, int]] = {}
    for name in layout.sums:
        value = nw.col(f"={name}")
        fen, unread = marked.select(value.cast(nw.Int128).sum().alias("s"), value.is_null().sum().alias("n")).row(0)
        found[name] = (int(fen), int(unread))
    return found
