"""A contact is written down once, taken back while the day is open, and counted as the branch counts it."""

from dataclasses import replace
from datetime import date, time, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction

from guanhu.apps.people.errors import Conflict, Difference, Invisible, Refused
from guanhu.apps.work import actions, queries
from guanhu.apps.work.models import Promise, Touch
from guanhu.apps.work.shapes import NextStep, QuotaDone, Recorded
from tests import cast as people
from tests.cast import LI, ZHAO, Cast
from tests.factories import DAY, NOW, TODAY, publish

MINUTE = timedelta(minutes=1)


def record(cast: Cast, key: str = "k1", **given: Any) -> Recorded:
    """沈知微 reaches 赵桂芳 by phone for two minutes, unless told otherwise."""
    told: dict[str, Any] = {"customer": cast.zhao, "channel": "call", "outcome": "reached", "seconds": 120, **given}
    return actions.record_touch(by=cast.shen, request_key=key, now=told.pop("now", NOW), **told)


def count(cast: Cast, channel: str = "call") -> tuple[int, int, int]:
    """Due, done and attempts of a channel."""
    found = next(each for each in queries.today(cast.shen).quotas if each.channel == channel)
    return found.due, found.done, found.attempts


@pytest.mark.practice("P55")
@pytest.mark.parametrize(
    ("told", "done"),
    [
        ({"seconds": 60}, 1),
        ({"seconds": 59}, 0),
        ({"seconds": None}, 0),
        ({"seconds": 300, "outcome": "no_answer"}, 0),
        ({"seconds": 61, "outcome": "declined", "refusal": "no_need"}, 1),
    ],
)
def test_an_effective_call_lasts_a_minute_and_has_an_outcome(cast: Cast, told: dict[str, Any], done: int):
    assert record(cast, **told).effective is bool(done)
    assert count(cast) == (20, done, 1)


@pytest.mark.practice("P54")
def test_one_customer_counts_once_a_day_per_channel(cast: Cast):
    record(cast, "k1")
    record(cast, "k2")
    record(cast, "k3", customer=cast.li)
    assert count(cast) == (20, 2, 3)


@pytest.mark.practice("P54")
def test_a_message_counts_for_messages_and_not_for_calls(cast: Cast):
    record(cast, channel="message", outcome="sent")
    assert count(cast, "message") == (30, 1, 1)
    assert count(cast) == (20, 0, 0)


def test_a_meeting_that_took_place_counts(cast: Cast):
    record(cast, channel="meeting", outcome="closed", amount_fen=500_000_00, product="三年定期")
    assert count(cast, "meeting") == (5, 1, 1)


def test_the_same_submission_twice_is_one_contact(cast: Cast):
    first, second = record(cast), record(cast, outcome="no_answer")
    assert second == replace(first, already=True)
    assert Touch.objects.seen_by(cast.shen).count() == 1


def test_the_same_submission_on_the_next_day_is_still_that_contact(cast: Cast):
    first = record(cast)
    publish(TODAY, date(2026, 11, 25))
    second = record(cast, outcome="no_answer")
    assert (second.touch, second.already) == (first.touch, True)
    with pytest.raises(Refused):
        record(cast, customer=cast.li)
    assert [touch.day_on for touch in Touch.objects.seen_by(cast.shen)] == [TODAY]


def test_a_submission_undone_and_sent_again_stays_undone(cast: Cast):
    first = record(cast)
    actions.undo_touch(by=cast.shen, touch=first.touch, now=NOW)
    assert record(cast).already
    assert count(cast) == (20, 0, 0)


def test_a_form_of_one_customer_is_not_taken_for_another(cast: Cast):
    record(cast)
    with pytest.raises(Refused, match="另一位客户"):
        record(cast, customer=cast.li)


