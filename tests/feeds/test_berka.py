"""Berka, a real bank's books: each of its quirks by its exact figure, and every table against hand-written SQL."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pytest

from guanhu.engine import backend
from guanhu.feeds import berka, door
from guanhu.feeds.berka import files
from guanhu.feeds.errors import DeliveryRefused
from guanhu.feeds.intake import Intake
from tests.feeds.bank import KEYS

pytestmark = pytest.mark.slow

DAY = date(1994, 3, 30)
Rows = list[dict[str, Any]]
Sql = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def folder(real_data: Path) -> Path:
    """The folder of the Berka files."""
    return real_data / "berka"


@pytest.fixture(scope="module")
def intake(folder: Path) -> Intake:
    """The files through the door, once for all tests."""
    return door.receive(folder, day=DAY, keys=KEYS, layout="berka")


@pytest.fixture(scope="module")
def sql(folder: Path) -> Sql:
    """The files under DuckDB, every column a text: the second road."""
    connection = duckdb.connect()
    for table in files.WHOLE:
        path = folder / f"{table}.csv.gz"
        connection.execute(
            f"create view {'orders' if table == 'order' else table} as select * from "
            f"read_csv('{path}', delim=';', header=true, quote='\"', all_varchar=true)"
        )
    connection.execute("create macro day(t) as strptime('19' || t[1:6], '%Y%m%d')::date")
    connection.execute("create macro fen(t) as (t::decimal(18, 2) * 100)::bigint")
    return lambda text: connection.execute(text).fetchall()


def lake(intake: Intake, table: str) -> Rows:
    """One table of the lake as plain rows."""
    return backend.rows(intake.tables[table])


def customer_numbers(intake: Intake) -> dict[int, int]:
    """Surrogate key → Berka's client_id."""
    return {row["customer"]: int(row["customer_no"]) for row in lake(intake, "customers")}


def account_numbers(intake: Intake) -> dict[int, int]:
    """Surrogate key → Berka's account_id."""
    return {row["account"]: int(row["account_no"]) for row in backend.rows(intake.persons["accounts"])}


def tallies(intake: Intake) -> dict[str, tuple[int, int, int]]:
    """Rows in, accepted, kept aside of each file."""
    return {one.table: (one.rows_in, one.accepted, one.quarantined) for one in intake.tallies}


# ---------------------------------------------------------------- whole, counted, in its currency


def test_every_file_is_whole_and_every_row_accepted(intake: Intake) -> None:
    rows = {
        "account": 4_500, "client": 5_369, "disp": 5_369, "loan": 682, "order": 6_471, "card": 892, "district": 77,
        "trans": 49_102,
    }  # fmt: skip
    assert tallies(intake) == {table: (count, count, 0) for table, count in rows.items()}
    assert not intake.problems


def test_money_is_the_sum_of_the_amount_column_in_hundredths_of_a_crown(intake: Intake, sql: Sql) -> None:
    found = {one.table: one.money_fen for one in intake.tallies}
    for table in ("loan", "order", "trans"):
        name = "orders" if table == "order" else table
        assert found[table] == sql(f"select sum(fen(amount)) from {name}")[0][0]
    assert [found[table] for table in ("account", "client", "disp", "card", "district")] == [None] * 5


def test_the_books_are_in_crowns_and_not_invented(intake: Intake) -> None:
    assert (intake.currency, intake.synthetic, intake.layout) == ("CZK", False, "berka")


def test_berka_is_received_in_under_three_seconds_of_work(folder: Path) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF)
    door.receive(folder, day=DAY, keys=KEYS, layout="berka")
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert (after.ru_utime - before.ru_utime) < 3


def test_a_copy_is_noted_and_not_read_again(folder: Path, intake: Intake) -> None:
    again = door.receive(folder, day=DAY, keys=KEYS, layout="berka", already=intake.receipt())
    assert again.unchanged
    assert tallies(again) == tallies(intake)


def copy_of(folder: Path, to: Path) -> Path:
    """The delivery once more, writable whatever the original is."""
    to.mkdir()
    for file in folder.iterdir():
        shutil.copyfile(file, to / file.name)
    return to


