"""How long things are kept: every kind of keeping has its days and its ground, and falls due after full days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from guanhu.rules.policy import SHIPPED
from guanhu.rules.privacy import Keep
from guanhu.rules.retention import cut, is_as_counted, is_due, is_fresh, left_on, term_of, terms

DAY = date(2026, 11, 24)
ONE = timedelta(days=1)


def test_every_kind_of_keeping_has_one_term_with_its_ground():
    kept = terms(SHIPPED)
    assert sorted(term.keep for term in kept) == sorted(Keep)
    assert all(term.basis and term.since for term in kept)


def test_floors_of_the_law_are_kept():
    days = {term.keep: term.days for term in terms(SHIPPED)}
    assert days[Keep.THIRTY_SIX_MONTHS] >= 3 * 366 - 2
    assert days[Keep.TWELVE_MONTHS] >= 366 > 183
    assert days[Keep.THIRTEEN_MONTHS] >= (date(2025, 2, 1) - date(2024, 1, 1)).days
    assert days[Keep.FIVE_YEARS] >= (date(2029, 1, 1) - date(2024, 1, 1)).days
    assert (days[Keep.THIRTY_DAYS], days[Keep.FOURTEEN_DAYS], days[Keep.WHILE_CUSTOMER]) == (30, 14, 90)


@pytest.mark.parametrize(("since", "due"), [(DAY - 30 * ONE, False), (DAY - 31 * ONE, True), (DAY, False)])
def test_thirty_days_are_thirty_whole_days(since, due):
    assert is_due(since, Keep.THIRTY_DAYS, DAY, SHIPPED) is due
    assert is_due(since, Keep.THIRTY_DAYS, DAY, replace(SHIPPED, keep_quarantine_days=31)) is False


def test_what_has_not_begun_or_ends_with_a_night_never_falls_due():
    assert not is_due(None, Keep.FIVE_YEARS, DAY, SHIPPED)
    assert cut(Keep.TWO_NIGHTS, DAY, SHIPPED) is None
    assert not is_due(date(2000, 1, 1), Keep.TWO_NIGHTS, DAY, SHIPPED)
    assert term_of(Keep.TWO_NIGHTS, SHIPPED).days is None


@pytest.mark.parametrize(
    ("absent", "closed", "open_account", "left"),
    [
        (None, None, True, None), (None, None, False, None), (None, DAY, True, None), (None, DAY, False, DAY),
        (DAY, None, False, DAY), (DAY, DAY - 9 * ONE, False, DAY - 9 * ONE), (DAY, DAY - 9 * ONE, True, DAY),
    ],
)  # fmt: skip
def test_a_customer_has_left_with_her_last_account_or_with_the_banks_list(absent, closed, open_account, left):
    assert left_on(absent, closed, has_open_account=open_account) == left


@pytest.mark.parametrize(("days", "fresh"), [(-1, False), (0, True), (7, True), (8, False)])
def test_a_dry_run_grows_stale(days, fresh):
    assert is_fresh(DAY - days * ONE, DAY, SHIPPED) is fresh


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [(0, 10, True), (0, 11, False), (5000, 5050, True), (5000, 5051, False), (5000, 4950, True), (20, 9, False)],
)
def test_a_second_count_agrees_up_to_a_little(before, now, same):
    assert is_as_counted(before, now, SHIPPED) is same
