"""查看: who looked at how many customers, read out of the trail for the alarms. Persons are the trail's own numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from guanhu.apps.audit.canonical import person_id
from guanhu.rules.kinds import TrailAction

REVEALED = (TrailAction.REVEAL.value, TrailAction.CALL.value, TrailAction.EXPORT.value)
OPENED = (TrailAction.CUSTOMER_VIEW.value, *REVEALED)
TODAY = "today"
"""The list every morning begins with; paging through it takes nothing away."""

_LOOKS = """
    select actor, max(role), person, bool_or(action = any(%s)), bool_or(not local::time between %s and %s)
    from (select actor, role, person, action, at at time zone %s as local from public.audit_entry
          where at >= %s and at < %s and action = any(%s) and person is not null and actor <> '') as told
    group by actor, person
"""
_LISTED = """
    select actor, max(role), count(distinct one)
    from (select distinct actor, role, people from public.audit_entry
          where at >= %s and at < %s and action = %s and object_id <> %s and actor <> '') as told, unnest(people) as one
    group by actor
"""
_EXPORTED = """
    select actor, max(role), count(distinct one)
    from (select distinct actor, role, people from public.audit_entry
          where at >= %s and at < %s and action = %s and actor <> '') as told, unnest(people) as one
    group by actor
"""


@dataclass(frozen=True)
class Looking:
    """One customer one colleague opened within a time: was anything revealed, was it outside working hours."""

    actor: str
    role: str
    person: int
    revealed: bool
    outside: bool


def looks(since: datetime, until: datetime, *, hours: tuple[int, int]) -> list[Looking]:
    """Every customer every colleague opened, once each; ``hours``: the branch works from the first to the second."""
    first, last = f"{hours[0]:02d}:00", f"{hours[1] - 1:02d}:59:59.999999"
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS, [list(REVEALED), first, last, settings.TIME_ZONE, since, until, list(OPENED)])
        return [Looking(*row) for row in cursor.fetchall()]


def listed(since: datetime, until: datetime) -> dict[str, tuple[str, int]]:
    """How many customers each colleague paged through in lists, with her role; the list of the day left aside."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, [since, until, TrailAction.LIST_VIEW.value, TODAY])
        return {actor: (role, count) for actor, role, count in cursor.fetchall()}


def exported(since: datetime, until: datetime) -> dict[str, tuple[str, int]]:
    """How many customers were in the files each colleague downloaded, with her role."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPORTED, [since, until, TrailAction.EXPORT.value])
        return {actor: (role, count) for actor, role, count in cursor.fetchall()}


def first_moment() -> datetime | None:
    """When the trail begins; null while it is empty."""
    with connection.cursor() as cursor:
        cursor.execute("select min(at) from public.audit_entry")
        first: datetime | None = cursor.fetchone()[0]
    return first


def numbers_of(customers: Iterable[int]) -> frozenset[int]:
    """The trail's numbers of customers."""
    key = settings.GUANHU_TRAIL_KEY
    return frozenset(person_id(key, customer) for customer in customers)
