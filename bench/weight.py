"""``./do bench weight``: what keeping the tiers' rhythm costs, planned on the last night of a bank that stands.

Every keeper's coming days are planned again with another ``routine_weight_bp`` and another ``routine_half_days``; the
signals are worth the same each time. So the price of more routine service, or of less waiting, is the expected income
that the plan leaves for it. Nothing is written. The bank is the one below ``$GUANHU_VAR``.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from rich.console import Console
from rich.table import Table

from guanhu.cli.books import Books, these_books
from guanhu.engine import tables
from guanhu.night.desks import desks_of
from guanhu.night.horizon import DeskPlan
from guanhu.night.planning import plans_of
from guanhu.rules.kinds import Reason, Tier
from guanhu.rules.policy import Policy

WEIGHTS_BP = (0, 2_500, 5_000, 10_000, 20_000, 40_000, 100_000)
HALF_DAYS = (2, 5, 10, 20, 1_000)


@dataclass(frozen=True)
class Planned:
    """One plan of the whole bank's coming days: contacts, touches of the rhythm by tier, what the rest is worth.

    ``waits``: working days by tier that touches wait after the first day on which they could be made · ``fen``: of a
    year, what all that is no routine brings.
    """

    contacts: int
    offered: Counter[str]
    made: Counter[str]
    waits: Counter[str]
    fen: int


def main(_arguments: list[str]) -> int:
    """Plan the coming days with each weight and each price of waiting; print what is kept and what it costs."""
    console, books = Console(), these_books()
    known = books.lake.days(tables.STANDINGS)
    if not known:
        console.print("no night has run below $GUANHU_VAR")
        return 1
    console.print(sheet(books))
    return 0


def sheet(books: Books) -> Table:
    """A line for each weight and each price of waiting; the one in force is marked."""
    force = books.policy
    ways = [(weight, force.routine_half_days) for weight in WEIGHTS_BP]
    ways += [(force.routine_weight_bp, half) for half in HALF_DAYS]
    made = {way: planned(books, replace(force, routine_weight_bp=way[0], routine_half_days=way[1]))
            for way in dict.fromkeys(ways)}  # fmt: skip
    heads = [head for tier in Tier for head in (f"{tier} touches", "days each waits")]
    grid = Table("weight", "half after days", "contacts", *heads, "yuan a year", "its price", title="routine service")
    free = made[0, force.routine_half_days].fen
    for (weight, half), plan in made.items():
        now = "  (in force)" if (weight, half) == (force.routine_weight_bp, force.routine_half_days) else ""
        grid.add_row(
            f"{weight / 10_000:g}", f"{half}{now}", str(plan.contacts), *_kept(plan),
            f"{plan.fen / 100:,.0f}", f"{(free - plan.fen) / 100:,.0f}",
        )  # fmt: skip
    return grid


def _kept(plan: Planned) -> Iterable[str]:
    for tier in Tier:
        yield f"{plan.made[tier]} of {plan.offered[tier]}"
        yield f"{plan.waits[tier] / max(plan.made[tier], 1):.1f}"


def planned(books: Books, policy: Policy) -> Planned:
    """The bank's coming days under one policy."""
    day = books.lake.days(tables.STANDINGS)[-1]
    told = Planned(0, Counter(), Counter(), Counter(), 0)
    for plan in plans_of(books.lake, day, policy, books.calendar, desks_of(books.lake, day, policy, books.calendar)):
        told = _with(told, plan)
    return told


def _with(told: Planned, plan: DeskPlan) -> Planned:
    """One desk more: touches counted once, by the first row of their task."""
    offers = plan.offers
    kinds, tiers, gains = (offers.rows[name].to_list() for name in ("kind", "tier", "fen"))
    first = np.unique(offers.task, return_index=True)[1]
    rows = [row for contact in plan.contacts for row in contact.rows]
    touches = [row for row in rows if kinds[row] == Reason.ROUTINE]
    waits: Counter[str] = Counter()
    for row in touches:
        waits[tiers[row]] += int(offers.at[row] - offers.at[first[offers.task[row]]])
    return Planned(
        told.contacts + len(plan.contacts),
        told.offered + Counter(tiers[row] for row in first.tolist() if kinds[row] == Reason.ROUTINE),
        told.made + Counter(tiers[row] for row in touches),
        told.waits + waits,
        told.fen + sum(gains[row] for row in rows if kinds[row] != Reason.ROUTINE),
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
