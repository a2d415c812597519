"""Carry out one night: the stages in order, from where a killed one stopped, under one lock."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from django.db import OperationalError, connection

from guanhu.apps.people import actions as people
from guanhu.apps.people import queries as people_queries
from guanhu.engine import checks, pipeline
from guanhu.night import export, feed, planning, publish
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
    """Choose for each manager whom to contact today, and by which channel."""
    lines = planning.plan_day(
        task.lake, task.day, task.policy, task.calendar, on_keeper=lambda done, of: task.say("排计划", done, of)
    )
    return f"{lines:,} 件"


STAGES: tuple[Stage, ...] = (
    Stage("feed", "收数", "Feed", "lake/bank、人员与隔离区", feed.receive),
    Stage("export", "导出记录", "Export", "lake/notes", export.notes),
    Stage("run", "计量", "Run", "lake/answers", _engine),
    Stage("check", "核对", "Check", "—", _check),
    Stage("plan", "排计划", "Plan", "lake/answers/plans", _plan),
    Stage("publish", "发布", "Publish", "各网点的今日名单", publish.answers),
)


def published(day: date) -> bool:
    """Has the night of this day been published?"""
    return any(night.day == day and night.state == PUBLISHED for night in people_queries.nights())


@dataclass(frozen=True)
class NightReport:
    """What a night did: its day, the day it prepared, and one line for each stage carried out."""

    day: date
    today: date
    lines: tuple[tuple[str, str], ...]


def explain() -> Sequence[str]:
    """The stages of a night in order, with what each writes."""
    return [f"{number} {stage.zh}（{stage.name}）→ {stage.writes}" for number, stage in enumerate(STAGES, 1)]


def run(task: Task, *, now: Callable[[], datetime], code: str, start_at: str | None = None,
        on_stage: Watcher | None = None) -> NightReport:  # fmt: skip
    """Carry out the night of ``task.day`` and publish it.

    A night that was killed goes on at the stage it had not finished; a finished one is carried out again whole and
    leaves the same behind. Raises ``NightStopped`` with what happened, what is safe and what to do.
    """
    with _one_at_a_time():
        night = people.begin_night(task.day, task.today, policy=task.policy.version, code=code, at=now())
        begun = replace(task, night=night)
        lines: list[tuple[str, str]] = []
        for stage in _stages_left(begun, start_at):
            said = stage.carry_out(begun)
            _mark(begun, stage.name)
            lines.append((stage.zh, said))
            if on_stage:
                on_stage(stage, said)
        people.finish_night(night, at=now())
        _unmark(begun)
    return NightReport(task.day, task.today, tuple(lines))


def _stages_left(task: Task, start_at: str | None) -> Iterator[Stage]:
    """Feed always (it knows by itself what it has); the others from the first one not marked as done."""
    names = [stage.name for stage in STAGES]
    if start_at is not None and start_at not in names:
        raise NightStopped(f"没有叫 {start_at} 的阶段", f"可用的阶段：{'、'.join(names)}。")
    done = _marks(task)
    if start_at is not None:
        first = names.index(start_at)
    else:
        first = next((at for at, name in enumerate(names) if name not in done), 0)
    yield from (stage for at, stage in enumerate(STAGES) if at >= first or (at == 0 and start_at is None))


def _marks_path(task: Task) -> Path:
    """Where the night keeps which stages it has finished, for this attempt alone."""
    return task.lake.root / "nights" / f"{task.day.isoformat()}-{task.night}.json"


def _marks(task: Task) -> list[str]:
    """The stages this attempt has finished."""
    path = _marks_path(task)
    return json.loads(path.read_text("utf-8")) if path.exists() else []  # type: ignore[no-any-return]


def _mark(task: Task, name: str) -> None:
    """Remember, whole or not at all, that a stage is finished."""
    path = _marks_path(task)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps([*_marks(task), name]), "utf-8")
    os.replace(part, path)


def _unmark(task: Task) -> None:
    """The night is published: nothing is left to go on with."""
    _marks_path(task).unlink(missing_ok=True)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
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
