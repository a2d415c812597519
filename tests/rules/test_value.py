from dataclasses import replace

import pytest

from guanhu.rules.kinds import Channel, ProductKind, Reason, SignalKind, Tier
from guanhu.rules.policy import SHIPPED, WAN
from guanhu.rules.value import (
    channel_gain_fen,
    duty_gain_fen,
    gain_fen,
    lift_bp,
    margin_of,
    opportunity_gain_fen,
    revenue_fen,
    revenue_of_products_fen,
    routine_gain_fen,
    success_bp,
    success_without_bp,
    waiting_fen,
)
from guanhu.rules.worth import Lift


@pytest.mark.parametrize(
    ("product", "yearly"),
    [("deposit", 5_000_00), ("wealth", 3_000_00), ("fund", 4_000_00), ("insurance", 15_000_00), ("loan", 10_000_00)],
)
def test_a_product_earns_its_margin_in_a_year(product: str, yearly: int) -> None:
    assert revenue_fen(50 * WAN, product, SHIPPED) == yearly


def test_an_unknown_product_earns_as_a_current_deposit() -> None:
    assert margin_of(None, SHIPPED) == margin_of("gold bars", SHIPPED) == SHIPPED.margin_bp[ProductKind.CURRENT]


def test_revenue_is_rounded_down_once_over_all_products() -> None:
    assert revenue_of_products_fen(99 * 100 + 99 * 60) == 1
    assert revenue_fen(99, "deposit", SHIPPED) + revenue_fen(99, "wealth", SHIPPED) == 0
    assert revenue_of_products_fen(None) == 0


def test_a_lift_is_success_with_less_success_without() -> None:
    for kind in SignalKind:
        assert lift_bp(kind, SHIPPED) == success_bp(kind, SHIPPED) - success_without_bp(kind, SHIPPED)
    assert Lift(8200, 6500).gain_bp == 1700
    assert lift_bp(Reason.PROMISE, SHIPPED) == lift_bp(None, SHIPPED) == 0


def test_a_call_about_a_maturity_is_worth_what_it_changes_and_not_what_would_stay_anyway() -> None:
    assert gain_fen("maturity", "deposit", 50 * WAN, SHIPPED) == 850_00
    assert revenue_fen(50 * WAN, "deposit", SHIPPED) * success_bp("maturity", SHIPPED) // 10_000 == 4_100_00


def test_money_that_left_counts_by_its_size() -> None:
    assert gain_fen("outflow", None, -20 * WAN, SHIPPED) == gain_fen("outflow", None, 20 * WAN, SHIPPED) == 340_00


def test_ten_thousand_million_at_the_highest_margin_stays_inside_64_bits() -> None:
    amount = 10**12
    steps = (amount * 300, amount * 300 // 10_000 * 10_000, gain_fen("maturity", "insurance", amount, SHIPPED))
    assert max(steps) < 2**63
    assert steps[2] == 5_100_000_000


def test_every_reason_on_the_list_has_a_worth() -> None:
    for kind in [*SignalKind, *Reason]:
        assert opportunity_gain_fen(kind, None, 10 * WAN, Tier.B, SHIPPED) > 0, kind


def test_routine_is_worth_more_to_who_keeps_more() -> None:
    worths = [routine_gain_fen(tier, SHIPPED) for tier in (Tier.A, Tier.B, Tier.C, None)]
    assert worths == [60_00, 20_00, 6_00, 6_00]
    assert opportunity_gain_fen("routine", None, 50 * WAN, "A", SHIPPED) == 60_00


@pytest.mark.practice("P56")
def test_a_touch_that_waits_loses_half_of_its_worth_in_ten_days_and_never_all_of_it() -> None:
    assert [waiting_fen(21_00, waited, SHIPPED) for waited in (None, 0, 1, 10, 20)] == [0, 0, 1_90, 10_50, 14_00]
    assert waiting_fen(None, 3, SHIPPED) == 0
    assert all(0 < waiting_fen(6_00, waited, SHIPPED) < 6_00 for waited in range(1, 100))
    assert waiting_fen(60_00, 5, replace(SHIPPED, routine_half_days=0)) == 50_00, "no fewer than one day"


def test_a_promise_and_a_complaint_are_worth_their_own_amounts() -> None:
    assert (duty_gain_fen("promise", SHIPPED), duty_gain_fen("complaint", SHIPPED)) == (80_00, 200_00)
    assert duty_gain_fen("maturity", SHIPPED) == duty_gain_fen(None, SHIPPED) == 0


def test_a_message_moves_less_than_a_call_and_a_meeting_more() -> None:
    assert [channel_gain_fen(100_00, channel, SHIPPED) for channel in Channel] == [35_00, 100_00, 140_00]
    assert channel_gain_fen(100_00, "pigeon", SHIPPED) == channel_gain_fen(None, "call", SHIPPED) == 0
