"""The list in groups: each customer is counted once, sums are those of the lines, and a coach is told no sums."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhu.apps.customers.books.groups import queries as grouping
from guanhu.apps.people.queries import Shown, shown
from guanhu.apps.people.scope import Viewer
from guanhu.rules.lists import Condition, Trait
from tests.apps.test_asking import everybody, holds, in_reach, told, viewers
from tests.apps.test_asking import night as night
from tests.cast import Cast
from tests.factories import WAN

pytestmark = pytest.mark.slow
ASKED = ((), (Condition(Trait.BALANCE, low=5 * WAN),), (Condition(Trait.STAGE, ("known", "habit")),),
         (Condition(Trait.TIER, ("A",)),))  # fmt: skip


def now_of(viewer: Viewer) -> Shown:
    """What her branch shows."""
    now = shown(viewer.branch_id)
    assert now is not None
    return now


@pytest.mark.practice("P10")
@pytest.mark.parametrize("who", ["stand-in", "head"])
def test_groups_are_the_lines_counted_and_added_up(cast: Cast, night: int, who: str):
    viewer = viewers(cast)[who]
    mine = [one for one in everybody(night) if in_reach(one, viewer)]
    for by in grouping.groupable(viewer):
        for which in ASKED:
            those = [one for one in mine if all(holds(one, each) for each in which)]
            count = Counter(told(one, by) or "" for one in those)
            fen = Counter(dict.fromkeys(count, 0))
            for one in those:
                fen[told(one, by) or ""] += one.now.balance_fen if one.now else 0
            found = grouping.groups(viewer, by, which, now_of(viewer))
            assert {line.value: line.customers for line in found.lines} == count
            assert {line.value: line.balance_fen for line in found.lines} == dict(fen)
            assert (found.customers, found.balance_fen) == (len(those), sum(fen.values()))


def test_a_coach_is_told_how_many_and_no_sums(cast: Cast, night: int):
    coach = viewers(cast)["coach"]
    found = grouping.groups(coach, Trait.TIER, (), now_of(coach))
    assert found.customers > 0
    assert not found.sums
    assert {line.balance_fen for line in found.lines} == {None}


def test_a_condition_one_may_not_ask_narrows_no_group(cast: Cast, night: int):
    coach = viewers(cast)["coach"]
    asked = (Condition(Trait.BALANCE, low=5 * WAN),)
    assert grouping.groups(coach, Trait.TIER, asked, now_of(coach)) == grouping.groups(
        coach, Trait.TIER, (), now_of(coach)
    )


def test_of_too_many_no_part_is_added_up(cast: Cast, night: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(grouping, "GROUPED", 20)
    head = viewers(cast)["head"]
    with CaptureQueriesContext(connection) as asked:
        found = grouping.groups(head, Trait.TIER, (), now_of(head))
    assert (found.lines, found.beyond) == ((), 20)
    assert len(asked) == 2, "what the branch shows, and no more customers than that counted"
    assert grouping.groups(replace(cast.shen), Trait.TIER, (), now_of(cast.shen)).beyond is None
