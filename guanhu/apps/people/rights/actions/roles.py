"""授权: one colleague proposes a role, another approves it, for a third; each step with its reason and its record.

Whoever is concerned is locked first and then her grants, so that two administrators never decide side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.models import RoleGrant, Staff
from guanhu.apps.people.rights.actions.reasons import reason_fault
from guanhu.apps.people.rights.queries import sight
from guanhu.apps.people.rights.shapes import role_word
from guanhu.rules.access import (
    OF_UNIT,
    ROLE_OF_POST,
    Permission,
    Role,
    Viewer,
    clash,
    may_propose,
    require,
)  # fmt: skip
from guanhu.rules.kinds import TrailAction

_DECIDING = 5203006
"""The lock under which the security administrators' own roles are decided one after the other."""
BOOTSTRAP = 2
"""So many security administrators may be appointed by the command line: one proposes and another approves."""


@trail.recorded
def propose_role(
    *, by: Viewer, staff: UUID, role: str, from_on: date | None, until_on: date | None, reason: str, now: datetime
) -> UUID:
    """Propose that a colleague wears a role from one day to another; it opens nothing until another one approves.

    ``until_on`` null: without an end. A branch head proposes for her own branch alone. Raises ``Invisible`` for a
    colleague out of sight, ``Refused`` for oneself, an excluded pair or senseless days. Reliability §7.
    """
    require(by, Permission.ROLE_PROPOSE)
    row, day = locked(by, staff), timezone.localdate(now)
    wanted = _role(role)
    errors = {
        "role": _not_hers_to_propose(by, row, wanted),
        "from_on": _("填从哪天起") if from_on is None else _("不能早于今天") if from_on < day else "",
        "until_on": _("结束日不能早于开始日") if from_on and until_on and until_on < from_on else "",
        "reason": reason_fault(reason),
    }
    if any(errors.values()) or wanted is None or from_on is None:
        raise Refused({field: said for field, said in errors.items() if said})
    open_grants = _open_of(row, day, now)
    _go_together(row, open_grants, wanted)
    grant = RoleGrant.objects.create(
        staff=row, role=wanted.value, reason=reason.strip(), from_on=from_on, until_on=until_on,
        proposed_by_id=by.staff_id, proposed_at=now,
    )  # fmt: skip
    trail.note(by, TrailAction.ROLE_PROPOSE, object=("staff", row.staff_no), fields=("role",), reason=reason,
               after=_told(grant), hidden=False)  # fmt: skip
    grant.refresh_from_db(fields=["public_id"])
    return grant.public_id


@trail.recorded
def approve_role(*, by: Viewer, grant: UUID, now: datetime) -> None:
    """Approve a role another colleague proposed for a third: from now on, or from its first day, she may wear it.

    Raises ``Conflict`` when somebody has decided already, ``Refused`` for whoever proposed it or is concerned.
    """
    require(by, Permission.ROLE_APPROVE)
    row, staff = _waiting(by, grant)
    day = timezone.localdate(now)
    if by.staff_id == row.proposed_by_id:
        raise Refused({"grant": _("提出的人不能复核，请另一位安全管理员复核")})
    if by.staff_id == staff.pk:
        raise Refused({"grant": _("不能复核给自己的角色")})
    if not staff.is_active:
        raise Refused({"grant": _("她已不在岗，不能再授权")})
    if row.until_on and row.until_on < day:
        raise Refused({"grant": _("这条提议已过了结束日，请重新提出")})
    _go_together(staff, [other for other in _open_of(staff, day, now) if other.pk != row.pk], Role(row.role))
    row.approved_by_id, row.approved_at = by.staff_id, now
    row.save(update_fields=["approved_by", "approved_at"])
    trail.note(by, TrailAction.ROLE_APPROVE, object=("staff", staff.staff_no), fields=("role",), reason=row.reason,
               after=_told(row), hidden=False)  # fmt: skip


@trail.recorded
def refuse_role(*, by: Viewer, grant: UUID, reason: str, now: datetime) -> None:
    """Send a proposal back, with the reason. Raises ``Conflict`` when somebody has decided already."""
    require(by, Permission.ROLE_APPROVE)
    row, staff = _waiting(by, grant)
    if by.staff_id == staff.pk:
        raise Refused({"grant": _("不能复核给自己的角色")})
    _send_back(row, by, reason, now)


