"""A ledger brought in a browser goes from step to step, each done beside the pages. P14; reliability A13, C1, C13."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from guanhu.apps.customers.ledgers import importing
from guanhu.apps.customers.uploads import queries
from guanhu.apps.customers.uploads.actions import asking, pieces
from guanhu.apps.customers.uploads.actions.work import Worker
from guanhu.apps.customers.uploads.models import LedgerPart
from guanhu.apps.customers.uploads.shapes import UploadState as S
from guanhu.apps.people import vault
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.models import Staff
from tests.apps.ledgers.brought import in_force, told
from tests.apps.uploads.brought import HOUR, at, bring, columns, counts, kept, rows, seen, work, write
from tests.cast import Cast
from tests.factories import NOW

pytestmark = [pytest.mark.practice("P14"), pytest.mark.slow]

LEDGER = """客户号,姓名,手机,爱好,联系日期,联系人,联系内容
C000101,赵桂芬,13900000000,垂钓,2026-01-05,周予安,说好三月再来
,何山,13700000001,摄影,,,
,何水,137000,,,,
C000102,李建华,,,,,
"""


def test_a_ledger_is_opened_mapped_tried_and_written(cast: Cast):
    upload = bring(cast.shen, LEDGER)
    opened = seen(cast.shen, upload)
    assert (opened.state, opened.rows, opened.told.file, opened.told.encoding) == (S.COLUMNS, 4, "台账.csv", "utf-8")
    assert opened.told.columns["手机"] == "phone"
    columns(cast.shen, upload)
    assert counts(seen(cast.shen, upload)) == (2, 0, 1, 1)
    assert in_force() == []
    assert counts(write(cast.shen, upload)) == (2, 0, 1, 1)
    assert seen(cast.shen, upload).state is S.WRITTEN
    assert len(in_force()) == 2
    assert kept() == (0, 1)
    assert work() == []
    assert [row.value for row in queries.refusals(at(cast.shen), upload).rows] == [None]


def test_all_rows_of_a_kind_are_mended_at_once_and_a_cell_by_itself(cast: Cast):
    rows = "手机,生日\n13700000001,1970-02-30\n13700000002,1971-04-31\n137,\n"
    upload = bring(cast.shen, rows)
    columns(cast.shen, upload)
    assert counts(seen(cast.shen, upload)) == (0, 0, 0, 3)
    asking.mend_kind(by=at(cast.shen), upload=upload, rule="birth_on", place=2, way="month_end", now=NOW)
    work()
    asking.mend_cell(by=at(cast.shen), upload=upload, line=4, place=1, text="13700000003", now=NOW)
    work()
    assert counts(seen(cast.shen, upload)) == (3, 0, 0, 0)
    write(cast.shen, upload)
    assert sorted(told(row)["台账资料"]["生日"] for row in in_force() if "台账资料" in told(row)) == [
        "1970-02-28", "1971-04-30",
    ]  # fmt: skip


def test_a_cell_that_was_not_refused_or_would_hold_c3_is_not_mended(cast: Cast):
    upload = bring(cast.shen, "手机,备注\n137,\n13700000001,密码是 918273\n")
    columns(cast.shen, upload)
    for line, place, text in ((3, 2, "x"), (9, 1, "x"), (2, 1, "密码是 918273")):
        with pytest.raises(Refused):
            asking.mend_cell(by=at(cast.shen), upload=upload, line=line, place=place, text=text, now=NOW)
    with pytest.raises(Refused):
        asking.mend_kind(by=at(cast.shen), upload=upload, rule="c3/value", place=2, way="empty", now=NOW)


def test_a_mapping_that_says_nobody_or_says_one_thing_twice_is_refused(cast: Cast):
    upload = bring(cast.shen, "称呼,爱好\n甲,画\n")
    with pytest.raises(Refused, match="以行号为键"):
        columns(cast.shen, upload)
    with pytest.raises(Refused, match="只对应一列"):
        columns(cast.shen, upload, 称呼="phone", 爱好="phone")
    columns(cast.shen, upload, numbered=True, 称呼="skip")
    write(cast.shen, upload)
    assert [told(row)["附加信息"] for row in in_force()] == [{"爱好": "画"}]
    again = bring(cast.shen, "称呼,爱好\n甲,书\n", now=NOW + HOUR)
    assert (seen(cast.shen, again).told.remembered, seen(cast.shen, again).told.columns["称呼"]) == (True, "skip")


def test_paused_it_goes_on_where_it_stopped_and_may_be_taken_back_from_there(cast: Cast, settings: Any):
    settings.GUANHU_POLICY = replace(settings.GUANHU_POLICY, ledger_rows_at_once=2)
    upload = bring(cast.shen, "手机,爱好\n" + "".join(f"1370000000{n},画\n" for n in range(7)))
    columns(cast.shen, upload)
    asking.write(by=at(cast.shen), upload=upload, now=NOW)
    for stop_at in (2, 4):
        Worker(lambda: NOW, partial(next, iter([True] * (stop_at // 2 - 1) + [False]))).attend()
        assert len(in_force()) == seen(cast.shen, upload).done
        asking.pause(by=at(cast.shen), upload=upload, now=NOW)
        assert work() == []
        asking.write(by=at(cast.shen), upload=upload, now=NOW)
    work()
    assert counts(seen(cast.shen, upload)) == (7, 0, 0, 0)
    assert len(in_force()) == 7
    asking.ask_undo(by=at(cast.shen), upload=upload, now=NOW + HOUR)
    work(NOW + HOUR)
    assert (seen(cast.shen, upload).state, in_force()) == (S.UNDONE, [])


def test_a_step_is_taken_once_whoever_asks_twice(cast: Cast):
    upload = bring(cast.shen, LEDGER)
    columns(cast.shen, upload)
    asking.write(by=at(cast.shen), upload=upload, now=NOW)
    with pytest.raises(Conflict):
        asking.write(by=at(cast.shen), upload=upload, now=NOW)
    with pytest.raises(Conflict):
        asking.drop(by=at(cast.shen), upload=upload, now=NOW)
    work()
    assert len(in_force()) == 2


def test_nobody_but_who_brought_it_sees_it_or_goes_on_with_it(cast: Cast):
    upload = bring(cast.shen, LEDGER)
    for other in (cast.zhou, cast.qin, cast.yan):
        assert queries.uploads(at(other)) == ()
        assert queries.upload(at(other), upload) is None
        assert queries.refusals(at(other), upload).rows == ()
        with pytest.raises(Invisible):
            asking.drop(by=at(other), upload=upload, now=NOW)


def test_who_leads_the_branch_sees_the_figures_of_its_imports_and_nobody_else_does(cast: Cast):
    upload = bring(cast.shen, LEDGER)
    columns(cast.shen, upload)
    write(cast.shen, upload)
    (line,) = queries.of_branch(at(cast.qin))
    assert (line.who, line.rows, line.added, line.refused, line.file, line.public_id) == ("沈知微", 4, 2, 1, "", None)
    assert queries.of_branch(at(cast.zhou)) == ()
    assert [line for line in queries.of_branch(at(cast.qin)) if line.who != "沈知微"] == []


def test_two_at_once_write_each_their_own(cast: Cast):
    uploads = {by.staff_no: bring(by, LEDGER) for by in (cast.shen, cast.zhou)}
    for by in (cast.shen, cast.zhou):
        columns(by, uploads[by.staff_no])
        asking.write(by=at(by), upload=uploads[by.staff_no], now=NOW)
    work()
    assert counts(seen(cast.shen, uploads["S01"])) == (2, 0, 1, 1)
    assert counts(seen(cast.zhou, uploads["S02"])) == (3, 0, 0, 1)
    assert len(in_force()) == 5


def test_c3_is_struck_out_as_the_file_is_opened_and_lies_nowhere_afterwards(cast: Cast):
    upload = bring(
        cast.shen, "手机,爱好,备注,CVV\n13700000001,画,,\n13700000002,b,密码是 918273,\n13700000003,c,,918274\n"
    )
    kept = "".join(vault.open(one, "content") or "" for one in LedgerPart.objects.for_system("test"))
    assert "画" in kept
    assert [value for value in ("918273", "918274") if value in kept] == []
    assert [value for value in ("918273", "918274") if value in str(seen(cast.shen, upload).told)] == []
    columns(cast.shen, upload)
    assert counts(seen(cast.shen, upload)) == (1, 0, 0, 2)
    assert [row.value for row in queries.refusals(at(cast.shen), upload).rows] == [None, None]


def test_lines_kept_as_they_came_would_hold_c3_and_this_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pieces, "struck", lambda cells, *_: cells)
    bring(cast.shen, "手机,备注\n13700000002,密码是 918273\n")
    assert "918273" in "".join(vault.open(one, "content") or "" for one in LedgerPart.objects.for_system("test"))


def test_a_file_that_cannot_be_opened_says_why_and_is_gone(cast: Cast):
    upload = bring(cast.shen, "PK\x03\x04rubbish", "a.xlsx")
    view = seen(cast.shen, upload)
    assert (view.state, view.is_kept) == (S.REFUSED, False)
    assert "工作簿" in view.told.stopped
    assert kept() == (0, 0)


def test_given_up_or_left_for_a_fortnight_the_file_is_gone(cast: Cast):
    upload, idle = bring(cast.shen, LEDGER), bring(cast.shen, LEDGER + ",何川,13700000005,,,,\n")
    columns(cast.shen, upload)
    asking.drop(by=at(cast.shen), upload=upload, now=NOW)
    work()
    assert (seen(cast.shen, upload).is_kept, kept()) == (False, (1, 0))
    work(NOW + 14 * 24 * HOUR)
    assert seen(cast.shen, idle).state is S.COLUMNS
    work(NOW + 15 * 24 * HOUR)
    work(NOW + 15 * 24 * HOUR)
    assert (seen(cast.shen, idle).state, kept()) == (S.DROPPED, (0, 0))


def test_who_may_not_import_any_more_is_not_imported_for(cast: Cast):
    upload = bring(cast.shen, LEDGER)
    columns(cast.shen, upload)
    asking.write(by=at(cast.shen), upload=upload, now=NOW)
    Staff.objects.filter(staff_no="S01").update(locked_at=NOW)
    work()
    view = seen(cast.shen, upload)
    assert (view.state, "没有导入的权限" in view.told.stopped, in_force()) == (S.PAUSED, True, [])


def test_a_fault_stops_the_step_where_it_can_be_asked_for_again(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    upload = bring(cast.shen, LEDGER)
    with monkeypatch.context() as broken:
        broken.setattr(importing, "dry_run", lambda *_: (_ for _ in ()).throw(OSError("13812342716")))
        with pytest.raises(OSError, match="138"):
            columns(cast.shen, upload)
    assert (seen(cast.shen, upload).state, seen(cast.shen, upload).fault) == (S.COLUMNS, "OSError")
    columns(cast.shen, upload)
    assert seen(cast.shen, upload).state is S.TRIED


def test_after_the_hours_of_the_policy_nothing_is_taken_back(cast: Cast):
    upload = bring(cast.shen, LEDGER)
    columns(cast.shen, upload)
    write(cast.shen, upload)
    with pytest.raises(Refused, match="24 小时"):
        asking.ask_undo(by=at(cast.shen), upload=upload, now=NOW + 25 * HOUR)
    later = bring(cast.shen, LEDGER.replace("垂钓", "书法"), "二.csv", NOW + HOUR)
    columns(cast.shen, later)
    write(cast.shen, later)
    asking.ask_undo(by=at(cast.shen), upload=upload, now=NOW + HOUR)
    work(NOW + HOUR)
    view = seen(cast.shen, upload)
    assert (view.state, "后来的那一批" in view.told.stopped) == (S.WRITTEN, True)


def test_the_same_file_once_more_does_nothing_and_gives_the_report_of_then(cast: Cast):
    for hours in (0, 1):
        upload = bring(cast.shen, LEDGER, now=NOW + hours * HOUR)
        columns(cast.shen, upload)
        assert counts(write(cast.shen, upload)) == (2, 0, 1, 1)
    assert len(in_force()) == 2


def test_so_many_at_once_and_no_more(cast: Cast):
    for n in range(5):
        bring(cast.shen, f"手机\n1370000000{n}\n")
    for file, raw in (("a.csv", b"x"), ("", b"x"), ("a.csv", b"")):
        with pytest.raises(Refused):
            asking.bring(by=at(cast.shen), file=file, raw=raw, now=NOW)
    assert asking.bring(by=at(cast.zhou), file="C:\\台账\\a.csv", raw="手机\n1\n".encode(), now=NOW)


def test_one_click_that_comes_twice_is_one_upload(cast: Cast):
    assert bring(cast.shen, LEDGER) == bring(cast.shen, LEDGER)
    assert len(rows()) == 1
