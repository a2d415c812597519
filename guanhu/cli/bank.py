"""A command's own bank: its settings, its database running and migrated, stopped again if we were the last."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
    with running(var):
        prepare_django()
        migrate()
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


def migrate() -> bool:
    """Bring the database's tables up to date; whether there was anything to do. Two at once wait for each other."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    def behind() -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    if not behind():
        return False
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_MIGRATING])
        try:
            if behind():
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [_MIGRATING])
    return True
