"""What is odd about a colleague's looking, in small ledgers; and forty thefts among a hundred honest keepers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bench import alarms as bench
from guanhu.rules.alarms import (
    AlarmKind,
    Answered,
    Look,
    Measure,
    Peers,
    Seen,
    is_news,
    is_outside,
    oddities,
    peers_of,
    seen_by,
)
from guanhu.rules.policy import SHIPPED

DAY = date(2026, 11, 24)
ONE = timedelta(days=1)
BUSY = Peers({Measure.VIEWED: 90}, {Measure.VIEWED: 45})


def days(*viewed: int, aside: int = 0) -> list[Seen]:
    """The days before, the last one yesterday; ``aside``: customers of each day that no work explains."""
    first = DAY - len(viewed) * ONE
    return [Seen(first + n * ONE, count, unplanned=frozenset(range(n * 1000, n * 1000 + aside)))
            for n, count in enumerate(viewed)]  # fmt: skip


def kinds(today: Seen, before=(), *, peers: Peers = BUSY, leaving: bool = False) -> list[AlarmKind]:
    """Which oddities are found."""
    return [alarm.kind for alarm in oddities(today, before, peers, leaving=leaving, policy=SHIPPED)]


@pytest.mark.parametrize(("viewed", "found"), [(135, []), (136, [AlarmKind.SURGE])])
def test_more_than_three_times_ones_own_middle_day_is_odd(viewed, found):
    assert kinds(Seen(DAY, viewed), days(*[45] * 20)) == found


def test_below_the_floor_nothing_is_odd():
    assert kinds(Seen(DAY, 59), days(*[5] * 20)) == []
    assert kinds(Seen(DAY, 60), days(*[5] * 20)) == [AlarmKind.SURGE]


@pytest.mark.parametrize(("exported", "found"), [(299, []), (300, [AlarmKind.SURGE])])
def test_a_big_list_taken_out_is_odd_for_who_never_takes_any(exported, found):
    assert kinds(Seen(DAY, 40, exported=exported), days(*[40] * 20)) == found


def test_who_takes_lists_out_often_is_compared_with_herself():
    often = [replace(day, exported=200) for day in days(*[40] * 20)]
    assert kinds(Seen(DAY, 40, exported=600), often) == []
    assert kinds(Seen(DAY, 40, exported=601), often) == [AlarmKind.SURGE]


@pytest.mark.parametrize(("exported", "found"), [(11, []), (12, [AlarmKind.NOTICE])])
def test_before_leaving_a_dozen_customers_taken_out_are_odd(exported, found):
    assert kinds(Seen(DAY, 5, exported=exported), days(*[40] * 20), leaving=True) == found


def test_the_middle_day_is_of_the_last_twenty_days_alone():
    assert kinds(Seen(DAY, 120), days(*[90] * 15, *[30] * 20)) == [AlarmKind.SURGE]


def test_whoever_is_new_is_compared_with_her_peers_and_on_the_first_day_with_the_floor():
    assert kinds(Seen(DAY, 136), days(9, 9, 9, 9)) == [AlarmKind.SURGE]
    assert kinds(Seen(DAY, 130), days(9, 9, 9, 9)) == []
    assert kinds(Seen(DAY, 120), peers=Peers()) == []
    assert kinds(Seen(DAY, 181), peers=Peers()) == [AlarmKind.SURGE]


def test_beyond_what_peers_ever_reach_is_odd_unless_her_list_or_her_contacts_explain_it():
    before = days(*[44] * 20)
    aside = frozenset(range(20))
    assert kinds(Seen(DAY, 100, unplanned=aside), before) == [AlarmKind.PEERS]
    assert kinds(Seen(DAY, 100), before) == []
    assert kinds(Seen(DAY, 88, unplanned=aside), before) == []


def test_a_slow_drip_is_found_by_what_thirty_days_add_up_to():
    drip = days(*[55] * 9, aside=20)
    assert kinds(Seen(DAY, 55, unplanned=frozenset(range(90_000, 90_020))), drip) == []
    more = Seen(DAY, 55, unplanned=frozenset(range(90_000, 90_021)))
    assert kinds(more, drip) == [AlarmKind.DRIP]
    assert kinds(replace(more, day=DAY + 22 * ONE), drip) == []


def test_the_same_customers_again_are_no_drip():
    again = [Seen(DAY - n * ONE, 55, unplanned=frozenset(range(30))) for n in range(20, 0, -1)]
    assert kinds(Seen(DAY, 55, unplanned=frozenset(range(30))), again) == []


@pytest.mark.parametrize(("outside", "found"), [(9, []), (10, [AlarmKind.OUTSIDE])])
def test_several_customers_outside_working_hours_are_odd(outside, found):
    assert kinds(Seen(DAY, 20, outside=outside), days(*[45] * 20)) == found


@pytest.mark.parametrize(("hour", "found"), [(6, True), (7, False), (20, False), (21, True)])
def test_working_hours_are_those_of_the_policy(hour, found):
    assert is_outside(datetime(2026, 11, 24, hour, 30, tzinfo=UTC), SHIPPED) is found


def test_before_leaving_less_is_odd_already():
    before = days(*[45] * 20)
    aside = frozenset(range(12))
    assert kinds(Seen(DAY, 68), before, leaving=True) == [AlarmKind.NOTICE]
    assert kinds(Seen(DAY, 50, unplanned=aside), before, leaving=True) == [AlarmKind.NOTICE]
    assert kinds(Seen(DAY, 50), before, leaving=True) == []
    assert kinds(Seen(DAY, 68, unplanned=aside), before) == []


def test_a_day_is_added_up_by_customer_and_what_her_work_explains_is_set_apart():
    looks = [Look("S1", 1), Look("S1", 1, revealed=True), Look("S1", 2), Look("S1", 3, outside=True), Look("S2", 1)]
    seen = seen_by(looks, {"S3": 50}, {"S1": frozenset({1})}, DAY)
    assert seen["S1"] == Seen(DAY, 3, 1, 0, 1, frozenset({2, 3}))
    assert seen["S2"] == Seen(DAY, 1, 0, 0, 0, frozenset({1}))
    assert seen["S3"] == Seen(DAY, listed=50)


def test_the_peers_line_is_crossed_by_one_day_in_two_hundred():
    line = peers_of([Seen(DAY, n) for n in range(1000)], SHIPPED)
    assert (line.line[Measure.VIEWED], line.middle[Measure.VIEWED]) == (995, 500)
    assert peers_of([], SHIPPED).line[Measure.VIEWED] == 0


@pytest.mark.parametrize(
    ("last", "news"),
    [
        (None, True), (Answered(DAY, 100, None), False), (Answered(DAY - 9 * ONE, 100, DAY - 8 * ONE), True),
        (Answered(DAY - 3 * ONE, 100, DAY - 2 * ONE), False), (Answered(DAY - 3 * ONE, 99, DAY - 2 * ONE), True),
    ],
)  # fmt: skip
def test_an_alarm_is_told_once_and_after_its_answer_only_when_much_more_was_seen(last, news):
    (alarm,) = oddities(Seen(DAY, 149), days(*[45] * 20), BUSY, leaving=False, policy=SHIPPED)
    assert is_news(alarm, DAY, last, SHIPPED) is news


# ---------------------------------------------------------------- the replay


def without_drip(*given, **named):
    """A rule that looks at single days alone."""
    return tuple(alarm for alarm in oddities(*given, **named) if alarm.kind is not AlarmKind.DRIP)


def without_floor(today, before, peers, *, leaving, policy):
    """A rule that takes the line of the peers by itself."""
    bare = replace(policy, alarm_floor_viewed=0, alarm_peers_own_bp=0, alarm_peers_aside=0)
    return oddities(today, before, peers, leaving=leaving, policy=bare)


@pytest.mark.long
@pytest.mark.slow
def test_thefts_are_found_and_honest_weeks_let_be(gate_share):
    for seed in range(1, 1 + max(1, round(5 * gate_share))):
        result = bench.replay(seed)
        assert len(result.found) + len(result.missed) == bench.THEFTS
        assert result.recall >= 0.95
        assert result.false_a_week <= 1


@pytest.mark.long
@pytest.mark.slow
def test_without_the_drip_slow_thefts_are_missed():
    result = bench.replay(1, judge=without_drip)
    assert result.recall < 0.95
    assert {theft.kind for theft in result.missed} >= {"drip, 20 a day", "drip, 12 a working day"}


@pytest.mark.long
@pytest.mark.slow
def test_with_the_peers_line_alone_honest_weeks_are_disturbed():
    assert bench.replay(1, judge=without_floor).false_a_week > 1
