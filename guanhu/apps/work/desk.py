"""One keeper's day: the plan in the order of the list, and what happened to it so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

from guanhu.apps.customers.models import Customer
from guanhu.apps.people.personal import shown as shown_as
from guanhu.apps.people.queries import Shown
from guanhu.apps.work.models import Deferral, Promise, Touch
from guanhu.rules.kinds import Group
from guanhu.rules.privacy import Form

GROUPS: tuple[Group, ...] = (Group.DUTY, Group.MEETING, Group.CALL, Group.MESSAGE)
"""The fixed order of the list."""


@dataclass(frozen=True, slots=True)
class Face:
    """What a line shows of a customer; nothing of it lies sealed."""

    key: int
    public_id: UUID
    name: str
    kind: str
    birth_on: str
    stage: str
    tier: str
    """As last night measured it; empty for a customer it did not know."""

    @property
    def masked_name(self) -> str:
        """The name as lists show it."""
        return str(shown_as(Customer, "name", self.name, Form.MASKED, kind=self.kind))


def face_of(row: Sequence[Any]) -> Face:
    """A customer's face from the columns of ``FACE`` and the tier behind them."""
    key, public_id, name, kind, birth_on, stage, tier = row
    return Face(key, public_id, name, kind, birth_on, stage, tier or "")


@dataclass(frozen=True, slots=True)
class Slot:
    """A customer's place in the order of the list."""

    customer_id: int
    public_id: UUID
    """The customer's, which addresses the line."""
    place: int
    task_group: str
    channel: str


@dataclass(frozen=True, slots=True)
class Reasoned(Slot):
    """One line of the plan with what it is worth and why."""

    value_fen: int
    price_fen: int
    reasons: list[dict[str, Any]]
    beat: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Planned(Reasoned):
    """One line of the plan with its customer's face."""

    customer: Face


LineT = TypeVar("LineT", bound=Slot)
LineT_co = TypeVar("LineT_co", bound=Slot, covariant=True)


@dataclass(frozen=True)
class Desk(Generic[LineT_co]):
    """One keeper's day as it lies in the tables: the plan in the order of the list, and what happened so far.

    Its lines are whole, or as much of them as their order needs.
    """

    plan: tuple[LineT_co, ...]
    touches: Mapping[int, tuple[Touch, ...]]
    """By customer, in the order they were written, undone ones too."""
    retries: Mapping[int, tuple[Promise, ...]]
    """By customer, the promises of today for today: try again at that hour; the latest says which."""
    deferrals: Mapping[int, Deferral]
    """Of lines that are set aside now."""
    changes: Mapping[int, int]
    """How often something was written about a customer today or taken back."""

    def live(self, customer: int) -> tuple[Touch, ...]:
        """Today's contacts with a customer that were not undone."""
        those = self.touches.get(customer)
        return tuple(touch for touch in those if touch.undone_at is None) if those else ()

    def version(self, customer: int) -> int:
        """Grows with every change of the customer's line today, and never comes back to what it was."""
        return self.changes.get(customer, 0)

    @cached_property
    def _done(self) -> frozenset[int]:
        return frozenset(
            customer for customer, those in self.touches.items()
            if customer not in self.retries and any(touch.undone_at is None for touch in those)
        )  # fmt: skip

    def is_done(self, customer: int) -> bool:
        """Contacted today, and not waiting to be tried again today."""
        return customer in self._done

    def is_open(self, customer: int) -> bool:
        """Still to be done today."""
        return customer not in self._done and customer not in self.deferrals

    @property
    def written(self) -> int:
        """How often something was written about anybody today or taken back; grows with every change of the day."""
        return sum(self.changes.values())

    def open_in(self) -> Counter[str]:
        """How many lines are still to be done, by group."""
        return Counter(line.task_group for line in self.plan if self.is_open(line.customer_id))

    def done(self) -> int:
        """How many were dealt with today, planned or not."""
        return len(self._done)

    def moves_alone(self, customer: int) -> bool:
        """Whether what was written last moved this customer's line and nothing else of the list.

        Not so where it was set aside before, where it was the last line of its heading, or the first one done.
        """
        if customer in self.deferrals:
            return False
        left = self.open_in()
        group = next((line.task_group for line in self.plan if line.customer_id == customer), None)
        return (group is None or left[group] > 0) and left.total() > 0 and self.done() > 1

    def after(self, touch: Touch, kept: Collection[int], promised: Iterable[Promise]) -> Desk[LineT_co]:
        """The day after one more contact that kept these promises, by key, and made those: as it is read anew then."""
        key = touch.customer_id
        waiting = {whose: tuple(one for one in those if one.pk not in kept) for whose, those in self.retries.items()}
        waiting[key] = (*waiting.get(key, ()), *(one for one in promised if one.due_on == touch.day_on))
        return replace(
            self,
            touches={**self.touches, key: (*self.touches.get(key, ()), touch)},
            retries={whose: those for whose, those in waiting.items() if those},
            changes=Counter(self.changes) + Counter([key]),
        )

    def around(self, customer: int) -> tuple[UUID | None, UUID | None, int | None, int]:
        """The open lines before and after a customer's, its place among all lines and how many there are."""
        place = next((n for n, line in enumerate(self.plan) if line.customer_id == customer), None)
        if place is None:
            return None, self.next_open(customer), None, len(self.plan)
        before = [line for line in self.plan[:place] if self.is_open(line.customer_id)]
        return (before[-1].public_id if before else None), self.next_open(customer), place + 1, len(self.plan)

    def next_open(self, customer: int) -> UUID | None:
        """The next open line after a customer's; after the last the first open one, never the same."""
        place = next((n for n, line in enumerate(self.plan) if line.customer_id == customer), -1)
        for line in self.plan[place + 1 :] + self.plan[: max(place, 0)]:
            if self.is_open(line.customer_id):
                return line.public_id
        return None


def in_order(lines: Iterable[LineT]) -> tuple[LineT, ...]:
    """The plan as the list shows it: groups in their fixed order, inside a group by place."""
    rank = {group.value: n for n, group in enumerate(GROUPS)}
    return tuple(sorted(lines, key=lambda line: (rank.get(line.task_group, len(rank)), line.place)))


@dataclass(frozen=True)
class Morning:
    """What every page of a keeper begins with, asked for once: the night shown, whom she keeps, her unread notices."""

    now: Shown
    customers: int
    unread: int


@dataclass(frozen=True)
class Workday(Morning):
    """What every page of the workbench begins with, asked for once: the desk, too."""

    desk: Desk[Planned]
