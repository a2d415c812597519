"""排期: the best use of the slots of many days, near enough to be proved so.

Slots are auctioned: each has a price, each customer takes what is exactly best for him over the prices, and prices move
until demand fits. What still asks too much is placed by force, free slots are filled, and those who lack most push in
where both gain. Whatever the prices, no plan can be worth more than all slots at their price and each customer's best
over them: that is the bound. Rounds go on until the plan is proved near enough. Every sum is whole and nothing looks at
a clock, so that the same problem has the same answer everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import numpy as np

from guanhu.optimise.horizon import exact, kernels
from guanhu.optimise.horizon.kernels import APART, UNIT
from guanhu.optimise.horizon.problem import NOTHING, Flags, Plan, Problem, Whole
from guanhu.optimise.horizon.rows import Desk, laid_out

COLD, MORE, MOST = 8, 4, 66
"""Rounds to find the prices from nothing; so many more, as often as it takes; and never more."""
ENOUGH = 0.0039
"""A plan proved to lie within so much of the best is not worked on further."""
MOST_FOR_FEW = 240
"""For a handful of customers rounds go on until nothing is left to prove."""
STEP, NEARER = 8.0, (1.0, 2.0)
"""The first step for all slots of a day together, in middling values: from nothing, then finer and coarser by turns,
each time half as far."""
BARE = 6
"""What a contact costs, in units, where nothing else decides: as much as waiting so many days."""
Space = tuple[Whole, Whole, Whole, Whole]
PUSHES = 60
"""So many customers may try to push in each time."""


def solve(problem: Problem, *, warm: Whole | None = None) -> Plan:
    """Plan the horizon; ``warm``: the prices of yesterday's plan for the same days, in fen, a row a channel."""
    desk, rows = laid_out(problem)
    space = _space(desk, problem)
    plan, use = np.full(len(desk.cell_slot), APART, np.int64), np.zeros(problem.capacity.size, np.int64)
    prices = _known(problem, warm)
    rounds, best, value = 0, plan, -1
    bound, means, most = -1, prices, desk.past
    few = len(problem.numbers) <= exact.FEW
    if warm is None:  # prices found from nothing are rough: no plan is made of them
        kernels.auction(desk, prices, _steps(desk, problem, STEP), COLD, plan, use, space)
        rounds = COLD
    for step in _finer(NEARER if warm is None else NEARER[::-1]):
        mean = kernels.auction(desk, prices, _steps(desk, problem, step), MORE, plan, use, space)
        each = _best(desk, mean, space)
        found = _bound(desk, mean, each)
        if bound < 0 or found < bound:
            bound, means, most = found, mean, each
        fitted = _placed(desk, problem.days, means, most, plan, use, space)
        counted = int(desk.entry_value[_done(desk, fitted)].sum())
        if counted > value:
            best, value = fitted, counted
        rounds += MORE
        near = bound - value < UNIT or (bound - value <= ENOUGH * bound and not few)
        if near or rounds >= (MOST_FOR_FEW if few else MOST):
            break
    return _settled(problem, _plan(problem, desk, rows, best, means, bound, rounds))


def bounded(problem: Problem, price_fen: Whole) -> int:
    """What no plan can exceed at these prices of the slots, in fen; true for any prices from nothing upwards."""
    desk, _ = laid_out(problem)
    prices = _known(problem, price_fen)
    return _bound(desk, prices, _best(desk, prices, _space(desk, problem))) // UNIT


def _bound(desk: Desk, prices: Whole, best: Whole) -> int:
    """All slots at their price, and each customer's best over them."""
    return int((prices * desk.capacity).sum()) + int(best.sum())


def _best(desk: Desk, prices: Whole, space: Space) -> Whole:
    """What each customer's best days bring over these prices."""
    best = np.zeros(len(desk.past), np.int64)
    kernels.best_of_each(desk, prices, space, best)
    return best


def _settled(problem: Problem, plan: Plan) -> Plan:
    """A handful of customers is settled exactly, where prices alone left a gap."""
    if plan.bound_fen == plan.counted_fen or len(problem.numbers) > exact.FEW:
        return plan
    prices = {(c, d): int(price) for (c, d), price in np.ndenumerate(plan.price_fen)}
    try:
        better = exact.best_of_all(problem, prices, plan.counted_fen)
    except exact.TooMany:
        return plan
    if better is None:
        return replace(plan, bound_fen=plan.counted_fen)
    return _by_tasks(problem, better, plan)


