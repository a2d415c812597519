"""An import killed at any statement is taken up by running it again: no row twice, none lost. Reliability §6."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from guanhu.apps.customers.ledgers import actions
from guanhu.apps.customers.ledgers.models import LedgerEntry, LedgerImport
from guanhu.apps.customers.ledgers.shapes import Report
from guanhu.cli.postgres import Server
from tests.apps.ledgers.brought import imports, in_force, numbers, taken, told, written
from tests.apps.ledgers.child import AT_ONCE
from tests.cast import Cast, enter
from tests.conftest import IN_FULL
from tests.databases import send_away, wait_for_the_dead
from tests.factories import NOW
from tests.house.source import ROOT

pytestmark = [
    pytest.mark.slow, pytest.mark.long, pytest.mark.practice("P14"), pytest.mark.django_db(transaction=True),
]  # fmt: skip

KILLS = 200 if IN_FULL else 20
BEFORE = "手机,爱好\n13700000001,画\n13700000003,琴\n"
ROWS = "客户号,手机,爱好,联系日期\n" + "".join(
    f"{'C000101' if n == 4 else ''},{'' if n == 4 else f'1370000000{n % 7}'},{'棋' if n < 9 else ''},2026-01-{n:02}\n"
    for n in range(1, 12)
)
Kill = Callable[..., dict[str, int]]


@pytest.fixture
def cast(transactional_db: None, settings: Any) -> Cast:
    settings.GUANHU_POLICY = replace(settings.GUANHU_POLICY, ledger_rows_at_once=AT_ONCE)
    return enter()


@pytest.fixture
def kill(cast: Cast, database_url: str, postgres_server: Server) -> Iterator[Kill]:
    """Has a process take a ledger in and die at a statement; nobody else is connected when it is forked."""
    database = connection.settings_dict["NAME"]
    connection.close()
    send_away(postgres_server, database)
    env = {**os.environ, "DATABASE_URL": database_url, "GUANHU_LOGIN": "night", "PYTHONPATH": str(ROOT),
           "DATABASE_NIGHT_URL": database_url, "DJANGO_SETTINGS_MODULE": "guanhu.config.settings"}  # fmt: skip
    site = subprocess.Popen(
        [sys.executable, "-m", "tests.apps.ledgers.child"], cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert site.stdin
    assert site.stdout

    def ask(path: Path | None, statement: int, *, after: bool = False, broken: bool = False) -> dict[str, int]:
        assert site.stdin
        assert site.stdout
        order = {"database": database, "path": str(path or ""), "staff_no": "S01", "statement": statement,
                 "after": after, "broken": broken}  # fmt: skip
        site.stdin.write(json.dumps(order) + "\n")
        site.stdin.flush()
        told = json.loads(site.stdout.readline())
        wait_for_the_dead(postgres_server, database, int(connection.connection is not None))
        return told

    yield ask
    site.stdin.close()
    site.wait(30)
    site.stdout.close()


def content() -> list[str]:
    """Everything in force, whatever its keys."""
    return sorted(f"{row.customer_id} {numbers(row)} {told(row)}" for row in in_force())


def sweep() -> None:
    LedgerEntry.objects.for_system("the next trial").delete()
    LedgerImport.objects.all().delete()


def undisturbed(cast: Cast, folder: Path) -> tuple[Path, list[str], Report]:
    """The ledger, what is in force after it, and its report, when nobody is killed."""
    first = written(folder, BEFORE, "一.csv")
    taken(cast.shen, first)
    path = written(folder, ROWS)
    report = taken(cast.shen, path)
    wanted = content()
    sweep()
    taken(cast.shen, first)
    return path, wanted, report


def test_killed_at_any_statement_it_is_taken_up_without_a_row_twice_or_lost(cast: Cast, kill: Kill, tmp_path: Path):
    path, wanted, report = undisturbed(cast, tmp_path)
    every = kill(path, 0)
    assert every["code"] == 0
    assert content() == wanted
    trials = [(number, after) for number in range(1, every["sent"] + 1) for after in (False, True)]
    stopped = []
    for number, after in trials[:: max(1, len(trials) // KILLS)]:
        batch = imports()[-1]
        actions.undo(by=cast.shen, batch=batch.public_id, now=NOW)
        assert kill(path, number, after=after)["code"] == -signal.SIGKILL
        half = imports()[-1]
        stopped.append(0 if half.undone_at else half.done)
        again = taken(cast.shen, path)
        assert content() == wanted, (number, after)
        assert again.plain() == report.plain(), (number, after)
    assert {0, AT_ONCE, 2 * AT_ONCE} <= set(stopped)


def test_rows_counted_before_they_are_written_are_lost_and_this_is_found(cast: Cast, kill: Kill, tmp_path: Path):
    path, wanted, _ = undisturbed(cast, tmp_path)
    every = kill(path, 0, broken=True)["sent"]
    lost = False
    for number in range(1, every + 1):  # few statements are the one between counting and writing
        if lost:
            break
        actions.undo(by=cast.shen, batch=imports()[-1].public_id, now=NOW)
        kill(path, number, after=True, broken=True)
        taken(cast.shen, path)
        lost = content() != wanted
    assert lost
