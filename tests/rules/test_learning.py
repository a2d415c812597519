"""Which occasions are trials, who is left alone on purpose, what success means, and what counts teach."""

from dataclasses import replace

import pytest

from guanhu.rules import learning
from guanhu.rules.kinds import Channel, Reason, SignalKind, Tier
from guanhu.rules.learning import is_held_out, is_success, opens_day, shrunk_bp, treatment, trial_day
from guanhu.rules.policy import SHIPPED
from guanhu.rules.rates import Count, half_width_bp, prior_with_bp, rates_of
from guanhu.rules.trials import LEARNT, STATES, Alone

DAY = 20_780
MANY = range(1, 20_001)
SPREAD = 104_729 * 10**6
"""Keys as far apart as the surrogate ones are."""


def rate(counts, kind=SignalKind.NEAR_LINE, tier=Tier.A, channel=Channel.CALL, policy=SHIPPED):
    found = rates_of(counts, policy)
    return next(one for one in found if (one.kind, one.tier, one.channel) == (kind, tier, channel))


def test_a_sum_and_a_movement_are_their_own_day_and_a_state_is_a_block_of_the_customers_own():
    assert trial_day("maturity", 7, DAY, SHIPPED) == DAY
    for kind in STATES:
        days = {trial_day(kind, 7, DAY + n, SHIPPED) for n in range(90)}
        assert len(days) in (3, 4)
        assert all(0 <= DAY + n - trial_day(kind, 7, DAY + n, SHIPPED) < 30 for n in range(90))
    begins = {trial_day("dormant", customer, DAY, SHIPPED) for customer in range(30)}
    assert len(begins) == 30


def test_a_trial_of_a_state_is_judged_before_the_next_one_opens():
    for kind in STATES:
        assert SHIPPED.trial_contact_days[kind] <= SHIPPED.trial_judge_days[kind] <= SHIPPED.average_days
    assert [opens_day(kind, DAY, SHIPPED) for kind in ("maturity", "large_move", "near_line")] == [
        DAY - 8, DAY, DAY - 1
    ]  # fmt: skip


def test_the_lot_gives_each_signal_its_share_and_no_more():
    for kind, share in SHIPPED.holdout_bp.items():
        held = sum(is_held_out(kind, n * SPREAD, None, DAY, False, False, SHIPPED) for n in MANY)
        wanted = len(MANY) * share / 10_000
        assert abs(held - wanted) <= 4 * wanted**0.5, (kind, held)


def test_lots_of_one_customer_on_other_days_and_signals_have_nothing_to_do_with_each_other():
    half = replace(SHIPPED, holdout_bp=dict.fromkeys(LEARNT, 5_000))
    first = [is_held_out("large_move", n * SPREAD, n, DAY, False, False, half) for n in MANY]
    for other in (
        [is_held_out("large_move", n * SPREAD, n, DAY + 1, False, False, half) for n in MANY],
        [is_held_out("maturity", n * SPREAD, n, DAY, False, False, half) for n in MANY],
        [is_held_out("large_move", n * SPREAD, n + 1, DAY, False, False, half) for n in MANY],
        [is_held_out("large_move", n * SPREAD, n, DAY, False, False, replace(half, holdout_draw=2)) for n in MANY],
    ):
        same = sum(one == two for one, two in zip(first, other, strict=True))
        assert abs(same - len(MANY) / 2) <= 4 * (len(MANY) / 4) ** 0.5


def test_the_lot_is_the_same_all_through_a_block():
    half = replace(SHIPPED, holdout_bp=dict.fromkeys(LEARNT, 5_000))
    begins = trial_day("dormant", 7, DAY, SHIPPED)
    lots = {is_held_out("dormant", 7, None, begins + n, False, False, half) for n in range(30)}
    assert len(lots) == 1


@pytest.mark.practice("P135")
def test_no_duty_nothing_asked_for_and_no_money_that_left_is_ever_held_out():
    every = replace(SHIPPED, holdout_bp=dict.fromkeys(SignalKind, 10_000))
    assert is_held_out("large_move", 1, 1, DAY, False, False, every)
    assert not is_held_out("large_move", 1, 1, DAY, False, True, every)
    assert not is_held_out("maturity", 1, 1, DAY, True, False, every)
    for kind in (*Reason, SignalKind.DATES, SignalKind.OTHER_BANK):
        assert not is_held_out(kind, 1, None, DAY, False, False, every)
    assert not is_held_out("maturity", 1, 1, DAY, False, False, SHIPPED)


