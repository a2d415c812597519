"""The engine's own memory from day to day: empty at first, joined with what a stride brings, settled at its end."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine import backend
from guanhu.engine.lake import Lake, empty, engine_columns
from guanhu.engine.tables import STATE
from guanhu.rules.columns import fill

COUNTED = tuple(
    name for name, kind in engine_columns(STATE).items() if kind in ("money", "number") and name != "customer"
)
"""Columns that begin at nought."""

NAMES = tuple(engine_columns(STATE))


def nothing() -> nw.LazyFrame[Any]:
    """The state before the first day."""
    return empty(STATE).lazy()


def is_ours(lake: Lake, day: date) -> bool:
    """Has the state of this day the columns of today's engine? One that another version wrote is made anew."""
    return dict(lake.read(STATE, day).collect_schema()) == dict(nothing().collect_schema())


def meet(state: nw.LazyFrame[Any], sums: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """State and sums side by side, one row for each customer of either; what is missing is null."""
    return backend.meet(state, sums, "customer")


def settle(state: nw.LazyFrame[Any], policy_version: str) -> nw.LazyFrame[Any]:
    """The state's columns in order, counts filled with nought, stamped with the policy's version."""
    filled = [fill(col(name), 0).alias(name) for name in COUNTED]
    return state.with_columns(*filled, policy=nw.lit(policy_version)).select(*NAMES)


def known(name: str) -> Any:
    """A counted column, nought where the customer is new."""
    return fill(col(name), 0)
