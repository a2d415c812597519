"""A browser's window, and the server it asks: answers that lie ready, the site's own files, and nothing else."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Request

BY_ITSELF = re.compile(rb'hx-get="([^"]+)" hx-trigger="load"')
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
class Desk:
    """Answers by their paths, as a site would give them, and what was noticed meanwhile."""

    site: str
    ready: dict[str, Any] = field(default_factory=dict)
    noticed: list[str] = field(default_factory=list)
    policy: bool = True

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """A static file of the site, or the answer that lies ready; whoever asks for anything else is noted."""
        told = self.ready.get(path)
        if path.startswith("/static/"):
            file = Path(str(finders.find(path.removeprefix("/static/"))))
            return 200, {"Content-Type": KINDS.get(file.suffix, "text/plain"), "Cache-Control": "max-age=600"}, (
                file.read_bytes())  # fmt: skip
        if told is None:
            self.noticed.append(f"asks for {path[:80]}")
            return 404, {}, b""
        heads = {name: value for name, value in told.headers.items() if self.policy or "Policy" not in name}
        return told.status_code, heads, told.content


@contextmanager
def laid_ready() -> Iterator[Desk]:
    """A server of this machine behind which such a desk stands."""

    class Hand(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Give out what lies ready."""
            status, heads, body = desk.answer(urlsplit(self.path).path)
            self.send_response(status)
            for name, value in {**heads, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hand) as server:
        desk = Desk(f"http://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield desk
        server.shutdown()


@dataclass
class Window:
    """A browser window before such a desk; dialogs, faults and calls to others are noted."""

    page: Page
    desk: Desk
    shown: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look on."""
        noticed = self.desk.noticed
        self.page.on("dialog", lambda dialog: (noticed.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("pageerror", lambda error: noticed.append(f"fault {error}"))
        self.page.context.on("request", self.look)

    def look(self, request: Request) -> None:
        """Note who is called beside the site itself."""
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != self.desk.site:
            self.desk.noticed.append(f"calls {request.url[:80]}")

    def show(self, what: str, answer: Any, at: str = "/shown") -> None:
        """Let the browser draw this answer and what it asks for by itself; note what the page says against itself."""
        self.desk.ready[at] = answer
        by_itself = [found.decode() for found in BY_ITSELF.findall(answer.content)]
        self.desk.ready |= {address: answer.client.get(address, HTTP_HX_REQUEST="true") for address in by_itself}
        self.page.goto(self.desk.site + at, wait_until="load")
        if by_itself:
            self.page.locator("[hx-trigger=load]").first.wait_for(state="detached")
        self.note(what)

    def note(self, what: str) -> None:
        """What the page as it stands says against itself."""
        found = self.page.evaluate(FOUND)
        self.desk.noticed += [f"{what}: ran"] if found["ran"] else []
        self.desk.noticed += [f"{what}: stopped {one}" for one in found["violations"]]
        self.desk.noticed += [f"{what}: {one}" for one in found["strange"]]
        self.shown += [what] if found["seen"] else []
