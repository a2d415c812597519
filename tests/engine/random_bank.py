"""A small bank drawn from a seed: accounts that open and close, customers who come and change branch."""

import random
from datetime import date, timedelta
from typing import Any

from guanhu.engine import tables
from guanhu.engine.lake import Lake

BRANCHES = ("001", "002", "003")
KINDS = ("current", "deposit", "wealth", "fund")
MOVES = ("transfer", "cash", "card", "salary", "own", "interest")


class Bank:
    """The bank's books of one seed, written to a lake day by day."""

    def __init__(self, seed: int, first: date, *, customers: int = 14) -> None:
        """Draw who there is; money moves when a day is written."""
        self.dice = random.Random(seed)
        self.first = first
        self.balance: dict[int, int] = {}
        self.people = [self._person(key) for key in range(1, customers + 1)]
        self.accounts = [account for person in self.people for account in self._accounts_of(person)]

    def _person(self, key: int) -> dict[str, Any]:
        late = self.dice.random() < 0.3
        opened = self.first + timedelta(days=self.dice.randrange(90)) if late else date(2020, 1, 1)
        return {
            "customer": key, "customer_no": f"{key:04d}", "branch_no": self.dice.choice(BRANCHES), "keeper_no": None,
            "kind": "personal", "birth_month": self.dice.randrange(1, 13),
            "birth_day_of_month": self.dice.randrange(1, 31),
            "birth_calendar": self.dice.choice(["solar", "lunar", None]), "risk_grade": None, "risk_on": None,
            "opened_on": opened,
        }  # fmt: skip

    def _accounts_of(self, person: dict[str, Any]) -> list[dict[str, Any]]:
        kinds = ["current", *self.dice.sample(KINDS, self.dice.randrange(3))]
        closed = self.first + timedelta(days=60) if self.dice.random() < 0.2 else None
        return [
            {"account": person["customer"] * 10 + n, "customer": person["customer"], "kind": kind,
             "opened_on": person["opened_on"], "closed_on": closed if n else None}
            for n, kind in enumerate(kinds)
        ]  # fmt: skip

    def write_days(self, lake: Lake, days: list[date]) -> None:
        """Everything that happened on these days, and the lists as of the last of them."""
        for day in days:
            self._write_money(lake, day)
            self._write_contacts(lake, day)
        if self.dice.random() < 0.3:
            self.dice.choice(self.people)["branch_no"] = self.dice.choice(BRANCHES)
        last = days[-1]
        lake.write_rows(tables.CUSTOMERS, last, [p for p in self.people if p["customer"] % 7 or last > self.first])
        lake.write_rows(tables.ACCOUNTS, last, self.accounts)
        lake.write_rows(tables.HOLDINGS, last, self._holdings(last))
        lake.write_rows(tables.COMPLAINTS, last, self._complaints(last))
        lake.write_rows(tables.PROMISES, last, self._promises(last))
        lake.put_receipt(last, {"covers_from": days[0].isoformat(), "files": []})

    def _write_money(self, lake: Lake, day: date) -> None:
        moves, changes = [], {}
        for account in self.accounts:
            alive = account["opened_on"] <= day and not (account["closed_on"] and account["closed_on"] < day)
            if not alive or self.dice.random() < 0.5:
                continue
            fresh = account["account"] not in self.balance
            amount = self.dice.randrange(1, 400_000_00) if fresh else self._amount(account, day)
            if account["closed_on"] == day:
                amount = -self.balance.get(account["account"], 0)
            changes[account["account"]] = (account, amount)
            moves.append(self._move(account, day, amount))
        lake.write_rows(tables.MOVES, day, moves)
        lake.write_rows(tables.BALANCES, day, [self._book(*change, day) for change in changes.values()])

    def _amount(self, account: dict[str, Any], day: date) -> int:
        """Most move much; every fourth customer moves little for seven months and then takes a third away."""
        if account["customer"] % 4:
            return self.dice.randrange(-60_000_00, 60_000_00)
        if (day - self.first).days > 215:
            return -abs(self.balance[account["account"]]) // 3
        return self.dice.randrange(-300_00, 300_00)

    def _move(self, account: dict[str, Any], day: date, amount: int) -> dict[str, Any]:
        silent = account["customer"] % 5 == 0 and (day - self.first).days >= 20
        return {
            "move": self.dice.getrandbits(60), "account": account["account"], "customer": account["customer"],
            "day_on": day, "amount_fen": amount, "kind": self.dice.choice(MOVES),
            "by_customer": self.dice.random() < 0.3 and not silent,
            "other_bank": self.dice.choice([None, "工商", "招商"]),
            "channel": None,
        }  # fmt: skip

    def _book(self, account: dict[str, Any], amount: int, day: date) -> dict[str, Any]:
        number = account["account"]
        self.balance[number] = self.balance.get(number, 0) + amount
        return {
            "account": number, "customer": account["customer"], "kind": account["kind"], "day_on": day,
            "balance_fen": self.balance[number], "change_fen": amount,
        }  # fmt: skip

    def _write_contacts(self, lake: Lake, day: date) -> None:
        for table in (tables.CONTACTS, tables.OWN_CONTACTS):
            if self.dice.random() < 0.5:
                lake.write_rows(table, day, [
                    {"contact": self.dice.getrandbits(60), "customer": person["customer"], "staff_no": "K1",
                     "day_on": day, "channel": self.dice.choice(["call", "message", "meeting"]),
                     "seconds": self.dice.choice([None, 20, 90]),
                     "outcome": self.dice.choice(["reached", "no_answer", "sent", "booked"])}
                    for person in self.dice.sample(self.people, 2)
                ])  # fmt: skip

    def _holdings(self, day: date) -> list[dict[str, Any]]:
        return [
            {"holding": account["account"], "account": account["account"], "customer": account["customer"],
             "product_no": "P1", "kind": account["kind"], "amount_fen": 100_000_00, "started_on": date(2023, 1, 1),
             "matures_on": day + timedelta(days=account["account"] % 40 - 3), "rate_bp": 150, "auto_renew": False}
            for account in self.accounts
            if account["kind"] == "deposit"
        ]  # fmt: skip

    def _complaints(self, day: date) -> list[dict[str, Any]]:
        """One customer in three complained in the last days; every other complaint is closed again."""
        return [
            {"complaint": person["customer"], "customer": person["customer"],
             "opened_on": day - timedelta(days=person["customer"] % 5),
             "closed_on": day if person["customer"] % 2 else None}
            for person in self.people
            if person["customer"] % 3 == 0
        ]  # fmt: skip

    def _promises(self, day: date) -> list[dict[str, Any]]:
        """One customer in six was promised a call and a meeting, around the night."""
        return [
            {"customer": person["customer"], "due_on": day + timedelta(days=person["customer"] % 4 - 1 - number),
             "channel": channel}
            for person in self.people
            if person["customer"] % 6 == 1
            for number, channel in enumerate(("meeting", "call"))
        ]  # fmt: skip
