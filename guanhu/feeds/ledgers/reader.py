"""The reader of ledgers, alone in a process of its own: it gets bytes, gives lines, and can open nothing.

Run by ``reading.read``: the file's name and limits come on the first line, the file's bytes after it; out go lines of
JSON: first what kind of file it is and its headings, then its lines in stretches, or the refusal.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import python_calamine as calamine

from guanhu.feeds.ledgers import opening, texts
from guanhu.feeds.ledgers.limits import LedgerRefused, Limits, refusal
from guanhu.feeds.ledgers.texts import Line

STRETCH = 500
CODECS = ("utf-8-sig", "gb18030", "utf-16", "cp437", "ascii")
"""Fetched while files can still be opened; what else is fetched late is met by reading two lines first."""


def give_up_all_doors(limits: Limits) -> None:
    """From here on no file, no socket and no process can be opened, and memory and time are bounded."""
    for name in CODECS:
        "".encode(name)
    list(run("warm.csv", b"a,b\n1,2\n", limits))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))


def opened(file: str, raw: bytes, limits: Limits) -> tuple[dict[str, Any], Callable[[], Iterator[Line]]]:
    """What kind of file this is, and how its lines are walked, as often as one likes."""
    kind = opening.kind_of(file, raw[:16])
    if kind in ("xlsx", "xls"):
        return _workbook(file, raw, kind, limits)
    plain = opening.gunzipped(file, raw, limits) if kind == "csv.gz" else raw
    text, encoding = texts.decoded(file, plain)
    sign = texts.separator(text)
    told = {"kind": kind, "encoding": encoding, "separator": sign, "aside": []}
    return told, lambda: texts.csv_lines(file, text, sign, limits)


def _workbook(file: str, raw: bytes, kind: str, limits: Limits) -> tuple[dict[str, Any], Callable[[], Iterator[Line]]]:
    """The first sheet that can be seen and holds anything; the others are named."""
    if kind == "xlsx":
        opening.check_xlsx(file, raw, limits)
    else:
        opening.check_xls(file, raw)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        if any("macro" in str(one.typ).lower() or "vba" in str(one.typ).lower() for one in book.sheets_metadata):
            raise refusal(file, "macro", "带宏的工作簿不收", "请另存为 xlsx 或 CSV")
        seen = [one.name for one in book.sheets_metadata if one.visible == calamine.SheetVisibleEnum.Visible]
        sheets = [(name, book.get_sheet_by_name(name)) for name in seen]
    except calamine.PasswordError:
        raise refusal(file, "locked", "工作簿加了密码", "请去掉打开密码后再上传") from None
    except calamine.CalamineError:
        raise refusal(file, "packed", "工作簿不完整或已损坏", "请用表格软件打开后另存") from None
    filled = [(name, sheet) for name, sheet in sheets if sheet.height]
    hidden = [one.name for one in book.sheets_metadata if one.name not in seen]
    if not filled:
        raise refusal(file, "empty", "工作簿里没有数据", "请确认选对了文件")
    sheet = filled[0][1]
    opening.check_size(file, sheet.total_height, sheet.width, limits)
    told = {"kind": kind, "encoding": "", "separator": "", "aside": [name for name, _ in filled[1:]] + hidden}
    return told, lambda: texts.sheet_lines(iter(sheet.iter_rows()))


def run(file: str, raw: bytes, limits: Limits) -> Iterator[dict[str, Any]]:
    """Everything the reader tells of one file."""
    told, lines = opened(file, raw, limits)
    (at, cells), rest = texts.headed(lines())
    headings = texts.headings_of(file, cells, limits)
    rows = sum(1 for _ in rest)
    if rows > limits.rows:
        raise refusal(file, "rows", f"有 {rows:,} 行，超过 {limits.rows:,} 行", "请分成几个文件")
    yield {"headings": headings, "heading_line": at, "rows": rows, **told}
    _, rest = texts.headed(lines())
    while stretch := list(islice(rest, STRETCH)):
        yield {"lines": stretch}


def main() -> None:
    """Read one file from the standard input."""
    asked = json.loads(sys.stdin.buffer.readline())
    limits, file = Limits(**asked["limits"]), asked["file"]
    raw = sys.stdin.buffer.read(limits.bytes + 1)
    csv.field_size_limit(10 * limits.cell_signs)
    give_up_all_doors(limits)
    try:
        for told in run(file, raw, limits):
            sys.stdout.write(json.dumps(told, ensure_ascii=True) + "\n")
        sys.stdout.write(json.dumps({"end": True}) + "\n")
    except LedgerRefused as refused:
        problem = refused.problem
        said = {"rule": problem.rule, "says": problem.says, "suggestion": problem.suggestion}
        sys.stdout.write(json.dumps({"refused": said}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
