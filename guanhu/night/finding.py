"""查找: everything about one person over database, lake, quarantine and trail, and the copy she is given. Goal C10.

Counting goes through every table the program knows; what is told to her is read bound to her number. A search that was
broken off begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate, localtime

from guanhu.apps.customers.cases import actions, queries
from guanhu.apps.customers.cases.contents import queries as contents
from guanhu.apps.customers.cases.shapes import Column, Copy, Hit, Person, Section
from guanhu.engine import expiry, finding
from guanhu.engine.lake import Lake
from guanhu.engine.tables import Table
from guanhu.night.stages import Progress, silent
from guanhu.rules.access import Reach, Role, Viewer
from guanhu.rules.cases import CaseKind, Whereabouts, spoken
from guanhu.rules.policy import Policy
from guanhu.rules.privacy import DataClass, DataPurpose, Keep, MaskKind
from guanhu.rules.retention import term_of

SOURCES = {"bank": "银行送数", "notes": "本系统记录", "answers": "夜间计算"}
PURPOSES = {
    "customers": DataPurpose.IDENTIFY, "consents": DataPurpose.CONSENT, "contacts": DataPurpose.EVIDENCE,
    "promises": DataPurpose.EVIDENCE, "complaints": DataPurpose.CARE, "keepers": DataPurpose.CARE,
}  # fmt: skip
"""What a table of the lake is for, by its name; the others are about assets and maturities."""
TOLD = (CaseKind.LOOK_UP, CaseKind.COPY)
"""Requests for which a copy is made."""
_BESIDE = 4
"""Steps of a search beside the tables: receipts, quarantine, trail, alarms."""


@dataclass(frozen=True)
class Found:
    """What a search came to."""

    number: str
    hits: tuple[Hit, ...]
    copy: Copy | None
    same_person: tuple[str, ...]
    """Other customer numbers under the same identity document."""


def search(case: int, number: str, lake: Lake, policy: Policy, *, now: Callable[[], datetime],
           say: Progress = silent) -> Found:  # fmt: skip
    """Look for the person of a case everywhere, keep what was found, and make her copy where one is asked for."""
    told = queries.asked(case)
    person = contents.person_of(told.customer_no, queries.key_of(told.customer_no))
    of = len(contents.tables()) + len(finding.searched()) + _BESIDE
    actions.begin_search(case, of=of, now=now())
    hits: list[Hit] = []
    parts: list[Section] = []
    for done, (step, hit, section) in enumerate(_everywhere(person, lake, policy), 1):
        hits += hit
        parts += section
        actions.progress(case, step, done)
        say(step, done, of)
    copy = None
    if told.kind in TOLD:
        here = contents.sections(_bound_to(person.customer_no), person) if person.known else []
        copy = Copy(number, person.customer_no, f"{localtime(now()):%Y-%m-%d %H:%M}", policy.version, (*here, *parts))
    others = tuple(contents.same_identity(person))
    hits.append(Hit(Whereabouts.DATABASE, "customers_customer", "同一证件下的其他客户号", len(others), where=others,
                    sure=False))  # fmt: skip
    kept = [hit for hit in hits if hit.rows]
    actions.keep_search(case, kept, copy, now=now(), today=localdate(now()))
    return Found(number, tuple(kept), copy, others)


Step = tuple[str, list[Hit], list[Section]]


def _everywhere(person: Person, lake: Lake, policy: Policy) -> Iterable[Step]:
    for model, way in contents.tables().items():
        hit = contents.counted(model, way, person)
        yield hit.title, [hit], []
    accounts = finding.accounts_of(lake, person.key)
    for table in finding.searched():
        found = finding.find(lake, table, person.key, accounts)
        yield table.title, [_hit(found)], [_section(found, policy)] if found.rows else []
    days = finding.receipts_naming(lake, accounts)
    yield "收据", [Hit(Whereabouts.LAKE, "receipts", "收据里未接上的余额", len(days), *_ends(days))], []
    yield "隔离区", *_aside(person, policy)
    hit, lines = contents.in_the_trail(person)
    yield "留痕", [hit], [_of_trail(lines, policy)] if lines else []
    yield "每日查看", [contents.among_alarms(person)], []


def _bound_to(number: str) -> Viewer:
    """Who reads the copy: nobody in person, bound to one customer number, in the application and in the database."""
    return Viewer("", 0, 0, "", "", role=Role.PRIVACY, reach=Reach.CASE, number=number)


# ---------------------------------------------------------------- the lake


def _hit(found: finding.Found) -> Hit:
    days = found.days
    where = [[day.isoformat(), rows] for day, rows in days.items()]
    return Hit(
        Whereabouts.LAKE, found.table.path, found.table.title, sum(days.values()), *_ends(list(days)), tuple(where)
    )


def _ends(days: list[date]) -> tuple[date | None, date | None]:
    return (min(days), max(days)) if days else (None, None)


def _section(found: finding.Found, policy: Policy) -> Section:
    """Her rows of one table; of daily snapshots each state once, with the days it stood."""
    table = found.table
    names = [column for column in table.columns if column.type != "key" and column.name not in contents.OF_OTHERS]
    columns = tuple(
        Column(column.meaning, DataClass.C2.value,
               MaskKind.AMOUNT.value if column.type == "money" else MaskKind.OPEN.value) for column in names
    )  # fmt: skip
    rows = _stretches(table, found.rows, [column.name for column in names])
    days = (
        Column("从", DataClass.C1.value, MaskKind.OPEN.value),
        Column("到", DataClass.C1.value, MaskKind.OPEN.value),
    )
    keep = expiry.keep_of(table)
    term = term_of(keep, policy) if keep else None
    return Section(
        title=table.title, place=Whereabouts.LAKE.zh, source=SOURCES[table.group],
        purpose=PURPOSES.get(table.name, DataPurpose.WEALTH).zh, keep=term.keep.zh if term else "",
        basis=term.basis if term else "", columns=(*days, *columns), rows=rows,
    )  # fmt: skip


def _stretches(
    table: Table, rows: Iterable[tuple[date, dict[str, Any]]], names: list[str]
) -> tuple[tuple[Any, ...], ...]:
    """Rows with the first and the last day they were the same; a daily table's rows each stand for their own day."""
    made: list[list[Any]] = []
    open_rows: dict[tuple[Any, ...], list[Any]] = {}
    for day, row in rows:
        key = tuple(row[name] for name in table.key) if table.mode == "snapshot" else (day, len(made))
        told = [_plain(spoken(name, row[name])) for name in names]
        last = open_rows.get(key)
        if last is not None and last[2:] == told:
            last[1] = day.isoformat()
        else:
            open_rows[key] = [day.isoformat(), day.isoformat(), *told]
            made.append(open_rows[key])
    return tuple(tuple(row) for row in made)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


