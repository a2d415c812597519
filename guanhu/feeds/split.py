"""Each file cut in two: what the lake may carry, and what belongs to the database alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import narwhals as nw

from guanhu.engine import tables
from guanhu.engine.tables import Table
from guanhu.feeds.records import ROW
from guanhu.rules import kinds
from guanhu.rules.columns import pick

Frame = nw.DataFrame[Any]

CHILD_YEARS = 14
CHILD_NAME = "未满十四周岁客户"
CHILD_LOSES = ("birth_on", "gender", "id_no", "phone", "address", "email", "occupation")

CLIENT_INITIATED = (kinds.MoveKind.TRANSFER, kinds.MoveKind.CASH, kinds.MoveKind.CARD)
"""Movements a customer makes himself (house rule: transfer, cash, card)."""

LAKE: dict[str, Table] = {
    "branches": tables.BRANCHES, "staff": tables.STAFF, "customers": tables.CUSTOMERS, "accounts": tables.ACCOUNTS,
    "products": tables.PRODUCTS, "holdings": tables.HOLDINGS, "balances": tables.BALANCES,
    "transactions": tables.MOVES, "consents": tables.CONSENTS, "contacts": tables.CONTACTS,
    "complaints": tables.COMPLAINTS,
}  # fmt: skip
"""The bank's file → the lake's table."""

PERSONS = ("branches", "staff", "customers", "accounts", "products", "consents", "contacts", "complaints")
"""The files whose rows the database keeps as well."""


def for_lake(name: str, frame: Frame) -> Frame:
    """The columns of the lake's table, in its order, and nothing else."""
    prepared = _PREPARED.get(name, _as_is)(frame)
    return prepared.select(*(column.name for column in LAKE[name].columns))


def for_database(name: str, frame: Frame) -> Frame | None:
    """The typed rows for the database with the keys of customer and account beside them; none for movements."""
    return frame.drop(ROW, strict=False) if name in PERSONS else None


def without_children(frame: Frame, day: date) -> tuple[Frame, int]:
    """Of customers under fourteen nothing personal is kept (the law on minors); how many there were."""
    child = (nw.col("kind") == str(kinds.CustomerKind.PERSONAL)) & _under_fourteen(day)
    count = int(frame.select(child.sum().alias("n")).item())
    if not count:
        return frame, 0
    lost = [pick(child, None, nw.col(name)).alias(name) for name in CHILD_LOSES]
    return frame.with_columns(pick(child, CHILD_NAME, nw.col("name")).alias("name"), *lost), count


def without_birthdays(frame: Frame, day: date) -> Frame:
    """Related persons under fourteen: that there is a child, and no more."""
    child = _under_fourteen(day)
    lost = [pick(child, None, nw.col(name)).alias(name) for name in ("birth_on", "gender")]
    return frame.with_columns(pick(child, CHILD_NAME, nw.col("name")).alias("name"), *lost)


def _under_fourteen(day: date) -> nw.Expr:
    """Born less than fourteen years before this day (by the year and day written, whatever the calendar)."""
    line = f"{day.year - CHILD_YEARS}{day:-%m-%d}"
    return (nw.col("birth_on") > line).fill_null(False)


def _as_is(frame: Frame) -> Frame:
    return frame


def _staff(frame: Frame) -> Frame:
    return frame.with_columns(
        nw.col("capability").fill_null(100),
        leave_from_on=nw.col("leave_from"),
        leave_to_on=nw.col("leave_to"),
    )


def _customers(frame: Frame) -> Frame:
    born = nw.col("birth_on")
    calendar = nw.col("birth_calendar").fill_null(str(kinds.Calendar.SOLAR))
    return frame.with_columns(
        birth_month=born.str.slice(5, 2).cast(nw.Int32),
        birth_day_of_month=born.str.slice(8, 2).cast(nw.Int32),
        birth_calendar=pick(born.is_null(), None, calendar),
    )


def _holdings(frame: Frame) -> Frame:
    return frame.with_columns(kind=nw.col("product_kind"), auto_renew=nw.col("auto_renew").fill_null(False))


def _balances(frame: Frame) -> Frame:
    """The change of an account-day is counted from the balance accepted before it in the delivery.

    Only the first day of an account in a delivery counts from the bank's ``balance_before``: so the sum of changes is
    the stated balance on every day, even when a row between was kept aside.
    """
    balance = nw.col("balance_fen")
    before = balance.shift(1).over("account", order_by="day_on")
    since = pick(before.is_null(), nw.col("balance_before_fen"), before)
    return frame.with_columns(kind=nw.col("account_kind"), change_fen=balance - since)


def _moves(frame: Frame) -> Frame:
    amount = nw.col("amount_fen")
    return frame.with_columns(
        amount_fen=pick(nw.col("direction") == "in", amount, -amount),
        by_customer=nw.col("kind").is_in([str(kind) for kind in CLIENT_INITIATED]),
    )


_PREPARED: dict[str, Callable[[Frame], Frame]] = {
    "staff": _staff, "customers": _customers, "holdings": _holdings, "balances": _balances, "transactions": _moves,
}  # fmt: skip
