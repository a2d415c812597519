"""A visit at the counter, the bell, the evening, what is missing and where: with the mouse, without barriers."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import offices as people
from tests.cast import ZHAO, Cast
from tests.journeys.conftest import Desk, sizes

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.practice("P16", "P18")]


@sizes("1440")
def test_a_visit_reaches_the_keeper_who_sees_what_to_ask_and_confirms_what_is_known(
    window: Callable[..., Desk], morning: Cast, size: str
):
    people.enter(timezone.now())
    counter, found = window(size), {}
    counter.come_in("S05")
    counter.open("/counter/")
    counter.page.locator("#f-no").fill(f"C{ZHAO:06d}")
    counter.page.get_by_role("button", name="查询").click()
    counter.settle()
    found["counter"] = counter.seen("counter-found")
    counter.page.locator("#f-visit").select_option("deposit")
    counter.page.get_by_role("button", name="记来访").click()
    counter.settle()
    assert "会收到提醒" in counter.page.locator("main").inner_text()
    desk = window(size)
    desk.come_in("S01")
    desk.open("/visitors/")
    found["visitors"] = desk.seen("visitors")
    desk.page.get_by_role("link", name="提醒，1 条未读").click()
    desk.settle()
    found["notices"] = desk.seen("notices")
    desk.page.get_by_role("button", name="这些都看过了").click()
    desk.settle()
    assert desk.page.get_by_text("未读").count() == 0
    desk.open(f"/customers/{morning.zhao}/")
    desk.page.locator("#by-day").click()
    expect(desk.page.locator("#assets")).to_contain_text("近三个月每日")
    desk.settle()
    found["by-day"] = desk.seen("assets-by-day")
    for what, address in {"rosters": "/rosters/", "to_fill": "/quality/files/?item=need"}.items():
        desk.open(address)
        found[what] = desk.seen(what)
    desk.open(f"/today/{morning.zhao}/")
    if size == "390":
        desk.page.get_by_role("button", name="记录结果").click()
    desk.page.locator("#f-learnt_kind").select_option("best_time")
    desk.page.locator("label[for=o-reached]").click()
    desk.page.locator("#f-learnt").fill("下午三点以后")
    found["learning"] = desk.seen("learning")
    desk.page.locator("#record").evaluate("(form) => form.requestSubmit()")
    desk.settle()
    desk.open(f"/customers/{morning.zhao}/")
    found["file"] = desk.seen("file")
    desk.open(f"/today/{morning.zhao}/")
    assert desk.page.get_by_text("方便联系的时段：下午三点以后").count() == 1
    head = window(size)
    head.come_in("S04")
    head.open("/quality/")
    found["quality"] = head.seen("quality-of-branch")
    head.page.get_by_role("link", name="周予安").click()
    head.settle()
    assert "周予安 · 待补的档案" in head.page.locator("h1").inner_text()
    assert {what: said for what, said in found.items() if said} == {}
