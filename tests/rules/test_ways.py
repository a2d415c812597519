"""By which way a reason is spoken about, and when it has been dealt with."""

from __future__ import annotations

from datetime import date

import pytest

from guanhu.rules.days import SHIPPED_CALENDAR, day_number
from guanhu.rules.kinds import Channel, MaturityStep, Reason, SignalKind
from guanhu.rules.policy import SHIPPED
from guanhu.rules.ways import does_duty, fresh_from_day, is_dealt_with, is_ripe, may_carry

TUESDAY = SHIPPED_CALENDAR.around(date(2026, 11, 24))
FRIDAY = SHIPPED_CALENDAR.around(date(2026, 11, 27))


@pytest.mark.parametrize("kind", [*SignalKind, Reason.COMPLAINT])
def test_a_call_carries_every_reason(kind: str) -> None:
    assert may_carry(kind, Channel.CALL)


@pytest.mark.parametrize(
    ("kind", "message", "meeting"),
    [
        (SignalKind.MATURITY, True, True),
        (SignalKind.NEAR_LINE, False, True),
        (SignalKind.OUTFLOW, False, True),
        (SignalKind.LARGE_MOVE, False, True),
        (SignalKind.OTHER_BANK, False, True),
        (SignalKind.DORMANT, True, False),
        (SignalKind.DATES, True, False),
        (Reason.COMPLAINT, False, True),
    ],
)
def test_a_message_carries_what_needs_no_answer_and_a_meeting_what_is_worth_the_way(
    kind: str, message: bool, meeting: bool
) -> None:
    assert may_carry(kind, Channel.MESSAGE) is message
    assert may_carry(kind, Channel.MEETING) is meeting


@pytest.mark.practice("P128")
def test_a_duty_wants_an_answer_and_a_promise_the_way_it_was_made() -> None:
    assert does_duty(SignalKind.MATURITY, True, Channel.CALL)
    assert not does_duty(SignalKind.MATURITY, True, Channel.MESSAGE)
    assert does_duty(Reason.PROMISE, True, Channel.MESSAGE)
    assert not does_duty(SignalKind.MATURITY, False, Channel.CALL)
    assert not does_duty(SignalKind.MATURITY, None, Channel.CALL)


@pytest.mark.practice("P136")
@pytest.mark.parametrize(("day", "ripe"), [(27, True), (28, True), (29, True), (30, False)])
def test_a_birthday_at_the_weekend_is_wished_on_friday(day: int, ripe: bool) -> None:
    assert is_ripe(SignalKind.DATES, day_number(date(2026, 11, day)), FRIDAY) is ripe
    assert is_ripe(SignalKind.NEAR_LINE, day_number(date(2026, 11, day)), FRIDAY)


@pytest.mark.parametrize(
    ("kind", "step", "days_before_due"),
    [
        (SignalKind.MATURITY, MaturityStep.MONTH, 30),
        (SignalKind.MATURITY, MaturityStep.WEEK, 7),
        (SignalKind.LARGE_MOVE, None, -1),
    ],
)
def test_a_step_and_a_movement_are_fresh_from_their_own_day(kind: str, step: str | None, days_before_due: int) -> None:
    due = TUESDAY.day + 3
    assert fresh_from_day(kind, step, due, TUESDAY, SHIPPED) == due - days_before_due


@pytest.mark.parametrize("step", [MaturityStep.EVE, MaturityStep.DUE, MaturityStep.AFTER])
def test_the_last_steps_of_a_maturity_are_new_each_day(step: str) -> None:
    fresh = fresh_from_day(SignalKind.MATURITY, step, TUESDAY.day, TUESDAY, SHIPPED)
    assert not is_dealt_with(Channel.CALL, fresh, TUESDAY.day - 1, TUESDAY.day - 1)


@pytest.mark.parametrize("kind", [SignalKind.NEAR_LINE, SignalKind.OUTFLOW, SignalKind.DORMANT, SignalKind.OTHER_BANK])
def test_a_state_rests_for_a_month_after_a_talk(kind: str) -> None:
    fresh = fresh_from_day(kind, None, TUESDAY.day, TUESDAY, SHIPPED)
    assert is_dealt_with(Channel.MEETING, fresh, None, TUESDAY.day - 30)
    assert not is_dealt_with(Channel.MEETING, fresh, None, TUESDAY.day - 31)


def test_a_message_deals_with_the_message_and_not_with_the_call() -> None:
    assert is_dealt_with(Channel.MESSAGE, TUESDAY.day - 7, TUESDAY.day - 2, None)
    assert not is_dealt_with(Channel.CALL, TUESDAY.day - 7, TUESDAY.day - 2, None)
    assert is_dealt_with(Channel.MESSAGE, TUESDAY.day - 7, None, TUESDAY.day - 2)
    assert not is_dealt_with(Channel.MESSAGE, TUESDAY.day - 7, None, None)
