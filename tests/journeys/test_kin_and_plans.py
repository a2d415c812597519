"""Two customers tied, a need answered, a plan written and the page before a contact read, in a browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.apps.test_serving import offer, wanting
from tests.cast import Cast
from tests.journeys.conftest import Desk, sizes

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@sizes("1440")
@pytest.mark.practice("P7", "P9", "P174", "P176")
def test_a_family_a_need_a_plan_and_the_page_before_a_contact(window: Callable[..., Desk], morning: Cast, size: str):
    offer(morning, wanting(morning))
    desk = window(size)
    desk.come_in("S01")
    desk.open(f"/customers/{morning.zhao}/")
    card = desk.page.locator("#relations")
    card.get_by_text("连一位客户").click()
    form = card.locator("form.file-form").last
    form.get_by_label("哪位客户").fill("没有这个人")
    form.get_by_role("button", name="保存").click()
    expect(card.get_by_role("alert")).to_contain_text("你能看到的客户里没有这一位")
    desk.complaints.clear()  # the browser itself reports the 422
    form.get_by_label("哪位客户").fill("李建华")
    form.get_by_label("对方是客户的").select_option("child")
    form.get_by_label("同一家庭").check()
    form.get_by_role("button", name="保存").click()
    expect(card).to_contain_text("李建华")
    expect(card.get_by_role("img")).to_have_attribute("aria-label", re.compile("李建华（子女"))
    row = desk.page.locator("#wants tbody tr").first
    row.get_by_text("改", exact=False).first.click()
    row.get_by_label("能不能提供").select_option("not_yet")
    row.get_by_label("暂不可时的替代").fill("通知存款")
    row.get_by_role("button", name="保存").click()
    expect(desk.page.locator("#wants tbody tr").first).to_contain_text("替代：通知存款")
    assert desk.seen("kin-file") == []
    desk.open(f"/customers/{morning.zhao}/course/")
    desk.page.get_by_label("要做到什么").fill("到期留住八成")
    desk.page.get_by_role("button", name="保存").click()
    expect(desk.page.locator("#course tbody")).to_contain_text("到期留住八成")
    assert desk.seen("kin-course") == []
    hers = f"/customers/{morning.zhao}"
    for address, name in (
        (f"{hers}/prepare/", "kin-prepare"),
        (f"{hers}/timeline/", "kin-timeline"),
        ("/customers/wants/", "kin-wants"),
    ):
        desk.open(address)
        assert desk.seen(name) == []
