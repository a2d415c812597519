"""Reading: the common pool of a branch, and the customers the rules name for it; by tier, the longest first. P42."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate

from guanhu.apps.audit import trail
from guanhu.apps.customers.models import Standing
from guanhu.apps.people import policy as bank
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio.calling import called
from guanhu.apps.portfolio.models import Assignment
from guanhu.rules.access import Permission, require
from guanhu.rules.kinds import Tier, TrailAction

MOST = 50
"""So many of each list are shown; there is a number for the rest."""


@dataclass(frozen=True)
class Waiting:
    """One customer of a list: masked, with what she has on average and how many days she has waited; fen."""

    customer: UUID
    called: str
    tail: str
    tier: Tier
    average_fen: int
    keeper: str
    days: int | None
    late: bool


@dataclass(frozen=True)
class Pool:
    """The two lists of a branch: whom nobody keeps, and whom the rules name because nobody has been in touch."""

    nobodys: tuple[Waiting, ...]
    nobodys_in_all: int
    quiet: tuple[Waiting, ...]
    quiet_in_all: int


def pool(viewer: Viewer, now: Shown) -> Pool:
    """公共池 and 该回收的 of the branch, for its head: A before B before C, who has waited longest first.

    In the pool one is late when she has waited longer than her tier may; with a keeper one is named when there was no
    effective contact for so long and nothing protects her.
    """
    seen = require(viewer, Permission.ROUND_WRITE)
    rows = Standing.objects.seen_by(seen).filter(
        night_id=now.night_id, customer__branch_id=now.branch_id, customer__merged_into=None, customer__left_on=None
    )
    left = Assignment.objects.seen_by(seen).filter(customer=OuterRef("customer_id")).values("customer")
    nobodys = rows.filter(customer__keeper=None).annotate(
        since=Subquery(left.annotate(last=Max("until_at")).values("last"))
    )
    quiet = rows.exclude(customer__keeper=None).filter(_quiet(now.today), protection=0)
    told = Pool(
        tuple(sorted((_of_nobody(row, now.today) for row in _first(nobodys)), key=_longest)), nobodys.count(),
        tuple(sorted((_quiet_one(row, now.today) for row in _first(quiet)), key=_longest)), quiet.count(),
    )  # fmt: skip
    shown = [row.customer_id for row in (*_first(nobodys), *_first(quiet))]
    if shown:
        trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "pool"), people=shown)
    return told


def _quiet(today: date) -> Q:
    """Without an effective contact for longer than the tier may go."""
    late = Q()
    for tier, days in bank.in_force().recycle_days.items():
        line = today - timedelta(days=days)
        late |= Q(tier=tier.value) & (
            Q(last_contact_on__lt=line) | Q(last_contact_on=None, customer__opened_on__lt=line)
        )
    return late


def _first(rows: QuerySet[Standing]) -> QuerySet[Standing]:
    return rows.select_related("customer", "customer__keeper").order_by("tier", "-average_fen", "customer_id")[:MOST]


def _of_nobody(row: Standing, today: date) -> Waiting:
    since = getattr(row, "since", None)
    days = (today - localdate(since)).days if since else None
    waits = (today - row.customer.opened_on).days if days is None else days
    return _waiting(row, days, waits > bank.in_force().pool_days[Tier(row.tier)])


def _quiet_one(row: Standing, today: date) -> Waiting:
    return _waiting(row, (today - row.last_contact_on).days if row.last_contact_on else None, late=True)


def _waiting(row: Standing, days: int | None, late: bool) -> Waiting:
    one = row.customer
    return Waiting(one.public_id, called(one.name, one.kind), one.customer_no[-4:], Tier(row.tier), row.average_fen,
                   one.keeper.name if one.keeper else "", days, late)  # fmt: skip


def _longest(one: Waiting) -> tuple[str, bool, int]:
    return (one.tier.value, one.days is not None, -(one.days or 0))
