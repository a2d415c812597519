"""Writing: today's lines of everybody a question finds are set aside together, and put back together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.models import Customer
from guanhu.apps.people.actions import hold_day
from guanhu.apps.people.compiled import AnyOf
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.people.queries import shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.actions import REASON_LENGTH
from guanhu.apps.work.bulk.queries import defer_preview
from guanhu.apps.work.models import Deferral, Promise
from guanhu.rules.kinds import TrailAction
from guanhu.rules.lists import Condition


@dataclass(frozen=True)
class DeferReport:
    """What became of it: the deferrals made, and with how many somebody else was first."""

    deferrals: tuple[UUID, ...]
    left: int


@recorded
def defer_all(
    *, by: Viewer, which: Sequence[Condition], reason: str, now: datetime, seen: int | None = None,
    only: Collection[UUID] | None = None,
) -> DeferReport:  # fmt: skip
    """Set aside today's open lines of everybody a question finds, duties left out, as ``actions.defer`` does for one.

    ``seen``: how many the person was told; ``Conflict`` when there are others now · ``only``: of them those that were
    ticked, by public id; null for all. Where somebody was first with a customer she stays as she is, and the report
    says so. ``Refused`` without a reason or without anybody.
    """
    hold_day(by.branch_id)
    open_day = shown(by.branch_id)
    found = defer_preview(by, which, open_day) if open_day else None
    if open_day is None or found is None or not found.count:
        raise Refused({"reason": _("符合条件的客户今天都不在名单上，或已经做完")})
    if not 0 < len(reason.strip()) <= REASON_LENGTH:
        raise Refused({"reason": _("请写下顺延的原因，不超过 %(n)s 字") % {"n": REASON_LENGTH}})
    if seen is not None and seen != found.count:
        raise Conflict(_("名单刚有变化：现在是 %(n)s 户，看过再顺延") % {"n": found.count})
    chosen = sorted(line.customer_id for line in found.lines if only is None or line.public_id in only)
    if not chosen:
        raise Refused({"reason": _("一户也没有选")})
    hold_customers(by, chosen)
    # held by now: nobody changes these any more
    still = {line.customer_id for line in defer_preview(by, which, open_day).lines}
    keys = [key for key in chosen if key in still]
    made = set_aside(by, keys, day=open_day.today, reason=reason.strip(), now=now)
    _note(by, "defer", keys, which)
    return DeferReport(tuple(each.public_id for each in made), len(chosen) - len(keys))


def set_aside(by: Viewer, keys: Sequence[int], *, day: date, reason: str, now: datetime) -> list[Deferral]:
    """Today's lines of these customers, held and open, are set aside with one reason. For the apps alone."""
    Deferral.objects.bulk_create(
        Deferral(customer_id=key, staff_id=by.staff_id, day_on=day, reason=reason, recorded_at=now) for key in keys
    )
    made = Deferral.objects.seen_by(by).filter(AnyOf("customer_id", list(keys)), day_on=day, undone_at=None)
    made = list(made.order_by("customer_id"))
    for each in made:
        trail.note(by, TrailAction.DEFER, person=each.customer_id, object=("deferral", str(each.public_id)),
                   after={"reason": reason})  # fmt: skip
    return made


@recorded
def undo_all(*, by: Viewer, deferrals: Sequence[UUID], now: datetime) -> int:
    """Put the lines back that were set aside together; what is not hers or closed by now stays. Tells how many."""
    hold_day(by.branch_id)
    open_day = shown(by.branch_id)
    mine = Deferral.objects.seen_by(by).filter(AnyOf("public_id", list(deferrals)), undone_at=None)
    if open_day is None:
        return 0
    mine = mine.filter(day_on=open_day.today)
    hold_customers(by, list(mine.values_list("customer_id", flat=True)))
    back = list(mine.order_by("customer_id"))
    Deferral.objects.seen_by(by).filter(AnyOf("pk", [each.pk for each in back])).update(undone_at=now)
    keys = [each.customer_id for each in back]
    promised = Promise.objects.seen_by(by).filter(AnyOf("made_of_id", [each.pk for each in back]))
    promised.filter(kept_by=None, withdrawn_at=None).update(withdrawn_at=now)
    for each in back:
        trail.note(by, TrailAction.DEFER_UNDO, person=each.customer_id, object=("deferral", str(each.public_id)))
    if back:
        _note(by, "undo", keys, ())
    return len(back)


def hold_customers(by: Viewer, keys: Sequence[int]) -> None:
    """Hold these customers until the transaction ends, in the order of their keys. For the apps alone."""
    rows = Customer.objects.seen_by(by).filter(AnyOf("key", list(keys))).order_by("key")
    list(rows.select_for_update(of=("self",)).values_list("key", flat=True))


def _note(by: Viewer, what: str, keys: Sequence[int], which: Sequence[Condition]) -> None:
    """One record for the whole act, beside those of each customer."""
    fields = [one.trait.value for one in which]
    trail.note(by, TrailAction.LIST_ACT, object=("list", what), people=keys, fields=fields)
