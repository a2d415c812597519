"""突击: on the invented bank who works in drives is told from contacts alone, without a look at how it was invented."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import combinations

import pytest

from guanhu.demo import cast
from guanhu.demo.calendar import day_of
from guanhu.demo.simulate import simulate
from guanhu.demo.touch import MESSAGE
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.habits import Rhythm, Week, monday_of, rhythm_of, weeks_of_year, working_days
from guanhu.rules.policy import SHIPPED

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.practice("P70")]
WHOLE_BANK = 7200
HARD = 2.0
"""Twice as hard and more in the last days of a quarter: those the page should name."""


@pytest.fixture(scope="module")
def told() -> dict[str, Rhythm]:
    """What the contacts of a year say of each of the twelve."""
    world = simulate(52030, WHOLE_BANK)
    last = day_of(max(contact.t for contact in world.contacts))
    spoken = (contact for contact in world.contacts if contact.channel != MESSAGE)
    by_week = Counter((contact.keeper, monday_of(day_of(contact.t))) for contact in spoken)
    whole = weeks_of_year(last, SHIPPED)[:-1]
    found = {}
    for place, keeper in enumerate(cast.KEEPERS):
        weeks = [Week(at, working_days(at, last, SHIPPED_CALENDAR), by_week[place, at]) for at in whole]
        rhythm = rhythm_of(weeks, SHIPPED)
        assert rhythm is not None
        found[keeper.no] = rhythm
    return found


def test_those_who_work_in_drives_are_named_and_the_others_are_not(told: dict[str, Rhythm], capsys):
    with capsys.disabled():
        for keeper in sorted(cast.KEEPERS, key=lambda keeper: -keeper.drives):
            one = told[keeper.no]
            share = one.share_bp / 100
            sys.stdout.write(f"\n{keeper.no} drives {keeper.drives}: {share:.1f} % in {one.bursts} bursts")
        sys.stdout.write(f"\n{agreement(told):.0%} of pairs in order\n")
    named = {no for no, one in told.items() if one.only_in_drives}
    assert named == {keeper.no for keeper in cast.KEEPERS if keeper.drives >= HARD}


def agreement(told: dict[str, Rhythm]) -> float:
    """Of two keepers who differ: how often has the harder driver more of the year in drives?"""
    pairs = [(one, other) for one, other in combinations(cast.KEEPERS, 2) if one.drives != other.drives]
    right = sum(
        (told[one.no].share_bp - told[other.no].share_bp) * (one.drives - other.drives) > 0 for one, other in pairs
    )
    return right / len(pairs)


def test_the_harder_somebody_drives_the_more_of_the_year_lies_in_drives(told: dict[str, Rhythm]):
    assert agreement(told) >= 0.85
