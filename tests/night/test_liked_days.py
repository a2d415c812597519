"""偏好: who likes Thursdays is planned for one where nothing speaks against it; the line says what today loses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from guanhu.engine import tables
from guanhu.engine.lake import Lake
from tests.night.desks import TODAY, Branch, ahead, lines

WHO = 1
TUESDAY, THURSDAY = 1 << 1, 1 << 3


@pytest.fixture
def branch(lake: Lake) -> Branch:
    """A colleague with room enough; something may be said to one customer on any of the coming days."""
    made = Branch(lake)
    made.keeper()
    for key in range(10, 310):
        made.customer(key)
    made.customer(WHO, "A")
    return made


def likes(branch: Branch, weekdays: int = 0, way: str | None = None) -> None:
    branch.add(tables.PREFERENCES, customer=WHO, weekdays=weekdays, way=way)


def may_wait(branch: Branch) -> None:
    branch.reason(WHO, "near_line", 300_00, expires=date(2026, 12, 31))


def planned(branch: Branch) -> list[tuple[date, str]]:
    branch.plan()
    told = [(row["day_on"], row["channel"]) for row in lines(branch.lake) if row["customer"] == WHO]
    return told + [(row["day_on"], row["channel"]) for row in ahead(branch.lake) if row["customer"] == WHO]


def todays(branch: Branch) -> dict[str, Any]:
    branch.plan()
    (line,) = [row for row in lines(branch.lake) if row["customer"] == WHO]
    return line


@pytest.mark.practice("P12")
def test_who_likes_thursdays_is_planned_for_a_thursday(branch: Branch):
    may_wait(branch)
    likes(branch, THURSDAY)
    assert [day.isoweekday() for day, _ in planned(branch)] == [4]


def test_who_named_no_day_is_planned_for_today(branch: Branch):
    """The twin of the test above."""
    may_wait(branch)
    likes(branch)
    assert [day for day, _ in planned(branch)] == [TODAY]


@pytest.mark.practice("P12")
def test_what_cannot_wait_is_said_today_and_the_line_tells_what_that_loses(branch: Branch):
    branch.reason(WHO, "near_line", 300_00, expires=TODAY)
    likes(branch, THURSDAY)
    line = todays(branch)
    near, unliked = line["reasons"]
    assert (near["kind"], unliked["kind"], unliked["figures"]) == (
        "near_line", "unliked", {"weekdays": THURSDAY, "way": None},
    )  # fmt: skip
    assert (unliked["fen"], line["value_fen"]) == (-near["fen"] * 1_500 // 10_000, near["fen"] * 8_500 // 10_000)


def test_of_ways_that_bring_nearly_the_same_the_one_she_likes_is_taken(branch: Branch):
    branch.policy = with_ways(branch, meeting=10_500)
    branch.reason(WHO, "near_line", 300_00, expires=TODAY)
    assert todays(branch)["channel"] == "meeting"
    likes(branch, way="call")
    assert todays(branch)["channel"] == "call"


def with_ways(branch: Branch, *, meeting: int) -> Any:
    return replace(branch.policy, channel_factor_bp={"message": 3_500, "call": 10_000, "meeting": meeting})


def test_a_duty_is_done_on_its_day_whatever_she_likes_and_loses_nothing(branch: Branch):
    branch.reason(WHO, "maturity", 300_00, step="t-0", duty=True, expires=TODAY)
    likes(branch, THURSDAY, "message")
    line = todays(branch)
    assert (line["task_group"], [reason["kind"] for reason in line["reasons"]]) == ("duty", ["maturity"])


def test_what_was_promised_for_a_day_stands_there(branch: Branch):
    branch.promise(WHO, "call", TODAY)
    likes(branch, THURSDAY)
    assert planned(branch)[0] == (TODAY, "call")


def test_today_is_a_tuesday_and_liked_as_one(branch: Branch):
    may_wait(branch)
    likes(branch, TUESDAY)
    assert planned(branch)[0][0] == TODAY
