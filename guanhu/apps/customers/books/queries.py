"""Reading: the book in an order, fifty lines from a place on; no part of a long list is read to leave it out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    FilteredRelation,
    Func,
    IntegerField,
    OuterRef,
    Q,
    When,
)

from guanhu.apps.audit import trail
from guanhu.apps.customers.books.asking import queries as asking
from guanhu.apps.customers.books.asking.queries import ON_CUSTOMERS, ON_STANDINGS
from guanhu.apps.customers.books.lines.queries import FIGURES, NUMBER, PLACE, WHO, Row, lines_of
from guanhu.apps.customers.models import Customer, Standing
from guanhu.apps.customers.queries import customer_of, files_of
from guanhu.apps.customers.search import queries as searching
from guanhu.apps.customers.shapes import Book as Book
from guanhu.apps.customers.shapes import BookRow as BookRow
from guanhu.apps.people.compiled import AnyOf, Count, compiled
from guanhu.apps.people.models import Branch
from guanhu.apps.people.queries import Shown, shown
from guanhu.apps.people.scope import Viewer, one_of
from guanhu.rules.access import Reach
from guanhu.rules.kinds import TrailAction
from guanhu.rules.lists import Condition, Order, Trait

PAGE = 50
"""Customers on one page of the book. Reliability A9."""
BY_ASSETS = Order(Trait.AVERAGE, falling=True)
COUNTED = 1000
"""So far the customers of a wide list are counted; beyond it says 以上."""


@dataclass(frozen=True)
class Asked:
    """One question to the book: whose, on which night, of one tier or of whom conditions hold, in which order."""

    viewer: Viewer
    night: int | None
    tier: str | None
    which: tuple[Condition, ...]
    order: Order
    today: date

    @property
    def measured_alone(self) -> bool:
        """Does it ask for what only a night measures?"""
        return self.tier is not None or any(one.trait in asking.MEASURED for one in self.which)

    def held(self, at: asking.Place) -> Q | None:
        """Its conditions on rows that stand so; null where there are none."""
        return asking.which(self.viewer, self.which, at, self.night, self.today) if self.which else None


def book(
    viewer: Viewer, *, search: str = "", tier: str = "", which: Sequence[Condition] = (), order: Order | None = None,
    after: UUID | None = None, columns: Sequence[Trait] = (), now: Shown | None = None, kept: int | None = None,
) -> Book:  # fmt: skip
    """我的客户: the customers in the viewer's reach in an order, fifty lines; whom the night did not measure come last.

    ``search``: only whom these words find, as everywhere (``customers.search``), and not more than one page of them ·
    ``which``: conditions that all hold; those the viewer may not ask are left out · ``order``: else by assets ·
    ``after``: the customer the lines before ended with · ``columns``: what else the lines tell · ``now``: what the
    page has asked for already, and so ``kept``, how many the viewer keeps. P10.
    """
    now = now or shown(viewer.branch_id)
    asked = _asked(viewer, now, tier, which, order)
    if search.strip():
        keys = [one.customer for one in searching.nearest(viewer, search, most=PAGE)]
        found = _found(viewer, asked.night, keys, order=asking.first_order(viewer))
        total = len(found)
        searching.note_search(viewer, "book", search, total)
    else:
        found = _listed(asked, after)
        total = len(found) if len(found) <= PAGE and after is None else _size(asked, kept)
    rows = found[:PAGE]
    fields = [one.trait.value for one in asked.which]
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "book"), people=(row[0] for row in rows), fields=fields)
    lines = lines_of(viewer, now, rows, columns)
    return Book(
        data_day=now.data_day if now else None,
        currency=now.currency if now else "CNY",
        rows=lines,
        total=min(total, COUNTED) if viewer.reach is not Reach.OWN else total,
        beyond=viewer.reach is not Reach.OWN and total > COUNTED,
        after=lines[-1].public_id if len(found) > PAGE else None,
    )


def line(viewer: Viewer, public_id: UUID, *, columns: Sequence[Trait] = ()) -> Book | None:
    """The line of one customer as the book shows it, alone; null for anybody else's, and before any night. P6."""
    now = shown(viewer.branch_id)
    customer = customer_of(viewer, public_id)
    if now is None or customer is None:
        return None
    rows = _found(viewer, now.night_id, [customer.key], order=asking.first_order(viewer))
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "book"), people=[row[0] for row in rows])
    return Book(now.data_day, now.currency, lines_of(viewer, now, rows, columns), len(rows), False, None)


def how_many(viewer: Viewer, which: Sequence[Condition], now: Shown) -> tuple[int, bool]:
    """Of how many these conditions hold, as far as one counts, and whether there are more."""
    total = _size(_asked(viewer, now, "", which, None))
    wide = viewer.reach is not Reach.OWN
    return (min(total, COUNTED), total > COUNTED) if wide else (total, False)