@pytest.mark.practice("P103")
@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"outcome": "declined"}, "refusal"),
        ({"outcome": "declined", "refusal": "tired"}, "refusal"),
        ({"refusal": "no_need"}, "refusal"),
        ({"outcome": "booked"}, "meeting_on"),
        ({"outcome": "booked", "meeting_on": date(2026, 11, 23)}, "meeting_on"),
        ({"meeting_on": date(2026, 12, 1)}, "meeting_on"),
        ({"outcome": "closed"}, "amount_fen"),
        ({"outcome": "closed", "amount_fen": 0}, "amount_fen"),
        ({"amount_fen": 100}, "amount_fen"),
        ({"outcome": "sent"}, "outcome"),
        ({"outcome": "wonderful"}, "outcome"),
        ({"channel": "pigeon"}, "channel"),
        ({"channel": "meeting", "outcome": "hung_up"}, "outcome"),
        ({"seconds": -1}, "seconds"),
        ({"seconds": 90_000}, "seconds"),
        ({"said": "长" * 2001}, "said"),
        ({"outcome": "no_answer", "retry_on": date(2026, 11, 20)}, "retry_on"),
        ({"next_steps": [NextStep(date(2026, 11, 23), "call", "迟了")]}, "next_steps"),
        ({"next_steps": [NextStep(date(2026, 11, 25), "pigeon", "?")]}, "next_steps"),
        ({"next_steps": [NextStep(date(2026, 11, 25), "call", "多")] * 7}, "next_steps"),
        ({"day": DAY}, "day"),
        ({"key": ""}, "request_key"),
        ({"key": "k" * 65}, "request_key"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words_at_its_field(cast: Cast, told: dict[str, Any], field: str):
    with pytest.raises(Refused) as refusal:
        record(cast, **told)
    assert list(refusal.value.errors) == [field]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in refusal.value.errors[field])
    assert not Touch.objects.for_system("a test").exists()


def test_the_next_line_is_offered_and_the_done_one_leaves_the_list(cast: Cast):
    assert record(cast).next_id == cast.li
    today = queries.today(cast.shen)
    assert [line.public_id for group in today.groups for line in group.lines] == [cast.li]
    assert [(line.public_id, line.touch.outcome, line.touch.at) for line in today.done] == [
        (cast.zhao, "reached", time(10, 10))
    ]
    assert (today.open_lines, today.planned, today.done_planned) == (1, 2, 1)


def test_nothing_is_next_when_the_last_line_is_done(cast: Cast):
    record(cast)
    assert record(cast, "k2", customer=cast.li).next_id is None


def test_nobody_answered_and_the_line_waits_for_its_hour(cast: Cast):
    record(cast, outcome="no_answer", seconds=None, retry_on=TODAY, retry_at=time(15, 30))
    line = queries.today(cast.shen).groups[0].lines[0]
    assert (line.public_id, line.retry_at, line.attempts) == (cast.zhao, time(15, 30), 1)
    record(cast, "k2", outcome="no_answer", seconds=None)
    assert [line.public_id for line in queries.today(cast.shen).done] == [cast.zhao]


@pytest.mark.practice("P58")
def test_a_booked_meeting_is_a_promise_beside_the_chosen_steps(cast: Cast):
    meeting, eve = date(2026, 12, 1), date(2026, 11, 30)
    record(cast, outcome="booked", meeting_on=meeting, meeting_at=time(10), meeting_place="贵宾室 2",
           next_steps=[NextStep(eve, "call", "二次确认"), NextStep(meeting, "meeting", "办理")])  # fmt: skip
    assert queries.brief(cast.shen, cast.zhao).promises == (
        NextStep(eve, "call", "二次确认"),
        NextStep(meeting, "meeting", "贵宾室 2", time(10)),
    )


def promise(cast: Cast, key: str, due_on: date, channel: str = "call") -> Promise:
    """A promise made yesterday."""
    row = queries.customers.customer_of(cast.shen, cast.zhao)
    return Promise.objects.create(
        customer=row, staff_id=cast.shen.staff_id, made_on=DAY, due_on=due_on, channel=channel, purpose=key
    )


