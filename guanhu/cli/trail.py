"""``guanhu trail …``: seal the trail, check it without the product, see who saw a customer, hand it out.

``verify`` imports neither Django nor anything that writes the trail.
"""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from guanhu.cli.places import anchors_file, var_folder
from guanhu.cli.sheets import print_rows_or_json

app = typer.Typer(help="留痕：封签、核验、谁看过这位客户、导出", no_args_is_help=True)

MOST = 10_000
"""Lines shown at once."""


@app.command()
def seal(
    after_restore: Annotated[
        str, typer.Option("--after-restore", metavar="理由", help="数据库刚从备份恢复：承认丢失，从现在的链尾继续封签")
    ] = "",
) -> None:
    """把各链链尾签名封存到库外（定时任务用；guanhu serve 与夜间自己会做）"""
    from guanhu.cli.bank import open_bank
    from guanhu.cli.sealing import seal_now

    with open_bank():
        from guanhu.apps.audit.sealing import SealBroken

        try:
            sealed = seal_now(restored=after_restore)
        except SealBroken as broken:
            typer.echo(f"没有封签：{broken}", err=True)
            typer.echo("若刚从备份恢复：查明后运行 guanhu trail seal --after-restore 理由", err=True)
            raise typer.Exit(1) from None
        if sealed is not None:
            typer.echo(f"封签 {sealed.number}：{sealed.moved} 条链有新记录")


@app.command()
def verify(
    database: Annotated[str | None, typer.Option("--database", help="postgresql://…；不写则为本行的数据库")] = None,
    anchors: Annotated[Path | None, typer.Option("--anchors", help="库外的封签文件")] = None,
    key: Annotated[Path | None, typer.Option("--key", help="公钥文件；最好用审计自己保管的一份")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="核验导出的文件，不连数据库")] = None,
    since: Annotated[int, typer.Option("--since", help="只核验这一封签之后的")] = 0,
) -> None:
    """独立核验：链、摘要、链尾、封签、库外文件；说出第一处不符。完好 0，有改动 1，读不了 2"""
    from guanhu.apps.audit import verify as checker
    from guanhu.cli import postgres

    if file is not None and anchors is None and _seals_of(file).exists():
        anchors = _seals_of(file)
    asked = ["--anchors", str(anchors or anchors_file(var_folder())), "--since", str(since)]
    asked += ["--key", str(key)] if key else []
    if file is not None:
        raise typer.Exit(checker.main([*asked, "--file", str(file)]))
    if database is None and os.environ.get("DATABASE_URL"):
        database = os.environ.get("DATABASE_NIGHT_URL") or os.environ["DATABASE_URL"]
    if database is not None:
        raise typer.Exit(checker.main([*asked, "--database", database]))
    server = postgres.ensure_running(var_folder())
    try:
        done = checker.main([*asked, "--database", server.url(postgres.DATABASE)])
    finally:
        server.leave()
    raise typer.Exit(done)


@app.command()
def show(
    customer: Annotated[str, typer.Option("--customer", help="客户号")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """十二个月内谁看过、动过这位客户，名单里出现的也算；这次查阅本身也留痕"""
    from guanhu.cli.bank import open_bank
    from guanhu.cli.books import these_books

    with open_bank():
        from django.conf import settings
        from django.utils import timezone

        from guanhu.apps.audit.queries import Asked, look_for_system
        from guanhu.rules.kinds import TrailAction

        since = timezone.now() - timedelta(days=settings.GUANHU_POLICY.trail_search_days)
        asked = Asked(customer=these_books().keys.key("customer", customer), since=since)
        found = look_for_system(asked, "guanhu trail show", most=MOST)
        rows = [
            {
                "时刻": f"{timezone.localtime(line.at):%Y-%m-%d %H:%M:%S}", "工号": line.actor, "角色": line.role,
                "机构": line.unit, "动作": TrailAction(line.action).zh,
                "名单": f"{line.count} 人" if line.listed else "", "事由": line.reason, "结果": line.result,
                "链": line.chain, "号": line.seq,
            }
            for line in found.rows
        ]  # fmt: skip
    print_rows_or_json(rows, as_json)


@app.command()
def export(file: Annotated[Path, typer.Argument(help="写到哪个文件；已有的不覆盖")]) -> None:
    """把全部留痕导出成一个文件，封签与公钥放在旁边，可用 verify --file 独立核验；导出本身也留痕"""
    from guanhu.cli.bank import open_bank

    if file.exists():
        raise typer.BadParameter(f"{file} 已存在，没有覆盖")
    draft = file.with_name(file.name + ".part")
    with open_bank() as bank:
        from guanhu.apps.audit.actions import hand_out
        from guanhu.cli.sealing import seal_now

        seal_now()
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            records = hand_out(out)
            out.flush()
            os.fsync(out.fileno())
        outside = anchors_file(bank.var)
        shutil.copyfile(outside, _seals_of(file))
        shutil.copyfile(outside.with_suffix(".pub"), _seals_of(file).with_suffix(".pub"))
        draft.rename(file)
    typer.echo(f"{records} 条记录 → {file}；封签 → {_seals_of(file).name}")


def _seals_of(file: Path) -> Path:
    """Where the seals lie that go with an exported file."""
    return file.with_name(file.name + ".seals.jsonl")
