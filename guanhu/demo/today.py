"""What is arranged so that the demo's morning is rich for every keeper, and the named customers' own days."""

from __future__ import annotations

from datetime import date

import numpy as np

from guanhu.demo import cast, places, shelf
from guanhu.demo.books import NEVER
from guanhu.demo.calendar import TODAY, t_of
from guanhu.demo.people import People
from guanhu.demo.personas import PERSONAS, Event
from guanhu.demo.stories import SUBJECTS, open_complaint, receive
from guanhu.demo.touch import CHANNELS, OUTCOMES, ROUTINE
from guanhu.demo.truth import TALK_SECONDS
from guanhu.demo.world import Contact, World
from guanhu.rules.kinds import MoveKind

YESTERDAY = t_of(TODAY) - 1
_BIRTHDAYS = ((11, 24, False), (11, 25, False), (10, 16, True), (10, 17, True), (11, 26, False))
"""Today and tomorrow, in both calendars: 2026-11-24 is the sixteenth of the tenth lunar month."""


def set_birthdays(rng: np.random.Generator, people: People) -> None:
    """Every keeper has a few birthdays around today."""
    for keeper in range(len(cast.KEEPERS)):
        mine = np.flatnonzero((people.keeper == keeper) & ~people.named & ~people.company & (people.band < 2))
        chosen = rng.choice(mine, min(len(_BIRTHDAYS), len(mine)), replace=False)
        for customer, (month, day, lunar) in zip(chosen.tolist(), _BIRTHDAYS, strict=False):
            people.birth_month[customer], people.birth_day[customer], people.lunar[customer] = month, day, lunar


def arrange(world: World, t: int) -> None:
    """The days before the demo's today: sums that move, slow outflows, complaints not yet closed."""
    if t in {YESTERDAY - 20, YESTERDAY - 13, YESTERDAY - 6}:
        _drain(world, t)
    if YESTERDAY - 70 <= t <= YESTERDAY:
        _demolition(world, t)
    if t in (YESTERDAY - 3, YESTERDAY):
        _fresh_complaints(world, t)
    if t == YESTERDAY:
        _big_moves(world, t)


def _drain(world: World, t: int) -> None:
    """The same three customers of every keeper send money to the same other bank, week by week."""
    people, books = world.people, world.books
    for keeper in range(len(cast.KEEPERS)):
        calm = (people.keeper == keeper) & ~people.named & ~people.company & (world.inflow < 0) & (people.opened < -100)
        mine = np.flatnonzero(calm & (world.target > 6_000_000))
        mine = mine[np.argsort(-world.target[mine], kind="stable")][3:6]
        amount = books.current[mine] * 34 // 100 // 10_000 * 10_000
        books.spend(t, mine, amount, MoveKind.TRANSFER, places.MOBILE, 1 + mine % (len(places.OTHER_BANKS) - 1))
        world.moved[mine] = t


def _demolition(world: World, t: int) -> None:
    """征地拆迁: the households of one community are paid over ten weeks, two every fifth day."""
    people = world.people
    if (YESTERDAY - t) % 5:
        return
    street = np.flatnonzero(
        (people.branch == 0) & (people.community == places.PULLED_DOWN) & ~people.company & ~people.named
    )
    start = (YESTERDAY - t) // 5 * 2
    paid = street[start : start + 2]
    amount = (40 + (paid * 37) % 110) * 1_000_000
    receive(world, t, paid, amount, 4)


def _fresh_complaints(world: World, t: int) -> None:
    """Every keeper has a complaint or two not yet closed; on the last day the first keeper has a named one."""
    first = 1 if t == YESTERDAY else 0
    for keeper in range(first, len(cast.KEEPERS)):
        calm = (
            (world.people.keeper == keeper)
            & ~world.people.named
            & (world.complained < 0)
            & world.here(t)
            & ~world.people.quiet
        )
        customer = int(world.rng.choice(np.flatnonzero(calm)))
        open_complaint(world, t, customer, SUBJECTS[(keeper + t) % len(SUBJECTS)], None)


def _big_moves(world: World, t: int) -> None:
    """A large sum in and one out for every keeper on the day before today."""
    rng, people, books = world.rng, world.people, world.books
    for keeper in range(len(cast.KEEPERS)):
        calm = (people.keeper == keeper) & ~people.named & ~people.company & world.here(t) & (people.band < 2)
        gets = rng.choice(np.flatnonzero(calm), 1)
        receive(world, t, gets, rng.integers(22, 95, 1) * 1_000_000, rng.integers(1, len(places.OTHER_BANKS), 1))
        rich = np.flatnonzero(calm & (books.current > 25_000_000))
        rich = np.setdiff1d(rich, gets)[:1]
        books.spend(
            t, rich, books.current[rich] * 6 // 10 // 1_000_000 * 1_000_000, MoveKind.TRANSFER, places.COUNTER, 2
        )
        world.moved[rich] = t


def live_named(world: World, t: int, day: date) -> None:
    """The named customers' own stories, told in ``personas``."""
    text = day.isoformat()
    for i, persona in enumerate(PERSONAS[: world.people.n]):
        for event in persona.events:
            if event.day == text:
                _tell(world, t, i, event)
        for lot in persona.lots:
            if lot.start == text:
                _put_away(world, t, i, lot.product, int(lot.wan * 1_000_000), lot.due)


def _tell(world: World, t: int, i: int, event: Event) -> None:
    one = np.array([i])
    amount = np.array([int(event.wan * 1_000_000)])
    if event.what == "in":
        receive(world, t, one, amount, event.bank)
    elif event.what == "out":
        world.books.spend(t, one, amount, MoveKind.TRANSFER, places.MOBILE, event.bank)
        world.moved[i] = t
    elif event.what == "complaint":
        open_complaint(world, t, i, event.text, t_of(date.fromisoformat(event.until)) if event.until else None)
    else:
        hour, minute = map(int, event.at.split(":"))
        channel, outcome = CHANNELS.index(event.channel), OUTCOMES.index(event.outcome)
        told = Contact(t, hour * 60 + minute, i, 0, channel, event.seconds, outcome, ROUTINE, NEVER, event.text)
        world.contacts.append(told)
        if event.seconds >= TALK_SECONDS:
            world.talked[i] = t


def _put_away(world: World, t: int, i: int, product: str, amount: int, due: str) -> None:
    """Buy a holding; what is missing comes from another bank that day."""
    one = np.array([i])
    keep = int(PERSONAS[i].current_wan * 800_000)
    missing = max(amount + keep - int(world.books.current[i]), 0) // 10_000 * 10_000
    if missing > 2_000_000:
        world.books.post(t, one, np.array([missing]), MoveKind.TRANSFER, places.MOBILE, 3)
    due_t = np.array([t_of(date.fromisoformat(due))]) if due else None
    world.books.buy(t, one, np.array([shelf.NO[product]]), np.array([amount]), due=due_t)
    world.moved[i] = t
