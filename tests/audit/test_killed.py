"""Five hundred kills in the middle of an action: no effect without its record, no record without its effect."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from guanhu.apps.audit.canonical import keyed, person_id
from guanhu.cli.postgres import Server
from tests.audit.child import WINDOWS
from tests.audit.conftest import entries
from tests.cast import Cast, enter
from tests.databases import send_away
from tests.house.source import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.django_db(transaction=True)]
KILLS, TWIN = 500, 40
"""Kills at the least (a share of them in the usual run); more where a short window was missed."""
LONGEST = 0.0015
"""Seconds into a window at most."""
Kill = Callable[..., dict[str, Any]]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return enter()


@pytest.fixture
def kill(cast: Cast, database_url: str, postgres_server: Server) -> Iterator[Kill]:
    """Has a process work and die in a window, so many seconds after it entered it; nobody else is connected."""
    connection.close()
    send_away(postgres_server, connection.settings_dict["NAME"])
    env = {**os.environ, "DATABASE_URL": database_url, "GUANHU_LOGIN": "night", "PYTHONPATH": str(ROOT),
           "DATABASE_NIGHT_URL": database_url, "DJANGO_SETTINGS_MODULE": "guanhu.config.settings"}  # fmt: skip
    site = subprocess.Popen(
        [sys.executable, "-m", "tests.audit.child"], cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    database = connection.settings_dict["NAME"]

    def ask(window: int, seconds: float, *, broken: bool = False) -> dict[str, Any]:
        order = {"database": database, "customers": [str(cast.zhao), str(cast.li)], "window": window,
                 "seconds": seconds, "broken": broken}  # fmt: skip
        assert site.stdin
        assert site.stdout
        site.stdin.write(json.dumps(order) + "\n")
        site.stdin.flush()
        return json.loads(site.stdout.readline())

    with connection.cursor() as cursor:
        cursor.execute("update customers_customer set stage = 'known'")
    yield ask
    assert site.stdin
    assert site.stdout
    site.stdin.close()
    site.wait(30)
    site.stdout.close()


def effects() -> list[tuple[int, str]]:
    """What was done, in its order: who was moved, and where to."""
    key = settings.GUANHU_TRAIL_KEY
    with connection.cursor() as cursor:
        cursor.execute("select customer_id, stage from customers_stagerecord where source = 'own' order by id")
        return [(person_id(key, customer), keyed(key, "stage", stage)) for customer, stage in cursor.fetchall()]


def records() -> list[tuple[int, str]]:
    """What the trail says was done."""
    return [(one["person"], one["told"]["after"]["stage"]) for one in entries() if one["action"] == "stage"]


def until_nobody_is_left() -> None:
    """A killed client's last statement may still be on its way in the server."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)


def test_no_kill_parts_an_effect_from_its_record(kill: Kill, gate_share: float):
    rng, died = Random(52030), Counter[str]()
    least, each = round(KILLS * gate_share), 20 * gate_share
    for number in range(4 * least):
        if number >= least and all(died[window] >= each for window in WINDOWS[1:]):
            break
        done = kill(1 + number % (len(WINDOWS) - 1), rng.uniform(0, LONGEST))
        assert done["code"] == -signal.SIGKILL
        died[done["window"]] += 1
    until_nobody_is_left()
    assert records() == effects()
    assert len(effects()) > 0
    assert died.total() - died["outside"] >= 0.6 * died.total(), died
    assert all(died[window] >= each for window in WINDOWS[1:]), died


def test_a_record_written_after_the_commit_would_be_lost(kill: Kill):
    rng = Random(7)
    for _ in range(TWIN):
        kill(2, rng.uniform(0.001, 0.006), broken=True)
        until_nobody_is_left()
        if len(effects()) > len(records()):
            return
    raise AssertionError("nothing was lost")
