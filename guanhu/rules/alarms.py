"""异常提醒: which ways of looking at customers are odd, told from the trail alone. Reliability A10.

A colleague is compared with herself (her own median), with her peers (a line few of their days cross), with her own
work (customers looked at that were on no list of hers and that she did not contact), with the clock, and with the
calendar of who leaves. Every number is policy. An alarm accuses nobody: it asks somebody to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from guanhu.rules.kinds import Kind
from guanhu.rules.policy import Policy

FULL_BP = 10_000
NOTHING: Mapping[str, int] = {}


class AlarmKind(Kind):
    """提醒种类: in which way the looking was odd."""

    SURGE = "surge", "远超本人平常", "Far above one's own days"
    PEERS = "peers", "远超同岗同事", "Far above one's peers"
    DRIP = "drip", "长期零散查看", "A slow drip"
    OUTSIDE = "outside", "营业时间以外查看", "Outside working hours"
    NOTICE = "notice", "离岗前多看", "More before leaving"


class Measure(Kind):
    """查看口径: what is counted of a colleague's day."""

    VIEWED = "viewed", "打开档案的客户", "Customers opened"
    REVEALED = "revealed", "查看完整信息的客户", "Customers revealed"
    LISTED = "listed", "翻阅名单的客户", "Customers paged through"
    EXPORTED = "exported", "导出的客户", "Customers exported"


class AlarmAnswer(Kind):
    """答复: what became of an alarm."""

    OPEN = "open", "待核查", "Open"
    HARMLESS = "harmless", "核查无异常", "Harmless"
    FOLLOWED = "followed", "已移交处理", "Handed on"


@dataclass(frozen=True)
class Look:
    """One customer one colleague looked at on one day; customers by the trail's keyed number."""

    actor: str
    person: int
    revealed: bool = False
    outside: bool = False


@dataclass(frozen=True)
class Seen:
    """What one colleague looked at on one day, in distinct customers."""

    day: date
    viewed: int = 0
    revealed: int = 0
    listed: int = 0
    outside: int = 0
    unplanned: frozenset[int] = frozenset()
    """Those who were on no list of hers that day and whom she did not contact."""
    exported: int = 0
    """Customers in files that were downloaded."""

    def count(self, measure: Measure) -> int:
        """The day's figure by this measure."""
        return {Measure.VIEWED: self.viewed, Measure.REVEALED: self.revealed, Measure.LISTED: self.listed,
                Measure.EXPORTED: self.exported}[measure]  # fmt: skip


