"""One whole day of a keeper in the browser, on a desk and on a phone: the list, days arranged, the evening, a comment.

Every day is the cast's: today is Tuesday, 24 November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Locator, expect

from guanhu.apps.customers.models import Customer
from guanhu.apps.work import queries
from guanhu.apps.work.models import Deferral
from tests.cast import Cast
from tests.journeys.conftest import Desk
from tests.journeys.mornings import full_morning

pytestmark = [pytest.mark.browser, pytest.mark.slow]

THURSDAY, FRIDAY, CHRISTMAS_EVE = "2026-11-26", "2026-11-27", "2026-12-24"
COVERED = """() => {
  const main = document.querySelector("main"), bar = document.querySelector(".tabbar").getBoundingClientRect();
  window.scrollTo(0, document.body.scrollHeight);
  const last = [...main.querySelectorAll("button, a, summary, input, textarea")].filter(e => e.checkVisibility()).pop();
  const box = last.getBoundingClientRect(), note = document.querySelector("#toasts > *");
  const over = note ? note.getBoundingClientRect() : {top: Infinity};
  window.scrollTo(0, 0);
  return box.bottom > Math.min(bar.top, over.top) ? last.textContent : note && over.bottom > bar.top ? "the bar" : "";
}"""
"""On a phone: what of the page's end lies below the foot or the toast, when one has scrolled as far as one can."""

OVER_SHEET = """() => {
  const note = document.querySelector("#toasts > *").getBoundingClientRect();
  return note.bottom > document.querySelector("#sheet button.record-done").getBoundingClientRect().top;
}"""
"""On a phone: whether a toast lies at or below the button of the sheet."""


class Day:
    """A keeper's day at one window, by what she presses."""

    def __init__(self, desk: Desk, cast: Cast) -> None:
        self.desk, self.page = desk, desk.page
        self.phone = desk.look[0] == "390"
        self.ids: dict[str, UUID] = {row.name: row.public_id for row in Customer.objects.for_system("a test")}
        self.cast = cast

    def press(self, where: Locator, button: str) -> None:
        """Press a button that leads to a page anew."""
        with self.page.expect_navigation():
            where.get_by_role("button", name=button).first.click()
        self.desk.settle()

    def look(self, what: str) -> None:
        """In light and dark the page is free of barriers, fits its window, and on a phone nothing of it is covered."""
        for theme in ("light", "dark"):
            assert self.desk.seen_as((self.desk.look[0], theme), what) == []
        if self.phone:
            assert self.page.evaluate(COVERED) == ""
        self.page.emulate_media(color_scheme="light")

    def says(self, words: str) -> None:
        """A toast tells what was done."""
        expect(self.page.locator("#toasts")).to_contain_text(words)

    def card(self, heading: str) -> Locator:
        """A card of the page by its heading."""
        return self.page.locator("section", has=self.page.get_by_role("heading", name=heading, exact=True))

    def record(self, name: str, outcome: str, **fields: str) -> None:
        """What came of a contact: on the page, or on a phone in its sheet."""
        self.desk.open(f"/today/{self.ids[name]}/")
        if self.phone:
            self.page.get_by_role("button", name="记录结果").tap()
        self.page.locator(f"#record label[for=o-{outcome}]").first.click()
        for field, value in fields.items():
            self.page.locator(f"#f-{field}").fill(value)
        with self.page.expect_response(re.compile("/outcome/")) as answer:
            self.page.locator(".record-done" if self.phone else ".foot-wide").first.click()
        assert answer.value.status == 200
        self.desk.settle()
        self.says("已记下")

    def arrange(self, why: str, day: str, way: str, at: str = "") -> None:
        """Fill in what stands on the page for one customer: the day, the way, what for."""
        form = self.card("安排一次联系")
        if self.phone:
            expect(form.get_by_label("哪天")).to_be_in_viewport()
        form.get_by_label("哪天").fill(day)
        form.get_by_label("方式").select_option(way)
        form.get_by_label("为了什么").fill(why)
        if at:
            form.get_by_label("几点（可空）").fill(at)
        self.press(form, "安排")
        self.says("已安排")

    def settle(self, name: str, why: str, how: str, day: str = "") -> None:
        """What becomes of one line that was not done."""
        line = self.page.locator("li.left", has=self.page.get_by_role("link", name=name))
        line.locator("summary").click()
        line.get_by_label("原因").fill(why)
        if day:
            line.get_by_label("到哪天").fill(day)
        self.press(line, how)

    def week(self) -> str:
        """The days of the week as they are written, without spaces."""
        self.desk.open("/today/week/")
        return re.sub(r"\s+", "", self.page.locator("main").inner_text())


