"""Reading: what we offer for each need of a customer or of a whole list, and the plan made for one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from guanhu.apps.audit import trail
from guanhu.apps.catalog.queries import products_by_no
from guanhu.apps.customers.living.queries import kept
from guanhu.apps.customers.living.shapes import KeptCourse, KeptFact, KeptIntention, KeptOffer, Want, WantsOf, WantsPage
from guanhu.apps.customers.models import Course, Customer, Fact, Holding, Intention, Offer
from guanhu.apps.customers.queries import age_on
from guanhu.apps.people.compiled import AnyOf, compiled
from guanhu.apps.people.queries import Shown, shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.kinds import TrailAction
from guanhu.rules.living import FactKind
from guanhu.rules.masks import mask_name
from guanhu.rules.serving import CourseKind, CourseState

PAGE = 50
"""Customers on one page of the table. Reliability A9."""


def offers_of(viewer: Viewer, *keys: int) -> tuple[KeptOffer, ...]:
    """What we can offer for the needs of a customer in reach, each under the need's own item. P9."""
    return tuple(kept(_offers(viewer, list(keys))))


HOLDINGS = UUID("6d1f0c52-7b0e-4d8e-9a53-5e0d3a52c130")
"""Out of which the names of holdings are made."""


def item_of(holding_key: int) -> UUID:
    """By which name what was said about a holding is kept: night after night the same."""
    return uuid5(HOLDINGS, str(holding_key))


def intentions_of(viewer: Viewer, *keys: int) -> dict[UUID, KeptIntention]:
    """What a customer in reach will do when something matures, by the holding's own item. P130."""
    return {each.item: each for each in kept(_intentions(viewer, list(keys)))}


def wants_of(facts: tuple[KeptFact, ...], offers: tuple[KeptOffer, ...]) -> tuple[Want, ...]:
    """差异化客户表 of one customer: each need among what was learnt of her, with what we can offer."""
    answers = {each.item: each for each in offers}
    needs = (each for each in facts if each.now.said.kind is FactKind.NEED)
    return tuple(Want(need, answers.get(need.item)) for need in needs)


def course_of(viewer: Viewer, *keys: int) -> tuple[KeptCourse, ...]:
    """一户一策: the goals, then the steps by their day; what is over stands behind. P174."""
    order, states = list(CourseKind), list(CourseState)
    lines: list[KeptCourse] = list(kept(_courses(viewer, list(keys))))
    return tuple(
        sorted(
            lines,
            key=lambda one: (
                order.index(one.now.said.kind), states.index(one.now.said.state) > 0, str(one.now.said.due_on or "~"),
                str(one.item),
            ),
        )
    )  # fmt: skip


def wants_page(viewer: Viewer, after: UUID | None) -> WantsPage | None:
    """差异化客户表 of the whole list: the customers one keeps of whom a need is known, by number, fifty at once. P9.

    Null before any night.
    """
    now = shown(viewer.branch_id)
    if now is None:
        return None
    number = _number.first(viewer, after) if after else None
    rows = _wanting(viewer, number, most=PAGE + 1)
    there = rows[:PAGE]
    keys = [row[0] for row in there]
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "wants"), people=keys)
    files: dict[int, int] = dict(_numbers(viewer, keys))
    lines = _lines(viewer, files)
    held = _held(viewer, files, now)
    told = tuple(
        WantsOf(
            public_id, mask_name(name, kind), kind, age_on(birth_on, now.today), held.get(key, ()), lines.get(key, ())
        )
        for key, public_id, name, kind, birth_on in there
    )
    return WantsPage(now.currency, told, there[-1][1] if len(rows) > PAGE else None)


def _lines(viewer: Viewer, files: Mapping[int, int]) -> dict[int, tuple[Want, ...]]:
    """The needs of these customers with what we offer for each, by the file each number stands in."""
    of: dict[int, list[Want]] = {}
    offers = {each.item: each for each in kept(_offers(viewer, sorted(files)))}
    for row in _needs(viewer, sorted(files)):
        (need,) = kept([row])
        of.setdefault(files[row.customer_id], []).append(Want(need, offers.get(need.item)))
    return {key: tuple(wants) for key, wants in of.items()}


def _held(viewer: Viewer, files: Mapping[int, int], now: Shown) -> dict[int, tuple[str, ...]]:
    """What these customers hold, by the products' names."""
    rows = _holdings(viewer, sorted(files), now.night_id)
    names = products_by_no(number for _key, number in rows)
    of: dict[int, dict[str, None]] = {}
    for key, number in rows:
        of.setdefault(files[key], {})[names[number].name if number in names else number] = None
    return {key: tuple(names) for key, names in of.items()}


@compiled(Offer)
def _offers(viewer: Viewer, keys: list[int]) -> Any:
    rows = Offer.objects.seen_by(viewer).filter(AnyOf("customer_id", keys))
    return rows.select_related("by").order_by("item", "-version", "-pk")


@compiled(Intention)
def _intentions(viewer: Viewer, keys: list[int]) -> Any:
    rows = Intention.objects.seen_by(viewer).filter(AnyOf("customer_id", keys))
    return rows.select_related("by").order_by("item", "-version", "-pk")


@compiled(Course)
def _courses(viewer: Viewer, keys: list[int]) -> Any:
    rows = Course.objects.seen_by(viewer).filter(AnyOf("customer_id", keys))
    return rows.select_related("by").order_by("item", "-version", "-pk")


@compiled(str)
def _number(viewer: Viewer, public_id: UUID) -> Any:
    return Customer.objects.seen_by(viewer).filter(public_id=public_id).values_list("customer_no", flat=True)


def _standing_needs(viewer: Viewer) -> Any:
    """The last wordings of needs that were not taken off; the next may stand under the file hers was merged into."""
    later = Fact.objects.seen_by(viewer).filter(
        Q(customer_id=OuterRef("customer_id")) | Q(customer_id=OuterRef("customer__merged_into_id")),
        item=OuterRef("item"), version__gt=OuterRef("version"),
    )  # fmt: skip
    return Fact.objects.seen_by(viewer).filter(~Exists(later), kind=FactKind.NEED.value, removed=False)


@compiled(tuple)
def _wanting(viewer: Viewer, number: str | None, *, most: int) -> Any:
    needs = _standing_needs(viewer)
    hers = Exists(needs.filter(customer_id=OuterRef("key"))) | Exists(
        needs.filter(customer__merged_into=OuterRef("key"))
    )
    rows = Customer.objects.seen_by(viewer).filter(hers, merged_into=None)
    rows = rows if number is None else rows.filter(customer_no__gt=number)
    return rows.order_by("customer_no").values_list("key", "public_id", "name", "kind", "birth_on")[:most]


@compiled(tuple)
def _numbers(viewer: Viewer, keys: list[int]) -> Any:
    """All numbers of the bank whose files these are, each with its file."""
    rows = Customer.objects.seen_by(viewer).filter(Q(AnyOf("key", keys)) | Q(AnyOf("merged_into_id", keys)))
    return rows.values_list("key", Coalesce("merged_into_id", "key"))


@compiled(Fact)
def _needs(viewer: Viewer, keys: list[int]) -> Any:
    rows = _standing_needs(viewer).filter(AnyOf("customer_id", keys))
    return rows.select_related("by").order_by("customer_id", "-heard_on", "item")


@compiled(tuple)
def _holdings(viewer: Viewer, keys: list[int], night_id: int) -> Any:
    rows = Holding.objects.seen_by(viewer).filter(AnyOf("customer_id", keys), night_id=night_id)
    return rows.order_by("customer_id", "matures_on", "holding_key").values_list("customer_id", "product_no")
