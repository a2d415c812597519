"""The split's benchmark: a snake draft, the longest list first, an exact solver, and ours, on the same branches.

``python -m bench.allocation`` takes about seven minutes, six of which the exact solver is waited for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from bench import branches
from bench.exactly import MOVE
from guanhu.optimise.allocation import Limits, Problem, Split, check, deviation, solve

SIZES = ((1_000, 5), (10_000, 10), (60_000, 20))
SOLVER_SECONDS = 60
PATIENCE = 2 * SOLVER_SECONDS
"""The exact solver may overrun its limit on a large branch; it is stopped then, and said not to have answered."""
TRIES = 8_000_000
"""Swaps tried to spare trust where somebody waits for one branch."""
BRANCHES, BANK = 500, 10_000


@dataclass(frozen=True)
class Figures:
    """What one way reached on one branch: deviations of assets, counts and tiers, and CPU seconds.

    ``value``, ``bound``: what an exact solver says of its own answer, and what nothing can fall below.
    """

    deviation: float | None
    count: float | None
    tier: float | None
    seconds: float
    value: float = 0.0
    bound: float = 0.0


def main(_arguments: list[str]) -> int:
    """Run everything and print it; 0 when every split of ours passes the checker."""
    console = Console()
    solve(branches.first(1, 50, 3))  # compiled once, as the setup does
    once = branches.furthered(branches.later(1, 200, 3, shocked=0.3, leaver=True), 1)
    solve(replace(once, limits=replace(once.limits, tries=1_000)))
    sound = [first(console, many, keepers) for many, keepers in SIZES]
    sound += [further(console), rounds(console), whole_bank(console)]
    return 0 if all(sound) else 1


# ---------------------------------------------------------------- first allocation


def first(console: Console, many: int, keepers: int) -> bool:
    """Equal weights and no claims, so that every way answers the same question."""
    problem = branches.first(11, many, keepers, even=True, claimed=0)
    with console.status(f"{many:,} × {keepers} …"):
        told = {"snake draft": timed(problem, snake), "longest list first": timed(problem, longest)}
        told[f"HiGHS, {SOLVER_SECONDS} s"] = by_solver(problem)
        split, ours = timed_split(problem)
        told["ours"] = ours
        claimed = branches.first(11, many, keepers)
        told["ours, with claims and capability"] = timed_split(claimed)[1]
    table = Table(title=f"{many:,} customers of {keepers} keepers", title_justify="left")
    for heading in ("way", "largest deviation", "of count", "of a tier", "CPU ms", "of HiGHS"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    exact = told[f"HiGHS, {SOLVER_SECONDS} s"].seconds
    for name, one in told.items():
        table.add_row(name, *_cells(one), f"{one.seconds * 1000:,.1f}", f"1/{exact / one.seconds:,.0f}")
    console.print(table)
    console.print(
        f"proven: no split goes below {split.bounds.deviation:.1e}; {ours.seconds * 1e7 / many:.1f} ms per 10,000"
    )
    return not check(problem, split)


def _cells(one: Figures) -> tuple[str, str, str]:
    if one.deviation is None:
        return "no answer", "", ""
    return f"{one.deviation:.1e}", f"{one.count:.1f}", f"{one.tier:.1f}"


def judged(problem: Problem, owner: Any, seconds: float) -> Figures:
    """A split's deviations: of assets as a share, of counts and tiers in customers."""
    keepers = len(problem.active)
    tiers = np.zeros((keepers, problem.tiers))
    np.add.at(tiers, (owner, problem.tier), 1)
    off = np.abs(tiers - np.bincount(problem.tier, minlength=problem.tiers) / keepers)
    count = np.abs(tiers.sum(axis=1) - len(owner) / keepers)
    return Figures(deviation(problem, owner), float(count.max()), float(off.max()), seconds)


def timed(problem: Problem, way: Callable[[Problem], Any]) -> Figures:
    """One way, with the CPU it took."""
    begun = time.process_time()
    owner = way(problem)
    return judged(problem, owner, time.process_time() - begun)


