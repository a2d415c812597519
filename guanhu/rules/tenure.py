"""任期: on which days a role granted or a cover arranged holds, and what a branch may arrange for the same days.

Both end by themselves with their last day: nobody has to come and take them back. Reliability §7.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from guanhu.rules.kinds import Tenure
from guanhu.rules.policy import Policy


def role_tenure(from_on: date, until_on: date | None, *, approved: bool, ended: bool, day: date) -> Tenure:
    """Where a role granted stands on a day; ``until_on`` null: without an end."""
    if ended and not approved:
        return Tenure.REFUSED
    if ended:
        return Tenure.ENDED
    if until_on is not None and until_on < day:
        return Tenure.EXPIRED
    if not approved:
        return Tenure.PENDING
    return Tenure.COMING if from_on > day else Tenure.RUNNING


def cover_tenure(from_on: date, to_on: date, *, ended: bool, day: date) -> Tenure:
    """Where a cover stands on a day: it begins and ends by itself, or earlier when the head ends it."""
    return role_tenure(from_on, to_on, approved=True, ended=ended, day=day)


class CoverFault(StrEnum):
    """What speaks against a cover as it was asked for."""

    ONESELF = "oneself"
    BACKWARDS = "backwards"
    PAST = "past"
    LONG = "long"
    COVERED = "covered"
    TAKER_AWAY = "taker_away"
    GIVER_COVERS = "giver_covers"


@dataclass(frozen=True)
class Span:
    """Days in which one colleague stands in for another, both by the key of their record."""

    giver: int
    taker: int
    from_on: date
    to_on: date

    @property
    def days(self) -> int:
        """How many days, both ends counted."""
        return (self.to_on - self.from_on).days + 1

    def meets(self, other: Span) -> bool:
        """Do the two have a day in common?"""
        return self.from_on <= other.to_on and other.from_on <= self.to_on


def cover_fault(wanted: Span, others: tuple[Span, ...], *, day: date, policy: Policy) -> CoverFault | None:
    """What speaks against a cover beside those that run or come; null when it may be arranged.

    A stand-in sees her own customers and those she covers, never those covered by whom she covers: so nobody covers
    who is covered herself in these days, and each has one stand-in at a time.
    """
    if wanted.giver == wanted.taker:
        return CoverFault.ONESELF
    if wanted.to_on < wanted.from_on:
        return CoverFault.BACKWARDS
    if wanted.from_on < day:
        return CoverFault.PAST
    if wanted.days > policy.cover_days:
        return CoverFault.LONG
    for other in (other for other in others if wanted.meets(other)):
        if other.giver == wanted.giver:
            return CoverFault.COVERED
        if other.giver == wanted.taker:
            return CoverFault.TAKER_AWAY
        if other.taker == wanted.giver:
            return CoverFault.GIVER_COVERS
    return None
