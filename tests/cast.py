"""The named people, each with a meaning: who keeps whom, who sits where, who consented.

沈知微 keeps 赵桂芳 and 李建华; 周予安 sits in the same branch and keeps another; 严 works in another branch; 秦岚 leads
沈知微's branch; 赵桂芳 consented to marketing, 李建华 did not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers import queries as customer_queries
from guanhu.apps.people import queries as people_queries
from guanhu.apps.people.scope import Viewer
from tests.factories import TODAY, ahead_row, customer_row, line_row, opportunity_row, publish, quota_rows, standing_row
from tests.scenes import remembered

ZHAO, LI, SUN, WU = 101, 102, 103, 104
"""Keys: 赵桂芳 and 李建华 of 沈知微, 孙 of 周予安, 吴 of 严."""

BRANCHES = [
    {"branch_no": "B1", "name": "星湖支行", "address": "星湖大道 1 号"},
    {"branch_no": "B2", "name": "云岭支行", "address": ""},
]
STAFF: list[dict[str, Any]] = [
    {"staff_no": "S01", "name": "沈知微", "branch_no": "B1", "post": "wealth"},
    {"staff_no": "S02", "name": "周予安", "branch_no": "B1", "post": "relationship"},
    {"staff_no": "S03", "name": "严书白", "branch_no": "B2", "post": "wealth"},
    {"staff_no": "S04", "name": "秦岚", "branch_no": "B1", "post": "head"},
]
CUSTOMERS = [
    customer_row(ZHAO, name="赵桂芳", phone="13812342716", id_no="360102196303050428", risk_grade="C2",
                 risk_on=date(2026, 3, 1), occupation="退休教师", address="南昌市东湖区青山路 8 号",
                 birth_on="1963-10-17", birth_calendar="lunar", stage="relied_on", stage_on=date(2025, 6, 1)),
    customer_row(LI, name="李建华", gender="男", birth_on="1974-02-01"),
    customer_row(SUN, name="孙敏", keeper_no="S02"),
    customer_row(WU, name="吴莲", keeper_no="S03", branch_no="B2"),
]  # fmt: skip
CONSENTS = [
    {"customer": ZHAO, "purpose": "marketing", "granted": True, "changed_on": date(2025, 3, 4), "evidence": "柜面签字"},
    {"customer": LI, "purpose": "marketing", "granted": False, "changed_on": date(2025, 3, 4), "evidence": ""},
]


@dataclass(frozen=True)
class Cast:
    """Everybody, ready to be asked and to ask."""

    shen: Viewer
    zhou: Viewer
    yan: Viewer
    qin: Viewer
    zhao: UUID
    li: UUID
    sun: UUID
    wu: UUID


def viewer(staff_no: str) -> Viewer:
    """A colleague, as she looks at pages."""
    return people_queries.viewer_of(people_queries.Staff.objects.get(staff_no=staff_no))


def persons(**more: Any) -> dict[str, Any]:
    """The bank's lists of the cast, as the door hands them over."""
    return {"branches": BRANCHES, "staff": STAFF, "customers": CUSTOMERS, "consents": CONSENTS, **more}


@remembered
def enter() -> Cast:
    """Let the cast in through the door and publish a morning for both branches."""
    customers.take_in(persons())
    morning()
    publish_other_branch()
    shen, zhou, yan, qin = (viewer(row["staff_no"]) for row in STAFF)
    ids = {row.key: row.public_id for row in customer_queries.Customer.objects.for_system("the cast")}
    return Cast(shen, zhou, yan, qin, ids[ZHAO], ids[LI], ids[SUN], ids[WU])


def morning(**more: Any) -> int:
    """沈知微's list of today: 赵桂芳 must be called about a deposit due in a week, 李建华 stands near a line."""
    due = date(2026, 12, 1)
    figures = {"amount_fen": 50_000_000, "due_on": "2026-12-01", "step": "t-7", "product": "deposit", "duty": True}
    reasons = [
        {"kind": "maturity", "fen": 850_00, "figures": figures},
        {"kind": "recent", "fen": -15_00, "figures": {"contacts": 1, "last_on": "2026-11-20", "days": 5}},
    ]
    answers: dict[str, Any] = {
        "standings": [
            standing_row(ZHAO, tier="A", balance_fen=186_400_000, average_fen=180_000_000, gap_fen=20_000_000,
                         in30_fen=1_000_000, out30_fen=3_600_000, last_contact_on=date(2026, 11, 12),
                         changed_on=[date(2026, 11, 19)], changes_fen=[-3_600_000]),
            standing_row(LI, tier="B"),
            standing_row(SUN, tier="C", gap_fen=None),
        ],
        "opportunities": [
            opportunity_row(ZHAO, "maturity", duty=True, step="t-7", product="deposit", amount_fen=50_000_000,
                            due_on=due, gain_fen=850_00),
            opportunity_row(LI, "near_line", marketing=True),
            opportunity_row(SUN, "dormant"),
        ],
        "lines": [
            line_row(ZHAO, 1, task_group="duty", value_fen=835_00, reasons=reasons),
            line_row(LI, 2),
            line_row(SUN, 1, keeper_no="S02"),
        ],
        "quotas": [*quota_rows("S01"), *quota_rows("S02")],
        "ahead": [ahead_row(ZHAO), ahead_row(LI), ahead_row(SUN, keeper_no="S02")],
        **more,
    }  # fmt: skip
    return publish(**answers)


def publish_other_branch() -> int:
    """The other branch has its morning too."""
    return publish(
        branch_no="B2",
        standings=[standing_row(WU, branch_no="B2")],
        lines=[line_row(WU, 1, keeper_no="S03")],
        quotas=quota_rows("S03"),
        ahead=[ahead_row(WU, keeper_no="S03")],
    )


def plan_size(viewer: Viewer, size: int) -> None:
    """Give a keeper a list of so many lines on top of the cast's."""
    keys = range(1000, 1000 + size)
    customers.take_in({"customers": [*CUSTOMERS, *(customer_row(key, keeper_no=viewer.staff_no) for key in keys)]})
    publish(
        day=TODAY.replace(day=23),
        standings=[standing_row(key) for key in keys],
        opportunities=[opportunity_row(key) for key in keys],
        lines=[line_row(key, place, keeper_no=viewer.staff_no) for place, key in enumerate(keys, 1)],
        quotas=quota_rows(viewer.staff_no),
    )
