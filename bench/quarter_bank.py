"""What the bank delivers each night of a simulated quarter: its branches' files as tables of one lake.

Every branch is one desk's bank of its own: a seed, a truth and a way of choosing contacts. Tiers are ranked inside a
branch, so branches share nothing but the lake. Keys of customers are apart by a multiple of what lots and blocks of
trials are drawn by: the same customer is held out in every way or in none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.quarter_truth import Living
from bench.rates import put
from guanhu.demo import places, shelf
from guanhu.demo.books import MOVES, NEVER, Ints
from guanhu.demo.calendar import FIRST, day_of
from guanhu.demo.journals import journal
from guanhu.demo.touch import CHANNELS, OUTCOMES
from guanhu.demo.world import Contact, World
from guanhu.engine import tables
from guanhu.engine.lake import Lake
from guanhu.feeds.split import CLIENT_INITIATED
from guanhu.rules.kinds import ConsentPurpose, CustomerKind, Post
from guanhu.rules.learning import PRIME
from guanhu.rules.policy import SHIPPED

APART = PRIME * SHIPPED.average_days
ZERO = np.datetime64(FIRST, "D")
KINDS = np.array([kind.value for kind in shelf.KINDS])
MOVED = np.array([kind.value for kind in MOVES])
OWN = np.array([kind in CLIENT_INITIATED for kind in MOVES])
Columns = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Branch:
    """One desk's bank: its place among the branches, how contacts are chosen in it, and its life."""

    number: int
    way: str
    living: Living

    @property
    def no(self) -> str:
        """The branch's number as the files tell it."""
        return f"{self.number:04}"

    @property
    def keeper_no(self) -> str:
        """The staff number of its keeper."""
        return f"{self.number:04}-{self.way}"

    @property
    def key(self) -> int:
        """What is added to a customer's place to have the key."""
        return self.number * APART + 1

    @property
    def world(self) -> World:
        """The bank itself."""
        return self.living.world

    def keys(self, places_: Any) -> Any:
        """Keys of customers, accounts and the like from their places."""
        return places_ + self.key


# ---------------------------------------------------------------- what stands before the quarter


def write_history(lake: Lake, branches: Sequence[Branch], ours: str, until: int) -> None:
    """Everything of the days before ``until``; only the colleagues of ``ours`` have a desk that the night plans."""
    _people(lake, branches, ours)
    books = [(branch, journal(branch.world)) for branch in branches]
    talks: dict[int, list[tuple[Branch, Contact]]] = defaultdict(list)
    for branch in branches:
        for contact in branch.world.contacts:
            talks[contact.t].append((branch, contact))
    for t in range(until):
        moves, balances = [], []
        for branch, book in books:
            low, high = np.searchsorted(book.moves[0], (t, t + 1)).tolist()
            moves.append(_moves(branch, low, tuple(column[low:high] for column in book.moves)))
            low, high = np.searchsorted(book.day, (t, t + 1)).tolist()
            balances.append(_balances(branch, t, book.account[low:high], book.before[low:high], book.after[low:high]))
        put(lake, tables.MOVES, day_of(t), together(moves))
        put(lake, tables.BALANCES, day_of(t), together(balances))
        write_contacts(lake, t, talks[t])


def _people(lake: Lake, branches: Sequence[Branch], ours: str) -> None:
    """Customers, products, who keeps whom, and the colleagues for whom the night plans."""
    put(lake, tables.CUSTOMERS, FIRST, together([_customers(branch) for branch in branches]))
    put(lake, tables.PRODUCTS, FIRST, {
        "product_no": [p.no for p in shelf.PRODUCTS], "name": [p.name for p in shelf.PRODUCTS],
        "kind": KINDS[shelf.KIND], "risk_level": [None] * len(shelf.PRODUCTS),
        "term_days": [p.days for p in shelf.PRODUCTS],
    })  # fmt: skip
    put(lake, tables.KEEPERS, FIRST, together([_kept(branch) for branch in branches]))
    lake.write_rows(tables.STAFF, FIRST, [
        {"staff_no": branch.keeper_no, "branch_no": branch.no, "post": Post.WEALTH.value, "capability": 100,
         "leave_from_on": None, "leave_to_on": None}
        for branch in branches if branch.way == ours
    ])  # fmt: skip


def _customers(branch: Branch) -> Columns:
    people = branch.world.people
    keys = branch.keys(np.arange(people.n))
    return {
        "customer": keys, "customer_no": [f"{key:020}" for key in keys.tolist()],
        "branch_no": [branch.no] * people.n, "keeper_no": [None] * people.n,
        "kind": np.where(people.company, CustomerKind.CORPORATE.value, CustomerKind.PERSONAL.value),
        "birth_month": people.birth_month, "birth_day_of_month": people.birth_day,
        "birth_calendar": ["solar"] * people.n, "risk_grade": [None] * people.n, "risk_on": [None] * people.n,
        "opened_on": ZERO + people.opened,
    }  # fmt: skip


