"""成效 as a page, and what is learnt as it is told in a brief and in a file."""

import pytest

from guanhu.apps.people import actions as people_actions
from guanhu.apps.people import queries as people_queries
from guanhu.rules.policy import SHIPPED
from guanhu.rules.rates import Count, rates_of
from tests.factories import publish
from tests.offices import Offices
from tests.web.conftest import signed_in, text
from tests.web.test_what_a_page_is_made_of import read

pytestmark = pytest.mark.slow

COUNTS = {
    ("near_line", "A", "call"): Count(400, 200),
    ("near_line", "A", "held"): Count(60, 6),
    ("near_line", "B", "left"): Count(500, 20),
}


def learn(counts) -> None:
    """A night that learnt from these trials."""
    night = publish()
    people_actions.keep_rates(night, [{**rate.as_row(), "policy": "test"} for rate in rates_of(counts, SHIPPED)])


def test_a_head_reads_what_was_learnt_with_its_trials_its_interval_and_what_was_believed(offices: Offices):
    learn(COUNTS)
    page = text(signed_in("S04").get("/outcomes/"))
    assert read(page).found == []
    assert "近 365 天评判的 960 例" in page
    assert "已照学到的计价" in page
    assert "不足 100 例，仍按规则计价" in page
    assert "400 例" in page
    assert "对照 60，没联系到 0" in page
    assert "规则原来的数：不联系 5%，打电话 16%" in page
    rate = next(r for r in rates_of(COUNTS, SHIPPED) if (r.kind, r.tier, r.channel) == ("near_line", "A", "call"))
    assert f"{rate.reached_belief.bp / 100:.1f}%" in page
    assert f"+{rate.lift_bp / 100:.1f}%" in page


def test_before_a_trial_is_due_the_page_says_so_and_shows_what_is_believed(offices: Offices):
    learn({})
    page = text(signed_in("S04").get("/outcomes/"))
    assert "还没有一例到评判的日子" in page
    assert "已照学到的计价" not in page


def test_before_the_first_night_the_page_says_what_will_stand_here(offices: Offices):
    publish()
    assert "还没有成效" in text(signed_in("S04").get("/outcomes/"))


def test_a_keeper_has_no_such_page(offices: Offices):
    learn(COUNTS)
    assert signed_in("S01").get("/outcomes/").status_code == 404


def test_the_nights_that_are_listed_do_not_carry_what_they_learnt(offices: Offices):
    learn(COUNTS)
    learn({})
    (light,) = {type(night).__name__ for night in people_queries.nights()}
    assert light == "NightView"
    assert people_queries.last_published() is not None
