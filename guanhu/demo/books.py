"""The bank's books: accounts, holdings and every movement, kept so that nothing is created or lost.

Every change of a balance is a posted movement; only the opening balances of the first day are given.
Amounts are whole fen; a day is a number (see ``calendar``); customer i's current account is account i.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanhu.demo import shelf
from guanhu.demo.calendar import months_later
from guanhu.rules.kinds import MoveKind

Ints = NDArray[np.int64]
MOVES: tuple[MoveKind, ...] = tuple(MoveKind)
"""Movement kinds by number."""

_NUMBER = {kind: place for place, kind in enumerate(MOVES)}
NEVER = 1_000_000
"""A day that does not come."""


class Books:
    """Accounts, holdings and movements as growing arrays."""

    def __init__(self, opened: Ints) -> None:
        """One current account for each customer, opened when the customer came."""
        n, room = len(opened), len(opened) * 6
        self.customers = n
        self.balance = np.zeros(room, np.int64)
        self.owner = np.zeros(room, np.int64)
        self.kind = np.zeros(room, np.int64)
        self.opened = np.full(room, NEVER)
        self.owner[:n], self.opened[:n] = np.arange(n), opened
        self.accounts = n
        self.account_of = np.full((len(shelf.KINDS), n), -1)
        self.account_of[shelf.CURRENT] = np.arange(n)
        self.start_balance: Ints = np.zeros(0, np.int64)
        self._moves: list[tuple[Any, ...]] = []
        room = max(n * 16, 4096)
        self.holdings = 0
        self.h_customer, self.h_product, self.h_amount, self.h_start, self.h_due, self.h_end, self.h_rate = (
            np.full(room, NEVER) for _ in range(7)
        )
        self.h_auto, self.h_hold = np.zeros(room, bool), np.zeros(room, bool)
        self.due: dict[int, list[Ints]] = defaultdict(list)

    @property
    def current(self) -> Ints:
        """Everybody's current account."""
        return self.balance[: self.customers]

    def open_accounts(self, customers: Ints, kind: int, opened: Ints | int) -> Ints:
        """The customers' accounts of a kind, opened now where they had none."""
        table = self.account_of[kind]
        new = np.unique(customers[table[customers] < 0])
        if len(new):
            ids = np.arange(self.accounts, self.accounts + len(new))
            self.accounts += len(new)
            self.owner[ids], self.kind[ids], table[new] = new, kind, ids
        accounts: Ints = table[customers]
        np.minimum.at(self.opened, accounts, opened)
        return accounts

    def post(self, t: int, account: Ints, amount: Ints, kind: MoveKind, channel: Any = 0, bank: Any = 0) -> None:
        """Movements of one kind on one day: positive in, negative out; nothing is posted for zero."""
        real = amount != 0
        account, amount = account[real], amount[real]
        if not len(account):
            return
        channel, bank = (np.broadcast_to(v, real.shape)[real].astype(np.int8) for v in (channel, bank))
        np.add.at(self.balance, account, amount)
        self._moves.append(
            (np.full(len(account), t), account, amount, np.full(len(account), _NUMBER[kind]), channel, bank)
        )

    def spend(self, t: int, customers: Ints, amount: Ints, kind: MoveKind, channel: Any = 0, bank: Any = 0) -> Ints:
        """Take money from current accounts, never more than is there; returns what was taken."""
        taken: Ints = np.minimum(amount, np.maximum(self.current[customers] - 1_00, 0))
        taken[taken < 1_00] = 0
        self.post(t, customers, -taken, kind, channel, bank)
        return taken

    def add_holdings(
        self, customers: Ints, product: Ints, amount: Ints, start: Ints, *, due: Ints | None = None,
        auto: Any = False, rate: Any = None,
    ) -> Ints:  # fmt: skip
        """New holdings (no money moves here); their day due follows from the product unless given."""
        ids = np.arange(self.holdings, self.holdings + len(customers))
        self.holdings += len(customers)
        if due is None:
            months, term = shelf.MONTHS[product], shelf.TERM[product]
            due = np.where(months > 0, months_later(start, months), np.where(term > 0, start + term, NEVER))
        for column, values in (
            (self.h_customer, customers), (self.h_product, product), (self.h_amount, amount), (self.h_start, start),
            (self.h_due, due), (self.h_rate, shelf.RATE[product] if rate is None else rate), (self.h_auto, auto),
        ):  # fmt: skip
            column[ids] = values
        for day in np.unique(due[due < NEVER]).tolist():
            self.due[day].append(ids[due == day])
        return ids

    def buy(self, t: int, customers: Ints, product: Ints, amount: Ints, *, auto: Any = False, due: Ints | None = None,
            rate: Any = None) -> None:  # fmt: skip
        """Customers put money from their current accounts into products; both legs are between own accounts."""
        enough = (amount > 0) & (self.current[customers] >= amount)
        customers, product, amount = customers[enough], product[enough], amount[enough]
        auto = np.broadcast_to(auto, enough.shape)[enough]
        due = None if due is None else due[enough]
        for kind in np.unique(shelf.KIND[product]).tolist():
            mine = shelf.KIND[product] == kind
            into = self.open_accounts(customers[mine], kind, t)
            self.post(t, customers[mine], -amount[mine], MoveKind.OWN, 1)
            self.post(t, into, amount[mine], MoveKind.OWN, 1)
        start = np.full(len(customers), t)
        self.add_holdings(customers, product, amount, start, auto=auto, due=due, rate=rate)

    def cash_in(self, t: int, ids: Ints) -> None:
        """Holdings end: the money and its interest come back to the current account."""
        customers, product, amount = self.h_customer[ids], self.h_product[ids], self.h_amount[ids]
        account = self.account_of[shelf.KIND[product], customers]
        self.post(t, account, -amount, MoveKind.OWN, 7)
        self.post(t, customers, amount, MoveKind.OWN, 7)
        self.post(t, customers, self.interest(ids), MoveKind.INTEREST, 7)
        self.h_end[ids] = t

    def interest(self, ids: Ints) -> Ints:
        """Simple interest for the whole term, in fen."""
        held = np.minimum(self.h_due[ids], NEVER) - self.h_start[ids]
        held = np.where(self.h_due[ids] < NEVER, held, 0)
        return self.h_amount[ids] * self.h_rate[ids] * held // (365 * 10_000)

    def live(self, t: int) -> Ints:
        """Holdings that stand in the books at the end of day ``t``."""
        ids = np.arange(self.holdings)
        return ids[(self.h_start[: self.holdings] <= t) & (self.h_end[: self.holdings] > t)]

    def close_first_day(self) -> None:
        """What stands now are the opening balances of the first day covered."""
        self.start_balance = self.balance.copy()

    def assets(self) -> Ints:
        """What each customer has with us, loans apart."""
        total: Ints = np.zeros(self.customers, np.int64)
        np.add.at(total, self.owner[: self.accounts], self.balance[: self.accounts])
        return total

    def moves_of(self, t: int) -> tuple[Ints, ...]:
        """The movements of the day posted last, columns as those of ``moves``; none when it is another day."""
        first = len(self._moves)
        while first and self._moves[first - 1][0][0] == t:
            first -= 1
        if first == len(self._moves):
            return tuple(np.zeros(0, np.int64) for _ in range(6))
        return tuple(np.concatenate(parts) for parts in zip(*self._moves[first:], strict=True))

    def moves(self) -> tuple[Ints, ...]:
        """Every movement in order of day: day, account, amount, kind, channel, bank."""
        if not self._moves:
            return tuple(np.zeros(0, np.int64) for _ in range(6))
        columns = [np.concatenate(parts) for parts in zip(*self._moves, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return tuple(column[order] for column in columns)
