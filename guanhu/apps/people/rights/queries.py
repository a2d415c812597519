"""Reading: colleagues with their roles and sessions, one colleague's history, and the covers of a branch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from guanhu.apps.people.models import Branch, Cover, RoleGrant, SignIn, Staff
from guanhu.apps.people.rights.shapes import Colleague, Colleagues, Covered, Covers, Granted, Line, Unit, Who
from guanhu.apps.people.signing.queries import has_factor
from guanhu.rules.access import ROLE_OF_POST, Permission, Reach, Role, Viewer, may
from guanhu.rules.kinds import Tenure
from guanhu.rules.tenure import cover_tenure, role_tenure

PAGE = 50
"""Colleagues on one page of the list; reliability A9."""
PAST = 20
"""Covers that are over, on the page of covers."""


def sight(viewer: Viewer) -> Q:
    """Which colleagues a viewer sees on these pages: her own branch's, or everybody. For the apps alone."""
    reach = may(viewer, Permission.STAFF_READ)
    if reach is Reach.BRANCH:
        return Q(branch_id=viewer.branch_id)
    return Q() if reach is Reach.STAFF else Q(pk__in=[])


def colleagues(viewer: Viewer, day: date, *, search: str = "", only: str = "", page: int = 1) -> Colleagues:
    """人员与权限: the colleagues in the viewer's sight, by branch and number; a page beyond the last is the last.

    ``search``: part of the name or the whole number · ``only``: ``waiting`` for a second person, ``locked``, ``left``.
    """
    seen = _with_sessions(Staff.objects.filter(sight(viewer)), day)
    waiting = seen.filter(waiting__gt=0).count()
    rows = _narrowed(seen, search.strip(), only, knows=may(viewer, Permission.SESSION_READ) is not None)
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    shown = list(rows.order_by("branch__branch_no", "staff_no")[(page - 1) * PAGE : page * PAGE])
    roles = _roles(shown, day)
    lines = tuple(_line(viewer, row, roles[row.pk]) for row in shown)
    return Colleagues(lines, page, pages, total, waiting)


def colleague(viewer: Viewer, public_id: UUID, day: date) -> Colleague | None:
    """One colleague in the viewer's sight, with every role she was ever proposed for; null as if absent."""
    row = _with_sessions(Staff.objects.filter(sight(viewer), public_id=public_id), day).first()
    if row is None:
        return None
    grants = RoleGrant.objects.filter(staff=row).select_related("proposed_by", "approved_by", "ended_by")
    return Colleague(
        who=_line(viewer, row, _roles([row], day)[row.pk]),
        branch_id=row.branch.public_id,
        grants=tuple(_granted(viewer, each, day) for each in grants.order_by("-proposed_at", "-pk")),
        has_factor=has_factor(row.pk),
        has_password=row.has_usable_password(),
        is_self=row.pk == viewer.staff_id,
    )


def units(viewer: Viewer) -> tuple[Unit, ...]:
    """The branches a colleague may be moved to; none for whoever may not move anybody."""
    if may(viewer, Permission.STAFF_MOVE) is None:
        return ()
    return tuple(
        Unit(*row) for row in Branch.objects.order_by("branch_no").values_list("public_id", "branch_no", "name")
    )


def covers(viewer: Viewer, day: date) -> Covers:
    """代管: what runs, what comes and what is over in the viewer's branch, and whom she may choose from."""
    if may(viewer, Permission.COVER_WRITE) is None:
        return Covers((), (), (), ())
    here = Cover.objects.filter(giver__branch_id=viewer.branch_id, taker__branch_id=viewer.branch_id)
    rows = here.select_related("giver", "taker", "granted_by", "ended_by")
    open_rows = [_covered(row, day) for row in rows.filter(ended_at=None, to_on__gte=day).order_by("from_on", "pk")]
    over = rows.filter(Q(ended_at__isnull=False) | Q(to_on__lt=day)).order_by("-to_on", "-pk")[:PAST]
    return Covers(
        running=tuple(row for row in open_rows if row.tenure is Tenure.RUNNING),
        coming=tuple(row for row in open_rows if row.tenure is Tenure.COMING),
        past=tuple(_covered(row, day) for row in over),
        colleagues=_of_branch(viewer, day),
    )


def _of_branch(viewer: Viewer, day: date) -> tuple[Who, ...]:
    rows = Staff.objects.filter(branch_id=viewer.branch_id, is_active=True).order_by("staff_no")
    return tuple(
        Who(
            row.public_id, row.staff_no, row.name, row.post,
            (row.leave_from_on, row.leave_to_on)
            if row.leave_from_on and row.leave_to_on and row.leave_to_on >= day else None,
        )
        for row in rows
    )  # fmt: skip


