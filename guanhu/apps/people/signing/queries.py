"""Reading: why a session is over, until when a door is shut, and what a colleague sees of her own account."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from guanhu.apps.people.compiled import compiled
from guanhu.apps.people.models import RecoveryCode, SecondFactor, SignIn, Staff
from guanhu.apps.people.policy import in_force
from guanhu.apps.people.queries import roles_of
from guanhu.apps.people.signing.shapes import Account, Elsewhere, Ended, Visit, mark_of
from guanhu.rules import signing as rules
from guanhu.rules.access import Role, Viewer
from guanhu.rules.kinds import SessionEnd

VISITS = 10


@compiled(Session)
def browser_sessions(key: str | None, now: datetime) -> Any:
    """The session a browser's cookie speaks of, if its row is still kept."""
    return Session.objects.filter(session_key=key, expire_date__gt=now)


def ended_of(session_key: str) -> Ended:
    """Why the session of this key opens nothing any more; without a reason when it never was one."""
    row = SignIn.objects.filter(session_hash=mark_of(session_key, "session")).first() if session_key else None
    return ended(row) if row and row.ended_at else Ended()


def ended(row: SignIn) -> Ended:
    """How a session ended, and by which other one."""
    later = row.replaced_by.order_by("started_at").first() if row.end == SessionEnd.REPLACED else None
    return Ended(SessionEnd(row.end), row.ended_at, Elsewhere(later.address, later.started_at) if later else None)


def locked_until(staff_no: str, address: str, now: datetime) -> datetime | None:
    """Until when nobody is let in by this number or from this address; the same for numbers nobody has."""
    policy = in_force()
    since = now - timedelta(minutes=policy.lock_minutes)
    told = AccessAttempt.objects.filter(attempt_time__gt=since)
    doors = [(told.filter(username=mark_of(staff_no, "staff_no")), policy.lock_failures)]
    doors += [(told.filter(ip_address=address), policy.lock_address_failures)] if address else []
    shut = [
        rules.locked_until(list(tries.values_list("attempt_time", "failures_since_start")), most, now, policy)
        for tries, most in doors
        if most
    ]
    return max((until for until in shut if until), default=None)


def colleague(staff_id: int) -> Staff:
    """The record of who gave the right password, for Django's own signing in."""
    return Staff.objects.get(pk=staff_id)


def has_factor(staff_id: int) -> bool:
    """Has this colleague a second factor in use?"""
    return bool(SecondFactor.objects.filter(staff_id=staff_id, in_use=True).exists())


def account(viewer: Viewer, day: date) -> Account:
    """The viewer's own account: her roles on this day, her password's age, her second factor, her last visits."""
    staff = Staff.objects.get(pk=viewer.staff_id)
    visits = SignIn.objects.filter(staff=staff).order_by("-started_at")[:VISITS]
    return Account(
        roles=roles_of(staff, day),
        password_set_at=staff.password_set_at,
        has_factor=has_factor(staff.pk),
        recovery_codes=RecoveryCode.objects.filter(staff=staff, used_at=None).count(),
        visits=tuple(
            Visit(row.started_at, row.seen_at, row.address, Role(row.role), SessionEnd(row.end) if row.end else None)
            for row in visits
        ),
    )
