"""On a real bank's books every standing, month-end and signal agrees, row for row, with hand-written SQL."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cache, partial

import pytest

from guanhu.engine import checks, pipeline, tables
from guanhu.engine.lake import Lake
from guanhu.feeds import door
from guanhu.feeds.keys import Keys
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.policy import Policy
from tests.engine import second_road as road

JANUARY, MARCH, JULY = date(1994, 1, 31), date(1994, 3, 30), date(1994, 7, 4)
BASIS = "测试"
POLICY = Policy(other_bank_legal_basis=BASIS)

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture(scope="module")
def berka(real_data, tmp_path_factory) -> Lake:
    """Berka as the door gives it, all days of it, measured on three nights."""
    lake = Lake(tmp_path_factory.mktemp("berka") / "lake")
    by_name = {table.name: table for table in tables.TABLES if table.group == "bank"}
    intake = door.receive(real_data / "berka", day=JULY, keys=Keys(b"k" * 32), layout="berka")
    for name, frame in intake.tables.items():
        if by_name[name].mode == "daily":
            lake.write_days(by_name[name], frame)
        else:
            lake.write(by_name[name], JANUARY, frame)
    for day in (JANUARY, MARCH, JULY):
        pipeline.run(lake, day, POLICY, SHIPPED_CALENDAR, mode="rebuild" if day == JANUARY else "auto")
    return lake


def kinds(lake: Lake, day: date) -> Counter:
    return Counter(row["kind"] for row in lake.rows(tables.SIGNALS, day))


@pytest.mark.parametrize("day", [JANUARY, MARCH, JULY])
def test_every_signal_of_the_night_agrees_with_sql(berka, day):
    sql = road.travelled(berka, day, legal_basis=BASIS)
    assert road.ours(berka, tables.STANDINGS, road.STANDING, day) == road.answers(sql, "standings", road.STANDING)
    assert road.ours(berka, tables.SIGNALS, road.SIGNAL, day) == road.answers(sql, "signals", road.SIGNAL)
    told = road.answers(sql, "opportunities", road.OPPORTUNITY)
    assert road.ours(berka, tables.OPPORTUNITIES, road.OPPORTUNITY, day) == told
    assert checks.audit(berka, day) == []


def test_every_month_end_agrees_with_sql(berka):
    sql = road.travelled(berka, MARCH)
    ends = [day for day in berka.days(tables.MONTH_ENDS) if day <= MARCH]
    assert len(ends) == 14
    for day in ends:
        told = road.answers(sql, "month_ends", road.MONTH_END, f"day_on = date '{day}'")
        assert road.ours(berka, tables.MONTH_ENDS, road.MONTH_END, day) == told


@pytest.mark.practice("P138")
def test_a_january_that_empties_every_branch_accuses_few(berka):
    """January 1994 took out twice what February did; a plain alarm on money leaving fires everywhere."""
    standings = berka.rows(tables.STANDINGS, JANUARY)
    plain = sum(10 * (row["out30_fen"] - row["in30_fen"]) >= max(row["average_fen"], 1) for row in standings)
    assert plain > len(standings) / 3
    assert 0 < kinds(berka, JANUARY)["outflow"] < min(plain / 6, len(standings) / 10)


@pytest.mark.practice("P127")
def test_a_loan_matures_its_months_after_it_was_granted(berka):
    """Granted on 1993-07-05 for twelve months: on the night of 1994-07-04 it is due today."""
    due = [row for row in berka.rows(tables.SIGNALS, JULY) if row["kind"] == "maturity"]
    assert [(row["product"], row["step"], row["amount_fen"], row["due_on"]) for row in due] == [
        ("loan", "t0", 96_396_00, date(1994, 7, 5))
    ]


def test_nothing_that_lies_ahead_is_measured(berka):
    assert len(berka.rows(tables.STANDINGS, JANUARY)) < len(berka.rows(tables.STANDINGS, MARCH)) < 4500
    opened = {row["customer"]: row["opened_on"] for row in berka.rows(tables.CUSTOMERS, JANUARY)}
    assert all(opened[row["customer"]] <= JANUARY for row in berka.rows(tables.STANDINGS, JANUARY))
    granted = {row["account"]: row["started_on"] for row in berka.rows(tables.HOLDINGS, JANUARY)}
    for day in (JANUARY, MARCH, JULY):
        for row in berka.rows(tables.SIGNALS, day):
            assert row["kind"] != "maturity" or granted[row["account"]] <= day


FAULTS = {
    "the window is a day too long": ("least(30, (e - day_on) + 1)", "least(31, (e - day_on) + 1)"),
    "thirty days are thirty-one": (
        "getvariable('night') - 30))::bigint as came",
        "getvariable('night') - 31))::bigint as came",
    ),
    "two deviations for three": (">= 9 * (months", ">= 4 * (months"),
    "a large movement stays a day longer": ("getvariable('today') - 5 and", "getvariable('today') - 6 and"),
    "the tier's patience is longer": ("then 60 when 'B' then 90", "then 60 when 'B' then 100"),
    "near is less near": (">= (average_fen + gap_fen) * 6", ">= (average_fen + gap_fen) * 7"),
    "what is due today is due tomorrow": ("getvariable('next_day') then 't0'", "getvariable('next_day') then 't-1'"),
    "the month just closed excuses itself": ("getvariable('night') - e >= 30", "getvariable('night') - e >= 0"),
    "three months are enough": ("months >= 6", "months >= 3"),
    "a movement is worth more": ("'large_move', 4, 3000", "'large_move', 4, 3100"),
    "the future is known": ("where b.day_on <= getvariable('night')", "where true"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_planted_on_one_of_the_roads_is_seen(berka, ours, fault):
    right, wrong = FAULTS[fault]
    text = road.SQL.read_text("utf-8")
    assert right in text
    assert any(disagree(berka, ours, day, text.replace(right, wrong)) for day in (JULY, MARCH, JANUARY))


@pytest.fixture(scope="module")
def ours(berka):
    """The engine's rows, which no fault on the other road changes: read once."""
    return cache(partial(road.ours, berka))


def disagree(lake: Lake, ours: Callable[..., set], day: date, text: str) -> bool:
    """Do the two roads, one of them by this text, come to different answers on the day?"""
    sql = road.travelled(lake, day, legal_basis=BASIS, sql=text)
    compared = ((tables.STANDINGS, "standings", road.STANDING), (tables.SIGNALS, "signals", road.SIGNAL),
                (tables.OPPORTUNITIES, "opportunities", road.OPPORTUNITY))  # fmt: skip
    return any(ours(table, columns, day) != road.answers(sql, name, columns)
               for table, name, columns in compared)  # fmt: skip
