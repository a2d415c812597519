"""The command ``guanhu``: one line here for each of its verbs, a module for each beside it."""

from __future__ import annotations

import sys

import typer

from guanhu.cli import (
    allocate,
    demo,
    keys,
    ledgers,
    night,
    optimise,
    person,
    recount,
    retention,
    serve,
    show,
    staff,
    trail,
)
from guanhu.cli.places import keep_compiled
from guanhu.cli.postgres import DatabaseDown

app = typer.Typer(
    help="管户：存量客户经营的一天。数据默认放在 ./var，可用 GUANHU_VAR 另指。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command("demo", help="虚构的一家银行：写文件、跑夜间、开网页")(demo.demo)
app.command("serve", help="只开网页")(serve.serve)
app.command("night", help="一夜：收数、计量、排计划、发布")(night.night)
app.command("allocate", help="分户：全行各网点各岗位的草案")(allocate.allocate)
app.command("recount", help="从联系记录重数每日点数，说出哪里不同")(recount.recount)
app.add_typer(show.app, name="show")
app.add_typer(trail.app, name="trail")
app.add_typer(staff.app, name="staff")
app.add_typer(keys.app, name="keys")
app.add_typer(retention.app, name="retention")
app.add_typer(person.app, name="person")
app.add_typer(ledgers.app, name="import")
app.add_typer(optimise.app, name="optimise")


def main() -> None:
    """Run a verb; a database that cannot be had is told in a sentence, not in a trace."""
    keep_compiled()
    try:
        app()
    except DatabaseDown as down:
        sys.stderr.write(f"数据库不可用：{down}\n")
        sys.exit(1)
