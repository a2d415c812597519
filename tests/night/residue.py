"""What a thief of the disk would find: everything the database, the lake and the logs hold, searched for canaries.

Digits are looked for however they were written: with spaces or dashes between, backwards, or as hexadecimal bytes.
"""

from __future__ import annotations

import json
import logging
import random
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import duckdb
from django.db import connection

DIGITS = re.compile(r"\d{11,}")
HEX_DIGITS = re.compile(r"(?:3[0-9]){11,}")
WORD = re.compile(r"(zq[0-9a-f]{10})|([0-9a-f]{10}qz)|(7a71(?:3[0-9]|6[1-6]){10})")
BETWEEN = re.compile(r"(?<=\d)[ \-.](?=\d)")


@dataclass
class Canaries:
    """Values that are nobody's, each in one field of one person."""

    numbers: dict[str, str] = field(default_factory=dict)
    """Digits → the field they were written in."""
    words: dict[str, str] = field(default_factory=dict)
    known: dict[str, set[str]] = field(default_factory=dict, repr=False)
    """What was found in a run of digits: pages draw the same marks again and again."""
    lengths: frozenset[int] = frozenset()
    """How long the numbers are."""

    def __post_init__(self) -> None:
        self.lengths = frozenset(map(len, self.numbers))

    def number(self, dice: random.Random, about: str, head: str, length: int) -> str:
        """A number of so many digits nobody else has."""
        made = head + "".join(dice.choices("0123456789", k=length - len(head)))
        self.numbers[made] = about
        self.lengths |= {length}
        self.known.clear()
        return made

    def word(self, dice: random.Random, about: str) -> str:
        """A word nobody else uses."""
        made = "zq" + "".join(dice.choices("0123456789abcdef", k=10))
        self.words[made] = about
        return made

    def without(self, *fields: str) -> Canaries:
        """All but those of some fields."""
        numbers = {value: about for value, about in self.numbers.items() if about not in fields}
        return Canaries(numbers, {value: about for value, about in self.words.items() if about not in fields})

    def _numbers_in(self, run: str) -> set[str]:
        parts = (run[place : place + length] for length in self.lengths for place in range(len(run) - length + 1))
        return {self.numbers[part] for part in parts if part in self.numbers}

    def found_in(self, text: str) -> set[str]:
        """Which fields can be read in this text."""
        found: set[str] = set()
        for run in _runs(text):
            if run not in self.known:
                self.known[run] = self._numbers_in(run)
            found |= self.known[run]
        for match in WORD.finditer(text):
            plain, backwards, coded = match.groups()
            word = plain or (backwards[::-1] if backwards else bytes.fromhex(coded).decode())
            if word in self.words:
                found.add(self.words[word])
        return found


@lru_cache(8)
def _runs(text: str) -> frozenset[str]:
    """Every run of digits: as it stands, with what stood between them gone, from hexadecimal; each both ways."""
    runs = {*DIGITS.findall(text), *DIGITS.findall(BETWEEN.sub("", text))}
    runs |= {bytes.fromhex(coded).decode() for coded in HEX_DIGITS.findall(text)}
    return frozenset(runs | {run[::-1] for run in runs})


def database_text() -> str:
    """Every table as COPY writes it."""
    parts = []
    with connection.cursor() as cursor:
        cursor.execute(
            "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            with cursor.copy(f"copy (select * from {table}) to stdout") as copy:
                parts.append(b"".join(bytes(block) for block in copy).decode())
    return "\n".join(parts)


def folder_text(folder: Path) -> str:
    """Every file of a lake: tables as text, what is not a table as it lies; and the names of the files."""
    parts, sql = [], duckdb.connect()
    for file in sorted(folder.rglob("*")):
        parts.append(str(file.relative_to(folder)))
        if file.suffix == ".parquet":
            rows = sql.sql(f"select * from read_parquet('{file}', hive_partitioning = false)").fetchall()
            parts.append("\n".join(json.dumps(row, default=str, ensure_ascii=False) for row in rows))
        elif file.is_file():
            parts.append(file.read_bytes().decode("utf-8", "replace"))
    return "\n".join(parts)


@contextmanager
def everything_logged(more: Iterable[Path] = ()) -> Iterator[list[str]]:
    """All that is logged at any level meanwhile, with its arguments and traces; ``more``: files others append to."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logging.Formatter().format(record) + repr(record.__dict__))

    root, handler = logging.getLogger(), Keep()
    level, starts = root.level, {file: file.stat().st_size for file in more if file.exists()}
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        for file, start in starts.items():
            with file.open("rb") as opened:
                opened.seek(start)
                lines.append(opened.read().decode("utf-8", "replace"))
