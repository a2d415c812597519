"""Standings 面貌: every customer's assets, flows, tier, entitlement and what the relation earns in a year."""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine import backend
from guanhu.engine.night import ONE_DAY, Night, is_month_end
from guanhu.engine.state import COUNTED, known
from guanhu.engine.tables import HOLDINGS
from guanhu.engine.tiers import branch_shares, existing, lines_in_force
from guanhu.rules.columns import fill
from guanhu.rules.entitlements import entitlement_of, gap_fen
from guanhu.rules.kinds import ProductKind
from guanhu.rules.tiers import shown_tier
from guanhu.rules.value import revenue_fen, revenue_of_products_fen

LISTED = ("customer", "branch_no", "kind", "birth_month", "birth_day_of_month", "birth_calendar", "opened_day")
"""What is read of the bank's list of customers."""

A_YEAR = 365

READ = (
    "customer", "balance_fen", "window_fen", "weighted_fen", "in30_fen", "out30_fen", "first_move_day",
    "last_move_day", "moves", "last_contact_day", "months", "sum_yuan", "squares_yuan", "last_months", "last_yuan",
    "tier",
)  # fmt: skip
"""What is read of the state."""


def people(night: Night, state: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """面貌: one row for each customer there is, with everything the signals read about a customer.

    In: state, ``bank/customers``, ``bank/holdings`` (loans, first premiums), ``answers/cut_offs``. Out: the columns of
    ``answers/standings`` and of the state, ``branch_ppm`` (the branch's own movement of 30 days) and the birthday.
    """
    listed = existing(night, night.day).select(*LISTED)
    joined = backend.beside(backend.beside(listed, state.select(*READ), "customer"), held(night), "customer")
    whole = joined.with_columns(*[known(name).alias(name) for name in COUNTED if name in READ])
    computed = whole.with_columns(
        **habits(night),
        kept=col("tier"),
        average_fen=col("window_fen") // night.policy.average_days,
        net30_fen=col("in30_fen") - col("out30_fen"),
        value_fen=revenue_of_products_fen(col("weighted_fen")) + known("held_value_fen"),
    )
    measured = backend.ordered(computed, "customer")
    here = measured.select("customer", "branch_no", "average_fen", "net30_fen").lazy()
    lines = lines_in_force(night, here, night.day)
    branches = branch_shares(here, "net30_fen").join(lines, on="branch_no", how="left")
    average = col("average_fen")
    rest = measured.drop("window_fen", "weighted_fen", "held_value_fen", "last_months", "last_yuan").lazy()
    return (
        backend.beside(rest, branches, "branch_no")
        .with_columns(
            tier=shown_tier(col("kept"), average, col("line_a_fen"), col("line_b_fen")),
            entitlement=entitlement_of(average, night.policy),
            gap_fen=gap_fen(average, night.policy),
            policy=nw.lit(night.policy.version),
        )
        .drop("kept", "line_a_fen", "line_b_fen")
    )


def habits(night: Night) -> dict[str, nw.Expr]:
    """The customer's own months to compare the last 30 days with: number, sum and sum of squares.

    The last closed month is left out while the 30 days reach into it: what leaves must not excuse itself.
    """
    last = night.day if is_month_end(night.day) else night.day.replace(day=1) - ONE_DAY
    reaches = int((night.day - last).days < night.policy.average_days)
    flow = col("last_yuan") * reaches
    return {
        "months": col("months") - col("last_months") * reaches,
        "sum_yuan": col("sum_yuan") - flow,
        "squares_yuan": col("squares_yuan") - flow * flow,
    }


def held(night: Night) -> nw.LazyFrame[Any]:
    """What running loans and first premiums of this year earn: customer, held_value_fen; nothing before it began."""
    day = night.day_number
    began = col("started_day") <= day
    running = (col("kind") == ProductKind.LOAN.value) & (fill(col("matures_day"), day + 1) > day)
    first_year = (col("kind") == ProductKind.INSURANCE.value) & (col("started_day") > day - A_YEAR)
    earning = night.lake.latest(HOLDINGS, night.day).filter(began & (running | first_year))
    earns = earning.select("customer", held_value_fen=revenue_fen(col("amount_fen"), col("kind"), night.policy))
    return earns.group_by("customer").agg(col("held_value_fen").sum())
