"""Reading: one's own evening, and what was written on the days before. P63, P65."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from guanhu.apps.people import policy
from guanhu.apps.people.compiled import AnyOf
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work import queries as work
from guanhu.apps.work.evening.figures import figures_of
from guanhu.apps.work.evening.models import Review, ReviewNote
from guanhu.apps.work.evening.shapes import Evening, Said, Written
from guanhu.apps.work.models import Promise
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.evening import last_day_away

SHOWN = 5
"""So many reviews of the days before stand under today's."""


def evening(viewer: Viewer, at: work.Workday) -> Evening:
    """今日复盘: the viewer's own day as it stands, with what she wrote about it and about the days before."""
    today = work.today(viewer, at)
    assert today is not None
    done = [touch for those in at.desk.touches.values() for touch in those
            if touch.undone_at is None and touch.staff_id == viewer.staff_id]  # fmt: skip
    mine = Review.objects.seen_by(viewer).filter(Review.WRITTEN, staff_id=viewer.staff_id, day_on__lte=today.day)
    own = written(viewer, mine)
    return Evening(
        today=today,
        figures=figures_of(done),
        moved_to=_moved(viewer, at, [line.deferral_id for line in today.deferred]),
        written=next((one for one in own if one.day == today.day), None),
        before=tuple(one for one in own if one.day < today.day)[:SHOWN],
        tomorrow=SHIPPED_CALENDAR.next(today.day),
        furthest=last_day_away(today.day, policy.in_force()),
    )


def _moved(viewer: Viewer, at: work.Workday, deferrals: Iterable[UUID]) -> dict[UUID, date]:
    """The day each of these lines was moved to; the others are planned anew tonight or dropped."""
    by_key = {one.pk: one.public_id for one in at.desk.deferrals.values()}
    shown = set(deferrals)
    rows = Promise.objects.seen_by(viewer.at_own_desk()).filter(AnyOf("made_of_id", sorted(by_key)), withdrawn_at=None)
    return {by_key[key]: due for key, due in rows.values_list("made_of_id", "due_on") if by_key[key] in shown}


def written(viewer: Viewer, reviews: Any, *, most: int = SHOWN + 1) -> tuple[Written, ...]:
    """These reviews, the latest first, each with what was said to it. For the apps alone."""
    rows = list(reviews.order_by("-day_on", "-pk")[:most])
    said: dict[int, list[Said]] = {}
    notes = ReviewNote.objects.seen_by(viewer).filter(AnyOf("review_id", [row.pk for row in rows]))
    for key, who, text, moment in notes.order_by("pk").values_list("review_id", "by__name", "said", "at"):
        said.setdefault(key, []).append(Said(who, text, moment))
    return tuple(
        Written(row.public_id, row.day_on, row.best, row.missed, row.written_at, tuple(said.get(row.pk, ())))
        for row in rows
    )


def confirmed_as_of(day: date) -> list[dict[str, Any]]:
    """Who confirmed on a day the plan of the next one, in the columns of ``CONFIRMED``."""
    rows = Review.objects.for_system("notes of the day").filter(day_on=day, confirmed_at__isnull=False)
    return [{"keeper_no": staff_no} for staff_no in rows.order_by("staff_id").values_list("staff__staff_no", flat=True)]