def _kept(branch: Branch) -> Columns:
    """The named customers live stories written by hand and answer nobody: they are on no list."""
    mine = branch.keys(np.flatnonzero(~branch.world.people.named))
    return {"customer": mine, "keeper_no": [branch.keeper_no] * len(mine), "stage": ["known"] * len(mine)}


# ---------------------------------------------------------------- a day's files


def write_day(lake: Lake, branches: Sequence[Branch], t: int, talks: Sequence[tuple[Branch, Contact]]) -> None:
    """What moved on a day that was just lived, and what was written down of contacts."""
    moves, balances = [], []
    for branch in branches:
        books = branch.world.books
        today = books.moves_of(t)
        account, place = np.unique(today[1], return_inverse=True)
        change = np.zeros(len(account), np.int64)
        np.add.at(change, place, today[2])
        after = books.balance[account]
        moves.append(_moves(branch, t * 1_000_000, today))
        balances.append(_balances(branch, t, account, after - change, after))
    put(lake, tables.MOVES, day_of(t), together(moves))
    put(lake, tables.BALANCES, day_of(t), together(balances))
    write_contacts(lake, t, talks)


def _moves(branch: Branch, first: int, columns: tuple[Ints, ...]) -> Columns:
    day, account, amount, what, _channel, bank = columns
    return {
        "move": branch.keys(np.arange(first, first + len(day))), "account": branch.keys(account),
        "customer": branch.keys(branch.world.books.owner[account]), "day_on": ZERO + day, "amount_fen": amount,
        "kind": MOVED[what], "by_customer": OWN[what],
        "other_bank": [places.OTHER_BANKS[b] or None for b in bank.tolist()], "channel": [None] * len(day),
    }  # fmt: skip


def _balances(branch: Branch, t: int, account: Ints, before: Ints, after: Ints) -> Columns:
    books = branch.world.books
    return {
        "account": branch.keys(account), "customer": branch.keys(books.owner[account]),
        "kind": KINDS[books.kind[account]], "day_on": np.full(len(account), ZERO + t), "balance_fen": after,
        "change_fen": after - before,
    }  # fmt: skip


def write_contacts(lake: Lake, t: int, talks: Sequence[tuple[Branch, Contact]]) -> None:
    """The contacts of a day as the keepers wrote them down."""
    lake.write_rows(tables.CONTACTS, day_of(t), [
        {"contact": t * 1_000_000 + number, "customer": branch.keys(one.customer), "staff_no": branch.keeper_no,
         "day_on": day_of(t), "channel": CHANNELS[one.channel].value, "seconds": one.seconds,
         "outcome": OUTCOMES[one.outcome].value}
        for number, (branch, one) in enumerate(talks)
    ])  # fmt: skip


def write_standing(lake: Lake, branches: Sequence[Branch], t: int) -> None:
    """What stands at the end of a day: holdings, who may be asked, complaints."""
    put(lake, tables.HOLDINGS, day_of(t), together([_holdings(branch, t) for branch in branches]))
    put(lake, tables.CONSENTS, day_of(t), together([_consents(branch) for branch in branches]))
    lake.write_rows(tables.COMPLAINTS, day_of(t), [
        {"complaint": branch.keys(number), "customer": branch.keys(one.customer), "opened_on": day_of(one.opened),
         "closed_on": day_of(one.closed) if one.closed is not None and one.closed <= t else None}
        for branch in branches for number, one in enumerate(branch.world.complaints)
    ])  # fmt: skip


def _holdings(branch: Branch, t: int) -> Columns:
    books = branch.world.books
    live = books.live(t)
    product, customer, due = books.h_product[live], books.h_customer[live], books.h_due[live]
    return {
        "holding": branch.keys(live), "account": branch.keys(books.account_of[shelf.KIND[product], customer]),
        "customer": branch.keys(customer), "product_no": [shelf.PRODUCTS[p].no for p in product.tolist()],
        "kind": KINDS[shelf.KIND[product]], "amount_fen": books.h_amount[live],
        "started_on": ZERO + books.h_start[live],
        "matures_on": np.where(due < NEVER, ZERO + np.where(due < NEVER, due, 0), np.datetime64("NaT", "D")),
        "rate_bp": books.h_rate[live], "auto_renew": books.h_auto[live],
    }  # fmt: skip


def _consents(branch: Branch) -> Columns:
    people, refused = branch.world.people, branch.world.refusals
    parts = []
    for purpose, said in ((ConsentPurpose.MARKETING, people.marketing), (ConsentPurpose.SERVICE, people.service)):
        who = np.flatnonzero(said >= 0)
        since = np.array([refused.get(one, 0) if purpose is ConsentPurpose.MARKETING else 0 for one in who.tolist()])
        parts.append({"customer": branch.keys(who), "purpose": [purpose.value] * len(who), "granted": said[who] == 1,
                      "changed_on": ZERO + since})  # fmt: skip
    return together(parts)


def together(parts: Sequence[Columns]) -> Columns:
    """The rows of several under one another."""
    return {name: _joined([part[name] for part in parts]) for name in parts[0]}


def _joined(columns: list[Any]) -> Any:
    if isinstance(columns[0], list):
        return [value for column in columns for value in column]
    return np.concatenate(columns)
