"""What the pages of counting and habits are told: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from guanhu.rules.flags import FlagAnswer, FlagKind
from guanhu.rules.habits import Rhythm

LONGEST_WORDS = 500


@dataclass(frozen=True)
class Told:
    """One flag: about whom, what was seen, what she said to it, and what came of it."""

    public_id: UUID
    staff_no: str
    name: str
    branch: str
    day: date
    kind: FlagKind
    seen: int
    among: int
    line: int
    raised_at: datetime
    explained: str
    explained_at: datetime | None
    answer: FlagAnswer
    note: str
    answered_by: str
    answered_at: datetime | None
    own: bool
    """Is it about whoever is looking?"""


@dataclass(frozen=True)
class Behind:
    """One contact behind a flag, as far as it is in reach; the name as lists show it."""

    customer: UUID
    name: str
    at: time | None
    channel: str
    outcome: str
    seconds: int | None
    said: str
    undone: bool


@dataclass(frozen=True)
class Opened:
    """One flag with the contacts behind it; ``hidden``: those that are not in reach."""

    told: Told
    behind: tuple[Behind, ...]
    hidden: int


@dataclass(frozen=True)
class Flags:
    """The flags of some days: those that wait for an answer, and those answered, newest first."""

    open: tuple[Told, ...]
    answered: tuple[Told, ...]
    waiting: int
    """How many wait in all; the page shows the newest of them."""


@dataclass(frozen=True)
class Counted:
    """One colleague's sums over some days by one channel; null where nothing was planned."""

    channel: str
    attempts: int
    done: int
    declared: int
    quota: int | None


@dataclass(frozen=True)
class Colleague:
    """Who the sums are about."""

    public_id: UUID
    name: str
    post: str


@dataclass(frozen=True)
class HabitWeek:
    """One week of a colleague: what was planned, what of it was done, and what was done in all; null without a plan."""

    monday: date
    days: int
    """Its working days, as far as it has gone."""
    whole: bool
    """Is it over? The open week tells no rhythm yet."""
    spoken: int
    """Customers spoken with by call or meeting, once a day and channel."""
    messages: int
    contacts: int
    """Calls and meetings made or tried: what drives are told from."""
    planned: int | None
    kept: int | None
    quota: int | None

    @property
    def done(self) -> int:
        """What counts, by all channels."""
        return self.spoken + self.messages


@dataclass(frozen=True)
class Year:
    """52 weeks of one colleague, and what they say of her habits."""

    who: Colleague
    weeks: tuple[HabitWeek, ...]
    rhythm: Rhythm | None
    kept_bp: int | None
    """Of what stood on her lists, how much was done; null before the first list."""
    by_plan_bp: int | None
    """Of what she did on days with a list, how much stood on it."""
    selling_bp: int | None
    """Of her contacts, how many went to customers with reasons to sell alone; null where no night knew reasons."""
