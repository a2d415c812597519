"""What keeping the rhythm costs is told of the bank that stands: by its weight, and by what waiting costs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from bench import weight
from guanhu.cli.books import Books
from guanhu.engine.lake import Lake
from guanhu.feeds.keys import Keys
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.policy import SHIPPED
from tests.night.desks import TODAY, Branch

pytestmark = [pytest.mark.slow, pytest.mark.practice("P56")]


@pytest.fixture
def books(lake: Lake, tmp_path: Path) -> Books:
    """A teller's desk: a customer of tier A whose service is due, and money that came for the others."""
    branch = Branch(lake, SHIPPED)
    branch.keeper(post="teller")
    branch.customer(1, "A")
    for key in range(2, 30):
        branch.reason(branch.customer(key, marketing=False), "large_move", 50_00, expires=TODAY)
    branch.plan()
    return books_of(tmp_path, lake)


def books_of(folder: Path, lake: Lake) -> Books:
    return Books(folder, lake, Keys(b"a secret of this test's own"), SHIPPED, SHIPPED_CALENDAR)


def test_more_weight_makes_more_touches_and_leaves_money_for_them(books: Books) -> None:
    none, usual = (weight.planned(books, replace(SHIPPED, routine_weight_bp=many)) for many in (0, 100_000))
    assert (none.made["A"], none.fen) == (0, (50 + 70) * 100)
    assert usual.made["A"] == usual.offered["A"] > 1
    assert usual.fen < none.fen


def test_the_sheet_has_a_line_for_each_way_and_marks_the_one_in_force(
    books: Books, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(weight, "these_books", lambda: books)
    monkeypatch.setattr(weight, "Console", lambda: Console(width=200))
    assert weight.main([]) == 0
    told = capsys.readouterr().out
    assert told.count("(in force)") == 1
    lines = [line for line in told.splitlines() if " of " in line]
    assert len(lines) == len(weight.WEIGHTS_BP) + len(weight.HALF_DAYS) - 1


def test_a_place_without_a_night_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(weight, "these_books", lambda: books_of(tmp_path, Lake(tmp_path / "none")))
    assert weight.main([]) == 1
    assert "no night" in capsys.readouterr().out
