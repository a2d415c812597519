import pytest

from guanhu.rules.entitlements import entitlement_of, gap_fen, is_near_line, next_entitlement, next_line_fen
from guanhu.rules.kinds import Entitlement
from guanhu.rules.policy import SHIPPED, WAN


@pytest.mark.practice("P131")
@pytest.mark.parametrize(
    ("wan", "reached"),
    [(0, "basic"), (5, "silver"), (30, "gold"), (50, "vip"), (200, "platinum"), (600, "private"), (9_999, "private")],
)
def test_an_entitlement_is_the_highest_line_reached(wan: int, reached: str) -> None:
    assert entitlement_of(wan * WAN, SHIPPED) == reached
    if 0 < wan <= 600:
        assert entitlement_of(wan * WAN - 1, SHIPPED) != reached


def test_unknown_assets_are_none() -> None:
    assert entitlement_of(None, SHIPPED) == Entitlement.BASIC
    assert gap_fen(None, SHIPPED) == 5 * WAN


@pytest.mark.practice("P132")
def test_the_gap_is_what_is_missing_to_the_next_line() -> None:
    assert (next_line_fen(42 * WAN, SHIPPED), gap_fen(42 * WAN, SHIPPED)) == (50 * WAN, 8 * WAN)
    assert next_entitlement(42 * WAN, SHIPPED) == Entitlement.VIP
    assert (next_line_fen(50 * WAN, SHIPPED), gap_fen(50 * WAN, SHIPPED)) == (200 * WAN, 150 * WAN)


def test_on_the_highest_line_there_is_no_next_one() -> None:
    assert next_line_fen(600 * WAN, SHIPPED) is None
    assert gap_fen(600 * WAN, SHIPPED) is None
    assert next_entitlement(600 * WAN, SHIPPED) is None
    assert not is_near_line(600 * WAN, SHIPPED)


@pytest.mark.practice("P133")
def test_from_300_thousand_on_a_customer_is_near_the_vip_line() -> None:
    assert not any(is_near_line(fen, SHIPPED) for fen in (18 * WAN - 1, 50 * WAN, 50 * WAN + 1))
    assert all(is_near_line(fen, SHIPPED) for fen in (30 * WAN, 40 * WAN, 50 * WAN - 1))
    assert next_line_fen(30 * WAN, SHIPPED) == 50 * WAN


@pytest.mark.practice("P132")
@pytest.mark.parametrize(("near_from", "line"), [(3, 5), (18, 30), (30, 50), (120, 200), (360, 600)])
def test_near_is_within_forty_in_a_hundred_below_each_line(near_from: int, line: int) -> None:
    assert is_near_line(near_from * WAN, SHIPPED)
    assert is_near_line(line * WAN - 1, SHIPPED)
    assert not is_near_line(near_from * WAN - 1, SHIPPED) or near_from * WAN in dict(SHIPPED.entitlement_lines)
