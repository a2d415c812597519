"""Ledgers as people keep them: every kind of file, encoding and separator, their headings and their cells."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import date
from pathlib import Path

import duckdb
import pytest
import xlwt

from guanhu.feeds.errors import Problem
from guanhu.feeds.ledgers import headings
from guanhu.feeds.ledgers.headings import LedgerField as F
from guanhu.feeds.ledgers.limits import LedgerRefused, Limits
from guanhu.feeds.ledgers.reading import read
from guanhu.feeds.ledgers.rows import Judge, LedgerRow
from guanhu.rules.policy import SHIPPED
from tests.feeds.ledgers.evil import HEADINGS, ROWS, table, workbook

pytestmark = pytest.mark.practice("P14")

LIMITS = Limits.of(SHIPPED)
TODAY = date(2026, 11, 24)


def old_workbook() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    for number, row in enumerate([HEADINGS, *ROWS]):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


FILES = {
    "xlsx": ("a.xlsx", workbook),
    "xls": ("a.xls", old_workbook),
    "UTF-8": ("a.csv", lambda: table().encode()),
    "UTF-8 with its mark": ("a.csv", lambda: table().encode("utf-8-sig")),
    "GB18030": ("a.csv", lambda: table().encode("gb18030")),
    "GB18030, packed": ("a.csv.gz", lambda: gzip.compress(table().encode("gb18030"))),
    "semicolons": ("a.csv", lambda: table(sign=";").encode()),
    "tabs": ("a.tsv", lambda: table(sign="\t").encode("gb18030")),
    "bars": ("a.txt", lambda: table(sign="|").encode()),
    "a title above": ("a.csv", lambda: ("沈知微的台账,,,\r\n\r\n" + table()).encode()),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILES)
def test_the_same_ledger_is_read_from_every_kind_of_file(kind: str, tmp_path: Path):
    name, make = FILES[kind]
    (tmp_path / name).write_bytes(make())
    with read(tmp_path / name, LIMITS) as ledger:
        assert ledger.headings == tuple(HEADINGS)
        assert ledger.rows == len(ROWS)
        first = 3 if kind == "a title above" else 1
        assert list(ledger.lines()) == [(first + n, row) for n, row in enumerate(ROWS, 1)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["uci-bank-marketing/bank-full.csv.gz", "berka/client.csv.gz"])
def test_real_ledgers_are_read_as_two_other_readers_read_them(real_data: Path, name: str):
    path = real_data / name
    with gzip.open(path, "rt", newline="") as file:
        plain = list(csv.reader(file, delimiter=";"))
    with read(path, LIMITS) as ledger:
        assert [list(ledger.headings), *(cells for _, cells in ledger.lines())] == plain
    sql = f"select count(*) from read_csv('{path}', delim=';', header=true, quote='\"', all_varchar=true)"
    assert duckdb.sql(sql).fetchall() == [(ledger.rows,)]


def judged(text: str, says: dict[str, object] | None = None) -> list[LedgerRow | Problem]:
    """A small ledger, its cells parted by commas, judged without a reader of its own."""
    first, *rest = [line.split(",") for line in text.strip().splitlines()]
    columns = headings.told("台账.csv", first, says) if says else headings.guessed(first)
    judge = Judge("台账.csv", first, columns, LIMITS, TODAY, SHIPPED.child_years)
    return list(judge.rows((number, cells) for number, cells in enumerate(rest, 2)))


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("客户号", F.CUSTOMER_NO), ("CUST_NO", F.CUSTOMER_NO), ("client_id", F.CUSTOMER_NO), ("身份证号码", F.ID_NO),
        ("ID No.", F.ID_NO), ("手机号", F.PHONE), ("Ｐｈｏｎｅ", F.PHONE), ("联系电话（必填）", F.EXTRA),
        ("客户姓名", F.NAME), ("Full Name", F.NAME), ("性别", F.GENDER), ("出生日期", F.BIRTH_ON),
        ("job", F.OCCUPATION),
        ("家庭住址", F.ADDRESS), ("E-mail", F.EMAIL), ("跟进日期", F.CONTACTED_ON), ("跟进人", F.CONTACTED_BY),
        ("跟进记录", F.CONTACT_NOTE), ("孩子姓名", F.CHILD), ("child_birthday", F.CHILD), ("爱好", F.EXTRA),
        ("person", F.EXTRA), ("balance", F.EXTRA),
    ],
)  # fmt: skip
def test_a_heading_is_guessed_in_chinese_and_english(heading: str, field: F):
    assert headings.guessed([heading]).fields == {heading: field}


def test_of_two_columns_alike_the_second_is_an_extra_fact():
    fields = headings.guessed(["手机", "电话", "爱好"]).fields
    assert list(fields.values()) == [F.PHONE, F.EXTRA, F.EXTRA]


def test_a_mapping_may_be_told_either_way_and_the_rest_is_guessed():
    known = ["编号", "客户姓名", "备注"]
    wanted = {"编号": F.CUSTOMER_NO, "客户姓名": F.NAME, "备注": F.SKIP}
    assert headings.told("a", known, {"编号": "customer_no", "备注": "skip"}).fields == wanted
    assert headings.told("a", known, {"columns": {"customer_no": "编号", "skip": "备注"}}).fields == wanted


@pytest.mark.parametrize(
    "says", [{"编号": "colour"}, {"没有": "name"}, {"编号": "name", "备注": "name"}, {"编号": ["name"]}]
)
def test_a_mapping_that_does_not_fit_is_refused(says: dict[str, object]):
    with pytest.raises(LedgerRefused, match="列对应"):
        headings.told("a", ["编号", "备注"], says)


def test_a_row_is_typed_and_its_numbers_have_one_form():
    (row,) = judged(
        "客户号,身份证,手机,姓名,性别,生日,爱好\nC1, 11010519491231002x,138 0013 8000,赵 甲,女,1949年12月31日,垂钓"
    )
    assert isinstance(row, LedgerRow)
    assert row.keys == {F.CUSTOMER_NO: "C1", F.ID_NO: "11010519491231002X", F.PHONE: "13800138000"}
    assert row.said[F.BIRTH_ON] == "1949-12-31"
    assert row.facts == {"爱好": "垂钓"}


@pytest.mark.parametrize(
    ("text", "column", "rule"),
    [
        ("手机,生日\n13800138000,2026-02-30", "生日", "birth_on"),
        ("手机,生日\n13800138000,2027-01-01", "生日", "birth_on"),
        ("手机,生日\n13800138000,2020-01-01", None, "child"),
        ("手机\n1380000", None, None),
        ("手机,爱好\n138000,x", "手机", "phone"),
        ("手机,爱好\n138001380001,x", "手机", "phone"),
        ("身份证,爱好\n1101,x", "身份证", "id_no"),
        ("客户号,手机,爱好\n,,x", None, "key"),
        ("客户号,爱好\nC1,x,y", None, "width"),
        ("客户号,性别\nC1,不明", "性别", "gender"),
        ("客户号,邮箱\nC1,没有", "邮箱", "email"),
        ("客户号,联系内容\nC1,说好", None, "contact"),
        ("客户号,爱好\nC1,a\x07b", "爱好", "control"),
        ("客户号,爱好\nC1," + "长" * 2_001, "爱好", "long"),
        ("客户号,卡号\nC1,\ufffd#", "卡号", "rounded"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_says_where_why_and_what_to_do(text: str, column: str | None, rule: str | None):
    (problem,) = judged(text)
    if rule is None:
        assert isinstance(problem, LedgerRow)
        return
    assert isinstance(problem, Problem)
    assert (problem.file, problem.row, problem.column, problem.rule) == ("台账.csv", 2, column, rule)
    assert problem.says
    assert problem.suggestion
    assert problem.value is None


SECRETS = {"CVV2": "123", "交易密码": "0", "card_expiry": "12/30", "指纹": "x", "磁道信息": "y"}


@pytest.mark.parametrize("heading", SECRETS)
def test_a_row_with_a_c3_column_is_refused_without_its_value(heading: str):
    (problem,) = judged(f"客户号,{heading}\nC1,{SECRETS[heading]}")
    assert isinstance(problem, Problem)
    assert (problem.rule, problem.value) == ("c3/column", None)
    assert isinstance(judged(f"客户号,{heading}\nC1,")[0], LedgerRow)


def test_of_500_planted_c3_values_500_are_refused_and_none_is_told():
    kinds = ["查询密码是{n}", "cvv:{n}", "验证码 {n}", "6222021234567890={n}2601", "04AB{n}CDEF0123"]
    planted = [kinds[n % 5].format(n=f"{n:04d}"[:4]) for n in range(500)]
    rows = judged("客户号,备注\n" + "\n".join(f"C{n},{text}" for n, text in enumerate(planted)))
    assert [row.rule for row in rows if isinstance(row, Problem)] == ["c3/value"] * 500
    told = "\n".join(f"{row!r} {row}" for row in rows)
    assert [text for text in planted if text in told] == []


@pytest.mark.parametrize(
    ("cells", "facts"),
    [
        ("小明,2018-05-01", {"有孩子": "是", "孩子年龄段": "14 岁以下"}),
        ("大明,1999-05-01", {"有孩子": "是", "孩子年龄段": "14 岁及以上"}),
        ("小红,", {"有孩子": "是"}),
        ("无,", {"有孩子": "否"}),
        (",", {}),
    ],
)
def test_of_a_child_only_its_being_and_its_age_band_are_kept(cells: str, facts: dict[str, str]):
    (row,) = judged(f"客户号,孩子姓名,孩子生日\nC1,{cells}")
    assert isinstance(row, LedgerRow)
    assert (row.facts, row.said) == (facts, {F.CUSTOMER_NO: "C1"})


def test_no_mapping_makes_a_childs_name_a_fact():
    (row,) = judged("客户号,孩子学校\nC1,育才小学", {"孩子学校": "extra"})
    assert isinstance(row, LedgerRow)
    assert row.facts == {"有孩子": "是"}


def test_a_past_contact_keeps_its_day_its_author_and_its_words():
    (row,) = judged("客户号,联系日期,联系人,联系内容\nC1,2026/1/5,周予安,说好三月再来")
    assert isinstance(row, LedgerRow)
    assert row.contact is not None
    assert (row.contact.on, row.contact.by, row.contact.note) == ("2026-01-05", "周予安", "说好三月再来")
