"""打扰度 of one customer: why she is left alone today, by which ways, and until when."""

from datetime import date, timedelta
from typing import Any

import pytest

from guanhu.apps.customers import actions as customers
from guanhu.apps.work import actions, queries
from guanhu.apps.work.file import queries as files
from guanhu.apps.work.shapes import Brief, Silence
from tests.cast import CONSENTS, LI, SUN, ZHAO, Cast
from tests.factories import NOW, TODAY, contact_row, line_row, opportunity_row, publish

ALL = {"message", "call", "meeting"}


def days(ago: int) -> date:
    """So many days before today."""
    return TODAY - timedelta(days=ago)


def without_a_line(cast: Cast, *opportunities: dict[str, Any], past: dict[str, Any] | None = None) -> Brief:
    """赵桂芳 is not on today's list; what the night found about her, and her last contact."""
    if past is not None:
        actions.take_contacts({"contacts": [contact_row(1, ZHAO, **past)]})
    publish(opportunities=opportunities, lines=[line_row(LI, 1)])
    return queries.brief(cast.shen, cast.zhao)


def complain(opened: date, closed: date | None = None, customer: int = ZHAO) -> None:
    row = {"complaint": 1, "customer": customer, "opened_on": opened, "closed_on": closed, "subject": "慢"}
    customers.take_in({"complaints": [row]})


def test_a_customer_who_consented_and_whom_nobody_disturbed_may_be_contacted(cast: Cast):
    brief = without_a_line(cast, opportunity_row(ZHAO, "near_line"))
    assert (brief.withheld, brief.no_marketing, brief.reachable) == ({}, None, True)


@pytest.mark.practice("P103")
@pytest.mark.parametrize(
    ("outcome", "rest"), [("declined", 30), ("abused", 30), ("hung_up", 7), ("no_answer", 1), ("reached", 0)]
)
@pytest.mark.parametrize("left", [1, 0])
def test_a_refusal_asks_for_rest_and_the_brief_says_until_when(cast: Cast, outcome: str, rest: int, left: int):
    on = days(rest - left)
    brief = without_a_line(cast, opportunity_row(ZHAO, "near_line"), past={"outcome": outcome, "day_on": on})
    rests = rest > 0 and left > 0
    assert brief.withheld == (dict.fromkeys(ALL, Silence("cooling", TODAY + timedelta(days=left))) if rests else {})


def test_a_refusal_written_down_a_minute_ago_counts_at_once(cast: Cast):
    actions.record_touch(by=cast.shen, customer=cast.li, channel="call", outcome="declined", refusal="no_need",
                         request_key="k", now=NOW)  # fmt: skip
    assert queries.brief(cast.shen, cast.li).withheld["message"].why == "no_consent"
    customers.grant_marketing(by=cast.shen, customer=cast.li, day=TODAY, now=NOW, evidence="柜面签字")
    assert queries.brief(cast.shen, cast.li).withheld["call"] == Silence("cooling", TODAY + timedelta(days=30))


def test_a_refusal_taken_back_asks_for_no_rest(cast: Cast):
    done = actions.record_touch(by=cast.shen, customer=cast.zhao, channel="call", outcome="hung_up", request_key="k",
                                now=NOW)  # fmt: skip
    actions.undo_touch(by=cast.shen, touch=done.touch, now=NOW)
    assert without_a_line(cast, opportunity_row(ZHAO, "near_line")).withheld == {}


def test_a_duty_is_done_by_phone_though_she_rests(cast: Cast):
    due = opportunity_row(ZHAO, "maturity", duty=True, step="t-1")
    brief = without_a_line(cast, due, past={"outcome": "declined", "day_on": days(3)})
    assert set(brief.withheld) == {"message"}


def test_another_try_promised_for_today_breaks_no_rest(cast: Cast):
    told: dict[str, Any] = {"by": cast.shen, "customer": cast.zhao, "channel": "call", "outcome": "no_answer",
                            "now": NOW}  # fmt: skip
    actions.record_touch(request_key="a", retry_on=TODAY, **told)
    assert without_a_line(cast, opportunity_row(ZHAO, "near_line")).withheld == {}
    actions.record_touch(request_key="b", **told)
    assert set(queries.brief(cast.shen, cast.zhao).withheld) == ALL


