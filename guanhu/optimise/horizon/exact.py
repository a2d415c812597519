"""A handful of customers, exactly: all their ways are listed and branched over, cut off where the bound cannot be met.

For the few: a keeper with a dozen customers has so few slots that prices alone do not settle them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from guanhu.optimise.horizon.problem import NOTHING, PAST_DAYS, Problem

Slot = tuple[int, int]
"""A channel and a day."""
Done = tuple[tuple[int, int, int], ...]
"""Tasks with their channel and day."""
Way = tuple[int, tuple[Slot, ...], Done]
"""What one customer could get: its value, the slots it takes, and what is done."""
FEW = 16
"""So many customers are a handful."""
MOST_WAYS, MOST_STEPS = 4_000, 100_000
"""Beyond so many ways of one customer, or steps in all, the handful is no longer one."""


class TooMany(Exception):
    """Not a handful after all."""


def best_of_all(problem: Problem, prices: Mapping[Slot, int], least: int) -> Done | None:
    """The best plan of a handful if it is worth more than ``least``, in fen; raises ``TooMany``.

    ``prices``: what each slot costs in the bound that cuts off; any will do, good ones cut sooner.
    """
    if len(problem.numbers) > FEW:
        raise TooMany
    every = [ways(problem, customer) for customer in range(len(problem.numbers))]
    return _Branches(problem, every, prices, least).best()


@dataclass
class _Branches:
    """Customers one after the other, each with every way he could have, the best first."""

    problem: Problem
    every: list[list[Way]]
    prices: Mapping[Slot, int]
    least: int
    free: dict[Slot, int] = field(default_factory=dict)
    ahead: list[int] = field(default_factory=list)
    found: Done | None = None
    steps: int = 0

    def best(self) -> Done | None:
        """Go through all that could be better; what was found, or nothing."""
        self.free = {(c, d): int(many) for (c, d), many in _cells(self.problem)}
        over = [max(value - self._cost(slots) for value, slots, _ in one) for one in self.every]
        self.ahead = list(accumulate(reversed(over), initial=0))[::-1]
        self._branch(0, 0, sum(self.prices[slot] * many for slot, many in self.free.items()), ())
        return self.found

    def _cost(self, slots: tuple[Slot, ...]) -> int:
        return sum(self.prices[slot] for slot in slots)

    def _branch(self, at: int, value: int, rest: int, done: Done) -> None:
        """``rest``: the slots still free at their prices, all that those to come could bring beside their own."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooMany
        if at == len(self.every):
            if value > self.least:
                self.least, self.found = value, done
            return
        for gain, slots, more in self.every[at]:
            left = rest - self._cost(slots)
            if value + gain + left + self.ahead[at + 1] <= self.least or any(self.free[slot] <= 0 for slot in slots):
                continue
            for slot in slots:
                self.free[slot] -= 1
            self._branch(at + 1, value + gain, left, done + more)
            for slot in slots:
                self.free[slot] += 1


def _cells(problem: Problem) -> Iterator[tuple[Slot, int]]:
    free = problem.free
    for channel, row in enumerate(free.tolist()):
        for day, many in enumerate(row):
            yield (channel, day), many


def ways(problem: Problem, customer: int) -> list[Way]:
    """Everything that could be done for one customer, the best of each choice of slots; raises ``TooMany``."""
    person = _Person.of(problem, customer)
    best: dict[tuple[Slot, ...], Way] = {}
    for number, done in enumerate(person.from_day(0, (), ())):
        if number >= MOST_WAYS:
            raise TooMany
        slots = tuple(sorted({(channel, day) for _, channel, day in done if day not in person.agreed}))
        value = sum(person.offers[day, channel][task] for task, channel, day in done)
        if slots not in best or value > best[slots][0]:
            best[slots] = (value, slots, done)
    return sorted(best.values(), key=lambda way: (-way[0], way[1]))


@dataclass(frozen=True)
class _Person:
    """One customer: what could be done on which day and channel for what, what is agreed, and who came before."""

    problem: Problem
    offers: dict[tuple[int, int], dict[int, int]]
    agreed: dict[int, int]
    earlier: tuple[int, ...]

    @staticmethod
    def of(problem: Problem, customer: int) -> _Person:
        options, agreed = problem.options, problem.agreed
        offers: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
        for row in range(len(options)):
            if problem.tasks.customer[options.task[row]] == customer:
                value = int(options.value_fen[row] + options.keep_fen[row])
                offers[int(options.day[row]), int(options.channel[row])][int(options.task[row])] = value
        mine = [row for row in range(len(agreed)) if agreed.customer[row] == customer]
        bits = int(problem.past[customer])
        return _Person(
            problem, dict(offers), {int(agreed.day[row]): int(agreed.channel[row]) for row in mine},
            tuple(-(place + 1) for place in range(PAST_DAYS) if bits >> place & 1),
        )  # fmt: skip

    def from_day(self, day: int, contacts: tuple[int, ...], done: Done) -> Iterator[Done]:
        """All that could be done from this day on, after these contacts and tasks."""
        if day == self.problem.days:
            yield done
            return
        if day not in self.agreed:
            yield from self.from_day(day + 1, contacts, done)
        often = sum(day - PAST_DAYS <= one < day for one in (*contacts, *self.earlier)) > 1
        for channel in range(len(self.problem.capacity)):
            for tasks in _sets(self._open(channel, day, done)):
                free = day in self.agreed or any(self.problem.tasks.exempt[task] for task in tasks)
                if (tasks or self.agreed.get(day) == channel) and (free or not often):
                    more = tuple((task, channel, day) for task in tasks)
                    yield from self.from_day(day + 1, (*contacts, day), done + more)

    def _open(self, channel: int, day: int, done: Done) -> list[int]:
        """What could be done now and was not yet, with everything before it done."""
        there = self.agreed.get(day, NOTHING)
        if there not in (NOTHING, channel) or (there == NOTHING and self.problem.free[channel, day] <= 0):
            return []
        over, before = {task for task, _, _ in done}, self.problem.tasks.before
        offered = self.offers.get((day, channel), {})
        return [task for task in offered if task not in over and (before[task] == NOTHING or int(before[task]) in over)]


def _sets(tasks: list[int]) -> Iterator[tuple[int, ...]]:
    for bits in range(1 << len(tasks)):
        yield tuple(task for place, task in enumerate(tasks) if bits >> place & 1)
