"""The night of a real bank's books by the command, in a folder of its own, and what it shows to whoever checks it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from guanhu.cli.app import app
from tests.banks import stand
from tests.conftest import ROOT, VAR

MARCH, JULY, JANUARY = "1994-03-30", "1994-07-04", "1994-01-31"
ROWS = {"account": 4500, "client": 5369, "disp": 5369, "loan": 682, "order": 6471, "card": 892, "district": 77,
        "trans": 49102}  # fmt: skip

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture(scope="module")
def bank(real_data) -> Path:
    """A bank in which three nights were run, one after the other, by nothing but the command."""
    banks = VAR / "banks"
    banks.mkdir(parents=True, exist_ok=True)
    folder = stand(Path(tempfile.mkdtemp(prefix="berka ", dir=banks)))
    said = {}
    for day in (MARCH, JULY, JANUARY):
        said[day] = night(folder, "--layout", "berka", "--from", str(real_data / "berka"), "--day", day)
        assert said[day].returncode == 0, said[day].stderr
    (folder / "said.json").write_text(json.dumps({day: done.stdout for day, done in said.items()}), "utf-8")
    yield folder
    shutil.rmtree(folder)


def night(var: Path, *options: str) -> subprocess.CompletedProcess:
    """The command, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-m", "guanhu.cli", "night", *options], cwd=ROOT, capture_output=True, text=True, timeout=300,
        env={**environment, "GUANHU_VAR": str(var), "PYTHONPATH": str(ROOT),
             "DJANGO_SETTINGS_MODULE": "guanhu.config.settings"}, check=False,
    )  # fmt: skip


def show(bank: Path, *options: str):
    """What ``guanhu show … --json`` says."""
    done = CliRunner().invoke(app, ["show", *options, "--json"], env={"GUANHU_VAR": str(bank)})
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def raw(real_data: Path, query: str) -> list[tuple]:
    """A query over the bank's own files, by another engine."""
    files = {name: f"read_csv('{real_data}/berka/{name}.csv.gz', delim=';', header=true, quote='\"', all_varchar=true)"
             for name in ROWS}  # fmt: skip
    return duckdb.connect().sql(query.format(**files)).fetchall()


def test_totals_reconcile_with_the_banks_own_files(bank, real_data):
    found = show(bank, "totals", "--day", MARCH)
    assert list(found) == ["files", "customers", "accounts", "balance_fen"]
    assert {file["file"].removesuffix(".csv.gz"): file["rows_in"] for file in found["files"]} == ROWS
    for file in found["files"]:
        assert list(file) == ["file", "rows_in", "accepted", "quarantined", "money_fen"]
        assert file["rows_in"] == file["accepted"] + file["quarantined"]
    money = {file["file"].removesuffix(".csv.gz"): file["money_fen"] for file in found["files"]}
    for name in ROWS:
        sums = raw(real_data, f"select sum(amount::decimal(18, 2)) * 100 from {{{name}}}") if money[name] else [(None,)]
        assert [(money[name],)] == sums
    assert {name for name, fen in money.items() if fen} == {"loan", "order", "trans"}


def test_only_what_existed_on_the_day_is_counted(bank, real_data):
    for day, number in ((MARCH, "940330"), (JULY, "940704"), (JANUARY, "940131")):
        found = show(bank, "totals", "--day", day)
        ((there,),) = raw(real_data, f"select count(*) from {{account}} where date <= '{number}'")
        assert (found["customers"], found["accounts"]) == (there, there)
        assert len(show(bank, "tiers", "--day", day)) == there


def test_the_balance_is_the_sum_of_the_end_of_day_balances(bank, real_data):
    """The stated balance nearest the running sum, on the last day an account moved."""
    ((sums,),) = raw(
        real_data,
        """
        with moves as (select account_id, date, balance::decimal(18, 2) stated,
                              case type when 'PRIJEM' then 1 else -1 end * amount::decimal(18, 2) signed
                       from {trans} where date <= '940330'),
             sums as (select account_id, max(date) last, sum(signed) total from moves group by account_id),
             ends as (select account_id, arg_min(stated, abs(stated - total)) held
                      from moves join sums using (account_id) where date = last group by account_id)
        select sum(held) * 100 from ends
        """,
    )
    assert show(bank, "totals", "--day", MARCH)["balance_fen"] == sums


