"""Nights after a bad row: the good ones go on and every balance stays right; too many bad rows wait for a person."""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from guanhu.apps.work import queries as work
from guanhu.cli.app import app
from guanhu.engine import pipeline, tables
from guanhu.feeds.chains import Earlier
from guanhu.night import chains, feed, run
from guanhu.night.stages import NightStopped
from guanhu.rules.days import SHIPPED_CALENDAR
from tests.feeds.bank import Rows
from tests.night.conftest import Evening, after, standing
from tests.night.town import FIRST, FRIDAY, KEYS, MONDAY, NOW, SATURDAY, SUNDAY, TUESDAY, Town, delivery, viewer

pytestmark = [pytest.mark.slow, pytest.mark.long]

C04 = KEYS.key("account", "AC04")
"""C04 holds 90,000 on the Friday and moves on every day of these tests."""
BALANCE = {FRIDAY: 90_000, SATURDAY: 100_000, SUNDAY: 97_000, MONDAY: 120_000, TUESDAY: 121_000}
DAYS = list(BALANCE)


def sent(day: date, *, spoilt: bool = False, **texts: str) -> Rows:
    """The day's delivery with C04's balance; a spoilt row is spoilt in its balance, or as ``texts`` say."""
    rows = delivery(day, day)
    row = {"account_no": "AC04", "day_on": day.isoformat(), "balance_before": str(BALANCE[DAYS[DAYS.index(day) - 1]]),
           "balance": str(BALANCE[day])}  # fmt: skip
    rows["balances"].append(row | ({"balance": "十万"} if spoilt and not texts else {}) | texts)
    return rows


def night(town: Town, day: date, *, version: int = 1, **how: object) -> run.NightReport:
    return town.night(day, town.send(day, sent(day, **how), version=version))


