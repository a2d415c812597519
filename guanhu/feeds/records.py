"""From text to rows: every line of a file becomes a row of texts or a broken row, and none gets lost.

A clean block goes through the engine's CSV reader; a block with quotes or a wrong number of fields is read line by
line. A quoted field may run over a few lines if the whole then reads as one row; else only its first line is broken.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from guanhu.engine import backend
from guanhu.feeds.decode import Source
from guanhu.feeds.errors import refused

ROW = "_row"
LONGEST_RECORD = 20
"""A quoted field may run over this many lines."""


@dataclass(frozen=True)
class Part:
    """A stretch of a file: rows of texts with their line in ``_row``, and the lines that are no row (line, text)."""

    frame: nw.DataFrame[Any]
    broken: tuple[tuple[int, str], ...] = ()

    @property
    def rows(self) -> int:
        """How many rows came in."""
        return len(self.frame) + len(self.broken)


def header(source: Source, *, separator: str = ",") -> list[str]:
    """The names of the columns as the file writes them."""
    first = next(source.blocks(), b"").split(b"\n", 1)[0].decode("utf-8").rstrip("\r")
    fields = _fields(first, separator)
    names = [name.strip() for name in fields or ()]
    if not names or not all(names):
        raise refused(source.file, "file/header", "没有表头，文件为空或被截断")
    return names


def parts(source: Source, names: Sequence[str], *, separator: str = ",", sealed: bool = False) -> Iterator[Part]:
    """The rows of the file in stretches; ``sealed``: a manifest's hash proves the end, no last line end is needed."""
    line, rest = 1, b""
    blocks = source.blocks()
    upcoming = next(blocks, None)
    while upcoming is not None:
        block, upcoming = upcoming, next(blocks, None)
        if line == 1:
            block = block.partition(b"\n")[2]
            line = 2
        if upcoming is None and block and not block.endswith(b"\n"):
            if not sealed:
                said = "最后一行没有换行，文件可能被截断"
                raise refused(source.file, "file/truncated", said, suggestion="请重新传送")
            block += b"\n"
        block = rest + block
        part, rest = _part(block, line, names, separator, last=upcoming is None)
        line += block.count(b"\n") - rest.count(b"\n")
        yield part


def _part(block: bytes, line: int, names: Sequence[str], separator: str, *, last: bool) -> tuple[Part, bytes]:
    """One block as rows, and what belongs to a row that ends in the next block."""
    block = block.replace(b"\r\n", b"\n")
    lines = block.count(b"\n")
    mark = separator.encode()
    clean = (
        b'"' not in block
        and b"\r" not in block
        and block.count(mark) == (len(names) - 1) * lines
        and b"\n\n" not in block
        and not block.startswith(b"\n")
    )
    if lines and clean:
        frame = _quick(block, names, separator)
        if frame is not None and len(frame) == lines:
            rows = (nw.col(ROW).cast(nw.Int64) + line).alias(ROW)
            return Part(frame.with_row_index(ROW).with_columns(rows)), b""
    return _careful(block.decode("utf-8").split("\n")[:-1], line, names, separator, last=last)


def _quick(block: bytes, names: Sequence[str], separator: str) -> nw.DataFrame[Any] | None:
    """The block by the engine's reader; nothing when a line has too many fields."""
    head = separator.join(f"c{place}" for place in range(len(names))).encode() + b"\n"
    try:
        frame = backend.read_text_csv(head + block, separator=separator, quote=None)
    except backend.UNREADABLE:
        return None
    return frame.rename({f"c{place}": name for place, name in enumerate(names)})


def _careful(lines: list[str], line: int, names: Sequence[str], separator: str, *,
             last: bool) -> tuple[Part, bytes]:  # fmt: skip
    """The block line by line."""
    found: list[list[str]] = []
    at: list[int] = []
    broken: list[tuple[int, str]] = []
    place = 0
    while place < len(lines):
        if not last and '"' in lines[place] and place + LONGEST_RECORD > len(lines) and _open(lines[place], separator):
            break
        fields, taken = _record(lines, place, len(names), separator)
        if fields is not None:
            found.append(fields)
            at.append(line + place)
        elif lines[place]:
            broken.append((line + place, lines[place]))
        place += taken
    columns: dict[str, Sequence[Any]] = dict(zip(names, zip(*found, strict=True), strict=True)) if found else {}
    columns = columns or {name: [] for name in names}
    frame = backend.series({ROW: at, **columns}, {ROW: "key", **dict.fromkeys(names, "text")})
    return Part(frame, tuple(broken)), "".join(f"{text}\n" for text in lines[place:]).encode()


def _record(lines: list[str], place: int, width: int, separator: str) -> tuple[list[str] | None, int]:
    """The row that begins here and how many lines it takes; none when the line is no row."""
    fields = _fields(lines[place], separator)
    if fields is not None:
        return (fields if len(fields) == width and lines[place] else None), 1
    if _open(lines[place], separator):
        for taken in range(2, LONGEST_RECORD + 1):
            text = "\n".join(lines[place : place + taken])
            if text.count('"') % 2 == 0 and (fields := _fields(text, separator)) and len(fields) == width:
                return fields, taken
    return None, 1


def _fields(text: str, separator: str) -> list[str] | None:
    """One record's fields; none when its quotes do not close or stand where they may not."""
    if '"' not in text:
        return text.split(separator)
    try:
        read = list(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error:
        return None
    return read[0] if len(read) == 1 else None


def _open(text: str, separator: str) -> bool:
    """Does a quoted field begin in this line and not end?"""
    return text.count('"') % 2 == 1 and _fields(text, separator) is None
