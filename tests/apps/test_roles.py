"""A role is proposed by one, approved by another and worn by a third; excluded pairs never meet."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from guanhu.apps.people import queries
from guanhu.apps.people.actions import take_in
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.models import RoleGrant, Staff
from guanhu.apps.people.rights import queries as rights
from guanhu.apps.people.rights.actions import roles
from guanhu.rules.access import EXCLUSIVE, GRANTS, OF_UNIT, ROLE_OF_POST, Denied, Permission, Role
from guanhu.rules.kinds import Tenure
from tests import offices as people
from tests.audit.conftest import entries
from tests.factories import NOW, TODAY
from tests.offices import Offices, grant, grant_row, id_of, propose, roles_now, viewer

pytestmark = pytest.mark.slow
ONE = timedelta(days=1)
NOBODY = UUID(int=7)


def test_a_role_opens_nothing_before_a_second_person_approves_it(offices: Offices):
    made = propose(offices.first, "S02", Role.COACH)
    assert Role.COACH not in roles_now("S02")
    assert queries.viewer_of(Staff.objects.get(staff_no="S02"), Role.COACH, TODAY) is None
    roles.approve_role(by=offices.second, grant=made, now=NOW)
    assert roles_now("S02") == (Role.KEEPER, Role.COACH)


def test_a_role_holds_from_its_first_day_to_its_last_and_then_by_itself_no_more(offices: Offices):
    day = TODAY + 2 * ONE
    made = roles.propose_role(by=offices.first, staff=id_of("S02"), role="coach", from_on=day, until_on=day + ONE,
                              reason="代班", now=NOW)  # fmt: skip
    roles.approve_role(by=offices.second, grant=made, now=NOW)
    held = [Role.COACH in roles_now("S02", NOW + n * ONE) for n in range(6)]
    assert held == [False, False, True, True, False, False]


PROPOSALS: dict[str, tuple[str, dict[str, Any], str]] = {
    "for oneself": ("first", {"staff": "A1"}, "role"),
    "a role nobody knows": ("first", {"role": "superuser"}, "role"),
    "what her post brings": ("first", {"role": "keeper"}, "role"),
    "from yesterday": ("first", {"from_on": TODAY - ONE}, "from_on"),
    "from no day": ("first", {"from_on": None}, "from_on"),
    "until before it begins": ("first", {"until_on": TODAY - ONE}, "until_on"),
    "without a reason": ("first", {"reason": "  "}, "reason"),
    "with a reason too long": ("first", {"reason": "长" * 201}, "reason"),
    "wider than the branch, by its head": ("head", {"role": "region"}, "role"),
    "of an office, by a branch head": ("head", {"role": "audit"}, "role"),
}


@pytest.mark.parametrize("case", PROPOSALS)
def test_a_proposal_that_cannot_stand_is_refused_with_its_field(case: str, offices: Offices):
    who, given, field = PROPOSALS[case]
    told = {"staff": "S02", "role": "coach", "from_on": TODAY, "until_on": None, "reason": "代班", **given}
    told["staff"] = id_of(told["staff"])
    before = RoleGrant.objects.count()
    with pytest.raises(Refused) as refused:
        roles.propose_role(by=getattr(offices, who), now=NOW, **told)
    assert set(refused.value.errors) == {field}
    assert RoleGrant.objects.count() == before


@pytest.mark.parametrize("role", [role for role in Role if role not in GRANTS[Permission.ROLE_PROPOSE]])
def test_who_may_not_propose_is_denied(role: Role, offices: Offices):
    by = replace(offices.first, role=role)
    with pytest.raises(Denied):
        propose(by, "S02", Role.COACH)


def test_a_head_proposes_for_her_own_branch_alone(offices: Offices):
    for role in OF_UNIT:
        if role is not Role.KEEPER:
            propose(offices.head, "S02", role)
    with pytest.raises(Invisible):
        propose(offices.head, "S03", Role.COACH)
    with pytest.raises(Invisible):
        roles.propose_role(by=offices.first, staff=NOBODY, role="coach", from_on=TODAY, until_on=None, reason="x",
                           now=NOW)  # fmt: skip


def pairs() -> list[tuple[Role, Role]]:
    return sorted(pair for each in EXCLUSIVE for pair in permutations(each))


@pytest.mark.parametrize(("held", "wanted"), pairs())
@pytest.mark.parametrize("approved", [True, False])
def test_an_excluded_pair_is_refused_whether_the_other_runs_or_waits(held, wanted, approved, offices: Offices):
    (grant if approved else lambda no, role: propose(offices.first, no, role))("S05", held)
    with pytest.raises(Refused) as refused:
        propose(offices.second, "S05", wanted)
    assert "互斥" in refused.value.errors["role"]


@pytest.mark.parametrize(("held", "wanted"), pairs())
def test_of_an_excluded_pair_the_second_may_come_once_the_first_is_over(held, wanted, offices: Offices):
    made = grant("S05", held, days=3)
    grant("S05", wanted, now=NOW + 4 * ONE)
    assert roles_now("S05", NOW + 4 * ONE) == (Role.COUNTER, wanted)
    assert grant_row(made).ended_at is None or grant_row(made).ended_by_id is None


def test_an_excluded_pair_is_looked_at_again_when_the_second_is_approved(offices: Offices):
    made = propose(offices.first, "S05", Role.SYSTEM)
    RoleGrant.objects.create(staff=Staff.objects.get(staff_no="S05"), role="audit", reason="x", from_on=TODAY,
                             proposed_at=NOW, approved_at=NOW)  # fmt: skip
    with pytest.raises(Refused):
        roles.approve_role(by=offices.second, grant=made, now=NOW)
    assert Role.SYSTEM not in roles_now("S05")


def test_the_same_role_is_not_proposed_twice_and_can_come_again_once_it_ran_out(offices: Offices):
    propose(offices.first, "S02", Role.COACH, days=1)
    with pytest.raises(Refused):
        propose(offices.second, "S02", Role.COACH)
    propose(offices.second, "S02", Role.COACH, now=NOW + 5 * ONE)
    told = rights.colleague(viewer("A1"), id_of("S02"), TODAY + 5 * ONE)
    assert [each.tenure for each in told.grants] == [Tenure.PENDING, Tenure.EXPIRED]


Decision = Callable[[Offices, UUID], None]
APPROVALS: dict[str, tuple[Decision, type[Exception]]] = {
    "by who proposed it": (lambda at, made: roles.approve_role(by=at.first, grant=made, now=NOW), Refused),
    "by the person herself": (
        lambda at, made: roles.approve_role(by=_as_security(at, "S02"), grant=made, now=NOW), Refused,
    ),
    "by who may not": (lambda at, made: roles.approve_role(by=at.system, grant=made, now=NOW), Denied),
    "by a branch head": (lambda at, made: roles.approve_role(by=at.head, grant=made, now=NOW), Denied),
    "of nothing": (lambda at, made: roles.approve_role(by=at.second, grant=NOBODY, now=NOW), Invisible),
    "after its last day": (lambda at, made: roles.approve_role(by=at.second, grant=made, now=NOW + 9 * ONE), Refused),
    "once she left": (lambda at, made: _leave("S02") or roles.approve_role(by=at.second, grant=made, now=NOW), Refused),
    "twice": (
        lambda at, made: roles.approve_role(by=at.second, grant=made, now=NOW)
        or roles.approve_role(by=at.second, grant=made, now=NOW), Conflict,
    ),
    "sent back already": (
        lambda at, made: roles.refuse_role(by=at.second, grant=made, reason="缺材料", now=NOW)
        or roles.approve_role(by=at.second, grant=made, now=NOW), Conflict,
    ),
    "sent back without a reason": (
        lambda at, made: roles.refuse_role(by=at.second, grant=made, reason=" ", now=NOW), Refused,
    ),
    "sent back by who may not": (
        lambda at, made: roles.refuse_role(by=at.system, grant=made, reason="x", now=NOW), Denied,
    ),
    "sent back by who proposed it without the right to": (
        lambda at, made: roles.refuse_role(by=at.head, grant=propose(at.head, "S01", Role.COACH), reason="x", now=NOW),
        Denied,
    ),
    "sent back by the person herself": (
        lambda at, made: roles.refuse_role(by=_as_security(at, "S02"), grant=made, reason="x", now=NOW), Refused,
    ),
    "withdrawn by somebody else": (
        lambda at, made: roles.withdraw_role(by=at.second, grant=made, reason="x", now=NOW), Invisible,
    ),
    "withdrawn after it was approved": (
        lambda at, made: roles.approve_role(by=at.second, grant=made, now=NOW)
        or roles.withdraw_role(by=at.first, grant=made, reason="x", now=NOW), Conflict,
    ),
    "taken back before it was approved": (
        lambda at, made: roles.end_role(by=at.second, grant=made, reason="x", now=NOW), Refused,
    ),
}  # fmt: skip


def _as_security(offices: Offices, staff_no: str):
    return replace(offices.second, staff_id=Staff.objects.get(staff_no=staff_no).pk, staff_no=staff_no)


def _leave(staff_no: str) -> None:
    Staff.objects.filter(staff_no=staff_no).update(is_active=False)


@pytest.mark.parametrize("case", APPROVALS)
def test_what_nobody_may_decide_is_refused(case: str, offices: Offices):
    decide, kind = APPROVALS[case]
    made = propose(offices.first, "S02", Role.COACH, days=5)
    with pytest.raises(kind):
        decide(offices, made)
    if case not in ("twice", "withdrawn after it was approved"):
        assert Role.COACH not in roles_now("S02")


def test_somebody_who_was_first_is_named(offices: Offices):
    made = propose(offices.bank, "S02", Role.COACH)
    roles.approve_role(by=offices.first, grant=made, now=NOW)
    with pytest.raises(Conflict, match="韩守拙 已先复核"):
        roles.refuse_role(by=offices.second, grant=made, reason="x", now=NOW)


def test_a_proposal_may_be_withdrawn_by_who_made_it(offices: Offices):
    made = propose(offices.head, "S02", Role.COACH)
    with pytest.raises(Invisible):
        roles.withdraw_role(by=offices.bank, grant=made, reason="提错了人", now=NOW)
    roles.withdraw_role(by=offices.head, grant=made, reason="提错了人", now=NOW)
    (told,) = rights.colleague(offices.head, id_of("S02"), TODAY).grants
    assert (told.tenure, told.ended_by, told.ended_because) == (Tenure.REFUSED, "秦岚", "提错了人")


def test_a_role_taken_back_is_gone_with_the_next_request(offices: Offices):
    made = grant("S02", Role.COACH)
    roles.end_role(by=offices.first, grant=made, reason="不再带班", now=NOW)
    assert roles_now("S02") == (Role.KEEPER,)
    with pytest.raises(Conflict):
        roles.end_role(by=offices.second, grant=made, reason="不再带班", now=NOW)


def test_the_last_security_administrator_keeps_the_role(offices: Offices):
    own = {no: RoleGrant.objects.get(staff__staff_no=no).public_id for no in ("A1", "A2")}
    roles.end_role(by=offices.second, grant=own["A1"], reason="轮岗", now=NOW)
    with pytest.raises(Refused, match="最后一位"):
        roles.end_role(by=offices.second, grant=own["A2"], reason="轮岗", now=NOW)
    assert Role.SECURITY in roles_now("A2")


def test_the_command_line_appoints_two_and_no_more(offices: Offices):
    with pytest.raises(Refused, match="已有两位"):
        roles.appoint_security(staff_no="S05", reason="补充", now=NOW)
    with pytest.raises(Refused):
        roles.appoint_security(staff_no="nobody", reason="补充", now=NOW)


def test_a_colleague_who_left_wears_no_role_when_she_comes_back(offices: Offices):
    assert Role.AUDIT in roles_now("A4")
    take_in([], [row for row in people.STAFF if row["staff_no"] != "A4"])
    take_in([], people.STAFF)
    assert Staff.objects.get(staff_no="A4").is_active
    assert roles_now("A4") == (Role.COUNTER,)


# ---------------------------------------------------------------- what the database itself refuses


@pytest.mark.parametrize(
    "given",
    [
        {"proposed_by": "S02"}, {"approved_by": "S02"}, {"proposed_by": "A1", "approved_by": "A1"},
        {"until_on": TODAY - ONE}, {"reason": ""},
    ],
    ids=lambda given: "-".join(given),
)  # fmt: skip
def test_the_database_holds_the_same_line_by_itself(given: dict[str, Any], offices: Offices):
    people_ = {no: Staff.objects.get(staff_no=no) for no in ("S02", "A1")}
    told = {name: people_.get(value, value) if isinstance(value, str) else value for name, value in given.items()}
    row = {"staff": people_["S02"], "role": "coach", "reason": "x", "from_on": TODAY, "proposed_at": NOW, **told}
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(**row)


def test_no_post_brings_an_excluded_pair_with_it():
    assert not {role for pair in EXCLUSIVE for role in pair} & set(ROLE_OF_POST.values())


# ---------------------------------------------------------------- the trail


def test_every_step_is_on_the_trail_with_who_and_why(offices: Offices):
    before = len(entries())
    made = propose(offices.head, "S02", Role.COACH, days=30)
    roles.approve_role(by=offices.second, grant=made, now=NOW)
    roles.end_role(by=offices.first, grant=made, reason="提前结束", now=NOW)
    told = [(one["actor"], one["action"], one["told"]["id"], one["told"]["reason"]) for one in entries("B1")]
    assert len(entries()) == before + 3
    assert told[-3:] == [
        ("S04", "role_propose", "S02", "岗位分工"), ("A2", "role_approve", "S02", "岗位分工"),
        ("A1", "role_end", "S02", "提前结束"),
    ]  # fmt: skip
    assert entries("B1")[-1]["told"]["before"]["role"] == "coach"


def test_a_refusal_leaves_no_record(offices: Offices):
    before = len(entries())
    with pytest.raises(Refused):
        propose(offices.first, "A1", Role.COACH)
    assert len(entries()) == before


def test_the_appointment_of_the_first_is_noted_as_the_command_line(offices: Offices):
    made = [one["told"] for one in entries("bank") if one["action"] == "role_approve"]
    assert [(one["id"], one["result"]) for one in made] == [("A1", "bootstrap"), ("A2", "bootstrap")]
    assert all("actor" not in one for one in made)


# ---------------------------------------------------------------- what is seen


def test_a_head_sees_the_colleagues_of_her_own_branch_and_no_other(offices: Offices):
    seen = {line.staff_no for line in rights.colleagues(offices.head, TODAY).lines}
    assert seen == {row["staff_no"] for row in people.STAFF if row["branch_no"] == "B1"}
    assert rights.colleague(offices.head, id_of("S03"), TODAY) is None
    assert rights.colleague(offices.first, id_of("S03"), TODAY) is not None


def test_only_who_looks_after_accounts_sees_sign_ins_and_locks(offices: Offices):
    Staff.objects.filter(staff_no="S02").update(locked_at=NOW)
    told = {
        who: next(line for line in rights.colleagues(getattr(offices, who), TODAY).lines if line.staff_no == "S02")
        for who in ("first", "system", "audit", "head", "bank", "data")
    }
    assert {who: line.locked for who, line in told.items()} == {
        "first": True, "system": True, "audit": True, "head": False, "bank": False, "data": False,
    }  # fmt: skip


def test_who_may_not_look_sees_nobody(offices: Offices):
    keeper = viewer("S01")
    assert rights.colleagues(keeper, TODAY).lines == ()
    assert rights.colleague(keeper, id_of("S01"), TODAY) is None


def test_the_list_is_found_by_name_number_and_what_waits(offices: Offices):
    propose(offices.first, "S02", Role.COACH)
    found = {
        what: [line.staff_no for line in rights.colleagues(offices.first, TODAY, **asked).lines]
        for what, asked in {
            "name": {"search": "予安"}, "number": {"search": "S03"}, "part of a number": {"search": "S0"},
            "waiting": {"only": "waiting"}, "left": {"only": "left"},
        }.items()
    }  # fmt: skip
    assert found == {"name": ["S02"], "number": ["S03"], "part of a number": [], "waiting": ["S02"], "left": []}


def test_the_list_asks_the_same_whatever_its_length(offices: Offices, django_assert_num_queries):
    with django_assert_num_queries(4):
        rights.colleagues(offices.first, TODAY)


@pytest.mark.parametrize("moment", [NOW, datetime(2026, 11, 24, 15, 59, tzinfo=NOW.tzinfo)])
def test_the_day_is_the_branchs_day(moment: datetime, offices: Offices):
    """23:59 in the branch is still today; a minute later from today on is yesterday's."""
    assert propose(offices.first, "S02", Role.COACH, now=moment)
    with pytest.raises(Refused):
        roles.propose_role(by=offices.first, staff=id_of("S01"), role="coach", from_on=date(2026, 11, 24),
                           until_on=None, reason="x", now=datetime(2026, 11, 24, 16, 1, tzinfo=NOW.tzinfo))  # fmt: skip
