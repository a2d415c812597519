"""The plan's benchmark: today's practice, the best of each day alone, an exact solver's bound, and ours on one desk.

``python -m bench.dayplan [DESKS]`` compares on a dozen desks and then runs ours alone on many.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench import desks, desks_exactly
from guanhu.optimise import dayplan
from guanhu.optimise.horizon import NOTHING, Plan, Problem, check, solve

COMPARED, ALONE, BANK = 12, 200, 10_000
CHANNELS = [str(channel) for channel in (desks.MEETING, desks.CALL, desks.MESSAGE)]
Contact = tuple[int, int, list[int], int]
"""A customer, a channel, what could be done, and what all of it is worth today."""
Chooser = Callable[[desks.Made, int, list[Contact]], Iterable[tuple[int, int]]]


@dataclass
class Told:
    """What one way reached on all desks."""

    share: list[float] = field(default_factory=list)
    proven: list[float] = field(default_factory=list)
    routine: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    """Run everything and print it; 0 when every plan of ours passes the checker."""
    console = Console()
    solve(desks.made(1, customers=20).problem)  # compiled once, as the setup does
    sound = compared(console)
    return 0 if alone(console, int(arguments[0]) if arguments else ALONE) and sound else 1


# ---------------------------------------------------------------- the same desks in every way


def compared(console: Console) -> bool:
    """Each way on the same desks, against what no plan can exceed."""
    told: dict[str, Told] = defaultdict(Told)
    sound = True
    for desk in track(list(desks.several(range(COMPARED))), "comparing", console=console, transient=True):
        begun = time.process_time()
        relaxed = desks_exactly.solved(desk.problem)
        told["HiGHS, the relaxation alone"].seconds.append(time.process_time() - begun)
        for name, choose in WAYS.items():
            begun = time.process_time()
            plan = by_day(desk, choose)
            _note(told[name], desk, plan, relaxed, time.process_time() - begun)
            sound &= not check(desk.problem, plan)
        prices = solve(fewer(desk.problem)).price_fen
        for name, warm in (("ours, cold", None), ("ours, from yesterday's prices", prices)):
            begun = time.process_time()
            plan = solve(desk.problem, warm=warm)
            _note(told[name], desk, plan, relaxed, time.process_time() - begun)
            told[name].proven.append(plan.counted_fen / plan.bound_fen)
            sound &= not check(desk.problem, plan)
    _print(console, told)
    return sound


def _note(told: Told, desk: desks.Made, plan: Plan, relaxed: float, seconds: float) -> None:
    told.share.append(plan.worth_fen / relaxed)
    told.routine.append(float(np.mean(plan.day[desk.routine] != NOTHING)))
    told.seconds.append(seconds)


def _print(console: Console, told: dict[str, Told]) -> None:
    exact = median(told["HiGHS, the relaxation alone"].seconds)
    title = (
        f"{COMPARED} desks of 600 customers, {desks.DAYS} days; share of the relaxation's bound, the least in brackets"
    )
    table = Table(title=title, title_justify="left")
    for heading in ("way", "of the bound", "proven by itself", "routine kept", "CPU ms", "of HiGHS"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for name in [*WAYS, "ours, cold", "ours, from yesterday's prices", "HiGHS, the relaxation alone"]:
        one, middle = told[name], median(told[name].seconds)
        table.add_row(
            name,
            _both(one.share),
            _both(one.proven),
            _both(one.routine),
            f"{middle * 1000:,.0f}",
            f"1/{exact / middle:,.1f}",
        )
    console.print(table)


def _both(shares: list[float]) -> str:
    return f"{np.mean(shares):.2%} ({min(shares):.2%})" if shares else ""


def fewer(problem: Problem) -> Problem:
    """The same desk with a tenth of what could be done not known yet: yesterday's, near enough."""
    known = np.flatnonzero(problem.options.task % 10 != 0)
    options = problem.options
    return replace(problem, options=replace(
        options, task=options.task[known], channel=options.channel[known], day=options.day[known],
        value_fen=options.value_fen[known], keep_fen=options.keep_fen[known],
    ))  # fmt: skip


# ---------------------------------------------------------------- day by day


def by_day(desk: desks.Made, choose: Chooser) -> Plan:
    """A plan made as a list is: each morning the best of that day, without a look at the days to come."""
    problem = desk.problem
    day_of, channel_of = (np.full(len(problem.tasks), NOTHING) for _ in range(2))
    past, worth = problem.past.tolist(), 0
    offers = _offers(problem)
    for day in range(problem.days):
        contacts = _possible(problem, offers[day], day_of, past)
        by_way = {(customer, channel): (tasks, value) for customer, channel, tasks, value in contacts}
        reached = set()
        for customer, channel in choose(desk, day, contacts):
            tasks, value = by_way[customer, channel]
            day_of[tasks], channel_of[tasks] = day, channel
            worth += value
            reached.add(customer)
        past = [(bits << 1 | (customer in reached)) & 15 for customer, bits in enumerate(past)]
    nothing = np.zeros_like(problem.capacity)
    return Plan(day_of, channel_of, nothing, worth, worth, 2**62, 0)


