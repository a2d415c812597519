"""Eighteen months and five days, one day after the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from guanhu.demo import habits, savings, stories, today, touch
from guanhu.demo.calendar import DAYS, TODAY, day_of, t_of
from guanhu.demo.money import founded
from guanhu.demo.people import population
from guanhu.demo.world import World


def simulate(seed: int, customers: int, on_day: Callable[[int, int], None] | None = None, until: int = DAYS) -> World:
    """The bank from its first day to its last, or to the day before ``until``; the same seed gives the same bank.

    Mornings come first: keepers get in touch, then people decide. So a conversation on the day itself counts.
    From the demo's today on, the old system records no contacts: the product does.
    """
    rng = np.random.default_rng(seed)
    people = population(rng, customers)
    today.set_birthdays(rng, people)
    world = founded(rng, people)
    assets = world.books.assets()
    for t in range(1, until):
        if t % 7 == 0:
            assets = world.books.assets()
        join(world, t)
        if t < t_of(TODAY):
            touch.get_in_touch(world, t, assets)
        for step in AFTER_CONTACTS:
            step(world, t)
        if on_day:
            on_day(t, DAYS - 1)
    return world


def join(world: World, t: int) -> None:
    """New customers bring their first money on the day their account is opened."""
    new = np.flatnonzero(world.people.opened == t)
    amount = np.maximum(world.people.wealth[new] * 6 // 10 // 100_00 * 100_00, 500_00)
    stories.receive(world, t, new, amount, 1 + new % 6)


def _live_named(world: World, t: int) -> None:
    today.live_named(world, t, day_of(t))


AFTER_CONTACTS: tuple[Callable[[World, int], None], ...] = (
    habits.live_a_day, savings.mature, savings.act_on_decisions, _live_named, savings.save, savings.leave,
    stories.happen, today.arrange,
)  # fmt: skip
"""What a day brings once keepers have been in touch, in this order."""
