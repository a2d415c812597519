"""What the door lets into the database lands in a declared field: change a column, and a record changes (C13)."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from guanhu.apps.customers import actions as customers
from guanhu.apps.work import actions as work
from guanhu.feeds import door
from guanhu.feeds.layouts import LAYOUTS, Field, Layout
from guanhu.feeds.split import PERSONS
from tests.feeds.bank import DAY, KEYS, Rows, deliver, small_bank

pytestmark = pytest.mark.long

TAKEN = ("people_branch", "people_staff", "catalog_product", "customers_customer", "customers_contactpoint",
         "customers_account", "customers_consent", "customers_complaint", "customers_stagerecord",
         "work_touch")  # fmt: skip
BEFORE = {"text": "先前", "number": "110", "date": "2009-05-05", "birth": "1958-02-30", "time": "09:30", "flag": "Y"}
AFTER = {"text": "别的", "number": "120", "date": "2009-05-06", "birth": "1961-07-08", "time": "10:20", "flag": "N"}
"""Two values of each kind of column."""
DAYS = {"closed_on": ("2026-11-22", "2026-11-23"), "leave_from": ("2026-11-19", "2026-11-18"),
        "leave_to": ("2026-11-22", "2026-11-23"), "day_on": ("2026-11-24", "2026-11-23")}  # fmt: skip
"""Two days for columns that must lie behind another or in the delivery."""


def columns() -> list[tuple[Layout, Field]]:
    """Every column the database gets beside the keys."""
    return [
        (layout, field)
        for layout in LAYOUTS
        if layout.table in PERSONS
        for field in layout.fields
        if field.goes in ("database", "both") and field.name not in layout.key
    ]


def other(field: Field, now: str) -> str:
    """Another value this column may have."""
    if field.name == "branch_no":
        return "B2" if now == "B1" else "B1"
    if field.name in ("keeper_no", "staff_no"):
        return "S2" if now == "S1" else "S1"
    if field.words is not None:
        return next(word.value for word in field.words if word.value != now)
    return DAYS[field.name][1] if field.name in DAYS else AFTER[field.type]


def taken(folder: Path, bank: Rows) -> str:
    """One digest over all that came of this delivery; nothing stays."""
    intake = door.receive(deliver(folder, bank), day=DAY, keys=KEYS)
    assert not intake.problems
    with transaction.atomic():
        customers.take_in(intake.persons)
        work.take_contacts(intake.persons)
        told = digest()
        transaction.set_rollback(True)
    return told


def digest() -> str:
    """Every row as text, without what the database draws by itself; colleagues and branches by the bank's numbers."""
    rows = []
    with connection.cursor() as cursor:
        names: dict[str, dict[int, str]] = {}
        for kind, table in (("staff", "people_staff"), ("branch", "people_branch")):
            cursor.execute(f"select id, {kind}_no from {table}")
            names[kind] = dict(cursor.fetchall())
        for table in TAKEN:
            cursor.execute(f"select (to_jsonb(t) - 'id' - 'public_id' - 'password')::text from {table} t")
            told = [json.loads(row[0]) for row in cursor.fetchall()]
            rows.append(sorted(repr(_with_names(row, names)) for row in told))
    return repr(rows)


def _with_names(row: dict[str, Any], names: dict[str, dict[int, str]]) -> dict[str, Any]:
    whose = {"keeper_id": "staff", "staff_id": "staff", "by_id": "staff", "branch_id": "branch"}
    return {name: names[whose[name]].get(value) if name in whose else value for name, value in row.items()}


def full_bank() -> Rows:
    """The small bank with something in every column that goes to the database."""
    bank = small_bank()
    for layout, field in columns():
        row = bank[layout.table][0]
        if not row.get(field.name):
            word = next(iter(field.words)).value if field.words is not None else BEFORE[field.type]
            row[field.name] = DAYS[field.name][0] if field.name in DAYS else word
    bank["customers"][0] |= {"birth_on": "1958-02-20"}  # a day in both calendars
    return bank


@pytest.mark.slow
def test_every_column_that_goes_to_the_database_changes_a_record(db: None, tmp_path: Path):
    before = taken(tmp_path / "before", full_bank())
    assert taken(tmp_path / "again", full_bank()) == before
    idle = []
    for number, (layout, field) in enumerate(columns()):
        bank: Any = full_bank()
        row = bank[layout.table][0]
        row[field.name] = other(field, row[field.name])
        if taken(tmp_path / str(number), bank) == before:
            idle.append(f"{layout.table}.{field.name}")
    assert idle == []
    assert len(columns()) > 35


@pytest.mark.slow
def test_a_column_nobody_takes_would_be_found(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from guanhu.apps.customers import intake

    whole = intake._customer
    monkeypatch.setattr(intake, "_customer", lambda *told: {**whole(*told), "occupation": ""})
    bank = full_bank()
    before = taken(tmp_path / "before", bank)
    bank["customers"][0]["occupation"] = "别的"
    assert taken(tmp_path / "after", bank) == before
