"""``guanhu night``: one night on the bank's files, from the door to the managers' lists."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table as Grid

from guanhu.cli.bank import open_bank
from guanhu.cli.books import Books, these_books
from guanhu.cli.progress import Steps

if TYPE_CHECKING:
    from guanhu.night import run


def night(
    day: Annotated[datetime, typer.Option("--day", formats=["%Y-%m-%d"], help="业务日")],
    folder: Annotated[
        Path | None, typer.Option("--from", exists=True, file_okay=False, help="送数文件夹；不写则用已收的文件")
    ] = None,
    layout: Annotated[str, typer.Option(help="文件的约定：guanhu 或 berka")] = "guanhu",
    start_at: Annotated[str | None, typer.Option(help="从哪个阶段开始")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="只说会做什么")] = False,
) -> None:
    """Carry out (or explain) the night of one business day; leaves with 1 when it is not published."""
    console = Console(stderr=True)
    with open_bank():
        from guanhu.night import run
        from guanhu.night.stages import NightStopped

        if explain:
            Console().print("\n".join(run.explain()), highlight=False)
            return
        try:
            with Steps(console) as steps:
                report = carry_out(these_books(), day.date(), folder, layout, steps, start_at=start_at)
        except NightStopped as stopped:
            console.print(f"[red]这一夜没有发布[/]：{stopped}", highlight=False)
            raise typer.Exit(1) from None
    grid = Grid("阶段", "结果", title=f"{report.day} 的夜间 · 为 {report.today} 准备", title_justify="left")
    for name, said in report.lines:
        grid.add_row(name, said)
    Console().print(grid)


def carry_out(books: Books, day: date, folder: Path | None, layout: str, steps: Steps, *,
              start_at: str | None = None) -> run.NightReport:  # fmt: skip
    """Run one night of these books, saying how far it is; the database must be up."""
    from django.utils import timezone

    from guanhu.cli.version import VERSION
    from guanhu.night import run
    from guanhu.night.stages import Task

    advance = steps.begin(f"夜间 {day.isoformat()}")
    task = Task(
        day=day, lake=books.lake, keys=books.keys, policy=books.policy, calendar=books.calendar, folder=folder,
        layout=layout, say=lambda what, done, of: advance(done or None, of or None, what),
    )  # fmt: skip
    report = run.run(task, now=timezone.now, code=VERSION, start_at=start_at)
    steps.end()
    return report
