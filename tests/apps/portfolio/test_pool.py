"""Customers nobody keeps, and those whose keeper has long not been in touch, by the rules of their tier."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.actions import Change
from guanhu.apps.people.queries import Shown, shown
from guanhu.apps.portfolio.claims.queries import pool_today
from guanhu.apps.portfolio.pool.queries import pool
from guanhu.rules.access import Denied
from tests.apps.portfolio import team
from tests.apps.portfolio.team import KEYS, SHEN, page_of
from tests.cast import viewer
from tests.factories import TODAY, publish


def now(later: int = 0) -> Shown:
    """What the branch shows, so many days on."""
    found = shown(viewer("S04").branch_id)
    assert found is not None
    return replace(found, today=TODAY + timedelta(later))


@pytest.mark.practice("P42")
def test_whom_nobody_keeps_stands_in_the_pool_and_is_late_by_her_tier(db: None):
    team.enter()
    shen = team.staff(SHEN).pk
    customers.hand_over([Change(key, shen, None) for key in (205, 203, 202)])
    told = pool(viewer("S04"), now(10))
    assert [(one.tail, one.tier.value, one.late) for one in told.nobodys] == [
        ("0205", "A", True), ("0203", "B", False), ("0202", "C", False),
    ]  # fmt: skip
    assert told.nobodys_in_all == 3
    assert all("罗*萍" in one.called for one in told.nobodys)


@pytest.mark.practice("P42")
def test_who_was_not_contacted_for_longer_than_her_tier_may_is_named_unless_protected(db: None):
    team.enter()
    rows = [team.standing(key) for key in KEYS]
    for key, days in ((205, 92), (210, 91), (203, 183), (202, 300)):
        rows[key - KEYS[0]]["last_contact_on"] = TODAY - timedelta(days)
    rows[215 - KEYS[0]] |= {"last_contact_on": date(2020, 1, 1), "protection": 1}
    publish(standings=rows)
    told = pool(viewer("S04"), now())
    assert [(one.tail, one.days, one.keeper) for one in told.quiet] == [("0205", 92, "沈知微"), ("0203", 183, "沈知微")]


def test_a_keeper_reads_no_pool(db: None):
    team.enter()
    with pytest.raises(Denied):
        pool(viewer(SHEN), now())


@pytest.mark.practice("P42")
def test_a_keeper_is_told_so_many_of_the_pool_a_day_and_the_same_all_day(db: None, settings: Any):
    settings.GUANHU_POLICY = replace(settings.GUANHU_POLICY, pool_views_day=3)
    team.enter(keepers=False)
    with page_of(SHEN) as seen:
        told = pool_today(seen)
        assert (len(told), pool_today(seen)) == (3, told)
    assert {one.tier.value for one in told} == {"A"}
    assert {one.called for one in told} == {"罗*萍"}
    publish(standings=[team.standing(key) for key in KEYS])
    with page_of(SHEN) as seen:
        assert pool_today(seen) != told
    with page_of("S03") as seen:
        assert pool_today(seen) == ()
