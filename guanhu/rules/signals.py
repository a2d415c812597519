"""信号: 到期 临界 流失 睡眠 异动 生日 他行 — when each one speaks, how urgent it is, and until when (group G).

Days are day numbers (days since 1970-01-01), money is fen. ``临界`` stands with the lines in ``entitlements``.
"""

from __future__ import annotations

from typing import Any

from guanhu.rules.columns import days_between, fill, ladder, missing, no, pick, whole
from guanhu.rules.days import LONG_AGO, Today
from guanhu.rules.kinds import MaturityStep, Reason, SignalKind, Tier
from guanhu.rules.policy import Policy

# ---------------------------------------------------------------- 到期


def maturity_step(matures_day: Any, auto_renew: Any, today: Today, policy: Policy) -> Any:
    """到期节点: where a maturing sum stands on its timeline, counted to today; null when it asks for nothing.

    T-30 and T-7 are days left. T0 on a day off moves to the working day before and so speaks from the maturity
    today up to the day before the next working day; T-1 is then the maturity on that next working day; T+1 moves
    to the working day after and takes in every maturity since the last working day, so nothing is missed over days
    off. Where T-1 and T0 fall on the same day T0 wins. What renews by itself is not called back. P127–P129.
    """
    matures = fill(matures_day, LONG_AGO)
    left = days_between(today.day, matures)
    after = pick(fill(auto_renew, False), None, MaturityStep.AFTER)
    ahead = pick(
        left <= policy.maturity_week_days,
        MaturityStep.WEEK,
        pick(left <= policy.maturity_month_days, MaturityStep.MONTH, None),
    )
    coming = pick(matures < today.next_day, MaturityStep.DUE, pick(matures == today.next_day, MaturityStep.EVE, ahead))
    return pick(matures < today.previous_day, None, pick(matures < today.day, after, coming))


def is_maturity_duty(step: Any) -> Any:
    """Must this maturity be spoken about today (T-1, T0 and T+1)? A missing step must not. P128, P129."""
    must = (step == MaturityStep.EVE) | (step == MaturityStep.DUE) | (step == MaturityStep.AFTER)
    return fill(must, False)


def maturity_expires_day(matures_day: Any, today: Today) -> Any:
    """Until when a maturity is on the list: its T+1, moved to the working day after if it is a day off.

    ``today.after`` names that day for every maturity of the timeline; outside of it T+1 stands as it is.
    """
    moved = ladder(fill(matures_day, LONG_AGO), today.after, 0)
    return pick(missing(matures_day), None, fill(matures_day, 0) + 1 + moved)


# ---------------------------------------------------------------- 异动


def is_large_move(amount_fen: Any, average_fen: Any, policy: Policy) -> Any:
    """大额异动: a single movement large for this customer, or large for anyone, in or out.

    ``amount_fen`` is signed; at least ``large_move_fen`` and ``large_move_share_bp`` of the customer's 30-day
    average, or at least ``large_move_any_fen``. P134.
    """
    amount = fill(amount_fen, 0)
    size = pick(amount < 0, 0 - amount, amount)
    large_here = (size >= policy.large_move_fen) & (size * 10_000 >= fill(average_fen, 0) * policy.large_move_share_bp)
    return large_here | (size >= policy.large_move_any_fen)


# ---------------------------------------------------------------- 流失


