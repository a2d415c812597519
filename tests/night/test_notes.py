"""What people write down by day is counted by the next night, and never changed by it."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from typer.testing import CliRunner

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers import queries as customer_queries
from guanhu.apps.work import actions as work
from guanhu.apps.work.shapes import NextStep
from guanhu.cli.app import app
from guanhu.engine import checks, pipeline, tables
from guanhu.night import publish, run
from guanhu.night.why import why
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.kinds import SignalKind
from guanhu.rules.signals import is_marketing
from tests.night.town import FRIDAY, MONDAY, NOW, SATURDAY, SUNDAY, TUESDAY, delivery, viewer

SELLING = {kind.value for kind in SignalKind if is_marketing(kind)}

pytestmark = [pytest.mark.slow, pytest.mark.long]


def customer(number: str):
    """A customer's record."""
    return customer_queries.Customer.objects.for_system("the town").get(customer_no=number)


def call(number: str, *, by: str = "S1", outcome: str = "reached", seconds: int = 120, **more):
    """A call of today, written down."""
    return work.record_touch(
        by=viewer(by), customer=customer(number).public_id, now=NOW, channel="call", outcome=outcome, seconds=seconds,
        request_key=f"{number}-{outcome}", said=more.pop("said", "谈了到期"), **more,
    )  # fmt: skip


def standing(town, number: str, day: date) -> dict:
    key = customer(number).key
    return next(row for row in town.lake.rows(tables.STANDINGS, day) if row["customer"] == key)


def touches() -> list[tuple]:
    """Every contact in the records, whole."""
    with connection.cursor() as cursor:
        cursor.execute("select t::text from work_touch t order by id")
        return cursor.fetchall()


@pytest.mark.practice("P55")
def test_an_effective_call_is_the_last_contact_after_the_night_of_its_day(town):
    call("C03")
    town.night(SATURDAY)
    assert standing(town, "C03", SATURDAY)["last_contact_on"] is None
    town.monday(SUNDAY)
    assert standing(town, "C03", MONDAY)["last_contact_on"] == MONDAY


def test_a_call_taken_back_counts_nothing(town):
    made = call("C03")
    work.undo_touch(by=viewer("S1"), touch=made.touch, now=NOW + timedelta(minutes=1))
    town.monday()
    assert standing(town, "C03", MONDAY)["last_contact_on"] is None


@pytest.mark.practice("P116")
def test_who_declined_hears_nothing_of_what_came_in(town):
    call("C10", by="S3", outcome="declined", refusal="no_need")
    town.monday()
    told = why(town.lake, MONDAY, town.policy, SHIPPED_CALENDAR, customer=customer("C10").key)
    assert "C10" not in town.plan(MONDAY, "S3")
    assert ("large_move", "cooling") in {(kind, barred.value) for kind, _, barred in told.withheld}


def test_who_said_nothing_hears_of_what_came_in(town):
    """The twin of the test above: the same night without the refusal."""
    town.monday()
    soon = {kind for row in town.lake.rows(tables.AHEAD, MONDAY) if row["customer"] == customer("C10").key
            for kind in json.loads(row["kinds"])}  # fmt: skip
    assert "large_move" in soon | set(kinds(town, "S3", "C10", MONDAY))


def test_a_promise_is_a_duty_on_its_day_and_not_before(town):
    call("C10", by="S3", next_steps=[NextStep(TUESDAY, "call", "回电")])
    town.night(SATURDAY)
    assert "promise" not in kinds(town, "S3", "C10", SATURDAY)
    town.monday(SUNDAY)
    assert "promise" in kinds(town, "S3", "C10", MONDAY)
    assert town.plan(MONDAY, "S3")["C10"]["task_group"] == "duty"


def kinds(town, keeper: str, number: str, day: date) -> list[str]:
    """The reasons of a customer's line, the weightiest first; none when she is not on the list."""
    line = town.plan(day, keeper).get(number)
    return [reason["kind"] for reason in json.loads(line["reasons"])] if line else []


