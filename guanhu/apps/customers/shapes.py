"""What the pages are told about a customer: plain values, no querysets, no rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any
from uuid import UUID

from guanhu.apps.customers.living.shapes import HeardIn, KeptDay, KeptFact, KeptIntention, Want
from guanhu.apps.customers.relations.shapes import Ties
from guanhu.rules.completeness import Meter
from guanhu.rules.kinds import ConsentPurpose


@dataclass(frozen=True)
class Chip:
    """One reason with its figures; the page puts them into words.

    ``kind``: a SignalKind or Reason · ``step``: a MaturityStep or "" · ``product``: a ProductKind or "" ·
    ``days``: from today to ``due_on`` · ``duty``: must have an outcome today.
    """

    kind: str
    step: str
    product: str
    amount_fen: int | None
    due_on: date | None
    days: int | None
    duty: bool
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class HoldingRow:
    """One thing the customer holds; ``days`` counts from today to maturity, null without one."""

    name: str
    kind: str
    risk_level: str
    amount_fen: int
    started_on: date
    matures_on: date | None
    days: int | None
    rate_bp: int | None
    auto_renew: bool
    account: str
    """The last four digits of the account."""
    item: UUID | None = None
    """By what its intention is kept; null without a day it matures on."""
    intention: KeptIntention | None = None
    """What the customer will do then; null while nobody asked."""

    def masked(self) -> HoldingRow:
        """As somebody reads it who does not keep the customer."""
        return replace(self, intention=self.intention and self.intention.masked())


@dataclass(frozen=True)
class Share:
    """How much of the assets lies in one kind of product; ``share_bp`` of all assets."""

    kind: str
    amount_fen: int
    share_bp: int


@dataclass(frozen=True)
class MonthPoint:
    """The assets at one month's end."""

    day_on: date
    balance_fen: int
    average_fen: int
    net_fen: int


@dataclass(frozen=True)
class DayPoint:
    """The assets at the end of one day, and what they changed by on it."""

    day_on: date
    balance_fen: int
    change_fen: int


@dataclass(frozen=True)
class Event:
    """One line of the timeline.

    ``what``: touch, visit, promise, plan, signal, stage, money or change · ``word``: the outcome, purpose, signal or
    stage code, the codes of what a contact is planned for, or what was changed · ``mark``: next, miss, deal or "" as
    the timeline draws it · ``who``: the author's name or staff number, "" where nobody wrote it.
    """

    what: str
    on: date
    at: time | None
    word: str
    channel: str
    seconds: int | None
    text: str
    amount_fen: int | None
    who: str
    mark: str
    undone: bool = False
    declared: bool = False
    """Did a colleague say how long it took, and no phone gateway?"""


@dataclass(frozen=True)
class ImportantDate:
    """重要日子: a birthday or a maturity ahead; ``lunar`` as (month, day) where the calendar is lunar.

    ``kept``: what a keeper wrote down, where it is no word of the bank's.
    """

    what: str
    on: date
    days: int
    amount_fen: int | None
    product: str
    lunar: tuple[int, int] | None
    kept: KeptDay | None = None


@dataclass(frozen=True)
class ConsentRow:
    """The word in force for one purpose: null ``granted`` means nobody ever asked."""

    purpose: str
    granted: bool | None
    changed_on: date | None
    source: str
    evidence: str
    key: int = field(default=0, compare=False)
    """Which word it is, so that a form can say what its writer saw; 0 for none."""


@dataclass(frozen=True)
class StageStep:
    """One of the five stages: reached on a day, or not yet; exactly one is ``now``."""

    stage: str
    on: date | None
    reached: bool
    now: bool


@dataclass(frozen=True)
class Hidden:
    """One value that stands masked and may be revealed; ``account``: of which account, null for the customer's own."""

    field: str
    text: str
    account: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What every part of a customer's file stands on."""

    public_id: UUID
    day: date
    data_day: date
    currency: str
    allowed: frozenset[str] = frozenset()
    """What this viewer may do here: codes of ``Permission``."""


