"""Many rows into a table at once: COPY straight in, or COPY beside and merge by a unique key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, models
from psycopg import sql

Rows = Iterable[Mapping[str, Any]]


@contextmanager
def _without_values() -> Iterator[None]:
    """A refusal of the database in its first sentence alone: what follows would quote the row, and so a person."""
    try:
        with connection.wrap_database_errors:
            yield
    except DatabaseError as error:
        first = getattr(getattr(error.__cause__, "diag", None), "message_primary", None)
        raise type(error)(first or type(error).__name__) from None


def _columns(model: type[models.Model], fields: Sequence[str]) -> list[models.Field[Any, Any]]:
    """The concrete fields named by their column names (``keeper_id``, not ``keeper``)."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    return [by_name[name] for name in fields]


def _names(columns: Sequence[models.Field[Any, Any]]) -> sql.Composed:
    """The columns, with commas."""
    parts: list[sql.Composable] = [_name(field) for field in columns]
    return sql.SQL(", ").join(parts)


def _name(field: models.Field[Any, Any]) -> sql.Identifier:
    return sql.Identifier(str(field.column))


def _copy(table: sql.Identifier, columns: Sequence[models.Field[Any, Any]], rows: Rows) -> int:
    """Send the rows; values pass each field's own preparation (a sealed field seals)."""
    names = _names(columns)
    prepared = [(field.attname, field.get_prep_value) for field in columns]
    count = 0
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table, names)
    with _without_values(), connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([prepare(row.get(name)) for name, prepare in prepared])
            count += 1
    return count


def copy_in(model: type[models.Model], fields: Sequence[str], rows: Rows) -> int:
    """Add the rows as they are; returns how many. JSON columns take JSON text."""
    return _copy(sql.Identifier(model._meta.db_table), _columns(model, fields), rows)


def replace_in(
    model: type[models.Model], fields: Sequence[str], rows: Rows, *, where: str, values: Sequence[Any]
) -> int:
    """Delete the rows that meet the condition, then add these; returns how many. Twice is once."""
    target = sql.Identifier(model._meta.db_table)
    with connection.cursor() as cursor:
        gone = sql.SQL("DELETE FROM {} WHERE {}").format(target, sql.SQL(where))
        cursor.execute(gone, values)
    return copy_in(model, fields, rows)


def merge_in(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Rows,
    *,
    on: str,
    keep: Sequence[str] = (),
    mine_first: Sequence[str] = (),
    replace: str = "",
) -> int:
    """Add new rows and change those that differ; returns how many rows came.

    ``on`` is the unique key as SQL writes it · ``keep`` fields are written once and never changed · ``mine_first``
    fields are changed only where ours is empty · ``replace`` is a condition: rows of the table that meet it and did
    not come are deleted. The same rows twice change nothing.
    """
    columns = _columns(model, fields)
    target, beside = sql.Identifier(model._meta.db_table), sql.Identifier(f"come_{model._meta.db_table}")
    with connection.cursor() as cursor:
        names = _names(columns)
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(beside))
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                beside, names, target
            )
        )
    count = _copy(beside, columns, rows)
    with _without_values(), connection.cursor() as cursor:
        if replace:
            cursor.execute(_delete_absent(target, beside, on, replace))
        cursor.execute(_merge(target, beside, columns, on, keep, mine_first))
        cursor.execute(sql.SQL("DROP TABLE {}").format(beside))
    return count


def _delete_absent(target: sql.Identifier, beside: sql.Identifier, on: str, replace: str) -> sql.Composed:
    """Delete what meets the condition and did not come."""
    names = [part.strip() for part in on.split(")")[0].strip("( ").split(",")]
    same = sql.SQL(" AND ").join(
        sql.SQL("{}.{} = {}.{}").format(beside, sql.Identifier(name), target, sql.Identifier(name)) for name in names
    )
    return sql.SQL("DELETE FROM {} WHERE {} AND NOT EXISTS (SELECT 1 FROM {} WHERE {})").format(
        target, sql.SQL(replace), beside, same
    )


def _merge(
    target: sql.Identifier,
    beside: sql.Identifier,
    columns: Sequence[models.Field[Any, Any]],
    on: str,
    keep: Sequence[str],
    mine_first: Sequence[str],
) -> sql.Composed:
    """INSERT … ON CONFLICT: only rows that differ are written."""
    names = _names(columns)
    changing = [field for field in columns if field.attname not in keep]
    if not changing:
        action: sql.Composable = sql.SQL("DO NOTHING")
    else:
        old: list[sql.Composable] = [sql.SQL("{}.{}").format(target, _name(field)) for field in changing]
        new: list[sql.Composable] = [
            sql.SQL("COALESCE({}, excluded.{})").format(mine, _name(field))
            if field.attname in mine_first
            else sql.SQL("excluded.{}").format(_name(field))
            for field, mine in zip(changing, old, strict=True)
        ]
        both = zip(changing, new, strict=True)
        sets: list[sql.Composable] = [sql.SQL("{} = {}").format(_name(field), value) for field, value in both]
        action = sql.SQL("DO UPDATE SET {} WHERE ({}) IS DISTINCT FROM ({})").format(
            sql.SQL(", ").join(sets), sql.SQL(", ").join(old), sql.SQL(", ").join(new)
        )
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT {} {}").format(
        target,
        names,
        names,
        beside,
        sql.SQL(on),
        action,
    )
