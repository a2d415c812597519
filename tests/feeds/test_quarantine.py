"""One bad row is kept aside with its address and its reason; the good ones go on; in = accepted + quarantined."""

from pathlib import Path

import pytest

from guanhu.engine import backend
from guanhu.feeds import door, links, parse, reading
from guanhu.feeds.errors import DeliveryRefused
from guanhu.feeds.intake import Intake, Quarantined
from tests.feeds.bank import DAY, KEYS, Rows, deliver, small_bank

pytestmark = pytest.mark.slow


def received(folder: Path, bank: Rows) -> Intake:
    """A bank's delivery through the door; the count of every file must agree."""
    intake = door.receive(deliver(folder, bank), day=DAY, keys=KEYS)
    for tally in intake.tallies:
        assert tally.rows_in == tally.accepted + tally.quarantined == len(bank[tally.table]), tally
    return intake


def faults(intake: Intake) -> list[tuple[str, int | None, str | None, str]]:
    """File, row, column and rule of everything kept aside."""
    found = [kept.problem for kept in intake.problems]
    return [(problem.file, problem.row, problem.column, problem.rule) for problem in found]


DEFECTS = [
    ("branches", 1, "name", "", "branches/required"),
    ("staff", 1, "post", "boss", "staff/form"),
    ("staff", 0, "capability", "131", "staff/range"),
    ("staff", 0, "capability", "79", "staff/range"),
    ("staff", 0, "capability", "１１０", "staff/form"),
    ("staff", 1, "leave_to", "2026-11-19", "staff/order"),
    ("staff", 1, "branch_no", "B9", "staff/refers"),
    ("customers", 2, "name", "", "customers/required"),
    ("customers", 2, "name", "a" * 101, "customers/longest"),
    ("customers", 2, "customer_no", "a" * 41, "customers/longest"),
    ("customers", 2, "birth_on", "2026-11-25", "customers/birth"),
    ("customers", 2, "name", "某\x00某", "customers/control"),
    ("customers", 2, "birth_on", "1981-02-29", "customers/birth"),
    ("customers", 2, "birth_on", "1981-13-01", "customers/form"),
    ("customers", 2, "keeper_no", "S9", "customers/refers"),
    ("customers", 2, "risk_grade", "C6", "customers/form"),
    ("customers", 2, "kind", "Personal", "customers/form"),
    ("accounts", 2, "opened_on", "2021/01/01", "accounts/form"),
    ("accounts", 2, "opened_on", "9999-12-31", "accounts/form"),
    ("accounts", 2, "closed_on", "2020-12-31", "accounts/order"),
    ("accounts", 2, "customer_no", "C9", "accounts/refers"),
    ("products", 0, "risk_level", "R6", "products/form"),
    ("holdings", 0, "amount", "-0.01", "holdings/range"),
    ("holdings", 0, "amount", "800,000.00", "holdings/form"),
    ("holdings", 0, "amount", "８０００００", "holdings/form"),
    ("holdings", 0, "amount", "1.234", "holdings/form"),
    ("holdings", 0, "amount", "1e5", "holdings/form"),
    ("holdings", 0, "amount", "99999999999999.00", "holdings/form"),
    ("holdings", 0, "rate", "100.01", "holdings/range"),
    ("holdings", 0, "rate", "2.60%", "holdings/form"),
    ("holdings", 0, "matures_on", "2023-12-08", "holdings/order"),
    ("holdings", 0, "matures_on", "2206-03-09", "holdings/form"),
    ("holdings", 0, "auto_renew", "y", "holdings/form"),
    ("balances", 2, "day_on", "2026-11-25", "balances/window"),
    ("balances", 2, "day_on", "2026-11-22", "balances/window"),
    ("balances", 2, "account_no", "62220003", "balances/loan"),
    ("transactions", 1, "amount", "0.00", "transactions/range"),
    ("transactions", 1, "amount", "-5", "transactions/range"),
    ("transactions", 1, "direction", "sideways", "transactions/form"),
    ("transactions", 1, "account_no", "", "transactions/required"),
    ("consents", 1, "granted", "", "consents/required"),
    ("contacts", 0, "at_time", "24:00", "contacts/form"),
    ("contacts", 0, "seconds", "-1", "contacts/range"),
    ("complaints", 0, "closed_on", "2026-11-19", "complaints/order"),
]


