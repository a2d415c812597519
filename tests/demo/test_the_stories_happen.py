"""The stories of the practice handbook really happen, and every keeper's morning is rich."""

from collections import Counter, defaultdict
from datetime import date

import numpy as np
import pytest

from guanhu.demo import shelf
from guanhu.demo.calendar import is_drive
from guanhu.demo.notes import note
from guanhu.demo.touch import ROUTINE
from guanhu.demo.world import World
from guanhu.demo.write import write_bank
from guanhu.rules.kinds import Channel, Outcome
from tests.demo.reading import Delivered, fen, signed

pytestmark = [pytest.mark.slow, pytest.mark.long]
YESTERDAY = "2026-11-23"
KEEPERS = [f"1{branch}0{place}" for branch in (1, 2, 3) for place in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def lists(middle: Delivered) -> dict[str, str]:
    """Customer → keeper on the demo's last night before today."""
    return {row["customer_no"]: row["keeper_no"] for row in middle.clean(YESTERDAY, "customers")}


@pytest.fixture(scope="module")
def owner(middle: Delivered) -> dict[str, str]:
    return {row["account_no"]: row["customer_no"] for row in middle.clean(YESTERDAY, "accounts")}


def test_the_bank_is_kept_by_twelve(lists):
    count = Counter(lists.values())
    assert sorted(count) == KEEPERS
    assert 195 <= min(count.values()) <= max(count.values()) <= 206
    assert len(lists) == 2400


def test_the_demo_has_7200_customers_and_a_million_movements(tmp_path):
    written = Delivered(tmp_path, write_bank(tmp_path, seed=52030))
    for name in written.summary.deliveries:
        listed = {file["table"]: file["rows"] for file in written.manifest(name)["files"]}
        assert listed["customers"] == (7203 if name == "history" else 7200)
    count = Counter(row["keeper_no"] for row in written.rows(YESTERDAY, "customers"))
    assert count["1101"] == 612
    assert 580 <= min(count.values()) <= max(count.values()) <= 620
    assert 800_000 < written.summary.transactions < 1_600_000
    assert written.summary.contacts > 20_000
    assert written.summary.complaints > 300


@pytest.mark.story("P127")
@pytest.mark.parametrize(("day", "least"), [("2026-11-23", 1), ("2026-11-24", 1), ("2026-11-25", 1), ("2026-12-01", 2)])
def test_every_keeper_has_sums_due_around_today(middle: Delivered, lists, owner, day, least):
    due = Counter(
        lists[owner[row["account_no"]]]
        for row in middle.clean(YESTERDAY, "holdings")
        if row["matures_on"] == day and row["auto_renew"] != "Y"
    )
    assert min(due[keeper] for keeper in KEEPERS) >= least


@pytest.mark.story("P129")
def test_deposits_nobody_came_for_are_still_there(middle: Delivered, lists, owner):
    late = [row for row in middle.clean(YESTERDAY, "holdings") if row["matures_on"] and row["matures_on"] <= YESTERDAY]
    assert {row["auto_renew"] for row in late} == {"N"}
    assert {lists[owner[row["account_no"]]] for row in late} == set(KEEPERS)


@pytest.mark.story("P134")
def test_large_sums_moved_yesterday_for_every_keeper(middle: Delivered, lists, owner):
    large = Counter(
        lists[owner[row["account_no"]]]
        for row in middle.rows(YESTERDAY, "transactions")
        if row["kind"] == "transfer" and fen(row["amount"]) >= 10_000_000
    )
    assert min(large[keeper] for keeper in KEEPERS) >= 1


@pytest.mark.story("P138")
def test_every_keeper_has_customers_whose_money_goes(middle: Delivered, lists, owner):
    gone: dict[str, int] = defaultdict(int)
    for row in middle.all_days("transactions"):
        if row["kind"] == "transfer" and "2026-10-25" <= row["day_on"] <= YESTERDAY:
            gone[owner[row["account_no"]]] -= signed(row) if row["account_no"] in owner else 0
    drained = Counter(lists[customer] for customer, amount in gone.items() if amount > 3_000_000)
    assert min(drained[keeper] for keeper in KEEPERS) >= 2


@pytest.mark.story("P136")
def test_there_are_birthdays_today_and_tomorrow_in_both_calendars(middle: Delivered):
    days: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in middle.clean(YESTERDAY, "customers"):
        days[row["keeper_no"]].add((row["birth_calendar"], row["birth_on"][5:]))
    wanted = {("solar", "11-24"), ("solar", "11-25"), ("lunar", "10-16"), ("lunar", "10-17")}
    assert all(wanted <= days[keeper] for keeper in KEEPERS)


@pytest.mark.story("P179")
def test_every_keeper_has_an_open_complaint(middle: Delivered, lists):
    rows = middle.clean(YESTERDAY, "complaints")
    open_ones = Counter(lists[row["customer_no"]] for row in rows if not row["closed_on"])
    assert min(open_ones[keeper] for keeper in KEEPERS) >= 1
    assert sum(bool(row["closed_on"]) for row in rows) > 60


@pytest.mark.story("P23")
def test_a_fifth_of_the_customers_holds_about_four_fifths_in_the_end(middle: Delivered, owner):
    balance: dict[str, int] = {}
    for row in middle.all_days("balances"):
        balance[row["account_no"]] = fen(row["balance"])
    assets: Counter[str] = Counter()
    for account, amount in balance.items():
        if account in owner:
            assets[owner[account]] += amount
    held = sorted(assets.values(), reverse=True)
    assert 0.72 < sum(held[:480]) / sum(held) < 0.86


@pytest.mark.story("P133")
def test_many_stand_a_little_below_the_line(lively: World):
    assets = lively.books.assets()
    assert ((assets >= 30_000_000) & (assets < 50_000_000)).sum() > 100


@pytest.mark.story("P197")
def test_some_have_been_silent_for_half_a_year(lively: World):
    assert ((lively.moved < 553 - 180) & (lively.talked < 553 - 180)).sum() > 150


@pytest.mark.story("P139")
def test_the_street_that_is_pulled_down_is_paid(middle: Delivered):
    street = {row["customer_no"] for row in middle.clean(YESTERDAY, "customers") if "旧渡里" in row["address"]}
    account = {row["account_no"]: row["customer_no"] for row in middle.clean(YESTERDAY, "accounts")}
    paid = {
        account[row["account_no"]]
        for row in middle.all_days("transactions")
        if row["day_on"] >= "2026-09-14" and fen(row["amount"]) >= 40_000_000 and row["direction"] == "in"
        and row["kind"] == "transfer" and account.get(row["account_no"]) in street
    }  # fmt: skip
    assert len(paid) >= 15


def test_companies_pay_their_staff_who_keep_accounts_here(middle: Delivered, owner):
    kinds = {row["customer_no"]: row["kind"] for row in middle.clean(YESTERDAY, "customers")}
    bills: Counter[str] = Counter()
    pay: Counter[str] = Counter()
    for row in middle.all_days("transactions"):
        if row["kind"] == "salary" and not row["other_bank"] and row["day_on"][8:] == "10":
            if row["direction"] == "out":
                assert kinds[owner[row["account_no"]]] == "corporate"
                bills[row["day_on"]] += fen(row["amount"])
            else:
                pay[row["day_on"]] += fen(row["amount"])
    assert len(bills) == 18
    assert bills == pay


def test_money_goes_between_members_of_a_family(lively: World):
    people = lively.people
    children = np.flatnonzero(people.parent >= 0)
    day, account, amount, *_ = lively.books.moves()
    third = day == 13  # 2025-06-03, the day on which families settle
    gives = set(account[third & (amount < 0)].tolist())
    gets = set(account[third & (amount > 0)].tolist())
    pairs = [(int(child), int(people.parent[child])) for child in children]
    assert sum((a in gives and b in gets) or (b in gives and a in gets) for a, b in pairs) > 100


@pytest.mark.story("P70")
def test_some_keepers_only_call_in_drives(middle: Delivered):
    share = {}
    for keeper in ("1101", "1102"):
        days = [date.fromisoformat(row["day_on"]) for row in middle.all_days("contacts") if row["staff_no"] == keeper]
        share[keeper] = sum(is_drive(day) for day in days) / len(days)
    assert share["1102"] > share["1101"] + 0.1


@pytest.mark.story("P265")
def test_small_customers_were_neglected(lively: World):
    talked = lively.talked > 553 - 180
    band = lively.people.band
    assert talked[band == 0].mean() > 3 * talked[band == 2].mean()


def test_before_spring_festival_people_draw_cash(middle: Delivered):
    cash: Counter[str] = Counter()
    for row in middle.all_days("transactions"):
        if row["kind"] == "cash" and row["direction"] == "out":
            cash[row["day_on"][:7]] += fen(row["amount"])
    assert cash["2026-02"] > 1.8 * cash["2026-04"]


def test_zhao_guifang_is_as_the_screens_show_her(middle: Delivered):
    row = next(row for row in middle.clean(YESTERDAY, "customers") if row["name"] == "赵桂芳")
    assert (row["customer_no"], row["birth_on"], row["birth_calendar"]) == ("80000001", "1963-10-17", "lunar")
    assert (row["stage"], row["risk_grade"], row["occupation"]) == ("relied_on", "C2", "退休教师")
    accounts = {one["account_no"] for one in middle.clean(YESTERDAY, "accounts") if one["customer_no"] == "80000001"}
    held = [one for one in middle.clean(YESTERDAY, "holdings") if one["account_no"] in accounts]
    assert {(one["amount"], one["matures_on"]) for one in held} >= {
        ("500000.00", "2026-12-01"),
        ("400000.00", "2027-02-08"),
    }
    assert 175_000_000 < sum(fen(one["amount"]) for one in held) < 185_000_000
    kept = [
        one for one in middle.all_days("contacts") if one["customer_no"] == "80000001" and one["outcome"] == "closed"
    ]
    assert len(kept) >= 3


def test_li_refused_marketing_and_nothing_else(middle: Delivered):
    row = next(
        row for row in middle.clean(YESTERDAY, "customers") if row["name"] == "李淑华" and row["keeper_no"] == "1101"
    )
    said = {
        c["purpose"]: c["granted"]
        for c in middle.clean(YESTERDAY, "consents")
        if c["customer_no"] == row["customer_no"]
    }
    assert said == {"marketing": "N", "service": "Y"}


def test_consent_is_mostly_given_sometimes_refused_sometimes_never_asked(middle: Delivered):
    rows = middle.clean(YESTERDAY, "consents")
    marketing = Counter(row["granted"] for row in rows if row["purpose"] == "marketing")
    assert marketing["Y"] > 0.8 * 2400
    assert marketing["N"] > 100
    assert marketing.total() < 2400
    assert all(row["evidence"] for row in rows)


def test_a_refusal_on_the_phone_is_known_from_its_day_on(middle: Delivered):
    refused = [row for row in middle.clean("history", "consents") if "电话中拒绝" in row["evidence"]]
    contacts = {
        (row["customer_no"], row["day_on"]) for row in middle.all_days("contacts") if row["outcome"] == "declined"
    }
    assert refused
    assert all((row["customer_no"], row["changed_on"]) in contacts for row in refused)


def test_one_keeper_is_away_today(middle: Delivered):
    away = {
        row["name"]: (row["leave_from"], row["leave_to"])
        for row in middle.clean(YESTERDAY, "staff")
        if row["leave_from"]
    }
    assert away["罗砚秋"] == ("2026-11-24", "2026-11-27")
    assert not [
        row
        for row in middle.all_days("contacts")
        if row["staff_no"] == "1204" and "2026-08-03" <= row["day_on"] <= "2026-08-14"
    ]


def test_nobody_holds_what_is_riskier_than_their_own_grade(lively: World):
    books, people = lively.books, lively.people
    ids = books.live(553)
    ids = ids[(shelf.KIND[books.h_product[ids]] != shelf.LOAN) & ~people.named[books.h_customer[ids]]]
    ids = ids[shelf.RISK[books.h_product[ids]] > people.risk[books.h_customer[ids]]]
    assert len(ids) == 0


def test_every_product_says_its_drawbacks_and_holdings_know_their_product(middle: Delivered):
    products = middle.clean(YESTERDAY, "products")
    assert all(row["drawbacks"] for row in products)
    assert {row["product_no"] for row in middle.clean(YESTERDAY, "holdings")} <= {row["product_no"] for row in products}


def test_notes_are_written_in_full_sentences(middle: Delivered):
    notes = Counter(row["note"] for row in middle.all_days("contacts"))
    assert len(notes) > 800
    assert all(text.endswith(("。", "…")) and "{" not in text for text in notes)


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("reason", range(8))
def test_every_kind_of_contact_has_words(channel, reason):
    outcome = Outcome.SENT if channel is Channel.MESSAGE else Outcome.REACHED
    for luck in range(40):
        text = note(reason=reason, channel=channel, outcome=outcome, talked=True, luck=luck, wan="12", product="理财")
        assert text.endswith("。")


@pytest.mark.parametrize("outcome", [Outcome.NO_ANSWER, Outcome.DECLINED, Outcome.HUNG_UP, Outcome.ABUSED])
def test_a_call_that_failed_says_so_shortly(outcome):
    assert len(note(reason=ROUTINE, channel=Channel.CALL, outcome=outcome, talked=False, luck=3)) < 30
