"""Databases of a test's own: a copy of another, worked in by Django meanwhile, taken away in the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql

from guanhu.cli import postgres


@contextmanager
def copy_of(server: postgres.Server, name: str) -> Iterator[str]:
    """A copy of a database under a name of its own, taken away in the end."""
    own = f"{name}_{uuid4().hex[:8]}"
    words = sql.SQL("create database {} template {} strategy file_copy")
    send_away(server, name)
    with psycopg.connect(server.url(postgres.DATABASE, "owner"), autocommit=True) as admin:
        admin.execute(words.format(sql.Identifier(own), sql.Identifier(name)))
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


def send_away(server: postgres.Server, name: str) -> None:
    """End who is still connected, as a site that served a journey before; it comes again when it is asked."""
    with psycopg.connect(host=str(server.socket), port=postgres.PORT, user="postgres", autocommit=True) as root:
        root.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])


def wait_for_the_dead(server: postgres.Server, name: str, living: int, patience: float = 10.0) -> None:
    """Wait until a killed process is gone for the database, too, and with it its locks: so many are connected then."""
    there = "select count(*) from pg_stat_activity where datname = %s and backend_type = 'client backend'"
    until = time.monotonic() + patience
    with psycopg.connect(host=str(server.socket), port=postgres.PORT, user="postgres", autocommit=True) as root:
        while (root.execute(there, [name]).fetchone() or (0,))[0] > living and time.monotonic() < until:
            time.sleep(0.01)


def wait_for_rest(server: postgres.Server, name: str, patience: float = 10.0) -> None:
    """Wait until no page is being made in this database any more: who asked for it may be gone."""
    busy = "select 1 from pg_stat_activity where datname = %s and usename = %s and state <> 'idle'"
    until = time.monotonic() + patience
    with psycopg.connect(host=str(server.socket), port=postgres.PORT, user="postgres", autocommit=True) as root:
        while root.execute(busy, [name, postgres.LOGINS["app"]]).fetchone() and time.monotonic() < until:
            time.sleep(0.02)


def drop_database(admin: psycopg.Connection, name: str) -> None:
    """Take a database away, its connections with it; the server's own sweeper, if it is there, is waited for."""
    for _ in range(100):
        try:
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
            return
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            time.sleep(0.1)
    raise AssertionError(f"{name} cannot be dropped")


_LOCKED = sql.SQL("lock table {} in access exclusive mode")
_EMPTIED = """
set local session_replication_role = replica;
do $$ declare one regclass; filled boolean;
begin
    foreach one in array %s::regclass[] loop
        execute format('select exists (select from %%s)', one) into filled;
        if filled then execute format('delete from %%s', one); end if;
    end loop;
end $$
"""


def emptied(server: postgres.Server, name: str, tables: list[str]) -> None:
    """Empty these tables, once nobody is at work in any of them; what is empty already is left as it lies.

    To truncate them all makes some hundred files anew for every test.
    """
    with psycopg.connect(host=str(server.socket), port=postgres.PORT, user="postgres", dbname=name) as root:
        root.execute(_LOCKED.format(sql.SQL(", ").join(map(sql.Identifier, tables))))
        root.execute(psycopg.ClientCursor(root).mogrify(_EMPTIED, [tables]))
