"""The loops of the split, compiled: placing under quotas, and swaps within a tier that leave counts as they are.

A customer's place settles ties. ``cell`` lists who may move, keeper by keeper and tier by tier, each in the order of
assets; ``start`` says where each begins. Deviations are compared as ``(held × weights − weight × assets)`` over
``weight × assets``: whole numbers until the division.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

compiled: Any = njit(cache=True, nogil=True)
NEAR = 4
"""Neighbours of the fitting asset that are looked at."""
STEP = 0.99
"""A swap has to leave the worse of the two at most so much of her deviation; below it, search goes on for nothing."""


@compiled
def place(order, tier, asset, room, total, weight, assets, owner):  # type: ignore[no-untyped-def]
    """Give each, the wealthiest first, to the keeper with most to come among those with room in the tier."""
    weights = weight.sum()
    for i in order:
        best, most = -1, 0.0
        for j in range(len(weight)):
            if room[j, tier[i]] > 0:
                lacks = (weight[j] * assets - total[j] * weights) / weight[j]
                if best < 0 or lacks > most:
                    best, most = j, lacks
        owner[i] = best
        room[best, tier[i]] -= 1
        total[best] += asset[i]


@compiled
def cells(owner, tier, rising, movable, keepers, tiers):  # type: ignore[no-untyped-def]
    """Who may move, by keeper and tier, each in the order given."""
    start = np.zeros(keepers * tiers + 1, np.int64)
    for i in rising:
        if movable[i]:
            start[owner[i] * tiers + tier[i] + 1] += 1
    for c in range(keepers * tiers):
        start[c + 1] += start[c]
    free, cell = start[:-1].copy(), np.empty(start[-1], np.int64)
    for i in rising:
        if movable[i]:
            c = owner[i] * tiers + tier[i]
            cell[free[c]] = i
            free[c] += 1
    return start, cell


@compiled
def _put(cell, begin, end, at, new, asset):  # type: ignore[no-untyped-def]
    """Replace the one at a place by another, and keep the cell in order."""
    while at + 1 < end and (asset[cell[at + 1]], cell[at + 1]) < (asset[new], new):
        cell[at] = cell[at + 1]
        at += 1
    while at > begin and (asset[cell[at - 1]], cell[at - 1]) > (asset[new], new):
        cell[at] = cell[at - 1]
        at -= 1
    cell[at] = new


@compiled
def _swap(start, cell, owner, asset, total, first, second):  # type: ignore[no-untyped-def]
    """Exchange the customers at two places of two cells; tells who they were."""
    x, y = cell[first], cell[second]
    a = np.searchsorted(start, first, side="right") - 1
    b = np.searchsorted(start, second, side="right") - 1
    _put(cell, start[a], start[a + 1], first, y, asset)
    _put(cell, start[b], start[b + 1], second, x, asset)
    owner[x], owner[y] = owner[y], owner[x]
    total[owner[y]] += asset[y] - asset[x]
    total[owner[x]] += asset[x] - asset[y]
    return x, y


@compiled
def _worst(total, weight, assets, dev):  # type: ignore[no-untyped-def]
    """Each keeper's deviation, and who has the largest."""
    weights, hi = weight.sum(), -1
    for j in range(len(weight)):
        if weight[j] > 0:
            dev[j] = (total[j] * weights - weight[j] * assets) / (weight[j] * float(assets))
            if hi < 0 or abs(dev[j]) > abs(dev[hi]):
                hi = j
    return hi


@compiled
def level(start, cell, owner, asset, total, weight, assets, tiers, within, partner):  # type: ignore[no-untyped-def]
    """Swap customers whom nobody has known yet until no keeper is further off than this; how often.

    The keeper furthest off gives one to each other in turn and gets one of the same tier; of all such pairs the one is
    exchanged whose difference comes nearest to what makes the two alike.
    """
    weights, dev, done = weight.sum(), np.zeros(len(weight)), 0
    while True:
        hi = _worst(total, weight, assets, dev)
        if hi < 0 or abs(dev[hi]) <= within:
            return done
        best, first, second = abs(dev[hi]) * STEP, -1, -1
        for lo in range(len(weight)):
            if lo == hi or weight[lo] == 0:
                continue
            up, down = weights / (weight[hi] * float(assets)), weights / (weight[lo] * float(assets))
            want = (dev[hi] - dev[lo]) / (up + down)
            for k in range(tiers):
                p, q = start[hi * tiers + k], start[lo * tiers + k]
                while p < start[hi * tiers + k + 1] and q < start[lo * tiers + k + 1]:
                    gives = asset[cell[p]] - asset[cell[q]]
                    left = max(abs(dev[hi] - gives * up), abs(dev[lo] + gives * down))
                    if left < best:
                        best, first, second = left, p, q
                    if gives < want:
                        p += 1
                    else:
                        q += 1
        if first < 0:
            return done
        x, y = _swap(start, cell, owner, asset, total, first, second)
        partner[x], partner[y] = y, x
        done += 1


