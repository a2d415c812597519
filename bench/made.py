"""Data for the night's benchmark, made once: a bank's days straight into a lake's Parquet.

Customers and movements are drawn with numpy from one seed; nothing resembles a person. Day 1 carries every
account's opening balance, later days the accounts that moved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from guanhu.engine import backend, tables
from guanhu.engine.lake import Lake, disk_columns

LAST = date(2026, 11, 23)
DAYS = 184
SEED = 20261123
KINDS = np.array(["current", "deposit", "wealth", "fund"])
MOVES = np.array(["transfer", "cash", "card", "salary", "own", "interest", "fee", "autopay"])
MOVE_SHARE = [0.24, 0.08, 0.34, 0.08, 0.05, 0.06, 0.05, 0.10]
BANKS = np.array(["工商银行", "建设银行", "招商银行", "农业银行"])


@dataclass(frozen=True)
class Size:
    """How large a bank: its name, its customers and its movements."""

    name: str
    customers: int
    moves: int


TENTH = Size("10m", 500_000, 10_000_000)
FULL = Size("100m", 5_000_000, 100_000_000)
TINY = Size("tiny", 2_000, 40_000)


def first_day() -> date:
    """The first of the days."""
    return LAST - timedelta(days=DAYS - 1)


def make(root: Path, size: Size, on_day: Callable[[int, int], None] | None = None) -> Lake:
    """The lake of this size; made when it is not there, else as it lies."""
    lake = Lake(root / size.name)
    done = root / size.name / "made"
    if done.exists():
        return lake
    rng = np.random.default_rng(SEED)
    owner, kind = _accounts(rng, size)
    _snapshots(lake, rng, size, owner, kind)
    balance = _opening(rng, owner, kind)
    for number in range(DAYS):
        day = first_day() + timedelta(days=number)
        _moves_of_a_day(lake, rng, size, day, owner, kind, balance, number)
        if on_day is not None:
            on_day(number + 1, DAYS)
    done.write_text("whole\n")
    return lake


def _accounts(rng: Any, size: Size) -> tuple[Any, Any]:
    """A current account each, every third customer one of another kind; returns owner and kind by account."""
    others = np.sort(rng.choice(size.customers, size.customers // 3, replace=False))
    owner = np.concatenate([np.arange(size.customers), others]) + 1
    kind = np.concatenate([np.zeros(size.customers, np.int8), rng.integers(1, 4, len(others)).astype(np.int8)])
    return owner.astype(np.int64), kind


def _opening(rng: Any, owner: Any, kind: Any) -> Any:
    """Opening balances in fen: log-normal, larger where money is put away."""
    yuan = rng.lognormal(9.0, 1.3, len(owner)) * np.where(kind == 0, 1, 4)
    return (yuan * 100).astype(np.int64)


def _snapshots(lake: Lake, rng: Any, size: Size, owner: Any, kind: Any) -> None:
    """Branches, customers, accounts and holdings as of the last day."""
    n = size.customers
    branches = max(3, n // 12_000)
    lake.write_rows(tables.BRANCHES, LAST, [{"branch_no": f"{b:03d}", "name": f"{b} 号网点"} for b in range(branches)])
    opened = np.datetime64("2015-01-01") + rng.integers(0, 3600, n).astype("timedelta64[D]")
    late = rng.random(n) < 0.03
    opened[late] = np.datetime64(first_day()) + rng.integers(0, DAYS, int(late.sum())).astype("timedelta64[D]")
    branch = np.char.zfill(rng.integers(0, branches, n).astype("U3"), 3)
    _write(lake, tables.CUSTOMERS, {
        "customer": np.arange(1, n + 1), "customer_no": np.char.mod("%08d", np.arange(1, n + 1)),
        "branch_no": branch, "keeper_no": np.char.add("K", branch), "kind": np.full(n, "personal"),
        "birth_month": rng.integers(1, 13, n), "birth_day_of_month": rng.integers(1, 29, n),
        "birth_calendar": np.where(rng.random(n) < 0.2, "lunar", "solar"),
        "risk_grade": np.full(n, "C2"), "risk_on": opened, "opened_on": opened,
    })  # fmt: skip
    accounts = len(owner)
    _write(lake, tables.ACCOUNTS, {
        "account": np.arange(1, accounts + 1), "customer": owner, "kind": KINDS[kind],
        "opened_on": opened[owner - 1], "closed_on": np.full(accounts, "NaT", dtype="datetime64[D]"),
    })  # fmt: skip
    _holdings(lake, rng, owner, kind)


def _holdings(lake: Lake, rng: Any, owner: Any, kind: Any) -> None:
    """One holding on every account that is not a current one, maturing within a year."""
    account = np.flatnonzero(kind > 0) + 1
    n = len(account)
    matures = np.datetime64(LAST) + rng.integers(-20, 345, n).astype("timedelta64[D]")
    _write(lake, tables.HOLDINGS, {
        "holding": np.arange(1, n + 1), "account": account, "customer": owner[account - 1],
        "product_no": np.full(n, "P1"), "kind": KINDS[kind[account - 1]],
        "amount_fen": rng.integers(1, 50, n) * 1_000_000, "started_on": matures - np.timedelta64(365, "D"),
        "matures_on": matures, "rate_bp": np.full(n, 185), "auto_renew": rng.random(n) < 0.2,
    })  # fmt: skip


def _moves_of_a_day(lake: Lake, rng: Any, size: Size, day: date, owner: Any, kind: Any, balance: Any,
                    number: int) -> None:  # fmt: skip
    """Draw a day's movements, book them, and write the accounts that changed."""
    n = size.moves * (number + 1) // DAYS - size.moves * number // DAYS
    account = rng.integers(0, size.customers, n)
    what = rng.choice(len(MOVES), n, p=MOVE_SHARE)
    amount = (rng.lognormal(6.0, 1.5, n) * 100).astype(np.int64) + 1
    amount *= np.where((what == 3) | (what == 5) | ((what == 0) & (rng.random(n) < 0.5)), 1, -1)
    bank = np.where((what == 0) & (rng.random(n) < 0.4), BANKS[rng.integers(0, 4, n)], "")
    _write(lake, tables.MOVES, {
        "move": np.arange(n) + number * size.moves + 1, "account": account + 1, "customer": owner[account],
        "day_on": np.full(n, np.datetime64(day)), "amount_fen": amount, "kind": MOVES[what],
        "by_customer": what <= 2, "other_bank": bank, "channel": np.full(n, "手机"),
    }, day)  # fmt: skip
    _contacts_of_a_day(lake, rng, size, day, number)
    change = np.bincount(account, weights=amount.astype(np.float64), minlength=len(balance)).astype(np.int64)
    changed = np.flatnonzero(change)
    balance += change
    if number > 0:
        _write_balances(lake, day, owner, kind, changed, balance[changed], change[changed])
    else:
        _write_balances(lake, day, owner, kind, np.arange(len(owner)), balance, balance)


