"""Rates 成功率: what a year of judged trials teaches, written down every night beside what was believed before."""

from __future__ import annotations

from datetime import date, timedelta

from narwhals import col

from guanhu.engine import backend
from guanhu.engine.lake import Lake
from guanhu.engine.night import Night
from guanhu.engine.tables import TRIALS
from guanhu.rules.rates import Count, Counts, Rate, rates_of


def learnt(night: Night) -> tuple[Rate, ...]:
    """成效 as of tonight: from the trials judged in the last ``learn_days``. In: ``answers/trials``."""
    first = night.day - timedelta(days=night.policy.learn_days - 1)
    return rates_of(counted(night.lake, first, night.day), night.policy)


def counted(lake: Lake, first: date, last: date) -> Counts:
    """The trials judged from one day to another, both included, by signal, tier and treatment."""
    days = [day for day in lake.days(TRIALS) if first <= day <= last]
    key = ["kind", "tier", "treatment"]
    summed = lake.read_days(TRIALS, days).group_by(key).agg(col("cases", "successes").sum())
    return {
        (row["kind"], row["tier"], row["treatment"]): Count(row["cases"], row["successes"])
        for row in backend.rows(summed)
    }
