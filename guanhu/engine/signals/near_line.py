"""临界: customers within reach of the next entitlement line, with what is missing (P132, P133)."""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine.evidence import evidence, signal_columns
from guanhu.engine.night import Night
from guanhu.rules.entitlements import is_near_line, next_entitlement, next_line_fen
from guanhu.rules.kinds import SignalKind
from guanhu.rules.signals import expires_day


def build(night: Night, people: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """临界: the 30-day average stands within 40 % below the next line; the amount is what is missing to it.

    In: people. Out: ``answers/signals``; due today, for one window. P132, P133.
    """
    policy, average = night.policy, col("average_fen")
    near = people.filter(is_near_line(average, policy)).with_columns(
        line_fen=next_line_fen(average, policy), line=next_entitlement(average, policy)
    )
    why = evidence("near_line", line=col("line"), line_fen=col("line_fen"), average_fen=average, gap_fen=col("gap_fen"))
    return near.select(**signal_columns(
        policy.version, SignalKind.NEAR_LINE.value, amount_fen=col("gap_fen"), evidence=why,
        due_day=nw.lit(night.today.day),
        expires_day=nw.lit(expires_day(SignalKind.NEAR_LINE, night.today.day, policy)),
    ))  # fmt: skip
