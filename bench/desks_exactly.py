"""The plan of many days as one linear or whole-number programme for an exact solver: the yardstick of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from guanhu.optimise.horizon import NOTHING, Problem

WINDOW, MOST = 5, 2


@dataclass
class _Rows:
    """Rows of the programme as they are added."""

    upper: list[float]
    starts: list[int]
    columns: list[int]
    values: list[float]

    def at_most(self, upper: float, columns: list[int], values: list[float]) -> None:
        """One more row."""
        self.upper.append(upper)
        self.starts.append(len(self.columns))
        self.columns += columns
        self.values += values


def solved(problem: Problem, *, whole: bool = False, seconds: float = 60) -> float:
    """The value of the relaxation, or of the best whole plan; agreed contacts and exempt tasks are not for this one."""
    if len(problem.agreed) or problem.tasks.exempt.any():
        raise ValueError("agreed contacts and exempt tasks have no place in this programme")
    contacts, contact_of = _contacts(problem)
    rows = _rows(problem, contacts, contact_of)
    count = len(contacts) + len(problem.options)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("time_limit", float(seconds))
    cost = np.concatenate(
        [np.zeros(len(contacts)), (problem.options.value_fen + problem.options.keep_fen).astype(float)]
    )
    none, empty = np.empty(0, np.int32), np.empty(0)
    model.addCols(count, cost, np.zeros(count), np.ones(count), 0, none, none, empty)
    model.changeObjectiveSense(highspy.ObjSense.kMaximize)
    lower = np.full(len(rows.upper), -highspy.kHighsInf)
    model.addRows(len(rows.upper), lower, np.array(rows.upper), len(rows.columns), np.array(rows.starts, np.int32),
                  np.array(rows.columns, np.int32), np.array(rows.values))  # fmt: skip
    if whole:
        kinds = np.full(count, highspy.HighsVarType.kInteger)
        model.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)
        model.setOptionValue("mip_rel_gap", 0.0)
    model.run()
    return float(model.getInfo().objective_function_value)


def _contacts(problem: Problem) -> tuple[Any, Any]:
    """Every customer, day and channel that could be a contact, and which of them each option needs."""
    options, channels = problem.options, len(problem.capacity)
    key = (problem.tasks.customer[options.task] * problem.days + options.day) * channels + options.channel
    found, place = np.unique(key, return_inverse=True)
    return np.stack(
        [found // channels // problem.days, found // channels % problem.days, found % channels], axis=1
    ), place


def _rows(problem: Problem, contacts: Any, contact_of: Any) -> _Rows:
    rows, options, first = _Rows([], [], [], []), problem.options, len(contacts)
    by_slot: dict[tuple[int, int], list[int]] = {}
    by_customer: dict[int, dict[int, list[int]]] = {}
    for place, (customer, day, channel) in enumerate(contacts.tolist()):
        by_slot.setdefault((channel, day), []).append(place)
        by_customer.setdefault(customer, {}).setdefault(day, []).append(place)
    for (channel, day), places in by_slot.items():
        rows.at_most(float(problem.capacity[channel, day]), places, [1.0] * len(places))
    for customer, days in by_customer.items():
        for places in days.values():
            rows.at_most(1.0, places, [1.0] * len(places))
        _windows(rows, int(problem.past[customer]), days)
    by_task: dict[int, list[int]] = {}
    for row, task in enumerate(options.task.tolist()):
        rows.at_most(0.0, [first + row, int(contact_of[row])], [1.0, -1.0])
        by_task.setdefault(task, []).append(row)
    for task, mine in by_task.items():
        rows.at_most(1.0, [first + row for row in mine], [1.0] * len(mine))
        before = int(problem.tasks.before[task])
        for day in sorted({int(options.day[row]) for row in mine}) if before != NOTHING else ():
            now = [first + row for row in mine if options.day[row] == day]
            earlier = [first + row for row in by_task.get(before, []) if options.day[row] < day]
            rows.at_most(0.0, now + earlier, [1.0] * len(now) + [-1.0] * len(earlier))
    return rows


def _windows(rows: _Rows, past: int, days: dict[int, list[int]]) -> None:
    """At most two contacts in any five days that hold a day to come; those before count."""
    for begin in range(1 - WINDOW, max(days) + 1):
        places = [place for day, there in days.items() if begin <= day < begin + WINDOW for place in there]
        behind = sum(past >> bit & 1 for bit in range(WINDOW - 1) if begin <= -(bit + 1) < begin + WINDOW)
        if places:
            rows.at_most(float(max(0, MOST - behind)), places, [1.0] * len(places))
