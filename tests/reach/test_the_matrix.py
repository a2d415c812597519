"""Who may open and change what: every cell against an oracle written down by itself. Reliability A1, A2, A4."""

from __future__ import annotations

import random
import re
import statistics
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from guanhu.apps.customers import queries as customer_queries
from guanhu.apps.customers.models import Customer
from guanhu.apps.people import scope
from guanhu.rules.access import GRANTS, Denied, Permission, Reach, Role
from guanhu.web import routes
from guanhu.web.routes import ROUTES
from tests.databases import working_in
from tests.reach import oracle
from tests.reach.asking import FORM, METHODS, Cell, Site, cells, expects, ids_in, share_of, text_of
from tests.reach.world import RELATIONS, VIEWERS, World

pytestmark = [pytest.mark.slow, pytest.mark.long]

LATER = {"session_read"}
"""Permissions of the table that no address asks for: parts of a page do."""


@pytest.fixture(scope="module")
def site(bank: World) -> Site:
    return Site(bank)


def wrong(site: Site, chosen: list[Cell]) -> list[str]:
    """What is wrong with the answers to these cells."""
    site.stay()
    return [said for cell in chosen for said in site.wrong(cell)]


# ---------------------------------------------------------------- the table itself


def test_every_address_declares_one_permission_and_the_oracle_knows_them_all():
    assert [route.name for route in ROUTES if not isinstance(route.permission, Permission)] == []
    assert set(GRANTS) == set(Permission)
    assert {"public", *oracle.MATRIX} == {permission.value for permission in Permission}
    assert {*oracle.BUSINESS, *oracle.ADMINISTRATIVE} == {role.value for role in Role}


def test_every_permission_is_asked_for_by_an_address_or_named_as_of_a_later_step():
    used = {route.permission.value for route in ROUTES}
    assert {permission.value for permission in Permission} - used == LATER


def test_an_address_without_a_permission_does_not_stand():
    with pytest.raises(TypeError):
        routes.Route("open/", "open", ROUTES[0].view, methods=("GET",))  # type: ignore[call-arg]


# ---------------------------------------------------------------- the cells


@pytest.mark.long
@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer or "anonymous")
def test_every_cell_is_as_the_oracle_says(site: Site, viewer: str, gate_share: float):
    assert wrong(site, share_of(cells(viewers=[viewer]), gate_share)) == []


def test_there_are_twenty_thousand_distinct_cells_and_the_usual_share_touches_everything():
    every = list(cells())
    assert len(set(every)) == len(every) >= 20_000
    assert len(set(share_of(every, 1.0))) >= 20_000
    tenth = share_of(every, 0.1)
    assert len(set(tenth)) >= 2_000
    both = {(route.name, who) for route in ROUTES for who in VIEWERS}
    assert {(cell.route.name, cell.viewer) for cell in tenth} == both
    assert {cell.relation for cell in tenth} == set(RELATIONS)
    assert {cell.method for cell in tenth} == set(METHODS)


@pytest.mark.parametrize("share", [0.1, 1.0])
def test_every_permission_is_tried_where_it_is_given_and_where_it_is_not(share: float):
    kinds: dict[str, set[str]] = {}
    for cell in share_of(cells(), share):
        if cell.method in cell.route.methods:
            kinds.setdefault(cell.route.permission.value, set()).add(expects(cell))
    for permission, found in kinds.items():
        assert "there" in found, permission
        assert found & {"absent", "sign in"} or permission == "public", permission


# ---------------------------------------------------------------- the absent and the refused


def about_customers() -> list[routes.Route]:
    """Addresses that carry an id and are found by some."""
    return [route for route in ROUTES if ids_in(route)]


