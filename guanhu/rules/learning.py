"""成效: which occasions are trials, which of them are left alone on purpose, what success means, and what is learnt.

Days are day numbers, money is fen, rates are basis points. A trial is told by its signal, customer, account and day.
"""

from __future__ import annotations

from typing import Any

from guanhu.rules.columns import fill, no, pick, whole
from guanhu.rules.kinds import Channel, SignalKind
from guanhu.rules.policy import Policy
from guanhu.rules.trials import LEARNT, STATES, Alone

LONG_AGO = -1_000_000
"""A day number before every other."""

PRIME = 2**31 - 1
"""The numbers that are drawn lie below it; products of two of them stay inside a 64-bit whole number."""
FACTOR = 48_271
NEVER = 1_000_000
"""A number of days no trial lasts."""


# ---------------------------------------------------------------- which occasion, from when to when


def _is_state(kind: Any) -> Any:
    answer: Any = kind == STATES[0]
    for state in STATES[1:]:
        answer = answer | (kind == state)
    return fill(answer, False)


def trial_day(kind: Any, customer: Any, due_day: Any, policy: Policy) -> Any:
    """哪一例: the day that names the trial: the sum's, the movement's, or the first of the customer's own block.

    A state (临界, 流失, 睡眠) speaks every night; it is asked once in every ``average_days``, and each customer's
    blocks begin on another day, so that every night has its share.
    """
    due = whole(fill(due_day, 0))
    block = due - (due + whole(fill(customer, 0)) % policy.average_days) % policy.average_days
    return pick(_is_state(kind), block, due)


def opens_day(kind: Any, trial_day: Any, policy: Policy) -> Any:
    """The night with which a trial opens: a week before the money is due, the night of the movement, the night before
    the block.
    """
    before = pick(kind == SignalKind.MATURITY, policy.maturity_week_days + 1, pick(_is_state(kind), 1, 0))
    return whole(fill(trial_day, 0)) - before


def contact_days(kind: Any, policy: Policy) -> Any:
    """For how many days after the opening a contact counts; 0 for what is not learnt."""
    return _of_kind(kind, policy.trial_contact_days, 0)


def judge_days(kind: Any, policy: Policy) -> Any:
    """How many days after the opening a trial is judged; never for what is not learnt."""
    return _of_kind(kind, policy.trial_judge_days, NEVER)


def _of_kind(kind: Any, numbers: dict[SignalKind, int], otherwise: int) -> Any:
    answer: Any = otherwise
    for signal in LEARNT:
        answer = pick(kind == signal, numbers[signal], answer)
    return answer


# ---------------------------------------------------------------- left alone on purpose


def holdout_number(kind: Any, customer: Any, account: Any, trial_day: Any, policy: Policy) -> Any:
    """抽签: a number from 0 to 9,999 that is always the same for a trial and shares nothing with another's.

    The keys of customers and accounts are themselves made with the bank's secret, so that nobody outside can work out
    who is drawn, and nobody inside can choose.
    """
    number = whole(fill(customer, 0)) % PRIME
    for part in (whole(fill(account, 0)) % PRIME, whole(fill(trial_day, 0)), _place(kind), policy.holdout_draw):
        number = (number * FACTOR + part) % PRIME
    squared = number * number % PRIME
    return squared * squared % PRIME * number % PRIME * 10_000 // PRIME


def _place(kind: Any) -> Any:
    """A number for each signal; 0 for anything else."""
    answer: Any = 0
    for place, signal in enumerate(SignalKind, 1):
        answer = pick(kind == signal, place, answer)
    return answer


def is_held_out(kind: Any, customer: Any, account: Any, due_day: Any, duty: Any, went_out: Any, policy: Policy) -> Any:
    """留作对照: is this occasion left alone on purpose, so that we learn what happens without us?

    Never a duty, never money that went out (the fraud question), never what the customer asked for: a promise and a
    complaint are no signals and have no share.
    """
    share: Any = 0
    for signal in LEARNT:
        share = pick(kind == signal, policy.holdout_bp.get(signal, 0), share)
    drawn = holdout_number(kind, customer, account, trial_day(kind, customer, due_day, policy), policy) < share
    asked = fill(duty, False) | (fill(went_out, False) & fill(kind == SignalKind.LARGE_MOVE, False))
    return drawn & no(asked)


# ---------------------------------------------------------------- with or without, and how it went


def closeness(channel: Any) -> Any:
    """How close a way of contact is: a meeting 3, a call 2, a message 1, anything else 0."""
    answer: Any = 0
    for place, way in enumerate((Channel.MESSAGE, Channel.CALL, Channel.MEETING), 1):
        answer = pick(channel == way, place, answer)
    return answer


def treatment(closest: Any, held_out: Any) -> Any:
    """有没有联系: the closest channel that reached the customer in the trial; else held out, or merely left.

    ``closest`` as ``closeness`` counts, null for none.
    """
    alone = pick(fill(held_out, False), Alone.HELD, Alone.LEFT)
    near = fill(closest, 0)
    called = pick(near >= 2, Channel.CALL, pick(near >= 1, Channel.MESSAGE, alone))
    return pick(near >= 3, Channel.MEETING, called)


def is_open_question(kind: Any, before_fen: Any, line_fen: Any) -> Any:
    """Is there anything to be won? Whose money already stands at the line will be across it without us."""
    across = fill(before_fen, 0) >= fill(line_fen, 0)
    return no(fill(kind == SignalKind.NEAR_LINE, False) & across)


def is_success(
    kind: Any, went_out: Any, amount_fen: Any, line_fen: Any, before_fen: Any, after_fen: Any, put_away_fen: Any,
    net_fen: Any, opened_day: Any, moved_day: Any,
) -> Any:  # fmt: skip
    """成了没有: did it go well for us, by the bank's own figures when the trial is judged?

    Maturity: half of the sum and more is still with us. Money out: half of it came back. Money in: half of it was put
    away here. Near a line: the assets reached it. Outflow: the net flow of the window is not negative. Dormant: the
    customer moved money after the opening. ``before_fen`` and ``after_fen`` are the assets at the opening and now,
    ``put_away_fen`` what savings and investments grew by between, ``net_fen`` the net flow of the last 30 days.
    """
    half = fill(amount_fen, 0) // 2
    before, after = fill(before_fen, 0), fill(after_fen, 0)
    moved = pick(fill(went_out, False), after >= before + half, fill(put_away_fen, 0) >= half)
    answers: dict[SignalKind, Any] = {
        SignalKind.MATURITY: after >= before - half,
        SignalKind.LARGE_MOVE: moved,
        SignalKind.NEAR_LINE: after >= fill(line_fen, 0),
        SignalKind.OUTFLOW: fill(net_fen, -1) >= 0,
        SignalKind.DORMANT: fill(moved_day, LONG_AGO) > fill(opened_day, 0),
    }
    answer: Any = False
    for signal, well in answers.items():
        answer = pick(kind == signal, well, answer)
    return answer


# ---------------------------------------------------------------- from counts to a rate


def shrunk_bp(successes: Any, cases: Any, prior_bp: Any, prior_cases: int) -> Any:
    """What is believed after seeing these cases: the prior counts as ``prior_cases`` of its own (Beta–Binomial).

    Basis points, rounded down. Few cases say little and leave the prior nearly as it was.
    """
    seen, well = whole(fill(cases, 0)), whole(fill(successes, 0))
    return (whole(fill(prior_bp, 0)) * prior_cases + well * 10_000) // (seen + prior_cases)
