"""A keeper combs her list: a condition by keyboard, a card moved with evidence and taken back by one key."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.journeys.conftest import Desk, sizes

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.practice("P10")
def test_a_condition_by_one_key_and_a_card_moved_and_taken_back(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.come_in("S01")
    desk.open("/customers/")
    desk.page.keyboard.press("f")
    form = desk.page.locator("#asking form")
    expect(form).to_be_visible()
    form.get_by_label("依赖").check()
    form.get_by_role("button", name="按这些条件看").click()
    desk.page.wait_for_url(re.compile(r"where=stage:relied_on"))
    expect(desk.page.locator("#book-rows tr")).to_have_count(1)
    desk.page.get_by_role("link", name="去掉条件：客情阶段：依赖").click()
    desk.page.get_by_role("link", name="看板", exact=True).click()
    card = desk.page.locator("section[aria-labelledby=b-relied_on] .board-card")
    card.locator("summary").click()
    card.get_by_label("依据").fill("介绍了同事来开户")
    card.get_by_role("button", name="移到朋友").click()
    expect(desk.page.locator("section[aria-labelledby=b-friend] .board-card")).to_have_count(1)
    desk.page.keyboard.press("z")
    expect(card).to_have_count(1)
    expect(desk.page.locator("section[aria-labelledby=b-friend] .board-card")).to_have_count(0)
    assert desk.complaints == []


@pytest.mark.practice("P6")
@sizes("390")
def test_a_line_is_changed_where_it_stands_and_the_move_taken_back(
    window: Callable[..., Desk], morning: Cast, size: str
):
    desk = window(size)
    desk.come_in("S01")
    desk.open("/customers/")
    line = desk.page.locator("#book-rows tr", has_text="赵*芳")
    line.get_by_role("link", name="改 赵*芳").click()
    form = desk.page.get_by_role("form", name="就地改 赵*芳")
    expect(form.get_by_label("关系阶段")).to_be_focused()
    form.get_by_label("关系阶段").select_option("friend")
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_role("alert")).to_have_text("请写下依据")
    desk.complaints.clear()  # the browser's word about an answer of 422
    assert desk.seen("a line with its form") == []
    form.get_by_label("依据").fill("介绍了同事来开户")
    form.get_by_label("了解到什么").fill("每周三去合唱团")
    form.get_by_role("button", name="保存").click()
    expect(form).to_have_count(0)
    expect(line).to_contain_text("朋友")
    expect(line.get_by_role("link", name="赵*芳", exact=True)).to_be_focused()
    expect(desk.page.get_by_role("status")).to_contain_text("已移到「朋友」")
    line.get_by_role("link", name="改 赵*芳").click()
    form.get_by_role("button", name="不改了").click()
    expect(form).to_have_count(0)
    assert desk.complaints == []
