"""突击: a year in drives is told from an even one, by small tables and by chance."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.habits import Week, monday_of, rhythm_of, share_of, weeks_of_year, working_days
from guanhu.rules.policy import Policy

pytestmark = pytest.mark.practice("P70")

POLICY = Policy()
FIRST = date(2025, 12, 1)


def year(counts, days=5):
    return [Week(FIRST + timedelta(weeks=n), days, count) for n, count in enumerate(counts)]


def drives(at=(3, 16, 29, 42), usual=15, high=60, weeks=52):
    return [high if n in at else usual for n in range(weeks)]


def test_an_even_year_has_no_drives():
    told = rhythm_of(year([15] * 52), POLICY)
    assert (told.drives, told.in_drives, told.bursts, told.only_in_drives) == ((), 0, 0, False)


def test_four_quarters_ends_hold_a_quarter_of_the_year():
    told = rhythm_of(year(drives()), POLICY)
    assert told.bursts == 4
    assert told.longest_gap == 12
    assert told.in_drives == 240
    assert told.share_bp == 10_000 * 240 // 960
    assert told.only_in_drives


def test_weeks_side_by_side_are_one_burst():
    told = rhythm_of(year(drives(at=(3, 4, 5, 29))), POLICY)
    assert (told.bursts, len(told.drives), told.longest_gap) == (2, 4, 23)
    assert not told.only_in_drives, "twice is no habit, however much lies in it"


def test_twice_the_middle_week_stands_out_and_a_little_less_does_not():
    base = [20] * 52
    assert rhythm_of(year([*base[:9], 40, *base[10:]]), POLICY).bursts == 1
    assert rhythm_of(year([*base[:9], 39, *base[10:]]), POLICY).bursts == 0


def test_a_short_list_is_not_taken_for_drives_by_luck():
    base = [4] * 52
    assert rhythm_of(year([*base[:9], 9, *base[10:]]), POLICY).bursts == 0
    assert rhythm_of(year([*base[:9], 11, *base[10:]]), POLICY).bursts == 1


def test_a_fifth_of_the_year_in_three_bursts_is_a_habit_and_less_is_not():
    weeks = year([20] * 49 + [0] * 0)
    enough = [replace(week, contacts=80) if n in (5, 20, 35) else week for n, week in enumerate(weeks)]
    told = rhythm_of(enough, POLICY)
    assert told.share_bp == 10_000 * 240 // 1160 >= POLICY.habit_drive_bp
    assert told.only_in_drives
    less = [replace(week, contacts=70) if n in (5, 20, 35) else week for n, week in enumerate(weeks)]
    assert rhythm_of(less, POLICY).share_bp < POLICY.habit_drive_bp
    assert not rhythm_of(less, POLICY).only_in_drives


def test_short_weeks_are_compared_by_the_working_day():
    short = [replace(week, days=2, contacts=8) if n % 4 == 0 else week for n, week in enumerate(year([20] * 52))]
    assert rhythm_of(short, POLICY).drives == ()
    held = [replace(week, days=0, contacts=0) if n == 12 else week for n, week in enumerate(year([20] * 52))]
    assert rhythm_of(held, POLICY).weeks == 51


def test_below_half_a_year_nothing_is_told():
    assert rhythm_of(year([0] * 27 + [15] * 25), POLICY) is None
    assert rhythm_of(year([0] * 26 + [15] * 26), POLICY).weeks == 26
    assert rhythm_of([], POLICY) is None


@pytest.mark.slow
def test_a_thousand_even_years_by_chance_are_never_taken_for_drives():
    dice, wrong = random.Random(70), 0
    for _ in range(1000):
        per_week = dice.uniform(3, 30)
        counts = [sum(dice.random() < per_week / 200 for _ in range(200)) for _ in range(52)]
        told = rhythm_of(year(counts), POLICY)
        wrong += told is not None and told.only_in_drives
    assert wrong == 0


def test_a_year_is_fifty_two_mondays_that_end_with_this_week():
    mondays = weeks_of_year(date(2026, 11, 24), POLICY)
    assert (len(mondays), mondays[0], mondays[-1]) == (52, FIRST, date(2026, 11, 23))
    assert monday_of(date(2026, 11, 22)) == date(2026, 11, 16)
    assert working_days(date(2026, 11, 23), date(2026, 11, 24), SHIPPED_CALENDAR) == 2
    assert working_days(date(2026, 2, 16), date(2026, 12, 1), SHIPPED_CALENDAR) == 0, "Spring Festival"


def test_a_share_of_nothing_is_not_known():
    assert share_of(3, 0) is None
    assert share_of(None, 3) is None
    assert share_of(1, 3) == 3333