def pairs(site: Site, wanted: int) -> Iterator[tuple[Cell, Cell]]:
    """One question about somebody out of reach, and the same about nobody."""
    made = 0
    while made < wanted:
        for route in about_customers():
            for viewer in VIEWERS[:-1]:
                for relation in RELATIONS[2:-1]:
                    cell = Cell(route, viewer, relation, route.methods[0], "path")
                    if expects(cell) == "absent" and made < wanted:
                        made += 1
                        yield cell, replace(cell, relation="deleted")


@pytest.mark.long
def test_the_refused_look_like_the_absent_in_words_and_in_time(site: Site, gate_share: float):
    spent: dict[bool, list[float]] = {True: [], False: []}
    for refused, absent in pairs(site, max(100, round(1000 * gate_share))):
        said = []
        for there, cell in ((True, refused), (False, absent)):
            begun = time.perf_counter()
            response, _ = site.ask(cell)
            spent[there].append(time.perf_counter() - begun)
            told = response.content.decode()
            for asked in site.all_sent(cell):
                told = told.replace(asked, "…")
            said.append((response.status_code, told))
        assert said[0] == said[1], refused
    assert statistics.median(spent[True]) <= 1.2 * statistics.median(spent[False])


# ---------------------------------------------------------------- what is out of reach changes nothing

CHANGING = re.compile(r"\b[A-Za-z0-9]{32,64}\b|:\d{10,}|(?i:expires)[=:][^;\n]*")
"""Tokens and moments in forms, numbers of requests, ends of cookies."""
TABLES_OF_CUSTOMERS = """
    select relname, attname from pg_class join pg_attribute on attrelid = pg_class.oid
    where relrowsecurity and relkind = 'r' and relname !~ '^audit_'
        and attname = case relname when 'customers_customer' then 'key' else 'customer_id' end
"""
"""Each with the column in which its customer stands."""


def asks_only(route: routes.Route) -> str:
    """By which method this address is read: opened, or searched by posting; empty where it is for writing."""
    if "GET" in route.methods:
        return "GET"
    return "POST" if route.permission.value.endswith(("_read", "_find")) else ""


def page(site: Site, route: routes.Route, viewer: str) -> str:
    """What this colleague is shown of her own at an address."""
    cell = Cell(route, viewer, "own", asks_only(route), "path")
    with site.taken_back(viewer) as browser:
        response = browser.get(site.address(cell)) if cell.method == "GET" else browser.post(site.address(cell), FORM)
    assert expects(cell) != "there" or response.status_code in (200, 302), cell
    return CHANGING.sub("", text_of(response))


def forget(site: Site, route: routes.Route, viewer: str) -> None:
    """Let everybody out of this colleague's reach never have been; whom she keeps the frame of each page counts."""
    kept = oracle.reach(route.permission.value, viewer) or oracle.NOBODY
    kept |= oracle.KEPT if viewer in oracle.BUSINESS else oracle.NOBODY
    gone = [person.key for person in site.bank.persons if site.bank.relation(person, viewer) not in kept]
    with connection.cursor() as cursor:
        cursor.execute(TABLES_OF_CUSTOMERS)
        deletes = [f"{table}_gone as (delete from {table} where {name} = any(%s))" for table, name in cursor.fetchall()]
        cursor.execute(f"with {', '.join(deletes)} select", [gone] * len(deletes))


def changed(site: Site, viewers: Iterable[str]) -> Iterator[str]:
    """Pages on which something differs once those out of reach are gone; asked past row security where it is off."""
    for route in ROUTES:
        for viewer in viewers if asks_only(route) else ():
            with transaction.atomic():
                before = page(site, route, viewer).splitlines()
                forget(site, route, viewer)
                after = page(site, route, viewer).splitlines()
                transaction.set_rollback(True)
            if after != before:
                yield f"{route.name} as {viewer}: {sorted({*before} ^ {*after})[:4]}"


@pytest.mark.long
def test_what_is_out_of_reach_changes_nothing_on_any_page(site: Site, own_database: str, gate_share: float):
    viewers = VIEWERS[:-1] if gate_share == 1 else ("keeper", "head", "coach", "privacy")
    with working_in(own_database, "night"):
        assert list(changed(site, viewers)) == []