def held(town: Town, day: date, number: str = "C04") -> int:
    """What the customer holds on the day, in yuan."""
    key = next(row["customer"] for row in town.lake.latest_rows(tables.CUSTOMERS, day) if row["customer_no"] == number)
    return next(r["balance_fen"] // 100 for r in town.lake.rows(tables.STANDINGS, day) if r["customer"] == key)


def rebuilt(town: Town, day: date) -> bool:
    """Does the other road come to the same?"""
    before = [town.lake.digest(table, day) for table in (tables.STATE, tables.STANDINGS)]
    pipeline.run(town.lake, day, town.policy, SHIPPED_CALENDAR, mode="rebuild")
    return before == [town.lake.digest(table, day) for table in (tables.STATE, tables.STANDINGS)]


@pytest.fixture(scope="module")
def spoilt_evening(friday_evening, django_db_blocker, postgres_server, tmp_path_factory) -> Iterator[Evening]:
    """The town after a Saturday on which C04's balance did not read."""
    folder = tmp_path_factory.mktemp("spoilt")
    with after(lambda town: night(town, SATURDAY, spoilt=True), postgres_server, friday_evening, folder,
               django_db_blocker) as evening:  # fmt: skip
        yield evening


@pytest.fixture
def spoilt(spoilt_evening, django_db_blocker, postgres_server, tmp_path) -> Iterator[Town]:
    """The bank on that evening."""
    with django_db_blocker.unblock(), standing(postgres_server, spoilt_evening, tmp_path) as town:
        yield town


# ---------------------------------------------------------------- one bad row


SPOILT: list[dict[str, str]] = [
    {}, {"balance_before": "-"}, {"day_on": "2026-11-31"}, {"account_no": "AC0４"}, {"account_no": ""},
]  # fmt: skip
"""Ways to spoil a row of balances; the first is the amount itself."""


def test_a_spoilt_balance_stops_no_later_night(
    friday_evening, django_db_blocker, postgres_server, tmp_path: Path, gate_share: float
):
    for number, texts in enumerate(SPOILT[: math.ceil(len(SPOILT) * gate_share)]):
        with django_db_blocker.unblock(), standing(postgres_server, friday_evening, tmp_path / str(number)) as town:
            stops_no_later_night(town, texts)


def stops_no_later_night(town: Town, texts: dict[str, str]) -> None:
    """A Saturday spoilt like this, and the two nights after it."""
    night(town, SATURDAY, spoilt=True, **texts)
    assert held(town, SATURDAY) == BALANCE[FRIDAY], texts
    for day in (SUNDAY, MONDAY):
        night(town, day)
        assert held(town, day) == BALANCE[day], texts
    assert chains.earlier(town.lake, TUESDAY).open_chains.get(C04) is None, texts
    assert rebuilt(town, MONDAY), texts


def test_the_twin_without_the_chain_the_second_night_stops(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feed.chains, "earlier", lambda lake, first: Earlier())
    night(town, SATURDAY, spoilt=True)
    with pytest.raises(NightStopped, match="1 个账户的余额不等于历次变动之和"):
        night(town, SUNDAY)


def test_a_chain_stays_open_until_the_account_moves_again(spoilt: Town):
    spoilt.night(SUNDAY)
    assert chains.earlier(spoilt.lake, MONDAY).open_chains == {C04: BALANCE[FRIDAY] * 100}
    rows = delivery(MONDAY, MONDAY)
    rows["balances"].append({"account_no": "AC04", "day_on": MONDAY.isoformat(), "balance_before": "100000",
                             "balance": "120000"})  # fmt: skip
    spoilt.night(MONDAY, spoilt.send(MONDAY, rows))
    assert held(spoilt, MONDAY) == 120_000


def test_two_days_spoilt_are_bridged_together(spoilt: Town):
    night(spoilt, SUNDAY, spoilt=True)
    night(spoilt, MONDAY)
    assert held(spoilt, MONDAY) == BALANCE[MONDAY]


def test_a_spoilt_day_inside_a_longer_delivery_is_bridged_from_before_it(town: Town):
    rows = delivery(SATURDAY, MONDAY)
    for day in (SATURDAY, SUNDAY, MONDAY):
        rows["balances"] += [
            row for row in sent(day, spoilt=day == SATURDAY)["balances"] if row["account_no"] == "AC04"
        ]
    town.night(MONDAY, town.send(MONDAY, rows, first=SATURDAY))
    assert held(town, MONDAY) == BALANCE[MONDAY]


def test_the_check_still_finds_a_row_the_bank_never_sent(town: Town):
    town.night(SATURDAY)
    with pytest.raises(NightStopped, match="余额不等于历次变动之和"):
        night(town, SUNDAY)


def test_nights_with_a_spoilt_row_run_again_in_any_order_leave_the_same(spoilt: Town):
    days = (SATURDAY, SUNDAY, MONDAY)
    for day in (SUNDAY, MONDAY):
        night(spoilt, day)
    before = {day: spoilt.left_behind(day) for day in days}
    for day in (SUNDAY, SATURDAY, MONDAY):
        night(spoilt, day, spoilt=day == SATURDAY)
    assert {day: spoilt.left_behind(day) for day in days} == before


def test_a_night_killed_before_its_receipt_counts_the_chain_anew(spoilt: Town, monkeypatch: pytest.MonkeyPatch):
    def killed(task: object, intake: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(feed, "_into_database", killed)
    with pytest.raises(KeyboardInterrupt):
        night(spoilt, SUNDAY)
    monkeypatch.undo()
    night(spoilt, SUNDAY)
    assert held(spoilt, SUNDAY) == BALANCE[SUNDAY]


@pytest.mark.parametrize("later_runs", [0, 1])
def test_a_day_sent_again_without_its_fault_is_not_counted_twice(spoilt: Town, later_runs: int):
    night(spoilt, SUNDAY)
    night(spoilt, SATURDAY, version=2)
    assert held(spoilt, SATURDAY) == BALANCE[SATURDAY]
    for _ in range(later_runs):
        night(spoilt, SUNDAY)
        assert held(spoilt, SUNDAY) == BALANCE[SUNDAY]
    night(spoilt, MONDAY)
    assert held(spoilt, MONDAY) == BALANCE[MONDAY]
    assert rebuilt(spoilt, MONDAY)


def test_a_day_sent_again_with_a_fault_opens_the_chain_the_day_after_has_closed(town: Town):
    night(town, SATURDAY)
    night(town, SUNDAY)
    night(town, SATURDAY, version=2, spoilt=True)
    assert held(town, SATURDAY) == BALANCE[FRIDAY]
    night(town, MONDAY)
    assert held(town, MONDAY) == BALANCE[MONDAY]


def test_the_twin_without_linking_anew_the_corrected_day_counts_twice(spoilt: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feed.chains, "relink", lambda lake, day, accounts: 0)
    night(spoilt, SUNDAY)
    night(spoilt, SATURDAY, version=2)
    with pytest.raises(NightStopped, match="余额不等于历次变动之和"):
        night(spoilt, MONDAY)


def test_a_first_row_that_is_not_the_first_is_kept_aside_with_its_address(empty: Town):
    rows = delivery(FIRST, FRIDAY)
    first = next(row for row in rows["balances"] if row["account_no"] == "AC04")
    first |= {"balance_before": "500"}
    empty.night(FRIDAY, empty.send(FRIDAY, rows))
    (told,) = empty.lake.rows(tables.QUARANTINE, FRIDAY)
    assert (told["file"], told["column"], told["rule"]) == ("balances.csv", "balance_before", "balances/first")
    assert held(empty, FRIDAY) == 0
    night(empty, SATURDAY)
    assert held(empty, SATURDAY) == BALANCE[SATURDAY]


# ---------------------------------------------------------------- too many


def contacts(bad: int, rows: int = 500) -> Rows:
    """Saturday's delivery with contacts of which so many do not read."""
    made = delivery(SATURDAY, SATURDAY)
    made["contacts"] = [
        {"contact_no": f"L{n}", "customer_no": "C05", "staff_no": "S1", "day_on": SATURDAY.isoformat(),
         "channel": "pigeon" if n < bad else "call", "outcome": "no_answer"}
        for n in range(rows)
    ]  # fmt: skip
    return made


def test_at_the_line_the_night_goes_on(town: Town):
    town.night(SATURDAY, town.send(SATURDAY, contacts(10)))
    receipt = town.lake.receipt(SATURDAY)
    assert receipt is not None
    assert receipt["accepted_by_hand"] is False


def test_one_row_more_stops_before_anything_is_written(town: Town):
    before = town.left_behind(FRIDAY)
    with pytest.raises(NightStopped, match=r"contacts.csv 500 行里隔离 11 行（2.20%），超过 2%") as stopped:
        town.night(SATURDAY, town.send(SATURDAY, contacts(11)))
    assert "第 2 行 channel" in str(stopped.value)
    assert "--accept-quarantine" in stopped.value.todo
    assert town.left_behind(FRIDAY) == before
    assert town.lake.receipt(SATURDAY) is None
    assert not town.lake.has(tables.CUSTOMERS, SATURDAY)
    assert work.today(viewer("S1")).data_day == FRIDAY


def test_the_twin_a_night_without_the_line_publishes_it(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feed, "is_too_much_aside", lambda rows_in, quarantined, policy: False)
    town.night(SATURDAY, town.send(SATURDAY, contacts(11)))
    assert work.today(viewer("S1")).data_day == SATURDAY


def test_nine_bad_rows_of_ten_are_too_few_to_stop(town: Town):
    town.night(SATURDAY, town.send(SATURDAY, contacts(9, rows=10)))
    assert work.today(viewer("S1")).data_day == SATURDAY


def test_a_person_may_let_it_pass_and_the_receipt_says_so(town: Town):
    task = town.task(SATURDAY, town.send(SATURDAY, contacts(11)))
    run.run(replace(task, accept_quarantine=True), now=lambda: NOW, code="test")
    receipt = town.lake.receipt(SATURDAY)
    assert receipt is not None
    assert receipt["accepted_by_hand"] is True
    town.night(SUNDAY)
    assert work.today(viewer("S1")).data_day == SUNDAY


def test_the_command_offers_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert "--accept-quarantine" in CliRunner().invoke(app, ["night", "--help"]).output
