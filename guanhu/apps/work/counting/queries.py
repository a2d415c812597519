"""Reading: the flags in reach with the contacts behind them, the week's counts, and what the night counts from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Max, Sum
from django.utils.timezone import localtime

from guanhu.apps.audit import trail
from guanhu.apps.customers.models import Customer
from guanhu.apps.people.models import Staff
from guanhu.apps.people.personal import shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.counting.models import DayCount
from guanhu.apps.work.counting.models import Flag as Row
from guanhu.apps.work.counting.shapes import Behind, Colleague, Counted, Flags, Opened, Told
from guanhu.apps.work.models import Touch
from guanhu.rules.access import Permission, require
from guanhu.rules.flags import FlagAnswer, FlagKind, Written, second_of
from guanhu.rules.kinds import Channel, TrailAction
from guanhu.rules.privacy import Form, form_of

WAITING, ANSWERED = 100, 40
"""So many flags that wait and so many answered ones a page shows, the newest first."""
CHANNELS = tuple(channel.value for channel in (Channel.MEETING, Channel.CALL, Channel.MESSAGE))


def last_counted() -> date | None:
    """The last day that was counted; null before the first."""
    last: date | None = DayCount.objects.for_system("the night's counting").aggregate(last=Max("day_on"))["last"]
    return last


def written_on(day: date) -> dict[int, list[Written]]:
    """What every colleague wrote down here for one day and did not undo, by the key of her record."""
    rows = (
        Touch.objects.for_system("the night's flags")
        .filter(Touch.HERE, day_on=day, undone_at=None)
        .order_by("pk")
        .values_list("staff_id", "pk", "customer_id", "channel", "outcome", "recorded_at", "seconds", "said")
    )
    found: dict[int, list[Written]] = defaultdict(list)
    for staff_id, key, customer, channel, outcome, at, seconds, said in rows.iterator(chunk_size=5000):
        second = second_of(localtime(at).time())
        found[staff_id].append(Written(key, customer, channel, outcome, second, seconds, said))
    return found


def flags(viewer: Viewer, since: date) -> Flags:
    """点数提示 in reach: those that wait for an answer whenever they were raised, and those answered since a day."""
    seen = require(viewer, Permission.COUNT_READ)
    rows = Row.objects.seen_by(seen).select_related("staff__branch", "answered_by")
    waiting = rows.filter(answer=FlagAnswer.OPEN).order_by("-day", "staff__staff_no", "pk")
    settled = rows.exclude(answer=FlagAnswer.OPEN).filter(day__gte=since).order_by("-answered_at", "-pk")[:ANSWERED]
    shown = tuple(_told(row, seen) for row in waiting[:WAITING])
    count = waiting.count() if len(shown) == WAITING else len(shown)
    return Flags(shown, tuple(_told(row, seen) for row in settled), count)


def flag(viewer: Viewer, public_id: UUID) -> Opened | None:
    """One flag with the contacts behind it, those of customers in reach; null for another's. On the trail."""
    seen = require(viewer, Permission.COUNT_READ)
    row = Row.objects.seen_by(seen).select_related("staff__branch", "answered_by").filter(public_id=public_id).first()
    if row is None:
        return None
    reader = require(viewer, Permission.CUSTOMER_READ)
    rows = Touch.objects.seen_by(reader).filter(pk__in=row.contacts).select_related("customer")
    behind = list(rows.order_by("recorded_at", "pk"))
    trail.note(
        viewer, TrailAction.LIST_VIEW, object=("flag", str(public_id)), people=[one.customer_id for one in behind]
    )
    reads = form_of(reader) is Form.FULL
    lines = tuple(_behind(one, reads=reads) for one in behind)
    return Opened(_told(row, seen), lines, len(row.contacts) - len(lines))


def _behind(one: Touch, *, reads: bool) -> Behind:
    name = str(shown(Customer, "name", one.customer.name, Form.MASKED, kind=one.customer.kind))
    at = localtime(one.recorded_at).time() if one.recorded_at else one.at_time
    return Behind(
        one.customer.public_id, name, at, one.channel, one.outcome, one.seconds, one.said if reads else "",
        one.undone_at is not None,
    )  # fmt: skip


def _told(row: Row, viewer: Viewer) -> Told:
    return Told(
        public_id=row.public_id, staff_no=row.staff.staff_no, name=row.staff.name, branch=row.staff.branch.name,
        day=row.day, kind=FlagKind(row.kind), seen=row.seen, among=row.among, line=row.line, raised_at=row.raised_at,
        explained=row.explained, explained_at=row.explained_at, answer=FlagAnswer(row.answer), note=row.note,
        answered_by=row.answered_by.name if row.answered_by else "", answered_at=row.answered_at,
        own=row.staff_id == viewer.staff_id,
    )  # fmt: skip


def counted(viewer: Viewer, first: date, last: date) -> tuple[tuple[Colleague, tuple[Counted, ...]], ...]:
    """What every colleague in reach did from one day to another, by channel; who did nothing is absent."""
    seen = require(viewer, Permission.COUNT_READ)
    rows = DayCount.objects.seen_by(seen).filter(day_on__gte=first, day_on__lte=last)
    sums = rows.values("staff_id", "channel").annotate(
        attempts=Sum("attempts"), done=Sum("done"), declared=Sum("declared"), quota=Sum("quota")
    )
    found: dict[int, dict[str, Counted]] = defaultdict(dict)
    for one in sums:
        staff = found[one.pop("staff_id")]
        staff[one["channel"]] = Counted(**one)
    none = {channel: Counted(channel, 0, 0, 0, None) for channel in CHANNELS}
    return tuple(
        (who, tuple(found[key].get(channel, none[channel]) for channel in CHANNELS)) for key, who in _colleagues(found)
    )


def _colleagues(keys: Iterable[int]) -> list[tuple[int, Colleague]]:
    rows = Staff.objects.filter(pk__in=list(keys)).order_by("branch__branch_no", "staff_no")
    return [(row.pk, Colleague(row.public_id, row.name, row.post)) for row in rows]
