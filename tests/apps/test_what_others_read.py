"""A file and a list as somebody else than the keeper may read them: a branch head, a coach."""

from dataclasses import replace

import pytest

from guanhu.apps.customers import queries as customers
from guanhu.apps.customers.books import queries as books
from guanhu.apps.customers.models import Customer
from guanhu.apps.work.file import queries as files
from guanhu.rules.access import Permission, Reach, Role, require
from tests.cast import Cast


@pytest.fixture
def head(cast: Cast):
    """The head of the branch, on a page about its customers."""
    return replace(cast.shen, staff_id=10_000, staff_no="H01", role=Role.HEAD, reach=Reach.BRANCH)


@pytest.fixture
def coach(cast: Cast):
    """A coach of the same branch."""
    return replace(cast.shen, staff_id=10_001, staff_no="G01", role=Role.COACH, reach=Reach.BRANCH)


def test_the_keeper_reads_the_name_and_may_act(cast: Cast):
    card = files.card(cast.shen, cast.zhao)
    assert card is not None
    assert "*" not in card.name
    assert {"stage_write", "marketing_write", "today_write"} <= card.allowed


def test_the_head_reads_figures_under_a_masked_name_and_moves_no_stage(cast: Cast, head):
    mine, card = files.card(cast.shen, cast.zhao), files.card(head, cast.zhao)
    assert card is not None
    assert mine is not None
    assert "*" in card.name
    assert card.balance_fen == mine.balance_fen
    assert "stage_write" not in card.allowed
    assert "today_write" not in card.allowed
    assert "marketing_write" in card.allowed


def test_a_coach_reads_how_a_customer_is_served_and_nothing_she_has_or_says(cast: Cast, coach):
    card = files.card(coach, cast.zhao)
    assert card is not None
    assert "*" in card.name
    assert (card.balance_fen, card.average_fen, card.value_fen, card.phone, card.id_no) == (None, None, None, "", "")
    assert (card.holdings, card.trend, card.structure, card.hidden, card.chips) == ((), (), (), (), ())
    assert all(event.text == "" and event.amount_fen is None for event in card.timeline)
    assert card.band_fen is not None
    assert card.allowed == frozenset()


def test_the_list_of_a_branch_names_keepers_and_gives_a_coach_bands_alone(cast: Cast, head, coach):
    for_head, for_coach = books.book(head), books.book(coach)
    assert for_head.total > books.book(cast.shen).total
    assert all(row.keeper for row in for_head.rows)
    assert any(row.balance_fen is not None for row in for_head.rows)
    assert all(row.balance_fen is None and row.average_fen is None and row.age is None for row in for_coach.rows)
    assert any(row.band_fen is not None for row in for_coach.rows)


def test_the_head_of_another_branch_reads_nothing_of_it(cast: Cast, head):
    elsewhere = replace(head, branch_id=99_999)
    assert books.book(head).total > 0
    assert customers.customer_of(elsewhere, cast.zhao) is None
    assert not Customer.objects.seen_by(elsewhere).exists()


@pytest.mark.parametrize("role", [Role.DATA, Role.SYSTEM, Role.SECURITY, Role.AUDIT])
def test_an_administrator_has_no_way_to_a_customer(cast: Cast, role: Role):
    from guanhu.rules.access import Denied

    for permission in (Permission.CUSTOMER_READ, Permission.BOOK_READ, Permission.REVEAL, Permission.TODAY_READ):
        with pytest.raises(Denied):
            require(replace(cast.shen, role=role), permission)
