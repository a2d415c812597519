"""From rows to what a line of the list shows: who, the counts of the day, what was done and set aside."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache

from guanhu.apps.customers.queries import age_on
from guanhu.apps.customers.shapes import Chip
from guanhu.apps.people import policy
from guanhu.apps.work.chips import carried
from guanhu.apps.work.desk import GROUPS, Desk, Face, Planned, Slot
from guanhu.apps.work.models import Quota, Touch
from guanhu.apps.work.shapes import DeferredLine, DoneLine, Line, LineGroup, QuotaDone, TouchView
from guanhu.rules.contact import counts_for_quota, is_effective
from guanhu.rules.kinds import Channel, Outcome


def touch_view(touch: Touch) -> TouchView:
    """One contact as the pages show it."""
    return TouchView(
        public_id=touch.public_id,
        channel=touch.channel,
        outcome=touch.outcome,
        at=touch.at_time,
        seconds=touch.seconds,
        effective=bool(is_effective(touch.channel, touch.seconds, touch.outcome, policy.in_force())),
        said=touch.said,
        refusal=touch.refusal,
        product=touch.product,
        amount_fen=touch.amount_fen,
        meeting_on=touch.meeting_on,
        meeting_at=touch.meeting_at,
        meeting_place=touch.meeting_place,
    )


def quotas_done(quotas: Sequence[Quota], touches: Iterable[Touch], staff_id: int) -> tuple[QuotaDone, ...]:
    """工作量 by channel: a customer counts once a day, a call only when effective, every try is an attempt (P55).

    ``quotas`` are hers and those of whom she covers. What is written here today is declared, all of it.
    """
    numbers = policy.in_force()
    counted: dict[str, set[int]] = defaultdict(set)
    attempts: dict[str, int] = defaultdict(int)
    counts = cache(lambda channel, seconds, outcome: counts_for_quota(channel, seconds, outcome, numbers))
    for touch in touches:
        if touch.undone_at is None and touch.staff_id == staff_id:
            attempts[touch.channel] += 1
            if counts(touch.channel, touch.seconds, touch.outcome):
                counted[touch.channel].add(touch.customer_id)
    due, covered = Counter[str](), Counter[str]()
    for row in quotas:
        due[row.channel] += row.quota
        covered[row.channel] += row.quota if row.keeper_id != staff_id else 0
    return tuple(
        QuotaDone(
            channel.value, due[channel.value], len(counted[channel.value]), attempts[channel.value],
            declared=len(counted[channel.value]) if channel is Channel.CALL else 0, covered=covered[channel.value],
        )
        for channel in Channel
    )  # fmt: skip


@dataclass(frozen=True)
class People:
    """The customers of a list, planned or dealt with today, and their chips."""

    customers: Mapping[int, Face]
    chips: Mapping[int, tuple[Chip, ...]]
    today: date

    def age(self, key: int) -> int | None:
        """How old she is today."""
        return age_on(self.customers[key].birth_on, self.today)


def open_groups(desk: Desk[Planned], people: People) -> tuple[LineGroup, ...]:
    """What is still to do, under the fixed headings; a heading without lines stays away."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in desk.plan:
        if desk.is_open(line.customer_id) and line.customer_id in people.customers:
            found[line.task_group].append(_line(line, desk, people))
    return tuple(LineGroup(group.value, tuple(found[group.value])) for group in GROUPS if found[group.value])


def _line(line: Planned, desk: Desk[Planned], people: People) -> Line:
    key = line.customer_id
    customer = line.customer
    return Line(
        public_id=customer.public_id,
        place=line.place,
        name=customer.masked_name,
        kind=customer.kind,
        age=people.age(key),
        tier=customer.tier,
        stage=customer.stage,
        chips=carried(people.chips.get(key, ()), line),
        value_fen=line.value_fen,
        channel=line.channel,
        group=line.task_group,
        attempts=len(desk.live(key)),
        retry_at=_retry_at(desk, key),
        version=desk.version(key),
    )


def _retry_at(desk: Desk[Planned], key: int) -> time | None:
    promises = desk.retries.get(key)
    return promises[-1].at_time if promises else None


def done_lines(desk: Desk[Planned], people: People) -> tuple[DoneLine, ...]:
    """Who was dealt with today, the last contact first."""
    value = {line.customer_id: line.value_fen for line in desk.plan}
    lines = [(desk.live(key)[-1], customer) for key, customer in people.customers.items() if desk.is_done(key)]
    lines.sort(key=lambda pair: (pair[0].recorded_at, pair[0].pk), reverse=True)
    return tuple(
        DoneLine(
            public_id=customer.public_id,
            name=customer.masked_name,
            kind=customer.kind,
            age=people.age(customer.key),
            tier=customer.tier,
            stage=customer.stage,
            value_fen=value.get(customer.key),
            touch=touch_view(touch),
            version=desk.version(customer.key),
        )
        for touch, customer in lines
    )


def deferred_lines(desk: Desk[Planned], people: People) -> tuple[DeferredLine, ...]:
    """What was set aside for today, with the reason."""
    return tuple(
        DeferredLine(
            public_id=line.customer.public_id,
            deferral_id=desk.deferrals[line.customer_id].public_id,
            name=line.customer.masked_name,
            tier=line.customer.tier,
            channel=line.channel,
            reason=desk.deferrals[line.customer_id].reason,
            left_until=desk.deferrals[line.customer_id].left_until,
        )
        for line in desk.plan
        if line.customer_id in desk.deferrals and not desk.is_done(line.customer_id)
    )


def minutes_left(desk: Desk[Slot]) -> int:
    """What the open lines take, by the policy's minutes a channel."""
    minutes = policy.in_force().minutes
    left = Counter(line.channel for line in desk.plan if desk.is_open(line.customer_id))
    return sum(minutes[Channel(channel)] * lines for channel, lines in left.items())


ANSWERED = (Outcome.REACHED, Outcome.DECLINED, Outcome.BOOKED, Outcome.CLOSED)
LEARN_FROM = 3
"""So many calls that got through before an hour is recommended."""
WINDOW_HOURS = 2


def best_hours(times: Sequence[time]) -> tuple[int, int] | None:
    """宜通话: the two hours in which most calls got through, the earlier of equals; null below three calls."""
    if len(times) < LEARN_FROM:
        return None
    hours = [moment.hour for moment in times]
    starts = sorted(set(hours))
    best = max(starts, key=lambda start: (sum(start <= hour < start + WINDOW_HOURS for hour in hours), -start))
    return best, best + WINDOW_HOURS
