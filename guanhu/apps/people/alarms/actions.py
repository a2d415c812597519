"""Writing: a day added up, an alarm raised or brought up to date, its answer, and who is known to leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.people.alarms.models import Alarm, Leaving, Looked
from guanhu.apps.people.alarms.shapes import LONGEST_NOTE
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.models import Staff
from guanhu.rules.access import Permission, Viewer, require
from guanhu.rules.alarms import AlarmAnswer, Answered, Oddity, Seen, is_news
from guanhu.rules.kinds import TrailAction


@trail.recorded
def keep_day(day: date, seen: Mapping[str, Seen], roles: Mapping[str, str]) -> int:
    """Keep a day added up, in place of what was kept of it; returns of how many colleagues."""
    Looked.objects.filter(day=day).delete()
    Looked.objects.bulk_create(
        Looked(
            staff_no=staff_no, role=roles.get(staff_no, ""), day=day, viewed=one.viewed, revealed=one.revealed,
            listed=one.listed, outside=one.outside, unplanned=sorted(one.unplanned), exported=one.exported,
        )
        for staff_no, one in seen.items()
    )  # fmt: skip
    return len(seen)


@trail.recorded
def raise_alarms(staff_no: str, day: date, found: Iterable[Oddity], *, now: datetime) -> int:
    """Raise what is new about a colleague, bring what is open up to date; returns how many are new."""
    staff = Staff.objects.filter(staff_no=staff_no).first()
    return 0 if staff is None else sum(_raise(staff, day, odd, now) for odd in found)


def _raise(staff: Staff, day: date, odd: Oddity, now: datetime) -> bool:
    """Bring what is open up to date, or raise what is new; whether it was."""
    policy = settings.GUANHU_POLICY
    last = Alarm.objects.filter(staff=staff, kind=odd.kind.value).order_by("-raised_at", "-pk").first()
    if last and last.answer == AlarmAnswer.OPEN and odd.seen > last.seen:
        last.day, last.measure, last.seen, last.usual, last.line = day, odd.measure, odd.seen, odd.usual, odd.line
        last.updated_at = now
        last.save(update_fields=["day", "measure", "seen", "usual", "line", "updated_at"])
    if not is_news(odd, day, _answered(last), policy):
        return False
    Alarm.objects.create(
        staff=staff, day=day, kind=odd.kind.value, measure=odd.measure.value, seen=odd.seen, usual=odd.usual,
        line=odd.line, raised_at=now, updated_at=now, policy=policy.version,
    )  # fmt: skip
    trail.note(
        None, TrailAction.ALARM, object=("staff", staff.staff_no), fields=(odd.kind.value, odd.measure.value),
        count=odd.seen, at=now,
    )  # fmt: skip
    return True


def _answered(last: Alarm | None) -> Answered | None:
    if last is None:
        return None
    on = localdate(last.answered_at) if last.answered_at else None
    return Answered(last.day, last.seen, on)


@trail.recorded
def answer(*, by: Viewer, alarm: UUID, word: str, note: str, now: datetime) -> None:
    """Say what came of an alarm. Raises ``Invisible``, ``Conflict`` when somebody was first, ``Refused`` otherwise."""
    require(by, Permission.ALARM_WRITE)
    row = Alarm.objects.select_for_update(of=("self",)).select_related("staff").filter(public_id=alarm).first()
    if row is None:
        raise Invisible(str(alarm))
    wrong: dict[str, Any] = {}
    if word not in (AlarmAnswer.HARMLESS, AlarmAnswer.FOLLOWED):
        wrong["word"] = _("选一个结论")
    if not note.strip() or len(note) > LONGEST_NOTE:
        wrong["note"] = _("写下怎样核查、看到了什么，不超过 %(n)s 个字") % {"n": LONGEST_NOTE}
    if row.staff_id == by.staff_id:
        wrong["note"] = _("关于自己的提醒，请另一位同事答复")
    if wrong:
        raise Refused(wrong)
    if row.answer != AlarmAnswer.OPEN:
        raise Conflict(_("另一位同事已先答复，下面是他的结论"))
    row.answer, row.note, row.answered_by_id, row.answered_at = word, note.strip(), by.staff_id, now
    row.save(update_fields=["answer", "note", "answered_by", "answered_at"])
    trail.note(
        by, TrailAction.ALARM, object=("alarm", str(row.public_id)), fields=(row.kind,), result=word,
        reason=note.strip(),
    )  # fmt: skip


@trail.recorded
def tell_leaving(*, by: Viewer, staff_no: str, known_on: date, last_on: date, now: datetime) -> None:
    """Write down that a colleague is known to leave, or change her last day. Raises ``Refused``."""
    require(by, Permission.STAFF_WRITE)
    staff = Staff.objects.filter(staff_no=staff_no.strip(), is_active=True).first()
    if staff is None:
        raise Refused({"staff_no": _("没有这位在岗员工")})
    if last_on < known_on:
        raise Refused({"last_on": _("最后一天不能早于今天")})
    row, new = Leaving.objects.get_or_create(
        staff=staff, defaults={"known_on": known_on, "last_on": last_on, "told_by_id": by.staff_id, "told_at": now}
    )
    if not new:
        row.last_on, row.told_by_id, row.told_at = last_on, by.staff_id, now
        row.known_on = min(row.known_on, last_on)
        row.save(update_fields=["known_on", "last_on", "told_by", "told_at"])
    trail.note(
        by, TrailAction.STAFF_CHANGE, object=("staff", staff.staff_no), fields=("leaving",),
        after={"last_on": last_on.isoformat()}, hidden=False,
    )  # fmt: skip
