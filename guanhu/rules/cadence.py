"""维护频次: how often each tier wants to hear from us, and by which way next (P56).

A contact of a higher touch satisfies the lower ones: a meeting is also a call, a call is also a message.
"""

from __future__ import annotations

from typing import Any

from guanhu.rules.columns import fill, missing, no, pick
from guanhu.rules.days import LONG_AGO
from guanhu.rules.kinds import Channel
from guanhu.rules.policy import Policy

TOUCHES = (Channel.MESSAGE, Channel.CALL, Channel.MEETING)
"""From the lightest touch to the closest; a closer one satisfies the lighter."""


def frequency_days(tier: Any, channel: Any, policy: Policy) -> Any:
    """Every how many days this tier is contacted by this channel; null when that is not foreseen.

    Numbers of ``policy.frequencies``. P56.
    """
    answer: Any = None
    for row, rhythm in policy.frequencies.items():
        for way, days in rhythm.items():
            answer = pick((tier == row) & (channel == way), days, answer)
    return answer


def routine_due_day(tier: Any, touch: Any, message_day: Any, call_day: Any, meeting_day: Any, policy: Policy) -> Any:
    """例行维护: from which day on the tier's rhythm asks for this touch; null where the tier has none.

    Counted from the last contact by it or by a closer one; who never had one is due at once. Day numbers. P56.
    """
    spoke = _later(call_day, meeting_day)
    last = pick(touch == Channel.MEETING, meeting_day, pick(touch == Channel.CALL, spoke, _later(message_day, spoke)))
    every = frequency_days(tier, touch, policy)
    return pick(missing(every), None, fill(last, LONG_AGO) + fill(every, 0))


def may_stand_in(tier: Any, channel: Any, touch: Any, policy: Policy) -> Any:
    """Does a routine contact by this way satisfy that touch: a closer one does, if the tier is reached by it at all?

    Nobody of tier C is called as a routine. P56.
    """
    return no(missing(frequency_days(tier, channel, policy))) & (_height(channel) >= _height(touch))


def _height(channel: Any) -> Any:
    """How close a touch is; an unknown one is no touch at all."""
    answer: Any = -1
    for height, way in enumerate(TOUCHES):
        answer = pick(channel == way, height, answer)
    return answer


def _later(one_day: Any, other_day: Any) -> Any:
    """The later of two days; null only when neither is known."""
    one, other = fill(one_day, LONG_AGO), fill(other_day, LONG_AGO)
    latest = pick(one >= other, one, other)
    return pick(latest == LONG_AGO, None, latest)
