"""The small town in a database of its own for each test: empty, or as it stands on the Friday evening."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from guanhu.cli import postgres
from tests.databases import copy_of, working_in
from tests.night.town import FRIDAY, SATURDAY, Town

Evening = tuple[str, Path]
"""The database and the folder of the town when a night is done."""


@contextmanager
def standing(server: postgres.Server, evening: Evening, folder: Path) -> Iterator[Town]:
    """A copy of the town as it stands on an evening, in a folder of its own."""
    base, files = evening
    shutil.copytree(files, folder, dirs_exist_ok=True)
    with copy_of(server, base) as name, working_in(name):
        yield Town(folder)


@contextmanager
def after(night: Callable[[Town], object], server: postgres.Server, evening: Evening, folder: Path,
          blocker: DjangoDbBlocker) -> Iterator[Evening]:  # fmt: skip
    """The evening after one night more, to be copied."""
    base, files = evening
    if files != folder:
        shutil.copytree(files, folder, dirs_exist_ok=True)
    with copy_of(server, base) as name:
        with blocker.unblock(), working_in(name):
            night(Town(folder))
        yield name, folder


@pytest.fixture(scope="session")
def worker_database(django_db_setup: None, django_db_blocker) -> str:
    """The migrated database of this worker, in which nothing is written."""
    from django.db import connection

    with django_db_blocker.unblock():
        connection.close()
    return str(connection.settings_dict["NAME"])


@pytest.fixture(scope="session")
def friday_evening(worker_database, django_db_blocker, postgres_server, tmp_path_factory) -> Iterator[Evening]:
    """The town whose history's night is done."""
    folder = tmp_path_factory.mktemp("friday")
    with after(lambda town: town.night(FRIDAY), postgres_server, (worker_database, folder), folder,
               django_db_blocker) as evening:  # fmt: skip
        yield evening


@pytest.fixture(scope="session")
def saturday_evening(friday_evening, django_db_blocker, postgres_server, tmp_path_factory) -> Iterator[Evening]:
    """The town after Saturday's night, which nothing disturbed."""
    folder = tmp_path_factory.mktemp("saturday")
    with after(lambda town: town.night(SATURDAY), postgres_server, friday_evening, folder,
               django_db_blocker) as evening:  # fmt: skip
        yield evening


@pytest.fixture
def empty(worker_database, django_db_blocker, postgres_server, tmp_path) -> Iterator[Town]:
    """A bank nobody has run a night of."""
    with django_db_blocker.unblock(), copy_of(postgres_server, worker_database) as name, working_in(name):
        yield Town(tmp_path)


@pytest.fixture
def town(friday_evening, django_db_blocker, postgres_server, tmp_path) -> Iterator[Town]:
    """The bank on the Friday evening, published; today is Monday."""
    with django_db_blocker.unblock(), standing(postgres_server, friday_evening, tmp_path) as town:
        yield town


@pytest.fixture
def on_saturday(saturday_evening, django_db_blocker, postgres_server, tmp_path) -> Iterator[Town]:
    """The bank a night later; today is still Monday."""
    with django_db_blocker.unblock(), standing(postgres_server, saturday_evening, tmp_path) as town:
        yield town


@pytest.fixture(scope="session")
def saturday_night(saturday_evening, django_db_blocker) -> dict[str, str]:
    """What Saturday's night leaves behind when nothing disturbs it."""
    name, folder = saturday_evening
    with django_db_blocker.unblock(), working_in(name):
        return Town(folder).left_behind(SATURDAY)
