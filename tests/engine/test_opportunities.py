"""What of all signals, promises, complaints and rhythms becomes a reason to get in touch today."""

import json
from datetime import date, timedelta

import pytest

from guanhu.engine import backend, opportunities, tables
from guanhu.engine.backend import day_number
from guanhu.engine.lake import disk_columns
from guanhu.engine.night import Night
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.policy import SHIPPED, WAN

NIGHT = date(2026, 3, 2)
TODAY = date(2026, 3, 3)
PEOPLE = {"customer": "key", "tier": "text", "last_contact_day": "day"}


def person(customer: int, *, contact: date | None = None) -> dict:
    return {"customer": customer, "tier": "A", "last_contact_day": None if contact is None else day_number(contact)}


def signal(kind: str, *, customer: int = 1, account=None, step=None, amount: int = 10 * WAN, due: date = TODAY,
           expires: date | None = None, evidence: str = '{"rule": "x"}') -> dict:  # fmt: skip
    return {
        "customer": customer, "account": account, "kind": kind, "step": step, "product": None, "amount_fen": amount,
        "due_on": due, "expires_on": expires or due + timedelta(days=5), "evidence": evidence, "policy": "x",
    }  # fmt: skip


def built(lake, signals=(), people=None, promises=(), complaints=()):
    lake.write_rows(tables.SIGNALS, NIGHT, list(signals))
    lake.write_rows(tables.PROMISES, NIGHT, list(promises))
    lake.write_rows(tables.COMPLAINTS, NIGHT, list(complaints))
    night = Night(lake, NIGHT, SHIPPED, SHIPPED_CALENDAR)
    here = backend.frame(people or [person(1)], PEOPLE).lazy()
    lake.write(tables.OPPORTUNITIES, NIGHT, opportunities.build(night, here, lake.read(tables.SIGNALS, NIGHT)))
    return lake.rows(tables.OPPORTUNITIES, NIGHT)


def test_what_has_passed_is_no_longer_mentioned(lake):
    past = signal("large_move", account=7, due=date(2026, 2, 20), expires=date(2026, 3, 2))
    last = signal("large_move", account=8, due=date(2026, 2, 26), expires=TODAY)
    assert [row["account"] for row in built(lake, [past, last])] == [8]


def test_one_line_for_each_account_the_duty_first_and_then_the_next(lake):
    rows = built(lake, [
        signal("maturity", account=7, step="t-30", due=date(2026, 3, 30)),
        signal("maturity", account=7, step="t-7", due=date(2026, 3, 9)),
        signal("maturity", account=8, step="t0", due=TODAY),
    ])  # fmt: skip
    assert [(row["account"], row["step"], row["duty"]) for row in rows] == [(7, "t-7", False), (8, "t0", True)]
    assert not any(row["marketing"] for row in rows)


@pytest.mark.practice("P135")
def test_the_fraud_question_is_a_duty_on_the_first_working_day_after_money_went_out(lake):
    out, came = '{"direction": "out"}', '{"direction": "in"}'
    rows = built(lake, [
        signal("large_move", account=1, due=NIGHT, evidence=out),
        signal("large_move", account=2, due=NIGHT, evidence=came),
        signal("large_move", account=3, due=date(2026, 3, 1), evidence=out),
    ])  # fmt: skip
    assert [row["duty"] for row in rows] == [True, False, False]


def test_the_gain_is_what_a_call_changes_times_the_amount_times_the_margin(lake):
    (row,) = built(lake, [signal("near_line", amount=20 * WAN)])
    assert row["gain_fen"] == 20 * WAN // 100 * 1100 // 10_000 == 220_00
    assert row["marketing"]
    assert not row["duty"]


def test_a_promise_is_a_duty_from_its_day_on_and_only_the_first_of_a_customer(lake):
    rows = built(lake, people=[person(1), person(2)], promises=[
        {"customer": 1, "due_on": TODAY, "channel": "call"},
        {"customer": 1, "due_on": NIGHT, "channel": "meeting"},
        {"customer": 2, "due_on": date(2026, 3, 4), "channel": "call"},
    ])  # fmt: skip
    assert [(row["customer"], row["kind"], row["duty"], row["due_on"]) for row in rows] == [(1, "promise", True, NIGHT)]
    assert json.loads(rows[0]["evidence"])["channel"] == "meeting"
    assert rows[0]["gain_fen"] == 80_00


def test_an_open_complaint_is_a_duty_until_somebody_has_spoken_with_the_customer(lake):
    people = [person(1), person(2, contact=NIGHT), person(3), person(4)]
    opened = date(2026, 2, 27)
    complaints = [
        {"complaint": 1, "customer": 1, "opened_on": opened, "closed_on": None},
        {"complaint": 2, "customer": 2, "opened_on": opened, "closed_on": None},
        {"complaint": 3, "customer": 3, "opened_on": opened, "closed_on": NIGHT},
        {"complaint": 4, "customer": 4, "opened_on": TODAY, "closed_on": None},
    ]
    rows = built(lake, people=people, complaints=complaints)
    assert [(row["customer"], row["kind"], row["duty"]) for row in rows] == [(1, "complaint", True)]


def test_nobody_is_listed_who_is_not_there(lake):
    assert built(lake, [signal("near_line", customer=99)]) == []


def test_every_line_carries_its_evidence_and_its_policy(lake):
    for row in built(lake, [signal("maturity", account=1, step="t0")], people=[person(1)]):
        assert json.loads(row["evidence"]) is not None
        assert row["policy"] == SHIPPED.version
    assert set(disk_columns(tables.OPPORTUNITIES)) == set(row)