def test_a_duty_that_found_no_slot_is_shown_beside_the_list(town):
    """Five complaints on a list so short that it asks for one call and one meeting."""
    angry = delivery(SATURDAY, MONDAY)
    angry["complaints"] = [
        {"complaint_no": f"X{n}", "customer_no": number, "opened_on": "2026-11-22", "subject": "排队久"}
        for n, number in enumerate(("C01", "C02", "C03", "C04", "C05"))
    ]
    town.night(MONDAY, town.send(MONDAY, angry, first=SATURDAY))
    asked = ["show", "plan", "--keeper", "S1", "--day", MONDAY.isoformat()]
    told = CliRunner().invoke(app, [*asked, "--json"], env={"GUANHU_VAR": str(town.folder)})
    rows = {row["customer"]: row for row in json.loads(told.output)}
    left = {number for number, row in rows.items() if row["place"] is None}
    assert left
    assert left | {number for number, row in rows.items() if row["task_group"] == "duty"} >= {"C03", "C04", "C05"}
    assert "没排下的必做" in CliRunner().invoke(app, asked, env={"GUANHU_VAR": str(town.folder)}).output


@pytest.mark.practice("P116")
def test_who_refuses_marketing_is_offered_nothing_from_the_next_night_on(town):
    assert sold(town, "S3", FRIDAY)
    for number in ("C09", "C10", "C12"):
        customers.refuse_marketing(by=viewer("S3"), customer=customer(number).public_id, day=MONDAY, now=NOW)
    town.monday()
    assert town.plan(MONDAY, "S3")
    assert not sold(town, "S3", MONDAY) & {"C09", "C10", "C12"}


def sold(town, keeper: str, day: date) -> set[str]:
    """The customers of a keeper's list with a reason that is marketing."""
    return {number for number in town.plan(day, keeper) if set(kinds(town, keeper, number, day)) & SELLING}


def test_a_contact_written_down_is_never_touched_by_a_night(town):
    call("C03")
    call("C10", by="S3", outcome="booked", meeting_on=TUESDAY)
    before = touches()
    town.monday()
    town.monday()
    assert touches() == before
    assert len(before) == 3


def test_what_the_old_system_recorded_is_taken_once(town):
    before = touches()
    assert len(before) == 1
    town.night(FRIDAY)
    town.night(SATURDAY)
    assert touches() == before


def test_a_contact_written_down_while_its_night_was_published_is_counted_by_the_next(town, monkeypatch):
    whole = publish.answers

    def late(task):
        call("C03")
        return whole(task)

    stages = tuple(stage if stage.name != "publish" else later(stage, late) for stage in run.STAGES)
    monkeypatch.setattr(run, "STAGES", stages)
    town.monday()
    monkeypatch.undo()
    assert standing(town, "C03", MONDAY)["last_contact_on"] is None
    town.night(TUESDAY)
    assert standing(town, "C03", TUESDAY)["last_contact_on"] == MONDAY
    before = {table.path: town.lake.digest(table, TUESDAY) for table in (tables.STATE, tables.STANDINGS)}
    pipeline.run(town.lake, TUESDAY, town.policy, SHIPPED_CALENDAR, mode="rebuild")
    assert {table.path: town.lake.digest(table, TUESDAY) for table in (tables.STATE, tables.STANDINGS)} == before
    assert checks.audit(town.lake, TUESDAY) == []


def later(stage, carry_out):
    """The stage, doing something else."""
    return replace(stage, carry_out=carry_out)


def test_a_contact_written_down_after_a_night_had_stopped_is_in_the_one_that_goes_on(town, monkeypatch):
    def full_disk(task):
        raise OSError(28, "No space left on device")

    stages = tuple(stage if stage.name != "plan" else later(stage, full_disk) for stage in run.STAGES)
    monkeypatch.setattr(run, "STAGES", stages)
    with pytest.raises(run.NightStopped, match="「排计划」没有做完"):
        town.monday()
    monkeypatch.undo()
    call("C03")
    town.monday()
    assert standing(town, "C03", MONDAY)["last_contact_on"] == MONDAY


def test_a_night_takes_the_hour_it_is_given(town):
    with connection.cursor() as cursor:
        cursor.execute("select started_at, finished_at from people_night")
        assert cursor.fetchall() == [(NOW, NOW)]
