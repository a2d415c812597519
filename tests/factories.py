"""Rows for tests, made through the product's own doors: the bank's lists come in, a night is published."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from guanhu.apps.customers import actions as customers
from guanhu.apps.people import actions as people
from guanhu.apps.people import queries as people_queries
from guanhu.apps.work import actions as work

DAY = date(2026, 11, 23)
"""The Monday whose figures were published."""
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
"""10:10 in the branch."""
WAN = 10_000_00


def customer_row(key: int, **given: Any) -> dict[str, Any]:
    """One customer as the door hands her over."""
    return {
        "customer": key, "customer_no": f"C{key:06d}", "kind": "personal", "name": f"客户{key}", "branch_no": "B1",
        "keeper_no": "S01", "gender": "女", "birth_on": "1963-03-05", "birth_calendar": "solar", "id_no": None,
        "phone": None, "address": None, "email": None, "occupation": None, "risk_grade": None, "risk_on": None,
        "stage": None, "stage_on": None, "opened_on": date(2009, 4, 1), **given,
    }  # fmt: skip


def contact_row(number: int, customer: int, **given: Any) -> dict[str, Any]:
    """One contact of the old system."""
    return {
        "contact": number, "customer": customer, "staff_no": "S01", "day_on": date(2026, 10, 12), "at_time": None,
        "channel": "call", "seconds": 120, "outcome": "reached", "note": None, **given,
    }  # fmt: skip


def standing_row(key: int, **given: Any) -> dict[str, Any]:
    """How a night measured one customer."""
    return {
        "customer": key, "branch_no": "B1", "tier": "B", "entitlement": "gold", "balance_fen": 40 * WAN,
        "average_fen": 40 * WAN, "gap_fen": 10 * WAN, "in30_fen": 0, "out30_fen": 0, "value_fen": 4000_00,
        "last_move_on": None, "last_contact_on": None, "policy": "test", **given,
    }  # fmt: skip


def opportunity_row(key: int, kind: str = "near_line", **given: Any) -> dict[str, Any]:
    """One reason worth a contact."""
    evidence = json.dumps(given.pop("evidence", {}))
    return {
        "customer": key, "account": None, "kind": kind, "duty": False, "marketing": False, "step": "", "product": "",
        "amount_fen": 10 * WAN, "due_on": None, "expires_on": None, "gain_fen": 100_00, "policy": "test", **given,
        "evidence": evidence,
    }  # fmt: skip


def line_row(key: int, place: int, **given: Any) -> dict[str, Any]:
    """One line of a keeper's list."""
    reasons = given.pop("reasons", [{"kind": "near_line", "fen": 100_00, "figures": {"amount_fen": 10 * WAN}}])
    beat = given.pop("beat", {"channels": [], "instead": None, "gap_fen": 0})
    return {
        "keeper_no": "S01", "place": place, "customer": key, "day_on": TODAY, "channel": "call", "task_group": "call",
        "value_fen": 100_00, "price_fen": 20_00, "policy": "test", **given,
        "reasons": json.dumps(reasons), "beat": json.dumps(beat),
    }  # fmt: skip


def ahead_row(key: int, day_on: date = date(2026, 11, 26), **given: Any) -> dict[str, Any]:
    """One contact planned for a day after today."""
    return {
        "keeper_no": "S01", "customer": key, "day_on": day_on, "channel": "call", "kinds": json.dumps(["near_line"]),
        "value_fen": 100_00, "price_fen": 20_00, "agreed": False, "policy": "test", **given,
    }  # fmt: skip


def quota_rows(
    keeper_no: str = "S01", *, messages: int = 30, calls: int = 20, meetings: int = 5
) -> list[dict[str, Any]]:
    """52030 of one keeper."""
    due = {"message": messages, "call": calls, "meeting": meetings}
    return [
        {"keeper_no": keeper_no, "channel": channel, "day_on": TODAY, "quota": number, "customers": 600}
        for channel, number in due.items()
    ]


def publish(
    day: date = DAY,
    today_on: date = TODAY,
    *,
    branch_no: str = "B1",
    standings: Iterable[Mapping[str, Any]] = (),
    holdings: Iterable[Mapping[str, Any]] = (),
    month_ends: Iterable[Mapping[str, Any]] = (),
    opportunities: Sequence[Mapping[str, Any]] = (),
    lines: Sequence[Mapping[str, Any]] = (),
    quotas: Sequence[Mapping[str, Any]] = (),
    ahead: Sequence[Mapping[str, Any]] = (),
    finish: bool = True,
) -> int:
    """Publish one branch's answers as a night of this day does; returns the night's key."""
    night = people.begin_night(day, today_on, policy="test", code="test", at=NOW)
    branch = people_queries.branch_ids()[branch_no]
    customers.publish_answers(night, branch, standings=standings, holdings=holdings, month_ends=month_ends)
    work.publish_plan(night, branch, opportunities=opportunities, lines=lines, quotas=quotas, ahead=ahead)
    people.flip(branch, night)
    if finish:
        people.finish_night(night, at=NOW)
    return night
