"""The living file in a browser: a date is written, changed and removed where it stands, in Chinese and in English."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.journeys.conftest import Desk, sizes

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORDS = {
    "zh": {"add": "记一个日子", "what": "什么日子", "month": "月", "day": "日", "person": "称呼", "save": "保存",
           "change": "改", "remove": "移除", "there": "结婚纪念日 · 林建年", "before": "以前的 1 次写法",
           "wrong": "没有这一天"},
    "en": {"add": "Write down a date", "what": "What day", "month": "Month", "day": "Day", "person": "Name",
           "save": "Save", "change": "Change", "remove": "Remove", "there": "Wedding anniversary · 林建年",
           "before": "Earlier wordings: 1", "wrong": "There is no such day"},
}  # fmt: skip


@sizes("390")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.practice("P1", "P6", "P136")
def test_a_date_is_written_changed_and_removed_where_it_stands(
    window: Callable[..., Desk], morning: Cast, size: str, language: str
):
    words, desk = WORDS[language], window(size)
    desk.come_in("S01")
    if language == "en":
        desk.page.context.add_cookies([{"name": "guanhu_language", "value": "en", "url": desk.site}])
    desk.open(f"/customers/{morning.zhao}/")
    card = desk.page.locator("#dates")
    card.get_by_text(words["add"]).click()
    form = card.locator("form.date-form").last
    form.get_by_label(words["what"]).select_option("wedding")
    form.get_by_label(words["month"], exact=True).fill("2")
    form.get_by_label(words["day"], exact=True).fill("30")
    form.get_by_label(words["person"]).fill("林建年")
    form.get_by_role("button", name=words["save"]).click()
    expect(card.get_by_role("alert")).to_contain_text(words["wrong"])
    assert desk.seen(f"date-wrong-{language}") == []
    desk.complaints.clear()  # the browser itself reports the 422
    form.get_by_label(words["day"], exact=True).fill("9")
    form.get_by_role("button", name=words["save"]).click()
    expect(card).to_contain_text(words["there"])
    mine = card.locator("li", has_text="林建年")
    mine.get_by_text(words["change"]).first.click()
    mine.get_by_label(words["day"], exact=True).fill("10")
    mine.get_by_role("button", name=words["save"]).click()
    expect(mine.locator(".cal")).to_contain_text("02-10")
    expect(card.get_by_role("status")).not_to_be_empty()
    mine.get_by_text(words["change"]).first.click()
    mine.get_by_text(words["before"]).click()
    expect(mine.locator(".tl")).to_contain_text("02-09")
    assert desk.seen(f"date-kept-{language}") == []
    mine.get_by_role("button", name=words["remove"]).click()
    expect(card).not_to_contain_text("林建年")
