"""Attacks on the database in everything an address takes: its path, its query, its form, its cookies, its headers.

No statement may hold a sign of what was typed; what was typed finds what any other nonsense finds, and nothing more.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import resolve
from django.urls.exceptions import Resolver404

from guanhu.apps.customers.models import Customer
from guanhu.web.door import keep_storable
from tests.cast import Cast
from tests.conftest import IN_FULL
from tests.security.asking import Asked, tables, tried, what_is_read
from tests.security.payloads import AWKWARD, MARK, SECONDS, SQL

pytestmark = [pytest.mark.slow, pytest.mark.long]
PLAIN = "zzq"
"""Nonsense without any sign that means something to a database."""
HEADERS = ("HTTP_USER_AGENT", "HTTP_ACCEPT_LANGUAGE", "HTTP_HX_CURRENT_URL", "HTTP_X_FORWARDED_FOR", "HTTP_REFERER",
           "HTTP_X_REQUESTED_WITH", "HTTP_HX_TARGET", "HTTP_X_REQUEST_ID")  # fmt: skip
TURNS = 8 if IN_FULL else 1
"""Before a release the places are shared out, so that all cores take part."""
LINK = re.compile(r'href="(/(?:customers|today)/[0-9a-f-]{36}/)')


@dataclass
class Seen:
    """What reached the database while one request ran."""

    pasted: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)

    def look(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Read the statement as it is sent, apart from its values."""
        if MARK in str(sql) or PLAIN in str(sql):
            self.pasted.append(str(sql)[:200])
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if time.perf_counter() - begun > SECONDS * 0.9:
                self.slow.append(str(sql)[:200])


@dataclass(frozen=True)
class Came:
    """What one request came to: its answer's kind, whom it shows, how many rows lie in the tables then."""

    status: int
    shown: frozenset[str]
    lie: dict[str, int] = field(hash=False)


@contextmanager
def watching() -> Iterator[Seen]:
    seen = Seen()
    with connection.execute_wrapper(seen.look):
        yield seen


def came_to(asked: Asked, send: Callable[[], Any]) -> tuple[Came, Seen]:
    """Send one request and take back what it did; what it came to, and what the database was sent."""
    with tried(asked), watching() as seen:
        answer = send()
        lie = how_many()
        shown = frozenset(LINK.findall(answer.content.decode())) if answer.status_code < 400 else frozenset()
        return Came(answer.status_code, shown, lie), seen


def how_many() -> dict[str, int]:
    """How many rows lie in each table that a visit does not change by itself."""
    asked = " union all ".join(f"select '{name}', count(*) from {connection.ops.quote_name(name)}" for name in tables())
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())


def part(values: tuple[str, ...], gate_share: float, place: int) -> tuple[str, ...]:
    """All of them before a release; one at each place in the usual run, one after the other."""
    return values if gate_share == 1.0 else values[place % len(values) :][:1]


def attacks(asked: dict[str, Asked]) -> Iterator[tuple[str, Asked, str, Callable[[str], Any]]]:
    """(address, its request, what is attacked, how to send a value there) for everything every address takes."""
    for name, each in asked.items():
        keys = sorted(what_is_read(each))
        for key in keys:
            if each.method == "POST":
                yield name, each, f"form {key}", lambda value, each=each, key=key: each.send(**{key: value})
            else:
                yield name, each, f"query {key}", lambda value, each=each, key=key: each.send(query={key: value})
        if each.method == "POST" and keys:
            yield name, each, "query", lambda value, each=each, keys=keys: each.send(query=dict.fromkeys(keys, value))


def check(what: str, asked: Asked, send: Callable[[str], Any], values: tuple[str, ...]) -> list[str]:
    """What is wrong with one place when these values are put there."""
    before = how_many()
    control, seen = came_to(asked, lambda: send(PLAIN))
    found = [f"{what}: pasted into {seen.pasted[0]}"] if seen.pasted else []
    for value in values:
        came, seen = came_to(asked, lambda value=value: send(value))
        found += [f"{what}: pasted {value!r}"] if seen.pasted else []
        if seen.slow:  # a busy machine is slow once, a statement that sleeps every time
            found += [f"{what}: slept at {value!r}"] if came_to(asked, lambda value=value: send(value))[1].slow else []
        found += [f"{what}: {came.status} at {value!r}"] if came.status >= 500 else []
        more_shown = [way for way in sorted(came.shown - control.shown) if not carries(way, value)]
        found += [f"{what}: {value!r} finds {more_shown}"] if more_shown else []
        more = {key: number for key, number in came.lie.items() if number > control.lie[key]}
        fewer = {key: number for key, number in came.lie.items() if number < before[key]}
        if fewer or (more and control.status == came.status):
            found.append(f"{what}: {value!r} leaves {more or fewer}")
    return found


