"""Keeping up what customers are found by."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from guanhu.apps.customers.search.sounds import keys_of

FORM = "1|"
"""The form of the keys: another one, and the next night makes everybody's anew."""
BATCH = 2000

_STALE = """
    SELECT key, name, customer_no, branch_id, keeper_id FROM customers_customer
    WHERE key > %s AND cleared_on IS NULL AND found_as <> md5(%s::text || name || '|' || customer_no)
    ORDER BY key LIMIT %s FOR NO KEY UPDATE
"""
_MADE = "UPDATE customers_customer SET found_as = md5(%s::text || name || '|' || customer_no) WHERE key = ANY(%s)"
_COPY = "COPY customers_searchkey (customer_id, branch_id, keeper_id, kind, whole, key) FROM STDIN"


def renew() -> int:
    """Make search keys for everybody whose name or number is not the one hers were made of; returns how many.

    Whoever changes a name or a number of a customer calls this, in the same transaction.
    """
    last, made = 0, 0
    with transaction.atomic(), connection.cursor() as cursor:
        while True:
            cursor.execute(_STALE, [last, FORM, BATCH])
            stale = cursor.fetchall()
            if not stale:
                return made
            _make(cursor, stale)
            last, made = stale[-1][0], made + len(stale)


def _make(cursor: Any, customers: list[tuple[Any, ...]]) -> None:
    """The keys of these customers in place of those they had."""
    keys = [customer[0] for customer in customers]
    cursor.execute("DELETE FROM customers_searchkey WHERE customer_id = ANY(%s)", [keys])
    with cursor.copy(_COPY) as copy:
        for key, name, customer_no, branch, keeper in customers:
            for by, whole, text in keys_of(name, customer_no):
                copy.write_row((key, branch, keeper, by.value, whole, text))
    cursor.execute(_MADE, [FORM, keys])
