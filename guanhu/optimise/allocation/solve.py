"""A fair split that moves as few as it must: claims, equal counts of each tier, then assets, by swaps within a tier.

Whoever has no keeper is placed first and swapped freely, for nobody loses anything by it; only what is then still
unequal is made equal with customers somebody knows, those first whose move gains most for the trust it takes, and only
down to the tolerance. Further measures are spread last, at nobody's cost. No clock and no chance: the same customers
give the same split, in whatever order they came.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from guanhu.optimise.allocation import bounds, claims
from guanhu.optimise.allocation.problem import (
    MILLION,
    MOVE_BP,
    NOBODY,
    Bounds,
    Flags,
    Problem,
    Shortfall,
    Split,
    Whole,
    Why,
)
from guanhu.optimise.allocation.quotas import quotas

FREE_PPM = 1
"""Down to here, in millionths, those are swapped whom nobody has known yet."""
ALIKE_PPM = 1000
"""Down to here, in millionths, further measures are spread."""
WAYS = tuple((floor_bp, widest) for floor_bp in (100, 500, 2000) for widest in (True, False))
"""What a move costs besides the trust lost, and how a gain is measured; each is tried, what takes least is kept."""
CHEAPEST = 25
"""Of each keeper and tier so many who are known least are thought of when more trust is to be spared."""
SMALL = 12
"""So few customers are split by looking at every way there is."""


def solve(problem: Problem) -> Split:
    """Split the customers of one post among its keepers, with the reason for each and bounds for the whole."""
    desk = _Desk(problem)
    desk.leave_in_pool()
    desk.claim()
    if not desk.take_best():
        desk.release()
        desk.place()
        desk.level(FREE_PPM)
        desk.relieve()
        desk.spare_more()
        desk.level(FREE_PPM)
    desk.spread()
    return desk.split()


@dataclass
class _Desk:
    """The split while it is being made."""

    problem: Problem
    owner: Whole = field(init=False)
    home: Whole = field(init=False)
    """Who would lose the customer if she moved: her keeper today, if he is still there."""
    fixed: Flags = field(init=False)
    partner: Whole = field(init=False)
    met: dict[int, int] = field(default_factory=dict)
    settled: claims.Settled = field(init=False)
    short: list[Shortfall] = field(default_factory=list)
    released: Flags = field(init=False)
    pool: Flags = field(init=False)
    quota: Whole = field(init=False)
    placed: Whole = field(init=False)
    """The keepers when everybody had one and nobody was yet swapped away from hers."""
    plain: tuple[float, ...] = ()
    """How far keepers were off in each further measure before anybody was swapped for it."""

    def __post_init__(self) -> None:
        told = self.problem
        self.home = np.where(told.held, told.owner, NOBODY)
        self.owner = self.home.copy()
        self.fixed = told.held & told.locked
        self.partner = np.full(len(told.numbers), NOBODY)
        self.released = np.zeros(len(told.numbers), bool)
        self.pool = np.zeros(len(told.numbers), bool)
        self.asset, self.weight = told.counted, told.weight_pm
        self.rising = np.lexsort((np.arange(len(self.asset)), self.asset))

    # ------------------------------------------------------------ before anybody is placed

    def leave_in_pool(self) -> None:
        """Who is more than all keepers can serve stays in the common pool: low tiers first, those nobody knows."""
        told, limit = self.problem, self.problem.limits.capacity
        places = len(told.numbers) if limit is None else limit * int(told.active.sum())
        over = len(told.numbers) - places
        if over <= 0:
            return
        claimed = np.isin(np.arange(len(told.numbers)), told.claims.customer)
        order = np.lexsort(
            (np.arange(len(self.asset)), self.asset, told.trust_bp, -told.tier, told.held, claimed | self.fixed)
        )
        self.pool[order[:over]] = True
        self.owner[self.pool] = self.home[self.pool] = NOBODY
        self.fixed &= ~self.pool
        self.short.append(Shortfall("capacity", len(told.numbers), places))

    def claim(self) -> None:
        """Meet the claims on whom nobody there keeps."""
        self.settled = claims.settle(self.problem)
        for customer, keeper in self.settled.met.items():
            if not self.pool[customer]:
                self.owner[customer], self.fixed[customer] = keeper, True
                self.met[customer] = keeper

    def take_best(self) -> bool:
        """Take the best of all ways where they are few enough to look at each; tells whether there is one."""
        told = self.problem
        if not 0 < len(told.numbers) <= SMALL or self.pool.any():
            return False
        from guanhu.optimise.allocation import exact

        if exact.ways(len(told.numbers), int(told.active.sum())) > exact.WAYS:
            return False
        found = exact.best(told, self.met, FREE_PPM)
        if found is not None:
            self.owner = found
            self.quota = self._by_tier()
        return found is not None

    def release(self) -> None:
        """Set the quotas, and let go of the least known where a keeper has more of a tier than she is to have."""
        told, active = self.problem, np.flatnonzero(self.problem.active)
        now = self._by_tier()
        self.quota = np.zeros_like(now)
        self.quota[active] = quotas(np.bincount(told.tier[~self.pool], minlength=told.tiers), now[active])
        over = np.maximum(0, now - self.quota)
        free = np.flatnonzero((self.owner != NOBODY) & ~self.fixed)
        free = free[over[self.owner[free], told.tier[free]] > 0]
        leaving = []
        for i in free[np.lexsort((free, told.trust_bp[free]))].tolist():
            cell = (self.owner[i], told.tier[i])
            if over[cell] > 0:
                over[cell] -= 1
                leaving.append(i)
        if len(leaving) > told.limits.moves:
            self.short.append(Shortfall("moves", len(leaving), told.limits.moves))
        self.released[leaving[: told.limits.moves]] = True
        self.owner[self.released] = NOBODY

    def _by_tier(self) -> Whole:
        told, kept = self.problem, self.owner != NOBODY
        found = np.zeros((len(self.weight), told.tiers), np.int64)
        np.add.at(found, (self.owner[kept], told.tier[kept]), 1)
        return found

    # ------------------------------------------------------------ placing and swapping

    def place(self) -> None:
        """Everybody without a keeper gets one, the wealthiest first."""
        from guanhu.optimise.allocation import kernels

        waiting = (self.owner == NOBODY) & ~self.pool
        order = np.lexsort((np.arange(len(self.asset)), -self.asset))
        room = np.maximum(0, self.quota - self._by_tier())
        kernels.place(
            order[waiting[order]],
            self.problem.tier,
            self.asset,
            room,
            self._totals(),
            self.weight,
            self._all(),
            self.owner,
        )

    def level(self, within_ppm: int) -> None:
        """Make assets equal with those whom nobody there has known."""
        from guanhu.optimise.allocation import kernels

        told = self.problem
        if not self._all():
            return
        start, cell = self._unknown()
        kernels.level(
            start, cell, self.owner, self.asset, self._totals(), self.weight, self._all(), told.tiers,
            within_ppm / MILLION, self.partner,
        )  # fmt: skip

    def spread(self) -> None:
        """Spread each further measure with those whom nobody there has known; nothing before it gets worse."""
        from guanhu.optimise.allocation import kernels

        told = self.problem
        self.plain = self._spread()
        if not len(told.further) or not self._all():
            return
        rows = np.vstack([self.asset, told.further])
        totals = np.vstack([self._totals(one) for one in rows])
        caps = np.array([FREE_PPM, *[ALIKE_PPM] * len(told.further)]) / MILLION
        start, cell = self._unknown()
        for r in range(1, len(rows)):
            kernels.spread(
                start, cell, self.owner, rows, totals, self.weight, totals.sum(axis=1), told.tiers, r, caps,
                self.partner,
            )  # fmt: skip

    def relieve(self) -> None:
        """Make what is still unequal equal with customers somebody knows; of several ways the one that takes least."""
        told = self.problem
        self.placed = self.owner.copy()
        left = told.limits.moves - int(self._moved().sum())
        if left <= 0 or not self._all() or self.deviation() <= told.limits.within_ppm / MILLION:
            return
        tried = [self._relieved(floor, widest, left) for floor, widest in WAYS]
        within = max(told.limits.within_ppm / MILLION, min(one[0] for one in tried))
        _, _, self.owner, self.partner = min((one for one in tried if one[0] <= within), key=lambda one: one[1])

    def _relieved(self, floor: int, widest: bool, left: int) -> tuple[float, int, Whole, Whole]:
        """Deviation, cost, keepers and partners when a move counts for so much besides trust."""
        from guanhu.optimise.allocation import kernels

        told, within = self.problem, self.problem.limits.within_ppm / MILLION
        other = _Desk(told)
        other.owner, other.partner, other.home = self.owner.copy(), self.partner.copy(), self.home
        other.pool, other.fixed = self.pool, self.fixed
        start, cell = kernels.cells(
            other.owner, told.tier, self.rising, ~self.fixed & ~self.pool, len(self.weight), told.tiers
        )
        same = (self.home, told.trust_bp, self.asset, other._totals(), self.weight, self._all(), told.tiers, within)
        kernels.relieve(start, cell, other.owner, *same, left, floor, widest, other.partner)
        if other.deviation() <= within:
            kernels.spare(start, cell, other.owner, *same, MOVE_BP, other.partner)
        return other.deviation(), other._cost(), other.owner, other.partner

    def spare_more(self) -> None:
        """Look for a way that takes less trust and moves, for as many swaps as may be tried; never for worse."""
        from guanhu.optimise.allocation import kernels, sparing

        told = self.problem
        within, tries = told.limits.within_ppm / MILLION, told.limits.tries // sparing.RUNS
        if not tries or not within or not self._all() or not self._moved().any():
            return
        order = self._least_known()
        movable = np.isin(np.arange(len(self.owner)), order)
        found, least = self.owner, self._cost() if self.deviation() <= within else None
        for run in range(1, sparing.RUNS + 1):
            start, cell = kernels.cells(found, told.tier, self.rising, movable, len(self.weight), told.tiers)
            way, costs = sparing.spare_more(
                start, cell, found.copy(), self.home, told.trust_bp, self.asset, told.tier, order,
                totals(told, found, self.asset), self.weight, self._all(), within, told.limits.moves, tries, run,
            )  # fmt: skip
            if costs >= 0 and (least is None or costs < least) and deviation(told, way) <= within:
                found, least = way, costs
        if found is not self.owner:
            self.owner = found
            self._pair()

    def _least_known(self) -> Whole:
        """Of each keeper and tier some whom she knows least, some she does not know, and who has been moved anyway."""
        told, known = self.problem, self.home != NOBODY
        trust = np.where(known, told.trust_bp, 0)
        free = np.flatnonzero(~self.fixed & ~self.pool)
        cell = (np.where(known, self.home, self.owner) * told.tiers + told.tier) * 2 + known
        free = free[np.lexsort((free, trust[free], cell[free]))]
        _, begin, many = np.unique(cell[free], return_index=True, return_counts=True)
        rank = np.arange(len(free)) - np.repeat(begin, many)
        free = free[(rank < CHEAPEST) | self._moved()[free]]
        found: Whole = free[np.lexsort((free, trust[free]))]
        return found

    def _pair(self) -> None:
        """Say anew who was swapped with whom: two of a tier who went opposite ways; in a ring nobody is."""
        waiting = dict[tuple[int, int, int], list[int]]()
        self.partner[self.home != NOBODY] = NOBODY
        for i in np.flatnonzero(self.owner != self.placed).tolist():
            tier, leaves, comes = int(self.problem.tier[i]), int(self.placed[i]), int(self.owner[i])
            if waiting.get((tier, comes, leaves)):
                other = waiting[tier, comes, leaves].pop(0)
                self.partner[i], self.partner[other] = other, i
            else:
                waiting.setdefault((tier, leaves, comes), []).append(i)

    # ------------------------------------------------------------ figures

    def _moved(self) -> Flags:
        moved: Flags = (self.home != NOBODY) & (self.owner != self.home) & (self.owner != NOBODY)
        return moved

    def _cost(self) -> int:
        """The trust that is lost, and what the moves count for besides."""
        moved = self._moved()
        return int(self.problem.trust_bp[moved].sum()) + MOVE_BP * int(moved.sum())

    def _unknown(self) -> tuple[Whole, Whole]:
        """The cells of those whom nobody there has known and nobody has claimed."""
        from guanhu.optimise.allocation import kernels

        told, movable = self.problem, (self.home == NOBODY) & ~self.fixed & ~self.pool
        found: tuple[Whole, Whole] = kernels.cells(
            self.owner, told.tier, self.rising, movable, len(self.weight), told.tiers
        )
        return found

    def _totals(self, of: Whole | None = None) -> Whole:
        return totals(self.problem, self.owner, self.asset if of is None else of)

    def _all(self) -> int:
        """What all keepers are to hold together."""
        return int(self.asset[~self.pool].sum())

    def deviation(self) -> float:
        """The largest of any keeper."""
        return deviation(self.problem, self.owner)

    def _spread(self) -> tuple[float, ...]:
        """The largest of any keeper in each further measure."""
        return tuple(deviation(self.problem, self.owner, one) for one in self.problem.further)

    def split(self) -> Split:
        """What is proposed, with its reasons and bounds."""
        told = self.problem
        chosen = np.flatnonzero(~self.pool)
        moves, trust = bounds.least_moved(told, told.limits.within_ppm)
        many = np.bincount(told.tier[chosen], minlength=told.tiers) // int(told.active.sum())
        even = bool((self._by_tier()[told.active] >= many).all())
        proven = Bounds(bounds.least_deviation(told, chosen, even=even), moves, trust, self.settled.bound_bp)
        return Split(
            self.owner, tuple(self._why(i) for i in range(len(self.owner))), self.partner, self.quota,
            self.deviation(), proven, tuple(self.short), tuple(zip(self.plain, self._spread(), strict=True)),
        )  # fmt: skip

    def _why(self, i: int) -> Why:
        if self.pool[i]:
            return Why.POOL
        if self.owner[i] == self.home[i]:
            return Why.STAYS
        if i in self.met:
            return Why.CLAIMED
        if self.released[i]:
            return Why.ROOM
        return Why.PLACED if self.home[i] == NOBODY else Why.SWAPPED


def deviation(problem: Problem, owner: Whole, of: Whole | None = None) -> float:
    """How far the keeper furthest off is from what she ought to hold, as a share of it; the pool counts for nothing.

    ``of``: a further measure; null: assets as they are balanced.
    """
    held, weights = totals(problem, owner, problem.counted if of is None else of), int(problem.weight_pm.sum())
    whole = int(held.sum())
    if not whole:
        return 0.0
    ought = problem.weight_pm * whole
    return max(
        abs(int(one) * weights - int(other)) / int(other)
        for one, other in zip(held[problem.active], ought[problem.active], strict=True)
    )


def totals(problem: Problem, owner: Whole, of: Whole) -> Whole:
    """What each keeper has of a measure in all."""
    kept, found = owner != NOBODY, np.zeros(len(problem.weight_pm), np.int64)
    np.add.at(found, owner[kept], of[kept])
    return found
