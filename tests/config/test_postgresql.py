"""Numbers travel to the database whole, and what is asked all day is answered as the driver answers."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import product
from uuid import UUID

import psycopg
import pytest
from django.db import DataError, OperationalError, ProgrammingError, connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test.utils import CaptureQueriesContext
from psycopg.types.json import Jsonb
from psycopg.types.numeric import Int8

from guanhu.config.postgresql.base import _numbered

pytestmark = pytest.mark.django_db
LONG = 2721428688803729321


def came_back(value: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute("select %s", [value])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("kind", ["SmallIntegerField", "IntegerField", "PositiveIntegerField", "BigIntegerField"])
@pytest.mark.parametrize("number", [0, 7, -1, 2**15, -(2**15) - 1, 2**31, -(2**31) - 1, LONG])
def test_a_number_is_the_same_there(number: int, kind: str):
    assert came_back(connection.ops.adapt_integerfield_value(number, kind)) == number


def test_as_django_sends_it_a_long_number_is_cut_and_this_is_noticed():
    assert came_back(DatabaseOperations(connection).adapt_integerfield_value(LONG, "IntegerField")) != LONG


# ---------------------------------------------------------------- asked all day

NOON = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
VALUES: tuple[tuple[str, object], ...] = (
    ("text", "%s %% $1 ' 赵桂芳"), ("text", None), ("bigint", Int8(LONG)), ("int", 7), ("int", None), ("bool", True),
    ("date", date(2026, 3, 3)), ("timestamptz", NOON), ("time", time(9, 30)), ("numeric", Decimal("1.50")),
    ("uuid", UUID(int=7)), ("bytea", b"\0\xff"), ("bigint[]", [1, 2]), ("jsonb", Jsonb({"天": [1, None]})),
)  # fmt: skip


def by_the_driver(sql: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
    with connection.create_cursor() as cursor:
        return cursor.execute(sql, values).fetchall()


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_what_is_asked_often_is_answered_as_the_driver_answers(kind: str, value: object):
    sql, values = f"select %s::{kind}, '100%%', generate_series(1, 3)", (value,)
    with transaction.atomic():
        told = [connection.ask(sql, values) for _ in range(4)]
        assert told == [by_the_driver(sql, values)] * 4
        assert [list(map(type, row)) for row in told[3]] == [list(map(type, row)) for row in told[0]]


def test_values_of_other_kinds_are_asked_with_as_well():
    with transaction.atomic():
        for value in (1, 1, None, 2**40, 1, None, 2**40, -3):
            assert connection.ask("select %s::bigint, now() is not null", (value,)) == [(value, True)]
        assert [connection.ask("select 5", ()) for _ in range(4)] == [[(5,)]] * 4


def test_an_error_is_told_by_its_own_name_and_the_question_goes_on_afterwards():
    with transaction.atomic():
        for value in (1, 2, 0, 4, 0, 3):
            try:
                with transaction.atomic():
                    assert connection.ask("select 12 / %s::int", (value,)) == [(12 // value,)]
            except DataError:
                assert value == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            connection.ask("select 1 from nowhere where 1 = %s::int", (1,))


def test_a_statement_that_could_not_be_prepared_is_prepared_the_next_time():
    sql = "select id from later_made where id = %s::int"
    with transaction.atomic():
        for _ in range(3):
            with pytest.raises(ProgrammingError), transaction.atomic():
                connection.ask(sql, (1,))
        with connection.cursor() as cursor:
            cursor.execute("create temporary table later_made as select 1 as id")
        assert [connection.ask(sql, (1,)) for _ in range(3)] == [[(1,)]] * 3
        transaction.set_rollback(True)


def test_nothing_that_was_read_is_kept_for_the_next_question():
    sql = "select 'told'"
    with transaction.atomic():
        often(sql, ())
        assert connection._known[sql]._read.pgresult is None


def often(sql: str, values: tuple[object, ...], times: int = 3) -> list[list[tuple[object, ...]]]:
    return [connection.ask(sql, values) for _ in range(times)]


def ended_by(other: str) -> None:
    """Ask often, have the connection ended by another one or by the question itself, and ask again."""
    often("select %s::int", (1,))
    ask = "select pg_terminate_backend(%s)"
    if other:
        with psycopg.connect(connection.connection.info.dsn, autocommit=True) as night:
            night.execute(f"{other}(%s, 5000)", [connection.connection.info.backend_pid])
    else:
        often(ask, (connection.connection.info.backend_pid,))
    connection.ask("select %s::int", (1,))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["", "select pg_terminate_backend"])
def test_a_connection_that_died_is_told_as_such(other: str):
    with pytest.raises(OperationalError), transaction.atomic():
        ended_by(other)
    connection.close()
    with transaction.atomic():
        assert often("select %s::int", (1,)) == [[(1,)]] * 3


def test_what_is_rolled_back_takes_what_was_prepared_along():
    with transaction.atomic():
        for _ in range(3):
            often("select 3, %s::int", (1,))
            with connection.cursor() as cursor:
                for n in range(4):
                    cursor.execute("select 4, %s::int", [n])  # so that the driver has something of its own to let go of
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                _ = 1 / 0
        assert often("select 3, %s::int", (1,)) == [[(3, 1)]] * 3
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _ = 1 / len(often("select 3, %s::int", (1,))[0][1:])
    with transaction.atomic():
        assert often("select 3, %s::int", (1,)) == [[(3, 1)]] * 3


LETTING_GO = ("drop table if exists nowhere", "alter table if exists nowhere add x int",
              "rollback to savepoint here", "drop type if exists nothing")  # fmt: skip


@pytest.mark.parametrize(("said", "own"), [*product(LETTING_GO, (0, 5)), ("deallocate all", 5)])
def test_what_the_driver_lets_go_of_is_prepared_anew(said: str, own: int):
    with transaction.atomic(), connection.cursor() as cursor:
        for _ in range(3):
            cursor.execute("savepoint here")
            often("select 6, %s::int", (1,))
            for n in range(own):
                cursor.execute("select 4, %s::int", [n])
            cursor.execute(said)
            assert often("select 6, %s::int", (1,)) == [[(6, 1)]] * 3
        cursor.execute("select count(*) from pg_prepared_statements where name like 'guanhu%%'")
        assert cursor.fetchone() == (1,)


def test_what_somebody_let_go_of_unseen_is_found_missing_once():
    with transaction.atomic():
        often("select 6, %s::int", (1,))
        connection.connection.pgconn.exec_(b"deallocate all")
        with pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
            connection.ask("select 6, %s::int", (1,))
        assert often("select 6, %s::int", (1,)) == [[(6, 1)]] * 3


def test_where_a_pool_cannot_keep_statements_nothing_is_prepared(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {})
    with transaction.atomic():
        assert [connection.ask("select 8, %s::int", (1,)) for _ in range(4)] == [[(8, 1)]] * 4
        assert "select 8, %s::int" not in connection._known


@pytest.mark.django_db(transaction=True)
def test_what_is_asked_first_begins_the_transaction_it_belongs_to():
    put = "insert into django_session (session_key, session_data, expire_date) values (%s, '', now()) returning 1"
    held = "select count(*) from django_session where session_key = %s"
    for _ in range(4):
        with transaction.atomic():
            assert connection.ask(put, ("kept",)) == [(1,)]
            transaction.set_rollback(True)
        assert connection.ask(held, ("kept",)) == [(0,)]
    for n in range(4):
        with transaction.atomic():
            connection.ask(put, (f"kept {n}",))
        assert connection.ask(held, (f"kept {n}",)) == [(1,)]


def test_whoever_listens_hears_what_is_asked():
    with transaction.atomic():
        often("select 9, %s::int", (1,))
        with CaptureQueriesContext(connection) as heard:
            often("select 9, %s::int", (1,))
    assert len(heard) == 3


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("select %s", "select $1"),
        ("a like '%%s' and b = %s and c % 2", "a like '%s' and b = $1 and c % 2"),
        ("%s, %s%%", "$1, $2%"),
    ],
)
def test_the_places_of_a_statement_are_numbered_and_its_own_signs_kept(said: str, told: str):
    assert _numbered(said) == told
