"""The night that goes on from yesterday and the rebuild from the first day give the same answers, digest for digest."""

import math
import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from guanhu.engine import backend, checks, flows, pipeline, tables
from guanhu.engine.lake import Lake, disk_columns
from guanhu.engine.tables import MONTH_ENDS, STATE
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.policy import Policy
from tests.engine.random_bank import Bank

FIRST = date(2023, 12, 12)
LAST = date(2024, 4, 6)
"""Through a year's end, a leap day and two quarter-ends."""
POLICY = Policy(other_bank_legal_basis="董事会决议 2023-11")
SEEDS = 10


def nights(dice: random.Random) -> list[list[date]]:
    """The days that arrive together, night by night: mostly a few, sometimes none for long; the last day arrives."""
    made, day = [], FIRST
    while day <= LAST:
        width = dice.choice([1, 1, 1, 2, 3, 5, 9])
        made.append([day + timedelta(days=n) for n in range(width) if day + timedelta(days=n) <= LAST])
        day += timedelta(days=width + dice.choice([0, 0, 0, 0, 2, 11]))
    return made if made[-1][-1] == LAST else [*made, [LAST]]


def run(lake: Lake, day: date, mode: str = "auto") -> pipeline.Way:
    return pipeline.run(lake, day, POLICY, SHIPPED_CALENDAR, mode=mode)


def seals(lake: Lake, day: date) -> dict[str, str]:
    """A digest of every answer of the day, month-ends and lines of all days included."""
    daily = {table.path: lake.digest(table, day) for table in pipeline.WRITTEN if lake.has(table, day)}
    kept = {f"{t.path} {d}": lake.digest(t, d) for t in (MONTH_ENDS, tables.CUT_OFFS) for d in lake.days(t) if d <= day}
    return daily | kept


def twin(lake: Lake, place: Path, until: date) -> Lake:
    """The same bank without any answer, as it was delivered up to a day."""
    copy = Lake(place)
    for group in ("bank", "notes"):
        if (lake.root / group).exists():
            shutil.copytree(lake.root / group, place / group)
    for table in tables.TABLES:
        for day in copy.days(table):
            if day > until:
                copy.drop(table, day)
    return copy


@pytest.mark.long
def test_whichever_way_a_night_is_computed_the_answers_are_the_same(tmp_path, gate_share):
    seen = set()
    for seed in range(math.ceil(SEEDS * gate_share)):
        seen |= walk(Lake(tmp_path / f"{seed}" / "lake"), tmp_path / f"{seed}", seed)
    assert {"maturity", "near_line", "large_move", "other_bank", "dormant"} <= seen, "the bank is too quiet to tell"


