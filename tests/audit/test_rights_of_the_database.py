"""Whoever pages and night are in the database: records go in by the one function, and none can be touched after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from psycopg import errors

from tests.audit.conftest import Login

pytestmark = pytest.mark.slow
TABLES = ("audit_entry", "audit_chain", "audit_seal")
READERS = ("guanhu_own", "guanhu_area", "guanhu_one", "guanhu_self", "guanhu_staff", "guanhu_feeds", "guanhu_auditor")
GUISES = [("guanhu_app", ""), ("guanhu_night", ""), *(("guanhu_app", role) for role in READERS)]
RECORD = '{{"action":"reveal","actor":"{actor}","at":"2026-11-24T02:00:00.000000Z","v":1}}'
BENDING = (
    "insert into {table} select * from {table}",
    "insert into {table} select (jsonb_populate_record(null::{table}, '{{}}')).*",
    "update {table} set {column} = {column}",
    "delete from {table}",
    "truncate {table}",
    "drop table {table}",
    "alter table {table} add column more int",
    "alter table {table} disable row level security",
    "alter table {table} owner to current_user",
    "create rule hide as on insert to {table} do instead nothing",
    "create trigger hide before insert on {table} for each row execute function suppress_redundant_updates_trigger()",
    "create policy more on {table} using (true)",
)
FUNCTIONS = (
    "create or replace function public.audit_append(chain text, record text) returns bigint language sql as 'select 1'",
    "drop function public.audit_append(text, text)",
    "alter function public.audit_append(text, text) owner to current_user",
    "alter function public.audit_append(text, text) set search_path = public",
    "set role guanhu_audit",
    "set role guanhu_owner",
    "set session_replication_role = replica",
)
COLUMN = {"audit_entry": "record", "audit_chain": "seq", "audit_seal": "text"}


@pytest.fixture(autouse=True)
def rights_as_shipped(login: Login) -> Iterator[None]:
    """The tests' own sweeping between tests needs a right that the product does not give."""
    admin, tables = login("postgres"), ", ".join(TABLES)
    admin.execute(f"revoke truncate on {tables} from guanhu_night")
    yield
    admin.execute(f"grant truncate on {tables} to guanhu_night")


def attempts() -> list[str]:
    """Everything that is tried."""
    made = [one.format(table=table, column=COLUMN[table]) for table in TABLES for one in BENDING]
    return [*made, *FUNCTIONS]


def let_through(db: psycopg.Connection[Any]) -> list[str]:
    """Which attempts the database does not refuse."""
    done = []
    for attempt in attempts():
        try:
            with db.transaction(force_rollback=True):
                db.execute(attempt)
            done.append(attempt)
        except errors.InsufficientPrivilege:
            pass
        except psycopg.Error:
            done.append(attempt)
    return done


def as_guise(login: Login, user: str, role: str) -> psycopg.Connection[Any]:
    db = login(user)
    if role:
        db.execute(f"set role {role}")
    return db


@pytest.mark.parametrize(("user", "role"), GUISES)
def test_no_login_and_no_reader_can_bend_the_trail(login, user, role):
    db = as_guise(login, user, role)
    assert db.execute("select audit_append('B1', %s)", [RECORD.format(actor="S01")]).fetchone() == (1,)
    assert db.execute("select current_user").fetchone() == (role or user,)
    assert let_through(db) == []


@pytest.mark.parametrize(
    ("loosened", "attempt"),
    [
        ("grant select, update on audit_chain to guanhu_app", "update audit_chain set seq = seq"),
        ("grant select, insert on audit_entry to guanhu_app", "insert into audit_entry select * from audit_entry"),
        ("alter table audit_entry owner to guanhu_app", "drop table audit_entry"),
        ("grant guanhu_audit to guanhu_app", "set role guanhu_audit"),
        ("grant truncate on audit_seal to guanhu_app", "truncate audit_seal"),
    ],
)  # fmt: skip
def test_a_right_too_many_is_found(login, loosened, attempt):
    admin = login("postgres")
    with admin.transaction(force_rollback=True):
        admin.execute(loosened)
        admin.execute("set local session authorization guanhu_app")
        assert attempt in let_through(admin)


