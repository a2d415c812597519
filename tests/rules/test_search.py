"""What was typed in its one form, and what one slip of the finger may have made of it."""

import pytest

from guanhu.rules.search import LONGEST, slips_of, span, written

LINES = {"letters": 5, "digits": 6, "longest": 20}


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        (" Wang  Xiao-Ming ", "wangxiaoming"),
        ("ＷＡＮＧ　Ｗｅｉ", "wangwei"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("lǚ", "lǚ"),
        ("lü", "lv"),
        ("Ｃ０００１０１", "c000101"),
        ("' or 1=1 --", "or11"),
        ("%_", ""),
        ("", ""),
    ],
)
def test_what_is_typed_has_one_form(typed: str, form: str):
    assert written(typed) == form


def test_what_is_too_long_is_cut_off():
    assert len(written("王" * 500)) == LONGEST


def test_everything_that_begins_so_lies_between_the_ends_of_its_span():
    low, high = span("wang")
    inside = ("wang", "wanga", "wangz", "wang王", "wang\U00020000")
    assert all(low <= word < high for word in inside)
    assert not any(low <= word < high for word in ("wan", "wanf", "wanh", "王"))


@pytest.mark.parametrize("slip", ["zangwei", "zhhangwei", "zhangwek", "zhanwgei", "hangwei", "zhangweii"])
def test_one_slip_leads_back_to_what_was_meant(slip: str):
    assert "zhangwei" in slips_of(slip, **LINES)


@pytest.mark.parametrize("slip", ["zngwi", "zhangweiab", "zhengwai", "zhangwei"])
def test_two_slips_and_none_do_not(slip: str):
    assert "zhangwei" not in slips_of(slip, **LINES)


@pytest.mark.parametrize("typed", ["wang", "c0001", "00001", "赵桂芳芳芳", "wángwěi", "", "a" * 21, "1" * 21])
def test_what_is_short_long_or_no_sound_and_no_number_allows_no_slip(typed: str):
    assert slips_of(typed, **LINES) == ()


def test_there_is_an_end_of_guesses():
    assert len(slips_of("c0001234567890123456", **LINES)) < 1600
    assert len(slips_of("abcdefghijklmnopqrst", **LINES)) < 1200