def walk(lake: Lake, tmp_path: Path, seed: int) -> set[str]:
    """Every night of one bank, measured against a rebuild in the middle and at the end; the signals it met."""
    seen: set[str] = set()
    dice, bank = random.Random(seed), Bank(seed, FIRST)
    arrivals = nights(dice)
    looked_at = {arrivals[len(arrivals) // 2][-1], arrivals[-1][-1]}
    for number, days in enumerate(arrivals):
        bank.write_days(lake, days)
        way = run(lake, days[-1])
        assert (way.start is None) == (number == 0), way
        assert checks.audit(lake, days[-1]) == []
        seen |= {row["kind"] for row in lake.rows(tables.SIGNALS, days[-1])}
        if days[-1] in looked_at:
            again = twin(lake, tmp_path / f"twin-{number}", days[-1])
            assert run(again, days[-1], "rebuild").start is None
            assert seals(lake, days[-1]) == seals(again, days[-1])
    assert lake.days(MONTH_ENDS) == [date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]
    return seen


def small(lake: Lake, seed: int = 3) -> list[date]:
    """Two nights of a small bank, written but not measured."""
    bank = Bank(seed, date(2024, 2, 20), customers=6)
    first = [date(2024, 2, 20) + timedelta(days=n) for n in range(9)]
    second = [date(2024, 2, 29), date(2024, 3, 1)]
    bank.write_days(lake, first)
    bank.write_days(lake, second)
    return [first[-1], second[-1]]


@pytest.mark.slow
def test_a_night_run_twice_leaves_the_same(lake):
    first, second = small(lake)
    run(lake, first)
    run(lake, second)
    before = seals(lake, second)
    run(lake, second)
    assert seals(lake, second) == before


@pytest.mark.slow
def test_a_window_one_day_too_long_is_found(lake, tmp_path, monkeypatch):
    """The twin of the test above: the same harness on a broken copy must go red."""
    first, second = small(lake)
    run(lake, first)
    whole = flows.movements
    monkeypatch.setattr(flows, "movements", lambda moves, stride: whole(moves, longer(stride)))
    run(lake, second)
    monkeypatch.undo()
    again = twin(lake, tmp_path / "twin", second)
    run(again, second, "rebuild")
    assert seals(lake, second)["answers/state"] != seals(again, second)["answers/state"]


def longer(stride):
    """A stride that forgets that its first new day is new."""
    return type(stride)(stride.after + timedelta(days=1), stride.to, stride.window, stride.long)


@pytest.mark.slow
def test_another_policy_begins_anew(lake):
    first, second = small(lake)
    run(lake, first)
    other = Policy(version="2026-12-01")
    way = pipeline.way_to(lake, second, other)
    assert way.start is None
    assert "版本" in way.why


@pytest.mark.slow
def test_days_delivered_anew_send_the_night_back_before_them(lake):
    first, second = small(lake)
    run(lake, first)
    assert pipeline.way_to(lake, second, POLICY).start == first
    lake.put_receipt(second, {"covers_from": first.isoformat()})
    assert pipeline.way_to(lake, second, POLICY).start is None


def test_a_night_told_to_go_on_says_why_it_cannot(lake):
    _, second = small(lake)
    with pytest.raises(ValueError, match="没有可用的前一日状态"):
        run(lake, second, "incremental")


@pytest.mark.slow
def test_an_earlier_day_run_again_takes_away_the_states_that_stood_on_it_only_when_it_changed(lake):
    first, second = small(lake)
    run(lake, first)
    run(lake, second)
    run(lake, first)
    assert lake.days(STATE) == [first, second]
    someone = lake.rows(tables.STANDINGS, first)[0]["customer"]
    spoken = {"contact": 1, "customer": someone, "staff_no": "S1", "day_on": first, "channel": "call", "seconds": 120,
              "outcome": "reached"}  # fmt: skip
    lake.write_rows(tables.OWN_CONTACTS, first, [spoken])
    run(lake, first)
    assert lake.days(STATE) == [first]


@pytest.mark.slow
def test_a_state_another_version_wrote_is_made_anew(lake):
    first, second = small(lake)
    run(lake, first)
    columns = {name: kind for name, kind in disk_columns(STATE).items() if name != "months_below"}
    fewer = backend.frame([{name: row[name] for name in columns} for row in lake.rows(STATE, first)], columns)
    backend.sink(fewer, lake.path(STATE, first), columns, STATE.key)
    way = run(lake, second)
    assert way.start is None
    assert checks.audit(lake, second) == []


def test_explain_says_what_would_be_read_and_writes_nothing(lake):
    _, second = small(lake)
    said = pipeline.explain(lake, second, POLICY, SHIPPED_CALENDAR)
    assert said[0].startswith("重算")
    assert len(said) == 2 + len(pipeline.STEPS)
    assert lake.days(STATE) == []


@pytest.mark.slow
def test_every_step_is_told_with_its_count(lake):
    first, _ = small(lake)
    told = []
    pipeline.run(lake, first, POLICY, SHIPPED_CALENDAR, on_step=lambda *step: told.append(step))
    assert [done for _, done, _ in told] == list(range(1, len(told) + 1))
    assert told[-1] == ("opportunities", len(told), len(told))
