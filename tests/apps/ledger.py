"""The oracle: a day's book kept by hand, without a database, from the practice handbook and not from the product.

Everything is worked out anew from the list of what was written, so no counter can go wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

ANSWERED = {"reached", "declined", "booked", "closed"}
HIGHER = ["message", "call", "meeting"]


@dataclass(eq=False)
class Entry:
    """A contact, or a line set aside (``channel`` empty)."""

    by: str
    customer: int
    day: date
    channel: str = ""
    outcome: str = ""
    seconds: int | None = None
    undone: bool = False
    promised: list[tuple[date, str]] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        """A message sent; a call of a minute that was answered; a meeting that took place."""
        long_enough = self.channel != "call" or (self.seconds or 0) >= 60
        return self.channel == "message" or (self.outcome in ANSWERED and long_enough)

    def keeps(self, made_on: date, due_on: date, channel: str) -> bool:
        """Does this contact keep a promise made earlier? A try keeps only the same day's."""
        tried = self.outcome in {"no_answer", "hung_up"}
        reaches = HIGHER.index(self.channel) >= HIGHER.index(channel)
        return reaches and self.day >= due_on and not (tried and made_on != self.day)


@dataclass
class Ledger:
    """What was written, in order, and who keeps whom."""

    keeper: dict[int, str]
    plan: dict[str, list[int]]
    today: date
    written: list[Entry] = field(default_factory=list)
    consents: list[tuple[int, date, bool]] = field(default_factory=list)

    def mine(self, who: str) -> list[int]:
        """The lines of her list that are still hers."""
        return [customer for customer in self.plan[who] if self.keeper[customer] == who]

    def live(self, customer: int, *, aside: bool = False) -> list[Entry]:
        """Today's contacts with a customer, or what set her line aside; without what was undone."""
        return [one for one in self.written if (one.customer, one.day) == (customer, self.today)
                and not one.undone and (not one.channel) == aside]  # fmt: skip

    def open_promises(self) -> list[tuple[int, date, date, str]]:
        """(customer, made on, due on, channel) of what was promised, not undone and not kept by anything later."""
        return [
            (one.customer, one.day, due_on, channel)
            for place, one in enumerate(self.written)
            for due_on, channel in one.promised
            if not one.undone and not self.gave_way(place, due_on)
            and not any(later.customer == one.customer and later.channel and not later.undone
                        and later.keeps(one.day, due_on, channel) for later in self.written[place + 1:])
        ]  # fmt: skip

    def gave_way(self, place: int, due_on: date) -> bool:
        """Was the line moved later on, from the promise's day or before, or from the day of the try that promised it?

        A promise to try again on the same day is left to the day: ``for_the_night`` knows whether it still stands.
        """
        one = self.written[place]
        return due_on != one.day and any(
            not later.channel and later.customer == one.customer and not later.undone
            and due_on <= max(later.promised)[0] and (due_on <= later.day or (one.channel and one.day == later.day))
            for later in self.written[place + 1:] if later.promised
        )  # fmt: skip

    def for_the_night(self) -> set[tuple[int, date, str]]:
        """(customer, due on, channel) of what tonight plans around: no other try of a day on which the line moved."""
        moved = {(one.customer, one.day) for one in self.written if not one.channel and one.promised and not one.undone}
        return {(customer, due_on, channel) for customer, made_on, due_on, channel in self.open_promises()
                if made_on != due_on or (customer, due_on) not in moved}  # fmt: skip

    def is_done(self, customer: int) -> bool:
        """Contacted today, and no other try promised for today."""
        waiting = (customer, self.today, self.today) in [promise[:3] for promise in self.open_promises()]
        return bool(self.live(customer)) and not waiting

    def open(self, who: str) -> list[int]:
        """What is left of her list, in its order."""
        return [one for one in self.mine(who) if not self.is_done(one) and not self.live(one, aside=True)]

    def next_open(self, who: str, customer: int) -> int | None:
        """The next open line after a customer's, round to the first."""
        plan = self.mine(who)
        after = plan.index(customer) + 1 if customer in plan else 0
        return next((one for one in plan[after:] + plan[:after] if one in self.open(who) and one != customer), None)

    def quota(self, who: str, channel: str) -> tuple[int, int]:
        """(customers that count, attempts) of her own contacts today."""
        own = [one for customer, keeper in self.keeper.items() if keeper == who
               for one in self.live(customer) if (one.by, one.channel) == (who, channel)]  # fmt: skip
        return len({one.customer for one in own if one.counts}), len(own)

    def changes(self, customer: int) -> int:
        """How often her line was written on today."""
        return sum(1 + one.undone for one in self.written if (one.customer, one.day) == (customer, self.today))

    def granted(self, customer: int) -> bool | None:
        """The last word on marketing; on one day the refusal holds."""
        said = [(day, not granted) for one, day, granted in self.consents if one == customer]
        return not max(said)[1] if said else None
