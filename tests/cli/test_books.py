"""A bank's own numbers: which may be set, and what is said when one cannot be."""

import json

import pytest
import typer

from guanhu.cli import demo
from guanhu.cli.books import business_day, these_books
from guanhu.cli.numbers import policy_in
from guanhu.rules.policy import SHIPPED


def write(folder, content) -> None:
    (folder / "policy.json").write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")


def test_without_a_file_the_shipped_numbers_hold(tmp_path):
    assert policy_in(tmp_path) is SHIPPED


def test_a_number_and_a_text_are_set_under_a_version_of_their_own(tmp_path):
    write(tmp_path, {"version": "2026-12-01", "large_move_any_fen": 1, "other_bank_legal_basis": "决议 3 号"})
    policy = policy_in(tmp_path)
    assert (policy.version, policy.large_move_any_fen, policy.other_bank_legal_basis) == ("2026-12-01", 1, "决议 3 号")
    assert policy.large_move_fen == SHIPPED.large_move_fen


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"version": "x", "large_moves": 1}, "large_moves 不是可改的规则项"),
        ({"version": "x", "large_move_fen": "1"}, "large_move_fen 不是可改的规则项，或者值的类型不对"),
        ({"version": "x", "large_move_fen": True}, "值的类型不对"),
        ({"version": "x", "lifts": {}}, "lifts 不是可改的规则项"),
        ({"large_move_fen": 1}, "要写一个自己的 version"),
        ({"version": SHIPPED.version, "large_move_fen": 1}, "要写一个自己的 version"),
        ([1], "须为一个 JSON 对象"),
        ("{", "读不出来"),
    ],
)
def test_what_cannot_be_set_stops_the_command(tmp_path, content, said):
    write(tmp_path, content)
    with pytest.raises(typer.BadParameter, match=said):
        policy_in(tmp_path)


def test_the_books_of_a_folder_are_that_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("GUANHU_VAR", str(tmp_path))
    write(tmp_path, {"version": "2026-12-01"})
    books = these_books()
    assert (books.var, books.lake.root, books.policy.version) == (tmp_path, tmp_path / "lake", "2026-12-01")
    assert these_books().keys == books.keys


def test_the_invented_bank_records_its_legal_basis_once(tmp_path):
    demo.record_policy(tmp_path)
    policy = policy_in(tmp_path)
    assert policy.other_bank_legal_basis
    assert policy.version == "2026-11-01+demo"
    write(tmp_path, {"version": "mine", "other_bank_legal_basis": ""})
    demo.record_policy(tmp_path)
    assert policy_in(tmp_path).version == "mine"


def test_a_day_is_a_day(tmp_path):
    assert business_day("2026-11-20").isoformat() == "2026-11-20"
    for text in ("2026-13-20", "20-11-2026", "gestern", ""):
        with pytest.raises(typer.BadParameter, match="不是一天"):
            business_day(text)
