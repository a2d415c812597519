"""Each type of a column by its boundaries: what reads, what it becomes, and what does not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanhu.engine import backend
from guanhu.feeds import parse
from guanhu.feeds.faults import masked
from guanhu.feeds.layouts import Field, Layout, Type
from guanhu.feeds.records import ROW


def judged(kind: Type, texts: list[str | None], **told: Any) -> tuple[dict[int, Any], dict[int, str]]:
    """Texts of one column: row → value of those that read, row → rule of those that do not."""
    field = Field("x", "某列", kind, "lake", **told)
    layout = Layout("t", "某表", "snapshot", ("x",), (field,))
    frame = backend.series({ROW: list(range(len(texts))), "x": texts}, {ROW: "key", "x": "text"})
    checked = parse.check(frame, layout)
    assert len(checked.good) + len(checked.bad) == len(texts)
    good = dict(checked.good.select(ROW, parse.typed_name(field)).iter_rows())
    return good, {fault.row: fault.rule for fault in checked.faults}


def values(kind: Type, *texts: str | None, **told: Any) -> list[Any]:
    """What the texts become; each must read."""
    good, bad = judged(kind, list(texts), **told)
    assert not bad
    return [good[row] for row in range(len(texts))]


def refused(kind: Type, *texts: str | None, **told: Any) -> bool:
    """Is not one of these texts accepted?"""
    good, bad = judged(kind, list(texts), **told)
    return not good and len(bad) == len(texts)


def test_nothing_is_null_for_every_type() -> None:
    kinds: list[Type] = ["text", "number", "money", "percent", "date", "time", "flag", "yymmdd", "stamp"]
    for kind in kinds:
        assert values(kind, "", "  ", None, "\t") == [None] * 4
        assert refused(kind, "", "  ", None, required=True)


def test_money() -> None:
    texts = ("0", "-0.05", "12", "12.3", "12.34", "007.00", "9999999999999.99", "-9999999999999.99")
    assert values("money", *texts) == [0, -5, 1200, 1230, 1234, 700, 999_999_999_999_999, -999_999_999_999_999]
    assert refused(
        "money", "1,200.00", "１２", "12.345", "+1", ".5", "5.", "1e3", "12元", "- 1", "1 2", "99999999999999"
    )


@settings(deadline=None)
@given(st.lists(st.integers(-(10**15) + 1, 10**15 - 1), min_size=1))
def test_any_sum_of_fen_written_in_yuan_comes_back_exactly(amounts: list[int]) -> None:
    texts = [f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}" for fen in amounts]
    assert values("money", *texts) == amounts


def test_percent_becomes_basis_points() -> None:
    assert values("percent", "2.6", "2.60", "0", "100", "-0.5") == [260, 260, 0, 10_000, -50]
    assert refused("percent", "2.605", "2.6%", "２.6", "0.026000")


def test_numbers() -> None:
    assert values("number", "0", "-5", "007", "999999999") == [0, -5, 7, 999_999_999]
    assert refused("number", "1.0", "1,000", "９", "1e3", "9999999999", "+1", "0x1")


def test_dates() -> None:
    texts = ("1900-01-01", "2000-02-29", "2024-02-29", "2099-12-31", "2100-01-01")
    assert values("date", *texts) == [date.fromisoformat(text) for text in texts]
    assert refused("date", "1899-12-31", "1900-02-29", "2023-02-29", "2100-02-29", "2101-01-01", "9999-12-31")
    assert refused(
        "date", "2024-13-01", "2024-00-10", "2024-04-31", "2024-1-1", "20240101", "2024/01/01", "2024-01-01T00"
    )


@settings(max_examples=50, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_from_1900_to_2100_reads(day: date) -> None:
    assert values("date", day.isoformat()) == [day]


def test_days_of_the_small_layout() -> None:
    assert values("yymmdd", "930101", "960229", "001231") == [date(1993, 1, 1), date(1996, 2, 29), date(1900, 12, 31)]
    assert refused("yymmdd", "930229", "000229", "931301", "19930101", "93-01-01", "930431")
    assert values("stamp", "931107 00:00:00") == [date(1993, 11, 7)]
    assert refused("stamp", "931107", "931107 10:00:00", "931131 00:00:00")
    assert values("birth_number", "706213", "450204") == ["706213", "450204"]
    assert refused("birth_number", "701313", "706313", "70621", "706232")


def test_times_and_flags() -> None:
    assert values("time", "00:00", "09:30", "23:59") == ["00:00", "09:30", "23:59"]
    assert refused("time", "24:00", "9:30", "09:60", "09:30:00", "0930")
    assert values("flag", "Y", "N") == [True, False]
    assert refused("flag", "y", "是", "1", "true", "YN")


def test_text_keeps_what_stands_inside() -> None:
    assert values("text", " 赵 桂芳 ", "𠮷野·阿", "第一行\n第二行", "a\tb") == [
        "赵 桂芳",
        "𠮷野·阿",
        "第一行\n第二行",
        "a\tb",
    ]
    assert refused("text", "a\x00b", "a\x1bb", "a\x7f")


def test_a_text_is_measured_in_characters_not_bytes() -> None:
    assert values("text", "赵" * 5, "𠮷" * 5, longest=5) == ["赵" * 5, "𠮷" * 5]
    assert refused("text", "赵" * 6, longest=5)


def test_limits_include_their_ends() -> None:
    assert values("number", "80", "130", low=80, high=130) == [80, 130]
    assert refused("number", "79", "131", low=80, high=130)
    assert values("money", "0.01", low=1) == [1]
    assert refused("money", "0.00", "-0.01", low=1)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.text(max_size=12))
def test_any_text_at_all_is_either_good_or_bad(text: str) -> None:
    kinds: list[Type] = ["text", "number", "money", "percent", "date", "time", "flag", "yymmdd", "stamp"]
    for kind in kinds:
        good, bad = judged(kind, [text])
        assert set(good) ^ set(bad) == {0}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (None, None),
        ("", "*"),
        ("1", "*"),
        ("李明", "李*"),
        ("赵桂芳", "赵*芳"),
        ("13800138000", "1********0"),
        ("x" * 99, "x********x"),
    ],
)
def test_a_value_shows_its_ends_alone(text: str | None, shown: str | None) -> None:
    assert masked(text) == shown
