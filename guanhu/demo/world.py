"""What the days of the simulation share: the people, the books, who was talked to when, and the record of cases."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from guanhu.demo.books import Books, Ints
from guanhu.demo.people import People
from guanhu.demo.truth import Record

LONG_AGO = -400


class Contact(NamedTuple):
    """One attempt of a keeper to get in touch; ``holding`` is NEVER when it was about none."""

    t: int
    minute: int
    customer: int
    keeper: int
    channel: int
    seconds: int
    outcome: int
    reason: int
    holding: int
    text: str = ""
    """The keeper's own words, for the named customers."""


@dataclass
class Complaint:
    """One complaint; ``closed`` is a day number or None while it is open."""

    customer: int
    opened: int
    closed: int | None
    subject: str


@dataclass
class World:
    """The state of the invented bank on one day."""

    rng: np.random.Generator
    people: People
    books: Books
    target: Ints
    """What a customer likes to keep in the current account."""
    talked: Ints
    """Day of the last real conversation."""
    inflow: Ints
    """Day of the last large sum that came in."""
    moved: Ints
    """Day of the last movement the customer made."""
    leaving: Ints
    """Day from which a customer takes the money away; far in the future for those who stay."""
    record: Record = field(default_factory=Record)
    contacts: list[Contact] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    refusals: dict[int, int] = field(default_factory=dict)
    """Customers who refused marketing on the phone, and when."""
    decided: dict[int, list[tuple[Ints, np.ndarray]]] = field(default_factory=lambda: defaultdict(list))
    """By day: holdings whose owners act that day, and whether they stay."""
    complained: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """Day of the open complaint, or LONG_AGO."""

    def chance(self, share: float | np.ndarray) -> np.ndarray:
        """For which customers something of this probability happens today."""
        drawn: np.ndarray = np.flatnonzero(self.rng.random(self.people.n) < share)
        return drawn

    def here(self, t: int) -> np.ndarray:
        """Who is a customer already."""
        flags: np.ndarray = self.people.opened < t
        return flags