def branch_share_ppm(branch_net_fen: Any, branch_average_fen: Any) -> Any:
    """By how much the whole branch moved in these days: net flow over average assets, in millionths, rounded down.

    Whole yuan are divided; a branch without assets did not move.
    """
    average = fill(branch_average_fen, 0) // 100
    safe = pick(average > 0, average, 1)
    return pick(average > 0, (fill(branch_net_fen, 0) // 100) * 1_000_000 // safe, 0)


def adjusted_net_yuan(net_fen: Any, average_fen: Any, share_ppm: Any) -> Any:
    """A customer's net flow without the branch's own movement, in whole yuan, rounded down.

    What the branch as a whole did in those days (``branch_share_ppm``) times the customer's average is taken away,
    so a month in which everybody pays taxes or a festival accuses nobody. P138.
    """
    with_the_branch = fill(average_fen, 0) * fill(share_ppm, 0) // 1_000_000
    return (fill(net_fen, 0) - with_the_branch) // 100


def is_outflow(
    net_fen: Any, adjusted_yuan: Any, average_fen: Any, months: Any, sum_yuan: Any, squares_yuan: Any, policy: Policy
) -> Any:
    """资金流失: money really leaves, enough of it, and far outside what is usual for this customer.

    ``net_fen`` and ``adjusted_yuan`` are of the last 30 days, ``months``, ``sum_yuan`` and ``squares_yuan`` the
    number, sum and sum of squares of the adjusted flows of the customer's closed months. It speaks when the net
    outflow is ``outflow_share_bp`` of the average and more, and the adjusted flow lies ``outflow_deviations``
    population standard deviations below the mean of at least ``outflow_months`` months.
    Compared as squares: (Σ − n·a)² ≥ k²·(n·Σ² − Σ·Σ). P138.
    """
    adjusted, average = fill(adjusted_yuan, 0), fill(average_fen, 0)
    count = fill(whole(months), 0)
    net = fill(net_fen, 0)
    enough = (0 - net) * 10_000 >= average * policy.outflow_share_bp
    total = fill(sum_yuan, 0) * 1.0
    below_mean = total - (count * adjusted) * 1.0
    spread = count * (fill(squares_yuan, 0) * 1.0) - total * total
    squared = policy.outflow_deviations * policy.outflow_deviations
    unusual = (below_mean >= 0) & (below_mean * below_mean >= squared * spread)
    known = (count >= policy.outflow_months) & (average > 0)
    return known & (net < 0) & (adjusted < 0) & enough & unusual


# ---------------------------------------------------------------- 睡眠


def silent_days(last_move_day: Any, last_contact_day: Any, opened_day: Any, first_day: Any, day: Any) -> Any:
    """How many days nothing was heard: since the customer's last own movement or the last effective contact.

    Whichever is later; who has neither counts from the day the file was opened, or from ``first_day``, the first one
    our books know, when that is later; null when the day of opening is unknown.
    """
    move, contact = fill(last_move_day, LONG_AGO), fill(last_contact_day, LONG_AGO)
    latest = pick(move >= contact, move, contact)
    opened = pick(fill(opened_day, 0) < first_day, first_day, opened_day)
    since = pick(latest > LONG_AGO, latest, pick(missing(opened_day), None, opened))
    return pick(missing(since), None, days_between(fill(since, 0), day))


def usual_gap_days(first_move_day: Any, last_move_day: Any, moves: Any) -> Any:
    """The customer's own rhythm: days between movements on average, rounded down; null with fewer than two."""
    count = fill(moves, 0)
    gaps = pick(count >= 2, count - 1, 1)
    known = (count >= 2) & no(missing(first_move_day)) & no(missing(last_move_day))
    return pick(known, days_between(fill(first_move_day, 0), fill(last_move_day, 0)) // gaps, None)


def dormant_line_days(tier: Any, gap_days: Any, policy: Policy) -> Any:
    """After how many silent days a customer counts as asleep: the tier's days or twice the own gap, the longer."""
    rows = policy.dormant_days
    days = pick(tier == Tier.A, rows[Tier.A], pick(tier == Tier.B, rows[Tier.B], rows[Tier.C]))
    own = fill(whole(gap_days), 0) * policy.dormant_rhythm
    return pick(own > days, own, days)


def is_dormant(silent: Any, tier: Any, gap_days: Any, policy: Policy) -> Any:
    """睡眠: has the customer been silent longer than the tier allows and than is usual for him?

    ``silent`` in days, null never; ``gap_days`` null when there is no rhythm yet. P197.
    """
    return fill(silent, -1) >= dormant_line_days(tier, gap_days, policy)


# ---------------------------------------------------------------- 他行 · 生日


def is_other_bank(sent_fen: Any, policy: Policy) -> Any:
    """他行: does enough money go to one other bank (``other_bank_fen`` in ``other_bank_days``)?

    ``sent_fen`` is a positive sum. Never, until the bank has recorded the legal basis for looking. P140.
    """
    return (fill(sent_fen, 0) >= policy.other_bank_fen) & (policy.other_bank_legal_basis != "")


def is_date_near(date_day: Any, today: Today, policy: Policy) -> Any:
    """生日: is the next such day today or within ``birthday_ahead_days``? Past ones never remind. P136."""
    left = days_between(today.day, fill(date_day, LONG_AGO))
    return (left >= 0) & (left <= policy.birthday_ahead_days)


# ---------------------------------------------------------------- for all of them


def expires_day(kind: Any, due_day: Any, policy: Policy) -> Any:
    """After which day a signal is no longer mentioned; null when it has no day.

    A large movement cools in ``large_move_keep_days``, a date passes with its day, a state (临界, 流失, 睡眠, 他行)
    holds for one window of averages. A maturity has its own rule, ``maturity_expires_day``.
    """
    keep = pick(
        kind == SignalKind.LARGE_MOVE,
        policy.large_move_keep_days,
        pick((kind == SignalKind.DATES) | (kind == SignalKind.MATURITY), 0, policy.average_days),
    )
    return pick(missing(due_day), None, fill(due_day, 0) + keep)


def is_duty(kind: Any, step: Any) -> Any:
    """必做: must it be done today — a maturity at T-1, T0 or T+1, a promised call-back, a complaint?

    Exempt from caps, never from a refusal.
    """
    promised = fill((kind == Reason.PROMISE) | (kind == Reason.COMPLAINT), False)
    return promised | (fill(kind == SignalKind.MATURITY, False) & is_maturity_duty(step))


def is_fraud_check(kind: Any, went_out: Any, due_day: Any, today: Today) -> Any:
    """反诈核实: must the customer be asked today whether a large sum that left was meant to leave?

    A duty on the first working day after the movement; money that came in, and what left before, asks for nothing.
    ``due_day`` is the movement's day. P135.
    """
    large_out = fill(kind == SignalKind.LARGE_MOVE, False) & fill(went_out, False)
    return large_out & (fill(due_day, LONG_AGO) >= today.previous_day)


def is_marketing(kind: Any) -> Any:
    """Is it marketing, which needs consent? Maturities, movements (safety), promises, complaints and a new keeper who
    becomes known are service.

    What is unknown counts as marketing.
    """
    service = (
        (kind == SignalKind.MATURITY)
        | (kind == SignalKind.LARGE_MOVE)
        | (kind == Reason.PROMISE)
        | (kind == Reason.COMPLAINT)
        | (kind == Reason.INTRODUCTION)
    )
    return no(fill(service, False))
