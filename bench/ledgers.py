"""The ledgers' benchmark: rows a second, CPU a row and peak memory of a ledger tried, written and taken back.

``python -m bench.ledgers`` makes a small bank below ``$GUANHU_VAR/bench-ledgers``: a keeper of 20,000 customers, and a
ledger of 100,000 rows that names each of them once and 80,000 others. Each step runs in a process of its own through
the engine of the command and the pages; CPU and memory are that process's, those of the reader it starts stand beside.
Rows a second are told by the clock, and by the clock without the time in which engine and database waited for a core
(the kernel counts it): on a machine busy with other work the second tells of the engine, the first of the machine.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from guanhu.cli.places import var_folder

TODAY, NOW = date(2026, 11, 24), datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
ROWS, KEPT = 100_000, 5
"""Every fifth row is about a customer of the keeper's."""
STAFF = {"staff_no": "S1", "name": "林知秋", "branch_no": "B1", "post": "wealth"}
HABITS = ("垂钓", "摄影", "书法", "")
FASTEST, CPU_MS, PEAK_MB = 4_000, 0.5, 500
"""The targets: rows a second at least; milliseconds a row and megabytes at most."""


@dataclass(frozen=True)
class Figures:
    """One step: seconds by the clock, of CPU, megabytes at its peak, the reader's beside, and what came of it."""

    wall: float
    queued: float
    """Seconds in which it, or the database on its behalf, waited for a core."""
    database_cpu: float
    cpu: float
    reader_cpu: float
    peak_mb: float
    reader_mb: float
    told: dict[str, Any]


