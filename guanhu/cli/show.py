"""``guanhu show …``: what a night worked out, for checks from outside; read from the lake alone.

Customers are named by the bank's customer number, accounts by their surrogate key. Nothing here is personal.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Grid

from guanhu.cli.books import Books, these_books
from guanhu.engine import checks, tables
from guanhu.engine.tables import Table

app = typer.Typer(help="查看一夜算出了什么（只读数据湖）", no_args_is_help=True)

Day = Annotated[datetime, typer.Option("--day", formats=["%Y-%m-%d"], help="业务日")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Rows = list[dict[str, Any]]


@app.command()
def totals(day: Day, as_json: Json = False) -> None:
    """各文件进了多少、收下多少、隔离多少，以及当日的客户数、账户数、余额"""
    books, on = these_books(), _answered(day)
    found = checks.totals(books.lake, on)
    if as_json:
        _print_json(found)
    else:
        _print_rows(found["files"])
        _print_rows([{name: found[name] for name in ("customers", "accounts", "balance_fen")}])


@app.command()
def signals(day: Day, as_json: Json = False) -> None:
    """当日的信号：客户、账户、种类、金额、何日、依据"""
    books, on = these_books(), _answered(day)
    number = _numbers(books, on)
    _print(
        [
            {
                "customer": number[row["customer"]],
                "account": account_text(row["account"]),
                "kind": row["kind"],
                "step": row["step"],
                "amount_fen": row["amount_fen"],
                "due_on": row["due_on"],
                "evidence": json.loads(row["evidence"]),
            }
            for row in books.lake.rows(tables.SIGNALS, on)
        ],
        as_json,
    )


@app.command()
def tiers(day: Day, as_json: Json = False) -> None:
    """每位客户的分层与权益等级，以及据以判断的日均资产"""
    books, on = these_books(), _answered(day)
    number = _numbers(books, on)
    columns = ("branch_no", "tier", "entitlement", "average_fen", "balance_fen", "gap_fen", "policy")
    _print(
        [
            {"customer": number[row["customer"]], **{name: row[name] for name in columns}}
            for row in books.lake.rows(tables.STANDINGS, on)
        ],
        as_json,
    )


@app.command()
def customer(number: Annotated[str, typer.Argument(help="客户号")], day: Day, as_json: Json = False) -> None:
    """一位客户的面貌、信号、商机与今日安排"""
    books, on = these_books(), _answered(day)
    key = next((key for key, no in _numbers(books, on).items() if no == number), None)
    if key is None:
        _stop(f"{on} 没有客户 {number}")
    mine: Callable[[Table], Rows] = lambda table: [  # noqa: E731
        _plain(row) for row in books.lake.rows(table, on) if row["customer"] == key
    ]
    standing = mine(tables.STANDINGS)
    found = {
        "customer": number,
        "standing": standing[0] if standing else None,
        "signals": mine(tables.SIGNALS),
        "opportunities": mine(tables.OPPORTUNITIES),
        "plan": mine(tables.PLANS),
    }
    _print_json(found) if as_json else _print_customer(found)


@app.command()
def plan(day: Day, keeper: Annotated[str, typer.Option("--keeper", help="管户人工号")], as_json: Json = False) -> None:
    """一位管户人的今日名单：次序、渠道、价值、理由、价格"""
    books, on = these_books(), _answered(day)
    number = _numbers(books, on)
    _print(
        [
            {"customer": number[row["customer"]], **_plain(row)}
            for row in books.lake.rows(tables.PLANS, on)
            if row["keeper_no"] == keeper
        ],
        as_json,
    )


@app.command()
def quarantine(day: Day, as_json: Json = False) -> None:
    """隔离的行：文件、行、列、规则、原因（不显示原值）"""
    _print(these_books().lake.rows(tables.QUARANTINE, day.date()), as_json)


@app.command()
def digests(day: Day, as_json: Json = False) -> None:
    """各张结果表的摘要：重跑多少次都应相同"""
    books, on = these_books(), _answered(day)
    _print(
        [
            {"table": table.path, "sha256": books.lake.digest(table, on)}
            for table in tables.TABLES
            if table.group == "answers" and books.lake.has(table, on)
        ],
        as_json,
    )


def account_text(key: int | None) -> str | None:
    """An account's surrogate key as it is shown: sixteen hexadecimal digits."""
    return None if key is None else f"{key:016x}"


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as it is shown: no bare keys, JSON columns opened."""
    opened = {
        name: json.loads(value) if name in {"evidence", "reasons", "beat"} and value else value
        for name, value in row.items()
        if name != "customer"
    }
    return {**opened, "account": account_text(row["account"])} if "account" in row else opened


def _answered(day: datetime) -> date:
    """The day asked for, if a night has worked it out."""
    on = day.date()
    if not these_books().lake.has(tables.STANDINGS, on):
        _stop(f"{on} 还没有算出结果：先运行 guanhu night --day {on} --from 送数文件夹")
    return on


def _numbers(books: Books, day: date) -> dict[int, str]:
    """Each customer's number by key, as the bank last sent them up to the day."""
    return {row["customer"]: row["customer_no"] for row in books.lake.latest_rows(tables.CUSTOMERS, day)}


def _stop(says: str) -> None:
    """Say why there is nothing to show, and leave with 1."""
    Console(stderr=True).print(says, highlight=False)
    raise typer.Exit(1)


def _print(rows: Rows, as_json: bool) -> None:
    _print_json(rows) if as_json else _print_rows(rows)


def _print_json(found: Any) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False, default=str, indent=1))


def _print_rows(rows: Rows) -> None:
    """A table on the terminal; an empty one says so."""
    if not rows:
        typer.echo("没有记录")
        return
    grid = Grid(*rows[0])
    for row in rows:
        grid.add_row(*("—" if value is None else str(value) for value in row.values()))
    Console().print(grid)


def _print_customer(found: dict[str, Any]) -> None:
    """Each part of a customer's answers one below the other."""
    for part in ("standing", "signals", "opportunities", "plan"):
        typer.echo(part)
        rows = found[part] if isinstance(found[part], list) else [found[part]] if found[part] else []
        _print_rows(rows)
