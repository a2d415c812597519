"""What every test stands on: one embedded PostgreSQL, a database a worker, the real data's folder."""

import contextlib
import gc
import hashlib
import os
import re
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql

from guanhu.cli import postgres
from tests.browser import chromium as chromium
from tests.compiled import compiled_once
from tests.databases import emptied

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ["GUANHU_VAR"])
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200",
        "max_wal_size": "512MB"}  # fmt: skip
LOOPBACK = ["127.0.0.1", "::1", "localhost"]
IN_FULL = os.environ.get("GUANHU_GATES") == "full"
"""All of every long gate, as before a release."""
KEPT_TEMPLATES = 3
ONE_BANK = ("tests/demo",)
"""Folders whose files share banks that are dear to make, and whose tests are short: all of them go to one worker."""
TESTS_OWN = (
    "grant truncate on all tables in schema public to guanhu_night; "
    "grant update on all sequences in schema public to guanhu_night"
)
"""What sweeping tables and laying out scenes needs, and the product does not."""


def pytest_configure() -> None:
    """What is imported now stays: the collector of garbage need not look for some of it that would go.

    No invented example is wrong because the machine was busy with other work while it was tried.
    """
    gc.disable()
    settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("busy")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys may speak to the server on this machine; nothing else speaks to anybody. What is long begins."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
    items.sort(key=_place)


def pytest_collection_finish() -> None:
    """What was imported stays: let the collector of garbage not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(100_000, 50, 50)


def pytest_unconfigure() -> None:
    """At the end everything may go."""
    gc.unfreeze()
    gc.enable()


def _place(item: pytest.Item) -> int:
    """When a test's turn comes: long ones that stay together, long ones, the others; so that no core waits long."""
    together = shares(item.nodeid.split("::")[0])
    if item.get_closest_marker("long") or item.get_closest_marker("browser"):
        return 0 if together else 1
    return 2 if together else 3


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Spread tests over the workers one by one, but keep those together that share something dear to make."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            together = next((folder for folder in ONE_BANK if file.startswith(f"{folder}/")), file)
            return together if shares(file) else nodeid

    config.option.loadscopereorder = False  # they come in the order of _place
    return Together(config, log)


@cache
def shares(file: str) -> bool:
    """Whether the tests of a file share a fixture made once: one of its own, or one of its folder."""
    beside = [] if "journeys" in file else [(ROOT / file).with_name("conftest.py")]
    told = [each.read_text(encoding="utf-8") for each in (ROOT / file, *beside) if each.exists()]
    return any('scope="module"' in text or 'scope="session"' in text for text in told)


def pytest_terminal_summary(terminalreporter) -> None:
    """Say it loudly when nobody looked at the pages."""
    if os.environ.get("GUANHU_NO_BROWSER"):
        terminalreporter.write_sep("!", "WITHOUT A BROWSER: no journey was walked", red=True, bold=True)


@pytest.fixture(scope="session", autouse=True)
def shipped_files_read_once() -> Iterator[None]:
    """Every browser of a test begins a site of its own; the files it ships are the same, and looked through once."""
    from whitenoise.base import WhiteNoise

    look_through, known = WhiteNoise.update_files_dictionary, {}

    def once(site: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in known:
            before = dict(site.files)
            look_through(site, root, prefix)
            known[root, prefix] = {url: file for url, file in site.files.items() if before.get(url) is not file}
        site.files.update(known[root, prefix])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(WhiteNoise, "update_files_dictionary", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def loops_compiled_once() -> Iterator[None]:
    """In a fresh checkout one worker compiles, the others take what it kept."""
    with compiled_once():
        yield


# ---------------------------------------------------------------- the database


@pytest.fixture(scope="session", autouse=True)
def statements_stay_planned() -> Iterator[None]:
    """What a test did is taken back, and its questions stay planned as they do in a morning of commits.

    The driver forgets them with every rollback, lest a table was made in it; tests make none that pages ask.
    """
    from psycopg._preparing import PrepareManager

    discarding = re.compile(rb"^(?:DROP|ALTER|DISCARD ALL|DEALLOCATE ALL)\b").match
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(PrepareManager._should_discard, "__defaults__", (discarding,))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """The embedded server of the tests: started by the first who needs it, stopped by the last."""
    server = postgres.ensure_running(VAR, FAST)
    yield server
    server.leave()


@pytest.fixture(scope="session")
def django_db_setup(
    postgres_server: postgres.Server, django_db_blocker: pytest.FixtureRequest, worker_id: str
) -> Iterator[None]:
    """A database of this worker's own, copied from the migrated template."""
    from django.db import connections
    from django.test import TransactionTestCase

    connection = connections["default"]
    shipped = connection.settings_dict["NAME"]
    own = f"t_{os.getpid()}_{worker_id}"
    with _admin(postgres_server) as admin:
        admin.execute("select pg_advisory_lock(5203001)")
        _sweep(admin)
        template = _template(admin, django_db_blocker)
        _fill_nothing_anew()
        admin.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(own), sql.Identifier(template)
            )
        )
        admin.execute("select pg_advisory_unlock(5203001)")
    connection.close()
    connection.settings_dict["NAME"] = own
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", lambda _: _sweep_tables(postgres_server))
        yield
    with django_db_blocker.unblock():
        connections.close_all()
    connection.settings_dict["NAME"] = shipped
    _drop(postgres_server, own)


