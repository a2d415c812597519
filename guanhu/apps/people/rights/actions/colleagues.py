"""人员: a colleague moved to another branch at an instant, locked and let in again, signed out, her phone forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.people.models import Branch, Staff
from guanhu.apps.people.rights.actions.covers import end_covers_of
from guanhu.apps.people.rights.actions.reasons import reason_fault
from guanhu.apps.people.rights.actions.roles import leave_duties, locked
from guanhu.apps.people.signing.actions import factors, locks
from guanhu.rules.access import OF_PLACE, Permission, Role, Viewer, require
from guanhu.rules.kinds import TrailAction


@trail.recorded
def transfer_staff(*, by: Viewer, staff: UUID, branch: UUID, reason: str, now: datetime) -> None:
    """Move a colleague to another branch at this instant: what she may see is the new branch's with her next request.

    Covers she gave or took and roles that belong to the old place end; roles of the whole bank stay. Her customers
    stay hers until the bank's list gives them to another. The next night the bank's list of staff decides again.
    """
    require(by, Permission.STAFF_MOVE)
    row = _another(by, staff)
    to = Branch.objects.filter(public_id=branch).first()
    if to is None:
        raise Invisible(str(branch))
    errors = {"reason": reason_fault(reason), "branch": _("她已经在这个网点") if to.pk == row.branch_id else ""}
    if any(errors.values()):
        raise Refused({field: said for field, said in errors.items() if said})
    before = row.branch.branch_no
    row.branch = to
    row.save(update_fields=["branch"])
    trail.note(by, TrailAction.STAFF_CHANGE, object=("staff", row.staff_no), fields=("branch",), reason=reason,
               before={"branch": before}, after={"branch": to.branch_no}, hidden=False)  # fmt: skip
    after_moving([row.pk], by=by, now=now)


def after_moving(staff_ids: Iterable[int], *, by: Viewer | None, now: datetime) -> None:
    """End what belonged to the branch these colleagues worked in. For the apps' actions alone."""
    ids, because = list(staff_ids), _("调往其他网点")
    end_covers_of(ids, as_giver=True, by=by, because=because, now=now)
    leave_duties(ids, roles=OF_PLACE, by=by, because=because, now=now)


def after_leaving(staff_ids: Iterable[int], *, now: datetime) -> None:
    """End what colleagues who left the bank had; whoever keeps their customers goes on. For the apps' actions alone."""
    ids, because = list(staff_ids), _("离岗")
    end_covers_of(ids, as_giver=False, by=None, because=because, now=now)
    leave_duties(ids, roles=Role, by=None, because=because, now=now)


@trail.recorded
def lock_staff(*, by: Viewer, staff: UUID, reason: str, now: datetime) -> None:
    """Lock an account until somebody opens it again; her session ends with her next request."""
    require(by, Permission.STAFF_WRITE)
    locks.lock(by, _another(by, staff).staff_no, reason=reason, now=now)


@trail.recorded
def unlock_staff(*, by: Viewer, staff: UUID, now: datetime) -> None:
    """Open a locked account again, and the door that shut after wrong passwords."""
    require(by, Permission.STAFF_WRITE)
    locks.unlock(by, _another(by, staff).staff_no, now=now)


@trail.recorded
def end_session(*, by: Viewer, staff: UUID, now: datetime) -> int:
    """Sign a colleague out wherever she is; how many sessions that were."""
    require(by, Permission.STAFF_WRITE)
    row = _another(by, staff)
    ended = locks.end_sessions(by, row.staff_no, now=now)
    trail.note(by, TrailAction.SESSION_END, object=("staff", row.staff_no), count=ended)
    return ended


@trail.recorded
def reset_factor(*, by: Viewer, staff: UUID, now: datetime) -> None:
    """Forget a colleague's second factor, so that she sets up another phone when she signs in."""
    require(by, Permission.STAFF_WRITE)
    factors.reset(by, _another(by, staff).staff_no, now=now)


def _another(by: Viewer, staff: UUID) -> Staff:
    """A colleague in sight who is not oneself, held."""
    row = locked(by, staff)
    if row.pk == by.staff_id:
        raise Refused({"staff": _("不能对自己的账号做这件事，请另一位管理员处理")})
    return row
