"""点数: what every colleague did on each day by each channel, out of the contacts; beside it what was planned.

One definition: a customer counts once a day and channel for the colleague who made the contact, a call only when it
was effective (``rules/contact.py``). Where the bank's file brings calls of the same colleague to the same customer on
the same day, their longest duration counts and not the declared one. P52–P57, P70, P71.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine import backend
from guanhu.engine.lake import Lake
from guanhu.engine.tables import CONTACTS, OPPORTUNITIES, OWN_CONTACTS, PLANS, QUOTAS
from guanhu.rules.contact import counts_for_quota, is_effective, seconds_that_count
from guanhu.rules.kinds import Channel
from guanhu.rules.policy import Policy

Frame = nw.DataFrame[Any]
WHOSE = ("staff_no", "channel")
COLUMNS = {"staff_no": "text", "day": "day", "channel": "text", "attempts": "number", "done": "number",
           "effective": "number", "declared": "number"}  # fmt: skip


def counts(lake: Lake, days: Sequence[date], policy: Policy) -> list[dict[str, Any]]:
    """每日点数: a row for each colleague, day and channel; days without a plan have nothing planned, not zero.

    In: ``bank/contacts``, ``notes/contacts``; of the night before each day ``answers/plans``, ``answers/quotas`` and
    ``answers/opportunities``. Contacts and customers, in numbers. P52–P57.
    """
    told = contacts(lake, days)
    people = by_customer(told, policy)
    rows = {(row["staff_no"], row["day"], row["channel"]): row for row in by_day(people).rows(named=True)}
    none = dict.fromkeys(("quota", "planned", "kept", "selling"))
    made = {key: {**row, **none} for key, row in rows.items()}
    nights = lake.days(PLANS)
    for day in days:
        before = [night for night in nights if night < day]
        if before:
            _put_beside(made, lake, before[-1], day, people)
    return [{**row, "day_on": backend.day_of(row.pop("day"))} for _key, row in sorted(made.items())]


def contacts(lake: Lake, days: Sequence[date]) -> nw.LazyFrame[Any]:
    """The contacts of these days, each with whether the bank delivered it."""
    both = [
        lake.read_days(table, days).with_columns(delivered=nw.lit(delivered))
        for table, delivered in ((CONTACTS, True), (OWN_CONTACTS, False))
    ]
    return backend.concat(both)


def by_customer(told: nw.LazyFrame[Any], policy: Policy) -> Frame:
    """One row for a colleague, a day, a channel and a customer: how often tried, and whether it counts."""
    call = (col("channel") == Channel.CALL.value) & col("delivered")
    one = ("staff_no", "day", "channel", "customer")
    measured = nw.when(call).then(col("seconds")).max().over(*one)
    known = told.with_columns(measured=measured)
    seconds = seconds_that_count(col("seconds"), col("measured"))
    judged = known.with_columns(
        counts=counts_for_quota(col("channel"), seconds, col("outcome"), policy).cast(nw.Int32),
        effective=is_effective(col("channel"), seconds, col("outcome"), policy).cast(nw.Int32),
        given=col("delivered").cast(nw.Int32),
    )
    return backend.collect(
        judged.group_by(*one).agg(
            nw.len().cast(nw.Int32).alias("tries"), col("given").sum(), col("counts", "effective").max(),
            col("measured").max(),
        )
    )  # fmt: skip


def by_day(people: Frame) -> Frame:
    """One row for a colleague, a day and a channel. A call both declared and delivered was one try, not two."""
    own = col("tries") - col("given")
    bare = (col("channel") == Channel.CALL.value) & col("measured").is_null()
    told = people.with_columns(
        attempts=nw.when(own > col("given")).then(own).otherwise(col("given")),
        declared=nw.when(bare).then(col("counts")).otherwise(nw.lit(0, nw.Int32)),
    )
    summed = told.group_by("staff_no", "day", "channel").agg(
        col("attempts", "counts", "effective", "declared").cast(nw.Int32).sum()
    )
    return summed.rename({"counts": "done"}).select(*COLUMNS)


def _put_beside(
    made: dict[tuple[str, int, str], dict[str, Any]], lake: Lake, night: date, day: date, people: Frame
) -> None:
    """What the night before a day planned and asked, and which of it was done; nothing when it planned another day."""
    number = backend.day_number(day)
    plans = backend.collect(lake.read(PLANS, night).filter(col("day") == number).select(
        col("keeper_no").alias("staff_no"), "channel", "customer"))  # fmt: skip
    quotas = [row for row in lake.rows(QUOTAS, night) if row["day_on"] == day]
    if not quotas:
        return
    today = people.filter(col("day") == number)
    met = {(row["staff_no"], row["customer"]) for row in today.filter(col("counts") == 1).rows(named=True)}
    sold = selling(lake, night)
    for row in quotas:
        line = _line(made, row["keeper_no"], number, row["channel"])
        line |= {"quota": row["quota"], "planned": 0, "kept": 0}
    for row in plans.rows(named=True):
        line = _line(made, row["staff_no"], number, row["channel"])
        line["planned"] = (line["planned"] or 0) + 1
        line["kept"] = (line["kept"] or 0) + ((row["staff_no"], row["customer"]) in met)
    for row in today.select("staff_no", "channel", "customer").rows(named=True):
        line = _line(made, row["staff_no"], number, row["channel"])
        line["selling"] = (line["selling"] or 0) + (row["customer"] in sold)


def _line(
    made: dict[tuple[str, int, str], dict[str, Any]], staff_no: str, number: int, channel: str
) -> dict[str, Any]:  # fmt: skip
    """The row of a colleague, a day and a channel; of who did nothing that day too."""
    nothing = {"staff_no": staff_no, "day": number, "channel": channel, **dict.fromkeys(list(COLUMNS)[3:], 0),
               **dict.fromkeys(("quota", "planned", "kept", "selling"))}  # fmt: skip
    return made.setdefault((staff_no, number, channel), nothing)


def selling(lake: Lake, night: date) -> set[int]:
    """Customers for whom the night knew reasons to sell and none to serve. P70."""
    found = lake.read(OPPORTUNITIES, night).group_by("customer").agg(
        col("marketing").cast(nw.Int32).min().alias("only")
    )  # fmt: skip
    return set(backend.collect(found.filter(col("only") == 1))["customer"].to_list())
