"""打扰度: whom we may contact today, by which way and why not; and which contact counts (P55, P103, P116, P196)."""

from __future__ import annotations

from typing import Any

from guanhu.rules.columns import fill, missing, no, pick
from guanhu.rules.days import LONG_AGO
from guanhu.rules.kinds import Channel, Outcome, Withheld
from guanhu.rules.policy import Policy


def cool_down_days(outcome: Any, policy: Policy) -> Any:
    """冷静期: for how many days this outcome asks us to leave the customer alone; 0 for most.

    Abuse 30, declined 30, hang-up 7, no answer 1. P103.
    """
    days: Any = 0
    for sort, rest in policy.cool_down_days.items():
        days = pick(outcome == sort, rest, days)
    return days


def cool_until_day(outcome: Any, last_day: Any, policy: Policy) -> Any:
    """The first day on which this contact no longer asks us to leave the customer alone; a day number.

    ``outcome`` and ``last_day`` (day number) of a contact, both null when there was none, which asks for nothing. P103.
    """
    return fill(last_day, LONG_AGO) + cool_down_days(outcome, policy)


def is_cooling(outcome: Any, last_day: Any, today_day: Any, policy: Policy) -> Any:
    """Is the customer still to be left alone after the last contact?

    ``outcome`` and ``last_day`` (day number) of the last contact, both null when there was none. P103.
    """
    return today_day < cool_until_day(outcome, last_day, policy)


def is_channel_refused(channel: Any, message_granted: Any, call_granted: Any, meeting_granted: Any) -> Any:
    """拒绝该渠道: did the customer say that he will not be reached by this way? Who never said so may be.

    The last word on each channel: consent, refusal, or null for never asked. P116.
    """
    said = pick(channel == Channel.MESSAGE, fill(message_granted, True), True)
    said = pick(channel == Channel.CALL, fill(call_granted, True), said)
    return no(pick(channel == Channel.MEETING, fill(meeting_granted, True), said))


def withheld_by(
    *,
    channel: Any,
    marketing: Any,
    duty: Any,
    marketing_granted: Any,
    service_granted: Any,
    channel_refused: Any,
    complaint_quiet: Any,
    cooling: Any,
    recent_contacts: Any,
    message_age_days: Any,
    paused: Any,
    policy: Policy,
) -> Any:
    """不打扰的理由: the first reason why this contact may not be made, null when it may.

    In order: the channel was refused; service was refused (for what is no marketing); a complaint is open or was
    just closed; no marketing consent (unknown is no consent); a marketing message in the last week; the cool-down;
    the cap on planned contacts; her keeper dropped her for a time. Duties are exempt from the last three, never from a
    refusal; marketing is never a duty. ``recent_contacts`` = contacts of all senders in the last ``cap_working_days``
    working days, ``message_age_days`` = days since the last marketing message, null when there was none. P103, P116,
    P196.
    """
    selling = fill(marketing, True)
    bound = no(fill(duty, False) & no(selling))
    young = fill(message_age_days, policy.marketing_message_days) < policy.marketing_message_days
    answer: Any = None
    answer = pick(bound & fill(paused, False), Withheld.PAUSED, answer)
    answer = pick(bound & (fill(recent_contacts, 0) >= policy.cap_contacts), Withheld.CAP, answer)
    answer = pick(bound & fill(cooling, False), Withheld.COOLING, answer)
    answer = pick(selling & fill(channel == Channel.MESSAGE, False) & young, Withheld.MESSAGE, answer)
    answer = pick(selling & no(fill(marketing_granted, False)), Withheld.CONSENT, answer)
    answer = pick(selling & fill(complaint_quiet, False), Withheld.COMPLAINT, answer)
    answer = pick(no(selling) & no(fill(service_granted, True)), Withheld.SERVICE, answer)
    return pick(fill(channel_refused, False), Withheld.CHANNEL, answer)


def may_contact(
    *,
    channel: Any,
    marketing: Any,
    duty: Any,
    marketing_granted: Any,
    service_granted: Any,
    channel_refused: Any,
    complaint_quiet: Any,
    cooling: Any,
    recent_contacts: Any,
    message_age_days: Any,
    paused: Any,
    policy: Policy,
) -> Any:
    """打扰度: may this contact be made — consent given, no open complaint, not cooling down, under the caps?

    The same inputs as ``withheld_by``, which also says why not.
    """
    return missing(
        withheld_by(
            channel=channel,
            marketing=marketing,
            duty=duty,
            marketing_granted=marketing_granted,
            service_granted=service_granted,
            channel_refused=channel_refused,
            complaint_quiet=complaint_quiet,
            cooling=cooling,
            recent_contacts=recent_contacts,
            message_age_days=message_age_days,
            paused=paused,
            policy=policy,
        )
    )


def is_answered(outcome: Any) -> Any:
    """Did the customer and we really speak: 接通, 拒绝, 约见 or 成交? Unknown means no."""
    spoke = (
        (outcome == Outcome.REACHED)
        | (outcome == Outcome.DECLINED)
        | (outcome == Outcome.BOOKED)
        | (outcome == Outcome.CLOSED)
    )
    return fill(spoke, False)


def seconds_that_count(declared: Any, delivered: Any) -> Any:
    """通话时长: what the phone gateway measured, where the bank delivers it; else what the colleague declared.

    ``delivered`` is the longest call of this colleague to this customer on that day by the bank's file. P55.
    """
    return fill(delivered, declared)


def effective_call(seconds: Any, outcome: Any, policy: Policy) -> Any:
    """有效电话: connected for ``effective_call_seconds`` and more, and an outcome written down.

    Unknown seconds are none. One customer counts once a day, which the counting step sees to. P55.
    """
    return is_answered(outcome) & (fill(seconds, 0) >= policy.effective_call_seconds)


def is_effective(channel: Any, seconds: Any, outcome: Any, policy: Policy) -> Any:
    """有效联系: an effective call, or a meeting that took place; a message sent is none by itself.

    P55, P111.
    """
    met = fill(channel == Channel.MEETING, False) & is_answered(outcome)
    return met | (fill(channel == Channel.CALL, False) & effective_call(seconds, outcome, policy))


def counts_for_quota(channel: Any, seconds: Any, outcome: Any, policy: Policy) -> Any:
    """Does this contact fill the day's quota: an effective call, a meeting that took place, a message sent?

    P52, P54, P55.
    """
    sent = fill(channel == Channel.MESSAGE, False) & no(missing(outcome))
    return sent | is_effective(channel, seconds, outcome, policy)
