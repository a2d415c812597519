"""Days are counted by two roads that agree, a figure that was changed is found, and a gamer's day comes to her head."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from typer.testing import CliRunner

from guanhu.apps.customers.models import Customer, Source
from guanhu.apps.people.models import Staff
from guanhu.apps.work import actions as work
from guanhu.apps.work.counting.recount import recounted
from guanhu.apps.work.models import DayCount, Flag, Touch
from guanhu.cli.app import app
from guanhu.night import counting, run
from guanhu.night.stages import Task
from tests.night.town import FRIDAY, MONDAY, NOW, SATURDAY, Town, viewer

pytestmark = [pytest.mark.slow, pytest.mark.long]
COUNTED = pytest.mark.practice("P52", "P54", "P55")

OUTCOMES = ("reached", "reached", "declined", "no_answer", "hung_up", "booked")


def differing(first: date, last: date) -> list[Any]:
    return [one for one in recounted(first, last, effective_call_seconds=60) if one.differs]


def touch(number: str, by: str, day: date, channel: str, outcome: str, seconds: int | None, **more: Any) -> Touch:
    """A contact in the records, from here or from the bank (``contact_key``)."""
    source = Source.BANK if "contact_key" in more else Source.OWN
    here = {} if source is Source.BANK else {"recorded_at": NOW, "at_time": NOW.time()}
    due = {"meeting_on": MONDAY} if outcome == "booked" else {}
    why = {"refusal": "no_need"} if outcome == "declined" else {}
    own = due | why if source is Source.OWN else {}
    return Touch.objects.create(
        customer=Customer.objects.for_system("the town").get(customer_no=number), staff=Staff.objects.get(staff_no=by),
        staff_no=by, source=source, day_on=day, channel=channel, outcome=outcome, seconds=seconds,
        **here, **own, **more,
    )  # fmt: skip


def figures(by: str, day: date, channel: str) -> tuple[int, int, int, int]:
    row = DayCount.objects.for_system("a test").get(staff__staff_no=by, day_on=day, channel=channel)
    return row.attempts, row.done, row.effective, row.declared


@COUNTED
def test_one_customer_counts_once_a_day_and_a_call_from_a_minute_on(town: Town):
    for seconds in (59, 60, 300):
        touch("C01", "S1", MONDAY, "call", "reached", seconds)
    touch("C02", "S1", MONDAY, "call", "reached", 59)
    touch("C03", "S1", MONDAY, "call", "no_answer", 300)
    touch("C04", "S1", MONDAY, "message", "sent", None)
    touch("C04", "S1", MONDAY, "message", "sent", None)
    touch("C05", "S1", MONDAY, "meeting", "no_answer", 900)
    touch("C03", "S1", MONDAY, "call", "reached", 300, undone_at=NOW)
    town.monday()
    assert figures("S1", MONDAY, "call") == (5, 1, 1, 1)
    assert figures("S1", MONDAY, "message") == (2, 1, 0, 0)
    assert figures("S1", MONDAY, "meeting") == (1, 0, 0, 0)
    assert differing(FRIDAY, MONDAY) == []


@COUNTED
def test_the_gateways_seconds_count_before_the_declared_ones_and_the_call_was_one_try(town: Town):
    rows = [contact("K8", "C01", "S1", 20), contact("K9", "C02", "S1", 80)]
    for number in ("C01", "C02", "C03"):
        touch(number, "S1", MONDAY, "call", "reached", 65)
    town.night(SATURDAY)
    files = town.send(MONDAY, delivery_with(rows), first=SATURDAY + timedelta(1))
    town.night(MONDAY, files)
    assert figures("S1", MONDAY, "call") == (3, 2, 2, 1)
    assert differing(FRIDAY, MONDAY) == []


def contact(number: str, customer: str, by: str, seconds: int) -> dict[str, str]:
    return {"contact_no": number, "customer_no": customer, "staff_no": by, "day_on": MONDAY.isoformat(),
            "channel": "call", "seconds": str(seconds), "outcome": "reached", "note": ""}  # fmt: skip


def delivery_with(contacts: list[dict[str, str]]) -> Any:
    from tests.night.town import delivery

    return delivery(SATURDAY + timedelta(1), MONDAY) | {"contacts": contacts}


@COUNTED
def test_contacts_of_any_kind_are_counted_alike_by_both_roads(town: Town):
    dice = random.Random(52030)
    rows = []
    for n in range(160):
        number, by = f"C{dice.randrange(1, 13):02}", dice.choice(("S1", "S1", "S2", "S3"))
        channel = dice.choice(("call", "call", "message", "meeting"))
        outcome = "sent" if channel == "message" else dice.choice(OUTCOMES)
        seconds = dice.choice((None, 0, 20, 59, 60, 61, 400))
        if channel == "call" and n % 3 == 0 and seconds is not None:
            rows.append({**contact(f"K{100 + n}", number, by, seconds), "outcome": outcome})
        else:
            touch(number, by, MONDAY, channel, outcome, seconds, undone_at=NOW if n % 11 == 0 else None)
    town.night(SATURDAY)
    town.night(MONDAY, town.send(MONDAY, delivery_with(rows), first=SATURDAY + timedelta(1)))
    told = recounted(FRIDAY, MONDAY, effective_call_seconds=60)
    assert [one for one in told if one.differs] == []
    assert sum(one.again[0] for one in told if one.day == MONDAY) > 100
    assert any(one.again[3] < one.again[1] for one in told if one.channel == "call"), "some were measured"


@COUNTED
def test_a_figure_that_was_changed_is_found_and_put_right_from_the_contacts(town: Town, monkeypatch):
    touch("C01", "S1", MONDAY, "call", "reached", 300)
    town.monday()
    row = DayCount.objects.for_system("a test").get(staff__staff_no="S1", day_on=MONDAY, channel="call")
    DayCount.objects.for_system("a test").filter(pk=row.pk).update(done=7)
    (found,) = differing(FRIDAY, MONDAY)
    assert (found.staff_no, found.channel, found.kept[1], found.again[1]) == ("S1", "call", 7, 1)
    task = replace(town.task(MONDAY), at=NOW)
    counting.count(task)
    assert differing(FRIDAY, MONDAY) == []


@COUNTED
def test_a_contact_nobody_counted_is_found(town: Town):
    town.monday()
    touch("C07", "S2", MONDAY, "call", "reached", 300)
    assert [(one.staff_no, one.kept, one.again) for one in differing(MONDAY, MONDAY)] == [
        ("S2", (0, 0, 0, 0), (1, 1, 1, 1))
    ]


@pytest.mark.practice("P71")
def test_what_was_planned_stands_beside_what_was_done(town: Town):
    lines = town.plan(FRIDAY, "S1")
    number, line = next(iter(sorted(lines.items())))
    touch(number, "S1", MONDAY, "call", "reached", 300)
    outside = next(no for no in ("C01", "C02", "C03", "C04", "C05") if no not in lines)
    touch(outside, "S1", MONDAY, "call", "reached", 300)
    town.monday()
    rows = DayCount.objects.for_system("a test").filter(staff__staff_no="S1", day_on=MONDAY)
    assert sum(row.planned for row in rows) == len(lines)
    assert {row.channel: row.kept for row in rows}[line["channel"]] == 1
    assert sum(row.kept for row in rows) == 1
    assert {row.channel: row.quota for row in rows} == {"message": 1, "call": 1, "meeting": 1}


@pytest.mark.practice("P71")
def test_days_before_the_first_plan_are_counted_and_have_nothing_planned(town: Town):
    row = DayCount.objects.for_system("a test").get(day_on=date(2026, 11, 18))
    assert (row.staff.staff_no, row.channel, row.attempts, row.done, row.declared) == ("S1", "call", 1, 1, 0)
    assert (row.planned, row.kept, row.quota, row.selling) == (None, None, None, None)


def test_counting_twice_is_counting_once(town: Town):
    touch("C01", "S1", MONDAY, "call", "reached", 300)
    town.monday()
    before = list(DayCount.objects.for_system("a test").order_by("staff", "day_on", "channel").values_list("done"))
    task = replace(town.task(MONDAY), at=NOW)
    assert "新提示 0 条" in counting.count(task)
    after = list(DayCount.objects.for_system("a test").order_by("staff", "day_on", "channel").values_list("done"))
    assert before == after


# ---------------------------------------------------------------- flags


def gaming(by: str = "S1") -> None:
    """Six calls of a minute and a bit, all written within six minutes, with one note."""
    for n, number in enumerate(("C01", "C02", "C03", "C04", "C05", "C06")):
        at = datetime(2026, 11, 23, 9, 45 + n, tzinfo=UTC)
        row = touch(number, by, MONDAY, "call", "reached", 61 + n, said="客户表示会考虑，下周再联系")
        Touch.objects.for_system("a test").filter(pk=row.pk).update(recorded_at=at, at_time=at.time())


@COUNTED
def test_a_gamers_day_is_raised_once_and_no_count_is_changed(town: Town):
    gaming()
    town.monday()
    found = {row.kind: row for row in Flag.objects.for_system("a test").filter(staff__staff_no="S1", day=MONDAY)}
    assert set(found) == {"copied", "near"}
    assert (found["near"].seen, found["near"].among, len(found["near"].contacts)) == (6, 6, 6)
    assert figures("S1", MONDAY, "call") == (6, 6, 6, 6)
    town.monday()
    assert Flag.objects.for_system("a test").filter(staff__staff_no="S1").count() == 2


@COUNTED
def test_a_flag_stays_when_its_contacts_are_undone_and_when_it_was_answered(town: Town):
    gaming()
    town.monday()
    near = Flag.objects.for_system("a test").get(kind="near")
    Flag.objects.for_system("a test").filter(pk=near.pk).update(
        answer="talked", note="谈过", answered_by=Staff.objects.get(staff_no="S3"), answered_at=NOW
    )
    Touch.objects.for_system("a test").filter(day_on=MONDAY).update(undone_at=NOW + timedelta(days=1))
    counting.raise_of(replace(town.task(MONDAY), at=NOW), MONDAY)
    rows = {row.kind: (row.seen, row.answer) for row in Flag.objects.for_system("a test").all()}
    assert rows == {"near": (6, "talked"), "copied": (6, "open")}


def test_the_stage_stands_in_the_list_and_says_what_it_did(town: Town):
    report = town.monday()
    said = dict(report.lines)
    assert re.fullmatch(r"\d+ 天 \d+ 行，新提示 0 条", said["点数"])
    assert [stage.name for stage in run.STAGES].index("count") > [stage.name for stage in run.STAGES].index("publish")
    assert isinstance(town.task(MONDAY), Task)


def test_the_command_says_what_it_counted_again(town: Town, monkeypatch, tmp_path):
    town.monday()
    monkeypatch.setattr("guanhu.cli.recount.open_bank", nothing_to_open)
    monkeypatch.setattr("guanhu.cli.recount.these_books", lambda: Books(town))
    runner = CliRunner()
    good = runner.invoke(app, ["recount", "--day", MONDAY.isoformat(), "--since", FRIDAY.isoformat()])
    assert (good.exit_code, good.stdout.split("，")[-1].strip()) == (0, "0 行不同")
    touch("C07", "S2", MONDAY, "call", "reached", 300)
    wrong = runner.invoke(app, ["recount", "--day", MONDAY.isoformat(), "--json"])
    assert wrong.exit_code == 1
    assert '"attempts": "0 → 1"' in wrong.stdout
    town.monday()
    again = runner.invoke(app, ["recount", "--day", MONDAY.isoformat(), "--again"])
    assert again.exit_code == 0, again.stdout
    assert connection.vendor == "postgresql"


class nothing_to_open:
    """The database of the test is open already."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_told: object) -> None:
        return None


class Books:
    """The town's books."""

    def __init__(self, town: Town) -> None:
        self.lake, self.policy = town.lake, town.policy


def test_who_wrote_it_down_through_the_page_is_counted(town: Town):
    made = work.record_touch(
        by=viewer("S2"), customer=Customer.objects.for_system("the town").get(customer_no="C06").public_id, now=NOW,
        channel="call", outcome="reached", seconds=90, request_key="once", said="谈了到期",
    )  # fmt: skip
    assert made.effective
    town.monday()
    assert figures("S2", MONDAY, "call") == (1, 1, 1, 1)
