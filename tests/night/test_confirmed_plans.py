"""What a keeper confirmed in the evening stands in the night's list, as far as duties and promises leave room."""

from __future__ import annotations

from datetime import date

import pytest

from guanhu.engine import tables
from guanhu.engine.lake import Lake
from tests.night.desks import KEEPER, TODAY, Branch, lines, short

FRIDAY = date(2026, 11, 20)
"""The night before: it had planned a call with the first customer for this morning."""


@pytest.fixture
def branch(lake: Lake) -> Branch:
    """One call a day; one with the first customer, whose reason can wait, was planned; those of today bring more."""
    made = Branch(lake)
    made.keeper()
    for key in range(10, 40):
        made.customer(key)
    made.reason(made.customer(1), "large_move", 150_00, expires=date(2026, 12, 24))
    for key in range(2, 9):
        made.reason(made.customer(key), "large_move", 900_00, expires=TODAY)
    before = {"keeper_no": KEEPER, "customer": 1, "day_on": TODAY, "channel": "call", "kinds": '["large_move"]',
              "value_fen": 150_00, "price_fen": 0, "agreed": False, "policy": "test"}  # fmt: skip
    lake.write_rows(tables.AHEAD, FRIDAY, [before])
    return made


def confirm(branch: Branch) -> None:
    branch.add(tables.CONFIRMED, keeper_no=KEEPER)


@pytest.mark.practice("P62")
def test_what_was_confirmed_stands_by_the_way_it_was_planned_though_others_bring_more(branch: Branch) -> None:
    confirm(branch)
    assert (1, "call") in short(branch.plan())
    (line,) = (one for one in lines(branch.lake) if one["customer"] == 1)
    assert (line["task_group"], [one["kind"] for one in line["reasons"]]) == ("call", ["large_move"])


def test_what_nobody_confirmed_gives_way_to_what_brings_more(branch: Branch) -> None:
    """The twin of the test above."""
    assert 1 not in dict(short(branch.plan()))


def test_what_another_keeper_confirmed_is_nothing_to_this_one(branch: Branch) -> None:
    branch.add(tables.CONFIRMED, keeper_no="S77")
    assert 1 not in dict(short(branch.plan()))


@pytest.mark.practice("P62")
def test_a_promise_takes_the_slot_before_what_was_confirmed(branch: Branch) -> None:
    confirm(branch)
    branch.promise(branch.customer(9), "call")
    plan = dict(short(branch.plan()))
    assert (plan[9], plan.get(1)) == ("call", None)


def test_a_duty_of_today_is_done_as_it_asks_whatever_was_confirmed(branch: Branch) -> None:
    confirm(branch)
    branch.reason(1, "complaint", 200_00, duty=True)
    (line,) = (one for one in branch.plan() if one["customer"] == 1)
    assert line["task_group"] == "duty"


def test_who_was_dropped_since_is_not_held_by_a_confirmed_plan(branch: Branch) -> None:
    confirm(branch)
    branch.add(tables.PAUSES, customer=1, keeper_no=KEEPER, from_on=TODAY, until_on=date(2026, 12, 24))
    assert 1 not in dict(short(branch.plan()))
