"""The lake: every table by day as Parquet, a day whole or not at all, each part opened by its path."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw

from guanhu.engine import backend
from guanhu.engine.tables import Table

PART = "part.parquet"
_DAY = re.compile(r"day=(\d{4}-\d{2}-\d{2})")

Frame = nw.LazyFrame[Any] | nw.DataFrame[Any]


@dataclass(frozen=True)
class Lake:
    """A folder of Parquet files; ``root/group/name/day=YYYY-MM-DD/part.parquet``."""

    root: Path

    # where things lie

    def path(self, table: Table, day: date) -> Path:
        """The file that holds (or would hold) this day of the table."""
        return self.root / table.path / f"day={day.isoformat()}" / PART

    def has(self, table: Table, day: date) -> bool:
        """Is this day of the table there?"""
        return self.path(table, day).exists()

    def days(self, table: Table) -> list[date]:
        """The days of which the table holds a part, in order."""
        folder = self.root / table.path
        names = os.listdir(folder) if folder.is_dir() else []
        found = [match[1] for match in map(_DAY.fullmatch, names) if match]
        return sorted(date.fromisoformat(text) for text in found if (folder / f"day={text}" / PART).exists())

    def as_of(self, table: Table, day: date) -> date | None:
        """The day whose snapshot speaks for ``day``: the latest not after it, else the first there is.

        A history delivered in one piece brings one snapshot at its end; days before are read from it.
        """
        days = self.days(table)
        before = [known for known in days if known <= day]
        return before[-1] if before else (days[0] if days else None)

    # reading: engine columns, dates as day numbers

    def read(self, table: Table, day: date) -> nw.LazyFrame[Any]:
        """The table's part of exactly this day; an absent part reads as an empty table."""
        path = self.path(table, day)
        single = table.key[0] if len(table.key) == 1 else None
        return backend.scan([path], ordered_by=single) if path.exists() else empty(table).lazy()

    def read_days(self, table: Table, days: Iterable[date]) -> nw.LazyFrame[Any]:
        """The parts of these days one below the other; days without a part bring no rows."""
        paths = [path for path in (self.path(table, day) for day in days) if path.exists()]
        return backend.scan(paths) if paths else empty(table).lazy()

    def latest(self, table: Table, day: date) -> nw.LazyFrame[Any]:
        """The newest snapshot not after this day; an empty table when there is none."""
        known = [found for found in self.days(table) if found <= day]
        return self.read(table, known[-1]) if known else empty(table).lazy()

    def rows(self, table: Table, day: date) -> list[dict[str, Any]]:
        """One day as plain Python rows in disk columns, dates as dates."""
        path = self.path(table, day)
        return backend.rows(backend.read_parquet(path)) if path.exists() else []

    def latest_rows(self, table: Table, day: date) -> list[dict[str, Any]]:
        """The newest snapshot not after this day as plain Python rows, dates as dates."""
        known = [found for found in self.days(table) if found <= day]
        return self.rows(table, known[-1]) if known else []

    # writing: whole or not at all

    def write(self, table: Table, day: date, frame: Frame) -> None:
        """Write one day: the table's columns in their types, rows by key; dates as ``…_on`` or ``…_day``."""
        backend.sink(frame, self.path(table, day), disk_columns(table), table.key)

    def write_rows(self, table: Table, day: date, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write one day from plain Python rows in disk columns."""
        self.write(table, day, backend.frame(rows, disk_columns(table)))

    def write_days(self, table: Table, frame: Frame, days: Iterable[date] = ()) -> list[date]:
        """Write a daily table split by ``day_on``; ``days`` without rows get an empty part. Gives the days."""
        whole, columns = backend.collect(frame), disk_columns(table)
        written = backend.sink_by("day_on", whole, lambda day: self.path(table, day), columns, table.key)
        still = set(days).difference(written)
        for day in still:
            self.write(table, day, whole.head(0))
        return sorted([*written, *still])

    def drop(self, table: Table, day: date) -> None:
        """Take one day of a table away."""
        shutil.rmtree(self.path(table, day).parent, ignore_errors=True)

    def digest(self, table: Table, day: date) -> str:
        """SHA-256 of one day's content, the same however it was computed."""
        return backend.digest(self.path(table, day), table.key)

    # what arrived

    def receipt_path(self, day: date) -> Path:
        """Where the day's receipt lies."""
        return self.root / "receipts" / f"{day.isoformat()}.json"

    def put_receipt(self, day: date, receipt: Mapping[str, Any]) -> None:
        """Keep what arrived on this day (JSON, whole or not at all)."""
        path = self.receipt_path(day)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(receipt, file, ensure_ascii=False, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
        backend.sync_folder(path.parent)

    def receipt(self, day: date) -> dict[str, Any] | None:
        """What arrived on this day, or nothing."""
        path = self.receipt_path(day)
        found: dict[str, Any] | None = json.loads(path.read_text("utf-8")) if path.exists() else None
        return found

    def receipts(self) -> list[date]:
        """The days of which there is a receipt, in order."""
        folder = self.root / "receipts"
        names = (path.stem for path in folder.glob("*.json")) if folder.is_dir() else ()
        return sorted(date.fromisoformat(name) for name in names)


def disk_columns(table: Table) -> dict[str, str]:
    """The table's columns as they lie on disk: name → type."""
    return {column.name: column.type for column in table.columns}


def engine_columns(table: Table) -> dict[str, str]:
    """The table's columns as the engine reads them: dates are ``…_day`` numbers."""
    return {
        (backend.engine_name(name) if kind == "date" else name): ("day" if kind == "date" else kind)
        for name, kind in disk_columns(table).items()
    }


def empty(table: Table) -> nw.DataFrame[Any]:
    """The table without rows, in engine columns."""
    return backend.frame([], engine_columns(table))
