"""Money that comes free and money put away: maturities kept or lost, new savings, people who leave."""

from __future__ import annotations

import numpy as np

from guanhu.demo import places, shelf
from guanhu.demo.books import Ints
from guanhu.demo.calendar import day_of, is_working
from guanhu.demo.money import LEAST, THOUSAND, choose
from guanhu.demo.world import World
from guanhu.rules.kinds import MoveKind


def mature(world: World, t: int) -> None:
    """到期: what is due today is renewed by itself, or its owner decides, today or in the next days."""
    books = world.books
    days = [day for day in books.due if day <= t]
    if not days:
        return
    ids = np.concatenate([ids for day in sorted(days) for ids in books.due.pop(day)])
    ids = ids[(books.h_end[ids] > t) & (shelf.KIND[books.h_product[ids]] != shelf.LOAN)]
    auto = ids[books.h_auto[ids]]
    _renew_by_itself(world, t, auto)
    ids = ids[~books.h_auto[ids]]
    named = world.people.named[books.h_customer[ids]]
    ended = ids[named & ~books.h_hold[ids]]
    books.cash_in(t, ended)
    _decide(world, t, ids[~named | books.h_hold[ids]])


def _renew_by_itself(world: World, t: int, ids: Ints) -> None:
    """约定转存: the same sum for the same term; the interest goes to the current account."""
    books = world.books
    customers, product, amount = books.h_customer[ids], books.h_product[ids], books.h_amount[ids]
    books.post(t, customers, books.interest(ids), MoveKind.INTEREST, places.BATCH)
    books.h_end[ids] = t
    books.add_holdings(customers, product, amount, np.full(len(ids), t), auto=True)


def _decide(world: World, t: int, ids: Ints) -> None:
    """Stay or go: a conversation in the week before changes the chance by the known amount."""
    rng, books, people = world.rng, world.books, world.people
    customers = books.h_customer[ids]
    gone = world.leaving[customers] <= t
    stay = np.zeros(len(ids), bool)
    free = np.flatnonzero(~gone & ~people.named[customers])
    stay[free] = world.record.draw(
        rng, "maturity", customers[free], t, world.talked[customers[free]], people.band[customers[free]]
    )
    stay[people.named[customers]] = True
    delay = rng.choice([0, 0, 0, 1, 1, 2, 3, 5], len(ids))
    delay[books.h_hold[ids]] = 4
    returned = shelf.KIND[books.h_product[ids]] != shelf.DEPOSIT
    books.cash_in(t, ids[returned])
    for wait in np.unique(delay).tolist():
        mine = delay == wait
        world.decided[t + wait].append((ids[mine], stay[mine]))


def act_on_decisions(world: World, t: int) -> None:
    """Those who decided come in today: some put the money away again, some take it to another bank."""
    rng, books, people = world.rng, world.books, world.people
    for ids, stay in world.decided.pop(t, []):
        books.cash_in(t, ids[books.h_end[ids] > t])
        customers, amount = books.h_customer[ids], books.h_amount[ids]
        product = choose(rng, people, customers, amount)
        same = (rng.random(len(ids)) < 0.6) & (shelf.WEIGHT[books.h_product[ids]] > 0)
        product = np.where(same, books.h_product[ids], product)
        _buy_one_by_one(world, t, customers[stay], product[stay], amount[stay])
        lost = np.where(stay, 0, (amount * rng.uniform(0.72, 1.0, len(ids))).astype(np.int64) // THOUSAND * THOUSAND)
        for turn in _turns(customers):
            books.spend(
                t,
                customers[turn],
                lost[turn],
                MoveKind.TRANSFER,
                places.MOBILE,
                1 + customers[turn] % (len(places.OTHER_BANKS) - 1),
            )
        world.moved[customers] = t


def _turns(customers: Ints) -> list[Ints]:
    """Split places so that no customer stands twice in one turn."""
    turns = []
    left = np.arange(len(customers))
    while len(left):
        _, first = np.unique(customers[left], return_index=True)
        turns.append(left[first])
        left = np.delete(left, first)
    return turns


def _buy_one_by_one(world: World, t: int, customers: Ints, product: Ints, amount: Ints) -> None:
    for turn in _turns(customers):
        auto = world.rng.random(len(turn)) < 0.15
        auto &= shelf.KIND[product[turn]] == shelf.DEPOSIT
        world.books.buy(t, customers[turn], product[turn], amount[turn], auto=auto)


def save(world: World, t: int) -> None:
    """Those with more in the current account than they like put some away, here or elsewhere."""
    rng, books, people = world.rng, world.books, world.people
    if not is_working(day_of(t)):
        return
    over = books.current - world.target * 2
    ready = (over > 3 * LEAST) & ~people.quiet & ~people.named & (world.leaving > t)
    who = np.flatnonzero(ready & (rng.random(people.n) < 0.035))
    amount = (over[who] * rng.uniform(0.5, 1.0, len(who))).astype(np.int64) // THOUSAND * THOUSAND
    here = rng.random(len(who)) < 0.8
    product = choose(rng, people, who[here], amount[here])
    _buy_one_by_one(world, t, who[here], product, amount[here])
    away = who[~here]
    books.spend(t, away, amount[~here], MoveKind.TRANSFER, places.MOBILE, 1 + away % (len(places.OTHER_BANKS) - 1))
    world.moved[who] = t


def leave(world: World, t: int) -> None:
    """Those who are leaving take most of what is free, in three or four steps over two weeks."""
    rng, books = world.rng, world.books
    going = np.flatnonzero((world.leaving <= t) & (world.leaving > t - 15) & (rng.random(world.people.n) < 0.28))
    amount = (books.current[going] * rng.uniform(0.3, 0.7, len(going))).astype(np.int64) // 10_000 * 10_000
    books.spend(t, going, amount, MoveKind.TRANSFER, places.MOBILE, 1 + going % (len(places.OTHER_BANKS) - 1))
    world.moved[going] = t
