"""The days of a simulated quarter: every branch's night, its contacts in the morning, its people during the day."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from bench.quarter_bank import Branch, write_day, write_history, write_standing
from bench.quarter_told import rhythm
from bench.quarter_truth import Living
from bench.quarter_ways import OURS, Chosen, by_hand, ours
from guanhu.demo.calendar import day_of, is_working, t_of
from guanhu.demo.personas import PERSONAS
from guanhu.demo.simulate import simulate
from guanhu.demo.touch import CHANNELS
from guanhu.demo.truth import TALK_SECONDS
from guanhu.demo.world import Contact
from guanhu.engine import pipeline, tables
from guanhu.engine.lake import Lake
from guanhu.night.reasons import grounds
from guanhu.rules.days import SHIPPED_CALENDAR, day_number
from guanhu.rules.kinds import Tier
from guanhu.rules.policy import SHIPPED, Policy
from guanhu.rules.rates import Counts

FIRST_MORNING = date(2026, 6, 1)
"""A year of history lies before it, and none of what the demo arranges around its own today lies in the quarter."""
SHORT = (
    tables.STATE,
    tables.STANDINGS,
    tables.SIGNALS,
    tables.OPPORTUNITIES,
    tables.HOLDINGS,
    tables.CONSENTS,
    tables.COMPLAINTS,
    tables.AHEAD,
    tables.PRICES,
    tables.PLANS,
    tables.QUOTAS,
)
"""Of these only the parts of the last two nights are needed."""
Result = dict[str, float]
Key = tuple[int, float, str]
"""A seed, a truth and a way."""


@dataclass(frozen=True)
class Asked:
    """What is to be lived: seeds together in one lake, truths, ways, working days, customers of each desk."""

    seeds: tuple[int, ...]
    truths: tuple[float, ...]
    ways: tuple[str, ...]
    days: int
    customers: int
    counts: Counts
    """What the bank's earlier trials teach; nothing of the quarter itself is added."""
    policy: Policy = SHIPPED
    """By which the nights are run."""


def live(asked: Asked, folder: Path, tell: Callable[[int], None] | None = None,
         watch: Callable[[date, Lake, Sequence[Branch], Chosen], None] | None = None) -> dict[Key, Result]:  # fmt: skip
    """Live the quarter in every way under every truth; ``watch`` is shown each morning's contacts."""
    lake, branches = Lake(folder), founded(asked)
    first = t_of(FIRST_MORNING)
    write_history(lake, branches, OURS, first)
    _teach(lake, asked, day_of(first - 2))
    told: dict[int, Counter[str]] = defaultdict(Counter)
    t, mornings = first, 0
    while mornings < asked.days:
        chosen: Chosen = {}
        if is_working(day_of(t)):
            chosen = _night(lake, branches, t - 1, asked.policy, told)
            mornings += 1
            if watch:
                watch(day_of(t), lake, branches, chosen)
        talks = [(branch, one) for branch in branches for one in _morning(branch, t, chosen, told[branch.number])]
        for branch in branches:
            branch.living.rest(t)
        write_day(lake, branches, t, talks)
        if tell and chosen:
            tell(mornings)
        t += 1
    shutil.rmtree(folder, ignore_errors=True)
    return {(b.living.seed, b.living.cases.truth, b.way): _result(b, told[b.number]) for b in branches}


def founded(asked: Asked) -> list[Branch]:
    """Every branch on the morning of the first day: one bank a seed, once for each truth and way."""
    found: list[Branch] = []
    for seed in asked.seeds:
        world = simulate(seed, asked.customers + len(PERSONAS), until=t_of(FIRST_MORNING))
        for truth in asked.truths:
            for way in asked.ways:
                found.append(Branch(len(found), way, Living(world, seed, truth)))
    return found


def _teach(lake: Lake, asked: Asked, day: date) -> None:
    """What was learnt before, as the trials judged on one day."""
    lake.write_rows(tables.TRIALS, day, [
        {"kind": kind, "tier": tier, "treatment": treatment, "day_on": day, "cases": count.cases,
         "successes": count.successes, "policy": asked.policy.version}
        for (kind, tier, treatment), count in sorted(asked.counts.items())
    ])  # fmt: skip


def _night(lake: Lake, branches: Sequence[Branch], t: int, policy: Policy, told: dict[int, Counter[str]]) -> Chosen:
    """What the files of the day before show, and whom each way would contact today.

    The signals of earlier nights go, so that no trial of the quarter is judged: branches share one lake, and none may
    learn from another's way or truth.
    """
    day = day_of(t)
    write_standing(lake, branches, t)
    pipeline.run(lake, day, policy, SHIPPED_CALENDAR)
    chosen = ours(lake, day, policy) if any(branch.way == OURS for branch in branches) else {}
    ground = grounds(lake, day, policy, SHIPPED_CALENDAR)
    lists = {branch.keeper_no: branch.way for branch in branches if branch.way != OURS}
    if lists:
        chosen = {**chosen, **by_hand(ground, day, lists, policy)}
    kept = rhythm(ground.known, day_number(SHIPPED_CALENDAR.next(day)), policy)
    for branch in branches:
        for tier, (many, well, within) in kept.get(branch.keeper_no, {}).items():
            told[branch.number].update({f"many_{tier}": many, f"rhythm_{tier}": well, f"within_{tier}": within})
    for table in SHORT:
        for known in lake.days(table)[:-2]:
            lake.drop(table, known)
    return chosen


def _morning(branch: Branch, t: int, chosen: Chosen, told: Counter[str]) -> list[Contact]:
    """The keeper does the list; every try takes its slot, reached or not."""
    mine = sorted((key - branch.key, channel) for key, channel in chosen.get(branch.keeper_no, ()))
    places = {channel.value: at for at, channel in enumerate(CHANNELS)}
    who = np.array([one for one, _ in mine], np.int64)
    contacts = branch.living.morning(t, who, np.array([places[channel] for _, channel in mine], np.int64))
    told.update(channel for _, channel in mine)
    told["talks"] += sum(one.seconds >= TALK_SECONDS for one in contacts)
    return contacts


def _result(branch: Branch, told: Counter[str]) -> Result:
    rhythm_kept = {
        f"{what}_{tier}": told[f"{what}_{tier}"] / max(told[f"many_{tier}"], 1)
        for what in ("rhythm", "within") for tier in Tier
    }  # fmt: skip
    ways: dict[str, Any] = {channel.value: told[channel.value] for channel in CHANNELS}
    return {**branch.living.told(), **rhythm_kept, **ways, "talks": told["talks"]}
