"""A morning with every group and every reason on the list, so that a journey meets them all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from guanhu.apps.customers import actions as customers
from tests import cast as people
from tests.cast import CUSTOMERS, LI, ZHAO
from tests.factories import WAN, ahead_row, customer_row, line_row, opportunity_row, quota_rows, standing_row

NAMES = ("钱卫国", "周建平", "吴玉莲", "郑晓东", "冯秀兰", "褚丽琴", "陈海涛", "卫志军", "蒋文霞", "韩博文")
FIRST = 201
REASONS: list[dict[str, Any]] = [
    {"kind": "maturity", "step": "t-1", "product": "wealth", "amount_fen": 120 * WAN, "due_on": date(2026, 11, 25),
     "duty": True},
    {"kind": "maturity", "step": "t+1", "product": "deposit", "amount_fen": 80 * WAN, "due_on": date(2026, 11, 23),
     "duty": True},
    {"kind": "outflow", "amount_fen": 32 * WAN},
    {"kind": "near_line", "amount_fen": 38_000_00, "evidence": {"line": "vip"}},
    {"kind": "complaint", "amount_fen": 0, "due_on": date(2026, 11, 23), "duty": True,
     "evidence": {"opened_on": "2026-11-23"}},
    {"kind": "large_move", "amount_fen": 160 * WAN, "due_on": date(2026, 11, 23), "evidence": {"direction": "in"}},
    {"kind": "large_move", "amount_fen": 24 * WAN, "due_on": date(2026, 11, 20), "evidence": {"direction": "out"}},
    {"kind": "dormant", "amount_fen": 5 * WAN, "evidence": {"silent_days": 97}},
    {"kind": "routine", "amount_fen": 0, "evidence": {"tier": "B", "touch": "message", "every_days": 30}},
    {"kind": "dates", "amount_fen": 12 * WAN, "due_on": date(2026, 11, 24), "evidence": {"calendar": "solar"}},
]  # fmt: skip
WAYS = ("call", "meeting", "meeting", "meeting", "call", "call", "call", "call", "message", "message")
HOLDINGS = [
    {"holding": 9001, "account": 5001, "customer": ZHAO, "product_no": "三年期定期存款", "kind": "deposit",
     "amount_fen": 50 * WAN, "started_on": date(2023, 12, 1), "matures_on": date(2026, 12, 1), "rate_bp": 260,
     "auto_renew": False},
    {"holding": 9002, "account": 5002, "customer": ZHAO, "product_no": "稳享 180 天", "kind": "wealth",
     "amount_fen": 40 * WAN, "started_on": date(2026, 8, 12), "matures_on": date(2027, 2, 8), "rate_bp": 235,
     "auto_renew": False},
]  # fmt: skip
BALANCES = (142, 144, 149, 151, 150, 158, 163, 161, 172, 176, 189, 186)


def full_morning(ahead: Iterable[tuple[int, str]] = ()) -> None:
    """Publish it for 沈知微's branch; ``ahead``: whom the night plans to call on which later day, besides its own."""
    keys = range(FIRST, FIRST + len(NAMES))
    more = [customer_row(key, name=name, phone=f"139{key:08d}") for key, name in zip(keys, NAMES, strict=True)]
    customers.take_in(people.persons(customers=[*CUSTOMERS, *more]))
    offered = [dict(reason) for reason in REASONS]
    people.morning(
        standings=[
            standing_row(ZHAO, tier="A", entitlement="vip", balance_fen=1864 * WAN // 10, average_fen=180 * WAN,
                         gap_fen=20 * WAN, in30_fen=1 * WAN, out30_fen=36 * WAN // 10,
                         last_contact_on=date(2026, 11, 12),
                         changed_on=[date(2026, 9, 10), date(2026, 10, 9), date(2026, 10, 28), date(2026, 11, 19)],
                         changes_fen=[12 * WAN, 3 * WAN, 18 * WAN, -36 * WAN // 10]),
            standing_row(LI),
            *(standing_row(key, tier="ABC"[key % 3]) for key in keys),
        ],
        holdings=HOLDINGS,
        month_ends=[
            {"customer": ZHAO, "day_on": day, "balance_fen": wan * WAN, "average_fen": wan * WAN, "net_fen": 0}
            for day, wan in zip(month_ends(), BALANCES, strict=True)
        ],
        opportunities=[
            opportunity_row(ZHAO, "maturity", duty=True, step="t-7", product="deposit", amount_fen=50 * WAN,
                            due_on=date(2026, 12, 1), gain_fen=850_00),
            opportunity_row(LI, "near_line", marketing=True, evidence={"line": "vip"}),
            *(opportunity_row(key, **reason) for key, reason in zip(keys, REASONS, strict=True)),
        ],
        lines=[
            zhao_line(),
            line_row(LI, 2),
            *(other_line(key, place, way, reason)
              for place, (key, way, reason) in enumerate(zip(keys, WAYS, offered, strict=True), 3)),
        ],
        quotas=quota_rows("S01"),
        ahead=[ahead_row(ZHAO), ahead_row(LI), *(ahead_row(key, date.fromisoformat(day)) for key, day in ahead)],
    )  # fmt: skip


def month_ends() -> list[date]:
    """The last twelve month-ends before November 2026."""
    firsts = [date(2025 + (11 + n) // 12, (11 + n) % 12 + 1, 1) for n in range(12)]
    return [date.fromordinal(first.toordinal() - 1) for first in firsts]


def zhao_line() -> dict[str, Any]:
    """赵桂芳 first: a deposit due in a week, less a little for the contact of last Friday."""
    figures = {"amount_fen": 50 * WAN, "due_on": "2026-12-01", "step": "t-7", "product": "deposit", "duty": True,
               "with_contact_bp": 8200, "without_bp": 6500}  # fmt: skip
    reasons = [
        {"kind": "maturity", "fen": 850_00, "figures": figures},
        {"kind": "recent", "fen": -15_00, "figures": {"contacts": 1, "last_on": "2026-11-20", "days": 5}},
    ]
    beat = {
        "channels": [{"channel": "meeting", "value_fen": 117_500}],
        "instead": {"day_on": "2026-11-26", "channel": "call", "value_fen": 83_500, "price_fen": 31_000},
    }
    return line_row(ZHAO, 1, task_group="duty", value_fen=835_00, price_fen=320_00, reasons=reasons, beat=beat)


def other_line(key: int, place: int, way: str, reason: dict[str, Any]) -> dict[str, Any]:
    """One of the others, with the one reason it has."""
    fen = (40 - place) * 30_00
    figures = {**reason, "due_on": reason["due_on"].isoformat() if reason.get("due_on") else None}
    group = "duty" if reason.get("duty") else way
    told = [{"kind": reason["kind"], "fen": fen, "figures": figures}]
    return line_row(key, place, channel=way, task_group=group, value_fen=fen, reasons=told)
