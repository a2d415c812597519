"""A bank from before search keys: the migration makes everybody's, as the tables' owner, whom row security holds."""

import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from guanhu.apps.customers import actions
from guanhu.apps.customers.search import actions as search
from guanhu.cli import postgres
from guanhu.cli.bank import give_rights
from guanhu.cli.database import as_login
from tests.cast import persons
from tests.databases import copy_of, working_in

pytestmark = pytest.mark.slow
MIGRATION = importlib.import_module("guanhu.apps.customers.migrations.0007_search")
VAR = Path(os.environ["GUANHU_VAR"])
KEYS = "select customer_id, branch_id, keeper_id, kind, whole, key from customers_searchkey order by 1, 4, 5, 6"
FORCED = (
    "select bool_and(relforcerowsecurity) from pg_class where relname in ('customers_customer', 'customers_searchkey')"
)

Keys = list[tuple[Any, ...]]


def asked(statement: str) -> Keys:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: Keys = cursor.fetchall()
    return rows


@pytest.fixture
def keys(worker_database: str, postgres_server: postgres.Server, django_db_blocker: Any) -> Iterator[Keys]:
    """The cast as it was before: nobody has a key; and the keys its customers are due."""
    with django_db_blocker.unblock(), copy_of(postgres_server, worker_database) as name, working_in(name):
        actions.take_in(persons())
        due = asked(KEYS)
        with connection.cursor() as cursor:
            cursor.execute("delete from customers_searchkey")
            cursor.execute("update customers_customer set found_as = ''")
        yield due


def test_everybody_has_her_keys_and_the_tables_are_held_as_before(keys: Keys):
    assert len(keys) > 30
    with as_login(VAR, "owner"):
        assert asked("select count(*) from customers_customer") == [(0,)]
        with connection.schema_editor(atomic=True) as editor:
            MIGRATION.fill(None, editor)
        assert asked(FORCED) == [(True,)]
    assert asked(KEYS) == keys
    assert search.renew() == 0


def test_a_bank_of_the_release_before_is_brought_here_whole(keys: Keys):
    ((_, before),) = MIGRATION.Migration.dependencies
    with as_login(VAR, "owner"):
        call_command("migrate", "customers", before, verbosity=0)
        assert asked("select to_regclass('customers_searchkey')") == [(None,)]
        assert asked("select relforcerowsecurity from pg_class where relname = 'customers_customer'") == [(True,)]
        call_command("migrate", verbosity=0)
        assert asked("select relforcerowsecurity from pg_class where relname = 'customers_customer'") == [(True,)]
        give_rights()
        assert asked(FORCED) == [(True,)]
    assert asked(KEYS) == keys


def test_broken_off_nothing_of_it_is_there_and_it_begins_anew(keys: Keys, monkeypatch: pytest.MonkeyPatch):
    make = search._make

    def broken(cursor: Any, customers: list[Any]) -> None:
        make(cursor, customers[:2])
        raise KeyboardInterrupt

    with as_login(VAR, "owner"):
        monkeypatch.setattr(search, "_make", broken)
        with pytest.raises(KeyboardInterrupt), connection.schema_editor(atomic=True) as editor:
            MIGRATION.fill(None, editor)
        assert asked(FORCED) == [(True,)]
        monkeypatch.undo()
        with connection.schema_editor(atomic=True) as editor:
            MIGRATION.fill(None, editor)
    assert asked(KEYS) == keys


def test_without_putting_row_security_aside_nobody_would_be_seen(keys: Keys, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(MIGRATION, "TABLES", [])
    with as_login(VAR, "owner"), connection.schema_editor(atomic=True) as editor:
        MIGRATION.fill(None, editor)
    assert asked(KEYS) == []
