"""A bank of two branches, three keepers and a dozen customers: it writes its deliveries and runs its nights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from guanhu.apps.people import queries as people
from guanhu.apps.people.scope import Viewer
from guanhu.engine.lake import Lake
from guanhu.feeds.keys import Keys
from guanhu.night import run
from guanhu.night.stages import Task
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.policy import SHIPPED, Policy
from tests.feeds.bank import Rows, deliver
from tests.night.kills import left_behind

FIRST, FRIDAY = date(2026, 8, 20), date(2026, 11, 20)
SATURDAY, SUNDAY, MONDAY, TUESDAY = (FRIDAY + timedelta(days=n) for n in (1, 2, 3, 4))
"""History reaches to the Friday; today is Monday until Monday's night has been published."""
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
KEYS = Keys(b"the secret of the small town")

KEEPER = {"C01": "S1", "C02": "S1", "C03": "S1", "C04": "S1", "C05": "S1", "C06": "S2", "C07": "S2", "C08": "S2",
          "C09": "S3", "C10": "S3", "C11": "S3", "C12": "S3"}  # fmt: skip
BRANCH = {"S1": "B1", "S2": "B1", "S3": "B2"}
START = {"C01": 800_000, "C02": 600_000, "C03": 460_000, "C04": 90_000, "C05": 70_000, "C06": 300_000,
         "C07": 48_000, "C08": 20_000, "C09": 900_000, "C10": 120_000, "C11": 30_000, "C12": 1_000}  # fmt: skip
"""What each customer's account holds on the first day, in yuan."""
MOVES = [
    ("M1", "C01", date(2026, 10, 30), 15_000),
    ("M2", "C06", date(2026, 11, 9), -40_000),
    ("M3", "C09", date(2026, 11, 20), -350_000),
    ("M4", "C03", date(2026, 11, 21), 2_000),
    ("M5", "C10", date(2026, 11, 23), 90_000),
    ("M6", "C12", date(2026, 11, 24), 5_000),
]
REFUSED = ("C02", "C11")
MATURING = {"C01": (500_000, "2026-11-24"), "C02": (400_000, "2026-11-30"), "C09": (300_000, "2026-11-25")}


