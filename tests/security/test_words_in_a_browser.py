"""The same attacks before a real browser: nothing runs, nobody is called, the policy of the pages has nothing to stop.

What the browser is given comes from the views, with the headers they send.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import PATIENCE
from tests.security.asking import Asked, tried
from tests.security.payloads import XSS
from tests.security.showing import WATCH, Window, laid_ready
from tests.security.test_words_stay_words import TURNS, attacked, full, rounds, shown, unescaping
from tests.web.conftest import HTMX

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["full"]
TOKEN = re.compile(rb"\b[A-Za-z0-9]{64}\b")
"""What differs from one answer to the next although the page is the same."""


@pytest.fixture
def window(chromium: Browser) -> Iterator[Window]:
    """A window; dialogs, faults and calls to others are noted."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    context.add_init_script(WATCH)
    with laid_ready() as desk:
        yield Window(context.new_page(), desk)
        context.close()


def walk(window: Window, full: dict[str, Asked], kind: str = "") -> None:
    """Every page once, those of forms with their mistakes too; then the next person of the list by the script."""
    known = set()
    for what, answer in shown(full, kind):
        page = TOKEN.sub(b"", answer.content)
        if page.lstrip()[:9].lower() == b"<!doctype" and page not in known:
            window.show(f"{what} {answer.status_code}", answer)
            known.add(page)
    swap(window, full)


def swap(window: Window, full: dict[str, Asked]) -> None:
    """On the list of today the third person is clicked: her brief comes as a part, put in by the script."""
    each = full["today"]
    window.show("today", each.client.get(each.address), each.address)
    link = window.page.locator(".task a").nth(2)
    address = str(link.get_attribute("href"))
    window.desk.ready[address] = each.client.get(address, **HTMX)
    link.click()
    window.page.locator(f"#brief [data-line='{address.split('/')[2]}']").wait_for()
    window.page.keyboard.press("?")
    window.note("the next person")


@pytest.mark.parametrize("turn", range(TURNS))
def test_nothing_that_is_written_runs_in_a_browser(
    window: Window, full: dict[str, Asked], gate_share: float, turn: int
):
    walk(window, full, "" if gate_share == 1 else "page")
    assert (window.desk.noticed, window.shown) == ([], []), "in normal use the policy stops nothing"
    texts_tried = 0
    for texts in rounds(gate_share)[turn::TURNS]:
        with attacked(texts):
            walk(window, full)
            texts_tried += len(texts)
    assert window.desk.noticed == []
    assert {"today page 200", "customer page 200", "book page 200", "the next person"} <= set(window.shown)
    assert texts_tried >= 10


def test_every_attack_in_a_sentence_runs_neither(window: Window, full: dict[str, Asked], gate_share: float):
    """All of them in what was heard of a customer, one below the other in her file, and in what is searched for."""
    customer, rest, find = full["customer"], full["customer_rest"], full["find"]
    for place in range(0, len(XSS), 30):
        with attacked(list(XSS[place : place + 30])):
            window.show("customer", customer.client.get(customer.address))
            window.show("the whole file", rest.client.get(rest.address))
    for text in XSS if gate_share == 1 else rounds(gate_share)[0]:
        with tried(find):
            window.show("find", find.send(words=text))
    assert window.desk.noticed == []
    assert {"customer", "the whole file", "find"} <= set(window.shown)


def ran(said: str) -> bool:
    """Does this tell of a script that ran?"""
    return said.endswith(": ran") or said.startswith("dialog")


def test_pages_that_escape_nothing_are_stopped_by_their_policy_and_noticed(window: Window, full: dict[str, Asked]):
    with unescaping(), attacked(rounds(0.1)[0]):
        for name in ("today", "customer", "customer_rest", "book"):
            window.show(name, full[name].client.get(full[name].address))
    assert any("stopped script-src" in said for said in window.desk.noticed)
    assert any(sign in said for said in window.desk.noticed for sign in ("<img", "<svg", "<iframe", "<script"))
    assert not any(ran(said) for said in window.desk.noticed), "the policy holds"


def test_without_the_policy_they_would_have_run(window: Window, full: dict[str, Asked]):
    window.desk.policy = False
    customer = full["customer_rest"]
    with unescaping(), attacked(rounds(0.1)[0]):
        window.show("customer", customer.client.get(customer.address))
    assert any(ran(said) for said in window.desk.noticed)
    with unescaping(), attacked(["<img src=//zq7.example/x.png>"]):
        answer = customer.client.get(customer.address)
        with window.page.expect_request(re.compile("zq7.example")):
            window.show("customer", answer)
    assert "calls http://zq7.example/x.png" in window.desk.noticed
