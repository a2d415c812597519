"""What the benchmark's child processes do: a night, a rebuild, the SQL, the comparison."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from guanhu.engine import pipeline, tables
from guanhu.engine.lake import Lake
from guanhu.engine.pipeline import Mode
from guanhu.engine.state import is_ours
from guanhu.rules.days import SHIPPED_CALENDAR, day_number
from guanhu.rules.lunar import celebrated_on
from guanhu.rules.policy import SHIPPED

SQL = Path(__file__).with_name("night.sql")
SQL_MEMORY = "10GB"
"""What the hand-written SQL may hold in memory."""
KINDS = {"key": "bigint", "text": "text", "money": "bigint", "number": "int", "flag": "boolean", "date": "date"}
"""What SQL calls the column types of the lake."""


def before(lake: Lake, day: date) -> None:
    """The state of the day before, from which the incremental night starts; made once for each shape of the state."""
    if not (lake.has(tables.STATE, day) and is_ours(lake, day)):
        pipeline.run(lake, day, SHIPPED, SHIPPED_CALENDAR, mode="rebuild")


def night(lake: Lake, day: date, mode: Mode) -> None:
    """One night of the product, whole: state, standings, signals and opportunities written."""
    pipeline.run(lake, day, SHIPPED, SHIPPED_CALENDAR, mode=mode)


def sql(lake: Lake, day: date) -> None:
    """The same columns by hand-written SQL, written to Parquet too; what does not fit into memory goes to disk."""
    out = lake.root / "sql"
    out.mkdir(exist_ok=True)
    road = duckdb.connect(config={"memory_limit": SQL_MEMORY, "temp_directory": str(out / "spilled")})
    for table in (tables.CUSTOMERS, tables.HOLDINGS, tables.PRODUCTS, tables.COMPLAINTS, tables.PROMISES):
        _view(road, lake, table, lake.days(table)[-1:])
    for table in (tables.BALANCES, tables.MOVES, tables.CONTACTS):
        _view(road, lake, table, lake.days(table))
    _variables(road, lake, day)
    road.execute(SQL.read_text("utf-8"))
    for name in ("standings", "month_ends", "signals", "opportunities"):
        road.execute(f"copy {name} to '{out / name}.parquet' (format parquet, compression zstd)")


def compare(lake: Lake, day: date, columns: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """A checksum of every column on both roads, and those that differ."""
    road = duckdb.connect()
    ends = lake.days(tables.MONTH_ENDS)
    ours = {
        "standings": [lake.path(tables.STANDINGS, day)],
        "month_ends": [lake.path(tables.MONTH_ENDS, end) for end in ends],
        "signals": [lake.path(tables.SIGNALS, day)],
        "opportunities": [lake.path(tables.OPPORTUNITIES, day)],
    }
    differ = []
    for table, names in columns.items():
        sums = ", ".join(f"sum(hash({name}, {names[0]})::hugeint)::text as {name}" for name in names)
        told = road.execute(f"select count(*), {sums} from '{lake.root / 'sql' / table}.parquet'").fetchone()
        mine = road.execute(f"select count(*), {sums} from {_parquet(ours[table])}").fetchone()
        assert told is not None
        assert mine is not None
        differ += [f"{table}.{name}" for name, a, b in zip(("rows", *names), told, mine, strict=True) if a != b]
    return {"columns": sum(map(len, columns.values())), "differ": differ}


def _variables(road: duckdb.DuckDBPyConnection, lake: Lake, day: date) -> None:
    """The night, its working days and its birthdays."""
    today = SHIPPED_CALENDAR.around(SHIPPED_CALENDAR.next(day))
    numbers = {"night": day_number(day), "today": today.day, "previous_day": today.previous_day,
               "next_day": today.next_day, "first_day": day_number(lake.days(tables.BALANCES)[0])}  # fmt: skip
    for name, number in numbers.items():
        road.execute(f"set variable {name} = date '1970-01-01' + {number}")
    road.execute("set variable legal_basis = ''")
    road.execute("set variable policy = ?", [SHIPPED.version])
    road.execute("create table workdays (day_on date)")
    road.executemany("insert into workdays values (?)", [[on] for on in _workdays(day)])
    road.execute("create table celebrated (calendar text, month int, day int, on_day date)")
    first = SHIPPED_CALENDAR.next(day)
    for on in (first + timedelta(days=ahead) for ahead in range(8)):
        for calendar, month, of_month in celebrated_on(on):
            road.execute("insert into celebrated values (?, ?, ?, ?)", [calendar.value, month, of_month, on])


def _workdays(day: date) -> list[date]:
    """The working days from the night on, as far as maturities and the day after them reach, long holidays included."""
    ahead = (day + timedelta(days=number) for number in range(60))
    return [on for on in ahead if SHIPPED_CALENDAR.is_working(on)]


def _view(road: duckdb.DuckDBPyConnection, lake: Lake, table: tables.Table, days: list[date]) -> None:
    """A view over the table's parts; without a part an empty table."""
    paths = [lake.path(table, day) for day in days]
    if not paths:
        columns = ", ".join(f"{column.name} {KINDS[column.type]}" for column in table.columns)
        road.execute(f"create table {table.name} ({columns})")
        return
    road.execute(f"create view {table.name} as select * from {_parquet(paths)}")


def _parquet(paths: list[Path]) -> str:
    """The parts as SQL reads them."""
    listed = ", ".join(f"'{path}'" for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false)"
