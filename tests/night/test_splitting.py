"""By night bonds are measured, rounds come by themselves, and those whose day has come are in force."""

from __future__ import annotations

import pytest

from guanhu.apps.customers.models import Customer, Standing
from guanhu.apps.people.models import Branch
from guanhu.apps.portfolio.models import Member, Round
from guanhu.apps.portfolio.rounds import actions as rounds
from guanhu.apps.work import actions as work
from guanhu.engine import tables
from guanhu.rules.kinds import Post
from guanhu.rules.rounds import RoundKind, RoundState
from tests.night.town import FRIDAY, MONDAY, NOW, SATURDAY, SUNDAY, TUESDAY, viewer

pytestmark = [pytest.mark.slow, pytest.mark.long]
SYSTEM = "a test"


def bond(number: str) -> dict[str, object]:
    """What binds this customer to her keeper, as the night shown measured it."""
    night = Branch.objects.get(branch_no="B2" if number >= "C09" else "B1").current_night
    row = Standing.objects.for_system(SYSTEM).get(customer__customer_no=number, night=night)
    return {name: getattr(row, name) for name in Standing.BOND}


@pytest.mark.practice("P44", "P48")
def test_each_night_says_what_binds_a_customer_and_what_of_hers_falls_due(town):
    town.night(FRIDAY)
    assert bond("C01") == {"trust_bp": 500, "protection": 8, "maturing_fen": 50_000_000, "difficulty": 2}
    assert bond("C05") == {"trust_bp": 1_500, "protection": 0, "maturing_fen": 0, "difficulty": 1}
    assert bond("C11") == {"trust_bp": 500, "protection": 0, "maturing_fen": 0, "difficulty": 3}


@pytest.mark.practice("P48")
def test_three_effective_contacts_in_ninety_days_protect(town):
    for channel in ("call", "meeting"):
        work.record_touch(by=viewer("S1"), customer=customer("C05"), now=NOW, channel=channel, outcome="reached",
                          seconds=200, request_key=channel, said="谈了")  # fmt: skip
    town.night(SATURDAY)
    town.monday(SUNDAY)
    assert bond("C05")["protection"] == 2
    assert bond("C05")["trust_bp"] == 3_500


def customer(number: str):
    """By her number."""
    return Customer.objects.for_system(SYSTEM).get(customer_no=number).public_id


@pytest.mark.practice("P46")
def test_the_months_round_lies_there_as_a_proposal_before_the_month_begins(town):
    town.night(FRIDAY)
    assert not Round.objects.for_system(SYSTEM).exists()
    town.night(SATURDAY)
    town.monday(SUNDAY)
    row = Round.objects.for_system(SYSTEM).get()
    assert (row.branch.branch_no, row.kind, row.state) == ("B1", RoundKind.MONTHLY, RoundState.DRAFT)
    assert (row.effective_on.isoformat(), row.opened_by, row.figures_on) == ("2026-12-01", None, MONDAY)
    town.night(TUESDAY)
    assert Round.objects.for_system(SYSTEM).count() == 1


@pytest.mark.practice("P46")
def test_the_night_puts_a_round_in_force_before_it_plans_the_day(town):
    town.night(FRIDAY)
    row = rounds.open_round(by=None, branch_id=viewer("S1").branch_id, post=Post.WEALTH, kind=RoundKind.FIRST,
                            effective_on=TUESDAY, now=NOW)  # fmt: skip
    Round.objects.for_system(SYSTEM).filter(pk=row.pk).update(state=RoundState.DUE)
    given = Member.objects.for_system(SYSTEM).filter(round=row, customer__customer_no="C04")
    assert given.update(after_id=viewer("S2").staff_id, why="pinned") == 1
    before = kept()
    town.night(SATURDAY)
    assert kept() == before
    town.monday(SUNDAY)
    assert Round.objects.for_system(SYSTEM).get(pk=row.pk).state == RoundState.IN_FORCE
    assert kept() == before | {"C04": "S2"}
    numbers = dict(Customer.objects.for_system(SYSTEM).values_list("key", "customer_no"))
    told = {numbers[one["customer"]]: one["keeper_no"] for one in town.lake.rows(tables.KEEPERS, MONDAY)}
    assert told == kept()
    planned = {numbers[one["customer"]]: one["keeper_no"] for one in town.lake.rows(tables.PLANS, MONDAY)}
    assert all(kept()[number] == keeper for number, keeper in planned.items())


def kept() -> dict[str, str]:
    """Who keeps whom."""
    rows = Customer.objects.for_system(SYSTEM).exclude(keeper=None)
    return dict(rows.values_list("customer_no", "keeper__staff_no"))
