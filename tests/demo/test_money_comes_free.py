"""Maturities, savings and leaving: what happens to money whose term is over."""

import numpy as np
import pytest

from guanhu.demo import savings, shelf
from guanhu.demo.books import NEVER
from guanhu.demo.money import choose, founded, give
from guanhu.demo.people import population
from guanhu.demo.world import World

pytestmark = pytest.mark.slow
WAN = 1_000_000


@pytest.fixture
def world() -> World:
    """A bank in which nothing is due but what a test arranges."""
    rng = np.random.default_rng(6)
    world = founded(rng, population(rng, 1200))
    world.books.due.clear()
    return world


def somebody(world: World, n: int) -> np.ndarray:
    people = world.people
    free = ~people.named & ~people.company & (people.opened < -1200) & (world.books.account_of[shelf.DEPOSIT] < 0)
    return np.flatnonzero(free & (world.books.account_of[shelf.WEALTH] < 0))[:n]


def arranged(world: World, product: str, *, auto: float = 0.0, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """These customers each have 10万 in this product, due on day 100."""
    who = somebody(world, n)
    full = np.full(n, shelf.NO[product])
    ids = give(world, who, full, np.full(n, 10 * WAN), due=np.full(n, 100), auto=auto)
    return who, ids


def test_a_deposit_renews_by_itself_where_that_was_agreed(world):
    who, ids = arranged(world, "D012", auto=1.0)
    before = world.books.current[who].copy()
    savings.mature(world, 100)
    assert (world.books.h_end[ids] == 100).all()
    live = world.books.live(100)
    again = live[np.isin(world.books.h_customer[live], who) & (world.books.h_start[live] == 100)]
    assert (world.books.h_due[again] == 465).all()
    assert (world.books.current[who] - before == 10 * WAN * 145 // 10_000).all()
    assert world.record.columns("maturity")["customer"] == []


def test_a_deposit_waits_for_its_owner_a_wealth_product_does_not(world):
    _, deposits = arranged(world, "D012")
    savings.mature(world, 100)
    assert (world.books.h_end[deposits] == NEVER).all()
    _, products = arranged(world, "W365")
    savings.mature(world, 100)
    assert (world.books.h_end[products] == 100).all()


def test_everybody_has_acted_within_a_week(world):
    who, ids = arranged(world, "D012")
    savings.mature(world, 100)
    for day in range(100, 107):
        savings.act_on_decisions(world, day)
    assert (world.books.h_end[ids] <= 105).all()
    assert not world.decided
    assert (world.moved[who] >= 100).all()


def test_those_who_stay_hold_something_new_and_the_others_less(world):
    who, _ = arranged(world, "D012", n=60)
    assets = world.books.assets()[who]
    savings.mature(world, 100)
    cases = world.record.columns("maturity")
    stayed = dict(zip(cases["customer"], cases["happened"], strict=True))
    for day in range(100, 107):
        savings.act_on_decisions(world, day)
    change = world.books.assets()[who] - assets
    for customer, difference in zip(who.tolist(), change.tolist(), strict=True):
        assert (difference >= 0) if stayed[customer] else (difference < -6 * WAN)


def test_a_conversation_in_the_week_before_keeps_more_of_them(world):
    who, _ = arranged(world, "D012", n=120)
    world.talked[who[:60]] = 95
    savings.mature(world, 100)
    cases = world.record.columns("maturity")
    assert dict(zip(cases["customer"], cases["talked"], strict=True)) == {
        customer: place < 60 for place, customer in enumerate(who.tolist())
    }


def test_who_is_leaving_takes_what_matures(world):
    who, _ = arranged(world, "D012")
    world.leaving[who] = 90
    savings.mature(world, 100)
    assert world.record.columns("maturity")["customer"] == []
    for day in range(100, 107):
        savings.act_on_decisions(world, day)
    live = world.books.live(106)
    assert not np.isin(world.books.h_customer[live][world.books.h_start[live] >= 100], who).any()


def test_who_leaves_takes_most_of_the_free_money_in_two_weeks(world):
    going = np.flatnonzero(world.books.current > 5 * WAN)[:50]
    before = world.books.current[going].sum()
    world.leaving[going] = 100
    for day in range(100, 116):
        savings.leave(world, day)
    assert world.books.current[going].sum() < 0.35 * before
    left = world.books.current[going].copy()
    savings.leave(world, 130)
    assert (world.books.current[going] == left).all()


def test_nobody_else_leaves(world):
    before = world.books.current.copy()
    savings.leave(world, 100)
    assert (world.books.current == before).all()


def test_money_above_what_one_likes_to_keep_is_put_away(world):
    world.books.balance[:1200] = world.target * 6 + 5 * WAN
    holdings = world.books.holdings
    for day in range(100, 121):
        savings.save(world, day)
    assert world.books.holdings > holdings + 100
    assert world.books.balance.min() >= 0


def test_nobody_saves_on_a_sunday(world):
    world.books.balance[:1200] = world.target * 6 + 5 * WAN
    holdings = world.books.holdings
    savings.save(world, 549)
    savings.save(world, 550)
    assert world.books.holdings == holdings


def test_a_product_is_never_riskier_than_the_customer(world):
    rng, people = world.rng, world.people
    customers = np.repeat(np.arange(1200), 5)
    product = choose(rng, people, customers, np.full(len(customers), 30 * WAN))
    assert (shelf.RISK[product] <= people.risk[customers]).all()
    assert (shelf.KIND[product] != shelf.LOAN).all()


def test_a_large_certificate_starts_at_twenty_wan(world):
    customers = np.arange(1200)
    small = choose(world.rng, world.people, customers, np.full(1200, 19 * WAN))
    large = choose(world.rng, world.people, customers, np.full(1200, 21 * WAN))
    certificates = {shelf.NO["L036"], shelf.NO["L060"]}
    assert not certificates & set(small.tolist())
    assert certificates & set(large.tolist())


def test_companies_buy_no_funds_and_no_insurance(world):
    firms = np.tile(np.flatnonzero(world.people.company), 40)
    product = choose(world.rng, world.people, firms, np.full(len(firms), 30 * WAN))
    assert (shelf.KIND[product] < shelf.FUND).all()


def test_the_same_customer_acts_once_in_a_turn():
    turns = savings._turns(np.array([4, 7, 4, 4, 9]))
    assert [sorted(turn.tolist()) for turn in turns] == [[0, 1, 4], [2], [3]]


def test_holdings_given_on_the_first_day_have_their_money(world):
    who, _ = arranged(world, "D036", n=5)
    account = world.books.account_of[shelf.DEPOSIT, who]
    assert (world.books.balance[account] == 10 * WAN).all()
    assert (world.books.opened[account] < 0).all()
