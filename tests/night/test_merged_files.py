"""What the night makes of two numbers of one person: each measured by itself, she planned once, a refusal holds."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from guanhu.apps.customers.duplicates import actions as merging
from guanhu.engine import tables
from guanhu.engine.lake import Lake
from guanhu.night import facts, reasons
from tests.night.desks import DAY, TODAY, Branch, kinds, short
from tests.night.test_notes import customer
from tests.night.town import NOW, SATURDAY, SUNDAY, viewer

pytestmark = [pytest.mark.slow, pytest.mark.long]


def planned(town: Any, day: date) -> dict[str, set[str]]:
    """Who is contacted today or on the days after, with the kinds of her reasons."""
    numbers = {customer(f"C{n:02}").key: f"C{n:02}" for n in range(1, 13)}
    found: dict[str, set[str]] = defaultdict(set)
    for row in town.lake.rows(tables.PLANS, day):
        found[numbers[row["customer"]]] |= {one["kind"] for one in json.loads(row["reasons"])}
    for row in town.lake.rows(tables.AHEAD, day):
        found[numbers[row["customer"]]] |= set(json.loads(row["kinds"]))
    return found


def measured(town: Any, day: date) -> int:
    return sum(row["balance_fen"] for row in town.lake.rows(tables.STANDINGS, day))


def test_two_numbers_are_measured_each_and_planned_as_one_person(town: Any):
    town.night(SATURDAY)
    assert "maturity" in planned(town, SATURDAY)["C02"]
    merging.merge(by=viewer("S1"), kept=customer("C05").public_id, joined=customer("C02").public_id, chosen=(),
                  today=SATURDAY, now=NOW)  # fmt: skip
    town.night(SUNDAY)
    plan = planned(town, SUNDAY)
    assert "C02" not in plan
    assert "maturity" in plan["C05"]
    assert len(town.lake.rows(tables.STANDINGS, SUNDAY)) == len(town.lake.rows(tables.STANDINGS, SATURDAY))
    assert measured(town, SUNDAY) == measured(town, SATURDAY)


# ---------------------------------------------------------------- in a lake of its own


@pytest.fixture
def branch(lake: Lake) -> Branch:
    """Two numbers of one person: 1 is the file, 2 was merged into it and is on nobody's list."""
    made = Branch(lake)
    made.keeper()
    for key in (1, 2):
        made.customer(key)
    made.rows[tables.KEEPERS.path] = [row for row in made.rows[tables.KEEPERS.path] if row["customer"] == 1]
    made.add(tables.FILES, customer=2, file=1)
    return made


def test_what_matures_under_the_other_number_is_on_her_line(branch: Branch):
    branch.reason(1, "near_line", 90_00, marketing=True)
    branch.reason(2, "maturity", 900_00, duty=True, step="t-1", due=TODAY + timedelta(days=1))
    (line,) = branch.plan()
    assert (line["customer"], set(kinds(line))) == (1, {"maturity", "near_line"})


def test_a_refusal_under_the_other_number_holds(branch: Branch):
    branch.reason(1, "near_line", 900_00, marketing=True)
    branch.consent(2, granted=False, on=TODAY - timedelta(days=9))
    assert branch.plan() == []


def test_what_she_said_later_in_the_one_file_is_written_for_both_numbers_and_opens_it(branch: Branch):
    test_a_refusal_under_the_other_number_holds(branch)
    branch.consent(2, granted=True, on=DAY, own=True)
    assert [key for key, _way in short(branch.plan())] == [1]


def test_a_contact_or_a_complaint_under_the_other_number_keeps_us_silent(branch: Branch):
    branch.reason(1, "near_line", 900_00, marketing=True)
    branch.contact(2, "call", DAY, outcome="declined")
    assert branch.plan() == []


def as_it_is(lake: Lake, day: date, rows: Any) -> Any:
    return rows


@pytest.mark.parametrize(
    "test",
    [
        test_what_matures_under_the_other_number_is_on_her_line,
        test_a_refusal_under_the_other_number_holds,
        test_a_contact_or_a_complaint_under_the_other_number_keeps_us_silent,
    ],
)
def test_a_night_that_knows_nothing_of_it_is_found(
    branch: Branch, monkeypatch: pytest.MonkeyPatch, test: Callable[[Branch], None]
):
    monkeypatch.setattr(facts, "as_one", as_it_is)
    monkeypatch.setattr(reasons, "as_one", as_it_is)
    with pytest.raises((AssertionError, ValueError)):
        test(branch)
