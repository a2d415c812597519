"""A committed bank in a database of its own, read by the pages' own login; and a second road to it past all locks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import time_machine
from psycopg import sql

from guanhu.cli import postgres
from tests.factories import NOW
from tests.night.kills import drop_database
from tests.reach import world

_numbers = itertools.count(1)


@contextmanager
def a_database(server: postgres.Server, template: str) -> Iterator[str]:
    """A copy of a database under a name of its own, taken away in the end."""
    own = f"{template}_sec{next(_numbers)}"
    with psycopg.connect(server.url(postgres.DATABASE, "owner"), autocommit=True) as admin:
        admin.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(own), sql.Identifier(template)
            )
        )
        try:
            yield own
        finally:
            drop_database(admin, own)


@contextmanager
def working_in(name: str, login: str = "night") -> Iterator[None]:
    """Django works in this database meanwhile, as this login."""
    from django.db import connection

    mine = connection.settings_dict
    before = {"NAME": mine["NAME"], "USER": mine["USER"]}
    connection.close()
    mine.update(NAME=name, USER=postgres.LOGINS[login])
    try:
        yield
    finally:
        connection.close()
        mine.update(before)


@pytest.fixture(scope="module")
def own_database(django_db_setup: None, django_db_blocker: Any, postgres_server: postgres.Server) -> Iterator[str]:
    """A migrated, empty database of this module's own; what is written there stays for the module."""
    from django.db import connection

    with django_db_blocker.unblock():
        connection.close()
        with a_database(postgres_server, str(connection.settings_dict["NAME"])) as name:
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
