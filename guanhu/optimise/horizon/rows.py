"""The problem laid out in rows for the loops: customers hold events, events cells, cells what could be done there."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from guanhu.optimise.horizon.kernels import CLOSED, LAST_DAYS, UNIT, compiled
from guanhu.optimise.horizon.problem import NOTHING, Flags, Problem, Whole


class Desk(NamedTuple):
    """One keeper's horizon in rows.

    An event is a day on which something could be done for a customer, a cell a channel of that day, an entry a task
    that could be done there. ``…_first``: where the part of each begins, with one place more for the end · tasks are
    bits, the one that comes before another the lower · ``event_open``: what may have been done before the day and
    still matters · ``event_due``: what could still be done · ``event_past``: which contacts of the last four days may
    lie behind, one bit a pattern, while something is still to be done · ``event_over``: only when nothing is ·
    ``cell_most``: no contact there is worth as much; beyond bounds where it opens the way to another.
    """

    past: Any
    event_first: Any
    event_day: Any
    event_open: Any
    event_due: Any
    event_past: Any
    event_over: Any
    event_fixed: Any
    cell_first: Any
    cell_slot: Any
    cell_fixed: Any
    cell_tasks: Any
    cell_most: Any
    cell_exempt: Any
    entry_first: Any
    entry_bit: Any
    entry_before: Any
    entry_value: Any
    entry_exempt: Any
    capacity: Any


def laid_out(problem: Problem) -> tuple[Desk, Whole]:
    """The rows of a problem, and the option each entry stands for."""
    options, tasks, days, people = problem.options, problem.tasks, problem.days, len(problem.numbers)
    task_first = np.searchsorted(tasks.customer, np.arange(people + 1))
    bit: Whole = np.int64(1) << (np.arange(len(tasks)) - task_first[tasks.customer])
    agreed = np.full((people, days), NOTHING)
    agreed[problem.agreed.customer, problem.agreed.day] = problem.agreed.channel
    free = problem.free
    at = tasks.customer[options.task]
    there = agreed[at, options.day]
    usable = np.where(there == NOTHING, free[options.channel, options.day] > 0, there == options.channel)
    option_first = np.searchsorted(at, np.arange(people + 1))
    events, cells, entries = _placed(
        option_first, options.day, options.channel, usable, agreed, len(free), len(options) + len(problem.agreed)
    )
    entry_option, task = entries[1], options.task[entries[1]]
    opened, due = _masks(events[0], events[1], task_first, *_spans(problem, usable), bit)
    before = tasks.before[task]
    value = (options.value_fen + options.keep_fen)[entry_option] * UNIT
    leads = np.isin(np.arange(len(tasks)), tasks.before)
    cell_most = np.bincount(entries[0], np.maximum(0, value), len(cells[0])).astype(np.int64)
    cell_most[entries[0][leads[task]]] = CLOSED
    cell_exempt = np.zeros(len(cells[0]), bool)
    cell_exempt[entries[0][tasks.exempt[task]]] = True
    cell_tasks = np.zeros(len(cells[0]), np.int64)
    np.bitwise_or.at(cell_tasks, entries[0], bit[task])
    desk = Desk(
        past=problem.past, event_first=np.searchsorted(events[0], np.arange(people + 1)), event_day=events[1],
        event_open=opened, event_due=due, event_past=opened, event_over=opened,
        event_fixed=events[2] == 1,
        cell_first=np.searchsorted(cells[0], np.arange(len(opened) + 1)),
        cell_slot=cells[1] * days + events[1][cells[0]], cell_fixed=events[2][cells[0]] == 1,
        cell_tasks=cell_tasks, cell_most=cell_most, cell_exempt=cell_exempt,
        entry_first=np.searchsorted(entries[0], np.arange(len(cells[0]) + 1)), entry_bit=bit[task],
        entry_before=np.where(before == NOTHING, 0, bit[before]),
        entry_value=value, entry_exempt=tasks.exempt[task], capacity=free.reshape(-1),
    )  # fmt: skip
    past, met = _pasts(desk, np.diff(task_first))
    return desk._replace(event_past=past, event_over=met & ~past), entry_option


@compiled
def _placed(option_first, day, channel, usable, agreed, channels, most):  # type: ignore[no-untyped-def]
    """The events (customer, day, agreed), the cells (event, channel) and the entries (cell, option), in their order.

    On a day on which a contact was agreed there is the cell of that contact alone, whether anything can be done or not.
    """
    people, days = agreed.shape
    events, cells, entries = np.zeros((3, most), np.int64), np.zeros((2, most), np.int64), np.zeros((2, most), np.int64)
    start = np.zeros((days, channels), np.int64)
    e, c, n = 0, 0, 0
    for i in range(people):
        count = np.zeros((days, channels), np.int64)
        for o in range(option_first[i], option_first[i + 1]):
            if usable[o]:
                count[day[o], channel[o]] += 1
        for d in range(days):
            fixed, any_cell = agreed[i, d] != NOTHING, False
            for ch in range(channels):
                if count[d, ch] > 0 or agreed[i, d] == ch:
                    cells[0, c], cells[1, c], start[d, ch], any_cell = e, ch, n, True
                    for one in range(count[d, ch]):
                        entries[0, n + one] = c
                    n, c = n + count[d, ch], c + 1
            if any_cell:
                events[0, e], events[1, e], events[2, e] = i, d, fixed
                e += 1
        for o in range(option_first[i], option_first[i + 1]):
            if usable[o]:
                entries[1, start[day[o], channel[o]]] = o
                start[day[o], channel[o]] += 1
    return events[:, :e], cells[:, :c], entries[:, :n]


def _spans(problem: Problem, usable: Flags) -> tuple[Whole, Whole, Whole]:
    """Each task's first and last day, and the last on which it matters to one that comes after it."""
    tasks, rows = problem.tasks, np.flatnonzero(usable)
    task, day = problem.options.task[rows], problem.options.day[rows]
    first, last = np.full(len(tasks), problem.days), np.full(len(tasks), -1)
    first[task[::-1]] = day[::-1]  # options stand by day, so that the first is written last
    last[task] = day
    matters = last.copy()
    for at in np.flatnonzero(tasks.before != NOTHING)[::-1]:
        matters[tasks.before[at]] = max(matters[tasks.before[at]], matters[at])
    return first, last, matters