@pytest.mark.parametrize(
    ("channel", "outcome", "kept"),
    [("call", "reached", True), ("meeting", "reached", True), ("message", "sent", False), ("call", "no_answer", False)],
)
def test_a_promise_is_kept_by_the_same_or_a_higher_way_that_got_through(
    cast: Cast, channel: str, outcome: str, kept: bool
):
    made, later = promise(cast, "回电", TODAY), promise(cast, "以后", date(2026, 12, 7))
    record(cast, channel=channel, outcome=outcome, seconds=None)
    made.refresh_from_db()
    later.refresh_from_db()
    assert ((made.kept_by is not None), later.kept_by) == (kept, None)


def test_undo_puts_everything_back_as_it_was(cast: Cast):
    made = promise(cast, "回电", TODAY)
    before = queries.today(cast.shen)
    done = record(cast, next_steps=[NextStep(date(2026, 12, 7), "call", "再谈")])
    assert actions.undo_touch(by=cast.shen, touch=done.touch, now=NOW + MINUTE) == cast.zhao
    made.refresh_from_db()
    assert made.kept_by is None
    assert [step.purpose for step in queries.brief(cast.shen, cast.zhao).promises] == ["回电"]
    after = queries.today(cast.shen)
    assert (after.quotas, after.done, after.open_lines) == (before.quotas, before.done, before.open_lines)


def test_undo_twice_is_once(cast: Cast):
    done = record(cast)
    actions.undo_touch(by=cast.shen, touch=done.touch, now=NOW)
    actions.undo_touch(by=cast.shen, touch=done.touch, now=NOW + MINUTE)
    assert Touch.objects.seen_by(cast.shen).get().undone_at == NOW


def test_a_clock_set_back_an_hour_does_not_stand_in_the_way_of_an_undo(cast: Cast):
    done = record(cast)
    actions.undo_touch(by=cast.shen, touch=done.touch, now=NOW - timedelta(hours=1))
    assert count(cast) == (20, 0, 0)


def test_a_published_day_cannot_be_undone_or_added_to(cast: Cast):
    done = record(cast)
    publish(TODAY, date(2026, 11, 25))
    with pytest.raises(Refused, match="已经结账"):
        actions.undo_touch(by=cast.shen, touch=done.touch, now=NOW)
    with pytest.raises(Refused, match="已经结账"):
        record(cast, "k2", day=TODAY)
    assert Touch.objects.seen_by(cast.shen).get().undone_at is None


def test_an_unknown_touch_is_absent(cast: Cast):
    with pytest.raises(Invisible):
        actions.undo_touch(by=cast.shen, touch=cast.zhao, now=NOW)


def test_a_line_that_changed_since_names_who_was_first(cast: Cast):
    seen = queries.brief(cast.shen, cast.zhao).version
    record(cast, version=seen)
    with pytest.raises(Conflict, match="你在另一个窗口 10:10 已先记下「接通」"):
        record(cast, "k2", version=seen)
    record(cast, "k3", version=queries.brief(cast.shen, cast.zhao).version)


def test_who_took_a_customer_over_hears_that_her_colleague_was_first(cast: Cast):
    seen = queries.brief(cast.shen, cast.zhao).version
    record(cast)
    with connection.cursor() as cursor:
        cursor.execute("update customers_customer set keeper_id = %s where key = %s", [cast.zhou.staff_id, ZHAO])
    told: dict[str, Any] = {"customer": cast.zhao, "channel": "call", "outcome": "reached", "now": NOW}
    with pytest.raises(Conflict, match="沈知微 10:10 已先记下「接通」"):
        actions.record_touch(by=cast.zhou, request_key="k2", version=seen, **told)


def test_of_a_contact_and_a_line_set_aside_the_later_is_named(cast: Cast):
    seen = queries.brief(cast.shen, cast.zhao).version
    covering = replace(cast.zhou, covered=(cast.shen.staff_id,))
    actions.defer(by=covering, customer=cast.zhao, reason="客户出差", now=NOW)
    with pytest.raises(Conflict, match="已先把这位客户顺延") as aside:
        record(cast, version=seen)
    later = NOW + MINUTE
    told: dict[str, Any] = {"channel": "call", "outcome": "no_answer", "version": None}
    actions.record_touch(by=cast.shen, customer=cast.zhao, request_key="k2", now=later, **told)
    with pytest.raises(Conflict, match="沈知微 10:11 已先记下「未接」") as touched:
        actions.record_touch(by=covering, customer=cast.zhao, request_key="k3", now=later, **told | {"version": seen})
    assert (aside.value.who, touched.value.who) == ("周予安", "沈知微")


