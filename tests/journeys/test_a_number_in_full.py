"""A masked number read in full in a browser: chosen, shown, and masked again after its half minute or on leaving."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.journeys.conftest import Desk, sizes

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE, MASKED = "13812342716", "138 **** 2716"


def ask(desk: Desk, what: str = "手机号码") -> None:
    """Choose one of the masked values and a purpose, and ask for it."""
    desk.page.get_by_role("radio", name=re.compile(what)).check()
    desk.page.get_by_label("为了什么").select_option("verify")
    desk.page.get_by_role("button", name="查看完整内容").click()


def moment(desk: Desk) -> int:
    """What the page's own clock shows, in milliseconds."""
    return int(desk.page.evaluate("Date.now()"))


@sizes("390")
def test_a_number_stands_for_half_a_minute(window: Callable[..., Desk], morning: Cast, size: str):
    desk = window(size)
    desk.come_in("S01")
    desk.page.clock.install()
    desk.open(f"/customers/{morning.zhao}/")
    asked = moment(desk)
    ask(desk)
    shown = desk.page.locator("#revealed .clear")
    expect(desk.page.locator("#revealed .clear[data-running]")).to_have_text(PHONE)
    desk.shot("revealed")
    assert desk.barriers() == []
    assert desk.overflow() <= 0
    stopped = moment(desk) + 100
    desk.page.clock.pause_at(stopped / 1000)
    desk.page.clock.fast_forward(29_000 - (stopped - asked))
    expect(shown).to_have_text(PHONE)
    desk.page.clock.fast_forward(1_000 + stopped - asked)
    expect(shown).to_have_text(MASKED)
    assert PHONE not in desk.page.content()


def test_a_number_for_a_call_is_masked_again_too(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.come_in("S01")
    desk.page.clock.install()
    desk.open(f"/today/{morning.zhao}/")
    desk.page.locator("[data-act=call]").locator("visible=true").first.click()
    expect(desk.page.locator("#number a[data-running]")).to_have_attribute("href", f"tel:{PHONE}")
    desk.page.clock.fast_forward(31_000)
    expect(desk.page.locator("#number a")).to_have_text(MASKED)
    assert PHONE not in desk.page.content()


def test_leaving_the_page_masks_it_and_coming_back_does_not_show_it(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.come_in("S01")
    desk.open(f"/customers/{morning.zhao}/")
    ask(desk)
    expect(desk.page.locator("#revealed .clear")).to_have_text(PHONE)
    desk.open("/customers/")
    desk.page.go_back()
    desk.settle()
    assert PHONE not in desk.page.content()


def test_without_a_script_the_page_goes_back_by_itself(window: Callable[..., Desk], morning: Cast):
    desk = window(script=False)
    desk.come_in("S01")
    desk.open(f"/customers/{morning.zhao}/")
    desk.page.get_by_role("link", name="没有出来就点这里").click()
    with desk.page.expect_response(re.compile("/reveal/")) as answer:
        ask(desk)
    expect(desk.page.locator("#revealed .clear")).to_have_text(PHONE)
    assert answer.value.headers["refresh"] == f"30; url=/customers/{morning.zhao}/"


def test_what_is_missing_is_said_beside_the_button(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.come_in("S01")
    desk.open(f"/customers/{morning.zhao}/")
    desk.page.evaluate("document.querySelectorAll('[required]').forEach(each => each.removeAttribute('required'))")
    desk.page.get_by_role("button", name="查看完整内容").click()
    expect(desk.page.locator("#revealed")).to_contain_text("选一个目的")
    desk.complaints.clear()  # the browser itself reports the 422
