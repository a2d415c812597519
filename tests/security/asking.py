"""Every address of the site as a request its view takes, and what the view reads of it: found by looking on.

A route that is new is taken in by itself where its ids and its words stand in ``examples``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from unittest import mock

from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from guanhu.rules.access import GRANTS, Role
from guanhu.web.routes import ROUTES, Route
from tests.cast import Cast
from tests.doors import signed_in
from tests.security import examples

SLOT = re.compile(r"<(?:\w+:)?(\w+)>")
NOBODYS = "00000000-0000-0000-0000-000000000007"


@dataclass(frozen=True)
class Asked:
    """One request: the route, its address with an id that is one's own, what is typed and by whom."""

    route: Route
    ids: dict[str, str]
    typed: dict[str, Any]
    client: Client
    method: str

    @property
    def address(self) -> str:
        """Where it goes."""
        return reverse(self.route.name, kwargs=self.ids)

    def instead(self, **ids: str) -> Asked:
        """The same for other ids."""
        return replace(self, ids={**self.ids, **ids})

    def send(self, client: Client | None = None, *, query: dict[str, Any] | None = None, **told: Any) -> Any:
        """Send it; ``told`` goes into the form or, for a page, into the address."""
        browser = client or self.client
        headers = {name: told.pop(name) for name in list(told) if name.startswith("HTTP_")}
        address = self.address + ("?" + _encoded(query) if query else "")
        if self.method == "POST":
            return _post(browser, address, {**self.typed, **told}, headers)
        return browser.get(address, told, **headers)


def _post(browser: Client, address: str, form: dict[str, Any], headers: dict[str, Any]) -> Any:
    """A form as a browser sends it: in parts only where a file goes with it."""
    if any(hasattr(value, "read") for value in form.values()):
        return browser.post(address, form, **headers)
    plain = "application/x-www-form-urlencoded"
    return browser.post(address, urlencode(form, doseq=True), content_type=plain, **headers)


def _encoded(query: dict[str, Any]) -> str:
    told = QueryDict(mutable=True)
    told.update(query)
    return told.urlencode()


def ask_all(cast: Cast, client: Client) -> dict[str, Asked]:
    """A request for each route, by somebody who may: 沈知微 where a keeper may, else a colleague in a role that may."""
    known, heap, browsers = examples.ids(cast), examples.heap(cast), {Role.KEEPER: client}
    leaving_last = sorted(ROUTES, key=lambda route: route.name == "sign_out")
    return {route.name: one(route, known, heap, cast, wearer_for(route, browsers)) for route in leaving_last}


def one(route: Route, known: dict[str, str], heap: dict[str, str], cast: Cast, client: Client) -> Asked:
    """The request for one route: what a person would send, or of a heap of good values what its view reads."""
    kinds = {name: examples.OTHER.get((route.name, name), name) for name in SLOT.findall(route.address)}
    mine = {name: known.get(kind, NOBODYS) for name, kind in kinds.items()}
    if "POST" not in route.methods:
        return Asked(route, mine, {}, client, "GET")
    bare = Asked(route, mine, {}, client, "POST")
    if route.name in examples.TYPED:
        return replace(bare, typed=examples.TYPED[route.name](cast))
    return replace(bare, typed={name: heap[name] for name in what_is_read(bare) if name in heap})


def wearer_for(route: Route, browsers: dict[Role, Client]) -> Client:
    """The browser of somebody whose role opens this route."""
    granted = GRANTS[route.permission]
    role = Role.KEEPER if Role.KEEPER in granted else next(iter(granted))
    if role not in browsers:
        browsers[role] = signed_in(examples.colleague(role), role)
    return browsers[role]


# ---------------------------------------------------------------- what a view reads


class Looked:
    """Notes which names a view asks a form or an address for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def noting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """The same method, noting its first word."""

        def read(data: QueryDict, name: str, *rest: Any, **more: Any) -> Any:
            self.names.add(name)
            return original(data, name, *rest, **more)

        return read


@contextmanager
def looking_on() -> Iterator[Looked]:
    """Look on while requests run: every name that is read of what was typed."""
    looked = Looked()
    with (
        mock.patch.object(QueryDict, "get", looked.noting(QueryDict.get)),
        mock.patch.object(QueryDict, "getlist", looked.noting(QueryDict.getlist)),
        mock.patch.object(QueryDict, "__getitem__", looked.noting(QueryDict.__getitem__)),
        mock.patch.object(QueryDict, "__contains__", looked.noting(QueryDict.__contains__)),
    ):
        yield looked


def read_by(asked: Asked) -> set[str]:
    """What the view of a route reads, whether it comes with the form or in the address."""
    with tried(asked), looking_on() as looked:
        asked.send()
        asked.send(HTTP_HX_REQUEST="true")
    return looked.names - {"csrfmiddlewaretoken"}


_READ: dict[tuple[str, ...], frozenset[str]] = {}
"""What each address was seen to read of the form it was sent, so that one looks on once."""


def what_is_read(asked: Asked) -> frozenset[str]:
    """The same, remembered by the name of the route and what its form holds."""
    sent = (asked.route.name, *sorted(asked.typed))
    if sent not in _READ:
        _READ[sent] = frozenset(read_by(asked))
    return _READ[sent]


@contextmanager
def tried(asked: Asked) -> Iterator[None]:
    """What a request does inside is taken back, its browser's cookies too."""
    kept = {name: morsel.value for name, morsel in asked.client.cookies.items()}
    with undone():
        yield
    asked.client.cookies.clear()
    asked.client.cookies.load(kept)


class _Undo(Exception):
    """The way out of a transaction whose effect nobody wants."""


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back."""
    try:
        with transaction.atomic():
            yield
            raise _Undo
    except _Undo:
        pass


# ---------------------------------------------------------------- what lies in the tables


VOLATILE = {"sessions", "axes", "audit", "otp_totp", "otp_static"}
"""Apps whose tables a visit may change by itself: sessions, failed sign-ins, the trail."""


@cache
def tables() -> tuple[str, ...]:
    """Every table of the product that no visit changes by itself."""
    from django.apps import apps

    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return tuple(sorted({model._meta.db_table for model in models if model._meta.app_label not in VOLATILE}))


def digest() -> dict[str, str]:
    """What lies in every table, as one number each."""
    asked = " union all ".join(
        f"select '{table}', md5(coalesce(string_agg(t::text, '|' order by t::text), ''))"
        f" from {connection.ops.quote_name(table)} t"
        for table in tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())


def rows(without: Callable[[str], Collection[str]]) -> dict[str, list[str]]:
    """The rows of every table as texts in order, without some of their columns."""
    asked = " union all ".join(
        f"select '{table}', (to_jsonb(t) - %s::text[])::text from {connection.ops.quote_name(table)} t"
        for table in tables()
    )
    found: dict[str, list[str]] = {table: [] for table in tables()}
    with connection.cursor() as cursor:
        cursor.execute(f"{asked} order by 1, 2", [list(without(table)) for table in tables()])
        for table, row in cursor.fetchall():
            found[table].append(row)
    return found