def _contacts_of_a_day(lake: Lake, rng: Any, size: Size, day: date, number: int) -> None:
    """One customer in a hundred is contacted on a day: mostly messages, some calls, a few meetings."""
    n = size.customers // 100
    who = rng.choice(size.customers, n, replace=False)
    channel = np.array(["message", "call", "meeting"])[rng.choice(3, n, p=[0.6, 0.33, 0.07])]
    _write(lake, tables.CONTACTS, {
        "contact": np.arange(n) + number * n + 1, "customer": who + 1, "staff_no": np.full(n, "K001"),
        "day_on": np.full(n, np.datetime64(day)), "channel": channel, "seconds": rng.integers(0, 300, n),
        "outcome": np.where(channel == "message", "sent", "reached"),
    }, day)  # fmt: skip


def _write_balances(lake: Lake, day: date, owner: Any, kind: Any, which: Any, balance: Any, change: Any) -> None:
    """A day's part of the balances."""
    _write(lake, tables.BALANCES, {
        "account": which + 1, "customer": owner[which], "kind": KINDS[kind[which]],
        "day_on": np.full(len(which), np.datetime64(day)), "balance_fen": balance, "change_fen": change,
    }, day)  # fmt: skip


def _write(lake: Lake, table: tables.Table, values: dict[str, Any], day: date = LAST) -> None:
    """One part of a table from whole arrays; an empty text is null."""
    columns = disk_columns(table)
    made = {name: _texts(value) if columns[name] == "text" else value for name, value in values.items()}
    lake.write(table, day, backend.series(made, columns))


def _texts(values: Any) -> list[str | None]:
    """Text as Python strings, the empty ones null."""
    return [text or None for text in values.tolist()]
