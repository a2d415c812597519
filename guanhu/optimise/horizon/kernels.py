"""The loops of the horizon, compiled: one customer's best days at given prices, the auction of slots, and repairs.

They read the rows of ``rows.Desk``. A plan is one whole number a cell: the tasks done there as bits, ``APART`` where
there is no contact. ``space`` is room for one customer's tables. All money is in small parts of a fen, so that prices
between two fen exist and every sum stays whole. Everything that calls each other stands here: what is kept compiled
does not notice a change in another file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

compiled: Any = njit(cache=True, nogil=True)
UNCOUNTED: dict[str, Any] = {"_nrt": False}
bare: Any = njit(cache=True, nogil=True, **UNCOUNTED)
"""For loops that make no array: who holds one is not counted there, which took more than half of their time."""
UNIT = 512
"""One fen in the units of these loops: more than ``solve`` counts for a customer's fewer, sooner, lighter contacts."""
CLOSED = 1 << 60
"""The price of a slot that cannot be had."""
NEVER = -(1 << 60)
APART = -1
"""No contact in this cell."""
LAST_DAYS = 15
"""The four working days before a day, one bit each, the lowest for the last."""
SHRINK = 86
"""What is left of the step after each round of the auction, in hundredths."""
NEAR = 2
"""A customer is planned anew when a price he minds has moved by more than so many steps."""

# ---------------------------------------------------------------- one customer, exactly


@bare
def worth(desk, i, price, space):  # type: ignore[no-untyped-def]
    """The most one customer's days bring over the prices of their slots; exact. Fills the tables ``walk`` reads.

    From the last day to the first: what is best from here on, by the tasks done and the contacts of the last four days.
    """
    table, turns = space[0], space[3]
    many = _worthwhile(desk, i, price, turns)
    table[many, :, 0] = 0
    for k in range(many - 1, -1, -1):
        e = turns[k]
        opened, fixed = desk.event_open[e], desk.event_fixed[e]
        kept, gap = _onwards(desk, turns, k, many)
        _settled(table[k], opened, desk.event_due[e], desk.event_over[e])
        for past in range(LAST_DAYS + 1):
            if not desk.event_past[e] >> past & 1:
                continue
            now, later = table[k, past], table[k + 1, (((past << 1) | 1) << (gap - 1)) & LAST_DAYS]
            _waits(now, table[k + 1, (past << gap) & LAST_DAYS], opened, kept, fixed)
            must = past & (past - 1) != 0 and not fixed
            for cell in range(desk.cell_first[e], desk.cell_first[e + 1]):
                cost = 0 if fixed else price[desk.cell_slot[cell]]
                if not fixed and cost >= desk.cell_most[cell]:
                    continue
                if not (must or fixed) and desk.entry_first[cell + 1] - desk.entry_first[cell] == 1:
                    _single(desk, desk.entry_first[cell], opened, kept, cost, now, later)
                elif not must or desk.cell_exempt[cell]:
                    _bundle(desk, cell, opened, kept, cost, now, later, space, must)
    return table[0, _before(desk, i, turns, many), 0]


@bare
def _worthwhile(desk, i, price, turns):  # type: ignore[no-untyped-def]
    """The days on which a contact could bring more than its slot costs, or was agreed; how many."""
    many = 0
    for e in range(desk.event_first[i], desk.event_first[i + 1]):
        some = desk.event_fixed[e]
        for cell in range(desk.cell_first[e], desk.cell_first[e + 1]):
            some = some or price[desk.cell_slot[cell]] < desk.cell_most[cell]
        if some:
            turns[many] = e
            many += 1
    return many


@bare
def _onwards(desk, turns, k, many):  # type: ignore[no-untyped-def]
    """What still matters on the next of these days, and how far off it is."""
    if k + 1 == many:
        return desk.event_open[turns[k]] & 0, desk.event_day[turns[k]] * 0 + 5
    return desk.event_open[turns[k + 1]], min(desk.event_day[turns[k + 1]] - desk.event_day[turns[k]], 5)


@bare
def _before(desk, i, turns, many):  # type: ignore[no-untyped-def]
    """The contacts that lie behind the first of these days."""
    return (desk.past[i] << (min(desk.event_day[turns[0]], 4) if many else 0)) & LAST_DAYS


