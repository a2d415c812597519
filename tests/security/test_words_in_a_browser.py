"""The same attacks before a real browser: nothing runs, nobody is called, the policy of the pages has nothing to stop.

What the browser is given comes from the views, with the headers they send.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Request, Route

from tests.security.asking import Asked, tried
from tests.security.payloads import XSS
from tests.security.test_words_stay_words import attacked, full, rounds, shown, unescaping
from tests.web.conftest import HTMX

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["full"]
SITE = "http://guanhu.test"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(event.effectiveDirective + " " + event.blockedURI);
});
"""
FOUND = """() => ({
  ran: window.zq7,
  violations: window.violations,
  strange: [...document.querySelectorAll("*")].filter((each) =>
    [...each.attributes].some((one) => /^on|^srcdoc$|^formaction$/.test(one.name))
    || /^\\s*javascript:/i.test(each.getAttribute("href") || each.getAttribute("src") || each.getAttribute("action"))
    || /^(iframe|object|embed|base|style|marquee|video|audio|math)$/i.test(each.tagName)
    || (each.tagName === "SCRIPT" && !each.getAttribute("src"))).map((each) => each.outerHTML.slice(0, 80)),
  seen: document.body.textContent.includes("zq7"),
})"""


@dataclass
class Window:
    """A browser window, what it is given to show, and what it noticed."""

    page: Page
    ready: dict[str, Any] = field(default_factory=dict)
    noticed: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    policy: bool = True

    def answer(self, route: Route, request: Request) -> None:
        """A static file of the site, or the answer that lies ready; whoever asks for anything else is noted."""
        parts = urlsplit(request.url)
        told = self.ready.get(parts.path)
        if f"{parts.scheme}://{parts.netloc}" != SITE:
            self.noticed.append(f"calls {request.url[:80]}")
            route.abort()
        elif parts.path.startswith("/static/"):
            file = finders.find(parts.path.removeprefix("/static/"))
            kind = KINDS.get(Path(parts.path).suffix, "text/plain")
            route.fulfill(status=200, content_type=kind, body=Path(str(file)).read_bytes())
        elif told is None:
            self.noticed.append(f"asks for {request.url[:80]}")
            route.abort()
        else:
            heads = {name: value for name, value in told.headers.items() if self.policy or "Policy" not in name}
            route.fulfill(status=told.status_code, headers=heads, body=told.content)

    def show(self, what: str, answer: Any, at: str = "/shown") -> None:
        """Let the browser draw this answer, and note what the page says against itself."""
        self.ready[at] = answer
        self.page.goto(SITE + at, wait_until="load")
        self.note(what)

    def note(self, what: str) -> None:
        """What the page as it stands says against itself."""
        found = self.page.evaluate(FOUND)
        self.noticed += [f"{what}: ran"] if found["ran"] else []
        self.noticed += [f"{what}: stopped {one}" for one in found["violations"]]
        self.noticed += [f"{what}: {one}" for one in found["strange"]]
        self.shown += [what] if found["seen"] else []


@pytest.fixture
def window(chromium: Browser) -> Iterator[Window]:
    """A window; dialogs, faults and calls to others are noted."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(10_000)
    context.add_init_script(WATCH)
    page = context.new_page()
    made = Window(page)
    page.on("dialog", lambda dialog: (made.noticed.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: made.noticed.append(f"fault {error}"))
    context.route("**/*", made.answer)
    yield made
    context.close()


def walk(window: Window, full: dict[str, Asked]) -> None:
    """Every page once, those of forms with their mistakes too; then the next person of the list by the script."""
    for what, answer in shown(full):
        if answer.content.lstrip()[:9].lower() == b"<!doctype":
            window.show(f"{what} {answer.status_code}", answer)
    swap(window, full)


def swap(window: Window, full: dict[str, Asked]) -> None:
    """On the list of today the third person is clicked: her brief comes as a part, put in by the script."""
    each = full["today"]
    window.show("today", each.client.get(each.address), each.address)
    link = window.page.locator(".task a").nth(2)
    address = str(link.get_attribute("href"))
    window.ready[address] = each.client.get(address, **HTMX)
    link.click()
    window.page.locator(f"#brief [data-line='{address.split('/')[2]}']").wait_for()
    window.page.keyboard.press("?")
    window.note("the next person")


def test_nothing_that_is_written_runs_in_a_browser(window: Window, full: dict[str, Asked], gate_share: float):
    walk(window, full)
    assert (window.noticed, window.shown) == ([], []), "in normal use the policy stops nothing"
    texts_tried = 0
    for texts in rounds(gate_share)[: 1 if gate_share < 1 else 132]:
        with attacked(texts):
            walk(window, full)
            texts_tried += len(texts)
    assert window.noticed == []
    assert {"today page 200", "customer page 200", "book page 200", "the next person"} <= set(window.shown)
    assert texts_tried >= 10


def test_every_attack_in_a_sentence_runs_neither(window: Window, full: dict[str, Asked]):
    """All of them in what was heard of a customer, one below the other in her file, and in what is searched for."""
    customer, find = full["customer"], full["find"]
    for place in range(0, len(XSS), 30):
        with attacked(list(XSS[place : place + 30])):
            window.show("customer", customer.client.get(customer.address))
    for text in XSS:
        with tried(find):
            window.show("find", find.send(words=text))
    assert window.noticed == []
    assert {"customer", "find"} <= set(window.shown)


def test_pages_that_escape_nothing_are_stopped_by_their_policy_and_noticed(window: Window, full: dict[str, Asked]):
    with unescaping(), attacked(rounds(0.1)[0]):
        for name in ("today", "customer", "book"):
            window.show(name, full[name].client.get(full[name].address))
    assert any("stopped script-src" in said for said in window.noticed)
    assert any(sign in said for said in window.noticed for sign in ("<img", "<svg", "<iframe", "<script"))
    assert not any(said.endswith(": ran") or said.startswith("dialog") for said in window.noticed), "the policy holds"


def test_without_the_policy_they_would_have_run(window: Window, full: dict[str, Asked]):
    window.policy = False
    with unescaping(), attacked(rounds(0.1)[0]):
        window.show("customer", full["customer"].client.get(full["customer"].address))
    assert any(said.endswith(": ran") or said.startswith("dialog") for said in window.noticed)
