"""What pages and actions are told of the ties between customers: values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from guanhu.rules.relations import Bond, Introduced, inverse_of, turned


@dataclass(frozen=True)
class TieWords:
    """What a customer's file says of a tie: what the other one is to her, one household or not, who brought whom."""

    bond: Bond
    household: bool = False
    introduced: Introduced | None = None

    def from_the_other_side(self) -> TieWords:
        """The same tie as the other one's file says it."""
        return TieWords(inverse_of(self.bond), self.household, turned(self.introduced))


@dataclass(frozen=True)
class TiedTo:
    """The other one of a tie, as far as this viewer may read her: masked where she does not keep her."""

    public_id: UUID
    name: str
    balance_fen: int | None
    keeper: str
    """Empty among one's own."""


@dataclass(frozen=True)
class TieVersion:
    """One wording of a tie: what was said, by whom and when."""

    said: TieWords
    removed: bool
    who: str
    at: datetime


@dataclass(frozen=True)
class Tie:
    """One tie to somebody in reach: the wording that holds or took it off, and those before it, the latest first."""

    item: UUID
    version: int
    now: TieVersion
    before: tuple[TieVersion, ...]
    other: TiedTo


@dataclass(frozen=True)
class Household:
    """家庭合计: what those in one household have together, as far as they are in reach; the customer is one of them."""

    members: int
    balance_fen: int


@dataclass(frozen=True)
class Ties:
    """The ties of a customer: to whom in reach, those taken off, and that there is family whom somebody else keeps."""

    held: tuple[Tie, ...] = ()
    removed: tuple[Tie, ...] = ()
    household: Household | None = None
    beyond: tuple[str, ...] = ()
    """For each relative out of reach whom to ask: the keeper's name, empty where nobody keeps her. Nothing else."""
