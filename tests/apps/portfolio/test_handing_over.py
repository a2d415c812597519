"""A handover forgets nothing: what hangs on a customer goes with her, in one transaction, by a rule that is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.actions import Change
from guanhu.apps.customers.models import Customer, Fact, Standing
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.people.queries import Shown, shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio import registry
from guanhu.apps.portfolio.handovers import actions, queries
from guanhu.apps.portfolio.models import Handover
from guanhu.apps.portfolio.registry import HANDED, MOVERS, Goes
from guanhu.apps.portfolio.rounds import actions as rounds
from guanhu.apps.work.models import PlanLine, Promise, Touch
from guanhu.apps.work.watching import queries as watching
from guanhu.rules.rounds import HandoverStep
from tests.apps.portfolio import team
from tests.apps.portfolio.team import HE, LU, SHEN
from tests.cast import viewer
from tests.factories import NOW, TODAY, line_row, publish

SYSTEM = "a test"


def on_a_customer() -> set[str]:
    """Every table whose rows belong to a customer, by a key or beside the database's back."""
    own = {
        model for model in apps.get_models() if model._meta.app_label in ("customers", "work", "portfolio", "people")
    }
    return {"customers_customer"} | {
        model._meta.db_table
        for model in own
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model is Customer and field.name == "customer"
    }


@pytest.mark.practice("P8")
def test_whatever_hangs_on_a_customer_is_registered_with_the_way_it_goes():
    assert on_a_customer() - set(HANDED) == set(), "say in portfolio/registry.py how these go with a customer"
    assert {table for table, goes in HANDED.items() if goes is Goes.BY_MOVER} == set(MOVERS)


def test_a_kind_that_is_not_registered_is_noticed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(registry.HANDED, "work_promise")
    assert on_a_customer() - set(HANDED) == {"work_promise"}


def test_what_names_the_keeper_beside_it_is_registered_as_following():
    beside = {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.db_table in HANDED and "keeper" in {field.name for field in model._meta.get_fields()}
    }
    follows = {table for table, goes in HANDED.items() if goes in (Goes.BY_DATABASE, Goes.BY_MOVER)}
    assert beside - {"customers_ledgerentry", "portfolio_assignment"} == follows


def handed(key: int = 201) -> tuple[Viewer, Viewer, Customer]:
    """沈知微's customer goes to 陆景行 today; both, and the customer."""
    team.enter()
    shen = team.staff(SHEN)
    customer = Customer.objects.for_system(SYSTEM).get(key=key)
    touch = Touch.objects.create(
        customer=customer, source="own", staff=shen, staff_no=SHEN, day_on=date(2026, 11, 20), at_time=time(9, 30),
        channel="call", outcome="reached", seconds=120, said="想问养老金", request_key="handed", recorded_at=NOW,
    )  # fmt: skip
    Promise.objects.create(customer=customer, staff=shen, made_on=date(2026, 11, 20), made_in=touch, channel="call",
                           due_on=TODAY + timedelta(2), purpose="回电养老金")  # fmt: skip
    Fact.objects.create(customer=customer, item=uuid4(), version=1, kind="need", heard_from="customer", by=shen,
                        recorded_at=NOW, heard_on=TODAY)  # fmt: skip
    publish(standings=[team.standing(one) for one in team.KEYS],
            lines=[line_row(key, 1), line_row(240, 1, keeper_no=HE), line_row(255, 1, keeper_no=LU)])  # fmt: skip
    qin = viewer("S04")
    rounds.change_for(by=qin, customer=customer.public_id, keeper=team.staff(LU).public_id, because="想换", now=NOW)
    customer.refresh_from_db()
    return viewer(SHEN), viewer(LU), customer


@pytest.mark.practice("P8")
def test_file_promises_contacts_and_todays_line_are_the_new_keepers_with_their_authors(db: None):
    shen, lu, customer = handed()
    promise = Promise.objects.seen_by(lu).get(customer=customer)
    assert promise.staff.staff_no == SHEN
    assert promise.due_on == TODAY + timedelta(2)
    assert Touch.objects.seen_by(lu).get(customer=customer).said == "想问养老金"
    assert Fact.objects.seen_by(lu).get(customer=customer).by.staff_no == SHEN
    line = PlanLine.objects.seen_by(lu).get(customer=customer)
    assert line.keeper_id == lu.staff_id
    assert [each.customer_id for each in PlanLine.objects.seen_by(lu).order_by("place")] == [255, 201]
    assert {row.keeper_id for row in Standing.objects.seen_by(lu).filter(customer=customer)} == {lu.staff_id}
    for model in (Promise, Touch, Fact, PlanLine, Standing):
        assert not model.objects.seen_by(shen).filter(customer=customer).exists(), model