def test_a_file_cut_short_is_refused(folder: Path, tmp_path: Path) -> None:
    copied = copy_of(folder, tmp_path / "berka")
    lines = gzip.decompress((folder / "trans.csv.gz").read_bytes()).splitlines(keepends=True)
    (copied / "trans.csv.gz").write_bytes(gzip.compress(b"".join(lines[:-1])))
    with pytest.raises(DeliveryRefused, match="sha256"):
        door.receive(copied, day=DAY, keys=KEYS, layout="berka")


def test_a_missing_file_is_refused(folder: Path, tmp_path: Path) -> None:
    copied = copy_of(folder, tmp_path / "berka")
    (copied / "disp.csv.gz").unlink()
    with pytest.raises(DeliveryRefused, match="没有这个文件"):
        door.receive(copied, day=DAY, keys=KEYS, layout="berka")


def test_the_files_may_come_unpacked(folder: Path, tmp_path: Path, intake: Intake) -> None:
    copied = copy_of(folder, tmp_path / "berka")
    (copied / "loan.csv").write_bytes(gzip.decompress((copied / "loan.csv.gz").read_bytes()))
    (copied / "loan.csv.gz").unlink()
    assert door.receive(copied, day=DAY, keys=KEYS, layout="berka").digest == intake.digest


def test_a_bad_row_would_be_kept_aside_with_all_that_hangs_on_it(folder: Path, tmp_path: Path) -> None:
    copied = copy_of(folder, tmp_path / "berka")
    text = gzip.decompress((folder / "account.csv.gz").read_bytes())
    text = text.replace(b'576;55;"POPLATEK MESICNE";930101', b'576;55;"POPLATEK MESICNE";930231')
    (copied / "account.csv.gz").write_bytes(gzip.compress(text))
    whole = files.WHOLE | {"account": files.Whole(4_500, hashlib.sha256(text).hexdigest())}
    found = berka.receive(copied, day=DAY, keys=KEYS, whole=whole)
    assert tallies(found)["account"] == (4_500, 4_499, 1)
    moves = text_count(folder, b";576;")
    assert tallies(found)["trans"] == (49_102, 49_102 - moves, moves)
    assert {kept.problem.says for kept in found.problems[1:]} == {"所指账户未被接收"}
    assert all("account" not in kept.raw for kept in found.problems), "the other side's account is left at the door"


def text_count(folder: Path, mark: bytes) -> int:
    """In how many lines of trans this stands as the account."""
    lines = gzip.decompress((folder / "trans.csv.gz").read_bytes()).splitlines()
    return sum(b";" + line.split(b";")[1] + b";" == mark for line in lines[1:])


# ---------------------------------------------------------------- customers, branches, lists


def test_the_owner_is_the_customer(intake: Intake, sql: Sql) -> None:
    owners = sql("select client_id::int from disp where type = 'OWNER'")
    assert sorted(customer_numbers(intake).values()) == sorted(row[0] for row in owners)
    assert len(lake(intake, "customers")) == len(lake(intake, "accounts")) == 4_500


def test_every_account_hangs_on_its_owner(intake: Intake, sql: Sql) -> None:
    customers, accounts = customer_numbers(intake), account_numbers(intake)
    found = {
        (accounts[row["account"]], customers[row["customer"]], row["opened_on"]) for row in lake(intake, "accounts")
    }
    wanted = sql("select account_id::int, client_id::int, day(date) from account join disp using (account_id) "
                 "where type = 'OWNER'")  # fmt: skip
    assert found == set(wanted)
    assert {row["kind"] for row in lake(intake, "accounts")} == {"current"}
    assert all(row["closed_on"] is None for row in lake(intake, "accounts")), "nobody ever leaves explicitly"


def test_disponents_are_related_persons(intake: Intake, sql: Sql) -> None:
    related = backend.rows(intake.persons["related"])
    customers = customer_numbers(intake)
    wanted = sql("select d.client_id::int, o.client_id::int from disp d join disp o using (account_id) "
                 "where d.type = 'DISPONENT' and o.type = 'OWNER'")  # fmt: skip
    assert len(related) == 869
    assert {(int(row["related_no"]), customers[row["customer"]]) for row in related} == set(wanted)