def _offers(problem: Problem) -> dict[int, dict[tuple[int, int], list[tuple[int, int]]]]:
    """For each day who could be reached how, for which tasks and their worth."""
    offers: dict[int, dict[tuple[int, int], list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    options = problem.options
    columns = (options.task, options.channel, options.day, options.value_fen)
    for task, channel, day, value in zip(*(column.tolist() for column in columns), strict=True):
        offers[day][int(problem.tasks.customer[task]), channel].append((task, value))
    return offers


def _possible(problem: Problem, offers: dict[tuple[int, int], list[tuple[int, int]]], day_of: Any,
              past: list[int]) -> list[Contact]:  # fmt: skip
    found = []
    for (customer, channel), tasks in offers.items():
        bits = past[customer]
        if bits & (bits - 1):
            continue
        before = problem.tasks.before
        now = [
            (t, v) for t, v in tasks if day_of[t] == NOTHING and (before[t] == NOTHING or day_of[before[t]] != NOTHING)
        ]
        if now:
            found.append((customer, channel, [t for t, _ in now], sum(v for _, v in now)))
    return found


def _in_order(desk: desks.Made, day: int, contacts: list[Contact]) -> Iterable[tuple[int, int]]:
    """Down a list until the day is full, each customer once."""
    free, reached = desk.problem.capacity[:, day].tolist(), set()
    for customer, channel, _, _ in contacts:
        if customer not in reached and free[channel] > 0:
            free[channel] -= 1
            reached.add(customer)
            yield customer, channel


def by_tier(desk: desks.Made, day: int, contacts: list[Contact]) -> Iterable[tuple[int, int]]:
    """The highest tier first, and of one tier whose reason ends soonest: what is done by hand."""
    last = _last_days(desk.problem)
    ordered = sorted(contacts, key=lambda one: (desk.tier[one[0]], min(last[task] for task in one[2]), one[0], -one[1]))
    return _in_order(desk, day, ordered)


def by_value(desk: desks.Made, day: int, contacts: list[Contact]) -> Iterable[tuple[int, int]]:
    """Whatever is worth most today first."""
    return _in_order(desk, day, sorted(contacts, key=lambda one: (-one[3], one[0], one[1])))


def by_matching(desk: desks.Made, day: int, contacts: list[Contact]) -> Iterable[tuple[int, int]]:
    """The exactly best of the day alone."""
    ways: dict[int, list[dayplan.Option]] = defaultdict(list)
    for customer, channel, _, value in contacts:
        ways[customer].append(dayplan.Option(str(channel), value))
    free = desk.problem.capacity[:, day].tolist()
    people = (dayplan.Customer(f"{customer:09}", tuple(found)) for customer, found in ways.items())
    plan = dayplan.solve(dayplan.Problem.of({channel: free[int(channel)] for channel in CHANNELS}, people))
    return [(int(line.customer_no), int(line.channel)) for line in plan.lines]


def _last_days(problem: Problem) -> Any:
    last = np.zeros(len(problem.tasks), np.int64)
    np.maximum.at(last, problem.options.task, problem.options.day)
    return last


WAYS: dict[str, Chooser] = {
    "by tier, what ends soonest first": by_tier,
    "by value, each day": by_value,
    "the best of each day alone, exactly": by_matching,
}

# ---------------------------------------------------------------- a whole bank


def alone(console: Console, many: int) -> bool:
    """Ours on many desks, one after the other on one core; the bank's time from those."""
    spent, gaps, sound = [], [], True
    for desk in track(list(desks.several(range(100, 100 + many))), "ours", console=console, transient=True):
        begun = time.process_time()
        plan = solve(desk.problem)
        spent.append(time.process_time() - begun)
        gaps.append(plan.gap)
        sound &= not check(desk.problem, plan)
    middle, ninety_nine = np.percentile(spent, [50, 99]) * 1000
    console.print(
        f"{many} desks: {sum(spent):.1f} s CPU, the middle one {middle:.0f} ms, 99 of 100 within {ninety_nine:.0f} ms;"
        f" proven to {1 - np.mean(gaps):.2%}, the least {1 - max(gaps):.2%};"
        f" {BANK:,} such desks: {sum(spent) / many * BANK:.0f} s of one core (extrapolated)"
    )
    return sound


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
