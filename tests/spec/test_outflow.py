"""流失: leaving beyond the branch's and the customer's own habits."""

import pytest

from guanhu.engine.signals import outflow

pytestmark = pytest.mark.practice("P138")


def test_three_deviations_below_the_own_months_and_a_tenth_of_the_average(signal):
    """Six months of +1,000 and -1,000 in turn: mean 0, a deviation 1,000 yuan. Five months are too few to say."""
    signal(outflow, day="2026-03-02", people="""
        customer | average | net30    | months | sum_yuan | squares_yuan
        走三千   | 1万     | -0.3万   | 6      | 0        | 6000000
        少一元   | 1万     | -0.2999万| 6      | 0        | 6000000
        占得少   | 4万     | -0.3万   | 6      | 0        | 6000000
        五个月   | 1万     | -0.6万   | 5      | 1000     | 5000000
    """, gives={"走三千": "0.3万"})  # fmt: skip


def test_what_the_whole_branch_does_accuses_nobody(signal):
    """The branch lost a fifth of its assets: a fifth less is no news, twice as much is."""
    signal(outflow, day="2026-03-02", people="""
        customer | average | net30  | branch_ppm | months | sum_yuan | squares_yuan
        随大流   | 10万    | -2万   | -200000    | 6      | 0        | 6000000
        走得多   | 10万    | -4万   | -200000    | 6      | 0        | 6000000
    """, gives={"走得多": "4万"}, because={"adjusted_yuan": -20_000, "months": 6})  # fmt: skip


def test_who_gains_less_than_the_branch_does_not_leave(signal):
    signal(outflow, day="2026-03-02", people="""
        customer | average | net30  | branch_ppm | months | sum_yuan | squares_yuan
        有进账   | 10万    | 1万    | 400000     | 6      | 0        | 6000000
    """, gives={})  # fmt: skip
