"""A night's answers are published whole or not at all, twice is once, and what people wrote is never touched."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers import queries as customer_queries
from guanhu.apps.customers.models import Holding, MonthEnd, Standing
from guanhu.apps.people import actions as people
from guanhu.apps.people import queries as people_queries
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.models import Night
from guanhu.apps.work import actions as work
from guanhu.apps.work import queries
from guanhu.apps.work.models import Ahead, Opportunity, PlanLine, Quota, Touch
from tests import cast as people_of_the_cast
from tests.apps.test_intake import digest
from tests.cast import LI, SUN, ZHAO, Cast
from tests.factories import DAY, NOW, TODAY, WAN, line_row, publish, quota_rows, standing_row

NEXT = date(2026, 11, 25)
PUBLISHED = (Standing, Holding, Opportunity, PlanLine, Ahead, Quota)


def rows_of_nights() -> dict[int, int]:
    """How many published rows each night has."""
    found: dict[int, int] = {}
    for model in PUBLISHED:
        for night in model.objects.for_system("a test").values_list("night_id", flat=True):
            found[night] = found.get(night, 0) + 1
    return found


def test_publishing_a_branch_twice_changes_nothing(cast: Cast):
    night = people_queries.current_nights()["B1"].night_id
    before, counts = queries.today(cast.shen), rows_of_nights()
    again = people.begin_night(DAY, TODAY, policy="test", code="test", at=NOW)
    assert again != night
    people_of_the_cast.morning()
    after = queries.today(cast.shen)
    assert after == before
    assert rows_of_nights()[again] == counts[night]


def test_filling_the_same_night_again_replaces_its_rows(cast: Cast):
    branch = people_queries.branch_ids()["B1"]
    night = people.begin_night(TODAY, NEXT, policy="test", code="test", at=NOW)
    told: dict[str, Any] = {"opportunities": [], "lines": [line_row(ZHAO, 1), line_row(LI, 2)], "quotas": quota_rows()}
    for _ in range(2):
        customers.publish_answers(night, branch, standings=[standing_row(ZHAO)], holdings=[], month_ends=[])
        work.publish_plan(night, branch, **told)
    assert rows_of_nights()[night] == 1 + 2 + 3
    work.publish_plan(night, branch, **told | {"lines": [line_row(LI, 1)]})
    assert rows_of_nights()[night] == 1 + 1 + 3


def test_a_branch_filled_again_leaves_the_other_branch_alone(cast: Cast):
    before = queries.today(cast.yan)
    night = people_queries.current_nights()["B2"].night_id
    branch = people_queries.branch_ids()["B1"]
    work.publish_plan(night, branch, opportunities=[], lines=[], quotas=[])
    assert queries.today(cast.yan) == before


def test_readers_see_the_old_list_until_the_flip(cast: Cast):
    before = queries.today(cast.shen)
    night = people.begin_night(TODAY, NEXT, policy="test", code="test", at=NOW)
    branch = people_queries.branch_ids()["B1"]
    work.publish_plan(night, branch, opportunities=[], lines=[line_row(LI, 1, day_on=NEXT)], quotas=[])
    assert queries.today(cast.shen) == before
    assert people.flip(branch, night) is True
    assert queries.today(cast.shen).day == NEXT
    assert people.flip(branch, night) is False


def test_a_publish_that_breaks_half_way_leaves_nothing_behind(cast: Cast):
    before, rows = queries.today(cast.shen), rows_of_nights()
    twice = [line_row(LI, 1), line_row(LI, 2)]
    with pytest.raises(IntegrityError), transaction.atomic():
        publish(TODAY, NEXT, standings=[standing_row(LI)], lines=twice)
    assert queries.today(cast.shen) == before
    assert rows_of_nights() == rows


def test_a_branch_never_goes_back_to_an_earlier_day(cast: Cast):
    earlier = people.begin_night(date(2026, 11, 20), DAY, policy="test", code="test", at=NOW)
    with pytest.raises(Refused, match="不能退回"):
        people.flip(people_queries.branch_ids()["B1"], earlier)


def test_an_interrupted_night_is_taken_up_again(db: None):
    first = people.begin_night(DAY, TODAY, policy="1", code="1", at=NOW)
    assert people.begin_night(DAY, TODAY, policy="2", code="2", at=NOW) == first
    people.finish_night(first, at=NOW)
    people.finish_night(first, at=NOW)
    second = people.begin_night(DAY, TODAY, policy="2", code="2", at=NOW)
    assert [(night.night_id, night.attempt, night.state) for night in people_queries.nights()] == [
        (first, 1, "published"), (second, 2, "running")
    ]  # fmt: skip
    assert people_queries.last_published().night_id == first
    assert people_queries.running().night_id == second
    assert people_queries.last_published_before(DAY) is None
    assert people_queries.last_published_before(TODAY) == DAY


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("night_day_attempt", {"attempt": 1}),
        ("night_one_running_a_day", {"attempt": 2}),
        ("night_today_after_day", {"attempt": 3, "today_on": DAY, "state": "published", "finished_at": NOW}),
        ("night_finished_when_published", {"attempt": 4, "state": "published"}),
    ],
)
def test_nights_are_in_order(db: None, name: str, given: dict[str, Any]):
    people.begin_night(DAY, TODAY, policy="1", code="1", at=NOW)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Night.objects.create(**{"day": DAY, "today_on": TODAY, "started_at": NOW, "policy": "", "code": "", **given})


def test_old_nights_are_forgotten_but_this_one_and_the_one_before(cast: Cast):
    shown = {night.night_id for night in people_queries.current_nights().values()}
    days = [TODAY, NEXT, date(2026, 11, 26)]
    nights = [publish(day, date(2026, 11, 27), standings=[standing_row(ZHAO)], quotas=quota_rows()) for day in days]
    assert people.forget_old_nights() > 0
    kept = rows_of_nights()
    assert set(kept) == {nights[-1], nights[-2], *(shown & set(kept))}
    assert people_queries.current_nights()["B2"].night_id in kept
    assert people.forget_old_nights() == 0


def test_a_night_that_runs_is_not_forgotten(cast: Cast):
    running = publish(TODAY, NEXT, standings=[standing_row(ZHAO)], finish=False)
    people.forget_old_nights()
    assert running in rows_of_nights()


def test_a_contact_already_recorded_is_never_touched_by_a_night(cast: Cast):
    work.record_touch(
        by=cast.shen, customer=cast.zhao, channel="call", outcome="reached", seconds=90, request_key="k", now=NOW
    )
    before = digest("work_touch", "work_promise", "customers_consent")
    people_of_the_cast.morning()
    publish(TODAY, NEXT, standings=[standing_row(ZHAO)])
    people.forget_old_nights()
    assert digest("work_touch", "work_promise", "customers_consent") == before


def test_a_publish_that_forgets_contacts_is_noticed(cast: Cast):
    work.record_touch(by=cast.shen, customer=cast.zhao, channel="call", outcome="reached", request_key="k", now=NOW)
    before = digest("work_touch")
    Touch.objects.for_system("a broken publish").delete()
    assert digest("work_touch") != before


def test_who_got_a_customer_while_the_night_was_written_has_her_standing(cast: Cast):
    """What was written for the keeper of before is told to whoever keeps her once the branch is held."""
    night = publish(TODAY, NEXT, standings=[standing_row(ZHAO), standing_row(LI)], finish=False)
    told = Standing.objects.for_system("a night").filter(night_id=night)
    told.filter(customer_id=ZHAO).update(keeper=cast.zhou.staff_id)
    customers.standings_follow(night, cast.shen.branch_id)
    assert set(told.values_list("keeper_id", flat=True)) == {cast.shen.staff_id}


def test_month_ends_stay_and_are_corrected(cast: Cast):
    row = {"customer": ZHAO, "day_on": date(2026, 10, 31), "balance_fen": 5 * WAN, "average_fen": 4 * WAN, "net_fen": 0}
    publish(TODAY, NEXT, month_ends=[row])
    publish(NEXT, date(2026, 11, 26), month_ends=[row | {"net_fen": 7}])
    assert list(MonthEnd.objects.for_system("a test").values_list("balance_fen", "net_fen")) == [(5 * WAN, 7)]


def test_the_night_asks_which_month_ends_are_known_and_sees_what_differs(cast: Cast):
    def row(key: int, day: date, fen: int) -> dict[str, Any]:
        return {"customer": key, "day_on": day, "balance_fen": fen, "average_fen": 2 * fen, "net_fen": -fen}

    september, october = date(2026, 9, 30), date(2026, 10, 31)
    assert customer_queries.month_ends_known() == {}
    publish(TODAY, NEXT, month_ends=[row(ZHAO, september, WAN), row(ZHAO, october, WAN), row(LI, october, 3)])

    def sums(rows: int, fen: int) -> customer_queries.MonthEndSums:
        return customer_queries.MonthEndSums(rows, fen, 2 * fen, -fen)

    known = {september: sums(1, ZHAO * WAN), october: sums(2, ZHAO * WAN + LI * 3)}
    assert customer_queries.month_ends_known() == known
    publish(NEXT, date(2026, 11, 26), month_ends=[row(LI, october, 4)])
    assert customer_queries.month_ends_known()[october] == sums(2, ZHAO * WAN + LI * 4)
    publish(NEXT, date(2026, 11, 26), month_ends=[row(ZHAO, october, 4), row(LI, october, WAN)])
    assert customer_queries.month_ends_known()[october] == sums(2, ZHAO * 4 + LI * WAN), "from one to another"


def test_the_night_takes_out_todays_contacts_without_the_undone(cast: Cast):
    told: dict[str, Any] = {"by": cast.shen, "channel": "call", "outcome": "reached", "now": NOW}
    kept = work.record_touch(customer=cast.zhao, seconds=90, request_key="a", **told)
    gone = work.record_touch(customer=cast.li, request_key="b", **told)
    work.undo_touch(by=cast.shen, touch=gone.touch, now=NOW)
    rows = queries.contacts_between(DAY, TODAY)
    number = Touch.objects.for_system("a test").get(public_id=kept.touch).pk
    assert rows == [
        {"contact": number, "customer": ZHAO, "staff_no": "S01", "day_on": TODAY, "channel": "call", "seconds": 90,
         "outcome": "reached"}
    ]  # fmt: skip
    assert queries.contacts_between(DAY, DAY) == []


def test_the_night_takes_out_what_held_on_its_day(cast: Cast):
    told: dict[str, Any] = {"by": cast.shen, "customer": cast.zhao, "now": NOW}
    customers.refuse_marketing(day=TODAY, evidence="", **told)
    customers.set_stage(stage="friend", current="relied_on", note="介绍同事", day=TODAY, **told)
    assert customer_queries.consents_as_of(DAY) == []
    assert customer_queries.consents_as_of(TODAY) == [
        {"customer": ZHAO, "purpose": "marketing", "granted": False, "changed_on": TODAY}
    ]
    stages = {row["customer"]: (row["keeper_no"], row["stage"]) for row in customer_queries.keepers_as_of(DAY)}
    assert stages[ZHAO] == ("S01", "relied_on")
    assert stages[SUN] == ("S02", "known")
    assert {row["customer"]: row["stage"] for row in customer_queries.keepers_as_of(TODAY)}[ZHAO] == "friend"


def test_the_night_takes_out_open_promises_once_a_day_and_channel(cast: Cast):
    due = date(2026, 12, 1)
    told: dict[str, Any] = {"by": cast.shen, "customer": cast.zhao, "channel": "call", "outcome": "reached", "now": NOW}
    steps = [queries.NextStep(due, "call", "再谈"), queries.NextStep(due, "call", "同一天")]
    done = work.record_touch(next_steps=steps, request_key="a", **told)
    assert queries.promises_as_of(TODAY) == [{"customer": ZHAO, "due_on": due, "channel": "call"}]
    assert queries.promises_as_of(DAY) == []
    work.undo_touch(by=cast.shen, touch=done.touch, now=NOW)
    assert queries.promises_as_of(TODAY) == []
