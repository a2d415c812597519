from datetime import date

import pytest

from guanhu.rules.complaints import answer_by, is_complaint_open, is_complaint_quiet
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.policy import SHIPPED


def test_a_complaint_is_open_from_its_day_until_it_is_closed() -> None:
    assert [is_complaint_open(10, 20, day) for day in (9, 10, 19, 20)] == [False, True, True, False]
    assert is_complaint_open(10, None, 400)
    assert not is_complaint_open(None, None, 400)


@pytest.mark.practice("P196")
def test_marketing_rests_while_it_is_open_and_a_fortnight_after() -> None:
    assert [is_complaint_quiet(10, 20, day, SHIPPED) for day in (9, 10, 20, 33, 34)] == [False, True, True, True, False]
    assert is_complaint_quiet(10, None, 400, SHIPPED)
    assert not is_complaint_quiet(None, None, 400, SHIPPED)


@pytest.mark.practice("P181")
def test_it_wants_an_answer_within_one_working_day() -> None:
    assert answer_by(date(2026, 11, 20), SHIPPED_CALENDAR, SHIPPED) == date(2026, 11, 23)
    assert answer_by(date(2026, 9, 30), SHIPPED_CALENDAR, SHIPPED) == date(2026, 10, 8)
