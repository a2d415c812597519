"""``guanhu import`` by the command alone: real ledgers, counted a second time by other readers."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pytest

from guanhu.cli import postgres
from tests.conftest import IN_FULL, ROOT

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.practice("P14")]

MANY = 100_000 if IN_FULL else 10_000
WORDS = ("rows_in", "added", "changed", "unchanged", "quarantined")


@pytest.fixture(scope="module")
def open_place(one_bank: Path) -> Iterator[Path]:
    """A bank's folder whose database is open already, so that the commands need not start it each time."""
    with postgres.running(one_bank):
        yield one_bank


def guanhu(var: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-m", "guanhu.cli", "import", *options], cwd=ROOT, capture_output=True, text=True, timeout=300,
        env={**environment, "GUANHU_VAR": str(var), "PYTHONPATH": str(ROOT),
             "DJANGO_SETTINGS_MODULE": "guanhu.config.settings"}, check=False,
    )  # fmt: skip


def said(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What it tells a program; every row in is somewhere."""
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert tuple(told) == WORDS
    assert told["rows_in"] == sum(told[word] for word in WORDS[1:4]) + sum(told["quarantined"].values())
    return told


def counted(path: Path, sign: str, what: str = "count(*)") -> int:
    """A count over the file, by another engine."""
    query = f"select {what} from read_csv('{path}', delim='{sign}', header=true, quote='\"', all_varchar=true)"
    return int(duckdb.sql(query).fetchall()[0][0])


def as_asked(path: Path, folder: Path, most: int = 4_500) -> Path:
    """The ledger whole in the full run, else as many of its lines."""
    if IN_FULL:
        return path
    with gzip.open(path, "rb") as whole, gzip.open(folder / path.name, "wb") as part:
        part.writelines(islice(whole, most))
    return folder / path.name


def test_a_real_ledger_without_a_key_is_tried_written_and_taken_back(open_place: Path, real_data: Path, tmp_path: Path):
    place = open_place
    path = as_asked(real_data / "uci-bank-marketing" / "bank-full.csv.gz", tmp_path)
    rows = counted(path, ";")
    wanted = {"rows_in": rows, "added": rows, "changed": 0, "unchanged": 0, "quarantined": {}}
    assert said(guanhu(place, "ledger", str(path), "--dry-run", "--json")) == wanted
    assert said(guanhu(place, "ledger", str(path), "--json")) == wanted
    again = guanhu(place, "ledger", str(path))
    assert "早已写入" in again.stdout
    assert "以行号为键" in again.stdout
    batch = again.stdout.split()[-1]
    assert f"已撤回：{rows:,} 条" in guanhu(place, "undo", batch).stdout
    assert said(guanhu(place, "ledger", str(path), "--dry-run", "--json")) == wanted


def test_a_real_list_of_clients_is_known_again_by_its_numbers(open_place: Path, real_data: Path, tmp_path: Path):
    place = open_place
    path = real_data / "berka" / "client.csv.gz"
    rows = counted(path, ";", "count(distinct client_id)")
    assert said(guanhu(place, "ledger", str(path), "--json"))["added"] == rows
    other = tmp_path / "district.csv"
    duckdb.sql(
        f"copy (select client_id, case when client_id::int % 3 = 0 then '99' else district_id end as district_id from "
        f"read_csv('{path}', delim=';', header=true, quote='\"', all_varchar=true)) to '{other}' "
        "(header, delimiter '|')"
    )
    differ = counted(other, "|", "count(*) filter (client_id::int % 3 = 0)")
    told = said(guanhu(place, "ledger", str(other), "--json"))
    assert (told["changed"], told["unchanged"]) == (differ, rows - differ)


HABITS = ("垂钓", "摄影", "书法", "")


def many_rows(path: Path) -> Counter[str]:
    """A long list of invented rows, some of them broken; what becomes of each, as the writer knows."""
    wanted: Counter[str] = Counter()
    with path.open("w", encoding="gb18030", newline="") as file:
        out = csv.writer(file)
        out.writerow(["客户号", "姓名", "手机", "性别", "生日", "爱好", "备注", "联系日期", "联系人"])
        for n in range(MANY):
            phone, born, gender, note = f"139{n:08}", "1970-03-05", "女", "老客户"
            reason = {7: "phone", 11: "birth_on", 13: "gender", 17: "c3/value", 19: "key"}.get(n % 1_000, "")
            number = "" if reason == "key" else f"T{n:06}"
            phone = {"phone": "139", "key": ""}.get(reason, phone)
            born = "1970-02-30" if reason == "birth_on" else born
            gender = "不详" if reason == "gender" else gender
            note = "密码是 123456" if reason == "c3/value" else note
            out.writerow([number, f"客户{n}", phone, gender, born, HABITS[n % 4], note, "2026-01-05", "沈"])
            wanted[reason] += 1
    return wanted


def test_of_many_rows_in_gb18030_each_is_taken_or_refused_by_name(open_place: Path, tmp_path: Path):
    place = open_place
    path = tmp_path / "台账.csv"
    wanted = many_rows(path)
    told = said(guanhu(place, "ledger", str(path), "--json", "--problems", str(tmp_path / "refused.csv")))
    assert told["added"] == wanted.pop("")
    assert told["quarantined"] == wanted
    with (tmp_path / "refused.csv").open(encoding="utf-8-sig", newline="") as file:
        refused = list(csv.DictReader(file))
    assert Counter(row["规则"] for row in refused) == wanted
    assert all(row["行"] and row["原因"] and row["建议"] for row in refused)
    assert "123456" not in (tmp_path / "refused.csv").read_text("utf-8-sig")


def test_a_heading_that_is_a_formula_is_a_text_in_the_list_of_refused_rows(place: Path, tmp_path: Path):
    """In an empty folder: the command makes what it needs."""
    path, refused = tmp_path / "a.csv", tmp_path / "refused.csv"
    path.write_text("客户号,=1+1\nX1,密码是 123456\n", encoding="utf-8")
    said(guanhu(place, "ledger", str(path), "--json", "--problems", str(refused)))
    with refused.open(encoding="utf-8-sig", newline="") as file:
        assert [row["列"] for row in csv.DictReader(file)] == ["'=1+1"]


def test_a_mapping_decides_and_what_cannot_be_read_is_told_in_a_sentence(open_place: Path, tmp_path: Path):
    place = open_place
    path, says = tmp_path / "a.csv", tmp_path / "m.json"
    path.write_text("编号,爱好\nX1,画\nX1,棋\n,琴\n", encoding="utf-8")
    says.write_text(json.dumps({"编号": "customer_no"}), encoding="utf-8")
    told = said(guanhu(place, "ledger", str(path), "--mapping", str(says), "--json"))
    assert (told["added"], told["quarantined"]) == (1, {"double": 1, "key": 1})
    for broken in ("{", '{"编号": "colour"}'):
        says.write_text(broken, encoding="utf-8")
        done = guanhu(place, "ledger", str(path), "--mapping", str(says), "--json")
        assert done.returncode == 1
        assert "什么也没有写入" in done.stderr
        assert "Traceback" not in done.stderr
    assert guanhu(place, "ledger", str(tmp_path / "none.csv"), "--json").returncode == 1
