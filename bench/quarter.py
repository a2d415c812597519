"""``./do bench quarter``: a quarter of the invented bank, lived with our plan and with lists kept by hand.

Every seed is a bank of its own whose one keeper has about 600 customers and 30 messages, 20 calls and 5 meetings a day.
Each morning each way of choosing sees what the bank's files and the keeper's notes show; the customers answer by the
generator's truth, which no planner reads, with the same dice in every way. Then again with half the truth and with
half as much more, while the planner still believes what it had learnt. ``--seeds`` (20), ``--days`` working days (65).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench import rates
from bench.quarter_run import FIRST_MORNING, Asked, Key, Result, live
from bench.quarter_told import MEASURES, Difference, Measure, difference
from bench.quarter_ways import NAMES, OURS, TIER
from guanhu.demo.calendar import FIRST, day_of, t_of
from guanhu.demo.simulate import simulate
from guanhu.engine.lake import Lake
from guanhu.rules.policy import SHIPPED
from guanhu.rules.rates import Counts

FIRST_SEED, TRUTHS = 20261201, (1.0, 0.5, 1.5)
TOGETHER = 5
"""So many seeds share a lake and a process: what a night costs beside its rows is then paid once."""
LEARNT_CUSTOMERS, LEARNT_NIGHTS = 7200, 200
HEADLINES = ("kept", "won", "both", "put", "assets")
WIDTH = 190
Results = dict[Key, Result]

_told: Any = None
"""In a worker's process: where to say that a morning is done."""


def main(arguments: list[str]) -> int:
    """Learn from one bank's months, live the quarter of the others, and tell what came of it."""
    asked = argparse.ArgumentParser(prog="bench quarter")
    asked.add_argument("--seeds", type=int, default=20)
    asked.add_argument("--days", type=int, default=65)
    asked.add_argument("--customers", type=int, default=615)
    given = asked.parse_args(arguments)
    os.environ["POLARS_MAX_THREADS"] = "1"  # the processes share the cores out among themselves
    console = Console(width=max(Console().width, WIDTH))
    with console.status("what an earlier bank's trials teach …"):
        counts = learnt_before(console)
    seeds = [FIRST_SEED + number for number in range(given.seeds)]
    blocks = [tuple(seeds[at : at + TOGETHER]) for at in range(0, len(seeds), TOGETHER)]
    every = [Asked(block, TRUTHS, tuple(NAMES), given.days, given.customers, counts) for block in blocks]
    results = side_by_side(every, console)
    for truth in TRUTHS:
        console.print(sheet(results, seeds, truth))
    for truth in TRUTHS:
        console.print(f"truth × {truth:g}: {verdict(results, seeds, truth)}")
    console.print(f"95 % intervals of the mean of {len(seeds)} paired differences; * leaves nought out")
    return 0


def learnt_before(console: Console) -> Counts:
    """The trials of another bank's months before the quarter, judged by the product's own nights."""
    first = t_of(FIRST_MORNING)
    world = simulate(rates.SEED, LEARNT_CUSTOMERS, until=first)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        rates.write_books(lake, world)
        rates.nights(lake, world, range(first - LEARNT_NIGHTS, first), SHIPPED, Console(quiet=True))
        return rates.rates.counted(lake, FIRST, day_of(first - 1))


# ---------------------------------------------------------------- side by side


def side_by_side(every: Sequence[Asked], console: Console) -> Results:
    """All blocks, as many at once as there are cores; the results do not depend on how many."""
    context = multiprocessing.get_context("spawn")
    said = context.Queue()
    results: Results = {}
    cores = min(len(os.sched_getaffinity(0)), len(every))
    with Progress(console=console, transient=True) as progress, \
            ProcessPoolExecutor(cores, context, _listen, (said,)) as pool:  # fmt: skip
        line = progress.add_task("mornings", total=sum(asked.days for asked in every))
        waiting: set[Future[Results]] = {pool.submit(_live, asked) for asked in every}
        while waiting:
            done, waiting = wait(waiting, timeout=1, return_when=FIRST_COMPLETED)
            while not said.empty():
                progress.advance(line, said.get())
            for one in done:
                results |= one.result()
    return results


def _listen(said: Any) -> None:
    global _told
    _told = said


def _live(asked: Asked) -> Results:
    """One block in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return live(asked, Path(folder) / "lake", lambda _morning: _told.put(1))


# ---------------------------------------------------------------- what came of it


def against(results: Results, seeds: Iterable[int], truth: float, measure: Measure, other: str) -> Difference:
    """What ours has more than another way, in the sheet's unit."""
    pairs = [(results[seed, truth, OURS][measure.name], results[seed, truth, other][measure.name]) for seed in seeds]
    return difference([one / measure.unit for one, _ in pairs], [two / measure.unit for _, two in pairs])


def sheet(results: Results, seeds: Sequence[int], truth: float) -> Table:
    """Every measure by way, and what ours has more, with intervals."""
    grid = Table(title=f"truth × {truth:g}, {len(seeds)} seeds, a desk's mean", title_justify="left")
    others = [way for way in NAMES if way != OURS]
    grid.add_column("a desk's quarter")
    for heading in (*NAMES.values(), *(f"ours − {NAMES[way]}" for way in others)):
        grid.add_column(heading, justify="right")
    for measure in MEASURES:
        means = [sum(results[seed, truth, way][measure.name] for seed in seeds) / len(seeds) / measure.unit
                 for way in NAMES]  # fmt: skip
        cells = [f"{mean:,.{measure.digits}f}" for mean in means]
        gaps = [told(against(results, seeds, truth, measure, way), measure.digits) for way in others]
        grid.add_row(measure.says, *cells, *gaps)
    return grid


def told(one: Difference, digits: int) -> str:
    """A difference with its interval; a star where the interval leaves nought out."""
    return f"{one.mean:+,.{digits}f} ± {one.half:,.{digits}f}{' *' if one.sure else '  '}"


def verdict(results: Results, seeds: Sequence[int], truth: float) -> str:
    """Said plainly: in what ours wins over the tier-sorted list, in what it loses, in what nothing can be told."""
    said: dict[str, list[str]] = {"wins": [], "loses": [], "cannot be told apart": []}
    for measure in MEASURES:
        if measure.name in HEADLINES or measure.name.startswith(("rhythm", "within")):
            gap = against(results, seeds, truth, measure, TIER)
            word = ("wins" if gap.mean > 0 else "loses") if gap.sure else "cannot be told apart"
            said[word].append(f"{measure.says.rpartition(', ')[0]} {told(gap, measure.digits).rstrip(' *')}")
    return "; ".join(f"{word} in {', '.join(what)}" for word, what in said.items() if what)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
