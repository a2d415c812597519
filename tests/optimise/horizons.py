"""Small horizons drawn at random, and the oracle that looks at every way there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from guanhu.optimise.horizon import NOTHING, Problem

Way = tuple[int, Counter[tuple[int, int]]]
"""What a customer's tasks bring, and the slots they take."""


@st.composite
def horizons(draw: st.DrawFn, customers: int = 3, days: int = 4, owed: bool = True) -> Problem:
    """A few customers, four days, two channels, chains, contacts before; with what is owed and agreed, or without."""
    of, before, exempt, options = [], [], [], []
    for customer in range(draw(st.integers(1, customers))):
        for at in range(draw(st.integers(0, 3))):
            task = len(of)
            of.append(customer)
            before.append(task - 1 if at and draw(st.booleans()) else NOTHING)
            exempt.append(owed and draw(st.integers(0, 3)) == 0)
            slots = draw(st.lists(st.tuples(st.integers(0, 1), st.integers(0, days - 1)), unique=True, max_size=4))
            options += [(task, channel, day, draw(st.integers(-5, 40))) for channel, day in slots]
    people = max(of, default=0) + 1
    agreed = []
    if owed and draw(st.booleans()):
        agreed = [(draw(st.integers(0, people - 1)), draw(st.integers(0, 1)), draw(st.integers(0, days - 1)))]
    capacity = [[draw(st.integers(0, 2)) for _ in range(days)] for _ in range(2)]
    return Problem.of(
        range(people), [draw(st.integers(0, 15)) for _ in range(people)], capacity, customer=of, before=before,
        exempt=exempt, options=tuple(np.array(options, np.int64).reshape(-1, 4).T),
        agreed=tuple(np.array(agreed, np.int64).reshape(-1, 3).T),
    )  # fmt: skip


def ways(problem: Problem, customer: int) -> Iterator[Way]:
    """Every set of options of this customer that the rules allow, one after the other."""
    tasks = [task for task in range(len(problem.tasks)) if problem.tasks.customer[task] == customer]
    rows = problem.options
    of = {task: [row for row in range(len(rows)) if rows.task[row] == task] for task in tasks}
    for chosen in product(*([None, *of[task]] for task in tasks)):
        taken = {task: row for task, row in zip(tasks, chosen, strict=True) if row is not None}
        slots = {(int(rows.channel[row]), int(rows.day[row])) for row in taken.values()}
        if _allowed(problem, customer, taken, slots):
            value = sum(int(rows.value_fen[row] + rows.keep_fen[row]) for row in taken.values())
            agreed = _agreed(problem, customer)
            yield value, Counter(slot for slot in slots if slot[1] not in agreed)


def _agreed(problem: Problem, customer: int) -> dict[int, int]:
    agreed = problem.agreed
    rows = zip(agreed.customer.tolist(), agreed.day.tolist(), agreed.channel.tolist(), strict=True)
    return {day: channel for who, day, channel in rows if who == customer}


def _allowed(problem: Problem, customer: int, taken: dict[int, int], slots: set[tuple[int, int]]) -> bool:
    agreed, day_of = _agreed(problem, customer), {task: int(problem.options.day[row]) for task, row in taken.items()}
    contacts = {day: channel for channel, day in slots} | agreed
    if len(slots | {(channel, day) for day, channel in agreed.items()}) > len(contacts):
        return False
    for task, day in day_of.items():
        before = int(problem.tasks.before[task])
        if before != NOTHING and not (before in day_of and day_of[before] < day):
            return False
    owed = {day for task, day in day_of.items() if problem.tasks.exempt[task]} | set(agreed)
    earlier = [-(bit + 1) for bit in range(4) if problem.past[customer] >> bit & 1]
    return all(day in owed or sum(day - 4 <= one <= day for one in [*contacts, *earlier]) <= 2 for day in contacts)


def best(problem: Problem) -> int:
    """What the best of all plans is worth."""
    every: list[list[Way]] = []
    for customer in range(len(problem.numbers)):
        known: dict[Any, Way] = {}
        for value, slots in ways(problem, customer):
            key = tuple(sorted(slots))
            if key not in known or value > known[key][0]:
                known[key] = (value, slots)
        every.append(list(known.values()))
    return max(
        sum(value for value, _ in chosen)
        for chosen in product(*every)
        if all(many <= problem.free[slot] for slot, many in sum((used for _, used in chosen), Counter()).items())
    )


def over(problem: Problem, customer: int, price_fen: Any) -> int:
    """The most one customer's days bring over the prices of their slots, by looking at every way."""
    return max(
        value - sum(int(price_fen[slot]) for slot in slots)
        for value, slots in ways(problem, customer)
        if all(problem.free[slot] > 0 for slot in slots)
    )


def shuffled(problem: Problem, seed: int) -> Problem:
    """The same problem, customers, tasks and options in another order."""
    rng = np.random.default_rng(seed)
    people, tasks = rng.permutation(len(problem.numbers)), rng.permutation(len(problem.tasks))
    rows = rng.permutation(len(problem.options))
    place, rank = np.argsort(people), np.argsort(tasks)
    before = problem.tasks.before[tasks]
    options = problem.options
    return Problem.of(
        problem.numbers[people], problem.past[people], problem.capacity, customer=place[problem.tasks.customer[tasks]],
        before=np.where(before == NOTHING, NOTHING, rank[before]), exempt=problem.tasks.exempt[tasks],
        keys=problem.tasks.keys[tasks],
        options=(rank[options.task[rows]], options.channel[rows], options.day[rows], options.value_fen[rows]),
        keep_fen=options.keep_fen[rows],
        agreed=(place[problem.agreed.customer], problem.agreed.channel, problem.agreed.day),
    )  # fmt: skip


def arrays(file: Path) -> dict[str, Any]:
    """The arrays of a file of numbers by name."""
    with np.load(file) as told:
        return dict(told)
