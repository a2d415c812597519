"""Reading: today's workbench, the brief before a contact, the customer page, and what the night takes out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from guanhu.apps.catalog.queries import products_by_no
from guanhu.apps.customers import queries as customers
from guanhu.apps.customers.models import Source
from guanhu.apps.customers.shapes import Card as Card
from guanhu.apps.customers.shapes import Chip
from guanhu.apps.people.queries import Shown, shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.briefs import BriefRows, brief_of
from guanhu.apps.work.cards import CardRows, card_of
from guanhu.apps.work.lines import (
    ANSWERED,
    Desk,
    People,
    chips_by_customer,
    deferred_lines,
    done_lines,
    in_order,
    minutes_left,
    open_groups,
    quotas_done,
)
from guanhu.apps.work.models import Deferral, Opportunity, PlanLine, Promise, Quota, Touch
from guanhu.apps.work.shapes import Brief as Brief
from guanhu.apps.work.shapes import NextStep, QuotaDone
from guanhu.apps.work.shapes import Today as Today
from guanhu.apps.work.silence import MEMORY_DAYS, Known, PastContact
from guanhu.rules.kinds import Channel

TIMELINE = 60
"""Contacts on the customer page."""


def today(viewer: Viewer) -> Today | None:
    """今日工作台: the viewer's day; null when no night was ever published for her branch."""
    now = shown(viewer.branch_id)
    if now is None:
        return None
    desk = desk_of(viewer, now)
    people = _people(viewer, now, {line.customer_id for line in desk.plan} | desk.touches.keys())
    groups = open_groups(desk, people)
    return Today(
        day=now.today,
        data_day=now.data_day,
        branch=now.branch,
        currency=now.currency,
        customers=customers.customers_kept(viewer),
        quotas=_quotas(viewer, now, desk),
        groups=groups,
        done=done_lines(desk, people),
        deferred=deferred_lines(desk, people),
        open_lines=sum(len(group.lines) for group in groups),
        planned=len(desk.plan),
        done_planned=sum(desk.is_done(line.customer_id) for line in desk.plan),
        minutes_left=minutes_left(groups),
    )


def desk_of(viewer: Viewer, now: Shown) -> Desk:
    """The viewer's plan of the day and what happened to it, in four queries. For the apps alone."""
    plan = PlanLine.objects.seen_by(viewer).filter(night_id=now.night_id, keeper_id=viewer.staff_id)
    touches: dict[int, list[Touch]] = defaultdict(list)
    for touch in Touch.objects.seen_by(viewer).filter(day_on=now.today, source=Source.OWN).order_by("pk"):
        touches[touch.customer_id].append(touch)
    waiting = Promise.objects.seen_by(viewer).filter(
        due_on=now.today, made_on=now.today, kept_by=None, withdrawn_at=None
    )
    deferrals = list(Deferral.objects.seen_by(viewer).filter(day_on=now.today).order_by("pk"))
    return Desk(
        plan=in_order(plan.select_related("customer")),
        touches={key: tuple(those) for key, those in touches.items()},
        retries={promise.customer_id: promise for promise in waiting.order_by("pk")},
        deferrals={one.customer_id: one for one in deferrals if one.undone_at is None},
        changes=Counter(
            row.customer_id
            for row in (*(touch for those in touches.values() for touch in those), *deferrals)
            for _change in (row.recorded_at, row.undone_at)
            if _change is not None
        ),
    )


def _people(viewer: Viewer, now: Shown, keys: Iterable[int]) -> People:
    known = customers.customers_by_key(viewer, keys)
    return People(
        customers=known,
        standings=customers.standings_by_key(viewer, now.night_id, known),
        chips=_chips(viewer, now, known),
        today=now.today,
    )


def _chips(viewer: Viewer, now: Shown, keys: Iterable[int]) -> dict[int, tuple[Chip, ...]]:
    """The reasons last night found for these customers and that have not passed by today."""
    rows = Opportunity.objects.seen_by(viewer).filter(night_id=now.night_id, customer_id__in=set(keys))
    return chips_by_customer(rows.filter(Q(expires_on=None) | Q(expires_on__gte=now.today)), now.today)


def _quotas(viewer: Viewer, now: Shown, desk: Desk) -> tuple[QuotaDone, ...]:
    rows = list(Quota.objects.seen_by(viewer).filter(night_id=now.night_id))
    return quotas_done(rows, (touch for those in desk.touches.values() for touch in those), viewer.staff_id)


