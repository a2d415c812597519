"""Evidence 依据: the figures behind a signal as JSON, so that a keeper can say why and an auditor can check."""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine import backend


def evidence(rule: str, **figures: nw.Expr | str | int) -> nw.Expr:
    """A JSON object in a text column: the figures in the order given, then ``rule``, the rule that spoke.

    Names ending ``_on`` take day numbers and show dates; names that end as ``NUMBERS`` tells take whole numbers;
    every other one is a text. A missing figure is null.
    """
    parts: list[nw.Expr] = []
    for place, (name, figure) in enumerate(figures.items()):
        parts.append(nw.lit(("{" if place == 0 else ", ") + f'"{name}": '))
        parts.append(_shown(name, figure))
    parts.append(nw.lit(f', "rule": "{rule}"}}'))
    return nw.concat_str(parts)


NUMBERS = ("_fen", "_yuan", "_bp", "_ppm", "_days", "months", "moves", "holdings", "banks", "complaints", "days")


def _shown(name: str, figure: nw.Expr | str | int) -> nw.Expr:
    """One figure as JSON text."""
    column = figure if isinstance(figure, nw.Expr) else nw.lit(figure)
    if name.endswith(NUMBERS):
        text = column.cast(nw.String)
    elif name.endswith("_on"):
        text = nw.concat_str(nw.lit('"'), backend.iso(column), nw.lit('"'))
    else:
        clean = column.cast(nw.String).str.replace_all("\\", "\\\\", literal=True)
        text = nw.concat_str(nw.lit('"'), clean.str.replace_all('"', '\\"', literal=True), nw.lit('"'))
    return nw.when(text.is_null()).then(nw.lit("null")).otherwise(text)


def went_out() -> nw.Expr:
    """Does the evidence beside it tell of money that left?"""
    return col("evidence").str.contains('"direction": "out"', literal=True)


def signal_columns(policy_version: str, kind: str, /, **columns: Any) -> dict[str, nw.Expr]:
    """The columns of ``answers/signals`` in order; those not given are null."""
    none = {"account": nw.lit(None, nw.Int64), "step": nw.lit(None, nw.String), "product": nw.lit(None, nw.String)}
    made = {"customer": col("customer"), **none, **columns}
    made |= {"kind": nw.lit(kind), "policy": nw.lit(policy_version)}
    return {name: made[name] for name in SIGNAL_COLUMNS}


SIGNAL_COLUMNS = (
    "customer", "account", "kind", "step", "product", "amount_fen", "due_day", "expires_day", "evidence", "policy",
)  # fmt: skip
