"""What a day came to: contacts, calls that counted, meetings agreed and deals, out of the contacts themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from guanhu.apps.people import policy
from guanhu.rules.contact import is_effective
from guanhu.rules.kinds import Channel, Outcome

WHOLE_BP = 10_000


class Contact(Protocol):
    """What of a contact is counted."""

    @property
    def customer_id(self) -> int: ...
    @property
    def channel(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def seconds(self) -> int | None: ...
    @property
    def amount_fen(self) -> int | None: ...


@dataclass(frozen=True)
class Figures:
    """What some contacts came to; ``customers`` counts each customer once."""

    contacts: int = 0
    customers: int = 0
    messages: int = 0
    calls: int = 0
    effective_calls: int = 0
    meetings: int = 0
    booked: int = 0
    closed: int = 0
    landed_fen: int = 0

    @property
    def effective_bp(self) -> int | None:
        """有效电话率: of the calls tried, the share that counts; null without a call."""
        return self.effective_calls * WHOLE_BP // self.calls if self.calls else None


def figures_of(contacts: Iterable[Contact]) -> Figures:
    """Count these contacts; of meetings those that took place."""
    numbers = policy.in_force()
    rows = list(contacts)
    effective = [row for row in rows if is_effective(row.channel, row.seconds, row.outcome, numbers)]
    return Figures(
        contacts=len(rows),
        customers=len({row.customer_id for row in rows}),
        messages=sum(row.channel == Channel.MESSAGE for row in rows),
        calls=sum(row.channel == Channel.CALL for row in rows),
        effective_calls=sum(row.channel == Channel.CALL for row in effective),
        meetings=sum(row.channel == Channel.MEETING for row in effective),
        booked=sum(row.outcome == Outcome.BOOKED for row in rows),
        closed=sum(row.outcome == Outcome.CLOSED for row in rows),
        landed_fen=sum(row.amount_fen or 0 for row in rows if row.outcome == Outcome.CLOSED),
    )
