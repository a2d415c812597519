"""Days arranged by the keeper: a contact on a day, who is left out, a week against its goal, tomorrow, the log."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.work import actions as work
from guanhu.apps.work import queries
from guanhu.apps.work.arranging import actions
from guanhu.apps.work.arranging.queries import tomorrow, week
from guanhu.apps.work.daybook.queries import Asked, log_of, own_log
from guanhu.apps.work.evening import actions as evening
from guanhu.apps.work.models import Deferral, Promise
from tests import cast as people
from tests.cast import LI, ZHAO, Cast
from tests.factories import DAY, NOW, TODAY
from tests.offices import id_of

TOMORROW, THURSDAY, FRIDAY = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)


def arranged(cast: Cast, **more: Any) -> Any:
    told = {"by": cast.shen, "customer": cast.zhao, "now": NOW, "due_on": THURSDAY, "channel": "meeting",
            "purpose": "客户要周四来办转存"}  # fmt: skip
    return actions.arrange(**{**told, **more})


def of_week(cast: Cast, **more: Any) -> Any:
    return week(cast.shen, queries.morning(cast.shen).now, **more)


@pytest.mark.practice("P58")
def test_a_contact_is_pinned_to_a_day_as_a_promise_and_the_night_is_told(cast: Cast):
    arranged(cast)
    row = Promise.objects.for_system("a test").get()
    assert (row.made_in, row.made_of, row.due_on, row.purpose) == (None, None, THURSDAY, "客户要周四来办转存")
    told = {"customer": ZHAO, "due_on": THURSDAY, "channel": "meeting"}
    assert told in queries.promises_as_of(TODAY)


@pytest.mark.parametrize(
    ("given", "says"),
    [({"due_on": TODAY}, "due_on"), ({"due_on": date(2026, 11, 28)}, "due_on"), ({"due_on": None}, "due_on"),
     ({"due_on": date(2027, 2, 23)}, "due_on"), ({"channel": "fax"}, "channel"), ({"purpose": " "}, "purpose"),
     ({"purpose": "长" * 121}, "purpose")],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_and_nothing_is_arranged(cast: Cast, given: dict[str, Any], says: str):
    with pytest.raises(Refused) as refused:
        arranged(cast, **given)
    assert list(refused.value.errors) == [says]
    assert not Promise.objects.for_system("a test").exists()


def test_the_same_customer_day_and_way_is_arranged_once(cast: Cast):
    arranged(cast)
    with pytest.raises(Refused, match="已有同样的安排"):
        arranged(cast, purpose="再写一遍")
    assert arranged(cast, channel="call")


def test_an_arrangement_is_taken_back_and_what_was_agreed_in_a_contact_is_not(cast: Cast):
    made = arranged(cast)
    for _twice in range(2):
        actions.cancel(by=cast.shen, promise=made, now=NOW)
    assert queries.promises_as_of(TODAY) == []
    work.record_touch(by=cast.shen, customer=cast.zhao, now=NOW, channel="call", outcome="booked", seconds=90,
                      meeting_on=FRIDAY, request_key="1")  # fmt: skip
    agreed = Promise.objects.for_system("a test").get(withdrawn_at=None)
    with pytest.raises(Invisible):
        actions.cancel(by=cast.shen, promise=agreed.public_id, now=NOW)


def test_what_was_moved_to_a_day_is_not_taken_off_it_by_itself(cast: Cast):
    evening.move_line(by=cast.shen, customer=cast.zhao, now=NOW, reason="占线", to=TOMORROW)
    moved = Promise.objects.for_system("a test").get()
    with pytest.raises(Invisible):
        actions.cancel(by=cast.shen, promise=moved.public_id, now=NOW)
    assert [one.arranged for day in of_week(cast).days for one in day.appointments] == [False]


def test_anothers_customers_and_arrangements_are_absent(cast: Cast):
    for customer in (cast.sun, cast.wu):
        with pytest.raises(Invisible):
            arranged(cast, customer=customer)
    made = arranged(cast)
    for who in (cast.zhou, cast.yan):
        with pytest.raises(Invisible):
            actions.cancel(by=who, promise=made, now=NOW)


# ---------------------------------------------------------------- who is left out of plans


def dropped(cast: Cast, until: date = date(2026, 12, 15)) -> Deferral:
    evening.drop_line(by=cast.shen, customer=cast.li, now=NOW, reason="出国一个月", until=until)
    row: Deferral = Deferral.objects.for_system("a test").get(undone_at=None)
    return row


@pytest.mark.practice("P63")
def test_who_is_dropped_goes_out_to_the_lake_until_the_last_day_and_never_why(cast: Cast):
    dropped(cast)
    told = {"customer": LI, "keeper_no": "S01", "from_on": TODAY, "until_on": date(2026, 12, 15)}
    assert queries.pauses_as_of(DAY) == []
    assert queries.pauses_as_of(TODAY) == queries.pauses_as_of(date(2026, 12, 15)) == [told]
    assert queries.pauses_as_of(date(2026, 12, 16)) == []


def test_who_is_put_back_or_resumed_is_left_out_no_longer(cast: Cast):
    row = dropped(cast)
    work.undo_deferral(by=cast.shen, deferral=row.public_id, now=NOW)
    assert queries.pauses_as_of(TODAY) == []
    row = dropped(cast)
    assert [(one.name, one.until) for one in of_week(cast).left_out] == [("李*华", date(2026, 12, 15))]
    with pytest.raises(Invisible):
        actions.resume(by=cast.zhou, deferral=row.public_id, now=NOW)
    actions.resume(by=cast.shen, deferral=row.public_id, now=NOW)
    assert (queries.pauses_as_of(TODAY), of_week(cast).left_out) == ([], ())


# ---------------------------------------------------------------- the week


@pytest.mark.practice("P68")
def test_a_goal_stands_over_the_week_and_what_counts_is_counted_once_a_customer_day_and_way(cast: Cast):
    actions.set_goal(by=cast.shen, now=NOW, week_on=DAY, contacts=60, meetings=5, said="到期的都见一遍")
    actions.set_goal(by=cast.shen, now=NOW, week_on=DAY, contacts=50, meetings=4, said="到期的都见一遍")
    call = {"by": cast.shen, "customer": cast.zhao, "now": NOW, "outcome": "reached", "seconds": 90}
    for n, channel in enumerate(("call", "call", "meeting")):
        work.record_touch(channel=channel, request_key=str(n), **call)
    arranged(cast, due_on=FRIDAY)
    it = of_week(cast)
    assert (it.goal.contacts, it.goal.meetings, it.goal.said) == (50, 4, "到期的都见一遍")
    assert (it.contacts, it.meetings, it.ahead, it.meetings_ahead) == (2, 1, 1, 1)
    assert [day.day for day in it.days] == [DAY + timedelta(n) for n in range(5)]
    assert [len(day.appointments) for day in it.days] == [0, 0, 0, 0, 1]


def test_the_next_week_has_a_goal_and_appointments_of_its_own(cast: Cast):
    monday = DAY + timedelta(7)
    arranged(cast, due_on=monday)
    actions.set_goal(by=cast.shen, now=NOW, week_on=monday, contacts=40, meetings=0)
    assert (of_week(cast).goal, of_week(cast).ahead) == (None, 0)
    later = of_week(cast, after=1)
    assert (later.goal.contacts, len(later.days[0].appointments)) == (40, 1)
    assert week(cast.zhou, queries.morning(cast.zhou).now, after=1).goal is None


@pytest.mark.parametrize(
    ("given", "says"),
    [({"contacts": 0}, "contacts"), ({"contacts": 501}, "contacts"), ({"meetings": 61}, "meetings"),
     ({"meetings": -1}, "meetings"), ({"said": "长" * 201}, "goal"), ({"week_on": TODAY}, "week_on"),
     ({"week_on": DAY - timedelta(7)}, "week_on"), ({"week_on": DAY + timedelta(14)}, "week_on")],
)  # fmt: skip
def test_a_goal_nobody_can_mean_is_refused(cast: Cast, given: dict[str, Any], says: str):
    with pytest.raises(Refused) as refused:
        actions.set_goal(**{"by": cast.shen, "now": NOW, "week_on": DAY, "contacts": 60, "meetings": 5, **given})
    assert says in refused.value.errors


# ---------------------------------------------------------------- tomorrow


@pytest.mark.practice("P62")
def test_tomorrow_holds_what_is_promised_at_its_hour_and_by_its_way_and_what_was_moved_there(cast: Cast):
    arranged(cast, due_on=TOMORROW, at_time=time(14, 30))
    evening.move_line(by=cast.shen, customer=cast.li, now=NOW, reason="占线", to=TOMORROW)
    arranged(cast, due_on=FRIDAY, channel="call")
    it = tomorrow(cast.shen, queries.morning(cast.shen))
    assert (it.day, [(one.at, one.name) for one in it.timed]) == (TOMORROW, [(time(14, 30), "赵*芳")])
    assert {way: [one.name for one in those] for way, those in it.open.items()} == {"call": ["李*华"]}
    assert it.planned == {"message": 0, "call": 1, "meeting": 1}
    assert it.due["call"] >= 1


@pytest.mark.practice("P62")
def test_what_was_promised_before_and_never_kept_stands_on_tomorrow_once(cast: Cast):
    for due in (DAY, TODAY):
        Promise.objects.create(customer_id=LI, staff_id=cast.shen.staff_id, made_on=DAY, due_on=due, channel="call")
    it = tomorrow(cast.shen, queries.morning(cast.shen))
    assert [one.due_on for one in it.open["call"]] == [TODAY]


@pytest.mark.practice("P62")
def test_a_confirmed_tomorrow_is_no_review_and_a_review_beside_it_stays_one_row(cast: Cast):
    actions.confirm_tomorrow(by=cast.shen, now=NOW)
    assert tomorrow(cast.shen, queries.morning(cast.shen)).confirmed_at == NOW
    from guanhu.apps.work.evening.queries import evening as evening_of
    from guanhu.apps.work.evening.reading.queries import team

    assert evening_of(cast.shen, queries.workday(cast.shen)).written is None
    head = queries.morning(cast.qin).now
    assert [(one.review, one.confirmed) for one in team(cast.qin, head).colleagues if one.name == "沈知微"] == [
        (None, True)
    ]
    evening.move_line(by=cast.shen, customer=cast.zhao, now=NOW, reason="占线", to=TOMORROW)
    evening.write_review(by=cast.shen, now=NOW, best="开场好", missed="")
    assert evening_of(cast.shen, queries.workday(cast.shen)).written.best == "开场好"
    assert tomorrow(cast.shen, queries.morning(cast.shen)).confirmed_at == NOW


# ---------------------------------------------------------------- the log


@pytest.mark.practice("P67")
def test_a_log_tells_by_day_by_hour_and_by_what_came_of_it_and_leaves_out_what_was_undone(cast: Cast):
    told = {"by": cast.shen, "customer": cast.zhao, "now": NOW}
    work.record_touch(channel="call", outcome="reached", seconds=90, request_key="1", **told)
    work.record_touch(channel="call", outcome="no_answer", request_key="2", **told)
    gone = work.record_touch(channel="message", outcome="sent", request_key="3", **told)
    work.undo_touch(by=cast.shen, touch=gone.touch, now=NOW)
    log = own_log(cast.shen, queries.morning(cast.shen).now, Asked())
    assert (log.whole.contacts, log.hours, len(log.days)) == (2, ((10, 2, 1),), 5)
    assert dict(log.outcomes) == {"reached": 1, "no_answer": 1}
    assert [(one.outcome, one.effective, one.name) for one in log.entries] == [
        ("no_answer", False, "赵*芳"), ("reached", True, "赵*芳"),
    ]  # fmt: skip
    only = own_log(cast.shen, queries.morning(cast.shen).now, Asked(outcome="reached"))
    assert only.whole.contacts == 1


@pytest.mark.practice("P67")
def test_a_head_reads_the_log_of_her_own_branch_alone(cast: Cast):
    work.record_touch(by=cast.shen, customer=cast.zhao, now=NOW, channel="message", outcome="sent", request_key="1")
    now = queries.morning(cast.qin).now
    assert log_of(cast.qin, now, id_of("S01"), Asked()).whole.contacts == 1
    assert log_of(cast.qin, now, id_of("S03"), Asked()) is None
    with pytest.raises(PermissionError):
        log_of(cast.zhou, now, id_of("S01"), Asked())
    assert people.ZHAO
