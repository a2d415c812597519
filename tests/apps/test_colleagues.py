"""A colleague moved, locked or signed out is what she is now with her next request."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from guanhu.apps.customers.models import Customer
from guanhu.apps.people.actions import take_in
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.people.models import Branch, RoleGrant, Staff
from guanhu.apps.people.rights.actions import colleagues, roles
from guanhu.apps.people.signing.actions import sessions
from guanhu.apps.people.signing.shapes import Ended, Facts, Present
from guanhu.rules.access import ADMINISTRATIVE, GRANTS, OF_PLACE, Denied, Permission, Role, require
from guanhu.rules.kinds import SessionEnd
from tests import offices as people
from tests.apps.test_covers import cover
from tests.audit.conftest import entries
from tests.cast import LI, SUN, WU, ZHAO
from tests.factories import NOW
from tests.offices import Offices, grant, id_of, propose, roles_now, viewer

pytestmark = pytest.mark.slow
NOBODY = UUID(int=7)
FACTS = Facts("a session of hers", "a browser", "10.0.0.7")


def branch(branch_no: str) -> UUID:
    """A branch's public id."""
    return Branch.objects.values_list("public_id", flat=True).get(branch_no=branch_no)


def move(by: Any, staff_no: str = "S04", to: str = "B2", reason: str = "调任") -> None:
    colleagues.transfer_staff(by=by, staff=id_of(staff_no), branch=branch(to), reason=reason, now=NOW)


def of_branch(staff_no: str) -> set[int]:
    """Whom a colleague sees through her role."""
    seen = require(viewer(staff_no), Permission.CUSTOMER_READ)
    return set(Customer.objects.seen_by(seen).values_list("key", flat=True))


def session_now() -> Present | Ended:
    """Who stands behind the session at its next request."""
    return sessions.viewer_for(FACTS, now=NOW)


def begin(staff_no: str, key: str = FACTS.session_key) -> None:
    facts = replace(FACTS, session_key=key)
    sessions.begin(Staff.objects.get(staff_no=staff_no).pk, facts, now=NOW, has_code=True)


def test_a_head_who_is_moved_sees_the_new_branch_at_the_same_instant_and_the_old_no_more(offices: Offices):
    assert of_branch("S04") == {ZHAO, LI, SUN}
    move(offices.first)
    assert of_branch("S04") == {WU}


def test_the_session_of_who_is_moved_ends_with_her_next_request(offices: Offices):
    begin("S04")
    assert isinstance(session_now(), Present)
    move(offices.first)
    assert session_now().why is SessionEnd.MOVED


def test_roles_of_the_old_place_end_with_the_move_and_those_of_the_bank_stay(offices: Offices):
    for role in (Role.COACH, Role.REGION, Role.PRIVACY):
        grant("S02", role)
    waiting = propose(offices.first, "S02", Role.HEAD)
    cover(offices.head, "S01", "S02")
    move(offices.first, "S02")
    assert roles_now("S02") == (Role.KEEPER, Role.PRIVACY)
    assert viewer("S02").covered == ()
    assert RoleGrant.objects.get(public_id=waiting).ended_because == "调往其他网点"


def test_a_move_of_the_banks_list_does_the_same(offices: Offices):
    for role in (Role.COACH, Role.PRIVACY):
        grant("S02", role)
    cover(offices.head, "S02", "S01")
    take_in([], [{**row, "branch_no": "B2"} if row["staff_no"] == "S02" else row for row in people.STAFF])
    assert roles_now("S02") == (Role.KEEPER, Role.PRIVACY)
    assert viewer("S01").covered == ()


def test_a_list_that_moves_nobody_takes_nothing_away(offices: Offices):
    grant("S02", Role.COACH)
    cover(offices.head)
    before = len(entries())
    take_in([], people.STAFF)
    assert (Role.COACH in roles_now("S02"), len(viewer("S02").covered), len(entries())) == (True, 1, before)


