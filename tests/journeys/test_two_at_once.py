"""Somebody else was first, or the database was away: the page says so, keeps what was typed, and goes on."""

import re
from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Route, expect

from guanhu.apps.customers import actions as customers
from guanhu.apps.work import actions, queries
from guanhu.web.failures import WORDS, Typed
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.journeys.conftest import LOOKS, Desk, sizes
from tests.journeys.test_odd_pages import send

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@sizes("1440")
def test_whoever_is_second_sees_both_and_goes_on(window: Callable[..., Desk], morning: Cast, size: str):
    desk = window(size)
    desk.come_in("S01")
    desk.open(f"/today/{morning.zhao}/")
    actions.record_touch(by=morning.shen, customer=morning.zhao, now=NOW, channel="call", outcome="declined",
                         seconds=65, request_key="first", refusal="no_need", said="再说吧，手头没有闲钱")  # fmt: skip
    assert send(desk, "reached", "要一张五十万的定期") == 409
    expect(desk.page.locator(".clash")).to_contain_text("再说吧")
    expect(desk.page.locator("#f-said")).to_have_value("要一张五十万的定期")
    found = {"line": desk.seen("second-line")}
    with desk.page.expect_response(re.compile("/outcome/")) as answer:
        desk.page.locator("[data-key=d]").locator("visible=true").first.click()
    assert answer.value.status == 200
    assert len(queries.brief(morning.shen, morning.zhao).touches) == 2
    desk.open(f"/customers/{morning.zhao}/")
    customers.set_stage(by=morning.shen, customer=morning.zhao, stage="habit", current="relied_on", note="每周都来",
                        day=TODAY, now=NOW)  # fmt: skip
    desk.page.locator(".stage-line summary").click()
    desk.page.locator("#s-note").fill("常来")
    desk.page.locator(".stage-form button").click()
    expect(desk.page.locator(".clash")).to_contain_text("每周都来")
    found["stage"] = desk.seen("second-stage")
    desk.complaints[:] = [said for said in desk.complaints if "409" not in said]
    assert {what: said for what, said in found.items() if said} == {}


def away(language: str) -> Callable[[Route], None]:
    """Answers as the site does while its database is away."""
    typed = Typed(
        (("note", WORDS["note"], "客户介绍了一位同事，说下周带来"),), (("stage", "habit"), ("current", "relied_on"))
    )
    with translation.override("en" if language == "en" else "zh-hans"):
        page = render_to_string("503.html", {"typed": typed, "path": "/today/", "csrf_token": "x", "unrecorded": False})
    return lambda route: route.fulfill(status=503, content_type="text/html; charset=utf-8", body=page)


@sizes("390")
def test_while_the_database_is_away(window: Callable[..., Desk], morning: Cast, size: str):
    desk = window(size)
    desk.come_in("S01")
    found = {}
    for language in ("zh", "en"):
        desk.page.route("**/customers/", away(language))
        desk.open("/customers/")
        expect(desk.page.locator("#k-1")).to_have_value("客户介绍了一位同事，说下周带来")
        found[language] = desk.seen(f"away-{language}")
        desk.page.unroute("**/customers/")
    desk.open(f"/today/{morning.zhao}/")
    desk.page.route("**/outcome/", away("zh"))
    assert send(desk, "reached", "想留点活钱") == 503
    expect(desk.page.get_by_role("alert")).to_contain_text("同一件事不会记两遍")
    expect(desk.page.locator("#f-said")).to_have_value("想留点活钱")
    desk.complaints[:] = [said for said in desk.complaints if "503" not in said]
    assert {what: said for what, said in found.items() if said} == {}


LINES = """(cell) => {
  const text = document.createRange();
  text.selectNodeContents(cell);
  return text.getClientRects().length;
}"""


@pytest.mark.parametrize("size", LOOKS)
def test_an_accounts_last_digits_stand_on_one_line(window: Callable[..., Desk], morning: Cast, size: str):
    account = {"account": 5001, "customer": 101, "account_no": "6222020200003614", "card_no": None, "kind": "deposit",
               "account_class": "1", "opened_on": TODAY, "closed_on": None}  # fmt: skip
    customers.take_in({"accounts": [account]})
    desk = window(size)
    desk.come_in("S01")
    desk.open(f"/customers/{morning.zhao}/")
    cell = desk.page.get_by_role("cell", name=re.compile("3614"))
    assert cell.evaluate(LINES) == 1
    assert desk.seen("account") == []
