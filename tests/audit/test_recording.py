"""What is done and what is written about it stand or fall together."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from guanhu.apps.audit import trail
from guanhu.apps.people import actions as people
from guanhu.rules.kinds import TrailAction
from tests.audit.conftest import SHEN, YAN, entries
from tests.factories import DAY, NOW, TODAY

pytestmark = pytest.mark.django_db


@trail.recorded
def move_stage(customer: int, *, broken: bool = False) -> str:
    trail.note(SHEN, TrailAction.STAGE, person=customer, object=("customer", "p-1"), fields=("stage",),
               before={"stage": "known"}, after={"stage": "habit"}, reason="已形成习惯")  # fmt: skip
    if broken:
        raise RuntimeError("no")
    return "moved"


@trail.recorded
def move_two(first: int, second: int) -> None:
    move_stage(first)
    with pytest.raises(RuntimeError):
        move_stage(second, broken=True)


def test_an_action_leaves_one_record_that_says_all():
    assert move_stage(7) == "moved"
    (one,) = entries()
    told = one["told"]
    assert (one["chain"], one["seq"], one["actor"], one["action"], one["result"]) == ("B1", 1, "S01", "stage", "done")
    assert (told["role"], told["unit"], told["kind"], told["id"]) == ("keeper", "B1", "customer", "p-1")
    assert told["fields"] == ["stage"]
    assert told["before"]["stage"] != told["after"]["stage"]
    assert told["policy"]
    assert "known" not in one["record"]
    assert one["person"] == told["person"] != 7


def test_an_action_that_fails_leaves_nothing():
    with pytest.raises(RuntimeError):
        move_stage(7, broken=True)
    assert entries() == []


def test_what_an_inner_action_noted_before_it_failed_is_dropped_and_the_rest_kept():
    move_two(1, 2)
    assert len(entries()) == 1


def test_a_plain_savepoint_that_is_rolled_back_takes_its_notes_along():
    with trail.recording():
        trail.note(SHEN, TrailAction.CUSTOMER_VIEW, person=1)
        with suppress(RuntimeError), transaction.atomic():
            trail.note(SHEN, TrailAction.REVEAL, person=1)
            raise RuntimeError
    assert [one["action"] for one in entries()] == ["customer_view"]


def test_records_are_written_last_and_once():
    with trail.recording():
        move_stage(1)
        assert entries() == []
    move_stage(2)
    assert [one["seq"] for one in entries()] == [1, 2]


def test_a_note_outside_of_any_recording_is_written_at_once():
    trail.note(None, TrailAction.SIGN_IN_FAILED, result="refused")
    (one,) = entries("bank")
    assert (one["actor"], one["result"]) == ("", "refused")


def test_chains_are_those_of_the_branches_and_numbered_by_themselves():
    with trail.recording():
        trail.note(YAN, TrailAction.LIST_VIEW, people=[3, 1, 2, 3])
        trail.note(SHEN, TrailAction.LIST_VIEW, people=[])
        trail.note(YAN, TrailAction.CUSTOMER_VIEW, person=3)
    assert [(one["chain"], one["seq"]) for one in entries()] == [("B1", 1), ("B2", 1), ("B2", 2)]
    listed, viewed = entries("B2")
    assert listed["told"]["count"] == 3
    assert sorted(listed["people"]) == listed["people"]
    assert viewed["person"] in listed["people"]


def trail_down(execute, sql, params, many, context):
    """The database, as long as it takes everything but records."""
    if "audit_append" in sql:
        raise OperationalError("no room left")
    return execute(sql, params, many, context)


@trail.recorded
def do_and_note(cursor) -> None:
    cursor.execute("insert into deed values (1)")
    trail.note(SHEN, TrailAction.REVEAL, person=1)


def test_when_the_trail_cannot_be_written_nothing_was_done():
    with connection.cursor() as cursor:
        cursor.execute("create temporary table deed (n int) on commit drop")
        with connection.execute_wrapper(trail_down), pytest.raises(trail.TrailDown):
            do_and_note(cursor)
        cursor.execute("select count(*) from deed")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_what_is_noted_after_the_commit_is_written_too():
    with trail.recording():
        transaction.on_commit(lambda: trail.note(SHEN, TrailAction.SIGN_OUT))
    assert [one["action"] for one in entries()] == ["sign_out"]


def test_the_source_of_a_request_stands_in_its_records():
    with trail.during(trail.Source(session="secret-session", address="10.0.0.7", device="Edge", request_id="r1")):
        trail.note(SHEN, TrailAction.CUSTOMER_VIEW, person=1)
    (one,) = entries()
    assert (one["told"]["address"], one["told"]["device"], one["told"]["request"]) == ("10.0.0.7", "Edge", "r1")
    assert "secret-session" not in one["record"]
    trail.note(SHEN, TrailAction.CUSTOMER_VIEW, person=1)
    assert "address" not in entries()[1]["told"]


def test_a_night_under_other_rules_says_so():
    for day, policy in ((DAY, "one"), (DAY, "one"), (TODAY, "two")):
        people.begin_night(day, TODAY + timedelta(days=1), policy=policy, code="test", at=NOW)
    (changed,) = entries("bank")
    assert (changed["action"], changed["told"]["before"], changed["told"]["after"]) == (
        "rule_change", {"policy": "one"}, {"policy": "two"},
    )  # fmt: skip
