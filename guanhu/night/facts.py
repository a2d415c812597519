"""What is known about each customer on a keeper's list before anybody decides to reach out today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import narwhals as nw

from guanhu.engine import backend, tables
from guanhu.engine.lake import Lake
from guanhu.engine.tables import Table
from guanhu.rules import complaints, contact
from guanhu.rules.days import NEVER, WorkCalendar, day_number
from guanhu.rules.kinds import Channel, ConsentPurpose, Outcome
from guanhu.rules.policy import Policy

Lazy = nw.LazyFrame[Any]


def facts(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar) -> Lazy:
    """One row a customer who is measured on the day and on somebody's list: tier, contacts, consents, complaints.

    Columns: keeper_no, customer, customer_no, tier · ``…_day`` of the last message, call, meeting and effective
    contact, and of the last one that reached the customer · ``recent_0``, ``recent_1`` …: contacts that lie inside the
    cap's window today, tomorrow … · ``recent_reached``: those of today's window that reached him · ``past``: on which
    of the working days before today there was a contact, one bit each, the lowest for the last · ``cool_until_day``,
    ``quiet_until_day``: from when on he may be asked again · ``paused_from_day``, ``paused_until_day``: his keeper has
    dropped him for these days · ``…_granted`` for each purpose of a consent, null when never asked · ``weekdays``,
    ``way``: when and how he likes to be reached, null for never said. All but the windows holds for any day, as far as
    nothing happens until then.
    """
    known = listed(lake, day)
    for more in (_history(lake, day, policy, calendar), _consents(lake, day), _complaints(lake, day, policy)):
        known = known.join(more, on="customer", how="left")
    known = known.join(
        lake.latest(tables.PREFERENCES, day).select("customer", "weekdays", "way"), on="customer", how="left"
    )
    return known.join(_pauses(lake, day), on=["customer", "keeper_no"], how="left")


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
    days = [day - timedelta(days=n) for n in range(memory_days(policy) + 1)]
    names = ["customer", "day", "channel", "seconds", "outcome"]
    both = [lake.read_days(table, days).select(names) for table in (tables.CONTACTS, tables.OWN_CONTACTS)]
    channel, outcome, on = nw.col("channel"), nw.col("outcome"), nw.col("day")
    done = contact.counts_for_quota(channel, nw.col("seconds"), outcome, policy)
    reached = contact.is_answered(outcome) | (outcome == Outcome.SENT.value).fill_null(False)
    today = calendar.next(day)
    windows = windows_from(today, policy, calendar)
    worked = [day_number(calendar.add(today, -n)) for n in range(1, policy.cap_working_days)]
    behind = [(on >= first) & (on < end) for first, end in zip(worked, [NEVER, *worked], strict=False)]
    told = as_one(lake, day, backend.concat(both)).group_by("customer").agg(
        *(nw.when(done & (channel == way.value)).then(on).max().alias(f"{way.value}_day") for way in Channel),
        nw.when(contact.is_effective(channel, nw.col("seconds"), outcome, policy)).then(on).max().alias("spoke_day"),
        nw.when(reached).then(on).max().alias("reached_day"),
        *((on >= start).cast(nw.Int32).sum().alias(f"recent_{n}") for n, start in enumerate(windows)),
        ((on >= windows[0]) & reached).cast(nw.Int32).sum().alias("recent_reached"),
        *(there.cast(nw.Int64).max().alias(f"behind_{n}") for n, there in enumerate(behind)),
        contact.cool_until_day(outcome, on, policy).max().alias("cool_until_day"),
    )  # fmt: skip
    bits = sum((nw.col(f"behind_{n}") * 2**n for n in range(len(behind))), start=nw.lit(0, nw.Int64))
    return told.with_columns(past=bits).drop(*(f"behind_{n}" for n in range(len(behind))))


def windows_from(today: date, policy: Policy, calendar: WorkCalendar) -> list[int]:
    """The first day of the cap's window as seen today, tomorrow …, as long as it reaches back before today."""
    days = [calendar.add(today, n) for n in range(policy.cap_working_days - 1)]
    return [day_number(calendar.window_start(one, policy.cap_working_days)) for one in days]


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


def _complaints(lake: Lake, day: date, policy: Policy) -> Lazy:
    """From which day on complaints, open or just closed, no longer silence marketing."""
    known = snapshot(lake, tables.COMPLAINTS, day).filter(nw.col("opened_day") <= day_number(day))
    until = complaints.quiet_until_day(nw.col("opened_day"), nw.col("closed_day"), policy)
    return as_one(lake, day, known).group_by("customer").agg(until.max().alias("quiet_until_day"))


def _pauses(lake: Lake, day: date) -> Lazy:
    """Between which days a keeper leaves a customer out of her plans; the last word where there are several."""
    told = as_one(lake, day, lake.latest(tables.PAUSES, day)).group_by("customer", "keeper_no")
    return told.agg(
        nw.col("from_day").max().alias("paused_from_day"), nw.col("until_day").max().alias("paused_until_day")
    )
