"""What everybody owned on the first day: current accounts, savings with their terms, loans."""

from __future__ import annotations

import numpy as np

from guanhu.demo import cast, shelf
from guanhu.demo.books import Books, Ints
from guanhu.demo.calendar import TODAY, day_of, months_later, t_of
from guanhu.demo.people import People
from guanhu.demo.personas import PERSONAS
from guanhu.demo.world import LONG_AGO, World

THOUSAND = 1000_00
"""Savings are put away in whole thousands of yuan."""

LEAST = 10 * THOUSAND
"""Nobody opens a deposit for less than 一万."""


def choose(rng: np.random.Generator, people: People, customers: Ints, amount: Ints) -> Ints:
    """A product for each: nothing riskier than the customer's own grade, companies only deposits and wealth."""
    p = shelf.PRODUCTS
    weight = np.tile(shelf.WEIGHT, (len(customers), 1))
    weight[shelf.RISK[None, :] > people.risk[customers][:, None]] = 0
    weight[shelf.FLOOR[None, :] > amount[:, None]] = 0
    firm = people.company[customers]
    weight[np.ix_(firm, shelf.KIND >= shelf.FUND)] = 0
    old = people.birth_year[customers] < 1962
    weight[np.ix_(old, shelf.KIND == shelf.INSURANCE)] *= 0.15
    edges = np.cumsum(weight, axis=1)
    draw = rng.random(len(customers)) * edges[:, -1]
    chosen: Ints = np.minimum((edges < draw[:, None]).sum(axis=1), len(p) - 1)
    return chosen


def founded(rng: np.random.Generator, people: People) -> World:
    """The bank on its first day covered."""
    books = Books(people.opened)
    n = people.n
    share = np.clip(rng.beta(1.6, 7.5, n) + np.array([0.0, 0.06, 0.3])[people.band], 0.02, 1.0)
    share[people.wealth < 2_000_000] = 1.0
    share[people.company] = np.maximum(share[people.company], 0.45)
    cash = (people.wealth * share).astype(np.int64)
    cash[people.named] = [int(p.current_wan * 1_000_000) for p in PERSONAS[:n]]
    world = World(
        rng, people, books, target=np.maximum(cash, 300_000) + people.income // 2,
        talked=np.full(n, LONG_AGO), inflow=np.full(n, LONG_AGO), moved=-rng.integers(1, 200, n),
        leaving=np.full(n, 1_000_000), complained=np.full(n, LONG_AGO),
    )  # fmt: skip
    here = people.opened < 0
    books.balance[:n] = np.where(here, cash + rng.integers(0, 100_00, n), 0)
    _savings(world, np.flatnonzero(here & ~people.named), people.wealth - cash)
    _due_around_today(world)
    _persona_lots(world)
    _loans(world)
    _came_before_their_accounts(world)
    books.close_first_day()
    return world


def _came_before_their_accounts(world: World) -> None:
    """Nobody holds an account older than the day they became a customer."""
    books, opened = world.books, world.people.opened
    held = np.arange(books.accounts)
    np.minimum.at(opened, books.owner[held], books.opened[held])
    books.opened[: len(opened)] = opened


def _savings(world: World, customers: Ints, rest: Ints) -> None:
    """Up to four holdings each, begun at some day of their term that has gone by."""
    rng, people = world.rng, world.people
    count = np.clip(np.log2(np.maximum(rest[customers], 1) / 2_500_000 + 1).astype(np.int64) + 1, 1, 4)
    for turn in range(4):
        mine = customers[(count > turn) & (rest[customers] > 2 * LEAST)]
        cut = rng.dirichlet((2.0, 1.4, 1.0, 0.8), len(mine))[:, turn] * 1.6
        amount = np.minimum(rest[mine] * cut, rest[mine]).astype(np.int64) // THOUSAND * THOUSAND
        mine, amount = mine[amount >= LEAST], amount[amount >= LEAST]
        give(world, mine, choose(rng, people, mine, amount), amount)


