"""Reading: how long customers have had their keeper, and how many keepers they had in two years. P50."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, F, Q

from guanhu.apps.customers.models import Customer
from guanhu.apps.people.models import Staff
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio.models import Assignment
from guanhu.rules.access import Permission, require

MONTHS_24 = 731
MOST_SHOWN = 4


@dataclass(frozen=True)
class Tenure:
    """One keeper: customers, and the mean of the days since each came to her."""

    name: str
    post: str
    customers: int
    days: int


@dataclass(frozen=True)
class Stability:
    """The branch: keeper by keeper, and how many customers had one, two, three, or more keepers in two years."""

    tenures: tuple[Tenure, ...]
    keepers: tuple[tuple[int, int], ...]
    """(how many keepers, how many customers); the last one stands for so many and more."""
    since: datetime | None
    """When the record begins."""


def stability(viewer: Viewer, now: datetime) -> Stability:
    """管户稳定报告 of the branches in reach; days from the record of who kept whom, which the database writes. P50."""
    seen = require(viewer, Permission.ROUND_READ)
    rows = Assignment.objects.seen_by(seen).filter(
        customer__branch_id__in=seen.branches, customer__merged_into=None, customer__left_on=None
    )
    open_now = rows.filter(until_at=None).values("keeper_id").annotate(n=Count("pk"), since=Avg(now - F("from_at")))
    told = {one["keeper_id"]: one for one in open_now}
    staff = Staff.objects.filter(pk__in=told).order_by("post", "staff_no")
    tenures = tuple(Tenure(one.name, one.post, told[one.pk]["n"], max(0, told[one.pk]["since"].days)) for one in staff)
    lately = rows.filter(Q(until_at=None) | Q(until_at__gt=now - timedelta(days=MONTHS_24)))
    had = lately.values("customer_id").annotate(n=Count("keeper_id", distinct=True)).values_list("n", flat=True)
    spread = dict.fromkeys(range(MOST_SHOWN + 1), 0)
    for n in had:
        spread[min(n, MOST_SHOWN)] += 1
    everybody = Customer.objects.seen_by(seen).filter(branch_id__in=seen.branches, merged_into=None, left_on=None)
    spread[0] = everybody.count() - sum(many for n, many in spread.items() if n)
    first = rows.order_by("from_at").values_list("from_at", flat=True).first()
    return Stability(tenures, tuple(sorted(spread.items())), first)
