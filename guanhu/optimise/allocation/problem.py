"""The customers of one post of one branch as a problem: who keeps them today, what is balanced, what may not move.

Nothing here knows tables, days or policy. Money is whole fen (or whatever whole unit all amounts share), trust and
strength are basis points. Customers stand in the order of their numbers, which also settles ties, so that the order in
which they came changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanhu.optimise.asked import NotMeant

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
NOBODY = -1
"""The keeper of a customer nobody keeps: without a keeper today, or in the common pool."""
BASIS = 10_000
MILLION = 1_000_000
MOVE_BP = 500
"""What one move counts for besides the trust lost, when two ways are compared: five hundredths."""
WHALE_BP = 2500
"""Above a quarter of what a keeper ought to hold, a customer counts for that quarter alone."""
MOST_TIERS = 100
LARGEST = 2**62
"""Up to here whole numbers are exact."""


@dataclass(frozen=True)
class Limits:
    """How far a split may go.

    ``moves``: customers who may change a present keeper without need · ``within_ppm``: the deviation at which no
    further customer is moved away, in millionths of what a keeper ought to hold · ``capacity``: customers one keeper
    can serve (null: no limit), the rest stay in the common pool · ``claims_count_bp``, ``claims_asset_bp``: how much
    of a keeper's list and assets may be of her own choosing (P45) · ``tries``: swaps tried to spare more trust once
    keepers are within the tolerance (two million take a quarter of a second); 0, for many branches at once: none.
    """

    moves: int = 0
    within_ppm: int = 1000
    capacity: int | None = None
    claims_count_bp: int = 1000
    claims_asset_bp: int = 1500
    tries: int = 0


@dataclass(frozen=True, eq=False)
class Claims:
    """Who asks to keep whom, and with what strength in basis points: customer and keeper by their places."""

    customer: Whole
    keeper: Whole
    strength_bp: Whole

    def __len__(self) -> int:
        """How many there are."""
        return len(self.customer)


def no_claims() -> Claims:
    """Nobody asks for anybody."""
    return Claims(*(np.empty(0, np.int64) for _ in range(3)))


@dataclass(frozen=True, eq=False)
class Problem:
    """Customers by their number, keepers by their place; one place in each array is one of them.

    ``counted``: assets with whales cut to ``cap``, which is what is balanced · ``tier``: 0 is the highest · ``owner``:
    the keeper today, or ``NOBODY`` · ``trust_bp``: how much would be lost with a change · ``locked``: does not move
    without approval · ``weight_pm``: capability in thousandths (1000: as usual) · ``active``: may keep anybody ·
    ``further``: a row for each further measure to be spread by capability (fen maturing in a quarter, difficulty), the
    most important first; nobody leaves a keeper for it.
    """

    numbers: NDArray[Any]
    asset: Whole
    tier: Whole
    owner: Whole
    trust_bp: Whole
    locked: Flags
    weight_pm: Whole
    active: Flags
    cap: int
    claims: Claims = field(default_factory=no_claims)
    limits: Limits = field(default_factory=Limits)
    further: Whole = field(default_factory=lambda: np.empty((0, 0), np.int64))

    @property
    def counted(self) -> Whole:
        """Assets as they are balanced."""
        return np.minimum(self.asset, self.cap)

    @property
    def tiers(self) -> int:
        """How many tiers there are."""
        return int(self.tier.max(initial=0)) + 1

    @property
    def held(self) -> Flags:
        """Who has a keeper that is still there."""
        there: Flags = self.active[self.owner] & (self.owner != NOBODY)
        return there

    @property
    def whales(self) -> Whole:
        """The places of those who count for less than they have, to be assigned with a look of one's own."""
        return np.flatnonzero(self.asset > self.cap)

    @staticmethod
    def of(
        numbers: ArrayLike, asset: ArrayLike, tier: ArrayLike, weight_pm: ArrayLike, *, owner: ArrayLike | None = None,
        trust_bp: ArrayLike | None = None, locked: ArrayLike | None = None, active: ArrayLike | None = None,
        claims: tuple[ArrayLike, ArrayLike, ArrayLike] | None = None, cap: int | None = None,
        limits: Limits | None = None, further: Sequence[ArrayLike] = (),
    ) -> Problem:  # fmt: skip
        """Put the pieces in their fixed order and refuse what cannot be meant, in a sentence.

        ``claims``: the places of customers as they are given here, of keepers, and strengths · ``cap``: from where on
        a customer is a whale; null works it out · ``further``: measures of each customer in whole numbers, from
        nothing upwards, the most important first.
        """
        given = np.asarray(numbers)
        order = np.argsort(given, kind="stable")
        many, keepers = len(given), len(np.asarray(weight_pm))
        whole = {
            name: _whole(name, value, many)
            for name, value in {
                "asset": asset, "tier": tier, "owner": np.full(many, NOBODY) if owner is None else owner,
                "trust_bp": np.zeros(many) if trust_bp is None else trust_bp,
            }.items()
        }  # fmt: skip
        weights = _whole("weight_pm", weight_pm, keepers)
        there = np.ones(keepers, bool) if active is None else np.asarray(active, bool)
        kept = np.zeros(many, bool) if locked is None else np.asarray(locked, bool)
        _refuse(given[order], whole, weights, there, kept)
        place = np.empty(many, np.int64)
        place[order] = np.arange(many)
        told = Problem(
            given[order], whole["asset"][order], whole["tier"][order], whole["owner"][order], whole["trust_bp"][order],
            kept[order], np.where(there, weights, 0), there,
            cap if cap is not None else whale_line(whole["asset"], int(there.sum())),
            _claims(claims, place, keepers), limits or Limits(), _further(further, order),
        )  # fmt: skip
        named = [("资产", told.counted), *((f"附加指标 {n + 1} ", one) for n, one in enumerate(told.further))]
        for name, values in named:
            if float(values.sum(dtype=float)) * max(1, int(told.weight_pm.sum())) >= LARGEST:
                raise NotMeant(f"{name}总额太大，整数算不准：请把单位换成元")
        return told


