"""An ordinary day: pay, pensions, direct debits, card payments, cash, transfers, families, interest."""

from __future__ import annotations

import numpy as np

from guanhu.demo import places, shelf
from guanhu.demo.books import Ints
from guanhu.demo.calendar import bonus, cash_need, day_of, is_working, spending, year_end
from guanhu.demo.world import World
from guanhu.rules.kinds import MoveKind

HUNDRED = 100_00
"""Transfers and cash are whole hundreds of yuan."""


def live_a_day(world: World, t: int) -> None:
    """Everything people do without thinking about their bank."""
    day = day_of(t)
    if day.month in (3, 6, 9, 12) and day.day == 21:
        _interest(world, t)
    if is_working(day):
        _companies(world, t)
    _salaries(world, t, bonus(day))
    _debits(world, t)
    _cards(world, t, spending(day))
    _cash(world, t, cash_need(day))
    _transfers(world, t, 1.0 if is_working(day) else 0.4)
    if day.day == 3:
        _families(world, t)
    _year_end(world, t, year_end(day))


def _active(world: World, t: int) -> np.ndarray:
    """How lively each customer is: the quiet and those who left hardly move."""
    lively = np.where(world.people.quiet, 0.0, 1.0) * (world.people.opened < t)
    return np.where(world.leaving <= t, lively * 0.12, lively)


