"""点数提示: what in a day's writing calls for a question, told with its figures. It changes no count.

Counters that are looked at are bent. So nothing is taken off in silence: what looks written for the counter goes to
the head with the lines behind it, the colleague may explain first, and the count stands until a person has spoken.
Every number is policy (P52–P57; target 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from guanhu.rules.contact import is_effective
from guanhu.rules.kinds import Channel, Kind
from guanhu.rules.policy import Policy

FULL_BP = 10_000
HOUR = 3600


class FlagKind(Kind):
    """提示种类: in which way the writing looks made for the counter."""

    BULK = "bulk", "集中补记", "Written in bulk"
    COPIED = "copied", "备注雷同", "Copied notes"
    LAST = "last", "临近下班堆记", "Piled up before closing"
    NEAR = "near", "时长贴线", "Durations just above the line"
    OUTSIDE = "outside", "时段以外记录", "Written outside hours"
    UNWRITTEN = "unwritten", "有效电话没有备注", "Effective calls without a note"


class FlagAnswer(Kind):
    """答复: what the head found."""

    OPEN = "open", "待答复", "Open"
    EXPLAINED = "explained", "已说明", "Explained"
    TALKED = "talked", "已谈话", "Talked about"


@dataclass(frozen=True)
class Written:
    """One contact as it was written down; ``second`` is the second of the day in the branch's time.

    ``seconds`` is how long the call lasted, as the colleague declared it; null when she did not say.
    """

    key: int
    customer: int
    channel: str
    outcome: str
    second: int
    seconds: int | None = None
    said: str = ""


@dataclass(frozen=True)
class Flag:
    """One thing seen: how many, of how many, from which number on it is told, and the contacts behind it by key."""

    kind: FlagKind
    seen: int
    of: int
    line: int
    contacts: tuple[int, ...]


def second_of(at: time) -> int:
    """The second of the day."""
    return at.hour * HOUR + at.minute * 60 + at.second


def flags_of(day: Sequence[Written], policy: Policy) -> tuple[Flag, ...]:
    """点数提示: everything one colleague's day calls for, in the order of ``FlagKind``; undone contacts are left out.

    ``day`` holds the contacts one colleague wrote down on one day, in any order. P54, P55.
    """
    ordered = sorted(day, key=lambda one: (one.second, one.key))
    found = (
        _bulk(ordered, policy), _copied(ordered, policy), _last(ordered, policy), _near(ordered, policy),
        _outside(ordered, policy), _unwritten(ordered, policy),
    )  # fmt: skip
    return tuple(flag for flag in found if flag is not None)


def _flag(kind: FlagKind, seen: int, of: int, line: int, behind: Iterable[Written]) -> Flag:
    return Flag(kind, seen, of, line, tuple(sorted({one.key for one in behind})))


def _bulk(ordered: Sequence[Written], policy: Policy) -> Flag | None:
    """The most written within any few minutes; behind it everything written in stretches as dense."""
    within, most, first = policy.flag_bulk_minutes * 60, 0, 0
    behind: list[Written] = []
    for last, one in enumerate(ordered):
        while one.second - ordered[first].second >= within:
            first += 1
        if last - first + 1 >= policy.flag_bulk_contacts:
            behind += ordered[first : last + 1]
        most = max(most, last - first + 1)
    return _flag(FlagKind.BULK, most, len(ordered), policy.flag_bulk_contacts, behind) if behind else None


# ---------------------------------------------------------------- notes that say the same

_SIGNS = re.compile(r"[\W_]+")
_FIGURES = re.compile(r"\d+")


def gist_of(said: str) -> str:
    """What a note says without its spaces, marks and figures: two that differ in an amount alone say the same."""
    return _FIGURES.sub("0", _SIGNS.sub("", said)).casefold()


def is_alike(one: str, other: str, policy: Policy) -> bool:
    """Do two gists say nearly the same: enough of their pairs of neighbouring signs in common?"""
    if one == other:
        return True
    mine, theirs = _pairs(one), _pairs(other)
    common = len(mine & theirs)
    return common * FULL_BP >= policy.flag_copied_alike_bp * (len(mine) + len(theirs) - common) > 0


def _pairs(gist: str) -> frozenset[str]:
    return frozenset(gist[n : n + 2] for n in range(len(gist) - 1))


def _copied(ordered: Sequence[Written], policy: Policy) -> Flag | None:
    """The note that was written nearly the same for the most customers. A message's words are a template by right."""
    by_gist: dict[str, list[Written]] = {}
    for one in ordered:
        gist = gist_of(one.said)
        if one.channel != Channel.MESSAGE and len(gist) >= policy.flag_copied_signs:
            by_gist.setdefault(gist, []).append(one)
    most = 0
    behind: list[Written] = []
    for gist in by_gist:
        alike = [one for other, those in by_gist.items() if is_alike(gist, other, policy) for one in those]
        customers = len({one.customer for one in alike})
        most = max(most, customers)
        if customers >= policy.flag_copied_customers:
            behind += alike
    of = len({one.customer for those in by_gist.values() for one in those})
    return _flag(FlagKind.COPIED, most, of, policy.flag_copied_customers, behind) if behind else None


# ---------------------------------------------------------------- when it was written


def _last(ordered: Sequence[Written], policy: Policy) -> Flag | None:
    """A large share of the day written from half an hour before closing on."""
    from_second = (policy.flag_closing_minute - policy.flag_last_minutes) * 60
    late = [one for one in ordered if one.second >= from_second]
    large = len(late) * FULL_BP >= policy.flag_last_bp * len(ordered)
    enough = len(late) >= policy.flag_last_contacts
    return _flag(FlagKind.LAST, len(late), len(ordered), policy.flag_last_contacts, late) if large and enough else None


def _outside(ordered: Sequence[Written], policy: Policy) -> Flag | None:
    """Written before or after the hours at which anybody may be contacted at all."""
    first, last = policy.flag_hours_from * HOUR, policy.flag_hours_to * HOUR
    odd = [one for one in ordered if not first <= one.second < last]
    line = policy.flag_outside_contacts
    return _flag(FlagKind.OUTSIDE, len(odd), len(ordered), line, odd) if len(odd) >= line else None


# ---------------------------------------------------------------- calls that just count


def _calls(ordered: Sequence[Written], policy: Policy) -> list[Written]:
    """The calls of the day that are effective by what the colleague declared."""
    calls = (one for one in ordered if one.channel == Channel.CALL)
    return [one for one in calls if is_effective(one.channel, one.seconds, one.outcome, policy)]


def _near(ordered: Sequence[Written], policy: Policy) -> Flag | None:
    """Many effective calls whose declared duration lies just above the line."""
    calls = _calls(ordered, policy)
    below = policy.effective_call_seconds + policy.flag_near_seconds
    near = [one for one in calls if one.seconds is not None and one.seconds < below]
    many = len(near) >= policy.flag_near_calls and len(near) * FULL_BP >= policy.flag_near_bp * len(calls)
    return _flag(FlagKind.NEAR, len(near), len(calls), policy.flag_near_calls, near) if many else None


def _unwritten(ordered: Sequence[Written], policy: Policy) -> Flag | None:
    """Effective calls of which nothing is written but their outcome's code."""
    calls = _calls(ordered, policy)
    bare = [one for one in calls if not one.said.strip()]
    line = policy.flag_unwritten_calls
    return _flag(FlagKind.UNWRITTEN, len(bare), len(calls), line, bare) if len(bare) >= line else None
