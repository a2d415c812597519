"""What one may not see looks like what is not there: the same answer to the byte, the same questions, the same time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse

from guanhu.apps.customers.models import Customer
from guanhu.apps.work import actions, queries
from guanhu.rules.access import GRANTS, Role
from guanhu.web.routes import ROUTES
from tests.cast import Cast
from tests.security.asking import SLOT, Asked, tried
from tests.security.examples import EARLIER
from tests.web.conftest import HTMX

pytestmark = [pytest.mark.slow, pytest.mark.long]
OF_A_PERSON = {"public_id", "touch_id", "deferral_id"}
WITH_ID = [route.name for route in ROUTES if OF_A_PERSON & set(SLOT.findall(route.address))]
OWN_PER_ANSWER = {"X-Request-ID", "Expires", "Set-Cookie"}
PAIRS, RATIO = 1_000, 1.2


@pytest.fixture
def theirs(cast: Cast) -> dict[str, list[str]]:
    """Things of others, by the name an address gives them: in the same branch and in another."""
    said: dict[str, Any] = {"now": EARLIER, "channel": "call", "outcome": "reached", "seconds": 90}
    touches = [
        actions.record_touch(by=cast.zhou, customer=cast.sun, request_key="theirs", **said).touch,
        actions.record_touch(by=cast.yan, customer=cast.wu, request_key="theirs", **said).touch,
    ]
    for touch, by in zip(touches, (cast.zhou, cast.yan), strict=True):
        actions.undo_touch(by=by, touch=touch, now=EARLIER)
    aside = []
    for by, customer in ((cast.zhou, cast.sun), (cast.yan, cast.wu)):
        actions.defer(by=by, customer=customer, now=EARLIER, reason="出差")
        aside.append(queries.today(by).deferred[0].deferral_id)
    found: dict[str, list[Any]] = {
        "public_id": [cast.sun, cast.wu], "touch_id": touches, "deferral_id": aside, "other_id": [cast.sun, cast.wu],
    }  # fmt: skip
    return {name: [str(each) for each in ids] for name, ids in found.items()}


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent meanwhile, apart from their values and from the names of savepoints."""
    told: list[str] = []

    def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        told.append("savepoint" if "SAVEPOINT" in str(sql) else str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield told


def seen(asked: Asked, **headers: str) -> tuple[Any, ...]:
    """What anybody outside can tell of an answer, and what the database was asked for it."""
    with tried(asked), statements() as told:
        answer = asked.send(**headers)
    heads = {name: value for name, value in answer.headers.items() if name not in OWN_PER_ANSWER}
    return answer.status_code, answer.content, heads, told


def out_of_reach(asked: Asked, theirs: dict[str, list[str]], name: str) -> list[str]:
    """Whose things are another's to who asks: a keeper's colleague's, too; to who leads the branch another branch's."""
    return theirs[name] if Role.KEEPER in GRANTS[asked.route.permission] else theirs[name][1:]


def differences(asked: Asked, theirs: dict[str, list[str]]) -> list[str]:
    """In what another's thing differs from nothing at all."""
    found = []
    for name in asked.ids:
        for foreign in out_of_reach(asked, theirs, name):
            for headers in ({}, HTMX):
                is_theirs = seen(asked.instead(**{name: foreign}), **headers)
                is_none = seen(asked.instead(**{name: str(uuid4())}), **headers)
                found += [f"{asked.route.name} {name} part {n}" for n in range(4) if is_theirs[n] != is_none[n]]
                found += [] if is_none[0] == 404 else [f"{asked.route.name}: {is_none[0]}"]
    return found


def test_anothers_thing_is_absent_to_the_byte(asked: dict[str, Asked], theirs: dict[str, list[str]]):
    assert len(WITH_ID) >= 10
    assert [said for name in WITH_ID for said in differences(asked[name], theirs)] == []


def ratio(asked: Asked, theirs: dict[str, list[str]], pairs: int) -> float:
    """How much longer one of the two takes: medians of the time this thread worked, the two in turns."""
    spent: dict[bool, list[int]] = {True: [], False: []}
    *_others, name = asked.ids
    foreigners = out_of_reach(asked, theirs, name)
    for n in range(pairs * 2):
        foreign = bool((n + n // 2) % 2)
        one = asked.instead(**{name: foreigners[n % len(foreigners)] if foreign else str(uuid4())})
        with tried(one):
            begun = time.thread_time_ns()
            one.send()
            spent[foreign].append(time.thread_time_ns() - begun)
    middles = [statistics.median(each) for each in spent.values()]
    return max(middles) / min(middles)


@pytest.mark.long
def test_anothers_thing_takes_as_long_as_nothing(
    asked: dict[str, Asked], theirs: dict[str, list[str]], gate_share: float
):
    pairs = max(20, int(PAIRS * gate_share) // len(WITH_ID))
    for name in WITH_ID:
        measured = [ratio(asked[name], theirs, pairs)]
        while min(measured) > RATIO and len(measured) < 3:
            measured.append(ratio(asked[name], theirs, pairs))
        assert min(measured) <= RATIO, (name, measured)


def telling(self: BaseHandler, view: Callable[..., Any]) -> Callable[..., Any]:
    """The twin: another's customer is found first and then forbidden."""

    def forbid(request: HttpRequest, **ids: Any) -> HttpResponse:
        if (
            "public_id" in ids
            and Customer._base_manager.filter(public_id=ids["public_id"], keeper__staff_no="S02").exists()
        ):
            return HttpResponse("no", status=403)
        answer: HttpResponse = view(request, **ids)
        return answer

    return forbid


def test_an_address_that_forbids_instead_is_noticed(
    asked: dict[str, Asked], theirs: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(BaseHandler, "make_view_atomic", telling)
    found = differences(asked["customer"], theirs)
    assert {f"customer public_id part {n}" for n in range(3)} <= set(found)


def looking_twice(self: BaseHandler, view: Callable[..., Any]) -> Callable[..., Any]:
    """The twin: what is there and not one's own is looked at a second time."""

    def twice(request: HttpRequest, **ids: Any) -> HttpResponse:
        if Customer._base_manager.filter(public_id=ids.get("public_id")).exists():
            for _ in range(30):
                Customer._base_manager.filter(public_id=ids["public_id"]).exists()
        answer: HttpResponse = view(request, **ids)
        return answer

    return twice


def test_an_address_that_works_longer_is_noticed(
    asked: dict[str, Asked], theirs: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(BaseHandler, "make_view_atomic", looking_twice)
    assert "customer public_id part 3" in differences(asked["customer"], theirs)
    assert ratio(asked["customer"], theirs, 10) > RATIO
