"""Everything the lake holds about one customer: her rows in every part of every table, and others' that name her.

A part is a day's file; which tables there are is read from ``tables.TABLES``. Rows come in disk columns.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guanhu.engine import backend
from guanhu.engine.expiry import PERSON, is_of_persons
from guanhu.engine.lake import Lake
from guanhu.engine.tables import ACCOUNTS, TABLES, Table

TELLING = ("evidence", "reasons", "beat")
"""Text columns of JSON in which keys stand."""


@dataclass(frozen=True)
class Found:
    """What one table holds: her rows with their days, and on which days rows of others name her or her accounts."""

    table: Table
    rows: tuple[tuple[date, dict[str, Any]], ...] = ()
    named: Counter[date] = field(default_factory=Counter)

    @property
    def days(self) -> dict[date, int]:
        """Her rows and those that name her, by day."""
        return dict(sorted((Counter(day for day, _row in self.rows) + self.named).items()))


def accounts_of(lake: Lake, customer: int) -> frozenset[int]:
    """Every account that was ever hers, by key."""
    paths = [lake.path(ACCOUNTS, day) for day in lake.days(ACCOUNTS)]
    return frozenset(row["account"] for _path, row in backend.rows_with(paths, PERSON, [customer]))


def searched() -> tuple[Table, ...]:
    """The tables in which somebody may be found."""
    return tuple(table for table in TABLES if is_of_persons(table))


def find(lake: Lake, table: Table, customer: int, accounts: frozenset[int]) -> Found:
    """What one table holds about a customer, in all its parts."""
    paths = {lake.path(table, day): day for day in lake.days(table)}
    rows = tuple((paths[path], row) for path, row in backend.rows_with(list(paths), PERSON, [customer]))
    telling = [column.name for column in table.columns if column.name in TELLING]
    words = [str(key) for key in (customer, *accounts)]
    named = Counter(
        paths[path] for path, row in backend.rows_naming(list(paths), telling, words) if row[PERSON] != customer
    )
    return Found(table, rows, named)


def receipts_naming(lake: Lake, accounts: frozenset[int]) -> list[date]:
    """Days whose receipt names an account of hers as one whose balances stay open."""
    words = {f"{account:016x}" for account in accounts}
    return [day for day in lake.receipts() if words & set((lake.receipt(day) or {}).get("open_chains", {}))]
