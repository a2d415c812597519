"""Which files may be of one person is found without comparing each with each; who was dismissed stays dismissed."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.duplicates import actions, queries
from guanhu.apps.customers.models import ContactPoint, Customer
from guanhu.apps.people import policy
from guanhu.apps.people.errors import Invisible
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Reach, Role
from guanhu.rules.duplicates import Likeness, is_duplicate, likeness, score
from tests.cast import CUSTOMERS, LI, WU, ZHAO, Cast, persons
from tests.factories import NOW, TODAY, customer_row

NAMES = ("王芳", "王方", "汪芳", "李娜", "张伟")
BIRTHS = ("1963-03-05", "1971-10-01", "")


def small_bank(dice: random.Random, size: int = 60) -> list[dict[str, Any]]:
    """Customers who share names, sounds, days, phones and numbers far more often than people do."""

    def some(head: str, of: int, missing: float = 0.4) -> str | None:
        return None if dice.random() < missing else f"{head}{dice.randrange(of):03}"

    rows = []
    for key in range(500, 500 + size):
        mail = some("m", 20, 0.8)
        rows.append(customer_row(
            key, name=dice.choice(NAMES), birth_on=dice.choice(BIRTHS), id_no=some("360102196303050", 15),
            phone=some("13812342", 25), email=mail and f"{mail}@example.com", gender=dice.choice(["女", "男", ""]),
            birth_calendar=dice.choice(["solar", "lunar"]), keeper_no=dice.choice(["S01", "S01", "S02"]),
        ))  # fmt: skip
    return rows


def brute_force(viewer: Viewer) -> set[tuple[int, int]]:
    """Each compared with each."""
    keys = Customer.objects.seen_by(viewer).filter(merged_into=None).values_list("key", flat=True)
    traits = queries.traits_of(viewer, keys)
    numbers = policy.in_force()
    return {
        pair for pair in combinations(sorted(traits), 2)
        if is_duplicate(score(likeness(*(traits[key] for key in pair)), numbers), numbers)
    }  # fmt: skip


def found(viewer: Viewer) -> set[tuple[int, int]]:
    return {(one, other) for one, other, _signs in queries.scored_pairs(viewer)}


def head_of(cast: Cast) -> Viewer:
    return replace(cast.qin, role=Role.HEAD, reach=Reach.BRANCH)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_the_scan_finds_whom_comparing_each_with_each_finds(cast: Cast, seed: int):
    customers.take_in({"customers": [*CUSTOMERS, *small_bank(random.Random(seed))]})
    for viewer in (cast.shen, head_of(cast)):
        assert found(viewer) == brute_force(viewer)
    assert len(found(head_of(cast))) > 20


@pytest.mark.slow
def test_a_scan_that_forgets_a_kind_of_likeness_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    customers.take_in({"customers": [*CUSTOMERS, *small_bank(random.Random(1))]})
    monkeypatch.setattr(queries, "ALIKE", queries.ALIKE[1:])
    assert found(head_of(cast)) < brute_force(head_of(cast))


def twins(cast: Cast, **other: Any) -> None:
    """李建华 came a second time, under another number of the bank."""
    same = {"name": "李建华", "phone": "13900001111", "birth_on": "1974-02-01", "gender": "男"}
    rows = [{**row, **same} if row["customer"] == LI else row for row in CUSTOMERS]
    customers.take_in(persons(customers=[*rows, customer_row(205, **{**same, **other})]))


def test_a_pair_comes_with_its_reasons_masked_and_scored(cast: Cast):
    twins(cast)
    (pair,) = queries.duplicates(cast.shen).pairs
    assert (pair.one.name, pair.other.name, pair.points) == ("李*华", "李*华", 80)
    assert [(one.sign, one.points) for one in pair.reasons] == [
        (Likeness.PHONE, 35), (Likeness.BIRTH, 25), (Likeness.NAME, 20)
    ]  # fmt: skip


@pytest.mark.parametrize("viewer", ["zhou", "yan"])
def test_nobody_learns_of_files_she_does_not_see(cast: Cast, viewer: str):
    twins(cast)
    assert queries.duplicates(getattr(cast, viewer)).pairs == ()


def test_half_a_pair_is_no_pair(cast: Cast):
    twins(cast, keeper_no="S02")
    assert queries.duplicates(cast.shen).pairs == queries.duplicates(cast.zhou).pairs == ()
    assert len(queries.duplicates(head_of(cast)).pairs) == 1


def other(cast: Cast) -> Any:
    return Customer.objects.for_system("a test").get(key=205).public_id


def test_who_was_found_to_be_two_persons_is_not_proposed_again(cast: Cast):
    twins(cast)
    for _twice in range(2):
        actions.dismiss(by=cast.shen, one=other(cast), other=cast.li, now=NOW)
    assert queries.duplicates(cast.shen).pairs == queries.duplicates(head_of(cast)).pairs == ()
    with pytest.raises(Invisible):
        actions.dismiss(by=cast.zhou, one=cast.li, other=cast.sun, now=NOW)


def test_who_was_merged_is_compared_no_more_and_is_after_the_split(cast: Cast):
    twins(cast)
    made = actions.merge(by=cast.shen, kept=cast.li, joined=other(cast), chosen=(), today=TODAY, now=NOW)
    assert queries.duplicates(cast.shen).pairs == ()
    actions.split(by=cast.shen, merge=made.public_id, today=TODAY, now=NOW)
    assert len(queries.duplicates(cast.shen).pairs) == 1


def test_a_number_that_half_the_branch_shares_is_nobodys(cast: Cast):
    rows = [customer_row(700 + n, name="王芳", phone="07918888888", birth_on="") for n in range(21)]
    customers.take_in({"customers": [*CUSTOMERS, *rows]})
    assert found(cast.shen) == set()


def test_a_scan_asks_as_often_for_many_as_for_few(cast: Cast):
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as told:
            queries.duplicates(head_of(cast))
        return len(told)

    twins(cast)
    few = asked()
    customers.take_in({"customers": [*CUSTOMERS, *small_bank(random.Random(1))]})
    assert len(queries.duplicates(head_of(cast)).pairs) > 20
    assert asked() == few
    assert ContactPoint.objects.seen_by(cast.shen).filter(customer_id__in=[ZHAO, WU]).count() == 1