def test_signals_have_the_shape_that_was_agreed(bank):
    rows = show(bank, "signals", "--day", MARCH)
    assert rows
    assert all(list(row) == ["customer", "account", "kind", "amount_fen", "due_on", "evidence"] for row in rows)
    assert all(isinstance(row["evidence"], dict) and isinstance(row["amount_fen"], int) for row in rows)


@pytest.mark.practice("P127")
def test_a_loan_that_matures_is_found_in_july(bank, real_data):
    (found,) = [row for row in show(bank, "signals", "--day", JULY) if row["kind"] == "maturity"]
    due = raw(
        real_data,
        """
        select client_id, amount::decimal(18, 2) * 100,
               strftime(strptime('19' || l.date, '%Y%m%d') + to_months(duration::int), '%Y-%m-%d') due
        from {loan} l join {disp} d on d.account_id = l.account_id and d.type = 'OWNER'
        where due between '1994-07-04' and '1994-08-04'
        """,
    )
    assert [(found["customer"], found["amount_fen"], found["due_on"])] == due
    assert found["evidence"]["product"] == "loan"


def test_every_manager_with_customers_has_a_list_within_the_quota(bank, gate_share):
    quotas = _lake_rows(bank, "quotas", MARCH)
    staff = sorted({row["keeper_no"] for row in quotas})
    assert len(staff) >= 8
    for keeper in staff[:: round(1 / gate_share)]:
        lines = show(bank, "plan", "--keeper", keeper, "--day", MARCH)
        quota = {row["channel"]: row["quota"] for row in quotas if row["keeper_no"] == keeper}
        assert lines
        placed = [line for line in lines if line["place"] is not None]
        assert all(count <= quota[channel] for channel, count in Counter(line["channel"] for line in placed).items())
        assert all(sum(reason["fen"] for reason in line["reasons"]) == line["value_fen"] for line in placed)
        assert len({line["customer"] for line in lines}) == len(lines)


def _lake_rows(bank: Path, name: str, day: str) -> list[dict]:
    part = bank / "lake" / "answers" / name / f"day={day}" / "part.parquet"
    found = duckdb.connect().sql(f"select * from read_parquet('{part}')")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def test_one_customer_whole(bank):
    number = show(bank, "signals", "--day", MARCH)[0]["customer"]
    found = show(bank, "customer", number, "--day", MARCH)
    assert list(found) == ["customer", "standing", "signals", "opportunities", "plan", "ahead"]
    assert found["customer"] == number
    assert found["signals"]
    assert found["standing"]["tier"] in {"A", "B", "C"}
    assert "customer" not in found["standing"]


def test_nothing_is_kept_aside_and_money_is_in_crowns(bank):
    assert show(bank, "quarantine", "--day", MARCH) == []
    assert json.loads((bank / "lake" / "receipts" / f"{MARCH}.json").read_text("utf-8"))["currency"] == "CZK"


def test_why_says_the_value_the_price_and_the_next_day(bank):
    keeper = _lake_rows(bank, "quotas", MARCH)[0]["keeper_no"]
    everybody = show(bank, "why", "--keeper", keeper, "--day", MARCH)
    listed = {line["customer"] for line in show(bank, "plan", "--keeper", keeper, "--day", MARCH)}
    assert {row["customer"] for row in everybody if row["chosen"]} == listed
    one = next(row for row in everybody if row["chosen"])
    assert show(bank, "why", "--customer", one["customer"], "--day", MARCH) == one
    out = next(row for row in everybody if not row["chosen"] and row["next_on"])
    assert out["says"][0].startswith("今天最合适的是")
    assert out["says"][-1] == f"往后排在 {out['next_on']}"


def test_an_earlier_day_leaves_the_later_ones_as_they_were(bank):
    said = json.loads((bank / "said.json").read_text("utf-8"))
    assert "8 个网点" in said[MARCH]
    assert "其余已显示更晚的一天" in said[JANUARY]
    assert show(bank, "totals", "--day", MARCH)["balance_fen"] > 0
    assert {row["table"] for row in show(bank, "digests", "--day", JANUARY)} >= {"answers/standings", "answers/plans"}
