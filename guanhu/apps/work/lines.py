"""From rows to what a line of the list shows: chips, counts, the order of the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from guanhu.apps.customers.models import Customer, Standing
from guanhu.apps.customers.queries import age_on
from guanhu.apps.customers.shapes import Chip
from guanhu.apps.work.models import Deferral, Opportunity, PlanLine, Promise, Quota, Touch
from guanhu.apps.work.shapes import DeferredLine, DoneLine, Line, LineGroup, QuotaDone, TouchView
from guanhu.rules.contact import counts_for_quota, is_effective
from guanhu.rules.kinds import Channel, Group, Outcome
from guanhu.rules.masks import mask_name
from guanhu.rules.policy import SHIPPED

GROUPS: tuple[Group, ...] = (Group.DUTY, Group.MEETING, Group.CALL, Group.MESSAGE)
"""The fixed order of the list."""


@dataclass(frozen=True)
class Desk:
    """One keeper's day as it lies in the tables: the plan in the order of the list, and what happened so far."""

    plan: tuple[PlanLine, ...]
    touches: Mapping[int, tuple[Touch, ...]]
    """By customer, in the order they were written, undone ones too."""
    retries: Mapping[int, Promise]
    """Promises of today, for today: try again at that hour."""
    deferrals: Mapping[int, Deferral]
    """Of lines that are set aside now."""
    changes: Mapping[int, int]
    """How often something was written about a customer today or taken back."""

    def live(self, customer: int) -> tuple[Touch, ...]:
        """Today's contacts with a customer that were not undone."""
        return tuple(touch for touch in self.touches.get(customer, ()) if touch.undone_at is None)

    def version(self, customer: int) -> int:
        """Grows with every change of the customer's line today, and never comes back to what it was."""
        return self.changes.get(customer, 0)

    def is_done(self, customer: int) -> bool:
        """Contacted today, and not waiting to be tried again today."""
        return bool(self.live(customer)) and customer not in self.retries

    def is_open(self, customer: int) -> bool:
        """Still to be done today."""
        return not self.is_done(customer) and customer not in self.deferrals

    def around(self, customer: int) -> tuple[UUID | None, UUID | None, int | None, int]:
        """The open lines before and after a customer's, its place among all lines and how many there are."""
        place = next((n for n, line in enumerate(self.plan) if line.customer_id == customer), None)
        if place is None:
            return None, self.next_open(customer), None, len(self.plan)
        before = [line for line in self.plan[:place] if self.is_open(line.customer_id)]
        return (before[-1].customer.public_id if before else None), self.next_open(customer), place + 1, len(self.plan)

    def next_open(self, customer: int) -> UUID | None:
        """The next open line after a customer's; after the last the first open one, never the same."""
        place = next((n for n, line in enumerate(self.plan) if line.customer_id == customer), -1)
        for line in self.plan[place + 1 :] + self.plan[: max(place, 0)]:
            if self.is_open(line.customer_id):
                public_id: UUID = line.customer.public_id
                return public_id
        return None


def in_order(lines: Iterable[PlanLine]) -> tuple[PlanLine, ...]:
    """The plan as the list shows it: groups in their fixed order, inside a group by place."""
    rank = {group.value: n for n, group in enumerate(GROUPS)}
    return tuple(sorted(lines, key=lambda line: (rank.get(line.task_group, len(rank)), line.place)))


def chip_of(row: Opportunity, today: date) -> Chip:
    """One opportunity as a reason with its figures."""
    return Chip(
        kind=row.kind,
        step=row.step,
        product=row.product,
        amount_fen=row.amount_fen,
        due_on=row.due_on,
        days=(row.due_on - today).days if row.due_on else None,
        duty=row.duty,
        evidence=row.evidence or {},
    )


def chips_by_customer(rows: Iterable[Opportunity], today: date) -> dict[int, tuple[Chip, ...]]:
    """The chips of each customer: what must be done first, then what is worth most."""
    found: dict[int, list[Opportunity]] = defaultdict(list)
    for row in rows:
        found[row.customer_id].append(row)
    return {
        key: tuple(chip_of(row, today) for row in sorted(those, key=lambda row: (not row.duty, -row.gain_fen, row.pk)))
        for key, those in found.items()
    }


def carried(chips: Sequence[Chip], line: PlanLine) -> tuple[Chip, ...]:
    """The reasons a line of the plan is for, as the plan orders them: what its channel cannot carry stays away."""
    order = [str(reason["kind"]) for reason in line.reasons]
    return tuple(sorted((chip for chip in chips if chip.kind in order), key=lambda chip: order.index(chip.kind)))


