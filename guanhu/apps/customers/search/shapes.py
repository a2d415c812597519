"""What the pages are told of a search."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from guanhu.rules.search import FoundBy


@dataclass(frozen=True)
class Hit:
    """One customer who was found, as a line of a list shows her."""

    public_id: UUID
    name: str
    """Masked."""
    kind: str
    customer_no: str
    keeper: str
    """Empty among one's own."""
    by: FoundBy
    near: bool
    """Found by what is one slip away from what was typed."""


@dataclass(frozen=True)
class Found:
    """Who was found, the nearest first."""

    hits: tuple[Hit, ...]
    more: bool
    """There may be others: only so many are shown."""
