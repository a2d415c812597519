"""Days, holidays and terms."""

from datetime import date, timedelta

import numpy as np
import pytest

from guanhu.demo import calendar
from guanhu.demo.calendar import DAYS, FIRST, HISTORY_LAST, LAST, TODAY, day_of, is_working, months_later, t_of
from guanhu.demo.today import YESTERDAY


def later(day: str, months: int) -> str:
    t = np.array([t_of(date.fromisoformat(day))])
    return day_of(months_later(t, np.array([months]))[0]).isoformat()


def test_the_days_are_eighteen_months_and_five_more():
    assert (HISTORY_LAST - FIRST).days == 548
    assert (LAST - HISTORY_LAST).days == 5
    assert day_of(DAYS - 1) == LAST
    assert day_of(YESTERDAY) == date(2026, 11, 23)
    assert date(2026, 11, 24) == TODAY


def test_a_number_and_its_day_belong_together():
    assert all(t_of(day_of(t)) == t for t in range(-400, 700))


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-11-30", 3, "2024-02-29"),
        ("2023-12-01", 36, "2026-12-01"),
        ("2025-05-21", 0, "2025-05-21"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
    ],
)
def test_a_term_ends_on_the_same_day_of_the_month(day, months, end):
    assert later(day, months) == end


@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-22", "2026-02-17", "2026-10-01", "2026-10-07", "2025-06-02"])
def test_weekends_and_holidays_are_off(day):
    assert not is_working(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-11-23", "2026-02-14", "2026-10-10", "2025-10-11"])
def test_mondays_and_made_up_days_are_worked(day):
    assert is_working(date.fromisoformat(day))


def test_the_demo_works_on_the_days_the_product_calls_working_days():
    from guanhu.rules.days import SHIPPED_CALENDAR

    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    assert [day for day in days if is_working(day) != SHIPPED_CALENDAR.is_working(day)] == []


def test_people_spend_more_before_spring_festival_and_less_on_sundays():
    assert calendar.spending(date(2026, 2, 10)) > calendar.spending(date(2026, 3, 10))
    assert calendar.spending(date(2026, 3, 15)) < calendar.spending(date(2026, 3, 16))
    assert calendar.cash_need(date(2026, 2, 10)) > 3
    assert calendar.bonus(date(2026, 1, 10)) > calendar.bonus(date(2026, 3, 10))


def test_year_end_money_comes_and_goes():
    assert calendar.year_end(date(2025, 12, 30)) == 1
    assert calendar.year_end(date(2026, 1, 5)) == -1
    assert calendar.year_end(date(2026, 6, 30)) == 0


def test_drives_are_the_last_days_of_a_quarter():
    assert calendar.is_drive(date(2026, 6, 25))
    assert not calendar.is_drive(date(2026, 6, 10))
    assert not calendar.is_drive(date(2026, 7, 25))
