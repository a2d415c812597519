"""From what the night found about a customer to the reasons a line of the list shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from guanhu.apps.customers.shapes import Chip
from guanhu.apps.work.desk import Reasoned


@dataclass(frozen=True, slots=True)
class Found:
    """One opportunity as far as a chip tells of it."""

    pk: int
    customer_id: int
    kind: str
    step: str
    product: str
    amount_fen: int | None
    due_on: date | None
    duty: bool
    evidence: dict[str, Any]
    gain_fen: int


FOUND = tuple(field.name for field in fields(Found))
"""The columns a chip needs."""


def chip_of(row: Found, today: date) -> Chip:
    """One opportunity as a reason with its figures."""
    return Chip(
        kind=row.kind,
        step=row.step,
        product=row.product,
        amount_fen=row.amount_fen,
        due_on=row.due_on,
        days=(row.due_on - today).days if row.due_on else None,
        duty=row.duty,
        evidence=row.evidence or {},
    )


def chips_by_customer(rows: Iterable[Found], today: date) -> dict[int, tuple[Chip, ...]]:
    """The chips of each customer: what must be done first, then what is worth most."""
    found: dict[int, list[Found]] = defaultdict(list)
    for row in rows:
        found[row.customer_id].append(row)
    return {
        key: tuple(chip_of(row, today) for row in sorted(those, key=lambda row: (not row.duty, -row.gain_fen, row.pk)))
        for key, those in found.items()
    }


def carried(chips: Sequence[Chip], line: Reasoned) -> tuple[Chip, ...]:
    """The reasons a line of the plan is for, as the plan orders them: what its channel cannot carry stays away."""
    order = [str(reason["kind"]) for reason in line.reasons]
    return tuple(sorted((chip for chip in chips if chip.kind in order), key=lambda chip: order.index(chip.kind)))
