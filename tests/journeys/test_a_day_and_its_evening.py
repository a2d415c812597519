"""One whole day of a keeper in the browser, on a desk and on a phone: the list, days arranged, the evening, a comment.

Where no day is named it is the cast's: Tuesday 24 November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Locator, expect

from guanhu.apps.customers.models import Customer
from guanhu.apps.work import queries
from guanhu.apps.work.models import Deferral, Promise
from guanhu.rules.kinds import Outcome
from tests.cast import Cast
from tests.journeys.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

THURSDAY, FRIDAY = "2026-11-26", "2026-11-27"


def section(desk: Desk, heading: str) -> Locator:
    """A card of the page by its heading."""
    return desk.page.locator("section", has=desk.page.get_by_role("heading", name=heading, exact=True))


def press(desk: Desk, where: Locator, button: str) -> None:
    """Press a button of a form that leads to a page anew."""
    with desk.page.expect_navigation():
        where.get_by_role("button", name=button).first.click()
    desk.settle()


def look(desk: Desk, what: str) -> None:
    """The page as it stands has no barrier in its look and is no wider than its window, light and dark."""
    for theme in ("light", "dark"):
        size = desk.look[0]
        assert desk.seen_as((size, theme), what) == []
    desk.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    desk.shot(f"{what}-foot")
    desk.page.evaluate("window.scrollTo(0, 0)")
    desk.page.emulate_media(color_scheme="light")


def record(desk: Desk, customer: UUID, outcome: str, way: str = "", **fields: str) -> None:
    """What came of a contact, through the page or on a phone through its sheet."""
    desk.open(f"/today/{customer}/")
    page = desk.page
    if desk.look[0] == "390":
        page.get_by_role("button", name="记录结果").click()
    if way:
        page.locator(f"#record [data-way={way}]").click()
        desk.settle()
        if desk.look[0] == "390":
            page.get_by_role("button", name="记录结果").click()
    page.locator(f"#record label[for=o-{outcome}]").first.click()
    for field, value in fields.items():
        page.locator(f"#f-{field}").fill(value)
    with page.expect_response(re.compile("/outcome/")) as answer:
        page.locator("[form=record].foot-wide" if desk.look[0] != "390" else ".record-done").first.click()
    assert answer.value.status == 200
    desk.settle()
    expect(page.locator("#toasts")).to_contain_text("已记下")


def arrange(desk: Desk, customer: UUID, day: str, why: str, way: str, at: str = "") -> None:
    """A contact is put on a day from the page of the week."""
    desk.open(f"/today/week/?who={customer}")
    page = desk.page
    page.get_by_label("哪天").fill(day)
    page.get_by_label("方式").select_option(way)
    page.get_by_label("为了什么").fill(why)
    if at:
        page.get_by_label("几点（可空）").fill(at)
    press(desk, section(desk, "安排一次联系"), "安排")
    expect(page.locator("#toasts")).to_contain_text("已安排")


def settle_line(desk: Desk, name: str, why: str, how: str, day: str = "") -> None:
    """What becomes of a line that was not done."""
    line = desk.page.locator("li.left", has=desk.page.get_by_role("link", name=name))
    line.locator("summary").click()
    line.get_by_label("原因").fill(why)
    if day:
        line.get_by_label("到哪天").fill(day)
    press(desk, line, how)


@pytest.mark.parametrize("size", ["1440", "390"])
def test_a_day_from_the_first_list_to_the_heads_word(
    window: Callable[..., Desk], morning: Cast, password: None, size: str
):
    who = {row.name: row.public_id for row in Customer.objects.for_system("a test")}
    desk = window(size)
    desk.sign_in()
    page = desk.page

    # the morning
    look(desk, "day-1-today")
    desk.open(f"/customers/{morning.zhao}/")
    expect(page.locator("#timeline")).to_contain_text("系统排的下一次")
    look(desk, "day-2-file")

    # days arranged: pinned, asked for Thursday, a task of her own
    arrange(desk, who["钱卫国"], FRIDAY, "到期转存再谈一次", "call")
    arrange(desk, morning.zhao, THURSDAY, "客户要周四来办转存", "meeting", "10:00")
    desk.open("/today/week/")
    week = section(desk, "定目标")
    week.get_by_label("联系几位").fill("50")
    week.get_by_label("其中面访").fill("4")
    week.get_by_label("一句话（可空）").fill("到期的都见一遍")
    press(desk, week, "定下")
    look(desk, "day-3-week")

    # contacts
    record(desk, morning.zhao, "reached", minutes="3", said="想把一半续三年")
    record(desk, who["韩博文"], "sent", said="发了生日祝福")
    record(desk, who["周建平"], "reached", said="带来了新的存单")
    desk.open("/today/")
    look(desk, "day-4-done")
    expect(page.locator("#quota")).to_contain_text("1 / 20")

    # the evening
    desk.open("/today/review/")
    look(desk, "day-5-review")
    settle_line(desk, "钱*国", "客户出差", "改到 11-25")
    settle_line(desk, "冯*兰", "客户在外地，投诉明天回复", "改到 11-25")
    settle_line(desk, "李*华", "出国一个月", "放下到这天", "2026-12-24")
    settle_line(desk, "郑*东", "客户说周五有空", "改到这天", FRIDAY)
    page.locator(".rest-form").get_by_label("原因").fill("今天开会，时间不够")
    press(desk, page.locator(".rest-form"), "全部顺延到明天")
    page.get_by_label("哪一次联系最有效？为什么？").fill("赵女士：先听她说用钱的打算，再谈续存")
    page.get_by_label("哪个拒绝没处理好？").fill("没有")
    press(desk, page.locator("main"), "提交复盘")
    look(desk, "day-6-review-written")

    desk.open("/today/tomorrow/")
    press(desk, page.locator("main"), "确认明日计划")
    expect(page.locator("main")).to_contain_text("已确认，负责人看得到")
    look(desk, "day-7-tomorrow")
    desk.open("/today/week/")
    look(desk, "day-8-week")
    desk.open("/today/log/")
    look(desk, "day-9-log")

    head = window(size)
    head.come_in("S04")
    head.open("/team/reviews/")
    expect(head.page.locator("main")).to_contain_text("先听她说用钱的打算")
    look(head, "day-10-head")
    head.page.get_by_label("评一句").fill("问得好，周四见面前把三年期的利息算给她看")
    press(head, head.page.locator("main"), "送出")
    look(head, "day-11-head-said")

    desk.open("/today/review/")
    expect(page.locator("main")).to_contain_text("问得好，周四见面前把三年期的利息算给她看")
    desk.open("/notices/")
    look(desk, "day-12-notices")
    assert {row.reason for row in Deferral.objects.for_system("a test")} >= {"客户出差", "出国一个月"}
    assert Promise.objects.for_system("a test").count() >= 4
    assert Outcome.REACHED
