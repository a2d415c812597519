"""The lake: a day whole or not at all, the same digest for the same content, dates turned at the door of the engine."""

from datetime import date

import pytest

from guanhu.engine import backend, tables
from guanhu.engine.lake import Lake, disk_columns, engine_columns
from guanhu.engine.tables import BALANCES, BRANCHES, CUSTOMERS

DAY = date(2024, 2, 29)


def balance(account: int, day: date = DAY, fen: int = 5) -> dict:
    return {"account": account, "customer": 1, "kind": "current", "day_on": day, "balance_fen": fen, "change_fen": fen}


def test_rows_come_back_as_they_went_in_ordered_by_key(lake):
    lake.write_rows(BALANCES, DAY, [balance(2), balance(1)])
    assert lake.rows(BALANCES, DAY) == [balance(1), balance(2)]


def test_dates_are_day_numbers_inside_and_dates_on_disk(lake):
    lake.write_rows(BALANCES, DAY, [balance(1)])
    inside = backend.rows(lake.read(BALANCES, DAY))
    assert inside[0]["day"] == backend.day_number(DAY) == 19782
    lake.write(BALANCES, date(2024, 3, 1), lake.read(BALANCES, DAY))
    assert lake.rows(BALANCES, date(2024, 3, 1)) == [balance(1)]


def test_what_is_not_there_reads_as_an_empty_table_of_the_right_shape(lake):
    assert backend.rows(lake.read(CUSTOMERS, DAY)) == []
    assert lake.read(CUSTOMERS, DAY).collect_schema().names() == list(engine_columns(CUSTOMERS))
    assert lake.rows(CUSTOMERS, DAY) == []
    assert lake.days(CUSTOMERS) == []
    assert lake.as_of(CUSTOMERS, DAY) is None


def test_the_latest_list_not_after_a_day_speaks_for_it_else_the_first(lake):
    for day, name in ((date(2024, 1, 5), "甲"), (date(2024, 1, 9), "乙")):
        lake.write_rows(BRANCHES, day, [{"branch_no": "1", "name": name}])
    assert lake.latest_rows(BRANCHES, date(2024, 1, 8))[0]["name"] == "甲"
    assert lake.latest_rows(BRANCHES, date(2024, 1, 4)) == []
    assert lake.as_of(BRANCHES, date(2024, 1, 8)) == date(2024, 1, 5)
    assert lake.as_of(BRANCHES, date(2024, 1, 1)) == date(2024, 1, 5)


def test_days_are_written_apart_and_a_quiet_day_gets_an_empty_part(lake):
    first, last = date(2024, 2, 28), date(2024, 3, 1)
    frame = backend.frame([balance(1, first), balance(1, last)], disk_columns(BALANCES))
    assert lake.write_days(BALANCES, frame, [first, DAY, last]) == [first, DAY, last]
    assert lake.rows(BALANCES, DAY) == []
    assert lake.days(BALANCES) == [first, DAY, last]


def test_a_digest_tells_content_and_not_order(lake, tmp_path):
    lake.write_rows(BALANCES, DAY, [balance(1), balance(2)])
    other = Lake(tmp_path / "other")
    other.write_rows(BALANCES, DAY, [balance(2), balance(1)])
    assert lake.digest(BALANCES, DAY) == other.digest(BALANCES, DAY)


@pytest.mark.parametrize("change", [{"balance_fen": 6}, {"kind": "fund"}, {"kind": None}, {"kind": ""}])
def test_a_digest_sees_every_change_of_a_value_and_tells_null_from_empty(lake, change):
    lake.write_rows(BALANCES, DAY, [{**balance(1), "kind": "current"}])
    before = lake.digest(BALANCES, DAY)
    lake.write_rows(BALANCES, DAY, [{**balance(1), **change}])
    after = lake.digest(BALANCES, DAY)
    assert after != before
    if change.get("kind") == "":
        lake.write_rows(BALANCES, DAY, [{**balance(1), "kind": None}])
        assert lake.digest(BALANCES, DAY) != after


def test_a_digest_is_not_fooled_by_texts_that_run_together(lake):
    lake.write_rows(BRANCHES, DAY, [{"branch_no": "1", "name": "ab"}, {"branch_no": "2", "name": "c"}])
    before = lake.digest(BRANCHES, DAY)
    lake.write_rows(BRANCHES, DAY, [{"branch_no": "1", "name": "a"}, {"branch_no": "2", "name": "bc"}])
    assert lake.digest(BRANCHES, DAY) != before


def test_a_write_that_fails_leaves_the_day_as_it_was(lake, monkeypatch):
    lake.write_rows(BALANCES, DAY, [balance(1)])

    def torn(source, target):
        raise OSError("no space left")

    monkeypatch.setattr(backend.os, "replace", torn)
    with pytest.raises(OSError, match="no space"):
        lake.write_rows(BALANCES, DAY, [balance(1), balance(2)])
    assert lake.rows(BALANCES, DAY) == [balance(1)]


def test_a_part_half_written_is_no_day(lake):
    path = lake.path(BALANCES, DAY)
    path.parent.mkdir(parents=True)
    path.with_name("part.parquet.part").write_bytes(b"PAR1")
    assert lake.days(BALANCES) == []


def test_receipts_are_kept_by_day(lake):
    assert lake.receipt(DAY) is None
    lake.put_receipt(DAY, {"covers_from": "2024-02-29", "files": [{"file": "客户.csv"}]})
    assert lake.receipt(DAY) == {"covers_from": "2024-02-29", "files": [{"file": "客户.csv"}]}
    assert lake.receipts() == [DAY]


def test_a_day_taken_away_is_gone(lake):
    lake.write_rows(BALANCES, DAY, [balance(1)])
    lake.drop(BALANCES, DAY)
    assert not lake.has(BALANCES, DAY)


def test_no_table_of_the_lake_holds_what_names_a_person():
    """Only branches and products have a name here; phones, identity, card and account numbers have no column."""
    telling = ("phone", "id_no", "address", "email", "card_no", "account_no", "birth_on")
    named = {(t.path, c.name) for t in tables.TABLES for c in t.columns if c.name in telling or c.name == "name"}
    assert named == {("bank/branches", "name"), ("bank/products", "name")}


def test_every_table_is_keyed_by_columns_it_has():
    for table in tables.TABLES:
        assert set(table.key) <= {column.name for column in table.columns}, table.path