def whale_line(asset: Whole, keepers: int) -> int:
    """From where on a customer is a whale: a quarter of what a keeper holds once whales are cut to it."""
    line = int(asset.max(initial=0))
    while keepers:
        lower = int(np.minimum(asset, line).sum()) * WHALE_BP // (BASIS * keepers)
        if lower >= line:
            return line
        line = lower
    return line


def _whole(name: str, values: ArrayLike, many: int) -> Whole:
    found = np.asarray(values)
    if found.shape != (many,):
        raise NotMeant(f"{name} 有 {found.size} 个，应为 {many} 个")
    if found.dtype.kind not in "iub" and not np.array_equal(found, np.trunc(found)):
        raise NotMeant(f"{name} 要整数")
    return found.astype(np.int64)


def _further(told: Sequence[ArrayLike], order: Whole) -> Whole:
    found = np.empty((len(told), len(order)), np.int64)
    for n, values in enumerate(told):
        found[n] = _whole(f"附加指标 {n + 1}", values, len(order))[order]
    if (found < 0).any():
        raise NotMeant("附加指标不能为负")
    return found


def _refuse(numbers: NDArray[Any], told: dict[str, Whole], weights: Whole, active: Flags, locked: Flags) -> None:
    if locked.shape != numbers.shape or active.shape != weights.shape:
        raise NotMeant("锁定与在岗要各有一列")
    twice = numbers[1:][numbers[1:] == numbers[:-1]]
    wrong = {
        f"客户 {twice[0] if len(twice) else ''} 出现两次": len(twice),
        "资产不能为负": (told["asset"] < 0).any(),
        f"分层要在 0 到 {MOST_TIERS} 之间": ((told["tier"] < 0) | (told["tier"] > MOST_TIERS)).any(),
        "信任要在 0 到 10000 之间": ((told["trust_bp"] < 0) | (told["trust_bp"] > BASIS)).any(),
        "没有在岗的管户人": not active.any(),
        "在岗的管户人能力系数要大于 0": (weights[active] <= 0).any(),
        "现管户人不在名单里": ((told["owner"] < NOBODY) | (told["owner"] >= len(weights))).any(),
    }
    for says, broken in wrong.items():
        if broken:
            raise NotMeant(says)


def _claims(told: tuple[ArrayLike, ArrayLike, ArrayLike] | None, place: Whole, keepers: int) -> Claims:
    if told is None:
        return no_claims()
    many = len(np.asarray(told[0]))
    customer, keeper, strength = (_whole(f"认领第 {n + 1} 列", one, many) for n, one in enumerate(told))
    if many and (customer.min() < 0 or customer.max() >= len(place) or keeper.min() < 0 or keeper.max() >= keepers):
        raise NotMeant("认领里有不在名单上的客户或管户人")
    order = np.lexsort((-strength, keeper, place[customer]))
    customer, keeper, strength = place[customer][order], keeper[order], strength[order]
    anew = np.ones(many, bool)  # who asks twice is heard once, at her strongest
    anew[1:] = (customer[1:] != customer[:-1]) | (keeper[1:] != keeper[:-1])
    return Claims(customer[anew], keeper[anew], strength[anew])


# ---------------------------------------------------------------- the answer


class Why(StrEnum):
    """Why a customer has the keeper she has."""

    STAYS = "stays"
    CLAIMED = "claimed"
    PLACED = "placed"
    ROOM = "room"
    SWAPPED = "swapped"
    POOL = "pool"


@dataclass(frozen=True)
class Bounds:
    """What no split of this problem can fall below: deviation, voluntary moves, trust lost; and claims above."""

    deviation: float
    moves: int
    trust_bp: int
    claims_bp: int


@dataclass(frozen=True)
class Shortfall:
    """What the limits do not allow, with the arithmetic: so many are needed, so many allowed."""

    what: str
    needed: int
    allowed: int

    @property
    def rounds(self) -> int:
        """In how many rounds it can be done."""
        return -(-self.needed // self.allowed) if self.allowed else 0


@dataclass(frozen=True, eq=False)
class Split:
    """Who is to keep whom, why, and how far it is from what could be.

    ``owner``: a keeper's place for each customer, ``NOBODY`` in the common pool · ``why``: for each customer ·
    ``partner``: the customer she was swapped with, or ``NOBODY``, also where several went round in a ring ·
    ``quota``: customers by keeper and tier · ``deviation``: the largest of any keeper, as a share of what she ought to
    hold · ``further``: the same of each further measure, as it would be without a swap for it, and as it is.
    """

    owner: Whole
    why: tuple[Why, ...]
    partner: Whole
    quota: Whole
    deviation: float
    bounds: Bounds
    short: tuple[Shortfall, ...]
    further: tuple[tuple[float, float], ...] = ()

    @property
    def gap(self) -> float:
        """By how much the deviation may still lie above the best one."""
        return self.deviation - self.bounds.deviation
