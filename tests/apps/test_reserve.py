"""候补: who comes next today, how many calls it takes, and what is free as she looks."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from guanhu.apps.work import actions as work
from guanhu.apps.work import queries
from guanhu.apps.work.arranging import actions
from guanhu.apps.work.arranging.queries import tomorrow, week
from guanhu.apps.work.arranging.reserve.queries import reserve
from guanhu.apps.work.arranging.shapes import Reserve
from guanhu.apps.work.evening import actions as evening
from guanhu.apps.work.models import Touch
from guanhu.rules.kinds import Channel
from tests import cast as people
from tests.cast import LI, ZHAO, Cast
from tests.factories import NOW, TODAY, ahead_row, line_row, quota_rows

FRIDAY, CHRISTMAS_EVE = date(2026, 11, 27), date(2026, 12, 24)


def stands_by(cast: Cast) -> Reserve:
    at = queries.workday(cast.shen)
    assert at is not None
    return reserve(cast.shen, at)


def names(cast: Cast) -> list[str]:
    return [one.name for those in stands_by(cast).lines.values() for one in those]


@pytest.fixture
def desk(cast: Cast) -> Cast:
    """Nobody is on today's list; two stand by, of whom the second has his own day on Friday."""
    people.morning(
        lines=[], quotas=quota_rows("S01", calls=2),
        ahead=[ahead_row(ZHAO, TODAY, value_fen=300_00), ahead_row(LI, TODAY, value_fen=500_00),
               ahead_row(LI, FRIDAY, value_fen=400_00, price_fen=20_00)],
    )  # fmt: skip
    return cast


@pytest.mark.practice("P55")
def test_who_brings_most_to_a_free_slot_comes_first_and_his_own_later_day_is_told(desk: Cast):
    there = stands_by(desk)
    assert [(one.name, one.spare_fen, one.on, one.fits) for one in there.lines[Channel.CALL]] == [
        ("赵*芳", 300_00, None, True), ("李*华", 120_00, FRIDAY, True),
    ]  # fmt: skip
    assert (there.free[Channel.CALL], there.lacking, there.waiting) == (2, 2, 0)


@pytest.mark.practice("P58")
def test_what_stands_on_the_list_takes_its_slot_and_a_line_set_aside_frees_it_as_she_looks(cast: Cast):
    people.morning(
        lines=[line_row(LI, 1)], quotas=quota_rows("S01", calls=1), ahead=[ahead_row(ZHAO, TODAY)],
    )  # fmt: skip
    assert [one.fits for one in stands_by(cast).lines[Channel.CALL]] == [False]
    work.defer(by=cast.shen, customer=cast.li, now=NOW, reason="占线")
    assert [one.fits for one in stands_by(cast).lines[Channel.CALL]] == [True]


def test_who_was_reached_set_aside_dropped_or_is_expected_stands_by_no_longer(desk: Cast):
    work.record_touch(by=desk.shen, customer=desk.li, now=NOW, channel="call", outcome="reached", seconds=90,
                      request_key="r")  # fmt: skip
    assert names(desk) == ["赵*芳"]
    actions.arrange(by=desk.shen, customer=desk.zhao, now=NOW, due_on=FRIDAY, channel="call", purpose="客户要听方案")
    assert names(desk) == []


def test_who_is_left_out_for_a_time_does_not_stand_by(cast: Cast):
    people.morning(lines=[line_row(LI, 1)], ahead=[ahead_row(ZHAO, TODAY)])
    assert names(cast) == ["赵*芳"]
    evening.drop_line(by=cast.shen, customer=cast.li, now=NOW, reason="出国一个月", until=CHRISTMAS_EVE)
    people.morning(lines=[], ahead=[ahead_row(ZHAO, TODAY), ahead_row(LI, TODAY)])
    assert names(cast) == ["赵*芳"]


@pytest.mark.practice("P55")
def test_so_many_are_dialled_as_her_own_calls_say(desk: Cast):
    assert (stands_by(desk).connect_bp, stands_by(desk).attempts, stands_by(desk).beyond) == (6_000, 4, 4)
    for number in range(60):
        Touch.objects.for_system("a test").create(
            customer_id=ZHAO, staff_id=desk.shen.staff_id, day_on=TODAY - timedelta(days=5), channel="call",
            outcome="reached" if number % 10 == 0 else "no_answer", seconds=90 if number % 10 == 0 else 0,
            request_key=f"old{number}", recorded_at=NOW, at_time=time(9, 0), source="own",
        )  # fmt: skip
    told = stands_by(desk)
    assert (told.dialled, told.connected, told.connect_bp, told.attempts) == (60, 6, 3_500, 6)


def test_who_stands_by_is_no_plan_of_the_week_or_of_tomorrow(desk: Cast):
    at = queries.morning(desk.shen)
    assert at is not None
    assert [one.planned for one in week(desk.shen, at.now).days if one.day == TODAY] == [0]
    assert {one.name for one in tomorrow(desk.shen, at).candidates} == {"李*华"}
