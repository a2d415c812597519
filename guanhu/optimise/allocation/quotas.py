"""How many customers of each tier each keeper is to have: everywhere the exact share, rounded down or up."""

from __future__ import annotations

import numpy as np

from guanhu.optimise.allocation.problem import Flags, Whole


def quotas(by_tier: Whole, now: Whole) -> Whole:
    """Customers by keeper and tier, each cell and each keeper's sum at the floor or the ceiling of an equal share.

    ``by_tier``: how many there are · ``now``: how many each keeper has already; who has more than the floor gets the
    ceiling where that is possible. Such a rounding always exists (a transport with whole supplies); it is found by
    paths that give way to each other. O(keepers² × tiers²).
    """
    keepers = len(now)
    floor, left = by_tier // keepers, by_tier % keepers
    wants = now > floor
    up = _Rounding(left, wants)
    owed = int(by_tier.sum()) // keepers - int(floor.sum())
    for keeper in range(keepers):
        for _ in range(owed):
            up.give(keeper)
    rest = int(left.sum()) - owed * keepers
    for keeper in sorted(range(keepers), key=lambda j: (-int((wants[j] & ~up.given[j]).sum()), j)):
        if rest and up.give(keeper):
            rest -= 1
    return floor + up.given.astype(np.int64)


class _Rounding:
    """Which cells are rounded up, so that each tier has as many as it needs."""

    def __init__(self, left: Whole, wants: Flags) -> None:
        self.left = left
        self.given = np.zeros(wants.shape, bool)
        tiers = range(len(left))
        self.liked = [sorted(tiers, key=lambda k, row=row: (not row[k], k)) for row in wants]  # type: ignore[misc]

    def give(self, keeper: int) -> bool:
        """Round one more of this keeper's cells up, if others can give way."""
        return self._give(keeper, set())

    def _give(self, keeper: int, tried: set[int]) -> bool:
        for tier in self.liked[keeper]:
            if self.given[keeper, tier] or tier in tried:
                continue
            tried.add(tier)
            if int(self.given[:, tier].sum()) < int(self.left[tier]):
                self.given[keeper, tier] = True
                return True
            for other in np.flatnonzero(self.given[:, tier]):
                if self._give(int(other), tried):
                    self.given[other, tier], self.given[keeper, tier] = False, True
                    return True
        return False
