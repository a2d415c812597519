"""异动: a single movement that is large for this customer, or large for anyone (P134, P135)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine.backend import day_of
from guanhu.engine.evidence import evidence, signal_columns
from guanhu.engine.night import Night
from guanhu.engine.places import first_of
from guanhu.engine.tables import MOVES
from guanhu.rules.kinds import MoveKind, SignalKind
from guanhu.rules.signals import expires_day, is_large_move


def build(night: Night, people: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """异动: movements of the last days, in or out, of 5万 and 30 % of the customer's average, or of 20万.

    Movements between own accounts are left out; the average is the night's. The largest of an account's day
    stands for the day. In: people, ``bank/moves``. Out: ``answers/signals``; the amount is positive, the evidence
    tells the direction; due on the movement's day. P134, P135.
    """
    policy = night.policy
    first = max(day_of(night.today.day) - timedelta(days=policy.large_move_keep_days), night.first)
    days = [first + timedelta(days=number) for number in range((night.day - first).days + 1)]
    floor = min(policy.large_move_fen, policy.large_move_any_fen)
    size = nw.when(col("amount_fen") < 0).then(0 - col("amount_fen")).otherwise(col("amount_fen"))
    moves = night.lake.read_days(MOVES, days).filter(col("kind") != MoveKind.OWN.value).with_columns(size_fen=size)
    known = people.select("customer", "average_fen")
    large = (
        moves.filter(col("size_fen") >= floor)
        .rename({"kind": "move_kind"})
        .join(known, on="customer", how="inner")
        .filter(is_large_move(col("amount_fen"), col("average_fen"), policy))
        .with_columns(moves=nw.len().over("account", "day"), less=0 - col("size_fen"))
    )
    largest = first_of(large, ["account", "day"], ["less", "move"])
    direction = nw.when(col("amount_fen") < 0).then(nw.lit("out")).otherwise(nw.lit("in"))
    why = evidence(
        "large_move", amount_fen=col("size_fen"), direction=direction, moved_on=col("day"),
        move_kind=col("move_kind"), other_bank=col("other_bank"), average_fen=col("average_fen"), moves=col("moves"),
    )  # fmt: skip
    return largest.select(**signal_columns(
        policy.version, SignalKind.LARGE_MOVE.value, account=col("account"), amount_fen=col("size_fen"),
        evidence=why, due_day=col("day"), expires_day=expires_day(SignalKind.LARGE_MOVE, col("day"), policy),
    ))  # fmt: skip
