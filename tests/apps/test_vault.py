"""What lies sealed stays closed until it is opened by name, and opens nowhere but in its own row."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models
from django.forms.models import model_to_dict

from guanhu.apps.customers import actions
from guanhu.apps.customers.models import Account, ContactPoint, Customer, Quarantined
from guanhu.apps.people import keyring, vault
from guanhu.apps.people.copying import merge_in
from guanhu.apps.people.keyring import KeyMissing, Ring, key_file
from guanhu.apps.people.vault import SealBroken, Sealed, SealedField
from guanhu.feeds.errors import Problem
from guanhu.feeds.intake import Quarantined as KeptAside
from tests.apps.test_intake import ACCOUNTS, TAKEN, digest, take
from tests.cast import ZHAO, persons
from tests.factories import DAY, customer_row

EVERYBODY = [
    customer_row(key, name=f"客户{key}", phone=f"1380000{key:04}", id_no=f"36010219630305{key:04}",
                 address=f"南昌市东湖区青山路 {key} 号", email=f"c{key}@example.com", keeper_no="S01")
    for key in (1001, 1002)
]  # fmt: skip
TWO_ACCOUNTS = [
    ACCOUNTS[0] | {"account": key, "customer": key, "account_no": f"622202020000{key}", "card_no": f"621700001111{key}"}
    for key in (1001, 1002)
]


@pytest.fixture
def ring(tmp_path: Path, settings: Any) -> Path:
    """A ring of this test's own, with one key."""
    folder = tmp_path / "secret"
    folder.mkdir()
    (folder / "hash.key").write_bytes(b"h" * 32)
    new_key(folder, 1)
    settings.GUANHU_SECRETS = folder
    return folder


def new_key(folder: Path, number: int) -> None:
    key_file(folder, number).write_bytes(bytes([number]) * 32)


@pytest.fixture
def two(db: None) -> None:
    """Two customers with everything that lies sealed, and a row of each kept aside."""
    actions.take_in(persons(customers=EVERYBODY, consents=[], accounts=TWO_ACCOUNTS))
    kept = [
        KeptAside(Problem("客户.csv", row, "gender", "words", "性别不识", f"男女{row}"), {"name": f"客户{row}"})
        for row in (3, 7)
    ]
    actions.keep_quarantine(DAY, kept)


def sealed_fields() -> list[tuple[type[models.Model], str]]:
    return [
        (model, field.name)
        for model in (Customer, ContactPoint, Account, Quarantined)
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField)
    ]


def rows_of(model: Any) -> list[Any]:
    return list(model.objects.for_system("a test").order_by("pk"))


# ---------------------------------------------------------------- closed


def test_a_row_that_is_read_tells_nothing_of_what_lies_sealed(two: None):
    row = rows_of(Customer)[0]
    told = (
        f"{row.id_no} {row.id_no!r} {model_to_dict(row)} {vars(row)} "
        f"{list(Customer.objects.for_system('a test').values('id_no', 'email'))}"
    )
    assert "360102" not in told
    assert "<sealed>" in told
    with pytest.raises(TypeError):
        json.dumps(row.id_no)
    assert b"360102" not in pickle.dumps(row)


def test_reading_rows_opens_nothing(two: None, monkeypatch: pytest.MonkeyPatch):
    def never(raw: bytes, place: bytes) -> str:
        raise AssertionError("opened")

    monkeypatch.setattr(vault, "unseal", never)
    for model, name in sealed_fields():
        assert all(isinstance(getattr(row, name), Sealed) for row in rows_of(model))


def test_a_text_cannot_be_asked_for_or_written_without_its_row(two: None):
    for wrong in (
        lambda: Customer.objects.for_system("a test").filter(id_no="360102196303051001").exists(),
        lambda: Customer.objects.for_system("a test").update(id_no="360102196303051001"),
    ):
        with pytest.raises(TypeError, match="sealed with its row"):
            wrong()


def test_a_dump_of_the_records_is_sealed_too(two: None):
    row = rows_of(Account)[0]
    assert bytes.fromhex(Account._meta.get_field("account_no").value_to_string(row)) == row.account_no.raw


