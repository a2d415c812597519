"""Balances 余额: what a customer keeps with us, its 30-day window, and what it earns.

A balance is the sum of its changes, so everything here is a sum over changes: the balance of a day B(D), the
balance a window ago ("lag") and the window's sum of day-end balances W(D). Over k days from A to D

    long   W(D) = n·B(D−n) + Σ change·(D−d+1) over the n days up to D
    short  W(D) = W(A) + k·(B(A) − B(A−n)) + Σ new change·(D−d+1) − Σ leaving change·(D−n−d+1)

with n the length of the window. Both are exact in whole fen; the engine takes the one that reads less.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine.night import Night, Stride
from guanhu.engine.state import known
from guanhu.engine.tables import BALANCES
from guanhu.rules.policy import Policy
from guanhu.rules.value import yearly_margin_of


def sums(night: Night, stride: Stride) -> nw.LazyFrame[Any]:
    """余额: what the stride's days change for each customer. In: ``bank/balances``. Fen."""
    return changes(night.lake.read_days(BALANCES, stride.days()), stride, night.policy)


def carry(stride: Stride) -> dict[str, nw.Expr]:
    """The state's balance, window and margin sum after the stride, from those before it and the sums."""
    balance, lag, window = known("balance_fen"), known("lag_fen"), known("window_fen")
    shift, lag_shift = known("window_shift"), known("lag_shift")
    if stride.long:
        new_lag = balance + lag_shift
        new_window = new_lag * stride.window + shift
    else:
        new_lag = lag + lag_shift
        new_window = window + (balance - lag) * (stride.to_day - stride.after_day) + shift
    return {
        "balance_fen": balance + known("new_fen"),
        "lag_fen": new_lag,
        "window_fen": new_window,
        "weighted_fen": known("weighted_fen") + known("new_weighted"),
    }


def changes(balances: nw.LazyFrame[Any], stride: Stride, policy: Policy) -> nw.LazyFrame[Any]:
    """What the stride's days change for each customer: balance, margin sum, lag and window."""
    day, change = col("day"), col("change_fen")
    none = nw.lit(0, nw.Int64)
    new = nw.when(day > stride.after_day).then(change).otherwise(none)
    ahead = (stride.to_day + 1 - day).cast(nw.Int64)
    if stride.long:
        lag = new - nw.when(day > stride.lag_day).then(change).otherwise(none)
        window = nw.when(day > stride.lag_day).then(change * ahead).otherwise(none)
    else:
        lag = change - new
        window = nw.when(day > stride.after_day).then(change * ahead).otherwise(change * (stride.window - ahead))
    weighted = new * yearly_margin_of(col("kind"), policy)
    made = balances.select("customer", new_fen=new, new_weighted=weighted, lag_shift=lag, window_shift=window)
    return made.group_by("customer").agg(nw.col("new_fen", "new_weighted", "lag_shift", "window_shift").sum())
