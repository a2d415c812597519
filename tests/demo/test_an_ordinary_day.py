"""What people do without thinking about their bank: each habit on a day of its own."""

from datetime import date

import numpy as np
import pytest

from guanhu.demo import habits
from guanhu.demo.books import MOVES
from guanhu.demo.calendar import t_of
from guanhu.demo.money import founded
from guanhu.demo.people import population
from guanhu.demo.world import World
from guanhu.rules.kinds import MoveKind

pytestmark = pytest.mark.slow


@pytest.fixture
def world() -> World:
    rng = np.random.default_rng(5)
    return founded(rng, population(rng, 1200))


def moves(world: World, kind: MoveKind) -> tuple[np.ndarray, np.ndarray]:
    """Accounts and amounts of one kind of movement."""
    _, account, amount, number, *_ = world.books.moves()
    mine = number == MOVES.index(kind)
    return account[mine], amount[mine]


def t(day: str) -> int:
    return t_of(date.fromisoformat(day))


def test_everybody_is_paid_on_their_payday(world):
    people = world.people
    habits._salaries(world, t("2025-07-10"), 1.0)
    account, amount = moves(world, MoveKind.SALARY)
    due = np.flatnonzero((people.payday == 10) & (people.income > 0) & (people.opened < t("2025-07-10")))
    assert sorted(account[amount > 0].tolist()) == due.tolist()
    assert (np.abs(amount[amount > 0] - people.income[due]) <= people.income[due] * 0.07).all()


def test_a_company_pays_exactly_what_its_staff_receive(world):
    people = world.people
    habits._salaries(world, t("2025-07-10"), 1.0)
    account, amount = moves(world, MoveKind.SALARY)
    paid = dict(zip(account[amount < 0].tolist(), (-amount[amount < 0]).tolist(), strict=True))
    assert paid
    for firm, bill in paid.items():
        staff = (people.employer[account] == firm) & (amount > 0)
        assert people.company[firm]
        assert amount[staff].sum() == bill


def test_a_company_without_money_is_paid_by_a_buyer_first(world):
    firms = np.unique(world.people.employer[world.people.employer >= 0])
    world.books.balance[firms] = 0
    habits._salaries(world, t("2025-07-10"), 1.0)
    assert world.books.balance[firms].min() >= 0
    account, amount = moves(world, MoveKind.TRANSFER)
    assert set(account.tolist()) <= set(firms.tolist())
    assert (amount > 0).all()


def test_a_bonus_is_for_those_who_work(world):
    day = t("2026-01-15")
    habits._salaries(world, day, 2.3)
    account, amount = moves(world, MoveKind.SALARY)
    retired = world.people.retired[account]
    assert (amount[retired] == world.people.income[account[retired]]).all()


def test_those_who_left_are_paid_elsewhere(world):
    world.leaving[:] = 10
    habits._salaries(world, t("2025-07-10"), 1.0)
    assert len(moves(world, MoveKind.SALARY)[0]) == 0


def test_the_quiet_do_not_pay_by_card(world):
    for day in range(60, 90):
        habits._cards(world, day, 1.0)
    account, amount = moves(world, MoveKind.CARD)
    assert len(account) > 1000
    assert (amount < 0).all()
    assert not world.people.quiet[account].any()
    assert not world.people.company[account].any()


def test_cash_comes_in_whole_hundreds_and_more_before_spring_festival(world):
    habits._cash(world, 60, 1.0)
    usual = len(moves(world, MoveKind.CASH)[0])
    for day in range(61, 71):
        habits._cash(world, day, 5.0)
    account, amount = moves(world, MoveKind.CASH)
    assert (amount % 10_000 == 0).all()
    assert (len(account) - usual) / 10 > 2 * usual


def test_interest_is_a_quarter_of_half_a_tenth_of_a_percent(world):
    before = world.books.current.copy()
    habits.live_a_day(world, t("2025-06-21"))
    account, amount = moves(world, MoveKind.INTEREST)
    assert len(account) > 900
    assert (amount == before[account] * 5 // 40_000).all()


def test_no_company_moves_money_on_a_sunday(world):
    habits.live_a_day(world, t("2026-11-22"))
    account, _ = moves(world, MoveKind.TRANSFER)
    assert not world.people.company[account].any()


def test_companies_trade_on_a_monday(world):
    habits.live_a_day(world, t("2026-11-23"))
    account, _ = moves(world, MoveKind.TRANSFER)
    assert world.people.company[account].any()


def test_a_family_gives_what_the_family_gets(world):
    habits._families(world, t("2025-07-03"))
    _, amount = moves(world, MoveKind.TRANSFER)
    assert len(amount) > 50
    assert amount.sum() == 0


def test_year_end_money_is_there_and_gone(world):
    before = world.books.current.sum()
    habits._year_end(world, t("2025-12-30"), 1)
    high = world.books.current.sum()
    habits._year_end(world, t("2026-01-05"), -1)
    assert high > before
    assert world.books.current.sum() < high


def test_on_a_day_between_the_years_end_does_nothing(world):
    before = world.books.current.copy()
    habits._year_end(world, t("2025-10-10"), 0)
    assert (world.books.current == before).all()


def test_a_loan_takes_its_part_every_month(world):
    for day in range(42, 72):
        habits._debits(world, day)
    account, amount = moves(world, MoveKind.AUTOPAY)
    loans = world.books.h_customer[: world.books.holdings][
        world.books.h_product[: world.books.holdings] == habits.shelf.NO["M240"]
    ]
    paid = np.isin(loans, account).sum()
    assert paid > 0.9 * len(loans)
    assert (amount < 0).all()


def test_nobody_is_overdrawn_after_a_month_of_habits(world):
    for day in range(1, 32):
        habits.live_a_day(world, day)
    assert world.books.balance.min() >= 0


def test_a_movement_of_ones_own_is_remembered(world):
    for day in range(60, 75):
        habits._cards(world, day, 1.0)
    account, _ = moves(world, MoveKind.CARD)
    assert (world.moved[account] >= 60).all()
