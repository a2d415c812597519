"""Why does this customer change her keeper, and how do the lists look before and after: figures and sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from guanhu.optimise.allocation.problem import BASIS, NOBODY, Problem, Split, Why


@dataclass(frozen=True)
class Reason:
    """Why one customer is to have this keeper.

    ``number``, ``partner``: customers' numbers, the partner whom she was swapped with, if any · ``before``, ``after``:
    places of keepers · ``rank``: how many of the keeper's customers of her tier who may move are less known than she.
    """

    number: Any
    why: Why
    before: int
    after: int
    trust_bp: int
    partner: Any
    rank: int

    @property
    def voluntary(self) -> bool:
        """Does she leave a keeper who is still there?"""
        return self.why in (Why.ROOM, Why.SWAPPED)


@dataclass(frozen=True)
class Row:
    """One keeper before and after: customers, by tier, assets as counted, what she ought to hold, claims, moves.

    ``further``: her sum of each further measure, before and after.
    """

    keeper: int
    active: bool
    customers: tuple[int, int]
    tiers: tuple[tuple[int, ...], tuple[int, ...]]
    assets: tuple[int, int]
    ought: int
    claims: int
    comes: int
    goes: int
    further: tuple[tuple[int, int], ...] = ()

    def deviation(self, after: bool = True) -> float:
        """How far her assets are from what they ought to be, as a share."""
        return self.assets[after] / self.ought - 1 if self.ought else 0.0


def reason(problem: Problem, split: Split, place: int) -> Reason:
    """Why the customer at this place is to have the keeper she is to have."""
    before, tier = int(problem.owner[place]), problem.tier[place]
    alike = problem.held & (problem.owner == before) & (problem.tier == tier) & ~problem.locked
    partner = int(split.partner[place])
    return Reason(
        problem.numbers[place], split.why[place], before, int(split.owner[place]), int(problem.trust_bp[place]),
        problem.numbers[partner] if partner != NOBODY else None,
        int((alike & (problem.trust_bp < problem.trust_bp[place])).sum()),
    )  # fmt: skip


def moved(problem: Problem, split: Split) -> tuple[Reason, ...]:
    """Who leaves a keeper that is still there, those first with whom most trust is lost."""
    places = np.flatnonzero(problem.held & (split.owner != problem.owner))
    told = [reason(problem, split, int(place)) for place in places]
    return tuple(sorted(told, key=lambda one: -one.trust_bp))


def rows(problem: Problem, split: Split) -> tuple[Row, ...]:
    """The lists keeper by keeper, before and after; what she ought to hold is of all who have a keeper after."""
    whole, weights = int(problem.counted[split.owner != NOBODY].sum()), int(problem.weight_pm.sum())
    before, after = (_lists(problem, owner) for owner in (problem.owner, split.owner))
    claimed = Counter(int(split.owner[i]) for i, why in enumerate(split.why) if why is Why.CLAIMED)
    change = split.owner != problem.owner
    comes, goes = (Counter(owner[change].tolist()) for owner in (split.owner, problem.owner))
    sums = [list(zip(*(_sums(problem, owner, one) for owner in (problem.owner, split.owner)), strict=True))
            for one in problem.further]  # fmt: skip
    return tuple(
        Row(
            keeper, bool(problem.active[keeper]), (before[0][keeper], after[0][keeper]),
            (before[1][keeper], after[1][keeper]), (before[2][keeper], after[2][keeper]),
            int(problem.weight_pm[keeper]) * whole // weights, claimed[keeper], comes[keeper], goes[keeper],
            tuple(one[keeper] for one in sums),
        )
        for keeper in range(len(problem.active))
    )  # fmt: skip


def _lists(problem: Problem, owner: Any) -> tuple[list[int], list[tuple[int, ...]], list[int]]:
    """Customers, customers by tier and counted assets of each keeper."""
    kept, tiers = owner != NOBODY, np.zeros((len(problem.active), problem.tiers), np.int64)
    np.add.at(tiers, (owner[kept], problem.tier[kept]), 1)
    return tiers.sum(axis=1).tolist(), [tuple(row) for row in tiers.tolist()], _sums(problem, owner, problem.counted)


def _sums(problem: Problem, owner: Any, of: Any) -> list[int]:
    """What each keeper has of a measure in all."""
    kept, found = owner != NOBODY, np.zeros(len(problem.active), np.int64)
    np.add.at(found, owner[kept], of[kept])
    return found.tolist()


RING = "为使资产相当，与同层几位客户轮换"
WORDS = {
    Why.STAYS: "不变",
    Why.CLAIMED: "认领成功",
    Why.PLACED: "原来没有在岗的管户人，按资产与层级分入",
    Why.ROOM: "原管户人这一层户数超出应有，是其中关系较浅的",
    Why.SWAPPED: "为使资产相当，与同层客户互换",
    Why.POOL: "超出可服务户数，留在公共池",
}


def say(told: Reason) -> str:
    """The reason in one sentence."""
    said = [RING if told.why is Why.SWAPPED and told.partner is None else WORDS[told.why]]
    if told.partner is not None:
        said.append(f"与客户 {told.partner} 互换")
    if told.voluntary:
        said.append(f"关系强度 {told.trust_bp * 100 // BASIS}%，同层可动客户中有 {told.rank} 户比她更浅")
    return "，".join(said)
