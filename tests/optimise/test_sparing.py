"""A round that may try more swaps takes less trust: the least there is, and never more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench import branches
from guanhu.optimise.allocation import NOBODY, Problem, Split, Why, check, solve
from guanhu.optimise.allocation.explain import reason, say
from guanhu.optimise.allocation.problem import MOVE_BP
from tests.optimise.test_split import counts, digest

TRIES = 1_000_000


def thorough(problem: Problem, tries: int = TRIES) -> Problem:
    """The same round, with so many swaps to try."""
    return replace(problem, limits=replace(problem.limits, tries=tries))


def taken(problem: Problem, split: Split) -> int:
    """Trust lost and what moves count for, in basis points."""
    moved = problem.held & (split.owner != problem.owner)
    return int(problem.trust_bp[moved].sum()) + MOVE_BP * int(moved.sum())


@pytest.mark.practice("P47", "P48")
def test_a_month_of_a_thousand_takes_no_more_trust_than_an_exact_solver_proved_it_must():
    problem = branches.later(21, 1_000, 5)
    assert taken(problem, solve(thorough(problem))) == 5_889 < taken(problem, solve(problem))


@pytest.mark.practice("P47")
def test_a_month_of_ten_thousand_takes_less_trust_and_fewer_moves():
    problem = branches.later(21, 10_000, 10)
    plain, split = solve(problem), solve(thorough(problem, 2 * TRIES))
    assert check(problem, split) == []
    assert taken(problem, split) <= 0.96 * taken(problem, plain)
    assert (counts(problem, split) == counts(problem, plain)).all()


@pytest.mark.parametrize("seed", range(12))
def test_it_is_never_worse_and_never_against_the_rules(seed: int):
    dice = np.random.default_rng(seed)
    problem = branches.later(
        seed, int(dice.choice([30, 100, 300, 1_000])), int(dice.integers(2, 12)), shocked=0.15,
        share=float(dice.choice([0.03, 0.15])), leaver=bool(dice.integers(2)), joiner=bool(dice.integers(2)),
    )  # fmt: skip
    plain, split = solve(problem), solve(thorough(problem, 50_000))
    assert check(problem, split) == []
    within = problem.limits.within_ppm / 1e6
    assert split.deviation <= max(within, plain.deviation)
    assert taken(problem, split) <= taken(problem, plain) or plain.deviation > within
    assert (counts(problem, split) == counts(problem, plain)).all()
    assert not (problem.held & problem.locked & (split.owner != problem.owner)).any()


def test_rows_in_another_order_give_the_same_split():
    problem = thorough(branches.later(2, 900, 6), 50_000)
    plain = solve(replace(problem, limits=replace(problem.limits, tries=0)))
    assert digest(solve(branches.shuffled(problem, 1))) == digest(solve(problem)) != digest(plain)


def test_partners_are_two_of_a_tier_who_went_opposite_ways():
    problem = thorough(branches.later(23, 1_000, 5))
    split = solve(problem)
    paired = [i for i, why in enumerate(split.why) if why is Why.SWAPPED and split.partner[i] != NOBODY]
    assert paired
    for i in paired:
        other = split.partner[i]
        assert split.partner[other] == i
        assert problem.tier[other] == problem.tier[i]
        assert f"与客户 {problem.numbers[other]} 互换" in say(reason(problem, split, i))
        assert (split.owner[other], problem.owner[other]) == (problem.owner[i], split.owner[i])


def test_who_changed_round_in_a_ring_is_told_so():
    problem = thorough(branches.later(21, 1_000, 5))
    split = solve(problem)
    ring = [i for i, why in enumerate(split.why) if why is Why.SWAPPED and split.partner[i] == NOBODY]
    assert len(ring) == 6
    assert all("与同层几位客户轮换" in say(reason(problem, split, i)) for i in ring)
