"""What pages are told of rounds, claims and handovers: plain values, amounts in fen, shares as said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from guanhu.rules.kinds import Post, Stage, Tier
from guanhu.rules.rounds import Acquaintance, HandoverStep, Protection, RoundKind, RoundState

BILLION = 1_000_000_000


@dataclass(frozen=True)
class Colleague:
    """A colleague one may choose."""

    public_id: UUID
    name: str


@dataclass(frozen=True)
class Side:
    """One keeper's list, before or after: customers, assets in full, what matures, difficulty, customers by tier."""

    customers: int
    asset: int
    maturing: int
    difficulty: int
    tiers: Mapping[str, int]


@dataclass(frozen=True)
class ListRow:
    """One keeper before and after; ``ought``: what she ought to hold, as it is counted."""

    keeper: int
    name: str
    active: bool
    weight_pm: int
    ought: int
    counted: tuple[int, int]
    before: Side
    after: Side
    claims: int
    comes: int
    goes: int

    def off(self, after: bool) -> float:
        """How far her assets as counted are from what they ought to be, as a share."""
        return self.counted[after] / self.ought - 1 if self.ought else 0.0


@dataclass(frozen=True)
class Version:
    """One proposal of a round, in figures."""

    number: int
    made_at: datetime
    made_by: str
    before: float
    after: float
    bound: float
    moves: int
    least_moves: int
    placed: int
    pinned: int
    protected: int
    trust_lost_bp: int
    claims: int
    claims_met: int
    claims_met_bp: int
    claims_bound_bp: int
    whale_fen: int
    pool: int
    lists: tuple[ListRow, ...]
    shorts: tuple[Mapping[str, Any], ...]
    digest: str

    @property
    def gap(self) -> float:
        """By how much the deviation may still lie above the best one."""
        return max(0.0, self.after - self.bound)


@dataclass(frozen=True)
class RoundSeen:
    """A round as its page shows it, with its last proposal and the versions before it."""

    public_id: UUID
    branch: str
    post: Post
    kind: RoundKind
    state: RoundState
    figures_on: date
    effective_on: date
    because: str
    protects: tuple[Protection, ...]
    moves: int
    most_moves: int
    customers: int
    kept: int
    opened_by: str
    opened_at: datetime
    asked_by: str
    decided_by: str
    decided_at: datetime | None
    handed_at: datetime | None
    ended_because: str
    versions: tuple[Version, ...]
    colleagues: tuple[Colleague, ...]
    disputed: int

    @property
    def last(self) -> Version | None:
        """The last proposal; null before the round was solved."""
        return self.versions[0] if self.versions else None


@dataclass(frozen=True)
class Move:
    """One customer who would change her keeper, and why."""

    public_id: UUID
    customer: UUID
    called: str
    tier: Tier
    asset_fen: int
    before: str
    after: str
    earlier: str
    why: str
    partner: str
    rank: int
    trust_bp: int
    stage: Stage
    protection: tuple[Protection, ...]
    last_contact_on: date | None
    pinned: UUID | None
    wanted_by: tuple[str, ...]
    before_id: UUID | None = None
    """The colleagues before and after, as one chooses them."""
    after_id: UUID | None = None
    because: str = ""
    """Why she wanted another keeper, in her words."""

    @property
    def disputed(self) -> bool:
        """Do several ask for her, and has the head not yet said who?"""
        return len(self.wanted_by) > 1 and self.pinned is None


@dataclass(frozen=True)
class Moves:
    """A page of moves: how many there are, of each tier and disputed, and where the next page begins.

    ``differs``: how many have another keeper than in the version before; null where there was none.
    """

    rows: tuple[Move, ...]
    total: int
    of_tier: Mapping[str, int]
    disputed: int
    pinned: int
    differs: int | None
    next: int | None


@dataclass(frozen=True)
class Continuity:
    """What a round would break: of those who change, who was spoken with in 90 days, and who changed within a year."""

    spoken: int
    again: int


@dataclass(frozen=True)
class RoundLine:
    """A round in the list of rounds."""

    public_id: UUID
    branch: str
    post: Post
    kind: RoundKind
    state: RoundState
    effective_on: date
    opened_at: datetime
    moves: int | None
    after: float | None


@dataclass(frozen=True)
class Asked:
    """One claim, as all of the post see it; ``disputed``: somebody else asks for the same customer."""

    public_id: UUID
    called: str
    tail: str
    tier: Tier
    staff: str
    known: Acquaintance
    because: str
    mine: bool
    disputed: bool


@dataclass(frozen=True)
class ClaimRound:
    """The round whose claims are open, with everybody's claims; shares in basis points."""

    public_id: UUID
    kind: RoundKind
    effective_on: date
    figures_on: date
    claims: tuple[Asked, ...]
    count_bp: int
    asset_bp: int
    colleagues: int


@dataclass(frozen=True)
class Claimable:
    """A customer somebody named: masked, with the keeper she has; ``member``: her key in the round."""

    member: str
    called: str
    tail: str
    tier: Tier
    keeper: str


@dataclass(frozen=True)
class Step:
    """One step of a handover: until when, and when it was done with what note."""

    step: HandoverStep
    due_on: date
    done_at: datetime | None
    note: str
    mine: bool

    def late(self, today: date) -> bool:
        """Is it overdue?"""
        return self.done_at is None and self.due_on < today


@dataclass(frozen=True)
class HandoverSeen:
    """A handover as both colleagues see it; ``draft``: the introduction, ready to be sent or read out."""

    public_id: UUID
    customer: UUID | None
    called: str
    tail: str
    tier: Tier
    giver: str
    taker: str
    comes: bool
    why: str
    effective_on: date
    handed_at: datetime | None
    steps: tuple[Step, ...]
    draft: str

    @property
    def done(self) -> bool:
        """Are all steps done?"""
        return all(step.done_at is not None for step in self.steps)


@dataclass(frozen=True)
class Watched:
    """A customer who changed her keeper lately: contacts of the thirty days before, and since."""

    called: str
    tail: str
    tier: Tier
    giver: str
    taker: str
    handed_on: date
    days: int
    before: int
    since: int
    dropped: bool


@dataclass(frozen=True)
class Watch:
    """The watch of a branch: how many handovers, with how many contact has dropped, and the first of these."""

    handovers: int
    dropped: int
    rows: tuple[Watched, ...]
