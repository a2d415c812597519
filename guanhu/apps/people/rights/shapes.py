"""What the pages of colleagues, roles and covers show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import get_language

from guanhu.rules.access import Role
from guanhu.rules.kinds import Tenure

LONGEST_REASON = 200


def role_word(role: Role) -> str:
    """The word of a role in the language of the page."""
    return role.label(get_language() or "zh")


@dataclass(frozen=True)
class Who:
    """A colleague by name, as a choice or beside what she decided."""

    public_id: UUID
    staff_no: str
    name: str
    post: str
    on_leave: tuple[date, date] | None = None


@dataclass(frozen=True)
class Unit:
    """A branch, as a choice."""

    public_id: UUID
    branch_no: str
    name: str


@dataclass(frozen=True)
class Granted:
    """One role proposed or granted, with everything that was decided about it."""

    public_id: UUID
    role: Role
    tenure: Tenure
    reason: str
    from_on: date
    until_on: date | None
    proposed_by: str
    """Empty: the command line."""
    proposed_at: datetime
    approved_by: str
    approved_at: datetime | None
    ended_by: str
    ended_at: datetime | None
    ended_because: str
    may_approve: bool
    may_refuse: bool
    may_withdraw: bool
    may_end: bool


@dataclass(frozen=True)
class Line:
    """One colleague in the list."""

    public_id: UUID
    staff_no: str
    name: str
    post: str
    branch: str
    roles: tuple[Role, ...]
    """Those she may wear today, her post's own first."""
    waiting: int
    """How many roles wait for somebody to approve them."""
    is_active: bool
    locked: bool
    last_at: datetime | None
    """When she signed in last; null for never, and for viewers who may not know."""
    signed_in: bool


@dataclass(frozen=True)
class Colleagues:
    """One page of the list."""

    lines: tuple[Line, ...]
    page: int
    pages: int
    total: int
    waiting: int
    """How many of those in sight have a role that waits for a second person."""


@dataclass(frozen=True)
class Colleague:
    """One colleague's page."""

    who: Line
    branch_id: UUID
    grants: tuple[Granted, ...]
    has_factor: bool
    has_password: bool
    is_self: bool


@dataclass(frozen=True)
class Covered:
    """One cover: who keeps whose customers, from when to when, and how it came to be and ended."""

    public_id: UUID
    giver: str
    taker: str
    from_on: date
    to_on: date
    days: int
    reason: str
    granted_by: str
    tenure: Tenure
    ended_by: str
    ended_at: datetime | None
    ended_because: str


@dataclass(frozen=True)
class Covers:
    """The covers of a branch: those that run, those that come, and the last that are over."""

    running: tuple[Covered, ...]
    coming: tuple[Covered, ...]
    past: tuple[Covered, ...]
    colleagues: tuple[Who, ...]
    """Whom one may choose from."""