@bare
def _settled(now, opened, due, met):  # type: ignore[no-untyped-def]
    """Nothing more can come where all is done; what cannot happen is never chosen."""
    for past in range(LAST_DAYS + 1):
        if not met >> past & 1:
            continue
        s = opened
        while True:
            now[past, s] = 0 if s & due == due else NEVER
            if s == 0:
                break
            s = (s - 1) & opened


@bare
def _waits(now, later, opened, kept, fixed):  # type: ignore[no-untyped-def]
    """No contact on this day, which is no choice where one was agreed."""
    s = opened
    while True:
        now[s] = NEVER if fixed else later[s & kept]
        if s == 0:
            break
        s = (s - 1) & opened


@bare
def _single(desk, n, opened, kept, cost, now, later):  # type: ignore[no-untyped-def]
    """A contact on this day for one task alone."""
    bit, before, value = desk.entry_bit[n], desk.entry_before[n], desk.entry_value[n] - cost
    rest = opened & ~bit
    s = rest
    while True:
        if s & before == before:
            now[s] = max(now[s], later[(s | bit) & kept] + value)
        if s == 0:
            break
        s = (s - 1) & rest


@bare
def _bundle(desk, cell, opened, kept, cost, now, later, space, must):  # type: ignore[no-untyped-def]
    """A contact on this day for one task or more, by the tasks done before it.

    One task after the other is done here or left to later; whoever follows another comes later in the row, so that the
    other counts only when it was done on an earlier day. ``must``: at least one task that is exempt is done.
    """
    known, sure = space[1], space[2]
    every = opened | desk.cell_tasks[cell]
    x = every
    while True:
        known[x], sure[x] = later[x & kept], NEVER
        if x == 0:
            break
        x = (x - 1) & every
    for n in range(desk.entry_first[cell], desk.entry_first[cell + 1]):
        bit, before, value = desk.entry_bit[n], desk.entry_before[n], desk.entry_value[n]
        rest = every & ~bit
        x = rest
        while True:
            if x & before == before:
                if must:
                    found = max(sure[x | bit], known[x | bit]) if desk.entry_exempt[n] else sure[x | bit]
                    sure[x] = max(sure[x], found + value)
                known[x] = max(known[x], known[x | bit] + value)
            if x == 0:
                break
            x = (x - 1) & rest
    s = opened
    while True:
        now[s] = max(now[s], (sure[s] if must else known[s]) - cost)
        if s == 0:
            break
        s = (s - 1) & opened


@bare
def walk(desk, i, price, space, plan):  # type: ignore[no-untyped-def]
    """Read the plan that is worth so much out of the tables; a contact that brings nothing is not made."""
    table, turns = space[0], space[3]
    many = _worthwhile(desk, i, price, turns)
    done, past = desk.past[i] & 0, _before(desk, i, turns, many)
    for cell in range(desk.cell_first[desk.event_first[i]], desk.cell_first[desk.event_first[i + 1]]):
        plan[cell] = APART
    for k in range(many):
        e = turns[k]
        kept, gap = _onwards(desk, turns, k, many)
        stay, gone = (past << gap) & LAST_DAYS, (((past << 1) | 1) << (gap - 1)) & LAST_DAYS
        if not desk.event_fixed[e] and table[k, past, done] == table[k + 1, stay, done & kept]:
            done, past = done & kept, stay
            continue
        cell, tasks = _found(desk, e, price, table[k + 1, gone], kept, done, table[k, past, done], past)
        plan[cell] = tasks
        done, past = (done | tasks) & kept, gone


@bare
def _found(desk, e, price, later, kept, done, worth_it, past):  # type: ignore[no-untyped-def]
    """The cell of this event and the tasks done there that make up this worth."""
    fixed = desk.event_fixed[e]
    must = past & (past - 1) != 0 and not fixed
    for cell in range(desk.cell_first[e], desk.cell_first[e + 1]):
        cost = 0 if fixed else price[desk.cell_slot[cell]]
        if not fixed and cost >= desk.cell_most[cell]:
            continue
        every = desk.cell_tasks[cell] & ~done
        tasks = every
        while True:
            brought = _brought(desk, cell, done, tasks, must)
            if brought > NEVER and brought - cost + later[(done | tasks) & kept] == worth_it:
                return cell, tasks
            if tasks == 0:
                break
            tasks = (tasks - 1) & every
    return desk.cell_first[e], APART


