"""Every cell of a real ledger is found again in what was taken in, against the file read by another engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.apps.ledgers.brought import in_force, numbers, taken, told
from tests.cli.test_ledgers import as_asked

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.practice("P14")]


def by_duckdb(path: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The headings and the rows, in the file's order."""
    found = duckdb.sql(f"select * from read_csv('{path}', delim=';', header=true, quote='\"', all_varchar=true)")
    return found.columns, found.fetchall()


def test_no_cell_of_a_real_list_of_clients_is_lost_or_moved(db: None, real_data: Path):
    path = real_data / "berka" / "client.csv.gz"
    names, rows = by_duckdb(path)
    taken(None, path)
    kept = {numbers(entry)[0]: told(entry)["附加信息"] for entry in in_force()}
    assert kept == {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in rows}


def test_no_cell_of_a_real_ledger_without_a_key_is_lost_or_moved(db: None, real_data: Path, tmp_path: Path):
    path = as_asked(real_data / "uci-bank-marketing" / "bank-full.csv.gz", tmp_path)
    names, rows = by_duckdb(path)
    taken(None, path, {"job": "extra"})
    kept = {int(entry.line.rpartition(":")[2]): told(entry)["附加信息"] for entry in in_force()}
    wanted = {line: dict(zip(names, row, strict=True)) for line, row in enumerate(rows, 2)}
    assert kept.keys() == wanted.keys()
    assert [line for line, cells in wanted.items() if kept[line] != cells] == []
