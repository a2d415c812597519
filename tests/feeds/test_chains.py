"""The chain of an account's balances: a row kept aside bends no day after it, and a first row begins at nothing."""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import pytest

from guanhu.engine import backend
from guanhu.feeds import chains, door
from guanhu.feeds.chains import Earlier
from guanhu.feeds.intake import Intake
from tests.feeds.bank import DAY, KEYS, Rows, deliver, small_bank

pytestmark = pytest.mark.slow

ONE, TWO, LOAN = (KEYS.key("account", f"6222000{n}") for n in (1, 2, 3))
SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)


def held(known: Mapping[int, int]) -> chains.Held:
    def ask(accounts: Collection[int]) -> Mapping[int, int]:
        return {account: known.get(account, 0) for account in accounts}

    return ask


def balance(account: str, day: date, before: str, after: str) -> dict[str, str]:
    return {"account_no": account, "day_on": day.isoformat(), "balance_before": before, "balance": after}


def with_balances(*rows: dict[str, str]) -> Rows:
    return small_bank() | {"balances": list(rows)}


def received(folder: Path, bank: Rows, earlier: Earlier | None = None, first: date = MONDAY) -> Intake:
    """The delivery through the door, beside what came before it."""
    asked: list[date] = []

    def before(day: date) -> Earlier:
        asked.append(day)
        return earlier or Earlier()

    sent = deliver(folder, bank, covers_from=first.isoformat())
    intake = door.receive(sent, day=DAY, keys=KEYS, earlier=before)
    assert asked == [first]
    for tally in intake.tallies:
        assert tally.rows_in == tally.accepted + tally.quarantined == len(bank[tally.table])
    return intake


def changes(intake: Intake) -> list[int]:
    return [row["change_fen"] for row in backend.rows(intake.tables["balances"].sort("account", "day_on"))]


def rules(intake: Intake) -> list[tuple[int | None, str]]:
    return [(kept.problem.row, kept.problem.rule) for kept in intake.problems]


# ---------------------------------------------------------------- open chains


@pytest.mark.parametrize(
    ("column", "text"),
    [("balance", "1OO"), ("balance_before", ""), ("day_on", "2026-11-31"), ("day_on", "2026-11-25")],
)
def test_a_balance_kept_aside_opens_its_accounts_chain(tmp_path: Path, column: str, text: str) -> None:
    row = balance("62220001", DAY, "100", "150") | {column: text}
    intake = received(tmp_path, with_balances(row))
    assert (intake.open_chains, intake.strays) == ({ONE: DAY}, 0)
    assert intake.receipt()["open_chains"] == {f"{ONE:016x}": DAY.isoformat()}


def test_the_next_row_is_counted_from_the_last_balance_accepted_and_closes_the_chain(tmp_path: Path) -> None:
    earlier = Earlier(open_chains={ONE: 100_00}, held=held({ONE: 100_00}))
    intake = received(tmp_path, with_balances(balance("62220001", DAY, "150", "175")), earlier)
    assert (changes(intake), intake.open_chains) == ([75_00], {})


def test_the_twin_without_the_chain_counts_from_what_was_never_accepted(tmp_path: Path) -> None:
    assert changes(received(tmp_path, with_balances(balance("62220001", DAY, "150", "175")))) == [25_00]


def test_a_gap_inside_a_delivery_is_bridged_from_before_it(tmp_path: Path) -> None:
    rows = balance("62220001", MONDAY, "100", "15O"), balance("62220001", DAY, "150", "175")
    intake = received(tmp_path, with_balances(*rows), Earlier(held=held({ONE: 100_00})))
    assert (changes(intake), intake.open_chains) == ([75_00], {})


def test_a_gap_after_the_first_row_leaves_that_row_to_the_banks_word(tmp_path: Path) -> None:
    rows = balance("62220001", MONDAY, "120", "150"), balance("62220001", DAY, "150", "x")
    intake = received(tmp_path, with_balances(*rows), Earlier(held=held({ONE: 100_00})))
    assert changes(intake) == [30_00], "the bank contradicts itself: that is the check's to say"
    assert intake.open_chains == {ONE: DAY}


def test_an_account_kept_aside_opens_the_chain_of_its_balances(tmp_path: Path) -> None:
    bank = with_balances(balance("62220001", DAY, "100", "150"))
    bank["accounts"][0]["opened_on"] = "never"
    intake = received(tmp_path, bank)
    assert (intake.open_chains, intake.strays) == ({ONE: DAY}, 0)


