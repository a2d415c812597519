"""A branch in a few lines, laid straight into a lake: keepers, customers, reasons, contacts, consents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from guanhu.engine import tables
from guanhu.engine.lake import Lake
from guanhu.night.planning import plan_days
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.kinds import Tier
from guanhu.rules.policy import SHIPPED, WAN, Policy

DAY = date(2026, 11, 23)
"""The Monday whose night is planned; today is Tuesday the 24th."""
TODAY = date(2026, 11, 24)
KEEPER = "S01"


ONLY_REASONS = replace(SHIPPED, routine_fen=dict.fromkeys(Tier, 0))
"""The shipped policy with a routine that is worth nothing, so that only the reasons of a test speak."""


@dataclass
class Branch:
    """Rows in disk columns, collected and laid into the lake at once."""

    lake: Lake
    policy: Policy = ONLY_REASONS
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: tables.Table, **row: Any) -> None:
        """One row of a table; columns not named are null."""
        blank = {column.name: None for column in table.columns}
        self.rows.setdefault(table.path, []).append(blank | row)

    def keeper(self, staff_no: str = KEEPER, *, post: str = "wealth",
               leave: tuple[date, date | None] | None = None) -> None:  # fmt: skip
        """A colleague, perhaps on leave."""
        first, last = leave or (None, None)
        self.add(tables.STAFF, staff_no=staff_no, branch_no="B1", post=post, capability=100, leave_from_on=first,
                 leave_to_on=last)  # fmt: skip

    def customer(self, key: int, tier: str = "C", *, keeper: str = KEEPER, marketing: bool | None = True) -> int:
        """A customer on a list, measured on the day; ``marketing`` consent given, refused, or never asked (null)."""
        number = f"C{key:05d}"
        self.add(tables.CUSTOMERS, customer=key, customer_no=number, branch_no="B1", keeper_no=keeper, kind="personal",
                 opened_on=date(2020, 1, 1))  # fmt: skip
        self.add(tables.STANDINGS, customer=key, branch_no="B1", tier=tier, entitlement="basic", balance_fen=0,
                 average_fen=0, in30_fen=0, out30_fen=0, value_fen=0, policy="test")  # fmt: skip
        self.add(tables.KEEPERS, customer=key, keeper_no=keeper, stage="known")
        if marketing is not None:
            self.consent(key, granted=marketing)
        return key

    def consent(self, key: int, *, granted: bool, on: date = date(2026, 1, 5), purpose: str = "marketing",
                own: bool = False) -> None:  # fmt: skip
        """A consent, or a refusal; recorded by the bank, or by us."""
        table = tables.OWN_CONSENTS if own else tables.CONSENTS
        self.add(table, customer=key, purpose=purpose, granted=granted, changed_on=on)

    def contact(self, key: int, channel: str, on: date, *, outcome: str = "reached", seconds: int = 120,
                own: bool = False) -> None:  # fmt: skip
        """A contact that took place or was tried."""
        table = tables.OWN_CONTACTS if own else tables.CONTACTS
        number = sum(map(len, self.rows.values()))
        self.add(table, contact=number, customer=key, staff_no=KEEPER, day_on=on, channel=channel, seconds=seconds,
                 outcome=outcome)  # fmt: skip

    def reason(
        self, key: int, kind: str, gain_fen: int, *, due: date = TODAY, duty: bool = False, marketing: bool = False,
        step: str | None = None, expires: date | None = None, account: int | None = None,
        evidence: dict[str, Any] | None = None, holdout: bool = False,
    ) -> None:  # fmt: skip
        """An opportunity of the night."""
        self.add(tables.OPPORTUNITIES, customer=key, account=account, kind=kind, duty=duty, marketing=marketing,
                 step=step, amount_fen=50 * WAN, due_on=due, expires_on=expires, gain_fen=gain_fen, with_bp=8200,
                 without_bp=6500, holdout=holdout, evidence=json.dumps(evidence or {"rule": kind}),
                 policy="test")  # fmt: skip

    def promise(self, key: int, channel: str, due: date = TODAY) -> None:
        """A contact that was promised, and the duty the night makes of it."""
        self.add(tables.PROMISES, customer=key, due_on=due, channel=channel)
        if due <= TODAY:
            self.reason(key, "promise", 80_00, due=due, duty=True)

    def lay(self) -> None:
        """Write everything into the lake."""
        daily = (tables.CONTACTS, tables.OWN_CONTACTS)
        for table in tables.TABLES:
            rows = self.rows.get(table.path, [])
            if rows and table not in daily:
                self.lake.write_rows(table, DAY, rows)
            for day in {row["day_on"] for row in rows if table in daily}:
                self.lake.write_rows(table, day, [row for row in rows if row["day_on"] == day])

    def plan(self) -> list[dict[str, Any]]:
        """Lay, plan, and read the lines with their reasons."""
        self.lay()
        plan_days(self.lake, DAY, self.policy, SHIPPED_CALENDAR)
        return lines(self.lake)


def lines(lake: Lake) -> list[dict[str, Any]]:
    """The plan's lines in order, reasons and what they beat read from their JSON."""
    rows = sorted(lake.rows(tables.PLANS, DAY), key=lambda row: (row["keeper_no"], row["place"]))
    return [row | {"reasons": json.loads(row["reasons"]), "beat": json.loads(row["beat"])} for row in rows]


def ahead(lake: Lake) -> list[dict[str, Any]]:
    """What is planned for the days after today, by day and customer, what for read from its JSON."""
    rows = sorted(lake.rows(tables.AHEAD, DAY), key=lambda row: (row["keeper_no"], row["day_on"], row["customer"]))
    return [row | {"kinds": json.loads(row["kinds"])} for row in rows if row["day_on"] > TODAY]


def reserve(lake: Lake) -> list[dict[str, Any]]:
    """Who comes next today, the best first."""
    return [row | {"kinds": json.loads(row["kinds"])} for row in lake.rows(tables.AHEAD, DAY) if row["day_on"] == TODAY]


def short(plan: Iterable[dict[str, Any]]) -> list[tuple[int, str]]:
    """Customer and channel of each line, in order."""
    return [(row["customer"], row["channel"]) for row in plan]


def kinds(line: dict[str, Any]) -> Sequence[str]:
    """What the reasons of a line are."""
    return [reason["kind"] for reason in line["reasons"]]
