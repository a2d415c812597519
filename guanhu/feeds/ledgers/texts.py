"""From the bytes of a ledger to lines of texts: its encoding, its separator, its cells as a person reads them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from guanhu.feeds.ledgers.limits import Limits, refusal

SEPARATORS = ",;\t|"
EXACT = 10**15
"""Beyond fifteen digits a worksheet rounds numbers."""
ROUNDED = "\ufffd#"
"""Stands for a number the worksheet itself has rounded, so that nobody takes it for the true one."""
LOOKED_AT = 20

Line = tuple[int, list[str]]


def decoded(file: str, raw: bytes) -> tuple[str, str]:
    """The text and its encoding: UTF-8 where every byte fits, else GB18030 where every byte fits and reads back."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refusal(file, "encoding", "编码是 UTF-16", "请另存为“CSV UTF-8”")
    try:
        return _clean(file, raw.decode("utf-8-sig")), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if not text or text.encode("gb18030") != raw:
        raise refusal(file, "encoding", "既不是 UTF-8 也不是 GB18030", "请另存为“CSV UTF-8”")
    return _clean(file, text), "gb18030"


def _clean(file: str, text: str) -> str:
    if "\0" in text:
        raise refusal(file, "kind", "内容不是文本表格", "请用表格软件打开后另存为 CSV，再上传")
    return text


def separator(text: str) -> str:
    """What stands between the cells: the sign that cuts most of the first lines into the same number of cells."""
    head = text[: 1 << 16].splitlines(keepends=True)[:LOOKED_AT]
    found = {}
    for sign in SEPARATORS:
        widths = _widths(head, sign)
        width, lines = widths.most_common(1)[0] if widths else (1, 0)
        found[sign] = (lines, width)
    best = max(SEPARATORS, key=lambda sign: found[sign])
    return best if found[best][0] else ","


def _widths(head: list[str], sign: str) -> Counter[int]:
    """Into how many cells this sign cuts the first lines, up to one that cannot be read at all."""
    widths: Counter[int] = Counter()
    try:
        for cells in csv.reader(head, delimiter=sign):
            widths[len(cells)] += len(cells) > 1
    except csv.Error:
        pass
    return +widths


def csv_lines(file: str, text: str, sign: str, limits: Limits) -> Iterator[Line]:
    """The records that hold anything, each with the line of the file on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    before = 0
    try:
        for cells in reader:
            at, before = before + 1, reader.line_num
            if any(cells):
                if len(cells) > limits.columns:
                    raise refusal(file, "columns", f"第 {at} 行超过 {limits.columns} 列", "请检查分隔符和引号")
                yield at, cells
    except csv.Error:
        raise refusal(file, "quotes", f"第 {before + 1} 行起读不下去", "请检查这一行的引号") from None


def sheet_lines(rows: Iterator[list[Any]]) -> Iterator[Line]:
    """The rows of a worksheet that hold anything, each with its number in the sheet."""
    for number, cells in enumerate(rows, 1):
        texts = [told(cell) for cell in cells]
        if any(texts):
            yield number, texts


def told(cell: Any) -> str:
    """A cell as a person reads it: whole numbers without a point, days as 2026-11-24, a formula by its last result."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float | int):
        if abs(cell) >= EXACT:
            return ROUNDED
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, timedelta):
        return str(cell)
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def headed(lines: Iterator[Line]) -> tuple[Line, Iterator[Line]]:
    """The line of headings and the lines after it: titles of one cell above it are passed over."""
    early: list[Line] = []
    for line in lines:
        early.append(line)
        if len(early) == LOOKED_AT:
            break
    if not early:
        return (0, []), iter(())
    filled = [sum(1 for cell in cells if cell.strip()) for _, cells in early]
    at = next(n for n, width in enumerate(filled) if width * 2 > max(filled))

    def rest() -> Iterator[Line]:
        yield from early[at + 1 :]
        yield from lines

    return early[at], rest()


def headings_of(file: str, cells: list[str], limits: Limits) -> list[str]:
    """The headings, each one once: an empty one is called by its column, a second one of a name by its number."""
    if not any(cell.strip() for cell in cells):
        raise refusal(file, "empty", "文件里没有表头和数据", "请确认选对了文件")
    while not cells[-1].strip():
        cells = cells[:-1]
    seen: Counter[str] = Counter()
    named = []
    for number, cell in enumerate(cells, 1):
        name = " ".join(cell.split())[: limits.cell_signs] or f"第 {number} 列"
        seen[name] += 1
        named.append(name if seen[name] == 1 else f"{name}（{seen[name]}）")
    return named
