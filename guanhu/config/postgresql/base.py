"""Django's own backend, but for two things: no number is sent too narrow, and every question stays prepared.

With statements that the database plans once (``cli/database.PREPARED``) every value travels with its type. Django calls
a bare number an ``integer``, and the driver would cut one of nineteen digits to its last ten without a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Any, cast

from django.db.backends.postgresql import base, operations
from psycopg._preparing import PrepareManager
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import InvalidSqlStatementName, OperationalError, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.types.numeric import Int8

LARGEST = {"SmallIntegerField": 1 << 15, "PositiveSmallIntegerField": 1 << 15,
           "IntegerField": 1 << 31, "PositiveIntegerField": 1 << 31}  # fmt: skip

PREPARED_MOST = 1_000
"""Statements planned once a connection: the driver's hundred are fewer than the pages ask on one morning."""


class DatabaseOperations(operations.DatabaseOperations):
    """How values are written into statements."""

    def adapt_integerfield_value(self, value: Any, internal_type: str) -> Any:
        """A whole number in the type of its field, or in eight bytes where that is too narrow for it."""
        limit = LARGEST.get(internal_type)
        if limit and isinstance(value, int) and not -limit <= value < limit:
            return Int8(value)
        return super().adapt_integerfield_value(value, internal_type)


class DatabaseWrapper(base.DatabaseWrapper):
    """The connection; everything else is Django's."""

    ops_class = DatabaseOperations
    _known: dict[str, _Known]

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that keeps as many statements planned as the pages ask."""
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = PREPARED_MOST
        self._known = {}
        connection._prepared = _Together(connection._prepared, self._known)
        return connection

    def ask(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement that is asked all day, as a cursor of Django's would give them.

        From its second time on a connection it goes to the library below the driver at once, with a tenth of the
        steps; values are written and rows are read as the driver does. What Django does on its way there is done here:
        a lost connection is made anew before the first question, a broken transaction is refused, errors have Django's
        names. Where somebody listens it goes Django's way.
        """
        if self.execute_wrappers or self.queries_logged:
            with self.cursor() as cursor:
                cursor.execute(sql, values)
                return cast("list[tuple[Any, ...]]", cursor.fetchall())
        if not self.in_atomic_block:
            self.close_if_health_check_failed()
            self.ensure_connection()
        self.validate_no_broken_transaction()
        with self.wrap_database_errors:
            known = self._known.get(sql)
            if known is not None and self._is_begun():
                return self._asked(known, values)
            if known is None and self.prepares and len(self._known) < PREPARED_MOST:
                self._known[sql] = _Known(sql, self.connection)
            with self.create_cursor() as cursor:
                return cast("list[tuple[Any, ...]]", cursor.execute(sql, values).fetchall())

    def _asked(self, known: _Known, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        try:
            return known.rows(values)
        except InvalidSqlStatementName:  # somebody between the site and the database let go of it
            self._known.clear()
            raise

    def _is_begun(self) -> bool:
        """Is the transaction begun that this belongs to? The driver begins one with its first statement; so here."""
        raw = self.connection
        status = raw.pgconn.transaction_status
        if status == TransactionStatus.IDLE and not raw.autocommit:
            if (raw.isolation_level, raw.read_only, raw.deferrable) != (None, None, None):
                return False
            raw.pgconn.exec_(b"BEGIN")
            status = raw.pgconn.transaction_status
        return status == TransactionStatus.INTRANS or (status == TransactionStatus.IDLE and raw.autocommit)

    def _savepoint(self, sid: str) -> None:
        self._tell(self.ops.savepoint_create_sql(sid))

    def _savepoint_commit(self, sid: str) -> None:
        self._tell(self.ops.savepoint_commit_sql(sid))

    def _tell(self, sql: str) -> None:
        """Tell the database something that has no values and no answer, in the transaction this belongs to."""
        if self.execute_wrappers or self.queries_logged or not self._is_begun():
            with self.cursor() as cursor:
                cursor.execute(sql)
            return
        with self.wrap_database_errors:
            sound(self.connection.pgconn, self.connection.pgconn.exec_(sql.encode()))

    @property
    def prepares(self) -> bool:
        """Does this login send values apart from statements, and may the connection keep what it prepared?"""
        options = self.settings_dict["OPTIONS"]
        return bool(options.get("server_side_binding")) and self.connection.prepare_threshold is not None


class _Together(PrepareManager):
    """What the driver prepared. When it lets go of all of it, because of a rollback or a change of tables, the
    connection loses whatever was prepared on it: what is known here, too.
    """

    def __init__(self, before: PrepareManager, known: dict[str, _Known]) -> None:
        super().__init__()
        self.prepare_threshold, self.prepared_max = before.prepare_threshold, before.prepared_max
        self._others = known

    def clear(self) -> bool:
        """Let go of all; whether there was anything."""
        had = bool(self._others)
        self._others.clear()
        if not super().clear() and had:
            self._to_flush.append(None)
        return bool(self._to_flush)


_NUMBERS = count(1)


class _Known:
    """One statement as a connection knows it: prepared once for each kinds of values."""

    def __init__(self, sql: str, raw: Any) -> None:
        self._text = _numbered(sql).encode()
        self._raw, self._read = raw, Transformer(raw)
        self._names: dict[tuple[int, ...], bytes] = {}

    def rows(self, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows for these values."""
        read, library = self._read, self._raw.pgconn
        sent = read.dump_sequence(values, [PyFormat.AUTO] * len(values)) if values else []
        kinds = read.types or ()
        name = self._names.get(kinds)
        if name is None:
            name = b"guanhu_%d" % next(_NUMBERS)
            sound(library, library.prepare(name, self._text, kinds))
            self._names[kinds] = name
        result = sound(library, library.exec_prepared(name, sent, read.formats))
        read.set_pgresult(result)
        try:
            return read.load_rows(0, result.ntuples, tuple)
        finally:
            read.set_pgresult(None)


def sound(library: PGconn, result: PGresult) -> PGresult:
    """What was answered, if it is no error; an error has the driver's name for it."""
    if library.status == ConnStatus.BAD:
        raise OperationalError(result.error_message.decode("utf-8", "replace"))
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        raise error_from_result(result, encoding="utf-8")
    return result


def _numbered(sql: str) -> str:
    """The statement with its places numbered, as the database reads them."""
    places = count(1)
    return re.sub("%[%s]", lambda found: "%" if found[0] == "%%" else f"${next(places)}", sql)
