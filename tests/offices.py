"""The colleagues of the bank's offices, each in her role: appointed, proposed and approved as the product does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from guanhu.apps.customers import actions as customers
from guanhu.apps.people import queries
from guanhu.apps.people.models import RoleGrant, Staff
from guanhu.apps.people.rights.actions import roles
from guanhu.rules.access import Role, Viewer
from tests import cast as people
from tests.factories import NOW
from tests.scenes import remembered

OFFICES: dict[str, tuple[str, str, Role]] = {
    "A1": ("韩守拙", "office", Role.SECURITY), "A2": ("魏知止", "office", Role.SECURITY),
    "A3": ("蒋明理", "office", Role.SYSTEM), "A4": ("温如许", "teller", Role.AUDIT),
    "A5": ("沈见山", "office", Role.DATA), "A6": ("许问渠", "office", Role.PRIVACY),
    "A7": ("陶令仪", "office", Role.REGION), "A8": ("傅清源", "office", Role.BANK),
    "A9": ("顾怀远", "relationship", Role.COACH),
}  # fmt: skip
STAFF: list[dict[str, Any]] = [
    *people.STAFF,
    *({"staff_no": no, "name": name, "branch_no": "B1", "post": post} for no, (name, post, _) in OFFICES.items()),
    {"staff_no": "S05", "name": "何小满", "branch_no": "B1", "post": "teller"},
    {"staff_no": "S06", "name": "田牧", "branch_no": "B2", "post": "head"},
]
WHY = "岗位分工"


@dataclass(frozen=True)
class Offices:
    """Everybody with a role of the offices, ready to act."""

    first: Viewer
    second: Viewer
    system: Viewer
    audit: Viewer
    data: Viewer
    bank: Viewer
    head: Viewer
    """秦岚, the head of B1."""
    other_head: Viewer
    """田牧, the head of B2."""


def enter(now: datetime = NOW) -> Offices:
    """Let the offices in beside the cast: two security administrators appointed, all others approved by the second."""
    customers.take_in(people.persons(staff=STAFF))
    for no in ("A1", "A2"):
        roles.appoint_security(staff_no=no, reason="首任", now=now)
    for no, (_, _, role) in OFFICES.items():
        if role is not Role.SECURITY:
            grant(no, role, now=now)
    first, second, system, audit, data, bank = (viewer(no, now) for no in ("A1", "A2", "A3", "A4", "A5", "A8"))
    return Offices(first, second, system, audit, data, bank, viewer("S04", now), viewer("S06", now))


@remembered
def together() -> tuple[people.Cast, Offices]:
    """The cast and the offices, on the tests' day."""
    return people.enter(), enter()


@remembered
def together_now() -> tuple[people.Cast, Offices]:
    """The cast and the offices, at this moment: pages go by the clock."""
    return people.enter(), enter(timezone.now())


def grant(staff_no: str, role: Role, *, now: datetime = NOW, days: int | None = None) -> UUID:
    """Give a colleague a role: 韩守拙 proposes, 魏知止 approves."""
    made = propose(viewer("A1", now), staff_no, role, now=now, days=days)
    roles.approve_role(by=viewer("A2", now), grant=made, now=now)
    return made


def propose(by: Viewer, staff_no: str, role: Role, *, now: datetime = NOW, days: int | None = None) -> UUID:
    """Propose a role from today on."""
    day = timezone.localdate(now)
    until = None if days is None else day + timedelta(days=days)
    return roles.propose_role(
        by=by, staff=id_of(staff_no), role=role.value, from_on=day, until_on=until, reason=WHY, now=now
    )


def viewer(staff_no: str, now: datetime = NOW, role: Role | None = None) -> Viewer:
    """A colleague as she looks at pages: an office in its role, all others in their post's."""
    known = OFFICES.get(staff_no)
    seen = queries.viewer_of(
        Staff.objects.get(staff_no=staff_no), role or (known[2] if known else None), timezone.localdate(now)
    )
    assert seen is not None, f"{staff_no} does not hold {role}"
    return seen


def id_of(staff_no: str) -> UUID:
    """A colleague's public id."""
    return Staff.objects.values_list("public_id", flat=True).get(staff_no=staff_no)


def roles_now(staff_no: str, now: datetime = NOW) -> tuple[Role, ...]:
    """The roles a colleague may wear at this moment."""
    return queries.roles_of(Staff.objects.get(staff_no=staff_no), timezone.localdate(now))


def grant_row(public_id: UUID) -> RoleGrant:
    """A grant as it lies in its table."""
    return RoleGrant.objects.get(public_id=public_id)