def of_whom(viewer: Viewer, which: Sequence[Condition], keys: Sequence[int], now: Shown) -> set[int]:
    """Of these customers those of whom the conditions hold, by key. For the apps alone."""
    asked = asked_of(viewer, now, which)
    rows = Standing.objects.seen_by(viewer).filter(AnyOf("customer_id", list(keys)), night_id=now.night_id)
    others = without_night(viewer, now.night_id).filter(AnyOf("key", list(keys)))
    if asked.tier:
        rows = rows.filter(tier=asked.tier)
    if asked.which:
        rows, others = rows.filter(asked.held(ON_STANDINGS)), others.filter(asked.held(ON_CUSTOMERS))
    found = set(rows.values_list("customer_id", flat=True))
    return found if asked.measured_alone else found | set(others.values_list("key", flat=True))


def asked_of(viewer: Viewer, now: Shown, which: Sequence[Condition]) -> Asked:
    """The question these conditions ask, in the usual order. For the apps alone."""
    return _asked(viewer, now, "", which, None)


def _asked(viewer: Viewer, now: Shown | None, tier: str, which: Sequence[Condition], order: Order | None) -> Asked:
    """The question without what this viewer may not ask; one tier alone is asked so often that it is compiled."""
    mine = tuple(one for one in which if asking.may_ask(viewer, one.trait))
    if not tier and len(mine) == 1 and mine[0].trait is Trait.TIER and len(mine[0].values) == 1 and not mine[0].other:
        tier, mine = mine[0].values[0], ()
    kept = order if order and order.trait in asking.orders(viewer) else asking.first_order(viewer)
    return Asked(viewer, now.night_id if now else None, tier or None, mine, kept, now.today if now else date.min)


# ---------------------------------------------------------------- the order


def _listed(asked: Asked, after: UUID | None) -> list[Row]:
    """Up to one line more than a page: the measured in their order, then by number; after them the others by number."""
    if asked.which and asked.night is None:
        return []  # before the first night there is no day to ask by
    begin = _place.first(asked.viewer, asked.night, after, order=asked.order) if after else None
    number, average, place = begin or (None, None, None)
    rows: list[Row] = []
    if asked.night is not None and (number is None or average is not None):
        rows = _in_order(asked, place if number else None, number)
        number = None
    if len(rows) <= PAGE and not asked.measured_alone:
        held = asked.held(ON_CUSTOMERS)
        told = (asked.viewer, asked.night, number)
        rows += _unmeasured(*told) if held is None else list(_unmeasured.question(*told, held=held))
    return rows[: PAGE + 1]


def _in_order(asked: Asked, place: Any, number: str | None) -> list[Row]:
    """The measured, of the viewer's branches and of those she keeps elsewhere: two lists in one order, merged."""
    sides = ("own",) if asked.viewer.reach is Reach.OWN else ("branches", "elsewhere")
    told = (asked.viewer, asked.night, asked.tier, place, number)
    held = asked.held(ON_STANDINGS)
    rows: list[Row] = []
    for side in sides:
        if held is None:
            rows += _measured(*told, side=side, order=asked.order)
        else:
            rows += _measured.question(*told, side=side, order=asked.order, held=held)
    if len(sides) > 1:
        rows.sort(key=itemgetter(NUMBER))
        rows.sort(key=itemgetter(PLACE), reverse=asking.goes_down(asked.order))
    return rows[: PAGE + 1]


@compiled(tuple)
def _measured(
    viewer: Viewer, night_id: int | None, tier: str | None, place: Any, number: str | None, *, side: str, order: Order,
    held: Q | None = None,
) -> Any:  # fmt: skip
    seen = Standing.objects.seen_by(viewer, walked=side == "branches")
    rows = seen.filter(night_id=night_id, customer__merged_into=None)
    if side == "branches":
        rows = rows.filter(one_of("branch_id", viewer.branches))
    if side == "elsewhere":
        rows = rows.filter(one_of("keeper_id", viewer.keepers)).exclude(one_of("branch_id", viewer.branches))
    if tier is not None:
        rows = rows.filter(tier=tier)
    if held is not None:
        rows = rows.filter(held)
    down = asking.goes_down(order)
    rows = rows.annotate(place=asking.ORDERS[order.trait](ON_STANDINGS))
    if place is not None:
        beyond, to = ("lt", "lte") if down else ("gt", "gte")
        later = Q(**{f"place__{beyond}": place}) | Q(place=place, customer__customer_no__gt=number)
        rows = rows.filter(later, **{f"place__{to}": place})
    ordered = rows.order_by("-place" if down else "place", "customer__customer_no")
    return ordered.values_list(*(f"customer__{name}" for name in WHO), *FIGURES, "place")[: PAGE + 1]


@compiled(tuple)
def _unmeasured(viewer: Viewer, night_id: int | None, number: str | None, *, held: Q | None = None) -> Any:
    rows = without_night(viewer, night_id)
    if held is not None:
        rows = rows.filter(held)
    if number is not None:
        rows = rows.filter(customer_no__gt=number)
    nothing = [F(f"now__{name}") for name in FIGURES]
    measured_now = FilteredRelation("standings", condition=Q(standings__night_id=night_id))
    return rows.annotate(now=measured_now).order_by(_NUMBER).values_list(*WHO, *nothing)[: PAGE + 1]


