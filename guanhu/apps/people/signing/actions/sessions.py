"""Sessions: one begins and ends the one before; each request asks whether it may go on.

Whoever left, moved, lost the role or was locked is out with the next request, because nothing of this is remembered
from one request to the next. Reliability A8, A11.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.people.compiled import compiled
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.models import SignIn, Staff
from guanhu.apps.people.policy import in_force
from guanhu.apps.people.queries import covers_of, roles_of, viewer_of
from guanhu.apps.people.signing import queries
from guanhu.apps.people.signing.shapes import Actor, Elsewhere, Ended, Facts, Present, mark_of, mark_of_agent
from guanhu.rules import signing as rules
from guanhu.rules.access import Role, Viewer
from guanhu.rules.kinds import SessionEnd, TrailAction
from guanhu.rules.policy import Policy


@trail.recorded
def begin(staff_id: int, facts: Facts, *, now: datetime, has_code: bool = False) -> Present:
    """Sign a colleague in, in the role she wore last if she still holds it, else in her first.

    The session she had elsewhere ends, and both are told. Raises ``Refused`` when she has no role to sign in with.
    """
    staff = Staff.objects.select_for_update(of=("self",)).get(pk=staff_id)
    viewer = _viewer_as_last(staff, timezone.localdate(now))
    if viewer is None or not staff.is_active or staff.locked_at:
        raise Refused({"staff_no": _("这个岗位没有登录的角色，请联系安全管理员授权")})
    before = SignIn.objects.filter(staff=staff, ended_at=None).first()
    if before:
        _end(before, SessionEnd.REPLACED, now)
    row = SignIn.objects.create(
        staff=staff, session_hash=mark_of(facts.session_key, "session"), role=viewer.role, branch_id=staff.branch_id,
        address=facts.address, agent_hash=mark_of_agent(facts.agent), started_at=now, seen_at=now,
        has_code=has_code, replaced=before, told=before is None,
    )  # fmt: skip
    trail.note(viewer, TrailAction.SIGN_IN, object=("session", str(row.pk)), fields=("code",) if has_code else ())
    return _present(row, viewer, now)


def _viewer_as_last(staff: Staff, day: date) -> Viewer | None:
    last = SignIn.objects.filter(staff=staff).order_by("-started_at").values_list("role", flat=True).first()
    return (viewer_of(staff, Role(last), day) if last else None) or viewer_of(staff, None, day)


def viewer_for(facts: Facts, *, now: datetime) -> Present | Ended:
    """Who is looking, or why nobody is: asked anew for each request, from the database alone.

    Ends the session when its time is up, when browser or network changed, and when the colleague left, moved, lost the
    role or was locked. Reliability A8: effective on the next request.
    """
    policy, day = in_force(), timezone.localdate(now)
    row = _signed_in.first(mark_of(facts.session_key, "session"), day) if facts.session_key else None
    if row is None or row.ended_at:
        return queries.ended(row) if row else Ended()
    why = _over(row, facts, now, policy)
    viewer = None if why else viewer_of(row.staff, Role(row.role), day, vars(row)["covers"])
    if viewer is None:
        return end(row.pk, why or SessionEnd.ROLE, now=now)
    if rules.is_stale_sight(row.seen_at, now, policy):
        SignIn.objects.filter(pk=row.pk, ended_at=None).update(seen_at=now)
    return _present(row, viewer, now)


@compiled(SignIn)
def _signed_in(mark: str, day: date) -> Any:
    covers = ArraySubquery(covers_of(OuterRef("staff_id"), day))
    rows = SignIn.objects.select_related("staff__branch").filter(session_hash=mark).annotate(covers=covers)
    return rows.defer(*_NOT_ASKED)


_NOT_ASKED = (
    *(f"staff__{name}" for name in ("password", "last_login", "public_id", "capability", "licence_no", "licence_until",
                                    "phone", "leave_from_on", "leave_to_on", "left_on")),
    *(f"staff__branch__{name}" for name in ("public_id", "name", "address", "currency", "synthetic", "current_night")),
)  # fmt: skip
"""What no page needs to know of a colleague and her branch to tell who is there."""


def _over(row: SignIn, facts: Facts, now: datetime, policy: Policy) -> SessionEnd | None:
    """The first reason why this session may not go on."""
    staff = row.staff
    reasons = {
        SessionEnd.LEFT: not staff.is_active,
        SessionEnd.LOCKED: staff.locked_at is not None,
        SessionEnd.MOVED: staff.branch_id != row.branch_id,
        SessionEnd.BROWSER: mark_of_agent(facts.agent) != row.agent_hash,
        SessionEnd.PLACE: not rules.is_same_place(row.address, facts.address, policy),
    }
    by_clock = rules.outlived(row.started_at, row.seen_at, now, policy)
    return next((why for why, holds in reasons.items() if holds), by_clock)


def _present(row: SignIn, viewer: Viewer, now: datetime) -> Present:
    staff, policy = row.staff, in_force()
    old = rules.is_password_old(staff.password_set_at, now, policy)
    before = None if row.told else row.replaced
    return Present(
        viewer=viewer,
        sign_in_id=row.pk,
        started_at=row.started_at,
        has_code=row.has_code,
        confirmed_at=row.confirmed_at,
        owes=rules.owed(viewer.role, must_change=staff.must_change, password_old=old, has_code=row.has_code),
        replaced=Elsewhere(before.address, before.started_at) if before else None,
    )


@trail.recorded
def end(sign_in_id: int, why: SessionEnd, *, now: datetime) -> Ended:
    """End a session; one that has ended already keeps its reason."""
    row = SignIn.objects.select_for_update(of=("self",)).select_related("staff__branch").get(pk=sign_in_id)
    if row.ended_at is None:
        _end(row, why, now)
    return queries.ended(row)


@trail.recorded
def end_all(staff_id: int, why: SessionEnd, *, now: datetime, but: int | None = None) -> int:
    """End whatever session a colleague has, but for one; how many that were."""
    rows = SignIn.objects.select_for_update(of=("self",)).select_related("staff__branch")
    found = [row for row in rows.filter(staff_id=staff_id, ended_at=None) if row.pk != but]
    for row in found:
        _end(row, why, now)
    return len(found)


def _end(row: SignIn, why: SessionEnd, now: datetime) -> None:
    row.ended_at, row.end = now, why
    row.save(update_fields=["ended_at", "end"])
    told = TrailAction.SIGN_OUT if why is SessionEnd.SIGNED_OUT else TrailAction.SESSION_END
    actor = Actor(row.staff.staff_no, row.role, row.staff.branch.branch_no)
    trail.note(actor, told, object=("session", str(row.pk)), reason=why.value)


@trail.recorded
def switch_role(by: Viewer, sign_in_id: int, role: Role, *, session_key: str, now: datetime) -> Viewer:
    """Put on another of one's roles, under a new session key; raises ``Refused`` for one she does not hold."""
    staff = Staff.objects.get(pk=by.staff_id)
    viewer = viewer_of(staff, role, timezone.localdate(now))
    if viewer is None or role not in roles_of(staff, timezone.localdate(now)):
        raise Refused({"role": _("你现在没有这个角色")})
    mark = mark_of(session_key, "session")
    changed = SignIn.objects.filter(pk=sign_in_id, staff=staff, ended_at=None).update(
        role=role, session_hash=mark, confirmed_at=None
    )
    if not changed:
        raise Refused({"role": _("登录已结束，请重新登录")})
    trail.note(viewer, TrailAction.ROLE_SWITCH, object=("session", str(sign_in_id)), before={"role": by.role},
               after={"role": role}, hidden=False)  # fmt: skip
    return viewer


def renew(by: Viewer, sign_in_id: int, *, session_key: str) -> None:
    """The session goes on under another key."""
    row = SignIn.objects.filter(pk=sign_in_id, staff_id=by.staff_id, ended_at=None)
    row.update(session_hash=mark_of(session_key, "session"))


@trail.recorded
def confirm(by: Viewer, sign_in_id: int, *, now: datetime, with_code: bool) -> None:
    """Write down that she has shown once more who she is, by password or by code."""
    changes = {"confirmed_at": now, **({"has_code": True} if with_code else {})}
    SignIn.objects.filter(pk=sign_in_id, staff_id=by.staff_id, ended_at=None).update(**changes)
    trail.note(by, TrailAction.CONFIRM, object=("session", str(sign_in_id)), fields=("code",) if with_code else ())


def tell(by: Viewer, sign_in_id: int) -> None:
    """She has read that her other session ended."""
    with transaction.atomic():
        SignIn.objects.filter(pk=sign_in_id, staff_id=by.staff_id).update(told=True)


def sweep(now: datetime) -> int:
    """Remove browser sessions whose time is up, which nobody can use any more; how many went."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]
