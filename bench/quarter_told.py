"""What a simulated quarter is told by: the tiers' rhythm, sums by way, and differences with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev
from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.rules import cadence
from guanhu.rules.columns import as_column, fill
from guanhu.rules.kinds import Tier
from guanhu.rules.policy import Policy

T_975 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
"""Student's t for 1 to 30 degrees of freedom: what lies outside of it on both sides is one in twenty."""
NORMAL_975 = 1.960
MILLION = 100_000_000
"""A million yuan in fen."""


@dataclass(frozen=True)
class Measure:
    """One figure: its name in the results, how it is called, what it is divided by on the sheet, and its digits."""

    name: str
    says: str
    unit: float = 1.0
    digits: int = 1


MEASURES = (
    Measure("spoken", "maturing money spoken about in time, million yuan", MILLION, 2),
    Measure("kept", "kept at maturity, million yuan", MILLION, 2),
    Measure("likely", "… by their true chances, without the dice", MILLION, 2),
    Measure("won", "won from outside (near a line, dormant), million yuan", MILLION, 2),
    Measure("both", "kept and won together, million yuan", MILLION, 2),
    Measure("put", "large sums put into products, million yuan", MILLION, 2),
    Measure("accepted", "cases that went well"),
    Measure("leavers", "customers who left"),
    Measure("left", "their assets, million yuan", MILLION, 2),
    Measure("assets", "all assets at the end, million yuan", MILLION, 2),
    *(Measure(f"rhythm_{tier.value}", f"tier {tier.value}: no touch late, % of customer-days", 0.01) for tier in Tier),
    *(
        Measure(f"within_{tier.value}", f"tier {tier.value}: no touch lapsed, % of customer-days", 0.01)
        for tier in Tier
    ),
    Measure("meeting", "meetings held", 1, 0),
    Measure("call", "calls tried", 1, 0),
    Measure("message", "messages sent", 1, 0),
    Measure("talks", "real conversations", 1, 0),
)


@dataclass(frozen=True)
class Difference:
    """The mean of paired differences and half the width of its 95 % interval."""

    mean: float
    half: float

    @property
    def sure(self) -> bool:
        """Does the interval leave nought out?"""
        return abs(self.mean) > self.half


def difference(one: Sequence[float], other: Sequence[float]) -> Difference:
    """What the first has more than the second, pair by pair; of a single pair nothing is sure."""
    paired = [a - b for a, b in zip(one, other, strict=True)]
    many = len(paired)
    if many < 2:
        return Difference(paired[0], float("inf"))
    t = T_975[many - 2] if many - 2 < len(T_975) else NORMAL_975
    return Difference(fmean(paired), t * stdev(paired) / sqrt(many))


def rhythm(known: nw.DataFrame[Any], today: int, policy: Policy) -> dict[str, dict[str, tuple[int, int, int]]]:
    """By keeper and tier: customers, of how many no touch of the tier's rhythm is late, of how many none has lapsed.

    Late is what was due before today; it has lapsed when the next touch is due already and nobody made this one.
    """
    days = [col(f"{way.value}_day") for way in cadence.TOUCHES]
    late, gone = [], []
    for way in cadence.TOUCHES:
        due = as_column(cadence.routine_due_day(col("tier"), nw.lit(way.value), *days, policy))
        every = as_column(cadence.frequency_days(col("tier"), nw.lit(way.value), policy))
        late.append(fill(due < today, False))
        gone.append(fill(due + every < today, False))
    counted = known.with_columns(late=late[0] | late[1] | late[2], gone=gone[0] | gone[1] | gone[2])
    summed = counted.group_by("keeper_no", "tier").agg(many=nw.len(), **{
        name: col(name).cast(nw.Int64).sum() for name in ("late", "gone")
    })  # fmt: skip
    found: dict[str, dict[str, tuple[int, int, int]]] = {}
    for keeper_no, tier, many, behind, lapsed in zip(
        *(summed[name].to_list() for name in ("keeper_no", "tier", "many", "late", "gone")), strict=True
    ):
        found.setdefault(keeper_no, {})[tier] = (many, many - behind, many - lapsed)
    return found
