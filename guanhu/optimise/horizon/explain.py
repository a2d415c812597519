"""Why this customer on this day, why not today: what is done, against the price of the slot and the next best.

The prices are the answer: a contact stands where its value is furthest above the price of its slot. Who is not planned
today would have to push somebody out who is worth more.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from guanhu.optimise.horizon.check import contacts_of
from guanhu.optimise.horizon.problem import NOTHING, Plan, Problem


@dataclass(frozen=True)
class Slot:
    """A way to reach the customer: channel and day, what it would be worth in fen, and what its slot costs."""

    channel: int
    day: int
    value_fen: int
    price_fen: int

    @property
    def margin_fen(self) -> int:
        """By how much the contact lies above the price of its slot."""
        return self.value_fen - self.price_fen


@dataclass(frozen=True)
class Contact:
    """A planned contact: its slot, what is done in it, whether it was agreed, and the best slot else."""

    slot: Slot
    tasks: tuple[int, ...]
    agreed: bool
    instead: Slot | None


@dataclass(frozen=True)
class Explanation:
    """All of one customer: the planned contacts by day, what finds no place, and the best that could be done today."""

    contacts: tuple[Contact, ...]
    unplanned: tuple[int, ...]
    today: Slot | None

    @property
    def next_day(self) -> int | None:
        """The first day on which the customer is planned."""
        return self.contacts[0].slot.day if self.contacts else None


def explain(problem: Problem, plan: Plan, number: object) -> Explanation:
    """Say for one customer, by his number, what is planned and why; unknown numbers raise ``KeyError``."""
    found = [place for place, one in enumerate(problem.numbers.tolist()) if one == number]
    if not found:
        raise KeyError(number)
    customer = found[0]
    mine = [task for task in range(len(problem.tasks)) if problem.tasks.customer[task] == customer]
    offers = _offers(problem, mine)
    agreed = {int(day) for who, day in zip(problem.agreed.customer, problem.agreed.day, strict=True) if who == customer}
    contacts = tuple(
        _contact(plan, offers, channel, day, [task for task in mine if plan.day[task] == day], day in agreed)
        for (who, day), channel in sorted(contacts_of(problem, plan).items())
        if who == customer
    )
    unplanned = tuple(task for task in mine if plan.day[task] == NOTHING)
    return Explanation(contacts, unplanned, _best(plan, offers, [task for task in mine if _left(plan, task)], 0))


def _left(plan: Plan, task: int) -> bool:
    """Not done today."""
    return int(plan.day[task]) != 0


Offers = dict[int, dict[tuple[int, int], int]]
"""For each task what each channel and day would be worth."""


def _offers(problem: Problem, tasks: list[int]) -> Offers:
    offers: Offers = defaultdict(dict)
    options, mine = problem.options, set(tasks)
    for row, task in enumerate(options.task.tolist()):
        if task in mine:
            offers[task][int(options.channel[row]), int(options.day[row])] = int(options.value_fen[row])
    return offers


def _slot(plan: Plan, offers: Offers, tasks: list[int], channel: int, day: int) -> Slot:
    value = sum(offers[task].get((channel, day), 0) for task in tasks)
    return Slot(channel, day, value, int(plan.price_fen[channel, day]))


def _best(
    plan: Plan, offers: Offers, tasks: list[int], day: int | None, but: tuple[int, int] | None = None
) -> Slot | None:
    """The slot in which these tasks lie furthest above its price; of equals the earlier, then the lower channel."""
    there = {(one, channel) for task in tasks for channel, one in offers[task] if day in (None, one)}
    slots = [_slot(plan, offers, tasks, channel, one) for one, channel in sorted(there) if (channel, one) != but]
    return max(slots, key=lambda slot: slot.margin_fen, default=None)


def _contact(plan: Plan, offers: Offers, channel: int, day: int, tasks: list[int], agreed: bool) -> Contact:
    instead = None if agreed else _best(plan, offers, tasks, None, (channel, day))
    return Contact(_slot(plan, offers, tasks, channel, day), tuple(tasks), agreed, instead)
