"""工作量测算 as a page: one's own list in figures, the branch's lists side by side, and nobody beyond one's reach."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhu.apps.people.models import Staff
from tests.factories import publish, standing_row
from tests.offices import Offices
from tests.web.conftest import signed_in, text
from tests.web.test_allocation import LU, settle
from tests.web.test_what_a_page_is_made_of import read

pytestmark = [pytest.mark.slow, pytest.mark.practice("P52", "P56")]
MANY = range(2001, 2301)


def settle_wealthy(keys: range) -> None:
    """All of them in the highest tier: far more is asked than a day holds."""
    settle(keys)
    publish(standings=[standing_row(key, tier="A") for key in keys])


def test_a_keeper_reads_what_her_tiers_ask_for_beside_what_a_day_holds(offices: Offices):
    settle_wealthy(MANY)
    page = text(signed_in("S01").get("/fit/"))
    assert read(page).found == []
    assert "沈知微" in page
    assert "一个月 21 个工作日" in page
    assert "每周缺" in page
    assert "放宽到每" in page
    assert "何若溪" not in page


def test_a_head_compares_the_lists_of_her_branch_and_opens_one(offices: Offices):
    settle_wealthy(MANY)
    head = signed_in("S04")
    page = text(head.get("/fit/"))
    keeper = Staff.objects.get(staff_no="S01")
    assert read(page).found == []
    assert f'href="/fit/?keeper={keeper.public_id}"' in page
    assert "排不下时的办法" not in page
    opened = text(head.get(f"/fit/?keeper={keeper.public_id}"))
    assert "排不下时的办法" in opened
    assert "放宽到每" in opened
    for stranger in (Staff.objects.get(staff_no="S03").public_id, "x"):
        assert "排不下时的办法" not in text(head.get(f"/fit/?keeper={stranger}"))


def test_who_keeps_nobody_yet_is_told_what_would_stand_here(offices: Offices):
    settle(range(2001, 2011))
    assert "有了管户客户" in text(signed_in(LU).get("/fit/"))


def test_a_longer_list_asks_no_more(offices: Offices):
    head, asked = signed_in("S04"), []
    for keys in (range(2001, 2031), MANY):
        settle(keys)
        head.get("/fit/")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            head.get("/fit/")
        asked.append(len(captured))
    assert asked[0] == asked[1]
