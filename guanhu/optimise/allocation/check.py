"""Is this split allowed, and is it what it says? Written without a look at the solver.

Every split passes here before a person sees it. A fault is a sentence; an empty list lets it pass.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from guanhu.optimise.allocation.problem import BASIS, NOBODY, Problem, Split, Why

CLOSE = 1e-12
"""Two ways to work out a share may differ by so much."""


def check(problem: Problem, split: Split) -> list[str]:
    """What is wrong with this split, one sentence each."""
    if len(split.owner) != len(problem.numbers):
        return [f"{len(problem.numbers)} 户，分了 {len(split.owner)} 户"]
    faults = [*_keepers(problem, split), *_stay(problem, split)]
    if faults:
        return faults
    return [*_even(problem, split), *_claims(problem, split), *_figures(problem, split), *_further(problem, split)]


def _keepers(problem: Problem, split: Split) -> Iterator[str]:
    limit, served = problem.limits.capacity, Counter(split.owner.tolist())
    for number, keeper, why in zip(problem.numbers.tolist(), split.owner.tolist(), split.why, strict=True):
        if (keeper == NOBODY) != (why is Why.POOL):
            yield f"客户 {number} 没有管户人，却不在公共池"
        elif keeper != NOBODY and not (0 <= keeper < len(problem.active) and problem.active[keeper]):
            yield f"客户 {number} 分给了不在岗的管户人 {keeper}"
    for keeper, many in sorted(served.items()):
        if keeper != NOBODY and limit is not None and many > limit:
            yield f"管户人 {keeper} 有 {many} 户，最多 {limit} 户"
    if served[NOBODY] and (limit is None or len(problem.numbers) - served[NOBODY] != limit * int(problem.active.sum())):
        yield f"公共池有 {served[NOBODY]} 户，而管户人还有空位"


def _stay(problem: Problem, split: Split) -> Iterator[str]:
    moved = 0
    for i, number in enumerate(problem.numbers.tolist()):
        before, now = int(problem.owner[i]), int(split.owner[i])
        held = before != NOBODY and bool(problem.active[before])
        gone = held and now != before
        moved += gone and now != NOBODY
        if gone and problem.locked[i]:
            yield f"客户 {number} 已锁定，却换了管户人"
        if held and (split.why[i] is Why.STAYS) == gone:
            yield f"客户 {number} 的理由与去留不符"
    if moved > problem.limits.moves:
        yield f"自愿变更 {moved} 户，最多 {problem.limits.moves} 户"


def _even(problem: Problem, split: Split) -> Iterator[str]:
    """Counts and tiers at the floor or the ceiling of an equal share, unless the limits forbid it and this is said."""
    if any(short.what == "moves" for short in split.short):
        return
    keepers = [int(one) for one in problem.active.nonzero()[0]]
    lists: dict[tuple[int, int], int] = defaultdict(int)
    for keeper, tier in zip(split.owner.tolist(), problem.tier.tolist(), strict=True):
        lists[keeper, tier] += keeper != NOBODY
    locked = Counter(
        (int(o), int(t)) for o, t, lock in zip(problem.owner, problem.tier, problem.locked, strict=True) if lock
    )
    for tier in range(problem.tiers):
        whole = sum(lists[keeper, tier] for keeper in keepers)
        for keeper in keepers:
            many, most = lists[keeper, tier], -(-whole // len(keepers))
            if not locked and not whole // len(keepers) <= many <= most:
                yield f"管户人 {keeper} 的第 {tier} 层有 {many} 户，应为 {whole // len(keepers)} 到 {most} 户"
            if locked and many > max(most, locked[keeper, tier]):
                yield f"管户人 {keeper} 的第 {tier} 层有 {many} 户，最多 {most} 户"


def _claims(problem: Problem, split: Split) -> Iterator[str]:
    whole, weights = int(problem.counted.sum()), int(problem.weight_pm.sum())
    keepers = int(problem.active.sum())
    chosen: dict[int, set[int]] = defaultdict(set)
    for customer, keeper in zip(problem.claims.customer.tolist(), problem.claims.keeper.tolist(), strict=True):
        if split.owner[customer] == keeper and split.why[customer] is Why.CLAIMED:
            chosen[keeper].add(customer)
    for keeper, mine in sorted(chosen.items()):
        if len(mine) * BASIS > len(problem.numbers) // keepers * problem.limits.claims_count_bp:
            yield f"管户人 {keeper} 认领 {len(mine)} 户，超过名单的 {problem.limits.claims_count_bp / 100:g}%"
        asset = sum(int(problem.counted[one]) for one in mine)
        if asset * weights * BASIS > whole * int(problem.weight_pm[keeper]) * problem.limits.claims_asset_bp:
            yield f"管户人 {keeper} 认领的资产超过目标的 {problem.limits.claims_asset_bp / 100:g}%"


def _figures(problem: Problem, split: Split) -> Iterator[str]:
    """The deviation told is the deviation there is, and no bound lies above what was reached."""
    worst = _worst(problem, split, problem.counted.tolist())
    if abs(worst - split.deviation) > CLOSE:
        yield f"最大偏差实为 {worst:.3e}，报了 {split.deviation:.3e}"
    if split.bounds.deviation > split.deviation + CLOSE:
        yield f"偏差下界 {split.bounds.deviation:.3e} 高于所得 {split.deviation:.3e}"
    met = sum(
        strength
        for customer, keeper, strength in zip(
            problem.claims.customer.tolist(),
            problem.claims.keeper.tolist(),
            problem.claims.strength_bp.tolist(),
            strict=True,
        )
        if split.owner[customer] == keeper and split.why[customer] is Why.CLAIMED
    )
    if met > split.bounds.claims_bp:
        yield f"认领强度 {met} 超过上界 {split.bounds.claims_bp}"


def _further(problem: Problem, split: Split) -> Iterator[str]:
    """Each further measure is as far off as is told; what was done for the first has not made it worse."""
    if len(split.further) != len(problem.further):
        yield f"附加指标有 {len(problem.further)} 项，报了 {len(split.further)} 项"
        return
    for n, (values, (before, after)) in enumerate(zip(problem.further.tolist(), split.further, strict=True)):
        worst = _worst(problem, split, values)
        if abs(worst - after) > CLOSE * max(1.0, worst):
            yield f"附加指标 {n + 1} 的最大偏差实为 {worst:.3e}，报了 {after:.3e}"
        if n == 0 and after > before + CLOSE:
            yield f"附加指标 1 的偏差从 {before:.3e} 变为 {after:.3e}，不应变大"


def _worst(problem: Problem, split: Split, values: list[int]) -> float:
    """How far the keeper furthest off is from her share of such amounts."""
    weights = sum(problem.weight_pm.tolist())
    held: dict[int, int] = defaultdict(int)
    for keeper, value in zip(split.owner.tolist(), values, strict=True):
        held[keeper] += value if keeper != NOBODY else 0
    whole = sum(held.values())
    shares = ((keeper, weight * whole) for keeper, weight in enumerate(problem.weight_pm.tolist()) if weight * whole)
    return max((abs(held[keeper] * weights / share - 1) for keeper, share in shares), default=0.0)
