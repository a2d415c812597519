"""The bank's files come in: the clean columns to the lake, the persons and the quarantine to the database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from guanhu.apps.audit import trail
from guanhu.apps.customers import actions as customers
from guanhu.apps.customers import retention
from guanhu.apps.people import queries as people
from guanhu.apps.people.clearing import actions as clearing
from guanhu.apps.work import actions as work
from guanhu.engine import tables
from guanhu.feeds import door
from guanhu.feeds.errors import DeliveryRefused
from guanhu.feeds.intake import Intake
from guanhu.night import chains
from guanhu.night.stages import NightStopped, Task
from guanhu.rules.aside import is_too_much_aside
from guanhu.rules.kinds import TrailAction

ONE_DAY = timedelta(days=1)
BY_NAME = {table.name: table for table in tables.TABLES if table.group == "bank"}


def receive(task: Task) -> str:
    """Take the day's delivery in: every row accepted or kept aside, and the receipt written last.

    The receipt is the mark that the whole of it is in; without it a night that starts again reads the files anew.
    Raises ``NightStopped`` when a file is missing, cut short, changed without a higher version, or of another layout.
    """
    if task.folder is None:
        return _already_in(task)
    _require_same_bank(task)
    known = task.lake.receipt(task.day) if task.fed else None
    try:
        intake = door.receive(
            task.folder,
            day=task.day,
            keys=task.keys,
            layout=task.layout,
            already=known,
            earlier=lambda first: chains.earlier(task.lake, first),
            on_file=lambda file: task.say(f"读入 {file}", 0, 0),
        )
    except DeliveryRefused as refusal:
        raise NightStopped(str(refusal), "请银行补送完整的文件后重跑这一夜。") from refusal
    if intake.unchanged:
        return "与已收的文件完全相同，不再重读"
    _require_no_gap(task, intake)
    by_hand = _require_few_aside(task, intake)
    _forget_states(task, intake)
    _into_lake(task, intake)
    _into_database(task, intake)
    task.lake.put_receipt(task.day, intake.receipt() | {"accepted_by_hand": by_hand})
    rows = sum(tally.rows_in for tally in intake.tallies)
    return f"{len(intake.tallies)} 个文件，{rows:,} 行，隔离 {len(intake.problems):,} 行"


def _require_same_bank(task: Task) -> None:
    """One folder holds one bank; the files of another would put its people among ours."""
    for day in task.lake.receipts():
        layout = (task.lake.receipt(day) or {}).get("layout", task.layout)
        if layout != task.layout:
            raise NightStopped(
                f"这里放的是另一家银行（约定 {layout}，不是 {task.layout}）",
                "要再放一家银行，请用 GUANHU_VAR 另指一个文件夹。",
            )


def _require_no_gap(task: Task, intake: Intake) -> None:
    """Days that were never sent would count as days on which nothing moved; a later delivery may cover them."""
    before = [day for day in task.lake.receipts() if day < task.day]
    missing = _days(before[-1] + ONE_DAY, intake.covers_from - ONE_DAY) if before else []
    if missing:
        raise NightStopped(f"还缺 {'、'.join(map(str, missing))} 的文件", "请先收齐这些日子，再跑这一夜。")


def _require_few_aside(task: Task, intake: Intake) -> bool:
    """A file of which too much was kept aside waits for a person; was it a person who let it pass?"""
    much = [tally for tally in intake.tallies if is_too_much_aside(tally.rows_in, tally.quarantined, task.policy)]
    if much and not task.accept_quarantine:
        said = "、".join(f"{tally.file} {tally.rows_in:,} 行里隔离 {tally.quarantined:,} 行"
                        f"（{tally.quarantined / tally.rows_in:.2%}）" for tally in much)  # fmt: skip
        why = next(str(kept.problem) for kept in intake.problems if kept.problem.file == much[0].file)
        line = f"{task.policy.quarantine_stop_bp / 100:g}%"
        raise NightStopped(
            f"{said}，超过 {line}；首行：{why}",
            "请银行更正后以更高的版本号补送；核对过隔离行、确认可以照此发布的，加 --accept-quarantine 重跑这一夜。",
        )
    return bool(much)


def _already_in(task: Task) -> str:
    """Without a folder the night goes on from what came before; it must be in the lake and in the records."""
    if task.lake.receipt(task.day) is None or not task.fed:
        raise NightStopped(f"{task.day} 的文件还没有收到", "请用 --from 指明送数文件夹。")
    return "使用已收的文件"


def _forget_states(task: Task, intake: Intake) -> None:
    """What was measured on days now delivered anew no longer holds, even if this night is killed before it measures."""
    for day in task.lake.days(tables.STATE):
        if day >= intake.covers_from:
            task.lake.drop(tables.STATE, day)


def _into_lake(task: Task, intake: Intake) -> None:
    """Write each table of the delivery; a daily one gets a part for every day covered, empty days too."""
    for name, frame in intake.tables.items():
        table = BY_NAME[name]
        task.say(f"写入 {table.meaning}", 0, 0)
        if table.mode == "daily":
            task.lake.write_days(table, frame, days=_days(intake.covers_from, intake.day))
        else:
            task.lake.write(table, intake.day, frame)
    task.lake.write_rows(tables.QUARANTINE, intake.day, _addresses(intake))
    chains.relink(task.lake, intake.day, intake.open_chains)


def _days(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _addresses(intake: Intake) -> list[dict[str, Any]]:
    """Where each row kept aside stood and why, without its values; a fault of a whole file stands at row 0."""
    return [
        {"file": p.file, "row": p.row or 0, "column": p.column or "", "rule": p.rule, "says": p.says,
         "suggestion": p.suggestion}
        for p in (kept.problem for kept in intake.problems)
    ]  # fmt: skip


@trail.recorded
def _into_database(task: Task, intake: Intake) -> None:
    """Hand persons, contact data, past contacts and the rows kept aside to the records, all or none.

    Lists of persons that are older than those the records have already are left aside.
    """
    if not people.branch_ids() or not any(night.day > task.day for night in people.nights()):
        customers.take_in(
            intake.persons,
            currency=intake.currency,
            synthetic=intake.synthetic,
            on_table=lambda what: task.say(f"登记 {what}", 0, 0),
        )
        clearing.note_departures(task.day)
        if "customers" in intake.persons:
            retention.note_departures(task.day, intake.persons["customers"].get_column("customer").to_list())
    task.say("登记 历史联系", 0, 0)
    work.take_contacts(intake.persons)
    customers.keep_quarantine(intake.day, intake.problems)
    trail.note(
        None, TrailAction.IMPORT, object=("delivery", intake.day.isoformat()),
        count=sum(len(rows) for rows in intake.persons.values()), policy=task.policy.version,
    )  # fmt: skip
