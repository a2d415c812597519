"""Pages one meets rarely are looked at too: no list yet, all done, old data, nothing there, something broke."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Route, expect

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.models import Customer
from guanhu.apps.work import queries
from guanhu.web.failures import Typed
from tests import cast as people
from tests.cast import Cast
from tests.factories import customer_row, line_row, opportunity_row, publish, quota_rows, standing_row
from tests.journeys.conftest import Desk, sizes

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def speak_english(desk: Desk) -> None:
    """Choose English as a person does."""
    desk.page.get_by_role("button", name="English").click()
    expect(desk.page.locator("html")).to_have_attribute("lang", "en")


def send(desk: Desk, outcome: str, said: str = "") -> int:
    """Record by pointing, as on a phone; the status of the answer."""
    sheet = desk.page.locator("[data-act=sheet]")
    if sheet.is_visible():
        sheet.click()
    desk.page.locator(f"label[for=o-{outcome}]").click()
    if said:
        desk.page.locator("#f-said").fill(said)
    with desk.page.expect_response(re.compile("/outcome/")) as answer:
        desk.page.locator("[data-key=d]").locator("visible=true").first.click()
    desk.settle()
    return answer.value.status


@sizes("1440")
def test_before_the_first_list(window: Callable[..., Desk], transactional_db: None, size: str):
    customers.take_in(people.persons())
    desk = window(size)
    desk.begin()
    found = {"no list": desk.seen("no-list")}
    desk.open("/customers/")
    found["book"] = desk.seen("no-list-book")
    assert {what: said for what, said in found.items() if said} == {}


@sizes("390")
def test_when_all_is_done(window: Callable[..., Desk], morning: Cast, size: str):
    publish(
        day=date(2026, 11, 23), standings=[standing_row(people.LI)], opportunities=[opportunity_row(people.LI)],
        lines=[line_row(people.LI, 1)], quotas=quota_rows("S01"),
    )  # fmt: skip
    desk = window(size)
    desk.come_in("S01")
    desk.open(f"/today/{morning.li}/")
    send(desk, "reached")
    told = desk.page.get_by_text("今天的任务都做完了").locator("visible=true")
    expect(told).to_have_count(1)
    expect(desk.page.get_by_text("从第 1 位开始").locator("visible=true")).to_have_count(0)
    assert desk.seen("all-done") == []


@sizes("1440")
def test_old_data_a_company_and_english(window: Callable[..., Desk], morning: Cast, size: str):
    company = customer_row(301, name="清屿云帆国际贸易有限责任公司", kind="corporate", birth_on=None)
    customers.take_in(people.persons(customers=[*people.CUSTOMERS, company]))
    publish(
        day=date(2026, 11, 24), today_on=date(2026, 11, 26), standings=[standing_row(301)],
        opportunities=[opportunity_row(301, evidence={"line": "vip"})], lines=[line_row(301, 1)],
        quotas=quota_rows("S01"),
    )  # fmt: skip
    desk = window(size)
    desk.begin()
    expect(desk.page.locator(".data-note").first).to_contain_text("日终数据还没到")
    found = {"zh": desk.seen("old-data")}
    speak_english(desk)
    for what, address in {"today": "/today/", "customer": f"/customers/{morning.zhao}/", "book": "/customers/"}.items():
        desk.open(address)
        found[what] = desk.seen(f"english-{what}")
    assert {what: said for what, said in found.items() if said} == {}


@sizes("390")
def test_nothing_there_and_something_broke(window: Callable[..., Desk], morning: Cast, size: str):
    desk = window(size)
    desk.come_in("S01")
    found = {}
    for language in ("zh", "en"):
        desk.open("/today/")
        if language == "en":
            speak_english(desk)
        desk.open("/no/such/page")
        found[f"404 {language}"] = desk.seen(f"404-{language}")
        desk.page.route("**/customers/", breaks(language))
        desk.open("/customers/")
        found[f"500 {language}"] = desk.seen(f"500-{language}")
        desk.page.unroute("**/customers/")
    desk.complaints[:] = [said for said in desk.complaints if not re.search("404|500", said)]
    assert {what: said for what, said in found.items() if said} == {}


def breaks(language: str) -> Callable[[Route], None]:
    """Answers with the page a fault brings, as the site draws it."""
    with translation.override("en" if language == "en" else "zh-hans"):
        page = render_to_string("500.html", {"typed": Typed(asked=True), "path": "/today/"})
    return lambda route: route.fulfill(status=500, content_type="text/html; charset=utf-8", body=page)


def test_a_fault_while_saving_keeps_what_was_typed(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.begin()
    desk.page.route("**/outcome/", breaks("zh"))
    desk.page.keyboard.press("1")
    desk.page.locator("#f-said").fill("想留点活钱")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("d")
    expect(desk.page.get_by_role("alert")).to_contain_text("没保存成功")
    expect(desk.page.locator("#f-said")).to_have_value("想留点活钱")
    expect(desk.page.locator("#o-reached")).to_be_checked()
    desk.page.unroute("**/outcome/")
    assert "已记下" in desk.record()
    assert queries.today(morning.shen).done[0].touch.said == "想留点活钱"
    desk.complaints.clear()


def test_a_step_before_the_rest_of_a_file_has_come_is_taken_when_it_comes(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.come_in("S01")
    waiting: list[Route] = []
    desk.page.route(f"**/customers/{morning.zhao}/rest/", lambda route: waiting.append(route))
    desk.page.goto(f"{desk.site}/customers/{morning.zhao}/")
    expect(desk.page.get_by_role("link", name="没有出来就点这里")).to_be_visible()
    desk.shot("file-waiting")
    desk.page.keyboard.press("j")
    waiting[0].continue_()
    expect(desk.page.get_by_role("heading", level=1)).not_to_contain_text("赵桂芳")
    assert str(morning.zhao) not in desk.page.url


def test_a_rest_that_does_not_come_is_a_link_away(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.come_in("S01")
    desk.page.route("**/rest/", lambda route: route.abort(), times=1)
    desk.open(f"/customers/{morning.zhao}/")
    desk.page.get_by_role("link", name="没有出来就点这里").click()
    desk.settle()
    expect(desk.page.get_by_role("heading", name="时间线")).to_be_visible()
    desk.complaints.clear()


def test_a_slow_brief_hides_the_one_before_it(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.begin()
    waiting: list[Route] = []
    desk.page.route(f"**/today/{morning.li}/", lambda route: waiting.append(route))
    desk.page.locator(f"#line-{morning.li} a").click()
    expect(desk.page.locator("#brief")).to_have_class("pane loading")
    expect(desk.page.locator("#brief h2")).to_be_hidden()
    desk.shot("slow-brief")
    for key in ("1", "d"):
        desk.page.keyboard.press(key)
    waiting[0].continue_()
    expect(desk.page.locator("#brief h2")).to_contain_text("李建华")
    expect(desk.page.locator("#brief")).to_have_class("pane")
    desk.settle()
    assert queries.today(morning.shen).done == ()
    assert "已记下" in desk.record("1", minutes="2")
    assert [done.public_id for done in queries.today(morning.shen).done] == [morning.li]


def test_the_sheet_can_be_closed_by_touch(window: Callable[..., Desk], morning: Cast):
    desk = window("390")
    desk.come_in("S01")
    desk.open(f"/today/{morning.zhao}/")
    desk.page.get_by_role("button", name="记录结果").tap()
    desk.page.get_by_role("button", name="关闭").locator("visible=true").tap()
    expect(desk.page.locator("#o-reached")).to_be_hidden()


@sizes("390")
def test_two_windows_on_one_list(window: Callable[..., Desk], morning: Cast, size: str):
    first = window(size)
    first.come_in("S01")
    second = window(size, beside=first)
    for desk in (first, second):
        desk.open(f"/today/{morning.zhao}/")
    assert send(first, "reached") == 200
    assert send(second, "no_answer", "没人接") == 409
    second.shot("two-windows")
    brief = second.page.locator("#brief")
    expect(brief).to_contain_text("你在另一个窗口")
    expect(brief).to_contain_text("今天的结果")
    expect(second.page.locator("#f-said")).to_have_value("没人接")
    assert second.barriers() == []
    expect(second.page.locator(f"#line-{morning.zhao}")).to_contain_text("接通")
    with second.page.expect_response(re.compile("/outcome/")):
        second.page.locator("[data-key=d]").locator("visible=true").first.click()
    second.settle()
    assert len(queries.brief(morning.shen, morning.zhao).touches) == 2
    second.complaints.clear()


def test_a_customer_handed_to_a_colleague_is_no_longer_there(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.come_in("S01")
    desk.open(f"/today/{morning.zhao}/")
    Customer.objects.for_system("handing over").filter(key=people.ZHAO).update(keeper_id=morning.zhou.staff_id)
    desk.page.keyboard.press("1")
    with desk.page.expect_response(re.compile("/outcome/")) as answer:
        desk.page.keyboard.press("d")
    assert answer.value.status == 404
    expect(desk.page.get_by_role("alert")).to_contain_text("没保存成功")
    desk.complaints.clear()