def touch_view(touch: Touch) -> TouchView:
    """One contact as the pages show it."""
    return TouchView(
        public_id=touch.public_id,
        channel=touch.channel,
        outcome=touch.outcome,
        at=touch.at_time,
        seconds=touch.seconds,
        effective=bool(is_effective(touch.channel, touch.seconds, touch.outcome, SHIPPED)),
        said=touch.said,
        refusal=touch.refusal,
        product=touch.product,
        amount_fen=touch.amount_fen,
        meeting_on=touch.meeting_on,
        meeting_at=touch.meeting_at,
        meeting_place=touch.meeting_place,
    )


def quotas_done(quotas: Sequence[Quota], touches: Iterable[Touch], staff_id: int) -> tuple[QuotaDone, ...]:
    """工作量 by channel: a customer counts once a day, a call only when effective, every try is an attempt (P55)."""
    counted: dict[str, set[int]] = defaultdict(set)
    attempts: dict[str, int] = defaultdict(int)
    for touch in touches:
        if touch.undone_at is None and touch.staff_id == staff_id:
            attempts[touch.channel] += 1
            if counts_for_quota(touch.channel, touch.seconds, touch.outcome, SHIPPED):
                counted[touch.channel].add(touch.customer_id)
    due = {row.channel: row.quota for row in quotas}
    return tuple(
        QuotaDone(channel.value, due.get(channel.value, 0), len(counted[channel.value]), attempts[channel.value])
        for channel in Channel
    )


@dataclass(frozen=True)
class People:
    """The customers of a list with their standing and their chips."""

    customers: Mapping[int, Customer]
    standings: Mapping[int, Standing]
    chips: Mapping[int, tuple[Chip, ...]]
    today: date

    def tier(self, key: int) -> str:
        """The tier last night measured, empty for a customer it did not know."""
        standing = self.standings.get(key)
        return standing.tier if standing else ""

    def age(self, key: int) -> int | None:
        """How old she is today."""
        return age_on(self.customers[key].birth_on, self.today)


def open_groups(desk: Desk, people: People) -> tuple[LineGroup, ...]:
    """What is still to do, under the fixed headings; a heading without lines stays away."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in desk.plan:
        if desk.is_open(line.customer_id) and line.customer_id in people.customers:
            found[line.task_group].append(_line(line, desk, people))
    return tuple(LineGroup(group.value, tuple(found[group.value])) for group in GROUPS if found[group.value])


def _line(line: PlanLine, desk: Desk, people: People) -> Line:
    key = line.customer_id
    customer = people.customers[key]
    return Line(
        public_id=customer.public_id,
        place=line.place,
        name=mask_name(customer.name, customer.kind),
        kind=customer.kind,
        age=people.age(key),
        tier=people.tier(key),
        stage=customer.stage,
        chips=carried(people.chips.get(key, ()), line),
        value_fen=line.value_fen,
        channel=line.channel,
        group=line.task_group,
        attempts=len(desk.live(key)),
        retry_at=_retry_at(desk, key),
        version=desk.version(key),
    )


def _retry_at(desk: Desk, key: int) -> time | None:
    promise = desk.retries.get(key)
    return promise.at_time if promise else None


def done_lines(desk: Desk, people: People) -> tuple[DoneLine, ...]:
    """Who was dealt with today, the last contact first."""
    value = {line.customer_id: line.value_fen for line in desk.plan}
    lines = [(desk.live(key)[-1], customer) for key, customer in people.customers.items() if desk.is_done(key)]
    lines.sort(key=lambda pair: (pair[0].recorded_at, pair[0].pk), reverse=True)
    return tuple(
        DoneLine(
            public_id=customer.public_id,
            name=mask_name(customer.name, customer.kind),
            kind=customer.kind,
            age=people.age(customer.key),
            tier=people.tier(customer.key),
            stage=customer.stage,
            value_fen=value.get(customer.key),
            touch=touch_view(touch),
            version=desk.version(customer.key),
        )
        for touch, customer in lines
    )


def deferred_lines(desk: Desk, people: People) -> tuple[DeferredLine, ...]:
    """What was set aside for today, with the reason."""
    return tuple(
        DeferredLine(
            public_id=line.customer.public_id,
            deferral_id=desk.deferrals[line.customer_id].public_id,
            name=mask_name(line.customer.name, line.customer.kind),
            tier=people.tier(line.customer_id),
            channel=line.channel,
            reason=desk.deferrals[line.customer_id].reason,
        )
        for line in desk.plan
        if line.customer_id in desk.deferrals and not desk.is_done(line.customer_id)
    )


def minutes_left(groups: Iterable[LineGroup]) -> int:
    """What the open lines take, by the policy's minutes a channel."""
    return sum(SHIPPED.minutes[Channel(line.channel)] for group in groups for line in group.lines)


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
