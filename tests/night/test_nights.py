"""Nights of a small town end to end: what is published, when today moves on, and that once more changes nothing."""

import json
import shutil
from datetime import date

import duckdb
import pytest
from django.db import connection

from guanhu.apps.people import queries as people
from guanhu.apps.work import queries as work
from guanhu.engine import pipeline, tables
from guanhu.night import run
from guanhu.night.stages import NightStopped
from tests.night.town import FIRST, FRIDAY, MONDAY, NOW, SATURDAY, SUNDAY, TUESDAY, delivery, lines, viewer

pytestmark = [pytest.mark.slow, pytest.mark.long]


def lake_rows(town, query: str, day: date) -> list[tuple]:
    """A query over the lake's files of a day, by another engine: {name} stands for a table's part."""
    parts = {table.name: f"read_parquet('{town.lake.path(table, day)}')" for table in tables.TABLES
             if table.group != "notes"}  # fmt: skip
    return duckdb.connect().sql(query.format(**parts)).fetchall()


def database_rows(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


SHOWN = "night_id = (select current_night_id from people_branch b where b.id = {}.branch_id)"


def test_what_is_published_is_what_the_lake_answers(on_saturday):
    standing = "tier, entitlement, balance_fen, average_fen, gap_fen, in30_fen, out30_fen, value_fen, last_contact_on"
    assert database_rows(
        f"select c.customer_no, {standing} from customers_standing s join customers_customer c on c.key = customer_id "
        f"where {SHOWN.format('s')} order by 1"
    ) == lake_rows(
        on_saturday,
        f"select customer_no, {standing} from {{standings}} join {{customers}} using (customer) order by 1",
        SATURDAY,
    )


def test_every_list_is_published_line_for_line(on_saturday):
    line = "customer_no, place, l.day_on, channel, task_group, value_fen, price_fen"
    published = database_rows(
        f"select staff_no, {line} from work_planline l join customers_customer c on c.key = customer_id "
        f"join people_staff p on p.id = l.keeper_id where {SHOWN.format('p')} order by 1, 3"
    )
    query = f"select l.keeper_no, {line} from {{plans}} l join {{customers}} using (customer) order by 1, 3"
    assert published == lake_rows(on_saturday, query, SATURDAY)
    assert {row[0] for row in published} == {"S1", "S2", "S3"}


def test_every_reason_is_published(town):
    """Routine service is worked out with the list and stands in no table of the lake."""
    told = "o.kind, o.duty, o.marketing, amount_fen, due_on, expires_on, gain_fen"
    published = database_rows(
        f"select customer_no, {told} from work_opportunity o join customers_customer c on c.key = customer_id "
        f"where {SHOWN.format('c')} and o.kind <> 'routine' order by 1, 2, 6"
    )
    assert published
    query = f"select customer_no, {told} from {{opportunities}} o join {{customers}} using (customer) order by 1, 2, 6"
    assert published == lake_rows(town, query, FRIDAY)


def test_every_holding_and_month_end_is_published(town):
    def same(table: str, told: str, name: str, where: str, day: date) -> bool:
        published = database_rows(
            f"select customer_id, {told} from {table} join customers_customer c on c.key = customer_id "
            f"where {where} order by 1, 2, 3"
        )
        return published == lake_rows(town, f"select customer, {told} from {{{name}}} order by 1, 2, 3", day) != []

    held, ended = "amount_fen, started_on, matures_on, rate_bp, auto_renew", "balance_fen, average_fen, net_fen"
    assert same("customers_holding", held, "holdings", SHOWN.format("c"), FRIDAY)
    october = date(2026, 10, 31)
    assert same("customers_monthend", ended, "month_ends", f"day_on = date '{october}'", october)


def test_reasons_of_every_line_add_up_to_its_value(town):
    rows = town.lake.rows(tables.PLANS, FRIDAY)
    assert rows
    assert all(sum(reason["fen"] for reason in json.loads(row["reasons"])) == row["value_fen"] for row in rows)


def test_the_money_in_the_records_is_the_money_the_bank_sent(town):
    sent = sum(int(row["balance"]) - int(row["balance_before"]) for row in delivery(FIRST, FRIDAY)["balances"])
    ((published,),) = database_rows(f"select sum(balance_fen) from customers_standing s where {SHOWN.format('s')}")
    assert published == sent * 100


def test_today_stays_monday_over_the_weekend_and_moves_on_with_mondays_night(town):
    seen = {}
    for day in (SATURDAY, SUNDAY, MONDAY):
        town.night(day)
        now = work.today(viewer("S1"))
        seen[day] = (now.data_day, now.day)
    assert seen == {SATURDAY: (SATURDAY, MONDAY), SUNDAY: (SUNDAY, MONDAY), MONDAY: (MONDAY, TUESDAY)}


def test_a_deposit_due_tomorrow_is_a_duty_on_the_list_of_today(town):
    line = town.plan(FRIDAY, "S1")["C01"]
    assert (line["task_group"], line["day_on"]) == ("duty", MONDAY)
    assert json.loads(line["reasons"])[0]["figures"]["step"] == "t-1"


def test_the_same_night_again_leaves_the_same(on_saturday):
    before = on_saturday.left_behind(SATURDAY)
    for _ in range(2):
        report = on_saturday.night(SATURDAY)
        assert on_saturday.left_behind(SATURDAY) == before
    assert lines(report) == [stage.zh for stage in run.STAGES]
    assert [night.attempt for night in people.nights() if night.day == SATURDAY] == [1, 2, 3]


def test_nights_again_in_any_order_leave_the_same(on_saturday):
    on_saturday.nights(SUNDAY, MONDAY)
    before = {day: on_saturday.left_behind(day) for day in (SATURDAY, SUNDAY, MONDAY)}
    on_saturday.nights(SUNDAY, SATURDAY, MONDAY)
    assert {day: on_saturday.left_behind(day) for day in (SATURDAY, SUNDAY, MONDAY)} == before


def test_an_identical_copy_is_noted_and_not_read_again(town):
    report = town.night(FRIDAY)
    assert report.lines[0] == ("收数", "与已收的文件完全相同，不再重读")


def test_an_earlier_day_again_does_not_turn_any_branch_back(on_saturday):
    on_saturday.night(SUNDAY)
    shown = people.current_nights()
    report = on_saturday.night(SATURDAY)
    assert ("发布", "0 个网点，其余已显示更晚的一天") in report.lines
    assert people.current_nights() == shown


def test_an_older_list_of_colleagues_never_replaces_a_newer_one(town):
    newer = delivery(SATURDAY, SATURDAY)
    newer["staff"][1]["branch_no"] = "B2"
    town.night(SATURDAY, town.send(SATURDAY, newer))
    corrected = delivery(FIRST, FRIDAY)
    corrected["complaints"] = []
    town.night(FRIDAY, town.send(FRIDAY, corrected, version=2))
    assert dict(database_rows("select staff_no, branch_no from people_staff s join people_branch b on b.id = "
                              "s.branch_id"))["S2"] == "B2"  # fmt: skip


def test_a_restated_day_is_counted_from_the_next_night_on(on_saturday):
    on_saturday.night(SUNDAY)
    restated = delivery(SATURDAY, SATURDAY)
    restated["balances"][0]["balance"] = "999000"
    report = on_saturday.night(SATURDAY, on_saturday.send(SATURDAY, restated, version=2))
    assert report.lines[0][1].startswith("11 个文件")
    on_saturday.night(MONDAY)
    number = {row["customer"]: row["customer_no"] for row in on_saturday.lake.rows(tables.CUSTOMERS, MONDAY)}
    balance = {number[row["customer"]]: row["balance_fen"] for row in on_saturday.lake.rows(tables.STANDINGS, MONDAY)}
    assert balance["C03"] == 999_000_00


def test_a_restated_day_whose_night_stopped_after_its_files_is_counted_by_the_next(on_saturday, monkeypatch):
    on_saturday.night(SUNDAY)
    restated = delivery(SATURDAY, SATURDAY)
    restated["balances"][0]["balance"] = "999000"
    with monkeypatch.context() as broken:
        broken.setattr(pipeline, "run", lambda *_, **__: (_ for _ in ()).throw(OSError("no room")))
        with pytest.raises(NightStopped):
            on_saturday.night(SATURDAY, on_saturday.send(SATURDAY, restated, version=2))
    on_saturday.night(MONDAY)
    number = {row["customer"]: row["customer_no"] for row in on_saturday.lake.rows(tables.CUSTOMERS, MONDAY)}
    balance = {number[row["customer"]]: row["balance_fen"] for row in on_saturday.lake.rows(tables.STANDINGS, MONDAY)}
    assert balance["C03"] == 999_000_00


def test_a_bank_without_customers_has_its_night_too(empty):
    nobody = {name: rows if name in ("branches", "staff", "products") else [] for name, rows in
              delivery(FIRST, FRIDAY).items()}  # fmt: skip
    report = empty.night(FRIDAY, empty.send(FRIDAY, nobody))
    assert dict(report.lines)["排计划"] == "今天 0 件，往后 0 件"
    assert work.today(viewer("S1")).planned == 0


def test_a_database_lost_is_filled_again_from_the_files_beside_an_existing_lake(empty, friday_evening):
    shutil.copytree(friday_evening[1], empty.folder, dirs_exist_ok=True)
    with pytest.raises(NightStopped, match="还没有收到"):
        run.run(empty.task(FRIDAY), now=lambda: NOW, code="test")
    empty.night(SATURDAY)
    empty.night(FRIDAY)
    assert database_rows("select count(*) from customers_customer") == [(12,)]
    assert database_rows("select count(*) from work_touch") == [(1,)]
    assert work.today(viewer("S1")).data_day == SATURDAY


def test_another_version_of_the_policy_measures_anew(town):
    report = town.ruled(version="2026-12-01", large_move_any_fen=1).night(SATURDAY)
    assert dict(report.lines)["计量"] == "重算：规则版本已变"
    assert {row["policy"] for row in town.lake.rows(tables.STANDINGS, SATURDAY)} == {"2026-12-01"}


def test_other_banks_are_seen_once_the_legal_basis_is_recorded(on_saturday):
    def kinds(day):
        return {row["kind"] for row in on_saturday.lake.rows(tables.SIGNALS, day)}

    assert "other_bank" not in kinds(SATURDAY)
    on_saturday.ruled(version="2026-11-01+b", other_bank_legal_basis="董事会决议 2026-3").night(SUNDAY)
    assert "other_bank" in kinds(SUNDAY)


def test_what_a_night_would_do_is_said_and_nothing_is_done(town):
    before = town.left_behind(SATURDAY)
    said = run.explain(town.task(SATURDAY))
    assert said[0] == "1 收数（feed）→ lake/bank、人员与隔离区"
    assert f"增量：从 {FRIDAY} 的状态起" in said
    assert town.left_behind(SATURDAY) == before
