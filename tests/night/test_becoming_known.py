"""新管户三步: who came to another keeper is written to, called and met, in this order and on different days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from guanhu.engine import tables
from guanhu.engine.lake import Lake
from tests.night.desks import DAY, KEEPER, TODAY, Branch, ahead, kinds, lines, reserve

STEPS = ["message", "call", "meeting"]
NEW, OTHER = 1, 2
Step = tuple[date, str]


@pytest.fixture
def branch(lake: Lake) -> Branch:
    """One colleague with a full list; two of her customers came to her lately."""
    made = Branch(lake)
    made.keeper()
    for key in range(10, 610):
        made.customer(key)
    made.customer(NEW, "A")
    return made


def came(branch: Branch, key: int = NEW, *, keeper: str = KEEPER, on: date = DAY, begun: bool = False) -> None:
    branch.add(tables.INTRODUCTIONS, customer=key, keeper_no=keeper, from_on=on, begun=begun)


def steps(branch: Branch, key: int = NEW) -> list[Step]:
    """When and how the customer is to be made known, by the list of today and the days after."""
    mine = [(row["day_on"], row["channel"]) for row in branch.plan()
            if row["customer"] == key and "introduction" in kinds(row)]  # fmt: skip
    later = [(row["day_on"], row["channel"]) for row in ahead(branch.lake)
             if row["customer"] == key and "introduction" in row["kinds"]]  # fmt: skip
    return mine + later


@pytest.mark.practice("P8")
def test_who_changed_hands_is_written_to_then_called_then_met_on_three_days(branch: Branch):
    came(branch)
    planned = steps(branch)
    assert [channel for _, channel in planned] == STEPS
    assert all(one < other for (one, _), (other, _) in pairwise(planned))
    assert planned[0][0] == TODAY


def test_without_a_change_nobody_is_made_known(branch: Branch):
    """The twin of the test above."""
    assert steps(branch) == []


def test_a_step_that_was_made_is_not_planned_again_and_the_next_may_come_today(branch: Branch):
    came(branch, on=DAY - timedelta(days=6))
    branch.contact(NEW, "message", DAY - timedelta(days=5), outcome="sent", own=True)
    assert [channel for _, channel in steps(branch)] == ["call", "meeting"]


def test_who_broke_the_ice_already_only_meets_her(branch: Branch):
    came(branch, begun=True)
    assert [channel for _, channel in steps(branch)] == ["meeting"]


@pytest.mark.practice("P116")
def test_a_way_that_was_refused_is_left_out_and_the_others_keep_their_order(branch: Branch):
    came(branch)
    branch.consent(NEW, granted=False, purpose="call")
    assert [channel for _, channel in steps(branch)] == ["message", "meeting"]


def test_an_open_complaint_stops_it_at_once(branch: Branch):
    came(branch)
    branch.add(tables.COMPLAINTS, complaint=1, customer=NEW, opened_on=DAY, closed_on=None)
    assert steps(branch) == []


def test_it_ends_with_the_thirtieth_day_and_is_the_new_keepers_alone(branch: Branch):
    came(branch, on=TODAY - timedelta(days=30))
    branch.keeper("S02")
    branch.customer(OTHER, "A")
    came(branch, OTHER, keeper="S02")
    assert (steps(branch), [key for key in (NEW, OTHER) if steps(branch, key)]) == ([], [])


def test_what_is_to_come_after_another_step_is_not_offered_for_a_free_slot_of_today(branch: Branch):
    came(branch)
    for key in range(20, 60):
        branch.reason(key, "large_move", 900_00 + key, expires=TODAY)
    branch.plan()
    assert all(row["channel"] == "message" for row in reserve(branch.lake) if "introduction" in row["kinds"])


def test_the_reason_says_since_when_and_which_step_and_weighs_what_the_tier_is_worth(branch: Branch):
    came(branch)
    branch.plan()
    (line,) = [row for row in lines(branch.lake) if row["customer"] == NEW]
    (reason,) = line["reasons"]
    assert reason["figures"]["evidence"] == {
        "tier": "A", "step": "message", "from_on": "2026-11-23", "rule": "introduction",
    }  # fmt: skip
    assert reason["fen"] == branch.policy.introduction_fen["A"] * 3_500 // 10_000
