import pytest

from guanhu.rules.kinds import Tier
from guanhu.rules.policy import SHIPPED, WAN
from guanhu.rules.tiers import (
    cut_off_fen,
    higher_tier,
    is_below_line,
    last_place_a,
    last_place_b,
    months_after_month_end,
    months_below,
    shown_tier,
    tier_after_month_end,
    tier_of,
    tier_rank,
)

A, B, C = Tier.A, Tier.B, Tier.C
LINES = (100 * WAN, 40 * WAN)


@pytest.mark.practice("P21")
@pytest.mark.parametrize(
    ("average", "tier"),
    [(100 * WAN, A), (100 * WAN - 1, B), (40 * WAN, B), (40 * WAN - 1, C), (0, C), (-5, C), (None, C)],
)
def test_a_customer_stands_where_the_assets_reach(average: int | None, tier: Tier) -> None:
    assert tier_of(average, *LINES) == tier


def test_who_has_nothing_is_c_even_where_everybody_has_nothing() -> None:
    assert tier_of(0, 1, 1) == tier_of(0, 0, 0) == C
    assert tier_of(1, 1, 1) == A


def test_a_line_not_yet_drawn_is_reached_by_nobody() -> None:
    assert tier_of(900 * WAN, None, 40 * WAN) == B
    assert tier_of(900 * WAN, None, None) == C


def test_letters_are_compared_by_rank_and_the_unknown_counts_as_c() -> None:
    assert [tier_rank(tier) for tier in (A, B, C, None)] == [2, 1, 0, 0]
    assert higher_tier(B, A) == higher_tier(A, None) == A
    assert higher_tier(None, None) == higher_tier(None, C) == C


@pytest.mark.practice("P21")
def test_up_shows_at_once_and_down_does_not() -> None:
    assert shown_tier(B, 120 * WAN, *LINES) == A
    assert shown_tier(A, 10 * WAN, *LINES) == A
    assert shown_tier(None, 50 * WAN, *LINES) == B


def test_below_the_line_means_below_nine_tenths_of_it() -> None:
    assert not is_below_line(A, 90 * WAN, *LINES, SHIPPED)
    assert is_below_line(A, 90 * WAN - 1, *LINES, SHIPPED)
    assert is_below_line(B, 36 * WAN - 1, *LINES, SHIPPED)
    assert not is_below_line(C, 0, *LINES, SHIPPED)


def _months(kept: Tier | None, averages: list[int]) -> list[tuple[str, int]]:
    """Month-end after month-end: the tier kept and the count carried on."""
    count: int = 0
    told: list[tuple[str, int]] = []
    tier = kept
    for average in averages:
        below = months_below(tier, count, average * WAN, *LINES, SHIPPED)
        new = tier_after_month_end(tier, below, average * WAN, *LINES, SHIPPED)
        count = months_after_month_end(tier, below, new)
        tier = new
        told.append((str(tier), count))
    return told


@pytest.mark.practice("P21")
def test_down_only_after_two_month_ends_below() -> None:
    assert _months(A, [89, 89, 89]) == [("A", 1), ("B", 0), ("B", 0)]


def test_one_good_month_end_begins_the_count_again() -> None:
    assert _months(A, [89, 90, 89, 89]) == [("A", 1), ("A", 0), ("A", 1), ("B", 0)]


def test_a_customer_may_fall_two_tiers_when_the_money_is_gone() -> None:
    assert _months(A, [1, 0]) == [("A", 1), ("C", 0)]


def test_up_at_the_first_month_end() -> None:
    assert _months(C, [40, 100]) == [("B", 0), ("A", 0)]


def test_a_new_customer_takes_what_the_assets_reach() -> None:
    assert _months(None, [50, 30, 30]) == [("B", 0), ("B", 1), ("C", 0)]


def test_between_nine_tenths_and_the_line_a_tier_is_kept_for_ever() -> None:
    assert _months(A, [95] * 6) == [("A", 0)] * 6


@pytest.mark.practice("P21")
@pytest.mark.parametrize(
    ("customers", "in_a", "in_a_and_b"), [(0, 0, 0), (1, 0, 1), (3, 1, 2), (10, 2, 5), (600, 120, 300), (7, 1, 4)]
)
def test_the_shares_are_places_of_the_ranking(customers: int, in_a: int, in_a_and_b: int) -> None:
    assert (last_place_a(customers, SHIPPED), last_place_b(customers, SHIPPED)) == (in_a, in_a_and_b)


def test_a_cut_off_is_at_least_one_fen() -> None:
    assert [cut_off_fen(amount) for amount in (-3, 0, 1, 7, None)] == [1, 1, 1, 7, None]
