"""Checking the trail through the product, and handing it out: both are themselves on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from django.db import connection, connections, transaction

from guanhu.apps.audit import trail, verify
from guanhu.apps.audit.queries import last_verified
from guanhu.rules.access import Viewer
from guanhu.rules.kinds import TrailAction

READER = "guanhu_auditor"
"""The role of the database that may read the whole trail and nothing besides."""


def check(by: Viewer | None, *, anchors: Path, whole: bool = False, most: int = 0) -> verify.Report:
    """Check what grew since the last check that found all well (or ``whole``), and note what came of it.

    ``by`` null: the night or a command · ``most``: raises ``verify.TooMuch`` beyond so many records. Goals B2, B6.
    """
    before = None if whole else last_verified()
    since = before.seal if before and before.whole else 0
    keys = verify.read_keys(anchors.with_suffix(".pub").read_text("ascii"))
    with _reader() as reader:
        report = verify.check_database(reader, anchors, keys, since, most)
    trail.note(
        by, TrailAction.TRAIL_VERIFY, object=("seal", str(report.last_seal)), count=report.records,
        result="broken" if report.bad else "whole", hidden=False,
        after={"first": report.first or "", "since": since, "faults": len(report.bad)},
    )  # fmt: skip
    return report


def hand_out(to: IO[str]) -> int:
    """Write the whole trail to a file the stand-alone checker reads; how many records. Noted before anything is read.

    First a line with the ends of the chains and the last seal, then a line a record in the order of the chains.
    """
    trail.note(None, TrailAction.TRAIL_EXPORT, object=("trail", "all"))
    records = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("select chain, seq, encode(hash, 'hex') from public.audit_chain order by chain")
        ends = {chain: [seq, made] for chain, seq, made in cursor.fetchall()}
        cursor.execute("select coalesce(max(number), 0) from public.audit_seal")
        to.write(_line({"heads": ends, "seal": cursor.fetchone()[0]}))
        with connection.chunked_cursor() as rows:
            rows.execute(
                "select chain, seq, encode(prev, 'hex'), encode(hash, 'hex'), record from public.audit_entry"
                " order by chain, seq"
            )
            for chain, seq, prev, made, record in rows:
                to.write(_line({"chain": chain, "seq": seq, "prev": prev, "hash": made, "record": record}))
                records += 1
    return records


def _line(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


@contextmanager
def _reader() -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own that may read the trail and nothing else, outside the transaction of the page."""
    own = connections.create_connection("default")
    try:
        own.ensure_connection()
        raw: psycopg.Connection[Any] = own.connection
        raw.execute(f"set role {READER}")
        yield raw
    finally:
        own.close()
