"""Nothing is created and nothing is lost: small ledgers by hand, then a whole bank."""

import numpy as np
import pytest

from guanhu.demo import shelf
from guanhu.demo.books import NEVER, Books
from guanhu.rules.kinds import MoveKind

WAN = 1_000_000


@pytest.fixture
def books() -> Books:
    books = Books(np.array([-10, -10, 5]))
    books.balance[:3] = [10 * WAN, 2 * WAN, 0]
    books.close_first_day()
    return books


def one(value: int) -> np.ndarray:
    return np.array([value])


def test_a_purchase_moves_money_between_own_accounts(books):
    books.buy(3, one(0), one(shelf.NO["D012"]), one(4 * WAN))
    deposit = books.account_of[shelf.DEPOSIT, 0]
    assert (books.current[0], books.balance[deposit]) == (6 * WAN, 4 * WAN)
    day, account, amount, *_ = books.moves()
    assert amount.sum() == 0
    assert set(day.tolist()) == {3}
    assert sorted(account.tolist()) == sorted([0, int(deposit)])


def test_nobody_buys_for_more_than_is_there(books):
    books.buy(3, one(1), one(shelf.NO["D012"]), one(4 * WAN))
    assert books.holdings == 0
    assert books.current[1] == 2 * WAN


def test_nobody_spends_more_than_is_there(books):
    taken = books.spend(3, np.array([0, 1, 2]), np.array([WAN, 5 * WAN, WAN]), MoveKind.CARD)
    assert taken.tolist() == [WAN, 2 * WAN - 100, 0]
    assert books.balance.min() >= 0


def test_a_matured_deposit_brings_its_interest(books):
    books.buy(3, one(0), one(shelf.NO["W365"]), one(4 * WAN))
    books.cash_in(368, one(0))
    assert books.current[0] == 10 * WAN + 4 * WAN * 265 // 10_000
    assert books.balance[books.account_of[shelf.WEALTH, 0]] == 0
    assert books.live(367).tolist() == [0]
    assert books.live(368).tolist() == []


def test_products_without_a_term_never_fall_due(books):
    books.buy(3, one(0), one(shelf.NO["F001"]), one(WAN))
    assert books.h_due[0] == NEVER
    assert not books.due


def test_a_second_purchase_uses_the_same_account(books):
    for _ in range(2):
        books.buy(3, one(0), one(shelf.NO["D012"]), one(WAN))
    assert books.accounts == 4
    assert books.balance[3] == 2 * WAN


def test_an_account_is_as_old_as_its_first_use(books):
    books.open_accounts(one(0), shelf.DEPOSIT, 9)
    books.open_accounts(one(0), shelf.DEPOSIT, 4)
    assert books.opened[books.account_of[shelf.DEPOSIT, 0]] == 4


def test_nothing_is_posted_for_nothing(books):
    books.post(3, np.array([0, 1]), np.array([0, 500]), MoveKind.CASH)
    assert len(books.moves()[0]) == 1


@pytest.mark.slow
def test_no_account_of_the_whole_bank_is_ever_overdrawn(lively):
    from guanhu.demo.journals import journal

    book = journal(lively)
    assert book.after.min() >= 0
    assert (book.before >= 0).all()


@pytest.mark.slow
def test_every_holding_lies_in_its_account(lively):
    books, t = lively.books, 553
    held = np.zeros(len(books.balance), np.int64)
    ids = books.live(t)
    ids = ids[shelf.KIND[books.h_product[ids]] != shelf.LOAN]
    np.add.at(held, books.account_of[shelf.KIND[books.h_product[ids]], books.h_customer[ids]], books.h_amount[ids])
    savings = (books.kind[: books.accounts] != shelf.CURRENT) & (books.kind[: books.accounts] != shelf.LOAN)
    assert (held[: books.accounts][savings] == books.balance[: books.accounts][savings]).all()


@pytest.mark.slow
def test_money_that_vanishes_would_be_seen(lively):
    """The twin of the two tests above: a fen too little in one account is found."""
    books = lively.books
    savings = np.flatnonzero(books.kind[: books.accounts] == shelf.DEPOSIT)[0]
    books.balance[savings] -= 1
    try:
        with pytest.raises(AssertionError):
            test_every_holding_lies_in_its_account(lively)
    finally:
        books.balance[savings] += 1
