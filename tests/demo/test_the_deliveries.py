"""The files as a bank would send them: complete, reconciled, synthetic, the same from the same seed."""

import hashlib
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from guanhu.demo.dirt import rows as dirty_rows
from guanhu.demo.files import GB18030, ZSTD, yuan
from guanhu.demo.write import SMALLEST, write_bank
from guanhu.feeds.layouts import LAYOUTS
from guanhu.rules.kinds import Channel
from tests.demo.reading import Delivered, fen, signed

pytestmark = [pytest.mark.slow, pytest.mark.long]
DAYS = ("history", "2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25")


def last_day(name: str) -> str:
    return "2026-11-20" if name == "history" else name


def digests(folder) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_history_and_five_days_are_written(small: Delivered):
    assert small.summary.deliveries == DAYS
    assert sorted(path.name for path in small.folder.iterdir()) == sorted([*DAYS, "truth.json"])


@pytest.mark.parametrize("name", DAYS)
def test_a_manifest_says_what_lies_there(small: Delivered, name):
    manifest = small.manifest(name)
    assert manifest["synthetic"] is True
    assert manifest["business_date"] == last_day(name)
    assert manifest["covers_from"] == ("2025-05-21" if name == "history" else name)
    assert [file["table"] for file in manifest["files"]] == [layout.table for layout in LAYOUTS]
    for file, layout in zip(manifest["files"], LAYOUTS, strict=True):
        rows = small.rows(name, layout.table)
        path = small.folder / name / file["file"]
        assert file["rows"] == len(rows)
        assert file["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        sums = {column: sum((Decimal(row[column]) for row in rows), Decimal(0)) for column in layout.sums}
        assert {column: Decimal(text) for column, text in file["sums"].items()} == sums


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.table)
def test_every_file_has_the_columns_of_its_layout(small: Delivered, layout):
    for name in DAYS:
        rows = small.rows(name, layout.table)
        if rows:
            assert list(rows[0]) == [field.name for field in layout.fields]
        else:
            assert layout.mode == "daily"


def test_the_files_come_in_the_real_variants(small: Delivered):
    files = {file["table"]: file["file"] for file in small.manifest("history")["files"]}
    assert {table for table, file in files.items() if file.endswith(".zst")} == ZSTD == {"transactions"}
    assert all(file.endswith(".csv.gz") for table, file in files.items() if table not in ZSTD)
    import gzip

    plain = gzip.decompress((small.folder / "history" / files["contacts"]).read_bytes())
    assert {"contacts"} == GB18030
    assert "节" in plain.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        plain.decode("utf-8")


def test_movements_and_balances_agree_for_every_account(small: Delivered):
    assert unbalanced(small.all_days("balances"), small.all_days("transactions")) == {}


def unbalanced(balances, moves) -> dict[str, int]:
    """Accounts whose movements do not explain their balances, with the difference in fen."""
    difference: dict[str, int] = defaultdict(int)
    for row in balances:
        opening = row["day_on"] == "2025-05-21"
        difference[row["account_no"]] += 0 if opening else fen(row["balance"]) - fen(row["balance_before"])
    for row in moves:
        difference[row["account_no"]] -= signed(row)
    return {account: fen for account, fen in difference.items() if fen}