@pytest.mark.parametrize(("table", "place", "column", "text", "rule"), DEFECTS)
def test_a_bad_row_is_kept_aside_with_its_address(
    tmp_path: Path, table: str, place: int, column: str, text: str, rule: str
) -> None:
    bank = small_bank()
    bank[table][place][column] = text
    intake = received(tmp_path, bank)
    own = [fault for fault in faults(intake) if fault[0] == f"{table}.csv"]
    assert own == [(f"{table}.csv", place + 2, column, rule)]
    kept = next(kept for kept in intake.problems if kept.problem.file == f"{table}.csv")
    assert kept.raw[column] == (text or None)
    assert kept.problem.says


def test_the_reason_is_chinese_and_says_what_to_do(tmp_path: Path) -> None:
    bank = small_bank()
    bank["holdings"][0]["amount"] = "800,000.00"
    (kept,) = received(tmp_path, bank).problems
    assert str(kept.problem) == (
        "holdings.csv 第 2 行 amount：本金应为金额（请用半角数字，最多两位小数，不带千分位与货币符号）"
    )


def test_a_problem_shows_the_ends_of_a_value_alone(tmp_path: Path) -> None:
    bank = small_bank()
    bank["customers"][2]["keeper_no"] = "13800138000"
    kept = received(tmp_path, bank).problems[0]
    assert kept.problem.value == "1********0"
    assert kept.raw["keeper_no"] == "13800138000"


def test_several_faults_of_one_row_are_one_row_kept_aside(tmp_path: Path) -> None:
    bank = small_bank()
    bank["holdings"][0] |= {"amount": "x", "rate": "y", "matures_on": "z"}
    (kept,) = received(tmp_path, bank).problems
    assert [kept.problem.column, *(more.column for more in kept.more)] == ["amount", "matures_on", "rate"]


def test_a_row_with_too_few_or_too_many_fields_is_kept_aside_as_it_stands(tmp_path: Path) -> None:
    folder = deliver(tmp_path)
    path = folder / "transactions.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([lines[0], "M8,62220001", lines[1], lines[2] + ",more", ""]), "utf-8")
    with pytest.raises(DeliveryRefused, match="多了 1 行"):
        door.receive(folder, day=DAY, keys=KEYS)
    path.write_text("\n".join([lines[0], "M8,62220001", lines[1], ""]), "utf-8")
    intake = door.receive(folder, day=DAY, keys=KEYS)
    assert faults(intake) == [("transactions.csv", 2, None, "transactions/row")]
    assert intake.problems[0].raw == {"": "M8,62220001"}
    assert any("读不出金额" in notice for notice in intake.notices)


def test_rows_that_refer_to_a_row_kept_aside_follow_it(tmp_path: Path) -> None:
    bank = small_bank()
    bank["customers"][0]["opened_on"] = "never"
    intake = received(tmp_path, bank)
    said = {(kept.problem.file, kept.problem.says) for kept in intake.problems[1:]}
    assert said == {
        ("accounts.csv", "所指客户未被接收"),
        ("balances.csv", "所指账户未被接收"),
        ("transactions.csv", "所指账户未被接收"),
        ("consents.csv", "所指客户未被接收"),
        ("contacts.csv", "所指客户未被接收"),
    }
    assert len(intake.tables["moves"]) == 1


def test_a_reference_to_nobody_says_so(tmp_path: Path) -> None:
    bank = small_bank()
    bank["complaints"][0]["customer_no"] = "C9"
    assert received(tmp_path, bank).problems[0].problem.says == "所指客户不在本次交付里"


