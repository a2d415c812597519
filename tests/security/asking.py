"""Every address of the site as a request its view takes, and what the view reads of it: found by looking on.

A route that is new and writes needs a row in ``TYPED``: without one no attack reaches past its first check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from guanhu.apps.people.models import RoleGrant, Staff
from guanhu.apps.work import actions
from guanhu.rules.access import GRANTS, Role
from guanhu.web.routes import ROUTES, Route
from tests.cast import Cast
from tests.doors import signed_in
from tests.factories import NOW
from tests.web.conftest import outcome

SLOT = re.compile(r"<(?:\w+:)?(\w+)>")
EARLIER = NOW.replace(year=2020)
"""Before anything a request of these tests does, whatever the clock says."""
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
            return browser.post(address, {**self.typed, **told}, **headers)
        return browser.get(address, told, **headers)


def _encoded(query: dict[str, Any]) -> str:
    told = QueryDict(mutable=True)
    told.update(query)
    return told.urlencode()


Typed = Callable[[Cast], dict[str, Any]]
TYPED: dict[str, Typed] = {
    "sign_in": lambda cast: {"staff_no": "S01", "password": "not-the-password"},
    "code": lambda cast: {"code": "000000"},
    "sign_out": lambda cast: {},
    "language": lambda cast: {"language": "zh-hans", "next": "/today/"},
    "theme": lambda cast: {"theme": "dark", "next": "/today/"},
    "role": lambda cast: {"role": "keeper"},
    "told": lambda cast: {"next": "/today/"},
    "password": lambda cast: {"current": "not-the-password", "new": "Eleven-Lanterns-7", "again": "Eleven-Lanterns-7"},
    "factor": lambda cast: {"step": "prepare", "code": "000000"},
    "codes": lambda cast: {},
    "confirm": lambda cast: {"proof": "not-the-password", "next": "/account/"},
    "undo": lambda cast: {},
    "undo_defer": lambda cast: {},
    "record": lambda cast: outcome(cast, said="想留点活钱"),
    "call": lambda cast: {},
    "defer": lambda cast: {"reason": "客户在外地"},
    "find": lambda cast: {"words": "赵"},
    "reveal": lambda cast: {"what": "phone", "purpose": "verify", "words": "客户来电"},
    "marketing": lambda cast: {"granted": "no", "evidence": "电话里说的"},
    "stage": lambda cast: {"stage": "habit", "current": "relied_on", "note": "半年没有来"},
}
"""What a person would send to each address that writes, when all is well."""


def ask_all(cast: Cast, client: Client) -> dict[str, Asked]:
    """A request for each route, by somebody who may: 沈知微 where a keeper may, else a colleague in a role that may."""
    done = actions.record_touch(
        by=cast.shen, customer=cast.li, now=EARLIER, channel="call", outcome="reached", request_key="asked", seconds=90
    )
    actions.undo_touch(by=cast.shen, touch=done.touch, now=EARLIER)
    touch = actions.record_touch(
        by=cast.shen, customer=cast.li, now=EARLIER, channel="call", outcome="reached", request_key="again", seconds=90
    ).touch
    ids = {"public_id": str(cast.zhao), "touch_id": str(touch), "deferral_id": aside(cast)}
    browsers = {Role.KEEPER: client}
    leaving_last = sorted(ROUTES, key=lambda route: route.name == "sign_out")
    return {route.name: one(route, ids, cast, wearer_for(route, browsers)) for route in leaving_last}


def wearer_for(route: Route, browsers: dict[Role, Client]) -> Client:
    """The browser of somebody whose role opens this route."""
    granted = GRANTS[route.permission]
    role = Role.KEEPER if Role.KEEPER in granted else next(iter(granted))
    if role not in browsers:
        browsers[role] = signed_in(colleague(role), role)
    return browsers[role]


def colleague(role: Role) -> str:
    """The number of a colleague who holds this role: proposed by one, approved by another."""
    staff = {row.staff_no: row for row in Staff.objects.all()}
    number = f"R-{role}"
    if number not in staff:
        like = staff["S04"]
        made = Staff.objects.create(staff_no=number, name=f"同事{role.zh}", branch_id=like.branch_id, post=like.post)
        RoleGrant.objects.create(
            staff=made, role=role.value, reason="试", from_on=EARLIER.date(), proposed_by=staff["S04"],
            proposed_at=EARLIER, approved_by=staff["S03"], approved_at=EARLIER,
        )  # fmt: skip
    return number


def aside(cast: Cast) -> str:
    """A line of one's own that was set aside and taken back: the id of that."""
    from guanhu.apps.work import queries

    actions.defer(by=cast.shen, customer=cast.zhao, now=EARLIER, reason="出差")
    found = queries.today(cast.shen).deferred[0].deferral_id
    actions.undo_deferral(by=cast.shen, deferral=found, now=EARLIER)
    return str(found)


def one(route: Route, ids: dict[str, str], cast: Cast, client: Client) -> Asked:
    """The request for one route."""
    mine = {name: ids[name] for name in SLOT.findall(route.address)}
    writes = "POST" in route.methods
    typed = TYPED.get(route.name, lambda cast: {})(cast) if writes else {}
    if "version" in typed:
        typed["version"] = "2"  # set aside and taken back since
    return Asked(route, mine, typed, client, "POST" if writes else "GET")


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


_READ: dict[str, frozenset[str]] = {}
"""What each address was seen to read, so that one looks on once."""


def what_is_read(asked: Asked) -> frozenset[str]:
    """The same, remembered by the name of the route."""
    if asked.route.name not in _READ:
        _READ[asked.route.name] = frozenset(read_by(asked))
    return _READ[asked.route.name]


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


def tables() -> list[str]:
    """Every table of the product that no visit changes by itself."""
    from django.apps import apps

    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return sorted({model._meta.db_table for model in models if model._meta.app_label not in VOLATILE})


def digest() -> dict[str, str]:
    """What lies in every table, as one number each."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables():
            name = connection.ops.quote_name(table)
            cursor.execute(f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {name} t")
            found[table] = cursor.fetchone()[0]
    return found


def rows(table: str, without: Collection[str] = ()) -> list[str]:
    """The rows of a table as texts in order, without some of their columns."""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(table)
        cursor.execute(f"select (to_jsonb(t) - %s::text[])::text from {name} t order by 1", [list(without)])
        return [row[0] for row in cursor.fetchall()]