def _space(desk: Desk, problem: Problem) -> Space:
    """Room for the tables of any one of these customers."""
    wide = 1 << int(np.bincount(problem.tasks.customer, minlength=1).max())
    events = int(np.diff(desk.event_first).max(initial=0))
    return (
        np.zeros((events + 1, kernels.LAST_DAYS + 1, wide), np.int64),
        np.zeros(wide, np.int64),
        np.zeros(wide, np.int64),
        np.zeros(events + 1, np.int64),
    )


def _known(problem: Problem, warm: Whole | None) -> Whole:
    if warm is None:
        return np.zeros(problem.capacity.size, np.int64)
    return np.ascontiguousarray(warm.reshape(-1) * UNIT, dtype=np.int64)


def _finer(steps: tuple[float, ...]) -> Iterator[float]:
    """These steps, and again half as far each time, without end."""
    for times in count():
        yield from (step / 2**times for step in steps)


def _steps(desk: Desk, problem: Problem, step: float) -> Whole:
    """How far a price moves for one contact too many, by channel: the fewer slots a day has, the further."""
    middling = int(np.median(desk.entry_value)) if len(desk.entry_value) else 0
    steps: Whole = np.maximum(1, int(step * max(0, middling)) // np.maximum(1, problem.capacity.max(axis=1)))
    return steps


def _placed(desk: Desk, days: int, prices: Whole, best: Whole, asked: Whole, used: Whole, space: Space) -> Whole:
    """The plan the auction came to, made to fit for certain and polished."""
    plan, use = asked.copy(), used.copy()
    channels = len(prices) // days  # of what is worth the same: fewer contacts, sooner, by a lower channel
    soon = BARE + np.tile(np.arange(days), channels) + np.repeat(np.arange(channels), days)
    kernels.fit(desk, prices, plan, use, space)
    kept = prices * 3 // 4  # at the full price whoever just pays it would give up his slot
    kernels.fill(desk, kept, plan, use, space)
    kernels.fill(desk, soon, plan, use, space)
    lacks = _lacks(desk, prices, best, plan)
    most = np.argsort(-lacks, kind="stable")[:PUSHES]
    if kernels.push(desk, prices, most[lacks[most] > UNIT], plan, use, space):
        kernels.fill(desk, soon, plan, use, space)
    return plan


def _lacks(desk: Desk, prices: Whole, best: Whole, plan: Whole) -> Whole:
    """By how much each one's plan lies below his best at these prices."""
    brought = np.zeros_like(best)
    kernels.brought_by_each(desk, prices, plan, brought)
    lacks: Whole = best - brought
    return lacks


def _plan(problem: Problem, desk: Desk, rows: Whole, plan: Whole, prices: Whole, bound: int, rounds: int) -> Plan:
    """The answer by tasks, with its figures in fen; the bound rounded down, as every plan is worth whole fen."""
    chosen = rows[_done(desk, plan)]
    price_fen = ((prices + UNIT // 2) // UNIT).reshape(problem.capacity.shape)
    return _told(problem, chosen, price_fen, int(bound) // UNIT, rounds)


def _done(desk: Desk, plan: Whole) -> Flags:
    """Which entries are done."""
    there = plan[np.repeat(np.arange(len(plan)), np.diff(desk.entry_first))]
    done: Flags = (there != APART) & (there & desk.entry_bit != 0)
    return done


def _by_tasks(problem: Problem, done: exact.Done, plan: Plan) -> Plan:
    """The same of an exact answer, which is its own bound."""
    options = problem.options
    rows = zip(options.task.tolist(), options.channel.tolist(), options.day.tolist(), strict=True)
    chosen = np.array([row for row, one in enumerate(rows) if one in set(done)], np.int64)
    told = _told(problem, chosen, plan.price_fen, 0, plan.rounds)
    return replace(told, bound_fen=told.counted_fen)


def _told(problem: Problem, chosen: Whole, price_fen: Whole, bound_fen: int, rounds: int) -> Plan:
    options = problem.options
    day, channel = (np.full(len(problem.tasks), NOTHING) for _ in range(2))
    day[options.task[chosen]] = options.day[chosen]
    channel[options.task[chosen]] = options.channel[chosen]
    worth_fen = int(options.value_fen[chosen].sum())
    counted_fen = worth_fen + int(options.keep_fen[chosen].sum())
    return Plan(day, channel, price_fen, worth_fen, counted_fen, bound_fen, rounds)
