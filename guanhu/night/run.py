"""Carry out one night: the stages in order, from where a killed one stopped, under one lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import DatabaseError, OperationalError, connection

from guanhu.apps.people import actions as people
from guanhu.apps.people import queries as people_queries
from guanhu.apps.people.signing.actions import sessions
from guanhu.engine import checks, pipeline, tables
from guanhu.night import counting, export, feed, marks, planning, publish, splitting
from guanhu.night.marks import Marks
from guanhu.night.stages import NightStopped, Stage, Task

PUBLISHED = "published"
LOCK = 5203003
"""One night at a time on one database."""

Watcher = Callable[[Stage, str], None]
"""Told of each stage when it is done: the stage and what came of it."""


def _engine(task: Task) -> str:
    """Measure every customer of the day and find what is about to happen."""
    return pipeline.run(task.lake, task.day, task.policy, task.calendar, on_step=task.say).why


def _check(task: Task) -> str:
    """Stop here when the answers do not agree with the bank's own figures."""
    found = checks.audit(task.lake, task.day)
    if found:
        raise NightStopped(f"{len(found)} 处不符：{'；'.join(found[:5])}", "请核对送数后重跑这一夜。")
    return "全部相符"


def _plan(task: Task) -> str:
    """Choose for each manager whom to contact on the coming days, and by which channel."""
    try:
        made = planning.plan_days(
            task.lake, task.day, task.policy, task.calendar, on_keeper=lambda done, of: task.say("排计划", done, of)
        )
    except planning.PlanRefused as refusal:
        raise NightStopped(str(refusal), "请把这条说明交给系统维护人员。") from refusal
    alone = f"，{made.today_alone} 位只排了今天" if made.today_alone else ""
    return f"今天 {made.lines:,} 件，往后 {made.ahead:,} 件{alone}"


STAGES: tuple[Stage, ...] = (
    Stage("feed", "收数", "Feed", "lake/bank、人员与隔离区", feed.receive),
    Stage("hand", "换手", "Hand over", "到日子的分户方案生效", splitting.hand_over),
    Stage("export", "导出记录", "Export", "lake/notes", export.notes),
    Stage("run", "计量", "Run", "lake/answers", _engine),
    Stage("check", "核对", "Check", "—", _check),
    Stage("plan", "排计划", "Plan", "lake/answers/plans", _plan),
    Stage("publish", "发布", "Publish", "各网点的今日名单", publish.answers),
    Stage("count", "点数", "Count", "每日点数与点数提示", counting.count),
    Stage("split", "分户", "Split", "到日子的分户草案", splitting.propose),
)


COLLECTING = ("feed", "hand", "export")
"""Carried out on every attempt: they find by themselves what has come in since. The others are done once for the same
files and notes."""


def published(day: date) -> bool:
    """Has the night of this day been published?"""
    return any(night.day == day and night.state == PUBLISHED for night in people_queries.nights())


@dataclass(frozen=True)
class NightReport:
    """What a night did: its day, the day it prepared, and one line for each stage carried out."""

    day: date
    today: date
    lines: tuple[tuple[str, str], ...]


def explain(task: Task) -> Sequence[str]:
    """The stages of a night in order, with what each writes, and how the measuring would go about it."""
    lines = [f"{number} {stage.zh}（{stage.name}）→ {stage.writes}" for number, stage in enumerate(STAGES, 1)]
    return [*lines, *pipeline.explain(task.lake, task.day, task.policy, task.calendar)]


def run(task: Task, *, now: Callable[[], datetime], code: str, start_at: str | None = None,
        on_stage: Watcher | None = None) -> NightReport:  # fmt: skip
    """Carry out the night of ``task.day`` and publish it.

    A night that was killed goes on at the stage it had not finished; a finished one is carried out again whole and
    leaves the same behind. Raises ``NightStopped`` with what happened, what is safe and what to do.
    """
    _require_ready(task, start_at)
    with one_at_a_time():
        fed = published(task.day)
        night = people.begin_night(task.day, task.today, policy=task.policy.version, code=code, at=now())
        begun = replace(task, night=night, at=now())
        begun = replace(begun, fed=fed or "feed" in marks.read(begun).done)
        lines: list[tuple[str, str]] = []
        for stage, said in _carried_out(begun, code, start_at):
            lines.append((stage.zh, said))
            if on_stage:
                on_stage(stage, said)
        people.finish_night(night, at=now())
        sessions.sweep(now())
        marks.forget(begun)
    return NightReport(task.day, task.today, tuple(lines))


def _require_ready(task: Task, start_at: str | None) -> None:
    """A night that is told where to start must find what the stages before would have left."""
    if start_at is None:
        return
    names = [stage.name for stage in STAGES]
    if start_at not in names:
        raise NightStopped(f"没有叫 {start_at} 的阶段", f"可用的阶段：{'、'.join(names)}。")
    needs = {"check": tables.STANDINGS, "plan": tables.STANDINGS, "publish": tables.PLANS}
    missing = start_at in needs and not task.lake.has(needs[start_at], task.day)
    if missing or (start_at != "feed" and task.lake.receipt(task.day) is None):
        raise NightStopped(f"{task.day} 还不能从 {start_at} 开始，前面的阶段没有做过", "请不带 --start-at 重跑这一夜。")


def _carried_out(task: Task, code: str, start_at: str | None) -> Iterator[tuple[Stage, str]]:
    """Each stage carried out, with what came of it: all from ``start_at``, else those that are not done already."""
    names = [stage.name for stage in STAGES]
    first = names.index(start_at) if start_at else 0
    kept = marks.read(task) if start_at is None else Marks()
    for stage in STAGES[first:]:
        if stage.name not in COLLECTING and stage.name in kept.done:
            continue
        said = _carry_out(stage, task)
        kept = Marks((*(name for name in kept.done if name != stage.name), stage.name), kept.ground)
        if stage.name == COLLECTING[-1]:
            kept = _on_this_ground(kept, marks.ground(task, code))
        marks.keep(task, kept)
        yield stage, said


def _on_this_ground(kept: Marks, ground: dict[str, object]) -> Marks:
    """What is done already, as far as it stands on the files and notes of now."""
    return kept if kept.ground == ground else Marks(COLLECTING, ground)


def _carry_out(stage: Stage, task: Task) -> str:
    """Carry out one stage; a machine that gives out is told in a sentence."""
    try:
        return stage.carry_out(task)
    except (OSError, DatabaseError) as error:
        raise NightStopped(f"「{stage.zh}」没有做完：{error}", "排除原因后重跑这一夜，会从这一步接着做。") from error


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the night's lock in the database; a second night says so within two seconds and changes nothing.

    The short wait lets the database notice that a night just killed has gone.
    """
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = '1500ms'")
        try:
            cursor.execute("select pg_advisory_lock(%s)", [LOCK])
        except OperationalError:
            raise NightStopped("另一夜正在进行", "等它结束后再试，这一次什么也没有改动。") from None
        finally:
            cursor.execute("reset lock_timeout")
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