@pytest.mark.parametrize(("user", "role"), GUISES)
def test_nobody_can_give_away_rights_on_the_trail(login, user, role):
    db = as_guise(login, user, role)
    asked = "select relname, relacl::text from pg_class where relname = any(%s) order by relname"
    before = db.execute(asked, [list(TABLES)]).fetchall()
    for table in TABLES:
        with suppress(errors.InsufficientPrivilege):
            db.execute(f"grant all on {table} to guanhu_app")
    assert db.execute(asked, [list(TABLES)]).fetchall() == before


def test_only_the_night_may_seal(login):
    for user, role in GUISES:
        db = as_guise(login, user, role)
        with db.transaction(force_rollback=True):
            if user == "guanhu_night":
                db.execute("select audit_seal(1, now(), 'x', '\\x00', 'k')")
            else:
                with pytest.raises(errors.InsufficientPrivilege):
                    db.execute("select audit_seal(1, now(), 'x', '\\x00', 'k')")


def test_a_seal_out_of_turn_is_refused(login):
    with pytest.raises(errors.CheckViolation):
        login("guanhu_night").execute("select audit_seal(2, now(), 'x', '\\x00', 'k')")


def test_the_auditor_reads_all_and_others_what_they_did(login):
    admin = login("postgres")
    for actor in ("S01", "S02", "S02"):
        admin.execute("select audit_append('B1', %s)", [RECORD.format(actor=actor)])
    seen = {}
    for user, role in GUISES:
        db = as_guise(login, user, role)
        db.execute("select set_config('app.staff', 'S02', false)")
        try:
            seen[role or user] = db.execute("select count(*) from audit_entry").fetchone()[0]
        except errors.InsufficientPrivilege:
            seen[role or user] = None
    assert seen.pop("guanhu_auditor") == 3
    assert seen.pop("guanhu_night") == 3
    assert seen.pop("guanhu_app") is None
    assert set(seen.values()) == {2}


def test_without_a_context_a_reader_sees_no_record(login):
    db = as_guise(login, "guanhu_app", "guanhu_own")
    db.execute("select audit_append('B1', %s)", [RECORD.format(actor="")])
    assert db.execute("select count(*) from audit_entry").fetchone() == (0,)


def test_the_function_is_not_led_astray_by_tables_and_functions_of_the_same_name(login):
    db = login("guanhu_night")
    db.execute("create temporary table audit_chain (chain text, seq bigint, hash bytea)")
    db.execute("create temporary table audit_entry (chain text)")
    db.execute("set search_path = pg_temp, public, pg_catalog")
    assert db.execute("select public.audit_append('B1', %s)", [RECORD.format(actor="S01")]).fetchone() == (1,)
    assert db.execute("select count(*) from pg_temp.audit_entry").fetchone() == (0,)
    assert db.execute("select count(*) from public.audit_entry").fetchone() == (1,)


@pytest.mark.parametrize(
    ("chain", "record"),
    [
        ("", RECORD.format(actor="S01")),
        (None, RECORD.format(actor="S01")),
        ("B1\n2", RECORD.format(actor="S01")),
        ("B" * 41, RECORD.format(actor="S01")),
        ("B1", RECORD.format(actor="S01") + "\n"),
        ("B1", "[1]"),
        ("B1", None),
        ("B1", '{"at":"2026-11-24T02:00:00Z"}'),
        ("B1", '{"action":"reveal"}'),
        ("B1", '{"action":"reveal","at":"soon"}'),
        ("B1", "no json"),
    ],
)
def test_what_is_no_record_is_refused_and_leaves_no_gap(login, chain, record):
    db = login("guanhu_app")
    with pytest.raises((errors.CheckViolation, errors.DataError)):
        db.execute("select audit_append(%s, %s)", [chain, record])
    assert db.execute("select audit_append('B1', %s)", [RECORD.format(actor="S01")]).fetchone() == (1,)
