"""A person who asks about herself has her answer within fifteen working days, in an order that never goes back."""

from datetime import date

import pytest

from guanhu.rules.cases import CaseState, due_on, may_move, urgency
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.policy import SHIPPED

OPENED, WORKING, DONE, REFUSED = CaseState
TODAY = date(2026, 11, 24)


def test_fifteen_working_days_pass_over_weekends_and_holidays():
    assert due_on(date(2026, 11, 24), SHIPPED_CALENDAR, SHIPPED) == date(2026, 12, 15)
    assert due_on(date(2026, 9, 24), SHIPPED_CALENDAR, SHIPPED) == date(2026, 10, 22)


@pytest.mark.parametrize(
    ("due", "state", "found"),
    [
        (date(2026, 11, 23), OPENED, "late"), (date(2026, 11, 24), WORKING, "soon"),
        (date(2026, 11, 27), OPENED, "soon"), (date(2026, 11, 30), OPENED, ""),
        (date(2026, 11, 23), DONE, ""), (date(2026, 11, 23), REFUSED, ""),
    ],
)  # fmt: skip
def test_a_case_presses_before_its_day_and_no_more_once_settled(due, state, found):
    assert urgency(due, state, TODAY, SHIPPED_CALENDAR, SHIPPED) == found


@pytest.mark.parametrize(
    ("state", "to", "result", "may"),
    [
        (OPENED, WORKING, "", True), (OPENED, DONE, "已交副本", True), (WORKING, REFUSED, "非本人", True),
        (WORKING, DONE, " ", False), (DONE, WORKING, "", False), (REFUSED, DONE, "x", False),
        (WORKING, OPENED, "x", False),
    ],
)  # fmt: skip
def test_a_case_ends_with_an_answer_and_never_goes_back(state, to, result, may):
    assert may_move(state, to, result=result) is may
