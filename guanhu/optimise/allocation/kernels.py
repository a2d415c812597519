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
SOME = 64
"""So many customers of a keeper and tier are looked at in one turn, where it is two pairs that are exchanged."""
SPAN = 32
"""So many second pairs are looked at that would make up for the assets of a first one."""
ENOUGH = 0.9
"""The first swap that leaves so much of a deviation is taken where any would do."""
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
def put(cell, begin, end, at, new, asset):  # type: ignore[no-untyped-def]
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
    put(cell, start[a], start[a + 1], first, y, asset)
    put(cell, start[b], start[b + 1], second, x, asset)
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
def cost(home, trust, i, leaves, comes):  # type: ignore[no-untyped-def]
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
                    moved, lost = cost(home, trust, x, hi, lo)
                    if before <= best * (floor + max(0, lost)):
                        continue  # she alone costs too much
                    at = _first(cell, begin, end, asset, asset[x] - want)
                    for q in range(max(begin, at - NEAR), min(end, at + NEAR)):
                        back, won = cost(home, trust, cell[q], lo, hi)
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
                back, won = cost(home, trust, cell[q], lo, hi)
                price = (back - 1) * floor + won - trust[x]
                gives = asset[x] - asset[cell[q]]
                if price < best and abs(dev[hi] - gives * up) <= within and abs(dev[lo] + gives * down) <= within:
                    best, first, second = price, p, q
        if first < 0:
            return saved
        x, y = _swap(start, cell, owner, asset, total, first, second)
        partner[x], partner[y] = y, x
        saved -= best


@compiled
def _bounds(dev, hi, lo, up, down, cap):  # type: ignore[no-untyped-def]
    """The least and the most one keeper may give another so that neither is further off than this."""
    return max((dev[hi] - cap) / up, (-cap - dev[lo]) / down), min((dev[hi] + cap) / up, (cap - dev[lo]) / down)