def brief(viewer: Viewer, public_id: UUID, language: str = "zh") -> Brief | None:
    """客户简报: what to know before one contact with an own customer; null for anybody else's, or before any night."""
    now = shown(viewer.branch_id)
    customer = customers.customer_of(viewer, public_id)
    if now is None or customer is None:
        return None
    key = customer.key
    desk = desk_of(viewer, now)
    rows = BriefRows(
        now=now,
        customer=customer,
        desk=desk,
        line=next((line for line in desk.plan if line.customer_id == key), None),
        standing=customers.standings_by_key(viewer, now.night_id, [key]).get(key),
        chips=_chips(viewer, now, [key]).get(key, ()),
        phone=customers.phone_of(viewer, key),
        answered=_answered_times(viewer, key),
        known=_known(viewer, key, now.today),
        promises=_promises(viewer, key),
    )
    return brief_of(viewer, rows, language)


def dial(*, by: Viewer, customer: UUID) -> str | None:
    """The number in full, for a call to an own customer; empty where the bank gave none, null for anybody else's."""
    row = customers.customer_of(by, customer)
    return customers.phone_of(by, row.key) if row else None


def _known(viewer: Viewer, key: int, today: date) -> Known:
    """What bears on whether the customer may be contacted today."""
    since = today - timedelta(days=MEMORY_DAYS)
    past = Touch.objects.seen_by(viewer).filter(customer_id=key, undone_at=None, day_on__range=(since, today))
    return Known(
        today=today,
        consents=customers.consents_of(viewer, key),
        complaints=[(row.opened_on, row.closed_on) for row in customers.complaints_of(viewer, key)],
        contacts=[PastContact(*row) for row in past.values_list("day_on", "channel", "outcome")],
    )


def _answered_times(viewer: Viewer, key: int) -> list[time]:
    """When the customer picked up the phone, the last fifty times."""
    calls = Touch.objects.seen_by(viewer).filter(
        customer_id=key, channel=Channel.CALL, outcome__in=ANSWERED, undone_at=None, at_time__isnull=False
    )
    return list(calls.order_by("-day_on", "-pk").values_list("at_time", flat=True)[:50])


def _promises(viewer: Viewer, key: int) -> tuple[NextStep, ...]:
    rows = Promise.objects.seen_by(viewer).filter(customer_id=key, kept_by=None, withdrawn_at=None)
    return tuple(NextStep(row.due_on, row.channel, row.purpose, row.at_time) for row in rows.order_by("due_on", "pk"))


def card(viewer: Viewer, public_id: UUID) -> Card | None:
    """客户360: head, figures, holdings, trend, timeline, dates, consents and stages of an own customer; else null."""
    now = shown(viewer.branch_id)
    customer = customers.customer_of(viewer, public_id)
    if now is None or customer is None:
        return None
    key = customer.key
    file = customers.file_of(viewer, customer, now)
    touches = Touch.objects.seen_by(viewer).filter(customer_id=key)
    rows = CardRows(
        now=now,
        customer=customer,
        file=file,
        chips=_chips(viewer, now, [key]).get(key, ()),
        products=products_by_no(holding.product_no for holding in file.holdings),
        touches=list(touches.select_related("staff").order_by("-day_on", "-at_time", "-pk")[:TIMELINE]),
        touched=touches.filter(undone_at=None).count(),
        promises=list(Promise.objects.seen_by(viewer).filter(customer_id=key, kept_by=None, withdrawn_at=None)),
        consents=customers.consents_of(viewer, key),
        around=desk_of(viewer, now).around(key),
    )
    return card_of(rows)


def contacts_between(first: date, last: date) -> list[dict[str, Any]]:
    """Our own contacts of these days, undone ones left out, in the columns of ``OWN_CONTACTS``, by key."""
    rows = (
        Touch.objects.for_system("notes of the day")
        .filter(source=Source.OWN, undone_at=None, day_on__gte=first, day_on__lte=last)
        .order_by("pk")
        .values_list("pk", "customer_id", "staff_no", "day_on", "channel", "seconds", "outcome")
    )
    names = ("contact", "customer", "staff_no", "day_on", "channel", "seconds", "outcome")
    return [dict(zip(names, row, strict=True)) for row in rows]


def promises_as_of(day: date) -> list[dict[str, Any]]:
    """Promises made by a day and not kept by it, in the columns of ``PROMISES``: one a customer, day and channel."""
    rows = (
        Promise.objects.for_system("notes of the day")
        .filter(made_on__lte=day, withdrawn_at=None)
        .filter(Q(kept_by=None) | Q(kept_by__day_on__gt=day))
        .order_by("customer_id", "due_on", "channel")
        .distinct("customer_id", "due_on", "channel")
        .values_list("customer_id", "due_on", "channel")
    )
    return [dict(zip(("customer", "due_on", "channel"), row, strict=True)) for row in rows]
