"""The assets of a customer day by day: what the night sends beside her standing, and what her page makes of it."""

import random
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from guanhu.apps.customers.models import Customer
from guanhu.apps.customers.queries import DAYS
from guanhu.apps.work.file import queries as files
from guanhu.engine import tables
from guanhu.night.publish import day_changes
from tests.night.town import FIRST, FRIDAY, delivery, viewer

LAST = date(2026, 11, 20)


def row(account: int, customer: int, day: date, balance: int, change: int) -> dict[str, object]:
    return {"account": account, "customer": customer, "kind": "current", "day_on": day, "balance_fen": balance,
            "change_fen": change}  # fmt: skip


@pytest.mark.practice("P4", "P20")
def test_the_days_sent_are_those_of_three_months_on_which_all_accounts_together_changed(lake):
    dice = random.Random(11)
    held = dict.fromkeys(((account, account % 7) for account in range(1, 20)), 0)
    whole: dict[tuple[int, date], int] = {}
    for n in range(DAYS + 40):
        day = LAST + timedelta(5) - timedelta(DAYS + 39 - n)
        rows = []
        for (account, customer), balance in held.items():
            change = dice.choice((0, 0, 0, 500, -500, 7))
            if change:
                held[account, customer] = balance + change
                rows.append(row(account, customer, day, balance + change, change))
                whole[customer, day] = whole.get((customer, day), 0) + change
        lake.write_rows(tables.BALANCES, day, rows)
    due: dict[int, dict[date, int]] = {}
    for (customer, day), change in sorted(whole.items()):
        if change and LAST - timedelta(DAYS) < day <= LAST:
            due.setdefault(customer, {})[day] = change
    assert any(change == 0 for change in whole.values()), "two accounts that cancel out are no change"
    found = day_changes(SimpleNamespace(lake=lake, day=LAST))
    assert {customer: dict(zip(on, fen, strict=True)) for customer, (on, fen) in found.items()} == due
    assert all(on == sorted(on) for on, _fen in found.values())


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.practice("P4")
def test_the_line_by_day_is_the_balance_the_bank_sent_last(town):
    sent = sorted(delivery(FIRST, FRIDAY)["balances"], key=lambda each: each["day_on"])
    seen = set()
    for one in Customer.objects.for_system("an oracle").filter(keeper__staff_no="S1"):
        head = files.head(viewer("S1"), one.public_id, by_day=True)
        assert [point.day_on for point in head.days] == [FRIDAY - timedelta(DAYS - 1 - n) for n in range(DAYS)]
        for point in head.days:
            known = [
                each["balance"]
                for each in sent
                if each["account_no"] == f"A{one.customer_no}" and each["day_on"] <= point.day_on.isoformat()
            ]
            assert point.balance_fen == (int(known[-1]) * 100 if known else 0), (one.customer_no, point)
            seen.add(point.balance_fen)
    assert len(seen) > 3