def carries(way: str, value: str) -> bool:
    """Is it for these very digits in her number that this customer is found?"""
    number = Customer._base_manager.get(public_id=way.split("/")[2]).customer_no
    return value.isascii() and value.isdigit() and value in number


def calm(asked: dict[str, Asked]) -> None:
    for each in asked.values():
        each.client.raise_request_exception = False


@pytest.mark.parametrize("turn", range(TURNS))
def test_every_form_and_every_address_takes_everything_for_words(turn: int, asked: dict[str, Asked], gate_share: float):
    calm(asked)
    found, typed, places = [], set[str](), list(enumerate(attacks(asked)))
    for place, (name, each, what, send) in places[turn::TURNS]:
        values = (*part(SQL, gate_share, place), *part(AWKWARD, gate_share, place))
        found += check(f"{name} {what}", each, send, values)
        typed |= {*values}
    assert found == []
    assert len(places) >= 60
    assert typed == {*SQL, *AWKWARD}


def test_cookies_and_headers_are_taken_for_words(asked: dict[str, Asked], gate_share: float):
    calm(asked)
    found = []
    pages = [each for each in asked.values() if each.route.name in ("today", "book", "customer", "sign_in", "account")]
    for place, header in enumerate(HEADERS):
        each = pages[place % len(pages)]
        found += check(header, each, lambda value, each=each, header=header: each.send(**{header: value}), clean(
            part(SQL, gate_share, place)))  # fmt: skip
    for place, cookie in enumerate((settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "theme",
                                    settings.LANGUAGE_COOKIE_NAME)):  # fmt: skip
        found += check(cookie, pages[0], with_cookie(cookie), clean(part(SQL, gate_share, place)))
    assert found == []


def clean(values: tuple[str, ...]) -> tuple[str, ...]:
    """What a header can carry."""
    return tuple(value for value in values if value.isascii() and value.isprintable())


def with_cookie(name: str) -> Callable[[str], Any]:
    def send(value: str) -> Any:
        browser = Client(raise_request_exception=False)
        browser.cookies[name] = value
        return browser.get("/today/")

    return send


def test_a_path_that_is_no_id_leads_nowhere(asked: dict[str, Asked]):
    from urllib.parse import quote

    places = [(each, name) for each in asked.values() for name in each.ids]
    assert places
    for each, name in places:
        own = each.ids[name]
        for value in (*SQL, *AWKWARD[:10]):
            path = each.address.replace(own, quote(value.encode("utf-8", "ignore")))
            with pytest.raises(Resolver404):
                resolve(path)


def test_statements_put_together_from_what_is_typed_are_noticed(
    asked: dict[str, Asked], cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    """The twin: the list of customers is filtered by a text pasted into the statement."""
    from guanhu.web.desks import book

    honest = book.queries.book

    def pasted(viewer: Any, *, search: str = "", **asked: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(f"select count(*) from customers_customer where name = '{search}'")
        return honest(viewer, search=search, **asked)

    monkeypatch.setattr(book.queries, "book", pasted)
    calm(asked)
    each = asked["find"]
    within = tuple(value for value in SQL if "commit" not in value)[::3]
    found = check("find", each, lambda value: each.send(words=value), within)
    said = Counter(line.split(" ")[1] for line in found)
    assert said["pasted"] >= len(within) - 5
    assert any("slept" in line for line in found) or any(" 500 " in line for line in found)


def test_the_one_sign_no_database_keeps_stands_visible_in_what_is_kept():
    request = RequestFactory().post("/cases/?page=1\0", {"why": ["一\0二", "三"], "state": "done"})
    keep_storable(request)
    assert dict(request.POST.lists()) == {"why": ["一\ufffd二", "三"], "state": ["done"]}
    assert request.GET["page"] == "1\ufffd"
