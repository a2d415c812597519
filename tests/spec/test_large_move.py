"""异动: a movement large for this customer, or for anyone."""

import pytest

from guanhu.engine.signals import large_move

pytestmark = pytest.mark.practice("P134")

PEOPLE = """
    customer | average
    王       | 10万
    李       | 100万
    赵       | 17万
"""


def test_five_wan_and_a_third_of_the_average_or_twenty_wan(signal):
    signal(large_move, day="2026-03-02", people=PEOPLE, moves="""
        customer | day_on     | amount  | kind
        王       | 2026-03-02 | -5万    | transfer
        李       | 2026-03-02 | -19万   | transfer
        赵       | 2026-03-02 | 5万     | transfer
    """, gives={"王": "5万"}, because={"direction": "out", "moved_on": "2026-03-02"})  # fmt: skip


def test_twenty_wan_are_large_for_anyone_and_own_accounts_are_no_movement(signal):
    signal(large_move, day="2026-03-02", people=PEOPLE, moves="""
        customer | day_on     | amount  | kind
        李       | 2026-03-02 | 20万    | cash
        王       | 2026-03-02 | -50万   | own
    """, gives={"李": "20万"}, because={"direction": "in"})  # fmt: skip


def test_it_is_spoken_of_for_five_days_and_the_largest_of_a_day_stands_for_it(signal):
    """Tuesday 10 March: five days back is the 5th."""
    signal(large_move, day="2026-03-09", people=PEOPLE, moves="""
        customer | day_on     | amount  | kind
        王       | 2026-03-04 | -30万   | transfer
        李       | 2026-03-05 | -30万   | transfer
        李       | 2026-03-05 | -40万   | transfer
    """, gives={"李": "40万"}, because={"moves": 2})  # fmt: skip


def test_what_is_dated_ahead_is_not_known_yet(signal):
    signal(large_move, day="2026-03-02", people=PEOPLE, moves="""
        customer | day_on     | amount  | kind
        王       | 2026-03-03 | -30万   | transfer
    """, gives={})  # fmt: skip
