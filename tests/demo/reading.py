"""Reading what the demo wrote with nothing but the standard library: the independent second road."""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import zstandard

from guanhu.demo.write import Summary

Row = dict[str, str]


@dataclass(frozen=True)
class Delivered:
    """A written bank."""

    folder: Path
    summary: Summary

    def manifest(self, name: str) -> dict[str, Any]:
        return json.loads((self.folder / name / "manifest.json").read_text("utf-8"))

    def truth(self) -> dict[str, Any]:
        return json.loads((self.folder / "truth.json").read_text("utf-8"))

    def rows(self, name: str, table: str) -> list[Row]:
        """The rows of a file, dirty ones included."""
        listed = next(file for file in self.manifest(name)["files"] if file["table"] == table)
        return _rows(self.folder / name / listed["file"])

    def clean(self, name: str, table: str) -> list[Row]:
        """The rows of a file without the deliberately dirty ones."""
        dirty = {one["row"][0] for one in self.truth()["dirty"] if one["file"] == table and one["delivery"] == name}
        return [row for row in self.rows(name, table) if next(iter(row.values())) not in dirty]

    def all_days(self, table: str) -> list[Row]:
        """The rows of a daily file over all deliveries, dirty ones left out."""
        return [row for name in self.summary.deliveries for row in self.clean(name, table)]


@cache
def _rows(path: Path) -> list[Row]:
    packed = path.read_bytes()
    plain = zstandard.ZstdDecompressor().decompress(packed) if path.suffix == ".zst" else gzip.decompress(packed)
    try:
        text = plain.decode("utf-8")
    except UnicodeDecodeError:
        text = plain.decode("gb18030")
    return list(csv.DictReader(io.StringIO(text)))


def fen(text: str) -> int:
    """Money as the files write it, in fen."""
    whole, cents = text.split(".")
    assert len(cents) == 2
    return int(whole + cents) if not whole.startswith("-") else -int(whole[1:] + cents)


def signed(row: Row) -> int:
    """A movement's amount with its direction."""
    return fen(row["amount"]) * (1 if row["direction"] == "in" else -1)
