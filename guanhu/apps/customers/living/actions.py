"""Writing: the keeper adds, changes and removes what she knows; every wording before it stays where it is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.actions import locked
from guanhu.apps.customers.living.models import ImportantDay
from guanhu.apps.customers.living.shapes import DayWords
from guanhu.apps.customers.models import Customer
from guanhu.apps.people import policy
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.rules.kinds import TrailAction
from guanhu.rules.living import DateKind, Whose, has_no_birthday_yet
from guanhu.rules.lunar import FIRST_YEAR, is_day_of_year

ADULTS_KNOWN_BY = dict.fromkeys((Whose.CHILD, Whose.GRANDCHILD), (DateKind.BIRTHDAY, DateKind.WEDDING))
"""Of whom only these dates are kept: by them it is known that she is a child no more."""


@recorded
def keep_day(
    *, by: Viewer, customer: UUID, said: DayWords, today: date, now: datetime, item: UUID | None = None,
    version: int = 0,
) -> None:  # fmt: skip
    """Write down an important date, or the next wording of one; ``version`` is the wording the writer saw.

    Raises ``Refused`` with what is wrong, ``Conflict`` when somebody wrote a later wording, ``Invisible`` for a
    customer or a date of somebody else. The same form twice is once.
    """
    row = locked(by, customer)
    _require_sound(row, said, today)
    if item is None:
        _add(by, row, said, now)
        return
    last = _last(by, row, item)
    if last.said() == said and not last.removed and (last.by_id == by.staff_id or last.version == version):
        return
    _require_same_version(last, version, said)
    _write(by, row, said, now, item=item, version=last.version + 1, before=last.said())


@recorded
def remove_day(*, by: Viewer, customer: UUID, item: UUID, version: int, now: datetime) -> None:
    """Take an important date off the file; what it said stays in its history. Twice is once.

    Raises ``Conflict`` when somebody wrote a later wording, ``Invisible`` for what is somebody else's.
    """
    row = locked(by, customer)
    last = _last(by, row, item)
    if last.removed:
        return
    said = last.said()
    _require_same_version(last, version, None)
    _write(by, row, said, now, item=item, version=last.version + 1, before=said, removed=True)


def _require_sound(row: Customer, said: DayWords, today: date) -> None:
    """Refuse a day no calendar has, a child's birthday, and what the bank's own system says already."""
    wrong: dict[str, str] = {}
    years = policy.in_force().child_years
    if not is_day_of_year(said.calendar, said.month, said.day, said.leap):
        wrong["day"] = _("没有这一天，请核对历法、月和日")
    if said.year is not None and not FIRST_YEAR <= said.year <= today.year:
        wrong["year"] = _("年份请填 %(from)s 到今年") % {"from": FIRST_YEAR}
    if said.kind is DateKind.OTHER and not said.about:
        wrong["about"] = _("写一句这是什么日子")
    if said.kind is DateKind.BIRTHDAY and said.whose is Whose.SELF and row.birth_on:
        wrong["kind"] = _("客户本人的生日由核心系统登记，这里只读；有误请走资料更正")
    if said.whose in ADULTS_KNOWN_BY and said.kind not in ADULTS_KNOWN_BY[said.whose]:
        wrong["kind"] = _("孩子的日子只记已满 %(n)s 岁的生日和结婚纪念日") % {"n": years}
    if not wrong and said.kind is DateKind.BIRTHDAY and _is_a_childs(said, today):
        wrong["year"] = _("不满 %(n)s 岁的孩子不记姓名和生日；已满的请填出生年份") % {
            "n": policy.in_force().child_years
        }
    if wrong:
        raise Refused(wrong)


def _is_a_childs(said: DayWords, today: date) -> bool:
    day = (said.calendar, said.month, said.day, said.leap)
    return has_no_birthday_yet(said.whose, said.year, *day, today, policy.in_force())


def _add(by: Viewer, row: Customer, said: DayWords, now: datetime) -> None:
    """A date nobody wrote down yet; the same one is there once."""
    rows = ImportantDay.objects.seen_by(by).filter(customer=row)
    last = rows.order_by("item", "-version").distinct("item")
    held = [each.said() for each in last if not each.removed]
    if said in held:
        return
    if len(held) >= policy.in_force().file_dates:
        raise Refused({"kind": _("这位客户已记了 %(n)s 个日子，先移除不用的再加") % {"n": len(held)}})
    item = uuid5(row.public_id, f"{ImportantDay._meta.db_table} {len(last)}")
    _write(by, row, said, now, item=item, version=1)


def _last(by: Viewer, row: Customer, item: UUID) -> ImportantDay:
    """The latest wording; ``Invisible`` where this customer has no such thing."""
    rows = ImportantDay.objects.seen_by(by).filter(customer=row, item=item).select_related("by")
    last: ImportantDay | None = rows.order_by("-version").first()
    if last is None:
        raise Invisible(str(item))
    return last


def _require_same_version(last: ImportantDay, version: int, said: DayWords | None) -> None:
    """Refuse to write over a wording the writer has not seen; names who was first."""
    if last.version == version and not last.removed:
        return
    says = _("%(who)s 已先移除这个日子") if last.removed else _("%(who)s 已先改了这个日子")
    yours, theirs = (asdict(said), asdict(last.said())) if said and not last.removed else ({}, {})
    raise Conflict(says % {"who": last.by.name}, who=last.by.name, at=last.recorded_at, yours=yours, theirs=theirs)


def _write(
    by: Viewer, row: Customer, said: DayWords, now: datetime, *, item: UUID, version: int,
    before: DayWords | None = None, removed: bool = False,
) -> None:  # fmt: skip
    ImportantDay.objects.create(
        customer=row, item=item, version=version, removed=removed, by_id=by.staff_id, recorded_at=now,
        **{**asdict(said), "person": said.person or None, "about": said.about or None},
    )  # fmt: skip
    trail.note(
        by, TrailAction.FILE, person=row.key, object=("important_day", str(item)), fields=("important_day",),
        before=asdict(before) if before else {}, after={"removed": True} if removed else asdict(said),
    )  # fmt: skip
