"""Places 名次: which row comes first, second, … inside its group, the same on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
from narwhals import col


def with_place(rows: nw.LazyFrame[Any], groups: Sequence[str], order_by: Sequence[str]) -> nw.LazyFrame[Any]:
    """The rows with ``place``: 1 for the first of its group in this order (rising; the last column breaks ties)."""
    one = rows.with_columns(place=nw.lit(1, nw.Int64))
    return one.with_columns(place=col("place").cum_sum().over(*groups, order_by=list(order_by)))


def first_of(rows: nw.LazyFrame[Any], groups: Sequence[str], order_by: Sequence[str]) -> nw.LazyFrame[Any]:
    """Only the first row of each group in this order."""
    names = rows.collect_schema().names()
    return with_place(rows, groups, order_by).filter(col("place") == 1).select(*names)
