"""What pages and actions are told of a living file: values, never rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from guanhu.rules.kinds import Calendar
from guanhu.rules.living import DateKind, Whose
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
class Version:
    """One wording: what was said, by whom and when."""

    said: DayWords
    who: str
    at: datetime


@dataclass(frozen=True)
class KeptDay:
    """重要日子: the wording that holds, which one it is, and those before it, the latest first."""

    item: UUID
    version: int
    now: Version
    before: tuple[Version, ...]

    def masked(self) -> KeptDay:
        """As somebody reads it who does not keep the customer: without its history."""
        return replace(self, now=replace(self.now, said=self.now.said.masked()), before=())
