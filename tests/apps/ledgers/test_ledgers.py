"""A ledger kept by hand is tried, taken in, taken in again and taken back. P14; reliability C13."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from guanhu.apps.audit.models import Entry
from guanhu.apps.customers.ledgers import actions, judging, queries
from guanhu.apps.customers.ledgers.models import LedgerEntry
from guanhu.apps.customers.models import ContactPoint, Customer
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.feeds.ledgers.limits import LedgerRefused
from guanhu.rules.access import Reach
from tests.apps.ledgers.brought import counts, imports, in_force, numbers, state, taken, told, tried, written
from tests.cast import LI, SUN, ZHAO, Cast
from tests.factories import NOW

pytestmark = [pytest.mark.practice("P14"), pytest.mark.slow]

LEDGER = """客户号,姓名,手机,爱好,联系日期,联系人,联系内容
C000101,赵桂芬,13900000000,垂钓,2026-01-05,周予安,说好三月再来
,何山,13700000001,摄影,,,
,何水,13700000002,,,,
C000102,李建华,,,,,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def test_a_dry_run_tells_what_the_writing_then_does_and_writes_nothing(cast: Cast, folder: Path):
    path = written(folder, LEDGER)
    before = tried(cast.shen, path)
    assert counts(before) == (3, 0, 1, {})
    assert (in_force(), imports()) == ([], [])
    assert counts(taken(cast.shen, path)) == counts(before)
    assert len(in_force()) == 3


def test_what_the_bank_delivers_of_its_customers_is_not_overwritten_and_the_row_says_so(cast: Cast, folder: Path):
    before = Customer.objects.for_system("test").values().get(key=ZHAO)
    report = taken(cast.shen, written(folder, LEDGER))
    assert Customer.objects.for_system("test").values().get(key=ZHAO) == before
    assert ContactPoint.objects.for_system("test").filter(customer_id=ZHAO).count() == 1
    (zhao,) = in_force(customer_id=ZHAO)
    assert numbers(zhao) == (None, None, None)
    assert "台账资料" not in told(zhao)
    assert report.left_to_core == 2


def test_unknown_columns_are_kept_under_their_names_with_their_source(cast: Cast, folder: Path):
    taken(cast.shen, written(folder, LEDGER))
    (zhao,) = in_force(customer_id=ZHAO)
    assert told(zhao)["附加信息"] == {"爱好": "垂钓"}
    assert told(zhao)["来源"] == {"爱好": "台账.csv 第 2 行"}


def test_a_past_contact_keeps_its_author_and_its_date(cast: Cast, folder: Path):
    taken(cast.shen, written(folder, LEDGER))
    (zhao,) = in_force(customer_id=ZHAO)
    assert told(zhao)["过往联系"] == [{"日期": "2026-01-05", "联系人": "周予安", "内容": "说好三月再来"}]


def test_several_contacts_of_one_person_may_stand_in_rows_of_their_own(cast: Cast, folder: Path):
    rows = "手机,爱好,联系日期,联系人\n13700000001,画,2026-01-05,周\n13700000001,画,2026-02-05,沈\n"
    path = written(folder, rows + "13700000001,画,2026-02-05,沈\n13700000001,棋,2026-03-05,沈\n13700000001,画,,\n")
    assert counts(tried(cast.shen, path)) == (1, 1, 0, {"double": 3})
    assert counts(taken(cast.shen, path)) == (1, 1, 0, {"double": 3})
    assert [each["联系人"] for each in told(in_force()[0])["过往联系"]] == ["周", "沈"]


def test_who_the_bank_does_not_know_is_a_prospect_of_whoever_brought_the_ledger(cast: Cast, folder: Path):
    taken(cast.shen, written(folder, LEDGER))
    lead = replace(cast.qin, reach=Reach.BRANCH)
    phones = {numbers(row)[2] for row in LedgerEntry.objects.seen_by(cast.shen).filter(customer=None)}
    assert phones == {"13700000001", "13700000002"}
    assert LedgerEntry.objects.seen_by(cast.zhou).count() == 0
    assert LedgerEntry.objects.seen_by(lead).count() == 3
    assert LedgerEntry.objects.seen_by(replace(cast.yan, reach=Reach.BRANCH)).count() == 0


def test_whom_others_keep_nobody_learns_of_from_an_import(cast: Cast, folder: Path):
    path = written(folder, f"客户号,爱好\nC{SUN:06d},棋\nC999999,画\n")
    assert counts(taken(cast.shen, path)) == (2, 0, 0, {})
    assert [row.customer_id for row in in_force()] == [None, None]
    assert LedgerEntry.objects.seen_by(cast.zhou).count() == 0


