"""One wording after the other: how anything of the living file is added, changed and removed, whatever it is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.customers.living.models import Wording
from guanhu.apps.customers.living.shapes import Words
from guanhu.apps.customers.models import Customer
from guanhu.apps.customers.notices.actions import tell_keeper
from guanhu.apps.people.compiled import compiled
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.rules.kinds import TrailAction


def keep(
    model: type[Wording], by: Viewer, row: Customer, said: Words, now: datetime, *, item: UUID | None, version: int,
    most: int,
) -> None:  # fmt: skip
    """Write a new thing down, at most so many of them, or the next wording of one whose ``version`` was seen.

    ``most`` nought: the thing is named by another one of the file, and may be new.
    """
    if item is None:
        _add(model, by, row, said, now, most)
        return
    if not most and not model.objects.seen_by(by).filter(customer_id__in=numbers_of(by, row), item=item).exists():
        _write(model, by, row, said, now, item=item, version=1)
        return
    last = _last(model, by, row, item)
    if last.said() == said and not last.removed and (last.by_id == by.staff_id or last.version == version):
        return
    _require_same_version(last, version, said)
    _write(model, by, row, said, now, item=item, version=last.version + 1, before=last.said())


def remove(model: type[Wording], by: Viewer, row: Customer, now: datetime, *, item: UUID, version: int) -> None:
    """Take a thing off the file; what it said stays in its history."""
    last = _last(model, by, row, item)
    if last.removed:
        return
    _require_same_version(last, version, None)
    said = last.said()
    _write(model, by, row, said, now, item=item, version=last.version + 1, before=said, removed=True)


def restore(
    model: type[Wording], by: Viewer, row: Customer, now: datetime, *, item: UUID, version: int, most: int, days: int
) -> None:  # fmt: skip
    """Put a thing back that was taken off at most so many days ago: its next wording says what the one before said."""
    last = _last(model, by, row, item)
    if not last.removed:
        return
    if last.version != version:
        raise Conflict(_("%(who)s 已先改了这一条") % {"who": last.by.name}, who=last.by.name, at=last.recorded_at)
    if now > last.recorded_at + timedelta(days=days):
        raise Refused({"item": _("移走已过 %(n)s 天，不能再恢复") % {"n": days}})
    _require_room(_held(model, by, row), most)
    _write(model, by, row, last.said(), now, item=item, version=version + 1)


def _held(model: type[Wording], by: Viewer, row: Customer) -> list[Words]:
    """What stands in the file now."""
    rows = model.objects.seen_by(by).filter(customer_id__in=numbers_of(by, row))
    last = rows.order_by("item", "-version", "-pk").distinct("item")
    return [each.said() for each in last if not each.removed]


def _require_room(held: list[Words], most: int) -> None:
    if len(held) >= most:
        raise Refused({"kind": _("这位客户已记了 %(n)s 条，先移除不用的再加") % {"n": len(held)}})


def _add(model: type[Wording], by: Viewer, row: Customer, said: Words, now: datetime, most: int) -> None:
    """A thing nobody wrote down yet; the same one is there once."""
    held = _held(model, by, row)
    own = model.objects.seen_by(by).filter(customer=row).values("item").distinct().count()
    if said in held:
        return
    _require_room(held, most)
    item = uuid5(row.public_id, f"{model._meta.db_table} {own}")
    _write(model, by, row, said, now, item=item, version=1)


def _last(model: type[Wording], by: Viewer, row: Customer, item: UUID) -> Wording:
    """The latest wording; ``Invisible`` where this customer has no such thing."""
    rows = model.objects.seen_by(by).filter(customer_id__in=numbers_of(by, row), item=item).select_related("by")
    last: Wording | None = rows.order_by("-version", "-pk").first()
    if last is None:
        raise Invisible(str(item))
    return last


def numbers_of(by: Viewer, row: Customer) -> list[int]:
    """All customers of the bank whose file this is. What is written next goes under the file's own number."""
    return [row.key, *_joined(by, row.key)]


@compiled(int)
def _joined(by: Viewer, key: int) -> Any:
    return Customer.objects.seen_by(by).filter(merged_into_id=key).values_list("key", flat=True)


def _require_same_version(last: Wording, version: int, said: Words | None) -> None:
    """Refuse to write over a wording the writer has not seen; names who was first."""
    if last.version == version and not last.removed:
        return
    says = _("%(who)s 已先移除这一条") if last.removed else _("%(who)s 已先改了这一条")
    yours, theirs = (asdict(said), asdict(last.said())) if said and not last.removed else ({}, {})
    raise Conflict(says % {"who": last.by.name}, who=last.by.name, at=last.recorded_at, yours=yours, theirs=theirs)


def _write(
    model: type[Wording], by: Viewer, row: Customer, said: Words, now: datetime, *, item: UUID, version: int,
    before: Words | None = None, removed: bool = False,
) -> None:  # fmt: skip
    told = {"item": item, "version": version, "removed": removed, "by_id": by.staff_id, "recorded_at": now}
    model.objects.create(customer=row, **told, **model.columns(said))
    trail.note(
        by, TrailAction.FILE, person=row.key, object=(model.NAME, str(item)), fields=(model.NAME,),
        before=asdict(before) if before else {}, after={"removed": True} if removed else asdict(said),
    )  # fmt: skip
    tell_keeper(by, row, TrailAction.FILE, now)
