"""A round of the split: opened, solved, changed by the head, published, put in force, taken back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from guanhu.apps.customers import actions as customers
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio import queries
from guanhu.apps.portfolio.models import Assignment, Handover, Member, Proposal, Round
from guanhu.apps.portfolio.rounds import actions
from guanhu.apps.portfolio.rounds.calendar import queries as calendar
from guanhu.apps.portfolio.rounds.coming import actions as coming
from guanhu.rules.access import Denied, Role
from guanhu.rules.portfolio import protections
from guanhu.rules.rounds import Protection, RoundKind, RoundState
from tests.apps.portfolio import team
from tests.apps.portfolio.team import HE, KEYS, LU, SHEN, WEALTH
from tests.cast import viewer
from tests.factories import NOW, TODAY, customer_row

SYSTEM = "a test"


@pytest.fixture
def qin(db: None) -> Viewer:
    """秦岚, who leads the branch of the sixty."""
    team.enter()
    return viewer("S04")


def opened(qin: Viewer, kind: RoundKind = RoundKind.QUARTERLY, **more: object) -> Round:
    """A round of her wealth managers."""
    told = {"branch_id": qin.branch_id, "post": WEALTH, "kind": kind, "now": NOW, **more}
    return actions.open_round(by=qin, **told)  # type: ignore[arg-type]


def members(row: Round) -> list[Member]:
    """Who is part of it."""
    return list(Member.objects.for_system(SYSTEM).filter(round=row).select_related("customer", "before", "after"))


def last(row: Round) -> Proposal:
    """Its last proposal."""
    return Proposal.objects.for_system(SYSTEM).filter(round=row).latest("number")


@pytest.mark.practice("P42", "P43")
def test_a_first_round_gives_each_keeper_equal_lists_of_each_tier(qin: Viewer):
    row = opened(qin, RoundKind.FIRST)
    told = queries.round_of(qin, row.public_id)
    assert told is not None
    assert told.last is not None
    assert [one.after.customers for one in told.last.lists] == [20, 20, 20]
    for tier in "ABC":
        many = [one.after.tiers[tier] for one in told.last.lists]
        assert max(many) - min(many) <= 1
    assert told.last.after < 0.01 < told.last.before


@pytest.mark.practice("P46", "P47")
def test_a_quarters_round_moves_no_more_than_its_share_and_says_what_it_cannot_do(qin: Viewer):
    row = opened(qin)
    told = last(row)
    assert row.moves == 60 * 1500 // 10_000 == 9
    assert told.moves <= 9
    assert {"what": "moves", "needed": told.shorts[0]["needed"], "allowed": 9} == told.shorts[0]
    assert told.shorts[0]["needed"] > 9


@pytest.mark.practice("P48")
def test_nobody_protected_is_moved(db: None):
    team.enter(protected=range(201, 225))
    row = opened(viewer("S04"), RoundKind.FIRST)
    stay = {member.customer_id for member in members(row) if member.protection}
    assert stay == set(range(201, 225))
    assert all(member.after_id == member.before_id for member in members(row) if member.protection)


@pytest.mark.practice("P48")
def test_whoever_shares_a_household_with_somebody_protected_is_protected_too(db: None):
    from guanhu.apps.customers.models import Relation
    from guanhu.apps.people.models import Staff

    team.enter(protected=[201])
    shen = Staff.objects.get(staff_no=SHEN)
    for one, other in ((202, 201), (203, 202)):
        Relation.objects.create(customer_id=one, other_id=other, item=uuid4(), version=1, bond="spouse", household=True,
                                by=shen, recorded_at=NOW)  # fmt: skip
    row = opened(viewer("S04"))
    told = {member.customer_id: protections(member.protection) for member in members(row) if member.protection}
    family = (Protection.HOUSEHOLD,)
    assert told == {201: (Protection.STAGE,), 202: family, 203: family}


def test_a_published_round_changes_keepers_on_its_day_and_not_before(qin: Viewer):
    row = opened(qin, effective_on=TODAY + timedelta(7))
    before = team.kept()
    row = actions.submit(by=qin, round_id=row.public_id, number=1, now=NOW)
    assert row.state == RoundState.APPROVAL
    region = region_of(qin)
    row = actions.approve(by=region, round_id=row.public_id, now=NOW)
    assert row.state == RoundState.DUE
    assert team.kept() == before
    assert coming.due(TODAY + timedelta(6)) == []
    assert [coming.carry_out(round_key=key, now=NOW) for key in coming.due(TODAY + timedelta(7))] == [True]
    wanted = {member.customer_id: member.after.staff_no for member in members(row) if member.after}
    assert team.kept() == wanted != before
    assert not coming.carry_out(round_key=row.pk, now=NOW)


def region_of(qin: Viewer) -> Viewer:
    """Somebody of the regional office."""
    from guanhu.apps.people.models import Staff

    staff = Staff.objects.create(staff_no="R01", name="顾怀远", branch_id=qin.branch_id, post="office")
    return Viewer(
        staff.staff_no, staff.pk, qin.branch_id, "office", staff.name, Role.REGION, "B1", region=(qin.branch_id,)
    )


def test_who_asked_may_not_approve(qin: Viewer):
    row = opened(qin)
    actions.submit(by=qin, round_id=row.public_id, number=1, now=NOW)
    with pytest.raises(Denied):
        actions.approve(by=qin, round_id=row.public_id, now=NOW)


def test_the_second_person_sends_it_back_with_a_reason(qin: Viewer):
    row = opened(qin)
    actions.submit(by=qin, round_id=row.public_id, number=1, now=NOW)
    region = region_of(qin)
    with pytest.raises(Refused):
        actions.send_back(by=region, round_id=row.public_id, because=" ")
    assert actions.send_back(by=region, round_id=row.public_id, because="先等认领").state == RoundState.DRAFT


def in_force(qin: Viewer, **more: object) -> Round:
    """A monthly round, which takes no second person, in force at once."""
    row = opened(qin, RoundKind.MONTHLY, **more)
    for place, member in enumerate(one for one in members(row) if one.before and one.before.staff_no == SHEN):
        if place < 1:
            actions.pin(
                by=qin, round_id=row.public_id, member_id=member.public_id, keeper=team.staff(LU).public_id, now=NOW
            )
    actions.solve(by=qin, round_id=row.public_id, now=NOW + timedelta(minutes=1))
    return actions.submit(by=qin, round_id=row.public_id, number=2, now=NOW + timedelta(minutes=2))


@pytest.mark.practice("P8")
def test_what_is_in_force_may_be_taken_back_within_a_day_and_then_no_more(qin: Viewer):
    before = team.kept()
    row = in_force(qin)
    assert row.state == RoundState.IN_FORCE
    moved = {key for key, keeper in team.kept().items() if before[key] != keeper}
    assert moved
    assert {one.customer_id for one in Handover.objects.for_system(SYSTEM).filter(round=row, ended_at=None)} == moved
    with pytest.raises(Refused):
        actions.revert(by=qin, round_id=row.public_id, because="晚了", now=NOW + timedelta(hours=25))
    actions.revert(by=qin, round_id=row.public_id, because="客户不愿意", now=NOW + timedelta(hours=23))
    assert team.kept() == before
    assert not Handover.objects.for_system(SYSTEM).filter(round=row, ended_at=None).exists()


def test_who_has_moved_on_since_stays_where_she_is_when_a_round_is_taken_back(qin: Viewer):
    row = in_force(qin)
    moved = Handover.objects.for_system(SYSTEM).filter(round=row).order_by("customer_id").first()
    assert moved is not None
    customer = moved.customer
    actions.change_for(
        by=qin, customer=customer.public_id, keeper=team.staff(HE).public_id, because="客户指定", now=NOW
    )
    actions.revert(by=qin, round_id=row.public_id, because="重来", now=NOW + timedelta(hours=1))
    assert team.kept()[customer.key] == HE


def test_the_head_pins_whom_she_will_and_the_solver_keeps_to_it(qin: Viewer):
    row = opened(qin, RoundKind.FIRST)
    one = members(row)[0]
    to = next(number for number in (SHEN, HE, LU) if one.after and one.after.staff_no != number)
    actions.pin(by=qin, round_id=row.public_id, member_id=one.public_id, keeper=team.staff(to).public_id, now=NOW)
    with pytest.raises(Refused):
        actions.submit(by=qin, round_id=row.public_id, number=1, now=NOW)
    actions.solve(by=qin, round_id=row.public_id, now=NOW + timedelta(minutes=1))
    told = Member.objects.for_system(SYSTEM).get(pk=one.pk)
    assert told.after_id == team.staff(to).pk
    assert told.why == "pinned"
    assert told.earlier_id == one.after_id


def test_only_what_was_seen_last_is_published(qin: Viewer):
    row = opened(qin, RoundKind.MONTHLY)
    actions.solve(by=qin, round_id=row.public_id, now=NOW)
    with pytest.raises(Conflict):
        actions.submit(by=qin, round_id=row.public_id, number=1, now=NOW)


def test_the_same_round_gives_the_same_proposal(qin: Viewer):
    row = opened(qin, RoundKind.FIRST)
    assert actions.solve(by=qin, round_id=row.public_id, now=NOW).digest == last(row).digest
    first, second = Proposal.objects.for_system(SYSTEM).filter(round=row).order_by("number")
    assert first.digest == second.digest


def test_one_round_of_a_post_at_a_time(qin: Viewer):
    row = opened(qin)
    with pytest.raises(Refused, match="已有一轮"):
        opened(qin)
    actions.drop(by=qin, round_id=row.public_id, because="重来", now=NOW)
    assert opened(qin).state == RoundState.DRAFT


def test_a_keeper_opens_no_round_and_another_branch_sees_none(qin: Viewer):
    row = opened(qin)
    with pytest.raises(Denied):
        opened(viewer(SHEN))
    with pytest.raises(Denied):
        queries.round_of(viewer("S03"), row.public_id)
    with pytest.raises(Invisible):
        actions.solve(by=qin, round_id=uuid4(), now=NOW)


@pytest.mark.practice("P51")
def test_a_customer_who_wants_another_keeper_gets_her_at_once(qin: Viewer):
    from guanhu.apps.customers.models import Customer

    one = Customer.objects.for_system(SYSTEM).get(key=201)
    row = actions.change_for(by=qin, customer=one.public_id, keeper=team.staff(LU).public_id, because="住得近", now=NOW)
    assert row.state == RoundState.IN_FORCE
    assert team.kept()[201] == LU
    handover = Handover.objects.for_system(SYSTEM).get(customer_id=201)
    assert handover.giver.staff_no == SHEN
    assert handover.taker.staff_no == LU


@pytest.mark.practice("P50")
def test_the_database_writes_down_who_kept_whom_whoever_changes_it(qin: Viewer):
    in_force(qin)
    customers.take_in({"customers": [customer_row(key, keeper_no=LU) for key in (260,)]})
    rows = Assignment.objects.for_system(SYSTEM).filter(customer_id__in=KEYS)
    assert rows.filter(until_at=None).count() == 60
    moved = set(rows.exclude(until_at=None).values_list("customer_id", flat=True))
    assert moved == set(Handover.objects.for_system(SYSTEM).values_list("customer_id", flat=True))
    assert all(row.round_id for row in rows.filter(until_at=None, customer_id__in=moved))


def test_the_banks_list_does_not_undo_what_a_round_decided(qin: Viewer):
    in_force(qin)
    now = team.kept()
    customers.take_in({"customers": [customer_row(key, keeper_no=team.keeper_of(key)) for key in KEYS]})
    assert team.kept() == now


def test_the_twin_a_keeper_no_round_has_touched_follows_the_banks_list(qin: Viewer):
    customers.take_in({"customers": [customer_row(201, keeper_no=HE)]})
    assert team.kept()[201] == HE


@pytest.mark.practice("P46")
def test_the_calendar_asks_for_the_months_round_once(qin: Viewer):
    due = (RoundKind.MONTHLY, date(2026, 12, 1))
    wanted = calendar.wanted(due, NOW)
    assert [(one.post, one.kind, one.effective_on) for one in wanted] == [(WEALTH, *due)]
    actions.open_round(by=None, now=NOW, **wanted[0]._asdict())
    assert calendar.wanted(due, NOW) == []


def test_somebody_who_left_brings_a_round_of_her_own(qin: Viewer):
    gone = team.staff(LU)
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    wanted = calendar.wanted(None, NOW)
    assert [one.kind for one in wanted] == [RoundKind.LEAVER]
    row = actions.open_round(by=None, now=NOW, **wanted[0]._asdict())
    assert not any(member.after_id == gone.pk for member in members(row))
    assert last(row).placed == team.UNEVEN[LU]


def test_somebody_new_is_given_a_list_as_far_as_the_share_allows(db: None):
    team.enter()
    new = {"staff_no": "S07", "name": "程一诺", "branch_no": "B1", "post": "wealth"}
    customers.take_in({"staff": [*team.TEAM, new], "branches": team.BRANCHES})
    wanted = calendar.wanted(None, NOW)
    assert [one.kind for one in wanted] == [RoundKind.JOINER]
    row = actions.open_round(by=None, now=NOW, **wanted[0]._asdict())
    comes = {one["no"]: one["comes"] for one in last(row).lists}
    assert comes["S07"] == row.moves == 9


def test_the_lists_of_a_proposal_are_what_sql_by_hand_counts(db: None):
    team.enter(protected=range(201, 211))
    row = opened(viewer("S04"), RoundKind.FIRST)
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND, [row.pk, row.pk])
        counted = {(side, number): figures for side, number, *figures in cursor.fetchall()}
    told = {
        (side, one["no"]): [one[side]["customers"], one[side]["asset"], *one[side]["tiers"].values()]
        for one in last(row).lists for side in ("before", "after")
    }  # fmt: skip
    assert told == counted
    assert sum(figures[0] for (side, _), figures in counted.items() if side == "before") == len(KEYS)


BY_HAND = """
    select side, staff_no, count(*)::int, sum(average_fen)::bigint, count(*) filter (where tier = 'A')::int,
        count(*) filter (where tier = 'B')::int, count(*) filter (where tier = 'C')::int
    from (
        select 'before' as side, k.staff_no, s.average_fen, s.tier from customers_customer c
            join people_branch b on b.id = c.branch_id
            join customers_standing s on s.customer_id = c.key and s.night_id = b.current_night_id
            join people_staff k on k.id = c.keeper_id where exists (
                select from portfolio_member m where m.round_id = %s and m.customer_id = c.key)
        union all
        select 'after', k.staff_no, s.average_fen, s.tier from portfolio_member m
            join customers_customer c on c.key = m.customer_id join people_branch b on b.id = c.branch_id
            join customers_standing s on s.customer_id = c.key and s.night_id = b.current_night_id
            join people_staff k on k.id = m.after_id where m.round_id = %s
    ) as each group by 1, 2
