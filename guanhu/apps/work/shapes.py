"""What the workbench is told: plain values, no querysets, no rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from guanhu.apps.customers.living.shapes import KeptFact
from guanhu.apps.customers.shapes import Chip, ConsentRow
from guanhu.apps.people.queries import Shown
from guanhu.apps.work.desk import Desk, Slot
from guanhu.rules.completeness import Meter


@dataclass(frozen=True)
class QuotaDone:
    """工作量 of one channel: ``done`` counts a customer once a day and only what is effective, ``attempts`` all.

    ``due`` holds what is asked of whom she covers, too: their customers stand on her list.
    """

    channel: str
    due: int
    done: int
    attempts: int
    declared: int = 0
    """Of ``done``, those whose call is as long as she says: the phone gateway's word comes by night."""
    covered: int = 0
    """Of ``due``, what is asked in others' stead."""


@dataclass(frozen=True)
class TouchView:
    """One contact of today."""

    public_id: UUID
    channel: str
    outcome: str
    at: time | None
    seconds: int | None
    effective: bool
    said: str
    refusal: str
    product: str
    amount_fen: int | None
    meeting_on: date | None
    meeting_at: time | None
    meeting_place: str


@dataclass(frozen=True)
class Line:
    """One line of today's list. ``public_id`` is the customer's; ``version`` goes back with each change."""

    public_id: UUID
    place: int
    name: str
    kind: str
    age: int | None
    tier: str
    stage: str
    chips: tuple[Chip, ...]
    value_fen: int
    channel: str
    group: str
    attempts: int
    retry_at: time | None
    """Tried today without success and to be tried again at this hour."""
    version: int


@dataclass(frozen=True)
class DoneLine:
    """One customer dealt with today, with the last contact; ``value_fen`` is null when it was not on the list."""

    public_id: UUID
    name: str
    kind: str
    age: int | None
    tier: str
    stage: str
    value_fen: int | None
    touch: TouchView
    version: int


@dataclass(frozen=True)
class DeferredLine:
    """One line set aside for today; ``left_until``: dropped, and left out of plans through that day."""

    public_id: UUID
    deferral_id: UUID
    name: str
    tier: str
    channel: str
    reason: str
    left_until: date | None = None


@dataclass(frozen=True)
class LineGroup:
    """One heading of the list, in the fixed order 必做, 面访, 电话, 消息."""

    group: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Today:
    """今日工作台: null from the query when nothing was ever published for the branch."""

    day: date
    data_day: date
    branch: str
    currency: str
    customers: int | None
    """How many she keeps; null where it was not asked: no contact changes it."""
    quotas: tuple[QuotaDone, ...]
    groups: tuple[LineGroup, ...]
    done: tuple[DoneLine, ...]
    deferred: tuple[DeferredLine, ...]
    open_in: Mapping[str, int]
    """Open lines by group, of the whole list."""
    open_lines: int
    planned: int
    done_planned: int
    done_lines: int
    """How many were dealt with, planned or not."""
    minutes_left: int
    """What the open lines take, by the policy's minutes a channel."""
    written: int
    """How often something was written about anybody on this day or taken back."""


@dataclass(frozen=True)
class ReasonView:
    """One signed reason of the value; all of a line's ``fen`` add up to its ``value_fen``.

    ``kind``: a SignalKind, a Reason, or what the plan took off (recent) · ``chip``: the figures of a signal or reason ·
    ``note``: the figures as the plan wrote them.
    """

    kind: str
    fen: int
    chip: Chip | None
    note: Mapping[str, Any]


@dataclass(frozen=True)
class ScriptView:
    """建议话术: the text in parts, (text, is a filled slot); ``channel`` it is written for."""

    code: str
    channel: str
    language: str
    parts: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """As it is copied."""
        return "".join(part for part, _ in self.parts)


@dataclass(frozen=True)
class NextStep:
    """One suggested or chosen next contact; ``purpose`` is in words."""

    due_on: date
    channel: str
    purpose: str
    at: time | None = None
    checked: bool = True


@dataclass(frozen=True)
class Silence:
    """不打扰: ``why`` (a Withheld) she is left alone, and the first day without this reason where one is known."""

    why: str
    until: date | None


@dataclass(frozen=True)
class Brief:
    """客户简报: what to know before one contact; own customers who are not on today's list have no ``place``."""

    public_id: UUID
    day: date
    data_day: date
    currency: str
    name: str
    kind: str
    gender: str
    age: int | None
    occupation: str
    phone: str
    tier: str
    stage: str
    entitlement: str
    balance_fen: int | None
    net30_fen: int | None
    days_since_contact: int | None
    best_hours: tuple[int, int] | None
    """From and to, whole hours, learnt from calls that got through; null until three did."""
    chips: tuple[Chip, ...]
    reasons: tuple[ReasonView, ...]
    value_fen: int | None
    price_fen: int | None
    beat: Mapping[str, Any]
    channel: str
    group: str
    scripts: tuple[ScriptView, ...]
    risk_grade: str
    risk_on: date | None
    consents: tuple[ConsentRow, ...]
    withheld: Mapping[str, Silence]
    """By channel: why she is left alone this way today; a channel that is not there may be used."""
    no_marketing: Silence | None
    """Why nothing may be offered; null when something may."""
    reachable: bool
    """May she be spoken to at all?"""
    open_complaint: bool
    answer_by: date | None
    """By when the open complaint wants to be acknowledged; null without one."""
    outcomes: tuple[str, ...]
    refusals: tuple[str, ...]
    next_steps: tuple[NextStep, ...]
    promises: tuple[NextStep, ...]
    touches: tuple[TouchView, ...]
    deferred: str
    previous_id: UUID | None
    next_id: UUID | None
    place: int | None
    places: int
    version: int
    meter: Meter | None = None
    """How complete the file is, and what to ask in this contact."""
    known_facts: tuple[KeptFact, ...] = ()
    """What is known already: to be confirmed, never asked again."""
    held_out: tuple[Chip, ...] = ()
    """Reasons left alone on purpose, so that the bank learns what happens without a contact."""

    @property
    def may_market(self) -> bool:
        """May anything be offered: consent given, no complaint open or just closed?"""
        return self.no_marketing is None


@dataclass(frozen=True)
class Named:
    """An own customer by name, and the open day."""

    key: int
    public_id: UUID
    name: str
    day: date


@dataclass(frozen=True)
class Recorded:
    """What recording did: of whom, the touch, whether it was there already, whether it is 有效, the next open line.

    ``now``, ``desk``: what the branch shows, and the writer's day with this contact in it.
    """

    customer: Named
    touch: UUID
    already: bool
    effective: bool
    next_id: UUID | None
    now: Shown
    desk: Desk[Slot]