def _sweep_tables(server: postgres.Server) -> None:
    """What a test committed goes, as Django would have it go."""
    from django.db import connection

    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    emptied(server, connection.settings_dict["NAME"], tables)


def _fill_nothing_anew() -> None:
    """Emptied tables stay empty: nobody here asks Django's own for kinds of content and permissions."""
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db.models.signals import post_migrate

    assert post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    assert post_migrate.disconnect(create_contenttypes)


def _drop(server: postgres.Server, name: str, patience: float = 20.0) -> None:
    """Drop a worker's database; whoever sweeps it at this moment for the server itself is waited for.

    One that stays busy is left to the next run.
    """
    until = time.monotonic() + patience
    with _admin(server) as admin:
        while True:
            try:
                admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
                return
            except psycopg.errors.InsufficientPrivilege:
                if time.monotonic() > until:
                    return
                time.sleep(0.2)


def _sweep(admin: psycopg.Connection) -> None:
    """Drop what workers that are gone have left."""
    for (name,) in admin.execute("select datname from pg_database where datname ~ '^t_[0-9]+_'").fetchall():
        if not Path(f"/proc/{name.split('_')[1]}").exists():
            with contextlib.suppress(psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidCatalogName):
                admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def database_url(postgres_server: postgres.Server, transactional_db: None) -> str:
    """The address of this worker's database for a child process: a server, a command."""
    from django.db import connection

    return postgres_server.url(connection.settings_dict["NAME"])


def _admin(server: postgres.Server) -> psycopg.Connection:
    return psycopg.connect(
        host=str(server.socket), port=postgres.PORT, user=postgres.OWNER, dbname=postgres.DATABASE, autocommit=True
    )


def _template(admin: psycopg.Connection, blocker: pytest.FixtureRequest) -> str:
    """The name of the migrated database for today's migration files, made if nobody has."""
    name = f"tmpl_{migrations_digest()}"
    if admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
        return name
    from django.core.management import call_command
    from django.db import connections

    from guanhu.cli.bank import give_rights
    from guanhu.cli.database import as_login

    building, connection = f"{name}_building", connections["default"]
    admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(building)))
    admin.execute(sql.SQL("create database {}").format(sql.Identifier(building)))
    shipped = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = building
    try:
        with blocker.unblock(), as_login(VAR, "owner"):
            call_command("migrate", verbosity=0, interactive=False)
            give_rights()
            with connection.cursor() as cursor:
                cursor.execute(TESTS_OWN)
    finally:
        connection.settings_dict["NAME"] = shipped
    admin.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(building), sql.Identifier(name)))
    known = admin.execute("select datname from pg_database where datname ~ '^tmpl_[0-9a-f]+$' order by oid desc")
    for (old,) in known.fetchall()[KEPT_TEMPLATES:]:
        admin.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(old)))
    return name


def migrations_digest() -> str:
    """A name for what the migrations and rights say: ours by their text, those of libraries by their version."""
    import django

    told = hashlib.sha256(f"{sys.version_info[:2]} {django.VERSION} {TESTS_OWN}".encode())
    for file in sorted([*(ROOT / "guanhu").rglob("migrations/*.py"), *(ROOT / "guanhu").rglob("sql/*.sql")]):
        told.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return told.hexdigest()[:16]


# ---------------------------------------------------------------- folders


@pytest.fixture
def sql_anew() -> Iterator[None]:
    """For a test that breaks who may see what: questions are put into SQL anew, and what it made of them is forgotten.

    To be named before whatever takes the break back.
    """
    from guanhu.apps.people.compiled import ALL

    kept = [(question, question._known) for question in ALL]
    for question, _known in kept:
        question._known = {}
    yield
    for question, known in kept:
        question._known = known


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real bank's books: GUANHU_DATA, else beside the checkout; skipped where there is none."""
    folder = Path(os.environ.get("GUANHU_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "berka").is_dir():
        pytest.skip("real data absent: set GUANHU_DATA to the folder that holds berka/")
    return folder


@pytest.fixture
def lake(tmp_path: Path):
    """An empty lake of this test's own."""
    from guanhu.engine.lake import Lake

    return Lake(tmp_path / "lake")


@pytest.fixture(scope="session")
def gate_share() -> float:
    """How much of a long gate is run: all of it before a release, a tenth in the usual run."""
    share = {"full": 1.0, "tenth": 0.1}
    asked = os.environ.get("GUANHU_GATES", "tenth")
    if asked not in share:
        pytest.fail(f"GUANHU_GATES is one of {sorted(share)}, not {asked!r}")
    return share[asked]
