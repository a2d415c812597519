"""Reading: the book by assets, fifty lines from a place on; no part of a long list is read to leave it out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, FilteredRelation, Func, IntegerField, OuterRef, Q

from guanhu.apps.audit import trail
from guanhu.apps.customers.models import Customer, Standing
from guanhu.apps.customers.quality.queries import meters
from guanhu.apps.customers.queries import age_on
from guanhu.apps.customers.search import queries as searching
from guanhu.apps.customers.shapes import Book as Book
from guanhu.apps.customers.shapes import BookRow as BookRow
from guanhu.apps.people import policy
from guanhu.apps.people.compiled import AnyOf, Count, compiled
from guanhu.apps.people.models import Branch
from guanhu.apps.people.personal import shown as shown_as
from guanhu.apps.people.queries import Shown, shown
from guanhu.apps.people.scope import Viewer, one_of
from guanhu.rules.access import Reach
from guanhu.rules.completeness import Meter
from guanhu.rules.kinds import TrailAction
from guanhu.rules.masks import band_floor
from guanhu.rules.privacy import Form, form_of

PAGE = 50
"""Customers on one page of the book. Reliability A9."""
COUNTED = 1000
"""So far the customers of a wide list are counted; beyond it says 以上."""
WHO = ("key", "public_id", "customer_no", "name", "kind", "birth_on", "stage", "keeper_id", "keeper__name")
FIGURES = ("tier", "entitlement", "balance_fen", "average_fen", "in30_fen", "out30_fen", "last_contact_on")
NUMBER, AVERAGE = WHO.index("customer_no"), len(WHO) + FIGURES.index("average_fen")

Row = tuple[Any, ...]
"""The columns of ``WHO`` and ``FIGURES``; null where last night did not measure her."""


def book(
    viewer: Viewer, *, search: str = "", tier: str = "", after: UUID | None = None, now: Shown | None = None
) -> Book:
    """我的客户: the customers in the viewer's reach by assets, fifty lines; whom the night did not measure come last.

    ``search``: only whom these words find, as everywhere (``customers.search``), and not more than one page of them ·
    ``after``: the customer the lines before ended with · ``now``: what the page has asked for already. P10.
    """
    now = now or shown(viewer.branch_id)
    night = now.night_id if now else None
    if search.strip():
        found = _found(viewer, night, [one.customer for one in searching.nearest(viewer, search, most=PAGE)])
        total = len(found)
        searching.note_search(viewer, "book", search, total)
    else:
        found, total = _listed(viewer, night, tier or None, after), _size(viewer, night, tier or None)
    rows = found[:PAGE]
    trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "book"), people=(row[0] for row in rows))
    lines = lines_of(viewer, now, rows)
    return Book(
        data_day=now.data_day if now else None,
        currency=now.currency if now else "CNY",
        rows=lines,
        total=min(total, COUNTED) if viewer.reach is not Reach.OWN else total,
        beyond=viewer.reach is not Reach.OWN and total > COUNTED,
        after=lines[-1].public_id if len(found) > PAGE else None,
    )


# ---------------------------------------------------------------- the order


def _listed(viewer: Viewer, night: int | None, tier: str | None, after: UUID | None) -> list[Row]:
    """Up to one line more than a page: the measured by average, then by number; after them the others by number."""
    number, average = place_of(viewer, night, after) if after else (None, None)
    rows: list[Row] = []
    if night is not None and (number is None or average is not None):
        rows = _by_assets(viewer, night, tier, average, number)
        number = None
    if len(rows) <= PAGE and tier is None:
        rows += _unmeasured(viewer, night, number)
    return rows[: PAGE + 1]


def _by_assets(viewer: Viewer, night: int, tier: str | None, average: int | None, number: str | None) -> list[Row]:
    """The measured, of the viewer's branches and of those she keeps elsewhere: two lists in one order, merged."""
    places = ("own",) if viewer.reach is Reach.OWN else ("branches", "elsewhere")
    lists = [_measured(viewer, night, tier, average, number, place=place) for place in places]
    return list(islice(merge(*lists, key=lambda row: (-row[AVERAGE], row[NUMBER])), PAGE + 1))


@compiled(tuple)
def _measured(
    viewer: Viewer, night_id: int, tier: str | None, average: int | None, number: str | None, *, place: str
) -> Any:
    rows = Standing.objects.seen_by(viewer).filter(night_id=night_id)
    if place == "branches":
        rows = rows.filter(one_of("branch_id", viewer.branches))
    if place == "elsewhere":
        rows = rows.filter(one_of("customer__keeper_id", viewer.keepers)).exclude(one_of("branch_id", viewer.branches))
    if tier is not None:
        rows = rows.filter(tier=tier)
    if average is not None:
        later = Q(average_fen__lt=average) | Q(average_fen=average, customer__customer_no__gt=number)
        rows = rows.filter(later, average_fen__lte=average)
    ordered = rows.order_by("-average_fen", "customer__customer_no")
    return ordered.values_list(*(f"customer__{name}" for name in WHO), *FIGURES)[: PAGE + 1]


