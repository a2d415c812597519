"""Branches that never were, for the split: customers with heavy tails, keepers of unlike capability, claims, trust."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from guanhu.optimise.allocation import NOBODY, Limits, Problem, solve
from guanhu.optimise.allocation.problem import whale_line

LINES = (600_000_000, 60_000_000, 5_000_000)
"""Where tiers begin, in fen."""
LOCK_BP = 6000
"""From this trust on nobody is moved."""


def customers(rng: np.random.Generator, many: int) -> tuple[Any, Any]:
    """Assets with a Gini of about 0.8, in fen, and tiers by lines."""
    asset = np.maximum(400, np.exp(rng.normal(13.5, 1.8, many))).astype(np.int64)
    return asset, sum((asset < line).astype(np.int64) for line in LINES)


def first(seed: int, many: int, keepers: int, *, even: bool = False, claimed: float = 0.05) -> Problem:
    """A first allocation: nobody has a keeper; each twentieth customer is claimed, some by two."""
    rng = np.random.default_rng(seed)
    asset, tier = customers(rng, many)
    weight = np.full(keepers, 1000) if even else rng.integers(80, 131, keepers) * 10
    who = rng.choice(many, round(many * claimed), replace=False)
    twice = np.concatenate([who, who[: len(who) // 7]])
    claims = (twice, rng.integers(0, keepers, len(twice)), rng.integers(3000, 10_000, len(twice)))
    return Problem.of(np.arange(many), asset, tier, weight, claims=claims)


def later(
    seed: int, many: int, keepers: int, *, shocked: float = 0.05, share: float = 0.03, leaver: bool = False,
    joiner: bool = False,
) -> Problem:  # fmt: skip
    """A round among keepers who have had their lists: some assets have changed, one may have left, one may be new."""
    rng = np.random.default_rng(seed)
    began = first(seed, many, keepers, even=True, claimed=0)
    owner = solve(began).owner.copy()
    hit = rng.random(many) < shocked
    asset = np.where(hit, began.asset * np.exp(rng.normal(0, 1, many)), began.asset).astype(np.int64)
    active = np.ones(keepers + joiner, bool)
    active[keepers // 2] = not leaver
    trust = np.round(rng.beta(1.2, 3, many) * 10_000).astype(np.int64)
    return Problem.of(
        np.arange(many), asset, began.tier, np.full(keepers + joiner, 1000), owner=owner, trust_bp=trust,
        locked=trust >= LOCK_BP, active=active, limits=Limits(moves=round(many * share)),
    )  # fmt: skip


def furthered(problem: Problem, seed: int) -> Problem:
    """The same branch, to be alike in fen that mature in a quarter (each fourth has some) and in difficulty, 0 to 3."""
    rng, many = np.random.default_rng(seed), len(problem.numbers)
    share = np.where(rng.random(many) < 0.25, rng.random(many), 0)
    maturing = (problem.asset * share).astype(np.int64)
    maturing = np.minimum(maturing, whale_line(maturing, int(problem.active.sum())))
    return replace(problem, further=np.stack([maturing, rng.choice(4, many, p=[0.5, 0.3, 0.15, 0.05])]))


def shuffled(problem: Problem, seed: int) -> Problem:
    """The same branch with its rows in another order."""
    order = np.random.default_rng(seed).permutation(len(problem.numbers))
    place = np.argsort(order)
    claims = problem.claims
    return Problem.of(
        problem.numbers[order], problem.asset[order], problem.tier[order],
        np.where(problem.active, problem.weight_pm, 1000), owner=problem.owner[order], trust_bp=problem.trust_bp[order],
        locked=problem.locked[order], active=problem.active, cap=problem.cap, limits=problem.limits,
        claims=(place[claims.customer], claims.keeper, claims.strength_bp),
        further=[one[order] for one in problem.further],
    )  # fmt: skip


def abandoned(problem: Problem) -> Problem:
    """The same branch with nobody's customers anybody's: a split from scratch."""
    return replace(problem, owner=np.full(len(problem.numbers), NOBODY))