@compiled
def _cost(home, trust, i, leaves, comes):  # type: ignore[no-untyped-def]
    """The moves and the trust it takes to bring one from a keeper to another; below nothing where she comes home."""
    if home[i] == leaves:
        return 1, trust[i]
    if home[i] == comes:
        return -1, -trust[i]
    return 0, 0


@compiled
def _first(cell, begin, end, asset, least):  # type: ignore[no-untyped-def]
    """The first place of a cell with at least such an asset."""
    while begin < end:
        middle = (begin + end) // 2
        if asset[cell[middle]] < least:
            begin = middle + 1
        else:
            end = middle
    return begin


@compiled
def _off(first, second, within, widest):  # type: ignore[no-untyped-def]
    """How far two keepers are off: the one further off alone, or both together as far as it is beyond the tolerance."""
    if widest:
        return max(abs(first), abs(second), within / 2)
    return max(0.0, abs(first) - within) + max(0.0, abs(second) - within)


@compiled
def relieve(start, cell, owner, home, trust, asset, total, weight, assets, tiers, within, most, floor, widest, partner):  # type: ignore[no-untyped-def]
    """Swap customers away from keepers they know, by what it gains for the trust it takes, down to this deviation.

    ``most``: moves that may still be made · ``floor``: what a move costs besides trust · ``widest``: whether only the
    keeper further off counts. Tells the moves made.
    """
    weights, dev, moves = weight.sum(), np.zeros(len(weight)), 0
    while True:
        hi = _worst(total, weight, assets, dev)
        if hi < 0 or abs(dev[hi]) <= within:
            return moves
        best, first, second, more = 0.0, -1, -1, 0
        for lo in range(len(weight)):
            if lo == hi or weight[lo] == 0:
                continue
            up, down = weights / (weight[hi] * float(assets)), weights / (weight[lo] * float(assets))
            want, before = (dev[hi] - dev[lo]) / (up + down), _off(dev[hi], dev[lo], within, widest)
            for k in range(tiers):
                begin, end = start[lo * tiers + k], start[lo * tiers + k + 1]
                for p in range(start[hi * tiers + k], start[hi * tiers + k + 1]):
                    x = cell[p]
                    moved, lost = _cost(home, trust, x, hi, lo)
                    if before <= best * (floor + max(0, lost)):
                        continue  # she alone costs too much
                    at = _first(cell, begin, end, asset, asset[x] - want)
                    for q in range(max(begin, at - NEAR), min(end, at + NEAR)):
                        back, won = _cost(home, trust, cell[q], lo, hi)
                        if moves + moved + back > most:
                            continue
                        gives = asset[x] - asset[cell[q]]
                        left = _off(dev[hi] - gives * up, dev[lo] + gives * down, within, widest)
                        worth = (before - left) / (floor + max(0, lost + won))
                        if left < before * STEP and worth > best:
                            best, first, second, more = worth, p, q, moved + back
        if first < 0:
            return moves
        x, y = _swap(start, cell, owner, asset, total, first, second)
        partner[x], partner[y] = y, x
        moves += more


@compiled
def spare(start, cell, owner, home, trust, asset, total, weight, assets, tiers, within, floor, partner):  # type: ignore[no-untyped-def]
    """Bring moved customers home, or let one leave who is known less, wherever balance allows; the cost saved."""
    weights, dev, saved = weight.sum(), np.zeros(len(weight)), 0
    while True:
        _worst(total, weight, assets, dev)
        best, first, second = 0, -1, -1
        for p in range(len(cell)):
            x = cell[p]
            lo, hi = home[x], owner[x]
            if lo < 0 or lo == hi:
                continue
            up, down = weights / (weight[hi] * float(assets)), weights / (weight[lo] * float(assets))
            at = lo * tiers + (np.searchsorted(start, p, side="right") - 1) % tiers
            for q in range(start[at], start[at + 1]):
                back, won = _cost(home, trust, cell[q], lo, hi)
                cost = (back - 1) * floor + won - trust[x]
                gives = asset[x] - asset[cell[q]]
                if cost < best and abs(dev[hi] - gives * up) <= within and abs(dev[lo] + gives * down) <= within:
                    best, first, second = cost, p, q
        if first < 0:
            return saved
        x, y = _swap(start, cell, owner, asset, total, first, second)
        partner[x], partner[y] = y, x
        saved -= best