def timed_split(problem: Problem, times: int = 5) -> tuple[Split, Figures]:
    """Ours, with the CPU of the middle of several runs."""
    spent = []
    for _ in range(times):
        begun = time.process_time()
        split = solve(problem)
        spent.append(time.process_time() - begun)
    return split, judged(problem, split.owner, sorted(spent)[times // 2])


def snake(problem: Problem) -> Any:
    """Down the list by assets, the keepers forwards and backwards: what is done on paper."""
    keepers = len(problem.active)
    order = np.lexsort((problem.numbers, -problem.counted))
    turn = np.concatenate([np.arange(keepers), np.arange(keepers)[::-1]])
    owner = np.empty(len(order), np.int64)
    owner[order] = np.resize(turn, len(order))
    return owner


def longest(problem: Problem) -> Any:
    """The wealthiest first, to whoever holds least: good in assets, blind to counts and tiers."""
    held = [0] * len(problem.active)
    owner = np.empty(len(problem.numbers), np.int64)
    for place in np.lexsort((problem.numbers, -problem.counted)).tolist():
        keeper = held.index(min(held))
        owner[place] = keeper
        held[keeper] += int(problem.counted[place])
    return owner


def by_solver(problem: Problem, trust: bool = False) -> Figures:
    """An exact solver in a process of its own, stopped when it does not stop by itself."""
    told = {
        "asset": problem.counted.tolist(), "tier": problem.tier.tolist(), "keepers": len(problem.active),
        "seconds": SOLVER_SECONDS,
    }  # fmt: skip
    if trust:
        told |= {
            "owner": problem.owner.tolist(), "trust": problem.trust_bp.tolist(), "locked": problem.locked.tolist(),
            "within": problem.limits.within_ppm / 1e6,
        }  # fmt: skip
    begun = time.perf_counter()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.exactly"], input=json.dumps(told), capture_output=True, text=True,
            timeout=PATIENCE, check=True, env={**os.environ, "PYTHONPATH": os.getcwd()},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Figures(None, None, None, time.perf_counter() - begun)
    answer = json.loads(done.stdout.splitlines()[-1])  # the solver greets before it is told to be silent
    if answer["owner"] is None:
        return Figures(None, None, None, answer["seconds"])
    found = judged(problem, np.array(answer["owner"]), answer["seconds"])
    return replace(found, value=answer["value"], bound=answer["bound"])


def further(console: Console) -> bool:
    """The same branches, to be alike also in what matures within a quarter and in difficulty."""
    table = Table(title="first allocations, with two further measures to be spread", title_justify="left")
    for heading in ("branch", "assets off", "maturing, before", "after", "difficulty, before", "after", "CPU ms"):
        table.add_column(heading, justify="left" if heading == "branch" else "right")
    sound = True
    for many, keepers in SIZES:
        problem = branches.furthered(branches.first(11, many, keepers), 11)
        split, ours = timed_split(problem, 3)
        off = [f"{one:.2%}" for each in split.further for one in each]
        table.add_row(f"{many:,} × {keepers}", f"{split.deviation:.1e}", *off, f"{ours.seconds * 1000:,.1f}")
        sound &= not check(problem, split)
    console.print(table)
    return sound


# ---------------------------------------------------------------- rounds


def rounds(console: Console) -> bool:
    """A month, a leaver, a quarter with somebody new; and what splitting from scratch would move."""
    cases = {
        "1,000 × 5, a month": branches.later(21, 1_000, 5),
        "10,000 × 10, a month": branches.later(21, 10_000, 10),
        "10,000 × 10, somebody left": branches.later(21, 10_000, 10, leaver=True),
        "10,000 × 10, a quarter, somebody new": branches.later(21, 10_000, 10, shocked=0.15, share=0.15, joiner=True),
        "60,000 × 20, a month": branches.later(21, 60_000, 20),
    }
    table = Table(title="rounds, down to a thousandth", title_justify="left")
    for heading in (
        "round",
        "before",
        "after",
        "moved",
        "at least",
        "trust lost",
        "at least",
        "from scratch",
        "CPU ms",
    ):
        table.add_column(heading, justify="left" if heading == "round" else "right")
    sound = True
    for name, problem in cases.items():
        with console.status(f"{name} …"):
            split, ours = timed_split(problem, 3)
            moved = problem.held & (split.owner != problem.owner)
            anew = solve(replace(branches.abandoned(problem), limits=Limits()))
            scratch = float((problem.held & (anew.owner != problem.owner)).mean())
            before = deviation(problem, np.where(problem.held, problem.owner, -1))
            sound &= not check(problem, split)
        table.add_row(
            name, f"{before:.1%}", f"{split.deviation:.2%}", f"{moved.sum()}", f"{split.bounds.moves}",
            f"{problem.trust_bp[moved].sum() / 1e4:.2f}", f"{split.bounds.trust_bp / 1e4:.2f}", f"{scratch:.0%}",
            f"{ours.seconds * 1000:,.1f}",
        )  # fmt: skip
    console.print(table)
    return least(console, {name: cases[name] for name in list(cases)[:2]}) and sound


def least(console: Console, cases: dict[str, Problem]) -> bool:
    """The least that is lost in a month: trust, and five hundredths a move, beside an exact solver's answer.

    Ours as for a whole bank at once, and with as many tries as one branch that waits for it has.
    """
    table = Table(title=f"trust and 0.05 a move, beside HiGHS in {SOLVER_SECONDS} s", title_justify="left")
    for heading in ("round", "ours", "ours, with tries", "moves", "CPU ms", "HiGHS", "its bound", "with tries / HiGHS"):
        table.add_column(heading, justify="left" if heading == "round" else "right")
    sound = True
    for name, problem in cases.items():
        with console.status(f"{name}, exactly …"):
            thorough = replace(problem, limits=replace(problem.limits, tries=TRIES))
            split, figures = timed_split(thorough, 3)
            sound &= not check(thorough, split)
            ours, spared = lost(problem, solve(problem)), lost(problem, split)
            exact = by_solver(problem, trust=True)
        moved = int((problem.held & (split.owner != problem.owner)).sum())
        told: tuple[str, ...] = ("no answer",)
        if exact.value:
            told = (f"{exact.value:.3f}", f"{exact.bound:.3f}", f"{spared / exact.value:.3f}")
        table.add_row(name, f"{ours:.3f}", f"{spared:.3f}", f"{moved}", f"{figures.seconds * 1000:,.0f}", *told)
    console.print(table)
    return sound


def lost(problem: Problem, split: Split) -> float:
    """Trust lost, and five hundredths a move."""
    moved = problem.held & (split.owner != problem.owner)
    return float(problem.trust_bp[moved].sum()) / 1e4 + MOVE * float(moved.sum())


# ---------------------------------------------------------------- a whole bank


def whole_bank(console: Console) -> bool:
    """Many branches of a thousand to ten thousand, one after the other on one core; the bank's time from those."""
    rng, spent, monthly, customers, sound = np.random.default_rng(5), 0.0, 0.0, 0, True
    for seed in range(BRANCHES):
        many = int(rng.integers(1_000, 10_001))
        problem, later = (
            branches.first(seed, many, max(2, many // 800)),
            branches.later(seed, many, max(2, many // 800)),
        )
        begun = time.process_time()
        split = solve(problem)
        middle = time.process_time()
        again = solve(later)
        monthly += time.process_time() - middle
        spent += middle - begun
        customers += many
        sound &= not check(problem, split) and not check(later, again)
    for what, seconds in (("first allocations", spent), ("monthly rounds", monthly)):
        console.print(
            f"{BRANCHES} {what}, {customers:,} customers: {seconds:.1f} s CPU, {seconds / BRANCHES * 1000:.1f} ms each;"
            f" {BANK:,} such branches: {seconds / BRANCHES * BANK:.0f} s of one core (extrapolated)"
        )
    return sound


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