# ---------------------------------------------------------------- the same harness on broken variants


@contextmanager
def first_lock_alone(monkeypatch: pytest.MonkeyPatch, database: str) -> Iterator[None]:
    """The pages by the night's login, with nobody looking: row security is out of force."""
    monkeypatch.setattr(routes, "look_as", lambda viewer: None)
    with working_in(database, "night"):
        yield


def turns_red(site: Site, chosen: list[Cell]) -> bool:
    """Is anything wrong with the answers to these cells? One is enough."""
    site.stay()
    return any(site.wrong(cell) for cell in chosen)


def some(*names: str) -> list[Cell]:
    """The usual share of the cells of these addresses, by the methods they take."""
    asked = [route for route in ROUTES if route.name in names]
    mine = [cell for cell in share_of(cells(asked), 0.5) if cell.method in cell.route.methods]
    return random.Random(7).sample(mine, min(len(mine), 20 * len(names)))


def forget_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """One query with all rows instead of those seen by the viewer."""

    def anybody(viewer: Any, public_id: Any, *, whole: bool = False) -> Any:
        rows = Customer.objects.for_system("broken").filter(public_id=public_id)
        return (rows.select_related("keeper", "branch") if whole else rows).first()

    monkeypatch.setattr(customer_queries, "customer_of", anybody)


def test_the_first_lock_holds_by_itself(site: Site, own_database: str, monkeypatch: pytest.MonkeyPatch):
    with first_lock_alone(monkeypatch, own_database):
        assert wrong(site, some("book", "customer", "brief", "today", "record", "undo")) == []


def test_the_second_lock_holds_by_itself(site: Site, sql_anew: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scope.ScopedQuerySet, "seen_by", lambda rows, viewer: rows.for_system("broken"))
    assert [said for said in wrong(site, some("book", "customer", "brief", "today")) if "tells of" in said] == []


def test_a_forgotten_filter_without_row_security_turns_red(
    site: Site, own_database: str, monkeypatch: pytest.MonkeyPatch
):
    forget_filter(monkeypatch)
    with first_lock_alone(monkeypatch, own_database):
        assert turns_red(site, some("customer"))


def test_a_forgotten_check_of_one_permission_turns_red(site: Site, monkeypatch: pytest.MonkeyPatch):
    honest = routes.require

    def forgetful(viewer: Any, permission: Permission, **more: Any) -> Any:
        opened = permission is Permission.BOOK_READ
        return replace(viewer, reach=Reach.OWN) if opened else honest(viewer, permission, **more)

    monkeypatch.setattr(routes, "require", forgetful)
    assert turns_red(site, some("book"))


def test_deny_all_turns_red_and_so_does_allow_all(site: Site, monkeypatch: pytest.MonkeyPatch):
    def never(viewer: Any, permission: Permission, **_: Any) -> Any:
        raise Denied(permission.value)

    monkeypatch.setattr(routes, "require", never)
    assert turns_red(site, some("today", "customer", "record"))
    monkeypatch.setattr(routes, "require", lambda viewer, permission, **_: replace(viewer, reach=Reach.OWN))
    assert turns_red(site, some("today", "customer", "record"))


def test_a_refusal_that_says_so_turns_red(site: Site, monkeypatch: pytest.MonkeyPatch):
    from django.core.exceptions import PermissionDenied

    def telling(viewer: Any, permission: Permission, **_: Any) -> Any:
        raise PermissionDenied

    monkeypatch.setattr(routes, "require", telling)
    assert turns_red(site, some("customer"))


def test_a_count_over_everybody_turns_red(
    site: Site, own_database: str, sql_anew: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scope.ScopedQuerySet, "seen_by", lambda rows, viewer: rows.for_system("broken"))
    with first_lock_alone(monkeypatch, own_database):
        assert any(changed(site, ["keeper"]))