# ---------------------------------------------------------------- bound to its row


@pytest.mark.parametrize(("model", "name"), sealed_fields())
def test_every_sealed_field_opens_in_its_own_row(two: None, model: Any, name: str):
    for row in rows_of(model):
        assert vault.open(row, name)


def swapped(model: Any, name: str) -> list[Any]:
    """The rows with their values of one column exchanged, as whoever writes the tables could do."""
    one, other = rows_of(model)
    table, pk = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        for row, value in ((one, getattr(other, name)), (other, getattr(one, name))):
            cursor.execute(f'update {table} set "{name}" = %s where {pk} = %s', [value.raw, row.pk])
    return rows_of(model)


def opens(row: Any, name: str) -> bool:
    try:
        return bool(vault.open(row, name))
    except SealBroken:
        return False


@pytest.mark.parametrize(("model", "name"), sealed_fields())
def test_a_value_moved_to_another_row_does_not_open(two: None, model: Any, name: str):
    assert [opens(row, name) for row in swapped(model, name)] == [False, False]


@pytest.mark.parametrize(("model", "name"), sealed_fields())
def test_with_the_row_left_out_a_moved_value_opens(
    db: None, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, model: Any, name: str
):
    monkeypatch.setattr(SealedField, "place", lambda self, row: vault.place_of("t", self.name, ()))
    request.getfixturevalue("two")
    assert [opens(row, name) for row in swapped(model, name)] == [True, True]


def test_a_value_moved_to_another_column_or_table_does_not_open(two: None):
    customer, account = rows_of(Customer)[0], rows_of(Account)[0]
    assert customer.pk == account.pk
    for row, name, value in (
        (customer, "email", customer.id_no), (account, "card_no", account.account_no),
        (account, "account_no", customer.id_no), (customer, "address", account.account_no),
    ):  # fmt: skip
        setattr(row, name, value)
        assert not opens(row, name), name


