"""What pages and actions are told of a living file: values, never rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from guanhu.apps.customers.relations.shapes import TieWords
from guanhu.apps.customers.serving.shapes import CourseWords, IntentionWords, OfferWords
from guanhu.rules.kinds import Calendar
from guanhu.rules.living import AgeBand, DateKind, FactKind, HeardFrom, NeedDepth, NeedFacet, NeedType, Whose
from guanhu.rules.lunar import next_birthday
from guanhu.rules.masks import HIDDEN


@dataclass(frozen=True)
class DayWords:
    """What is said of an important date: what, whose, when in its own calendar; ``year``: since when, if known."""

    kind: DateKind
    whose: Whose
    calendar: Calendar
    month: int
    day: int
    leap: bool = False
    year: int | None = None
    person: str = ""
    about: str = ""

    def next_on(self, today: date) -> date:
        """When it comes round next, this very day included."""
        return next_birthday(today, calendar=self.calendar, month=self.month, day=self.day, leap=self.leap)

    def masked(self) -> DayWords:
        """As somebody reads it who does not keep the customer: the day stands, names and notes do not."""
        return replace(self, person=HIDDEN if self.person else "", about=HIDDEN if self.about else "")


@dataclass(frozen=True)
class FactWords:
    """What is said of something learnt: what, of whom, in which words; who says so, when and in which contact.

    ``need_type``, ``need_depth``, ``need_facet`` and ``found_how`` of a need alone; ``band`` of a child.
    """

    kind: FactKind
    text: str
    heard_from: HeardFrom
    heard_on: date
    contact: UUID | None = None
    whose: Whose = Whose.SELF
    person: str = ""
    band: AgeBand | None = None
    need_type: NeedType | None = None
    need_depth: NeedDepth | None = None
    need_facet: NeedFacet | None = None
    found_how: str = ""
    purpose: str = ""
    """What health or belief is kept for; said only where the customer agreed to it separately."""

    def masked(self) -> FactWords:
        """As somebody reads it who does not keep the customer: that there is something, and since when."""
        hidden: dict[str, Any] = {
            name: HIDDEN for name in ("text", "person", "found_how", "purpose") if getattr(self, name)
        }
        return replace(self, **hidden)


Words = DayWords | FactWords | TieWords | OfferWords | IntentionWords | CourseWords
Said = TypeVar("Said", DayWords, FactWords, OfferWords, IntentionWords, CourseWords)


@dataclass(frozen=True)
class Version(Generic[Said]):
    """One wording: what was said, by whom and when."""

    said: Said
    who: str
    at: datetime


@dataclass(frozen=True)
class Kept(Generic[Said]):
    """One thing of the file: the wording that holds, which one it is, and those before it, the latest first."""

    item: UUID
    version: int
    now: Version[Said]
    before: tuple[Version[Said], ...]

    def masked(self) -> Kept[Said]:
        """As somebody reads it who does not keep the customer: without its history."""
        return replace(self, now=replace(self.now, said=self.now.said.masked()), before=())


KeptDay = Kept[DayWords]
KeptFact = Kept[FactWords]
KeptOffer = Kept[OfferWords]
KeptIntention = Kept[IntentionWords]
KeptCourse = Kept[CourseWords]


@dataclass(frozen=True)
class Want:
    """One line of 差异化客户表: a need with its evidence, and what we offer for it; null while nobody said."""

    need: KeptFact
    offer: KeptOffer | None

    def masked(self) -> Want:
        """As somebody reads it who does not keep the customer."""
        return Want(self.need.masked(), self.offer and self.offer.masked())


@dataclass(frozen=True)
class WantsOf:
    """One customer of the table: her name masked, what she holds, and her needs."""

    public_id: UUID
    name: str
    kind: str
    age: int | None
    held: tuple[str, ...]
    wants: tuple[Want, ...]


@dataclass(frozen=True)
class WantsPage:
    """So many customers of the table; ``after``: whom the next ones begin after, null where these are the last."""

    currency: str
    rows: tuple[WantsOf, ...]
    after: UUID | None


@dataclass(frozen=True)
class HeardIn:
    """A contact in which something may have been learnt."""

    contact: UUID
    on: date
    channel: str


@dataclass(frozen=True)
class RemovedNote:
    """Something taken off a file of one's own: what it said, of whom, by whom and when; to be put back."""

    kind: str
    """``dates`` or ``facts``."""
    key: int
    customer: UUID
    name: str
    """Masked."""
    item: UUID
    version: int
    said: DayWords | FactWords
    who: str
    at: datetime
