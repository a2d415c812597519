"""A thousand persons go through the real door: sealed fields are nowhere to be read, the lake and the logs name nobody.

And five hundred values of class C3 leave nothing behind at all.
"""

import logging
import os
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from guanhu.apps.customers.models import Customer, Quarantined
from guanhu.apps.people import vault
from guanhu.engine import backend
from guanhu.night import run
from tests.feeds.test_forbidden import seeded
from tests.night.residue import Canaries, database_text, everything_logged, folder_text
from tests.night.town import FRIDAY, NOW, Town, delivery
from tests.web.conftest import signed_in

pytestmark = pytest.mark.long

PERSONS, KEPT_ASIDE = 1_000, 60
SERVER_LOG = Path(os.environ["GUANHU_VAR"]) / "pg" / "log"
OPEN = ("name",)
"""What lies plain in the database, under row security."""


def written(dice: random.Random, number: str) -> str:
    """A number as people write it: bare, in groups, with dashes."""
    cut = dice.choice(["", " ", "-"])
    return number if not cut else cut.join((number[:3], number[3:7], number[7:]))


def persons(canaries: Canaries, dice: random.Random) -> dict[str, list[dict[str, str]]]:
    """The town's delivery with a thousand persons more; some of their rows break a rule and are kept aside."""
    rows = delivery(FRIDAY.replace(month=8), FRIDAY)
    for number in range(PERSONS):
        no, wrong = f"P{number:05}", number < KEPT_ASIDE
        rows["customers"].append({
            "customer_no": no, "kind": "personal", "branch_no": "B1", "keeper_no": "S1", "opened_on": "2015-01-01",
            "name": f"赵{canaries.word(dice, 'name')}", "birth_on": "1970-13-03" if wrong else "1970-03-03",
            "phone": written(dice, canaries.number(dice, "phone", "137", 11)),
            "id_no": canaries.number(dice, "id_no", "360102", 18),
            "address": f"南昌市东湖区 {canaries.word(dice, 'address')} 号",
            "email": f"{canaries.word(dice, 'email')}@example.com",
        })  # fmt: skip
        rows["accounts"].append({
            "account_no": canaries.number(dice, "account_no", "6222", 16), "kind": "current",
            "customer_no": f"C{number % 12 + 1:02}" if wrong else no,
            "card_no": written(dice, canaries.number(dice, "card_no", "6217", 16)),
            "opened_on": "2015-02-30" if number % 50 == 0 else "2015-01-01",
        })  # fmt: skip
    return rows


def through_the_door(town: Town, rows: Any) -> list[str]:
    """The night of these files, whatever is kept aside; everything that was logged."""
    task = replace(town.task(FRIDAY, town.send(FRIDAY, rows)), accept_quarantine=True)
    with everything_logged([SERVER_LOG]) as logged:
        run.run(task, now=lambda: NOW, code="test")
    return logged


@pytest.fixture
def canaries(empty: Town) -> tuple[Town, Canaries, list[str]]:
    """The town with its thousand, one night old."""
    made, dice = Canaries(), random.Random(20261124)
    return empty, made, through_the_door(empty, persons(made, dice))


@pytest.mark.slow
def test_a_thousand_persons_are_nowhere_to_be_read(canaries: tuple[Town, Canaries, list[str]]):
    town, made, logged = canaries
    assert len(made.numbers) + len(made.words) == 7 * PERSONS
    kept = Customer.objects.for_system("a test").filter(customer_no__startswith="P")
    assert kept.count() == PERSONS - KEPT_ASIDE
    assert Quarantined.objects.for_system("a test").count() > KEPT_ASIDE
    assert made.without(*OPEN).found_in(database_text()) == set()
    assert made.found_in(folder_text(town.folder / "lake")) == set()
    assert made.found_in("\n".join(logged)) == set()
    assert made.found_in(database_text()) == set(OPEN)


@pytest.mark.slow
def test_pages_about_them_log_nothing(canaries: tuple[Town, Canaries, list[str]]):
    _, made, _ = canaries
    customer = Customer.objects.for_system("a test").filter(customer_no="P00100").get()
    with everything_logged([SERVER_LOG]) as logged:
        site = signed_in("S1")
        for address in (
            "/today/",
            f"/today/{customer.public_id}/",
            f"/customers/{customer.public_id}/rest/",
            "/customers/",
        ):
            assert site.get(address).status_code == 200
        found = site.post(reverse("find"), {"words": vault.open(customer, "id_no")})
        assert str(customer.public_id) in found.content.decode()
        told = {"what": "id_no", "purpose": "verify", "words": f"她说 {vault.open(customer, 'id_no')}"}
        shown = site.post(f"/customers/{customer.public_id}/reveal/", told)
    assert vault.open(customer, "id_no") in shown.content.decode()
    assert made.found_in("\n".join(logged)) == set()
    assert made.without(*OPEN).found_in(database_text()) == set()


@pytest.mark.slow
def test_sealed_in_name_alone_everything_is_found(empty: Town, monkeypatch: pytest.MonkeyPatch):
    """The twin of the dump: with a seal that does not seal, every field is read off the disk."""
    monkeypatch.setattr(vault, "seal", lambda text, place, key: vault.head_of(key) + text.encode())
    made = Canaries()
    through_the_door(empty, persons(made, random.Random(20261124)))
    assert made.found_in(database_text()) == {"phone", "id_no", "address", "email", "account_no", "card_no", "name"}


@pytest.mark.slow
def test_one_number_in_the_lake_or_in_a_log_is_found(empty: Town, tmp_path: Path):
    """The twins of lake and log."""
    made, dice = Canaries(), random.Random(7)
    phone, word = made.number(dice, "phone", "137", 11), made.word(dice, "address")
    frame = backend.series({"note": [f"回电 {phone[:3]} {phone[3:7]} {phone[7:]}"]}, {"note": "text"})
    frame.to_native().write_parquet(tmp_path / "part.parquet", compression="lz4")
    assert made.found_in(folder_text(tmp_path)) == {"phone"}
    with everything_logged() as logged:
        logging.getLogger("guanhu.test").debug("no such address %s", word)
    assert made.found_in("\n".join(logged)) == {"address"}
    for text in (phone[::-1], phone.encode().hex(), f"{phone[:3]}-{phone[3:]}", word[::-1], word.encode().hex()):
        assert made.found_in(f"x{text}y") != set(), text


@pytest.mark.slow
def test_five_hundred_values_of_c3_leave_nothing_in_quarantine_database_lake_or_log(empty: Town):
    dice, secrets, texts = random.Random(20261124), [], []
    rows = delivery(FRIDAY.replace(month=8), FRIDAY)
    note = {"customer_no": "C01", "staff_no": "S1", "day_on": "2026-11-18", "channel": "call", "seconds": "60",
            "outcome": "reached"}  # fmt: skip
    for number in range(500):
        text, secret = seeded(dice, number)
        rows["contacts"].append(note | {"contact_no": f"Z{number}", "note": text})
        secrets.append(secret)
        texts.append(text)
    logged = through_the_door(empty, rows)
    aside = list(Quarantined.objects.for_system("a test").filter(rule="c3/value"))
    assert len(aside) == 500
    kept = "\n".join(f"{row.says} {vault.open(row, 'value')} {vault.open(row, 'raw')}" for row in aside)
    assert [secret for secret in secrets if secret in kept] == []
    places = [kept, database_text(), folder_text(empty.folder / "lake"), "\n".join(logged)]
    assert [text for text in texts for place in places if text in place or text.encode().hex() in place] == []
    assert '"note"' not in kept
    assert '"contact_no": "Z0"' in kept
