import random
from datetime import date, timedelta

import pytest
from borax.calendars.lunardate import LunarDate

from guanhu.rules.kinds import Calendar
from guanhu.rules.lunar import celebrated_on, lunar_of, month_days, next_birthday, solar_of

FIRST, LAST = date(1900, 1, 31), date(2101, 1, 28)
DAYS = (LAST - FIRST).days + 1


def test_thousands_of_days_agree_with_another_table() -> None:
    rng = random.Random(20261124)
    for n in [0, DAYS - 1, *rng.sample(range(DAYS), 6_000)]:
        day = FIRST + timedelta(days=n)
        other = LunarDate.from_solar(day)
        assert lunar_of(day) == (other.month, other.day, bool(other.leap)), day


@pytest.mark.slow
def test_every_lunar_day_goes_to_its_date_and_back() -> None:
    day = FIRST
    for year in range(1900, 2101):
        for month in range(1, 13):
            for leap in (False, True):
                for number in range(1, month_days(year, month, leap) + 1):
                    assert solar_of(year, month, number, leap) >= FIRST
                    day += timedelta(days=1)
    assert day == LAST + timedelta(days=1)
    for n in range(0, DAYS, 7):
        day = FIRST + timedelta(days=n)
        month, number, leap = lunar_of(day)
        assert day in {solar_of(year, month, number, leap) for year in (day.year, day.year - 1) if _has(year, day)}


def _has(year: int, day: date) -> bool:
    month, number, leap = lunar_of(day)
    return 1900 <= year <= 2100 and number <= month_days(year, month, leap)


def test_known_new_years_days() -> None:
    known = {1994: date(1994, 2, 10), 2024: date(2024, 2, 10), 2025: date(2025, 1, 29), 2026: date(2026, 2, 17)}
    assert {year: solar_of(year, 1, 1) for year in known} == known


def test_a_leap_month_is_told_apart() -> None:
    assert lunar_of(date(2025, 6, 25)) == (6, 1, False)
    assert lunar_of(date(2025, 7, 25)) == (6, 1, True)
    assert solar_of(2025, 6, 1, leap=True) == date(2025, 7, 25)


def test_a_day_the_year_does_not_have_is_refused() -> None:
    for year, month, day, leap in [(2026, 6, 1, True), (2026, 13, 1, False), (2026, 1, 31, False), (2101, 1, 1, False)]:
        with pytest.raises(ValueError, match="农历"):
            solar_of(year, month, day, leap)
    with pytest.raises(ValueError, match="农历"):
        lunar_of(date(1900, 1, 30))


@pytest.mark.practice("P136")
def test_a_lunar_birthday_moves_through_the_years() -> None:
    assert _lunar(date(2026, 11, 24), 10, 16) == date(2026, 11, 24)
    assert _lunar(date(2026, 11, 25), 10, 16) == solar_of(2027, 10, 16)
    assert _lunar(date(2026, 1, 5), 12, 1) == date(2026, 1, 19)


@pytest.mark.practice("P136")
def test_born_in_a_leap_month_one_celebrates_in_it_or_in_the_plain_month() -> None:
    assert _lunar(date(2025, 1, 29), 6, 1, leap=True) == date(2025, 7, 25)
    assert _lunar(date(2026, 2, 17), 6, 1, leap=True) == solar_of(2026, 6, 1)


@pytest.mark.practice("P136")
def test_born_on_the_thirtieth_one_celebrates_on_the_last_day_of_a_short_month() -> None:
    short = next(month for month in range(1, 13) if month_days(2026, month) == 29)
    assert _lunar(date(2026, 2, 17), short, 30) == solar_of(2026, short, 29)


@pytest.mark.practice("P136")
def test_29_february_is_celebrated_on_the_28th_of_a_common_year() -> None:
    assert _solar(date(2026, 1, 1), 2, 29) == date(2026, 2, 28)
    assert _solar(date(2028, 1, 1), 2, 29) == date(2028, 2, 29)
    assert _solar(date(2100, 1, 1), 2, 29) == date(2100, 2, 28)
    assert _solar(date(2027, 3, 1), 2, 29) == date(2028, 2, 29)


@pytest.mark.practice("P136")
def test_a_birthday_that_has_passed_waits_for_the_next_year() -> None:
    assert _solar(date(2026, 11, 24), 11, 24) == date(2026, 11, 24)
    assert _solar(date(2026, 11, 24), 11, 23) == date(2027, 11, 23)


@pytest.mark.slow
def test_a_day_names_everybody_who_celebrates_on_it() -> None:
    leap_year = [date(2028, 1, 1) + timedelta(days=n) for n in range(366)]
    recorded = [(Calendar.SOLAR, day.month, day.day) for day in leap_year]
    recorded += [(Calendar.LUNAR, month, day) for month in range(1, 13) for day in range(1, 31)]
    for start in (date(2025, 7, 20), date(2026, 2, 15), date(2027, 2, 25)):
        for n in range(20):
            day = start + timedelta(days=n)
            celebrating = {
                one for one in recorded if next_birthday(day, calendar=one[0], month=one[1], day=one[2]) == day
            }
            assert celebrating == set(celebrated_on(day))


def _lunar(on_or_after: date, month: int, day: int, leap: bool = False) -> date:
    return next_birthday(on_or_after, calendar=Calendar.LUNAR, month=month, day=day, leap=leap)


def _solar(on_or_after: date, month: int, day: int) -> date:
    return next_birthday(on_or_after, calendar=Calendar.SOLAR, month=month, day=day)
