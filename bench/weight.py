"""``./do bench weight``: what keeping the tiers' rhythm costs, planned on the last night of a bank that stands.

Every keeper's day is planned again with another ``routine_weight_bp``; the signals are worth the same each time. So
the price of more routine service is the expected income that the plan leaves for it. Nothing is written. The bank is
the one below ``$GUANHU_VAR``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
from rich.console import Console
from rich.table import Table

from guanhu.cli.books import Books, these_books
from guanhu.engine import backend, tables
from guanhu.night.planning import desks_of, plans_of
from guanhu.night.reasons import reasons
from guanhu.rules.kinds import Reason, Tier
from guanhu.rules.policy import Policy

WEIGHTS_BP = (0, 2_500, 5_000, 10_000, 20_000, 40_000, 100_000)
Way = tuple[int, str]
"""A customer and a channel."""


@dataclass(frozen=True)
class Planned:
    """One plan of the whole bank: contacts, whose rhythm they keep, and what all else in them is worth in a year."""

    contacts: int
    kept: dict[str, int]
    fen: int


def main(_arguments: list[str]) -> int:
    """Plan the day with each weight and print what is kept and what it costs."""
    console, books = Console(), these_books()
    known = books.lake.days(tables.STANDINGS)
    if not known:
        console.print("no night has run below $GUANHU_VAR")
        return 1
    due = _rows(books, books.policy, routine=True)
    tiers = {row["customer"]: row["tier"] for row in due}
    owed = {tier: sum(1 for one in tiers.values() if one == tier) for tier in Tier}
    made = {weight: _planned(books, replace(books.policy, routine_weight_bp=weight)) for weight in WEIGHTS_BP}
    grid = Table("weight", "contacts", *(f"{tier} kept of {owed[tier]}" for tier in Tier), "yuan a year", "its price",
                 title=f"routine service, the day after {known[-1]}")  # fmt: skip
    free = made[0].fen
    for weight, plan in made.items():
        now = "  (in force)" if weight == books.policy.routine_weight_bp else ""
        grid.add_row(
            f"{weight / 10_000:g}{now}", str(plan.contacts), *(str(plan.kept[tier]) for tier in Tier),
            f"{plan.fen / 100:,.0f}", f"{(free - plan.fen) / 100:,.0f}",
        )  # fmt: skip
    console.print(grid)
    return 0


def _rows(books: Books, policy: Policy, *, routine: bool) -> list[dict[str, Any]]:
    """What may be said to whom by which channel: the routine, or all the rest."""
    day = books.lake.days(tables.STANDINGS)[-1]
    offered = reasons(books.lake, day, policy, books.calendar).filter(nw.col("withheld").is_null())
    kind = nw.col("kind") == Reason.ROUTINE.value
    return backend.rows(offered.filter(kind if routine else ~kind))


def _planned(books: Books, policy: Policy) -> Planned:
    """The bank's day under one policy."""
    day = books.lake.days(tables.STANDINGS)[-1]
    offered = reasons(books.lake, day, policy, books.calendar)
    chosen: set[Way] = set()
    for made in plans_of(desks_of(books.lake, day, policy, books.calendar), offered, policy):
        chosen |= {(made.keys[line.customer_no], line.channel) for line in made.plan.lines}
    return Planned(len(chosen), _kept(_rows(books, books.policy, routine=True), chosen), _worth(books, policy, chosen))


def _kept(due: Iterable[dict[str, Any]], chosen: set[Way]) -> dict[str, int]:
    """Customers whose rhythm a chosen contact keeps, by tier."""
    met = {row["customer"]: row["tier"] for row in due if (row["customer"], row["channel"]) in chosen}
    return {tier: sum(1 for one in met.values() if one == tier) for tier in Tier}


def _worth(books: Books, policy: Policy, chosen: set[Way]) -> int:
    """What the chosen contacts bring beside the routine, in fen; what nearness takes off is left out."""
    rows = _rows(books, policy, routine=False)
    return sum(row["fen"] for row in rows if (row["customer"], row["channel"]) in chosen)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
