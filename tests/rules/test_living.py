"""Important dates: whose day may be kept, and which days there are."""

from datetime import date

import pytest

from guanhu.rules.kinds import Calendar
from guanhu.rules.living import Whose, has_no_birthday_yet
from guanhu.rules.lunar import birthday_in, is_day_of_year
from guanhu.rules.policy import SHIPPED

TODAY = date(2026, 11, 24)
SOLAR, LUNAR = Calendar.SOLAR, Calendar.LUNAR


@pytest.mark.practice("P136")
@pytest.mark.parametrize(
    ("whose", "year", "month", "day", "out"),
    [
        (Whose.CHILD, None, 3, 5, True),
        (Whose.CHILD, 2012, 11, 24, False),  # fourteen today
        (Whose.CHILD, 2012, 11, 25, True),  # fourteen tomorrow
        (Whose.GRANDCHILD, 2020, 1, 1, True),
        (Whose.GRANDCHILD, 2001, 1, 1, False),
        (Whose.OTHER, None, 3, 5, True),
        (Whose.OTHER, 1963, 3, 5, False),
        (Whose.SPOUSE, None, 3, 5, False),
        (Whose.PARENT, None, 3, 5, False),
        (Whose.SELF, None, 3, 5, False),
    ],
)
def test_a_childs_birthday_stays_out_until_she_is_fourteen(whose: Whose, year: int | None, month: int, day: int,
                                                           out: bool) -> None:  # fmt: skip
    assert has_no_birthday_yet(whose, year, SOLAR, month, day, False, TODAY, SHIPPED) is out


def test_by_the_moon_she_is_fourteen_on_her_lunar_day() -> None:
    turned = birthday_in(2026, calendar=LUNAR, month=10, day=17)
    assert turned == date(2026, 11, 25)
    told = (Whose.CHILD, 2012, LUNAR, 10)
    assert has_no_birthday_yet(*told, 16, False, TODAY, SHIPPED) is False
    assert has_no_birthday_yet(*told, 17, False, TODAY, SHIPPED) is True


@pytest.mark.parametrize("year", [2014, 2026, 2100, 9999])
def test_a_year_to_come_keeps_it_out_too(year: int) -> None:
    assert has_no_birthday_yet(Whose.CHILD, year, LUNAR, 12, 30, False, TODAY, SHIPPED) is True


@pytest.mark.parametrize(
    ("calendar", "month", "day", "leap", "there"),
    [
        (SOLAR, 2, 29, False, True), (SOLAR, 2, 30, False, False), (SOLAR, 4, 31, False, False),
        (SOLAR, 12, 31, False, True), (SOLAR, 13, 1, False, False), (SOLAR, 0, 1, False, False),
        (SOLAR, 5, 1, True, False), (LUNAR, 12, 30, False, True), (LUNAR, 4, 30, True, True),
        (LUNAR, 4, 31, False, False), (LUNAR, 1, 0, False, False),
    ],
)  # fmt: skip
def test_a_day_is_one_of_its_own_calendar(calendar: Calendar, month: int, day: int, leap: bool, there: bool) -> None:
    assert is_day_of_year(calendar, month, day, leap) is there
