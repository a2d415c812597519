"""The bank of the pages' benchmark: one branch, one keeper, her customers and a published morning.

Invented throughout; with a crowd beside her where it is asked for.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench import crowd
from guanhu.cli.places import var_folder

DAY, TODAY = date(2026, 11, 23), date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
KEPT, PLANNED, MONTHS = 600, 55, 18
KINDS = ("maturity", "near_line", "outflow", "dormant", "large_move")
WAYS = ("call", "message", "meeting")
STAFF = {"staff_no": "S1", "name": "林知秋", "branch_no": "B1", "post": "wealth"}


def make_bank(beside: int = 0) -> list[Any]:
    """One branch, one keeper, her customers and a published morning; the public ids of the planned customers.

    ``beside``: so many customers of other keepers, and a head over the first branch.
    """
    from django.db import connection

    from guanhu.apps.customers import actions as customers
    from guanhu.apps.people import actions as people
    from guanhu.apps.people import queries
    from guanhu.apps.work import actions as work

    customers.take_in(_persons())
    if beside:
        crowd.let_in(beside, STAFF)
        people.set_password(staff_no=crowd.HEAD, password="a-morning-of-work")
    work.take_contacts({"contacts": [_contact(n) for n in range(KEPT * 10)]})
    people.set_password(staff_no="S1", password="a-morning-of-work")
    night = people.begin_night(DAY, TODAY, policy="bench", code="bench", at=NOW)
    branches = queries.branch_ids()
    branch = branches["B1"]
    keys, others = range(1, KEPT + 1), crowd.standings(_standing, beside)
    customers.publish_answers(
        night, branch, standings=[*(_standing(key) for key in keys), *others.pop("B1", ())],
        holdings=[_holding(key, n) for key in keys for n in range(3)],
        month_ends=[_month_end(key, n) for key in keys for n in range(MONTHS)],
    )  # fmt: skip
    work.publish_plan(
        night, branch, opportunities=[_opportunity(key, n) for key in keys for n in range(1 + key % 3)],
        lines=[_line(place) for place in range(1, PLANNED + 1)],
        quotas=[{"keeper_no": "S1", "day_on": TODAY, "channel": way, "quota": 20, "customers": KEPT} for way in WAYS],
    )  # fmt: skip
    for branch_no, rows in others.items():
        customers.publish_answers(night, branches[branch_no], standings=rows, holdings=[], month_ends=[])
    people.flip(branch, night)
    people.finish_night(night, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("select public_id from customers_customer where key <= %s order by key", [PLANNED])
        return [row[0] for row in cursor.fetchall()]


def _persons() -> dict[str, Any]:
    return {
        "branches": [{"branch_no": "B1", "name": "测试支行"}],
        "staff": [STAFF],
        "customers": [_customer(key) for key in range(1, KEPT + 1)],
        "accounts": [
            {"account": key * 10 + n, "customer": key, "account_no": f"6222{key:06}{n}", "kind": "current",
             "opened_on": date(2020, 1, 1)}
            for key in range(1, KEPT + 1) for n in range(3)
        ],
        "consents": [
            {"customer": key, "purpose": "marketing", "granted": True, "changed_on": date(2025, 1, 1),
             "evidence": "签字"}
            for key in range(1, KEPT + 1)
        ],
    }  # fmt: skip


def _customer(key: int) -> dict[str, Any]:
    return {
        "customer": key, "customer_no": f"C{key:06}", "name": "赵钱孙李周吴郑王"[key % 8] + "明远", "kind": "personal",
        "gender": "男", "birth_on": f"19{50 + key % 40}-05-17", "id_no": f"3601021963{key:08}",
        "address": "某市某区某路 8 号", "phone": f"138{key:08}", "email": "a@example.com",
        "opened_on": date(2018, 1, 1), "branch_no": "B1", "keeper_no": "S1", "risk_grade": "C3",
        "risk_on": date(2026, 1, 1),
    }  # fmt: skip


def _contact(n: int) -> dict[str, Any]:
    day = TODAY - timedelta(days=60 + n // KEPT)
    return {"contact": n + 1, "customer": n % KEPT + 1, "staff_no": "S1", "day_on": day, "at_time": None,
            "channel": "call", "outcome": "reached", "seconds": 90, "note": "问了近况"}  # fmt: skip


def _standing(key: int) -> dict[str, Any]:
    return {"customer": key, "tier": "ABC"[key % 3], "entitlement": "gold", "balance_fen": key * 10**6,
            "average_fen": key * 10**6, "gap_fen": 10**6, "in30_fen": 10**5, "out30_fen": 10**4, "value_fen": 10**5,
            "last_move_on": DAY, "last_contact_on": TODAY - timedelta(days=60), "policy": "bench"}  # fmt: skip


def _holding(key: int, n: int) -> dict[str, Any]:
    return {"customer": key, "holding": key * 10 + n, "account": key * 10 + n, "product_no": f"P{n}", "kind": "deposit",
            "amount_fen": 10**7, "started_on": date(2026, 1, 1), "matures_on": TODAY + timedelta(days=7 + n),
            "rate_bp": 150, "auto_renew": False}  # fmt: skip


def _month_end(key: int, n: int) -> dict[str, Any]:
    year, month = divmod(2026 * 12 + 10 - n, 12)
    return {"customer": key, "day_on": date(year, month + 1, 1) - timedelta(days=1), "balance_fen": key * 10**6 + n,
            "average_fen": key * 10**6, "net_fen": n}  # fmt: skip


def _opportunity(key: int, n: int) -> dict[str, Any]:
    kind = KINDS[(key + n) % len(KINDS)]
    return {
        "customer": key, "account": None, "kind": kind, "duty": False, "marketing": False,
        "step": "t-7" if kind == "maturity" else None, "product": "deposit", "amount_fen": 5 * 10**7,
        "due_on": TODAY + timedelta(days=7), "expires_on": TODAY + timedelta(days=30), "gain_fen": 10**4 * (n + 1),
        "evidence": '{"silent_days": 90, "line": "gold", "direction": "out"}', "policy": "bench",
    }  # fmt: skip


def _line(place: int) -> dict[str, Any]:
    reasons = ", ".join(
        f'{{"kind": "{KINDS[(place + n) % len(KINDS)]}", "fen": {10**4}, "figures": {{"amount_fen": {10**7}}}}}'
        for n in range(1 + place % 3)
    )
    way = WAYS[place % 3]
    return {"customer": place, "keeper_no": "S1", "day_on": TODAY, "place": place, "channel": way, "task_group": way,
            "value_fen": 10**4 * (1 + place % 3), "price_fen": 500, "reasons": f"[{reasons}]", "beat": "{}",
            "policy": "bench"}  # fmt: skip


def a_morning_again() -> None:
    """Nothing written on the day yet: over a connection of its own, whose work is not counted."""
    import psycopg

    from guanhu.cli.database import database

    told = database(var_folder(), "night")
    with psycopg.connect(
        host=told["HOST"], port=told["PORT"], user=told["USER"], password=told.get("PASSWORD"), dbname=told["NAME"]
    ) as night:
        night.execute("delete from work_promise where made_on = %s", [TODAY])
        night.execute("delete from work_touch where source = 'own' and day_on = %s", [TODAY])