@trail.recorded
def withdraw_role(*, by: Viewer, grant: UUID, reason: str, now: datetime) -> None:
    """Take one's own proposal back before anybody decided; ``Invisible`` for a proposal of somebody else."""
    require(by, Permission.ROLE_PROPOSE)
    if not RoleGrant.objects.filter(public_id=grant, proposed_by_id=by.staff_id).exists():
        raise Invisible(str(grant))
    row, _staff = _waiting(by, grant)
    _send_back(row, by, reason, now)


@trail.recorded
def end_role(*, by: Viewer, grant: UUID, reason: str, now: datetime) -> None:
    """Take a granted role back before its last day: her next request opens nothing with it.

    The last security administrator keeps the role, so that somebody is left who can decide.
    """
    require(by, Permission.ROLE_APPROVE)
    _one_at_a_time()
    row, staff = _locked_grant(by, grant)
    if row.ended_at is not None:
        raise Conflict(_decided(row))
    if row.approved_at is None:
        raise Refused({"grant": _("这条提议还没有复核，请退回它")})
    if row.role == Role.SECURITY and not _other_security(staff, timezone.localdate(now)):
        raise Refused({"grant": _("她是最后一位安全管理员，先授权另一位再收回")})
    _end(row, by, reason, now)
    trail.note(by, TrailAction.ROLE_END, object=("staff", staff.staff_no), fields=("role",), reason=reason,
               before=_told(row), hidden=False)  # fmt: skip


@trail.recorded
def appoint_security(*, staff_no: str, reason: str, now: datetime) -> None:
    """The first security administrators, by the command line: while there are fewer than two, nobody could approve.

    From then on every role is proposed and approved on the pages. Raises ``Refused`` once there are two.
    """
    _one_at_a_time()
    row = Staff.objects.select_for_update(of=("self",)).filter(staff_no=staff_no, is_active=True).first()
    day = timezone.localdate(now)
    if row is None:
        raise Refused({"staff_no": f"没有工号为 {staff_no} 的在岗员工"})
    if len(_in_office(day)) >= BOOTSTRAP:
        raise Refused({"staff_no": "已有两位安全管理员，请在「人员与权限」里提出，由另一位复核"})
    fault = reason_fault(reason)
    if fault:
        raise Refused({"reason": fault})
    _go_together(row, _open_of(row, day, now), Role.SECURITY)
    grant = RoleGrant.objects.create(
        staff=row, role=Role.SECURITY.value, reason=reason.strip(), from_on=day, proposed_at=now, approved_at=now
    )
    trail.note(None, TrailAction.ROLE_APPROVE, object=("staff", row.staff_no), fields=("role",), reason=reason,
               after=_told(grant), hidden=False, result="bootstrap")  # fmt: skip


def leave_duties(staff_ids: Iterable[int], *, roles: Iterable[Role], by: Viewer | None, because: str,
                 now: datetime) -> int:  # fmt: skip
    """End these roles of colleagues who left or moved; how many that were. For the apps' actions alone."""
    ended = 0
    wanted = [role.value for role in roles]
    rows = RoleGrant.objects.select_for_update(of=("self",)).select_related("staff__branch")
    for row in rows.filter(staff_id__in=list(staff_ids), ended_at=None, role__in=wanted).order_by("pk"):
        row.ended_by_id, row.ended_at, row.ended_because = by.staff_id if by else None, now, because
        row.save(update_fields=["ended_by", "ended_at", "ended_because"])
        trail.note(by, TrailAction.ROLE_END, object=("staff", row.staff.staff_no), fields=("role",), reason=because,
                   before=_told(row), hidden=False)  # fmt: skip
        ended += 1
    return ended


def locked(by: Viewer, staff: UUID) -> Staff:
    """The colleague, held until the transaction ends; ``Invisible`` when she is not in the viewer's sight."""
    row = Staff.objects.select_for_update(of=("self",)).filter(sight(by), public_id=staff).first()
    if row is None:
        raise Invisible(str(staff))
    return row


def _role(code: str) -> Role | None:
    return Role(code) if code in list(Role) else None


def _not_hers_to_propose(by: Viewer, staff: Staff, role: Role | None) -> str:
    """Why this colleague cannot propose this role for that one; empty when she can."""
    if by.staff_id == staff.pk:
        return _("不能给自己提出角色，请另一位同事提出")
    if not staff.is_active:
        return _("她已不在岗，不能再授权")
    if role is None:
        return _("选一个角色")
    if not may_propose(by, role):
        return _("你只能提出本网点的角色：%(roles)s") % {"roles": "、".join(role_word(each) for each in OF_UNIT)}
    if role is ROLE_OF_POST.get(staff.post):
        return _("她的岗位已带有这个角色")
    return ""


