"""候补: who comes next where a call of today is not answered or a slot comes free."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guanhu.engine.lake import Lake
from tests.night.desks import TODAY, Branch, lines, reserve, short
from tests.night.test_planning import ago

LATER = TODAY + timedelta(days=30)


@pytest.fixture
def branch(lake: Lake) -> Branch:
    """One call and one meeting a day, and five with a reason of today, of whom the third and the fourth bring most."""
    made = Branch(lake)
    made.keeper()
    for key in range(10, 40):
        made.customer(key)
    for key, gain_fen in ((1, 300_00), (2, 200_00), (3, 900_00), (4, 400_00), (5, 250_00)):
        made.reason(made.customer(key), "large_move", gain_fen, expires=TODAY)
    return made


def calls(rows: list[dict[str, Any]]) -> list[int]:
    return [row["customer"] for row in rows if row["channel"] == "call"]


@pytest.mark.practice("P55")
def test_who_would_have_been_called_next_stands_by_for_today(branch: Branch) -> None:
    assert {3, 4} <= {customer for customer, _channel in short(branch.plan())}
    there = reserve(branch.lake)
    assert [row["customer"] for row in there] == [1, 5]
    assert all((row["day_on"], row["agreed"], row["kinds"]) == (TODAY, False, ["large_move"]) for row in there)


def test_nobody_stands_by_who_is_planned_today_or_may_not_be_contacted(branch: Branch) -> None:
    branch.contact(branch.customer(6), "call", ago(3), outcome="declined")
    branch.reason(6, "large_move", 9_999_00, expires=TODAY, marketing=True)
    branch.plan()
    assert not {row["customer"] for row in reserve(branch.lake)} & {
        6,
        *(line["customer"] for line in lines(branch.lake)),
    }


@pytest.mark.practice("P55")
def test_whose_own_day_comes_later_stands_behind_who_has_none_though_he_brings_more(branch: Branch) -> None:
    branch.reason(branch.customer(7), "large_move", 500_00, expires=LATER)
    branch.plan()
    there = [row["customer"] for row in reserve(branch.lake)]
    assert 7 not in there or there.index(7) == len(there) - 1


def test_no_more_stand_by_than_the_day_has_slots_of_a_way(branch: Branch) -> None:
    for key in range(50, 90):
        branch.reason(branch.customer(key), "large_move", 100_00 + key, expires=TODAY)
    branch.plan()
    there = reserve(branch.lake)
    assert len(calls(there)) <= 3
    assert len(there) == len({row["customer"] for row in there})
