"""What stands on the days ahead: each contact once, on the day it was last put on, with why it was carried over."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from guanhu.apps.work import actions as work
from guanhu.apps.work import queries
from guanhu.apps.work.arranging import actions
from guanhu.apps.work.arranging.queries import tomorrow, week
from guanhu.apps.work.arranging.shapes import Appointment
from guanhu.apps.work.evening import actions as evening
from guanhu.apps.work.evening.queries import confirmed_as_of
from guanhu.apps.work.models import Deferral, Promise
from guanhu.apps.work.shapes import NextStep
from tests import cast as people
from tests.cast import LI, ZHAO, Cast
from tests.factories import NOW, TODAY, ahead_row

TOMORROW, THURSDAY, FRIDAY, SATURDAY = (date(2026, 11, day) for day in (25, 26, 27, 28))
CHRISTMAS_EVE = date(2026, 12, 24)


def tried(cast: Cast, **more: Any) -> Any:
    """Nobody answered at 李建华's."""
    told = {"by": cast.shen, "customer": cast.li, "now": NOW, "channel": "call", "outcome": "no_answer",
            "request_key": "tried"}  # fmt: skip
    return work.record_touch(**{**told, **more})


def moved(cast: Cast, to: date) -> Deferral:
    evening.move_line(by=cast.shen, customer=cast.li, now=NOW, reason="客户周五才回来", to=to)
    row: Deferral = Deferral.objects.for_system("a test").get(undone_at=None)
    return row


def there(cast: Cast) -> list[Appointment]:
    """What stands on tomorrow."""
    it = tomorrow(cast.shen, queries.morning(cast.shen))
    return [*it.timed, *(one for those in it.open.values() for one in those)]


def standing(cast: Cast) -> dict[date, list[str]]:
    """Whom the days of this week hold."""
    now = queries.morning(cast.shen).now
    return {day.day: [one.name for one in day.appointments] for day in week(cast.shen, now).days if day.appointments}


def planned(cast: Cast, day: date) -> int:
    now = queries.morning(cast.shen).now
    return next(one.planned for one in week(cast.shen, now).days if one.day == day)


@pytest.mark.practice("P63")
def test_what_was_moved_twice_stands_on_the_last_day_alone_and_the_night_is_told_of_that_day_alone(cast: Cast):
    tried(cast, retry_at=time(15, 30))
    assert standing(cast) == {TODAY: ["李*华"]}
    row = moved(cast, FRIDAY)
    assert (standing(cast), there(cast)) == ({FRIDAY: ["李*华"]}, [])
    assert [line.reason for line in queries.today(cast.shen).deferred] == ["客户周五才回来"]
    assert queries.promises_as_of(TODAY) == [{"customer": LI, "due_on": FRIDAY, "channel": "call"}]
    work.undo_deferral(by=cast.shen, deferral=row.public_id, now=NOW)
    assert standing(cast) == {TODAY: ["李*华"]}


def test_what_gave_way_to_a_day_comes_back_with_no_contact_that_was_undone(cast: Cast):
    made = tried(cast, retry_at=time(15, 30))
    row = moved(cast, FRIDAY)
    work.undo_touch(by=cast.shen, touch=made.touch, now=NOW)
    work.undo_deferral(by=cast.shen, deferral=row.public_id, now=NOW)
    assert queries.promises_as_of(TODAY) == []


def test_what_a_try_of_today_promised_gives_way_up_to_the_day_a_line_is_moved_to_and_comes_back_with_it(cast: Cast):
    steps = (NextStep(THURSDAY, "call", "确认安全"), NextStep(SATURDAY, "message", "问候"))
    tried(cast, retry_at=time(15, 30), next_steps=steps)
    actions.arrange(by=cast.shen, customer=cast.li, now=NOW, due_on=TOMORROW, channel="meeting", purpose="客户要来")
    row = moved(cast, FRIDAY)
    assert sorted(standing(cast)) == [TOMORROW, FRIDAY, SATURDAY]  # what she arranged herself stands
    work.undo_deferral(by=cast.shen, deferral=row.public_id, now=NOW)
    assert sorted(standing(cast)) == [TODAY, TOMORROW, THURSDAY, SATURDAY]


@pytest.mark.practice("P63")
def test_who_is_dropped_waits_for_no_second_try(cast: Cast):
    tried(cast, retry_at=time(15, 30))
    evening.drop_line(by=cast.shen, customer=cast.li, now=NOW, reason="出国一个月", until=CHRISTMAS_EVE)
    assert (standing(cast), there(cast), queries.promises_as_of(TODAY)) == ({}, [], [])


def test_what_is_arranged_on_a_day_is_not_counted_as_the_nights_plan_again(cast: Cast):
    assert planned(cast, THURSDAY) == 2
    actions.arrange(by=cast.shen, customer=cast.zhao, now=NOW, due_on=THURSDAY, channel="meeting", purpose="来办转存")
    assert (planned(cast, THURSDAY), standing(cast)) == (1, {THURSDAY: ["赵*芳"]})


