"""值守: what waits between two nights, done under the night's login: searches, dry runs, alarms, exports that are over.

Whoever asks on a page only writes down what is wanted; nothing of it runs with the rights of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.utils.timezone import localdate

from guanhu.apps.customers.cases import actions as cases
from guanhu.apps.customers.cases import queries as case_queries
from guanhu.apps.customers.exports import actions as exports
from guanhu.apps.people.clearing import queries as clearings
from guanhu.engine.lake import Lake
from guanhu.night import alarms, clearing, finding
from guanhu.night.run import one_at_a_time
from guanhu.night.stages import Progress, silent
from guanhu.rules.policy import Policy

LOCK = 5203008
"""One at a time on one database, however many sites are open."""


@dataclass
class Standby:
    """One bank's lake, deliveries and numbers, and when the trail was last read for oddities."""

    lake: Lake
    uploads: Path
    policy: Policy
    now: Callable[[], datetime]
    watched_at: datetime | None = None

    def attend(self) -> list[str]:
        """Do what waits; what was done, in words. Nothing when another process is at it."""
        with _alone() as mine:
            return [*self._search(), *self._count(), *self._sweep(), *self._watch()] if mine else []

    def _search(self) -> Iterator[str]:
        for key, number in case_queries.waiting():
            try:
                found = finding.search(key, number, self.lake, self.policy, now=self.now)
                yield f"个案 {number}：{sum(hit.rows for hit in found.hits)} 行"
            except Exception as fault:
                cases.search_failed(key, type(fault).__name__)
                raise

    def _count(self) -> Iterator[str]:
        asked = clearings.waiting()
        if asked is not None:
            grounds = clearing.Grounds(self.lake, self.uploads, self.policy, asked.as_of)
            parts = clearing.count(asked.key, grounds, now=self.now)
            yield f"到期试算：{sum(part.rows for part in parts)} 行"

    def _sweep(self) -> Iterator[str]:
        swept = exports.sweep(self.now())
        if swept:
            yield f"导出：{swept} 个申请的文件已销毁"

    def _watch(self) -> Iterator[str]:
        now = self.now()
        due = self.watched_at is None or now - self.watched_at >= timedelta(minutes=self.policy.alarm_every_minutes)
        if due:
            self.watched_at = now
            seen = alarms.watch(self.lake, self.policy, now=now)
            if seen.raised:
                yield f"异常提醒：新增 {seen.raised} 条"

    def clear(self, say: Progress = silent) -> int | None:
        """Carry out the clearing that was approved; how many rows went, null without one. ``ClearingStopped``."""
        asked = clearings.approved()
        if asked is None:
            return None
        grounds = clearing.Grounds(self.lake, self.uploads, self.policy, asked.as_of)
        with one_at_a_time():
            return clearing.carry_out(grounds, now=self.now, today=localdate(self.now()), say=say)


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
