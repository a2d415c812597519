"""A long list in its order, fifty lines from a place on: nobody twice, nobody left out, whoever looks."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.books import queries as books
from guanhu.apps.customers.models import Customer, Standing
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Reach, Role
from guanhu.rules.privacy import Form, form_of
from tests import cast as people
from tests.cast import Cast
from tests.factories import WAN, customer_row, publish, standing_row

pytestmark = pytest.mark.slow
KEYS = range(2000, 2170)
KEEPERS = ("S01", "S02", "S03", None)


@pytest.fixture
def night(cast: Cast) -> int:
    """A night that measured most of them, many with the very same assets."""
    dice = random.Random(3)
    kept = [customer_row(key, keeper_no=dice.choice(KEEPERS), branch_no=dice.choice(("B1", "B2"))) for key in KEYS]
    customers.take_in({"customers": [*people.CUSTOMERS, *kept]})
    measured = [row for row in kept if dice.random() < 0.8]
    return publish(
        standings=[
            standing_row(row["customer"], branch_no=row["branch_no"], tier=dice.choice("ABC"),
                         average_fen=dice.choice((0, 5, 5, 7, 40)) * WAN)
            for row in measured
        ]
    )  # fmt: skip


def viewers(cast: Cast) -> dict[str, Viewer]:
    """Whoever reads a list: keeper, stand-in, head, a head who covers a colleague of another branch, region."""
    head = replace(cast.qin, role=Role.HEAD, reach=Reach.BRANCH)
    return {
        "keeper": cast.shen,
        "stand-in": replace(cast.shen, covered=(cast.yan.staff_id,)),
        "head": head,
        "head and stand-in": replace(head, covered=(cast.yan.staff_id,)),
        "region": replace(head, role=Role.REGION, reach=Reach.REGION, region=(cast.shen.branch_id, cast.yan.branch_id)),
    }


def walked(viewer: Viewer, **asked: Any) -> list[Any]:
    """All lines, page after page."""
    found: list[Any] = []
    after = None
    while True:
        part = books.book(viewer, after=after, **asked)
        found += part.rows
        after = part.after
        if after is None:
            return [row.public_id for row in found]


def in_order(viewer: Viewer, night: int, tier: str = "") -> list[Any]:
    """The same by the second road: everybody she may see, sorted here."""
    measured = {row.customer_id: row for row in Standing.objects.for_system("an oracle").filter(night_id=night)}
    mine = [
        row
        for row in Customer.objects.for_system("an oracle")
        if row.keeper_id in viewer.keepers or (viewer.reach is not Reach.OWN and row.branch_id in viewer.branches)
    ]

    def place(row: Customer) -> tuple[Any, ...]:
        known = measured.get(row.key)
        if form_of(viewer) is not Form.FULL:  # who may not read amounts is given no order by them
            return known is None, known.tier if known else "", row.customer_no
        return known is None, -known.average_fen if known else 0, row.customer_no

    kept = [row for row in mine if not tier or (row.key in measured and measured[row.key].tier == tier)]
    return [row.public_id for row in sorted(kept, key=place)]


@pytest.mark.practice("P10")
@pytest.mark.parametrize("tier", ["", "B"])
@pytest.mark.parametrize("who", ["keeper", "stand-in", "head", "head and stand-in", "region"])
def test_page_after_page_is_the_whole_list_in_its_order(cast: Cast, night: int, who: str, tier: str):
    viewer = viewers(cast)[who]
    assert walked(viewer, tier=tier) == in_order(viewer, night, tier) != []


def test_of_equal_assets_none_is_left_out_at_a_pages_end(cast: Cast, monkeypatch: pytest.MonkeyPatch, night: int):
    """The twin: a next page that begins below the assets of the last line, not after its number."""
    honest = books._place.first
    below = lambda *told, **more: (*honest(*told, **more)[:2], (honest(*told, **more)[2] or 0) - 1)  # noqa: E731
    monkeypatch.setattr(books._place, "first", below)
    head = viewers(cast)["head"]
    assert walked(head) != in_order(head, night)


def test_a_place_that_is_not_ones_own_begins_at_the_beginning(cast: Cast, night: int):
    first = books.book(cast.shen)
    assert books.book(cast.shen, after=cast.sun).rows == first.rows
    assert books.book(cast.shen, after=first.rows[-1].public_id).rows != first.rows


def test_a_wide_list_is_counted_so_far_and_no_further(cast: Cast, night: int, monkeypatch: pytest.MonkeyPatch):
    head = viewers(cast)["head"]
    whole = len(in_order(head, night))
    assert (books.book(head).total, books.book(head).beyond) == (whole, False)
    monkeypatch.setattr(books, "COUNTED", 20)
    monkeypatch.setattr(books._wide_size, "_known", {})
    assert (books.book(head).total, books.book(head).beyond) == (20, True)
    assert books.book(cast.shen).total == len(in_order(cast.shen, night))


def test_a_later_page_asks_no_more_than_the_first(cast: Cast, night: int):
    head = viewers(cast)["head"]
    asked, after = [], None
    for _ in range(2):
        with CaptureQueriesContext(connection) as told:
            after = books.book(head, after=after).after
        asked.append(len(told))
    assert asked[1] <= asked[0] + 2, "where the page begins, and whom the night did not measure"
