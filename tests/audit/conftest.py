"""Who acts in these tests, the trail's tables read as they lie there, and connections as each login."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.db import connection

from guanhu.cli import postgres


@dataclass(frozen=True)
class Actor:
    """A colleague, as far as the trail needs to know."""

    staff_no: str = "S01"
    role: str = "keeper"
    branch_no: str = "B1"


SHEN = Actor()
YAN = Actor("S03", "keeper", "B2")
Login = Callable[[str], psycopg.Connection[Any]]


def entries(chain: str | None = None) -> list[dict[str, Any]]:
    """The records of a chain (or all), in order, each with its JSON opened under ``told``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select chain, seq, actor, action, person, people, result, record, prev, hash, at from audit_entry"
            " where %s::text is null or chain = %s order by chain, seq",
            [chain, chain],
        )
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [{**row, "told": json.loads(row["record"])} for row in rows]


@pytest.fixture
def login(django_db_setup: None, postgres_server: postgres.Server) -> Iterator[Login]:
    """A connection of one's own as a login of the database; what it left on the trail is gone after the test."""
    opened = []
    name = connection.settings_dict["NAME"]

    def connect(user: str) -> psycopg.Connection[Any]:
        made = psycopg.connect(
            host=str(postgres_server.socket), port=postgres.PORT, user=user, dbname=name, autocommit=True
        )
        opened.append(made)
        return made

    yield connect
    for one in opened:
        one.close()
    with connect("postgres") as admin:
        admin.execute("truncate audit_entry, audit_chain, audit_seal")