def test_a_line_set_aside_says_why_and_comes_back(cast: Cast):
    later = date(2026, 11, 26)
    told = {"by": cast.shen, "customer": cast.zhao, "now": NOW}
    assert actions.defer(reason="客户出差", until_on=later, **told) == cast.li
    actions.defer(reason="客户出差", **told)
    with pytest.raises(Conflict, match="另一个窗口") as conflict:
        actions.defer(reason="换个说法", **told)
    assert conflict.value.differences == (Difference("reason", "换个说法", "客户出差"),)
    today = queries.today(cast.shen)
    assert [(line.name, line.reason) for line in today.deferred] == [("赵*芳", "客户出差")]
    assert [step.due_on for step in queries.brief(cast.shen, cast.zhao).promises] == [later]
    actions.undo_deferral(by=cast.shen, deferral=today.deferred[0].deferral_id, now=NOW)
    assert queries.today(cast.shen).open_lines == 2
    assert queries.brief(cast.shen, cast.zhao).promises == ()


@pytest.mark.parametrize(
    ("told", "field"), [({"reason": " "}, "reason"), ({"reason": "忙", "until_on": TODAY}, "until_on")]
)
def test_a_line_is_not_set_aside_without_a_reason_or_into_the_past(cast: Cast, told: dict[str, Any], field: str):
    with pytest.raises(Refused) as refusal:
        actions.defer(by=cast.shen, customer=cast.zhao, now=NOW, **told)
    assert list(refusal.value.errors) == [field]


CONSTRAINTS: list[tuple[str, dict[str, Any]]] = [
    ("touch_declined_says_why", {"outcome": "declined"}),
    ("touch_declined_says_why", {"refusal": "no_need"}),
    ("touch_booked_says_when", {"outcome": "booked"}),
    ("touch_closed_says_how_much", {"outcome": "closed"}),
    ("touch_closed_says_how_much", {"amount_fen": 5}),
    ("touch_bank_or_own", {"staff_id": None}),
    ("touch_bank_or_own", {"contact_key": 9}),
    ("touch_bank_or_own", {"at_time": None}),
    ("touch_undone_after", {"undone_at": NOW - MINUTE}),
]


