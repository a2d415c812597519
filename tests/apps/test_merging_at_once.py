"""Two colleagues at one pair of files at the same moment: one merge stands, and no word that was written is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guanhu.apps.customers.duplicates import actions
from guanhu.apps.customers.models import Customer, Fact, Merge
from guanhu.apps.people.errors import Refused
from tests import cast as people
from tests.apps.test_at_the_same_time import Race, cast, race
from tests.apps.test_merging import LATER, fact, merge, read, split

__all__ = ["cast", "race"]
pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.django_db(transaction=True)]
ROUNDS = 40


def wipe() -> None:
    """The files as they were."""
    for model in (Merge, Fact):
        model.objects.for_system("a fresh round").delete()
    Customer.objects.for_system("a fresh round").update(merged_into=None)


def both_merge(cast: people.Cast, race: Race) -> None:
    answers = race(lambda: merge(cast), lambda: merge(cast, kept=cast.li, joined=cast.zhao))
    assert sorted(type(one).__name__ for one in answers) == ["Merge", "Refused"]
    one = Merge.objects.for_system("a test").get()
    assert list(Customer.objects.for_system("a test").exclude(merged_into=None).values_list("key", flat=True)) == [
        one.joined_id
    ]


def the_same_merge_twice(cast: people.Cast, race: Race) -> None:
    one, other = race(lambda: merge(cast), lambda: merge(cast))
    assert one.pk == other.pk


def one_merges_and_one_writes(cast: people.Cast, race: Race) -> None:
    race(lambda: merge(cast), lambda: fact(cast, cast.li, "正在写"))
    assert read(cast, cast.zhao)[0] == ["正在写"]


def one_splits_and_one_writes(cast: people.Cast, race: Race) -> None:
    made = merge(cast)
    race(lambda: split(cast, made), lambda: fact(cast, cast.li, "正在写"))
    assert sorted(read(cast, cast.zhao)[0] + read(cast, cast.li)[0]) == ["正在写"]


def both_split(cast: people.Cast, race: Race) -> None:
    made = merge(cast)
    one, other = race(lambda: split(cast, made), lambda: split(cast, made, now=LATER + timedelta(minutes=1)))
    assert one.split_at == other.split_at


@pytest.mark.parametrize(
    "pair", [both_merge, the_same_merge_twice, one_merges_and_one_writes, one_splits_and_one_writes, both_split]
)
def test_two_at_once_leave_one_state_and_lose_nothing(cast: people.Cast, race: Race, pair: Any, gate_share: float):
    for _ in range(round(ROUNDS * gate_share)):
        pair(cast, race)
        wipe()


def test_without_holding_the_files_two_merges_would_cross(
    cast: people.Cast, race: Race, monkeypatch: pytest.MonkeyPatch
):
    def unheld(by: Any, first: Any, second: Any) -> tuple[Customer, Customer]:
        rows = {row.public_id: row for row in Customer.objects.seen_by(by).filter(public_id__in=[first, second])}
        return rows[first], rows[second]

    monkeypatch.setattr(actions, "_both", unheld)
    crossed = False
    for _ in range(40):
        answers = race(lambda: merge(cast), lambda: merge(cast, kept=cast.li, joined=cast.zhao))
        crossed |= not any(isinstance(one, Refused) for one in answers)
        wipe()
        if crossed:
            break
    assert crossed