def _open_of(staff: Staff, day: date, now: datetime) -> list[RoleGrant]:
    """Her grants that wait, run or come; one whose last day has passed is closed on the way."""
    kept = []
    for row in RoleGrant.objects.select_for_update(of=("self",)).filter(staff=staff, ended_at=None).order_by("pk"):
        if row.until_on is None or row.until_on >= day:
            kept.append(row)
            continue
        row.ended_at = now
        row.save(update_fields=["ended_at"])
    return kept


def _go_together(staff: Staff, grants: Iterable[RoleGrant], wanted: Role) -> None:
    """May she hold this role beside all she has, waits for or will have? Raises ``Refused`` when not."""
    held = [Role(row.role) for row in grants]
    if wanted in held:
        raise Refused({"role": _("这个角色已经提出或授予，不用再提一次")})
    own = ROLE_OF_POST.get(staff.post)
    pair = clash([*held, wanted, *([own] if own else [])])
    if pair:
        raise Refused({"role": _("「%(one)s」与「%(other)s」互斥，不能由同一人担任")
                       % {"one": role_word(pair[0]), "other": role_word(pair[1])}})  # fmt: skip


def _locked_grant(by: Viewer, grant: UUID) -> tuple[RoleGrant, Staff]:
    """The grant and whom it concerns, both held; the colleague first, so that nobody waits in a ring."""
    whose = RoleGrant.objects.filter(public_id=grant).values_list("staff__public_id", flat=True).first()
    if whose is None:
        raise Invisible(str(grant))
    staff = locked(by, whose)
    return RoleGrant.objects.select_for_update(of=("self",)).get(public_id=grant), staff


def _waiting(by: Viewer, grant: UUID) -> tuple[RoleGrant, Staff]:
    """A proposal nobody has decided yet; ``Conflict`` names who has."""
    row, staff = _locked_grant(by, grant)
    if row.approved_at is not None or row.ended_at is not None:
        raise Conflict(_decided(row))
    return row, staff


def _decided(row: RoleGrant) -> str:
    """Who was first, in a sentence."""
    who = row.ended_by if row.ended_at else row.approved_by
    name = who.name if who else _("系统")
    said = {"who": name, "role": role_word(Role(row.role))}
    if row.ended_at is None:
        return _("%(who)s 已先复核了「%(role)s」") % said
    return _("%(who)s 已先结束了「%(role)s」") % said


def _send_back(row: RoleGrant, by: Viewer, reason: str, now: datetime) -> None:
    _end(row, by, reason, now)
    trail.note(by, TrailAction.ROLE_END, object=("staff", row.staff.staff_no), fields=("role",), reason=reason,
               before=_told(row), hidden=False, result="refused")  # fmt: skip


def _end(row: RoleGrant, by: Viewer, reason: str, now: datetime) -> None:
    fault = reason_fault(reason)
    if fault:
        raise Refused({"reason": fault})
    row.ended_by_id, row.ended_at, row.ended_because = by.staff_id, now, reason.strip()
    row.save(update_fields=["ended_by", "ended_at", "ended_because"])


def _one_at_a_time() -> None:
    """Whoever takes roles back waits here for whoever else does, so that two never take the last two away."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_DECIDING])


def _in_office(day: date) -> list[int]:
    """Who is security administrator on this day."""
    running = RoleGrant.objects.filter(
        Q(until_on=None) | Q(until_on__gte=day), role=Role.SECURITY.value, ended_at=None, approved_at__isnull=False,
        from_on__lte=day, staff__is_active=True, staff__locked_at=None,
    )  # fmt: skip
    return list(running.order_by("pk").values_list("staff_id", flat=True))


def _other_security(staff: Staff, day: date) -> bool:
    return any(each != staff.pk for each in _in_office(day))


def _told(row: RoleGrant) -> dict[str, object]:
    """What the trail says of a grant: codes and days, nothing of a customer."""
    return {"role": row.role, "from_on": row.from_on.isoformat(),
            "until_on": row.until_on.isoformat() if row.until_on else ""}  # fmt: skip
