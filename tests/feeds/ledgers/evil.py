"""Ledgers as somebody who means harm would make them, and good ones beside them; all of it invented."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import zipfile
from collections.abc import Callable

import xlsxwriter

HEADINGS = ["客户号", "姓名", "手机", "爱好"]
ROWS = [["C000001", "赵甲", "13900000001", "垂钓"], ["C000002", "钱乙", "13900000002", "摄影"]]
CONTENT_TYPES = "[Content_Types].xml"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows: list[list[object]] | None = None) -> bytes:
    """A good workbook with one sheet."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("台账")
    for number, row in enumerate([HEADINGS, *ROWS] if rows is None else rows):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.close()
    return file.getvalue()


def table(rows: list[list[str]] | None = None, sign: str = ",") -> str:
    """A good CSV."""
    return "".join(sign.join(row) + "\r\n" for row in ([HEADINGS, *ROWS] if rows is None else rows))


def packed(parts: list[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts:
            archive.writestr(name, content, method)
    return file.getvalue()


def parts_of(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def with_part(name: str | zipfile.ZipInfo, content: bytes = b"x") -> bytes:
    """A good workbook with one part more."""
    return packed([*parts_of(workbook()).items(), (name, content)])


def changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A good workbook with one part changed."""
    parts = parts_of(workbook())
    return packed([(each, change(content) if each == name else content) for each, content in parts.items()])


def before(mark: bytes, text: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(mark, text + mark, 1)


def link() -> bytes:
    part = zipfile.ZipInfo("xl/link.xml")
    part.external_attr = (stat.S_IFLNK | 0o777) << 16
    return with_part(part, b"elsewhere")


def flagged() -> bytes:
    """A workbook whose directory says that a part is enciphered."""
    raw = bytearray(workbook())
    at = raw.find(b"PK\x01\x02")
    raw[at + 8] |= 1
    return bytes(raw)


def lying() -> bytes:
    """A workbook whose directory says a part is smaller than it is."""
    raw = bytearray(changed(SHEET, before(b"</worksheet>", b"<!--" + b"a" * 3_000_000 + b"-->")))
    at = raw.find(b"PK\x01\x02")
    while at >= 0:
        length = struct.unpack_from("<H", raw, at + 28)[0]
        if raw[at + 46 : at + 46 + length] == SHEET.encode():
            struct.pack_into("<I", raw, at + 24, 100)
        at = raw.find(b"PK\x01\x02", at + 4)
    return bytes(raw)


def overlapping() -> bytes:
    """A directory in which two names stand for the same stretch of the file."""
    raw = bytearray(workbook())
    starts = []
    at = raw.find(b"PK\x01\x02")
    while at >= 0:
        starts.append(at)
        at = raw.find(b"PK\x01\x02", at + 4)
    first = struct.unpack_from("<I", raw, starts[1] + 42)[0]
    struct.pack_into("<I", raw, starts[2] + 42, first)
    return bytes(raw)


def dtd(text: bytes) -> bytes:
    return changed("xl/sharedStrings.xml", before(b"<sst", text))


XXE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<Relationship Id="r9" Type="http://x/oleObject" Target="http://192.0.2.1/x" TargetMode="External"/>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WIDE = b'<row r="9"><c r="XFD9"><v>1</v></c></row>'
DEEP = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
DENSE = b'<row r="200001"><c r="IV200001"><v>1</v></c></row>'


def evil() -> dict[str, tuple[str, Callable[[], bytes], str]]:
    """What it is → its name, its bytes, the rule that refuses it."""
    good, text = workbook, table().encode()
    return {
        "a part that unpacks to very much": ("a.xlsx", lambda: with_part("xl/a.xml", b"\0" * 120_000_000), "bomb"),
        "a directory that lies about a size": ("a.xlsx", lying, "packed"),
        "parts that overlap": ("a.xlsx", overlapping, "bomb|packed"),
        "an archive in the archive": ("a.xlsx", lambda: with_part("xl/inner.zip", good()), "nested"),
        "an archive under another name": ("a.xlsx", lambda: with_part("xl/media/1.bin", good()), "nested"),
        "more parts than there may be": (
            "a.xlsx", lambda: packed([(f"xl/{n}.xml", b"") for n in range(2_001)]), "members"),
        "a way up": ("a.xlsx", lambda: with_part("xl/../../evil.xml"), "path"),
        "a way from the root": ("a.xlsx", lambda: with_part("/etc/evil.xml"), "path"),
        "a way with a drive": ("a.xlsx", lambda: with_part("C:evil.xml"), "path"),
        "a link in the archive": ("a.xlsx", link, "link"),
        "macros": ("a.xlsx", lambda: with_part("xl/vbaProject.bin"), "macro"),
        "a workbook with macros by its name": ("a.xlsm", good, "macro"),
        "macros of the old kind": ("a.xlsx", lambda: with_part("xl/macrosheets/sheet1.xml"), "macro"),
        "a control": ("a.xlsx", lambda: with_part("xl/activeX/activeX1.xml"), "macro"),
        "an embedded object": ("a.xlsx", lambda: with_part("xl/embeddings/o.bin"), "macro"),
        "a link to another workbook": ("a.xlsx", lambda: with_part("xl/externalLinks/e1.xml"), "outside"),
        "a relation to an address": (
            "a.xlsx", lambda: changed("xl/_rels/workbook.xml.rels", before(b"</Relationships>", OUTSIDE)), "outside"),
        "an entity that reads a file": ("a.xlsx", lambda: dtd(XXE), "entity"),
        "entities that multiply": ("a.xlsx", lambda: dtd(LAUGHS), "entity"),
        "entities in two bytes": (
            "a.xlsx", lambda: with_part("xl/b.xml", XXE.decode().encode("utf-16")), "entity"),
        "16,384 columns": ("a.xlsx", lambda: changed(SHEET, before(b"</sheetData>", WIDE)), "columns"),
        "a million rows": ("a.xlsx", lambda: changed(SHEET, before(b"</sheetData>", DEEP)), "rows"),
        "two cells far apart": ("a.xlsx", lambda: changed(SHEET, before(b"</sheetData>", DENSE)), "limits"),
        "a workbook behind another file": ("a.xlsx", lambda: b"%PDF-1.7\n" + good(), "kind"),
        "a script before a workbook": ("a.xlsx", lambda: b"PK\x03\x04#!" + good(), "packed"),
        "an archive that is no workbook": ("a.xlsx", lambda: packed([("a.txt", b"a")]), "kind"),
        "two parts of one name": ("a.xlsx", lambda: with_part(SHEET.upper()), "packed"),
        "a part said to be enciphered": ("a.xlsx", flagged, "locked"),
        "half a workbook": ("a.xlsx", lambda: good()[:-200], "packed"),
        "a table named as a workbook": ("a.xlsx", lambda: text, "kind"),
        "a page named as an old workbook": ("a.xls", lambda: b"<html><table></table></html>", "kind"),
        "rubbish named as an old workbook": ("a.xls", lambda: OLE + b"\1" * 4_000, "packed|limits"),
        "an old workbook with macros": (
            "a.xls", lambda: OLE + b"\0" * 600 + "_VBA_PROJECT".encode("utf-16-le"), "macro"),
        "a page named as a table": ("a.csv", lambda: b"<html><script>1</script></html>", "kind"),
        "a picture named as a table": ("a.csv", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "kind"),
        "a program named as a table": ("a.csv", lambda: b"MZ\x90\0" + b"\0" * 99, "kind"),
        "a workbook named as a table": ("a.csv", good, "kind"),
        "a packed table that unpacks to very much": ("a.csv.gz", lambda: gzip.compress(b"a," * 60_000_000), "bomb"),
        "a packed packed table": ("a.csv.gz", lambda: gzip.compress(gzip.compress(text)), "nested"),
        "half a packed table": ("a.csv.gz", lambda: gzip.compress(text)[:-12], "packed"),
        "something behind a packed table": ("a.csv.gz", lambda: gzip.compress(text) + b"more", "packed"),
        "a table in two bytes": ("a.csv", lambda: table().encode("utf-16"), "encoding"),
        "a table in no encoding": ("a.csv", lambda: text + b"\xff\xff\x80", "encoding"),
        "a table with noughts": ("a.csv", lambda: text + b"a,\0,b\n", "kind"),
        "a table of 16,384 columns": ("a.csv", lambda: b"a," * 16_383 + b"a\n", "columns"),
        "a table with too many rows": ("a.csv", lambda: b"a,b\n" + b"1,2\n" * 200_001, "rows"),
        "a cell without an end": ("a.csv", lambda: text + b'"' + b"a" * 300_000, "quotes"),
        "an empty file": ("a.csv", lambda: b"", "empty"),
        "a file of commas": ("a.csv", lambda: b",,,\n,,,\n", "empty"),
        "a file beyond 50 MB": ("a.csv", lambda: b"a,b\n" * 12_500_001, "size"),
    }  # fmt: skip
