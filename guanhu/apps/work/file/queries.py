"""Reading one customer's file: its head at once, the rest by itself, or both as one card; each look is on the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guanhu.apps.audit import trail
from guanhu.apps.catalog.queries import products_by_no
from guanhu.apps.customers import queries as customers
from guanhu.apps.customers.duplicates.sources.queries import called_by, sources_of, with_chosen
from guanhu.apps.customers.living.queries import days_of, facts_of
from guanhu.apps.customers.living.shapes import KeptCourse
from guanhu.apps.customers.models import Customer, Holding, StageRecord
from guanhu.apps.customers.quality.queries import meter
from guanhu.apps.customers.relations.queries import ties_of
from guanhu.apps.customers.serving.queries import course_of, intentions_of, offers_of, wants_of
from guanhu.apps.customers.shapes import Card as Card
from guanhu.apps.customers.shapes import Head as Head
from guanhu.apps.customers.shapes import Rest as Rest
from guanhu.apps.customers.visits.queries import visits_of
from guanhu.apps.people.compiled import AnyOf, Count, compiled
from guanhu.apps.people.errors import MovedTo
from guanhu.apps.people.queries import Shown, shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.desk import Morning
from guanhu.apps.work.file.cards import HeadRows, RestRows, head_of, rest_of
from guanhu.apps.work.file.seen import as_seen, course_as_seen
from guanhu.apps.work.models import Touch
from guanhu.apps.work.queries import ahead_of, chips_of, desk_of, promised
from guanhu.rules.kinds import TrailAction
from guanhu.rules.living import FactKind

TIMELINE = 60
"""Contacts on the customer page."""


@dataclass(frozen=True)
class _Open:
    """A file that was opened, and what of it both parts show."""

    viewer: Viewer
    now: Shown
    customer: Customer
    keys: list[int]
    """All numbers of the bank whose file it is, the file's own first."""
    sources: Mapping[str, Customer]
    """Where a value is taken from another file of the same person."""
    phone: str
    stages: list[StageRecord]


def head(viewer: Viewer, public_id: UUID, at: Morning | None = None, *, by_day: bool = False) -> Head | None:
    """The head of a file: who she is, five figures, how her assets lie; null for anybody else's, or before any night.

    ``at``: what the page has asked for already · ``by_day``: with the assets of the last three months day by day.
    """
    opened = _open(viewer, public_id, at, "file")
    if opened is None:
        return None
    return as_seen(_head(opened, _assets(opened), by_day=by_day), viewer, opened.customer.keeper_id)


def rest(viewer: Viewer, public_id: UUID, at: Morning | None = None) -> Rest | None:
    """The rest of a file: holdings, what happened, numbers, dates, consents, who is next; else null like the head."""
    opened = _open(viewer, public_id, at, "file_rest")
    if opened is None:
        return None
    held = customers.holdings_of(viewer, opened.now, *opened.keys)
    return as_seen(_rest(opened, held), viewer, opened.customer.keeper_id)


def card(viewer: Viewer, public_id: UUID, at: Morning | None = None) -> Card | None:
    """客户360: the whole file of an own customer; else null."""
    opened = _open(viewer, public_id, at, "file")
    if opened is None:
        return None
    assets = _assets(opened)
    whole = Card(**{**vars(_head(opened, assets)), **vars(_rest(opened, assets.holdings))})
    return as_seen(whole, viewer, opened.customer.keeper_id)


def course(viewer: Viewer, public_id: UUID) -> tuple[Card, tuple[KeptCourse, ...]] | None:
    """一户一策: the file with the goals and steps of the plan for this customer, as this viewer may read; else null."""
    opened = _open(viewer, public_id, None, "course")
    if opened is None:
        return None
    assets, keeper = _assets(opened), opened.customer.keeper_id
    whole = Card(**{**vars(_head(opened, assets)), **vars(_rest(opened, assets.holdings))})
    return as_seen(whole, viewer, keeper), course_as_seen(course_of(viewer, *opened.keys), viewer, keeper)


def _open(viewer: Viewer, public_id: UUID, at: Morning | None, what: str) -> _Open | None:
    now = at.now if at else shown(viewer.branch_id)
    customer = customers.customer_of(viewer, public_id, whole=True) if now else None
    if now is None or customer is None:
        return None
    if customer.file:  # type: ignore[attr-defined]
        raise MovedTo(customer.file)  # type: ignore[attr-defined]
    trail.note(viewer, TrailAction.CUSTOMER_VIEW, person=customer.key, object=(what, str(public_id)))
    keys, sources = customers.keys_of(customer), sources_of(viewer, customer)
    stages = customers.stages_of(viewer, *keys)
    phone = customers.phone_of(viewer, *called_by(customer, sources))
    return _Open(viewer, now, with_chosen(customer, sources), keys, sources, phone, stages)


def _assets(opened: _Open) -> customers.Assets:
    return customers.assets_of(opened.viewer, opened.now, *opened.keys)


def _head(opened: _Open, assets: customers.Assets, *, by_day: bool = False) -> Head:
    now = opened.now
    changes = customers.day_changes(opened.viewer, now.night_id, *opened.keys) if by_day else None
    return head_of(HeadRows(now, opened.customer, opened.sources, opened.phone, assets, opened.stages, changes))


def _rest(opened: _Open, held: list[Holding]) -> Rest:
    viewer, now, keys = opened.viewer, opened.now, opened.keys
    latest, facts = _latest(viewer, keys), facts_of(viewer, *keys)
    learnt = [(each.now.said.kind, each.now.said.heard_on) for each in facts]
    has_need = any(each.now.said.kind is FactKind.NEED for each in facts)
    chips = chips_of(viewer, now, keys)
    live = [touch for touch in latest if touch.undone_at is None]
    return rest_of(
        RestRows(
            now=now,
            customer=opened.customer,
            sources=opened.sources,
            phone=opened.phone,
            holdings=held,
            accounts=customers.accounts_of(viewer, *keys),
            stages=opened.stages,
            complaints=customers.complaints_of(viewer, *keys),
            chips=tuple(chip for one in keys for chip in chips.get(one, ())),
            products=products_by_no(holding.product_no for holding in held),
            touches=latest,
            touched=len(live) if len(latest) < TIMELINE else _live.first(viewer, keys) or 0,
            promises=promised(viewer, keys),
            planned=ahead_of(viewer, now.night_id, now.today, keys),
            consents=customers.consents_of(viewer, *keys),
            kept=days_of(viewer, *keys),
            facts=facts,
            intentions=intentions_of(viewer, *keys),
            wants=wants_of(facts, offers_of(viewer, *keys) if has_need else ()),
            ties=ties_of(viewer, keys[0], now.night_id, keys[1:]),
            around=desk_of(viewer.at_own_desk(), now).around(keys[0]),
            visits=visits_of(viewer, *keys),
            meter=meter(viewer, now, keys[0], learnt, keys[1:]),
        )
    )


@compiled(Touch)
def _latest(viewer: Viewer, keys: list[int]) -> Any:
    touches = Touch.objects.seen_by(viewer).filter(AnyOf("customer_id", keys))
    return touches.select_related("staff").order_by("-day_on", "-at_time", "-pk")[:TIMELINE]


@compiled(int)
def _live(viewer: Viewer, keys: list[int]) -> Any:
    touches = Touch.objects.seen_by(viewer).filter(AnyOf("customer_id", keys), undone_at=None)
    return touches.values_list(Count(), flat=True)
