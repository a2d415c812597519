"""The database goes away in the middle of requests: all of it or nothing, no trace, and what was typed comes back."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.urls import reverse
from psycopg import sql

from guanhu.apps.customers.models import Customer
from guanhu.cli import postgres
from tests import cast as people
from tests.conftest import LOOPBACK
from tests.security.wire import Answer, Wire, window
from tests.site import serving

pytestmark = [
    pytest.mark.slow, pytest.mark.long, pytest.mark.allow_hosts(LOOPBACK), pytest.mark.django_db(transaction=True)
]  # fmt: skip
KILLS = 200
HANDS = 4
PAUSE = 0.15
"""So many seconds at most between two kills: a request gets as far as its writes."""
PATIENCE = 10.0
"""Seconds after the last connection was ended in which the site must be well again without a restart."""
STEP = "2026-12-08|call|再谈|10:00"


@dataclass
class Seen:
    """What the hands met while somebody killed."""

    kills: int = 0
    last_kill: float = 0.0
    writing: int = 0
    """Kills that met a transaction which had written already."""
    away: int = 0
    traces: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    halves: list[tuple[int, ...]] = field(default_factory=list)


@pytest.fixture
def admin(postgres_server: postgres.Server, transactional_db: None) -> Iterator[psycopg.Connection]:
    """The one who may end any connection, and who sees every row."""
    with administrator(postgres_server, connection.settings_dict["NAME"]) as made:
        yield made


@contextmanager
def administrator(server: postgres.Server, name: str) -> Iterator[psycopg.Connection]:
    """The server's own administrator in this database; really gone at the end, so that it can be dropped."""
    who: dict[str, Any] = {"host": str(server.socket), "port": postgres.PORT, "user": "postgres", "autocommit": True}
    with psycopg.connect(dbname=name, **who) as made:
        own = made.info.backend_pid
        yield made
    with psycopg.connect(dbname="postgres", **who) as above:
        while above.execute("select 1 from pg_stat_activity where pid = %s", [own]).fetchone():
            time.sleep(0.01)


@pytest.fixture
def customers(transactional_db: None) -> list[str]:
    """A long list of customers of 沈知微, each to be contacted once."""
    cast = people.enter()
    people.plan_size(cast.shen, 400)
    rows = Customer.objects.for_system("a test").filter(key__gte=1000).order_by("key")
    return [str(public_id) for public_id in rows.values_list("public_id", flat=True)]


def typed(number: int, customer: str) -> dict[str, Any]:
    """A refusal that ends marketing and promises another talk: one request, three kinds of rows."""
    return {
        "outcome": "declined", "channel": "call", "request_key": f"k{number}", "version": "0", "minutes": "2",
        "seconds": "0", "refusal": "no_need", "no_marketing": "1", "said": f"第{number}句<b>&\"'", "steps": STEP,
        "group": "",
    }  # fmt: skip


WRITTEN = """
with who as (select key from customers_customer where public_id = %s) select
    (select count(*) from work_touch t join who on key = customer_id where source = 'own'),
    (select count(*) from customers_consent c join who on key = customer_id where source = 'own'),
    (select count(*) from work_promise p join who on key = customer_id)
"""


def written(admin: psycopg.Connection, customer: str) -> tuple[int, ...]:
    """How many contacts, refusals and promises of a customer there are: none or one of each."""
    return tuple(admin.execute(WRITTEN, [customer]).fetchone() or ())


def write_down(wire: Wire, number: int, customer: str, seen: Seen, admin: psycopg.Connection) -> None:
    """Send the form until it is taken, as a person does; a plain one sends again what the page gave back."""
    script, form, begun = bool(number % 2), typed(number, customer), time.monotonic()
    address = reverse("record", args=[customer])
    while time.monotonic() < max(begun, seen.last_kill) + PATIENCE:
        answer = wire.send(address, form, script=script)
        seen.traces += answer.traces
        found = written(admin, customer)
        seen.halves += [found] if found not in {(0, 0, 0), (1, 1, 1)} else []
        if answer.status in (200, 302):
            seen.other += [] if any(found) else ["taken and not written"]
            return
        if answer.status != 503:
            seen.other.append(f"{answer.status} {answer.body[:80]}")
            if answer.status < 500:
                return
        seen.away += 1
        if not script:
            form = again(answer, form, seen)
        time.sleep(0.02)
    seen.other.append("not well again in time")


