"""``./do bench rates``: what is learnt of contacts, held against the truth of the invented bank and a later time.

The demo's bank lives its days; the product's own nights measure them, judge their trials and learn. The rates learnt by
one day are then tried on the trials judged after it, and the lift is compared with the one the bank was made with.
The generator's truth is read here alone: the product never sees it. ``--days`` nights (default 330), ``--customers``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from guanhu.demo import cast, places, shelf
from guanhu.demo.books import MOVES, NEVER
from guanhu.demo.calendar import DAYS, FIRST, HISTORY_LAST, day_of, t_of
from guanhu.demo.journals import journal
from guanhu.demo.simulate import simulate
from guanhu.demo.touch import CHANNELS, OUTCOMES
from guanhu.demo.truth import EFFECTS
from guanhu.demo.world import World
from guanhu.engine import backend, pipeline, rates, tables, trials
from guanhu.engine.lake import Lake, disk_columns
from guanhu.engine.night import Night
from guanhu.feeds.split import CLIENT_INITIATED
from guanhu.rules.days import SHIPPED_CALENDAR, day_number
from guanhu.rules.kinds import Channel, CustomerKind, SignalKind
from guanhu.rules.policy import SHIPPED, Policy
from guanhu.rules.rates import Counts, Rate, rates_of
from guanhu.rules.trials import LEARNT, Alone

SEED, SPOKEN, LATER = 20261123, (Channel.CALL, Channel.MEETING), 3
"""The last third of the nights is the later time."""
STORY = {
    SignalKind.MATURITY: "maturity", SignalKind.LARGE_MOVE: "large_inflow", SignalKind.NEAR_LINE: "near_line",
    SignalKind.DORMANT: "dormant",
}  # fmt: skip
"""Which of the generator's stories a signal tells; slow outflows have none."""
EXACTLY = {SignalKind.MATURITY: 0, SignalKind.LARGE_MOVE: 5}
"""Trials that are one of the generator's cases, drawn so many days after the trial's day; those alone are compared."""
LEAST = 5
"""A tier with fewer trials on a side tells nothing."""
DROPPED = (tables.STATE, tables.OPPORTUNITIES, tables.HOLDINGS)
Rows = list[dict[str, Any]]


