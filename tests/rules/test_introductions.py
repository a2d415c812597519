"""Since when a customer is new to her keeper, and which of the three steps are made."""

from __future__ import annotations

import pytest

from guanhu.rules.introductions import STEPS, introduction_gain_fen, is_introduced, is_introducing
from guanhu.rules.kinds import Channel, Tier
from guanhu.rules.policy import SHIPPED

BEGAN = 20_000


def open_steps(message: int | None = None, call: int | None = None, meeting: int | None = None) -> list[Channel]:
    return [way for way in STEPS if not is_introduced(way, BEGAN, message, call, meeting)]


@pytest.mark.practice("P8")
def test_message_call_and_meeting_stand_open_until_each_is_made_or_a_closer_one_was() -> None:
    message, call, meeting = Channel.MESSAGE, Channel.CALL, Channel.MEETING
    assert open_steps() == [message, call, meeting]
    assert open_steps(message=BEGAN) == [call, meeting]
    assert open_steps(call=BEGAN + 3) == [meeting]
    assert open_steps(meeting=BEGAN) == []


def test_what_was_done_under_the_keeper_before_makes_no_step() -> None:
    assert open_steps(BEGAN - 1, BEGAN - 1, BEGAN - 1) == list(STEPS)


@pytest.mark.practice("P8")
def test_a_customer_is_new_to_her_keeper_for_thirty_days_from_the_change_on() -> None:
    days = [day for day in range(BEGAN - 40, BEGAN + 80) if is_introducing(BEGAN, day, SHIPPED)]
    assert days == list(range(BEGAN, BEGAN + 30))
    assert not is_introducing(None, BEGAN, SHIPPED)


def test_becoming_known_is_worth_more_than_the_routine_and_more_the_higher_the_tier() -> None:
    worth = [introduction_gain_fen(tier, SHIPPED) for tier in Tier]
    assert worth == sorted(worth, reverse=True)
    assert all(introduction_gain_fen(tier, SHIPPED) > SHIPPED.routine_fen[tier] for tier in Tier)
    assert introduction_gain_fen(None, SHIPPED) == worth[-1]
