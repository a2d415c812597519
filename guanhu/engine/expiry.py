"""期限 in the lake: which tables speak of persons, which parts have fallen due, and rows of persons taken out of parts.

Nothing here decides that anything goes: it is told which days and which keys.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from guanhu.engine import backend
from guanhu.engine.lake import Lake
from guanhu.engine.tables import CONTACTS, OWN_CONTACTS, TABLES, Table
from guanhu.rules.privacy import Keep

PERSON = "customer"
"""The column by which a row of the lake belongs to somebody."""


@dataclass(frozen=True)
class Parts:
    """Parts of one table: their days in order, and how many rows they hold."""

    days: tuple[date, ...]
    rows: int


def is_of_persons(table: Table) -> bool:
    """Does a row of this table belong to a customer?"""
    return any(column.name == PERSON for column in table.columns)


def keep_of(table: Table) -> Keep | None:
    """How long the table's parts are kept; null where no row belongs to anybody.

    A snapshot says everything as of its day and ages with it. Balances and movements of a day add up to what an account
    holds today: they stay while their owner is a customer, and so do month-ends. Contacts are evidence.
    """
    if not is_of_persons(table):
        return None
    if table.mode == "snapshot":
        return Keep.THIRTEEN_MONTHS
    return Keep.FIVE_YEARS if table in (CONTACTS, OWN_CONTACTS) else Keep.WHILE_CUSTOMER


def tables_kept(keep: Keep) -> tuple[Table, ...]:
    """The tables whose parts are kept so."""
    return tuple(table for table in TABLES if keep_of(table) is keep)


def due(lake: Lake, table: Table, line: date) -> Parts:
    """The parts of days before the line; of a snapshot the newest part stays, however old: it is what holds today."""
    days = lake.days(table)
    before = [day for day in (days[:-1] if table.mode == "snapshot" else days) if day < line]
    return Parts(tuple(before), backend.count([lake.path(table, day) for day in before]))


def of_persons(lake: Lake, table: Table, days: Collection[date], keys: Collection[int]) -> Parts:
    """Which of these parts hold rows of these customers, and how many."""
    if not keys or not days:
        return Parts((), 0)
    chosen = _chosen(keys)
    found: dict[date, int] = {}
    for day in sorted(days):
        rows = backend.collect(
            lake.read(table, day).select(PERSON).join(chosen, on=PERSON, how="semi").select(nw.len())
        )
        if count := int(rows.item()):
            found[day] = count
    return Parts(tuple(found), sum(found.values()))


def drop(lake: Lake, table: Table, day: date, held: Collection[int]) -> int:
    """Take one part away, all but the rows of customers whom a legal hold keeps; how many rows went."""
    rows = backend.count([lake.path(table, day)])
    kept = of_persons(lake, table, [day], held).rows
    if kept:
        _rewrite(lake, table, day, lake.read(table, day).join(_chosen(held), on=PERSON, how="semi"))
    else:
        lake.drop(table, day)
    return rows - kept


def take_out(lake: Lake, table: Table, day: date, keys: Collection[int]) -> int:
    """Take the rows of these customers out of one part; how many went. The part itself stays."""
    count = of_persons(lake, table, [day], keys).rows
    if count:
        _rewrite(lake, table, day, lake.read(table, day).join(_chosen(keys), on=PERSON, how="anti"))
    return count


def _rewrite(lake: Lake, table: Table, day: date, frame: nw.LazyFrame[Any]) -> None:
    lake.write(table, day, backend.collect(frame))


def _chosen(keys: Collection[int]) -> nw.LazyFrame[Any]:
    return backend.frame([{PERSON: key} for key in sorted(keys)], {PERSON: "key"}).lazy()