def test_a_value_of_which_a_bit_changed_does_not_open(two: None):
    row = rows_of(Customer)[0]
    raw = row.id_no.raw
    for place in range(len(raw)):
        row.id_no = Sealed(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        with pytest.raises((SealBroken, KeyMissing)) as said:
            vault.open(row, "id_no")
        assert "360102" not in str(said.value)


def test_the_places_of_two_values_are_never_told_alike():
    places = [("t", "c", ("a", "bc")), ("t", "c", ("ab", "c")), ("t", "ca", ("", "bc")), ("tc", "a", ("", "bc"))]
    assert len({vault.place_of(*place) for place in places}) == len(places)
    with pytest.raises(ValueError, match="before its row is known"):
        vault.place_of("t", "c", (None,))


def test_a_sealed_field_without_its_row_is_refused_by_the_checks():
    field = Customer._meta.get_field("id_no")
    assert not [error for error in field.check() if error.id == "guanhu.E001"]
    for row in ((), ("no_such_column",)):
        loose = SealedField(row=row, null=True)
        loose.set_attributes_from_name("id_no")
        loose.model = Customer
        assert [error.id for error in loose.check() if error.id == "guanhu.E001"] == ["guanhu.E001"]


# ---------------------------------------------------------------- the same value, the same bytes


def test_the_same_value_in_the_same_row_has_the_same_bytes_and_no_other(ring: Path):
    key = keyring.ring().newest()
    place, other = vault.place_of("t", "c", (1,)), vault.place_of("t", "c", (2,))
    sealed = vault.seal("13812342716", place, key)
    assert sealed == vault.seal("13812342716", place, key)
    seen = {vault.seal(text, where, key) for text in ("13812342716", "13812342717") for where in (place, other)}
    assert len(seen) == len({each[4:16] for each in seen}) == 4
    assert vault.unseal(sealed, place) == "13812342716"


def test_the_same_lists_twice_change_nothing_under_one_key(db: None, ring: Path):
    take()
    before = digest(*TAKEN)
    take()
    assert digest(*TAKEN) == before


def test_after_a_new_key_the_same_lists_change_the_seals_once_and_then_nothing(db: None, ring: Path):
    take()
    first = digest(*TAKEN)
    new_key(ring, 2)
    take()
    second = digest(*TAKEN)
    assert second != first
    assert vault.open(Customer.objects.for_system("a test").get(key=ZHAO), "id_no") == "360102196303050428"
    take()
    assert digest(*TAKEN) == second


def test_a_row_saved_by_itself_is_sealed_with_its_row_and_its_hashes(two: None):
    row = ContactPoint.objects.create(customer_id=1001, kind="phone", value="13912345678", source="own")
    row = ContactPoint.objects.for_system("a test").get(pk=row.pk)
    assert isinstance(row.value, Sealed)
    assert vault.open(row, "value") == "13912345678"
    assert bytes(row.tail_hash) == vault.look_for(ContactPoint, "tail_hash", "139 1234 5678")
    hashes = bytes(row.value_hash)
    row.save()
    row.refresh_from_db()
    assert (vault.open(row, "value"), bytes(row.value_hash)) == ("13912345678", hashes)
    row.value = "13912345679"
    row.save()
    row.refresh_from_db()
    assert bytes(row.value_hash) == vault.look_for(ContactPoint, "value_hash", "13912345679") != hashes


def test_a_number_taken_away_loses_its_hashes(two: None):
    taken = [row | {"email": None} for row in EVERYBODY]
    actions.take_in({"customers": taken})
    assert [(row.email, row.email_hash) for row in rows_of(Customer)] == [(None, None)] * 2


# ---------------------------------------------------------------- the ring


def test_the_newest_key_seals_and_any_key_opens(ring: Path):
    place = vault.place_of("t", "c", (1,))
    old = vault.seal("13812342716", place, keyring.ring().newest())
    new_key(ring, 2)
    new = vault.seal("13812342716", place, keyring.ring().newest())
    assert (old[2:4], new[2:4]) == (b"\0\1", b"\0\2")
    assert vault.unseal(old, place) == vault.unseal(new, place) == "13812342716"
    assert keyring.ring().numbers() == [1, 2]


def test_a_key_made_by_another_process_is_found_when_a_value_names_it(ring: Path, monkeypatch: pytest.MonkeyPatch):
    place = vault.place_of("t", "c", (1,))
    assert keyring.ring().numbers() == [1]
    elsewhere = Ring(ring)
    new_key(ring, 2)
    sealed = vault.seal("13812342716", place, elsewhere.newest())
    monkeypatch.setattr(Ring, "_look", lambda self: None)  # nobody noticed that the folder changed
    assert vault.unseal(sealed, place) == "13812342716"


def test_a_missing_key_is_named_and_not_made_anew(ring: Path):
    place = vault.place_of("t", "c", (1,))
    new_key(ring, 2)
    sealed = vault.seal("13812342716", place, keyring.ring().newest())
    key_file(ring, 2).unlink()
    keyring._ring.cache_clear()
    with pytest.raises(KeyMissing, match="第 2 把"):
        vault.unseal(sealed, place)


def test_hashes_of_one_number_differ_by_column_and_by_the_banks_key(ring: Path):
    one = vault.look("customers_contactpoint", "value", "phone", "13812342716")
    assert one != vault.look("customers_account", "account_no", "account", "13812342716")
    assert one == vault.look("customers_contactpoint", "value", "phone", "+86 138 1234 2716")
    assert vault.look("customers_contactpoint", "value", "tail", "95588") is None
    (ring / "hash.key").write_bytes(b"x" * 32)
    keyring._hash_key.cache_clear()
    assert one != vault.look("customers_contactpoint", "value", "phone", "13812342716")
    keyring._hash_key.cache_clear()


def test_a_row_without_the_columns_of_its_row_cannot_be_copied(two: None):
    with pytest.raises(KeyError, match="customer_id"):
        merge_in(ContactPoint, ("kind", "value"), [{"kind": "phone", "value": "1"}], key=("kind",))