def test_who_was_dropped_or_said_no_today_stands_on_no_day_of_the_nights_plan(cast: Cast):
    people.morning(ahead=[ahead_row(LI, TOMORROW), ahead_row(LI, THURSDAY), ahead_row(ZHAO, THURSDAY)])
    assert ([one.name for one in there(cast)], planned(cast, THURSDAY)) == (["李*华"], 2)
    evening.drop_line(by=cast.shen, customer=cast.li, now=NOW, reason="出国一个月", until=CHRISTMAS_EVE)
    work.record_touch(by=cast.shen, customer=cast.zhao, now=NOW, channel="call", outcome="declined", refusal="no_need",
                      request_key="no")  # fmt: skip
    assert (there(cast), planned(cast, THURSDAY)) == ([], 0)


def test_nobody_answering_takes_nobody_off_the_nights_plan(cast: Cast):
    people.morning(ahead=[ahead_row(LI, TOMORROW)])
    tried(cast)
    assert [one.name for one in there(cast)] == ["李*华"]


def test_what_was_set_aside_and_done_after_all_stands_on_tomorrow_no_longer(cast: Cast):
    work.defer(by=cast.shen, customer=cast.li, now=NOW, reason="占线")
    assert [(one.name, one.carried) for one in there(cast)] == [("李*华", "占线")]
    tried(cast, outcome="reached", seconds=90)
    assert there(cast) == []


@pytest.mark.practice("P62")
def test_what_is_carried_over_says_why_and_what_for_beside_what_was_arranged_there(cast: Cast):
    actions.arrange(by=cast.shen, customer=cast.li, now=NOW, due_on=TOMORROW, channel="call", purpose="客户要听方案")
    work.defer(by=cast.shen, customer=cast.li, now=NOW, reason="今天占线")
    assert [(one.purpose, one.carried, one.kinds) for one in there(cast)] == [
        ("客户要听方案", "今天占线", ("near_line",))
    ]


@pytest.mark.practice("P62")
def test_a_line_moved_to_tomorrow_still_says_what_it_is_for(cast: Cast):
    moved(cast, TOMORROW)
    assert [(one.purpose, one.kinds) for one in there(cast)] == [("顺延：客户周五才回来", ("near_line",))]


def test_the_hour_of_a_day_before_is_no_hour_of_tomorrow(cast: Cast):
    told = {"customer_id": LI, "staff_id": cast.shen.staff_id, "made_on": TODAY, "channel": "meeting"}
    Promise.objects.create(due_on=TODAY, at_time=time(10), **told)
    assert [(one.due_on, one.at) for one in there(cast)] == [(TODAY, None)]
    Promise.objects.create(due_on=TOMORROW, at_time=time(14), **told)
    assert [(one.due_on, one.at) for one in there(cast)] == [(TOMORROW, time(14))]


def test_an_appointment_on_a_day_off_stands_in_its_week(cast: Cast):
    tried(cast, outcome="booked", seconds=90, meeting_on=SATURDAY)
    assert standing(cast) == {SATURDAY: ["李*华"]}


# ---------------------------------------------------------------- who may be put into tomorrow


@pytest.fixture
def planned_later(cast: Cast) -> Cast:
    """Both customers are planned for Thursday, and neither is on today's list."""
    ahead = [ahead_row(ZHAO, THURSDAY, value_fen=300_00), ahead_row(LI, THURSDAY, channel="message")]
    people.morning(lines=[], ahead=[*ahead, ahead_row(ZHAO, FRIDAY, value_fen=900_00)])
    return cast


def proposed(cast: Cast) -> list[tuple[str, str, date]]:
    it = tomorrow(cast.shen, queries.morning(cast.shen))
    return [(one.name, one.channel, one.on) for one in it.candidates]


@pytest.mark.practice("P62")
def test_who_is_planned_for_later_is_proposed_once_the_most_valuable_first(planned_later: Cast):
    assert proposed(planned_later) == [("赵*芳", "call", FRIDAY), ("李*华", "message", THURSDAY)]


def test_who_was_put_into_tomorrow_stands_there_and_is_proposed_no_more(planned_later: Cast):
    cast = planned_later
    actions.arrange(by=cast.shen, customer=cast.zhao, now=NOW, due_on=TOMORROW, channel="call", purpose="临界")
    assert [one.name for one in there(cast)] == ["赵*芳"]
    assert proposed(cast) == [("李*华", "message", THURSDAY)]  # the day's calls are planned, its messages lack
    actions.arrange(by=cast.shen, customer=cast.li, now=NOW, due_on=FRIDAY, channel="call", purpose="等他回来")
    assert proposed(cast) == []


def test_who_said_no_today_or_is_still_to_be_contacted_today_is_not_proposed(cast: Cast):
    assert proposed(cast) == []  # both stand on today's list, open
    tried(cast, outcome="reached", seconds=90)
    assert [name for name, _way, _on in proposed(cast)] == ["李*华"]
    work.record_touch(by=cast.shen, customer=cast.zhao, now=NOW, channel="call", outcome="declined", refusal="no_need",
                      request_key="no")  # fmt: skip
    assert [name for name, _way, _on in proposed(cast)] == ["李*华"]


@pytest.mark.practice("P62")
def test_the_night_is_told_who_confirmed_on_its_day_and_nobody_else(cast: Cast):
    actions.confirm_tomorrow(by=cast.shen, now=NOW)
    assert confirmed_as_of(TODAY) == [{"keeper_no": "S01"}]
    assert confirmed_as_of(TOMORROW) == []
