"""Who acts in these tests, and the trail's tables read as they lie there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Actor:
    """A colleague, as far as the trail needs to know."""

    staff_no: str = "S01"
    role: str = "keeper"
    branch_no: str = "B1"


SHEN = Actor()
YAN = Actor("S03", "keeper", "B2")


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
