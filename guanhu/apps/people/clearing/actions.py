"""Writing: a clearing is proposed by one, counted by the night, approved by another, carried out part by part."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.people.clearing.models import Clearing, ClearingPart
from guanhu.apps.people.clearing.queries import OVER, due
from guanhu.apps.people.clearing.shapes import LONGEST_REASON, Counted
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.falling import AS_OF, Falling
from guanhu.apps.people.models import Staff
from guanhu.rules.access import Permission, Viewer, require
from guanhu.rules.kinds import TrailAction
from guanhu.rules.retention import ClearingState, is_fresh


@trail.recorded
def propose(*, by: Viewer, as_of: date, now: datetime) -> UUID:
    """Ask for a dry run of everything that has fallen due as of a day. ``Conflict`` while another round is open."""
    require(by, Permission.RETENTION_PROPOSE)
    if Clearing.objects.exclude(state__in=OVER).exists():
        raise Conflict(_("已有一轮清理在进行，先办完那一轮"))
    row = Clearing.objects.create(as_of=as_of, asked_by_id=by.staff_id, asked_at=now)
    row.refresh_from_db(fields=["public_id"])
    _note(by, row, "proposed")
    return row.public_id


@trail.recorded
def keep_counts(key: int, parts: Iterable[Counted], *, now: datetime) -> None:
    """Keep what a dry run counted; it then waits for its second person. Counting again replaces it."""
    row = _held(key, ClearingState.ASKED, ClearingState.COUNTED)
    row.parts.all().delete()
    made = ClearingPart.objects.bulk_create(
        ClearingPart(
            clearing=row, place=part.place, table=part.table, title=part.title, keep=part.keep.value,
            way=part.way.value, rows=part.rows, held=part.held, oldest_on=part.oldest_on, newest_on=part.newest_on,
        )
        for part in parts
    )  # fmt: skip
    row.state, row.counted_at, row.policy = ClearingState.COUNTED, now, settings.GUANHU_POLICY.version
    row.save(update_fields=["state", "counted_at", "policy"])
    _note(None, row, "counted", sum(part.rows for part in made))


@trail.recorded
def approve(*, by: Viewer, clearing: UUID, now: datetime) -> None:
    """Approve a counted round, to be carried out by the night. Whoever proposed it may not; nor may it be stale."""
    require(by, Permission.RETENTION_APPROVE)
    row = _asked(clearing)
    if row.state != ClearingState.COUNTED:
        raise Conflict(_("这一轮已不在等待复核"))
    if row.asked_by_id == by.staff_id:
        raise Refused({"by": _("提出的人不能自己复核，请另一位同事复核")})
    if row.counted_at is None or not is_fresh(localdate(row.counted_at), localdate(now), settings.GUANHU_POLICY):
        raise Refused({"by": _("试算已过期，请退回后重新提出")})
    row.state, row.approved_by_id, row.approved_at = ClearingState.APPROVED, by.staff_id, now
    row.save(update_fields=["state", "approved_by", "approved_at"])
    _note(by, row, "approved", sum(row.parts.values_list("rows", flat=True)))


@trail.recorded
def decline(*, by: Viewer, clearing: UUID, why: str, now: datetime) -> None:
    """Send a round back with the reason; nothing is cleared. The proposer may take back her own."""
    row = _asked(clearing)
    require(by, Permission.RETENTION_PROPOSE if row.asked_by_id == by.staff_id else Permission.RETENTION_APPROVE)
    if row.state not in (ClearingState.ASKED, ClearingState.COUNTED, ClearingState.APPROVED):
        raise Conflict(_("这一轮已经开始执行或已结束"))
    if not why.strip() or len(why) > LONGEST_REASON:
        raise Refused({"why": _("写下退回的原因，不超过 %(n)s 个字") % {"n": LONGEST_REASON}})
    _end(row, ClearingState.DECLINED, why.strip())
    _note(by, row, "declined", reason=why.strip())


def _asked(clearing: UUID) -> Clearing:
    row = Clearing.objects.select_for_update(of=("self",)).filter(public_id=clearing).first()
    if row is None:
        raise Invisible(str(clearing))
    return row


# ---------------------------------------------------------------- carried out, under the night's login


@trail.recorded
def begin(key: int, *, now: datetime) -> None:
    """Begin to carry out what was approved; one that was interrupted goes on."""
    row = _held(key, ClearingState.APPROVED, ClearingState.RUNNING)
    if row.state == ClearingState.APPROVED:
        row.state, row.begun_at = ClearingState.RUNNING, now
        row.save(update_fields=["state", "begun_at"])
        _note(None, row, "begun")


@trail.recorded
def lapse(key: int, why: str) -> None:
    """An approved round that no longer holds: it must be proposed anew."""
    row = _held(key, ClearingState.APPROVED)
    _end(row, ClearingState.LAPSED, why)
    _note(None, row, "lapsed", reason=why)


@trail.recorded
def clear_batch(key: int, falling: Falling, *, line: date, as_of: date, held: Collection[int], most: int) -> int:
    """Clear some of the rows of a rule that have fallen due; how many it were, 0 when none are left."""
    rows = due(falling, line, held).order_by("pk")[:most]
    people: list[int] = []
    if falling.person:
        chosen = list(rows.values_list("pk", falling.person))
        people = sorted({person for _pk, person in chosen})
        keys = [pk for pk, _person in chosen]
    else:
        keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return 0
    batch = falling.model._base_manager.filter(pk__in=keys)
    if falling.blank is None:
        batch.delete()
    else:
        batch.update(**{name: as_of if value == AS_OF else value for name, value in falling.blank.items()})
    told_cleared(key, falling.table, falling.keep.value, len(keys), people=people)
    return len(keys)


@trail.recorded
def told_cleared(key: int, table: str, keep: str, count: int, *, people: Iterable[int] = ()) -> None:
    """Count what was cleared of a table, and put it on the trail."""
    ClearingPart.objects.filter(clearing_id=key, table=table, keep=keep).update(cleared=F("cleared") + count)
    trail.note(None, TrailAction.CLEARING, object=("clearing", str(key)), fields=(table, keep), count=count,
               people=people)  # fmt: skip


@trail.recorded
def part_done(key: int, table: str, keep: str, *, now: datetime) -> None:
    """A table is through."""
    ClearingPart.objects.filter(clearing_id=key, table=table, keep=keep, done_at=None).update(done_at=now)


@trail.recorded
def finish(key: int, *, now: datetime) -> None:
    """Every part is through."""
    row = _held(key, ClearingState.RUNNING)
    row.state, row.finished_at = ClearingState.DONE, now
    row.save(update_fields=["state", "finished_at"])
    _note(None, row, "done", sum(row.parts.values_list("cleared", flat=True)))


def _held(key: int, *states: ClearingState) -> Clearing:
    """The round, held until the transaction ends; raises ``Conflict`` when it has gone on meanwhile."""
    row = Clearing.objects.select_for_update(of=("self",)).get(pk=key)
    if row.state not in states:
        raise Conflict(f"这一轮清理已是「{ClearingState(row.state).zh}」")
    return row


def _end(row: Clearing, state: ClearingState, why: str) -> None:
    row.state, row.declined = state, why[:LONGEST_REASON]
    row.save(update_fields=["state", "declined"])


def _note(by: Viewer | None, row: Clearing, result: str, count: int | None = None, *, reason: str = "") -> None:
    trail.note(by, TrailAction.CLEARING, object=("clearing", str(row.pk)), result=result, count=count, reason=reason)


@trail.recorded
def note_departures(day: date) -> int:
    """Write down the last day of colleagues who are no longer here, and take it back of who came again."""
    Staff.objects.filter(is_active=True, left_on__isnull=False).update(left_on=None)
    return Staff.objects.filter(is_active=False, left_on=None).update(left_on=day)
