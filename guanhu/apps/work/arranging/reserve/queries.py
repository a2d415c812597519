"""Reading: who comes next today, where a call is not answered or a slot comes free. P55, P58."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from guanhu.apps.audit import trail
from guanhu.apps.customers import queries as customers
from guanhu.apps.people import policy
from guanhu.apps.people.scope import Viewer, one_of
from guanhu.apps.work.arranging.queries import resting
from guanhu.apps.work.arranging.shapes import Reserve, Spare
from guanhu.apps.work.desk import Workday, face_of
from guanhu.apps.work.models import Ahead, Promise, Touch
from guanhu.apps.work.queries import quotas_of
from guanhu.rules.kinds import Channel, Outcome, TrailAction
from guanhu.rules.plan import attempts_for, connect_bp, spare_fen

LEARNT_DAYS = 90
"""So far back calls say how many are answered."""


def reserve(viewer: Viewer, at: Workday) -> Reserve:
    """今天的候补: whom the night would have planned next, less those reached, set aside, expected or left alone since.

    By way, who brings most first (``spare_fen``); as many as slots are free now are told so: today planned anew as he
    looks. P55, P58.
    """
    own, now, numbers = viewer.at_own_desk(), at.now, policy.in_force()
    due = {row.channel: row for row in quotas_of(own, now, at.desk)}
    waiting = Counter(line.channel for line in at.desk.plan if at.desk.is_open(line.customer_id))
    free = {way: max(0, due[way].due - due[way].done - waiting[way]) for way in Channel}
    lines = _lines(own, at, free)
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "reserve"), people=[key for key, _one in lines])
    dialled, connected = _calls(own, viewer.staff_id, now.today)
    rate = connect_bp(dialled, connected, numbers)
    lacking = max(0, due[Channel.CALL].due - due[Channel.CALL].done)
    by_way: dict[Channel, list[Spare]] = defaultdict(list)
    for _key, one in lines:
        by_way[Channel(one.channel)].append(one)
    return Reserve(
        {way: tuple(by_way[way]) for way in Channel if by_way[way]}, free, lacking, dialled, connected, rate,
        attempts_for(lacking, rate), waiting[Channel.CALL],
    )  # fmt: skip


def _lines(own: Viewer, at: Workday, free: Mapping[Channel, int]) -> list[tuple[int, Spare]]:
    """Who comes next, with the customer's key: the best first."""
    now = at.now
    rows = Ahead.objects.seen_by(own).filter(one_of("customer__keeper_id", own.keepers), night_id=now.night_id)
    told = list(rows.filter(day_on=now.today).values_list("customer_id", "channel", "kinds", "value_fen"))
    left = {key for key, last in resting(own, now.today).items() if last >= now.today}
    taken = {*at.desk.touches, *at.desk.deferrals, *left, *_expected(own, [row[0] for row in told])}
    later = rows.filter(customer_id__in=[row[0] for row in told], day_on__gt=now.today).order_by("-day_on")
    next_on = {
        key: (day, value - price)
        for key, day, value, price in later.values_list("customer_id", "day_on", "value_fen", "price_fen")
    }
    faces = {row[0]: face_of(row) for row in customers.faces(own, now.night_id, {row[0] for row in told} - taken)}
    ranked = sorted(
        (-spare_fen(value, next_on[key][1] if key in next_on else None), key, way, tuple(kinds))
        for key, way, kinds, value in told if key in faces
    )  # fmt: skip
    found, seen = list[tuple[int, Spare]](), Counter[str]()
    for lost, key, way, kinds in ranked:
        face, on, seen[way] = faces[key], next_on[key][0] if key in next_on else None, seen[way] + 1
        fits = seen[way] <= free[Channel(way)]
        found.append((key, Spare(face.public_id, face.masked_name, face.tier, on, way, kinds, -lost, fits)))
    return found


def _expected(own: Viewer, keys: list[int]) -> Any:
    """Who is waited for on a later day: what was agreed keeps its day."""
    mine = Promise.objects.seen_by(own).filter(customer_id__in=keys, kept_by=None, withdrawn_at=None)
    return mine.values_list("customer_id", flat=True)


def _calls(own: Viewer, staff_id: int, today: date) -> tuple[int, int]:
    """How many calls she dialled of late, and how many were answered."""
    mine = Touch.objects.seen_by(own).filter(
        Touch.HERE, staff_id=staff_id, channel=Channel.CALL, undone_at=None, day_on__lt=today,
        day_on__gte=today - timedelta(LEARNT_DAYS),
    )  # fmt: skip
    return mine.count(), mine.exclude(outcome=Outcome.NO_ANSWER).count()
