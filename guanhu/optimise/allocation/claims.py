"""Which claims are met: the strongest, within what each keeper may choose for herself, and what no choice exceeds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

import numpy as np

from guanhu.optimise.allocation.problem import BASIS, Problem, Whole

Ask = tuple[int, int, int]
"""Strength, customer, keeper."""
ROUNDING = 1e-6
WHOLE = 1 - ROUNDING
"""From here on a share of the relaxed answer is the whole of it."""


@dataclass(frozen=True)
class Settled:
    """Whose claims are met, customer by customer, and the strength in basis points no choice exceeds."""

    met: dict[int, int]
    bound_bp: int


class Room:
    """What each keeper may still choose: customers, assets, and of each tier what everybody gets."""

    def __init__(self, problem: Problem) -> None:
        there = problem.active
        keepers, limits = int(there.sum()), problem.limits
        counted, weights = int(problem.counted.sum()), int(problem.weight_pm.sum())
        self.tier, self.asset = problem.tier, problem.counted
        self.assets = problem.weight_pm * (counted * limits.claims_asset_bp // (weights * BASIS))
        self.count = np.where(there, len(problem.numbers) // keepers * limits.claims_count_bp // BASIS, 0)
        by_tier = -(-np.bincount(problem.tier, minlength=problem.tiers) // keepers)
        self.of_tier = np.tile(by_tier, (len(there), 1)) * there[:, None]
        self.met: dict[int, int] = {}

    def take(self, asks: Iterable[Ask]) -> bool:
        """Meet these claims in their order as far as there is room; tells whether all are met."""
        whole = True
        for _, customer, keeper in asks:
            asset, tier = self.asset[customer], self.tier[customer]
            fits = self.count[keeper] > 0 and self.assets[keeper] >= asset and self.of_tier[keeper, tier] > 0
            if customer in self.met or not fits:
                whole = False
                continue
            self.count[keeper] -= 1
            self.assets[keeper] -= asset
            self.of_tier[keeper, tier] -= 1
            self.met[customer] = keeper
        return whole


def settle(problem: Problem) -> Settled:
    """Meet the claims of the greatest strength together.

    Where everybody may have the customers who are claimed by her most strongly, that is the best there is. Else
    customers are thought divisible, which is solved exactly and is the bound; whoever is not divided by it is settled,
    and the rest follows by strength where there is room. A customer whom a keeper who is still there has is only hers
    to claim. P45.
    """
    asks = _asked(problem)
    first: dict[int, Ask] = {}
    for one in asks:
        first.setdefault(one[1], one)
    room = Room(problem)
    if room.take(first.values()):
        return Settled(room.met, sum(one[0] for one in first.values()))
    shares, most = _relaxed(problem, asks)
    room = Room(problem)
    room.take(one for one, share in zip(asks, shares, strict=True) if share >= WHOLE)
    room.take(one for one, share in zip(asks, shares, strict=True) if share < WHOLE)
    return Settled(room.met, most)


def _asked(problem: Problem) -> list[Ask]:
    """The claims that may be met, the strongest first."""
    told, held = problem.claims, problem.held
    asked = zip(told.strength_bp.tolist(), told.customer.tolist(), told.keeper.tolist(), strict=True)
    free = (
        one for one in asked if problem.active[one[2]] and (not held[one[1]] or int(problem.owner[one[1]]) == one[2])
    )
    return sorted(free, key=lambda one: (-one[0], one[1], one[2]))


def _relaxed(problem: Problem, asks: list[Ask]) -> tuple[list[float], int]:
    """How much of each claim is met when customers could be divided, and the strength of it all."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    room = Room(problem)
    place: dict[tuple[object, ...], int] = {}
    most: list[float] = []
    entries: list[tuple[int, int, float]] = []
    for column, (_, customer, keeper) in enumerate(asks):
        tier, assets = int(room.tier[customer]), max(1.0, float(room.assets[keeper]))
        for limit, most_of_it, part in (
            (("customer", customer), 1.0, 1.0),
            (("count", keeper), float(room.count[keeper]), 1.0),
            (("tier", keeper, tier), float(room.of_tier[keeper, tier]), 1.0),
            (("assets", keeper), 1.0, float(room.asset[customer]) / assets),
        ):
            if limit not in place:
                place[limit] = len(most)
                most.append(most_of_it)
            entries.append((place[limit], column, part))
    rows, columns, parts = zip(*entries, strict=True)
    found = linprog(
        [-float(strength) for strength, *_ in asks], bounds=(0, 1), method="highs-ds", b_ub=most,
        A_ub=csr_array((parts, (rows, columns)), shape=(len(most), len(asks))),
    )  # fmt: skip
    return found.x.tolist(), ceil(-found.fun - ROUNDING)


def strength(problem: Problem, owner: Whole) -> int:
    """The strength of the claims this split meets, in basis points."""
    told = problem.claims
    return int(told.strength_bp[owner[told.customer] == told.keeper].sum())
