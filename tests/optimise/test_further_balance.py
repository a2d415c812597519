"""What falls due next quarter, and who is hard to look after, is spread too: at nobody's cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench import branches
from guanhu.optimise.allocation import NotMeant, Problem, Split, check, deviation, solve
from guanhu.optimise.allocation.explain import rows
from tests.optimise.test_split import WITHIN, counts, digest

FREE = 1e-6
"""Down to here assets are levelled where nobody loses a keeper by it."""


def without(problem: Problem) -> tuple[Problem, Split]:
    """The same branch with nothing further to spread, and its split."""
    plain = replace(problem, further=problem.further[:0])
    return plain, solve(plain)


@pytest.mark.practice("P43", "P44")
@pytest.mark.parametrize(("many", "keepers"), [(2_000, 10), (1_000, 5)])
def test_maturities_and_difficulty_are_spread_without_touching_counts_tiers_or_assets(many: int, keepers: int):
    problem = branches.furthered(branches.first(3, many, keepers), 1)
    split, (_, plain) = solve(problem), without(problem)
    assert check(problem, split) == []
    (maturing, less), (hard, easier) = split.further
    assert maturing > 0.3
    assert less < maturing / 20
    assert easier < hard / 10
    assert (counts(problem, split) == counts(problem, plain)).all()
    assert split.deviation <= max(FREE, plain.deviation) < WITHIN
    assert maturing == pytest.approx(deviation(problem, plain.owner, problem.further[0]))


def test_with_nothing_further_the_split_is_the_one_it_was():
    problem = branches.furthered(branches.first(3, 600, 6), 1)
    plain, split = without(problem)
    assert split.further == ()
    assert digest(split) == digest(solve(branches.first(3, 600, 6)))
    assert all(one.further == () for one in rows(plain, split))


@pytest.mark.practice("P47")
@pytest.mark.parametrize("leaver", [True, False])
def test_nobody_leaves_a_keeper_for_it(leaver: bool):
    problem = branches.furthered(branches.later(4, 3_000, 6, leaver=leaver), 2)
    split, (_, plain) = solve(problem), without(problem)
    assert check(problem, split) == []
    known = problem.held
    assert (split.owner[known] == plain.owner[known]).all()
    assert split.deviation <= max(FREE, plain.deviation)
    assert (counts(problem, split) == counts(problem, plain)).all()
    (before, after), _ = split.further
    assert after < before if leaver else after == before


def test_who_was_claimed_stays_where_she_was_claimed():
    problem = branches.furthered(branches.first(6, 1_500, 6, claimed=0.3), 2)
    split, (_, plain) = solve(problem), without(problem)
    mine = [i for i, why in enumerate(plain.why) if why == "claimed"]
    assert mine
    assert (split.owner[mine] == plain.owner[mine]).all()
    assert split.further[0][1] < split.further[0][0]


def test_of_several_measures_the_first_goes_first():
    problem = branches.furthered(branches.first(8, 1_200, 6), 3)
    alone = solve(replace(problem, further=problem.further[:1]))
    both = solve(problem)
    turned = solve(replace(problem, further=problem.further[::-1]))
    assert both.further[0][1] <= max(0.001, alone.further[0][1])
    assert both.further[0][1] <= turned.further[1][1]


def test_a_whale_that_is_due_does_not_keep_the_others_from_being_alike():
    fresh = branches.furthered(branches.first(9, 1_000, 5, even=True), 4)
    due = fresh.further[0].copy()
    due[np.argmax(fresh.counted)] = due.sum()
    problem = replace(fresh, further=due[None, :])
    split = solve(problem)
    assert check(problem, split) == []
    others = np.delete(np.array([one.further[0][1] for one in rows(problem, split)]), split.owner[np.argmax(due)])
    assert np.ptp(others) <= 0.03 * others.mean()


@pytest.mark.parametrize("seed", [0, 1])
def test_rows_in_another_order_give_the_same_split(seed: int):
    problem = branches.furthered(branches.later(2, 900, 6, leaver=True), 5)
    assert digest(solve(branches.shuffled(problem, seed))) == digest(solve(problem))


def test_the_lists_say_what_each_keeper_has_of_it_before_and_after():
    problem = branches.furthered(branches.later(3, 1_000, 5, leaver=True), 1)
    split = solve(problem)
    told = rows(problem, split)
    for n, values in enumerate(problem.further):
        assert [sum(one.further[n][when] for one in told) for when in (0, 1)] == [values.sum()] * 2
        worst = max(abs(one.further[n][1] / (values.sum() / 4) - 1) for one in told if one.active)
        assert worst == pytest.approx(split.further[n][1])


def test_a_planted_figure_is_found():
    problem = branches.furthered(branches.first(4, 600, 4), 1)
    split = solve(problem)
    (before, after), hard = split.further
    for wrong, says in (
        (((before, after / 2), hard), "附加指标 1 的最大偏差实为"),
        (((after / 2, after), hard), "不应变大"),
        ((hard,), "附加指标有 2 项，报了 1 项"),
    ):
        assert any(says in fault for fault in check(problem, replace(split, further=wrong)))


@pytest.mark.parametrize(
    ("further", "says"),
    [([[1]], "附加指标 1 有 1 个，应为 2 个"), ([[0, 1], [0, -1]], "附加指标不能为负"),
     ([[0.5, 1]], "附加指标 1 要整数"), ([[2**61, 2**61]], "附加指标 1 总额太大")],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_a_sentence(further: list[list[float]], says: str):
    with pytest.raises(NotMeant, match=says):
        Problem.of([1, 2], [1, 2], [0, 0], [1000, 1000], further=further)
    Problem.of([1, 2], [1, 2], [0, 0], [1000, 1000], further=[[0, 0]])
