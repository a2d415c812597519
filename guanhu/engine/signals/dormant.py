"""睡眠: customers of whom nothing was heard for longer than their tier and their own rhythm allow (P197)."""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine.evidence import evidence, signal_columns
from guanhu.engine.night import Night
from guanhu.rules.days import day_number
from guanhu.rules.kinds import SignalKind
from guanhu.rules.signals import dormant_line_days, expires_day, is_dormant, silent_days, usual_gap_days


def build(night: Night, people: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """睡眠: no movement of the customer's own and no effective contact for the tier's days or twice the usual gap.

    The longer of the two counts; silence is counted to the night's day. In: people. Out: ``answers/signals``; the
    amount is what is at stake, the balance. P197.
    """
    policy = night.policy
    first = day_number(night.first)
    silent = silent_days(col("last_move_day"), col("last_contact_day"), col("opened_day"), first, night.day_number)
    gap = usual_gap_days(col("first_move_day"), col("last_move_day"), col("moves"))
    asleep = people.with_columns(silent_days=silent, gap_days=gap).filter(
        is_dormant(col("silent_days"), col("tier"), col("gap_days"), policy)
    )
    why = evidence(
        "dormant", silent_days=col("silent_days"),
        line_days=dormant_line_days(col("tier"), col("gap_days"), policy), usual_gap_days=col("gap_days"),
        tier=col("tier"), last_move_on=col("last_move_day"), last_contact_on=col("last_contact_day"),
        balance_fen=col("balance_fen"),
    )  # fmt: skip
    return asleep.select(**signal_columns(
        policy.version, SignalKind.DORMANT.value, amount_fen=col("balance_fen").clip(0), evidence=why,
        due_day=nw.lit(night.today.day),
        expires_day=nw.lit(expires_day(SignalKind.DORMANT, night.today.day, policy)),
    ))  # fmt: skip
