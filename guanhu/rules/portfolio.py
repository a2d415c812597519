"""分户: what binds a customer to her keeper, what a round may change, and the steps of a handover (P42–P51, P8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from guanhu.rules.columns import fill, pick
from guanhu.rules.days import WorkCalendar
from guanhu.rules.kinds import Post, Stage
from guanhu.rules.policy import Policy
from guanhu.rules.rounds import HandoverStep, Protection, RoundKind, RoundState
from guanhu.rules.stages import ORDER

WHOLE_BP = 10_000
KEEPING = (Post.WEALTH, Post.RELATIONSHIP, Post.LOBBY)
"""Posts whose colleagues keep lists, in the order in which customers nobody keeps fall to them. P42."""
QUARTER_MONTHS = (1, 4, 7, 10)
OPEN = (RoundState.CLAIMING, RoundState.DRAFT, RoundState.APPROVAL, RoundState.DUE)
"""A round that is on its way; of each post of a branch there is one at a time."""
BIT = {one: 1 << place for place, one in enumerate(Protection)}
"""Each reason of protection as a bit, so that several stand side by side."""
CHANGING = (RoundState.CLAIMING, RoundState.DRAFT)
"""While a round may still be worked on."""


def trust_bp(stage: Any, spoken: Any, policy: Policy) -> Any:
    """关系强度: how much would be lost with a change of keeper, in basis points; unknown counts as the first stage.

    ``spoken``: effective contacts of the last 90 days.
    """
    answer: Any = policy.trust_stage_bp[Stage.KNOWN]
    for one in ORDER:
        answer = pick(fill(stage, Stage.KNOWN.value) == one.value, policy.trust_stage_bp[one], answer)
    many = fill(spoken, 0)
    counted = pick(many < policy.trust_contacts, many, policy.trust_contacts)
    strength = answer + counted * policy.trust_contact_bp
    return pick(strength < WHOLE_BP, strength, WHOLE_BP)


def protected_by(stage: Any, spoken: Any, promised: Any, matures_in_days: Any, policy: Policy) -> Any:
    """信任保护: for which reasons this customer is not moved without approval, as bits of ``BIT``; 0: for none. P48.

    The household is looked at apart.
    ``spoken``: effective contacts of the last 90 days · ``matures_in_days``: until the next of her money falls due.
    """
    days = fill(matures_in_days, -1)
    soon = (days >= 0) & (days <= policy.trust_maturity_days)
    answer: Any = pick(soon, BIT[Protection.MATURITY], 0)
    answer = answer + pick(fill(promised, False), BIT[Protection.PROMISE], 0)
    answer = answer + pick(fill(spoken, 0) >= policy.trust_contacts, BIT[Protection.CONTACTS], 0)
    first, *closer = ORDER[ORDER.index(policy.trust_stage) :]
    near: Any = fill(stage, "") == first.value
    for one in closer:
        near = near | (fill(stage, "") == one.value)
    return answer + pick(near, BIT[Protection.STAGE], 0)


def protections(bits: int) -> tuple[Protection, ...]:
    """For which reasons somebody is protected."""
    return tuple(one for one in Protection if bits & BIT[one])


def is_protected(bits: int, protects: Sequence[str]) -> bool:
    """Does a round that protects for these reasons protect her?"""
    return any(one.value in protects for one in protections(bits))


def difficulty(stage: Any, spoken: Any, marketing_granted: Any) -> Any:
    """服务难度: how hard a customer is to win, from 0 to 3: little known, not spoken with, refuses offers. P44."""
    here: Any = fill(stage, Stage.KNOWN.value)
    told: Any = pick((here == Stage.KNOWN.value) | (here == Stage.ACCEPTED.value), 1, 0)
    quiet: Any = pick(fill(spoken, 0) == 0, 1, 0)
    closed: Any = pick(fill(marketing_granted, True), 0, 1)
    return told + quiet + closed


def capability_pm(capability: int, policy: Policy) -> int:
    """能力系数 as it is counted: what the bank's list says in hundredths, held between 0.8 and 1.3; in thousandths."""
    return min(max(capability * 10, policy.capability_from_bp // 10), policy.capability_to_bp // 10)


def moves_allowed(kind: RoundKind, customers: int, policy: Policy) -> int:
    """变更上限: how many customers with a keeper one round of this kind may move without need. P46, P47."""
    return customers * policy.round_moves_bp[kind] // WHOLE_BP


def within_ppm(kind: RoundKind, policy: Policy) -> int:
    """At which deviation nobody is moved any more, in millionths: a first round goes further than those that follow."""
    return policy.round_first_within_ppm if kind is RoundKind.FIRST else policy.round_within_ppm


def round_due(today: date, calendar: WorkCalendar, policy: Policy) -> tuple[RoundKind, date] | None:
    """Which round the calendar asks for today and on which day it would be in force; null when none. P46.

    It is opened some working days before the month begins, and takes effect with the month's first day.
    """
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    opens = first
    for _ in range(policy.round_ahead_days):
        opens = calendar.previous(opens)
    if today < opens:
        return None
    return (RoundKind.QUARTERLY if first.month in QUARTER_MONTHS else RoundKind.MONTHLY), first


def needs_second_person(kind: RoundKind, policy: Policy) -> bool:
    """Does a round of this kind take a second person's word?"""
    return kind in policy.round_second_person


def due_on(step: HandoverStep, effective_on: date, policy: Policy) -> date:
    """Until when a step of a handover is to be done. P8."""
    return effective_on + timedelta(days=policy.handover_days[step])


def has_dropped(before: int, since: int, days: int, policy: Policy) -> bool:
    """联系骤减: is a customer contacted far less since she changed her keeper than in the thirty days before? P8.

    ``before``: contacts of the thirty days before · ``since``: of the ``days`` since. Where not even one could be
    expected by now nothing has dropped.
    """
    if days < policy.watch_from_days or before * days < policy.watch_days:
        return False
    return since * policy.watch_days * WHOLE_BP < before * days * policy.watch_drop_bp
