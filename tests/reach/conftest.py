"""A committed bank in a database of its own, read by the pages' own login; and a second road to it past all locks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import time_machine

from guanhu.cli import postgres
from tests.databases import copy_of, working_in
from tests.factories import NOW
from tests.reach import world


@pytest.fixture(scope="module")
def own_database(django_db_setup: None, django_db_blocker: Any, postgres_server: postgres.Server) -> Iterator[str]:
    """A migrated, empty database of this module's own; what is written there stays for the module."""
    from django.db import connection

    with django_db_blocker.unblock():
        connection.close()
        with copy_of(postgres_server, str(connection.settings_dict["NAME"])) as name:
            yield name


@pytest.fixture(scope="module")
def bank(own_database: str, django_db_blocker: Any) -> Iterator[world.World]:
    """The bank of ``world``, committed; Django asks as the pages do, on the morning of the cast."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=True):
        with working_in(own_database):
            made = world.make()
        with working_in(own_database, "app"):
            yield made


@pytest.fixture(scope="module")
def past_all_locks(own_database: str, bank: world.World, postgres_server: postgres.Server) -> Iterator[Any]:
    """A connection of the night's login: it sees every row."""
    with psycopg.connect(postgres_server.url(own_database, "night"), autocommit=True) as everything:
        yield everything
