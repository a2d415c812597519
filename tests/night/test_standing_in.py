"""代管: who stands in for a colleague on leave has both lists on his desk, as far as his day goes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from guanhu.engine import tables
from guanhu.engine.lake import Lake
from guanhu.night.desks import desks_of
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.kinds import Channel
from tests.night.desks import DAY, KEEPER, TODAY, Branch, ahead, lines

AWAY = "S02"
BACK = TODAY + timedelta(days=3)
LATER = TODAY + timedelta(days=30)


@pytest.fixture
def branch(lake: Lake) -> Branch:
    """One colleague is on leave until Friday; a deposit of a customer of his is due today."""
    made = Branch(lake)
    made.keeper()
    made.keeper(AWAY, leave=(TODAY - timedelta(days=4), BACK - timedelta(days=1)))
    for key in range(10, 310):
        made.customer(key)
    made.reason(made.customer(1), "large_move", 100_00, expires=TODAY)
    due = made.customer(2, keeper=AWAY)
    made.reason(due, "maturity", 500_00, step="t-0", due=TODAY, duty=True, expires=TODAY)
    made.reason(made.customer(3, keeper=AWAY), "large_move", 400_00, expires=LATER)
    return made


def cover(branch: Branch, to: date = LATER, *, giver: str = AWAY) -> None:
    branch.add(tables.COVERS, giver_no=giver, taker_no=KEEPER, from_on=TODAY, to_on=to)


def today(branch: Branch) -> dict[int, dict[str, Any]]:
    branch.plan()
    return {row["customer"]: row for row in lines(branch.lake)}


@pytest.mark.practice("P57")
def test_a_duty_of_a_colleague_on_leave_is_done_by_who_stands_in_and_stays_on_the_colleagues_list(branch: Branch):
    cover(branch)
    plan = today(branch)
    assert (plan[2]["keeper_no"], plan[2]["task_group"]) == (AWAY, "duty")
    assert (plan[3]["keeper_no"], plan[1]["keeper_no"]) == (AWAY, KEEPER)
    assert len({row["place"] for row in plan.values()}) == len(plan)


def test_with_nobody_standing_in_nothing_is_planned_for_them(branch: Branch):
    """The twin of the test above."""
    assert not {2, 3} & set(today(branch))


def test_a_colleague_who_is_here_keeps_his_own_list_though_somebody_was_to_stand_in(branch: Branch):
    branch.keeper("S03")
    branch.reason(branch.customer(5, keeper="S03"), "large_move", 300_00, expires=TODAY)
    cover(branch, giver="S03")
    branch.plan()
    asked = {desk.keeper_no: desk for desk in desks_of(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR)}
    assert (asked[KEEPER].covers, asked["S03"].quotas[Channel.CALL] > 0) == ((), True)


@pytest.mark.practice("P57")
def test_who_stands_in_is_asked_as_for_a_list_of_both_and_only_while_he_does(branch: Branch):
    for key in range(310, 610):
        branch.customer(key, keeper=AWAY)
    cover(branch, to=TODAY + timedelta(days=1))
    branch.lay()
    mine = {desk.keeper_no: desk for desk in desks_of(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR)}
    assert (mine[KEEPER].customers, mine[KEEPER].covers) == (301, ((AWAY, 2),))
    assert mine[KEEPER].quotas[Channel.CALL] == 20
    assert mine[KEEPER].room[Channel.CALL][:4] == (20, 18, 9, 9)
    assert mine[AWAY].quotas[Channel.CALL] == 0


def test_when_the_colleague_is_back_his_own_days_are_his_again(branch: Branch):
    cover(branch)
    for key in range(310, 340):
        branch.reason(branch.customer(key, keeper=AWAY), "large_move", 300_00 + key, expires=LATER)
    branch.plan()
    told = [row for row in ahead(branch.lake) if row["keeper_no"] == AWAY]
    assert {row["day_on"] < BACK for row in told} == {True, False}