def give(
    world: World, customers: Ints, product: Ints, amount: Ints, *, due: Ints | None = None, auto: float = 0.22
) -> Ints:
    """Holdings that already ran on the first day, with their money in the account."""
    rng, books = world.rng, world.books
    months = shelf.MONTHS[product]
    term = np.where(
        months > 0,
        months_later(np.zeros(len(months), np.int64), months),
        np.where(shelf.TERM[product] > 0, shelf.TERM[product], 900),
    )
    if due is None:
        start = -(1 + (rng.random(len(customers)) * (term - 1)).astype(np.int64))
    else:
        start = np.where(months > 0, months_later(due, -months), due - term)
    for kind in np.unique(shelf.KIND[product]).tolist():
        mine = shelf.KIND[product] == kind
        accounts = books.open_accounts(customers[mine], kind, start[mine])
        np.add.at(books.balance, accounts, amount[mine])
    renew = (rng.random(len(customers)) < auto) & (shelf.KIND[product] == shelf.DEPOSIT)
    return books.add_holdings(customers, product, amount, start, auto=renew, due=due)


def _due_around_today(world: World) -> None:
    """Every keeper has a few sums due around the demo's today; the first keeper's are the named customers'."""
    rng, people = world.rng, world.people
    today = t_of(TODAY)
    for keeper in range(len(cast.KEEPERS)):
        able = np.flatnonzero((people.keeper == keeper) & (people.band < 2) & ~people.named & (people.opened < -1100))
        wanted = np.array([7, 7] if keeper == 0 else [-1, 0, 0, 1, 1, 7, 7, -3])
        chosen = rng.choice(able, min(len(wanted), len(able)), replace=False)
        days = wanted[: len(chosen)] + today
        product = rng.choice([shelf.NO["D024"], shelf.NO["D036"]], len(chosen))
        amount = np.round(rng.lognormal(np.log(120), 0.8, len(chosen))).astype(np.int64) * THOUSAND
        ids = give(world, chosen, product, np.maximum(amount, 20 * THOUSAND), due=days, auto=0.0)
        world.books.h_hold[ids] = True


def _persona_lots(world: World) -> None:
    """The named customers' holdings that ran on the first day."""
    books = world.books
    for i, persona in enumerate(PERSONAS[: world.people.n]):
        for lot in persona.lots:
            start = t_of(TODAY.fromisoformat(lot.start))
            if start >= 0:
                continue
            one, product = np.array([i]), np.array([shelf.NO[lot.product]])
            amount = np.array([int(lot.wan * 1_000_000)])
            account = books.open_accounts(one, int(shelf.KIND[product[0]]), start)
            books.balance[account] += amount
            due = np.array([t_of(TODAY.fromisoformat(lot.due))]) if lot.due else None
            ids = books.add_holdings(one, product, amount, np.array([start]), due=due, rate=lot.rate_bp or None)
            books.h_hold[ids] = bool(lot.due) and lot.due >= day_of(t_of(TODAY) - 2).isoformat()


def _loans(world: World) -> None:
    """Mortgages, instalments and business loans; they owe, so they bring no balance."""
    rng, people, books = world.rng, world.people, world.books
    age = 2026 - people.birth_year
    able = ~people.company & (people.income > 0) & ~people.named & (people.opened < -60)
    groups = (
        ("M240", able & (age < 56) & (rng.random(people.n) < 0.17), 30, 140),
        ("M036", able & (age < 50) & (rng.random(people.n) < 0.05), 2, 20),
        ("M012", people.company & (people.opened < -60) & (rng.random(people.n) < 0.2), 50, 300),
    )
    for no, who, low, high in groups:
        customers = np.flatnonzero(who)
        product = np.full(len(customers), shelf.NO[no])
        amount = rng.integers(low, high, len(customers)) * 1_000_000
        earliest = np.maximum(people.opened[customers], -160 if no == "M012" else -500 if no == "M036" else -3600)
        start = earliest + (rng.random(len(customers)) * (-earliest - 1)).astype(np.int64)
        books.open_accounts(customers, shelf.LOAN, start)
        books.add_holdings(customers, product, amount, start)
