"""点数: each day's contacts are counted for every colleague, and what calls for a question is raised. P52–P57.

After publishing: nothing of it changes a list. The counts are worked out of the lake alone, whenever they are asked
for; the first night counts the year before it.
"""

from __future__ import annotations

from datetime import date, timedelta

from guanhu.apps.work.counting import actions, queries
from guanhu.engine.counts import counts
from guanhu.night.export import days as days_exported
from guanhu.night.stages import Task
from guanhu.rules.flags import Flag, flags_of
from guanhu.rules.habits import WEEK, weeks_of_year

LATE_DAYS = WEEK
"""So many days are counted again each night: what the bank delivers late is counted, too."""


def count(task: Task) -> str:
    """Count the days since the last night, and those of the week before anew; raise what calls for a question."""
    assert task.at is not None
    counted = days_to_count(task)
    rows = actions.keep_counts(counted, counts(task.lake, counted, task.policy))
    raised = 0
    for number, day in enumerate(closed := days_exported(task), 1):
        task.say("点数提示", number, len(closed))
        raised += raise_of(task, day)
    return f"{len(counted)} 天 {rows:,} 行，新提示 {raised} 条"


def days_to_count(task: Task) -> list[date]:
    """From a week before the last counted day to the night's; before the first count the whole year of weeks."""
    last = queries.last_counted()
    begun = weeks_of_year(task.day, task.policy)[0]
    first = max(begun, min(last, task.day) - timedelta(LATE_DAYS)) if last else begun
    return [first + timedelta(n) for n in range((task.day - first).days + 1)]


def raise_of(task: Task, day: date) -> int:
    """Raise what one day's writing calls for; how many are new."""
    assert task.at is not None
    judged = ((staff, flags_of(written, task.policy)) for staff, written in queries.written_on(day).items())
    found: dict[int, tuple[Flag, ...]] = {staff: flags for staff, flags in judged if flags}
    return actions.raise_flags(day, found, now=task.at, policy=task.policy.version)
