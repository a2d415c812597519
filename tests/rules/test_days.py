from datetime import date, timedelta

import chinese_calendar
import pytest

from guanhu.rules.days import SHIPPED_CALENDAR, date_of, day_number

CALENDAR = SHIPPED_CALENDAR


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_our_table_agrees_with_another_one_day_by_day(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    ours = [day for day in days if day.year == year and CALENDAR.is_working(day)]
    assert ours == [day for day in days if day.year == year and chinese_calendar.is_workday(day)]
    assert CALENDAR.announced(year)


def test_a_day_wrongly_declared_would_be_seen_by_that_comparison() -> None:
    wrong = type(CALENDAR)(CALENDAR.days_off - {date(2026, 2, 16)}, CALENDAR.make_up_days, CALENDAR.years)
    assert wrong.is_working(date(2026, 2, 16)) != chinese_calendar.is_workday(date(2026, 2, 16))


def test_a_year_not_yet_announced_counts_monday_to_friday_and_says_so() -> None:
    assert not CALENDAR.announced(2027)
    assert not CALENDAR.announced(1994)
    assert CALENDAR.is_working(date(1994, 3, 31))
    assert not CALENDAR.is_working(date(1994, 4, 2))
    assert CALENDAR.is_working(date(2027, 1, 1))


def test_a_make_up_saturday_is_worked_and_a_holiday_monday_is_not() -> None:
    assert CALENDAR.is_working(date(2026, 10, 10))
    assert not CALENDAR.is_working(date(2026, 10, 5))


def test_the_demo_s_today_follows_its_last_published_day() -> None:
    assert CALENDAR.next(date(2026, 11, 23)) == date(2026, 11, 24)
    assert CALENDAR.next(date(2026, 11, 20)) == date(2026, 11, 23)


def test_before_and_after_a_long_holiday() -> None:
    assert CALENDAR.next(date(2026, 9, 30)) == date(2026, 10, 8)
    assert CALENDAR.previous(date(2026, 10, 8)) == date(2026, 9, 30)
    assert CALENDAR.on_or_before(date(2026, 10, 3)) == date(2026, 9, 30)
    assert CALENDAR.on_or_after(date(2026, 10, 3)) == date(2026, 10, 8)
    assert CALENDAR.on_or_after(date(2026, 10, 8)) == CALENDAR.on_or_before(date(2026, 10, 8)) == date(2026, 10, 8)


def test_adding_and_counting_working_days_are_each_other_s_check() -> None:
    start = date(2026, 9, 28)
    for days in range(-12, 13):
        there = CALENDAR.add(start, days)
        between = [min(start, there) + timedelta(days=n) for n in range(1, abs((there - start).days) + 1)]
        assert sum(map(CALENDAR.is_working, between)) == abs(days)
    assert CALENDAR.add(start, 0) == start


def test_the_window_of_five_working_days_reaches_over_the_weekend() -> None:
    assert CALENDAR.window_start(date(2026, 11, 24), 5) == date(2026, 11, 18)
    assert CALENDAR.window_start(date(2026, 11, 22), 5) == date(2026, 11, 16)
    assert CALENDAR.window_start(date(2026, 11, 24), 1) == date(2026, 11, 24)


def test_a_day_number_counts_from_1970_both_ways() -> None:
    assert day_number(date(1970, 1, 1)) == 0
    assert day_number(date(1969, 12, 31)) == -1
    assert date_of(day_number(date(1994, 3, 30))) == date(1994, 3, 30)


def test_today_knows_its_working_neighbours() -> None:
    today = CALENDAR.around(date(2026, 11, 23))
    days = (today.previous_day, today.day, today.next_day)
    assert days == tuple(map(day_number, (date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24))))
