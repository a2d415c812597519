"""权益等级: the money lines of the bank, how far it is to the next one, and who stands near it (P131–P133)."""

from __future__ import annotations

from typing import Any

from guanhu.rules.columns import fill, ladder, missing, no, pick
from guanhu.rules.kinds import Entitlement
from guanhu.rules.policy import Policy


def entitlement_of(average_fen: Any, policy: Policy) -> Any:
    """权益等级: the highest line the 30-day average reaches.

    Fen; unknown assets are none. P131.
    """
    return ladder(fill(average_fen, 0), policy.entitlement_lines, Entitlement.BASIC)


def next_line_fen(average_fen: Any, policy: Policy) -> Any:
    """The line that comes next, in fen; null for who has reached the highest.

    P132.
    """
    average = fill(average_fen, 0)
    answer: Any = None
    for line, _ in reversed(policy.entitlement_lines):
        answer = pick(average < line, line, answer)
    return answer


def next_entitlement(average_fen: Any, policy: Policy) -> Any:
    """Which entitlement comes next; null for who has the highest.

    P132.
    """
    average = fill(average_fen, 0)
    answer: Any = None
    for line, reached in reversed(policy.entitlement_lines):
        answer = pick(average < line, reached, answer)
    return answer


def gap_fen(average_fen: Any, policy: Policy) -> Any:
    """How much is missing to the next line, in fen; null on the highest.

    P132.
    """
    line = next_line_fen(average_fen, policy)
    return pick(missing(line), None, fill(line, 0) - fill(average_fen, 0))


def is_near_line(average_fen: Any, policy: Policy) -> Any:
    """临界: is the next line within reach (within ``near_line_bp`` below it, never below the line before)?

    The source's case is in it: from 30万 on, the 50万 of VIP is near. P132, P133.
    """
    line = next_line_fen(average_fen, policy)
    average = fill(average_fen, 0)
    return no(missing(line)) & (average * 10_000 >= fill(line, 0) * (10_000 - policy.near_line_bp))
