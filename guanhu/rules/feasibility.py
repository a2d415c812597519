"""排得下吗: can a list be served as often as its tiers ask, with the contacts a colleague has in a month (P56)?

Every frequency is counted by itself first, as if no contact could stand for another; that a call also serves as a
message is then one of the remedies. All counts are contacts of a year, so that nothing is rounded on the way; a month
is a twelfth of them, a week five of the month's working days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guanhu.rules.kinds import Channel, Kind, Tier
from guanhu.rules.policy import Policy

MONTHS = 12
YEAR_DAYS = 365
WEEK_DAYS = 5
RISING = (Channel.MESSAGE, Channel.CALL, Channel.MEETING)
"""From the lightest touch to the closest; a closer one satisfies the lighter."""


class RemedyKind(Kind):
    """补救办法: what can be done where a list asks for more than there is (P56)."""

    CLOSER = "closer", "改用更近的方式", "By a closer channel"
    SELDOMER = "seldomer", "放宽频次", "Less often"
    FEWER = "fewer", "少管几户", "A shorter list"


@dataclass(frozen=True)
class Remedy:
    """One way out, in figures.

    ``CLOSER``: so many contacts a month of a tier go from one channel to the next closer one · ``SELDOMER``: a tier is
    contacted by this channel every ``days`` days instead · ``FEWER``: the list that fits has so many customers.
    ``left`` is what is still short then, in contacts a month.
    """

    kind: RemedyKind
    channel: Channel
    left: int
    tier: Tier | None = None
    contacts: int = 0
    to: Channel | None = None
    days: int = 0
    customers: int = 0


@dataclass(frozen=True)
class Way:
    """One channel: what is asked of it and what it holds, in contacts a year; and by tier what of it can be done."""

    channel: Channel
    asked: Mapping[Tier, int]
    holds: int

    @property
    def short(self) -> int:
        """What cannot be done, a year."""
        return max(0, sum(self.asked.values()) - self.holds)

    @property
    def spare(self) -> int:
        """What is left over, a year."""
        return max(0, self.holds - sum(self.asked.values()))

    @property
    def done(self) -> dict[Tier, int]:
        """What can be done of each tier, the higher tiers first."""
        left, found = self.holds, {}
        for tier in Tier:
            found[tier] = min(left, self.asked.get(tier, 0))
            left -= found[tier]
        return found


@dataclass(frozen=True)
class Feasibility:
    """The answer for one list: each channel, and what could be done where it does not fit."""

    ways: tuple[Way, ...]
    remedies: tuple[Remedy, ...]
    month_days: int

    @property
    def fits(self) -> bool:
        """Is there enough of every channel?"""
        return not any(way.short for way in self.ways)

    def coverage_bp(self, tier: Tier) -> int:
        """How much of what a tier asks for can be done, in basis points, rounded down; all of nothing is all."""
        asked = sum(way.asked.get(tier, 0) for way in self.ways)
        return sum(way.done[tier] for way in self.ways) * 10_000 // asked if asked else 10_000

    def short_a_week(self, channel: Channel) -> int:
        """What a week lacks of this channel, rounded up: a part of a contact is a contact."""
        short = next((way.short for way in self.ways if way.channel == channel), 0)
        return -(-short * WEEK_DAYS // (MONTHS * self.month_days))


def monthly(year: int) -> int:
    """Contacts of a year as those of a month, rounded half up."""
    return (2 * year + MONTHS) // (2 * MONTHS)


def feasible(customers: Mapping[Tier, int], quota: Mapping[Channel, int], policy: Policy) -> Feasibility:
    """Does a colleague's day cover what the tiers of the list ask for? With what is short and three ways out. P56.

    ``customers``: how many of each tier · ``quota``: contacts asked of a day by channel. With the defaults 600
    customers, 120 A and 180 B, ask for 800 messages, 180 calls and 40 meetings a month of 21 days that hold 630, 420
    and 105: about 170 messages have to be calls.
    """
    ways = tuple(
        Way(channel, _asked(customers, channel, policy), quota.get(channel, 0) * policy.month_days * MONTHS)
        for channel in RISING
    )
    closer, remedies = _closer(ways), []
    for way in ways:
        if way.short:
            remedies += [*closer[way.channel], *_seldomer(way, customers, policy), _fewer(way, customers)]
    return Feasibility(ways, tuple(remedies), policy.month_days)


def _asked(customers: Mapping[Tier, int], channel: Channel, policy: Policy) -> dict[Tier, int]:
    """What each tier asks of a channel in a year: as often as its days go into one."""
    every = {tier: policy.frequencies.get(tier, {}).get(channel, 0) for tier in Tier}
    return {tier: customers.get(tier, 0) * (YEAR_DAYS // days) for tier, days in every.items() if days}


def _closer(ways: tuple[Way, ...]) -> dict[Channel, list[Remedy]]:
    """The higher tiers' contacts become closer ones as far as there is room; the nearest to a channel first."""
    spare = {way.channel: way.spare for way in ways}
    return {way.channel: _moved(way, ways[at + 1 :], spare) for at, way in reversed(tuple(enumerate(ways)))}


def _moved(way: Way, closer: tuple[Way, ...], spare: dict[Channel, int]) -> list[Remedy]:
    """What of one channel goes to closer ones: of each tier no more than it asks for; ``spare`` shrinks by it."""
    found, left = [], way.short
    stays = dict(way.asked)
    for to in (one.channel for one in closer):
        for tier in Tier:
            many = min(left, spare[to], stays.get(tier, 0))
            if many:
                left, spare[to], stays[tier] = left - many, spare[to] - many, stays[tier] - many
                found.append(Remedy(RemedyKind.CLOSER, way.channel, monthly(left), tier, monthly(many), to))
    return found


def _seldomer(way: Way, customers: Mapping[Tier, int], policy: Policy) -> list[Remedy]:
    """The tier that asks most of this channel is contacted less often, once a year at least."""
    tier = max(way.asked, key=lambda one: way.asked[one])
    many, rest = customers[tier], sum(way.asked.values()) - way.asked[tier]
    days = -(-YEAR_DAYS // max(1, (way.holds - rest) // many))
    left = max(0, rest + YEAR_DAYS // days * many - way.holds)
    if left >= way.short:
        return []
    return [Remedy(RemedyKind.SELDOMER, way.channel, monthly(left), tier, days=days)]


def _fewer(way: Way, customers: Mapping[Tier, int]) -> Remedy:
    """The list of the same mix that would fit."""
    fits = sum(customers.values()) * way.holds // sum(way.asked.values())
    return Remedy(RemedyKind.FEWER, way.channel, 0, customers=fits)
