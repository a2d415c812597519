"""Locks: the door that shuts by itself after failures, and the account an administrator locks and opens again.

Failures shut the door to new sessions only: whoever types five wrong passwords for somebody else throws nobody out. An
administrator's lock ends the session, too. Reliability A8, A11.
"""

from __future__ import annotations

from datetime import datetime

from axes.models import AccessAttempt
from django.db import connection
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.models import SecondFactor, Staff
from guanhu.apps.people.signing.actions.sessions import end_all
from guanhu.apps.people.signing.shapes import mark_of
from guanhu.rules.access import Permission, Viewer, require
from guanhu.rules.kinds import SessionEnd, TrailAction

_TRYING = 5203005
"""The class of the locks under which one account's tries come one after the other."""


def one_at_a_time(staff_no: str) -> None:
    """Tries for the same number wait for each other until the transaction ends, so that none goes uncounted."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", [_TRYING, mark_of(staff_no, "staff_no")])


def forget_failures(staff_no: str) -> int:
    """Forget an account's failed tries; how many records that were."""
    return int(AccessAttempt.objects.filter(username=mark_of(staff_no, "staff_no")).delete()[0])


@trail.recorded
def note_failure(staff_no: str, *, locked: bool) -> None:
    """Put a failed try on the trail: whose, if there is such a colleague; a number nobody has is not written down."""
    known = Staff.objects.filter(staff_no=staff_no).first() if staff_no else None
    whose = ("staff", known.staff_no) if known else ("staff", "")
    trail.note(None, TrailAction.SIGN_IN_FAILED, object=whose, result="failed")
    if locked:
        trail.note(None, TrailAction.LOCK, object=whose, reason="failures")


@trail.recorded
def lock(by: Viewer | None, staff_no: str, *, reason: str, now: datetime) -> None:
    """An administrator locks an account until somebody opens it again; its session ends with the next request.

    ``by`` null: the command line. Raises ``Refused`` for oneself, for nobody and without a reason.
    """
    staff = somebody_else(by, staff_no)
    if not reason.strip():
        raise Refused({"reason": _("写一句锁定的原因")})
    staff.locked_at = now
    staff.save(update_fields=["locked_at"])
    end_all(staff.pk, SessionEnd.LOCKED, now=now)
    trail.note(by, TrailAction.LOCK, object=("staff", staff.staff_no), reason=reason)


@trail.recorded
def unlock(by: Viewer | None, staff_no: str, *, now: datetime) -> None:
    """Open an account again: an administrator's lock, the failures that shut the door, the wait after wrong codes.

    ``by`` null: the command line. Raises ``Refused`` for oneself and for nobody.
    """
    staff = somebody_else(by, staff_no)
    staff.locked_at = None
    staff.save(update_fields=["locked_at"])
    forget_failures(staff.staff_no)
    SecondFactor.objects.filter(staff=staff).update(wrong=0, wrong_at=None)
    trail.note(by, TrailAction.UNLOCK, object=("staff", staff.staff_no), at=now)


@trail.recorded
def end_sessions(by: Viewer | None, staff_no: str, *, now: datetime) -> int:
    """An administrator ends whatever session a colleague has; how many that were."""
    return end_all(somebody_else(by, staff_no).pk, SessionEnd.ENDED, now=now)


def somebody_else(by: Viewer | None, staff_no: str) -> Staff:
    """The colleague an administrator does something to, locked until the transaction ends; never herself.

    ``by`` null: the command line. Raises ``Denied`` without the right to, ``Refused`` for oneself and for nobody.
    """
    if by is not None:
        require(by, Permission.STAFF_WRITE)
    staff = Staff.objects.select_for_update(of=("self",)).filter(staff_no=staff_no).first()
    if staff is None:
        raise Refused({"staff_no": _("没有工号为 %(number)s 的员工") % {"number": staff_no}})
    if by is not None and by.staff_id == staff.pk:
        raise Refused({"staff_no": _("不能对自己的账号做这件事，请另一位管理员处理")})
    return staff