def main(arguments: list[str]) -> int:
    """Live, measure, learn, compare; 1 when a lift's interval misses the truth or the later time speaks against it."""
    asked = argparse.ArgumentParser(prog="bench rates")
    asked.add_argument("--days", type=int, default=330)
    asked.add_argument("--customers", type=int, default=7200)
    given = asked.parse_args(arguments)
    console = Console()
    with console.status("the invented bank lives its days …"):
        world = simulate(SEED, given.customers)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        with console.status("its books are written …"):
            write_books(lake, world)
        last = t_of(HISTORY_LAST)
        seen = nights(lake, world, range(last - given.days + 1, last + 1), SHIPPED, console)
        split = day_of(last - given.days // LATER)
        console.print(_learnt(lake, SHIPPED))
        sound = calibrated(lake, split, console)
        return 0 if truthful(seen, world, console) and sound else 1


# ---------------------------------------------------------------- the bank's days in a lake


def write_books(lake: Lake, world: World) -> None:
    """Everything of the bank but its holdings, which are a list of each day: keys are places counted from one."""
    people, books, book = world.people, world.books, journal(world)
    n, accounts = people.n, books.accounts
    every = np.datetime64(FIRST, "D")
    kinds = np.array([kind.value for kind in shelf.KINDS])
    put(lake, tables.CUSTOMERS, FIRST, {
        "customer": np.arange(1, n + 1), "customer_no": [f"{i:08d}" for i in range(1, n + 1)],
        "branch_no": [cast.BRANCHES[b].no for b in people.branch.tolist()], "keeper_no": [None] * n,
        "kind": np.where(people.company, CustomerKind.CORPORATE.value, CustomerKind.PERSONAL.value),
        "birth_month": people.birth_month, "birth_day_of_month": people.birth_day, "birth_calendar": ["solar"] * n,
        "risk_grade": [None] * n, "risk_on": [None] * n, "opened_on": every + people.opened,
    })  # fmt: skip
    put(lake, tables.PRODUCTS, FIRST, {
        "product_no": [p.no for p in shelf.PRODUCTS], "name": [p.name for p in shelf.PRODUCTS],
        "kind": kinds[shelf.KIND], "risk_level": [None] * len(shelf.PRODUCTS),
        "term_days": [p.days for p in shelf.PRODUCTS],
    })  # fmt: skip
    owner, kind = books.owner[:accounts] + 1, kinds[books.kind[:accounts]]
    moved = [kind.value for kind in MOVES]
    own = np.array([kind in CLIENT_INITIATED for kind in MOVES])
    day, account, amount, what, _channel, bank = book.moves
    talks: dict[int, list[Any]] = defaultdict(list)
    for number, contact in enumerate(world.contacts, 1):
        talks[contact.t].append((number, contact))
    for t in range(DAYS):
        low, high = np.searchsorted(day, (t, t + 1)).tolist()
        mine = account[low:high]
        put(lake, tables.MOVES, day_of(t), {
            "move": np.arange(low + 1, high + 1), "account": mine + 1, "customer": owner[mine],
            "day_on": np.full(high - low, every + t), "amount_fen": amount[low:high],
            "kind": [moved[k] for k in what[low:high].tolist()],
            "by_customer": own[what[low:high]],
            "other_bank": [places.OTHER_BANKS[b] or None for b in bank[low:high].tolist()],
            "channel": [None] * (high - low),
        })  # fmt: skip
        low, high = np.searchsorted(book.day, (t, t + 1)).tolist()
        mine = book.account[low:high]
        put(lake, tables.BALANCES, day_of(t), {
            "account": mine + 1, "customer": owner[mine], "kind": kind[mine],
            "day_on": np.full(high - low, every + t), "balance_fen": book.after[low:high],
            "change_fen": book.after[low:high] - book.before[low:high],
        })  # fmt: skip
        lake.write_rows(tables.CONTACTS, day_of(t), [
            {"contact": number, "customer": one.customer + 1, "staff_no": cast.KEEPERS[one.keeper].no,
             "day_on": day_of(t), "channel": CHANNELS[one.channel].value, "seconds": one.seconds,
             "outcome": OUTCOMES[one.outcome].value}
            for number, one in talks[t]
        ])  # fmt: skip


def write_holdings(lake: Lake, world: World, t: int) -> None:
    """What stands in the books at the end of a day."""
    books = world.books
    live = books.live(t)
    product, customer, due = books.h_product[live], books.h_customer[live], books.h_due[live]
    zero = np.datetime64(FIRST, "D")
    put(lake, tables.HOLDINGS, day_of(t), {
        "holding": live + 1, "account": books.account_of[shelf.KIND[product], customer] + 1, "customer": customer + 1,
        "product_no": [shelf.PRODUCTS[p].no for p in product.tolist()],
        "kind": [shelf.KINDS[k].value for k in shelf.KIND[product].tolist()], "amount_fen": books.h_amount[live],
        "started_on": zero + books.h_start[live],
        "matures_on": np.where(due < NEVER, zero + np.where(due < NEVER, due, 0), np.datetime64("NaT", "D")),
        "rate_bp": books.h_rate[live], "auto_renew": books.h_auto[live],
    })  # fmt: skip


def put(lake: Lake, table: tables.Table, day: date, values: dict[str, Any]) -> None:
    """One part of a table from whole columns."""
    made = {name: value.tolist() if getattr(value, "dtype", np.dtype(int)).kind == "U" else value
            for name, value in values.items()}  # fmt: skip
    lake.write(table, day, backend.series(made, disk_columns(table)))


# ---------------------------------------------------------------- the product's nights


def nights(lake: Lake, world: World, days: range, policy: Policy, console: Console) -> Rows:
    """The nights of these days one after the other; every trial as it was judged."""
    seen: Rows = []
    for t in track(days, "nights", console=console, transient=True):
        write_holdings(lake, world, t)
        day = day_of(t)
        pipeline.run(lake, day, policy, SHIPPED_CALENDAR)
        people = lake.read(tables.STANDINGS, day).with_columns(net30_fen=nw.col("in30_fen") - nw.col("out30_fen"))
        seen += backend.rows(trials.judged(Night(lake, day, policy, SHIPPED_CALENDAR), people))
        for table in DROPPED:
            for known in lake.days(table):
                if known < day - timedelta(days=12 if table is tables.HOLDINGS else 1):
                    lake.drop(table, known)
    return seen


def _learnt(lake: Lake, policy: Policy) -> Table:
    """What the last night knows of a call."""
    grid = Table("signal", "tier", "calls", "went well", "held out", "left", "prior", "with", "without", "used",
                 title="learnt of a call, in percent")  # fmt: skip
    day = lake.days(tables.RATES)[-1]
    for rate in map(Rate.of_row, lake.rows(tables.RATES, day)):
        if rate.channel is Channel.CALL:
            lift = f"{rate.prior_without_bp / 100:.0f}→{rate.prior_with_bp / 100:.0f}"
            grid.add_row(
                rate.kind, rate.tier, str(rate.reached.cases), str(rate.reached.successes), str(rate.held.cases),
                str(rate.left.cases), lift,
                f"{rate.reached_belief.bp / 100:.1f} ± {rate.reached_belief.half_bp / 100:.1f}",
                f"{rate.alone_belief.bp / 100:.1f} ± {rate.alone_belief.half_bp / 100:.1f}", "yes" if rate.used else "",
            )  # fmt: skip
    return grid


# ---------------------------------------------------------------- on a later time


@dataclass(frozen=True)
class Slice:
    """Some later trials of one sort: what was foretold of them and what came."""

    cases: int
    foretold: float
    came: int

    @property
    def error(self) -> float:
        """By how many standard errors what came is off what was foretold."""
        share = min(max(self.foretold / self.cases, 0.001), 0.999)
        return (self.came - self.foretold) / sqrt(self.cases * share * (1 - share))


def calibrated(lake: Lake, split: date, console: Console) -> bool:
    """Rates learnt up to a day against the trials judged after it; sound when most cells lie within two errors."""
    before = rates_of(rates.counted(lake, FIRST, split), SHIPPED)
    after = rates.counted(lake, split + timedelta(days=1), HISTORY_LAST)
    grid = Table("signal", "treatment", "later trials", "foretold", "came", "standard errors",
                 title=f"learnt up to {split}, tried on what was judged later")  # fmt: skip
    for kind in LEARNT:
        for way in (*Channel, *Alone):
            told = _later(before, after, kind, way)
            if told.cases:
                grid.add_row(kind, way, str(told.cases), f"{told.foretold / told.cases:.1%}",
                             f"{told.came / told.cases:.1%}", f"{told.error:+.1f}")  # fmt: skip
    console.print(grid)
    brier, base = _brier(before, after)
    console.print(f"squared error on the later trials: {brier:.4f} learnt, {base:.4f} by the policy's priors")
    return brier <= base


def _told(rate: Rate, way: str, priors: bool) -> int:
    if way in tuple(Alone):
        return rate.prior_without_bp if priors else rate.alone_belief.bp
    return rate.prior_with_bp if priors else rate.reached_belief.bp


def _later(before: Iterable[Rate], after: Counts, kind: SignalKind, way: str) -> Slice:
    cases, came, foretold = 0, 0, 0.0
    for rate in before:
        if rate.kind is kind and rate.channel == (way if way in tuple(Channel) else Channel.CALL):
            count = after.get((kind, rate.tier, way))
            if count:
                cases, came = cases + count.cases, came + count.successes
                foretold += count.cases * _told(rate, way, priors=False) / 10_000
    return Slice(cases, foretold, came)


def _brier(before: Iterable[Rate], after: Counts) -> tuple[float, float]:
    """The mean squared error of what was learnt, and of the priors, over all later trials."""
    table = {(str(rate.kind), str(rate.tier), str(rate.channel)): rate for rate in before}
    sums, many = [0.0, 0.0], 0
    for (kind, tier, way), count in after.items():
        rate = table[kind, tier, way if way in tuple(Channel) else Channel.CALL]
        for place, priors in enumerate((False, True)):
            p = _told(rate, way, priors) / 10_000
            sums[place] += count.successes * (1 - p) ** 2 + (count.cases - count.successes) * p**2
        many += count.cases
    return sums[0] / max(many, 1), sums[1] / max(many, 1)


# ---------------------------------------------------------------- against the truth


def truthful(seen: Rows, world: World, console: Console) -> bool:
    """Lifts of a conversation, tier by tier and put together, beside those the bank's own chances make of them."""
    grid = Table("signal", "trials", "of them drawn in the bank", "agree", "lift learnt", "95 %", "by the truth",
                 "made with", title="a conversation's lift against the truth")  # fmt: skip
    sound = True
    for kind, story in STORY.items():
        mine = [{**row, "draws": []} for row in seen if row["kind"] == kind]
        _give_draws(mine, world, story)
        drawn = [row for row in mine if row["draws"]]
        agree = sum(bool(row["success"]) == any(happened for _, happened in row["draws"]) for row in drawn)
        chosen = drawn if kind in EXACTLY else mine
        lift, error = _lift(chosen, lambda row: float(row["success"]))
        true, _error = _lift(chosen, lambda row: min(1.0, sum(chance for chance, _ in row["draws"])))
        grid.add_row(kind, str(len(mine)), str(len(drawn)), f"{agree / max(len(drawn), 1):.1%}", f"{lift:+.1%}",
                     f"± {1.96 * error:.1%}", f"{true:+.1%}", f"{EFFECTS[story].lift:+.1%}")  # fmt: skip
        sound &= abs(lift - true) <= 3 * error
    console.print(grid)
    console.print(
        "By the truth: the bank's own chance of each of these trials, with and without. It is lower than what the bank"
        " was made with where the bank draws once a month and for one line alone: most trials then hold no draw, or a"
        " contact came after it."
    )
    return sound


def _give_draws(rows: Rows, world: World, story: str) -> None:
    """Write to each trial the generator's own draws inside it: the chance, and what came of it."""
    columns = {name: np.array(values) for name, values in world.record.columns(story).items()}
    chances = EFFECTS[story].chance(columns["band"], columns["talked"])
    zero, by_customer = day_number(FIRST), defaultdict(list)
    parts = (columns["customer"] + 1, columns["t"] + zero, chances, columns["happened"])
    for customer, day, chance, happened in zip(*(part.tolist() for part in parts), strict=True):
        by_customer[customer].append((day, chance, bool(happened)))
    for row in rows:
        exact = EXACTLY.get(row["kind"])
        first, last = row["opened_day"] + 1, row["opened_day"] + SHIPPED.trial_judge_days[row["kind"]]
        if exact is not None:
            first = last = row["trial_day"] + exact
        row["draws"] = [(p, well) for day, p, well in by_customer[row["customer"]] if first <= day <= last]


def _lift(rows: Rows, worth: Callable[[dict[str, Any]], float]) -> tuple[float, float]:
    """What a call or meeting changes inside each tier, weighted by what each can tell, and its standard error."""
    parts: dict[tuple[str, bool], list[float]] = defaultdict(list)
    counts: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for row in rows:
        side = row["tier"], row["treatment"] in SPOKEN
        parts[side].append(worth(row))
        counts[side].append(float(row["success"]))
    lifts, weights = [], []
    for tier in sorted({tier for tier, _ in parts}):
        one, other = (tier, True), (tier, False)
        if min(len(parts[one]), len(parts[other])) >= LEAST:
            shares = [((sum(counts[side]) + 1) / (len(counts[side]) + 2), len(counts[side])) for side in (one, other)]
            lifts.append(float(np.mean(parts[one]) - np.mean(parts[other])))
            weights.append(1 / sum(p * (1 - p) / many for p, many in shares))
    return (float(np.dot(lifts, weights) / sum(weights)), 1 / sqrt(sum(weights))) if weights else (0.0, 1.0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
