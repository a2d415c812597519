"""Records written all day: how one is put in is put into SQL once, as a question is (``compiled``). Decision 0023."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault
from psycopg import sql


def put_in(record: Model) -> None:
    """Write a new record, as ``save(force_insert=True)`` does; what the database itself gives is on it then.

    For records of one table none of whose values lies sealed. Nobody is told of it as a signal.
    """
    model, had = type(record), vars(record)
    fields = model._meta.concrete_fields
    given = [field.attname for field in fields if field.primary_key or isinstance(had[field.attname], DatabaseDefault)]
    if had[model._meta.pk.attname] is not None:
        raise ValueError(f"{model.__name__}: a new record has no key of its own yet")
    told, said = _insert(model, tuple(given))
    values = [field.get_db_prep_save(field.pre_save(record, add=True), connection) for field in told]
    database: Any = connection
    had.update(zip(given, database.ask(said, values)[0], strict=True))
    record._state.adding, record._state.db = False, connection.alias


@cache
def _insert(model: type[Model], given: Sequence[str]) -> tuple[list[Field[Any, Any]], str]:
    """The fields a record of this kind is written by, and the SQL; ``given``: what the database fills in."""
    meta = model._meta
    if meta.parents or any(hasattr(field, "get_placeholder") for field in meta.concrete_fields):
        raise TypeError(f"{model.__name__}: is not written here")
    told = [field for field in meta.concrete_fields if field.attname not in given]
    back = [field for field in meta.concrete_fields if field.attname in given]
    if any(field.get_db_converters(connection) for field in back):
        raise TypeError(f"{model.__name__}: what the database gives is not read here as it comes")
    into, out = (sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields) for fields in (told, back))
    places, table = sql.SQL(", ").join([sql.Placeholder()] * len(told)), sql.Identifier(meta.db_table)
    said = sql.SQL("insert into {} ({}) values ({}) returning {}").format(table, into, places, out)
    return told, said.as_string()
