"""The night's benchmark: the incremental night, the rebuild and hand-written SQL on the same data, side by side.

``python -m bench.night`` at half a million customers and ten million movements, ``--full`` at ten times that. Data is
made once below ``$GUANHU_VAR/bench``. Each run is a child process; its start and its imports are left out.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench import made

NAMES = {"night": "incremental night", "rebuild": "rebuild", "sql": "hand-written SQL (DuckDB)"}
SIZES = {size.name: size for size in (made.TINY, made.TENTH, made.FULL)}
COMPARED = {
    "standings": ("customer", "branch_no", "tier", "entitlement", "balance_fen", "average_fen", "gap_fen", "in30_fen",
                  "out30_fen", "value_fen", "last_move_on", "last_contact_on", "policy"),
    "month_ends": ("customer", "balance_fen", "average_fen", "net_fen"),
    "signals": ("customer", "account", "kind", "step", "product", "amount_fen", "due_on", "expires_on", "evidence",
                "policy"),
    "opportunities": ("customer", "account", "kind", "duty", "marketing", "step", "product", "amount_fen", "due_on",
                      "expires_on", "gain_fen", "evidence", "policy"),
}  # fmt: skip
LIMITS_GB = {"tiny": 1, "10m": 3, "100m": 8}


def main(arguments: list[str]) -> int:
    """Make the data, run the three ways, print figures and ratios; 1 when answers differ."""
    if "--child" in arguments:
        at = arguments.index("--child")
        child(arguments[at + 1], SIZES[arguments[at + 2]])
        return 0
    size = made.FULL if "--full" in arguments else made.TINY if "--tiny" in arguments else made.TENTH
    console = Console()
    _make(size, console)
    figures = {}
    for way, name in NAMES.items():
        with console.status(f"{name} …"):
            figures[way] = _child(way, size)
    console.print(_table(size, figures))
    same = _child("compare", size)
    for line in same["differ"]:
        console.print(f"[red]differs: {line}")
    console.print(f"{same['columns']} columns compared, {len(same['differ'])} differ")
    return 1 if same["differ"] else 0


def root() -> Path:
    """Where the data lies."""
    return Path(os.environ.get("GUANHU_VAR", "var")).resolve() / "bench"


def _make(size: made.Size, console: Console) -> None:
    """The bank's days and the state of the day before, once."""
    with Progress(console=console) as progress:
        task = progress.add_task(f"data: {size.customers:,} customers, {size.moves:,} movements", total=made.DAYS)
        made.make(root(), size, on_day=lambda done, of: progress.update(task, completed=done, total=of))
        progress.update(task, completed=made.DAYS)
    with console.status("the day before …"):
        _child("before", size)


def _child(way: str, size: made.Size) -> dict[str, Any]:
    """One run in a process of its own; its last line is its answer."""
    command = [sys.executable, "-m", "bench.night", "--child", way, size.name]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    answer: dict[str, Any] = json.loads(told.strip().splitlines()[-1])
    return answer


def child(way: str, size: made.Size) -> None:
    """What a child process does: import, then work under the clock, then tell."""
    from bench import runs

    lake = made.make(root(), size)
    works: dict[str, Callable[[], Any]] = {
        "before": lambda: runs.before(lake, made.LAST - timedelta(days=1)),
        "night": lambda: runs.night(lake, made.LAST, "incremental"),
        "rebuild": lambda: runs.night(lake, made.LAST, "rebuild"),
        "sql": lambda: runs.sql(lake, made.LAST),
        "compare": lambda: runs.compare(lake, made.LAST, COMPARED),
    }
    cpu, wall = time.process_time(), time.perf_counter()
    answer = works[way]() or {}
    used = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    sys.stdout.write(json.dumps({**used, "peak_gb": peak, **answer}) + "\n")


def _table(size: made.Size, figures: dict[str, dict[str, Any]]) -> Table:
    """Figures and ratios of the three ways."""
    table = Table(title=f"{size.customers:,} customers · {size.moves:,} movements · {made.DAYS} days")
    for head in ("", "CPU s", "wall s", "peak GB", "CPU ÷ SQL", "CPU ÷ rebuild", "target"):
        table.add_column(head, justify="left" if head in ("", "target") else "right")
    targets = {"night": "≤ 0.15 × rebuild (full size)", "rebuild": "≤ 1.2 × SQL", "sql": ""}
    for way, name in NAMES.items():
        told = figures[way]
        table.add_row(
            name, f"{told['cpu']:.2f}", f"{told['wall']:.2f}", f"{told['peak_gb']:.2f}",
            f"{told['cpu'] / figures['sql']['cpu']:.2f}", f"{told['cpu'] / figures['rebuild']['cpu']:.2f}",
            " · ".join(filter(None, (targets[way], f"≤ {LIMITS_GB[size.name]} GB" if way != "sql" else ""))),
        )  # fmt: skip
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
