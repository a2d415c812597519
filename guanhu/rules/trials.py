"""成效: the words of what contacts really bring, and the numbers a bank may change about how it is learnt.

A trial (一例) is one occasion on which a contact could have changed something: a sum that matures, a large movement, a
month in which a line is near. It opens with a night, a contact counts for some days, and later it is judged.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from guanhu.rules.kinds import Kind, SignalKind


class Alone(Kind):
    """没有联系的一例: why nobody was in touch, on purpose or as it came."""

    HELD = "held", "留作对照", "Held out"
    LEFT = "left", "没联系到", "Merely not contacted"


LEARNT: tuple[SignalKind, ...] = (
    SignalKind.MATURITY, SignalKind.NEAR_LINE, SignalKind.OUTFLOW, SignalKind.LARGE_MOVE, SignalKind.DORMANT,
)  # fmt: skip
"""Signals of which the bank's own figures tell whether it went well; a birthday has no such figure."""

STATES: tuple[SignalKind, ...] = (SignalKind.NEAR_LINE, SignalKind.OUTFLOW, SignalKind.DORMANT)
"""Signals that speak again every night: of these a trial is a customer's own block of ``average_days``."""


def _contact_days() -> dict[SignalKind, int]:
    return {
        SignalKind.MATURITY: 8, SignalKind.LARGE_MOVE: 5, SignalKind.NEAR_LINE: 21, SignalKind.OUTFLOW: 14,
        SignalKind.DORMANT: 14,
    }  # fmt: skip


def _judge_days() -> dict[SignalKind, int]:
    return {
        SignalKind.MATURITY: 15, SignalKind.LARGE_MOVE: 10, SignalKind.NEAR_LINE: 30, SignalKind.OUTFLOW: 30,
        SignalKind.DORMANT: 30,
    }  # fmt: skip


def _holdout_bp() -> dict[SignalKind, int]:
    return {
        SignalKind.NEAR_LINE: 500, SignalKind.DORMANT: 500, SignalKind.LARGE_MOVE: 300, SignalKind.OUTFLOW: 200,
    }  # fmt: skip


@dataclass(frozen=True)
class TrialNumbers:
    """Numbers about trials, holdouts and learnt rates (decision 0042)."""

    trial_contact_days: dict[SignalKind, int] = field(default_factory=_contact_days)
    """So many days after the trial opened a contact counts as made in it."""
    trial_judge_days: dict[SignalKind, int] = field(default_factory=_judge_days)
    """So many days after it opened it is judged; of a state never more than a block, or trials would overlap."""
    holdout_bp: dict[SignalKind, int] = field(default_factory=_holdout_bp)
    """Of 10,000 trials so many are left alone on purpose. None of maturities, whose last days are duties; few of
    outflows, where waiting costs most. What is not named here is never held out."""
    holdout_draw: int = 1
    """Another number draws other trials."""
    learn_days: int = 365
    """Trials judged longer ago no longer teach: a year has every season once."""
    learn_prior_cases: int = 40
    """What is believed beforehand weighs as much as so many trials."""
    learn_enough: int = 100
    """So many trials with a contact and so many without, over all tiers, before a learnt rate is used: at even chances
    a hundred leave ten points on either side, thirty would leave eighteen."""
    learn_left_bp: int = 2_500
    """A trial merely not contacted weighs a quarter of one held out: who was phoned differs from who was not."""
    learn_left_most: int = 200
    """And all of them together never weigh more than so many: a heap of them must not drown the holdouts."""
    sure_without_bp: int = 7_000
    """From here on a customer would most likely do it unasked, and the brief says so."""
