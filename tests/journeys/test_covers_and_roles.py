"""代管, 人员与权限, 柜面查询 and 隔离区 in a browser: from end to end, each page without a barrier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from guanhu.apps.customers import actions as customers
from guanhu.apps.people.rights.actions import covers
from guanhu.feeds.errors import Problem
from guanhu.feeds.intake import Quarantined
from guanhu.rules.access import Role
from tests import offices as people
from tests.cast import Cast
from tests.factories import DAY
from tests.journeys.conftest import Desk, sizes
from tests.journeys.test_odd_pages import speak_english
from tests.offices import OFFICES, id_of, propose, viewer

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def busy(morning: Cast) -> Cast:
    """The offices at work: covers that run, come and are over, roles that wait, rows kept aside."""
    now = timezone.now()
    day = timezone.localdate(now)
    people.enter(now)
    head = viewer("S04", now)
    told = {"by": head, "reason": "年休假", "now": now}
    covers.grant_cover(giver=id_of("S01"), taker=id_of("S02"), from_on=day, to_on=day + timedelta(days=4), **told)
    covers.grant_cover(
        giver=id_of("S05"), taker=id_of("S02"), from_on=day + timedelta(days=9), to_on=day + timedelta(days=9), **told
    )
    over = covers.grant_cover(giver=id_of("A9"), taker=id_of("S05"), from_on=day, to_on=day, **told)
    covers.end_cover(by=head, cover=over, reason="提前回来", now=now)
    propose(viewer("A8", now), "S02", Role.COACH, now=now, days=30)
    said = ("id_no", "customers/form", "证件号码不合格式", "36010", "请核对")
    rows = [Quarantined(Problem("customers.csv.gz", n + 2, *said), {"id_no": "36010"}) for n in range(60)]
    customers.keep_quarantine(DAY, rows)
    return morning


def desk_of(window: Callable[..., Desk], staff_no: str, size: str) -> Desk:
    """A colleague sits down in her role."""
    desk = window(size)
    desk.come_in(staff_no, OFFICES[staff_no][2] if staff_no in OFFICES else "")
    return desk


@sizes("1440")
def test_no_page_has_a_barrier_in_either_language(
    window: Callable[..., Desk], busy: Cast, size: str, gate_share: float
):
    """In the usual run the pages are looked at in one language and the other by turns."""
    found, whole = {}, gate_share == 1
    for staff_no, pages in {
        "S04": {"covers": "/team/covers/", "staff-of-branch": "/staff/"},
        "A2": {"staff": "/staff/", "colleague": f"/staff/{id_of('S02')}/", "oneself": f"/staff/{id_of('A2')}/",
               "nobody": "/staff/?only=locked"},
        "S05": {"counter": "/counter/"},
        "A5": {"quarantine": "/quarantine/"},
    }.items():  # fmt: skip
        desk = desk_of(window, staff_no, size)
        for place, language in enumerate(("zh", "en")):
            for what, address in pages.items() if whole else list(pages.items())[place::2]:
                desk.open(address)
                if language == "en" and desk.page.locator("html").get_attribute("lang") != "en":
                    speak_english(desk)
                    desk.open(address)
                found[f"{what}-{language}"] = desk.seen(f"{what}-{language}")
    assert {what: said for what, said in found.items() if said} == {}


@sizes("390")
def test_a_head_arranges_a_cover_and_takes_it_back(window: Callable[..., Desk], morning: Cast, size: str):
    people.enter(timezone.now())
    desk = desk_of(window, "S04", size)
    desk.open("/team/covers/")
    desk.shot("covers-empty")
    page = desk.page
    page.get_by_label("谁的客户").select_option(str(id_of("S01")))
    page.get_by_label("由谁代管").select_option(str(id_of("S01")))
    page.get_by_label("到哪天止").fill((timezone.localdate() + timedelta(days=2)).isoformat())
    page.get_by_label("理由").first.fill("年休假")
    page.get_by_role("button", name="安排", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("代管人不能是本人")
    expect(page.get_by_label("理由").first).to_have_value("年休假")
    assert desk.seen("cover-refused") == []
    page.get_by_label("由谁代管").select_option(str(id_of("S02")))
    page.get_by_role("button", name="安排", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("代管已安排")
    expect(page.get_by_text("周予安 代管 沈知微 的客户")).to_be_visible()
    assert viewer("S02", timezone.now()).covered
    page.get_by_text("提前结束").click()
    assert desk.seen("cover-ending") == []
    page.locator("details[open]").get_by_label("理由").fill("提前回来")
    page.get_by_role("button", name="结束代管").click()
    expect(page.locator("#toasts")).to_contain_text("代管已结束")
    expect(page.get_by_text("提前结束：提前回来")).to_be_visible()
    assert not viewer("S02", timezone.now()).covered
    desk.complaints[:] = [said for said in desk.complaints if "422" not in said]


@sizes("1440")
def test_a_role_is_proposed_by_one_approved_by_another_and_taken_back(
    window: Callable[..., Desk], morning: Cast, size: str
):
    people.enter(timezone.now())
    first, second = desk_of(window, "A1", size), desk_of(window, "A2", size)
    address = f"/staff/{id_of('S02')}/"
    first.open(address)
    first.shot("colleague-new")
    first.page.get_by_label("角色", exact=True).select_option("coach")
    first.page.get_by_label("理由").first.fill("带新人")
    first.page.get_by_role("button", name="提出").click()
    expect(first.page.locator("#toasts")).to_contain_text("已提出")
    expect(first.page.get_by_role("button", name="复核通过")).to_have_count(0)
    assert first.seen("proposed") == []
    second.open("/staff/")
    second.page.get_by_role("link", name="去看").click()
    second.page.get_by_role("link", name="周予安").click()
    second.page.get_by_role("button", name="复核通过").click()
    expect(second.page.locator("#toasts")).to_contain_text("已复核")
    expect(second.page.get_by_text("生效中")).to_be_visible()
    second.page.locator("summary", has_text="收回").click()
    second.page.locator("details[open]").get_by_label("理由").fill("轮岗")
    assert second.seen("taking-back") == []
    second.page.get_by_role("button", name="收回角色").click()
    expect(second.page.get_by_text("已提前结束")).to_be_visible()


@sizes("390")
def test_the_counter_finds_the_one_present(window: Callable[..., Desk], morning: Cast, size: str):
    people.enter(timezone.now())
    desk = desk_of(window, "S05", size)
    desk.open("/counter/")
    number = desk.page.get_by_label("客户号、手机或证件号码")
    number.fill("C000101")
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_role("heading", name="赵*芳")).to_be_visible()
    expect(desk.page.get_by_text("请引荐给 沈知微")).to_be_visible()
    assert "C000101" not in desk.page.url
    assert desk.seen("counter-found") == []
    number.fill("C000104")
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_text("没有查到")).to_be_visible()
    assert desk.seen("counter-nobody") == []
    number.fill("138 1234 2716")
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_text("已是本网点客户，不用再建档")).to_be_visible()
    number.fill("13900002222")
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_label("姓名")).to_be_visible()
    assert desk.seen("counter-unknown") == []
