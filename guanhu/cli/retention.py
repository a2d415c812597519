"""``guanhu retention …``: what has fallen due, its approval by a second person, and the clearing itself."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console

from guanhu.cli.bank import open_bank
from guanhu.cli.books import business_day
from guanhu.cli.identity import shown_by
from guanhu.cli.progress import Steps
from guanhu.cli.sheets import print_rows_or_json, stop
from guanhu.cli.standby import this_standby

app = typer.Typer(help="期限清理：试算、复核、执行", no_args_is_help=True)

By = Annotated[str, typer.Option("--by", help="谁：工号；会要求输入密码和动态码")]


@app.command()
def plan(
    day: Annotated[date | None, typer.Option("--day", parser=business_day, metavar="YYYY-MM-DD",
                                             help="截至哪一天；默认今天")] = None,
    propose: Annotated[str, typer.Option("--propose", help="由这位数据管理员提出清理：工号")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:  # fmt: skip
    """试算：每张表到期多少、最早与最晚，什么也不改；加 --propose 则把这次试算交给另一位同事复核"""
    with open_bank():
        from django.utils.timezone import localdate

        from guanhu.apps.people.clearing import actions, queries
        from guanhu.apps.people.errors import Conflict
        from guanhu.night import clearing
        from guanhu.rules.access import Permission

        here = this_standby()
        as_of = day or localdate(here.now())
        grounds = clearing.Grounds(here.lake, here.uploads, here.policy, as_of)
        if propose:
            by = shown_by(propose, Permission.RETENTION_PROPOSE, here.now())
            try:
                actions.propose(by=by, as_of=as_of, now=here.now())
            except Conflict as first:
                stop(f"{first}。什么也没有改动")
            asked = queries.waiting()
            parts = clearing.count(asked.key, grounds, now=here.now) if asked else []
        else:
            parts = clearing.plan(grounds)
        due = [part for part in parts if part.rows or part.held]
        print_rows_or_json([_row(part) if as_json else _short(part) for part in due], as_json)
        if not as_json:
            typer.echo("已提出，等另一位同事复核" if propose else "试算完毕，什么也没有改动")


@app.command()
def approve(by: By) -> None:
    """复核：由消保专员批准试算过的一轮；提出的人不能自己复核"""
    with open_bank():
        from guanhu.apps.people.clearing import actions, queries
        from guanhu.apps.people.errors import Conflict, Refused
        from guanhu.rules.access import Permission

        here, waiting = this_standby(), queries.proposed()
        if waiting is None:
            stop("没有等待复核的清理")
        print_rows_or_json([_short(part) for part in waiting.parts if part.rows or part.held], as_json=False)
        viewer = shown_by(by, Permission.RETENTION_APPROVE, here.now())
        try:
            actions.approve(by=viewer, clearing=waiting.public_id, now=here.now())
        except (Refused, Conflict) as refused:
            stop(f"{refused}。什么也没有改动")
        typer.echo("已复核；今晚夜间之后执行，或现在运行 guanhu retention run")


@app.command()
def run() -> None:
    """执行已复核的一轮；中断后再运行会接着做。夜间之后会自动执行"""
    console = Console(stderr=True)
    with open_bank():
        from guanhu.night.clearing import ClearingStopped
        from guanhu.night.stages import NightStopped

        try:
            with Steps(console) as steps:
                advance = steps.begin("期限清理")
                cleared = this_standby().clear(lambda what, done, of: advance(done, of or None, what))
                steps.end()
        except (ClearingStopped, NightStopped) as stopped:
            stop(str(stopped))
        typer.echo("没有已复核的清理" if cleared is None else f"清理完毕：{cleared:,} 行")


def _short(part: Any) -> dict[str, Any]:
    """A part as it fits on a terminal."""
    days = f"{part.oldest_on or '—'} – {part.newest_on or '—'}"
    return {"名称": part.title, "期限": part.keep.zh, "到期": f"{part.rows:,}", "冻结": part.held, "最早 – 最晚": days}


def _row(part: Any) -> dict[str, Any]:
    return {
        "所在": part.place, "表": part.table, "名称": part.title, "期限": part.keep.zh, "方式": part.way.zh,
        "到期": part.rows, "冻结": part.held, "最早": part.oldest_on, "最晚": part.newest_on,
    }  # fmt: skip
