"""Writing: telling a keeper what somebody else did with her customer, and that she has read it. Ask 19."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.models import Customer
from guanhu.apps.customers.notices.models import Notice
from guanhu.apps.people.scope import Viewer
from guanhu.rules.kinds import TrailAction


def tell_keeper(by: Viewer, row: Customer, what: TrailAction, now: datetime) -> None:
    """Tell the keeper of this customer what was just done, unless she did it herself; unread, the same is told once."""
    if row.keeper_id is None or row.keeper_id == by.staff_id:
        return
    made = Notice(customer=row, to_id=row.keeper_id, by_id=by.staff_id, what=what.value, at=now)
    Notice.objects.bulk_create([made], ignore_conflicts=True)


def tell_of_review(by: Viewer, to_id: int, now: datetime) -> None:
    """Tell a colleague that something was said to a review of hers; unread, the same is told once."""
    if to_id != by.staff_id:
        made = Notice(to_id=to_id, by_id=by.staff_id, what=TrailAction.REVIEW.value, at=now)
        Notice.objects.bulk_create([made], ignore_conflicts=True)


@recorded
def read(*, by: Viewer, notices: Sequence[UUID], now: datetime) -> int:
    """She has read these; those that are not hers are let be. Returns how many were unread."""
    mine = Notice.objects.seen_by(by).filter(public_id__in=list(notices), read_at=None)
    return int(mine.update(read_at=now))
