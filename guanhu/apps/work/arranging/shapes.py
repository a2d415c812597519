"""What the week and the next day are told: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from guanhu.rules.kinds import Channel


@dataclass(frozen=True)
class Appointment:
    """One contact that stands on a day: with whom, by which way, at what hour and what for."""

    promise: UUID | None
    """Null for a line of today that waits for tonight's plan."""
    customer: UUID
    name: str
    """Masked."""
    tier: str
    due_on: date
    at: time | None
    channel: str
    purpose: str
    arranged: bool
    """Agreed in no contact and moved from no other day: it may be taken back by itself."""
    kinds: tuple[str, ...] = ()
    """What it is for, by code, where the night planned it."""
    carried: str = ""
    """Why a line of today was set aside for it."""


@dataclass(frozen=True)
class Candidate:
    """Somebody planned for later who may be put into the next day."""

    customer: UUID
    name: str
    """Masked."""
    tier: str
    on: date | None
    """The day the night planned."""
    channel: str
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Spare(Candidate):
    """候补: somebody who was not planned today and comes next; ``on`` null where no other day is planned."""

    spare_fen: int
    """What a slot of today brings with this customer."""
    fits: bool
    """Whether a slot of the way is free now."""


@dataclass(frozen=True)
class Reserve:
    """今天的候补: who comes next by each way, and how many calls it takes to have enough answered."""

    lines: Mapping[Channel, tuple[Spare, ...]]
    free: Mapping[Channel, int]
    """Slots of today that are neither done nor stand for anybody on the list."""
    lacking: int
    """Effective calls that the day still asks for."""
    dialled: int
    connected: int
    """Of the calls dialled in the last three months."""
    connect_bp: int
    attempts: int
    """So many calls it takes, at that rate, to have the lacking ones answered."""
    waiting: int
    """Calls that still stand on the list."""

    @property
    def beyond(self) -> int:
        """Calls it will take from the reserve."""
        return max(0, self.attempts - self.waiting)


@dataclass(frozen=True)
class WeekDay:
    """One working day of a week: what stands on it, and what was done."""

    day: date
    appointments: tuple[Appointment, ...]
    planned: int
    """Contacts the night planned for it beside those."""
    contacts: int
    meetings: int


@dataclass(frozen=True)
class Goal:
    """What a week is to bring."""

    contacts: int
    meetings: int
    said: str


@dataclass(frozen=True)
class LeftOut:
    """A customer who is left out of plans for a time."""

    deferral: UUID
    customer: UUID
    name: str
    reason: str
    until: date


@dataclass(frozen=True)
class Week:
    """本周: goal → plan → appointments, day by day."""

    today: date
    monday: date
    goal: Goal | None
    days: tuple[WeekDay, ...]
    overdue: tuple[Appointment, ...]
    """Open from days before today."""
    left_out: tuple[LeftOut, ...]
    first: date
    """The first day something may be arranged on."""
    furthest: date

    @property
    def contacts(self) -> int:
        """Contacts that count, so far."""
        return sum(day.contacts for day in self.days)

    @property
    def meetings(self) -> int:
        """Meetings that took place, so far."""
        return sum(day.meetings for day in self.days)

    @property
    def ahead(self) -> int:
        """What stands on the days from today on."""
        return sum(len(day.appointments) for day in self.days if day.day >= self.today)

    @property
    def meetings_ahead(self) -> int:
        """Of those the meetings."""
        return sum(
            one.channel == Channel.MEETING
            for day in self.days if day.day >= self.today for one in day.appointments
        )  # fmt: skip


@dataclass(frozen=True)
class Tomorrow:
    """明日计划: the next working day, what stands on it and what the day asks for."""

    day: date
    timed: tuple[Appointment, ...]
    """At their hour, in order."""
    open: Mapping[Channel, tuple[Appointment, ...]]
    """Without an hour, by way."""
    due: Mapping[Channel, int]
    confirmed_at: datetime | None
    minutes: int
    """What all of it takes, by the policy's minutes a channel."""
    candidates: tuple[Candidate, ...] = ()

    @property
    def lacking(self) -> tuple[Channel, ...]:
        """The ways by which the day asks for more than stands on it."""
        return tuple(channel for channel in Channel if self.due.get(channel, 0) > self.planned[channel])

    @property
    def planned(self) -> Mapping[Channel, int]:
        """How many contacts stand on the day, by way."""
        return {
            channel: len(self.open.get(channel, ())) + sum(one.channel == channel for one in self.timed)
            for channel in Channel
        }