def test_all_of_it_or_nothing(db: None, monkeypatch: pytest.MonkeyPatch):
    team.enter()
    customer = Customer.objects.for_system(SYSTEM).get(key=201)

    def fail(changes: object) -> None:
        raise RuntimeError("a mover failed")

    monkeypatch.setitem(registry.MOVERS, "work_planline", fail)
    with pytest.raises(RuntimeError):
        rounds.change_for(by=viewer("S04"), customer=customer.public_id, keeper=team.staff(LU).public_id,
                          because="想换", now=NOW)  # fmt: skip
    assert team.kept()[201] == SHEN
    assert not Handover.objects.for_system(SYSTEM).exists()


def test_whoever_is_not_with_the_keeper_she_was_with_is_let_be(db: None):
    team.enter()
    he, lu, shen = (team.staff(one).pk for one in (HE, LU, SHEN))
    missed = customers.hand_over([Change(201, he, lu), Change(202, shen, lu)])
    assert missed == [201]
    assert (team.kept()[201], team.kept()[202]) == (SHEN, LU)


def now_shown(who: Viewer) -> Shown:
    """What the branch shows."""
    found = shown(who.branch_id)
    assert found is not None
    return found


@pytest.mark.practice("P8")
def test_both_colleagues_see_the_handover_with_its_three_steps_and_an_introduction(db: None):
    shen, lu, customer = handed()
    gives, takes = queries.mine(shen, now_shown(shen)), queries.mine(lu, now_shown(lu))
    assert [(one.comes, one.giver, one.taker) for one in (*gives, *takes)] == [
        (False, "沈知微", "陆景行"), (True, "沈知微", "陆景行"),
    ]  # fmt: skip
    assert customer.name not in repr(gives)
    assert gives[0].tail == customer.customer_no[-4:]
    assert [step.step for step in gives[0].steps] == list(HandoverStep)
    assert [step.mine for step in gives[0].steps] == [True, False, False]
    assert "陆景行" in gives[0].draft
    assert "沈知微" in takes[0].draft


@pytest.mark.practice("P8")
def test_each_does_her_own_steps_with_a_note(db: None):
    shen, lu, _customer = handed()
    one = queries.mine(shen, now_shown(shen))[0]
    with pytest.raises(Invisible):
        actions.done(by=lu, handover=one.public_id, step=HandoverStep.TOLD, note="说了", now=NOW)
    with pytest.raises(Refused):
        actions.done(by=shen, handover=one.public_id, step=HandoverStep.TOLD, note="  ", now=NOW)
    actions.done(by=shen, handover=one.public_id, step=HandoverStep.TOLD, note="她同意", now=NOW)
    for step in (HandoverStep.MET, HandoverStep.BEGUN):
        actions.done(by=lu, handover=one.public_id, step=step, note="一起见了", now=NOW)
    assert queries.mine(lu, now_shown(lu))[0].done


@pytest.mark.practice("P8")
def test_the_night_is_told_who_is_new_to_her_keeper_until_both_have_met_her(db: None):
    _shen, lu, customer = handed()
    told = {"customer": customer.key, "keeper_no": LU, "from_on": TODAY, "begun": False}
    assert queries.introductions_as_of(TODAY) == [told]
    step = queries.mine(lu, now_shown(lu))[0].public_id
    actions.done(by=lu, handover=step, step=HandoverStep.BEGUN, note="通过话了", now=NOW)
    assert queries.introductions_as_of(TODAY) == [told | {"begun": True}]
    actions.done(by=lu, handover=step, step=HandoverStep.MET, note="一起见了", now=NOW)
    assert queries.introductions_as_of(TODAY) == []


@pytest.mark.practice("P8")
def test_after_thirty_days_nobody_is_new_to_her_keeper(db: None):
    handed()
    assert [len(queries.introductions_as_of(TODAY + timedelta(n))) for n in (28, 29, 30)] == [1, 1, 0]


@pytest.mark.practice("P8")
def test_a_drop_in_contact_after_a_handover_is_noticed_and_as_many_contacts_are_not(db: None):
    shen, lu, customer = handed()
    other = Customer.objects.for_system(SYSTEM).get(key=202)
    rounds.change_for(
        by=viewer("S04"), customer=other.public_id, keeper=team.staff(LU).public_id, because="想换", now=NOW
    )
    for one, days in ((customer, (-20, -12, -4)), (other, (-20, -10, 3, 8))):
        for n in days:
            Touch.objects.create(
                customer=one, source="own", staff_id=shen.staff_id, staff_no=SHEN, day_on=TODAY + timedelta(n),
                at_time=time(9), channel="call", outcome="reached", seconds=90, recorded_at=NOW,
                request_key=f"{one.key} {n}",
            )  # fmt: skip
    later = replace(now_shown(lu), today=TODAY + timedelta(12))
    told = watching.watched(viewer("S04"), later)
    assert (told.handovers, told.dropped) == (2, 1)
    assert [(one.tail, one.before, one.since) for one in told.rows] == [("0201", 4, 0)]
    assert watching.watched(viewer("S04"), replace(later, today=TODAY + timedelta(5))).dropped == 0
    assert watching.watched(viewer("S04"), replace(later, today=TODAY + timedelta(31))).handovers == 0
