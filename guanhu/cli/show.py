"""``guanhu show …``: what a night worked out, for checks from outside; read from the lake alone.

Customers are named by the bank's customer number, accounts by their surrogate key. Nothing here is personal.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

import typer

from guanhu.cli import rights
from guanhu.cli.books import business_day
from guanhu.cli.numbers import policy_in
from guanhu.cli.places import var_folder
from guanhu.cli.sheets import Rows, print_json, print_parts, print_record, print_rows, print_rows_or_json, stop
from guanhu.engine import checks, tables
from guanhu.engine.lake import Lake
from guanhu.engine.tables import Table
from guanhu.night.desks import Desk, desks_of
from guanhu.night.why import Why, whys
from guanhu.night.why import why as why_customer
from guanhu.rules.days import SHIPPED_CALENDAR

app = typer.Typer(help="查看一夜算出了什么（只读数据湖）", no_args_is_help=True)

app.command()(rights.permissions)
app.command()(rights.routes)

Day = Annotated[date, typer.Option("--day", parser=business_day, metavar="YYYY-MM-DD", help="业务日")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]

SIGNAL = ("kind", "amount_fen", "due_on", "evidence")
TIER = ("branch_no", "tier", "entitlement", "average_fen", "balance_fen", "gap_fen", "policy")
OPENED = ("evidence", "reasons", "beat", "kinds")
"""Columns that hold JSON."""


@app.command()
def totals(day: Day, as_json: Json = False) -> None:
    """各文件进了多少、收下多少、隔离多少，以及当日的客户数、账户数、余额"""
    found = checks.totals(_answered(day), day)
    if as_json:
        print_json(found)
    else:
        print_rows(found["files"])
        print_rows([{name: found[name] for name in ("customers", "accounts", "balance_fen")}])


@app.command()
def signals(day: Day, as_json: Json = False) -> None:
    """当日的信号：客户、账户、种类、金额、何日、依据"""
    lake = _answered(day)
    number = _numbers(lake, day)
    rows = [
        {"customer": number[row["customer"]], "account": row["account"], **{name: row[name] for name in SIGNAL}}
        for row in map(_plain, lake.rows(tables.SIGNALS, day))
    ]
    print_rows_or_json(rows, as_json)


@app.command()
def tiers(day: Day, as_json: Json = False) -> None:
    """每位客户的分层与权益等级，以及据以判断的日均资产"""
    lake = _answered(day)
    number = _numbers(lake, day)
    rows = lake.rows(tables.STANDINGS, day)
    print_rows_or_json(
        [{"customer": number[row["customer"]], **{name: row[name] for name in TIER}} for row in rows], as_json
    )


@app.command()
def customer(number: Annotated[str, typer.Argument(help="客户号")], day: Day, as_json: Json = False) -> None:
    """一位客户的面貌、信号、商机与今日安排"""
    lake = _answered(day)
    key = _key_of(lake, day, number)

    def mine(table: Table) -> Rows:
        return [_named(row) for row in lake.rows(table, day) if row["customer"] == key]

    found = {
        "customer": number,
        "standing": next(iter(mine(tables.STANDINGS)), None),
        "signals": mine(tables.SIGNALS),
        "opportunities": mine(tables.OPPORTUNITIES),
        "plan": mine(tables.PLANS),
        "ahead": mine(tables.AHEAD),
    }
    print_json(found) if as_json else print_parts(found)


@app.command()
def plan(day: Day, keeper: Annotated[str, typer.Option("--keeper", help="管户人工号")], as_json: Json = False) -> None:
    """一位管户人的今日名单：次序、渠道、价值、理由、价格；没排下的必做在最后，次序为空"""
    lake = _planned(day, keeper)
    names = _numbers(lake, day)
    listed = [row for row in lake.rows(tables.PLANS, day) if row["keeper_no"] == keeper]
    lines = [{"customer": names[row["customer"]], **_named(row)} for row in listed]
    left = [
        {**_why_row(one), "place": None, "task_group": "duty"}
        for one in whys(lake, day, policy_in(var_folder()), SHIPPED_CALENDAR, keeper_no=keeper)
        if one.duty_left
    ]
    if as_json:
        print_json(lines + left)
        return
    quotas = [row for row in lake.rows(tables.QUOTAS, day) if row["keeper_no"] == keeper]
    missed = [{"customer": row["customer"], "says": "；".join(row["says"])} for row in left]
    print_parts({"工作量": quotas, "名单": [_short(line) for line in lines], "没排下的必做": missed})


@app.command()
def why(
    day: Day,
    keeper: Annotated[str | None, typer.Option("--keeper", help="管户人工号：他名下今天有理由的每位客户")] = None,
    customer: Annotated[str | None, typer.Option("--customer", help="客户号")] = None,
    as_json: Json = False,
) -> None:
    """为什么在（不在）今日名单：价值、名额的价格、胜过了谁、哪些理由不该打扰"""
    if (keeper is None) == (customer is None):
        raise typer.BadParameter("--keeper 与 --customer 请写一个")
    policy = policy_in(var_folder())
    if keeper is not None:
        found = whys(_planned(day, keeper), day, policy, SHIPPED_CALENDAR, keeper_no=keeper)
        print_rows_or_json([_why_row(one) for one in found], as_json)
        return
    lake = _answered(day)
    key = _key_of(lake, day, str(customer))
    one = why_customer(lake, day, policy, SHIPPED_CALENDAR, customer=key)
    if one is None:
        stop(f"客户 {customer} 今天没有联系的理由，或不在任何人的名单上")
    print_json(_why_row(one)) if as_json else print_record(_why_row(one))


@app.command()
def quarantine(day: Day, as_json: Json = False) -> None:
    """隔离的行：文件、行、列、规则、原因（不显示原值）"""
    lake = _lake()
    if lake.receipt(day) is None:
        stop(f"{day} 还没有收到文件：先运行 guanhu night --day {day} --from 送数文件夹")
    print_rows_or_json(lake.rows(tables.QUARANTINE, day), as_json)


@app.command()
def digests(day: Day, as_json: Json = False) -> None:
    """各张结果表的摘要：重跑多少次都应相同"""
    lake = _answered(day)
    answers = [table for table in tables.TABLES if table.group == "answers" and lake.has(table, day)]
    print_rows_or_json([{"table": table.path, "sha256": lake.digest(table, day)} for table in answers], as_json)


def account_text(key: int | None) -> str | None:
    """An account's surrogate key as it is shown: sixteen hexadecimal digits."""
    return None if key is None else f"{key:016x}"


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its JSON columns opened and its account as it is shown."""
    opened = {name: json.loads(value) if name in OPENED and value else value for name, value in row.items()}
    return {**opened, "account": account_text(row["account"])} if "account" in row else opened


def _named(row: dict[str, Any]) -> dict[str, Any]:
    """A row as it is shown beside its customer: no bare keys, not in its reasons either."""
    shown = {name: value for name, value in _plain(row).items() if name != "customer"}
    for reason in shown.get("reasons") or ():
        if "account" in reason["figures"]:
            reason["figures"]["account"] = account_text(reason["figures"]["account"])
    return shown


def _short(line: dict[str, Any]) -> dict[str, Any]:
    """A line of the list as it fits on a terminal."""
    said = " ".join(f"{reason['kind']} {reason['fen']:+}" for reason in line["reasons"])
    kept = {name: line[name] for name in ("place", "customer", "channel", "task_group", "value_fen", "price_fen")}
    return {**kept, "reasons": said}


def _why_row(one: Why) -> dict[str, Any]:
    """Why in or out, as it is shown."""
    return {
        "customer": one.customer_no, "keeper_no": one.keeper_no, "chosen": one.chosen, "channel": one.channel,
        "value_fen": one.value_fen, "price_fen": one.price_fen, "margin_fen": one.margin_fen, "next_on": one.next_on,
        "duty_left": one.duty_left, "says": list(one.lines),
        "withheld": [
            {"kind": kind, "channel": channel.value, "why": barred.value, "says": barred.label()}
            for kind, channel, barred in one.withheld
        ],
    }  # fmt: skip


def _lake() -> Lake:
    """The lake of this bank."""
    return Lake(var_folder() / "lake")


def _answered(day: date) -> Lake:
    """The lake, if a night has worked the day out."""
    lake = _lake()
    if not lake.has(tables.STANDINGS, day):
        stop(f"{day} 还没有算出结果：先运行 guanhu night --day {day} --from 送数文件夹")
    return lake


def _planned(day: date, keeper: str) -> Lake:
    """The lake, if this keeper's day has been planned."""
    lake = _answered(day)
    if not lake.has(tables.PLANS, day):
        stop(f"{day} 还没有排计划：先运行 guanhu night --day {day}")
    if all(desk.keeper_no != keeper for desk in _desks(lake, day)):
        stop(f"{day} 没有管户人 {keeper}，或他名下没有客户")
    return lake


def _desks(lake: Lake, day: date) -> list[Desk]:
    return desks_of(lake, day, policy_in(var_folder()), SHIPPED_CALENDAR)


def _numbers(lake: Lake, day: date) -> dict[int, str]:
    """Each customer's number by key, as the bank last sent them up to the day."""
    return {row["customer"]: row["customer_no"] for row in lake.latest_rows(tables.CUSTOMERS, day)}


def _key_of(lake: Lake, day: date, number: str) -> int:
    """The lake's key of a customer number; who is not there on the day is said so."""
    measured = {row["customer"] for row in lake.rows(tables.STANDINGS, day)}
    for key, known in _numbers(lake, day).items():
        if known == number and key in measured:
            return key
    stop(f"{day} 没有客户 {number}")