@pytest.fixture
def planned(morning: Cast) -> Cast:
    """The full morning; the night planned a call with 韩博文 for Thursday and one with 周建平 for Friday besides."""
    ids = {row.name: row.key for row in Customer.objects.for_system("a test")}
    full_morning(ahead=[(ids["韩博文"], THURSDAY), (ids["周建平"], FRIDAY)])
    return morning


@pytest.mark.practice("P52", "P58", "P62", "P63", "P65", "P67", "P68")
@pytest.mark.parametrize("size", ["1440", "390"])
def test_a_day_from_its_first_list_to_the_heads_word(
    window: Callable[..., Desk], planned: Cast, password: None, size: str
):
    desk = window(size)
    desk.sign_in()
    day = Day(desk, planned)
    the_morning(day)
    the_contacts(day)
    the_evening(day)
    tomorrow(day)
    the_head(day, window(size))


def the_morning(day: Day) -> None:
    """The list, what the night planned next, a goal, and days: pinned, asked for, a task of one's own."""
    page, desk = day.page, day.desk
    day.look("day-1-today")
    expect(page.locator(".task.open-line")).to_have_count(12)
    desk.open(f"/customers/{day.ids['韩博文']}/")
    expect(page.locator("#timeline")).to_contain_text("系统排的下一次：临界")
    day.look("day-2-file")
    page.get_by_role("link", name="安排到某一天").click()
    day.arrange("生日后登门道贺", FRIDAY, "meeting")
    assert "/customers/" in page.url

    desk.open(f"/today/{day.cast.zhao}/")
    page.get_by_role("link", name="安排到某一天").click()
    day.look("day-3-arrange")
    day.arrange("客户要周四来办转存", THURSDAY, "meeting", "10:00")
    expect(page.locator("#brief")).to_contain_text("约好 周四 10:00 面访：客户要周四来办转存")

    desk.open("/today/week/")
    page.get_by_label("哪位客户：姓名、拼音或客户号").fill("卫志军")
    day.press(day.card("安排一次联系"), "查找")
    page.get_by_role("link", name="选这位").click()
    day.arrange("问清楚为什么三个月没动账", FRIDAY, "call")
    goal = day.card("定目标")
    goal.get_by_label("联系几位").fill("50")
    goal.get_by_label("其中面访").fill("4")
    goal.get_by_label("一句话（可空）").fill("到期的都见一遍")
    day.press(goal, "定下")
    day.says("目标已定")
    day.look("day-4-week")
    assert "卫*军电话问清楚为什么三个月没动账取消" in day.week()


def the_contacts(day: Day) -> None:
    """A call, a message and a meeting that took place; a swap: one set aside, another taken in its stead."""
    page, desk = day.page, day.desk
    day.record("赵桂芳", "reached", minutes="3", said="想把一半续三年")
    day.record("韩博文", "sent", said="发了生日祝福")
    day.record("周建平", "reached", said="带来了新的存单")
    day.record("褚丽琴", "no_answer", retry_at="17:30")
    desk.open("/today/")
    assert [text.replace("\n", " ") for text in page.locator("#quota p.v").all_inner_texts()] == [
        "1 / 30", "1 / 20", "1 / 5",
    ]  # fmt: skip
    expect(page.locator("#counts")).to_contain_text("已完成 3 / 12 件")
    day.look("day-5-done")
    desk.open(f"/today/{day.ids['陈海涛']}/")
    if day.phone:
        page.get_by_role("button", name="记录结果").tap()
    page.get_by_text("今天不联系，顺延").click()
    page.get_by_label("为什么顺延").fill("客户在开会")
    if day.phone:  # a failure is told above the sheet, and not over its buttons
        page.route("**/defer/", lambda route: route.abort())
        page.get_by_role("button", name="顺延", exact=True).click()
        expect(page.get_by_role("alert")).to_be_in_viewport()
        assert page.evaluate(OVER_SHEET) is False
        page.unroute("**/defer/")
        desk.complaints.clear()
    with page.expect_response(re.compile("/defer/")):
        page.get_by_role("button", name="顺延", exact=True).click()
    desk.settle()
    day.says("已顺延")


