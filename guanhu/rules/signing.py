"""登录: how long a session lives, where it may be used from, and what is owed before it opens anything.

Nothing here asks the clock: moments are passed in. Reliability A8, A11 and the threat of a stolen session.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from guanhu.rules.access import Role, is_administrative
from guanhu.rules.kinds import Owed, SessionEnd
from guanhu.rules.policy import Policy

IPV4 = 4


def outlived(started_at: datetime, seen_at: datetime, now: datetime, policy: Policy) -> SessionEnd | None:
    """Whether a session is over by the clock alone: nobody worked in it, or it has lasted a working day.

    ``seen_at`` is written at most once in ``seen_seconds``, so a session may end that much early and never late.
    """
    if now - started_at >= timedelta(hours=policy.session_hours):
        return SessionEnd.TOO_LONG
    if now - seen_at >= timedelta(minutes=policy.idle_minutes):
        return SessionEnd.IDLE
    return None


def is_stale_sight(seen_at: datetime, now: datetime, policy: Policy) -> bool:
    """Is it time to write down again that somebody works in this session?"""
    return now - seen_at >= timedelta(seconds=policy.seen_seconds)


def is_same_place(before: str, now: str, policy: Policy) -> bool:
    """Do two addresses belong to the same network, by the length of prefix the bank goes by?

    An address that cannot be read is the same only as itself.
    """
    if before == now:
        return True
    try:
        first, second = ip_address(before), ip_address(now)
    except ValueError:
        return False
    if first.version != second.version:
        return False
    bits = policy.place_bits_v4 if first.version == IPV4 else policy.place_bits_v6
    return second in ip_network((first, bits), strict=False)


def is_fresh(confirmed_at: datetime | None, now: datetime, policy: Policy) -> bool:
    """Has the colleague shown a short while ago, by password or code, that it is still she?"""
    return confirmed_at is not None and now - confirmed_at < timedelta(minutes=policy.confirmed_minutes)


def is_password_old(set_at: datetime | None, now: datetime, policy: Policy) -> bool:
    """Must this password be changed for its age? One whose day nobody wrote down does not age; 0 days: none does."""
    if set_at is None or not policy.password_days:
        return False
    return now - set_at >= timedelta(days=policy.password_days)


def owed(role: Role, *, must_change: bool, password_old: bool, has_code: bool) -> Owed | None:
    """What the colleague still has to do before this session opens any page; ``has_code``: a code was given in it."""
    if must_change:
        return Owed.NEW_PASSWORD
    if password_old:
        return Owed.OLD_PASSWORD
    if is_administrative(role) and not has_code:
        return Owed.SECOND_FACTOR
    return None


def locked_until(failures: list[tuple[datetime, int]], most: int, now: datetime, policy: Policy) -> datetime | None:
    """Until when nobody is let in after these failures, each a moment with how many; null when one may try.

    Failures count for ``lock_minutes``; at ``most`` of them the door stays shut until enough have grown old.
    """
    span = timedelta(minutes=policy.lock_minutes)
    counted = sorted((at, times) for at, times in failures if now - at < span)
    left = sum(times for _, times in counted)
    until: datetime | None = None
    for at, times in counted:
        if left < most:
            break
        left -= times
        until = at + span
    return until


def code_wait(wrong: int, policy: Policy) -> timedelta:
    """How long no code is looked at after so many wrong ones: 1, 2, 4, 8 … seconds, a lock's length at most."""
    longest = timedelta(minutes=policy.lock_minutes)
    if not wrong:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(wrong - 1, 30)), longest)
