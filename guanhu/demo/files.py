"""A table as one of the bank's files: CSV, packed, with what its manifest says of it.

The files come in the real variants: gzip mostly, one in zstd, one in GB18030.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import zstandard

from guanhu.demo.calendar import FIRST
from guanhu.feeds.layouts import VERSION, Layout

GB18030 = {"contacts"}
"""The old CRM exports in the national encoding."""

ZSTD = {"transactions"}
"""The core system packs its largest file with zstd."""


@dataclass(frozen=True)
class Sent:
    """A file as its manifest lists it."""

    table: str
    file: str
    rows: int
    sums: dict[str, str]
    sha256: str


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals: 123456 → 1234.56."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def send_rows(folder: Path, layout: Layout, rows: Sequence[Sequence[str]]) -> Sent:
    """Write rows of texts in the order of the layout's columns."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[field.name for field in layout.fields], *rows])
    names = [field.name for field in layout.fields]
    sums = {name: _total(row[names.index(name)] for row in rows) for name in layout.sums}
    return _pack(folder, layout.table, out.getvalue(), len(rows), sums)


def send_lines(folder: Path, layout: Layout, lines: list[str], sums: dict[str, int]) -> Sent:
    """Write lines that are CSV already; sums in fen."""
    head = ",".join(field.name for field in layout.fields)
    text = "\n".join([head, *lines, ""])
    return _pack(folder, layout.table, text, len(lines), {name: yuan(fen) for name, fen in sums.items()})


def _total(texts: Iterable[str]) -> str:
    return f"{sum((Decimal(text) for text in texts), Decimal(0)):.2f}"


def _pack(folder: Path, table: str, text: str, rows: int, sums: dict[str, str]) -> Sent:
    plain = text.encode("gb18030" if table in GB18030 else "utf-8")
    if table in ZSTD:
        packed, ending = zstandard.ZstdCompressor(level=1).compress(plain), "csv.zst"
    else:
        packed, ending = gzip.compress(plain, compresslevel=1, mtime=0), "csv.gz"
    path = folder / f"{table}.{ending}"
    path.write_bytes(packed)
    return Sent(table, path.name, rows, sums, hashlib.sha256(packed).hexdigest())


def manifest(business: date, covers_from: date, sent: Sequence[Sent]) -> dict[str, Any]:
    """The delivery's manifest; every demo delivery says that it is synthetic."""
    return {
        "layout": "guanhu", "layout_version": VERSION, "business_date": business.isoformat(),
        "covers_from": max(covers_from, FIRST).isoformat(), "version": 1, "currency": "CNY", "synthetic": True,
        "files": [vars(one) for one in sent],
    }  # fmt: skip