@compiled
def _masks(who, day, task_first, first, last, matters, bit):  # type: ignore[no-untyped-def]
    """For each event the tasks that may be done and still matter, and those that could still be done."""
    opened, due = np.zeros(len(day), np.int64), np.zeros(len(day), np.int64)
    for e in range(len(day)):
        for t in range(task_first[who[e]], task_first[who[e] + 1]):
            if first[t] < day[e] <= matters[t]:
                opened[e] |= bit[t]
            if last[t] >= day[e]:
                due[e] |= bit[t]
    return opened, due


@compiled
def _pasts(desk, tasks):  # type: ignore[no-untyped-def]
    """For each event the contacts of the last four days that may lie behind it: while something is to be done, at all.

    Every contact does a task at least, unless it was agreed, so that few tasks leave few patterns.
    """
    found, met = np.zeros(len(desk.event_day), np.int64), np.zeros(len(desk.event_day), np.int64)
    for i in range(len(desk.past)):
        first, last, wide = desk.event_first[i], desk.event_first[i + 1], 1 << tasks[i]
        here, after = np.zeros(wide, np.int64), np.zeros(wide, np.int64)
        bare, done = np.zeros(wide, np.int64), np.zeros(wide, np.int64)
        if first < last:
            here[0] = 1 << ((desk.past[i] << min(desk.event_day[first], 4)) & LAST_DAYS)
        for e in range(first, last):
            for s in range(wide):
                met[e] |= here[s]
                if s & desk.event_open[e] == s and (desk.event_due[e] & ~s or desk.event_fixed[e]):
                    found[e] |= here[s]
            if e + 1 < last:
                _onwards(desk, e, here, after, bare, done)
                here, after = after, here
    return found, met


@compiled
def _onwards(desk, e, here, after, bare, done):  # type: ignore[no-untyped-def]
    """What may lie behind the next event, by the tasks done until then."""
    opened, kept = desk.event_open[e], desk.event_open[e + 1]
    gap, every = min(desk.event_day[e + 1] - desk.event_day[e], 5), opened
    for s in range(len(here)):
        after[s] = bare[s] = done[s] = 0
    for s in range(len(here)):
        if s & opened != s:
            continue
        for past in range(LAST_DAYS + 1):
            if here[s] >> past & 1:
                after[s & kept] |= 1 << ((past << gap) & LAST_DAYS)
                bare[s] |= 1 << ((((past << 1) | 1) << (gap - 1)) & LAST_DAYS)
    for cell in range(desk.cell_first[e], desk.cell_first[e + 1]):
        every |= desk.cell_tasks[cell]
    bit = 1
    while bit < len(here):
        for x in range(len(here)):
            if every & bit and not x & bit and x & every == x:
                done[x | bit] |= bare[x] | done[x]
        bit *= 2
    for x in range(len(here)):
        after[x & kept] |= done[x] | (bare[x] if desk.event_fixed[e] else 0)