# ---------------------------------------------------------------- quarantine and trail


def _aside(person: Person, policy: Policy) -> tuple[list[Hit], list[Section]]:
    """Rows kept aside: those with a number of hers are told to her, those with her name alone are only counted."""
    found = list(contents.kept_aside(person))
    hits = []
    for sure in (True, False):
        rows = [row for row, _cells, known in found if known is sure]
        where = tuple([row.day.isoformat(), row.file, row.row] for row in rows)
        title = "隔离行" if sure else "隔离行（仅姓名相同，请人工判断）"
        hits.append(Hit(Whereabouts.QUARANTINE, "customers_quarantined", title, len(rows),
                        *_ends([row.day for row in rows]), where, sure))  # fmt: skip
    told = [(row, cells) for row, cells, sure in found if sure]
    if not told:
        return hits, []
    names = ("业务日", "文件", "行", "规则", "原因", "原行")
    term = term_of(Keep.THIRTY_DAYS, policy)
    columns = tuple(Column(name, DataClass.C2.value, MaskKind.HIDDEN.value if name == "原行" else MaskKind.OPEN.value)
                    for name in names)  # fmt: skip
    lines = tuple(
        (
            row.day.isoformat(),
            row.file,
            row.row,
            row.rule,
            row.says,
            "；".join(f"{k}：{v}" for k, v in cells.items() if v),
        )
        for row, cells in told
    )
    return hits, [Section("隔离行", Whereabouts.QUARANTINE.zh, SOURCES["bank"], DataPurpose.REPAIR.zh, term.keep.zh,
                          term.basis, columns, lines)]  # fmt: skip


def _of_trail(lines: list[tuple[Any, ...]], policy: Policy) -> Section:
    term = term_of(Keep.THIRTY_SIX_MONTHS, policy)
    columns = tuple(Column(name, DataClass.C1.value, MaskKind.OPEN.value) for name in ("时刻", "动作", "机构"))
    note = f"最近 {policy.case_trail_lines} 条；员工不具名" if len(lines) >= policy.case_trail_lines else "员工不具名"
    return Section("谁看过、动过", Whereabouts.TRAIL.zh, SOURCES["notes"], DataPurpose.SECURITY.zh, term.keep.zh,
                   term.basis, columns, tuple(lines), note)  # fmt: skip
