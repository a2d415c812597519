"""Reading: what stands on the days ahead, a week against its goal, the plan of the next working day. P58, P62, P68."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from guanhu.apps.audit import trail
from guanhu.apps.customers import queries as customers
from guanhu.apps.people import policy
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer, one_of
from guanhu.apps.work import queries as work
from guanhu.apps.work.arranging.proposing.queries import candidates
from guanhu.apps.work.arranging.shapes import Appointment, Goal, LeftOut, Tomorrow, Week, WeekDay
from guanhu.apps.work.desk import Desk, Face, Morning, Slot, face_of
from guanhu.apps.work.evening.models import Review, WeekGoal
from guanhu.apps.work.models import Ahead, Deferral, PlanLine, Promise, Touch
from guanhu.rules.contact import cool_down_days, counts_for_quota
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.evening import last_day_away, week_of
from guanhu.rules.kinds import Channel, TrailAction
from guanhu.rules.plan import quota_for

WEEK = 7
SHOWN = 60
"""So many appointments of days before and so many who are left out stand on the page."""


def week(viewer: Viewer, now: Shown, *, after: int = 0) -> Week:
    """本周: the viewer's week, or one ``after`` it: what stands on each day, what was done, and the goal."""
    own = viewer.at_own_desk()
    monday = week_of(now.today) + timedelta(WEEK * after)
    promises = _open(own, until=monday + timedelta(WEEK - 1))
    dropped = list(_dropped(own, now.today)[:SHOWN])
    people = _people(own, now, [row.customer_id for row in (*promises, *dropped)])
    standing = [_appointment(row, people[row.customer_id]) for row in promises if row.customer_id in people]
    there = {(row.customer_id, row.due_on) for row in promises if row.customer_id in people}
    days = _days(monday, {day for _key, day in there})
    done = _done(own, monday)
    planned = _ahead(own, now, days[0], days[-1]) if days else []
    ahead = Counter(day for key, day, _way, _kinds in planned if (key, day) not in there)
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "week"), people=people)
    return Week(
        today=now.today,
        monday=monday,
        goal=_goal(own, monday),
        days=tuple(_day(day, standing, ahead[day], done) for day in days),
        overdue=tuple(one for one in standing if one.due_on < min(now.today, monday))[:SHOWN],
        left_out=tuple(_left_out(row, people[row.customer_id]) for row in dropped if row.customer_id in people),
        first=SHIPPED_CALENDAR.next(now.today),
        furthest=last_day_away(now.today, policy.in_force()),
    )


def called(viewer: Viewer, now: Shown, customer: UUID | None) -> tuple[UUID, str, str] | None:
    """Whom something is to be arranged for: the id, the name masked, the tier; null for anybody else's."""
    row = customers.customer_of(viewer.at_own_desk(), customer) if customer else None
    people = _people(viewer.at_own_desk(), now, [row.key] if row else [])
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "arrange"), people=people)
    return next(((one.public_id, one.masked_name, one.tier) for one in people.values()), None)


def tomorrow(viewer: Viewer, at: Morning) -> Tomorrow:
    """明日计划: what stands on the next working day, at its hour or by its way; what the day asks for beside it.

    What stands on a day is told by ``standing_on`` alone.
    """
    own, now, numbers = viewer.at_own_desk(), at.now, policy.in_force()
    day = SHIPPED_CALENDAR.next(now.today)
    desk, rest = work.desk_of(own, now), resting(own, now.today)
    there = standing_on(own, now, day, desk)
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "tomorrow"), people=[key for key, _one in there])
    open_: dict[Channel, list[Appointment]] = defaultdict(list)
    for _key, one in there:
        if one.at is None:
            open_[Channel(one.channel)].append(one)
    mine = Review.objects.seen_by(own).filter(staff_id=viewer.staff_id, day_on=now.today)
    told = Tomorrow(
        day=day,
        timed=tuple(sorted((one for _key, one in there if one.at), key=lambda one: one.at or time.max)),
        open={channel: tuple(those) for channel, those in open_.items()},
        due=quota_for(numbers, post=viewer.post, customers=at.customers),
        confirmed_at=mine.values_list("confirmed_at", flat=True).first(),
        minutes=sum(numbers.minutes[Channel(one.channel)] for _key, one in there),
    )
    more = candidates(own, now, day, there={key for key, _one in there}, resting=rest, desk=desk, lacking=told.lacking)
    return replace(told, candidates=more)


