"""分层: A, B and C by the assets a customer keeps with the branch (P21), and how a tier is kept or lost.

The ranking sets two cut-off amounts a quarter; between, amounts are compared with them. A customer goes up the
day the line is reached and comes down only after some month-ends below most of it. All amounts are fen.
"""

from __future__ import annotations

from typing import Any

from guanhu.rules.columns import fill, missing, no, pick, whole
from guanhu.rules.kinds import Tier
from guanhu.rules.policy import Policy

OUT_OF_REACH_FEN = 1 << 60
"""A line that does not exist is reached by nobody."""


def tier_of(average_fen: Any, line_a_fen: Any, line_b_fen: Any) -> Any:
    """分层: the tier these assets reach against the branch's two cut-off amounts.

    All three in fen, null allowed: unknown assets are none, a line not yet drawn is reached by nobody,
    and who has nothing is C. P21.
    """
    amount = fill(average_fen, 0)
    in_b = (amount >= fill(line_b_fen, OUT_OF_REACH_FEN)) & (amount > 0)
    in_a = (amount >= fill(line_a_fen, OUT_OF_REACH_FEN)) & (amount > 0)
    return pick(in_a, Tier.A, pick(in_b, Tier.B, Tier.C))


def tier_rank(tier: Any) -> Any:
    """How high a tier stands: A is 2, B is 1, C and unknown are 0.

    A number for comparing and sorting; letters are never compared.
    """
    return pick(tier == Tier.A, 2, pick(tier == Tier.B, 1, 0))


def higher_tier(one: Any, other: Any) -> Any:
    """The higher of two tiers; an unknown one counts as C.

    Letters in, a letter out.
    """
    highest = pick(tier_rank(one) >= tier_rank(other), one, other)
    return fill(highest, Tier.C)


def shown_tier(kept: Any, average_fen: Any, line_a_fen: Any, line_b_fen: Any) -> Any:
    """The tier on the page today: what was kept at the last month-end, or what today's assets already reach.

    So a customer is up the very day the line is reached. ``kept`` is null for a new customer. P21.
    """
    return higher_tier(kept, tier_of(average_fen, line_a_fen, line_b_fen))


def is_below_line(kept: Any, average_fen: Any, line_a_fen: Any, line_b_fen: Any, policy: Policy) -> Any:
    """Have the assets fallen clearly below the line of the tier that is kept (under nine tenths of it)?

    C has no line and is never below. The share is ``policy.tier_keep_bp``.
    """
    line = pick(kept == Tier.A, fill(line_a_fen, 0), pick(kept == Tier.B, fill(line_b_fen, 0), 0))
    return fill(average_fen, 0) * 10_000 < line * policy.tier_keep_bp


def months_below(kept: Any, months: Any, average_fen: Any, line_a_fen: Any, line_b_fen: Any, policy: Policy) -> Any:
    """How many month-ends in a row the assets stand below the kept tier's line, this month-end counted.

    ``months`` is the count before this month-end, null for none; one month-end at or above begins again at 0.
    """
    below = is_below_line(kept, average_fen, line_a_fen, line_b_fen, policy)
    return pick(below, fill(whole(months), 0) + 1, 0)


def tier_after_month_end(
    kept: Any, months: Any, average_fen: Any, line_a_fen: Any, line_b_fen: Any, policy: Policy
) -> Any:
    """The tier kept from this month-end on: up at once, down only after ``tier_down_months`` below the line.

    ``months`` is the count of ``months_below`` with this month-end in it. Down goes to the tier the assets
    reach, which may be two steps. A customer without a kept tier takes what the assets reach. P21.
    """
    reached = tier_of(average_fen, line_a_fen, line_b_fen)
    falls = missing(kept) | (fill(months, 0) >= policy.tier_down_months)
    return pick(falls, reached, higher_tier(kept, reached))


def months_after_month_end(kept: Any, months: Any, new_tier: Any) -> Any:
    """The count of months below the line to carry on with: it begins again when the tier has changed.

    ``months`` is the count of ``months_below``, ``new_tier`` the answer of ``tier_after_month_end``.
    """
    stays = no(missing(kept)) & (tier_rank(kept) == tier_rank(new_tier))
    return pick(stays, fill(whole(months), 0), 0)


def last_place_a(customers: Any, policy: Policy) -> Any:
    """The place in the branch's ranking of the last customer in A; 0 when nobody is.

    Round half up of the share ``tier_a_share_bp`` of all customers of the branch.
    """
    return (fill(whole(customers), 0) * policy.tier_a_share_bp + 5_000) // 10_000


def last_place_b(customers: Any, policy: Policy) -> Any:
    """The place in the branch's ranking of the last customer in B (A and B together); 0 when nobody is."""
    return (fill(whole(customers), 0) * (policy.tier_a_share_bp + policy.tier_b_share_bp) + 5_000) // 10_000


def cut_off_fen(amount_fen: Any) -> Any:
    """The cut-off drawn at the assets of the last customer of a tier: at least one fen, null when there is none."""
    return pick(fill(amount_fen, 1) < 1, 1, amount_fen)