_NUMBER = Func(F("customer_no"), template="(%(expressions)s || '')", output_field=CharField())
"""The customer's number, put in order when all are found: as a rule there are none, and whoever walked the index of
numbers until there were fifty would pass the whole bank."""


def without_night(viewer: Viewer, night_id: int | None) -> Any:
    """Whom the night did not measure; of several files of one person the one that was kept.

    Said as a case, so that each is looked up by herself: as two lists held against each other the database expects a
    handful of each, and compares everybody with everybody.
    """
    rows = Customer.objects.seen_by(viewer).filter(merged_into=None)
    if night_id is None:
        return rows
    measured = Standing.objects.seen_by(viewer).filter(night_id=night_id, customer_id=OuterRef("pk"))
    return rows.filter(Case(When(Exists(measured), then=False), default=True, output_field=BooleanField()))


def place_of(viewer: Viewer, night_id: int | None, public_id: UUID) -> tuple[str | None, int | None]:
    """Where a customer stands by assets: her number and average; null where she is nobody's. For the apps alone."""
    number, average, _ = _place.first(viewer, night_id, public_id, order=BY_ASSETS) or (None, None, None)
    return number, average


@compiled(tuple)
def _place(viewer: Viewer, night_id: int | None, public_id: UUID, *, order: Order) -> Any:
    """Where a customer stands in the order."""
    measured = FilteredRelation("standings", condition=Q(standings__night_id=night_id))
    rows = Customer.objects.seen_by(viewer).filter(public_id=public_id).annotate(now=measured)
    place = asking.ORDERS[order.trait](ON_CUSTOMERS)
    return rows.annotate(place=place).values_list("customer_no", "now__average_fen", "place")


# ---------------------------------------------------------------- whom words find, and how many there are


@compiled(tuple)
def _found(viewer: Viewer, night_id: int | None, keys: list[int], *, order: Order) -> Any:
    measured = FilteredRelation("standings", condition=Q(standings__night_id=night_id))
    rows = Customer.objects.seen_by(viewer).filter(pk__in=files_of(viewer, keys)).annotate(now=measured)
    place = asking.ORDERS[order.trait](ON_CUSTOMERS)
    placed = place.desc(nulls_last=True) if asking.goes_down(order) else place.asc(nulls_last=True)
    ordered = rows.order_by(placed, "customer_no")
    return ordered.values_list(*WHO, *(F(f"now__{name}") for name in FIGURES))


def _size(asked: Asked, kept: int | None = None) -> int:
    """How many there are: of one's own all (``kept``: counted already), of a wide list as far as one counts and one."""
    own = asked.viewer.reach is Reach.OWN
    if own and kept is not None and asked.tier is None and not asked.which:
        return kept
    if asked.which:
        return _held_size(asked, None if own else COUNTED + 1)
    size = _own_size if own else _wide_size
    return size.first(asked.viewer, asked.night, asked.tier) or 0


def _held_size(asked: Asked, most: int | None) -> int:
    if asked.night is None:
        return 0
    rows = Standing.objects.seen_by(asked.viewer).filter(night_id=asked.night, customer__merged_into=None)
    rows = rows.filter(asked.held(ON_STANDINGS))
    total: int = rows[:most].count()
    if not asked.measured_alone and (most is None or total < most):
        others = without_night(asked.viewer, asked.night).filter(asked.held(ON_CUSTOMERS))
        total += others[:most].count()
    return total


@compiled(int)
def _own_size(viewer: Viewer, night_id: int | None, tier: str | None) -> Any:
    if tier is None:
        return Customer.objects.seen_by(viewer).filter(merged_into=None).values_list(Count(), flat=True)
    rows = Standing.objects.seen_by(viewer).filter(night_id=night_id, tier=tier, customer__merged_into=None)
    return rows.values_list(Count(), flat=True)


@compiled(int)
def _wide_size(viewer: Viewer, night_id: int | None, tier: str | None) -> Any:
    """Those of her branches and those elsewhere each for themselves: an index alone tells how many there are."""
    if tier is None:
        rows = Customer.objects.seen_by(viewer).filter(merged_into=None).values("branch_id")
        of_branches = one_of("branch_id", viewer.branches)
        elsewhere = rows.filter(one_of("keeper_id", viewer.keepers)).exclude(of_branches)
        counted = _up_to_more(rows.filter(of_branches)) + _up_to_more(elsewhere)
    else:
        rows = Standing.objects.seen_by(viewer).filter(night_id=night_id, tier=tier, customer__merged_into=None)
        counted = _up_to_more(rows.values("pk"))
    return Branch.objects.filter(pk=viewer.branch_id).values_list(counted, flat=True)


def _up_to_more(rows: Any) -> Any:
    """How many rows these are, as far as one counts and one."""
    return Func(ArraySubquery(rows[: COUNTED + 1]), function="cardinality", output_field=IntegerField())
