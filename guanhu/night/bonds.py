"""What binds each customer to her keeper, and what of hers falls due: measured each night for rounds of the split."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import narwhals as nw

from guanhu.engine import backend, tables
from guanhu.night.facts import Lazy, as_one, facts, snapshot
from guanhu.night.stages import Task
from guanhu.rules import contact, portfolio
from guanhu.rules.columns import as_column
from guanhu.rules.days import day_number

Bond = dict[str, Any]


def bonds(task: Task) -> dict[int, Bond]:
    """By customer measured: trust in basis points, why she is protected, what falls due in a quarter, difficulty.

    Columns of ``customers.Standing.BOND``; money in fen. P44, P48.
    """
    today, policy = day_number(task.today), task.policy
    known = task.lake.read(tables.STANDINGS, task.day).select("customer")
    asked = facts(task.lake, task.day, policy, task.calendar).select("customer", "marketing_granted")
    for more in (asked, _stages(task), _spoken(task), _promised(task), _maturing(task)):
        known = known.join(more, on="customer", how="left")
    stage, spoken = nw.col("stage"), nw.col("spoken")
    told = known.select(
        "customer",
        as_column(portfolio.trust_bp(stage, spoken, policy)).alias("trust_bp"),
        as_column(
            portfolio.protected_by(stage, spoken, nw.col("promised"), nw.col("matures_day") - today, policy)
        ).alias("protection"),
        nw.col("maturing_fen").fill_null(0),
        as_column(portfolio.difficulty(stage, spoken, nw.col("marketing_granted"))).alias("difficulty"),
    )
    return {row.pop("customer"): row for row in backend.rows(backend.collect(told))}


def _stages(task: Task) -> Lazy:
    return task.lake.latest(tables.KEEPERS, task.day).select("customer", "stage")


def _spoken(task: Task) -> Lazy:
    """Effective contacts of the last ninety days."""
    days = [task.day - timedelta(days=n) for n in range(task.policy.trust_contact_days)]
    names = ["customer", "channel", "seconds", "outcome"]
    both = [task.lake.read_days(table, days).select(names) for table in (tables.CONTACTS, tables.OWN_CONTACTS)]
    effective = contact.is_effective(nw.col("channel"), nw.col("seconds"), nw.col("outcome"), task.policy)
    rows = as_one(task.lake, task.day, backend.concat(both)).with_columns(spoke=as_column(effective).cast(nw.Int32))
    return rows.group_by("customer").agg(nw.col("spoke").sum().alias("spoken"))


def _promised(task: Task) -> Lazy:
    promises = as_one(task.lake, task.day, task.lake.latest(tables.PROMISES, task.day))
    return promises.select("customer").unique().with_columns(promised=nw.lit(True))


def _maturing(task: Task) -> Lazy:
    """What falls due within the policy's quarter, and the day of the first of it."""
    today = day_number(task.today)
    due = nw.col("matures_day")
    held = snapshot(task.lake, tables.HOLDINGS, task.day).filter(
        due >= today, due <= today + task.policy.balance_maturity_days
    )
    rows = as_one(task.lake, task.day, held.select("customer", "amount_fen", "matures_day"))
    return rows.group_by("customer").agg(
        nw.col("amount_fen").sum().alias("maturing_fen"), nw.col("matures_day").min().alias("matures_day")
    )