def test_of_exact_copies_the_first_stays(tmp_path: Path) -> None:
    bank = small_bank()
    bank["transactions"].append(dict(bank["transactions"][0]))
    intake = received(tmp_path, bank)
    assert faults(intake) == [("transactions.csv", 4, "move_no", "transactions/copy")]
    assert "与第 2 行完全相同" in intake.problems[0].problem.says
    assert len(intake.tables["moves"]) == 2


def test_rows_that_contradict_each_other_all_go_aside(tmp_path: Path) -> None:
    bank = small_bank()
    bank["transactions"].append(bank["transactions"][0] | {"amount": "100.06"})
    intake = received(tmp_path, bank)
    assert faults(intake) == [
        ("transactions.csv", 2, "move_no", "transactions/key"), ("transactions.csv", 4, "move_no", "transactions/key"),
    ]  # fmt: skip
    assert [kept.raw["amount"] for kept in intake.problems] == ["100.05", "100.06"]


def test_two_balances_of_one_account_and_day_contradict_each_other(tmp_path: Path) -> None:
    bank = small_bank()
    bank["balances"].append(bank["balances"][2] | {"balance": "1"})
    assert [fault[1:] for fault in faults(received(tmp_path, bank))] == [
        (4, "account_no", "balances/key"), (5, "account_no", "balances/key"),
    ]  # fmt: skip


def test_a_balance_kept_aside_does_not_bend_the_days_after_it(tmp_path: Path) -> None:
    bank = small_bank()
    first = bank["balances"][0]
    bank["balances"] = [
        first | {"day_on": "2026-11-22", "balance_before": "0", "balance": "100"},
        first | {"day_on": "2026-11-23", "balance_before": "100", "balance": "1OO"},
        first | {"day_on": "2026-11-24", "balance_before": "150", "balance": "175"},
    ]
    intake = door.receive(deliver(tmp_path, bank, covers_from="2026-11-22"), day=DAY, keys=KEYS)
    changes = [row["change_fen"] for row in backend.rows(intake.tables["balances"].sort("day_on"))]
    assert changes == [100_00, 75_00]
    assert sum(changes) == 175_00


def test_a_file_bad_through_and_through_goes_back_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BAD_ROWS", 1)
    bank = small_bank()
    for row in bank["transactions"]:
        row["direction"] = "sideways"
    with pytest.raises(DeliveryRefused, match="整份退回"):
        door.receive(deliver(tmp_path, bank), day=DAY, keys=KEYS)


# ---------------------------------------------------------------- faults planted in the door itself


def test_a_parser_that_drops_a_row_in_silence_turns_the_door_red(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = parse.check

    def careless(frame, layout, **told):  # type: ignore[no-untyped-def]
        return whole(frame.head(max(len(frame) - 1, 1)), layout, **told)

    monkeypatch.setattr(reading.parse, "check", careless)
    with pytest.raises(DeliveryRefused, match="对不上"):
        door.receive(deliver(tmp_path), day=DAY, keys=KEYS)


def test_a_link_that_drops_a_row_in_silence_turns_the_door_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = links.Books.link

    def careless(self, layout, frame):  # type: ignore[no-untyped-def]
        linked, lost = whole(self, layout, frame)
        return linked.head(1), lost

    monkeypatch.setattr(links.Books, "link", careless)
    with pytest.raises(DeliveryRefused, match="对不上"):
        door.receive(deliver(tmp_path), day=DAY, keys=KEYS)


def test_a_quarantine_that_forgets_a_row_turns_the_door_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = reading._aside

    def careless(task, bad, faults) -> list[Quarantined]:  # type: ignore[no-untyped-def]
        return whole(task, bad, faults)[1:]

    monkeypatch.setattr(reading, "_aside", careless)
    bank = small_bank()
    bank["holdings"][0]["amount"] = "x"
    with pytest.raises(DeliveryRefused, match="对不上"):
        door.receive(deliver(tmp_path, bank), day=DAY, keys=KEYS)
