"""``guanhu import …``: a ledger kept by hand, tried or taken in, and taken back."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.console import Console

from guanhu.cli.bank import open_bank
from guanhu.cli.identity import shown_by
from guanhu.cli.progress import Steps
from guanhu.cli.sheets import stop

if TYPE_CHECKING:
    from guanhu.rules.access import Viewer

By = Annotated[str, typer.Option("--by", help="谁的台账：工号，会要求输入密码；不写则归全行，只认银行名单")]

FORMULA = tuple("=+-@\t\r")

app = typer.Typer(help="导入手工台账：试运行、写入、撤回", no_args_is_help=True)


@app.command()
def ledger(
    file: Annotated[Path, typer.Argument(metavar="文件", help="xlsx、xls、CSV（UTF-8 或 GB18030，可 .gz）")],
    mapping: Annotated[Path | None, typer.Option("--mapping", help="列对应 JSON：表头 → 栏目；不写则自动识别")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="试运行，什么也不写")] = False,
    problems: Annotated[Path | None, typer.Option("--problems", help="拒收的行写成 CSV，不含原值")] = None,
    by: By = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:  # fmt: skip
    """导入一份台账；同一份文件再来一次什么也不做，中断后再来会接着做"""
    says = _mapping(mapping)
    with open_bank(), _sentences():
        from django.utils import timezone

        from guanhu.apps.audit import trail
        from guanhu.apps.customers.ledgers import importing

        now = timezone.now()
        bringing = importing.Bringing(_viewer(by, now), file, timezone.localdate(now), says)
        with trail.during(trail.Source(device="guanhu import", at=now)), Steps(Console(stderr=True)) as steps:
            advance = steps.begin("试运行" if dry_run else "写入台账")
            if dry_run:
                report, columns, read = importing.dry_run(bringing, advance)
            else:
                report, columns, read = importing.commit(bringing, timezone.now, advance)
            steps.end()
        if problems:
            _write_problems(problems, report.problems)
        if as_json:
            typer.echo(json.dumps(report.plain(), ensure_ascii=False))
        else:
            _tell(report, columns, read, tried=dry_run)


@app.command()
def undo(
    batch: Annotated[UUID, typer.Argument(metavar="批次", help="写入时给出的批次号")], by: By = ""
) -> None:  # fmt: skip
    """整批撤回：24 小时内，新增的删去，改过的还原"""
    with open_bank(), _sentences():
        from django.utils import timezone

        from guanhu.apps.audit import trail
        from guanhu.apps.customers.ledgers import actions
        from guanhu.apps.people.errors import Invisible

        now = timezone.now()
        try:
            with trail.during(trail.Source(device="guanhu import", at=now)):
                count = actions.undo(by=_viewer(by, now), batch=batch, now=now)
        except Invisible:
            stop("没有这一批，或者已经撤回。什么也没有改动")
        typer.echo(f"已撤回：{count:,} 条")


def _viewer(by: str, now: datetime) -> Viewer | None:
    """Who brings the ledger, once she showed that it is she; null for the bank as a whole."""
    from guanhu.rules.access import Permission, Reach, may

    if not by:
        return None
    viewer = shown_by(by, Permission.LEDGER_IMPORT, now)
    return replace(viewer, reach=may(viewer, Permission.LEDGER_IMPORT) or Reach.NOBODY)


@contextmanager
def _sentences() -> Any:
    """What is refused is told in a sentence, not in a trace."""
    from guanhu.apps.people.errors import Conflict, Refused
    from guanhu.feeds.ledgers.limits import LedgerRefused

    try:
        yield
    except (LedgerRefused, Conflict, Refused) as refused:
        stop(str(refused))


def _mapping(path: Path | None) -> Mapping[str, object] | None:
    """The mapping a file tells, if it can be read."""
    if path is None:
        return None
    try:
        says = json.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        stop(f"{path.name} 读不出来：须为 UTF-8 的 JSON。什么也没有写入")
    if not isinstance(says, dict):
        stop(f"{path.name} 须为一个 JSON 对象：表头和栏目。什么也没有写入")
    return says


def _tell(report: Any, columns: Any, read: Any, *, tried: bool) -> None:
    """The report as sentences."""
    told = report.plain()
    refused = sum(told["quarantined"].values())
    head = "试运行完毕，什么也没有写入" if tried else "这份台账早已写入，这是当时的结果" if report.again else "写入完毕"
    typer.echo(f"{head}：共 {told['rows_in']:,} 行，新增 {told['added']:,}，更新 {told['changed']:,}，"
               f"无变化 {told['unchanged']:,}，拒收 {refused:,}")  # fmt: skip
    for heading, field in columns.fields.items():
        typer.echo(f"  {heading} → {field.zh}")
    if columns.is_numbered:
        typer.echo("没有客户号、证件号码、手机列：以行号为键")
    if report.left_to_core:
        typer.echo(f"{report.left_to_core:,} 行是银行已有的客户：姓名、电话等以核心系统为准，没有覆盖")
    if read.aside:
        typer.echo(f"没有读的工作表：{'、'.join(read.aside)}")
    for problem in report.problems[:20]:
        typer.echo(f"  {problem}")
    if report.batch and not tried:
        typer.echo(f"24 小时内可整批撤回：guanhu import undo {report.batch}")


def _write_problems(path: Path, problems: Any) -> None:
    """The refused rows as a table, without a value of theirs."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(["文件", "行", "列", "规则", "原因", "建议"])
        for one in problems:
            table.writerow(map(_as_text, (one.file, one.row, one.column, one.rule, one.says, one.suggestion)))


def _as_text(cell: Any) -> str:
    """A cell that no worksheet takes for a formula: a heading may begin like one."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in FORMULA else text
