"""Desks that never were, for the plan of many days: three tiers, routine, occasions, chains, contacts before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from guanhu.optimise.horizon import Problem

DAYS = 22
MESSAGE, CALL, MEETING = range(3)
QUOTA = (30, 20, 5)
NOT_AFTER = -1
MOST = 6
"""So many things at most are to be done for one customer: more are told to him together."""
FACTOR = {MESSAGE: 0.35, CALL: 1.0, MEETING: 1.4}
"""What the same occasion brings by each channel."""


@dataclass(frozen=True)
class Mix:
    """What a desk is like: shares of A and B, how many occasions beside the usual, days of leave."""

    a: float = 0.15
    b: float = 0.35
    occasions: float = 1.0
    leave: tuple[int, ...] = ()


MIXES = {
    "usual": Mix(),
    "many A and B": Mix(0.20, 0.35, 1.3),
    "twice the occasions, two days away": Mix(occasions=2.0, leave=(5, 12)),
    "little to do": Mix(0.10, 0.30, 0.6),
}


@dataclass
class _Desk:
    """A desk while it is being made: tasks and options, one row after the other."""

    rng: np.random.Generator
    days: int
    customer: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    routine: list[bool] = field(default_factory=list)
    options: list[tuple[int, int, int, int]] = field(default_factory=list)

    def task(self, customer: int, worth: float, first: int, last: int, channels: tuple[int, ...], *,
             after: int = NOT_AFTER, fades: float = 1.0, routine: bool = False) -> int:  # fmt: skip
        """One thing that could be done from ``first`` to ``last``; ``fades``: what is left of its worth each day."""
        task, liked = len(self.customer), int(self.rng.integers(0, 5))
        if self.customer[-MOST:] == [customer] * MOST:
            return NOT_AFTER
        self.customer.append(customer)
        self.before.append(after)
        self.routine.append(routine)
        for day in range(max(0, first), min(self.days, last + 1)):
            for channel in channels:
                value = worth * fades ** (day - first) * (1.15 if day % 5 == liked else 1.0)
                value *= 1.0 if routine else FACTOR[channel]
                self.options.append((task, channel, day, max(1, int(value))))
        return task


@dataclass(frozen=True, eq=False)
class Made:
    """A desk, the tier of each customer, and which of its tasks are routine."""

    name: str
    problem: Problem
    tier: Any
    routine: Any


def made(seed: int, mix: Mix | None = None, customers: int = 600, days: int = DAYS, quota: tuple[int, ...] = QUOTA,
         name: str = "") -> Made:  # fmt: skip
    """A desk from its seed."""
    rng, mix = np.random.default_rng(seed), mix or Mix()
    desk = _Desk(rng, days)
    tier = np.searchsorted([mix.a, mix.a + mix.b], rng.random(customers), side="right")
    for one, level in enumerate(tier.tolist()):
        wealth = float(np.exp(rng.normal((9.0, 7.6, 6.3)[level], 0.9)))
        _routine(desk, one, level)
        _occasions(desk, one, wealth, mix.occasions)
    past = np.where(rng.random(customers) < 0.18, 1 << rng.integers(0, 4, customers), 0)
    past |= np.where(rng.random(customers) < 0.02, 1 << rng.integers(0, 4, customers), 0)
    capacity = np.repeat(np.array(quota)[:, None], days, axis=1)
    capacity[:, [day for day in mix.leave if day < days]] = 0
    options = np.array(desk.options, np.int64).reshape(-1, 4)
    problem = Problem.of(
        np.arange(customers), past, capacity, customer=desk.customer, before=desk.before, options=tuple(options.T)
    )
    return Made(name, problem, tier, np.array(desk.routine, bool)[problem.tasks.keys])


def _routine(desk: _Desk, one: int, level: int) -> None:
    """A: a call every two weeks and a meeting a month; B: a call a month; C: a message."""
    last, half = desk.days - 1, desk.days // 2
    if level == 0:
        desk.task(one, 5200, 0, half - 1, (CALL, MEETING), routine=True)
        desk.task(one, 5200, half, last, (CALL, MEETING), routine=True)
        desk.task(one, 9000, 0, last, (MEETING,), routine=True)
    elif level == 1:
        desk.task(one, 2100, 0, last, (CALL, MEETING), routine=True)
    else:
        desk.task(one, 600, 0, last, (MESSAGE, CALL), routine=True)


def _occasions(desk: _Desk, one: int, wealth: float, many: float) -> None:
    """Money that matures, leaves or arrives, birthdays, lines nearly reached, somebody new: each now and then."""
    rng, any_way, spoken = desk.rng, (MESSAGE, CALL, MEETING), (CALL, MEETING)
    day = int(rng.integers(0, desk.days))
    if rng.random() < 0.11 * many:
        desk.task(one, wealth * 1.2, day - 2, day + 2, any_way)
    if rng.random() < 0.13 * many:
        first = desk.task(one, wealth * 2.0, day - 1, day + 2, spoken)
        desk.task(one, wealth * 1.6, day + 4, day + 7, spoken, after=first if rng.random() < 0.3 else NOT_AFTER)
    if rng.random() < 0.08 * many:
        desk.task(one, wealth * 0.3, day, day, (MESSAGE, CALL))
    if rng.random() < 0.06 * many:
        desk.task(one, wealth * 1.5, day, day + 9, any_way, fades=0.9)
    if rng.random() < 0.10 * many:
        desk.task(one, wealth, 0, desk.days - 1, any_way)
    if rng.random() < 0.08 * many:
        desk.task(one, wealth * 1.1, day, day + 4, any_way)
    if rng.random() < 0.03 * many:
        greeted = desk.task(one, wealth * 0.1, 0, 9, (MESSAGE,))
        called = desk.task(one, wealth * 0.6, 0, 15, (CALL,), after=greeted)
        desk.task(one, wealth * 1.4, 0, desk.days - 1, (MEETING,), after=called)


def several(seeds: range, customers: int = 600) -> Iterator[Made]:
    """Desks of all mixes in turn."""
    names = list(MIXES)
    for seed in seeds:
        name = names[seed % len(names)]
        yield made(seed, MIXES[name], customers, name=name)
