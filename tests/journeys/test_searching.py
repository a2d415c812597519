"""Anybody is found by three keystrokes: the palette by keyboard alone, the page without a script, in both languages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.cast import Cast
from tests.journeys.conftest import Desk, sizes
from tests.journeys.test_odd_pages import speak_english

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_three_letters_and_enter_open_her_file(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.begin()
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("zgf")
    expect(desk.page.locator("#cmd-found [aria-selected=true]")).to_contain_text("赵*芳")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(f"**/customers/{morning.zhao}/")
    assert "zgf" not in desk.page.url


def test_arrows_walk_escape_closes_and_commands_stand_beside(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.begin()
    desk.page.keyboard.press("Control+k")
    chosen = desk.page.locator("#cmd [aria-selected=true]")
    expect(chosen).to_have_count(1)
    first = chosen.inner_text()
    desk.page.keyboard.press("ArrowDown")
    assert chosen.inner_text() != first
    desk.page.keyboard.press("ArrowUp")
    assert chosen.inner_text() == first
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#cmd")).to_be_hidden()
    desk.page.keyboard.press("Control+k")
    desk.page.keyboard.type("我的客户")
    expect(chosen).to_contain_text("我的客户")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/customers/")


def test_enter_before_the_answer_has_come_opens_nobody_found_before(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.begin()
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("lijian")
    expect(desk.page.locator("#cmd-found [aria-selected=true]")).to_contain_text("李*华")
    desk.page.route("**/search/", never_under_the_box)
    desk.page.locator("#cmd-words").fill("zgf")
    expect(desk.page.locator("#cmd-found [role=option]")).to_contain_text("李*华")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/search/")
    expect(desk.page.locator(".hit")).to_have_text(re.compile("赵.芳"))


def never_under_the_box(route: Route) -> None:
    """The answer under the box does not come; a page does."""
    if "hx-request" not in route.request.headers:
        route.continue_()


def test_single_keys_do_nothing_while_somebody_types_and_the_command_shows_the_keys(
    window: Callable[..., Desk], morning: Cast
):
    desk = window()
    desk.begin()
    desk.page.locator("[data-palette]").click()
    desk.page.keyboard.type("d/j快捷键")
    expect(desk.page.locator("#cmd-words")).to_have_value("d/j快捷键")
    desk.page.locator("#cmd-words").fill("快捷键")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#keys")).to_be_visible()


def test_without_a_script_the_box_is_a_page(window: Callable[..., Desk], morning: Cast):
    desk = window(script=False)
    desk.come_in("S01")
    desk.open("/today/")
    desk.page.locator(".omni").click()
    desk.page.locator("#f-words").fill("guifang")
    desk.page.locator("main form button").click()
    expect(desk.page.locator(".hit")).to_have_count(1)
    desk.page.locator(".hit a").click()
    desk.page.wait_for_url(f"**/customers/{morning.zhao}/")


def test_j_and_k_walk_through_what_was_found(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.come_in("S01")
    desk.open("/search/")
    desk.page.locator("#f-words").fill("C0001")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator(".hit")).to_have_count(2)
    desk.page.locator("h1").click()
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("j")
    expect(desk.page.locator(".hit a").nth(1)).to_be_focused()
    desk.page.keyboard.press("k")
    expect(desk.page.locator(".hit a").nth(0)).to_be_focused()


@sizes("1440")
def test_neither_the_page_nor_the_palette_has_a_barrier_in_either_language(
    window: Callable[..., Desk], morning: Cast, size: str
):
    desk = window(size)
    desk.come_in("S01")
    found = {}
    for language in ("zh", "en"):
        desk.open("/search/")
        if language == "en":
            speak_english(desk)
        found[f"empty {language}"] = desk.seen(f"search-empty-{language}")
        desk.page.locator("#f-words").fill("zhaoguifagn")
        desk.page.locator("main form button").click()
        found[f"found {language}"] = desk.seen(f"search-found-{language}")
        desk.page.locator("#f-words").fill("zzzz")
        desk.page.locator("main form button").click()
        found[f"nobody {language}"] = desk.seen(f"search-nobody-{language}")
        desk.page.locator("[data-palette]").click()
        desk.page.keyboard.type("zhao")
        expect(desk.page.locator("#cmd-found [role=option]")).to_have_count(1)
        found[f"palette {language}"] = desk.seen(f"palette-{language}")
        desk.page.keyboard.press("Escape")
    assert {what: said for what, said in found.items() if said} == {}
