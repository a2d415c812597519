"""睡眠: nothing heard for longer than the tier and the own rhythm allow."""

import pytest

from guanhu.engine.signals import dormant

pytestmark = pytest.mark.practice("P197")


def test_sixty_ninety_and_a_hundred_and_eighty_days_by_tier(signal):
    """The night of 30 June: 1 May is sixty days ago, 1 April ninety, 1 January a hundred and eighty."""
    signal(dormant, day="2026-06-30", people="""
        customer | tier | balance | last_move
        A满      | A    | 80万    | 2026-05-01
        A差      | A    | 80万    | 2026-05-02
        B满      | B    | 20万    | 2026-04-01
        B差      | B    | 20万    | 2026-04-02
        C满      | C    | 1万     | 2026-01-01
        C差      | C    | 1万     | 2026-01-02
    """, gives={"A满": "80万", "B满": "20万", "C满": "1万"})  # fmt: skip


def test_an_effective_contact_is_a_sign_of_life_and_the_opening_is_the_first(signal):
    signal(dormant, day="2026-06-30", people="""
        customer | tier | balance | last_move  | last_contact | opened
        谈过     | A    | 80万    | 2026-01-01 | 2026-06-01   | 2020-01-01
        新户     | A    | 80万    |            |              | 2026-06-01
        老户     | A    | 80万    |            |              | 2026-05-01
    """, gives={"老户": "80万"})  # fmt: skip


def test_silence_before_the_books_begin_is_not_counted(signal):
    signal(dormant, day="2026-06-30", since="2026-05-01", people="""
        customer | tier | balance | last_move | last_contact | opened
        老A      | A    | 80万    |           |              | 2009-01-01
        老B      | B    | 20万    |           |              | 2009-01-01
    """, gives={"老A": "80万"}, because={"silent_days": 60})  # fmt: skip


def test_who_comes_twice_a_year_is_not_asleep_after_three_months(signal):
    """Three movements over 320 days: a gap of 160, so 320 days of silence are usual twice over."""
    signal(dormant, day="2026-06-30", people="""
        customer | tier | balance | first_move | last_move  | moves
        稀客     | A    | 80万    | 2025-05-15 | 2026-03-31 | 3
        常客     | A    | 80万    | 2026-03-01 | 2026-03-31 | 3
    """, gives={"常客": "80万"}, because={"silent_days": 91, "usual_gap_days": 15, "line_days": 60})  # fmt: skip
