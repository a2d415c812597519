"""Turning the key: what lies sealed is opened and sealed again with the newest key, some hundred rows at a time.

Readers are never held up: a row is changed whole, and every key still opens what it sealed. A run that was killed goes
on where it stopped, because what is left says so itself. Rows somebody is writing are come back to. Reliability C2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from guanhu.apps.people import vault
from guanhu.apps.people.keyring import NONCE_BYTES, Key, KeyMissing, ring
from guanhu.apps.people.vault import HEAD, SealBroken, SealedField

BATCH = 500
FIRST_KEY = 1
PASSES = 20
"""How often rows that somebody was writing are come back to."""


@dataclass(frozen=True)
class Lookup:
    """A column of keyed hashes: of which sealed column, in which form."""

    column: str
    of: str
    form: str


@dataclass(frozen=True)
class SealedTable:
    """A table with sealed columns, each with the columns of its row; told by names alone, for migrations too."""

    table: str
    key: str
    rows: dict[str, tuple[str, ...]]
    """Sealed column → the columns that tell its row."""
    lookups: tuple[Lookup, ...] = ()
    label: str = ""
    """How the first form named the record: ``customers.Customer``; empty where that form was never used."""


@dataclass(frozen=True)
class Progress:
    """How far one table is: rows done, rows left, and rows that no key opens where they lie."""

    table: str
    done: int
    left: int
    broken: int


def sealed_tables() -> list[SealedTable]:
    """Every table with sealed columns, as the records declare them."""
    found = []
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
        if fields and model._meta.managed and not model._meta.proxy:
            beside = [look for field in fields for look in vault.hashes_of(model, field.name)]
            lookups = tuple(Lookup(str(look.column), look.of, look.form) for look in beside)
            rows = {str(field.column): field.row for field in fields}
            found.append(SealedTable(model._meta.db_table, str(model._meta.pk.column), rows, lookups))
    return found


def keys_in_use() -> dict[str, dict[int | None, int]]:
    """Sealed values by column (``table.column``) and key number; null for what has no number."""
    found = {}
    with connection.cursor() as cursor:
        for one in sealed_tables():
            for column in one.rows:
                cursor.execute(
                    sql.SQL("SELECT substring({0} FOR %s), count(*) FROM {1} WHERE {0} IS NOT NULL GROUP BY 1").format(
                        sql.Identifier(column), sql.Identifier(one.table)
                    ),
                    [HEAD],
                )
                found[f"{one.table}.{column}"] = {_number(bytes(head)): count for head, count in cursor.fetchall()}
    return found


def _number(head: bytes) -> int | None:
    known = head[: len(vault.MARK)] == vault.MARK
    return int.from_bytes(head[len(vault.MARK) :], "big") if known else None


def reseal(
    tables: Sequence[SealedTable], *, first_form: bool = False, on_batch: Callable[[Progress], None] | None = None
) -> list[Progress]:
    """Seal everything with the newest key; where each table stands in the end. Killed and called again it goes on.

    ``first_form``: also open values of the form that was bound to the column alone, for the migration that ends it.
    What no key opens stays as it is and is counted.
    """
    return [_Resealing(one, ring().newest(), first_form).run(on_batch or (lambda said: None)) for one in tables]


@dataclass(frozen=True)
class _Resealing:
    """One table on its way to one key."""

    table: SealedTable
    key: Key
    first_form: bool

    def run(self, tell: Callable[[Progress], None]) -> Progress:
        done, left = 0, self._left()
        broken: set[Any] = set()
        for _ in range(PASSES):
            before = done
            for changed in self._pass(broken):
                done += changed
                left -= changed
                tell(Progress(self.table.table, done, left - len(broken), len(broken)))
            left = self._left()
            if left == len(broken) or done == before:
                break
        return Progress(self.table.table, done, left - len(broken), len(broken))

    def _left(self) -> int:
        """How many rows wait."""
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("SELECT count(*) FROM {} WHERE {}").format(sql.Identifier(self.table.table), self._waiting())
            )
            (left,) = cursor.fetchone()
        return int(left)

    def _waiting(self) -> sql.Composed:
        """The rows with a value that is not under this key."""
        head = sql.Literal(vault.head_of(self.key))
        parts = [
            sql.SQL("substring({} FOR {}) <> {}").format(sql.Identifier(column), sql.Literal(HEAD), head)
            for column in self.table.rows
        ]
        return sql.SQL("({})").format(sql.SQL(" OR ").join(parts))

    def _pass(self, broken: set[Any]) -> Iterator[int]:
        """All rows that wait, once, in the order of their key; after each batch how many were changed."""
        last: Any = None
        while True:
            with transaction.atomic(), connection.cursor() as cursor:
                rows = self._take(cursor, last)
                if not rows:
                    return
                last = rows[-1][0]
                changes = [change for row in rows if (change := self._change(row, broken))]
                self._write(cursor, changes)
            yield len(changes)

    def _names(self) -> list[str]:
        """The key, the columns of the rows, the sealed columns: each once."""
        of_rows = [name for names in self.table.rows.values() for name in names]
        return list(dict.fromkeys([self.table.key, *of_rows, *self.table.rows]))

    def _take(self, cursor: Any, last: Any) -> list[tuple[Any, ...]]:
        """The next rows that wait and that nobody is writing, held until they are changed."""
        key = sql.Identifier(self.table.key)
        after = sql.SQL("TRUE") if last is None else sql.SQL("{} > {}").format(key, sql.Literal(last))
        cursor.execute(
            sql.SQL("SELECT {} FROM {} WHERE {} AND {} ORDER BY {} LIMIT {} FOR NO KEY UPDATE SKIP LOCKED").format(
                sql.SQL(", ").join(map(sql.Identifier, self._names())),
                sql.Identifier(self.table.table),
                after,
                self._waiting(),
                key,
                sql.Literal(BATCH),
            )
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def _change(self, row: tuple[Any, ...], broken: set[Any]) -> list[Any] | None:
        """The row's new values: its key, its sealed columns, its hashes; null when one of them does not open."""
        told = dict(zip(self._names(), row, strict=True))
        texts, sealed = {}, []
        for column, names in self.table.rows.items():
            place = vault.place_of(self.table.table, column, [told[name] for name in names])
            try:
                texts[column] = self._open(told[column], column, place)
            except (SealBroken, KeyMissing):
                broken.add(told[self.table.key])
                return None
            text = texts[column]
            sealed.append(None if text is None else vault.seal(text, place, self.key))
        hashes = [vault.look(self.table.table, look.of, look.form, texts[look.of] or "") for look in self.table.lookups]
        return [told[self.table.key], *sealed, *hashes]

    def _open(self, raw: Any, column: str, place: bytes) -> str | None:
        if raw is None:
            return None
        try:
            return vault.unseal(bytes(raw), place)
        except (SealBroken, KeyMissing):
            if not self.first_form:
                raise
            return _unseal_first_form(bytes(raw), f"{self.table.label}.{column}")

    def _write(self, cursor: Any, changes: list[list[Any]]) -> None:
        names = [*self.table.rows, *(look.column for look in self.table.lookups)]
        if not changes:
            return
        sets = sql.SQL(", ").join(sql.SQL("{0} = new.{0}").format(sql.Identifier(name)) for name in names)
        cursor.execute(
            sql.SQL("UPDATE {} AS old SET {} FROM unnest(%s::bigint[]{}) AS new ({}) WHERE old.{} = new.{}").format(
                sql.Identifier(self.table.table), sets, sql.SQL(", %s::bytea[]") * len(names),
                sql.SQL(", ").join(map(sql.Identifier, [self.table.key, *names])),
                sql.Identifier(self.table.key), sql.Identifier(self.table.key),
            ),
            [list(column) for column in zip(*changes, strict=True)],
        )  # fmt: skip


def _unseal_first_form(raw: bytes, label: str) -> str:
    """Open a value of the first form: nonce and sealed bytes under key 1, bound to its column and to no row."""
    nonce, sealed = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
    try:
        return ring().key(FIRST_KEY).cipher.decrypt(nonce, sealed, label.encode()).decode()
    except (InvalidTag, ValueError):
        raise SealBroken(label) from None
