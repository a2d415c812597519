"""The second road: the hand-written SQL of ``bench/night.sql`` on DuckDB, over the lake's own Parquet."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
from borax.calendars import LunarDate

from guanhu.engine import tables
from guanhu.engine.lake import Lake
from guanhu.rules.policy import SHIPPED

SQL = Path(__file__).resolve().parents[2] / "bench" / "night.sql"
STANDING = ("customer", "branch_no", "tier", "entitlement", "balance_fen", "average_fen", "gap_fen", "in30_fen",
            "out30_fen", "value_fen", "last_move_on", "last_contact_on", "policy")  # fmt: skip
SIGNAL = ("customer", "account", "kind", "step", "product", "amount_fen", "due_on", "expires_on", "evidence", "policy")
OPPORTUNITY = (*SIGNAL, "duty", "marketing", "gain_fen")
MONTH_END = ("customer", "balance_fen", "average_fen", "net_fen")


def prepared(lake: Lake, night: date, *, legal_basis: str = "") -> duckdb.DuckDBPyConnection:
    """A connection that sees the lake's tables as views and knows the night and its weekdays."""
    road = duckdb.connect()
    for table in (tables.CUSTOMERS, tables.ACCOUNTS, tables.HOLDINGS, tables.PRODUCTS):
        known = [day for day in lake.days(table) if day <= night] or lake.days(table)[:1]
        _view(road, lake, table, known[-1:])
    for table in (tables.COMPLAINTS, tables.PROMISES):
        _view(road, lake, table, [day for day in lake.days(table) if day <= night][-1:])
    for table in (tables.BALANCES, tables.MOVES):
        _view(road, lake, table, lake.days(table))
    _view(road, lake, tables.CONTACTS, lake.days(tables.CONTACTS), "told")
    _view(road, lake, tables.OWN_CONTACTS, lake.days(tables.OWN_CONTACTS), "noted")
    road.execute("create view contacts as select * from told union all select * from noted")
    today = _weekday(night, 1)
    first = min(lake.days(tables.BALANCES)[0], lake.days(tables.MOVES)[0])
    days = {"night": night, "today": today, "previous_day": _weekday(today, -1), "next_day": _weekday(today, 1),
            "first_day": first}  # fmt: skip
    for name, day in days.items():
        road.execute(f"set variable {name} = date '{day}'")
    road.execute(f"set variable legal_basis = '{legal_basis}'")
    road.execute("set variable policy = ?", [SHIPPED.version])
    road.execute("create table workdays (day_on date)")
    ahead = [night + timedelta(days=number) for number in range(60)]
    road.executemany("insert into workdays values (?)", [[on] for on in ahead if on.weekday() < 5])
    road.execute("create table celebrated (calendar text, month int, day int, on_day date)")
    for ahead in range(8):
        road.executemany("insert into celebrated values (?, ?, ?, ?)", _birthdays(today + timedelta(days=ahead)))
    return road


def travelled(lake: Lake, night: date, *, legal_basis: str = "", sql: str | None = None) -> duckdb.DuckDBPyConnection:
    """The same connection after the whole of the SQL; ``sql`` puts another text in its place."""
    road = prepared(lake, night, legal_basis=legal_basis)
    road.execute(sql or SQL.read_text("utf-8"))
    return road


def answers(road: duckdb.DuckDBPyConnection, table: str, names: tuple[str, ...],
            where: str = "true") -> set[tuple[Any, ...]]:  # fmt: skip
    """The rows of an answer as a set; it refuses rows that stand twice."""
    rows = road.execute(f"select {', '.join(names)} from {table} where {where}").fetchall()
    assert len(rows) == len(set(rows))
    return set(rows)


def ours(lake: Lake, table: tables.Table, names: tuple[str, ...], day: date) -> set[tuple[Any, ...]]:
    """The engine's rows of a day as a set."""
    return {tuple(row[name] for name in names) for row in lake.rows(table, day)}


def _view(road: duckdb.DuckDBPyConnection, lake: Lake, table: tables.Table, days: list[date],
          name: str = "") -> None:  # fmt: skip
    name = name or table.name
    if days:
        paths = ", ".join(f"'{lake.path(table, day)}'" for day in days)
        road.execute(f"create view {name} as select * from read_parquet([{paths}], hive_partitioning = false)")
        return
    kinds = {"key": "bigint", "text": "text", "money": "bigint", "number": "int", "flag": "boolean", "date": "date"}
    columns = ", ".join(f"{column.name} {kinds[column.type]}" for column in table.columns)
    road.execute(f"create table {name} ({columns})")


def _weekday(day: date, step: int) -> date:
    """The next day (or the one before) from Monday to Friday."""
    day += timedelta(days=step)
    while day.weekday() >= 5:
        day += timedelta(days=step)
    return day


def _birthdays(day: date) -> list[tuple[str, int, int, date]]:
    """Which recorded birthdays fall on a day, by the sun and by another library's moon."""
    made = [("solar", day.month, day.day, day)]
    if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3:
        made.append(("solar", 2, 29, day))
    moon = LunarDate.from_solar(day)
    if not moon.leap:
        made.append(("lunar", moon.month, moon.day, day))
        if moon.day == 29 and LunarDate.from_solar(day + timedelta(days=1)).day == 1:
            made.append(("lunar", moon.month, 30, day))
    return made
