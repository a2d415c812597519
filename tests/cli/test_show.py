"""``guanhu show`` and ``guanhu night`` when there is nothing to show or nothing to run: told in a sentence."""

import re

import pytest
from typer.testing import CliRunner

from guanhu.cli import night, show
from guanhu.cli.app import app

DAY = "2026-11-20"


def ask(place, *words: str):
    """The command in this folder: its exit code and what it said."""
    done = CliRunner().invoke(app, list(words), env={"GUANHU_VAR": str(place), "COLUMNS": "200"})
    return done.exit_code, re.sub(r"\s+", " ", done.output + (done.stderr if done.stderr_bytes else ""))


@pytest.mark.parametrize(
    "words",
    [("totals",), ("signals",), ("tiers",), ("customer", "C1"), ("plan", "--keeper", "S1"), ("why", "--keeper", "S1"),
     ("why", "--customer", "C1"), ("digests",)],
)  # fmt: skip
def test_before_any_night_it_says_which_one_to_run_and_makes_nothing(tmp_path, words):
    code, said = ask(tmp_path / "bank", "show", *words, "--day", DAY)
    assert code == 1
    assert f"{DAY} 还没有算出结果：先运行 guanhu night --day {DAY}" in said
    assert not (tmp_path / "bank").exists()


def test_a_quarantine_nobody_filled_is_not_an_empty_one(tmp_path):
    code, said = ask(tmp_path, "show", "quarantine", "--day", DAY)
    assert (code, "还没有收到文件" in said) == (1, True)


def test_why_wants_one_of_keeper_and_customer(tmp_path):
    for words in ((), ("--keeper", "S1", "--customer", "C1")):
        code, said = ask(tmp_path, "show", "why", *words, "--day", DAY)
        assert (code, "请写一个" in said) == (2, True)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--layout", "berkaa", "--day", DAY), "没有叫 berkaa 的约定"),
        (("--from", "/nowhere/at/all", "--day", DAY), "没有送数文件夹"),
        (("--day", "2026-13-20"), "不是一天"),
    ],
)
def test_a_night_that_cannot_be_meant_changes_nothing(tmp_path, monkeypatch, words, expected):
    monkeypatch.setattr(night, "only_peers", lambda: None)  # it holds for ever, and other tests share this process
    code, said = ask(tmp_path / "bank", "night", *words)
    assert code == 2
    assert expected in said
    assert "什么也没有改动" in said.replace(" ", "")
    assert not (tmp_path / "bank").exists()


def test_an_account_is_shown_by_its_key_in_hexadecimal():
    assert show.account_text(255) == "00000000000000ff"
    assert show.account_text(None) is None


def test_keys_are_not_shown_in_reasons():
    row = {"customer": 7, "beat": '{"instead": null}', "reasons": '[{"figures": {"account": 16}}, {"figures": {}}]'}
    assert show._named(row) == {
        "beat": {"instead": None},
        "reasons": [{"figures": {"account": "0000000000000010"}}, {"figures": {}}],
    }
