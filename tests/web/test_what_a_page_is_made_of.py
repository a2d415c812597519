"""No page carries a style or a script of its own, and every page says so to the browser."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.web.conftest import HTMX, outcome, text

PAGES = ("/login", "/today/", "/customers/", "brief", "customer", "/nothing/")
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Inside(HTMLParser):
    """Reads a page for what the policy forbids, and for tags left open."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        self.found += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith(("on", "hx-on"))]
        self.found += ["<style>"] if tag == "style" else []
        self.found += ["inline script"] if tag == "script" and not given.get("src") else []
        self.found += [
            value for name, value in given.items()
            if name in ("src", "href") and value and re.match(r"(?:\w+:)?//|javascript:", value)
        ]  # fmt: skip
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.found.append(f"</{tag}> closes {self.open[-1:]}")


def read(html: str) -> Inside:
    """Read a whole page."""
    inside = Inside()
    inside.feed(html)
    inside.found += [f"<{tag}> left open" for tag in inside.open]
    inside.found += [f"id {name} twice" for name in set(inside.ids) if inside.ids.count(name) > 1]
    return inside


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_clean(page: str, cast: Cast, shen: Client):
    address = page if page.startswith("/") else reverse(page, args=[cast.zhao])
    response = shen.get(address)
    assert read(text(response)).found == []
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy


def test_a_swap_is_clean(cast: Cast, shen: Client):
    assert read(text(shen.post(reverse("record", args=[cast.zhao]), outcome(cast), **HTMX))).found == []


@pytest.mark.parametrize(
    "html",
    ['<p style="x">a</p>', "<script>x</script>", '<a onclick="x">a</a>', "<style>a{}</style>", "<p><b></p></b>",
     '<img src="https://example.org/x.png">', '<i id="a"></i><i id="a"></i>', "<ul><li></li>"],
)  # fmt: skip
def test_what_is_not_clean_is_found(html: str):
    assert read(html).found