@dataclass(frozen=True)
class Peers:
    """What is usual among colleagues: the line few days cross, and the middle day, by measure."""

    line: Mapping[Measure, int] = field(default_factory=dict)
    middle: Mapping[Measure, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Oddity:
    """One oddity: what was counted, what is usual for her, and the line it crossed."""

    kind: AlarmKind
    measure: Measure
    seen: int
    usual: int
    line: int


@dataclass(frozen=True)
class Answered:
    """The last alarm of this kind about this colleague."""

    day: date
    seen: int
    answered_on: date | None
    """Null while nobody has answered."""


def is_outside(at: datetime, policy: Policy) -> bool:
    """Is this moment, in the branch's time, outside working hours?"""
    first, last = time(policy.alarm_hours_from), time(policy.alarm_hours_to)
    return not first <= at.time() < last


def seen_by(looks: Iterable[Look], listed: Mapping[str, int], at_work: Mapping[str, frozenset[int]], day: date,
            exported: Mapping[str, int] = NOTHING) -> dict[str, Seen]:  # fmt: skip
    """Add up a day by colleague. ``at_work``: whom each had on her list or contacted · ``listed``: paged through ·
    ``exported``: in files she downloaded."""
    whole: dict[str, list[Look]] = {actor: [] for actor in (*listed, *exported)}
    for look in looks:
        whole.setdefault(look.actor, []).append(look)
    return {actor: _seen(mine, listed.get(actor, 0), exported.get(actor, 0), at_work.get(actor, frozenset()), day)
            for actor, mine in whole.items()}  # fmt: skip


def _seen(looks: Sequence[Look], listed: int, exported: int, at_work: frozenset[int], day: date) -> Seen:
    persons = {look.person for look in looks}
    return Seen(
        day=day,
        viewed=len(persons),
        revealed=len({look.person for look in looks if look.revealed}),
        listed=listed,
        outside=len({look.person for look in looks if look.outside}),
        unplanned=frozenset(persons - at_work),
        exported=exported,
    )


def peers_of(days: Iterable[Seen], policy: Policy) -> Peers:
    """What is usual among colleagues: the days of all of them, hers among them, over the window of comparison."""
    known = list(days)
    figures = {measure: sorted(day.count(measure) for day in known) for measure in Measure}
    return Peers(
        {measure: _share(counts, policy.alarm_peers_bp) for measure, counts in figures.items()},
        {measure: _share(counts, FULL_BP // 2) for measure, counts in figures.items()},
    )


def _share(ordered: Sequence[int], share_bp: int) -> int:
    """The value that this share of the days does not exceed; 0 of none."""
    return ordered[min(len(ordered) * share_bp // FULL_BP, len(ordered) - 1)] if ordered else 0


def usual(measure: Measure, before: Sequence[Seen], peers: Peers, policy: Policy) -> int:
    """Her own middle day of the last working days; while too few are known, the peers'."""
    last = sorted(day.count(measure) for day in before[-policy.alarm_own_days :])
    return _share(last, FULL_BP // 2) if len(last) >= policy.alarm_own_known_days else peers.middle.get(measure, 0)


def oddities(today: Seen, before: Sequence[Seen], peers: Peers, *, leaving: bool, policy: Policy) -> tuple[Oddity, ...]:
    """What is odd about a colleague's day; ``before``: the days on which she looked at anybody, in order.

    ``leaving``: she is known to leave. Days beyond the windows of the policy may be among ``before``.
    """
    found: list[Oddity] = []
    for measure in Measure:
        found += _above(measure, today, before, peers, policy)
    if today.outside >= policy.alarm_outside_customers:
        line = policy.alarm_outside_customers
        found.append(Oddity(AlarmKind.OUTSIDE, Measure.VIEWED, today.outside, 0, line))
    drip = _drip(today, before, policy)
    if drip > policy.alarm_drip_customers:
        found.append(Oddity(AlarmKind.DRIP, Measure.VIEWED, drip, 0, policy.alarm_drip_customers))
    if leaving:
        found += _leaving(today, before, peers, policy)
    return tuple(found)


def _above(measure: Measure, today: Seen, before: Sequence[Seen], peers: Peers, policy: Policy) -> list[Oddity]:
    """Far above her own days, or above what hardly any colleague ever reaches; never below the floor.

    Beyond the peers' line customers on her list or contacted explain themselves: a campaign, a cover. Some must not.
    """
    seen, own = today.count(measure), usual(measure, before, peers, policy)
    floor = {Measure.VIEWED: policy.alarm_floor_viewed, Measure.REVEALED: policy.alarm_floor_revealed,
             Measure.LISTED: policy.alarm_floor_listed,
             Measure.EXPORTED: policy.alarm_floor_exported}[measure]  # fmt: skip
    times, line = (own or floor) * policy.alarm_own_bp // FULL_BP, peers.line.get(measure, 0)
    if measure is Measure.EXPORTED and not own:
        times = floor - 1  # nobody takes lists out every day: for who never does the floor itself is odd
    if seen < floor:
        return []
    if seen > times:
        return [Oddity(AlarmKind.SURGE, measure, seen, own, times)]
    twice = seen > own * policy.alarm_peers_own_bp // FULL_BP
    if seen > line > 0 and twice and len(today.unplanned) >= policy.alarm_peers_aside:
        return [Oddity(AlarmKind.PEERS, measure, seen, own, line)]
    return []


def _drip(today: Seen, before: Sequence[Seen], policy: Policy) -> int:
    """Distinct customers looked at in the window without a line on her list or a contact."""
    within = [day for day in before if 0 <= (today.day - day.day).days < policy.alarm_drip_days]
    return len(today.unplanned.union(*(day.unplanned for day in within)))


def _leaving(today: Seen, before: Sequence[Seen], peers: Peers, policy: Policy) -> list[Oddity]:
    own = usual(Measure.VIEWED, before, peers, policy)
    line = max(own * policy.alarm_leaving_bp // FULL_BP, policy.alarm_leaving_customers)
    if today.viewed > line:
        return [Oddity(AlarmKind.NOTICE, Measure.VIEWED, today.viewed, own, line)]
    if today.exported >= policy.alarm_leaving_customers:
        return [Oddity(AlarmKind.NOTICE, Measure.EXPORTED, today.exported, 0, policy.alarm_leaving_customers)]
    aside = len(today.unplanned)
    if aside >= policy.alarm_leaving_customers:
        return [Oddity(AlarmKind.NOTICE, Measure.VIEWED, aside, 0, policy.alarm_leaving_customers)]
    return []


def is_news(alarm: Oddity, day: date, last: Answered | None, policy: Policy) -> bool:
    """Is this alarm a new one, or the one that is open, or one just answered and not much higher since?"""
    if last is None:
        return True
    if last.answered_on is None:
        return False
    much_more = alarm.seen * FULL_BP > last.seen * policy.alarm_again_bp
    return much_more or (day - last.answered_on).days > policy.alarm_quiet_days