def _with_sessions(rows: QuerySet[Staff], day: date) -> QuerySet[Any]:
    waiting = Q(grants__approved_at=None, grants__ended_at=None)
    alive = Q(grants__until_on=None) | Q(grants__until_on__gte=day)
    return rows.annotate(
        waiting=Count("grants", filter=waiting & alive, distinct=True),
        last_at=Max("sign_ins__started_at"),
        signed_in=Exists(SignIn.objects.filter(staff=OuterRef("pk"), ended_at=None)),
    )


def _narrowed(rows: QuerySet[Any], search: str, only: str, *, knows: bool) -> QuerySet[Any]:
    if search:
        rows = rows.filter(Q(name__contains=search) | Q(staff_no=search))
    if only == "waiting":
        return rows.filter(is_active=True, waiting__gt=0)
    if only == "left":
        return rows.filter(is_active=False)
    if only == "locked" and knows:
        return rows.filter(is_active=True, locked_at__isnull=False)
    return rows.filter(is_active=True)


def _roles(rows: Iterable[Staff], day: date) -> Mapping[int, tuple[Role, ...]]:
    """The roles of several colleagues on a day in one query, the post's own first."""
    held: dict[int, list[Role]] = defaultdict(list)
    for row in rows:
        own = ROLE_OF_POST.get(row.post)
        held[row.pk] += [own] if own else []
    running = RoleGrant.objects.filter(
        Q(until_on=None) | Q(until_on__gte=day), staff_id__in=list(held), ended_at=None, approved_at__isnull=False,
        from_on__lte=day,
    )  # fmt: skip
    for staff_id, role in running.order_by("pk").values_list("staff_id", "role"):
        if Role(role) not in held[staff_id]:
            held[staff_id].append(Role(role))
    return defaultdict(tuple, {key: tuple(roles) for key, roles in held.items()})


def _line(viewer: Viewer, row: Any, roles: tuple[Role, ...]) -> Line:
    knows = may(viewer, Permission.SESSION_READ) is not None
    return Line(
        public_id=row.public_id,
        staff_no=row.staff_no,
        name=row.name,
        post=row.post,
        branch=row.branch.name,
        roles=roles,
        waiting=row.waiting,
        is_active=row.is_active,
        locked=knows and row.locked_at is not None,
        last_at=row.last_at if knows else None,
        signed_in=knows and row.signed_in,
    )


def _granted(viewer: Viewer, row: RoleGrant, day: date) -> Granted:
    tenure = role_tenure(
        row.from_on, row.until_on, approved=row.approved_at is not None, ended=row.ended_at is not None, day=day
    )
    decides = may(viewer, Permission.ROLE_APPROVE) is not None and viewer.staff_id != row.staff_id
    mine = viewer.staff_id == row.proposed_by_id
    return Granted(
        public_id=row.public_id,
        role=Role(row.role),
        tenure=_expired(row, tenure),
        reason=row.reason,
        from_on=row.from_on,
        until_on=row.until_on,
        proposed_by=row.proposed_by.name if row.proposed_by else "",
        proposed_at=row.proposed_at,
        approved_by=row.approved_by.name if row.approved_by else "",
        approved_at=row.approved_at,
        ended_by=row.ended_by.name if row.ended_by else "",
        ended_at=row.ended_at,
        ended_because=row.ended_because,
        may_approve=tenure is Tenure.PENDING and decides and not mine,
        may_refuse=tenure is Tenure.PENDING and decides and not mine,
        may_withdraw=tenure is Tenure.PENDING and mine,
        may_end=tenure in (Tenure.RUNNING, Tenure.COMING) and decides,
    )


def _expired(row: RoleGrant, tenure: Tenure) -> Tenure:
    """A grant that was closed because its last day had passed ran out; nobody took it back."""
    closed = row.ended_at is not None and row.ended_by_id is None and not row.ended_because
    return Tenure.EXPIRED if closed else tenure


def _covered(row: Cover, day: date) -> Covered:
    return Covered(
        public_id=row.public_id,
        giver=row.giver.name,
        taker=row.taker.name,
        from_on=row.from_on,
        to_on=row.to_on,
        days=(row.to_on - row.from_on).days + 1,
        reason=row.reason,
        granted_by=row.granted_by.name,
        tenure=cover_tenure(row.from_on, row.to_on, ended=row.ended_at is not None, day=day),
        ended_by=row.ended_by.name if row.ended_by else "",
        ended_at=row.ended_at,
        ended_because=row.ended_because,
    )