def again(answer: Answer, form: dict[str, Any], seen: Seen) -> dict[str, Any]:
    """The form as the page about the failure carries it; what is missing is lost text."""
    back = dict(answer.fields())
    missing = [name for name, value in form.items() if back.get(name) != value]
    seen.lost += missing
    return {**form, **{name: value for name, value in back.items() if name != "csrfmiddlewaretoken"}}


@contextmanager
def killing(admin: psycopg.Connection, seen: Seen, most: int) -> Iterator[None]:
    """Meanwhile somebody ends one working connection after the other, at random moments."""
    name, stop, dice = connection.settings_dict["NAME"], threading.Event(), random.Random(7)
    victim = (
        "select pg_terminate_backend(pid), backend_xid is not null from pg_stat_activity where datname = %s"
        " and usename = 'guanhu_app' and state in ('active', 'idle in transaction')"
        " order by backend_xid is null, random() limit 1"
    )

    def kill() -> None:
        while not stop.is_set() and seen.kills < most:
            ended, writing = admin.execute(victim, [name]).fetchone() or (False, False)
            seen.kills += ended
            seen.last_kill = time.monotonic() if ended else seen.last_kill
            seen.writing += ended and writing
            time.sleep(dice.uniform(0, PAUSE))

    thread = threading.Thread(target=kill)
    thread.start()
    yield
    stop.set()
    thread.join()


def a_morning_with_kills(
    site: str, customers: list[str], admin: psycopg.Connection, kills: int, enough: Callable[[Seen], bool] | None = None
) -> Seen:
    """Four hands write until so many connections were ended under them, or until enough was met."""
    seen, wire = Seen(), window(site)
    numbers = iter(enumerate(customers))
    with killing(admin, seen, kills), ThreadPoolExecutor(HANDS) as hands:

        def work() -> None:
            while seen.kills < kills and (following := next(numbers, None)):
                if enough and enough(seen):
                    return
                write_down(wire, *following, seen, admin)

        for hand in [hands.submit(work) for _ in range(HANDS)]:
            hand.result(120)
    return seen


def test_kills_in_the_middle_leave_no_half_no_trace_and_lose_no_word(
    database_url: str, customers: list[str], admin: psycopg.Connection, gate_share: float
):
    kills = int(KILLS * gate_share)
    with serving(database_url, workers=2) as site:
        seen = a_morning_with_kills(site, customers, admin, kills)
    assert seen.kills >= kills
    assert seen.away >= kills * 0.6, "the kills hit nobody at work"
    assert seen.writing >= kills * 0.2, "the kills came before anything was written"
    assert (seen.traces, seen.lost, seen.other, seen.halves) == ([], [], [], [])


def test_writes_that_stand_alone_and_a_failure_nobody_catches_are_noticed(
    database_url: str, customers: list[str], admin: psycopg.Connection
):
    with serving(database_url, workers=2, DJANGO_SETTINGS_MODULE="tests.security.torn") as site:
        seen = a_morning_with_kills(site, customers, admin, 40, lambda seen: unanswered(seen) and bool(seen.halves))
    assert unanswered(seen)
    assert seen.halves


def unanswered(seen: Seen) -> bool:
    """Did anybody meet a failure that nobody caught?"""
    return any("500" in said for said in seen.other)


@contextmanager
def away(server: postgres.Server, name: str) -> Iterator[None]:
    """Nobody may connect to this database, and who was connected is put out."""
    allow = sql.SQL("alter database {} allow_connections {}")
    connection.close()
    with administrator(server, "postgres") as above:
        above.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        try:
            above.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
            yield
        finally:
            above.execute(allow.format(sql.Identifier(name), sql.SQL("true")))


def test_while_the_database_is_away_pages_say_so_and_afterwards_all_is_well(
    database_url: str, customers: list[str], postgres_server: postgres.Server
):
    form, address = typed(1, customers[0]), reverse("record", args=[customers[0]])
    with serving(database_url) as site:
        wire = window(site)
        assert wire.send("/today/").status == 200
        with away(postgres_server, connection.settings_dict["NAME"]):
            answers = [wire.send("/today/"), wire.send(address, form), wire.send(address, form, script=True)]
        assert [answer.status for answer in answers] == [503, 503, 503]
        assert all(answer.headers["retry-after"] and not answer.traces for answer in answers)
        assert dict(answers[1].fields())["said"] == form["said"]
        until = time.monotonic() + PATIENCE
        while wire.send("/today/").status != 200:
            assert time.monotonic() < until
            time.sleep(0.1)
        assert wire.send(address, answers[1].fields()).status == 302
