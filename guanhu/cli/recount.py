"""``guanhu recount``: the counts a second time, straight from the contacts, and where what is shown differs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from guanhu.cli.bank import open_bank
from guanhu.cli.books import business_day, these_books
from guanhu.cli.sheets import print_json, print_rows

if TYPE_CHECKING:
    from guanhu.apps.work.counting.recount import Recounted


def recount(
    day: Annotated[date, typer.Option("--day", parser=business_day, metavar="YYYY-MM-DD", help="数到哪一天")],
    since: Annotated[
        date | None,
        typer.Option("--since", parser=business_day, metavar="YYYY-MM-DD", help="从哪一天起；不写则只数一天"),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="有不同的日子按联系记录重新计数")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """从联系记录用 SQL 重数一遍每日点数，说出哪里不同；有不同时以 1 退出"""
    first = since or day
    if first > day:
        raise typer.BadParameter("--since 不能晚于 --day。什么也没有改动")
    with open_bank():
        from guanhu.apps.work.counting.recount import recounted

        seconds = these_books().policy.effective_call_seconds
        told = recounted(first, day, effective_call_seconds=seconds)
        wrong = [one for one in told if one.differs]
        if wrong and again:
            _count_again(sorted({one.day for one in wrong}))
            told = recounted(first, day, effective_call_seconds=seconds)
            wrong = [one for one in told if one.differs]
    if as_json:
        print_json([_plain(one) for one in wrong])
    else:
        days = (day - first) // timedelta(1) + 1
        typer.echo(f"{days} 天，{len(told):,} 行，{len(wrong):,} 行不同")
        if wrong:
            print_rows([_plain(one) for one in wrong])
    if wrong:
        raise typer.Exit(1)


def _count_again(days: list[date]) -> None:
    """Put these days as the night would count them now."""
    from guanhu.apps.work.counting import actions
    from guanhu.engine.counts import counts

    books = these_books()
    actions.keep_counts(days, counts(books.lake, days, books.policy))


def _plain(one: Recounted) -> dict[str, object]:
    """One difference: the shown figure, and the one of the contacts."""
    from guanhu.apps.work.counting.recount import FIGURES

    told = zip(FIGURES, one.kept, one.again, strict=True)
    figures = {name: f"{kept} → {right}" if kept != right else str(kept) for name, kept, right in told}
    return {"staff_no": one.staff_no, "day": one.day, "channel": one.channel, **figures}