def test_a_row_is_known_again_by_its_number_its_identity_or_its_phone(cast: Cast, folder: Path):
    taken(cast.shen, written(folder, "客户号,身份证,手机,爱好\nX1,,13700000001,画\n,360102196303050428,,棋\n"))
    again = written(folder, "身份证,手机,爱好,住处\n,13700000001,书,东湖\n360102 19630305 0428,,,西湖\n", "二.csv")
    assert counts(taken(cast.shen, again)) == (0, 2, 0, {})
    assert len(in_force()) == 2
    (zhao,) = in_force(customer_id=ZHAO)
    (other,) = in_force(customer_id=None)
    assert told(zhao)["附加信息"] == {"爱好": "棋", "住处": "西湖"}
    assert told(other)["附加信息"] == {"爱好": "书", "住处": "东湖"}


def test_a_weaker_number_never_joins_two_whose_stronger_numbers_differ(cast: Cast, folder: Path):
    taken(cast.shen, written(folder, "客户号,手机,爱好\nX1,13700000001,画\n"))
    couple = written(folder, "客户号,手机,爱好\nX2,13700000001,棋\n", "二.csv")
    assert counts(taken(cast.shen, couple)) == (1, 0, 0, {})
    which = written(folder, "手机,爱好\n13700000001,书\n", "三.csv")
    assert counts(taken(cast.shen, which)) == (0, 0, 0, {"several": 1})


def test_if_any_shared_number_joined_a_couple_would_become_one(cast: Cast, folder: Path, monkeypatch):
    def careless(known, marks):
        return next((found for mark in marks.items() if (found := known.index.get(mark))), set())

    monkeypatch.setattr(queries.Known, "find", careless)
    taken(cast.shen, written(folder, "客户号,手机,爱好\nX1,13700000001,画\n"))
    couple = written(folder, "客户号,手机,爱好\nX2,13700000001,棋\n", "二.csv")
    assert counts(taken(cast.shen, couple)) == (0, 1, 0, {})


def test_a_prospect_who_became_a_customer_takes_what_was_told_along(cast: Cast, folder: Path):
    taken(cast.shen, written(folder, "手机,姓名,爱好\n13812340000,赵桂芳,画\n"))
    ContactPoint.objects.create(customer_id=LI, kind="phone", value="13812340000", source="bank")
    assert counts(taken(cast.shen, written(folder, "手机,称呼\n13812340000,赵老师\n", "二.csv"))) == (0, 1, 0, {})
    (row,) = in_force()
    assert (row.customer_id, numbers(row)) == (LI, (None, None, None))
    assert told(row)["附加信息"] == {"爱好": "画", "称呼": "赵老师"}


def test_the_same_file_again_does_nothing_and_gives_the_report_of_then(cast: Cast, folder: Path):
    path = written(folder, LEDGER)
    first, before = taken(cast.shen, path), state()
    again = taken(cast.shen, path, hours=1)
    assert (again.plain(), again.again, state()) == (first.plain(), True, before)
    assert len(imports()) == 1


def test_the_same_rows_in_another_file_change_nothing(cast: Cast, folder: Path):
    taken(cast.shen, written(folder, LEDGER))
    before = state()
    assert counts(taken(cast.shen, written(folder, LEDGER + "\n", "二.csv"))) == (0, 0, 4, {})
    assert state() == before


def test_an_empty_cell_takes_nothing_away(cast: Cast, folder: Path):
    taken(cast.shen, written(folder, "手机,爱好,住处\n13700000001,画,东湖\n"))
    taken(cast.shen, written(folder, "手机,爱好,住处\n13700000001,,西湖\n", "二.csv"))
    assert told(in_force()[0])["附加信息"] == {"爱好": "画", "住处": "西湖"}


def test_a_file_without_a_key_is_known_by_its_row_numbers(cast: Cast, folder: Path):
    taken(cast.shen, written(folder, "称呼,爱好\n甲,画\n乙,棋\n"))
    assert counts(taken(cast.shen, written(folder, "称呼,爱好\n甲,画\n乙,书\n丙,琴\n", "二.csv"))) == (1, 1, 1, {})
    assert len(in_force()) == 3


def test_taken_back_everything_is_as_before(cast: Cast, folder: Path):
    taken(cast.shen, written(folder, LEDGER))
    before = state()
    batch = taken(
        cast.shen, written(folder, LEDGER.replace("垂钓", "书法") + ",新人,13700000009,,,,\n", "二.csv"), hours=1
    ).batch
    assert batch
    assert state() != before
    assert actions.undo(by=cast.shen, batch=batch, now=NOW) == 2
    assert state() == before
    with pytest.raises(Invisible):
        actions.undo(by=cast.shen, batch=batch, now=NOW)


