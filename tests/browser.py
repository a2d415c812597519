"""The one browser of a worker, shared by every folder that opens a page in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

OF_THE_SYSTEM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

ONCE = "--js-flags=--sparkplug --max-optimized-bytecode-size=0"
"""Scripts are compiled once and plainly: a page that is looked at once does not live to see them made quicker."""
PATIENCE = 60_000
"""So many milliseconds a page may keep a test waiting: a machine busy with other work is no fault of the page."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser: the one ``./do`` found, else one of the system, else Playwright's own."""
    arguments = ["--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", ONCE]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the test
    own = os.environ.get("GUANHU_CHROMIUM") or next(filter(None, map(shutil.which, OF_THE_SYSTEM)), None)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=own, args=arguments)
        yield browser
        browser.close()
