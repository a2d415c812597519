"""The key is turned while people work, and killed again and again: at no moment is there a row nobody can read.

What lies in the tables is read by SQL and opened by ``cryptography`` alone, not by the product's own code.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from math import ceil
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection
from psycopg import sql

from guanhu.cli import postgres
from tests.databases import copy_of, working_in
from tests.factories import DAY, customer_row

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
CUSTOMERS = 2_500
KILLS = 50


def columns() -> dict[tuple[str, str], tuple[str, ...]]:
    """Where sealed values lie and what names their rows, as the records declare it."""
    from guanhu.apps.people.resealing import sealed_tables

    return {(one.table, column): row for one in sealed_tables() for column, row in one.rows.items()}


@dataclass
class Bank:
    """One bank: its database, its secrets, and what its sealed values read."""

    url: str
    name: str
    var: Path
    read: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    turnings: subprocess.Popen[str] | None = None
    """The process that forks for each turning of the key."""

    @property
    def secrets(self) -> Path:
        return self.var / "secret"

    def keys(self) -> dict[int, AESGCM]:
        """The keys there are, derived here by themselves."""
        found = {}
        for file in self.secrets.glob("seal*.key"):
            number = int(file.stem.split("-")[1]) if "-" in file.stem else 1
            derived = blake2b(file.read_bytes(), digest_size=32, person=b"guanhu-seal").digest()
            found[number] = AESGCM(derived)
        return found

    def opened(self) -> tuple[dict[tuple[str, str], list[str]], dict[int, int], int]:
        """What every sealed value reads, sorted by column; how many lie under each key; how many do not open."""
        keys, under, closed = self.keys(), dict[int, int](), 0
        texts: dict[tuple[str, str], list[str]] = {}
        with psycopg.connect(self.url) as reader:
            for (table, column), row in columns().items():
                asked = sql.SQL("select {}, {} from {} where {} is not null").format(
                    sql.Identifier(column), sql.SQL(", ").join(map(sql.Identifier, row)), sql.Identifier(table),
                    sql.Identifier(column),
                )  # fmt: skip
                texts[table, column] = []
                for raw, *names in reader.execute(asked).fetchall():
                    number = int.from_bytes(raw[2:4], "big")
                    under[number] = under.get(number, 0) + 1
                    place = "\0".join((table, column, *map(str, names))).encode()
                    try:
                        opened = keys[number].decrypt(raw[4:16], raw[16:], raw[:4] + place)
                        texts[table, column].append(opened.decode())
                    except (KeyError, InvalidTag):
                        closed += 1
                texts[table, column].sort()
        return texts, under, closed

    @contextmanager
    def turning(self) -> Iterator[None]:
        """Have ready what turns the key in processes of its own."""
        with subprocess.Popen(
            [sys.executable, "-m", "tests.keys.child"], cwd=ROOT, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "GUANHU_VAR": str(self.var), "DATABASE_URL": self.url, "PYTHONPATH": str(ROOT),
                 "DJANGO_SETTINGS_MODULE": "guanhu.config.settings", "GUANHU_LOG": "error"},
        ) as self.turnings:  # fmt: skip
            yield

    def rotate(self, *arguments: str) -> int:
        """Begin to turn the key; returns the process that does when the first rows are about to be sealed."""
        assert self.turnings
        assert self.turnings.stdin
        assert self.turnings.stdout
        self.turnings.stdin.write(" ".join(("rotate", *arguments)) + "\n")
        self.turnings.stdin.flush()
        process = int(self.turnings.stdout.readline())
        for line in self.said():
            if "把密钥已就绪" in line:
                return process
        raise AssertionError("the command ended before the new key lay in its file")

    def said(self) -> Iterator[str]:
        """What the command says, until it is gone; its exit code last."""
        assert self.turnings
        assert self.turnings.stderr
        while line := self.turnings.stderr.readline():
            yield line
            if line.startswith("left "):
                return

    def let_go(self) -> None:
        """Wait until the database has noticed that whoever turned the key is gone, however busy the machine is."""
        with psycopg.connect(self.url, autocommit=True) as reader:
            for _ in range(600):
                held = reader.execute(
                    "select 1 from pg_locks join pg_database base on base.oid = database "
                    "where locktype = 'advisory' and base.datname = current_database()"
                ).fetchone()
                if held is None:
                    return
                time.sleep(0.1)
        raise AssertionError("a killed turning still holds its lock after a minute")

    def ended(self) -> int:
        """Wait until the command is gone; its exit code."""
        return int([*self.said()][-1].split()[1])


@contextmanager
def a_bank(server: postgres.Server, database: str, folder: Path, blocker: Any) -> Iterator[Bank]:
    """The bank, filled through the product's own intake."""
    from guanhu.apps.customers import actions
    from guanhu.feeds.errors import Problem
    from guanhu.feeds.intake import Quarantined as KeptAside
    from tests.cast import persons

    (folder / "secret").mkdir(parents=True)
    shutil.copytree(Path(os.environ["GUANHU_VAR"]) / "secret", folder / "secret", dirs_exist_ok=True)
    for file in (folder / "secret").glob("seal-*.key"):
        file.unlink()
    customers = [
        customer_row(key, phone=f"138{key:08}", id_no=f"360102{key:012}", address=f"南昌市东湖区青山路 {key} 号",
                     email=f"c{key}@example.com" if key % 3 else None)
        for key in range(1, CUSTOMERS + 1)
    ]  # fmt: skip
    accounts = [
        {"account": key, "customer": key, "account_no": f"6222{key:012}", "kind": "current", "opened_on": DAY,
         "card_no": f"6217{key:012}" if key % 2 else None}
        for key in range(1, CUSTOMERS + 1)
    ]  # fmt: skip
    wrong = [Problem("客户.csv", row, "gender", "words", "不识", f"男女{row}") for row in range(50)]
    aside = [KeptAside(problem, {"name": "x"}) for problem in wrong]
    with blocker.unblock(), copy_of(server, database) as name, working_in(name), using(folder / "secret"):
        actions.take_in(persons(customers=customers, consents=[], accounts=accounts))
        actions.keep_quarantine(DAY, aside)
        bank = Bank(server.url(name), name, folder)
        bank.read, _, closed = bank.opened()
        assert closed == 0
        assert sum(map(len, bank.read.values())) > 4 * CUSTOMERS
        with bank.turning():
            yield bank


