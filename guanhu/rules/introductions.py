"""新管户三步: how a keeper who took a customer over becomes known to her, by message, call and meeting (P8, P100)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from guanhu.rules.columns import fill, pick
from guanhu.rules.days import LONG_AGO, NEVER
from guanhu.rules.kinds import Channel, Tier

STEPS = (Channel.MESSAGE, Channel.CALL, Channel.MEETING)
"""短信预热、电话跟进、邀约见面: each on a later day than the one before."""


@dataclass(frozen=True)
class IntroductionNumbers:
    """How long a new keeper has to become known, and what that is worth; part of the policy."""

    introduction_days: int = 30
    """As long as the watch over a handover: by then she is known, or the routine goes on without it. P8."""
    introduction_fen: dict[Tier, int] = field(default_factory=lambda: {Tier.A: 100_00, Tier.B: 40_00, Tier.C: 12_00})
    """An effective call that does it: more than the routine's, since who is left unknown is lost most easily."""


def introduction_gain_fen(tier: Any, policy: IntroductionNumbers) -> Any:
    """What a step towards knowing her new keeper is worth to a customer of this tier, in fen; unknown counts as C."""
    worth = policy.introduction_fen
    return pick(tier == Tier.A, worth[Tier.A], pick(tier == Tier.B, worth[Tier.B], worth[Tier.C]))


def is_introducing(from_day: Any, today_day: Any, policy: IntroductionNumbers) -> Any:
    """Is the customer still new to her keeper on this day? ``from_day``: when she changed hands, null for never. P8."""
    begun = fill(from_day, NEVER)
    return (begun <= today_day) & (today_day < begun + policy.introduction_days)


def is_introduced(channel: Any, from_day: Any, message_day: Any, call_day: Any, meeting_day: Any) -> Any:
    """这一步做过了吗: has this step been made since she changed hands? Who was spoken with needs no message first.

    The days of the last message sent, effective call and meeting, null for never. P100.
    """
    begun = fill(from_day, NEVER)
    met = fill(meeting_day, LONG_AGO) >= begun
    spoke = met | (fill(call_day, LONG_AGO) >= begun)
    wrote = spoke | (fill(message_day, LONG_AGO) >= begun)
    return pick(channel == Channel.MEETING, met, pick(channel == Channel.CALL, spoke, wrote))