def test_a_copy_opens_nothing_and_a_contradiction_does(tmp_path: Path) -> None:
    row = balance("62220001", DAY, "100", "150")
    assert received(tmp_path / "copy", with_balances(row, dict(row))).open_chains == {}
    two = received(tmp_path / "two", with_balances(row, row | {"balance": "151"}))
    assert two.open_chains == {ONE: DAY}


def test_other_accounts_are_counted_as_ever(tmp_path: Path) -> None:
    rows = balance("62220001", DAY, "150", "175"), balance("62220002", DAY, "40", "50")
    intake = received(tmp_path, with_balances(*rows), Earlier(open_chains={ONE: 100_00}))
    assert sorted(changes(intake)) == [10_00, 75_00]


# ---------------------------------------------------------------- rows that name no account we know


@pytest.mark.parametrize("number", ["", "6222000X"])
def test_a_row_that_names_no_account_is_remembered(tmp_path: Path, number: str) -> None:
    assert received(tmp_path, with_balances(balance(number, DAY, "100", "150"))).strays == 1


def test_the_account_that_does_not_go_on_where_it_stood_takes_the_stray_row(tmp_path: Path) -> None:
    rows = balance("62220001", DAY, "150", "175"), balance("62220002", DAY, "40", "50")
    earlier = Earlier(strays=1, held=held({ONE: 100_00, TWO: 40_00}))
    intake = received(tmp_path, with_balances(*rows), earlier)
    assert sorted(changes(intake)) == [10_00, 75_00]
    assert intake.strays == -1
    assert any("未认出账号" in notice for notice in intake.notices)


def test_more_accounts_out_of_step_than_stray_rows_are_the_banks_fault(tmp_path: Path) -> None:
    rows = balance("62220001", DAY, "150", "175"), balance("62220002", DAY, "45", "50")
    earlier = Earlier(strays=1, held=held({ONE: 100_00, TWO: 40_00}))
    intake = received(tmp_path, with_balances(*rows), earlier)
    assert (sorted(changes(intake)), intake.strays) == ([5_00, 25_00], 0)


# ---------------------------------------------------------------- the first row ever


def test_the_first_row_ever_begins_at_nothing(tmp_path: Path) -> None:
    rows = balance("62220001", MONDAY, "100", "150"), balance("62220001", DAY, "150", "175")
    intake = received(tmp_path, with_balances(*rows, balance("62220002", DAY, "0", "9")), Earlier(first=True))
    assert rules(intake) == [(2, "balances/first")]
    problem = intake.problems[0].problem
    assert (problem.column, problem.says) == ("balance_before", "账户第一次出现，上日余额应为 0")
    assert "请补交" in problem.suggestion
    assert sorted(changes(intake)) == [9_00, 175_00], "the next row counts whole"
    assert intake.open_chains == {}


def test_an_account_whose_first_row_is_spoilt_goes_on_with_the_second(tmp_path: Path) -> None:
    rows = balance("62220001", MONDAY, "0", "1OO"), balance("62220001", DAY, "100", "150")
    intake = received(tmp_path, with_balances(*rows), Earlier(first=True))
    assert (rules(intake), changes(intake)) == ([(2, "balances/form")], [150_00])


@pytest.mark.parametrize(("opened", "kept_aside"), [(MONDAY, True), (SUNDAY, False)])
def test_of_a_later_delivery_only_accounts_opened_in_it_are_judged(
    tmp_path: Path, opened: date, kept_aside: bool
) -> None:
    bank = with_balances(balance("62220001", DAY, "100", "150"))
    bank["accounts"][0]["opened_on"] = opened.isoformat()
    assert (rules(received(tmp_path, bank)) == [(2, "balances/first")]) is kept_aside


def test_an_open_chain_is_no_first_row(tmp_path: Path) -> None:
    bank = with_balances(balance("62220001", DAY, "100", "150"))
    bank["accounts"][0]["opened_on"] = MONDAY.isoformat()
    intake = received(tmp_path, bank, Earlier(open_chains={ONE: 0}))
    assert (rules(intake), changes(intake)) == ([], [150_00])


def test_the_twin_a_door_that_does_not_judge_first_rows_takes_money_from_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chains.Chains, "judge", lambda self, frame, problems: [])
    intake = received(tmp_path, with_balances(balance("62220001", DAY, "100", "150")), Earlier(first=True))
    assert changes(intake) == [50_00] != [150_00]


def test_a_loan_kept_aside_opens_a_chain_that_nothing_ever_needs(tmp_path: Path) -> None:
    assert received(tmp_path, with_balances(balance("62220003", DAY, "0", "5"))).open_chains == {LOAN: DAY}
