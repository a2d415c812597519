"""到期: money about to come free, with how soon and how much (P127–P130)."""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine import backend
from guanhu.engine.evidence import evidence, signal_columns
from guanhu.engine.night import Night
from guanhu.engine.tables import HOLDINGS, PRODUCTS
from guanhu.rules.columns import missing, no
from guanhu.rules.kinds import ProductKind, SignalKind
from guanhu.rules.signals import maturity_expires_day, maturity_step

HELD = ("holding", "account", "customer", "product_no", "kind", "amount_fen", "started_day", "matures_day",
        "rate_bp", "auto_renew")  # fmt: skip


def build(night: Night, people: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """到期: every holding from 30 days before its maturity to the call-back after it, counted to today.

    A sum counts as not renewed when its day has passed and the customer has put nothing away since (loans apart); it
    may still be listed, or have left the bank's list on its day. Holdings of one account that mature together are one
    signal. In: people, ``bank/holdings``, ``bank/products``. Out: ``answers/signals``; due on the day of maturity.
    P127–P130.
    """
    policy, today = night.policy, night.today
    step = maturity_step(col("matures_day"), col("auto_renew"), today, policy)
    held = coming(night).with_columns(step=step).filter(no(missing(col("step"))))
    named = held.join(_names(night), on="product_no", how="left")
    due = (
        named.group_by("customer", "account", "kind", "matures_day", "step")
        .agg(
            col("amount_fen").sum(),
            nw.len().alias("holdings"),
            nw.col("name", "rate_bp").max(),
            col("started_day").min(),
        )
        .rename({"kind": "product"})
        .join(people.select("customer"), on="customer", how="semi")
    )
    why = evidence(
        "maturity", product=col("product"), name=col("name"), amount_fen=col("amount_fen"),
        matures_on=col("matures_day"), started_on=col("started_day"), rate_bp=col("rate_bp"),
        holdings=col("holdings"), step=col("step"),
    )  # fmt: skip
    return due.select(**signal_columns(
        policy.version, SignalKind.MATURITY.value, account=col("account"), step=col("step"), product=col("product"),
        amount_fen=col("amount_fen"), evidence=why, due_day=col("matures_day"),
        expires_day=maturity_expires_day(col("matures_day"), today),
    ))  # fmt: skip


def coming(night: Night) -> nw.LazyFrame[Any]:
    """Holdings on the maturity timeline: those listed tonight, and those that left the list since they came due."""
    today, policy = night.today, night.policy
    last = today.day + max(policy.maturity_month_days, policy.maturity_week_days)
    timeline = (col("matures_day") >= today.previous_day) & (col("matures_day") <= max(last, today.next_day))
    listed = night.lake.latest(HOLDINGS, night.day).filter(col("started_day") <= night.day_number)
    left = listed.filter(timeline & (col("matures_day") >= today.day)).select(*HELD)
    past = _matured(night, listed)
    return backend.concat([left, past])


def _matured(night: Night, listed: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Holdings that came due since the last working day, of customers who have put nothing away since."""
    today = night.today
    passed = (col("matures_day") >= today.previous_day) & (col("matures_day") < today.day)
    now = listed.filter(passed).select(*HELD)
    days = [day for day in night.lake.days(HOLDINGS) if backend.day_number(day) < today.previous_day]
    if days:
        before = night.lake.read(HOLDINGS, days[-1]).filter(passed & (col("started_day") <= night.day_number))
        gone = before.select(*HELD).join(listed.select("holding"), on="holding", how="anti")
        now = backend.concat([now, gone])
    saved = listed.filter((col("kind") != ProductKind.LOAN.value) & (col("started_day") >= today.previous_day))
    begun = saved.select("customer", begun_day="started_day")
    renewed = now.join(begun, on="customer", how="inner").filter(col("begun_day") >= col("matures_day"))
    return now.join(renewed.select("holding"), on="holding", how="anti")


def _names(night: Night) -> nw.LazyFrame[Any]:
    """The products' names."""
    return night.lake.latest(PRODUCTS, night.day).select("product_no", "name")
