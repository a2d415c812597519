"""A browser of a few lines before the running site: it sends, it reads, it sends again what a page gives back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from tests.web.conftest import signed_in

SECRET = "a" * 32
FIELD = re.compile(r'<input[^>]*? name="(\w+)"[^>]*? value="([^"]*)"')
TRACES = re.compile(
    r"Traceback|OperationalError|psycopg|guanhu/\w|\.py\b|SELECT |line \d+|AdminShutdown|Internal Server"
)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def traces(self) -> list[str]:
        """What it tells of the program's inside."""
        return TRACES.findall(self.body)

    def fields(self) -> list[tuple[str, str]]:
        """The form a page holds, as a browser would send it."""
        return [(unescape(name), unescape(value)) for name, value in FIELD.findall(self.body)]


@dataclass
class Wire:
    """One signed-in window before the site at this address."""

    site: str
    session: str = field(default="")

    def send(self, address: str, typed: Any = None, *, script: bool = False) -> Answer:
        """A form where something is typed, else a page."""
        parts = urlsplit(self.site)
        line = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={SECRET}"
        headers = {"Cookie": cookies, "X-CSRFToken": SECRET, **({"HX-Request": "true"} if script else {})}
        body = None
        if typed is not None:
            body = urlencode(typed, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request("GET" if typed is None else "POST", address, body, headers)
            return _read(line.getresponse())
        finally:
            line.close()


def _read(reply: HTTPResponse) -> Answer:
    return Answer(reply.status, {name.lower(): told for name, told in reply.getheaders()}, reply.read().decode())


def window(site: str, staff_no: str = "S01") -> Wire:
    """A window of a colleague whose session is in the database."""
    return Wire(site, signed_in(staff_no).cookies[settings.SESSION_COOKIE_NAME].value)