def test_the_eight_regions_are_the_branches(intake: Intake, sql: Sql) -> None:
    branches = {row["branch_no"]: row["name"] for row in lake(intake, "branches")}
    assert list(branches.values()) == list(files.REGIONS)
    assert {row[0] for row in sql("select distinct A3 from district")} == set(files.REGIONS)
    found = {int(row["customer_no"]): branches[row["branch_no"]] for row in lake(intake, "customers")}
    wanted = sql("select client_id::int, A3 from disp join account using (account_id) "
                 "join district on district_id = A1 where type = 'OWNER'")  # fmt: skip
    assert found == dict(wanted)


def test_lists_are_dealt_by_customer_number_and_nobody_keeps_more_than_300(intake: Intake) -> None:
    lists: dict[tuple[str, str], list[int]] = {}
    for row in lake(intake, "customers"):
        lists.setdefault((row["branch_no"], row["keeper_no"]), []).append(int(row["customer_no"]))
    assert all(len(numbers) <= 300 for numbers in lists.values())
    assert {row["staff_no"] for row in lake(intake, "staff")} == {keeper for _, keeper in lists}
    for branch in {branch for branch, _ in lists}:
        keepers = sorted(keeper for own, keeper in lists if own == branch)
        everyone = sorted(number for keeper in keepers for number in lists[branch, keeper])
        for place, keeper in enumerate(keepers):
            assert sorted(lists[branch, keeper]) == everyone[place :: len(keepers)]


def test_managers_are_invented_and_say_so(intake: Intake) -> None:
    staff = backend.rows(intake.persons["staff"])
    assert all("虚构" in row["name"] for row in staff)
    assert {row["post"] for row in staff} == {"wealth"}


def test_women_carry_fifty_more_in_the_month_of_birth(intake: Intake, sql: Sql) -> None:
    wanted = {
        client: (("女" if int(born[2:4]) > 50 else "男"), int(born[2:4]) % 50, int(born[4:6]))
        for client, born in sql("select client_id::int, birth_number from client")
    }
    customers = backend.rows(intake.persons["customers"])
    known = [row for row in customers if row["birth_on"]]
    assert len(known) == 4_380
    for row in known:
        month, day = int(row["birth_on"][5:7]), int(row["birth_on"][8:10])
        assert (row["gender"], month, day) == wanted[int(row["customer_no"])]
    first = next(row for row in backend.rows(intake.persons["related"]) if row["related_no"] == "3")
    assert (first["birth_on"], first["gender"]) == ("1940-10-09", "女")


@pytest.mark.practice("P136")
def test_owners_under_fourteen_on_the_day_keep_no_birthday(intake: Intake, sql: Sql) -> None:
    young = sql(
        "select client_id::int from client join disp using (client_id) where type = 'OWNER' and "
        "birth_number[1:2] || lpad((birth_number[3:4]::int % 50)::text, 2, '0') || birth_number[5:6] > '800330'"
    )
    found = {int(row["customer_no"]) for row in lake(intake, "customers") if row["birth_month"] is None}
    assert found == {row[0] for row in young}
    assert len(found) == 120


# ---------------------------------------------------------------- the quirks of the README, one by one


SIGNED = "(case type when 'PRIJEM' then 1 else -1 end) * fen(amount)"


def test_quirk_1_the_order_of_rows_tells_nothing_but_the_running_sum_does(intake: Intake, sql: Sql) -> None:
    steps = sql(
        f"with t as (select account_id, row_number() over () n, {SIGNED} m, fen(balance) b from trans), "
        "s as (select b, m, lag(b) over (partition by account_id order by n) p from t) "
        "select count(*) filter (where p is not null), count(*) filter (where b <> p + m) from s"
    )
    assert steps == [(47_873, 13_670)], "by file position the chain breaks again and again"
    nearest = sql(
        f"with t as (select account_id::int a, day(date) d, trans_id::int i, {SIGNED} m, fen(balance) b from trans), "
        "s as (select a, d, sum(sum(m)) over (partition by a order by d) r from t group by a, d) "
        "select a, d, arg_min(b, (abs(b - r), -i)), min(abs(b - r)) from t join s using (a, d) group by a, d"
    )
    accounts = account_numbers(intake)
    found = {(accounts[row["account"]], row["day_on"]): row["balance_fen"] for row in lake(intake, "balances")}
    assert found == {(account, day): balance for account, day, balance, _ in nearest}
    whole = [away for _, day, _, away in nearest if day <= files.LAST_WHOLE_DAY]
    assert len(whole) == 38_821
    assert max(whole) <= 70


