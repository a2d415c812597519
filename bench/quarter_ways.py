"""Ways of choosing a morning's contacts in a simulated quarter, each from what lies in the lake and nothing else.

Ours is the product's own night: the plan of 22 days, made anew, its first day. The others are lists as they are kept
by hand, from the same reasons, under the same silences and with the same quota; they too leave alone what is held out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine import backend, tables
from guanhu.engine.lake import Lake
from guanhu.night.planning import plan_days
from guanhu.night.reasons import Grounds, reasons_of
from guanhu.rules.days import NEVER, SHIPPED_CALENDAR
from guanhu.rules.kinds import Channel, Post, Reason
from guanhu.rules.plan import quota_for
from guanhu.rules.policy import Policy

OURS, TIER, SOONEST = "ours", "tier", "soonest"
NAMES = {OURS: "ours", TIER: "the tier-sorted list", SOONEST: "signals first, what ends soonest"}
Contact = tuple[int, str]
"""A customer's key and a channel."""
Chosen = dict[str, list[Contact]]
"""By keeper the contacts of a day."""


@dataclass
class Candidate:
    """Somebody who could be contacted today: tier, how soon the first reason ends, by which ways, and for what."""

    customer: int
    tier: str
    ends: int = NEVER
    signal: bool = False
    met: bool = False
    """A meeting of the tier's rhythm is due."""
    ways: set[str] = field(default_factory=set)

    def ordered(self) -> Iterable[str]:
        """The ways as one would try them: a meeting that is due, a call, a meeting, a message."""
        first = [Channel.MEETING] if self.met else []
        return [way for way in (*first, Channel.CALL, Channel.MEETING, Channel.MESSAGE) if way in self.ways]


Order = Callable[[Candidate], tuple[Any, ...]]
ORDERS: dict[str, Order] = {
    TIER: lambda one: (one.tier, one.ends, one.customer),
    SOONEST: lambda one: (not one.signal, one.ends, one.tier, one.customer),
}


def ours(lake: Lake, day: date, policy: Policy) -> Chosen:
    """Today's lists of the product's own plan."""
    plan_days(lake, day, policy, SHIPPED_CALENDAR)
    found: Chosen = defaultdict(list)
    for row in lake.rows(tables.PLANS, day):
        found[row["keeper_no"]].append((row["customer"], row["channel"]))
    return found


def by_hand(ground: Grounds, day: date, keepers: dict[str, str], policy: Policy) -> Chosen:
    """Lists kept by hand; ``keepers``: by staff number the way in which the list is sorted."""
    people = candidates(ground, day, list(keepers), policy)
    sizes = ground.known.group_by("keeper_no").agg(many=nw.len())
    many = dict(zip(sizes["keeper_no"].to_list(), sizes["many"].to_list(), strict=True))
    return {
        keeper_no: list(down_the_list(
            sorted(people[keeper_no], key=ORDERS[way]), quota_for(policy, post=Post.WEALTH, customers=many[keeper_no])
        ))
        for keeper_no, way in keepers.items() if keeper_no in many
    }  # fmt: skip


def down_the_list(people: Iterable[Candidate], quota: dict[Channel, int]) -> Iterable[Contact]:
    """From the top until the day is full, each customer once, by the first way that still has a slot."""
    free = {channel.value: many for channel, many in quota.items()}
    for one in people:
        way = next((way for way in one.ordered() if free[way] > 0), None)
        if way is not None:
            free[way] -= 1
            yield one.customer, str(way)


def candidates(ground: Grounds, day: date, keepers: Sequence[str], policy: Policy) -> dict[str, list[Candidate]]:
    """Who may be contacted today and why, by keeper: routine by its own way, all else by every way it may be said."""
    offered = reasons_of(ground.of(keepers), day, policy, SHIPPED_CALENDAR, days=1)
    routine = col("kind") == Reason.ROUTINE.value
    said = offered.filter(
        col("withheld").is_null(), col("duty") | (col("fen") > 0), ~routine | (col("channel") == col("touch"))
    ).select("keeper_no", "customer", "tier", "channel", "kind", "due_day")
    rows = backend.collect(said)
    found: dict[str, dict[int, Candidate]] = {keeper_no: {} for keeper_no in keepers}
    for keeper_no, customer, tier, channel, kind, due in zip(
        *(rows[name].to_list() for name in rows.columns), strict=True
    ):
        one = found[keeper_no].setdefault(customer, Candidate(customer, tier))
        one.ways.add(channel)
        if kind == Reason.ROUTINE.value:
            one.met |= channel == Channel.MEETING.value
        else:
            one.signal, one.ends = True, min(one.ends, NEVER if due is None else due)
    return {keeper_no: list(people.values()) for keeper_no, people in found.items()}
