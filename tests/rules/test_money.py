import pytest

from guanhu.rules.money import MINUS, WAN, wan, wan_number, yuan

YI = 10_000 * WAN


@pytest.mark.parametrize(
    ("fen", "long", "short", "english"),
    [
        (0, "0", "0", "0"),
        (49, "0", "0", "0"),
        (50, "1元", "1元", "¥1"),
        (860_00, "860元", "860元", "¥860"),
        (999_49, "999元", "999元", "¥999"),
        (1_000_00, "0.1万", "0.1万", "¥1k"),
        (3_200_00, "0.3万", "0.3万", "¥3.2k"),
        (WAN, "1.0万", "1万", "¥10k"),
        (50 * WAN, "50.0万", "50万", "¥500k"),
        (856_000_00, "85.6万", "85.6万", "¥856k"),
        (120 * WAN, "120.0万", "120万", "¥1.2m"),
        (YI - 1, "1.0亿", "1亿", "¥100m"),
        (YI, "1.0亿", "1亿", "¥100m"),
        (12 * YI + YI // 2, "12.5亿", "12.5亿", "¥1.3bn"),
        (1_234 * YI, "1,234.0亿", "1,234亿", "¥123.4bn"),
    ],
)
def test_an_amount_is_said_in_the_largest_unit_it_fills(fen: int, long: str, short: str, english: str) -> None:
    assert (wan(fen), wan(fen, short=True), wan(fen, "en")) == (long, short, english)


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (99_949_99, "99.9k"),
        (99_950_00, "100k"),
        (999_949_99, "999.9k"),
        (999_950_00, "1m"),
        (99_995_000_00, "100m"),
        (999_949_999_99, "999.9m"),
        (999_950_000_00, "1bn"),
    ],
)
def test_what_rounds_up_to_a_thousand_of_a_unit_is_one_of_the_next(fen: int, shown: str) -> None:
    assert wan(fen, "en") == f"¥{shown}"


def test_halves_round_away_from_zero_on_both_sides() -> None:
    assert (wan_number(5_50_00), wan_number(-5_50_00)) == ("0.1", f"{MINUS}0.1")
    assert (wan_number(WAN + 500_00), wan_number(-WAN - 500_00)) == ("1.1", f"{MINUS}1.1")
    assert (yuan(50), yuan(-50), yuan(49), yuan(-49)) == ("1", f"{MINUS}1", "0", "0")


def test_minus_is_the_long_one_and_plus_only_when_asked_for() -> None:
    assert MINUS == "\u2212"
    assert wan(-3 * WAN) == "−3.0万"
    assert wan(3 * WAN, signed=True) == "+3.0万"
    assert wan(-500_000_00, "en", signed=True) == "−¥500k"
    assert yuan(1_240_00, signed=True) == "+1,240"
    assert wan_number(30 * WAN, signed=True) == "+30.0"


def test_missing_is_a_dash_and_zero_is_zero() -> None:
    assert {wan(None), wan_number(None), yuan(None), wan(None, "en")} == {"—"}
    assert {wan(0, signed=True), wan_number(0, signed=True), yuan(0, signed=True)} == {"0"}


def test_another_currency_stands_before_the_amount() -> None:
    assert wan(856_000_00, currency="CZK") == "CZK 85.6万"
    assert wan(856_000_00, "en", currency="CZK") == "CZK 856k"
    assert wan(-856_00, currency="CZK") == "−CZK 856"


def test_a_column_of_wan_shows_bare_figures() -> None:
    assert [wan_number(fen) for fen in (50 * WAN, 120 * WAN + 50_000_00, 12_345 * WAN)] == ["50.0", "125.0", "12,345.0"]
