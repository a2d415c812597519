"""What no split can fall below, without looking for one: deviation, moves, trust."""

from __future__ import annotations

import numpy as np

from guanhu.optimise.allocation.problem import MILLION, Problem, Whole


def least_deviation(problem: Problem, chosen: Whole, *, even: bool) -> float:
    """The deviation no split of these customers can go below, as a share of what a keeper ought to hold.

    Of three the largest: no whole amount may be exactly a keeper's share; whoever keeps the wealthiest customer has at
    least her and the poorest list besides; whoever has to keep the locked has at least those. ``chosen``: whom keepers
    get at all, the rest stay in the pool · ``even``: every list has its share of each tier; where limits or locks
    forbid that, the list beside the wealthiest may be empty.
    """
    asset, weight = problem.counted[chosen], problem.weight_pm[problem.active]
    whole, weights = int(asset.sum()), int(weight.sum())
    if not whole:
        return 0.0
    found = 0.0
    for one in weight.tolist():
        off = one * whole % weights
        found = max(found, min(off, weights - off) / (one * whole))
    by_tier = np.bincount(problem.tier[chosen], minlength=problem.tiers) // len(weight) * even
    wealthiest = int(chosen[np.argmax(asset)])
    least = int(problem.counted[wealthiest]) + _poorest(problem, chosen, by_tier, int(problem.tier[wealthiest]))
    apart = min((least * weights - one * whole) / (one * whole) for one in weight.tolist())
    return float(max(found, apart, _locked(problem, whole, weights)))


def _poorest(problem: Problem, chosen: Whole, by_tier: Whole, but: int) -> int:
    """The assets of the poorest list there can be beside one customer of this tier."""
    found = 0
    for tier, many in enumerate(by_tier.tolist()):
        asset = np.sort(problem.counted[chosen[problem.tier[chosen] == tier]])
        found += int(asset[: max(0, many - (tier == but))].sum())
    return found


def _locked(problem: Problem, whole: int, weights: int) -> float:
    stays = problem.held & problem.locked
    keeps = np.bincount(problem.owner[stays], weights=problem.counted[stays], minlength=len(problem.weight_pm))
    found = 0.0
    for keeper in np.flatnonzero(problem.active):
        one = int(problem.weight_pm[keeper])
        found = max(found, (int(keeps[keeper]) * weights - one * whole) / (one * whole))
    return found


def least_moved(problem: Problem, within_ppm: int) -> tuple[int, int]:
    """How many must leave a keeper who is there, and the trust that costs at least: counts as they have to be.

    Per keeper the larger of two: of each tier those above the ceiling, the least known first; and whoever holds too
    much must part with that much, with the largest amounts for the count, with the least trust for the amount (as if a
    customer could be divided). Each keeper loses her own, so they add up.
    """
    active = np.flatnonzero(problem.active)
    ceiling = -(-np.bincount(problem.tier, minlength=problem.tiers) // len(active))
    free = problem.held & ~problem.locked
    whole, weights = int(problem.counted.sum()), int(problem.weight_pm.sum())
    moves = trust = 0
    for keeper in active.tolist():
        mine = problem.held & (problem.owner == keeper)
        over = np.maximum(0, np.bincount(problem.tier[mine], minlength=problem.tiers) - ceiling)
        known = [np.sort(problem.trust_bp[mine & free & (problem.tier == k)])[:n] for k, n in enumerate(over.tolist())]
        share = -(-int(problem.weight_pm[keeper]) * whole * (MILLION + within_ppm) // (weights * MILLION))
        many, costs = _shed(problem, np.flatnonzero(mine & free), int(problem.counted[mine].sum()) - share)
        moves += max(int(over.sum()), many)
        trust += max(sum(int(one.sum()) for one in known), costs)
    return moves, trust


def _shed(problem: Problem, mine: Whole, over: int) -> tuple[int, int]:
    """How many of these at least make up such an amount, and the least trust for it."""
    if over <= 0 or not len(mine):
        return 0, 0
    asset, trust = problem.counted[mine], problem.trust_bp[mine]
    many = int(np.searchsorted(np.cumsum(np.sort(asset)[::-1]), over)) + 1
    lost, left = 0, over
    for i in np.lexsort((np.arange(len(mine)), trust / np.maximum(1, asset))):
        if left <= 0:
            break
        lost += int(trust[i]) if asset[i] <= left else int(trust[i]) * left // int(asset[i])
        left -= int(asset[i])
    return min(many, len(mine)), lost
