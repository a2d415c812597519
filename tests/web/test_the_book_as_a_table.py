"""我的客户 as a table: conditions in the address, chips that go away, columns, orders, and what an empty list says."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client

from guanhu.apps.customers.books.asking import queries as asking
from guanhu.apps.customers.shapes import BookGroup, BookGroups
from guanhu.rules.access import Reach, Role
from guanhu.rules.lists import Trait
from guanhu.web import books, layouts
from guanhu.web.wanted import COLUMNS, Wanted, wanted
from tests.cast import Cast
from tests.web.conftest import HTMX, signed_in, text

pytestmark = pytest.mark.slow


def plain(page: str) -> str:
    """A page's words without its elements."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page)))


def names(page: str) -> list[str]:
    """Who stands in the list, in order."""
    return [each for each in ("赵*芳", "李*华", "孙*") if each in page]


def form(**told: tuple[str, str]) -> dict[str, list[str]]:
    """The form of conditions as a browser sends it: every pair of bounds, most of them empty."""
    traits = [each.value for each in Trait if each in asking.AMOUNTS or each.value in ("silent", "age", "matures")]
    ends = [told.get(each, ("", "")) for each in traits]
    return {"from": [first for first, _ in ends], "to": [last for _, last in ends]}


@pytest.mark.practice("P10")
def test_what_is_ticked_becomes_an_address_one_can_keep(cast: Cast, shen: Client):
    answer = shen.get("/customers/", {"pick": ["tier:A", "tier:B", "stage:relied_on"], **form(balance=("100", ""))})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/customers/?where=tier:A,B~stage:relied_on~balance:100.."
    page = plain(text(shen.get(answer.headers["Location"])))
    assert names(page) == ["赵*芳"]
    assert "分层：A 类、B 类" in page
    assert "管理资产 ≥ 100万" in page


@pytest.mark.practice("P10")
def test_a_chip_goes_away_and_leaves_the_others(cast: Cast, shen: Client):
    page = text(shen.get("/customers/?where=stage:relied_on~balance:100..&sort=silent&cols=gap"))
    left = [href for href in page.split('href="') if href.startswith("/customers/?where=stage:relied_on&amp;")]
    assert left
    asked = parse_qs(urlsplit(left[0].split('"')[0].replace("&amp;", "&")).query)
    assert asked == {"where": ["stage:relied_on"], "sort": ["silent"], "cols": ["gap"]}


def test_columns_and_order_are_chosen_and_stay_in_the_address(cast: Cast, shen: Client):
    answer = shen.get(
        "/customers/", {"col": ["gap", "marketing", "matures"], "sort": "-silent", "where": "kind:personal"}
    )
    assert answer.headers["Location"] == "/customers/?where=kind:personal&sort=-silent&cols=gap,matures,marketing"
    page = plain(text(shen.get(answer.headers["Location"])))
    assert "已同意" in page
    assert "已拒绝" in page
    assert "按未联系天数，从高到低" in page
    assert page.index("李*华") < page.index("赵*芳"), "whom nobody ever spoke to has been silent longest"


@pytest.mark.practice("P10")
def test_nobody_found_names_the_narrowest_condition_and_offers_to_drop_it(cast: Cast, shen: Client):
    page = plain(text(shen.get("/customers/?where=stage:relied_on~tier:B~kind:personal")))
    assert "没有客户同时符合这些条件" in page
    assert "单看它有 1 户" in page
    assert "去掉它，看 1 户" in page
    alone = plain(text(shen.get("/customers/?where=balance:900..")))
    assert "「管理资产 ≥ 900万」一户也没有" in alone


def test_what_is_not_understood_is_told_and_asks_nothing(cast: Cast, shen: Client):
    page = text(shen.get("/customers/?where=tier:A~colour:red"))
    assert "colour:red" in page
    assert names(page) == ["赵*芳"]
    wrong = plain(text(shen.get("/customers/", {**form(balance=("x", "")), "where": "tier:A"})))
    assert "管理资产" in wrong.split("还没有按新条件筛")[1][:20]


def test_more_lines_keep_the_question(cast: Cast, shen: Client):
    page = text(shen.get(f"/customers/?where=kind:personal&after={cast.zhao}", **HTMX))
    assert names(page) == ["李*华"]
    assert "<html" not in page


