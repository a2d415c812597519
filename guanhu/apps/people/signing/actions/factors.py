"""The second factor: a secret shared with a phone, codes that live half a minute, and recovery codes for a lost phone.

The secret lies sealed. A code is good once: the step it belongs to is written down under a lock, and only later steps
count. Reliability A11.
"""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from django_otp.oath import TOTP
from django_otp.util import random_hex

from guanhu.apps.audit import trail
from guanhu.apps.people import vault
from guanhu.apps.people.models import RecoveryCode, SecondFactor, Staff
from guanhu.apps.people.policy import in_force
from guanhu.apps.people.signing.actions.locks import somebody_else
from guanhu.apps.people.signing.actions.sessions import end_all
from guanhu.apps.people.signing.shapes import Actor, mark_of
from guanhu.rules.access import Viewer
from guanhu.rules.kinds import SessionEnd, TrailAction
from guanhu.rules.signing import code_wait

STEP = 30
DIGITS = 6
SECRET_BYTES = 20
RECOVERY_BYTES = 15
GROUP = 4
ISSUER = "管户"


@dataclass(frozen=True)
class Secret:
    """What a phone has to be told, once: the key to type, and the address its camera reads."""

    key: str
    address: str


@trail.recorded
def prepare(staff_id: int, *, now: datetime) -> Secret:
    """Draw a secret for a colleague's phone; it counts once a code of it was given (``accept``)."""
    staff = Staff.objects.select_for_update(of=("self",)).get(pk=staff_id)
    SecondFactor.objects.filter(staff=staff, in_use=False).delete()
    row = SecondFactor.objects.create(staff=staff, in_use=False, key=random_hex(SECRET_BYTES), made_at=now)
    return _secret(row)


def prepared(staff_id: int) -> Secret | None:
    """The secret on its way to a colleague's phone; null when none was drawn."""
    row = SecondFactor.objects.filter(staff_id=staff_id, in_use=False).select_related("staff").first()
    return _secret(row) if row else None


@trail.recorded
def accept(staff_id: int, code: str, *, now: datetime) -> tuple[str, ...]:
    """Take the prepared secret into use with its first code; returns the recovery codes, which nobody sees again.

    The secret used before and its recovery codes are gone. Empty when the code is wrong: nothing has changed then.
    """
    row = _locked(staff_id, in_use=False)
    if row is None or not _matches(row, code, now):
        return ()
    SecondFactor.objects.filter(staff_id=staff_id, in_use=True).delete()
    row.in_use = True
    row.save()
    codes = _new_codes(row.staff)
    _note(_actor(row.staff), row.staff, "set up")
    return codes


def wait_until(staff_id: int, *, now: datetime) -> datetime | None:
    """Until when no code is looked at after wrong ones; null when one may be given."""
    row = SecondFactor.objects.filter(staff_id=staff_id, in_use=True).first()
    return _wait(row, now) if row else None


@trail.recorded
def check_code(staff_id: int, code: str, *, now: datetime) -> bool:
    """Is this the code of the colleague's phone, or one of her recovery codes? Either is good once.

    After a wrong one none is looked at for a second, then two, four, eight …, right ones neither.
    """
    row = _locked(staff_id, in_use=True)
    if row is None or _wait(row, now):
        return False
    right = _matches(row, code, now) or _recovers(row.staff, code, now)
    row.wrong, row.wrong_at = (0, None) if right else (row.wrong + 1, now)
    row.save()
    return right


@trail.recorded
def new_codes(by: Viewer) -> tuple[str, ...]:
    """New recovery codes for oneself; those from before are void."""
    staff = Staff.objects.select_for_update(of=("self",)).get(pk=by.staff_id)
    _note(by, staff, "recovery codes")
    return _new_codes(staff)


@trail.recorded
def reset(by: Viewer | None, staff_no: str, *, now: datetime) -> None:
    """Forget a colleague's second factor, so that she sets up another; her session ends. ``by`` null: command line."""
    staff = somebody_else(by, staff_no)
    SecondFactor.objects.filter(staff=staff).delete()
    RecoveryCode.objects.filter(staff=staff).delete()
    end_all(staff.pk, SessionEnd.FACTOR, now=now)
    _note(by, staff, "reset")


def _locked(staff_id: int, *, in_use: bool) -> SecondFactor | None:
    found = SecondFactor.objects.select_for_update(of=("self",)).select_related("staff__branch")
    return found.filter(staff_id=staff_id, in_use=in_use).first()


def _wait(row: SecondFactor, now: datetime) -> datetime | None:
    until = row.wrong_at + code_wait(row.wrong, in_force()) if row.wrong_at else None
    return until if until and until > now else None


def _matches(row: SecondFactor, code: str, now: datetime) -> bool:
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdecimal() and len(digits) == DIGITS):
        return False
    clock = TOTP(bytes.fromhex(vault.open(row, "key") or ""), STEP, 0, DIGITS)
    clock.time = now.timestamp()
    if not clock.verify(int(digits), in_force().code_drift_steps, row.last_step + 1):
        return False
    row.last_step = clock.t()
    return True


def _recovers(staff: Staff, code: str, now: datetime) -> bool:
    typed = "".join(sign for sign in code.upper() if sign.isalnum())
    if len(typed) != RECOVERY_BYTES * 8 // 5:
        return False
    kept = RecoveryCode.objects.filter(staff=staff, used_at=None, code=_mark(staff, typed))
    if not kept.update(used_at=now):
        return False
    _note(_actor(staff), staff, "recovery code")
    return True


def _new_codes(staff: Staff) -> tuple[str, ...]:
    RecoveryCode.objects.filter(staff=staff).delete()
    drawn = [b32encode(bytes.fromhex(random_hex(RECOVERY_BYTES))).decode() for _ in range(in_force().recovery_codes)]
    RecoveryCode.objects.bulk_create(RecoveryCode(staff=staff, code=_mark(staff, code)) for code in drawn)
    return tuple(_in_groups(code) for code in drawn)


def _mark(staff: Staff, code: str) -> str:
    """A keyed hash is enough: no code of a hundred and twenty random bits can be guessed from it."""
    return mark_of(f"{staff.pk}:{code}", "recovery")


def _secret(row: SecondFactor) -> Secret:
    key = b32encode(bytes.fromhex(vault.open(row, "key") or "")).decode()
    told = urlencode({"secret": key, "issuer": ISSUER, "digits": DIGITS, "period": STEP}, quote_via=quote)
    return Secret(_in_groups(key, " "), f"otpauth://totp/{quote(f'{ISSUER}:{row.staff.staff_no}')}?{told}")


def _in_groups(text: str, between: str = "-") -> str:
    return between.join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def _actor(staff: Staff) -> Actor:
    return Actor(staff.staff_no, "", staff.branch.branch_no)


def _note(by: trail.By | None, staff: Staff, what: str) -> None:
    trail.note(by, TrailAction.SECOND_FACTOR, object=("staff", staff.staff_no), reason=what)
