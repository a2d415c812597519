"""``guanhu night``: one night on the bank's files, from the door to the managers' lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table as Grid

from guanhu.cli.bank import open_bank, prepare_django
from guanhu.cli.books import Books, business_day, these_books
from guanhu.cli.outgoing import only_peers
from guanhu.cli.progress import Advance, Steps
from guanhu.cli.sealing import seal_and_check
from guanhu.cli.standby import after_night

if TYPE_CHECKING:
    from guanhu.night import run
    from guanhu.night.stages import Task

LAYOUTS = ("guanhu", "berka")
UNCHANGED = "什么也没有改动"


def night(
    day: Annotated[date, typer.Option("--day", parser=business_day, metavar="YYYY-MM-DD", help="业务日")],
    folder: Annotated[Path | None, typer.Option("--from", help="送数文件夹；不写则用已收的文件")] = None,
    layout: Annotated[str, typer.Option(help="文件的约定：guanhu 或 berka")] = LAYOUTS[0],
    start_at: Annotated[str | None, typer.Option(help="从哪个阶段开始")] = None,
    accept_quarantine: Annotated[
        bool, typer.Option("--accept-quarantine", help="隔离行超过规则的比例也照此发布（须有人核对过）")
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="只说会做什么")] = False,
) -> None:
    """Carry out (or explain) the night of one business day; leaves with 1 when it is not published."""
    only_peers()
    if layout not in LAYOUTS:
        raise typer.BadParameter(f"没有叫 {layout} 的约定；可用：{'、'.join(LAYOUTS)}。{UNCHANGED}")
    if folder is not None and not folder.is_dir():
        raise typer.BadParameter(f"没有送数文件夹 {folder}；请核对 --from。{UNCHANGED}")
    if explain:
        prepare_django()
        from guanhu.night import run

        Console().print("\n".join(run.explain(_task(these_books(), day, folder, layout))), highlight=False)
        return
    console = Console(stderr=True)
    with open_bank():
        from guanhu.night.stages import NightStopped

        try:
            with Steps(console) as steps:
                report = carry_out(
                    these_books(), day, folder, layout, steps, start_at=start_at, accept_quarantine=accept_quarantine
                )
        except NightStopped as stopped:
            console.print(f"[red]这一夜没有发布[/]：{stopped}", highlight=False, soft_wrap=True)
            raise typer.Exit(1) from None
    grid = Grid("阶段", "结果", title=f"{report.day} 的夜间 · 为 {report.today} 准备", title_justify="left")
    for name, said in report.lines:
        grid.add_row(name, said)
    Console().print(grid)


def carry_out(books: Books, day: date, folder: Path | None, layout: str, steps: Steps, *,
              start_at: str | None = None, accept_quarantine: bool = False) -> run.NightReport:  # fmt: skip
    """Run one night of these books, saying how far it is; the database must be up."""
    from django.utils import timezone

    from guanhu.cli.version import VERSION
    from guanhu.night import run

    advance = steps.begin(f"夜间 {day.isoformat()}")
    task = replace(_task(books, day, folder, layout, advance), accept_quarantine=accept_quarantine)
    report = run.run(task, now=timezone.now, code=VERSION, start_at=start_at)
    steps.end()
    return replace(report, lines=(*report.lines, *after_night(), ("封签", seal_and_check())))


def _task(books: Books, day: date, folder: Path | None, layout: str, advance: Advance = lambda *_: None) -> Task:
    """What the night is about."""
    from guanhu.night.stages import Task

    return Task(
        day=day, lake=books.lake, keys=books.keys, policy=books.policy, calendar=books.calendar, folder=folder,
        layout=layout, say=lambda what, done, of: advance(done or None, of or None, what),
    )  # fmt: skip