def test_a_coach_is_told_what_she_may_not_ask(cast: Cast):
    coach = replace(cast.qin, role=Role.COACH, reach=Reach.BRANCH)
    query = QueryDict("where=balance:1..~tier:A&sort=-balance")
    it = wanted(coach, query)
    assert it.where == "tier:A"
    assert it.denied == (Trait.BALANCE,)
    assert it.order is None
    head = wanted(replace(coach, role=Role.HEAD), query)
    assert (head.where, str(head.order), head.denied) == ("tier:A~balance:1..", "-balance", ())


def test_the_head_of_a_branch_asks_by_keeper(cast: Cast):
    site = signed_in("S04")
    page = plain(text(site.get("/customers/?where=keeper:S02")))
    assert "管户人：周予安" in page
    assert "孙*" in page
    assert "赵*芳" not in page


def test_every_column_is_drawn(cast: Cast, shen: Client):
    page = text(shen.get(f"/customers/?cols={','.join(trait.value for trait in COLUMNS)}"))
    heads = page.split("<thead>")[1].split("</thead>")[0]
    assert [each for each in COLUMNS if books.head_word(each) not in plain(heads)] == []
    assert page.count("<td") == 2 * len(COLUMNS)


def test_groups_lead_to_their_customers_and_keep_the_conditions(cast: Cast, shen: Client):
    page = text(shen.get("/customers/?where=kind:personal&group=stage"))
    told = plain(page.split("<tbody>")[1].split("</table>")[0])
    assert "认识" in told
    assert "合计" in told
    assert 'href="/customers/?where=stage:relied_on~kind:personal"' in page
    assert "没有可汇总的客户" in text(shen.get("/customers/?where=balance:900..&group=tier"))


def test_a_group_of_few_is_not_told_as_nobody():
    found = BookGroups(
        (BookGroup("known", 610, None), BookGroup("friend", 2, None), BookGroup("habit", 0, None)), False, None
    )
    rows = layouts.group_rows(Wanted(group=Trait.STAGE), found, {}, "CNY")
    assert [row.share for row in rows] == ["100%", "<1%", "0%"]


@pytest.mark.practice("P10")
def test_a_view_is_saved_linked_opened_first_and_removed(cast: Cast, shen: Client):
    asked = {
        "where": "stage:relied_on",
        "cols": "gap",
        "title": "要紧的",
        "shared": "own",
        "pinned": "yes",
        "first": "yes",
    }
    saved = shen.post("/customers/views/", asked)
    link = saved.headers["Location"].removesuffix("&done=saved")
    page = text(shen.get(saved.headers["Location"]))
    assert "视图已存好" in page
    assert names(page) == ["赵*芳"]
    assert names(text(shen.get("/customers/"))) == ["赵*芳"], "it opens first"
    assert names(text(shen.get("/customers/?where="))) == ["赵*芳", "李*华"]
    other = text(signed_in("S02").get(link))
    assert "这个视图已经移除" in other
    assert "要紧的" not in other
    gone = shen.post("/customers/views/remove/", {"view": link.split("=")[1]})
    assert "视图已移除" in text(shen.get(gone.headers["Location"]))
    assert names(text(shen.get("/customers/"))) == ["赵*芳", "李*华"]


def test_a_view_without_a_name_is_asked_for_again_with_what_it_held(cast: Cast, shen: Client):
    answer = shen.post("/customers/views/", {"where": "stage:relied_on", "title": " ", "shared": "own"})
    assert answer.status_code == 422
    assert "给视图起个名字" in text(answer)
    assert 'name="where" value="stage:relied_on"' in text(answer)


def test_forms_open_by_a_link_and_close_by_one(cast: Cast, shen: Client):
    plainly = text(shen.get("/customers/"))
    assert 'name="pick"' not in plainly
    assert 'name="pick" value="stage:relied_on" checked' in text(
        shen.get("/customers/?where=stage:relied_on&ask=which")
    )
    assert 'name="col" value="gap"' in text(shen.get("/customers/?ask=columns"))
    assert 'name="title"' in text(shen.get("/customers/?ask=view"))
