"""``guanhu keys …``: which keys the sealed values lie under, and turning to a new one while people go on working."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from guanhu.cli.bank import open_bank
from guanhu.cli.places import secret
from guanhu.cli.progress import Steps
from guanhu.cli.sheets import Rows, print_rows_or_json

if TYPE_CHECKING:
    from guanhu.apps.people.resealing import Progress

app = typer.Typer(help="密钥：加密字段用的是哪把、换一把新的", no_args_is_help=True)

_TURNING = 5203007
"""The number of the lock under which keys are turned: one at a time."""


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """每个加密字段有多少值、在哪把密钥下；密钥文件缺失的会标明"""
    with open_bank():
        from guanhu.apps.people.keyring import ring
        from guanhu.apps.people.resealing import keys_in_use

        known = ring().numbers()
        found = [
            (field, number, count)
            for field, counts in sorted(keys_in_use().items())
            for number, count in sorted(counts.items(), key=lambda pair: pair[0] or 0)
        ]
    rows: Rows = [
        {"field": field, "key": number, "values": count, "file": number in known, "newest": number == known[-1]}
        for field, number, count in found
    ]
    print_rows_or_json(rows, as_json)
    if not all(row["file"] for row in rows):
        typer.echo("有值的密钥不在 secret 目录：请从备份放回，什么也没有丢", err=True)
        raise typer.Exit(1)


@app.command()
def rotate(
    new: Annotated[bool, typer.Option("--new", help="上一次没有换完也另起一把新的")] = False,
) -> None:
    """换一把新密钥，把所有加密字段逐批重新封存；随时可中断，再运行会接着做；网页照常使用"""
    console = Console(stderr=True)
    with open_bank():
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(%s)", [_TURNING])
            if not cursor.fetchone()[0]:
                typer.echo("另一处正在换密钥，等它做完", err=True)
                raise typer.Exit(1)
        number = _turn(new)
        console.print(f"第 {number} 把密钥已就绪：请随即备份 secret 目录；旧密钥也要留着，备份还要用", highlight=False)
        with Steps(console) as steps:
            stands = _reseal(number, steps)
    short = [one for one in stands if one.left or one.broken]
    for one in short:
        said = f"{one.table}: 还有 {one.left:,} 行没有换，{one.broken:,} 行打不开"
        console.print(f"[red]{said}[/]", highlight=False)
    if short:
        console.print("再运行一次会接着换；打不开的行请核对密钥与留痕，原样未动", highlight=False)
        raise typer.Exit(1)
    console.print(f"全部在第 {number} 把密钥下", highlight=False)


def _turn(new: bool) -> int:
    """The key to turn to: the newest where an earlier turn was not finished, else one drawn now; its number."""
    from guanhu.apps.audit import trail
    from guanhu.apps.people.keyring import KEY_BYTES, key_file, ring
    from guanhu.apps.people.resealing import keys_in_use
    from guanhu.rules.kinds import TrailAction

    newest = ring().numbers()[-1]
    unfinished = any(number != newest for counts in keys_in_use().values() for number in counts)
    if unfinished and not new:
        return newest
    secret(key_file(ring().folder, newest + 1), KEY_BYTES)
    trail.note(None, TrailAction.KEY_CHANGE, object=("key", str(newest + 1)), result="begun")
    return newest + 1


def _reseal(number: int, steps: Steps) -> list[Progress]:
    """Everything under the newest key, with a bar for each table; and its record on the trail."""
    from guanhu.apps.audit import trail
    from guanhu.apps.people.resealing import reseal, sealed_tables
    from guanhu.rules.kinds import TrailAction

    stands = []
    for table in sealed_tables():
        advance = steps.begin(table.table)
        stands += reseal([table], on_batch=lambda said, tell=advance: tell(said.done, said.done + said.left))  # type: ignore[misc]
    steps.end()
    done = not any(one.left or one.broken for one in stands)
    trail.note(None, TrailAction.KEY_CHANGE, object=("key", str(number)), count=sum(one.done for one in stands),
               result="done" if done else "unfinished")  # fmt: skip
    return stands
