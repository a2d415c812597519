"""A database made before rows were bound in: every value is sealed anew to its row, and nothing is lost."""

import importlib
import json
import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection
from typer.testing import CliRunner

from guanhu.apps.customers import actions
from guanhu.apps.customers.books import queries as books
from guanhu.apps.customers.models import ContactPoint
from guanhu.apps.people import resealing, vault
from guanhu.apps.people.keyring import ring
from guanhu.cli import keys, postgres
from guanhu.cli.database import as_login
from tests.apps.test_vault import EVERYBODY, TWO_ACCOUNTS, new_key, rows_of, sealed_fields
from tests.cast import persons, viewer
from tests.databases import copy_of, working_in
from tests.factories import DAY

MIGRATION = importlib.import_module("guanhu.apps.customers.migrations.0003_reseal")
VAR = Path(os.environ["GUANHU_VAR"])


def first_form(text: str, label: str) -> bytes:
    """How the first release sealed: nonce and sealed bytes, bound to the column alone; written here once more."""
    secret = (ring().folder / "seal.key").read_bytes()
    cipher = AESGCM(blake2b(secret, digest_size=32, person=b"guanhu-seal").digest())
    nonce_key = blake2b(secret, digest_size=32, person=b"guanhu-nonce").digest()
    nonce = blake2b(label.encode() + b"\0" + text.encode(), digest_size=12, key=nonce_key).digest()
    return nonce + cipher.encrypt(nonce, text.encode(), label.encode())


@pytest.fixture
def old(worker_database: str, postgres_server: postgres.Server, django_db_blocker: Any) -> Iterator[dict[Any, str]]:
    """A bank whose values lie in the first form without hashes, and what each of them reads."""
    from guanhu.feeds.errors import Problem
    from guanhu.feeds.intake import Quarantined as KeptAside

    with django_db_blocker.unblock(), copy_of(postgres_server, worker_database) as name, working_in(name):
        actions.take_in(persons(customers=EVERYBODY, consents=[], accounts=TWO_ACCOUNTS))
        aside = KeptAside(Problem("客户.csv", 3, "gender", "words", "不识", "男女"), {"name": "客户"})
        actions.keep_quarantine(DAY, [aside])
        texts = {}
        with connection.cursor() as cursor:
            for model, field in sealed_fields():
                label = f"{model._meta.label}.{field}"
                for row in rows_of(model):
                    texts[label, row.pk] = vault.open(row, field)
                    cursor.execute(
                        f'update {model._meta.db_table} set "{field}" = %s where {model._meta.pk.column} = %s',
                        [first_form(texts[label, row.pk], label), row.pk],
                    )
            for table, column in (("customer", "id_no"), ("contactpoint", "tail"), ("account", "account_no")):
                cursor.execute(f"update customers_{table} set {column}_hash = null")
        yield texts


def read() -> dict[Any, str | None]:
    return {
        (f"{model._meta.label}.{field}", row.pk): vault.open(row, field)
        for model, field in sealed_fields()
        for row in rows_of(model)
    }


def bind() -> None:
    """What the migration does, as the tables' owner, whom row security holds like everybody else."""
    with as_login(VAR, "owner"):
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from customers_customer")
            assert cursor.fetchone() == (0,)
        with connection.schema_editor(atomic=False) as editor:
            MIGRATION.bind_to_rows(None, editor)


def lying() -> dict[Any, list[Any]]:
    """The sealed bytes of every row."""
    return {(model, field): [getattr(row, field) for row in rows_of(model)] for model, field in sealed_fields()}


def forced() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relforcerowsecurity and relname like 'customers_%'")
        return sorted(row[0] for row in cursor.fetchall())


@pytest.mark.slow
def test_under_row_security_the_owner_binds_every_value_to_its_row(old: dict[Any, str]):
    before = forced()
    assert "customers_customer" in before
    bind()
    assert read() == old
    assert forced() == before
    found = ContactPoint.objects.for_system("a test").filter(
        tail_hash=vault.look_for(ContactPoint, "tail_hash", "1001")
    )
    assert [row.customer_id for row in found] == [1001]
    assert len(books.book(viewer("S01"), search=EVERYBODY[0]["id_no"]).rows) == 1


@pytest.mark.slow
def test_values_of_the_first_form_open_nowhere_but_in_the_migration(old: dict[Any, str]):
    for model, field in sealed_fields():
        for row in rows_of(model):
            with pytest.raises(vault.SealBroken):
                vault.open(row, field)
    stands = resealing.reseal(resealing.sealed_tables())
    assert sum(one.done for one in stands) == 0
    assert {one.table for one in stands if one.broken} == {one.table for one in MIGRATION.TABLES}


@pytest.mark.slow
def test_interrupted_it_goes_on_where_it_stopped(old: dict[Any, str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(resealing, "BATCH", 1)

    def stop(said: resealing.Progress) -> None:
        if said.done == 1:
            raise KeyboardInterrupt

    for table in MIGRATION.TABLES[:2]:
        with pytest.raises(KeyboardInterrupt):
            resealing.reseal([table], first_form=True, on_batch=stop)
    monkeypatch.undo()
    bind()
    assert read() == old


@pytest.mark.slow
def test_with_the_key_gone_it_stops_and_nothing_is_lost(old: dict[Any, str], settings: Any, tmp_path: Path):
    before = lying()
    kept = settings.GUANHU_SECRETS
    settings.GUANHU_SECRETS = tmp_path
    new_key(tmp_path, 1)
    (tmp_path / "hash.key").write_bytes(b"h" * 32)
    with pytest.raises(RuntimeError, match="没有丢失任何数据"):
        bind()
    settings.GUANHU_SECRETS = kept
    assert lying() == before
    bind()
    assert read() == old


def test_the_status_names_each_field_and_its_keys(db: None, monkeypatch: pytest.MonkeyPatch):
    from contextlib import nullcontext

    actions.take_in(persons(customers=EVERYBODY, consents=[], accounts=TWO_ACCOUNTS))
    monkeypatch.setattr(keys, "open_bank", nullcontext)
    said = json.loads(CliRunner().invoke(keys.app, ["status", "--json"]).stdout)
    assert {(row["field"], row["key"], row["values"]) for row in said} == {
        ("customers_customer.id_no", 1, 2), ("customers_customer.address", 1, 2), ("customers_customer.email", 1, 2),
        ("customers_contactpoint.value", 1, 2), ("customers_account.account_no", 1, 2),
        ("customers_account.card_no", 1, 2),
    }  # fmt: skip
    assert all(row["file"] and row["newest"] for row in said)


def test_the_status_says_loudly_when_a_key_is_missing(db: None, monkeypatch: pytest.MonkeyPatch):
    from contextlib import nullcontext

    actions.take_in(persons(customers=EVERYBODY, consents=[]))
    with connection.cursor() as cursor:
        cursor.execute("update customers_customer set email = overlay(email placing '\\x0009'::bytea from 3)")
    monkeypatch.setattr(keys, "open_bank", nullcontext)
    answer = CliRunner().invoke(keys.app, ["status", "--json"])
    assert answer.exit_code == 1
    assert [row["key"] for row in json.loads(answer.stdout) if not row["file"]] == [9]


def test_the_migrations_list_is_the_records_own():
    """What the migration names is what the records declared then; a later field has its own migration."""
    declared = {one.table: one for one in resealing.sealed_tables()}
    for one in MIGRATION.TABLES:
        assert one.rows.items() <= declared[one.table].rows.items()
        assert set(one.lookups) <= set(declared[one.table].lookups)
