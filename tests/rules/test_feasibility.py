"""排得下吗: the arithmetic of a list, its frequencies and the day's quota, against figures worked out by hand."""

from dataclasses import replace

import pytest

from guanhu.rules.feasibility import RemedyKind, feasible, monthly
from guanhu.rules.kinds import Channel, Post, Tier
from guanhu.rules.plan import quota_for
from guanhu.rules.policy import Policy

POLICY = Policy()
LIST = {Tier.A: 120, Tier.B: 180, Tier.C: 300}
QUOTA = quota_for(POLICY, post=Post.WEALTH, customers=600)


@pytest.mark.practice("P52", "P56")
def test_six_hundred_customers_ask_for_eight_hundred_messages_and_there_are_six_hundred_and_thirty():
    answer = feasible(LIST, QUOTA, POLICY)
    asked = {way.channel: monthly(sum(way.asked.values())) for way in answer.ways}
    holds = {way.channel: monthly(way.holds) for way in answer.ways}
    assert asked == {Channel.MESSAGE: 800, Channel.CALL: 180, Channel.MEETING: 40}
    assert holds == {Channel.MESSAGE: 630, Channel.CALL: 420, Channel.MEETING: 105}
    assert not answer.fits
    assert [monthly(way.short) for way in answer.ways] == [170, 0, 0]
    assert answer.short_a_week(Channel.MESSAGE) == 41  # 170 in 4.2 weeks


@pytest.mark.practice("P56")
def test_three_ways_out_are_told_in_figures():
    answer = feasible(LIST, QUOTA, POLICY)
    closer, seldomer, fewer = answer.remedies
    assert (closer.kind, closer.tier, closer.contacts, closer.to, closer.left) == (
        RemedyKind.CLOSER, Tier.A, 170, Channel.CALL, 0,
    )  # fmt: skip
    assert (seldomer.kind, seldomer.tier, seldomer.days, seldomer.left) == (RemedyKind.SELDOMER, Tier.A, 11, 0)
    assert (fewer.kind, fewer.customers) == (RemedyKind.FEWER, 472)
    rhythm = {**POLICY.frequencies, Tier.A: {**POLICY.frequencies[Tier.A], Channel.MESSAGE: 11}}
    assert feasible(LIST, QUOTA, replace(POLICY, frequencies=rhythm)).fits
    assert feasible({tier: many * 472 // 600 for tier, many in LIST.items()}, QUOTA, POLICY).fits


@pytest.mark.practice("P56")
def test_the_highest_tier_is_covered_first():
    answer = feasible(LIST, QUOTA, POLICY)
    assert answer.coverage_bp(Tier.A) == 10_000
    assert answer.coverage_bp(Tier.B) == (110 + 60) * 10_000 // (180 + 60)
    assert answer.coverage_bp(Tier.C) == 0


@pytest.mark.practice("P56")
def test_no_tier_gives_more_than_it_asks_for():
    answer = feasible({Tier.A: 5, Tier.B: 400, Tier.C: 900}, QUOTA, POLICY)  # A asks for 22 messages, short are 92
    closer = [remedy for remedy in answer.remedies if remedy.kind is RemedyKind.CLOSER]
    assert [(one.tier, one.contacts, one.to, one.left) for one in closer] == [
        (Tier.A, 22, Channel.CALL, 70), (Tier.B, 70, Channel.CALL, 0),
    ]  # fmt: skip


@pytest.mark.practice("P56")
def test_the_room_of_a_closer_channel_is_given_once():
    quota = {Channel.MESSAGE: 30, Channel.CALL: 7, Channel.MEETING: 5}
    answer = feasible(LIST, quota, POLICY)
    spare = next(way.spare for way in answer.ways if way.channel is Channel.MEETING)
    given = [remedy for remedy in answer.remedies if remedy.kind is RemedyKind.CLOSER]
    assert [(one.channel, one.to) for one in given] == [
        (Channel.MESSAGE, Channel.MEETING), (Channel.CALL, Channel.MEETING),
    ]  # fmt: skip
    assert sum(one.contacts for one in given) <= monthly(spare)
    assert given[1].left == 0  # a call is nearer to a meeting than a message is
    assert given[0].left > 0


@pytest.mark.practice("P56")
def test_what_no_closer_channel_can_take_stays_short():
    answer = feasible({Tier.A: 600}, QUOTA, POLICY)  # 2,600 messages, 600 calls, 200 meetings a month
    assert [monthly(way.short) for way in answer.ways] == [1970, 180, 95]
    assert RemedyKind.CLOSER not in {remedy.kind for remedy in answer.remedies}
    assert {remedy.kind for remedy in answer.remedies} == {RemedyKind.SELDOMER, RemedyKind.FEWER}


@pytest.mark.parametrize("customers", [{}, {Tier.C: 0}, {Tier.A: 30, Tier.C: 40}])
def test_a_short_list_fits_and_needs_no_way_out(customers: dict[Tier, int]):
    answer = feasible(customers, QUOTA, POLICY)
    assert answer.fits
    assert answer.remedies == ()
    assert all(answer.coverage_bp(tier) == 10_000 for tier in Tier)


def test_who_has_no_day_covers_nothing_and_is_told_so():
    answer = feasible(LIST, {}, POLICY)
    assert answer.coverage_bp(Tier.A) == 0
    assert {remedy.customers for remedy in answer.remedies if remedy.kind is RemedyKind.FEWER} == {0}
