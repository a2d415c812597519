"""Journeys: Chromium before the site as it is shipped, on this worker's database with committed rows."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice, repeat
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from guanhu.apps.people.actions import set_password
from guanhu.cli.postgres import Server
from guanhu.rules.access import Role
from tests import cast as people
from tests.browser import PATIENCE
from tests.cast import Cast
from tests.conftest import IN_FULL
from tests.databases import wait_for_rest
from tests.doors import signed_in
from tests.journeys.mornings import full_morning
from tests.site import serving

SHIPPED_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD = "nine-lanterns-over-the-lake"
SIZES = {"1440": (1440, 900), "1366": (1366, 768), "390": (390, 844)}
BETWEEN = {"1024": (1024, 768)}
"""A size at which a journey may look besides."""
Look = tuple[str, str]
"""A size and a theme."""
LOOKS: dict[str, tuple[Look, ...]] = {
    "1440": (("1440", "light"), ("1366", "dark"), ("1440", "dark"), ("1366", "light")),
    "390": (("390", "dark"), ("390", "light")),
}
"""How a page is looked at: on a desk and on a phone."""
SETTLED_COLOURS = "document.getAnimations().forEach((each) => each instanceof CSSTransition && each.finish())"
AXE = "axe.run({resultTypes: ['violations']}).then((found) => found.violations)"
SHOTS = os.environ.get("GUANHU_SHOTS", "")
"""A folder for pictures of what the journeys saw; without it none are taken."""


def sizes(usual: str) -> pytest.MarkDecorator:
    """A journey on a desk and on a phone; in the usual run on this one alone."""
    return pytest.mark.parametrize("size", tuple(LOOKS) if IN_FULL else (usual,))


def turns(size: str, share: float, start: int = 0) -> Iterator[tuple[Look, ...]]:
    """The looks page after page: all of them before a release, in the usual run one, on each page the next."""
    looks = LOOKS[size]
    return repeat(looks) if share == 1 else islice(cycle([(look,) for look in looks]), start % len(looks), None)


@dataclass
class Desk:
    """One browser window before the site, and what it complained about."""

    page: Page
    site: str
    complaints: list[str]
    look: Look
    turns: Iterator[tuple[Look, ...]]

    def sign_in(self, staff_no: str = "S01", password: str = PASSWORD) -> None:
        """As a person does, at the door."""
        self.page.goto(f"{self.site}/login")
        self.page.fill("#staff_no", staff_no)
        self.page.fill("#password", password)
        self.page.press("#password", "Enter")
        self.page.wait_for_url(f"{self.site}/today/")

    def begin(self) -> None:
        """沈知微 sits before the list of today, signed in already."""
        self.come_in("S01")
        self.open("/today/")

    def come_in(self, staff_no: str, role: Role | str = "") -> None:
        """Sit down before the browser already signed in, in this role or in her first."""
        agent = self.page.evaluate("navigator.userAgent")
        key = signed_in(staff_no, role, HTTP_USER_AGENT=agent).cookies["guanhu_session"].value
        self.page.context.add_cookies([{"name": "guanhu_session", "value": key, "url": self.site}])

    def open(self, address: str) -> None:
        """Go to an address of the site, and wait for what comes by itself."""
        self.page.goto(self.site + address)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is on its way any more."""
        self.page.wait_for_load_state("load")
        moving = self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")
        if moving.count():  # an expectation alone takes twenty times as long to find nothing
            expect(moving).to_have_count(0)

    def who(self) -> str:
        """Who is open in the brief."""
        self.settle()
        return self.page.locator("#brief h2").inner_text().split("\n")[0].strip()

    def record(self, *keys: str, **fields: str) -> str:
        """Press the keys, fill the fields of the record, press D; returns what the toast says."""
        for key in keys:
            self.page.keyboard.press(key)
        for field, value in fields.items():
            self.page.locator(f"#f-{field}").fill(value)
        self.page.keyboard.press("Escape")
        with self.page.expect_response(re.compile("/outcome/")) as answer:
            self.page.keyboard.press("d")
        assert answer.value.status == 200
        self.settle()
        return self.page.locator("#toasts").inner_text()

    def shot(self, what: str) -> None:
        """Keep a picture, when asked for."""
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=str(Path(SHOTS) / f"{what}-{'-'.join(self.look)}.png"), caret="initial")

    def seen(self, what: str) -> list[str]:
        """What is wrong with the page as it stands, in the looks whose turn it is; pictures, when asked for."""
        self.settle()
        return [said for look in next(self.turns) for said in self.seen_as(look, what)]

    def seen_as(self, look: Look, what: str) -> list[str]:
        """What is wrong with the page in one look."""
        self.look, (size, theme) = look, look
        width, height = {**SIZES, **BETWEEN}[size]
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=theme)
        self.page.evaluate(SETTLED_COLOURS)
        self.shot(what)
        wide = self.overflow()
        wrong = self.barriers() + ([f"{wide} px too wide"] if wide > 0 else [])
        return [f"{size} {theme}: {said}" for said in wrong]

    def barriers(self) -> list[str]:
        """What axe finds on the page as it stands."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        found: list[dict[str, Any]] = self.page.evaluate(AXE)
        return [f"{each['id']}: {[node['target'] for node in each['nodes'][:3]]}" for each in found]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.fixture(scope="session")
def site(postgres_server: Server, django_db_setup: None) -> Iterator[str]:
    """The address of the site, served by granian from a process of its own on this worker's database."""
    url = postgres_server.url(connection.settings_dict["NAME"])
    with serving(url) as address:
        yield address


@pytest.fixture
def morning(transactional_db: None) -> Cast:
    """The cast with a morning of every group, committed."""
    cast = people.enter()
    full_morning()
    return cast


@pytest.fixture
def password(morning: Cast) -> None:
    """沈知微 can sign in at the door."""
    with override_settings(PASSWORD_HASHERS=SHIPPED_HASHERS):
        set_password(staff_no="S01", password=PASSWORD)


@pytest.fixture
def window(
    chromium: Browser,
    site: str,
    transactional_db: None,
    gate_share: float,
    postgres_server: Server,
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., Desk]]:
    """Opens windows: ``window("390", script=False)``; a complaint on the console fails the test.

    ``beside``: another window of the same browser, with the session of the first.

    What the site shows is whatever the test committed: the ``morning`` of the cast, or a night of its own.
    """
    contexts: list[BrowserContext] = []
    desks: list[Desk] = []
    start = crc32(request.node.name.encode())

    def open_one(size: str = "1440", *, script: bool = True, beside: Desk | None = None) -> Desk:
        width, height = SIZES[size]
        phone = size == "390"
        context = beside.page.context if beside else chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme="light", is_mobile=phone, has_touch=phone,
            locale="zh-CN", java_script_enabled=script,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        if beside is None:
            contexts.append(context)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        desks.append(Desk(page, site, complaints, (size, "light"), turns(size, gate_share, start)))
        return desks[-1]

    yield open_one
    for desk in desks:
        with suppress(Error):  # it may have been closed or stand nowhere
            desk.settle()
    for context in contexts:
        context.close()
    wait_for_rest(postgres_server, connection.settings_dict["NAME"])
    assert [said for desk in desks for said in desk.complaints] == []
