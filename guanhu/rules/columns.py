"""The six words in which rules are written, so that one sentence holds for a value and for a whole column.

A seventh, ``whole``, only keeps counts wide enough to be multiplied like money.
Given Python values each word answers at once; given Narwhals expressions it builds the expression.
This is the only module of ``rules`` that imports a library, and Narwhals itself imports nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw


def as_column(value: Any) -> nw.Expr:
    """A column as it is; a plain value as a column of that value, whole numbers as wide as money."""
    if isinstance(value, nw.Expr):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return nw.lit(value, nw.Int64)
    return nw.lit(value)


def pick(condition: Any, then: Any, otherwise: Any) -> Any:
    """The first answer where the condition holds, else the second (a null condition does not hold)."""
    if isinstance(condition, nw.Expr):
        return nw.when(condition).then(as_column(then)).otherwise(as_column(otherwise))
    if isinstance(then, nw.Expr) or isinstance(otherwise, nw.Expr):
        return as_column(then if condition else otherwise)
    return then if condition else otherwise


def no(condition: Any) -> Any:
    """The opposite of a condition that is known; fill the unknown first."""
    return ~condition if isinstance(condition, nw.Expr) else not condition


def missing(value: Any) -> Any:
    """Is this not known?"""
    return value.is_null() if isinstance(value, nw.Expr) else value is None


def fill(value: Any, instead: Any) -> Any:
    """The value, or what stands in its place when it is not known."""
    if isinstance(value, nw.Expr):
        return value.fill_null(as_column(instead))
    return instead if value is None else value


def whole(value: Any) -> Any:
    """A count as a whole number wide enough for products of money; a narrow column would overflow unseen."""
    return value.cast(nw.Int64) if isinstance(value, nw.Expr) else value


def days_between(start_day: Any, end_day: Any) -> Any:
    """Days from one day number to another (days since 1970-01-01); negative when the end lies before."""
    return end_day - start_day


def ladder(value: Any, steps: Sequence[tuple[Any, Any]], lowest: Any) -> Any:
    """The answer of the highest step whose line the value reaches; steps are (line, answer), rising."""
    answer = lowest
    for line, reached in steps:
        answer = pick(value >= line, reached, answer)
    return answer