@compiled
def _pairs(start, cell, asset, tiers, hi, lo, turn):  # type: ignore[no-untyped-def]
    """The places of two keepers' customers of one tier who are near in assets, by what the one would give the other.

    Of a long list some are taken, each turn others.
    """
    first = np.empty(2 * NEAR * min(tiers * SOME, start[(hi + 1) * tiers] - start[hi * tiers]), np.int64)
    second, gives, many = first.copy(), first.copy(), 0
    for k in range(tiers):
        begin, end = start[lo * tiers + k], start[lo * tiers + k + 1]
        leading, last = start[hi * tiers + k], start[hi * tiers + k + 1]
        step = max(1, -(-(last - leading) // SOME))
        for p in range(leading + turn % step, last, step):
            at = _first(cell, begin, end, asset, asset[cell[p]])
            for q in range(max(begin, at - NEAR), min(end, at + NEAR)):
                first[many], second[many], gives[many] = p, q, asset[cell[p]] - asset[cell[q]]
                many += 1
    order = np.argsort(gives[:many], kind="mergesort")
    return first[order], second[order], gives[order]


@compiled
def _kept(rows, r, x, y, u, v, dev, hi, lo, weight, wholes, caps):  # type: ignore[no-untyped-def]
    """Do the measures before this one stay within their caps when these leave one keeper for the other?"""
    weights = weight.sum()
    for s in range(r):
        if wholes[s] > 0:
            gives = rows[s, x] - rows[s, y] + (rows[s, u] - rows[s, v] if u >= 0 else 0)
            up, down = weights / (weight[hi] * float(wholes[s])), weights / (weight[lo] * float(wholes[s]))
            if abs(dev[s, hi] - gives * up) > caps[s] or abs(dev[s, lo] + gives * down) > caps[s]:
                return False
    return True


@compiled
def _exchange(start, cell, rows, tiers, r, dev, hi, lo, weight, wholes, caps, most, good, turn):  # type: ignore[no-untyped-def]
    """The swap of one or two pairs between two keepers that leaves a measure most alike: how far off, and the places.

    ``most``: below this it has to be · ``good``: such a one is taken at once · ``turn``: which part of long lists.
    """
    weights = weight.sum()
    up, down = weights / (weight[hi] * float(wholes[r])), weights / (weight[lo] * float(wholes[r]))
    least, largest = _bounds(
        dev[0], hi, lo, weights / (weight[hi] * float(wholes[0])), weights / (weight[lo] * float(wholes[0])), caps[0]
    )
    first, second, gives = _pairs(start, cell, rows[0], tiers, hi, lo, turn)
    best, places = most, (-1, -1, -1, -1)
    for m in range(-1, len(gives)):  # none, or the pair that makes up for the assets of the other
        u, v = (cell[first[m]], cell[second[m]]) if m >= 0 else (-1, -1)
        other, more = (gives[m], rows[r, u] - rows[r, v]) if m >= 0 else (0, 0)
        begin = max(np.searchsorted(gives, least - other), m + 1)
        for n in range(begin, min(len(gives), begin + (SPAN if m >= 0 else len(gives)))):
            if gives[n] + other > largest:
                break
            x, y = cell[first[n]], cell[second[n]]
            if x == u or y == v:
                continue
            given = rows[r, x] - rows[r, y] + more
            left = max(abs(dev[r, hi] - given * up), abs(dev[r, lo] + given * down))
            if left < best and _kept(rows, r, x, y, u, v, dev, hi, lo, weight, wholes, caps):
                best = left
                places = (first[n], second[n], first[m] if m >= 0 else -1, second[m] if m >= 0 else -1)
                if best <= good:
                    return best, places
    return best, places


@compiled
def _further_off(r, dev, totals, weight, wholes, within, stuck):  # type: ignore[no-untyped-def]
    """Work out all deviations; the keeper furthest off in this measure by more than a unit, of those not stuck."""
    weights, hi = weight.sum(), -1
    for s in range(r + 1):
        if wholes[s] > 0:
            _worst(totals[s], weight, wholes[s], dev[s])
    for j in range(len(weight)):
        unit = abs(totals[r, j] * weights - weight[j] * wholes[r]) < weights
        if weight[j] == 0 or stuck[j] or unit or abs(dev[r, j]) <= within:
            continue
        if hi < 0 or abs(dev[r, j]) > abs(dev[r, hi]):
            hi = j
    return hi


@compiled
def spread(start, cell, owner, rows, totals, weight, wholes, tiers, r, caps, partner):  # type: ignore[no-untyped-def]
    """Swap customers nobody has known until keepers are alike in one more measure; how often.

    ``rows``: assets, then each further measure · ``r``: which of them · ``caps``: down to where each is levelled; none
    before this one gets further off than that, or than it is. One pair is exchanged, or two that make up for each
    other's assets. A keeper who cannot come nearer is passed over, until somebody else did.
    """
    dev, stuck = np.zeros((r + 1, len(weight))), np.zeros(len(weight), np.bool_)
    _further_off(r, dev, totals, weight, wholes, caps[r], stuck)
    kept, done, since = caps.copy(), 0, 0
    for s in range(r):
        kept[s] = max(caps[s], np.abs(dev[s]).max())
    while True:
        hi = _further_off(r, dev, totals, weight, wholes, caps[r], stuck)
        if hi < 0 and since == done:
            return done
        if hi < 0:
            stuck[:], since = False, done
            continue
        good = max(abs(dev[r, hi]) * ENOUGH, caps[r])
        best, other, at = abs(dev[r, hi]) * STEP, -1, (-1, -1, -1, -1)
        for lo in range(len(weight)):
            if lo == hi or weight[lo] == 0 or (dev[r, lo] - dev[r, hi]) * dev[r, hi] >= 0:
                continue
            left, places = _exchange(start, cell, rows, tiers, r, dev, hi, lo, weight, wholes, kept, best, good, done)
            if places[0] >= 0:
                best, other, at = left, lo, places
                if best <= good:
                    break
        if other < 0:
            stuck[hi] = True
            continue
        ends = (cell[at[0]], cell[at[1]], cell[at[2]], cell[at[3]])
        for one in range(0, 2 if at[2] < 0 else 4, 2):
            x, y = ends[one], ends[one + 1]
            p, q = _at(start, cell, at[one], x), _at(start, cell, at[one + 1], y)
            _swap(start, cell, owner, rows[0], totals[0], p, q)
            for s in range(1, len(rows)):
                totals[s, hi] += rows[s, y] - rows[s, x]
                totals[s, other] += rows[s, x] - rows[s, y]
            partner[x], partner[y] = y, x
            done += 1


@compiled
def _at(start, cell, near, customer):  # type: ignore[no-untyped-def]
    """Where in her cell a customer stands who stood near this place before another was exchanged."""
    c = np.searchsorted(start, near, side="right") - 1
    for p in range(start[c], start[c + 1]):
        if cell[p] == customer:
            return p
    return -1
