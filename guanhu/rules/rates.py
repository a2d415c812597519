"""学到的成功率: from counted trials to what a contact changes, for each reason, tier and channel.

A cell is shrunk twice, each time by the weight the policy gives to what was believed before: the reason's rate over all
tiers towards the policy's prior, then the tier's own towards the reason's. So a cell without trials has its reason's
rate, and a reason without trials the policy's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt
from typing import Any

from guanhu.rules.kinds import Channel, SignalKind, Tier
from guanhu.rules.learning import shrunk_bp
from guanhu.rules.policy import Policy
from guanhu.rules.trials import LEARNT, Alone

WHOLE = 10_000
Z_SQUARED = 38_416
"""1.96² in ten-thousandths: what lies outside of the interval on both sides is one in twenty."""


@dataclass(frozen=True)
class Count:
    """Trials that were judged, and how many of them went well."""

    cases: int = 0
    successes: int = 0

    def __add__(self, other: Count) -> Count:
        """Both together."""
        return Count(self.cases + other.cases, self.successes + other.successes)


NONE = Count()
Counts = dict[tuple[str, str, str], Count]
"""By signal, tier and treatment: a channel, or one of ``Alone``."""


@dataclass(frozen=True)
class Belief:
    """A rate with the half width of its 95 % interval, both in basis points."""

    bp: int
    half_bp: int

    @property
    def low_bp(self) -> int:
        """The lower end of the interval."""
        return max(0, self.bp - self.half_bp)

    @property
    def high_bp(self) -> int:
        """The upper end of the interval."""
        return min(WHOLE, self.bp + self.half_bp)


@dataclass(frozen=True)
class Rate:
    """What was learnt of one signal, tier and channel: what was counted, what was believed, what is believed now."""

    kind: SignalKind
    tier: Tier
    channel: Channel
    reached: Count
    held: Count
    left: Count
    prior_with_bp: int
    prior_without_bp: int
    reached_belief: Belief
    alone_belief: Belief
    used: bool
    """Were there enough trials, over all tiers, for the night to go by it?"""

    @property
    def lift_bp(self) -> int:
        """By how much a contact raises the chance; negative where it seems to do harm."""
        return self.reached_belief.bp - self.alone_belief.bp

    def as_row(self) -> dict[str, Any]:
        """As a row of ``answers/rates``, all but the policy's version."""
        return {
            "kind": self.kind.value, "tier": self.tier.value, "channel": self.channel.value,
            "cases": self.reached.cases, "successes": self.reached.successes,
            "held_cases": self.held.cases, "held_successes": self.held.successes,
            "left_cases": self.left.cases, "left_successes": self.left.successes,
            "prior_with_bp": self.prior_with_bp, "prior_without_bp": self.prior_without_bp,
            "with_bp": self.reached_belief.bp, "with_half_bp": self.reached_belief.half_bp,
            "without_bp": self.alone_belief.bp, "without_half_bp": self.alone_belief.half_bp,
            "lift_bp": self.lift_bp, "used": self.used,
        }  # fmt: skip

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Rate:
        """The same out of such a row."""
        return cls(
            SignalKind(row["kind"]), Tier(row["tier"]), Channel(row["channel"]),
            Count(row["cases"], row["successes"]), Count(row["held_cases"], row["held_successes"]),
            Count(row["left_cases"], row["left_successes"]), row["prior_with_bp"], row["prior_without_bp"],
            Belief(row["with_bp"], row["with_half_bp"]), Belief(row["without_bp"], row["without_half_bp"]),
            row["used"],
        )  # fmt: skip


def rates_of(counts: Counts, policy: Policy) -> tuple[Rate, ...]:
    """成效: every learnt signal, tier and channel, in this order."""
    return tuple(_rate(counts, kind, tier, way, policy) for kind in LEARNT for tier in Tier for way in Channel)


def _rate(counts: Counts, kind: SignalKind, tier: Tier, channel: Channel, policy: Policy) -> Rate:
    def of(treatment: str, *tiers: Tier) -> Count:
        return sum((counts.get((kind, one, treatment), NONE) for one in tiers), NONE)

    lift, weight = policy.lifts[kind], policy.learn_prior_cases
    prior_bp = prior_with_bp(kind, channel, policy)
    everywhere, here = of(channel, *Tier), of(channel, tier)
    reason_bp = shrunk_bp(everywhere.successes, everywhere.cases, prior_bp, weight)
    reached_bp = shrunk_bp(here.successes, here.cases, reason_bp, weight)
    held, left = of(Alone.HELD, tier), of(Alone.LEFT, tier)
    all_held, all_left = of(Alone.HELD, *Tier), of(Alone.LEFT, *Tier)
    alone = _alone(held, left, _alone(all_held, all_left, lift.without_bp, policy).bp, policy)
    known = min(everywhere.cases, all_held.cases + all_left.cases)
    return Rate(
        kind, tier, channel, here, held, left, prior_bp, lift.without_bp,
        Belief(reached_bp, half_width_bp(reached_bp, here.cases + weight)), alone, known >= policy.learn_enough,
    )  # fmt: skip


def prior_with_bp(kind: SignalKind, channel: Channel, policy: Policy) -> int:
    """The chance with a contact by this channel before anything is learnt: the call's lift by the channel's factor."""
    lift = policy.lifts[kind]
    return min(WHOLE, lift.without_bp + lift.gain_bp * policy.channel_factor_bp[channel] // WHOLE)


def _alone(held: Count, left: Count, prior_bp: int, policy: Policy) -> Belief:
    """Without a contact: holdouts whole, those merely left at their part and never above their most."""
    weight = min(left.cases * policy.learn_left_bp, policy.learn_left_most * WHOLE)
    went_well = left.successes * weight // left.cases if left.cases else 0
    cases = held.cases * WHOLE + weight
    prior_cases = policy.learn_prior_cases * WHOLE
    bp = shrunk_bp(held.successes * WHOLE + went_well, cases, prior_bp, prior_cases)
    return Belief(bp, half_width_bp(bp, (cases + prior_cases) // WHOLE))


def half_width_bp(bp: int, cases: int) -> int:
    """Half the width of the 95 % interval of a rate that so many cases speak for, in basis points (normal)."""
    return isqrt(Z_SQUARED * bp * (WHOLE - bp) // (cases + 1)) // 100
