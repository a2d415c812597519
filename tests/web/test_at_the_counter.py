"""柜面查询: one customer, by the number she presents; masked, nothing of what she has, every look on the trail."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from guanhu.apps.customers import actions as customers
from tests import offices as people
from tests.audit.conftest import entries
from tests.cast import LI, WU, ZHAO, Cast
from tests.factories import WAN
from tests.offices import Offices
from tests.web.conftest import signed_in, text

pytestmark = pytest.mark.slow


@pytest.fixture
def he(offices: Offices) -> Client:
    """何小满's browser, a teller of B1."""
    return signed_in("S05")


def number(key: int) -> str:
    return f"C{key:06d}"


def look(client: Client, typed: str) -> Any:
    return client.post("/counter/", {"customer_no": typed})


def test_the_customer_present_is_shown_masked_with_her_keeper_and_whether_to_send_her_there(he: Client):
    page = text(look(he, f" {number(ZHAO)} "))
    assert "赵*芳" in page
    assert "沈知微" in page
    assert "请引荐给 沈知微" in page
    assert "金卡" in page


def test_nothing_of_what_she_has_or_is_reached_by_leaves(he: Client):
    page = text(look(he, number(ZHAO)))
    kept = ("赵桂芳", "13812342716", "138****", "360102", "186.4", "180", "1963", "退休教师", "青山路", "A 类", "依赖")
    assert [told for told in kept if told in page.split('id="main"')[1]] == []
    assert str(WAN) not in page


@pytest.mark.parametrize("typed", ["C999999", number(WU), "赵桂芳", "2716", "C00010", "C0001011", "' or 1=1 --"])
def test_who_is_not_here_and_who_is_of_another_branch_look_the_same(he: Client, typed: str):
    def shape(page: str) -> str:
        return re.sub(r'value="\w{64}"', "", page.split('id="main"')[1])

    nobody = look(he, "C999999")
    other = look(he, typed)
    assert (other.status_code, shape(text(other))) == (nobody.status_code, shape(text(nobody)))
    assert "没有查到" in text(other)


def test_before_a_number_is_typed_nobody_is_shown(he: Client):
    page = text(he.get("/counter/"))
    assert "没有查到" not in page
    assert "没有查到" not in text(look(he, "  "))
    assert text(he.get("/counter/", {"customer_no": number(ZHAO)})).count("赵*芳") == 0


def test_every_look_is_on_the_trail_and_the_number_in_no_record(he: Client, offices: Offices):
    before = len(entries("B1"))
    look(he, number(ZHAO))
    look(he, number(WU))
    he.get("/counter/")
    shown, nobody = entries("B1")[before:]
    assert (shown["actor"], shown["action"], bool(shown["person"])) == ("S05", "customer_view", True)
    assert (nobody["action"], nobody["result"], nobody["person"]) == ("search", "nobody", None)
    assert number(WU) not in nobody["record"]
    assert nobody["told"]["after"]["customer_no"]


def test_no_offer_is_due_for_who_wants_none_or_complains(he: Client, cast: Cast):
    assert "没有" in text(look(he, number(LI))).split("待办")[1][:60]
    told = {"complaint": 1, "customer": ZHAO, "opened_on": date(2026, 11, 20), "subject": "等得久"}
    customers.take_in({"complaints": [told]})
    assert "请引荐" not in text(look(he, number(ZHAO)))


@pytest.mark.parametrize("staff_no", ["S01", "S04", *people.OFFICES])
def test_nobody_but_the_counter_looks_somebody_up_so(staff_no: str, offices: Offices):
    role = people.OFFICES[staff_no][2] if staff_no in people.OFFICES else ""
    one = signed_in(staff_no, role)
    assert (one.get("/counter/").status_code, look(one, number(ZHAO)).status_code) == (404, 404)


def test_the_counter_has_no_list(he: Client, cast: Cast):
    for address in ("/customers/", "/today/", f"/customers/{cast.zhao}/"):
        page = he.get(address)
        assert page.status_code == 404 or "赵" not in text(page)
