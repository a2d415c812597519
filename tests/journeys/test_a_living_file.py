"""The living file in a browser: a date is written, changed and removed where it stands, in Chinese and in English."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.conftest import IN_FULL
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


LOOKS = [("390", "zh"), ("1440", "en")] + ([("1440", "zh"), ("390", "en")] if IN_FULL else [])
"""Each width and each language once; all four in the full run."""


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
    form = card.locator("form.file-form").last
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


LEARNT = {
    "zh": {"add": "记一条了解", "kind": "哪一方面", "what": "了解到什么", "more": "家人或需求再填", "type": "需求类型",
           "depth": "说没说出口", "facet": "需求方面", "how": "怎么发现的", "save": "保存", "need": "没说出口的需求",
           "wrong": "写一句怎么发现的", "core": "核心系统 · 只读"},
    "en": {"add": "Write down something learnt", "kind": "About what", "what": "What was learnt",
           "more": "More, for family or a need", "type": "Type of need", "depth": "Said or found",
           "facet": "Facet of the need", "how": "how it was found", "save": "Save", "need": "Latent",
           "wrong": "say in a few words how it was found", "core": "Core system · read only"},
}  # fmt: skip


@pytest.mark.parametrize(("size", "language"), LOOKS)
@pytest.mark.practice("P1", "P11", "P154")
def test_a_need_is_written_down_with_how_it_was_found(
    window: Callable[..., Desk], morning: Cast, size: str, language: str
):
    words, desk = LEARNT[language], window(size)
    desk.come_in("S01")
    if language == "en":
        desk.page.context.add_cookies([{"name": "guanhu_language", "value": "en", "url": desk.site}])
    desk.open(f"/customers/{morning.zhao}/")
    card = desk.page.locator("#facts")
    expect(card).to_contain_text(words["core"])
    card.get_by_text(words["add"]).click()
    form = card.locator("form.file-form").last
    form.get_by_label(words["kind"]).select_option("need")
    form.get_by_label(words["what"]).fill("急用时能取一部分")
    form.get_by_text(words["more"]).click()
    form.get_by_label(words["type"]).select_option("maintenance")
    form.get_by_label(words["depth"], exact=True).select_option("latent")
    form.get_by_label(words["facet"]).select_option("trouble")
    form.get_by_role("button", name=words["save"]).click()
    expect(card.get_by_role("alert")).to_contain_text(words["wrong"])
    assert desk.seen(f"fact-wrong-{language}") == []
    desk.complaints.clear()  # the browser itself reports the 422
    form.get_by_label(words["how"]).fill("两次问起")
    form.get_by_role("button", name=words["save"]).click()
    expect(card.locator(".list")).to_contain_text("急用时能取一部分")
    expect(card.locator(".list")).to_contain_text(words["need"])
    assert desk.seen(f"fact-kept-{language}") == []


@pytest.mark.practice("P6")
def test_without_a_script_what_was_learnt_is_written_too(window: Callable[..., Desk], morning: Cast):
    desk = window(script=False)
    desk.come_in("S01")
    desk.open(f"/customers/{morning.zhao}/rest/")
    card = desk.page.locator("#facts")
    card.get_by_text("记一条了解").click()
    card.get_by_label("了解到什么").last.fill("每周三去合唱团")
    card.get_by_role("button", name="保存").last.click()
    expect(desk.page.locator("#toasts")).to_contain_text("了解到的情况已更新")
    desk.open(f"/customers/{morning.zhao}/rest/")
    expect(desk.page.locator("#facts .list")).to_contain_text("每周三去合唱团")


@sizes("1440")
@pytest.mark.practice("P2", "P176")
def test_close_persons_are_drawn_around_the_customer(window: Callable[..., Desk], morning: Cast, size: str):
    desk = window(size)
    desk.come_in("S01")
    desk.open(f"/customers/{morning.zhao}/")
    card, drawn = desk.page.locator("#facts"), desk.page.locator("#relations")
    told = (("spouse", "林建年", "市一中", ""), ("parent", "", "退休", ""), ("grandchild", "", "", "pupil"))
    for place, (whose, person, what, band) in enumerate(told, 1):
        card.get_by_text("记一条了解").click()
        form = card.locator("form.file-form").last
        form.get_by_label("哪一方面").select_option("family")
        form.get_by_label("了解到什么").fill(what)
        form.get_by_text("家人或需求再填").click()
        form.get_by_label("谁的").select_option(whose)
        form.get_by_label("称呼").fill(person)
        form.get_by_label("孩子的年龄段").select_option(band)
        form.get_by_role("button", name="保存").click()
        expect(drawn.locator(".kin .node")).to_have_count(place)
    expect(drawn.get_by_role("img")).to_have_attribute("aria-label", re.compile("林建年（配偶 · 市一中）"))
    assert desk.seen("close-persons") == []


@sizes("390")
def test_what_she_will_do_at_maturity_is_asked_beside_the_holding(
    window: Callable[..., Desk], morning: Cast, size: str
):
    desk = window(size)
    desk.come_in("S01")
    desk.open(f"/customers/{morning.zhao}/")
    held = desk.page.locator("#holdings tr.under", has_text="三年期定期存款")
    held.get_by_text("问一问，记下意向").click()
    held.get_by_label("到期想怎么办").select_option("renew")
    held.get_by_label("哪天来办").fill("2026-12-01")
    held.get_by_label("几点").fill("10:30")
    assert desk.seen("intention-form") == []
    held.get_by_label("办什么业务或产品").fill("两年期")
    held.get_by_role("button", name="保存").click()
    expect(desk.page.locator("#holdings .intent").first).to_have_text("续存 · 两年期 · 12-01 10:30 来办")
    expect(desk.page.locator("#holdings").get_by_role("status")).to_have_text("已更新")
    assert desk.complaints == []
