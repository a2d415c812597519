"""How a round takes less trust: many swaps tried one after the other, also such as make it worse for a while.

The cheapest way is often a chain of swaps of which none is good alone. So from a finished round swaps are tried that
may cost up to a limit, which falls to nothing (threshold accepting); being off beyond the tolerance costs too. What is
tried next is said by a fixed sequence of numbers, the same each time: no clock and no chance.
"""

from __future__ import annotations

import numpy as np

from guanhu.optimise.allocation.kernels import compiled, cost, put
from guanhu.optimise.allocation.problem import MOVE_BP

RUNS = 4
"""So often it is begun again from the best way found, with another sequence."""
WORSE_BP = 600
"""A swap may cost so much at the beginning, in basis points of trust."""
OFF_BP = 2000
"""What it costs when a keeper is off beyond the tolerance by as much again."""
NARROW = 1 - 1e-9
"""So much of the tolerance is used, for shares are worked out with rounding."""
SEED = np.uint64(0x9E3779B97F4A7C15)
"""Where the sequence of a run begins, times its number."""


@compiled
def spare_more(start, cell, owner, home, trust, asset, tier, order, total, weight, assets, within, most, tries, run):  # type: ignore[no-untyped-def]
    """Look for the way that takes least trust and moves within the tolerance: its keepers, and its cost or -1.

    ``order``: who may move, the least known first; they are tried more often · ``most``: moves in all. ``owner``,
    ``cell`` and ``total`` are used up.
    """
    tiers, keepers, within = (len(start) - 1) // len(weight), np.uint64(len(weight)), within * NARROW
    up = np.array([weight.sum() / (w * float(assets)) if w > 0 else 0.0 for w in weight])
    away, place, many, price = _away(owner, home, trust)
    best, least, dice = owner.copy(), np.int64(-1), SEED * np.uint64(run)
    for n in range(tries):
        limit, dice = WORSE_BP * (1 - n / tries) ** 2, _next(dice)
        x, dice = _drawn(dice, away, many, order), _next(dice)
        hi, lo = owner[x], np.int64((dice >> np.uint64(50)) % keepers)
        if lo == hi or weight[lo] == 0:
            continue
        a, b = hi * tiers + tier[x], lo * tiers + tier[x]
        known = (home, trust, asset, x, hi, lo)
        off = (total[hi] * up[hi] - 1, total[lo] * up[lo] - 1, up[hi], up[lo])
        q, worth = _fitting(cell, start[b], start[b + 1], known, off, within, most - many, limit, dice)
        if q < 0:
            continue
        y = cell[q]
        put(cell, start[a], start[a + 1], _place(cell, start[a], x), y, asset)
        put(cell, start[b], start[b + 1], q, x, asset)
        owner[x], owner[y] = lo, hi
        total[hi] += asset[y] - asset[x]
        total[lo] += asset[x] - asset[y]
        many = _note(away, place, many, x, 0 <= home[x] != lo)
        many = _note(away, place, many, y, 0 <= home[y] != hi)
        price += worth
        if (least < 0 or price < least) and _balanced(total, up, within):
            least = price
            best[:] = owner
    return best, least


@compiled
def _next(dice):  # type: ignore[no-untyped-def]
    """The next number of the sequence (Marsaglia's xorshift)."""
    dice ^= dice << np.uint64(13)
    dice ^= dice >> np.uint64(7)
    dice ^= dice << np.uint64(17)
    return dice


@compiled
def _drawn(dice, away, many, order):  # type: ignore[no-untyped-def]
    """Whom to try: as often one who has been moved as one who may be, and of these the least known more often."""
    if many > 0 and dice >> np.uint64(63):
        return away[np.int64((dice >> np.uint64(11)) % np.uint64(many))]
    share = np.float64((dice >> np.uint64(11)) & np.uint64(0xFFFFFFFF)) / 4294967296.0
    return order[np.int64(share * share * len(order))]


@compiled
def _fitting(cell, begin, end, known, off, within, room, limit, dice):  # type: ignore[no-untyped-def]
    """The best partner's place among half of a cell, and what trust and moves change; -1 where none is good enough.

    ``known``: homes, trust, assets, who leaves which keeper for which · ``off``: how far these two are off, and by how
    much an amount changes that · ``room``: moves that are left · ``limit``: what it may cost.
    """
    home, trust, asset, x, hi, lo = known
    first, second, up, down = off
    moves, lost = cost(home, trust, x, hi, lo)
    before = max(0.0, abs(first) - within) + max(0.0, abs(second) - within)
    best, place, worth = limit, -1, 0
    for q in range(begin, end):
        if (dice >> np.uint64((q - begin) % 48)) & np.uint64(1):
            continue
        y = cell[q]
        back, won = cost(home, trust, y, lo, hi)
        if moves + back > room:
            continue
        gives = asset[x] - asset[y]
        after = max(0.0, abs(first - gives * up) - within) + max(0.0, abs(second + gives * down) - within)
        price = (moves + back) * MOVE_BP + lost + won
        total = price + (after - before) * OFF_BP / within
        if total < best or (total == best and place < 0):
            best, place, worth = total, q, price
    return place, worth


@compiled
def _place(cell, at, customer):  # type: ignore[no-untyped-def]
    """Where in her cell a customer stands."""
    while cell[at] != customer:
        at += 1
    return at


@compiled
def _away(owner, home, trust):  # type: ignore[no-untyped-def]
    """Who has been moved, where each stands in that list, how many they are, and what it cost."""
    away, place, many, price = np.empty(len(owner), np.int64), np.full(len(owner), -1), 0, 0
    for i in range(len(owner)):
        if 0 <= home[i] != owner[i]:
            away[many], place[i] = i, many
            many += 1
            price += trust[i] + MOVE_BP
    return away, place, many, price


@compiled
def _note(away, place, many, customer, gone):  # type: ignore[no-untyped-def]
    """Keep the list of those who have been moved; how many they are."""
    if gone and place[customer] < 0:
        away[many], place[customer] = customer, many
        return many + 1
    if not gone and place[customer] >= 0:
        last = away[many - 1]
        away[place[customer]], place[last] = last, place[customer]
        place[customer] = -1
        return many - 1
    return many


@compiled
def _balanced(total, up, within):  # type: ignore[no-untyped-def]
    """Is every keeper who is there within the tolerance?"""
    off = 0.0
    for j in range(len(total)):
        if up[j] > 0:
            off = max(off, abs(total[j] * up[j] - 1))
    return off <= within
