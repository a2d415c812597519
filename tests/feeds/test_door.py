"""A good delivery, in every way a bank may write it, becomes the same clean tables; persons and lake are cut apart."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import pytest

from guanhu.engine import backend, tables
from guanhu.feeds import door
from guanhu.feeds.errors import DeliveryRefused
from guanhu.feeds.intake import Intake
from tests.feeds.bank import DAY, KEYS, csv_text, deliver, layout_of, small_bank

pytestmark = pytest.mark.slow


def received(folder: Path, **told: Any) -> Intake:
    """The delivery through the door."""
    return door.receive(folder, day=DAY, keys=KEYS, **told)


def content(intake: Intake) -> dict[str, list[dict[str, Any]]]:
    """Every table of the lake as plain rows."""
    return {name: backend.rows(frame) for name, frame in intake.tables.items()}


def rows(intake: Intake, table: str) -> list[dict[str, Any]]:
    """One table of the lake as plain rows."""
    return backend.rows(intake.tables[table])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("pack", ["", ".gz", ".zst"])
def test_every_encoding_and_packing_brings_the_same_tables(tmp_path: Path, encoding: str, pack: str) -> None:
    plain = received(deliver(tmp_path / "plain"))
    other = received(deliver(tmp_path / "other", encoding=encoding, pack=pack))
    assert content(other) == content(plain)
    assert backend.rows(other.persons["customers"]) == backend.rows(plain.persons["customers"])
    assert not other.problems


def test_parquet_brings_the_same_tables_as_csv(tmp_path: Path) -> None:
    plain = received(deliver(tmp_path / "plain"))
    folder = deliver(tmp_path / "parquet")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for file in manifest["files"]:
        path = folder / file["file"]
        frame = backend.read_text_csv(path)
        if file["table"] == "transactions":
            amount = nw.col("amount").cast(nw.Decimal(18, 2)).alias("amount")
            frame = frame.with_columns(amount, nw.col("day_on").str.to_date("%Y-%m-%d"))
        if file["table"] == "consents":
            frame = frame.with_columns((nw.col("granted") == "Y").alias("granted"))
        file["file"] = f"{file['table']}.parquet"
        backend.write_parquet(frame, folder / file["file"])
        path.unlink()
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert content(received(folder)) == content(plain)


def test_parquet_with_floating_money_is_refused(tmp_path: Path) -> None:
    folder = deliver(tmp_path)
    frame = backend.read_text_csv(folder / "holdings.csv").with_columns(nw.col("amount").cast(nw.Float64))
    backend.write_parquet(frame, folder / "holdings.parquet")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    next(file for file in manifest["files"] if file["table"] == "holdings")["file"] = "holdings.parquet"
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(DeliveryRefused, match="浮点"):
        received(folder)


def test_a_cut_parquet_file_is_refused(tmp_path: Path) -> None:
    folder = deliver(tmp_path)
    backend.write_parquet(backend.read_text_csv(folder / "holdings.csv"), folder / "holdings.parquet")
    whole = (folder / "holdings.parquet").read_bytes()
    (folder / "holdings.parquet").write_bytes(whole[: len(whole) // 2])
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    next(file for file in manifest["files"] if file["table"] == "holdings")["file"] = "holdings.parquet"
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(DeliveryRefused, match="Parquet 文件不完整"):
        received(folder)


def test_the_columns_of_a_file_may_stand_in_any_order(tmp_path: Path) -> None:
    plain = received(deliver(tmp_path / "plain"))
    folder = deliver(tmp_path / "turned")
    columns = [field.name for field in layout_of("customers").fields][::-1]
    (folder / "customers.csv").write_text(csv_text(columns, small_bank()["customers"]), "utf-8")
    assert content(received(folder)) == content(plain)


def test_spaces_around_a_value_are_no_part_of_it(tmp_path: Path) -> None:
    bank = small_bank()
    bank["transactions"][0]["amount"] = " 100.05\t"
    bank["transactions"][0]["account_no"] = " 62220001 "
    folder = deliver(tmp_path, bank, version=2)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    next(file for file in manifest["files"] if file["table"] == "transactions")["sums"] = {"amount": "10100.05"}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert {row["amount_fen"] for row in rows(received(folder), "moves")} == {-100_05, 10_000_00}


def test_every_table_of_the_lake_has_its_columns_in_their_types(tmp_path: Path) -> None:
    intake = received(deliver(tmp_path))
    for table in tables.TABLES:
        if table.group != "bank" or table.name not in intake.tables:
            continue
        frame = intake.tables[table.name]
        assert frame.columns == [column.name for column in table.columns]
        expected = {"key": nw.Int64, "text": nw.String, "money": nw.Int64, "flag": nw.Boolean, "date": nw.Date}
        for column in table.columns:
            if column.type in expected and not frame.is_empty():
                assert frame.schema[column.name] == expected[column.type], (table.name, column.name)


def test_nothing_personal_reaches_the_lake(tmp_path: Path) -> None:
    told = json.dumps(content(received(deliver(tmp_path))), default=str, ensure_ascii=False)
    for secret in ("赵桂芳", "13800138000", "62220001", "到期再谈", "排队久", "1958", "沈知微"):
        assert secret not in told


def test_persons_go_to_the_database_with_their_keys(tmp_path: Path) -> None:
    intake = received(deliver(tmp_path))
    customer = backend.rows(intake.persons["customers"])[0]
    assert (customer["name"], customer["phone"], customer["birth_on"]) == ("赵桂芳", "13800138000", "1958-02-30")
    assert customer["customer"] == KEYS.key("customer", "C1")
    account = backend.rows(intake.persons["accounts"])[0]
    assert (account["account_no"], account["account"]) == ("62220001", KEYS.key("account", "62220001"))
    contact = backend.rows(intake.persons["contacts"])[0]
    assert (contact["note"], contact["at_time"], contact["seconds"]) == ('说"到期再谈",\n下周回电', "09:30", 95)
    assert set(intake.persons) == {
        "branches", "staff", "customers", "accounts", "products", "consents", "contacts", "complaints",
    }  # fmt: skip


def test_a_birthday_keeps_month_and_day_in_its_own_calendar(tmp_path: Path) -> None:
    found = {row["customer_no"]: row for row in rows(received(deliver(tmp_path)), "customers")}
    assert [found["C1"][name] for name in ("birth_month", "birth_day_of_month", "birth_calendar")] == [2, 30, "lunar"]
    assert [found["C2"][name] for name in ("birth_month", "birth_day_of_month", "birth_calendar")] == [2, 29, "solar"]
    assert found["C3"]["birth_month"] is None


@pytest.mark.practice("P136")
def test_of_a_child_under_fourteen_nothing_personal_is_kept(tmp_path: Path) -> None:
    bank = small_bank()
    bank["customers"][0] |= {"birth_on": "2012-11-25", "birth_calendar": ""}
    bank["customers"][1] |= {"birth_on": "2012-11-24"}
    intake = received(deliver(tmp_path, bank))
    child, grown = backend.rows(intake.persons["customers"])[:2]
    assert (child["name"], child["birth_on"], child["phone"]) == ("未满十四周岁客户", None, None)
    assert (grown["name"], grown["birth_on"]) == ("李𠮷", "2012-11-24")
    assert rows(intake, "customers")[0]["birth_month"] is None
    assert any("未满十四周岁" in notice for notice in intake.notices)


def test_balances_are_changes_and_the_first_row_counts_from_the_banks_own_figure(tmp_path: Path) -> None:
    found = [(row["balance_fen"], row["change_fen"]) for row in rows(received(deliver(tmp_path)), "balances")]
    assert sorted(found) == [(899_95, -100_05), (1_000_00, 1_000_00), (800_000_00, 10_000_00)]


def test_money_is_exact_to_the_fen(tmp_path: Path) -> None:
    texts = {"0.1": 10, "0.07": 7, "1": 100, "9999999999999.99": 999999999999999, "1234567.8": 123456780, "00.50": 50}
    bank = small_bank()
    bank["holdings"] = [bank["holdings"][0] | {"holding_no": f"H{n}", "amount": text} for n, text in enumerate(texts)]
    intake = received(deliver(tmp_path, bank))
    assert sorted(row["amount_fen"] for row in rows(intake, "holdings")) == sorted(texts.values())
    tally = next(tally for tally in intake.tallies if tally.table == "holdings")
    assert tally.money_fen == sum(texts.values())


def test_transfers_cash_and_card_are_the_customers_own_doing(tmp_path: Path) -> None:
    bank = small_bank()
    words = [word.value for word in layout_of("transactions").field("kind").words or ()]
    first = bank["transactions"][0]
    bank["transactions"] = [first | {"move_no": f"M{n}", "kind": word} for n, word in enumerate(words)]
    own = {row["kind"] for row in rows(received(deliver(tmp_path, bank)), "moves") if row["by_customer"]}
    assert own == {"transfer", "cash", "card"}


def test_money_out_is_negative(tmp_path: Path) -> None:
    found = {row["kind"]: row["amount_fen"] for row in rows(received(deliver(tmp_path)), "moves")}
    assert found == {"transfer": -100_05, "interest": 10_000_00}


def test_a_holding_takes_its_kind_from_its_product(tmp_path: Path) -> None:
    found = {row["product_no"]: row for row in rows(received(deliver(tmp_path)), "holdings")}
    assert (found["P1"]["kind"], found["P2"]["kind"]) == ("deposit", "loan")
    assert found["P1"]["customer"] == KEYS.key("customer", "C2")
    assert (found["P1"]["rate_bp"], found["P1"]["matures_on"]) == (260, date(2026, 12, 9))


def test_files_with_a_header_alone_are_a_delivery_too(tmp_path: Path) -> None:
    bank = small_bank() | {name: [] for name in ("balances", "transactions", "holdings", "contacts", "complaints")}
    intake = received(deliver(tmp_path, bank))
    assert all(intake.tables[name].is_empty() for name in ("balances", "moves", "holdings", "contacts"))
    assert {tally.table: tally.money_fen for tally in intake.tallies}["transactions"] == 0


def test_the_door_says_which_file_it_reads(tmp_path: Path) -> None:
    heard: list[str] = []
    received(deliver(tmp_path), on_file=heard.append)
    assert heard[:3] == ["branches.csv", "staff.csv", "customers.csv"]
    assert len(heard) == 11


def test_an_identical_copy_is_noted_and_not_read_again(tmp_path: Path) -> None:
    receipt = json.loads(json.dumps(received(deliver(tmp_path)).receipt()))
    heard: list[str] = []
    again = received(tmp_path, already=receipt, on_file=heard.append)
    assert again.unchanged
    assert not heard
    assert "完全相同" in again.notices[0]
    assert again.receipt()["files"] == receipt["files"]


def test_another_content_needs_a_higher_version(tmp_path: Path) -> None:
    receipt = received(deliver(tmp_path / "first")).receipt()
    bank = small_bank()
    bank["branches"][0]["name"] = "城中新支行"
    with pytest.raises(DeliveryRefused, match="已收第 1 版"):
        received(deliver(tmp_path / "same", bank), already=receipt)
    restated = received(deliver(tmp_path / "higher", bank, version=2), already=receipt)
    assert not restated.unchanged
    assert rows(restated, "branches")[0]["name"] == "城中新支行"


def test_the_same_files_over_another_span_are_not_a_copy(tmp_path: Path) -> None:
    receipt = received(deliver(tmp_path / "first")).receipt()
    with pytest.raises(DeliveryRefused, match="已收第 1 版"):
        received(deliver(tmp_path / "span", covers_from="2026-11-20"), already=receipt)