def _interest(world: World, t: int) -> None:
    """结息: a quarter's interest on current accounts."""
    here = np.flatnonzero(world.here(t))
    world.books.post(t, here, np.maximum(world.books.current[here], 0) * 5 // 40_000, MoveKind.INTEREST, places.BATCH)


def _companies(world: World, t: int) -> None:
    """Companies are paid by their buyers and pay their suppliers."""
    rng, people, books = world.rng, world.people, world.books
    firms = people.company & (_active(world, t) > 0)
    size = people.wealth
    chosen = np.flatnonzero(firms & (rng.random(people.n) < 0.16))
    paid = (size[chosen] * rng.lognormal(-3.4, 0.9, len(chosen))).astype(np.int64) // HUNDRED * HUNDRED
    books.post(t, chosen, paid, MoveKind.TRANSFER, places.WEB, rng.integers(0, len(places.OTHER_BANKS), len(chosen)))
    chosen = np.flatnonzero(firms & (rng.random(people.n) < 0.2))
    pull = np.clip(books.current[chosen] / np.maximum(world.target[chosen], 1), 0.2, 2.5)
    out = (size[chosen] * rng.lognormal(-3.7, 0.9, len(chosen)) * pull).astype(np.int64) // HUNDRED * HUNDRED
    out = np.minimum(out, books.current[chosen] // 3 // HUNDRED * HUNDRED)
    _moved(
        world,
        t,
        chosen,
        books.spend(
            t, chosen, out, MoveKind.TRANSFER, places.WEB, rng.integers(0, len(places.OTHER_BANKS), len(chosen))
        ),
    )


def _moved(world: World, t: int, customers: Ints, taken: Ints) -> None:
    world.moved[customers[taken > 0]] = t


def _salaries(world: World, t: int, factor: float) -> None:
    """代发: pay on the payday; a company that is our customer pays its own staff from its account here."""
    rng, people, books = world.rng, world.people, world.books
    day = day_of(t).day
    due = np.flatnonzero((people.payday == day) & (people.income > 0) & world.here(t) & (world.leaving > t))
    pay = people.income[due] * np.where(people.retired[due], 1.0, factor * (0.94 + 0.12 * rng.random(len(due))))
    pay = np.round(pay).astype(np.int64)
    boss = people.employer[due]
    inside = boss >= 0
    firms, which = np.unique(boss[inside], return_inverse=True)
    if len(firms):
        bill = np.zeros(len(firms), np.int64)
        np.add.at(bill, which, pay[inside])
        short = np.maximum(bill + HUNDRED - books.current[firms], 0)
        short = -(-short // (10 * HUNDRED)) * 10 * HUNDRED
        books.post(t, firms, short, MoveKind.TRANSFER, places.WEB, 1 + firms % (len(places.OTHER_BANKS) - 1))
        books.post(t, firms, -bill, MoveKind.SALARY, places.BATCH)
    payer = np.where(inside | people.retired[due], 0, 1 + due % (len(places.OTHER_BANKS) - 1))
    books.post(t, due, pay, MoveKind.SALARY, places.BATCH, payer)


def _debits(world: World, t: int) -> None:
    """代扣: water, power, phone once a month, and the month's part of a loan."""
    people, books = world.people, world.books
    day = day_of(t).day
    number = np.arange(people.n)
    alive = world.here(t) & ~people.company & (world.leaving > t)
    for turn in range(2):
        due = np.flatnonzero(alive & ((number * 7 + turn * 11) % 28 + 1 == day) & (number % (turn + 2) != 1))
        bill = 48_00 + (number[due] * 37 % 31_000) + world.rng.integers(0, 60_00, len(due))
        books.spend(t, due, bill, MoveKind.AUTOPAY, places.BATCH)
    loans = np.flatnonzero(books.h_product[: books.holdings] == shelf.NO["M240"])
    owners = books.h_customer[loans]
    mine = owners % 28 + 1 == day
    books.spend(t, owners[mine], books.h_amount[loans[mine]] // 210, MoveKind.AUTOPAY, places.BATCH)


def _pull(world: World, customers: Ints) -> np.ndarray:
    """People spend more when there is more than they like to keep, and less when there is less."""
    most = np.where(world.people.named[customers], 1.7, 4.0)
    ratio: np.ndarray = np.clip(world.books.current[customers] / np.maximum(world.target[customers], 1), 0.08, most)
    return ratio


def _cards(world: World, t: int, factor: float) -> None:
    """消费: by card and phone; everybody has a rhythm of their own."""
    rng, people = world.rng, world.people
    rhythm = 0.05 + 0.3 * ((np.arange(people.n) * 2_654_435_761 % 997) / 997)
    who = world.chance(np.minimum(rhythm * factor, 0.9) * _active(world, t) * ~people.company)
    month = np.maximum(people.income[who], 250_000) * 0.62 / (rhythm[who] * 30)
    amount = month * rng.lognormal(-0.32, 0.8, len(who)) * _pull(world, who)
    channel = np.where(rng.random(len(who)) < 0.7, places.QUICK, places.SWIPE)
    taken = world.books.spend(t, who, amount.astype(np.int64), MoveKind.CARD, channel)
    _moved(world, t, who, taken)


def _cash(world: World, t: int, factor: float) -> None:
    """现金: the older, the more; before Spring Festival everybody."""
    rng, people = world.rng, world.people
    often = np.where(people.birth_year < 1966, 0.03, 0.008) * factor * _active(world, t)
    who = world.chance(often * ~people.company)
    amount = rng.choice([5, 10, 20, 30, 50, 100], len(who), p=[0.2, 0.28, 0.24, 0.14, 0.1, 0.04]) * HUNDRED
    amount = np.minimum(amount, world.books.current[who] // 2 // HUNDRED * HUNDRED)
    channel = np.where(amount > 50 * HUNDRED, places.COUNTER, places.MACHINE)
    _moved(world, t, who, world.books.spend(t, who, amount, MoveKind.CASH, channel))
    back = world.chance(0.004 * _active(world, t) * ~people.company)
    world.books.post(t, back, rng.integers(5, 120, len(back)) * HUNDRED, MoveKind.CASH, places.COUNTER)
    world.moved[back] = t


def _transfers(world: World, t: int, factor: float) -> None:
    """转账: to and from other people and other banks; a few pay a loan elsewhere every month."""
    rng, people, books = world.rng, world.people, world.books
    banks = len(places.OTHER_BANKS)
    lively = _active(world, t) * ~people.company * factor
    who = world.chance(0.022 * lively)
    wish = np.maximum(people.income[who], 300_000) * rng.lognormal(-1.1, 0.9, len(who)) * _pull(world, who)
    wish = np.minimum(wish.astype(np.int64), books.current[who] * 2 // 3) // HUNDRED * HUNDRED
    bank = np.where(rng.random(len(who)) < 0.5, 0, 1 + (who + rng.integers(0, 2, len(who))) % (banks - 1))
    _moved(world, t, who, books.spend(t, who, wish, MoveKind.TRANSFER, places.MOBILE, bank))
    who = world.chance(np.where(people.income > 0, 0.012, 0.03) * lively)
    amount = np.maximum(people.income[who] // 3, 250_000) * rng.lognormal(-0.4, 0.9, len(who))
    amount = amount.astype(np.int64) // HUNDRED * HUNDRED
    books.post(t, who, amount, MoveKind.TRANSFER, places.MOBILE, rng.integers(0, banks, len(who)))
    world.moved[who] = t
    day = day_of(t).day
    elsewhere = np.flatnonzero(
        (np.arange(people.n) % 13 == 4) & (people.payday + 2 == day) & (lively > 0) & (people.income > 0)
    )
    amount = np.minimum(people.income[elsewhere] * 2 // 5, books.current[elsewhere] * 2 // 3) // HUNDRED * HUNDRED
    _moved(
        world,
        t,
        elsewhere,
        books.spend(t, elsewhere, amount, MoveKind.TRANSFER, places.MOBILE, 1 + elsewhere % (banks - 1)),
    )


def _families(world: World, t: int) -> None:
    """Children send something home, or the other way round."""
    people, books = world.people, world.books
    children = np.flatnonzero((people.parent >= 0) & (_active(world, t) > 0))
    children = children[world.here(t)[people.parent[children]]]
    gives = np.where(children % 3 == 0, people.parent[children], children)
    gets = np.where(children % 3 == 0, children, people.parent[children])
    amount = np.minimum((5 + children % 40) * HUNDRED, books.current[gives] // 3 // HUNDRED * HUNDRED)
    sent = books.spend(t, gives, amount, MoveKind.TRANSFER, places.MOBILE)
    books.post(t, gets, sent, MoveKind.TRANSFER, places.MOBILE)
    _moved(world, t, gives, sent)


def _year_end(world: World, t: int, way: int) -> None:
    """年末: money gathered for the last days of the year, gone again in the first week of the next."""
    rng, people, books = world.rng, world.people, world.books
    if not way:
        return
    who = np.flatnonzero((people.band < 2) & ~people.named & (rng.random(people.n) < 0.05 * _active(world, t)))
    amount = (world.target[who] * rng.uniform(0.15, 0.6, len(who))).astype(np.int64) // HUNDRED * HUNDRED
    bank = 1 + who % (len(places.OTHER_BANKS) - 1)
    if way > 0:
        books.post(t, who, amount, MoveKind.TRANSFER, places.MOBILE, bank)
    else:
        books.spend(t, who, np.minimum(amount, books.current[who] // 2), MoveKind.TRANSFER, places.MOBILE, bank)
    world.moved[who] = t
