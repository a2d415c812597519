"""Every page without a barrier, in light and dark, on a wide screen, on a bank's desk and on a phone."""

from collections.abc import Callable
from itertools import islice, product

import pytest

from tests.cast import Cast
from tests.journeys.conftest import LOOKS, SIZES, Desk, sizes, turns

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ONLY_NARROW_AND_DARK = """
const sheet = new CSSStyleSheet();
sheet.replaceSync(`@media (max-width: 1400px) and (prefers-color-scheme: dark) {
  label { color: #222 !important }
  body { width: 1500px }
}`);
document.adoptedStyleSheets = [sheet];
"""


@sizes("1440")
def test_no_page_has_a_barrier(window: Callable[..., Desk], morning: Cast, size: str):
    desk = window(size)
    desk.open("/login")
    found = {"sign in": desk.seen("login")}
    desk.come_in("S01")
    pages = {
        "today": "/today/",
        "brief": f"/today/{morning.zhao}/",
        "message": f"/today/{morning.li}/?channel=message",
        "book": "/customers/",
        "conditions": "/customers/?where=tier:A~balance:10..&ask=which",
        "groups": "/customers/?group=tier",
        "board": "/customers/?board=stage",
        "customer": f"/customers/{morning.zhao}/",
        "empty": "/today/?group=message",
    }
    for what, address in pages.items():
        desk.open(address)
        found[what] = desk.seen(what)
    assert {what: said for what, said in found.items() if said} == {}


@pytest.mark.parametrize(("size", "other"), [("1440", "390"), ("390", "1440")])
def test_page_after_page_every_look_comes_round(size: str, other: str):
    for start in range(6):
        usual = list(islice(turns(size, 0.1, start), len(LOOKS[size])))
        assert {look for looks in usual for look in looks} == set(LOOKS[size])
        assert next(turns(size, 1.0, start)) == LOOKS[size]
    assert sorted(LOOKS[size] + LOOKS[other]) == sorted(product(SIZES, ("light", "dark")))


def test_a_fault_in_one_look_alone_would_be_found(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.open("/login")
    desk.page.evaluate(ONLY_NARROW_AND_DARK)
    wrong = {look: desk.seen_as(look, "one-look") for look in LOOKS["1440"]}
    assert [look for look, said in wrong.items() if said] == [("1366", "dark")]
    assert "color-contrast" in wrong["1366", "dark"][0]
    assert "px too wide" in wrong["1366", "dark"][-1]


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
