"""Writing: two customers are tied, on both files at once; a tie is changed, taken off and put back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.actions import locked
from guanhu.apps.customers.models import Customer, Relation
from guanhu.apps.customers.relations.shapes import TieWords
from guanhu.apps.people import policy
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.scope import Viewer
from guanhu.rules.kinds import TrailAction
from guanhu.rules.relations import may_share_household


@recorded
def relate(*, by: Viewer, customer: UUID, other: UUID, said: TieWords, now: datetime, version: int = 0) -> None:
    """Tie two customers, both in reach, or say the next wording of their tie; ``version`` is the one the writer saw.

    It stands on both files, each read from its own side. Raises ``Refused`` with what is wrong, ``Conflict`` when
    somebody wrote a later wording, ``Invisible`` for a customer of somebody else. The same form twice is once.
    """
    if said.household and not may_share_household(said.bond):
        raise Refused({"household": _("同一家庭只限亲戚，请去掉勾选或改关系")})
    mine, theirs = _both(by, *_ends(by, customer, other))
    if mine.key == theirs.key:
        raise Refused({"who": _("两位要是不同的客户")})
    item = _item(mine, theirs)
    last = _last(by, mine, item)
    if last and not last.removed:
        if last.said() == said and (last.by_id == by.staff_id or last.version == version):
            return
        _require_same_version(last, version, said)
    elif _count(by, mine) >= policy.in_force().file_relations:
        raise Refused({"who": _("这位客户已记了 %(n)s 条关系，先移除不用的再加") % {"n": _count(by, mine)}})
    _write_both(by, mine, theirs, item, said, now)


@recorded
def unrelate(*, by: Viewer, customer: UUID, item: UUID, version: int, now: datetime) -> None:
    """Take a tie off; its history stays, and it can be put back. Twice is once.

    The other one's file is written, too, where she is in reach; else her keeper takes it off there.
    """
    last = _tie(by, customer, item)
    if last.removed:
        return
    _require_same_version(last, version, None)
    theirs = Customer.objects.seen_by(by).filter(key=last.other_id).first()
    if theirs is None:
        _write(by, last.customer, last.other_id, last.keeper_id, item, last.said(), now, removed=True)
        return
    mine, other = _both(by, last.customer.public_id, theirs.public_id)
    _write_both(by, mine, other, item, last.said(), now, removed=True)


@recorded
def relate_again(*, by: Viewer, customer: UUID, item: UUID, version: int, now: datetime) -> None:
    """Put back a tie that was taken off, as it was, on both files. Twice is once."""
    last = _tie(by, customer, item)
    theirs = Customer.objects.seen_by(by).filter(key=last.other_id).first()
    if theirs is None:
        raise Invisible(str(item))
    mine, other = _both(by, last.customer.public_id, theirs.public_id)
    across = _last(by, other, item)
    if not last.removed and not (across and across.removed):
        return
    _require_same_version(last, version, None, back=True)
    _write_both(by, mine, other, item, last.said(), now)


def _both(by: Viewer, customer: UUID, other: UUID) -> tuple[Customer, Customer]:
    """Both held until the transaction ends, always in the same order, so that two colleagues never wait in a ring."""
    held = {each: locked(by, each) for each in sorted((customer, other))}
    return held[customer], held[other]


def _ends(by: Viewer, customer: UUID, other: UUID) -> tuple[UUID, UUID]:
    """Which numbers of two persons the tie is written under: those of the one they have, else their files' own."""
    mine, theirs = _numbers(by, customer), _numbers(by, other)
    if mine != theirs:
        rows = Relation.objects.seen_by(by).filter(customer_id__in=list(mine), other_id__in=list(theirs))
        tied = rows.order_by("-recorded_at", "-pk").first()
        if tied is not None:
            return mine[tied.customer_id], theirs[tied.other_id]
    return next(iter(mine.values())), next(iter(theirs.values()))


def _numbers(by: Viewer, customer: UUID) -> dict[int, UUID]:
    """All numbers of the bank whose file this is, the file's own first; ``Invisible`` out of reach."""
    rows = Customer.objects.seen_by(by)
    files = rows.filter(public_id=customer).values(file=Coalesce("merged_into_id", "key"))
    found = rows.filter(Q(pk__in=files) | Q(merged_into_id__in=files))
    numbers = dict(found.order_by(F("merged_into_id").asc(nulls_first=True), "key").values_list("key", "public_id"))
    if not numbers:
        raise Invisible(str(customer))
    return numbers


def _item(mine: Customer, theirs: Customer) -> UUID:
    """What names the tie of these two, from whichever side."""
    first, second = sorted((mine.public_id, theirs.public_id))
    return uuid5(first, f"{Relation._meta.db_table} {second}")


def _tie(by: Viewer, customer: UUID, item: UUID) -> Relation:
    """The customer's own side of a tie, whoever's number it stands under held; ``Invisible`` where there is none."""
    numbers = _numbers(by, customer)
    sides = Relation.objects.seen_by(by).filter(customer_id__in=list(numbers), item=item)
    side = sides.order_by("-version").first()
    last = _last(by, locked(by, numbers[side.customer_id]), item) if side else None
    if last is None:
        raise Invisible(str(item))
    return last


def _last(by: Viewer, row: Customer, item: UUID) -> Relation | None:
    rows = Relation.objects.seen_by(by).filter(customer=row, item=item).select_related("by", "customer")
    found: Relation | None = rows.order_by("-version").first()
    return found


def _count(by: Viewer, row: Customer) -> int:
    last = Relation.objects.seen_by(by).filter(customer=row).order_by("item", "-version").distinct("item")
    return sum(not each.removed for each in last)


def _require_same_version(last: Relation, version: int, said: TieWords | None, *, back: bool = False) -> None:
    """Refuse to write over a wording the writer has not seen; names who was first."""
    if last.version == version and (back or not last.removed):
        return
    yours, theirs = (asdict(said), asdict(last.said())) if said else ({}, {})
    says = _("%(who)s 已先改了这条关系") % {"who": last.by.name}
    raise Conflict(says, who=last.by.name, at=last.recorded_at, yours=yours, theirs=theirs)


def _write_both(
    by: Viewer, mine: Customer, theirs: Customer, item: UUID, said: TieWords, now: datetime, *, removed: bool = False
) -> None:
    _write(by, mine, theirs.key, theirs.keeper_id, item, said, now, removed=removed)
    _write(by, theirs, mine.key, mine.keeper_id, item, said.from_the_other_side(), now, removed=removed)


def _write(
    by: Viewer, row: Customer, other: int, keeper: int | None, item: UUID, said: TieWords, now: datetime, *,
    removed: bool,
) -> None:  # fmt: skip
    """The next wording of one side, on the trail of the customer whose side it is."""
    last = _last(by, row, item)
    told = {"item": item, "version": last.version + 1 if last else 1, "by_id": by.staff_id, "recorded_at": now}
    tied = {"other_id": other, "keeper_id": keeper, "removed": removed}
    Relation.objects.create(customer=row, **tied, **told, **Relation.columns(said))
    trail.note(
        by, TrailAction.FILE, person=row.key, object=(Relation.NAME, str(item)), fields=(Relation.NAME,),
        before=asdict(last.said()) if last and not last.removed else {},
        after={"removed": True} if removed else asdict(said),
    )  # fmt: skip