def test_the_closest_contact_tells_and_without_one_whether_it_was_on_purpose():
    assert [treatment(near, True) for near in (3, 2, 1)] == [Channel.MEETING, Channel.CALL, Channel.MESSAGE]
    assert [treatment(None, held) for held in (True, False)] == [Alone.HELD, Alone.LEFT]


def judged(kind, **figures):
    known = dict.fromkeys(
        ("went_out", "amount_fen", "line_fen", "before_fen", "after_fen", "put_away_fen", "net_fen", "opened_day",
         "moved_day")
    )  # fmt: skip
    return is_success(kind, **(known | figures))


def test_success_is_read_from_the_banks_own_figures():
    assert judged("maturity", amount_fen=100, before_fen=500, after_fen=450)
    assert not judged("maturity", amount_fen=100, before_fen=500, after_fen=449)
    assert judged("large_move", went_out=True, amount_fen=100, before_fen=500, after_fen=550)
    assert not judged("large_move", went_out=True, amount_fen=100, before_fen=500, after_fen=549)
    assert judged("large_move", went_out=False, amount_fen=100, put_away_fen=50)
    assert not judged("large_move", went_out=False, amount_fen=100, put_away_fen=49, after_fen=10**9)
    assert judged("near_line", line_fen=500, after_fen=500)
    assert not judged("near_line", line_fen=500, after_fen=499)
    assert judged("outflow", net_fen=0)
    assert not judged("outflow", net_fen=-1)
    assert judged("dormant", opened_day=DAY, moved_day=DAY + 1)
    assert not judged("dormant", opened_day=DAY, moved_day=DAY)
    assert not judged("dormant", opened_day=DAY)
    assert not judged("dates")
    assert learning.is_open_question("near_line", 499, 500)
    assert not learning.is_open_question("near_line", 500, 500)


def test_nothing_seen_is_what_was_believed_and_much_seen_is_what_was_seen():
    assert shrunk_bp(0, 0, 1_600, 40) == 1_600
    assert shrunk_bp(20, 40, 1_600, 40) == 3_300
    assert abs(shrunk_bp(5_000, 10_000, 1_600, 40) - 5_000) < 20
    nothing = rate({})
    assert (nothing.reached_belief.bp, nothing.alone_belief.bp, nothing.used) == (1_600, 500, False)
    assert prior_with_bp(SignalKind.NEAR_LINE, Channel.MESSAGE, SHIPPED) == 885


def test_a_tier_without_trials_borrows_from_its_reason():
    counts = {("near_line", "A", "call"): Count(400, 200)}
    borrowed, own = rate(counts, tier=Tier.C), rate(counts)
    assert borrowed.reached.cases == 0
    assert 1_600 < borrowed.reached_belief.bp <= own.reached_belief.bp < 5_000
    assert borrowed.reached_belief.half_bp > own.reached_belief.half_bp


def test_holdouts_weigh_more_than_those_merely_left():
    held = rate({("near_line", "A", "held"): Count(40, 20)})
    left = rate({("near_line", "A", "left"): Count(40, 20)})
    assert held.alone_belief.bp > left.alone_belief.bp > 500
    assert held.alone_belief.half_bp < left.alone_belief.half_bp


def test_a_heap_of_those_merely_left_does_not_drown_the_holdouts():
    counts = {("near_line", "A", "held"): Count(400, 200), ("near_line", "A", "left"): Count(1_000_000, 0)}
    assert rate(counts).alone_belief.bp > 2_500
    drowned = replace(SHIPPED, learn_left_most=10**9)
    assert rate(counts, policy=drowned).alone_belief.bp < 100


def test_a_rate_is_used_once_there_are_enough_trials_of_both_sorts():
    enough, few = Count(100, 3), Count(99, 3)
    for called, left, used in ((enough, enough, True), (few, enough, False), (enough, few, False)):
        counts = {("near_line", "A", "call"): called, ("near_line", "B", "left"): left}
        assert rate(counts, tier=Tier.C).used is used


def test_an_interval_narrows_with_the_root_of_the_cases():
    assert half_width_bp(5_000, 99) == 980
    assert half_width_bp(5_000, 9_999) == 98
    assert half_width_bp(0, 10) == 0
