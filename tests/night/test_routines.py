"""Routine service is shown where it was planned, and nowhere else."""

import json
from datetime import date

import pytest

from guanhu.engine import tables
from guanhu.engine.lake import disk_columns
from guanhu.night.publish import routines
from guanhu.rules.policy import SHIPPED

TODAY = date(2026, 11, 24)
MONTHLY = {"tier": "B", "touch": "message", "every_days": 30}


def line(customer: int, *reasons: dict) -> dict:
    return {"customer": customer, "day_on": TODAY, "reasons": json.dumps(reasons)}


@pytest.mark.practice("P56")
def test_a_planned_routine_is_an_opportunity_of_its_day():
    near = {"kind": "near_line", "fen": 200_00, "figures": {"evidence": {"gap_fen": 1}}}
    rhythm = {"kind": "routine", "fen": 7_00, "figures": {"step": "", "evidence": MONTHLY}}
    (row,) = routines([line(1, near, rhythm), line(2, near), {**line(3), "reasons": None}], SHIPPED)
    assert (row["customer"], row["kind"], row["due_on"], row["expires_on"]) == (1, "routine", TODAY, TODAY)
    assert (row["duty"], row["marketing"], row["gain_fen"]) == (False, True, 20_00)
    assert json.loads(row["evidence"]) == MONTHLY
    assert set(row) == set(disk_columns(tables.OPPORTUNITIES))
