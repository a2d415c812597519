"""A bank in which every personal field of every person holds a value nobody else has, taken in through a real night.

Numbers and words are ``tests.night.residue``'s; names are rare signs, so that a name in full is told from a masked one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from guanhu.apps.customers.models import Customer
from guanhu.apps.people.models import Cover, RoleGrant, Staff
from guanhu.night import run
from guanhu.rules.access import ROLE_OF_POST, Role
from tests.factories import DAY
from tests.night.residue import Canaries
from tests.night.town import FRIDAY, NOW, Town, delivery

POSTS = {Role.COUNTER: "lobby", Role.KEEPER: "wealth", Role.HEAD: "head"}
"""Roles a post brings by itself; the others are granted to somebody from the back office."""


NAMES = re.compile(r"赵[\u3400-\u34ff][\u3700-\u373f]")
CUSTOMER_NOS = re.compile(r"P\d{5}")
DATES = re.compile(r"(?=(\d{4}-\d\d-\d\d|\d{4}年\d\d?月\d\d?日))")


@dataclass
class Planted:
    """What was written where."""

    sealed: Canaries = field(default_factory=Canaries)
    """Numbers, addresses and whatever is shown to nobody in full."""
    telling: Canaries = field(default_factory=Canaries)
    """Words people wrote about a customer: for her page, and in no list."""
    names: dict[str, str] = field(default_factory=dict)
    """Name in full → customer number."""
    births: dict[str, str] = field(default_factory=dict)
    """Date of birth, as files and as people write it → customer number."""
    numbers: dict[str, set[str]] = field(default_factory=dict)
    """Customer number → every number of hers."""
    keepers: dict[str, str] = field(default_factory=dict)
    """Customer number → who keeps her."""
    ids: dict[str, str] = field(default_factory=dict)
    """Public id → customer number."""

    def names_in(self, text: str) -> set[str]:
        """The names that stand in this text in full."""
        return set(NAMES.findall(text)) & self.names.keys()

    def customers_in(self, text: str) -> set[str]:
        """The customer numbers that stand in this text."""
        return set(CUSTOMER_NOS.findall(text)) & self.keepers.keys()

    def births_in(self, text: str) -> set[str]:
        """The dates of birth that stand in this text whole."""
        return set(DATES.findall(text)) & self.births.keys()


def staff_no(role: Role) -> str:
    """The colleague of a role."""
    return f"V-{role.value}"


def settle(folder: Path, persons: int) -> Planted:
    """The town with so many persons more, one night old, with a colleague in each role."""
    planted, dice = Planted(), random.Random(20261124)
    rows = _files(planted, dice, persons)
    town = Town(folder)
    task = replace(town.task(FRIDAY, town.send(FRIDAY, rows)), accept_quarantine=True)
    run.run(task, now=lambda: NOW, code="test")
    _roles(planted, dice)
    planted.ids = {
        str(row.public_id): row.customer_no
        for row in Customer.objects.for_system("the canaries").filter(customer_no__startswith="P")
    }
    return planted


def _files(planted: Planted, dice: random.Random, persons: int) -> dict[str, list[dict[str, str]]]:
    rows = delivery(FRIDAY.replace(month=8), FRIDAY)
    for role in Role:
        rows["staff"].append({
            "staff_no": staff_no(role), "name": f"{role.zh[:2]}员", "branch_no": "B1",
            "post": POSTS.get(role, "office"), "phone": planted.sealed.number(dice, "staff phone", "159", 11),
            "licence_no": planted.telling.word(dice, "licence"),
        })  # fmt: skip
    for number in range(persons):
        _person(planted, dice, rows, f"P{number:05}", number)
    return rows


def _person(planted: Planted, dice: random.Random, rows: Any, no: str, number: int) -> None:
    """One person in every file."""
    sealed, telling = planted.sealed, planted.telling
    born = date(1950, 1, 1) + timedelta(days=number * 13)
    name = f"赵{chr(0x3400 + number // 60)}{chr(0x3700 + number % 60)}"
    keeper = ("V-keeper", "S2", "V-coach", "V-head")[min(number % 10, 3)] if number % 10 < 4 else "V-keeper"
    mine = {
        "phone": sealed.number(dice, "phone", "137", 11), "id_no": sealed.number(dice, "id_no", "360102", 18),
        "account_no": sealed.number(dice, "account_no", "6222", 16),
        "card_no": sealed.number(dice, "card_no", "6217", 16),
    }  # fmt: skip
    planted.names[name] = no
    births = {born.isoformat(): no, f"{born.year}年{born.month}月{born.day}日": no}
    planted.births |= births
    assert planted.names_in(name) == {name}
    assert planted.births_in(" ".join(births)) == births.keys()
    planted.numbers[no], planted.keepers[no] = set(mine.values()), keeper
    assert planted.customers_in(no) == {no}
    rows["customers"].append({
        "customer_no": no, "kind": "personal", "branch_no": "B1", "keeper_no": keeper, "opened_on": "2015-01-01",
        "name": name, "birth_on": born.isoformat(), "gender": "女", "phone": mine["phone"], "id_no": mine["id_no"],
        "address": f"南昌市东湖区 {sealed.word(dice, 'address')} 号",
        "email": f"{sealed.word(dice, 'email')}@example.com",
        "occupation": telling.word(dice, "occupation"), "risk_grade": "C2", "risk_on": "2026-03-01",
        "stage": "known", "stage_on": "2025-06-01",
    })  # fmt: skip
    rows["accounts"].append({
        "account_no": mine["account_no"], "card_no": mine["card_no"], "customer_no": no, "kind": "deposit",
        "opened_on": "2015-01-01",
    })  # fmt: skip
    rows["holdings"].append({
        "holding_no": f"H{no}", "account_no": mine["account_no"], "product_no": "P1",
        "amount": str(200_000 + number * 1_017), "started_on": "2025-11-24", "rate": "1.45", "auto_renew": "N",
        "matures_on": (FRIDAY + timedelta(days=3 + number % 20)).isoformat(),
    })  # fmt: skip
    rows["consents"].append({
        "customer_no": no, "purpose": "marketing", "granted": "Y", "changed_on": "2026-01-05",
        "evidence": telling.word(dice, "evidence"),
    })  # fmt: skip
    rows["contacts"].append({
        "contact_no": f"K{no}", "customer_no": no, "staff_no": "S1", "day_on": "2026-11-18", "channel": "call",
        "seconds": "120", "outcome": "reached", "note": telling.word(dice, "said"),
    })  # fmt: skip
    rows["complaints"].append({
        "complaint_no": f"X{no}", "customer_no": no, "opened_on": "2026-09-01", "closed_on": "2026-09-09",
        "subject": telling.word(dice, "subject"),
    })  # fmt: skip
    if number % 20 == 0:  # a row kept aside, with everything of a person in it
        rows["customers"].append({
            **rows["customers"][-1], "customer_no": f"Q{number:05}", "birth_on": "1970-13-03",
            "phone": sealed.number(dice, "quarantined", "137", 11), "occupation": sealed.word(dice, "quarantined"),
        })  # fmt: skip


def _roles(planted: Planted, dice: random.Random) -> None:
    """The roles no post brings, and a cover: with a reason each."""
    by_no = {row.staff_no: row for row in Staff.objects.all()}
    for role in Role:
        one = by_no[staff_no(role)]
        if ROLE_OF_POST.get(one.post) is not role:
            RoleGrant.objects.create(
                staff=one, role=role.value, from_on=DAY, proposed_at=NOW, approved_at=NOW, approved_by=by_no["S2"],
                proposed_by=by_no["S1"], reason=planted.telling.word(dice, "reason of a role"),
            )  # fmt: skip
    Cover.objects.create(
        giver=by_no["S2"], taker=by_no["V-keeper"], from_on=DAY, to_on=DAY + timedelta(days=20), granted_at=NOW,
        granted_by=by_no["V-head"], reason=planted.telling.word(dice, "reason of a cover"),
    )  # fmt: skip


def types(sent: Mapping[str, str], planted: Planted, dice: random.Random, about: str) -> dict[str, str]:
    """A form filled in, with a word of its own in the field where somebody writes what she likes."""
    return {name: planted.telling.word(dice, about) if value == "…" else value for name, value in sent.items()}
