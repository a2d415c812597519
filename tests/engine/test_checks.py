"""The checks find nothing on a sound day, and each finds the fault planted for it."""

import shutil
from datetime import date, timedelta

import pytest

from guanhu.engine import checks, pipeline, tables
from guanhu.engine.lake import Lake
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.policy import SHIPPED
from tests.engine.random_bank import Bank

FIRST = date(2024, 2, 20)
DAY = date(2024, 3, 1)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A small bank measured on one day."""
    lake = Lake(tmp_path_factory.mktemp("measured") / "lake")
    Bank(5, FIRST, customers=8).write_days(lake, [FIRST + timedelta(days=n) for n in range((DAY - FIRST).days + 1)])
    pipeline.run(lake, DAY, SHIPPED, SHIPPED_CALENDAR)
    return lake


@pytest.fixture
def sound(measured, lake):
    """That bank once more, for one test alone."""
    shutil.copytree(measured.root, lake.root, dirs_exist_ok=True)
    return lake


def change(lake, table, day, edit):
    """Plant a fault: the day's rows as ``edit`` leaves them."""
    rows = lake.rows(table, day)
    edit(rows)
    lake.write_rows(table, day, rows)


@pytest.mark.slow
def test_a_sound_day_has_nothing_to_tell(sound):
    assert checks.audit(sound, DAY) == []


FAULTS = {
    "不存在": (tables.SIGNALS, lambda rows: rows[0].update(customer=999)),
    "重复": (tables.STANDINGS, lambda rows: rows.append(dict(rows[0]))),
    "名单有": (tables.STANDINGS, lambda rows: rows.pop()),
    "流水为负": (tables.STATE, lambda rows: rows[0].update(out30_fen=-1)),
    "之前就已过期": (tables.SIGNALS, lambda rows: rows[0].update(expires_on=date(2020, 1, 1))),
    "相差 1 分": (tables.STATE, lambda rows: rows[0].update(balance_fen=rows[0]["balance_fen"] - 1)),
    "各网点合计": (tables.STANDINGS, lambda rows: rows[0].update(balance_fen=rows[0]["balance_fen"] + 1)),
    "历次变动之和": (tables.BALANCES, lambda rows: rows[0].update(balance_fen=rows[0]["balance_fen"] + 1)),
    "当作营销": (tables.OPPORTUNITIES, lambda rows: rows[0].update(duty=True, marketing=True)),
    "没有依据": (tables.OPPORTUNITIES, lambda rows: rows[0].update(evidence=None)),
    "金额为负": (tables.SIGNALS, lambda rows: rows[0].update(amount_fen=-1)),
}


@pytest.mark.slow
@pytest.mark.parametrize("says", FAULTS)
def test_a_planted_fault_is_found_and_named(sound, says):
    table, edit = FAULTS[says]
    change(sound, table, DAY, edit)
    assert any(says in fault for fault in checks.audit(sound, DAY))


@pytest.mark.slow
def test_totals_count_what_there_was_on_the_day(sound):
    files = [{"file": "客户", "rows_in": 9, "accepted": 8, "quarantined": 1, "money_fen": None, "sha256": "x"}]
    sound.put_receipt(DAY, {"files": files})
    told = checks.totals(sound, DAY)
    assert told["files"] == [{"file": "客户", "rows_in": 9, "accepted": 8, "quarantined": 1, "money_fen": None}]
    people = sound.rows(tables.CUSTOMERS, DAY)
    assert told["customers"] == sum(row["opened_on"] <= DAY for row in people)
    held = [row for row in sound.rows(tables.ACCOUNTS, DAY) if row["opened_on"] <= DAY]
    assert told["accounts"] == sum(not row["closed_on"] or row["closed_on"] > DAY for row in held)
    changes = [row["change_fen"] for day in sound.days(tables.BALANCES) for row in sound.rows(tables.BALANCES, day)]
    assert told["balance_fen"] == sum(changes)
