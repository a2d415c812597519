"""Django's own backend, but for two things: no number is sent too narrow, and every question stays prepared.

With statements that the database plans once (``cli/database.PREPARED``) every value travels with its type. Django calls
a bare number an ``integer``, and the driver would cut one of nineteen digits to its last ten without a word.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base, operations
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

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that keeps as many statements planned as the pages ask."""
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = PREPARED_MOST
        return connection