@bare
def _brought(desk, cell, done, tasks, must):  # type: ignore[no-untyped-def]
    """What doing just these tasks in this cell brings; ``NEVER`` if it may not be."""
    total, exempt = 0, not must
    for n in range(desk.entry_first[cell], desk.entry_first[cell + 1]):
        if tasks & desk.entry_bit[n]:
            if done & desk.entry_before[n] != desk.entry_before[n]:
                return NEVER
            total += desk.entry_value[n]
            exempt = exempt or desk.entry_exempt[n]
    return total if exempt else NEVER


# ---------------------------------------------------------------- many customers, one set of slots


@bare
def take(desk, i, plan, use, by):  # type: ignore[no-untyped-def]
    """Put a customer's contacts into their slots, or take them out (−1); what was agreed takes none."""
    for cell in range(desk.cell_first[desk.event_first[i]], desk.cell_first[desk.event_first[i + 1]]):
        if plan[cell] != APART and not desk.cell_fixed[cell]:
            use[desk.cell_slot[cell]] += by


@bare
def gained(desk, i, plan, price):  # type: ignore[no-untyped-def]
    """What a customer's contacts bring over the prices of their slots."""
    total = 0
    for cell in range(desk.cell_first[desk.event_first[i]], desk.cell_first[desk.event_first[i + 1]]):
        if plan[cell] == APART:
            continue
        if not desk.cell_fixed[cell]:
            total -= price[desk.cell_slot[cell]]
        for n in range(desk.entry_first[cell], desk.entry_first[cell + 1]):
            if plan[cell] & desk.entry_bit[n]:
                total += desk.entry_value[n]
    return total


@bare
def best_of_each(desk, price, space, each):  # type: ignore[no-untyped-def]
    """What every customer's best days bring over these prices, into ``each``."""
    for i in range(len(each)):
        each[i] = worth(desk, i, price, space)


