"""The same number has one form however it was typed, and two numbers have two."""

import pytest

from guanhu.rules.identifiers import (
    FORMS,
    account_form,
    check_sign,
    email_form,
    identity_form,
    phone_form,
    phone_tail,
)


@pytest.mark.parametrize(
    "typed",
    ["13812342716", "138 1234 2716", "138-1234-2716", "+86 138 1234 2716", "+8613812342716", "8613812342716",
     "008613812342716", "086 13812342716", "１３８１２３４２７１６", "＋８６　１３８１２３４２７１６",
     "(86)138.1234.2716", "13812342716转8001", "\u200b13812342716\u00a0", "١٣٨١٢٣٤٢٧١٦"],
)  # fmt: skip
def test_a_mobile_has_one_form(typed: str) -> None:
    assert phone_form(typed) == "13812342716"
    assert phone_tail(typed) == "2716"


@pytest.mark.parametrize(
    ("typed", "form", "tail"),
    [
        ("0571-88886666", "057188886666", "6666"),
        ("+86 571 8888 6666", "057188886666", "6666"),
        ("+86 0571 88886666", "057188886666", "6666"),
        ("010 88886666 ext. 12", "01088886666", "6666"),
        ("+420 601 234 567", "+420601234567", "4567"),
        ("00420601234567", "+420601234567", "4567"),
        ("95588", "95588", ""),
        ("2716", "2716", "2716"),
        ("0016", "+16", "0016"),
        ("无", "", ""),
        ("", "", ""),
    ],
)
def test_other_phones_have_theirs(typed: str, form: str, tail: str) -> None:
    assert (phone_form(typed), phone_tail(typed)) == (form, tail)


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002X", "110105 19491231 002X", " 110105-19491231-002x ", "１１０１０５１９４９１２３１００２Ｘ",
     "110105491231002", "110105 491231 002"],
)  # fmt: skip
def test_an_identity_number_of_15_or_18_signs_has_one_form(typed: str) -> None:
    assert identity_form(typed) == "11010519491231002X" == "11010519491231002" + check_sign("11010519491231002")


@pytest.mark.parametrize(
    "typed", ["11010519491231002X", "11010519491231002x", "110105 1949 1231 002Ｘ", "110105491231002"]
)
def test_the_last_sign_may_be_an_x_of_any_size(typed: str) -> None:
    assert identity_form(typed) == "11010519491231002X"


@pytest.mark.parametrize(("typed", "form"), [("e 1234 5678", "E12345678"), ("H10 (23)", "H1023"), ("", "")])
def test_other_papers_keep_their_letters(typed: str, form: str) -> None:
    assert identity_form(typed) == form


def test_accounts_and_addresses_have_one_form() -> None:
    assert account_form("6222 0212-3456 ６７８０") == account_form("6222021234566780") == "6222021234566780"
    assert account_form("123/0100") == "123/0100"
    assert email_form(" Zhao.GF@Example.COM ") == email_form("zhao.gf＠example.com") == "zhao.gf@example.com"


@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_a_form_is_itself(name: str) -> None:
    typed = ["13812342716", "+420 601 234 567", "057188886666", "360102196303050428", "A1234567", "6222 0000", "a@B.cn"]
    for text in typed:
        once = FORMS[name](text)
        assert FORMS[name](once) == once


def test_two_numbers_have_two_forms() -> None:
    assert phone_form("13812342716") != phone_form("13812342717")
    assert identity_form("360102196303050428") != identity_form("360102196303050436")
    assert phone_form("01088886666") != phone_form("+108 8886666")
