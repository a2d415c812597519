"""维护频次: how often each tier wants to hear from us, and by which way next (P56).

A contact of a higher touch satisfies the lower ones: a meeting is also a call, a call is also a message.
"""

from __future__ import annotations

from typing import Any

from guanhu.rules.columns import fill, missing, no, pick
from guanhu.rules.policy import Policy

NEVER_DAYS = 1_000_000
"""Days since a contact that never was."""


def frequency_days(tier: Any, channel: Any, policy: Policy) -> Any:
    """Every how many days this tier is contacted by this channel; null when that is not foreseen.

    Numbers of ``policy.frequencies``. P56.
    """
    answer: Any = None
    for row, rhythm in policy.frequencies.items():
        for way, days in rhythm.items():
            answer = pick((tier == row) & (channel == way), days, answer)
    return answer


def is_due(tier: Any, channel: Any, since_days: Any, policy: Policy) -> Any:
    """Is a routine contact by this channel due, so many days after the last one by it or by a higher touch?

    ``since_days`` null = never, which is due at once. P56.
    """
    every = frequency_days(tier, channel, policy)
    return no(missing(every)) & (fill(since_days, NEVER_DAYS) >= fill(every, NEVER_DAYS))


def nearer(one_days: Any, other_days: Any) -> Any:
    """The more recent of two contacts, in days ago; null only when neither was."""
    one, other = fill(one_days, NEVER_DAYS), fill(other_days, NEVER_DAYS)
    nearest = pick(one <= other, one, other)
    return pick(nearest == NEVER_DAYS, None, nearest)