@contextmanager
def using(secrets: Path) -> Iterator[None]:
    """The product's own ring is this one meanwhile."""
    from django.conf import settings

    before, settings.GUANHU_SECRETS = settings.GUANHU_SECRETS, secrets
    try:
        yield
    finally:
        settings.GUANHU_SECRETS = before


@pytest.fixture
def bank(
    worker_database: str, postgres_server: postgres.Server, django_db_blocker: Any, tmp_path: Path
) -> Iterator[Bank]:
    with a_bank(postgres_server, worker_database, tmp_path / "var", django_db_blocker) as made:
        yield made


def turned(bank: Bank) -> float:
    """Turn the key undisturbed; how long it took once the key was there."""
    bank.rotate()
    begun = time.perf_counter()
    assert bank.ended() == 0
    return time.perf_counter() - begun


def killed(bank: Bank, after: float, *arguments: str) -> bool:
    """Turn the key and kill it so many seconds after the key was there; did the kill come in time?"""
    process = bank.rotate(*arguments)
    time.sleep(after)
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    ended = bank.ended()
    bank.let_go()
    return ended == -signal.SIGKILL


class Reader(threading.Thread):
    """A page that reads all the while, through the product's own vault, as a server started before would."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stop, self.read, self.failed = threading.Event(), 0, []

    def run(self) -> None:
        from guanhu.apps.customers.models import Account, ContactPoint, Customer
        from guanhu.apps.people import vault

        dice = random.Random(7)
        try:
            while not self.stop.is_set():
                key = dice.randint(1, CUSTOMERS)
                for model, name in ((Customer, "id_no"), (Account, "account_no")):
                    assert vault.open(model.objects.for_system("a test").get(pk=key), name)
                point = ContactPoint.objects.for_system("a test").get(customer_id=key)
                assert vault.open(point, "value") == f"138{key:08}"
                self.read += 1
                self.stop.wait(0.002)
        except BaseException as fault:
            self.failed.append(fault)
        finally:
            connection.close()


@contextmanager
def being_read(blocker: Any) -> Iterator[Reader]:
    reader = Reader()
    with blocker.unblock():
        reader.start()
        yield reader
        reader.stop.set()
        reader.join(30)


@pytest.mark.slow
def test_turning_the_key_seals_everything_anew_and_readers_notice_nothing(bank: Bank, django_db_blocker: Any):
    with being_read(django_db_blocker) as reader:
        turned(bank)
        turned(bank)
    assert reader.failed == []
    assert reader.read > 20
    texts, under, closed = bank.opened()
    assert (closed, set(under), texts == bank.read) == (0, {3}, True)
    assert sorted(bank.keys()) == [1, 2, 3]
    with psycopg.connect(bank.url) as reading:
        told = [json.loads(row[0]) for row in reading.execute("select record from audit_entry order by seq")]
    turns = [(row["id"], row["result"]) for row in told if row["action"] == "key_change"]
    assert turns == [("2", "begun"), ("2", "done"), ("3", "begun"), ("3", "done")]


@pytest.mark.long
def test_killed_again_and_again_there_is_no_row_nobody_can_read(bank: Bank, gate_share: float, django_db_blocker: Any):
    dice = random.Random(20261124)
    whole = turned(bank)
    wanted, done, tries, mixed = ceil(KILLS * gate_share), 0, 0, 0
    with being_read(django_db_blocker) as reader:
        while done < wanted or mixed < 0.6 * wanted:  # most of them in the midst of it
            tries += 1
            assert tries <= 3 * wanted + 10, f"{done} of {tries} kills came in time, {mixed} left rows under two keys"
            done += killed(bank, whole * dice.uniform(0.1, 0.7))
            texts, under, closed = bank.opened()
            assert closed == 0
            assert texts == bank.read
            mixed += len(under) > 1
    assert reader.failed == []
    turned(bank)
    texts, under, closed = bank.opened()
    assert (closed, len(under), texts == bank.read) == (0, 1, True)


@pytest.mark.slow
def test_a_key_kept_in_memory_alone_loses_rows_and_is_found_out(bank: Bank):
    """The twin: the same harness on a turning that writes its key down last turns red."""
    whole = turned(bank)
    for part in (0.5, 0.3, 0.4, 0.2, 0.6):
        killed(bank, whole * part, "broken")
        _, _, closed = bank.opened()
        if closed:
            return
    raise AssertionError("nothing was lost")
