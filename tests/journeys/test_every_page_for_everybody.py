"""Every page without a barrier, in light and dark, on a wide screen, on a bank's desk and on a phone."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.journeys.conftest import SIZES, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_no_page_has_a_barrier(window: Callable[..., Desk], morning: Cast, size: str, theme: str):
    desk = window(size, theme)
    desk.open("/login")
    found = {"sign in": seen(desk, "login")}
    desk.sign_in()
    pages = {
        "today": "/today/",
        "brief": f"/today/{morning.zhao}/",
        "message": f"/today/{morning.li}/?channel=message",
        "book": "/customers/",
        "customer": f"/customers/{morning.zhao}/",
        "empty": "/today/?group=message",
    }
    for what, address in pages.items():
        desk.open(address)
        found[what] = seen(desk, what)
    assert {what: said for what, said in found.items() if said} == {}


def seen(desk: Desk, what: str) -> list[str]:
    """What is wrong with the page as it stands; a picture of it, when asked for."""
    desk.settle()
    desk.shot(what)
    wide = desk.overflow()
    return desk.barriers() + ([f"{wide} px too wide"] if wide > 0 else [])


def test_a_barrier_would_be_found(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.open("/login")
    desk.page.evaluate("document.querySelector('label').remove()")
    assert desk.barriers()


def test_a_complaint_of_the_browser_would_be_found(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.open("/login")
    desk.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    desk.settle()
    assert desk.complaints
    desk.complaints.clear()
