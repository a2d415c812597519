"""Reading: whom the night planned for later days and who may be put into the next one. P62."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from guanhu.apps.customers import queries as customers
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer, one_of
from guanhu.apps.work.arranging.shapes import Candidate
from guanhu.apps.work.desk import Desk, face_of
from guanhu.apps.work.models import Ahead, Promise
from guanhu.rules.kinds import Channel

MOST, LOOKED_AT = 6, 300
"""So many stand on the page, out of so many of the most valuable."""


def candidates(
    viewer: Viewer, now: Shown, day: date, *, there: Collection[int], resting: Mapping[int, date], desk: Desk[Any],
    lacking: Collection[Channel],
) -> tuple[Candidate, ...]:  # fmt: skip
    """可补的候选: planned for after ``day``, by ways that are still lacking first, the most valuable first, each once.

    Left out: who stands on the day already, is left alone on it, is still to be contacted today, or is expected later.
    """
    rows = Ahead.objects.seen_by(viewer).filter(night_id=now.night_id, day_on__gt=day, agreed=False)
    rows = rows.filter(one_of("customer__keeper_id", viewer.keepers)).order_by("-value_fen", "pk")
    later = Promise.objects.seen_by(viewer).filter(kept_by=None, withdrawn_at=None, due_on__gt=day)
    waiting = {line.customer_id for line in desk.plan if desk.is_open(line.customer_id)}
    taken = {*there, *later.values_list("customer_id", flat=True), *waiting}
    planned = rows.values_list("customer_id", "day_on", "channel", "kinds", "value_fen")[:LOOKED_AT]
    found = [row for row in planned if row[0] not in taken and day > resting.get(row[0], now.today)]
    once = {row[0]: row for row in reversed(found)}
    best = sorted(once.values(), key=lambda row: (row[2] not in lacking, -row[4], row[0]))[:MOST]
    faces = {row[0]: face_of(row) for row in customers.faces(viewer, now.night_id, [row[0] for row in best])}
    return tuple(
        Candidate(face.public_id, face.masked_name, face.tier, on, channel, tuple(kinds))
        for key, on, channel, kinds, _fen in best if (face := faces.get(key))
    )  # fmt: skip
