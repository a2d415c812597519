"""Generated dirty files: any mix of defects at any places; nothing is lost or altered, the count always agrees."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanhu.engine import backend
from guanhu.feeds import decode, reading
from guanhu.feeds.errors import DeliveryRefused
from guanhu.feeds.layouts import HOLDINGS, Layout
from guanhu.feeds.links import Books
from tests.feeds.bank import KEYS, csv_text

pytestmark = [pytest.mark.slow, pytest.mark.long]

ROWS = 30
COLUMNS = [field.name for field in HOLDINGS.fields]

Row = dict[str, str]
Defect = Callable[[Row], object]


def put(column: str, text: str) -> Defect:
    """A defect: this text in this column."""
    return lambda row: row.update({column: text})


AMOUNTS = ("1,000.00", "１２３", "1.234", "1e3", "+5", ".5", "5.", "--5", "-1", "￥5", "NaN", "1 000", "9" * 14)

BREAKS: dict[str, Defect] = {
    **{f"empty {name}": put(name, "") for name in COLUMNS[:5]},
    **{f"blank {name}": put(name, "  ") for name in COLUMNS[:5]},
    **{f"amount {text!r}": put("amount", text)
       for text in AMOUNTS},
    **{f"date {text!r}": put("started_on", text)
       for text in ("2024-2-3", "20240203", "2023-02-29", "1900-02-29", "2024-04-31", "0000-00-00", "2101-01-01",
                    "2024-02-03 00:00:00", "２０２４-02-03", "24-02-03")},
    **{f"rate {text!r}": put("rate", text) for text in ("2.605", "-1", "101", "2.6%", "二")},
    "matures before it starts": put("matures_on", "2001-01-01"),
    "flag in words": put("auto_renew", "是"),
    "unknown account": put("account_no", "A9"),
    "unknown product": put("product_no", "P9"),
    "control character": put("product_no", "P\x07"),
    "a text too long": put("holding_no", "H" * 41),
    "a PIN in words": put("product_no", "密码123456"),
    "a track": put("product_no", "6222021234567890123=2512101"),
}  # fmt: skip
"""Defects that send exactly their own row to quarantine."""

HARMLESS: dict[str, Defect] = {
    "spaces around": lambda row: row.update({name: f" {text}\t" for name, text in row.items()}),
    "no maturity": put("matures_on", ""),
    "one decimal": put("amount", "12.5"),
    "a leap day": put("started_on", "2024-02-29"),
    "a quoted comma": put("holding_no", 'H,"quoted"'),
    "a line break in quotes": put("holding_no", "H\nnext"),
}
"""What a row may look like and be good."""

kinds = st.sampled_from([*BREAKS, *HARMLESS])
places = st.dictionaries(st.integers(0, ROWS - 1), kinds, max_size=ROWS)


def good_row(place: int) -> Row:
    """A row without fault."""
    row = dict.fromkeys(COLUMNS, "")
    return row | {
        "holding_no": f"H{place:02d}", "account_no": f"A{place % 3}", "product_no": "P1",
        "amount": f"{place}.{place % 10}7",
        "started_on": "2024-05-06", "matures_on": "2027-05-06", "rate": "2.60", "auto_renew": "Y",
    }  # fmt: skip


def dirty(defects: dict[int, str]) -> list[Row]:
    """Thirty rows with these defects; a key that a defect overwrote stays unique."""
    rows = [good_row(place) for place in range(ROWS)]
    for place, name in defects.items():
        ({**BREAKS, **HARMLESS})[name](rows[place])
        if rows[place]["holding_no"].startswith("H") and name not in ("a text too long", "spaces around"):
            rows[place]["holding_no"] = rows[place]["holding_no"].replace("H", f"H{place:02d}", 1)
    return rows


def books() -> Books:
    """Three accounts and a product, as read before."""
    accounts = [
        {"account_no": f"A{n}", "account": n + 1, "customer": n + 1, "account_kind": "deposit"} for n in range(3)
    ]
    types = {"account_no": "text", "account": "key", "customer": "key", "account_kind": "text"}
    products = backend.frame(
        [{"product_no": "P1", "product_kind": "deposit"}], {"product_no": "text", "product_kind": "text"}
    )
    aside: dict[str, set[str | None]] = {"accounts": set(), "products": set()}
    return Books(KEYS, known={"accounts": backend.frame(accounts, types), "products": products}, aside=aside)


def hundredths(text: str) -> int | None:
    """What the money of a row is worth by another road: Decimal; nothing when it is no money of ours."""
    if not re.fullmatch(r"-?\d{1,13}(\.\d{1,2})?", text.strip(" \t"), re.ASCII):
        return None
    try:
        return int(Decimal(text.strip()) * 100)
    except InvalidOperation:
        return None


def read(folder: Path, text: str, rows: list[Row], layout: Layout = HOLDINGS) -> reading.FileRead:
    """The file through the door, with the sums its rows have."""
    path = folder / "holdings.csv"
    path.write_text(text, "utf-8", newline="")
    known = books()
    fen = sum(hundredths(row["amount"]) or 0 for row in rows)
    expected = reading.Expected(len(rows), {"amount": fen})
    link = partial(known.link, layout)
    return reading.read(reading.Task(decode.Source(path), layout, expected, link, known.ties.key_columns(layout)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(places)
def test_any_mix_of_defects_at_any_places_is_counted_to_the_row_and_the_fen(defects: dict[int, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_dirty(Path(folder), defects)


def check_dirty(folder: Path, defects: dict[int, str]) -> None:
    """A file with these defects: exactly the broken rows are kept aside, and all money is accounted for."""
    rows = dirty(defects)
    found = read(folder, csv_text(COLUMNS, rows), rows)
    broken = {place for place, name in defects.items() if name in BREAKS}
    assert found.rows_in == ROWS == found.accepted + found.quarantined
    lines = line_of(rows)
    assert sorted(kept.problem.row or 0 for kept in found.problems) == sorted(lines[place] for place in broken)
    accepted = sum(hundredths(row["amount"]) or 0 for place, row in enumerate(rows) if place not in broken)
    assert sum(found.frame.get_column("amount_fen").to_list()) == accepted
    aside = sum(hundredths(kept.raw["amount"] or "") or 0 for kept in found.problems)
    assert found.sums["amount"][0] == accepted + aside


def line_of(rows: list[Row]) -> list[int]:
    """On which line each row begins: a line break inside quotes moves those after it."""
    lines, line = [], 2
    for row in rows:
        lines.append(line)
        line += 1 + sum(text.count("\n") for text in row.values())
    return lines


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(places)
def test_what_is_kept_aside_is_kept_as_it_came(defects: dict[int, str]) -> None:
    rows = dirty(defects)
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder), csv_text(COLUMNS, rows), rows)
    by_line = dict(zip(line_of(rows), rows, strict=True))
    for kept in found.problems:
        came = by_line[kept.problem.row or 0]
        for name, text in kept.raw.items():
            assert text == (came[name].strip(" \t") or None)


CUTS = st.integers(1, ROWS - 1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CUTS, st.sampled_from(["row gone", "row twice", "row cut", "stray quote"]))
def test_a_line_more_or_less_is_never_silent(place: int, damage: str) -> None:
    rows = dirty({})
    lines = csv_text(COLUMNS, rows).splitlines(keepends=True)
    line = lines[place]
    damaged = {"row gone": "", "row twice": line + line, "row cut": line[:9] + "\n", "stray quote": '"' + line}[damage]
    text = "".join([*lines[:place], damaged, *lines[place + 1 :]])
    with tempfile.TemporaryDirectory() as folder:
        if damage in ("row gone", "row twice"):
            with pytest.raises(DeliveryRefused, match=r"对不上|清单写"):
                read(Path(folder), text, rows)
            return
        found = read(Path(folder), text, rows)
    assert [kept.problem.row for kept in found.problems] == [place + 1]
    assert found.accepted == ROWS - 1


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(places.filter(lambda defects: any(name in BREAKS for name in defects.values())))
def test_a_reader_that_forgets_bad_rows_is_caught(defects: dict[int, str]) -> None:
    rows = dirty(defects)
    careful = reading._aside
    reading._aside = lambda task, bad, faults: []
    try:
        with tempfile.TemporaryDirectory() as folder, pytest.raises(DeliveryRefused, match="对不上"):
            read(Path(folder), csv_text(COLUMNS, rows), rows)
    finally:
        reading._aside = careful


def test_ten_thousand_dirty_files_are_counted_to_the_row_and_the_fen(gate_share: float) -> None:
    names = [*BREAKS, *HARMLESS]
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(round(10_000 * gate_share)):
            dice = random.Random(seed)
            places_hit = dice.sample(range(ROWS), dice.randint(0, ROWS))
            check_dirty(Path(folder), {place: dice.choice(names) for place in places_hit})