@compiled
def auction(desk, prices, step, rounds, plan, use, space):  # type: ignore[no-untyped-def]
    """So many rounds from these prices on; the mean prices of the second half, for the bound.

    Each customer in turn takes what is best for him at what the slots cost with all others in them; then prices rise
    where too much is asked and fall where a slot stays free. ``step`` in units a contact, by channel. Everything is
    left as the last round leaves it, and may ask too much.
    """
    slots, days = len(prices), len(prices) // len(step)
    asked, seen = np.zeros(slots, np.int64), np.zeros((len(desk.past), slots), np.int64)
    summed = np.zeros(slots, np.int64)
    for turn in range(rounds):
        for i in range(len(desk.past)):
            take(desk, i, plan, use, -1)
            for slot in range(slots):
                rho = step[slot // days]
                asked[slot] = max(0, prices[slot] + rho * (use[slot] - desk.capacity[slot]) + rho // 2)
            if turn == 0 or _moved(desk, i, asked, seen, step, days, plan):
                worth(desk, i, asked, space)
                walk(desk, i, asked, space, plan)
                for slot in range(slots):
                    seen[i, slot] = asked[slot]
            take(desk, i, plan, use, 1)
        for slot in range(slots):
            prices[slot] = max(0, prices[slot] + step[slot // days] * (use[slot] - desk.capacity[slot]))
            if turn >= rounds // 2:
                summed[slot] += prices[slot]
        for channel in range(len(step)):
            step[channel] = max(1, step[channel] * SHRINK // 100)
    return summed // (rounds - rounds // 2)


@bare
def _moved(desk, i, asked, seen, step, days, plan):  # type: ignore[no-untyped-def]
    """Has a slot he has become dearer, or one he has not cheaper, by ``NEAR`` steps since he was last planned?"""
    for cell in range(desk.cell_first[desk.event_first[i]], desk.cell_first[desk.event_first[i + 1]]):
        slot = desk.cell_slot[cell]
        dearer = asked[slot] - seen[i, slot]
        if (dearer if plan[cell] != APART else -dearer) > NEAR * step[slot // days]:
            return True
    return False


@compiled
def _again(desk, i, prices, without, plan, use, space):  # type: ignore[no-untyped-def]
    """Plan one customer anew among the slots still free, and not in this one."""
    take(desk, i, plan, use, -1)
    open_now = _open(desk, prices, use, without)
    worth(desk, i, open_now, space)
    walk(desk, i, open_now, space, plan)
    take(desk, i, plan, use, 1)


@compiled
def _open(desk, prices, use, without):  # type: ignore[no-untyped-def]
    """The prices, with every full slot closed, and this one."""
    found = prices.copy()
    for slot in range(len(prices)):
        if use[slot] >= desk.capacity[slot] or slot == without:
            found[slot] = CLOSED
    return found


@compiled
def _leaver(desk, slot, prices, plan, use, space, spared):  # type: ignore[no-untyped-def]
    """Who of those in this slot loses least by leaving it for slots still free; −1 where all of them are spared."""
    who, least = -1, CLOSED
    for i in range(len(desk.past)):
        if spared[i] or not _holds(desk, i, plan, slot):
            continue
        take(desk, i, plan, use, -1)
        open_now = _open(desk, prices, use, slot)
        take(desk, i, plan, use, 1)
        loss = gained(desk, i, plan, prices) - worth(desk, i, open_now, space)
        if loss < least:
            who, least = i, loss
    return who


@bare
def _holds(desk, i, plan, slot):  # type: ignore[no-untyped-def]
    for cell in range(desk.cell_first[desk.event_first[i]], desk.cell_first[desk.event_first[i + 1]]):
        if desk.cell_slot[cell] == slot and plan[cell] != APART and not desk.cell_fixed[cell]:
            return True
    return False


@compiled
def fit(desk, prices, plan, use, space):  # type: ignore[no-untyped-def]
    """Take out of each slot that holds too many whoever loses least, until no slot holds more than it can."""
    spared = np.zeros(len(desk.past), np.bool_)
    for slot in range(len(prices)):
        while use[slot] > desk.capacity[slot]:
            _again(desk, _leaver(desk, slot, prices, plan, use, space, spared), prices, slot, plan, use, space)


@compiled
def fill(desk, prices, plan, use, space):  # type: ignore[no-untyped-def]
    """Plan one customer after the other anew among the slots still free; nobody gets a worse plan by it."""
    for i in range(len(desk.past)):
        _again(desk, i, prices, -1, plan, use, space)


@bare
def _back(now, before):  # type: ignore[no-untyped-def]
    for at in range(len(now)):
        now[at] = before[at]


@bare
def brought_by_each(desk, price, plan, each):  # type: ignore[no-untyped-def]
    """What every customer's contacts bring over these prices, into ``each``."""
    for i in range(len(each)):
        each[i] = gained(desk, i, plan, price)


@compiled
def push(desk, prices, who_lacks, plan, use, space):  # type: ignore[no-untyped-def]
    """Let each of these in turn take full slots from those who lose least; kept where all together gain. How often."""
    free, done = np.zeros(len(prices), np.int64), 0
    for i in who_lacks:
        before, used, spared = plan.copy(), use.copy(), np.zeros(len(desk.past), np.bool_)
        spared[i] = True
        gain = -gained(desk, i, plan, free)
        take(desk, i, plan, use, -1)
        worth(desk, i, prices, space)
        walk(desk, i, prices, space, plan)
        take(desk, i, plan, use, 1)
        gain += gained(desk, i, plan, free)
        for slot in range(len(prices)):
            if use[slot] > desk.capacity[slot] and gain > 0:
                who = _leaver(desk, slot, free, plan, use, space, spared)
                gain -= gained(desk, who, plan, free) if who >= 0 else gain
                if who >= 0:
                    _again(desk, who, free, slot, plan, use, space)
                    gain += gained(desk, who, plan, free)
        if gain > 0:
            done += 1
        else:
            _back(plan, before)
            _back(use, used)
    return done