def test_the_changes_of_an_account_add_up_to_its_balance(intake: Intake) -> None:
    sums: dict[int, int] = {}
    for row in sorted(lake(intake, "balances"), key=lambda row: row["day_on"]):
        sums[row["account"]] = sums.get(row["account"], 0) + row["change_fen"]
        assert sums[row["account"]] == row["balance_fen"]


def test_quirk_2_the_last_whole_day_is_1994_03_30_and_the_cut_day_is_counted(intake: Intake, sql: Sql) -> None:
    assert date(1994, 3, 30) == files.LAST_WHOLE_DAY
    assert sql("select count(*) from trans where date = '940331'")[0][0] == 2_105
    assert sum(row["day_on"] == date(1994, 3, 31) for row in lake(intake, "moves")) == 2_105


def test_quirk_3_an_empty_purpose_and_a_blank_one_both_mean_none(folder: Path, intake: Intake, sql: Sql) -> None:
    assert gzip.decompress((folder / "trans.csv.gz").read_bytes()).count(b'" "') == 1_677
    assert sql("select count(*) from trans where k_symbol = ' '")[0][0] == 1_677
    blank = {row[0] for row in sql("select trans_id from trans where k_symbol = ' ' and operation = 'PREVOD NA UCET'")}
    kinds = {row["move"]: row["kind"] for row in lake(intake, "moves")}
    assert {kinds[KEYS.key("move", number)] for number in blank} == {"transfer"}


def test_quirk_4_month_ends_carry_interest_and_fee_on_one_day(intake: Intake) -> None:
    by_day: dict[tuple[int, date], set[str]] = {}
    for row in lake(intake, "moves"):
        by_day.setdefault((row["account"], row["day_on"]), set()).add(row["kind"])
    both = [day for (_, day), kinds in by_day.items() if {"interest", "fee"} <= kinds]
    assert len(both) > 1_000
    assert min(day.day for day in both) >= 28


def test_quirk_5_a_blank_operation_is_interest(intake: Intake) -> None:
    interest = [row for row in lake(intake, "moves") if row["kind"] == "interest"]
    assert len(interest) == 9_463
    assert all(row["amount_fen"] > 0 and not row["by_customer"] for row in interest)


def test_quirk_6_card_dates_carry_an_hour_that_means_nothing(intake: Intake, sql: Sql) -> None:
    assert sql("select count(*) from card where issued like '% 00:00:00'")[0][0] == 892
    assert tallies(intake)["card"] == (892, 892, 0)


def test_quirk_7_ninety_three_rows_stand_below_zero_and_are_accepted(intake: Intake, sql: Sql) -> None:
    assert sql("select count(*) from trans where balance::double < 0")[0][0] == 93
    assert any(row["balance_fen"] < 0 for row in lake(intake, "balances"))


def test_quirk_8_january_1994_takes_out_nearly_twice_february(intake: Intake) -> None:
    out: dict[tuple[int, int], int] = {}
    for row in lake(intake, "moves"):
        month = (row["day_on"].year, row["day_on"].month)
        out[month] = out.get(month, 0) - min(row["amount_fen"], 0)
    millions = [round(out[month] / 1e8, 1) for month in ((1993, 12), (1994, 1), (1994, 2))]
    assert millions == [17.7, 24.0, 12.9]


def test_a_withdrawal_typed_vyber_is_a_debit(intake: Intake, sql: Sql) -> None:
    numbers = sql("select trans_id from trans where type = 'VYBER'")
    assert len(numbers) == 651
    amounts = {row["move"]: row["amount_fen"] for row in lake(intake, "moves")}
    assert all(amounts[KEYS.key("move", number)] < 0 for (number,) in numbers)


def test_every_movement_has_its_sign_day_kind_and_bank(intake: Intake, sql: Sql) -> None:
    kind = """case when operation is null then 'interest'
        when k_symbol in ('SLUZBY', 'SANKC. UROK') then 'fee' when k_symbol = 'DUCHOD' then 'salary'
        when k_symbol in ('SIPO', 'POJISTNE', 'UVER', 'LEASING') then 'autopay'
        when operation = 'VYBER KARTOU' then 'card' when operation in ('VKLAD', 'VYBER') then 'cash'
        else 'transfer' end"""
    wanted = sql(f"select trans_id, account_id::int, day(date), {SIGNED}, {kind}, nullif(bank, '') from trans")
    accounts = account_numbers(intake)
    found = {
        (row["move"], accounts[row["account"]], row["day_on"], row["amount_fen"], row["kind"], row["other_bank"])
        for row in lake(intake, "moves")
    }
    assert found == {(KEYS.key("move", row[0]), *row[1:]) for row in wanted}


