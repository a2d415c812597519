"""Reading: can each list in reach be served as often as its tiers ask? P52, P56."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from guanhu.apps.customers.models import Standing
from guanhu.apps.people import policy as bank
from guanhu.apps.people.models import Staff
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Permission, Reach, require
from guanhu.rules.feasibility import Feasibility, feasible
from guanhu.rules.kinds import Channel, Tier
from guanhu.rules.plan import quota_for


@dataclass(frozen=True)
class Fit:
    """One colleague's list: how many of each tier, what a whole day asks of her, and whether that is enough."""

    public_id: UUID
    name: str
    post: str
    """Empty where it is not known: nothing is asked of such a day."""
    customers: dict[Tier, int]
    quota: dict[Channel, int]
    answer: Feasibility

    @property
    def kept(self) -> int:
        """Customers on the list."""
        return sum(self.customers.values())


def fits(viewer: Viewer, now: Shown) -> tuple[Fit, ...]:
    """工作量测算 of every list in reach, one's own or the branch's, by post and staff number.

    Tiers as last night measured them; the day's quota as for a colleague who is there all day.
    """
    seen = require(viewer, Permission.BOOK_READ)
    rows = Standing.objects.seen_by(seen).filter(
        night_id=now.night_id, keeper__isnull=False, customer__merged_into=None, customer__left_on=None
    )
    if seen.reach is Reach.OWN:
        rows = rows.filter(keeper_id=viewer.staff_id)
    lists: dict[int, dict[Tier, int]] = {}
    for keeper, tier, many in rows.values_list("keeper_id", "tier").annotate(n=Count("pk")):
        lists.setdefault(keeper, {})[Tier(tier)] = many
    staff = Staff.objects.filter(pk__in=lists).order_by("post", "staff_no")
    return tuple(_fit(one, lists[one.pk]) for one in staff)


def _fit(one: Staff, customers: dict[Tier, int]) -> Fit:
    policy = bank.in_force()
    quota = quota_for(policy, post=one.post, customers=sum(customers.values()))
    return Fit(one.public_id, one.name, one.post, customers, quota, feasible(customers, quota, policy))