@compiled(tuple)
def _unmeasured(viewer: Viewer, night_id: int | None, number: str | None) -> Any:
    rows = Customer.objects.seen_by(viewer)
    if night_id is not None:
        measured = Standing.objects.seen_by(viewer).filter(night_id=night_id, customer_id=OuterRef("pk"))
        rows = rows.filter(~Exists(measured))
    if number is not None:
        rows = rows.filter(customer_no__gt=number)
    nothing = [F(f"now__{name}") for name in FIGURES]
    measured_now = FilteredRelation("standings", condition=Q(standings__night_id=night_id))
    return rows.annotate(now=measured_now).order_by("customer_no").values_list(*WHO, *nothing)[: PAGE + 1]


def place_of(viewer: Viewer, night_id: int | None, public_id: UUID) -> tuple[str | None, int | None]:
    """Where a customer stands in the order: her number and average; null where she is nobody's. For the apps alone."""
    return _place.first(viewer, night_id, public_id) or (None, None)


@compiled(tuple)
def _place(viewer: Viewer, night_id: int | None, public_id: UUID) -> Any:
    """Where a customer stands in the order."""
    measured = FilteredRelation("standings", condition=Q(standings__night_id=night_id))
    rows = Customer.objects.seen_by(viewer).filter(public_id=public_id).annotate(now=measured)
    return rows.values_list("customer_no", "now__average_fen")


# ---------------------------------------------------------------- whom words find, and how many there are


@compiled(tuple)
def _found(viewer: Viewer, night_id: int | None, keys: list[int]) -> Any:
    measured = FilteredRelation("standings", condition=Q(standings__night_id=night_id))
    rows = Customer.objects.seen_by(viewer).filter(AnyOf("key", keys)).annotate(now=measured)
    ordered = rows.order_by(F("now__average_fen").desc(nulls_last=True), "customer_no")
    return ordered.values_list(*WHO, *(F(f"now__{name}") for name in FIGURES))


def _size(viewer: Viewer, night: int | None, tier: str | None) -> int:
    """How many there are: of one's own all, of a wide list as far as one counts, and one more."""
    if viewer.reach is Reach.OWN:
        return _own_size.first(viewer, night, tier) or 0
    return _wide_size.first(viewer, night, tier) or 0


@compiled(int)
def _own_size(viewer: Viewer, night_id: int | None, tier: str | None) -> Any:
    if tier is None:
        return Customer.objects.seen_by(viewer).values_list(Count(), flat=True)
    return Standing.objects.seen_by(viewer).filter(night_id=night_id, tier=tier).values_list(Count(), flat=True)


@compiled(int)
def _wide_size(viewer: Viewer, night_id: int | None, tier: str | None) -> Any:
    rows = Customer.objects.seen_by(viewer).values("pk")
    if tier is not None:
        rows = Standing.objects.seen_by(viewer).filter(night_id=night_id, tier=tier).values("pk")
    counted = Func(ArraySubquery(rows[: COUNTED + 1]), function="cardinality", output_field=IntegerField())
    return Branch.objects.filter(pk=viewer.branch_id).values_list(counted, flat=True)


# ---------------------------------------------------------------- the lines


def lines_of(viewer: Viewer, now: Shown | None, rows: Sequence[Row]) -> tuple[BookRow, ...]:
    """Rows in the columns of ``WHO`` and ``FIGURES`` as lines this viewer may read. For the apps alone."""
    shares = meters(viewer, now, (row[0] for row in rows)) if now else {}
    return tuple(_seen(_line(row, now, shares), viewer, row) for row in rows)


def _seen(line: BookRow, viewer: Viewer, row: Row) -> BookRow:
    """A line as this viewer may read it: with its keeper in a list of several, amounts as a band for a coach."""
    if viewer.reach is Reach.OWN:
        return line
    keeper_id, keeper = row[WHO.index("keeper_id")], row[WHO.index("keeper__name")]
    named = replace(line, keeper=keeper or "")
    if keeper_id in viewer.keepers or form_of(viewer) is Form.FULL:
        return named
    floor = band_floor(line.balance_fen, policy.in_force().amount_bands)
    return replace(named, age=None, balance_fen=None, average_fen=None, net30_fen=None, share_bp=None, band_fen=floor)


def _line(row: Sequence[Any], now: Shown | None, shares: Mapping[int, Meter]) -> BookRow:
    key, public_id, _number, name, kind, birth_on, stage, *_keeper = row[: len(WHO)]
    tier, entitlement, balance_fen, average_fen, in30_fen, out30_fen, since = row[len(WHO) :]
    return BookRow(
        public_id=public_id,
        name=shown_as(Customer, "name", name, Form.MASKED, kind=kind),
        age=age_on(birth_on, now.today) if now else None,
        kind=kind,
        tier=tier or "",
        entitlement=entitlement or "",
        stage=stage,
        balance_fen=balance_fen,
        average_fen=average_fen,
        net30_fen=None if in30_fen is None else in30_fen - out30_fen,
        last_contact_on=since,
        days_since_contact=(now.today - since).days if since and now else None,
        share_bp=shares[key].share_bp if key in shares else None,
    )
