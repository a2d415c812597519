"""One keeper's next working days as a problem: who could be reached when and how, for what, and how much fits in a day.

Nothing here knows tables, dates or policy: days count from 0, channels by their place, money is whole fen. A *task* is
one thing that could be done for one customer; an *option* is a channel and a day on which it could be done and what
that would be worth. One contact may do several tasks of its customer. Customers stand in the order of their numbers,
tasks in the order of their keys, so that the order in which anything came changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanhu.optimise.asked import NotMeant

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
NOTHING = -1
"""No task: what comes before a task that needs none, and what is done in an agreed contact that had none."""
MOST_TASKS = 12
"""So many things can be weighed against each other for one customer."""
PAST_DAYS = 4
"""A contact counts in five working days: its own and these before it."""
LARGEST_FEN = 10**12
"""No single contact is worth more (100 亿元); up to here every sum is exact."""


@dataclass(frozen=True, eq=False)
class Tasks:
    """Things that could be done: for whom (his place), after which other one (its place), and whether caps bind it.

    ``exempt``: a contact that does it may come however often the customer was reached: promised, owed, or asked for.
    """

    keys: NDArray[Any]
    customer: Whole
    before: Whole
    exempt: Flags

    def __len__(self) -> int:
        """How many there are."""
        return len(self.customer)


@dataclass(frozen=True, eq=False)
class Options:
    """Ways to do a task, one a row: by which channel on which day, worth what, and what it counts more for staying.

    ``keep_fen``: what a slot counts on top because yesterday's plan had it; it is no part of what the plan is worth.
    """

    task: Whole
    channel: Whole
    day: Whole
    value_fen: Whole
    keep_fen: Whole

    def __len__(self) -> int:
        """How many there are."""
        return len(self.task)


@dataclass(frozen=True, eq=False)
class Agreed:
    """Contacts that stand whatever else is planned: with whom, by which channel, on which day."""

    customer: Whole
    channel: Whole
    day: Whole

    def __len__(self) -> int:
        """How many there are."""
        return len(self.customer)


def nothing_agreed() -> Agreed:
    """No contact stands."""
    return Agreed(*(np.empty(0, np.int64) for _ in range(3)))


@dataclass(frozen=True, eq=False)
class Problem:
    """One keeper's horizon.

    ``capacity``: a row a channel, a column a day; what was agreed takes of it first · ``past``: for each customer the
    four working days before the first day as bits, the lowest for the last of them.
    """

    numbers: NDArray[Any]
    past: Whole
    capacity: Whole
    tasks: Tasks
    options: Options
    agreed: Agreed = field(default_factory=nothing_agreed)

    @property
    def days(self) -> int:
        """How many working days are planned."""
        return int(self.capacity.shape[1])

    @property
    def free(self) -> Whole:
        """The slots left when every agreed contact has its own, never fewer than none."""
        taken = np.zeros_like(self.capacity)
        np.add.at(taken, (self.agreed.channel, self.agreed.day), 1)
        left: Whole = np.maximum(0, self.capacity - taken)
        return left

    @staticmethod
    def of(
        numbers: ArrayLike, past: ArrayLike, capacity: ArrayLike, *, customer: ArrayLike,
        before: ArrayLike | None = None, exempt: ArrayLike | None = None, keys: ArrayLike | None = None,
        options: tuple[ArrayLike, ...], keep_fen: ArrayLike | None = None,
        agreed: tuple[ArrayLike, ArrayLike, ArrayLike] | None = None,
    ) -> Problem:  # fmt: skip
        """Put the pieces in their fixed order and refuse what cannot be meant, in a sentence.

        ``customer``, ``before``, ``exempt``, ``keys``: of the tasks, by places as they are given here · ``options``:
        task, channel, day, value in fen · ``keep_fen``: a further column of them · ``agreed``: customer, channel, day.
        """
        ids, held = np.asarray(numbers), _whole("近期联系", past)
        slots = _whole("名额", capacity)
        of = _whole("事项的客户", customer)
        first = np.full(len(of), NOTHING) if before is None else _whole("前一事项", before)
        free = np.zeros(len(of), bool) if exempt is None else np.asarray(exempt, bool)
        named = np.arange(len(of)) if keys is None else np.asarray(keys)
        rows = [_whole("做法", one) for one in options]
        rows.append(np.zeros(len(rows[0]), np.int64) if keep_fen is None else _whole("保留加分", keep_fen))
        stands = Agreed(*(_whole("已约", one) for one in agreed)) if agreed else nothing_agreed()
        _shapes(ids, held, slots, (of, first, free, named), tuple(rows), stands)
        problem = Problem(ids, held, slots, Tasks(named, of, first, free), Options(*rows), stands)
        _sense(problem)
        return _ordered(problem)


def _whole(what: str, given: ArrayLike) -> Whole:
    array = np.asarray(given)
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise NotMeant(f"{what}应为整数")
    return np.ascontiguousarray(array, dtype=np.int64)


def _shapes(ids: Any, past: Whole, slots: Whole, tasks: tuple[Any, ...], options: tuple[Whole, ...],
            agreed: Agreed) -> None:  # fmt: skip
    if slots.ndim != 2 or 0 in slots.shape:
        raise NotMeant("名额应为一张表：每个渠道一行，每个工作日一列")
    if past.shape != ids.shape or ids.ndim != 1:
        raise NotMeant("近期联系应与客户一样多")
    if len({one.shape for one in tasks}) > 1:
        raise NotMeant("事项的各列长短不一")
    if len(options) != 5 or len({one.shape for one in options}) > 1:
        raise NotMeant("做法应有事项、渠道、日、价值四列，且一样长")
    if len({one.shape for one in (agreed.customer, agreed.channel, agreed.day)}) > 1:
        raise NotMeant("已约联系的各列长短不一")


def _within(what: str, array: Whole, low: int, high: int) -> None:
    if array.size and (array.min() < low or array.max() > high):
        raise NotMeant(f"{what}应在 {low} 与 {high} 之间")


def _sense(problem: Problem) -> None:
    """Every place points at something, and nothing is said twice."""
    tasks, options, agreed = problem.tasks, problem.options, problem.agreed
    people, channels, days = len(problem.numbers), *problem.capacity.shape
    if len(np.unique(problem.numbers)) < people:
        raise NotMeant("有客户出现了两次")
    if len(np.unique(tasks.keys)) < len(tasks):
        raise NotMeant("有事项出现了两次")
    _within("近期联系", problem.past, 0, (1 << PAST_DAYS) - 1)
    _within("名额", problem.capacity, 0, 2**31)
    for what, array, most in (
        ("事项的客户", tasks.customer, people), ("做法的事项", options.task, len(tasks)),
        ("已约的客户", agreed.customer, people), ("做法的渠道", options.channel, channels),
        ("已约的渠道", agreed.channel, channels), ("做法的日", options.day, days), ("已约的日", agreed.day, days),
    ):  # fmt: skip
        _within(what, array, 0, most - 1)
    _within("前一事项", tasks.before, NOTHING, len(tasks) - 1)
    for what, array in (("价值", options.value_fen), ("保留加分", options.keep_fen)):
        _within(what, array, -LARGEST_FEN, LARGEST_FEN)
    chained = tasks.before != NOTHING
    if np.any(tasks.customer[chained] != tasks.customer[tasks.before[chained]]):
        raise NotMeant("一个事项排在另一位客户的事项之后")
    if np.bincount(tasks.customer, minlength=1).max() > MOST_TASKS:
        raise NotMeant(f"一位客户最多 {MOST_TASKS} 个事项，请先合并")
    steps(tasks)
    rows = np.sort((options.task * channels + options.channel) * days + options.day)
    if np.any(rows[1:] == rows[:-1]):
        raise NotMeant("同一事项在同一渠道同一日给了两次")
    if len(np.unique(agreed.customer * days + agreed.day)) < len(agreed):
        raise NotMeant("同一客户同一日约了两次")


def steps(tasks: Tasks) -> Whole:
    """How many others each task comes after; a task that comes after itself makes no sense."""
    depth, at = np.zeros(len(tasks), np.int64), tasks.before.copy()
    for _ in range(MOST_TASKS):
        if not np.any(at != NOTHING):
            return depth
        depth += at != NOTHING
        at = np.where(at != NOTHING, tasks.before[at], NOTHING)
    raise NotMeant("事项的先后绕成了圈")


def _ordered(given: Problem) -> Problem:
    """Everything in its fixed order: customers by number, tasks by customer, step and key, options by task and day."""
    people = np.argsort(given.numbers, kind="stable")
    place = np.argsort(people)
    of = place[given.tasks.customer]
    order = np.lexsort((given.tasks.keys, steps(given.tasks), of))
    rank = np.argsort(order)
    before = given.tasks.before[order]
    tasks = Tasks(
        given.tasks.keys[order],
        of[order],
        np.where(before == NOTHING, NOTHING, rank[before]),
        given.tasks.exempt[order],
    )
    rows = given.options
    task = rank[rows.task]
    by = np.lexsort((rows.channel, rows.day, task))
    options = Options(task[by], rows.channel[by], rows.day[by], rows.value_fen[by], rows.keep_fen[by])
    who = place[given.agreed.customer]
    stand = np.lexsort((given.agreed.day, who))
    agreed = Agreed(who[stand], given.agreed.channel[stand], given.agreed.day[stand])
    return Problem(given.numbers[people], given.past[people], given.capacity, tasks, options, agreed)


@dataclass(frozen=True, eq=False)
class Plan:
    """The answer with its proof, by places in the problem's order.

    ``day`` and ``channel`` of each task, ``NOTHING`` where it is not done · ``price_fen``: what one more slot of each
    channel and day is worth · ``worth_fen``: what is done, in all; ``counted_fen``: the same with what staying counts
    for · ``bound_fen``: what ``counted_fen`` of no plan can exceed · ``rounds``: how often prices were set.
    """

    day: Whole
    channel: Whole
    price_fen: Whole
    worth_fen: int
    counted_fen: int
    bound_fen: int
    rounds: int

    @property
    def gap(self) -> float:
        """By which share of the bound the plan may still lie below the best one."""
        return (self.bound_fen - self.counted_fen) / self.bound_fen if self.bound_fen > 0 else 0.0
