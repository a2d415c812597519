"""52030: how much a colleague is asked to do in a day, scaled to the list, the post and the day (P52–P57)."""

from __future__ import annotations

from typing import Any

from guanhu.rules.columns import fill, pick, whole
from guanhu.rules.kinds import Channel, Group, Post
from guanhu.rules.policy import Policy

FULL_BP = 10_000
"""The whole of something, in basis points."""


def post_factor_bp(post: Any, policy: Policy) -> Any:
    """Which share of the daily quota this post carries, in basis points; an unknown post carries none. P57."""
    answer: Any = 0
    for row, share in policy.post_factor_bp.items():
        answer = pick(post == row, share, answer)
    return answer


def quota_of(channel: Any, post: Any, customers: Any, presence_bp: Any, policy: Policy) -> Any:
    """每日工作量: how many contacts by this channel are asked of a colleague today.

    (30 messages, 20 effective calls, 5 meetings) × the list up to 600, over 600 × post × presence, rounded half up;
    at least one each for who is there and keeps anybody. ``presence_bp`` 10,000 = all day. P52–P57.
    """
    full: Any = 0
    for way, number in policy.quota.items():
        full = pick(channel == way, number, full)
    kept = fill(whole(customers), 0)
    counted = pick(kept > policy.quota_customers, policy.quota_customers, kept)
    share = post_factor_bp(post, policy)
    present = fill(whole(presence_bp), 0)
    whole_day = policy.quota_customers * FULL_BP * FULL_BP
    number = (2 * full * counted * share * present + whole_day) // (2 * whole_day)
    works = (kept > 0) & (present > 0) & (share > 0) & (full > 0)
    return pick(works & (number < 1), 1, pick(works, number, 0))


def quota_for(policy: Policy, *, post: Post | str, customers: int, presence_bp: int = FULL_BP) -> dict[Channel, int]:
    """52030: the whole day's quota of one colleague, by channel.

    ``quota_for(policy, post=Post.WEALTH, customers=566)`` is 28 messages, 19 effective calls, 5 meetings;
    an unknown post is asked for nothing. P52–P57.
    """
    return {channel: int(quota_of(channel, post, customers, presence_bp, policy)) for channel in policy.quota}


def ahead_of(quota: Any, policy: Policy) -> Any:
    """How many contacts of a day to come are planned: the quota, less what is kept free for what nobody knows yet.

    ``policy.ahead_bp`` of it, rounded half up, so that the smallest quota is not planned away.
    """
    return (2 * fill(whole(quota), 0) * policy.ahead_bp + FULL_BP) // (2 * FULL_BP)


def spare_fen(value_fen: Any, later_fen: Any) -> Any:
    """候补的次序: what a slot that came free today brings with this customer, in fen.

    What a contact today is worth, less what the contact planned for him later brings over its slot's price, since that
    is his already (nothing where none is planned, or where it brings less than its slot). P55.
    """
    own = fill(later_fen, 0)
    return fill(value_fen, 0) - pick(own > 0, own, 0)


def connect_bp(dialled: Any, connected: Any, policy: Policy) -> Any:
    """接通率: how many of a hundred hundred calls are answered, learnt from a colleague's own.

    ``connected`` of ``dialled`` calls, shrunk towards the policy's belief as if that had been seen so many times. P55.
    """
    seen = policy.connect_cases
    return (fill(whole(connected), 0) * FULL_BP + policy.connect_bp * seen) // (fill(whole(dialled), 0) + seen)


def attempts_for(effective: Any, answered_bp: Any) -> Any:
    """要拨几通: how many calls it takes to have so many answered, rounded up. P55."""
    known = fill(whole(answered_bp), 0)
    rate = pick(known > 0, known, 1)
    return (fill(whole(effective), 0) * FULL_BP + rate - 1) // rate


def group_of(duty: Any, channel: Any) -> Any:
    """任务分组: the heading of a line on today's list — 必做, else by its channel.

    Unknown duty is none; an unknown channel stands under messages.
    """
    by_channel = pick(
        channel == Channel.MEETING, Group.MEETING, pick(channel == Channel.CALL, Group.CALL, Group.MESSAGE)
    )
    return pick(fill(duty, False), Group.DUTY, by_channel)
