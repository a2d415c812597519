"""A whole page asks the database a fixed number of times, however long the list; beginnings are asked for once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhu.apps.people import vault
from tests import cast as people
from tests.cast import Cast
from tests.web.conftest import HTMX, outcome, signed_in

MOST = {"list": 23, "opened": 23, "brief": 21, "customer": 16, "rest": 27, "book": 13, "search": 11, "write": 43}
"""With the session, the colleague, whom she covers, the reader of the rows, the trail and the two ends."""


def asked(page: str, cast: Cast) -> int:
    """How often 周予安's page asks."""
    site = signed_in("S02")
    with CaptureQueriesContext(connection) as queries:
        if page == "write":
            told = outcome(cast, customer=cast.sun, channel="message", outcome="sent")
            response = site.post(f"/today/{cast.sun}/outcome/", told, **HTMX)
        elif page == "search":
            response = site.post("/search/", {"words": "kehu"}, **HTMX)
        else:
            address = {"list": "/today/", "opened": f"/today/{cast.sun}/", "brief": f"/today/{cast.sun}/",
                       "customer": f"/customers/{cast.sun}/",
                       "rest": f"/customers/{cast.sun}/rest/", "book": "/customers/"}[page]  # fmt: skip
            response = site.get(address, **(HTMX if page in ("brief", "rest") else {}))
    assert response.status_code == 200
    return len(queries)


@pytest.mark.slow
@pytest.mark.parametrize("page", MOST)
def test_a_page_asks_no_more_for_a_long_list_and_never_more_than_its_bound(cast: Cast, page: str):
    few = asked(page, cast) if page != "write" else MOST[page]
    people.plan_size(cast.zhou, 60)
    assert asked(page, cast) <= min(few, MOST[page])


@pytest.mark.parametrize(
    ("address", "opens"),
    [("/today/", ["contactpoint.value"]), ("/customers/", []),
     ("/customers/{}/", ["contactpoint.value", "customer.id_no"]),
     ("/customers/{}/rest/", ["contactpoint.value", "customer.address", "customer.id_no"])],
)  # fmt: skip
def test_a_list_opens_nothing_that_lies_sealed_and_a_page_what_it_shows(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, address: str, opens: list[str]
):
    opened: list[str] = []
    monkeypatch.setattr(vault, "unseal", lambda raw, place: opened.append(place.decode()) or "13800000000")
    assert signed_in("S01").get(address.format(cast.zhao), **HTMX).status_code == 200
    assert sorted(".".join(place.split("\0")[:2]) for place in opened) == [f"customers_{field}" for field in opens]