@dataclass(frozen=True, kw_only=True)
class Head(Opened):
    """What stands at the top of the file and is there at once: who she is, five figures, how her assets lie."""

    name: str
    customer_no: str
    kind: str
    gender: str
    age: int | None
    occupation: str
    phone: str
    id_no: str
    opened_on: date
    keeper: str
    branch: str
    tier: str
    entitlement: str
    stage: str
    stage_on: date | None
    risk_grade: str
    risk_on: date | None
    balance_fen: int | None
    growth_fen: int | None
    """Against the month's end twelve months ago; null without one."""
    average_fen: int | None
    value_fen: int | None
    gap_fen: int | None
    structure: tuple[Share, ...]
    trend: tuple[MonthPoint, ...]
    days: tuple[DayPoint, ...]
    """The last three months day by day; empty where nobody asked for them."""
    stages: tuple[StageStep, ...]
    joined: int = 0
    """How many other files of the same person were merged into this one."""
    band_fen: int | None = None
    """The lower line of the band the assets lie in, for who may not read the amount."""


@dataclass(frozen=True, kw_only=True)
class Rest(Opened):
    """What stands below: holdings, what happened, numbers, dates, consents, and who is next on the list."""

    hidden: tuple[Hidden, ...]
    chips: tuple[Chip, ...]
    holdings: tuple[HoldingRow, ...]
    timeline: tuple[Event, ...]
    touches: int
    dates: tuple[ImportantDate, ...]
    facts: tuple[KeptFact, ...]
    heard_in: tuple[HeardIn, ...]
    """The last contacts, in which what is written down now may have been learnt."""
    ties: Ties
    wants: tuple[Want, ...]
    core_occupation: str
    consents: tuple[ConsentRow, ...]
    open_complaints: tuple[date, ...]
    previous_id: UUID | None
    next_id: UUID | None
    place: int | None
    places: int
    meter: Meter | None = None
    """How complete the file is; null for who reads how a customer is served and no more."""

    @property
    def marketing_word(self) -> int:
        """Which word on marketing is in force, for a form to say what its writer saw."""
        return next((row.key for row in self.consents if row.purpose == ConsentPurpose.MARKETING), 0)


@dataclass(frozen=True, kw_only=True)
class Card(Head, Rest):
    """The whole file."""


@dataclass(frozen=True)
class BookRow:
    """One customer in 我的客户: the name is masked."""

    public_id: UUID
    name: str
    age: int | None
    kind: str
    tier: str
    entitlement: str
    stage: str
    balance_fen: int | None
    average_fen: int | None
    net30_fen: int | None
    last_contact_on: date | None
    days_since_contact: int | None
    keeper: str = ""
    """Who keeps the customer, where the list is of more than one keeper."""
    band_fen: int | None = None
    """The lower line of the band the assets lie in, for who may not read the amount."""
    in30_fen: int | None = None
    out30_fen: int | None = None
    gap_fen: int | None = None
    value_fen: int | None = None
    opened_on: date | None = None
    matures_on: date | None = None
    """When the next of what she holds matures; only where a column shows it."""
    marketing: str = ""
    """What she said to marketing (``ConsentWord``); only where a column shows it."""
    share_bp: int | None = None
    """How complete the file is; null before the first night and for who may not read it."""


@dataclass(frozen=True)
class Book:
    """So many lines of 我的客户 from a place on."""

    data_day: date | None
    currency: str
    rows: tuple[BookRow, ...]
    total: int
    beyond: bool
    """There are more than ``total``; nobody counted them."""
    after: UUID | None
    """Whom the next lines begin after; null where these are the last."""


@dataclass(frozen=True, kw_only=True)
class ListView:
    """One named way to see the list: what it asks, and who may use it."""

    public_id: UUID
    shared: str
    title: str
    asks: str
    order: str
    columns: str
    layout: str
    pinned: bool
    opens_first: bool
    mine: bool


@dataclass(frozen=True)
class BookGroup:
    """One group of the book: its value (empty for none), how many customers, and their assets."""

    value: str
    customers: int
    balance_fen: int | None
    """Null for who may not read amounts."""


@dataclass(frozen=True)
class BookGroups:
    """The book in groups; ``beyond``: there are more customers than this, and nobody put them into groups."""

    lines: tuple[BookGroup, ...]
    sums: bool | None
    beyond: int | None

    @property
    def customers(self) -> int:
        """All of them."""
        return sum(line.customers for line in self.lines)

    @property
    def balance_fen(self) -> int:
        """What they hold together."""
        return sum(line.balance_fen or 0 for line in self.lines)
