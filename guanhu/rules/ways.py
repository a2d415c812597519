"""由头与渠道: by which way a reason is spoken about, whether that does the duty, and when it has been dealt with.

A reason is a signal, a promise, a complaint or the routine. Days are day numbers (days since 1970-01-01).
"""

from __future__ import annotations

from typing import Any

from guanhu.rules.columns import fill, no, pick
from guanhu.rules.days import LONG_AGO, NEVER, Today
from guanhu.rules.kinds import Channel, MaturityStep, Reason, SignalKind
from guanhu.rules.policy import Policy


def may_carry(kind: Any, channel: Any) -> Any:
    """可用渠道: can this reason be spoken about by this way?

    A call carries everything. A message carries what needs no answer: a maturity's notice, a birthday, the first
    word to a sleeper. A meeting carries what is worth the way: not a birthday, not someone who has fallen silent.
    A promise has its own channel and the routine its own rhythm. P127–P140, P52.
    """
    by_message = fill((kind == SignalKind.MATURITY) | (kind == SignalKind.DATES) | (kind == SignalKind.DORMANT), False)
    by_meeting = no(fill((kind == SignalKind.DATES) | (kind == SignalKind.DORMANT), False))
    return pick(channel == Channel.MESSAGE, by_message, pick(channel == Channel.MEETING, by_meeting, True))


def does_duty(kind: Any, duty: Any, channel: Any) -> Any:
    """Is the duty done by this way? A duty wants an answer, which a message does not give; a promise is kept as made.

    P128, P129.
    """
    answered = (channel == Channel.CALL) | (channel == Channel.MEETING) | (kind == Reason.PROMISE)
    return fill(duty, False) & fill(answered, False)


def routine_granted(channel: Any, marketing_granted: Any) -> Any:
    """May routine service come by this way: who was never asked is served, who refused marketing gets messages alone?

    P265, P266.
    """
    return fill(channel == Channel.MESSAGE, False) | fill(marketing_granted, True)


def is_ripe(kind: Any, due_day: Any, today: Today) -> Any:
    """Is today the day for it? A birthday is wished on its day, or on the last working day before; the rest at once.

    P136.
    """
    return no(fill(kind == SignalKind.DATES, False)) | (fill(due_day, 0) < today.next_day)


def fresh_from_day(kind: Any, step: Any, due_day: Any, today: Today, policy: Policy) -> Any:
    """From which day on a contact has dealt with this reason, so that nobody is called twice about one thing.

    A state (临界, 流失, 睡眠, 他行) rests for one window of averages after a talk; a movement is known from the day
    after it; T-30 and T-7 of a maturity begin so many days before it. All else is new today: T-1, T0 and T+1, a
    birthday, a promise, a complaint.
    """
    state = (
        (kind == SignalKind.NEAR_LINE)
        | (kind == SignalKind.OUTFLOW)
        | (kind == SignalKind.DORMANT)
        | (kind == SignalKind.OTHER_BANK)
    )
    due = fill(due_day, today.day)
    maturity = kind == SignalKind.MATURITY
    week = pick(maturity & (step == MaturityStep.WEEK), due - policy.maturity_week_days, today.day)
    month = pick(maturity & (step == MaturityStep.MONTH), due - policy.maturity_month_days, week)
    moved = pick(kind == SignalKind.LARGE_MOVE, due + 1, month)
    return pick(state, today.day - policy.average_days, moved)


def is_dealt_with(channel: Any, fresh_day: Any, message_day: Any, spoke_day: Any) -> Any:
    """Has the reason been dealt with since it was fresh: spoken about, or for a message, at least written?

    ``spoke_day`` of the last effective call or meeting, ``message_day`` of the last message, null for never.
    """
    fresh = fill(fresh_day, NEVER)
    spoke = fill(spoke_day, LONG_AGO) >= fresh
    written = fill(message_day, LONG_AGO) >= fresh
    return spoke | (fill(channel == Channel.MESSAGE, False) & written)
