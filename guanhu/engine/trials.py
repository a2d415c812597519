"""Trials 一例: what became of the occasions that are due to be judged tonight, with a contact and without.

Only their numbers are kept: a day's part says how many of each signal, tier and treatment went well, and names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine import backend
from guanhu.engine.backend import day_number
from guanhu.engine.evidence import went_out
from guanhu.engine.lake import engine_columns
from guanhu.engine.night import Night
from guanhu.engine.tables import BALANCES, CONTACTS, HOLDINGS, OWN_CONTACTS, SIGNALS, STANDINGS, TRIALS
from guanhu.rules import learning
from guanhu.rules.columns import fill
from guanhu.rules.contact import counts_for_quota
from guanhu.rules.entitlements import next_line_fen
from guanhu.rules.kinds import ProductKind, SignalKind
from guanhu.rules.trials import LEARNT

LATE_DAYS = 3
"""A night that did not run is stood in for by the next one, so many days later at most."""
CATCH_UP_DAYS = 31
"""After a long pause no more than these days are judged afterwards: their figures would be of another time."""

KEY = ("customer", "kind", "account", "opened_day")
OPENED = {
    "customer": "key", "kind": "text", "account": "key", "amount_fen": "money", "went_out": "flag", "opened_day": "day",
    "trial_day": "money", "tier": "text", "before_fen": "money", "line_fen": "money",
}  # fmt: skip


def tally(night: Night, people: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """评判: the trials due tonight, counted by signal, tier and treatment.

    In: people, ``answers/signals`` and ``answers/standings`` of the nights they opened with, contacts of both systems,
    ``bank/balances``. Out: ``answers/trials``.
    """
    counted = (
        judged(night, people)
        .group_by("kind", "tier", "treatment")
        .agg(cases=nw.len(), successes=col("success").cast(nw.Int32).sum())
    )
    stamped = counted.with_columns(day=nw.lit(night.day_number, nw.Int32), policy=nw.lit(night.policy.version))
    return backend.shaped(stamped, engine_columns(TRIALS))


def judged(night: Night, people: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Every trial due tonight: whom, what, when it opened, how she was treated and whether it went well."""
    due = [opened(night, kind, day) for kind in LEARNT for day in openings(night, kind)]
    none = backend.frame([], OPENED).lazy()
    trials = backend.collect(backend.concat([none, *due])).lazy()
    now = people.select("customer", "net30_fen", "last_move_day", after_fen="balance_fen")
    whole = (
        trials.join(now, on="customer")
        .join(_contacted(night, trials), on=list(KEY), how="left")
        .join(_put_away(night, trials), on=["customer", "opened_day"], how="left")
    )
    held = learning.is_held_out(
        col("kind"), col("customer"), col("account"), col("trial_day"), nw.lit(False), col("went_out"), night.policy
    )
    well = learning.is_success(
        col("kind"), col("went_out"), col("amount_fen"), col("line_fen"), col("before_fen"), col("after_fen"),
        col("put_away_fen"), col("net30_fen"), col("opened_day"), col("last_move_day"),
    )  # fmt: skip
    return whole.with_columns(treatment=learning.treatment(col("closest"), held), success=well)


def openings(night: Night, kind: SignalKind) -> Iterator[date]:
    """The nights with which tonight's trials of this signal opened; after nights that did not run, theirs too."""
    known = [day for day in night.lake.days(TRIALS) if day < night.day]
    since = max(known[-1], night.day - timedelta(days=CATCH_UP_DAYS)) if known else night.day - timedelta(days=1)
    days = int(learning.judge_days(kind, night.policy))
    for number in range((night.day - since).days):
        yield night.day - timedelta(days=number + days)


def opened(night: Night, kind: SignalKind, opening: date) -> nw.LazyFrame[Any]:
    """The trials of one signal that opened with one night, with the customer's assets and tier of then."""
    policy, lake = night.policy, night.lake
    there = (day for day in lake.days(SIGNALS) if opening <= day <= opening + timedelta(days=LATE_DAYS))
    told = next(there, None)
    if told is None:
        return backend.frame([], OPENED).lazy()
    trial = learning.trial_day(col("kind"), col("customer"), col("due_day"), policy)
    spoke = lake.read(SIGNALS, told).filter(col("kind") == kind.value)
    if kind is SignalKind.MATURITY:
        spoke = spoke.filter(fill(col("product"), "") != ProductKind.LOAN.value)
        spoke = spoke.join(_renewing(night, told), on=["account", "due_day"], how="anti")
    begun = spoke.with_columns(account=fill(col("account"), 0), trial_day=trial, went_out=went_out()).filter(
        learning.opens_day(col("kind"), col("trial_day"), policy) == day_number(opening)
    )
    whole = begun.group_by("customer", "kind", "account", "trial_day").agg(
        col("amount_fen").sum(), col("went_out").max()
    )
    then = lake.read(STANDINGS, told).select(
        "customer", "tier", before_fen="balance_fen", line_fen=next_line_fen(col("average_fen"), policy)
    )
    asked = whole.with_columns(opened_day=nw.lit(day_number(opening), nw.Int32)).join(then, on="customer")
    open_still = learning.is_open_question(col("kind"), col("before_fen"), col("line_fen"))
    return backend.shaped(asked.filter(open_still), OPENED)


def _renewing(night: Night, day: date) -> nw.LazyFrame[Any]:
    """Accounts and days on which money renews by itself, as agreed: like a loan that ends, nothing is to be won."""
    held = night.lake.latest(HOLDINGS, day).filter(fill(col("auto_renew"), False))
    return held.select("account", due_day="matures_day").unique()


def _contacted(night: Night, trials: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The closest contact that reached the customer while it counted for the trial; trials without one are absent."""
    days = _since_the_first(night, trials)
    names = ["customer", "day", "channel", "seconds", "outcome"]
    both = backend.concat([night.lake.read_days(table, days).select(names) for table in (CONTACTS, OWN_CONTACTS)])
    made = both.filter(counts_for_quota(col("channel"), col("seconds"), col("outcome"), night.policy))
    last = col("opened_day") + learning.contact_days(col("kind"), night.policy)
    met = trials.select(*KEY).join(made, on="customer").filter((col("day") > col("opened_day")) & (col("day") <= last))
    return met.with_columns(near=learning.closeness(col("channel"))).group_by(*KEY).agg(closest=col("near").max())


def _put_away(night: Night, trials: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """By what savings and investments grew from the day money came in to now, for customers of such trials."""
    moved = trials.filter(col("kind") == SignalKind.LARGE_MOVE.value).select("customer", "opened_day").unique()
    kept = night.lake.read_days(BALANCES, _since_the_first(night, moved)).filter(
        ~col("kind").is_in([ProductKind.CURRENT.value, ProductKind.LOAN.value])
    )
    grown = moved.join(kept.select("customer", "day", "change_fen"), on="customer")
    since = grown.filter(col("day") >= col("opened_day"))
    return since.group_by("customer", "opened_day").agg(put_away_fen=col("change_fen").sum())


def _since_the_first(night: Night, trials: nw.LazyFrame[Any]) -> list[date]:
    """The days from the earliest of these openings to tonight; none when there are no trials."""
    first = backend.collect(trials.select(col("opened_day").min())).item()
    if first is None:
        return []
    return [backend.day_of(number) for number in range(int(first), night.day_number + 1)]
