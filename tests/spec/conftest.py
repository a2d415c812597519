"""A signal's spec is a small ledger and the answer: names, products, 万 and days as the branch writes them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import Any

import pytest

from guanhu.engine import backend, tables
from guanhu.engine.lake import Lake, disk_columns
from guanhu.engine.night import Night
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.policy import SHIPPED

KINDS = {"活期": "current", "三年定期": "deposit", "定期": "deposit", "理财": "wealth", "贷款": "loan"}
DEFAULTS: dict[str, tuple[str, Any]] = {
    "customer": ("key", None), "tier": ("text", "C"), "kind": ("text", "personal"), "average_fen": ("money", 0),
    "balance_fen": ("money", 0), "gap_fen": ("money", None), "net30_fen": ("money", 0), "branch_ppm": ("money", 0),
    "months": ("number", 0), "sum_yuan": ("money", 0), "squares_yuan": ("money", 0), "moves": ("number", 0),
    "first_move_day": ("day", None), "last_move_day": ("day", None), "last_contact_day": ("day", None),
    "opened_day": ("day", date(2020, 1, 1)), "birth_calendar": ("text", None), "birth_month": ("number", None),
    "birth_day_of_month": ("number", None),
}  # fmt: skip
"""What the signals read about a customer, and what a ledger that does not say means."""

WORDS = {"client": "customer", "average": "average_fen", "balance": "balance_fen", "net30": "net30_fen",
         "gap": "gap_fen", "first_move": "first_move_day", "last_move": "last_move_day", "opened": "opened_day",
         "last_contact": "last_contact_day", "amount": "amount_fen"}  # fmt: skip
"""A ledger's short heads."""


def fen(text: str) -> int:
    """80万, -3.5万 or 1200 (yuan) as fen."""
    return round(float(text.removesuffix("万")) * (1_000_000 if text.endswith("万") else 100))


def wan(amount: int) -> str:
    """Fen as the ledger writes them."""
    return f"{amount / 1_000_000:g}万"


def ledger(text: str) -> list[dict[str, str]]:
    """The rows of a ledger: heads in the first line, ``|`` between, an empty cell is not known."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [{head: cell for head, cell in zip(lines[0], line, strict=False) if cell} for line in lines[1:]]


class Ledgers:
    """Turns the ledgers of one spec into tables and remembers who is who."""

    def __init__(self) -> None:
        """Nobody is known yet."""
        self.names: list[str] = []

    def key(self, name: str) -> int:
        """The customer's key: 1 for the first name met."""
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name) + 1

    def people(self, text: str) -> Any:
        """Customers as the signals read them."""
        rows = []
        for row in ledger(text):
            told = {WORDS.get(head, head): cell for head, cell in row.items()}
            rows.append({name: self._value(kind, told.get(name), given) for name, (kind, given) in DEFAULTS.items()})
        return backend.frame(rows, {name: kind for name, (kind, _) in DEFAULTS.items()}).lazy()

    def _value(self, kind: str, cell: str | None, given: Any) -> Any:
        if cell is None:
            return backend.day_number(given) if isinstance(given, date) else given
        if kind == "key":
            return self.key(cell)
        if kind == "money":
            return fen(cell) if cell.endswith("万") else int(cell)
        if kind == "day":
            return backend.day_number(date.fromisoformat(cell))
        return int(cell) if kind == "number" else cell

    def rows(self, table: tables.Table, text: str) -> list[dict[str, Any]]:
        """Rows of a table of the lake; a row's own number is its place."""
        made = []
        for place, row in enumerate(ledger(text), 1):
            key = self.key(row["customer"])
            full: dict[str, Any] = dict.fromkeys(disk_columns(table))
            full |= {table.key[-1]: place, "customer": key, "account": int(row.get("account", key * 10))}
            full |= self._told(row)
            made.append({name: full.get(name) for name in disk_columns(table)})
        return made

    def _told(self, row: dict[str, str]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for head, cell in row.items():
            if head.endswith("_on"):
                told[head] = date.fromisoformat(cell)
            elif head == "amount":
                told["amount_fen"] = fen(cell)
            elif head == "product":
                told |= {"kind": KINDS[cell], "product_no": cell}
            elif head == "auto_renew":
                told[head] = cell == "是"
            elif head == "holding":
                told[head] = int(cell)
            elif head not in ("customer", "account"):
                told[head] = cell
        return told


@pytest.fixture
def signal(lake: Lake) -> Callable[..., None]:
    """Run one signal over a ledger: ``signal(module, day=…, holdings="…", gives={"王": "t-7"})``.

    ``gives``: who is found → the maturity's step, or the amount in 万. ``because`` names figures of the evidence,
    ``since`` the first day the lake knows.
    """

    def check(module: ModuleType, *, day: str, gives: dict[str, str], people: str = "", holdings: str = "",
              earlier: str = "", earlier_on: str = "", moves: str = "",
              because: dict[str, Any] | None = None, since: str = "2020-01-01", **policy: Any) -> None:  # fmt: skip
        made, night_day = Ledgers(), date.fromisoformat(day)
        listed = people or "customer\n" + "\n".join(dict.fromkeys(r["customer"] for r in ledger(holdings or moves)))
        here = made.people(listed)
        if holdings:
            rows = [{"started_on": date(2024, 1, 1), **{k: v for k, v in row.items() if v is not None}}
                    for row in made.rows(tables.HOLDINGS, holdings)]  # fmt: skip
            lake.write_rows(tables.HOLDINGS, night_day, rows)
        if earlier:
            rows = [{**row, "started_on": date(2024, 1, 1)} for row in made.rows(tables.HOLDINGS, earlier)]
            lake.write_rows(tables.HOLDINGS, date.fromisoformat(earlier_on), rows)
        if moves:
            table = backend.frame(made.rows(tables.MOVES, moves), disk_columns(tables.MOVES))
            lake.write_days(tables.MOVES, table)
        lake.write_rows(tables.BALANCES, date.fromisoformat(since), [])
        night = Night(lake, night_day, replace(SHIPPED, **policy), SHIPPED_CALENDAR)
        found = backend.rows(module.build(night, here))
        answer = {made.names[row["customer"] - 1]: row["step"] or wan(row["amount_fen"]) for row in found}
        assert answer == gives
        assert len(found) == len(gives)
        for row in found:
            told = json.loads(row["evidence"])
            assert told["rule"] == module.__name__.rsplit(".", 1)[-1]
            assert {name: told.get(name) for name in because or {}} == (because or {})

    return check