def delivery(first: date, last: date) -> Rows:
    """What the bank sends for these days: everything as of the last, the movements of each."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {
        "branches": [{"branch_no": "B1", "name": "城中支行"}, {"branch_no": "B2", "name": "河西支行"}],
        "staff": [
            {"staff_no": no, "name": name, "branch_no": BRANCH[no], "post": "wealth"}
            for no, name in (("S1", "沈知微"), ("S2", "周予安"), ("S3", "严书白"))
        ],
        "customers": [
            {"customer_no": no, "kind": "personal", "name": f"客户{no}", "branch_no": BRANCH[KEEPER[no]],
             "keeper_no": KEEPER[no], "opened_on": "2015-01-01", "phone": f"139000000{no[1:]}",
             "birth_on": "1960-11-24" if no == "C04" else "1970-03-03"}
            for no in KEEPER
        ],
        "accounts": [{"account_no": f"A{no}", "customer_no": no, "kind": "current", "opened_on": "2015-01-01"}
                     for no in KEEPER],
        "products": [{"product_no": "P1", "name": "一年定期", "kind": "deposit", "term_days": "365"}],
        "holdings": [
            {"holding_no": f"H{no}", "account_no": f"A{no}", "product_no": "P1", "amount": str(amount),
             "started_on": "2025-11-24", "matures_on": due, "rate": "1.45", "auto_renew": "N"}
            for no, (amount, due) in MATURING.items()
        ],
        "balances": [row for day in days for row in _balances(day)],
        "transactions": [
            {"move_no": move, "account_no": f"A{no}", "day_on": day.isoformat(), "amount": str(abs(yuan)),
             "direction": "in" if yuan > 0 else "out", "kind": "transfer", "channel": "app", "other_bank": "某行"}
            for move, no, day, yuan in MOVES if first <= day <= last
        ],
        "consents": [{"customer_no": no, "purpose": "marketing", "granted": "N" if no in REFUSED else "Y",
                      "changed_on": "2026-01-05"} for no in KEEPER],
        "contacts": [{"contact_no": "K1", "customer_no": "C05", "staff_no": "S1", "day_on": "2026-11-18",
                      "channel": "call", "seconds": "120", "outcome": "reached", "note": "问了收益"}]
        if first <= date(2026, 11, 18) <= last else [],
        "complaints": [{"complaint_no": "X1", "customer_no": "C08", "opened_on": "2026-11-19", "subject": "排队久"}],
    }  # fmt: skip


def _balances(day: date) -> list[dict[str, str]]:
    """The end-of-day balances of the accounts that changed on this day."""
    if day == FIRST:
        return [{"account_no": f"A{no}", "day_on": day.isoformat(), "balance_before": "0", "balance": str(yuan)}
                for no, yuan in START.items()]  # fmt: skip
    rows = []
    for _, no, on, yuan in MOVES:
        if on == day:
            before = START[no] + sum(m[3] for m in MOVES if m[1] == no and m[2] < day)
            rows.append({"account_no": f"A{no}", "day_on": day.isoformat(), "balance_before": str(before),
                         "balance": str(before + yuan)})  # fmt: skip
    return rows


@dataclass
class Town:
    """The bank's files, its lake, and its nights in the test's database."""

    folder: Path
    policy: Policy = SHIPPED
    said: list[Any] = field(default_factory=list)

    @property
    def lake(self) -> Lake:
        """Its lake."""
        return Lake(self.folder / "lake")

    def send(self, day: date, rows: Rows | None = None, *, first: date | None = None, **told: Any) -> Path:
        """Write the delivery of a day (the history for the Friday); ``told`` changes the manifest."""
        first = first or (FIRST if day == FRIDAY else day)
        told = {"business_date": day.isoformat(), "covers_from": first.isoformat(), **told}
        return deliver(self.folder / "files" / day.isoformat(), rows or delivery(first, day), **told)

    def task(self, day: date, files: Path | None = None) -> Task:
        """The night of a day."""
        return Task(day, self.lake, KEYS, self.policy, SHIPPED_CALENDAR, files)

    def night(self, day: date, files: Path | None = None, **options: Any) -> run.NightReport:
        """Run the night of a day on these files, or on what the bank sends for it."""
        task = self.task(day, files or self.send(day))
        return run.run(task, now=lambda: NOW, code="test", **options)

    def monday(self, first: date = SATURDAY) -> run.NightReport:
        """Monday's night, the weekend (or what is left of it) in one delivery with it."""
        return self.night(MONDAY, self.send(MONDAY, first=first))

    def nights(self, *days: date) -> None:
        """Several nights, one after the other."""
        for day in days:
            self.night(day)

    def left_behind(self, day: date) -> dict[str, str]:
        """A digest of everything a night leaves behind."""
        from django.db import connection

        told = connection.get_connection_params()
        host = quote(told["host"])
        return left_behind(self.folder, f"postgresql://{told['user']}@/{told['dbname']}?host={host}", day)

    def plan(self, day: date, staff_no: str) -> dict[str, dict[str, Any]]:
        """A keeper's lines of the night by customer number, from the lake."""
        from guanhu.engine import tables

        number = {row["customer"]: row["customer_no"] for row in self.lake.latest_rows(tables.CUSTOMERS, day)}
        rows = self.lake.rows(tables.PLANS, day)
        return {number[row["customer"]]: row for row in rows if row["keeper_no"] == staff_no}

    def ruled(self, **changes: Any) -> Town:
        """The same bank under another policy."""
        return replace(self, policy=replace(self.policy, **changes))


def viewer(staff_no: str) -> Viewer:
    """A colleague, looking."""
    return people.viewer_of(people.Staff.objects.get(staff_no=staff_no))


def lines(report: run.NightReport) -> Sequence[str]:
    """The stages a night carried out."""
    return [name for name, _ in report.lines]