def main(arguments: list[str]) -> int:
    """Make bank and ledger, run each step, print the figures; 0 when all targets are met."""
    asked = ArgumentParser(prog="bench ledgers")
    asked.add_argument("--rows", type=int, default=ROWS)
    asked.add_argument("--step", default="", help="of a child process alone")
    told = asked.parse_args(arguments)
    folder = var_folder() if told.step else var_folder() / "bench-ledgers"
    if told.step:
        return step(folder, told.step)
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.update(GUANHU_VAR=str(folder), GUANHU_LOG="error")
    os.environ.pop("DATABASE_URL", None)
    from guanhu.cli.bank import open_bank

    console = Console()
    with open_bank():
        with console.status("a bank of its own …"):
            make_bank(told.rows // KEPT)
            write_ledger(folder / "台账.csv", told.rows)
        found = {what: measured(what) for what in STEPS}
    console.print(_table(found, told.rows))
    return 0 if all(_met(one, told.rows) for one in found.values()) else 1


def make_bank(size: int) -> None:
    """A keeper and her customers."""
    from guanhu.apps.customers import actions

    customers = [
        {"customer": n + 1, "customer_no": f"T{n * KEPT:06}", "name": f"客户{n}", "branch_no": "B1", "keeper_no": "S1",
         "kind": "personal", "gender": "女", "phone": f"138{n:08}", "opened_on": date(2020, 3, 1), "id_no": None,
         "birth_on": "", "risk_grade": "", "risk_on": None, "birth_calendar": "solar", "source_risk": ""}
        for n in range(size)
    ]  # fmt: skip
    actions.take_in({
        "branches": [{"branch_no": "B1", "name": "星湖支行"}], "staff": [STAFF], "customers": customers,
    })  # fmt: skip


def write_ledger(path: Path, rows: int) -> None:
    """The ledger, in the encoding most hand-kept ones have."""
    with path.open("w", encoding="gb18030", newline="") as file:
        out = csv.writer(file)
        out.writerow(["客户号", "姓名", "手机", "性别", "生日", "爱好", "备注", "联系日期", "联系人"])
        for n in range(rows):
            out.writerow([f"T{n:06}", f"客户{n}", f"139{n:08}", "女", "1970-03-05", HABITS[n % len(HABITS)], "老客户",
                          "2026-01-05", "沈"])  # fmt: skip


def measured(what: str) -> Figures:
    """One step in a process of its own."""
    child = [sys.executable, "-m", "bench.ledgers", "--step", what]
    done = subprocess.run(child, stdout=subprocess.PIPE, check=True, text=True)
    return Figures(**json.loads(done.stdout.splitlines()[-1]))


def step(folder: Path, what: str) -> int:
    """One step, here; prints its figures for whoever started this process."""
    os.environ["GUANHU_LOGIN"] = "night"
    from guanhu.cli.bank import prepare_django

    prepare_django()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        backend = cursor.fetchone()[0]
    here, there = _scheduled("self"), _scheduled(backend)
    own, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    told = STEPS[what](folder / "台账.csv")
    wall = time.perf_counter() - begun
    used, served = _scheduled("self"), _scheduled(backend)
    after, reader = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    queued = used[1] - here[1] + served[1] - there[1]
    figures = {"wall": wall, "queued": queued, "database_cpu": served[0] - there[0], "cpu": _cpu(after) - _cpu(own),
               "reader_cpu": _cpu(reader) - _cpu(theirs),
               "peak_mb": after.ru_maxrss / 1024, "reader_mb": reader.ru_maxrss / 1024, "told": told}  # fmt: skip
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


def _scheduled(process: int | str) -> tuple[float, float]:
    """Seconds a process ran, and waited for a core, as the kernel's scheduler counts them."""
    ran, waited, _slices = Path(f"/proc/{process}/schedstat").read_text().split()
    return int(ran) / 1e9, int(waited) / 1e9


def _cpu(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime


def _bringing(path: Path) -> Any:
    from guanhu.apps.customers.ledgers.importing import Bringing
    from guanhu.apps.people.models import Staff
    from guanhu.apps.people.queries import viewer_of
    from guanhu.rules.access import Permission, require

    viewer = viewer_of(Staff.objects.get(staff_no="S1"))
    if viewer is None:
        raise SystemExit("the bench's keeper has no role")
    return Bringing(require(viewer, Permission.LEDGER_IMPORT), path, TODAY)


def _try(path: Path) -> dict[str, Any]:
    from guanhu.apps.customers.ledgers import importing

    return importing.dry_run(_bringing(path))[0].plain()


def _write(path: Path) -> dict[str, Any]:
    from guanhu.apps.customers.ledgers import importing

    return importing.commit(_bringing(path), lambda: NOW)[0].plain()


def _undo(path: Path) -> dict[str, Any]:
    from guanhu.apps.customers.ledgers import actions
    from guanhu.apps.customers.ledgers.models import LedgerImport

    batch = LedgerImport.objects.get(undone_at=None)
    return {"gone": actions.undo(by=_bringing(path).by, batch=batch.public_id, now=NOW)}


STEPS: dict[str, Callable[[Path], dict[str, Any]]] = {"try": _try, "write": _write, "again": _try, "undo": _undo}
"""Tried, written, tried once more when everything is known already, taken back."""


def _met(one: Figures, rows: int) -> bool:
    peak = max(one.peak_mb, one.reader_mb)
    return rows / (one.wall - one.queued) >= FASTEST and one.cpu / rows * 1_000 <= CPU_MS and peak <= PEAK_MB


def _table(found: dict[str, Figures], rows: int) -> Table:
    table = Table(title=f"{rows:,} rows, {rows // KEPT:,} of them about customers", title_justify="left")
    for head in (
        "step",
        "rows a second",
        "without waits for a core",
        "CPU-ms a row",
        "of the database",
        "of the reader",
        "peak MB",
        "of the reader",
        "targets",
    ):
        table.add_column(head, justify="left" if head in ("step", "targets") else "right")
    for what, one in found.items():
        each = [f"{spent / rows * 1_000:.2f}" for spent in (one.cpu, one.database_cpu, one.reader_cpu)]
        table.add_row(
            what, f"{rows / one.wall:,.0f}", f"{rows / (one.wall - one.queued):,.0f}", *each, f"{one.peak_mb:.0f}",
            f"{one.reader_mb:.0f}", "met" if _met(one, rows) else "missed",
        )  # fmt: skip
    return table


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