def standing_on(viewer: Viewer, now: Shown, day: date, desk: Desk[Slot]) -> list[tuple[int, Appointment]]:
    """What stands on the next day, with the customer's key: promised, still open, set aside for it today, or planned.

    Each customer stands there once a way; the night's plan of that day gives way to what else stands there with her.
    What was due before has no hour there. For the apps alone.
    """
    rows = _open(viewer, until=day)
    aside = _aside(viewer, now, desk)
    planned = {key: (way, kinds) for key, _day, way, kinds in _ahead(viewer, now, day, day)}
    people = _people(viewer, now, {*(row.customer_id for row in rows), *aside, *planned})
    seen: dict[tuple[int, str], Appointment] = {}
    for row in sorted(rows, key=lambda row: row.due_on, reverse=True):  # of two the later one names the hour
        if row.customer_id in people:
            one = _appointment(row, people[row.customer_id])
            seen.setdefault((row.customer_id, row.channel), one if one.due_on == day else replace(one, at=None))
    for key, line in aside.items():
        if key in people:
            _carry(seen, key, line, _bare(people[key], day, line.channel))
    there = {key for key, _channel in seen}
    for key, (channel, kinds) in planned.items():
        if key in people and key not in there:
            seen[key, channel] = replace(_bare(people[key], day, channel), kinds=kinds)
    return [(key, one) for (key, _channel), one in sorted(seen.items(), key=lambda pair: (pair[1].tier, pair[0]))]


def _carry(seen: dict[tuple[int, str], Appointment], key: int, line: _Aside, bare: Appointment) -> None:
    """What was set aside today stands with its reason; what it was for stays with it where it was moved to this day."""
    place = (key, line.channel)
    if line.moved_to is None:
        seen[place] = replace(seen.get(place, bare), carried=line.reason, kinds=line.kinds)
    elif line.moved_to == bare.due_on and place in seen:
        seen[place] = replace(seen[place], kinds=line.kinds)


def _days(monday: date, there: Collection[date]) -> list[date]:
    """The working days of a week, and its days off on which something stands."""
    days = (monday + timedelta(n) for n in range(WEEK))
    return [day for day in days if SHIPPED_CALENDAR.is_working(day) or day in there]


def _ahead(viewer: Viewer, now: Shown, first: date, last: date) -> list[tuple[int, date, str, tuple[str, ...]]]:
    """What the night planned for those of these days that lie ahead, beside what was promised: whom, when, how, why.

    Without those who were dropped since, and those who asked today to be left alone.
    """
    days = Ahead.objects.seen_by(viewer).filter(night_id=now.night_id, day_on__gt=now.today)
    days = days.filter(day_on__gte=first, day_on__lte=last, agreed=False)
    rows = days.filter(one_of("customer__keeper_id", viewer.keepers)).order_by("day_on", "pk")
    rest = resting(viewer, now.today)
    planned = rows.values_list("customer_id", "day_on", "channel", "kinds")
    return [(key, day, way, tuple(kinds)) for key, day, way, kinds in planned if day > rest.get(key, now.today)]


def resting(viewer: Viewer, today: date) -> dict[int, date]:
    """Until which day a customer is left alone: dropped, or by what came of today's contact. For the apps alone."""
    until: dict[int, date] = {}
    heard = Touch.objects.seen_by(viewer).filter(Touch.HERE, day_on=today, undone_at=None)
    for key, outcome in heard.values_list("customer_id", "outcome"):
        days = cool_down_days(outcome, policy.in_force())
        until[key] = max(until.get(key, today), today + timedelta(max(days - 1, 0)))
    for key, last in _dropped(viewer, today).values_list("customer_id", "left_until"):
        until[key] = max(until.get(key, today), last)
    return until