def test_a_lost_movement_would_be_found(small: Delivered):
    moves = small.all_days("transactions")
    gone = moves[len(moves) // 2]
    assert unbalanced(small.all_days("balances"), [row for row in moves if row is not gone]) == {
        gone["account_no"]: signed(gone)
    }


def test_each_day_explains_itself(small: Delivered):
    """Not only in the end: on every day the movements of an account are its change."""
    moved: dict[tuple[str, str], int] = defaultdict(int)
    for row in small.all_days("transactions"):
        moved[row["account_no"], row["day_on"]] += signed(row)
    for row in small.all_days("balances"):
        if row["day_on"] > "2025-05-21":
            change = fen(row["balance"]) - fen(row["balance_before"])
            assert moved.pop((row["account_no"], row["day_on"])) == change
    assert not moved


def test_a_balance_goes_on_where_it_stopped(small: Delivered):
    last: dict[str, tuple[str, int]] = {}
    for row in small.all_days("balances"):
        day, before = last.get(row["account_no"], ("", 0))
        assert day < row["day_on"]
        assert fen(row["balance_before"]) == before
        last[row["account_no"]] = row["day_on"], fen(row["balance"])


@pytest.mark.parametrize("name", DAYS)
def test_savings_accounts_hold_what_their_holdings_say(small: Delivered, name):
    kinds = {row["account_no"]: row["kind"] for row in small.clean(name, "accounts")}
    balance: dict[str, int] = defaultdict(int)
    for row in small.all_days("balances"):
        if row["day_on"] <= last_day(name) and kinds.get(row["account_no"]) in (
            "deposit",
            "wealth",
            "fund",
            "insurance",
        ):
            balance[row["account_no"]] = fen(row["balance"])
    held: dict[str, int] = defaultdict(int)
    for row in small.clean(name, "holdings"):
        if kinds[row["account_no"]] != "loan":
            held[row["account_no"]] += fen(row["amount"])
    assert {no: amount for no, amount in balance.items() if amount} == dict(held)


def test_own_transfers_have_two_legs(small: Delivered):
    owner = {row["account_no"]: row["customer_no"] for row in small.clean(DAYS[-1], "accounts")}
    net: dict[tuple[str, str], int] = defaultdict(int)
    for row in small.all_days("transactions"):
        if row["kind"] == "own":
            net[owner[row["account_no"]], row["day_on"]] += signed(row)
    assert len(net) > 500
    assert not any(net.values())


def test_loans_bring_no_balances_and_no_movements(small: Delivered):
    loans = {row["account_no"] for row in small.clean(DAYS[-1], "accounts") if row["kind"] == "loan"}
    assert loans
    assert not loans & {row["account_no"] for row in small.all_days("balances")}
    assert not loans & {row["account_no"] for row in small.all_days("transactions")}


@pytest.mark.parametrize("name", DAYS)
def test_a_delivery_knows_nothing_of_later_days(small: Delivered, name):
    known = {
        "accounts": ("opened_on", "closed_on"), "holdings": ("started_on",), "consents": ("changed_on",),
        "complaints": ("opened_on", "closed_on"), "customers": ("opened_on", "risk_on", "stage_on"),
        "balances": ("day_on",), "transactions": ("day_on",), "contacts": ("day_on",),
    }  # fmt: skip
    for table, columns in known.items():
        for row in small.clean(name, table):
            assert all(row[column] <= last_day(name) for column in columns), (table, row)


def test_nothing_is_older_than_its_customer(small: Delivered):
    came = {row["customer_no"]: row["opened_on"] for row in small.clean("history", "customers")}
    for row in small.clean("history", "accounts"):
        assert row["opened_on"] >= came[row["customer_no"]]
    for table in ("contacts", "complaints", "consents"):
        day = {"contacts": "day_on", "complaints": "opened_on", "consents": "changed_on"}[table]
        assert all(row[day] >= came[row["customer_no"]] for row in small.clean("history", table)), table


def test_the_weekend_is_quiet(small: Delivered):
    count = {name: len(small.rows(name, "transactions")) for name in DAYS}
    assert max(count["2026-11-21"], count["2026-11-22"]) < count["2026-11-23"]
    assert small.rows("2026-11-21", "contacts") == small.rows("2026-11-22", "contacts") == []


def test_from_today_on_the_old_system_records_nothing(small: Delivered):
    assert small.rows("2026-11-24", "contacts") == small.rows("2026-11-25", "contacts") == []


def test_a_few_customers_refuse_a_channel_and_were_never_reached_by_it(small: Delivered):
    refused = {
        (row["customer_no"], row["purpose"])
        for row in small.clean("history", "consents")
        if row["purpose"] in list(Channel)
    }
    assert Channel.CALL in {channel for _, channel in refused}
    assert 5 <= len(refused) <= 600 * 3 // 100
    assert not refused & {(row["customer_no"], row["channel"]) for row in small.all_days("contacts")}
    assert {row["granted"] for row in small.clean("history", "consents") if row["purpose"] in list(Channel)} == {"N"}


def test_twelve_rows_are_dirty_and_said_to_be(small: Delivered):
    dirty = small.truth()["dirty"]
    assert len(dirty) == small.summary.dirty_rows == 12
    assert {one["file"] for one in dirty} == {"customers", "holdings", "transactions"}
    for one in dirty:
        assert one["row"] in [list(row.values()) for row in small.rows("history", one["file"])]


def test_dirty_rows_touch_nobody(small: Delivered):
    clean = {row["customer_no"] for row in small.clean("history", "customers")}
    assert len(clean) == 600
    assert not clean & {one.row[0] for one in dirty_rows("x") if one.file == "customers"}


def test_the_door_sets_aside_the_dirty_rows_and_nothing_else(small: Delivered):
    from guanhu.feeds.door import receive
    from guanhu.feeds.keys import Keys

    for name in DAYS:
        day = date.fromisoformat(last_day(name))
        intake = receive(small.folder / name, day=day, keys=Keys(b"a secret of the demo's tests"))
        columns = sorted((aside.problem.file.split(".")[0], aside.problem.column) for aside in intake.problems)
        told = sorted((one["file"], one["column"]) for one in small.truth()["dirty"]) if name == "history" else []
        assert columns == told
        assert all(tally.rows_in == tally.accepted + tally.quarantined for tally in intake.tallies)
        assert intake.synthetic


def test_the_same_seed_writes_the_same_bytes(small: Delivered, tmp_path):
    write_bank(tmp_path / "again", seed=11, customers=600)
    assert digests(tmp_path / "again") == digests(small.folder)


def test_another_seed_writes_another_bank(small: Delivered, tmp_path):
    write_bank(tmp_path / "other", seed=12, customers=600)
    other, mine = digests(tmp_path / "other"), digests(small.folder)
    assert other.keys() == mine.keys()
    same = {name.split("/")[-1] for name in mine if mine[name] == other[name]}
    assert same == {"branches.csv.gz", "staff.csv.gz", "products.csv.gz"} | ({"contacts.csv.gz"} & same)


def test_progress_is_told_and_ends(tmp_path):
    heard = []
    write_bank(tmp_path, seed=1, customers=300, on_progress=lambda done, total, what="": heard.append((done, total)))
    assert heard == sorted(heard)
    assert heard[-1] == (100, 100)


def test_a_bank_too_small_is_refused(tmp_path):
    with pytest.raises(ValueError, match="300"):
        write_bank(tmp_path, seed=1, customers=SMALLEST - 1)


@pytest.mark.parametrize(("cents", "text"), [(0, "0.00"), (5, "0.05"), (123456, "1234.56"), (-500000, "-5000.00")])
def test_fen_are_written_as_yuan(cents, text):
    assert yuan(cents) == text
    assert fen(text) == cents
