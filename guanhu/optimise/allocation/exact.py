"""A handful of customers is split by looking at every way there is: nothing better can be found."""

from __future__ import annotations

from math import factorial, prod

import numpy as np

from guanhu.optimise.allocation.kernels import compiled
from guanhu.optimise.allocation.problem import MILLION, MOVE_BP, Problem, Whole

WAYS = 3_000_000
"""So many ways are looked at; with more the search by swaps takes over."""


def ways(customers: int, keepers: int) -> int:
    """In how many ways so many can be divided into lists of equal length."""
    each, more = divmod(customers, keepers)
    lists = [each + (n < more) for n in range(keepers)]
    return factorial(customers) // prod(factorial(one) for one in lists)


def best(problem: Problem, met: dict[int, int], free_ppm: int) -> Whole | None:
    """The best split of all, or null where the limits leave none with equal counts and tiers.

    ``met``: claims that are settled · ``free_ppm``: down to which deviation differences count where nobody has a
    keeper. In this order: deviation, down to the tolerance; trust and moves; deviation again; the lower number.
    """
    keepers = np.flatnonzero(problem.active)
    home = np.where(problem.held, problem.owner, -1)
    fixed = np.where(problem.held & problem.locked, home, -1)
    for customer, keeper in met.items():
        fixed[customer] = keeper
    within = problem.limits.within_ppm if problem.held.any() else free_ppm
    found = _search(
        problem.counted, problem.tier, home, fixed, problem.trust_bp, problem.weight_pm, keepers, problem.tiers,
        problem.limits.moves, within / MILLION,
    )  # fmt: skip
    return found if (found >= 0).all() else None


@compiled
def _search(asset, tier, home, fixed, trust, weight, keepers, tiers, most, within):  # type: ignore[no-untyped-def]
    """Walk all ways in the order of keepers, customer by customer."""
    many, weights, whole = len(asset), weight.sum(), asset.sum()
    by_tier, listed = np.zeros(tiers, np.int64), np.zeros((len(weight), tiers), np.int64)
    for k in tier:
        by_tier[k] += 1
    row = np.zeros(len(weight), np.int64)
    at, i = np.full(many, -1), 0
    owner, kept = np.full(many, -1), np.full(many, -2)
    best = (np.inf, np.inf, np.inf)
    while i >= 0:
        if owner[i] >= 0:
            listed[owner[i], tier[i]] -= 1
            row[owner[i]] -= 1
            owner[i] = -1
        at[i] += 1
        if at[i] == len(keepers):
            at[i] = -1
            i -= 1
            continue
        j = keepers[at[i]]
        if (fixed[i] >= 0 and fixed[i] != j) or row[j] >= -(-many // len(keepers)):
            continue
        if listed[j, tier[i]] >= -(-by_tier[tier[i]] // len(keepers)):
            continue
        owner[i] = j
        listed[j, tier[i]] += 1
        row[j] += 1
        if i + 1 < many:
            i += 1
            continue
        if _fits(listed, row, by_tier, keepers, many):
            allowed, told = _judge(owner, asset, home, trust, weight, weights, whole, most, within)
            if allowed and told < best:
                best = told
                kept[:] = owner
    return kept


@compiled
def _fits(listed, row, by_tier, keepers, many):  # type: ignore[no-untyped-def]
    """Has every keeper at least the floor of each tier and of all?"""
    for j in keepers:
        if row[j] < many // len(keepers):
            return False
        for k in range(len(by_tier)):
            if listed[j, k] < by_tier[k] // len(keepers):
                return False
    return True


@compiled
def _judge(owner, asset, home, trust, weight, weights, whole, most, within):  # type: ignore[no-untyped-def]
    """Whether no more move than may; deviation down to the tolerance, cost, deviation."""
    held, cost, moves = np.zeros(len(weight), np.int64), 0, 0
    for i in range(len(owner)):
        held[owner[i]] += asset[i]
        if home[i] >= 0 and home[i] != owner[i]:
            moves += 1
            cost += trust[i] + MOVE_BP
    worst = 0.0
    for j in range(len(weight)):
        if weight[j] > 0 and whole > 0:
            worst = max(worst, abs(held[j] * weights - weight[j] * whole) / (weight[j] * float(whole)))
    return moves <= most, (max(worst, within), float(cost), worst)
