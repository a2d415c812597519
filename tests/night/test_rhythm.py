"""维护节奏: a touch of the tier's rhythm stands on the day it is due, unless its slot serves better."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from guanhu.engine import tables
from guanhu.engine.lake import Lake
from guanhu.rules.policy import SHIPPED
from tests.night.desks import DAY, KEEPER, TODAY, Branch, ahead, lines, short

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.practice("P56")]

THURSDAY = TODAY + timedelta(days=2)
PATIENT = replace(SHIPPED, routine_half_days=10**6)
"""The fault: waiting costs nothing."""
Planned = tuple[date, int, str, int]


@pytest.fixture
def branch(lake: Lake) -> Branch:
    made = Branch(lake, SHIPPED)
    made.keeper(post="teller")  # one slot a channel and day
    return made


def met(branch: Branch, key: int, on: date, *refused: str) -> int:
    """A customer of tier A who was met on a day, and who refused these channels."""
    branch.contact(branch.customer(key, "A"), "meeting", on)
    for channel in refused:
        branch.consent(key, granted=False, purpose=channel)
    return key


def planned(branch: Branch) -> list[Planned]:
    """All that is planned: day, customer, channel, worth."""
    branch.plan()
    rows = [*lines(branch.lake), *ahead(branch.lake)]
    return [(row["day_on"], row["customer"], row["channel"], row["value_fen"]) for row in rows]


def told_before(branch: Branch, key: int, on: date) -> None:
    """The plan of the night before had a message to this customer on this day."""
    row: dict[str, Any] = {"keeper_no": KEEPER, "customer": key, "day_on": on, "channel": "message", "kinds": "[]",
                           "value_fen": 1, "price_fen": 0, "agreed": False, "policy": "test"}  # fmt: skip
    branch.lake.write_rows(tables.AHEAD, DAY - timedelta(days=3), [row])


@pytest.mark.parametrize(("policy", "on"), [(SHIPPED, THURSDAY), (PATIENT, THURSDAY + timedelta(days=1))])
def test_a_weekly_message_stands_on_its_day_where_slots_are_free(branch: Branch, policy: Any, on: date) -> None:
    """Even where the plan of the night before had it a day later; the fault leaves it there."""
    branch.policy = policy
    met(branch, 1, THURSDAY - timedelta(days=7))
    told_before(branch, 1, THURSDAY + timedelta(days=1))
    assert planned(branch)[0][:3] == (on, 1, "message")


def test_every_touch_is_planned_once_on_the_day_it_is_due(branch: Branch) -> None:
    met(branch, 1, THURSDAY - timedelta(days=7))
    messages = [(THURSDAY + timedelta(weeks=week), 1, "message", 21_00) for week in range(4)]
    call = (date(2026, 12, 21), 1, "call", 60_00)
    assert planned(branch) == [*messages, call], "a month after the meeting is a Saturday"


def test_a_message_waits_where_its_slot_is_promised_and_loses_an_eleventh_by_it(branch: Branch) -> None:
    met(branch, 1, TODAY - timedelta(days=7), "call", "meeting")
    branch.promise(branch.customer(2), "message")
    found = [one for one in planned(branch) if one[0] <= THURSDAY and one[1] == 1]
    assert found == [(TODAY + timedelta(days=1), 1, "message", 19_10)]


@pytest.mark.parametrize(
    ("policy", "other_fen", "today"),
    [(SHIPPED, 1_50, [(1, "call")]), (SHIPPED, 300_00, [(2, "call"), (1, "message")]),
     (PATIENT, 1_50, [(2, "call"), (1, "message")])],
)  # fmt: skip
def test_a_call_that_is_due_waits_for_what_is_worth_more_than_a_day_of_waiting(
    branch: Branch, policy: Any, other_fen: int, today: list[tuple[int, str]]
) -> None:
    """A message sent today would keep the call away for a week; the fault lets that be for next to nothing."""
    branch.policy = policy
    met(branch, 1, TODAY - timedelta(days=40), "meeting")
    branch.contact(1, "message", TODAY - timedelta(days=7), outcome="sent")
    branch.consent(branch.customer(2), granted=False, purpose="meeting")
    branch.contact(2, "message", TODAY - timedelta(days=20), outcome="sent")
    branch.reason(2, "large_move", other_fen, expires=TODAY)
    assert short(branch.plan()) == today


def test_what_is_long_overdue_is_worth_all_of_it_today(branch: Branch) -> None:
    met(branch, 1, TODAY - timedelta(days=20))
    assert planned(branch)[0] == (TODAY, 1, "message", 21_00)


def test_who_may_not_be_reached_before_a_day_has_waited_for_nothing(branch: Branch) -> None:
    """Reached yesterday, but too shortly for a call: service begins when the cap's window is over, at full worth."""
    met(branch, 1, TODAY - timedelta(days=20))
    branch.contact(1, "call", DAY, seconds=20)
    assert planned(branch)[0] == (date(2026, 11, 30), 1, "message", 21_00)
