"""A keeper's morning: sign in, walk the list by keys, read why, record each outcome, take one back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from guanhu.apps.work import queries
from guanhu.rules.kinds import Outcome
from tests.cast import Cast
from tests.journeys.conftest import Desk

LISTS = """async () => {
  const fresh = new DOMParser().parseFromString(await (await fetch("/today/")).text(), "text/html");
  return [document, fresh].map((page) => page.querySelector("#tasks").textContent.replace(/\\s+/g, ""));
}"""
"""The list as it stands after its lines were moved, and as it is drawn anew."""

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_morning_by_keys(window: Callable[..., Desk], morning: Cast, password: None):
    desk = window()
    desk.sign_in()
    page = desk.page

    assert desk.who() == "赵桂芳"
    page.keyboard.press("j")
    second = desk.who()
    assert second != "赵桂芳"
    assert page.url.startswith(f"{desk.site}/today/")
    page.keyboard.press("k")
    assert desk.who() == "赵桂芳"
    why = page.locator("#brief .why-list").inner_text()
    assert "定期存款50万 7天后到期" in why
    assert "65%\u00a0→\u00a082%" in why
    assert "+835 元" in why

    assert "接通" in desk.record("1", minutes="8", seconds="20")
    assert "未接" in desk.record("2")
    page.keyboard.press("3")
    page.get_by_label("没需要").check(force=True)
    assert "拒绝" in desk.record()
    assert "约见" in desk.record("4", meeting_on="2026-12-01", meeting_at="10:00", meeting_place="贵宾室")
    assert "成交" in desk.record("5", product="三年期定存", amount_wan="12.5")

    recorded = [line.touch.outcome for line in queries.today(morning.shen).done]
    assert recorded == [Outcome.CLOSED, Outcome.BOOKED, Outcome.DECLINED, Outcome.NO_ANSWER, Outcome.REACHED]
    expect(page.locator("#quota")).to_contain_text("1 / 20")
    before = desk.who()
    assert len(set(page.evaluate(LISTS))) == 1

    with page.expect_response(re.compile("/undo/")):
        page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("已撤销")
    assert desk.who() != before
    assert len(queries.today(morning.shen).done) == 4


def test_a_form_that_misses_something_keeps_the_person(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.begin()
    desk.complaints.clear()
    desk.page.keyboard.press("4")
    with desk.page.expect_response(re.compile("/outcome/")) as answer:
        desk.page.keyboard.press("d")
    assert answer.value.status == 422
    assert desk.who() == "赵桂芳"
    expect(desk.page.locator("#record")).to_contain_text("填约见的日期")
    expect(desk.page.locator("#o-booked")).to_be_checked()
    desk.complaints.clear()


def test_a_lost_connection_puts_the_row_back(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.begin()
    desk.page.route("**/outcome/", lambda route: route.abort())
    desk.page.keyboard.press("1")
    desk.page.locator("#f-said").fill("想留点活钱")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("d")
    expect(desk.page.get_by_role("alert")).to_contain_text("刚才填的还在")
    expect(desk.page.locator("#f-said")).to_have_value("想留点活钱")
    assert desk.page.locator(".task.pending").count() == 0
    assert desk.who() == "赵桂芳"
    assert queries.today(morning.shen).done == ()
    desk.complaints.clear()


def test_keys_sleep_inside_fields_and_while_composing(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.begin()
    field = desk.page.locator("#f-said")
    field.click()
    desk.page.keyboard.type("jd1")
    assert field.input_value() == "jd1"
    assert desk.who() == "赵桂芳"
    desk.page.keyboard.press("Escape")
    desk.page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true, isComposing: true}))"
    )
    assert desk.who() == "赵桂芳"


def test_all_keys_are_told_and_can_be_put_to_sleep(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.begin()
    desk.page.keyboard.press("?")
    expect(desk.page.get_by_role("dialog")).to_contain_text("完成并下一位")
    assert desk.barriers() == []
    desk.shot("keys")
    desk.page.get_by_label("使用单键快捷键").uncheck()
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("j")
    assert desk.who() == "赵桂芳"


def test_enter_opens_the_file_and_g_t_comes_back(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.begin()
    desk.page.keyboard.press("j")
    desk.settle()
    desk.page.keyboard.press("k")
    desk.settle()
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile("/customers/"))
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text("赵桂芳")
    desk.page.keyboard.press("j")
    desk.settle()
    expect(desk.page.get_by_role("heading", level=1)).not_to_contain_text("赵桂芳")
    desk.page.keyboard.press("g")
    desk.page.keyboard.press("t")
    desk.page.wait_for_url(f"{desk.site}/today/")


def test_the_way_back_brings_the_whole_page(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.begin()
    desk.page.keyboard.press("j")
    desk.settle()
    second = desk.who()
    desk.page.keyboard.press("j")
    desk.settle()
    desk.page.go_back()
    expect(desk.page.locator("#brief h2")).to_contain_text(second)
    expect(desk.page.locator(".task")).to_have_count(12)
    kept = desk.page.evaluate("JSON.stringify([Object.values(sessionStorage), Object.values(localStorage)])")
    assert len(kept) < 100
    assert "桂芳" not in kept


def test_on_a_phone_list_card_and_sheet(window: Callable[..., Desk], morning: Cast):
    desk = window("390")
    desk.begin()
    desk.shot("phone-list")
    desk.page.get_by_text("从第 1 位开始").tap()
    desk.settle()
    expect(desk.page.locator("#brief h2")).to_be_visible()
    expect(desk.page.locator("#tasks")).to_be_hidden()
    desk.shot("phone-card")
    desk.page.get_by_role("button", name="记录结果").tap()
    desk.page.locator("label[for=o-booked]").tap()
    desk.page.locator("#f-meeting_on").fill("2026-12-01")
    desk.shot("phone-sheet")
    assert desk.barriers() == []
    small = desk.page.evaluate(
        "[...document.querySelectorAll('#sheet button, #sheet .outcome label, #sheet .check, #sheet .seg a')]"
        ".filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 44).map(e => e.textContent)"
    )
    assert small == []
    desk.page.locator(".record-done").tap()
    desk.settle()
    assert desk.who() != "赵桂芳"
    assert [line.touch.outcome for line in queries.today(morning.shen).done] == [Outcome.BOOKED]


def test_without_script_the_morning_works_too(window: Callable[..., Desk], morning: Cast, password: None):
    desk = window(script=False)
    desk.sign_in()
    desk.page.locator(".task a").first.click()
    desk.page.locator("label[for=o-reached]").click()
    desk.page.locator("#f-minutes").fill("3")
    desk.page.get_by_role("button", name=re.compile("完成并下一位")).click()
    expect(desk.page.locator("#toasts")).to_contain_text("已记下")
    desk.page.get_by_role("button", name=re.compile("^撤销")).first.click()
    assert queries.today(morning.shen).done == ()
