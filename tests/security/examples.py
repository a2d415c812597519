"""What a person would send: an id for every name an address gives one, and good values for every field of a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guanhu.apps.people.models import Branch, Cover, RoleGrant, Staff
from guanhu.apps.work import actions, queries
from guanhu.rules.access import Role
from tests.cast import Cast
from tests.factories import NOW
from tests.reach.asking import FORM
from tests.web.conftest import outcome

EARLIER = NOW.replace(year=2020)
"""Before anything a request of these tests does, whatever the clock says."""

Typed = Callable[[Cast], dict[str, Any]]
TYPED: dict[str, Typed] = {
    "sign_in": lambda cast: {"staff_no": "S01", "password": "not-the-password"},
    "code": lambda cast: {"code": "000000"},
    "language": lambda cast: {"language": "zh-hans", "next": "/today/"},
    "theme": lambda cast: {"theme": "dark", "next": "/today/"},
    "role": lambda cast: {"role": "keeper"},
    "told": lambda cast: {"next": "/today/"},
    "password": lambda cast: {"current": "not-the-password", "new": "Eleven-Lanterns-7", "again": "Eleven-Lanterns-7"},
    "factor": lambda cast: {"step": "prepare", "code": "000000"},
    "confirm": lambda cast: {"proof": "not-the-password", "next": "/account/"},
    "record": lambda cast: outcome(cast, said="想留点活钱", version="2"),  # set aside and taken back since
    "defer": lambda cast: {"reason": "客户在外地"},
    "find": lambda cast: {"words": "赵"},
    "reveal": lambda cast: {"what": "phone", "purpose": "verify", "words": "客户来电"},
    "marketing": lambda cast: {"granted": "no", "evidence": "电话里说的"},
    "stage": lambda cast: {"stage": "habit", "current": "relied_on", "note": "半年没有来"},
}
"""Where good values depend on the address; elsewhere the heap will do."""


OTHER: dict[tuple[str, str], str] = {("end_role", "grant_id"): "running_grant"}
"""Where an address means another kind of what it names."""


def heap(cast: Cast) -> dict[str, str]:
    """A good value for every field a form may have, whatever the form."""
    staff = {row.staff_no: str(row.public_id) for row in Staff.objects.all()}
    branch = str(Branch.objects.get(branch_no="B2").public_id)
    return {**FORM, "giver": staff["S02"], "taker": staff["S01"], "branch": branch, "customer_no": "C000101"}


def ids(cast: Cast) -> dict[str, str]:
    """Something there for every name an id has in an address."""
    staff = {row.staff_no: row for row in Staff.objects.all()}
    proposer = Staff.objects.get(staff_no=colleague(Role.HEAD))
    cover = Cover.objects.create(
        giver=staff["S02"], taker=staff["S01"], from_on=NOW.date(), to_on=NOW.date(), reason="休假",
        granted_by=staff["S04"], granted_at=EARLIER,
    )  # fmt: skip
    found = {
        "public_id": cast.zhao, "touch_id": contact(cast), "deferral_id": aside(cast),
        "staff_id": staff["S02"].public_id, "cover_id": cover.public_id,
        "grant_id": grant(staff["S02"], Role.SYSTEM, staff["S04"]).public_id,
        "running_grant": grant(staff["S02"], Role.BANK, staff["S04"], staff["S03"]).public_id,
        "proposal_id": grant(staff["S02"], Role.DATA, proposer).public_id,
    }  # fmt: skip
    return {name: str(each) for name, each in found.items()}


def contact(cast: Cast) -> Any:
    """A contact of one's own of today."""
    said: dict[str, Any] = {"by": cast.shen, "customer": cast.li, "now": EARLIER, "channel": "call"}
    first = actions.record_touch(outcome="reached", request_key="asked", seconds=90, **said)
    actions.undo_touch(by=cast.shen, touch=first.touch, now=EARLIER)
    return actions.record_touch(outcome="reached", request_key="again", seconds=90, **said).touch


def aside(cast: Cast) -> Any:
    """A line of one's own that was set aside and taken back: the id of that."""
    actions.defer(by=cast.shen, customer=cast.zhao, now=EARLIER, reason="出差")
    today = queries.today(cast.shen)
    assert today is not None
    found = today.deferred[0].deferral_id
    actions.undo_deferral(by=cast.shen, deferral=found, now=EARLIER)
    return found


def grant(staff: Staff, role: Role, by: Staff, approved_by: Staff | None = None) -> RoleGrant:
    """A role proposed for somebody, and approved by a second person where one is named."""
    return RoleGrant.objects.create(
        staff=staff, role=role.value, reason="试", from_on=EARLIER.date(), proposed_by=by, proposed_at=EARLIER,
        approved_by=approved_by, approved_at=EARLIER if approved_by else None,
    )  # fmt: skip


def colleague(role: Role) -> str:
    """The number of a colleague who holds this role: proposed by one, approved by another."""
    staff = {row.staff_no: row for row in Staff.objects.all()}
    number = f"R-{role}"
    if number not in staff:
        like = staff["S04"]
        made = Staff.objects.create(staff_no=number, name=f"同事{role.zh}", branch_id=like.branch_id, post=like.post)
        if role is not Role.HEAD:
            grant(made, role, staff["S04"], staff["S03"])
    return number
