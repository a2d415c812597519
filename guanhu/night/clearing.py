"""期限清理 across the database, the lake and the folder of deliveries: counted, and carried out once approved.

The rules are those the apps declare and those of ``engine.expiry``. A round is counted as of one day; before it begins
it is counted again as of that day. It goes on where it was interrupted: what is gone is no longer due.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from guanhu.apps.customers import retention as of_customers
from guanhu.apps.customers.cases import queries as holds
from guanhu.apps.people import retention as of_people
from guanhu.apps.people.clearing import actions, queries
from guanhu.apps.people.clearing.shapes import Counted
from guanhu.apps.people.falling import Falling
from guanhu.apps.portfolio import retention as of_portfolio
from guanhu.apps.work import retention as of_work
from guanhu.engine import expiry
from guanhu.engine.lake import Lake
from guanhu.engine.tables import TABLES, Table
from guanhu.night.stages import Progress, silent
from guanhu.rules.policy import Policy
from guanhu.rules.privacy import Keep
from guanhu.rules.retention import ClearingWay, cut, is_as_counted, is_fresh

RULES: tuple[Falling, ...] = (
    *of_work.FALLING, *of_portfolio.FALLING, *of_customers.FALLING, *of_people.FALLING
)  # fmt: skip
"""Every rule of the database, in the order in which they are carried out."""
LAKE, UPLOADS = "lake", "uploads"
_DELIVERY = re.compile(r"(\d{4}-\d{2}-\d{2})\b.*")


class ClearingStopped(Exception):
    """The round was not carried out; nothing of it was. The message says why and what to do."""


@dataclass(frozen=True)
class Grounds:
    """What is cleared, and by which numbers."""

    lake: Lake
    uploads: Path
    """Deliveries the bank leaves with the product: a folder a business day."""
    policy: Policy
    as_of: date

    def line(self, keep: Keep) -> date | None:
        """The first day that has not fallen due."""
        return cut(keep, self.as_of, self.policy)


def plan(grounds: Grounds, say: Progress = silent) -> list[Counted]:
    """What has fallen due as of the day, table by table. Nothing is changed."""
    held = holds.held()
    database = [queries.counted(rule, grounds.line(rule.keep), held) for rule in RULES if rule.since]
    parts = [*_lake_parts(grounds), *_left(grounds)]
    made = []
    for number, part in enumerate(parts, 1):
        say("数据湖", number, len(parts))
        made.append(part())
    return [*database, *made, _uploads(grounds)]


def count(key: int, grounds: Grounds, *, now: Callable[[], datetime]) -> list[Counted]:
    """The dry run of a round that was asked for, kept for its second person."""
    parts = plan(grounds)
    actions.keep_counts(key, parts, now=now())
    return parts


def carry_out(grounds: Grounds, *, now: Callable[[], datetime], today: date, say: Progress = silent) -> int | None:
    """Carry out the round that was approved, or go on with the one begun; how many rows went, null without one.

    Raises ``ClearingStopped`` when its count is stale or no longer what was approved; it must then be proposed anew.
    """
    approved = queries.approved()
    if approved is None:
        return None
    if approved.state == "approved":
        _refuse_changed(approved.key, approved.parts, grounds, approved.counted_at, today)
    actions.begin(approved.key, now=now())
    cleared = 0
    done = {(part.table, part.keep) for part in approved.parts if part.done}
    for number, (table, keep, clear) in enumerate(_work(approved.key, grounds), 1):
        say(table, number, 0)
        if (table, keep) not in done:
            cleared += clear()
            actions.part_done(approved.key, table, keep.value, now=now())
    actions.finish(approved.key, now=now())
    return cleared


def _refuse_changed(key: int, parts: tuple[Counted, ...], grounds: Grounds, counted_at: datetime | None,
                    today: date) -> None:  # fmt: skip
    why = ""
    if counted_at is None or not is_fresh(counted_at.date(), today, grounds.policy):
        why = "试算已过期"
    else:
        known = {(part.place, part.table, part.keep): part.rows for part in parts}
        for part in plan(grounds):
            before = known.get((part.place, part.table, part.keep), 0)
            if not is_as_counted(before, part.rows, grounds.policy):
                why = f"{part.title} 复核时 {before:,} 行，现在 {part.rows:,} 行"
                break
    if why:
        actions.lapse(key, why)
        raise ClearingStopped(f"{why}。这一轮没有清理任何数据，请重新提出并复核")


# ---------------------------------------------------------------- the work, table by table


def _work(key: int, grounds: Grounds) -> Iterator[tuple[str, Keep, Callable[[], int]]]:
    for rule in RULES:
        line = grounds.line(rule.keep)
        if rule.since and line is not None and not rule.counted_only:
            yield rule.table, rule.keep, partial(_clear_rows, key, rule, line, grounds)
    for table in TABLES:
        keep = expiry.keep_of(table)
        if keep in (Keep.THIRTEEN_MONTHS, Keep.FIVE_YEARS):
            yield table.path, keep, partial(_drop_parts, key, table, keep, grounds)
    for table in TABLES:
        if expiry.is_of_persons(table):
            yield table.path, Keep.WHILE_CUSTOMER, partial(_take_out, key, table, grounds)
    yield UPLOADS, Keep.FOURTEEN_DAYS, partial(_drop_uploads, key, grounds)


def _clear_rows(key: int, rule: Falling, line: date, grounds: Grounds) -> int:
    cleared, held = 0, holds.held()
    while batch := actions.clear_batch(
        key, rule, line=line, as_of=grounds.as_of, held=held, most=grounds.policy.clearing_batch
    ):
        cleared += batch
    return cleared


def _drop_parts(key: int, table: Table, keep: Keep, grounds: Grounds) -> int:
    line, cleared, held = grounds.line(keep), 0, holds.held()
    for day in expiry.due(grounds.lake, table, line).days if line else ():
        gone = expiry.drop(grounds.lake, table, day, held)
        if gone:
            actions.told_cleared(key, table.path, keep.value, gone)
        cleared += gone
    return cleared


def _take_out(key: int, table: Table, grounds: Grounds) -> int:
    cleared, keys = 0, _keys_gone(grounds)
    for day in grounds.lake.days(table) if keys else ():
        gone = expiry.take_out(grounds.lake, table, day, keys)
        if gone:
            actions.told_cleared(key, table.path, Keep.WHILE_CUSTOMER.value, gone)
        cleared += gone
    return cleared


def _keys_gone(grounds: Grounds) -> frozenset[int]:
    line = grounds.line(Keep.WHILE_CUSTOMER)
    return holds.gone(line) if line else frozenset()


def _drop_uploads(key: int, grounds: Grounds) -> int:
    folders = _old_uploads(grounds)
    for _day, folder in folders:
        shutil.rmtree(folder)
        actions.told_cleared(key, UPLOADS, Keep.FOURTEEN_DAYS.value, 1)
    return len(folders)


# ---------------------------------------------------------------- counting outside the database


def _lake_parts(grounds: Grounds) -> list[Callable[[], Counted]]:
    """One count for each table whose parts age with their day."""
    held = holds.held()

    def parts(table: Table, keep: Keep) -> Counted:
        line = grounds.line(keep)
        found = expiry.due(grounds.lake, table, line) if line else expiry.Parts((), 0)
        kept = expiry.of_persons(grounds.lake, table, found.days, held).rows
        return _counted(LAKE, table, keep, ClearingWay.DELETE, found, held=kept)

    aging = [(table, expiry.keep_of(table)) for table in TABLES]
    return [partial(parts, table, keep) for table, keep in aging if keep in (Keep.THIRTEEN_MONTHS, Keep.FIVE_YEARS)]


def _left(grounds: Grounds) -> list[Callable[[], Counted]]:
    """One count for each table that holds rows of customers who left."""
    keys = _keys_gone(grounds)

    def rows(table: Table) -> Counted:
        aged = grounds.line(keep) if (keep := expiry.keep_of(table)) else None
        dropped = set(expiry.due(grounds.lake, table, aged).days) if aged and keep is not Keep.WHILE_CUSTOMER else set()
        days = [day for day in grounds.lake.days(table) if day not in dropped]
        found = expiry.of_persons(grounds.lake, table, days, keys)
        return _counted(LAKE, table, Keep.WHILE_CUSTOMER, ClearingWay.ROWS, found)

    return [partial(rows, table) for table in TABLES if expiry.is_of_persons(table)]


def _uploads(grounds: Grounds) -> Counted:
    days = [day for day, _folder in _old_uploads(grounds)]
    return Counted(
        UPLOADS, UPLOADS, "送数原文件", Keep.FOURTEEN_DAYS, ClearingWay.DELETE, len(days), 0,
        min(days, default=None), max(days, default=None),
    )  # fmt: skip


def _old_uploads(grounds: Grounds) -> list[tuple[date, Path]]:
    """Folders named after a business day that has fallen due; what is named otherwise is not ours."""
    line = grounds.line(Keep.FOURTEEN_DAYS)
    if line is None or not grounds.uploads.is_dir():
        return []
    named = ((_DELIVERY.fullmatch(folder.name), folder) for folder in sorted(grounds.uploads.iterdir()))
    dated = [(date.fromisoformat(found[1]), folder) for found, folder in named if found and folder.is_dir()]
    return [(day, folder) for day, folder in dated if day < line]


def _counted(place: str, table: Table, keep: Keep, way: ClearingWay, found: expiry.Parts, *, held: int = 0) -> Counted:
    days = found.days
    return Counted(place, table.path, table.title, keep, way, found.rows - held, held,
                   days[0] if days else None, days[-1] if days else None)  # fmt: skip
