"""Passwords: changed by oneself, given by an administrator; neither too old, nor too plain, nor used before."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator

from guanhu.apps.audit import trail
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.models import PasswordUsed, Staff
from guanhu.apps.people.policy import in_force
from guanhu.apps.people.signing.actions.locks import somebody_else
from guanhu.apps.people.signing.actions.sessions import end_all
from guanhu.apps.people.spoken import as_words
from guanhu.rules.access import Viewer
from guanhu.rules.kinds import PasswordFault, SessionEnd, TrailAction
from guanhu.rules.passwords import password_faults


class Unfit(Refused):
    """A password that may not be used, with what is wrong with it."""

    def __init__(self, faults: tuple[PasswordFault, ...]) -> None:
        super().__init__({"password": "、".join(fault.zh for fault in faults)})
        self.faults = faults


@trail.recorded
def change(by: Viewer, sign_in_id: int, new: str, *, now: datetime) -> None:
    """A colleague changes her own password; the session in which she does stays. Raises ``Unfit``.

    Whoever calls has asked for the old one first.
    """
    staff = Staff.objects.select_for_update(of=("self",)).get(pk=by.staff_id)
    _set(staff, new, now, must_change=False)
    end_all(staff.pk, SessionEnd.PASSWORD, now=now, but=sign_in_id)
    trail.note(by, TrailAction.PASSWORD, object=("staff", staff.staff_no))


@trail.recorded
def give(by: Viewer | None, staff_no: str, new: str, *, now: datetime, must_change: bool = True) -> None:
    """An administrator gives a colleague a password, to be changed when she signs in; her session ends.

    ``by`` null: the command line. Raises ``Unfit`` and ``Refused``.
    """
    staff = somebody_else(by, staff_no)
    _set(staff, new, now, must_change=must_change)
    end_all(staff.pk, SessionEnd.PASSWORD, now=now)
    trail.note(by, TrailAction.PASSWORD, object=("staff", staff.staff_no), reason="given")


def faults_of(staff: Staff, password: str) -> tuple[PasswordFault, ...]:
    """What is wrong with a password for this colleague, what she used before included."""
    policy = in_force()
    found = password_faults(password, policy=policy, known=_known(), words=_words(staff))
    used = PasswordUsed.objects.filter(staff=staff).order_by("-set_at", "-pk")[: policy.password_history]
    before = [staff.password, *(row.password for row in used)][: policy.password_history]
    if any(check_password(password, old) for old in before):
        found += (PasswordFault.USED,)
    return found


def opens(staff_no: str, password: str) -> bool:
    """Would this password let the colleague in? For the command line and the demo; no try is counted."""
    staff = Staff.objects.filter(staff_no=staff_no).first()
    return staff is not None and staff.is_active and check_password(password, staff.password)


def _set(staff: Staff, new: str, now: datetime, *, must_change: bool) -> None:
    faults = faults_of(staff, new)
    if faults:
        raise Unfit(faults)
    if staff.has_usable_password():
        PasswordUsed.objects.create(staff=staff, password=staff.password, set_at=staff.password_set_at or now)
    kept = PasswordUsed.objects.filter(staff=staff).order_by("-set_at", "-pk")[: in_force().password_history]
    PasswordUsed.objects.filter(staff=staff).exclude(pk__in=[row.pk for row in kept]).delete()
    staff.set_password(new)
    staff.password_set_at, staff.must_change = now, must_change
    staff.save(update_fields=["password", "password_set_at", "must_change"])


@cache
def _known() -> frozenset[str]:
    """Words that many people choose, in small letters."""
    return frozenset(CommonPasswordValidator().passwords)


def _words(staff: Staff) -> tuple[str, ...]:
    """Words of the colleague and of her branch: number, name and branch, also as they are spoken."""
    named = (staff.name, staff.branch.name.removesuffix("支行"))
    return (staff.staff_no, *named, *map(as_words, named))
