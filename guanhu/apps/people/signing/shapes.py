"""What signing in speaks of: from where somebody comes, who is present, and why somebody is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.crypto import salted_hmac

from guanhu.rules.access import Role, Viewer
from guanhu.rules.kinds import Owed, SessionEnd


@dataclass(frozen=True)
class Facts:
    """What a request brings along: its session's key, the browser and the address it came from."""

    session_key: str
    agent: str
    address: str


@dataclass(frozen=True)
class Elsewhere:
    """Another session of the same colleague: from where, since when."""

    address: str
    started_at: datetime


@dataclass(frozen=True)
class Present:
    """Somebody who may go on: who, as what, since when, and what she still owes."""

    viewer: Viewer
    sign_in_id: int
    started_at: datetime
    has_code: bool
    confirmed_at: datetime | None
    owes: Owed | None = None
    replaced: Elsewhere | None = None
    """The session this one put an end to, until she was told."""


@dataclass(frozen=True)
class Ended:
    """Nobody may go on with this session; ``why`` null: there is none."""

    why: SessionEnd | None = None
    at: datetime | None = None
    by: Elsewhere | None = None
    """The session that took its place."""


@dataclass(frozen=True)
class Visit:
    """One time a colleague signed in, as she sees it herself."""

    started_at: datetime
    seen_at: datetime
    address: str
    role: Role
    end: SessionEnd | None


@dataclass(frozen=True)
class Account:
    """What a colleague sees of her own account."""

    roles: tuple[Role, ...]
    password_set_at: datetime | None
    has_factor: bool
    recovery_codes: int
    visits: tuple[Visit, ...]


@dataclass(frozen=True)
class Actor:
    """Who stands on the trail before there is a viewer: a colleague by number, role and branch."""

    staff_no: str
    role: str
    branch_no: str


def mark_of(text: str, about: str) -> str:
    """A keyed hash of something that lets people in or says from where they came: equal texts, equal marks."""
    return salted_hmac(f"guanhu.signing.{about}", text, algorithm="sha256").hexdigest()


@lru_cache(200)
def mark_of_agent(agent: str) -> str:
    """The mark of what a browser calls itself; colleagues have the same few browsers."""
    return mark_of(agent, "agent")