def test_every_role_that_follows_from_the_place_is_counted_among_them():
    """What reaches a branch, a region or a counter reaches another one after a move."""
    wide = ("branch", "region", "one")
    assert {role for granted in GRANTS.values() for role, reach in granted.items() if reach in wide} <= set(OF_PLACE)
    assert not set(OF_PLACE) & set(ADMINISTRATIVE)


Change = Callable[[Any, UUID], Any]
CHANGES: dict[str, tuple[Permission, Change]] = {
    "move": (Permission.STAFF_MOVE, lambda by, who: colleagues.transfer_staff(
        by=by, staff=who, branch=branch("B2"), reason="调任", now=NOW)),
    "lock": (Permission.STAFF_WRITE, lambda by, who: colleagues.lock_staff(by=by, staff=who, reason="离岗", now=NOW)),
    "unlock": (Permission.STAFF_WRITE, lambda by, who: colleagues.unlock_staff(by=by, staff=who, now=NOW)),
    "end session": (Permission.STAFF_WRITE, lambda by, who: colleagues.end_session(by=by, staff=who, now=NOW)),
    "reset factor": (Permission.STAFF_WRITE, lambda by, who: colleagues.reset_factor(by=by, staff=who, now=NOW)),
}  # fmt: skip
each_change = pytest.mark.parametrize("change", CHANGES)


@each_change
@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_changes_a_colleague(change: str, role: Role, offices: Offices):
    permission, do = CHANGES[change]
    by = replace(offices.first, role=role)
    if role in GRANTS[permission]:
        do(by, id_of("S04"))
        return
    with pytest.raises(Denied):
        do(by, id_of("S04"))


@each_change
def test_nobody_changes_herself_and_nobody_changes_nobody(change: str, offices: Offices):
    _, do = CHANGES[change]
    with pytest.raises(Refused):
        do(offices.first, id_of("A1"))
    with pytest.raises(Invisible):
        do(offices.first, NOBODY)


@each_change
def test_every_change_is_on_the_trail_with_who_did_it(change: str, offices: Offices):
    _, do = CHANGES[change]
    begin("S04")
    before = len(entries("B1"))
    do(offices.first, id_of("S04"))
    told = entries("B1")
    assert any((one["actor"], one["told"]["id"]) == ("A1", "S04") for one in told[before:])


@pytest.mark.parametrize(
    ("given", "field"),
    [({"to": "B1"}, "branch"), ({"reason": ""}, "reason"), ({"reason": "长" * 201}, "reason")],
    ids=["where she is", "no reason", "too long"],
)
def test_a_senseless_move_is_refused_with_its_field(given: dict[str, str], field: str, offices: Offices):
    with pytest.raises(Refused) as refused:
        move(offices.first, **given)
    assert set(refused.value.errors) == {field}
    assert Staff.objects.get(staff_no="S04").branch.branch_no == "B1"


def test_nobody_is_moved_to_a_branch_that_is_not_there(offices: Offices):
    with pytest.raises(Invisible):
        colleagues.transfer_staff(by=offices.first, staff=id_of("S04"), branch=NOBODY, reason="x", now=NOW)


def test_a_locked_colleague_is_out_with_her_next_request_and_in_again_once_unlocked(offices: Offices):
    begin("S02")
    colleagues.lock_staff(by=offices.system, staff=id_of("S02"), reason="手机丢失", now=NOW)
    assert session_now().why is SessionEnd.LOCKED
    with pytest.raises(Refused):
        begin("S02")
    colleagues.unlock_staff(by=offices.system, staff=id_of("S02"), now=NOW)
    begin("S02", "another session")


def test_a_role_taken_back_ends_the_session_in_which_it_is_worn(offices: Offices):
    made = grant("S05", Role.PRIVACY)
    begin("S05")
    present = session_now()
    sessions.switch_role(present.viewer, present.sign_in_id, Role.PRIVACY, session_key=FACTS.session_key, now=NOW)
    assert session_now().viewer.role is Role.PRIVACY
    roles.end_role(by=offices.first, grant=made, reason="轮岗", now=NOW)
    assert session_now().why is SessionEnd.ROLE
