"""Files: a list as CSV or as an Excel workbook, with the mark of who took it in every place that is read first.

A cell that begins like a formula would be carried out by whoever opens the file; ``inert`` makes it text again, in both
forms, for what is text in a workbook today is saved as CSV tomorrow. Reliability A12.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO, StringIO
from unicodedata import category

from xlsxwriter import Workbook

from guanhu.rules.exports import FileKind

Cell = str | int
MIME = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST_HEADER = 200
"""A page's header takes 255 signs; the mark is doubled where it holds an ampersand."""
_BREAKS = frozenset(("Cc", "Zl", "Zp"))
_UNSEEN = "Cf"
_LIVE = re.compile(r"(^|[;,|])([\s\"]*)([=+\-@＝＋－＠﹦﹢﹣﹫−])")
"""A sign a sheet takes for the beginning of a formula: at the head of a cell, or after what others split at."""
_WIDTH = 16


@dataclass(frozen=True)
class Sheet:
    """One list to be written: its mark, its headings, its rows; an amount is whole fen."""

    title: str
    mark: str
    author: str
    made_at: datetime
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def inert(text: str) -> str:
    """A text no sheet carries out: on one line, nothing unseen in it, a quote before what would begin a formula."""
    seen = "".join(" " if category(sign) in _BREAKS else sign for sign in text if category(sign) != _UNSEEN)
    return _LIVE.sub(r"\1\2'\3", seen.strip())


def written(sheet: Sheet, kind: FileKind) -> bytes:
    """The whole file, in memory."""
    return _workbook(sheet) if kind is FileKind.XLSX else _csv(sheet)


def _yuan(fen: int) -> str:
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def _csv(sheet: Sheet) -> bytes:
    """UTF-8 with its mark at the head, as Excel expects; everything in quotes, so that no other separator splits it."""
    out = StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([inert(sheet.mark)])
    writer.writerow([inert(each) for each in sheet.headings])
    for row in sheet.rows:
        writer.writerow([_yuan(cell) if isinstance(cell, int) else inert(cell) for cell in row])
    writer.writerow([inert(sheet.mark)])
    return out.getvalue().encode("utf-8-sig")


def _workbook(sheet: Sheet) -> bytes:
    """A workbook in which every cell is text or a number, with the mark on each printed page and in its properties."""
    out, mark = BytesIO(), inert(sheet.mark)
    off = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, off) as book:
        made_at = sheet.made_at.astimezone(UTC).replace(tzinfo=None)
        told = {"title": inert(sheet.title), "author": inert(sheet.author), "subject": mark, "comments": mark}
        book.set_properties({**told, "created": made_at})
        page, bold = book.add_worksheet(), book.add_format({"bold": True})
        money = book.add_format({"num_format": "#,##0.00"})
        page.set_header("&L" + mark[:LONGEST_HEADER].replace("&", "&&")[:LONGEST_HEADER])
        page.set_footer("&L" + mark[:LONGEST_HEADER].replace("&", "&&")[:LONGEST_HEADER] + "&R&P/&N")
        page.set_column(0, max(len(sheet.headings) - 1, 0), _WIDTH)
        page.write_string(0, 0, mark)
        for at, heading in enumerate(sheet.headings):
            page.write_string(1, at, inert(heading), bold)
        for n, row in enumerate(sheet.rows, 2):
            for at, cell in enumerate(row):
                if isinstance(cell, int):
                    page.write_number(n, at, cell / 100, money)
                else:
                    page.write_string(n, at, inert(cell))
        page.write_string(len(sheet.rows) + 2, 0, mark)
        page.freeze_panes(2, 0)
    return out.getvalue()
