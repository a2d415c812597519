"""价值: what a balance earns in a year, and what a contact is worth over not making it, all in whole fen.

A gain is (success with the contact − success without) × amount × margin. Products are formed one after the other
and rounded down each time, so that 100亿 at any margin and any lift stays far inside a 64-bit whole number.
"""

from __future__ import annotations

from typing import Any

from guanhu.rules.columns import fill, pick, whole
from guanhu.rules.introductions import introduction_gain_fen
from guanhu.rules.kinds import Channel, ProductKind, Reason, Tier
from guanhu.rules.policy import Policy


def margin_of(product: Any, policy: Policy) -> Any:
    """The year's margin on a kind of product, in basis points; an unknown kind earns as a current deposit."""
    answer: Any = policy.margin_bp[ProductKind.CURRENT]
    for kind, margin in policy.margin_bp.items():
        answer = pick(product == kind, margin, answer)
    return answer


def yearly_margin_of(product: Any, policy: Policy) -> Any:
    """What a balance in this product earns each year, in basis points; insurance earns once, on the first premium."""
    return pick(product == ProductKind.INSURANCE, 0, margin_of(product, policy))


def revenue_fen(amount_fen: Any, product: Any, policy: Policy) -> Any:
    """价值贡献: what this amount in this product earns the bank in a year, in fen, rounded down."""
    return fill(amount_fen, 0) * margin_of(product, policy) // 10_000


def revenue_of_products_fen(amount_times_margin: Any) -> Any:
    """价值贡献 over several products: the sum of amount × margin (fen × basis points) as fen a year, rounded down once.

    Sums stay linear in the changes of balances; unknown is none.
    """
    return fill(amount_times_margin, 0) // 10_000


def success_bp(kind: Any, policy: Policy) -> Any:
    """The chance of success with a contact, in basis points; 0 for reasons that are no signal."""
    answer: Any = 0
    for signal, lift in policy.lifts.items():
        answer = pick(kind == signal, lift.with_contact_bp, answer)
    return answer


def success_without_bp(kind: Any, policy: Policy) -> Any:
    """The chance that it goes well without any contact, in basis points: a prior until holdouts teach it."""
    answer: Any = 0
    for signal, lift in policy.lifts.items():
        answer = pick(kind == signal, lift.without_bp, answer)
    return answer


def lift_bp(kind: Any, policy: Policy) -> Any:
    """By how much a contact raises the chance of success, in basis points; 0 for reasons that are no signal."""
    return success_bp(kind, policy) - success_without_bp(kind, policy)


def gain_fen(kind: Any, product: Any, amount_fen: Any, policy: Policy) -> Any:
    """What an effective call about this signal brings in a year over not calling, in fen.

    (success with − success without) × amount × margin of the product; a negative amount counts by its size.
    """
    return gain_between_fen(product, amount_fen, success_bp(kind, policy), success_without_bp(kind, policy), policy)


def gain_between_fen(product: Any, amount_fen: Any, with_bp: Any, without_bp: Any, policy: Policy) -> Any:
    """The same from the two chances themselves, as they were learnt or believed; no contact is worth less than none.

    A customer who would do it unasked is worth little to call.
    """
    amount = fill(amount_fen, 0)
    size = pick(amount < 0, 0 - amount, amount)
    lift = fill(with_bp, 0) - fill(without_bp, 0)
    return revenue_fen(size, product, policy) * pick(lift < 0, 0, lift) // 10_000


def routine_gain_fen(tier: Any, policy: Policy) -> Any:
    """What a routine contact is worth to a customer of this tier, in fen; unknown counts as C.

    The tier's own amount times ``routine_weight_bp``: the higher, the better the rhythm is kept, and the more money
    that could have been won is left (P56).
    """
    rows = {row: worth * policy.routine_weight_bp // 10_000 for row, worth in policy.routine_fen.items()}
    return pick(tier == Tier.A, rows[Tier.A], pick(tier == Tier.B, rows[Tier.B], rows[Tier.C]))


def waiting_fen(gain_fen: Any, waited: Any, policy: Policy) -> Any:
    """等待的代价: what a touch of the rhythm or a step towards being known loses by waiting, in fen.

    It waits on every day on which it could have been made. All of its worth on the first day; half of it has gone
    after ``routine_half_days`` working days more, two thirds after twice as many, and never all of it. P56.
    """
    days = whole(fill(waited, 0))
    return fill(gain_fen, 0) * days // (max(policy.routine_half_days, 1) + days)


def duty_gain_fen(reason: Any, policy: Policy) -> Any:
    """What keeping a promise or answering a complaint is worth, in fen; 0 for any other reason."""
    answer: Any = 0
    for duty, worth in policy.duty_fen.items():
        answer = pick(reason == duty, worth, answer)
    return answer


def opportunity_gain_fen(kind: Any, product: Any, amount_fen: Any, tier: Any, policy: Policy) -> Any:
    """商机的价值: the gain of an effective call for any signal or reason on the list, in fen.

    Signals by what they move; duties, the routine and becoming known by the policy's own amounts.
    """
    routine = pick(kind == Reason.ROUTINE, routine_gain_fen(tier, policy), 0)
    becoming_known = pick(kind == Reason.INTRODUCTION, introduction_gain_fen(tier, policy), 0)
    return gain_fen(kind, product, amount_fen, policy) + duty_gain_fen(kind, policy) + routine + becoming_known


def channel_gain_fen(gain_fen: Any, channel: Any, policy: Policy) -> Any:
    """The gain by this channel: a message moves less than a call, a meeting more; fen, rounded down.

    ``gain_fen`` is that of an effective call; an unknown channel brings nothing.
    """
    factor: Any = 0
    for way in (Channel.MESSAGE, Channel.CALL, Channel.MEETING):
        factor = pick(channel == way, policy.channel_factor_bp[way], factor)
    return fill(gain_fen, 0) * factor // 10_000
