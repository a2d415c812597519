"""生日: birthdays of the coming week, by the sun or the moon."""

import pytest

from guanhu.engine.signals import dates

pytestmark = pytest.mark.practice("P136")


def test_today_and_the_next_seven_days_and_people_only(signal):
    """Today is 3 March."""
    signal(dates, day="2026-03-02", people="""
        customer | balance | kind      | birth_month | birth_day_of_month
        今天     | 1万     | personal  | 3           | 3
        七天后   | 2万     | personal  | 3           | 10
        八天后   | 3万     | personal  | 3           | 11
        昨天     | 4万     | personal  | 3           | 2
        公司     | 5万     | corporate | 3           | 3
    """, gives={"今天": "1万", "七天后": "2万"})  # fmt: skip


def test_a_lunar_birthday_moves_with_the_moon(signal):
    """The fifteenth of the first month of 2026, 元宵, is 3 March."""
    signal(dates, day="2026-03-02", people="""
        customer | balance | birth_calendar | birth_month | birth_day_of_month
        元宵     | 1万     | lunar          | 1           | 15
        阳历     | 2万     | solar          | 1           | 15
    """, gives={"元宵": "1万"}, because={"calendar": "lunar", "due_on": "2026-03-03"})  # fmt: skip


def test_the_twenty_ninth_of_february_is_kept_on_the_twenty_eighth(signal):
    signal(dates, day="2026-02-27", people="""
        customer | balance | birth_month | birth_day_of_month
        闰日     | 1万     | 2           | 29
    """, gives={"闰日": "1万"})  # fmt: skip
