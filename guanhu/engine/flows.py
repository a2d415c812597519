"""Flows 流水: what came in and went out, when the customer last moved money, and who was last in touch.

Movements between a customer's own accounts never leave the bank: they count as activity, never as flow.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine import backend
from guanhu.engine.night import Night, Stride
from guanhu.engine.state import known
from guanhu.engine.tables import CONTACTS, MOVES, OWN_CONTACTS
from guanhu.rules.contact import is_effective
from guanhu.rules.kinds import MoveKind
from guanhu.rules.policy import Policy


def sums(night: Night, stride: Stride) -> nw.LazyFrame[Any]:
    """流水: what the stride's days bring for each customer. In: ``bank/moves``. Fen and days."""
    return movements(night.lake.read_days(MOVES, stride.days()), stride)


def carry(stride: Stride) -> dict[str, nw.Expr]:
    """The state's 30-day and month-to-date flows and own activity after the stride; the month begins on the first."""
    keep = 0 if stride.long else 1
    none = nw.lit(0, nw.Int64)
    month = none if stride.begins_month else known("net_fen")
    return {
        "in30_fen": none if stride.passed else known("in30_fen") * keep + known("in_shift"),
        "out30_fen": none if stride.passed else known("out30_fen") * keep + known("out_shift"),
        "net_fen": month + known("new_net"),
        "first_move_day": nw.coalesce("first_move_day", "new_first"),
        "last_move_day": nw.coalesce("new_last", "last_move_day"),
        "moves": (known("moves") + known("new_moves")).cast(nw.Int32),
    }


def movements(moves: nw.LazyFrame[Any], stride: Stride) -> nw.LazyFrame[Any]:
    """What the stride's days bring for each customer: shifts of the 30-day flows, net flow, own activity."""
    none, nowhere = nw.lit(0, nw.Int64), nw.lit(None, nw.Int32)
    day = col("day")
    new = day > stride.after_day
    flow = nw.when(col("kind") != MoveKind.OWN.value).then(col("amount_fen")).otherwise(none)
    inside = nw.when(day > stride.lag_day).then(flow).otherwise(none if stride.long else 0 - flow)
    came = flow > 0
    shifts = {
        "in_shift": nw.when(came).then(inside).otherwise(none),
        "out_shift": nw.when(came).then(none).otherwise(0 - inside),
    }
    asked = {} if stride.passed else shifts
    own = new & col("by_customer")
    made = moves.select(
        "customer",
        **asked,
        new_net=nw.when(new).then(flow).otherwise(none),
        new_moves=own.cast(nw.Int32),
        new_first=nw.when(own).then(day).otherwise(nowhere),
    )
    return made.group_by("customer").agg(
        nw.col(*asked, "new_net").sum(),
        col("new_moves").cast(nw.Int64).sum().cast(nw.Int32),
        col("new_first").min(),
        col("new_first").max().alias("new_last"),
    )


def contact_sums(night: Night, stride: Stride) -> nw.LazyFrame[Any]:
    """联系: who was reached in the stride's days. In: ``bank/contacts``, ``notes/contacts``. Days."""
    told = [night.lake.read_days(table, stride.new_days()) for table in (CONTACTS, OWN_CONTACTS)]
    return contacts(backend.concat(told), night.policy)


def contact_carry(stride: Stride) -> dict[str, nw.Expr]:
    """When each customer was last reached after the stride."""
    return {"last_contact_day": nw.coalesce("new_contact", "last_contact_day")}


def contacts(told: nw.LazyFrame[Any], policy: Policy) -> nw.LazyFrame[Any]:
    """The last day of an effective contact for each customer; who was not reached has no row."""
    reached = told.filter(is_effective(col("channel"), col("seconds"), col("outcome"), policy))
    return reached.group_by("customer").agg(col("day").max().alias("new_contact"))