@dataclass(frozen=True)
class _Aside:
    """A line of today that was set aside: its way, what it is for, why it was, and the day it was moved to."""

    channel: str
    kinds: tuple[str, ...]
    reason: str
    moved_to: date | None
    """Null where tonight's plan finds the day."""


def _aside(viewer: Viewer, now: Shown, desk: Desk[Slot]) -> dict[int, _Aside]:
    """Lines of today set aside and neither dropped nor done since, by customer."""
    aside = {key: one for key, one in desk.deferrals.items() if one.left_until is None and not desk.is_done(key)}
    moved = Promise.objects.seen_by(viewer).filter(made_of__in=[one.pk for one in aside.values()], withdrawn_at=None)
    to = dict(moved.values_list("made_of_id", "due_on"))
    lines = PlanLine.objects.seen_by(viewer).filter(night_id=now.night_id, customer_id__in=list(aside))
    return {
        key: _Aside(way, tuple(one["kind"] for one in why if one["fen"] > 0), aside[key].reason, to.get(aside[key].pk))
        for key, way, why in lines.values_list("customer_id", "channel", "reasons")
    }


def _bare(face: Face, day: date, channel: str) -> Appointment:
    return Appointment(None, face.public_id, face.masked_name, face.tier, day, None, channel, "", False)


def _open(viewer: Viewer, *, until: date) -> list[Promise]:
    """Promises that are waited for, due by a day, the first due first."""
    rows = Promise.objects.seen_by(viewer).filter(kept_by=None, withdrawn_at=None, due_on__lte=until)
    return list(work.stands(rows, Deferral.objects.seen_by(viewer)).order_by("due_on", "at_time", "pk"))


def _dropped(viewer: Viewer, today: date) -> Any:
    rows = Deferral.objects.seen_by(viewer).filter(left_until__gte=today, undone_at=None, ended_at=None)
    return rows.order_by("left_until", "pk")


def _people(viewer: Viewer, now: Shown, keys: Iterable[int]) -> dict[int, Face]:
    return {row[0]: face_of(row) for row in customers.faces(viewer, now.night_id, keys)}


def _appointment(row: Promise, face: Face) -> Appointment:
    return Appointment(
        row.public_id, face.public_id, face.masked_name, face.tier, row.due_on, row.at_time, row.channel, row.purpose,
        row.made_in_id is None and row.made_of_id is None,
    )  # fmt: skip


def _left_out(row: Deferral, face: Face) -> LeftOut:
    assert row.left_until is not None
    return LeftOut(row.public_id, face.public_id, face.masked_name, row.reason, row.left_until)


def _goal(viewer: Viewer, monday: date) -> Goal | None:
    row = WeekGoal.objects.seen_by(viewer).filter(week_on=monday).first()
    return Goal(row.contacts, row.meetings, row.said) if row else None


def _done(viewer: Viewer, monday: date) -> dict[date, dict[str, set[int]]]:
    """Her own contacts of a week that count, by day and way: each customer once."""
    numbers = policy.in_force()
    rows = Touch.objects.seen_by(viewer).filter(
        Touch.HERE, undone_at=None, staff_id=viewer.staff_id, day_on__gte=monday, day_on__lt=monday + timedelta(WEEK)
    )
    done: dict[date, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for key, day, channel, seconds, outcome in rows.values_list(
        "customer_id", "day_on", "channel", "seconds", "outcome"
    ):
        if counts_for_quota(channel, seconds, outcome, numbers):
            done[day][channel].add(key)
    return done


def _day(day: date, standing: list[Appointment], planned: int, done: dict[date, dict[str, set[int]]]) -> WeekDay:
    those = done.get(day, {})
    return WeekDay(
        day, tuple(one for one in standing if one.due_on == day), planned, sum(map(len, those.values())),
        len(those.get(Channel.MEETING, ())),
    )  # fmt: skip
