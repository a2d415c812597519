"""Checks 核对: questions whose answer must be nothing, and totals that must agree with the bank's own.

They read the written files anew and share no step with the pipeline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine import backend
from guanhu.engine.backend import day_number
from guanhu.engine.lake import Lake
from guanhu.engine.tables import (
    ACCOUNTS,
    BALANCES,
    CUSTOMERS,
    OPPORTUNITIES,
    SIGNALS,
    STANDINGS,
    STATE,
)
from guanhu.rules.columns import fill, missing, no

FILE_FIELDS = ("file", "rows_in", "accepted", "quarantined", "money_fen")


def audit(lake: Lake, day: date) -> list[str]:
    """核对: everything that does not agree on this day, in the branch's words; empty when all is well."""
    return [fault for check in CHECKS for fault in check(lake, day)]


def totals(lake: Lake, day: date) -> dict[str, Any]:
    """合计: the day's files with their rows, and the customers, accounts and money there were on the day.

    ``balance_fen``: end-of-day balances of every account but loans.
    """
    receipt = lake.receipt(day) or {}
    number = day_number(day)
    here = _listed(lake, CUSTOMERS, day).filter(col("opened_day") <= number)
    held = _listed(lake, ACCOUNTS, day).filter(
        (col("opened_day") <= number) & (fill(col("closed_day"), number + 1) > number)
    )
    return {
        "files": [{name: file.get(name) for name in FILE_FIELDS} for file in receipt.get("files", ())],
        "customers": _count(here),
        "accounts": _count(held),
        "balance_fen": _bank_balance(lake, day),
    }


def unknown_customers(lake: Lake, day: date) -> Iterator[str]:
    """Every signal and opportunity belongs to a customer there is."""
    here = lake.read(STANDINGS, day).select("customer")
    for table, name in ((SIGNALS, "信号"), (OPPORTUNITIES, "商机")):
        strays = _count(lake.read(table, day).join(here, on="customer", how="anti"))
        if strays:
            yield f"{name}中有 {strays} 行的客户当日不存在"


def one_row_each(lake: Lake, day: date) -> Iterator[str]:
    """Every customer there is has one standing, and only one."""
    here = _listed(lake, CUSTOMERS, day).filter(col("opened_day") <= day_number(day)).select("customer")
    standings = lake.read(STANDINGS, day).select("customer")
    rows, customers = _count(standings), _count(standings.unique())
    if rows != customers:
        yield f"面貌有 {rows - customers} 行重复"
    if customers != _count(here) or _count(here.join(standings, on="customer", how="anti")):
        yield f"面貌有 {customers} 位客户，名单有 {_count(here)} 位"


def windows(lake: Lake, day: date) -> Iterator[str]:
    """Thirty days of coming in and going out are never negative, and a signal never ends before it is due."""
    wrong = _count(lake.read(STATE, day).filter((col("in30_fen") < 0) | (col("out30_fen") < 0)))
    if wrong:
        yield f"{wrong} 位客户的 30 天流水为负"
    late = _count(lake.read(SIGNALS, day).filter(fill(col("expires_day"), col("due_day")) < col("due_day")))
    if late:
        yield f"{late} 条信号在到日之前就已过期"


def money(lake: Lake, day: date) -> Iterator[str]:
    """The bank's balances, the engine's state and the branches add up to the same money."""
    bank = _bank_balance(lake, day)
    state = _sum(lake.read(STATE, day), "balance_fen")
    branches = _sum(lake.read(STANDINGS, day), "balance_fen")
    here = lake.read(STANDINGS, day).select("customer")
    outside = _sum(lake.read(STATE, day).join(here, on="customer", how="anti"), "balance_fen")
    if bank != state:
        yield f"银行余额合计 {bank} 分，计量合计 {state} 分，相差 {bank - state} 分"
    if branches + outside != state:
        yield f"各网点合计 {branches} 分，另有不在名单上的 {outside} 分，计量合计 {state} 分"


def continuity(lake: Lake, day: date) -> Iterator[str]:
    """Every account's balance of the day is the sum of its changes up to the day."""
    told = lake.read(BALANCES, day).select("account", "balance_fen")
    parts = [known for known in lake.days(BALANCES) if known <= day]
    moved = lake.read_days(BALANCES, parts).filter(col("day") <= day_number(day)).select("account", "change_fen")
    sums = moved.join(told, on="account", how="semi").group_by("account").agg(col("change_fen").sum())
    broken = _count(told.join(sums, on="account", how="left").filter(col("balance_fen") != col("change_fen")))
    if broken:
        yield f"{broken} 个账户的余额不等于历次变动之和"


def duties(lake: Lake, day: date) -> Iterator[str]:
    """A duty is never marketing, every line names its reason, and its gain is a known amount."""
    lines = lake.read(OPPORTUNITIES, day)
    selling = _count(lines.filter(col("duty") & col("marketing")))
    if selling:
        yield f"{selling} 件必做被当作营销"
    empty = _count(lines.filter(missing(col("evidence")) | missing(col("gain_fen"))))
    if empty:
        yield f"{empty} 件商机没有依据或没有价值"
    signals = _count(lake.read(SIGNALS, day).filter(missing(col("evidence")) | no(fill(col("amount_fen"), -1) >= 0)))
    if signals:
        yield f"{signals} 条信号没有依据或金额为负"


CHECKS: tuple[Callable[[Lake, date], Iterator[str]], ...] = (
    unknown_customers, one_row_each, windows, money, continuity, duties,
)  # fmt: skip
"""Every check, in order."""


def _listed(lake: Lake, table: Any, day: date) -> nw.LazyFrame[Any]:
    """The list that speaks for the day."""
    return lake.read(table, lake.as_of(table, day) or day)


def _bank_balance(lake: Lake, day: date) -> int:
    """The money on the day by the bank's own balances: every change up to it."""
    parts = [known for known in lake.days(BALANCES) if known <= day]
    return _sum(lake.read_days(BALANCES, parts).filter(col("day") <= day_number(day)), "change_fen")


def _count(rows: nw.LazyFrame[Any]) -> int:
    """How many rows there are."""
    return int(backend.rows(rows.select(nw.len().alias("rows")))[0]["rows"])


def _sum(rows: nw.LazyFrame[Any], name: str) -> int:
    """The sum of a column; nothing adds up to nought."""
    return int(backend.rows(rows.select(col(name).sum()))[0][name] or 0)
