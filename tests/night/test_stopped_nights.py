"""A night that cannot be published says so: yesterday's list stays, nothing is half done, and it can be run again."""

import threading
import time
from dataclasses import replace
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection, connections

from guanhu.apps.customers import actions as customers
from guanhu.apps.people import queries as people
from guanhu.apps.work import queries as work
from guanhu.engine import checks, tables
from guanhu.engine.lake import Lake
from guanhu.night import marks, run
from guanhu.night.stages import NightStopped
from tests.night.town import FIRST, FRIDAY, MONDAY, NOW, SATURDAY, SUNDAY, delivery, lines, viewer

pytestmark = [pytest.mark.slow, pytest.mark.long]

STAYS = "昨天的名单保持不变，已记下的联系没有受影响"


def missing(folder):
    (folder / "holdings.csv").unlink()


def truncated(folder):
    file = folder / "balances.csv"
    file.write_bytes(file.read_bytes()[:-3])


def without_manifest(folder):
    (folder / "manifest.json").unlink()


@pytest.mark.parametrize("break_it", [missing, truncated, without_manifest])
def test_a_delivery_that_is_not_whole_leaves_yesterdays_list(town, break_it):
    files = town.send(SATURDAY)
    break_it(files)
    before = town.left_behind(FRIDAY)
    with pytest.raises(NightStopped, match=STAYS):
        town.night(SATURDAY, files)
    assert town.left_behind(FRIDAY) == before
    assert work.today(viewer("S1")).data_day == FRIDAY
    assert not town.lake.has(tables.STANDINGS, SATURDAY)
    town.night(SATURDAY)
    assert work.today(viewer("S1")).data_day == SATURDAY


def test_other_content_without_a_higher_version_stops_the_day(on_saturday):
    changed = delivery(SATURDAY, SATURDAY)
    changed["customers"][0]["address"] = "新地址"
    before = on_saturday.left_behind(SATURDAY)
    with pytest.raises(NightStopped, match="更高的版本号"):
        on_saturday.night(SATURDAY, on_saturday.send(SATURDAY, changed))
    assert on_saturday.left_behind(SATURDAY) == before


def test_a_day_nobody_sent_is_asked_for(town):
    with pytest.raises(NightStopped, match=f"还缺 {SATURDAY}、{SUNDAY} 的文件"):
        town.night(MONDAY)
    assert town.lake.receipt(MONDAY) is None
    town.night(MONDAY, town.send(MONDAY, first=SATURDAY))
    assert work.today(viewer("S1")).data_day == MONDAY


def test_the_delivery_of_another_day_is_refused(town):
    with pytest.raises(NightStopped, match="业务日期"):
        town.night(SUNDAY, town.send(SATURDAY))


def test_two_banks_in_one_folder_are_refused(town):
    with pytest.raises(NightStopped, match="另一家银行（约定 guanhu，不是 berka）"):
        run.run(replace(town.task(SATURDAY, town.send(SATURDAY)), layout="berka"), now=lambda: NOW, code="test")


def test_figures_that_do_not_agree_are_not_published(town, monkeypatch):
    monkeypatch.setattr(checks, "audit", lambda lake, day: ["银行余额合计 1 分，计量合计 2 分"])
    with pytest.raises(NightStopped, match="1 处不符：银行余额合计"):
        town.night(SATURDAY)
    monkeypatch.undo()
    assert work.today(viewer("S1")).data_day == FRIDAY
    report = town.night(SATURDAY)
    assert lines(report) == ["收数", "换手", "导出记录", "核对", "排计划", "发布", "点数", "分户"]


def test_a_corrected_delivery_after_a_stop_is_measured_anew(town, monkeypatch):
    monkeypatch.setattr(checks, "audit", lambda lake, day: ["不符"])
    with pytest.raises(NightStopped):
        town.night(SATURDAY)
    monkeypatch.undo()
    corrected = delivery(SATURDAY, SATURDAY)
    corrected["balances"][0]["balance"] = "470000"
    report = town.night(SATURDAY, town.send(SATURDAY, corrected, version=2))
    assert "计量" in lines(report)
    assert 470_000_00 in {row["balance_fen"] for row in town.lake.rows(tables.STANDINGS, SATURDAY)}


def test_a_branch_that_fails_does_not_stop_the_others_and_is_published_later(town, monkeypatch):
    whole, bad = customers.publish_answers, people.branch_ids()["B1"]

    def fails(night_id, branch_id, **rows):
        if branch_id == bad:
            raise ValueError("坏了")
        whole(night_id, branch_id, **rows)

    monkeypatch.setattr(customers, "publish_answers", fails)
    with pytest.raises(NightStopped, match="没有发布：B1"):
        town.night(SATURDAY)
    assert {no: night.day for no, night in people.current_nights().items()} == {"B1": FRIDAY, "B2": SATURDAY}
    monkeypatch.undo()
    assert lines(town.night(SATURDAY)) == ["收数", "换手", "导出记录", "发布", "点数", "分户"]
    assert {night.day for night in people.current_nights().values()} == {SATURDAY}