@pytest.mark.parametrize(("name", "given"), CONSTRAINTS)
def test_the_database_refuses_what_no_form_should_send(cast: Cast, name: str, given: dict[str, Any]):
    told = {
        "customer_id": ZHAO, "source": "own", "staff_id": cast.shen.staff_id, "staff_no": "S01", "day_on": TODAY,
        "at_time": time(10), "channel": "call", "outcome": "reached", "recorded_at": NOW, **given,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Touch.objects.create(**told)


def test_a_promise_is_due_after_it_was_made_and_not_both_kept_and_withdrawn(cast: Cast):
    with pytest.raises(IntegrityError, match="promise_due_after_made"), transaction.atomic():
        promise(cast, "昨天以前", DAY - timedelta(days=1))
    made = promise(cast, "回电", TODAY)
    record(cast)
    with pytest.raises(IntegrityError, match="promise_kept_or_withdrawn"), transaction.atomic():
        Promise.objects.seen_by(cast.shen).filter(pk=made.pk).update(withdrawn_at=NOW)


def together(*works: Any) -> list[Any]:
    """Run pieces of work at the same time, each on a connection of its own; returns answers and refusals."""
    answers: list[Any] = []

    def run(work: Any) -> None:
        try:
            answers.append(work())
        except (Conflict, Refused) as refusal:
            answers.append(refusal)
        finally:
            close_old_connections()
            connection.close()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_contact():
    cast = people.enter()
    answers = together(*[lambda: record(cast)] * 4)
    assert sorted(answer.already for answer in answers) == [False, True, True, True]
    assert Touch.objects.for_system("a test").count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_one_is_first_and_the_others_hear_it():
    cast = people.enter()
    answers = together(*[lambda key=key: record(cast, key, version=0) for key in ("a", "b", "c")])
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Conflict", "Recorded"]
    assert count(cast) == (20, 1, 1)


def test_a_quota_nobody_set_is_nothing(cast: Cast):
    nothing = tuple(QuotaDone(channel, 0, 0, 0) for channel in ("message", "call", "meeting"))
    assert queries.today(cast.qin).quotas == nothing


def test_old_contacts_do_not_fill_todays_quota(cast: Cast):
    row = {"contact": 7, "customer": LI, "staff_no": "S01", "day_on": TODAY, "channel": "call", "seconds": 300,
           "outcome": "reached"}  # fmt: skip
    actions.take_contacts({"contacts": [row]})
    assert count(cast) == (20, 0, 0)


def test_undoing_one_of_two_contacts_leaves_the_promise_kept_by_the_other(cast: Cast):
    made = promise(cast, "回电", TODAY)
    first, second = record(cast, "a"), record(cast, "b")
    actions.undo_touch(by=cast.shen, touch=first.touch, now=NOW)
    made.refresh_from_db()
    assert made.kept_by.public_id == second.touch
    actions.undo_touch(by=cast.shen, touch=second.touch, now=NOW)
    made.refresh_from_db()
    assert made.kept_by is None


def test_a_promise_whose_contact_was_undone_does_not_come_back(cast: Cast):
    first = record(cast, "a", outcome="no_answer", seconds=None, retry_on=TODAY)
    second = record(cast, "b")
    for touch in (first.touch, second.touch):
        actions.undo_touch(by=cast.shen, touch=touch, now=NOW)
    assert queries.brief(cast.shen, cast.zhao).promises == ()
    assert queries.promises_as_of(TODAY) == []


def test_an_undo_sent_twice_leaves_what_was_set_aside_anew(cast: Cast):
    told: dict[str, Any] = {"by": cast.shen, "now": NOW}
    actions.defer(customer=cast.zhao, reason="出差", **told)
    old = queries.today(cast.shen).deferred[0].deferral_id
    actions.undo_deferral(deferral=old, **told)
    actions.defer(customer=cast.zhao, reason="改到周五", until_on=date(2026, 11, 27), **told)
    assert actions.undo_deferral(deferral=old, **told) == cast.zhao
    assert [line.reason for line in queries.today(cast.shen).deferred] == ["改到周五"]
    assert [step.due_on for step in queries.brief(cast.shen, cast.zhao).promises] == [date(2026, 11, 27)]


def test_a_line_never_has_an_old_version_again(cast: Cast):
    told: dict[str, Any] = {"by": cast.shen, "now": NOW}
    actions.defer(customer=cast.zhao, reason="出差", **told)
    seen = queries.brief(cast.shen, cast.zhao).version
    record(cast, "a")
    aside = queries.Deferral.objects.seen_by(cast.shen).get().public_id
    actions.undo_deferral(deferral=aside, **told)
    with pytest.raises(Conflict):
        record(cast, "b", version=seen)


def test_who_was_contacted_today_is_not_set_aside(cast: Cast):
    record(cast)
    with pytest.raises(Refused) as refusal:
        actions.defer(by=cast.shen, customer=cast.zhao, now=NOW, reason="晚了")
    assert list(refusal.value.errors) == ["customer"]


def test_a_line_set_aside_on_a_closed_day_stays_there(cast: Cast):
    actions.defer(by=cast.shen, customer=cast.zhao, now=NOW, reason="出差")
    aside = queries.today(cast.shen).deferred[0].deferral_id
    publish(TODAY, date(2026, 11, 25))
    with pytest.raises(Refused, match="已经结账"):
        actions.undo_deferral(by=cast.shen, deferral=aside, now=NOW)
