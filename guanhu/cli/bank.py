"""A command's own bank: its settings, its database running and migrated, stopped again if we were the last."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from guanhu.cli.database import as_login
from guanhu.cli.places import var_folder
from guanhu.cli.postgres import running

_MIGRATING = 5203002
"""The number of the lock under which a database is migrated."""


@dataclass(frozen=True)
class Bank:
    """Where this bank's things lie, while its database is up."""

    var: Path
    lake: Path


@contextmanager
def open_bank() -> Iterator[Bank]:
    """The bank of this folder for the length of a command: database started if needed, migrated, stopped at the end."""
    var = var_folder()
    os.environ["GUANHU_VAR"] = str(var)
    os.environ.setdefault("GUANHU_LOGIN", "night")
    with running(var):
        prepare_django()
        migrate(var)
        try:
            yield Bank(var=var, lake=var / "lake")
        finally:
            from django.db import connections

            connections.close_all()


def prepare_django() -> None:
    """Read the settings; a second call changes nothing."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhu.config.settings")
    if not apps.ready:
        django.setup()


def migrate(var: Path) -> bool:
    """Bring tables and rights up to date, as the tables' owner; whether there was anything to do.

    Two at once wait for each other.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    def behind() -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    if _may_read() and not behind() and rights_hold():
        return False
    with as_login(var, "owner"), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_MIGRATING])
        try:
            if behind():
                call_command("migrate", verbosity=0, interactive=False)
            if not rights_hold():
                give_rights()
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [_MIGRATING])
    return True


def _may_read() -> bool:
    """May this login read at all? Not after a start that was killed between making tables and giving rights."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select to_regclass('django_migrations') is null or has_table_privilege('django_migrations', 'select')"
        )
        return bool(cursor.fetchone()[0])


def _rights() -> tuple[str, str]:
    """The statements of ``sql/rows.sql``, and the mark they leave on the schema."""
    text = (Path(__file__).parent / "sql" / "rows.sql").read_text(encoding="utf-8")
    return text, f"guanhu rows {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def rights_hold() -> bool:
    """Are the database's rights those of this version, and given after its last migration?"""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select obj_description('public'::regnamespace, 'pg_namespace'), to_regclass('django_migrations') is null"
        )
        said, empty = cursor.fetchone()
        if empty:
            return False
        cursor.execute("select coalesce(max(id), 0) from django_migrations")
        return bool(said == f"{_rights()[1]} {cursor.fetchone()[0]}")


def give_rights() -> None:
    """Grants, row security and the owner of the trail, all or nothing; as the tables' owner."""
    from django.db import connection, transaction
    from psycopg import sql

    text, mark = _rights()
    with transaction.atomic(), connection.cursor() as cursor:
        name = sql.Identifier(str(connection.settings_dict["NAME"])).as_string()
        cursor.execute(text.replace(":database", name))
        cursor.execute("select coalesce(max(id), 0) from django_migrations")
        cursor.execute(sql.SQL("comment on schema public is {}").format(sql.Literal(f"{mark} {cursor.fetchone()[0]}")))
