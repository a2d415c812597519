"""What stops a day: anything missing, cut short, altered, or of other columns than agreed."""

import gzip
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guanhu.engine import backend
from guanhu.feeds import door
from guanhu.feeds.errors import DeliveryRefused, Problem
from tests.feeds.bank import DAY, KEYS, Rows, csv_text, deliver, layout_of, small_bank

pytestmark = [pytest.mark.slow, pytest.mark.long]
Manifest = dict[str, Any]


def refusal(folder: Path) -> Problem:
    """Why the delivery is refused; a delivery that is taken fails the test."""
    with pytest.raises(DeliveryRefused) as refused:
        door.receive(folder, day=DAY, keys=KEYS)
    return refused.value.problem


def retold(folder: Path, change: Callable[[Manifest], object]) -> Path:
    """The delivery with its manifest changed."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), "utf-8")
    return folder


def entry(manifest: Manifest, table: str) -> dict[str, Any]:
    """One file as the manifest lists it."""
    return next(file for file in manifest["files"] if file["table"] == table)


def test_no_manifest_no_delivery(tmp_path: Path) -> None:
    (deliver(tmp_path) / "manifest.json").unlink()
    assert refusal(tmp_path).rule == "manifest/missing"


def test_a_cut_manifest_is_refused(tmp_path: Path) -> None:
    path = deliver(tmp_path) / "manifest.json"
    path.write_text(path.read_text("utf-8")[:-20], "utf-8")
    assert refusal(tmp_path).rule == "manifest/json"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda m: m.pop("version"), "manifest/field"),
        (lambda m: m.update(version="1"), "manifest/field"),
        (lambda m: m.update(version=True), "manifest/field"),
        (lambda m: m.update(version=0), "manifest/field"),
        (lambda m: m.update(synthetic="no"), "manifest/field"),
        (lambda m: m.update(currency="¥"), "manifest/field"),
        (lambda m: m.update(business_date="20261124"), "manifest/field"),
        (lambda m: m.update(business_date="2026-02-30"), "manifest/field"),
        (lambda m: m.update(encoding="latin-1"), "manifest/field"),
        (lambda m: m.update(layout="other"), "manifest/layout"),
        (lambda m: m.update(layout_version=2), "manifest/layout"),
        (lambda m: m.update(covers_from="2026-11-25"), "manifest/span"),
        (lambda m: m.update(business_date="2026-11-25", covers_from="2026-11-25"), "manifest/day"),
        (lambda m: m["files"].pop(3), "manifest/missing"),
        (lambda m: m["files"].append(m["files"][0]), "manifest/twice"),
        (lambda m: m["files"].append("branches.csv"), "manifest/files"),
        (lambda m: entry(m, "staff").update(file="../staff.csv"), "manifest/files"),
        (lambda m: entry(m, "staff").update(file="..\\staff.csv"), "manifest/files"),
        (lambda m: entry(m, "staff").pop("rows"), "manifest/rows"),
        (lambda m: entry(m, "staff").update(rows=-1), "manifest/rows"),
        (lambda m: entry(m, "staff").update(rows=1), "file/rows"),
        (lambda m: entry(m, "staff").update(rows=3), "file/rows"),
        (lambda m: entry(m, "staff").update(sha256="beef"), "manifest/sha256"),
        (lambda m: entry(m, "staff").update(sha256="0" * 64), "file/sha256"),
        (lambda m: entry(m, "staff").update(file="nobody.csv"), "file/missing"),
        (lambda m: entry(m, "holdings").update(sums={}), "manifest/sums"),
        (lambda m: entry(m, "holdings").update(sums={"amount": 900000.5}), "manifest/sums"),
        (lambda m: entry(m, "holdings").update(sums={"amount": "900,000.50"}), "manifest/sums"),
        (lambda m: entry(m, "holdings").update(sums={"amount": "900000.51"}), "file/sums"),
        (lambda m: entry(m, "balances")["sums"].update(balance_before="0.00"), "file/sums"),
    ],
)
def test_a_manifest_that_does_not_hold_refuses_the_delivery(
    tmp_path: Path, change: Callable[[Manifest], object], rule: str
) -> None:
    assert refusal(retold(deliver(tmp_path), change)).rule == rule


def test_the_untouched_delivery_is_taken(tmp_path: Path) -> None:
    assert not door.receive(retold(deliver(tmp_path), lambda m: None), day=DAY, keys=KEYS).problems


def test_an_unknown_table_is_left_and_noted(tmp_path: Path) -> None:
    (deliver(tmp_path) / "cards.csv").write_text("x\n", "utf-8")
    retold(tmp_path, lambda m: m["files"].append({"table": "cards", "file": "cards.csv", "rows": 0}))
    intake = door.receive(tmp_path, day=DAY, keys=KEYS)
    assert any("cards" in notice for notice in intake.notices)


def test_another_layout_by_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused, match="布局不认识"):
        door.receive(deliver(tmp_path), day=DAY, keys=KEYS, layout="other")


@pytest.mark.parametrize("pack", ["", ".gz", ".zst"])
def test_a_file_cut_anywhere_is_refused(tmp_path: Path, pack: str, gate_share: float) -> None:
    path = deliver(tmp_path, pack=pack) / f"transactions.csv{pack}"
    whole = path.read_bytes()
    for cut in range(0, len(whole), max(1, len(whole) // math.ceil(12 * gate_share))):
        path.write_bytes(whole[:cut])
        assert refusal(tmp_path).file == path.name


def test_a_last_line_without_its_end_is_taken_only_under_a_seal(tmp_path: Path) -> None:
    path = deliver(tmp_path) / "complaints.csv"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert refusal(tmp_path).rule == "file/truncated"
    import hashlib

    seal = hashlib.sha256(path.read_bytes()).hexdigest()
    retold(tmp_path, lambda m: entry(m, "complaints").update(sha256=seal))
    assert not door.receive(tmp_path, day=DAY, keys=KEYS).problems


def test_a_flipped_bit_in_a_packed_file_is_refused(tmp_path: Path) -> None:
    path = deliver(tmp_path, pack=".gz") / "transactions.csv.gz"
    data = bytearray(gzip.compress(gzip.decompress(path.read_bytes()), mtime=0))
    data[len(data) // 2] ^= 4
    path.write_bytes(bytes(data))
    assert refusal(tmp_path).file == path.name


def test_a_file_that_was_never_written_is_refused(tmp_path: Path) -> None:
    for name in ("customers.csv", "transactions.csv"):
        (deliver(tmp_path) / name).write_bytes(b"")
        assert refusal(tmp_path).rule == "file/header"


# ---------------------------------------------------------------- drift: other columns than agreed


def with_columns(folder: Path, table: str, change: Callable[[list[str]], list[str]]) -> Path:
    """The delivery with one file's header (and rows) under other columns."""
    bank = small_bank()
    columns = change([field.name for field in layout_of(table).fields])
    deliver(folder, bank)
    (folder / f"{table}.csv").write_text(csv_text(columns, bank[table]), "utf-8")
    return folder


