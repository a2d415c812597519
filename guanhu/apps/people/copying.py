"""Many rows into a table at once: COPY straight in, or COPY beside and merge by a unique key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, models
from psycopg import sql

from guanhu.apps.people.errors import Refused
from guanhu.apps.people.vault import LookupField, SealedField, hashes_of

Rows = Iterable[Mapping[str, Any]]


def first_sentence(error: BaseException) -> str:
    """What an error says without quoting a row: the database's first sentence, our own words, else its kind."""
    said: str | None = getattr(getattr(error.__cause__, "diag", None), "message_primary", None)
    ours = isinstance(error, Refused) or (isinstance(error, DatabaseError) and error.__cause__ is None)
    return said or (str(error) if ours else type(error).__name__)


@contextmanager
def _without_values() -> Iterator[None]:
    """A refusal of the database in its first sentence alone: what follows would quote the row, and so a person."""
    try:
        with connection.wrap_database_errors:
            yield
    except DatabaseError as error:
        raise type(error)(first_sentence(error)) from None


def _columns(model: type[models.Model], fields: Sequence[str]) -> list[models.Field[Any, Any]]:
    """The concrete fields named by their column names (``keeper_id``, not ``keeper``), with the hashes beside them."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    return [*(by_name[name] for name in fields), *(found for name in fields for found in hashes_of(model, name))]


def _writer(field: models.Field[Any, Any]) -> Callable[[Mapping[str, Any]], Any]:
    """How a field's value is made of a whole row: a sealed one is bound to its row, a hash is made of its number."""
    if isinstance(field, SealedField | LookupField):
        return field.writer()
    return lambda row: field.get_prep_value(row.get(field.attname))


def _names(columns: Sequence[models.Field[Any, Any]]) -> sql.Composed:
    """The columns, with commas."""
    return _list(sql.Identifier(str(field.column)) for field in columns)


def _list(parts: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(parts)


def _copy(table: sql.Identifier, columns: Sequence[models.Field[Any, Any]], rows: Rows) -> int:
    """Send the rows; values pass each field's own preparation (a sealed field seals)."""
    names = _names(columns)
    prepared = [_writer(field) for field in columns]
    count = 0
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table, names)
    with _without_values(), connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([prepare(row) for prepare in prepared])
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
    key: Sequence[str],
    among: Mapping[str, str] | None = None,
    keep: Sequence[str] = (),
    if_named: Sequence[str] = (),
    settled: Mapping[str, str] | None = None,
    replace: bool = False,
) -> int:
    """Add new rows and change those that differ; returns how many rows came. The same rows twice change nothing.

    ``key`` is what makes a row the same, ``among`` which rows of the table are meant (a column and its value) ·
    ``keep`` fields are written once and never changed · ``if_named`` fields stay ours where theirs is empty, and
    where a row of ours is as in ``settled`` (a column and its value) ·
    ``replace``: rows that are meant and did not come are deleted. A row that stays as it is is not even locked, so
    that people go on working meanwhile. Raises IntegrityError when a key comes twice.
    """
    beside = sql.Identifier(f"come_{model._meta.db_table}")
    merge = _Merge(sql.Identifier(model._meta.db_table), beside, _columns(model, fields), key, among or {})
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(beside))
        cursor.execute(merge.make_beside())
    count = _copy(beside, merge.columns, rows)
    changing = [field for field in merge.columns if field.attname not in {*key, *merge.among, *keep}]
    with _without_values(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE UNIQUE INDEX ON {} ({})").format(beside, _list(map(sql.Identifier, key))))
        if replace:
            cursor.execute(merge.delete_absent())
        if changing:
            cursor.execute(merge.change(changing, if_named, settled or {}))
        cursor.execute(merge.add())
        cursor.execute(sql.SQL("DROP TABLE {}").format(beside))
    return count


@dataclass(frozen=True)
class _Merge:
    """The statements of one merge: a table, the rows beside it, and when two rows are the same."""

    target: sql.Identifier
    beside: sql.Identifier
    columns: Sequence[models.Field[Any, Any]]
    key: Sequence[str]
    among: Mapping[str, str]

    def make_beside(self) -> sql.Composed:
        """A table beside, of the same columns, gone with the transaction."""
        return sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            self.beside, _names(self.columns), self.target
        )

    def _meant(self) -> sql.Composed:
        """Of the table's rows, those that are meant."""
        wanted = [self._of(self.target, name) + sql.SQL(" = ") + sql.Literal(it) for name, it in self.among.items()]
        return sql.SQL(" AND ").join([sql.SQL("TRUE"), *wanted])

    def _same(self) -> sql.Composed:
        """A row of the table that is meant and has the key of a row beside."""
        pairs = [self._of(self.target, name) + sql.SQL(" = ") + self._of(self.beside, name) for name in self.key]
        return sql.SQL(" AND ").join([*pairs, self._meant()])

    @staticmethod
    def _of(table: sql.Identifier, name: str) -> sql.Composed:
        return sql.SQL("{}.{}").format(table, sql.Identifier(name))

    def delete_absent(self) -> sql.Composed:
        """Delete what is meant and did not come."""
        return sql.SQL("DELETE FROM {} WHERE {} AND NOT EXISTS (SELECT 1 FROM {} WHERE {})").format(
            self.target, self._meant(), self.beside, self._same()
        )

    def change(
        self, changing: Sequence[models.Field[Any, Any]], if_named: Sequence[str], settled: Mapping[str, str],
    ) -> sql.Composed:  # fmt: skip
        """Change the rows that differ, and no other."""
        names = [str(field.column) for field in changing]
        ours_else = {str(field.column) for field in changing if field.attname in if_named}
        old = [self._of(self.target, name) for name in names]
        come = [self._of(self.beside, name) for name in names]
        ours = [self._of(self.target, name) + sql.SQL(" = ") + sql.Literal(it) for name, it in settled.items()]
        stays = sql.SQL(" AND ").join([sql.SQL("TRUE"), *ours]) if settled else sql.SQL("FALSE")
        new = [
            sql.SQL("CASE WHEN {} THEN {} ELSE COALESCE({}, {}) END").format(stays, mine, theirs, mine)
            if name in ours_else
            else theirs
            for name, mine, theirs in zip(names, old, come, strict=True)
        ]
        sets = [sql.Identifier(name) + sql.SQL(" = ") + value for name, value in zip(names, new, strict=True)]
        return sql.SQL("UPDATE {} SET {} FROM {} WHERE {} AND ({}) IS DISTINCT FROM ({})").format(
            self.target, _list(sets), self.beside, self._same(), _list(old), _list(new)
        )

    def add(self) -> sql.Composed:
        """Add the rows that are not there yet."""
        names = _names(self.columns)
        return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} WHERE NOT EXISTS (SELECT 1 FROM {} WHERE {})").format(
            self.target, names, names, self.beside, self.target, self._same()
        )
