"""What changes under a round while it is worked on is noticed: nobody is given to whom she should not be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.models import Customer
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio.claims import actions as claims
from guanhu.apps.portfolio.claims import queries as asking
from guanhu.apps.portfolio.models import Handover, Member, Proposal, Round
from guanhu.apps.portfolio.rounds import actions
from guanhu.apps.portfolio.rounds.calendar import queries as calendar
from guanhu.apps.portfolio.rounds.coming import actions as coming
from guanhu.rules.policy import SHIPPED
from guanhu.rules.portfolio import BIT, protected_by, protections
from guanhu.rules.rounds import Protection, RoundKind, RoundState
from tests.apps.portfolio import team
from tests.apps.portfolio.team import HE, KEYS, LU, SHEN, WEALTH, page_of
from tests.cast import viewer
from tests.factories import NOW, TODAY, customer_row

SYSTEM = "a test"


@pytest.fixture
def qin(db: None) -> Viewer:
    """秦岚, who leads the branch of the sixty."""
    team.enter()
    return viewer("S04")


def opened(qin: Viewer, kind: RoundKind = RoundKind.MONTHLY, **more: Any) -> Round:
    """A round of her wealth managers."""
    return actions.open_round(by=qin, branch_id=qin.branch_id, post=WEALTH, kind=kind, now=NOW, **more)


def members(row: Round) -> list[Member]:
    """Who is part of it."""
    return list(Member.objects.for_system(SYSTEM).filter(round=row).select_related("customer", "before", "after"))


def works_elsewhere(number: str) -> None:
    """She moves to the other branch, and keeps her customers of before for the moment."""
    one = team.staff(number)
    one.branch = team.Branch.objects.get(branch_no="B2")
    one.save(update_fields=["branch"])


@pytest.mark.practice("P42")
def test_customers_of_a_keeper_who_moved_branch_bring_a_round_and_are_really_given_on(qin: Viewer):
    works_elsewhere(LU)
    wanted = calendar.wanted(None, NOW)
    assert [(one.post, one.kind) for one in wanted] == [(WEALTH, RoundKind.LEAVER)]
    row = actions.open_round(by=None, now=NOW, **wanted[0]._asdict())
    assert actions.submit(by=qin, round_id=row.public_id, number=1, now=NOW).state == RoundState.IN_FORCE
    assert set(team.kept().values()) == {SHEN, HE}


def test_a_customer_the_bank_moves_to_another_branch_has_the_keeper_the_bank_names_there(qin: Viewer):
    one = Customer.objects.for_system(SYSTEM).get(key=201)
    actions.change_for(by=qin, customer=one.public_id, keeper=team.staff(LU).public_id, because="住得近", now=NOW)
    customers.take_in({"customers": [customer_row(201, keeper_no=SHEN)]})
    assert team.kept()[201] == LU
    customers.take_in({"customers": [customer_row(201, branch_no="B2", keeper_no="S03")]})
    assert team.kept()[201] == "S03"
    assert Customer.objects.for_system(SYSTEM).get(key=201).kept_by == "bank"


def test_limits_changed_after_it_was_solved_want_a_new_solution(qin: Viewer):
    row = opened(qin)
    actions.limit(by=qin, round_id=row.public_id, protects=["stage"], moves=0)
    with pytest.raises(Refused, match="重新求解"):
        actions.submit(by=qin, round_id=row.public_id, number=1, now=NOW)


@pytest.mark.practice("P48")
def test_all_reasons_of_protection_stand_side_by_side(db: None):
    bits = protected_by("habit", 3, True, 5, SHIPPED)
    assert protections(bits) == (Protection.STAGE, Protection.CONTACTS, Protection.PROMISE, Protection.MATURITY)
    team.enter(protected=[201])
    Customer.objects.for_system(SYSTEM).filter(key=201)
    row = opened(viewer("S04"), RoundKind.FIRST)
    Member.objects.for_system(SYSTEM).filter(round=row, customer_id=201).update(protection=bits)
    Round.objects.for_system(SYSTEM).filter(pk=row.pk).update(protects=["promise"])
    actions.solve(by=viewer("S04"), round_id=row.public_id, now=NOW)
    one = Member.objects.for_system(SYSTEM).get(round=row, customer_id=201)
    assert one.after_id == one.before_id
    assert BIT[Protection.PROMISE] & one.protection


@pytest.mark.practice("P45", "P47")
def test_a_claim_that_is_not_met_leaves_everybody_where_she_is(qin: Viewer):
    row = opened(qin, RoundKind.FIRST, claims=True)
    for key in range(201, 225):
        with page_of(LU) as seen:
            (one,) = asking.claimable(seen, f"C{key:06d}")
            try:
                claims.claim(by=seen, member=one.member, known="seen", because="见过", now=NOW)
            except Refused:
                break
    plain = without_claims(row)
    actions.solve(by=qin, round_id=row.public_id, now=NOW)
    told = Proposal.objects.for_system(SYSTEM).filter(round=row).latest("number")
    assert 0 < told.claims_met < told.claims
    whys = {member.why for member in members(row)}
    assert "placed" not in whys
    assert told.moves <= plain + told.claims_met
    assert sum(one["claims"] for one in told.lists) == told.claims_met


def without_claims(row: Round) -> int:
    """How many would be moved if nobody asked for anybody."""
    asked = row.claims.for_system(SYSTEM)
    asked.update(withdrawn_at=NOW)
    moves: int = actions.proposed(row, None, NOW, SHIPPED).moves
    asked.update(withdrawn_at=None)
    return moves


def test_who_left_before_the_day_is_given_nobody_and_the_others_change(qin: Viewer):
    row = opened(qin, RoundKind.FIRST, effective_on=TODAY + timedelta(3))
    Round.objects.for_system(SYSTEM).filter(pk=row.pk).update(state=RoundState.DUE)
    lu, before = team.staff(LU), team.kept()
    lu.is_active = False
    lu.save(update_fields=["is_active"])
    assert coming.carry_out(round_key=row.pk, now=NOW)
    after = team.kept()
    assert {key for key in KEYS if after[key] == LU} <= {key for key in KEYS if before[key] == LU}
    assert not Handover.objects.for_system(SYSTEM).filter(round=row, taker=lu, ended_at=None).exists()


def test_a_round_is_not_published_over_changes_made_since_it_was_opened(qin: Viewer):
    row = opened(qin)
    one = Customer.objects.for_system(SYSTEM).get(key=230)
    actions.change_for(by=qin, customer=one.public_id, keeper=team.staff(HE).public_id, because="想换", now=NOW)
    with pytest.raises(Refused, match="1 户在这一轮开始之后换过管户人"):
        actions.submit(by=qin, round_id=row.public_id, number=1, now=NOW)


def test_a_lock_on_a_colleague_who_left_is_told_when_solving(qin: Viewer):
    row = opened(qin)
    one = next(each for each in members(row) if each.before and each.before.staff_no == SHEN)
    actions.pin(by=qin, round_id=row.public_id, member_id=one.public_id, keeper=team.staff(LU).public_id, now=NOW)
    lu = team.staff(LU)
    lu.is_active = False
    lu.save(update_fields=["is_active"])
    with pytest.raises(Refused, match="已不在岗"):
        actions.solve(by=qin, round_id=row.public_id, now=NOW)


@pytest.mark.practice("P48")
def test_whom_the_head_moves_though_protected_takes_a_second_word(db: None):
    team.enter(protected=[201])
    head = viewer("S04")
    row = opened(head)
    one = next(each for each in members(row) if each.customer_id == 201)
    actions.pin(by=head, round_id=row.public_id, member_id=one.public_id, keeper=team.staff(LU).public_id, now=NOW)
    actions.solve(by=head, round_id=row.public_id, now=NOW)
    assert actions.submit(by=head, round_id=row.public_id, number=2, now=NOW).state == RoundState.APPROVAL


def test_taking_back_gives_the_bank_its_word_back_and_waits_for_no_later_round(qin: Viewer):
    row = opened(qin)
    assert actions.submit(by=qin, round_id=row.public_id, number=1, now=NOW).state == RoundState.IN_FORCE
    assert Customer.objects.for_system(SYSTEM).filter(kept_by="own").exists()
    later = opened(qin)
    with pytest.raises(Refused, match="先作废那一轮"):
        actions.revert(by=qin, round_id=row.public_id, because="客户不愿意", now=NOW)
    actions.drop(by=qin, round_id=later.public_id, because="先撤回", now=NOW)
    actions.revert(by=qin, round_id=row.public_id, because="客户不愿意", now=NOW)
    assert not Customer.objects.for_system(SYSTEM).filter(kept_by="own").exists()


@pytest.mark.practice("P46")
def test_rounds_of_one_month_share_its_limit_and_kinds_need_their_cause(qin: Viewer):
    row = opened(qin)
    moved = Proposal.objects.for_system(SYSTEM).get(round=row).moves
    actions.submit(by=qin, round_id=row.public_id, number=1, now=NOW)
    later = opened(qin)
    assert (row.moves, later.moves) == (1, 1 - moved) == (1, 0)
    with pytest.raises(Refused, match="最多 0 户"):
        actions.limit(by=qin, round_id=later.public_id, protects=[], moves=1)
    actions.drop(by=qin, round_id=Round.objects.for_system(SYSTEM).latest("pk").public_id, because="够了", now=NOW)
    for kind, more in ((RoundKind.JOINER, {}), (RoundKind.LEAVER, {}), (RoundKind.MONTHLY, {"leaver": LU})):
        told = {"leaver": team.staff(LU).public_id} if more else {}
        with pytest.raises(Refused):
            opened(qin, kind, **told)