MUST_STAND = [(table, one.name) for table in small_bank() for one in layout_of(table).fields if not one.optional]
MAY_LACK = [(table, one.name) for table in small_bank() for one in layout_of(table).fields if one.optional]


@pytest.mark.parametrize(("table", "column"), MUST_STAND[::6])
def test_a_missing_column_refuses_the_file_with_the_difference(tmp_path: Path, table: str, column: str) -> None:
    problem = refusal(with_columns(tmp_path, table, lambda names: [name for name in names if name != column]))
    assert problem.rule == "drift/missing"
    assert f"− {column}" in problem.says


@pytest.mark.parametrize(("table", "column"), MAY_LACK)
def test_a_column_a_bank_may_leave_out_is_as_if_empty(tmp_path: Path, table: str, column: str) -> None:
    lacking = with_columns(tmp_path / "lacking", table, lambda names: [name for name in names if name != column])
    found, whole = (door.receive(one, day=DAY, keys=KEYS) for one in (lacking, deliver(tmp_path / "whole")))
    assert backend.rows(found.persons[table]) == backend.rows(whole.persons[table])
    assert {row[column] for row in backend.rows(found.persons[table])} == {None}


def test_a_bad_row_of_a_file_without_its_optional_column_goes_aside_whole(tmp_path: Path) -> None:
    bank = small_bank()
    bank["branches"] += [{"branch_no": "B3", "name": ""}, {"branch_no": "B2", "name": "别的名字"}]
    names = [field.name for field in layout_of("branches").fields if not field.optional]
    folder = deliver(tmp_path, bank)
    (folder / "branches.csv").write_text(csv_text(names, bank["branches"]), "utf-8")
    aside = [one for one in door.receive(folder, day=DAY, keys=KEYS).problems if one.problem.file == "branches.csv"]
    assert sorted(one.problem.rule for one in aside) == ["branches/key", "branches/key", "branches/required"]
    assert all(one.raw["region_no"] is None for one in aside)


@pytest.mark.parametrize(("table", "column"), MUST_STAND[1::7])
def test_a_renamed_column_is_named_in_the_difference(tmp_path: Path, table: str, column: str) -> None:
    renamed = f"{column}_x"
    problem = refusal(
        with_columns(tmp_path, table, lambda names: [renamed if name == column else name for name in names])
    )
    assert (problem.rule, f"可能改名为 {renamed}" in problem.says) == ("drift/missing", True)


@pytest.mark.parametrize("table", list(small_bank()))
def test_an_added_column_is_left_at_the_door_with_a_notice(tmp_path: Path, table: str) -> None:
    bank = small_bank()
    for row in bank[table]:
        row["new_thing"] = "whatever"
    intake = door.receive(deliver(tmp_path, bank, extra={table: ["new_thing"]}), day=DAY, keys=KEYS)
    assert not intake.problems
    assert any("new_thing" in notice for notice in intake.notices)
    assert all("new_thing" not in frame.columns for frame in [*intake.tables.values(), *intake.persons.values()])


def test_a_doubled_column_is_refused(tmp_path: Path) -> None:
    assert refusal(with_columns(tmp_path, "staff", lambda names: [*names, "name"])).rule == "drift/doubled"


def many(table: str, column: str, text: str) -> Rows:
    """A bank in which one column reads nowhere."""
    bank = small_bank()
    number = layout_of(table).key[0]
    bank[table] = [bank[table][0] | {number: f"N{n}", column: text} for n in range(12)]
    return bank


@pytest.mark.parametrize(
    ("table", "column", "text"),
    [("holdings", "started_on", "2023/12/09"), ("transactions", "amount", "￥100"), ("holdings", "rate", "2.60%"),
     ("holdings", "auto_renew", "是"), ("transactions", "kind", "转账"), ("products", "term_days", "三年")],
)  # fmt: skip
def test_a_column_of_another_type_refuses_the_file(tmp_path: Path, table: str, column: str, text: str) -> None:
    problem = refusal(deliver(tmp_path, many(table, column, text)))
    assert (problem.rule, problem.column) == ("drift/retyped", column)


def test_one_good_value_makes_it_bad_rows_instead(tmp_path: Path) -> None:
    bank = many("holdings", "started_on", "2023/12/09")
    bank["holdings"][0]["started_on"] = "2023-12-09"
    intake = door.receive(deliver(tmp_path, bank), day=DAY, keys=KEYS)
    assert len(intake.problems) == 11
