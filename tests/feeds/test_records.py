"""Lines become rows: the quick road and the careful one agree, and every line is a row or a broken one."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanhu.feeds import decode, records
from guanhu.feeds.errors import DeliveryRefused

NAMES = ["a", "b", "c"]


def read(path: Path, text: str, **told: bool) -> tuple[list[tuple[int, ...]], list[tuple[int, str]]]:
    """The rows (line and texts, empty for nothing) and the broken lines of a file."""
    path.write_text(text, "utf-8", newline="")
    rows, broken = [], []
    source = decode.Source(path)
    for part in records.parts(source, records.header(source), **told):
        frame = part.frame.select(records.ROW, *NAMES)
        rows += [(row[0], *(text or "" for text in row[1:])) for row in frame.iter_rows()]
        broken += part.broken
    return rows, broken


def test_a_clean_file_keeps_its_line_numbers(tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", "a,b,c\n1,,3\n4,5,\n") == ([(2, "1", "", "3"), (3, "4", "5", "")], [])


def test_windows_line_ends_are_line_ends(tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", "a,b,c\r\n1,,3\r\n") == ([(2, "1", "", "3")], [])


def test_a_blank_line_is_no_row_but_counts_as_a_line(tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", "a,b,c\n\n1,2,3\n\n") == ([(3, "1", "2", "3")], [])


def test_a_quoted_field_may_run_over_lines(tmp_path: Path) -> None:
    rows, broken = read(tmp_path / "a.csv", 'a,b,c\n1,"x\ny, ""z""",3\n4,5,6\n')
    assert (rows, broken) == ([(2, "1", 'x\ny, "z"', "3"), (4, "4", "5", "6")], [])


def test_an_open_quote_breaks_its_own_line_alone(tmp_path: Path) -> None:
    rows, broken = read(tmp_path / "a.csv", 'a,b,c\n1,"2,3\n4,5,6\n7,"8",9\n')
    assert broken == [(2, '1,"2,3')]
    assert [row[0] for row in rows] == [3, 4]


def test_too_few_in_one_line_and_too_many_in_the_next_are_both_found(tmp_path: Path) -> None:
    rows, broken = read(tmp_path / "a.csv", "a,b,c\n1,2\n3,4,5,6\n7,8,9\n")
    assert (rows, broken) == ([(4, "7", "8", "9")], [(2, "1,2"), (3, "3,4,5,6")])


def test_a_quoted_header_is_a_header(tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", '"a", b ,"c"\n1,2,3\n')[0] == [(2, "1", "2", "3")]


@pytest.mark.parametrize("text", ["", "\n", "a,,c\n1,2,3\n"])
def test_a_file_without_a_header_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DeliveryRefused, match="表头"):
        read(tmp_path / "a.csv", text)


def test_a_last_line_without_its_end_is_a_cut_file_unless_sealed(tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused, match="截断"):
        read(tmp_path / "a.csv", "a,b,c\n1,2,3")
    assert read(tmp_path / "a.csv", "a,b,c\n1,2,3", sealed=True)[0] == [(2, "1", "2", "3")]


TEXTS = st.text(st.sampled_from('ab1 ",\n\u2028\u0085é赵'), max_size=8)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS).filter(any), max_size=30), st.integers(5, 60))
def test_whatever_a_csv_writer_writes_is_read_back_whole(
    tmp_path: Path, rows: list[tuple[str, str, str]], block: int
) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([NAMES, *rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decode, "BLOCK", block)
        found, broken = read(tmp_path / "a.csv", out.getvalue())
    assert broken == []
    assert [row[1:] for row in found] == rows


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.sampled_from('a1,"'), min_size=1, max_size=12), max_size=30), st.integers(5, 60))
def test_of_any_lines_at_all_none_gets_lost(tmp_path: Path, lines: list[str], block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decode, "BLOCK", block)
        found, broken = read(tmp_path / "a.csv", "a,b,c\n" + "".join(f"{line}\n" for line in lines))
    taken = sum(1 + sum(str(text).count("\n") for text in row[1:]) for row in found) + len(broken)
    assert taken == len(lines)
    assert all(lines[line - 2] == text for line, text in broken)
