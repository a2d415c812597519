"""The trail is read for oddities: every few minutes by day, and once more for the days nobody added up. Goal A10."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.timezone import localdate, make_aware

from guanhu.apps.audit import looks
from guanhu.apps.people.alarms import actions, queries
from guanhu.apps.work import queries as work
from guanhu.engine import tables
from guanhu.engine.lake import Lake
from guanhu.rules.alarms import Look, Peers, Seen, oddities, peers_of, seen_by
from guanhu.rules.policy import Policy

ONE_DAY = timedelta(days=1)
CALENDAR_DAYS = 7
WORKING_DAYS = 5


@dataclass(frozen=True)
class Watched:
    """What a round came to: the day, colleagues who looked at anybody, days added up late, alarms that are new."""

    day: date
    colleagues: int
    late: int
    raised: int


def watch(lake: Lake, policy: Policy, *, now: datetime) -> Watched:
    """Add up today and the days missing before it, and raise what is odd about any of them; twice is once.

    Reads the trail, plans and contacts; run under the night's login. ``now`` is the moment, today its day here.
    """
    today = localdate(now)
    late = _missing(today, policy)
    raised = 0
    for day in (*late, today):
        seen, roles = added_up(lake, day, policy)
        raised += _judge(day, seen, roles, policy, now)
        if day < today:
            actions.keep_day(day, seen, roles)
    return Watched(today, len(seen), len(late), raised)


def _missing(today: date, policy: Policy) -> list[date]:
    """The days before today that are not added up, as far back as anything is compared."""
    begun = looks.first_moment()
    if begun is None:
        return []
    known = queries.last_day()
    first = max(known + ONE_DAY if known else localdate(begun), today - _window(policy))
    return [first + n * ONE_DAY for n in range((today - first).days)]


def _window(policy: Policy) -> timedelta:
    """How many days back anything is compared: the drip's window, or the working days of one's own."""
    return timedelta(days=max(policy.alarm_drip_days, policy.alarm_own_days * CALENDAR_DAYS // WORKING_DAYS + 7))


def added_up(lake: Lake, day: date, policy: Policy) -> tuple[dict[str, Seen], dict[str, str]]:
    """What every colleague looked at on one day, and the role she looked in, by staff number."""
    since, until = (make_aware(datetime.combine(one, time())) for one in (day, day + ONE_DAY))
    opened = looks.looks(since, until, hours=(policy.alarm_hours_from, policy.alarm_hours_to))
    listed = looks.listed(since, until)
    exported = looks.exported(since, until)
    roles = {one.actor: one.role for one in opened}
    roles |= {actor: role for found in (listed, exported) for actor, (role, _count) in found.items()}
    seen = seen_by(
        (Look(one.actor, one.person, one.revealed, one.outside) for one in opened),
        {actor: count for actor, (_role, count) in listed.items()},
        at_work(lake, day, policy, among=frozenset(roles)),
        day,
        {actor: count for actor, (_role, count) in exported.items()},
    )
    return seen, roles


def at_work(lake: Lake, day: date, policy: Policy, *, among: frozenset[str]) -> dict[str, frozenset[int]]:
    """Whom each of these colleagues had on the list shown that day, or contacted; by the trail's numbers.

    Who covers a colleague has that colleague's list, too.
    """
    planned: dict[str, set[int]] = defaultdict(set)
    for row in lake.latest_rows(tables.PLANS, day - ONE_DAY):
        planned[row["keeper_no"]].add(row["customer"])
    covered = queries.covers_on(day)
    near = timedelta(days=policy.alarm_contact_days)
    known = {actor: set().union(*(planned[one] for one in (actor, *covered.get(actor, ())))) for actor in among}
    for row in work.contacts_between(day - near, day + near):
        if row["staff_no"] in known:
            known[row["staff_no"]].add(row["customer"])
    return {actor: looks.numbers_of(customers) for actor, customers in known.items()}


def _judge(day: date, seen: Mapping[str, Seen], roles: Mapping[str, str], policy: Policy, now: datetime) -> int:
    """Raise what is odd about a day; how many alarms are new."""
    before = queries.days_since(day - _window(policy), day)
    told = queries.roles_since(day - _window(policy))
    by_role = _peers(before, told, policy)
    leaving = queries.leaving_on(day)
    raised = 0
    for actor, one in sorted(seen.items()):
        peers = by_role.get(roles.get(actor, ""), Peers())
        found = oddities(one, before.get(actor, ()), peers, leaving=actor in leaving, policy=policy)
        if found:
            raised += actions.raise_alarms(actor, day, found, now=now)
    return raised


def _peers(before: Mapping[str, list[Seen]], roles: Mapping[str, str], policy: Policy) -> dict[str, Peers]:
    """What is usual in each role."""
    days: dict[str, list[Seen]] = defaultdict(list)
    for actor, mine in before.items():
        days[roles.get(actor, "")] += mine
    return {role: peers_of(known, policy) for role, known in days.items()}
