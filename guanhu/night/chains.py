"""What earlier deliveries left of each account's balances: read from their receipts and the lake, never carried on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from functools import partial
from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine import backend, tables
from guanhu.engine.backend import day_of
from guanhu.engine.lake import Lake
from guanhu.engine.tables import BALANCES
from guanhu.feeds.chains import Earlier

Last = dict[int, tuple[date, int]]
"""Account → the day and the amount of the last balance accepted."""


def earlier(lake: Lake, first: date) -> Earlier:
    """What the deliveries of the days before this one left: open chains with the last balance accepted, fen."""
    before = [day for day in lake.receipts() if day < first]
    named = _named(lake, before)
    known = last_balances(lake, first, named)
    open_chains = {
        account: known[account][1] if account in known else 0
        for account, day in named.items()
        if account not in known or known[account][0] < day
    }
    strays = sum((lake.receipt(day) or {}).get("strays", 0) for day in before)
    return Earlier(not before, open_chains, strays, partial(_held, lake, first))


def last_balances(lake: Lake, first: date, accounts: Collection[int]) -> Last:
    """The last balance accepted before this day of each of these accounts; those never seen are missing."""
    if not accounts:
        return {}
    wanted = backend.frame([{"account": account} for account in accounts], {"account": "key"}).lazy()
    parts = [day for day in lake.days(BALANCES) if day < first]
    every = lake.read_days(BALANCES, parts).select("account", "day", "balance_fen")
    mine = every.join(wanted, on="account", how="semi")
    last = mine.group_by("account").agg(col("day").max())
    rows = backend.rows(mine.join(last, on=["account", "day"]))
    return {row["account"]: (day_of(row["day"]), row["balance_fen"]) for row in rows}


def relink(lake: Lake, day: date, accounts: Collection[int]) -> int:
    """After a day was delivered anew: later rows of these accounts go on from what is accepted now; how many did not.

    Of each account only the first row after the day is looked at. States of the days after go, when any did not.
    """
    later = [known for known in lake.days(BALANCES) if known > day]
    waiting = {*accounts, *_named(lake, lake.receipts() if later else ())}
    if not waiting or not later:
        return 0
    base = last_balances(lake, later[0], waiting)
    found = 0
    for known in later:
        rows = backend.rows(_of(lake, known, waiting))
        wrong = {row["account"]: row["balance_fen"] - base.get(row["account"], (day, 0))[1] for row in rows}
        wrong = {row["account"]: wrong[row["account"]] for row in rows if row["change_fen"] != wrong[row["account"]]}
        if wrong:
            _forget(lake, day)
            _correct(lake, known, wrong)
        found += len(wrong)
        waiting -= {row["account"] for row in rows}
        if not waiting:
            break
    return found


def _named(lake: Lake, days: Collection[date]) -> dict[int, date]:
    """Every account whose chain one of these deliveries left open → the last day kept aside."""
    named: dict[int, date] = {}
    for day in days:
        for account, on in _opened(lake, day):
            named[account] = max(named.get(account, on), on)
    return named


def _opened(lake: Lake, day: date) -> Iterator[tuple[int, date]]:
    for account, on in (lake.receipt(day) or {}).get("open_chains", {}).items():
        yield int(account, 16), date.fromisoformat(on)


def _held(lake: Lake, first: date, accounts: Collection[int]) -> dict[int, int]:
    known = last_balances(lake, first, accounts)
    return {account: known[account][1] if account in known else 0 for account in accounts}


def _of(lake: Lake, day: date, accounts: Collection[int]) -> nw.LazyFrame[Any]:
    wanted = backend.frame([{"account": account} for account in accounts], {"account": "key"}).lazy()
    return lake.read(BALANCES, day).join(wanted, on="account", how="semi")


def _forget(lake: Lake, day: date) -> None:
    """What was measured after the day stood on other balances."""
    for state in lake.days(tables.STATE):
        if state > day:
            lake.drop(tables.STATE, state)


def _correct(lake: Lake, day: date, changes: dict[int, int]) -> None:
    """Write the day's part anew with these changes, all else as it was."""
    rows = lake.rows(BALANCES, day)
    fixed = [row | {"change_fen": changes.get(row["account"], row["change_fen"])} for row in rows]
    lake.write_rows(BALANCES, day, fixed)
