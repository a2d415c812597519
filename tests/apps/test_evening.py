"""The end of a day: every line has a result or a word about it, and what was learnt is written down. P63, P65."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.work import actions as work
from guanhu.apps.work import queries
from guanhu.apps.work.arranging.queries import tomorrow
from guanhu.apps.work.bulk.actions import undo_all
from guanhu.apps.work.evening import actions
from guanhu.apps.work.evening.models import Review
from guanhu.apps.work.evening.queries import evening
from guanhu.apps.work.models import Deferral, Promise
from tests import cast as people
from tests.cast import Cast
from tests.factories import NOW, TODAY

TOMORROW, FRIDAY, SATURDAY = date(2026, 11, 25), date(2026, 11, 27), date(2026, 11, 28)


def told(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"by": cast.shen, "now": NOW, "reason": "客户在外地", **more}


def aside(customer: Any) -> Deferral:
    row: Deferral = Deferral.objects.for_system("a test").get(customer__public_id=customer, undone_at=None)
    return row


def promised(customer: Any) -> list[date]:
    rows = Promise.objects.for_system("a test").filter(customer__public_id=customer, kept_by=None, withdrawn_at=None)
    return list(rows.order_by("due_on").values_list("due_on", flat=True))


def now_of(cast: Cast) -> Any:
    return evening(cast.shen, queries.workday(cast.shen))


@pytest.mark.practice("P63")
def test_a_line_waits_for_another_day_as_a_promise_for_it(cast: Cast):
    actions.move_line(customer=cast.li, to=FRIDAY, **told(cast))
    assert promised(cast.li) == [FRIDAY]
    it = now_of(cast)
    assert ([line.name for line in it.rest], list(it.moved_to.values())) == ([], [FRIDAY])


@pytest.mark.practice("P63")
@pytest.mark.parametrize("to", [None, TODAY, SATURDAY, date(2027, 3, 1), FRIDAY])
def test_what_must_have_a_result_today_waits_for_the_next_working_day_alone(cast: Cast, to: date | None):
    with pytest.raises(Refused, match="2026-11-25"):
        actions.move_line(customer=cast.zhao, to=to, **told(cast))
    actions.move_line(customer=cast.zhao, to=TOMORROW, **told(cast))
    assert promised(cast.zhao) == [TOMORROW]


@pytest.mark.parametrize("to", [None, TODAY, SATURDAY, date(2027, 3, 1)])
def test_a_day_that_nobody_works_has_passed_or_is_too_far_is_refused(cast: Cast, to: date | None):
    with pytest.raises(Refused, match="最晚 2027-02-22"):
        actions.move_line(customer=cast.li, to=to, **told(cast))
    assert promised(cast.li) == []


@pytest.mark.practice("P63")
def test_a_line_is_dropped_with_a_reason_until_a_day_and_promises_nothing(cast: Cast):
    actions.drop_line(customer=cast.li, until=date(2026, 12, 15), **told(cast, reason="出国一个月"))
    row = aside(cast.li)
    assert (row.left_until, row.reason, promised(cast.li)) == (date(2026, 12, 15), "出国一个月", [])
    assert now_of(cast).today.deferred[0].left_until == date(2026, 12, 15)


@pytest.mark.practice("P63")
def test_what_must_have_a_result_today_is_never_dropped(cast: Cast):
    with pytest.raises(Refused, match="不能放下"):
        actions.drop_line(customer=cast.zhao, until=TOMORROW, **told(cast))
    assert [line.name for line in now_of(cast).must] == ["赵*芳"]


@pytest.mark.parametrize("until", [None, TODAY, date(2027, 2, 23)])
def test_nobody_is_dropped_without_an_end_or_for_longer_than_a_quarter(cast: Cast, until: date | None):
    with pytest.raises(Refused, match="最晚 2027-02-22"):
        actions.drop_line(customer=cast.li, until=until, **told(cast))


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_neither_goes_without_a_reason(cast: Cast, reason: str):
    for write, day in ((actions.move_line, {"to": FRIDAY}), (actions.drop_line, {"until": FRIDAY})):
        with pytest.raises(Refused, match="原因"):
            write(customer=cast.li, **day, **told(cast, reason=reason))


def test_another_keepers_line_is_absent(cast: Cast):
    for customer in (cast.sun, cast.wu):
        with pytest.raises(Invisible):
            actions.drop_line(customer=customer, until=FRIDAY, **told(cast))


@pytest.mark.practice("P63")
def test_everything_that_may_wait_is_moved_to_tomorrow_at_once_and_duties_stay(cast: Cast):
    people.plan_size(cast.shen, 6)
    assert actions.move_rest(by=cast.shen, now=NOW, reason="时间不够") == 6
    assert not Promise.objects.for_system("a test").exists()  # else tomorrow would be nothing but duties
    there = tomorrow(cast.shen, queries.morning(cast.shen))
    assert [one.carried for one in there.open["call"]] == ["时间不够"] * 6
    with pytest.raises(Refused, match="没有可以一起顺延的"):
        actions.move_rest(by=cast.shen, now=NOW, reason="时间不够")


def test_duties_are_left_by_the_move_of_all(cast: Cast):
    assert actions.move_rest(by=cast.shen, now=NOW, reason="时间不够") == 1
    it = now_of(cast)
    assert ([line.name for line in it.must], [line.name for line in it.rest]) == (["赵*芳"], [])


def test_taking_a_line_back_takes_back_its_own_promise_and_no_other(cast: Cast):
    other = Promise.objects.create(customer_id=people.LI, staff_id=cast.shen.staff_id, made_on=TODAY, due_on=FRIDAY,
                                   channel="meeting", purpose="带资料")  # fmt: skip
    actions.move_line(customer=cast.li, to=TOMORROW, **told(cast))
    assert promised(cast.li) == [TOMORROW, FRIDAY]
    work.undo_deferral(by=cast.shen, deferral=aside(cast.li).public_id, now=NOW)
    assert promised(cast.li) == [FRIDAY]
    actions.move_line(customer=cast.li, to=TOMORROW, **told(cast))
    undo_all(by=cast.shen, deferrals=[aside(cast.li).public_id], now=NOW)
    other.refresh_from_db()
    assert (promised(cast.li), other.withdrawn_at) == ([FRIDAY], None)


# ---------------------------------------------------------------- the review


def written(cast: Cast, **more: Any) -> Any:
    return actions.write_review(by=cast.shen, now=NOW, **{"best": "先问外孙女，再谈存单", "missed": "", **more})


def settled(cast: Cast) -> None:
    actions.move_line(customer=cast.zhao, to=TOMORROW, **told(cast))


@pytest.mark.practice("P65")
def test_a_review_is_one_a_day_and_says_the_last(cast: Cast):
    settled(cast)
    first, again = written(cast), written(cast, missed="利率低的那位")
    assert first == again
    (row,) = Review.objects.for_system("a test").all()
    assert (row.best, row.missed, row.day_on) == ("先问外孙女，再谈存单", "利率低的那位", TODAY)
    assert now_of(cast).written.missed == "利率低的那位"


@pytest.mark.practice("P63")
def test_no_review_is_handed_in_while_a_duty_has_neither_result_nor_word(cast: Cast):
    with pytest.raises(Refused, match="必做还有 1 件"):
        written(cast)
    settled(cast)
    assert written(cast)


@pytest.mark.parametrize("said", [{"best": " ", "missed": ""}, {"best": "长" * 501}, {"missed": "长" * 501}])
def test_an_empty_review_and_a_long_one_are_refused(cast: Cast, said: dict[str, str]):
    settled(cast)
    with pytest.raises(Refused):
        written(cast, **said)


def test_a_day_that_is_over_is_not_written_on_any_more(cast: Cast):
    settled(cast)
    written(cast)
    people.publish(day=TODAY, today_on=TOMORROW)
    with pytest.raises(Refused, match="已经结账"):
        written(cast, day=TODAY, best="改写昨天")
    it = now_of(cast)
    assert (it.written, [one.best for one in it.before]) == (None, ["先问外孙女，再谈存单"])


def test_the_days_figures_count_ones_own_contacts_that_stand(cast: Cast):
    call = {"by": cast.shen, "customer": cast.zhao, "now": NOW, "channel": "call"}
    work.record_touch(outcome="no_answer", request_key="1", **call)
    work.record_touch(outcome="reached", seconds=59, request_key="2", **call)
    work.record_touch(outcome="booked", seconds=300, meeting_on=FRIDAY, request_key="3", **call)
    gone = work.record_touch(outcome="closed", seconds=90, amount_fen=5_000_00, request_key="4", **call)
    work.undo_touch(by=cast.shen, touch=gone.touch, now=NOW)
    work.record_touch(outcome="closed", seconds=90, amount_fen=7_000_00, request_key="5", **call)
    figures = now_of(cast).figures
    assert (figures.contacts, figures.customers, figures.calls, figures.effective_calls) == (4, 1, 4, 2)
    assert (figures.effective_bp, figures.booked, figures.closed, figures.landed_fen) == (5000, 1, 1, 7_000_00)
