"""Roles and covers hold from their first day to their last, and a branch arranges no cover that helps nobody."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from guanhu.rules.kinds import Tenure
from guanhu.rules.policy import SHIPPED
from guanhu.rules.tenure import CoverFault, Span, cover_fault, cover_tenure, role_tenure

DAY = date(2026, 11, 24)
ONE = timedelta(days=1)
A, B, C, D = 1, 2, 3, 4
WEEK = Span(A, B, DAY, DAY + 6 * ONE)


@pytest.mark.parametrize(
    ("from_on", "until_on", "approved", "ended", "found"),
    [
        (DAY, None, False, False, Tenure.PENDING), (DAY, None, True, False, Tenure.RUNNING),
        (DAY, DAY, True, False, Tenure.RUNNING), (DAY + ONE, None, True, False, Tenure.COMING),
        (DAY - 5 * ONE, DAY - ONE, True, False, Tenure.EXPIRED),
        (DAY - 5 * ONE, DAY - ONE, False, False, Tenure.EXPIRED),
        (DAY, None, True, True, Tenure.ENDED), (DAY, None, False, True, Tenure.REFUSED),
    ],
)  # fmt: skip
def test_a_role_holds_once_approved_and_until_its_last_day(from_on, until_on, approved, ended, found):
    assert role_tenure(from_on, until_on, approved=approved, ended=ended, day=DAY) is found


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (DAY - ONE, Tenure.COMING),
        (DAY, Tenure.RUNNING),
        (DAY + 6 * ONE, Tenure.RUNNING),
        (DAY + 7 * ONE, Tenure.EXPIRED),
    ],
)  # fmt: skip
def test_a_cover_runs_from_its_first_day_to_its_last(day, found):
    assert cover_tenure(WEEK.from_on, WEEK.to_on, ended=False, day=day) is found


def test_a_cover_the_head_ended_is_ended():
    assert cover_tenure(WEEK.from_on, WEEK.to_on, ended=True, day=DAY) is Tenure.ENDED


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        (WEEK, None),
        (Span(A, A, DAY, DAY), CoverFault.ONESELF),
        (Span(A, B, DAY, DAY - ONE), CoverFault.BACKWARDS),
        (Span(A, B, DAY - ONE, DAY), CoverFault.PAST),
        (Span(A, B, DAY, DAY + 29 * ONE), None),
        (Span(A, B, DAY, DAY + 30 * ONE), CoverFault.LONG),
    ],
)
def test_what_speaks_against_a_cover_by_itself(wanted, fault):
    assert cover_fault(wanted, (), day=DAY, policy=SHIPPED) is fault


@pytest.mark.parametrize(
    ("other", "fault"),
    [
        (Span(A, B, DAY + 6 * ONE, DAY + 9 * ONE), CoverFault.COVERED),
        (Span(A, C, DAY + 6 * ONE, DAY + 9 * ONE), CoverFault.COVERED),
        (Span(A, B, DAY + 7 * ONE, DAY + 9 * ONE), None),
        (Span(B, A, DAY, DAY), CoverFault.TAKER_AWAY),
        (Span(B, C, DAY, DAY), CoverFault.TAKER_AWAY),
        (Span(B, C, DAY + 7 * ONE, DAY + 8 * ONE), None),
        (Span(C, A, DAY + 3 * ONE, DAY + 3 * ONE), CoverFault.GIVER_COVERS),
        (Span(C, B, DAY, DAY), None),
        (Span(C, D, DAY, DAY), None),
    ],
)
def test_what_speaks_against_a_cover_beside_another(other, fault):
    assert cover_fault(WEEK, (other,), day=DAY, policy=SHIPPED) is fault


def test_how_long_a_cover_may_be_is_the_banks_number():
    assert cover_fault(WEEK, (), day=DAY, policy=replace(SHIPPED, cover_days=6)) is CoverFault.LONG


def test_no_set_of_covers_that_may_be_arranged_leaves_anybody_without_a_stand_in():
    """Whoever is away is seen by exactly one colleague who is not away herself, whatever order they are asked in."""
    days = [Span(giver, taker, DAY, DAY + n * ONE) for n in (0, 3) for giver in (A, B, C) for taker in (A, B, C)]
    for first in days:
        kept: tuple[Span, ...] = ()
        for wanted in (first, *days):
            if cover_fault(wanted, kept, day=DAY, policy=SHIPPED) is None:
                kept += (wanted,)
        for n in range(4):
            running = [span for span in kept if span.from_on <= DAY + n * ONE <= span.to_on]
            away = [span.giver for span in running]
            assert len(away) == len(set(away))
            assert not set(away) & {span.taker for span in running}
