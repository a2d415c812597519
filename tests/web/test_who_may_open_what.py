"""Every address asks who is there; what belongs to somebody else is not there at all."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.rules.access import GRANTS, Permission, Role
from guanhu.web.routes import ROUTES, Route
from tests.cast import Cast
from tests.web.conftest import HTMX, outcome, signed_in, text

NOBODY = UUID(int=7)
STAFF = [route for route in ROUTES if route.permission is not Permission.PUBLIC]
OF_A_CUSTOMER = [route for route in ROUTES if "public_id" in route.address and Role.KEEPER in GRANTS[route.permission]]
"""What a keeper may ask about her own customers."""


def address(route: Route, who: UUID, beside: UUID | None = None) -> str:
    """The route's address, with this id wherever it takes one; ``beside``: where two are looked at, the other one."""
    names = re.findall(r"<uuid:(\w+)>", route.address)
    return reverse(route.name, args=[beside if beside and name == "other_id" else who for name in names])


def ask(client: Client, route: Route, who: UUID, beside: UUID | None = None, **more: str):
    """Open the address by the first way it allows."""
    method = client.post if route.methods == ("POST",) else client.get
    return method(
        address(route, who, beside), {"reason": "x", "stage": "habit", "current": "relied_on", "note": "x"}, **more
    )


def opened(patterns: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the site with its name, whole."""
    for each in patterns:
        whole = before + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from opened(each.url_patterns, whole)
        else:
            yield whole, each.name


def test_every_address_of_the_site_stands_in_the_table():
    from guanhu.config.urls import urlpatterns

    assert sorted(opened(urlpatterns)) == sorted((route.address, route.name) for route in ROUTES)
    assert len({route.name for route in ROUTES}) == len(ROUTES)


def test_an_address_is_found_without_looking_through_those_that_begin_otherwise():
    from guanhu.config.urls import urlpatterns

    def looked_at(patterns: Any) -> int:
        return len(patterns) + max((looked_at(each.url_patterns) for each in patterns if hasattr(each, "url_patterns")),
                                   default=0)  # fmt: skip

    assert looked_at(urlpatterns) < len(ROUTES) / 1.5


@pytest.mark.parametrize("route", STAFF, ids=lambda route: route.name)
def test_a_stranger_is_sent_to_sign_in(route: Route, db: None):
    response = ask(Client(), route, NOBODY)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login")


@pytest.mark.parametrize("route", STAFF, ids=lambda route: route.name)
def test_a_stranger_with_script_is_sent_as_a_whole(route: Route, db: None):
    response = ask(Client(), route, NOBODY, **HTMX)
    assert response.headers["HX-Redirect"] == "/login"


@pytest.mark.parametrize("route", OF_A_CUSTOMER, ids=lambda route: route.name)
@pytest.mark.parametrize("whose", ["sun", "wu"])
def test_somebody_elses_customer_is_absent_like_nobody(route: Route, whose: str, cast: Cast, shen: Client):
    theirs = ask(shen, route, getattr(cast, whose), cast.li)
    absent = ask(shen, route, NOBODY, cast.li)
    assert (theirs.status_code, absent.status_code) == (404, 404)
    assert theirs.content == absent.content


@pytest.mark.parametrize("route", OF_A_CUSTOMER, ids=lambda route: route.name)
def test_ones_own_customer_is_there(route: Route, cast: Cast, shen: Client):
    assert ask(shen, route, cast.zhao, cast.li).status_code in (200, 302, 422)


def test_somebody_elses_record_cannot_be_taken_back(cast: Cast, shen: Client):
    written = signed_in("S02").post(reverse("record", args=[cast.sun]), outcome(cast, customer=cast.sun), **HTMX)
    assert written.status_code == 200
    touch = text(written).split("/today/undo/")[1].split("/")[0]
    assert shen.post(reverse("undo", args=[touch])).status_code == 404


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_an_address_takes_its_own_ways_alone(route: Route, cast: Cast, shen: Client):
    response = shen.delete(address(route, cast.zhao))
    assert response.status_code == 405


@pytest.mark.parametrize("route", [*OF_A_CUSTOMER, ROUTES[0], ROUTES[1]], ids=lambda route: route.name)
def test_no_page_may_be_kept_by_others(route: Route, cast: Cast, shen: Client):
    response = ask(shen, route, cast.zhao, cast.li)
    assert "no-store" in response.headers["Cache-Control"]
    assert "HX-Request" in response.headers["Vary"]


def test_who_left_is_signed_out_at_once(cast: Cast, shen: Client):
    from django.contrib.auth import get_user_model

    get_user_model().objects.filter(staff_no="S01").update(is_active=False)
    assert shen.get("/today/").status_code == 302