def test_a_full_disk_is_told_in_a_sentence_and_the_night_goes_on_afterwards(town, monkeypatch):
    def full(self, table, day, frame):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Lake, "write", full)
    with pytest.raises(NightStopped, match=r"「收数」没有做完.*No space"):
        town.night(SATURDAY)
    monkeypatch.undo()
    town.night(SATURDAY)
    assert work.today(viewer("S1")).data_day == SATURDAY


@pytest.mark.parametrize("stage", [stage.name for stage in run.STAGES])
def test_a_night_that_broke_in_a_stage_goes_on_there_and_ends_the_same(town, saturday_night, monkeypatch, stage):
    names = [one.name for one in run.STAGES]
    broken = tuple(replace(one, carry_out=breaks(one)) if one.name == stage else one for one in run.STAGES)
    monkeypatch.setattr(run, "STAGES", broken)
    with pytest.raises(KeyboardInterrupt):
        town.night(SATURDAY)
    monkeypatch.undo()
    report = town.night(SATURDAY)
    always = len(run.COLLECTING)
    expected = [*names[:always], *names[max(always, names.index(stage)) :]]
    assert lines(report) == [one.zh for one in run.STAGES if one.name in expected]
    assert town.left_behind(SATURDAY) == saturday_night


def breaks(stage):
    """The stage, cut off when all is done but not said."""

    def carry_out(task):
        stage.carry_out(task)
        raise KeyboardInterrupt

    return carry_out


@pytest.mark.parametrize("stage", [stage.name for stage in run.STAGES])
def test_a_night_can_be_told_where_to_start(on_saturday, stage):
    before = on_saturday.left_behind(SATURDAY)
    report = on_saturday.night(SATURDAY, start_at=stage)
    assert lines(report)[0] == next(one.zh for one in run.STAGES if one.name == stage)
    assert on_saturday.left_behind(SATURDAY) == before


@pytest.mark.parametrize("stage", ["publish", "plan", "check", "run", "export", "nowhere"])
def test_a_start_that_needs_what_was_never_done_is_refused(town, stage):
    nights = people.nights()
    with pytest.raises(NightStopped, match=r"前面的阶段没有做过|没有叫 nowhere 的阶段"):
        town.night(SATURDAY, start_at=stage)
    assert people.nights() == nights


def test_marks_of_another_database_are_not_believed(town):
    task = replace(town.task(SATURDAY), night=people.nights()[0].night_id)
    marks.keep(task, marks.Marks(("feed", "export", "run")))
    assert marks.read(task).done == ("feed", "export", "run")
    with connection.cursor() as cursor:
        cursor.execute("update people_night set started_at = started_at + interval '1 second'")
    assert marks.read(task) == marks.Marks()


# ---------------------------------------------------------------- two at once


def test_a_second_night_beside_a_running_one_leaves_within_two_seconds_and_changes_nothing(town):
    told = connection.get_connection_params()
    before = town.left_behind(FRIDAY)
    files = town.send(SATURDAY)
    with psycopg.connect(f"postgresql://{told['user']}@/{told['dbname']}?host={quote(told['host'])}") as other:
        other.execute("select pg_advisory_lock(%s)", [run.LOCK])
        begun = time.monotonic()
        with pytest.raises(NightStopped, match=r"另一夜正在进行.*什么也没有改动"):
            town.night(SATURDAY, files)
        assert time.monotonic() - begun < 2
    assert town.left_behind(FRIDAY) == before
    assert [night.day for night in people.nights()] == [FRIDAY]


def test_of_two_nights_that_begin_together_one_wins(town):
    files, ends = town.send(SATURDAY), []

    def night():
        try:
            town.night(SATURDAY, files)
            ends.append("published")
        except NightStopped as stopped:
            ends.append(stopped.happened)
        finally:
            connections.close_all()

    slow = tuple(
        replace(one, carry_out=paused(one.carry_out, ends)) if one.name == "check" else one for one in run.STAGES
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "STAGES", slow)
        both = [threading.Thread(target=night) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
    assert sorted(ends) == ["published", "另一夜正在进行"]
    assert [night.attempt for night in people.nights() if night.day == SATURDAY] == [1]


def paused(carry_out, ends):
    """The stage, waiting until the other night has come to its end."""

    def carry(task):
        begun = time.monotonic()
        while not ends and time.monotonic() - begun < 20:
            time.sleep(0.05)
        return carry_out(task)

    return carry


def test_the_history_may_come_later_than_a_day(empty):
    """A day that arrived first is published; the history behind it is taken in without turning the branch back."""
    empty.night(MONDAY, empty.send(MONDAY, first=FIRST))
    empty.night(FRIDAY)
    assert work.today(viewer("S1")).data_day == MONDAY