"""


@pytest.mark.practice("P47")
def test_a_next_version_says_in_whom_it_differs_from_the_one_before(qin: Viewer):
    row = opened(qin, RoundKind.MONTHLY)
    assert queries.moves_of(qin, row.public_id).differs is None
    stays = next(one for one in members(row) if one.after_id == one.before_id and one.before.staff_no == SHEN)
    actions.pin(by=qin, round_id=row.public_id, member_id=stays.public_id, keeper=team.staff(HE).public_id, now=NOW)
    assert queries.unsolved(qin, row.public_id) == 1
    actions.solve(by=qin, round_id=row.public_id, now=NOW)
    told = queries.moves_of(qin, row.public_id, only="differs")
    assert told.differs == len(told.rows) >= 1
    mine = next(one for one in told.rows if one.public_id == stays.public_id)
    assert (mine.earlier, mine.after, mine.why) == ("沈知微", "何若溪", "pinned")
    actions.pin(by=qin, round_id=row.public_id, member_id=stays.public_id, keeper=None, now=NOW)
    assert queries.unsolved(qin, row.public_id) == 1


@pytest.mark.practice("P47", "P50")
def test_a_round_says_whom_it_would_move_again_and_who_was_spoken_with(qin: Viewer):
    first = in_force(qin)
    moved = set(Handover.objects.for_system(SYSTEM).filter(round=first).values_list("customer_id", flat=True))
    ended = Assignment.objects.for_system(SYSTEM).exclude(until_at=None)  # the database wrote them by its own clock
    ended.update(from_at=NOW - timedelta(days=2), until_at=NOW - timedelta(days=1))
    row = opened(qin, RoundKind.MONTHLY)
    leaving = [one for one in members(row) if one.customer_id in moved][:2]
    for one in leaving:
        to = SHEN if one.before and one.before.staff_no != SHEN else HE
        actions.pin(by=qin, round_id=row.public_id, member_id=one.public_id, keeper=team.staff(to).public_id, now=NOW)
    actions.solve(by=qin, round_id=row.public_id, now=NOW)
    told = queries.continuity(qin, row.public_id)
    gone = [one for one in members(row) if one.before_id and one.after_id != one.before_id]
    assert told.again == sum(one.customer_id in moved for one in gone) >= 1
    assert told.spoken == len(gone)  # all of them were reached on 1 September, 84 days ago
