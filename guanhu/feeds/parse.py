"""From texts to values: each column judged by its type, whole columns at a time, faults collected and never raised.

A row with a fault goes to quarantine whole. Money becomes exact whole fen, percent whole basis points; nothing passes
through a floating point number.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import narwhals as nw

from guanhu.feeds import forbidden
from guanhu.feeds.faults import CONTROL, FORM, HIGH, LONG, LOW, REQUIRED, SECRET, Fault, of_column, words_of
from guanhu.feeds.layouts import Field, Layout
from guanhu.feeds.records import ROW
from guanhu.rules.columns import pick

Key = TypeVar("Key", bound=Hashable)
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
    names = [name for name in frame.columns if name != ROW]
    texts = trimmed(frame, names)
    forms = texts.with_columns(*_reads(layout))
    unreadable = _unreadable(forms, layout)
    typed = _readable(forms, layout, unreadable).with_columns(*_values(layout), *_secrets(layout))
    rules = {f"#{number}": rule for number, rule in enumerate(_row_rules(layout, window))}
    ruled = typed.with_columns(*(rule.ok.fill_null(True).alias(name) for name, rule in rules.items()))
    sound = [*_sound(layout), *(nw.col(name) for name in rules), *(nw.col(name).is_null() for name in secret_columns)]
    marked = ruled.with_columns(nw.all_horizontal(*sound, ignore_nulls=False).alias("_good"))
    bad = marked.filter(~nw.col("_good"))
    typed_names = {f"={field.name}": typed_name(field) for field in kept(layout)}
    return Checked(
        marked.filter(nw.col("_good")).select(ROW, *typed_names).rename(typed_names),
        bad.select(ROW, *names),
        tuple(_faults(bad, layout, rules, secret_columns)),
        unreadable,
        _sums(marked, layout),
    )


def trimmed(frame: nw.DataFrame[Any], names: Sequence[str]) -> nw.DataFrame[Any]:
    """The texts without surrounding spaces and tabs; nothing left is null."""
    bare = frame.with_columns(nw.col(*names).str.strip_chars(" \t"))
    emptied = bare.select((nw.col(*names) == "").any()).row(0)
    some = [name for name, is_emptied in zip(names, emptied, strict=True) if is_emptied]
    return bare.with_columns(*(pick(nw.col(name) == "", None, nw.col(name)).alias(name) for name in some))


def _by(fields: Iterable[Field], what: Callable[[Field], Key]) -> dict[Key, list[str]]:
    """The names of columns that have something in common: one expression for all of them costs as much as for one."""
    found: dict[Key, list[str]] = {}
    for field in fields:
        found.setdefault(what(field), []).append(field.name)
    return found


def _reads(layout: Layout) -> Iterator[nw.Expr]:
    """``?column``: is the text of the form of its type? An absent one is."""
    for kind, names in _by(layout.fields, lambda field: field.type).items():
        texts = nw.col(*names)
        if kind == "word":
            yield from (_is_word(layout.field(name)).alias(f"?{name}") for name in names)
        elif kind == "text":
            yield (~texts.str.contains(_CONTROL)).fill_null(True).name.prefix("?")
        else:
            yield texts.str.contains(FORMS[kind]).fill_null(True).name.prefix("?")


def _is_word(field: Field) -> nw.Expr:
    text = nw.col(field.name)
    return text.is_null() | text.is_in([str(word.value) for word in words_of(field)])


def _unreadable(forms: nw.DataFrame[Any], layout: Layout) -> dict[str, tuple[int, int]]:
    """How many texts each typed column has, and how many of them do not read."""
    names = [field.name for field in layout.fields if field.type != "text"]
    if not names:
        return {}
    present = (~nw.col(*names).is_null()).sum()
    counts = forms.select(present, (~nw.col(*(f"?{name}" for name in names))).sum()).row(0)
    return dict(zip(names, zip(counts[: len(names)], counts[len(names) :], strict=True), strict=True))


def _readable(forms: nw.DataFrame[Any], layout: Layout, unreadable: Mapping[str, tuple[int, int]]) -> nw.DataFrame[Any]:
    """``=column``: the text again; null where it is not of the form of its type."""
    some = [name for name, (_, bad) in unreadable.items() if bad]
    copied = forms.with_columns(nw.col(*(field.name for field in layout.fields)).name.prefix("="))
    return copied.with_columns(*(pick(nw.col(f"?{name}"), nw.col(name), None).alias(f"={name}") for name in some))


def _values(layout: Layout) -> Iterator[nw.Expr]:
    """``=column``: the text as a value of its type."""
    for kind, names in _by(layout.fields, lambda field: field.type).items():
        texts = [f"={name}" for name in names]
        if kind in ("money", "percent"):
            yield from (_hundredths(nw.col(text)).alias(text) for text in texts)
        elif kind == "number":
            yield nw.col(*texts).cast(nw.Int32)
        elif kind in ("yymmdd", "stamp"):
            yield from (_of_last_century(nw.col(text)).alias(text) for text in texts)
        elif kind == "date":
            yield nw.col(*texts).str.to_date("%Y-%m-%d")
        elif kind == "flag":
            yield nw.col(*texts) == "Y"


def _secrets(layout: Layout) -> Iterator[nw.Expr]:
    """``~column``: does the text carry C3 data? The bank's own numbers are not taken for a PIN block.

    Asked once, so that a row is set aside and its value withheld on one and the same verdict.
    """
    texts = [field for field in layout.fields if field.type == "text"]
    for is_number, names in _by(texts, lambda field: field.name.endswith("_no")).items():
        pattern = forbidden.VALUE if is_number else f"{forbidden.VALUE}|{forbidden.PIN_BLOCK}"
        yield nw.col(*names).str.contains(pattern).fill_null(False).name.prefix("~")


def _of_last_century(text: nw.Expr) -> nw.Expr:
    """``930101`` as a date."""
    return nw.concat_str(nw.lit("19"), text.str.slice(0, 6)).str.to_date("%Y%m%d")


def _hundredths(text: nw.Expr) -> nw.Expr:
    """``12``, ``12.3`` and ``12.34`` as 1200, 1230 and 1234, digit by digit."""
    filled = pick(
        text.str.slice(-3, 1) == ".",
        text,
        pick(text.str.slice(-2, 1) == ".", nw.concat_str(text, nw.lit("0")), nw.concat_str(text, nw.lit(".00"))),
    )
    return filled.str.replace_all(".", "", literal=True).cast(nw.Int64)  # type: ignore[no-any-return]


def _sound(layout: Layout) -> Iterator[nw.Expr]:
    """What must hold of every column of a good row; ``_code`` says which did not."""
    yield nw.col(*(f"?{field.name}" for field in layout.fields))
    required = [field.name for field in layout.fields if field.required]
    if required:
        yield ~nw.col(*required).is_null()
    texts = [field for field in layout.fields if field.type == "text"]
    for longest, names in _by(texts, lambda field: field.longest).items():
        yield (nw.col(*names).str.len_chars() <= longest).fill_null(True)
    if texts:
        yield ~nw.col(*(f"~{field.name}" for field in texts))
    for field in layout.fields:
        if field.low is not None:
            yield (nw.col(f"={field.name}") >= field.low).fill_null(True)
        if field.high is not None:
            yield (nw.col(f"={field.name}") <= field.high).fill_null(True)


def _code(row: Mapping[str, Any], field: Field) -> int:
    """The number of the first fault of a column in a row, 0 for none."""
    text, value, reads = row[field.name], row[f"={field.name}"], row[f"?{field.name}"]
    if text is None:
        return REQUIRED if field.required else 0
    if field.type == "text":
        if row[f"~{field.name}"]:
            return SECRET
        return CONTROL if not reads else LONG if len(text) > field.longest else 0
    if not reads:
        return FORM
    if field.low is not None and value < field.low:
        return LOW
    return HIGH if field.high is not None and value > field.high else 0


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


def _faults(bad: nw.DataFrame[Any], layout: Layout, rules: Mapping[str, _RowRule],
            secret_columns: Sequence[str]) -> Iterator[Fault]:  # fmt: skip
    """Every fault of the bad rows, in words."""
    for row in bad.iter_rows(named=True):
        codes = {field: _code(row, field) for field in layout.fields}
        yield from (of_column(row[ROW], code, field, layout) for field, code in codes.items() if code)
        yield from (
            Fault(row[ROW], rule.column, f"{layout.table}/{rule.rule}", rule.says)
            for name, rule in rules.items()
            if not row[name]
        )
        yield from (
            Fault(row[ROW], name, "c3/column", "此列属 C3 数据，不得交付；值未保留", "请从文件中去掉此列")
            for name in secret_columns
            if row[name] is not None
        )


def _sums(marked: nw.DataFrame[Any], layout: Layout) -> dict[str, tuple[int, int]]:
    """The sum of each money column over all rows in, exact beyond 64 bits, and the rows that cannot be read."""
    if not layout.sums:
        return {}
    values, many = nw.col(*(f"={name}" for name in layout.sums)), len(layout.sums)
    found = marked.select(values.cast(nw.Int128).sum(), values.is_null().sum().name.suffix(" unread")).row(0)
    return {name: (int(fen), int(unread)) for name, fen, unread in zip(layout.sums, found, found[many:], strict=False)}
