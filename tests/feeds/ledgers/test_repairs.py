"""Broken cells are mended as somebody said: all of a kind at once, or one by what was typed. P14."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from guanhu.feeds.errors import Problem
from guanhu.feeds.ledgers.headings import guessed
from guanhu.feeds.ledgers.limits import Limits
from guanhu.feeds.ledgers.repairs import WAYS, Repair, Repairs, mended
from guanhu.feeds.ledgers.rows import STRUCK, Judge, LedgerRow
from guanhu.rules.policy import SHIPPED

pytestmark = pytest.mark.practice("P14")

HEADINGS = ("客户号", "手机", "生日", "爱好")


def judged(cells: Sequence[str], repairs: Repairs, *, with_values: bool = True) -> LedgerRow | Problem:
    """One line, the second of its file."""
    judge = Judge("a.csv", HEADINGS, guessed(HEADINGS), Limits.of(SHIPPED), date(2026, 11, 24), 14)
    return next(iter(mended(judge, [(2, list(cells))], repairs, with_values=with_values)))


@pytest.mark.parametrize(
    ("rule", "heading", "way", "cells", "field", "becomes"),
    [
        ("phone", "手机", Repair.FIRST, ("C1", "13800138000、13900139000", "", ""), "phone", "13800138000"),
        ("phone", "手机", Repair.EMPTY, ("C1", "138", "", ""), "phone", None),
        ("birth_on", "生日", Repair.MONTH_END, ("C1", "", "1970-02-30", ""), "birth_on", "1970-02-28"),
        ("birth_on", "生日", Repair.MONTH_END, ("C1", "", "19720230", ""), "birth_on", "1972-02-29"),
        ("birth_on", "生日", Repair.EMPTY, ("C1", "", "不详", ""), "birth_on", None),
    ],
)
def test_a_kind_of_fault_is_mended_the_way_that_was_said(rule, heading, way, cells, field, becomes):
    before = judged(cells, Repairs())
    assert isinstance(before, Problem)
    assert (before.rule, before.column, before.value) == (rule, heading, cells[HEADINGS.index(heading)])
    row = judged(cells, Repairs({(rule, heading): way}))
    assert isinstance(row, LedgerRow)
    assert {kind.value: text for kind, text in row.said.items()}.get(field) == becomes


def test_what_is_too_long_is_cut_and_what_controls_is_dropped():
    cut = judged(("C1", "", "", "长" * 2_001), Repairs({("long", "爱好"): Repair.CUT}))
    clean = judged(("C1", "", "", "画\x07画"), Repairs({("control", "爱好"): Repair.CLEAN}))
    assert isinstance(cut, LedgerRow)
    assert isinstance(clean, LedgerRow)
    assert (len(cut.facts["爱好"]), clean.facts["爱好"]) == (2_000, "画 画")


def test_one_cell_is_mended_by_what_was_typed_and_no_other():
    said = Repairs({}, {(2, "手机"): "13800138000"})
    assert isinstance(judged(("C1", "138", "", ""), said), LedgerRow)
    assert isinstance(judged(("C1", "138", "", ""), Repairs({}, {(3, "手机"): "13800138000"})), Problem)


def test_a_way_that_does_not_help_leaves_the_row_refused():
    row = judged(("C1", "", "九月", ""), Repairs({("birth_on", "生日"): Repair.MONTH_END}))
    assert isinstance(row, Problem)
    assert row.value == "九月"


def test_c3_is_never_mended_and_never_told():
    said = Repairs({("c3/value", "爱好"): Repair.EMPTY, ("long", "爱好"): Repair.EMPTY}, {(2, "手机"): "密码是 123456"})
    for cells in (("C1", "", "", "密码是 918273"), ("C1", "", "", STRUCK)):
        row = judged(cells, said)
        assert isinstance(row, Problem)
        assert (row.rule, row.value) == ("c3/value", None)


def test_without_leave_no_value_is_told():
    row = judged(("C1", "138", "", ""), Repairs({("id_no", "手机"): Repair.EMPTY}), with_values=False)
    assert isinstance(row, Problem)
    assert row.value is None


def test_what_was_said_is_written_down_and_read_again():
    said = Repairs({("phone", "手机"): Repair.EMPTY}, {(2, "手机"): "138"})
    assert Repairs.from_plain(said.plain()) == said
    assert not Repairs()


def test_every_way_belongs_to_a_rule_and_none_to_c3():
    assert {way for ways in WAYS.values() for way in ways} == set(Repair)
    assert [rule for rule in WAYS if rule.startswith("c3")] == []