def test_only_who_brought_it_may_take_it_back_and_only_for_a_day(cast: Cast, folder: Path):
    batch = taken(cast.shen, written(folder, LEDGER)).batch
    assert batch
    with pytest.raises(Invisible):
        actions.undo(by=cast.zhou, batch=batch, now=NOW)
    with pytest.raises(Refused, match="24 小时"):
        actions.undo(by=cast.shen, batch=batch, now=NOW.replace(day=26))
    assert len(in_force()) == 3


def test_what_a_later_import_stands_on_is_not_taken_back_before_it(cast: Cast, folder: Path):
    batch = taken(cast.shen, written(folder, LEDGER)).batch
    later = taken(cast.shen, written(folder, LEDGER.replace("垂钓", "书法"), "二.csv")).batch
    assert batch
    assert later
    with pytest.raises(Refused, match="后来的那一批"):
        actions.undo(by=cast.shen, batch=batch, now=NOW)
    actions.undo(by=cast.shen, batch=later, now=NOW)
    actions.undo(by=cast.shen, batch=batch, now=NOW)
    assert in_force() == []


def test_taken_back_a_file_may_be_taken_in_again(cast: Cast, folder: Path):
    path = written(folder, LEDGER)
    batch = taken(cast.shen, path).batch
    assert batch
    actions.undo(by=cast.shen, batch=batch, now=NOW)
    assert counts(taken(cast.shen, path)) == (3, 0, 1, {})


def test_a_mapping_is_remembered_for_the_next_file_of_its_shape(cast: Cast, folder: Path):
    says = {"编号": "customer_no", "备注": "skip"}
    taken(cast.shen, written(folder, "编号,备注,爱好\nX1,不写,画\n"), says)
    taken(cast.shen, written(folder, "编号,备注,爱好\nX2,不写,棋\n", "二.csv"))
    assert [told(row)["附加信息"] for row in in_force()] in (
        [{"爱好": "画"}, {"爱好": "棋"}],
        [{"爱好": "棋"}, {"爱好": "画"}],
    )
    taken(cast.zhou, written(folder, "编号,备注,爱好\nX3,写了,棋\n", "三.csv"))
    assert {"编号": "X3", "备注": "写了", "爱好": "棋"} in [told(row)["附加信息"] for row in in_force()]


def test_what_is_told_lies_sealed_and_c3_is_nowhere(cast: Cast, folder: Path):
    path = written(
        folder, "手机,爱好,备注,CVV\n13700000001,罕见词甲,,\n13700000002,b,密码是 918273,\n13700000003,c,,918274\n"
    )
    assert counts(taken(cast.shen, path)) == (1, 0, 0, {"c3/column": 1, "c3/value": 1})
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        text = ""
        for table in tables:
            cursor.execute(f"select coalesce(string_agg(to_jsonb(t)::text, ' '), '') from {table} t")
            text += cursor.fetchone()[0]
    assert [word for word in ("罕见词甲", "13700000001", "918273", "918274") if word in text] == []


def test_begin_every_stretch_and_taking_back_are_on_the_trail(cast: Cast, folder: Path):
    batch = taken(cast.shen, written(folder, LEDGER)).batch
    assert batch
    actions.undo(by=cast.shen, batch=batch, now=NOW)
    records = Entry.objects.filter(action="import").order_by("seq")
    assert [(row.actor, row.chain) for row in records] == [("S01", "B1")] * 3


def test_a_file_that_is_refused_writes_nothing(cast: Cast, folder: Path):
    path = folder / "a.xlsx"
    path.write_bytes(b"PK\x03\x04rubbish")
    with pytest.raises(LedgerRefused, match="什么也没有写入"):
        taken(cast.shen, path)
    assert imports() == []


@pytest.mark.parametrize("at_once", [1, 2, 3, 500])
def test_however_the_rows_are_cut_the_result_is_one(cast: Cast, folder: Path, settings, at_once: int):
    settings.GUANHU_POLICY = replace(settings.GUANHU_POLICY, ledger_rows_at_once=at_once)
    rows = "手机,爱好,联系日期\n" + "".join(f"1370000000{n % 5},画,2026-01-0{n % 7 + 1}\n" for n in range(30))
    path = written(folder, rows)
    dry = counts(tried(cast.shen, path))
    assert counts(taken(cast.shen, path)) == dry == (5, 25, 0, {})
    assert [len(told(row)["过往联系"]) for row in in_force()] == [6] * 5


def test_a_file_that_forgets_whom_it_met_counts_somebody_twice(cast: Cast, folder: Path, monkeypatch):
    rows = "手机,爱好\n13700000001,画\n13700000001,棋\n"
    assert counts(tried(cast.shen, written(folder, rows))) == (1, 0, 0, {"double": 1})
    monkeypatch.setattr(judging.Judgement, "_again", lambda *_: None)
    assert counts(tried(cast.shen, written(folder, rows))) != (1, 0, 0, {"double": 1})