def the_evening(day: Day) -> None:
    """Every line is done, moved with a reason or dropped with one; then what was learnt."""
    page, desk = day.page, day.desk
    desk.open("/today/review/")
    day.look("day-6-review")
    page.get_by_label("哪一次联系最有效？为什么？").fill("赵女士：先听用钱的打算，再谈续存")
    day.press(page.locator("main"), "提交复盘")
    expect(page.get_by_role("alert")).to_contain_text("必做还有 2 件没有交代")
    desk.complaints.clear()
    day.settle("钱*国", "客户出差", "改到 11-25")
    day.settle("冯*兰", "明天面复投诉", "改到 11-25")
    day.settle("李*华", "出国一个月", "放下到这天", CHRISTMAS_EVE)
    day.settle("褚*琴", "客户说周五有空", "改到这天", FRIDAY)
    rest = page.locator(".rest-form")
    rest.get_by_label("原因").fill("今天开会，时间不够")
    day.press(rest, "全部顺延到明天")
    day.says("4 件已顺延到下一个工作日")
    page.get_by_label("哪一次联系最有效？为什么？").fill("赵女士：先听用钱的打算，再谈续存")
    day.press(page.locator("main"), "提交复盘")
    day.says("复盘已提交")
    expect(page.locator("main")).to_contain_text("今天的每一件都有交代了")
    day.look("day-7-reviewed")
    reasons = set(Deferral.objects.for_system("a test").values_list("reason", flat=True))
    assert reasons == {
        "客户在开会", "客户出差", "明天面复投诉", "出国一个月", "客户说周五有空", "今天开会，时间不够",
    }  # fmt: skip
    assert queries.today(day.cast.shen).open_lines == 0


def tomorrow(day: Day) -> None:
    """Blocks of time, one put in, confirmed; the week and the log hold each contact once."""
    page, desk = day.page, day.desk
    desk.open("/today/tomorrow/")
    told = re.sub(r"\s+", "", page.locator(".slots").inner_text())
    assert "钱*国到期·顺延：客户出差" in told
    assert "陈*涛异动顺延：客户在开会" in told
    assert {name: told.count(name) for name in ("钱*国", "褚*琴", "李*华", "赵*芳")} == {
        "钱*国": 1, "褚*琴": 0, "李*华": 0, "赵*芳": 0,
    }  # fmt: skip
    day.look("day-8-tomorrow")
    more = page.get_by_role("list", name="可以补上的").get_by_role("listitem")
    expect(more).to_contain_text("周*平电话临界 · 系统排在 11-27")
    day.press(more, "排入")
    day.says("已排入明日计划")
    expect(page.locator(".slots")).to_contain_text("周*平")
    expect(more).to_have_count(0)
    day.press(page.locator("main"), "确认明日计划")
    expect(page.locator("main")).to_contain_text("已确认，负责人看得到")
    day.look("day-9-confirmed")
    said = day.week()
    assert "褚*琴电话顺延：客户说周五有空" in said
    assert said.count("褚*琴") == 1
    assert "10:00A赵*芳面访客户要周四来办转存取消" in said
    assert "李*华到12-24·出国一个月" in said
    day.look("day-10-week")
    desk.open("/today/log/")
    expect(page.locator("main")).to_contain_text("周*平")
    day.look("day-11-log")


def the_head(day: Day, desk: Desk) -> None:
    """秦岚 reads the review and answers; 沈知微 is told and reads it."""
    head = Day(desk, day.cast)
    desk.come_in("S04")
    desk.open("/team/reviews/")
    expect(desk.page.locator("main")).to_contain_text("先听用钱的打算")
    expect(desk.page.locator("main")).to_contain_text("明日计划已确认")
    if head.phone:
        expect(desk.page.locator(".tabbar")).to_contain_text("复盘")
    desk.page.get_by_label("评一句").fill("问得好，周四见面前把三年期的利息算给客户看")
    head.press(desk.page.locator("main"), "送出")
    head.says("评语已送达")
    head.look("day-12-head")
    day.desk.open("/notices/")
    day.look("day-13-notices")
    day.desk.open("/today/review/")
    expect(day.page.locator("main")).to_contain_text("秦岚")
    expect(day.page.locator("main")).to_contain_text("把三年期的利息算给客户看")