@pytest.mark.practice("P196")
@pytest.mark.parametrize(
    ("opened", "closed", "until"),
    [(days(1), None, None), (days(30), days(3), days(3) + timedelta(days=14)), (days(30), days(14), ())],
)
def test_a_complaint_silences_offers_until_two_weeks_after_its_end(
    cast: Cast, opened: date, closed: date | None, until: Any
):
    complain(opened, closed)
    brief = without_a_line(cast, opportunity_row(ZHAO, "near_line"))
    silence = None if until == () else Silence("complaint_quiet", until)
    assert (brief.no_marketing, set(brief.withheld)) == (silence, ALL if silence else set())


def test_a_maturity_is_told_though_a_complaint_is_open(cast: Cast):
    complain(days(1))
    brief = without_a_line(cast, opportunity_row(ZHAO, "near_line"), opportunity_row(ZHAO, "maturity"))
    assert (brief.withheld, brief.may_market, brief.reachable) == ({}, False, True)


@pytest.mark.practice("P181")
@pytest.mark.parametrize(
    ("opened", "by"),
    [(date(2026, 11, 23), date(2026, 11, 24)), (date(2026, 11, 20), date(2026, 11, 23)),
     (date(2026, 9, 30), date(2026, 10, 8))],
)  # fmt: skip
def test_an_open_complaint_wants_an_answer_within_a_working_day(cast: Cast, opened: date, by: date):
    complain(opened)
    assert queries.brief(cast.shen, cast.zhao).answer_by == by


def test_a_complaint_that_is_closed_or_not_yet_in_wants_no_answer(cast: Cast):
    complain(days(5), days(1))
    assert queries.brief(cast.shen, cast.zhao).answer_by is None
    complain(TODAY + timedelta(days=1))
    brief = queries.brief(cast.shen, cast.zhao)
    assert (brief.answer_by, brief.open_complaint, brief.may_market) == (None, False, True)
    assert files.card(cast.shen, cast.zhao).open_complaints == ()


@pytest.mark.practice("P116")
def test_who_refused_marketing_gets_routine_messages_and_no_offers(cast: Cast):
    publish(lines=[line_row(ZHAO, 1)])
    brief = queries.brief(cast.shen, cast.li)
    assert brief.withheld == dict.fromkeys(("call", "meeting"), Silence("no_consent", None))
    assert (brief.no_marketing, brief.reachable) == (Silence("no_consent", None), True)


def test_who_was_never_asked_is_served_and_offered_nothing(cast: Cast):
    publish(lines=[])
    brief = queries.brief(cast.zhou, cast.sun)
    assert (brief.withheld, brief.may_market, brief.reachable) == ({}, False, True)
    publish(opportunities=[opportunity_row(SUN, "near_line")])
    assert set(queries.brief(cast.zhou, cast.sun).withheld) == ALL


def test_who_refused_service_and_marketing_is_not_spoken_to_at_all(cast: Cast):
    told = {"customer": LI, "purpose": "service", "granted": False, "changed_on": days(9), "evidence": ""}
    customers.take_in({"consents": [*CONSENTS, told]})
    brief = queries.brief(cast.shen, cast.li)
    assert (brief.reachable, set(brief.withheld)) == (False, ALL)


def test_two_contacts_in_five_working_days_are_enough_until_one_is_old(cast: Cast):
    rows = [contact_row(n, ZHAO, day_on=on) for n, on in enumerate([date(2026, 11, 18), date(2026, 11, 20)], 1)]
    actions.take_contacts({"contacts": rows})
    brief = without_a_line(cast, opportunity_row(ZHAO, "near_line"))
    assert brief.withheld == dict.fromkeys(ALL, Silence("cap", date(2026, 11, 25)))
    assert brief.may_market


def test_one_marketing_message_a_week_and_a_call_instead(cast: Cast):
    past = {"channel": "message", "outcome": "sent", "day_on": days(6)}
    brief = without_a_line(cast, opportunity_row(ZHAO, "near_line"), past=past)
    assert brief.withheld == {"message": Silence("message_cap", TODAY + timedelta(days=1))}


def test_a_brief_that_forgot_the_contacts_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "remembered_from", lambda today, policy: today - timedelta(days=1))
    past = {"outcome": "declined", "day_on": days(10)}
    assert without_a_line(cast, opportunity_row(ZHAO, "near_line"), past=past).withheld == {}
