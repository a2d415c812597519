"""One timeline of contacts, money, signals, promises and changes: by heading, and on a page that prints."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.relations import actions as relations
from guanhu.apps.customers.relations.shapes import TieWords
from guanhu.apps.work.file import queries as files
from guanhu.rules.access import Reach, Role
from guanhu.rules.relations import Bond
from tests import cast as people
from tests.apps.test_serving import wanting
from tests.cast import ZHAO, Cast
from tests.factories import NOW, TODAY, ahead_row
from tests.web.conftest import HTMX, outcome, text
from tests.web.test_a_morning import plain

pytestmark = pytest.mark.practice("P1")


def full_life(cast: Cast, shen: Client) -> None:
    """Something under every heading."""
    shen.post(reverse("record", args=[cast.zhao]), outcome(cast, said="想留点活钱"))
    wanting(cast)
    relations.relate(by=cast.shen, customer=cast.zhao, other=cast.li, said=TieWords(Bond.FRIEND), now=NOW)
    customers.refuse_marketing(by=cast.shen, customer=cast.zhao, day=TODAY, now=NOW, evidence="电话里说的")


def read(shen: Client, cast: Cast, kind: str = "", **more: str) -> str:
    return plain(text(shen.get(reverse("timeline", args=[cast.zhao]), {"kind": kind} if kind else {}, **more)))


def test_everything_stands_on_one_line_with_who_and_when(cast: Cast, shen: Client):
    full_life(cast, shen)
    page = read(shen, cast)
    for words in ("想留点活钱", "记下了解：需求", "连上客户：好友", "营销：拒绝", "关系阶段：依赖"):
        assert words in page, words
    assert "急用时能取一部分" not in page, "the words themselves stand in their own card"


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain page"])
def test_a_heading_shows_its_own_and_nothing_else(cast: Cast, shen: Client, script: bool):
    full_life(cast, shen)
    more = HTMX if script else {}
    changes = read(shen, cast, "change", **more)
    assert "记下了解：需求" in changes
    assert "想留点活钱" not in changes
    assert "想留点活钱" in read(shen, cast, "touch", **more)
    ahead = read(shen, cast, "promise", **more)
    assert "系统排的下一次：临界" in ahead
    assert "想留点活钱" not in ahead
    assert "这一类还没有" in read(shen, cast, "money", **more)
    assert "想留点活钱" in read(shen, cast, "no such heading", **more)


def test_a_coach_reads_how_a_customer_is_served_and_no_change_and_no_money(cast: Cast, shen: Client):
    full_life(cast, shen)
    coach = replace(cast.qin, role=Role.COACH, reach=Reach.BRANCH)
    assert {event.what for event in files.rest(coach, cast.zhao).timeline} == {"touch", "stage"}


def test_nobody_elses_customer_has_a_timeline(cast: Cast, shen: Client):
    assert shen.get(reverse("timeline", args=[cast.sun])).status_code == 404


@pytest.mark.practice("P58")
def test_what_is_planned_after_the_next_days_is_told_as_an_outlook(cast: Cast, shen: Client):
    people.morning(ahead=[ahead_row(ZHAO, date(2026, 11, 30)), ahead_row(ZHAO, date(2026, 12, 1))])
    ahead = read(shen, cast, "promise")
    assert ahead.index("系统排的下一次：临界") < ahead.index("往后的展望：临界")