def test_transfers_cash_and_card_alone_are_the_customers_own_doing(intake: Intake) -> None:
    counts: dict[tuple[str, bool], int] = {}
    for row in lake(intake, "moves"):
        place = (row["kind"], row["by_customer"])
        counts[place] = counts.get(place, 0) + 1
    assert counts == {
        ("cash", True): 23_887, ("transfer", True): 3_975, ("card", True): 12, ("interest", False): 9_463,
        ("fee", False): 5_509, ("autopay", False): 4_486, ("salary", False): 1_770,
    }  # fmt: skip


def test_the_unknown_mark_of_district_69_is_accepted_and_48_accounts_hang_on_it(intake: Intake, sql: Sql) -> None:
    assert sql("select A12, A15 from district where A1 = '69'") == [("?", "?")]
    numbers = {row[0] for row in sql("select account_id::int from account where district_id = '69'")}
    assert len(numbers) == 48
    assert numbers <= set(account_numbers(intake).values())


def test_of_the_other_side_only_its_bank_stays(intake: Intake, sql: Sql) -> None:
    others = {row[0] for row in sql("select distinct account from trans where length(account) > 6")}
    others |= {row[0] for row in sql("select distinct account_to from orders where length(account_to) > 6")}
    told = {text for frame in [*intake.tables.values(), *intake.persons.values()]
            for name, kind in frame.schema.items() if kind == nw.String
            for text in frame.get_column(name).unique().to_list()}  # fmt: skip
    assert len(others) > 1_000
    assert not others & told
    banks = {row["other_bank"] for row in lake(intake, "moves")} - {None}
    assert banks == {"AB", "CD", "EF", "GH", "IJ", "KL", "MN", "OP", "QR", "ST", "UV", "WX", "YZ"}


def test_standing_orders_are_counted_and_reach_no_table(intake: Intake) -> None:
    assert tallies(intake)["order"] == (6_471, 6_471, 0)
    assert "order" not in intake.tables
    assert "orders" not in intake.tables


# ---------------------------------------------------------------- loans


def test_a_loan_matures_its_months_after_it_was_granted(intake: Intake, sql: Sql) -> None:
    wanted = sql("select loan_id, account_id::int, fen(amount), day(date), "
                 "(day(date) + to_months(duration::int))::date from loan")  # fmt: skip
    accounts = account_numbers(intake)
    found = {
        (row["holding"], accounts[row["account"]], row["amount_fen"], row["started_on"], row["matures_on"])
        for row in lake(intake, "holdings")
    }
    assert found == {(KEYS.key("holding", row[0]), *row[1:]) for row in wanted}
    assert {row["kind"] for row in lake(intake, "holdings")} == {"loan"}


def test_a_maturity_clips_to_the_end_of_its_month(intake: Intake) -> None:
    loan = next(row for row in lake(intake, "holdings") if row["holding"] == KEYS.key("holding", "5563"))
    assert (loan["started_on"], loan["matures_on"]) == (date(1996, 2, 29), date(2001, 2, 28))


def test_finished_loans_mature_by_the_end_of_1998_and_running_ones_after_it(intake: Intake, sql: Sql) -> None:
    matures = {row["holding"]: row["matures_on"] for row in lake(intake, "holdings")}
    for number, status in sql("select loan_id, status from loan"):
        assert (matures[KEYS.key("holding", number)] <= date(1998, 12, 31)) == (status in "AB")


def test_what_comes_later_is_kept_under_its_own_date(intake: Intake) -> None:
    assert max(row["opened_on"] for row in lake(intake, "accounts")) == date(1997, 12, 29)
    assert sum(row["started_on"] > DAY for row in lake(intake, "holdings")) > 500
    assert max(row["day_on"] for row in lake(intake, "balances")) == date(1994, 3, 31)
