"""What is known about each customer on a keeper's list before anybody decides to reach out today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import narwhals as nw

from guanhu.engine import backend, tables
from guanhu.engine.lake import Lake
from guanhu.engine.tables import Table
from guanhu.rules import complaints, contact
from guanhu.rules.days import WorkCalendar, day_number
from guanhu.rules.kinds import Channel, ConsentPurpose, Outcome
from guanhu.rules.policy import Policy

Lazy = nw.LazyFrame[Any]


def facts(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar) -> Lazy:
    """One row a customer who is measured on the day and on somebody's list: tier, contacts, consents, complaints.

    Columns: keeper_no, customer, customer_no, tier · ``…_day`` of the last message, call, meeting and effective
    contact · contacts inside the cap's window, and how many of them reached the customer · cooling ·
    ``…_granted`` for each purpose of a consent, null when never asked · complaint_quiet.
    """
    known = listed(lake, day)
    for more in (_history(lake, day, policy, calendar), _consents(lake, day), _complaints(lake, day, policy, calendar)):
        known = known.join(more, on="customer", how="left")
    return known


def listed(lake: Lake, day: date) -> Lazy:
    """名单: who keeps whom — customer, keeper_no, tier and customer_no of everybody measured on the day."""
    kept = lake.latest(tables.KEEPERS, day).filter(~nw.col("keeper_no").is_null()).select("customer", "keeper_no")
    measured = lake.read(tables.STANDINGS, day).select("customer", "tier")
    numbers = snapshot(lake, tables.CUSTOMERS, day).select("customer", "customer_no")
    return kept.join(measured, on="customer").join(numbers, on="customer")


def as_one(lake: Lake, day: date, rows: Lazy) -> Lazy:
    """Rows of customers under the file they stand in: of the several numbers of one person the one she is kept by."""
    moved = rows.join(lake.latest(tables.FILES, day).select("customer", "file"), on="customer", how="left")
    return moved.with_columns(nw.coalesce("file", "customer").alias("customer")).drop("file")


def snapshot(lake: Lake, table: Table, day: date) -> Lazy:
    """The snapshot that speaks for the day; empty when there is none."""
    known = lake.as_of(table, day)
    return lake.read(table, known) if known else lake.latest(table, day)


def memory_days(policy: Policy) -> int:
    """How far back a contact still matters: the slowest rhythm, the longest cool-down, the window of averages."""
    rhythms = [days for row in policy.frequencies.values() for days in row.values()]
    return max([policy.average_days, policy.marketing_message_days, *rhythms, *policy.cool_down_days.values()])


def _history(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar) -> Lazy:
    """The customer's contacts of both systems, added up."""
    today = calendar.next(day)
    window_day = day_number(calendar.window_start(today, policy.cap_working_days))
    days = [day - timedelta(days=n) for n in range(memory_days(policy) + 1)]
    names = ["customer", "day", "channel", "seconds", "outcome"]
    both = [lake.read_days(table, days).select(names) for table in (tables.CONTACTS, tables.OWN_CONTACTS)]
    channel, outcome, on = nw.col("channel"), nw.col("outcome"), nw.col("day")
    done = contact.counts_for_quota(channel, nw.col("seconds"), outcome, policy)
    recent = on >= window_day
    reached = contact.is_answered(outcome) | (outcome == Outcome.SENT.value).fill_null(False)
    return as_one(lake, day, backend.concat(both)).group_by("customer").agg(
        *(nw.when(done & (channel == way.value)).then(on).max().alias(f"{way.value}_day") for way in Channel),
        nw.when(contact.is_effective(channel, nw.col("seconds"), outcome, policy)).then(on).max().alias("spoke_day"),
        recent.cast(nw.Int32).sum().alias("recent_contacts"),
        (recent & reached).cast(nw.Int32).sum().alias("recent_reached"),
        contact.is_cooling(outcome, on, day_number(today), policy).cast(nw.Int32).max().alias("cooling"),
    )  # fmt: skip


def _consents(lake: Lake, day: date) -> Lazy:
    """The last word of each customer on each purpose up to the day; a refusal wins over a consent of the same day.

    Of several numbers of one person a refusal under any of them wins.
    """
    names = ["customer", "purpose", "granted", "changed_day"]
    both = backend.concat([
        snapshot(lake, tables.CONSENTS, day).select(names), lake.latest(tables.OWN_CONSENTS, day).select(names)
    ]).filter(nw.col("changed_day") <= day_number(day))  # fmt: skip
    key = ["customer", "purpose"]
    last = both.group_by(key).agg(nw.col("changed_day").max())
    said = both.join(last, on=[*key, "changed_day"]).with_columns(nw.col("granted").cast(nw.Int32))
    return as_one(lake, day, said).group_by("customer").agg(
        *(nw.when(nw.col("purpose") == purpose.value).then(nw.col("granted")).min().alias(f"{purpose.value}_said")
          for purpose in ConsentPurpose)
    ).select("customer", *((nw.col(f"{purpose.value}_said") == 1).alias(f"{purpose.value}_granted")
                           for purpose in ConsentPurpose))  # fmt: skip


def _complaints(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar) -> Lazy:
    """Whether a complaint, open or just closed, silences marketing today."""
    opened, closed = nw.col("opened_day"), nw.col("closed_day")
    known = snapshot(lake, tables.COMPLAINTS, day).filter(opened <= day_number(day))
    quiet = complaints.is_complaint_quiet(opened, closed, day_number(calendar.next(day)), policy)
    noisy = as_one(lake, day, known).group_by("customer").agg(quiet.cast(nw.Int32).max().alias("quiet"))
    return noisy.select("customer", (nw.col("quiet") == 1).alias("complaint_quiet"))
