"""The kill harness: one bank, many copies of it, each night killed inside a stage and started again.

Each trial has a copy of the lake and of the database as they were before the night. A kill counts when the stage
had begun and had not ended. What is compared is read by SQL and file digests, not by the product's own code.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from guanhu.cli import postgres
from tests.databases import drop_database

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = ("standings", "signals", "opportunities", "plans", "ahead", "prices", "quotas", "month_ends", "state")
PUBLISHED = {
    "customers_standing": ("night_id",),
    "customers_holding": ("night_id",),
    "customers_monthend": (),
    "customers_filecount": ("night_id",),
    "work_opportunity": ("night_id",),
    "work_planline": ("night_id",),
    "work_ahead": ("night_id",),
    "work_quota": ("night_id",),
    "work_daycount": (),
}
KEPT = ("customers_customer", "customers_account", "customers_contactpoint", "customers_consent",
        "customers_complaint", "customers_quarantined", "work_touch", "work_promise")  # fmt: skip
SURROGATES = ("id", "night_id", "public_id", "password")


@dataclass
class Bank:
    """A bank as it stands before the night under test: its folder, its database, the night's day and files."""

    var: Path
    admin: Callable[..., str]
    """The address of a database of the server, by its name and a login; the night's unless said."""
    database: str
    day: date
    files: Path
    trials: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    nights: subprocess.Popen[str] | None = None

    def owner(self, name: str) -> str:
        """The address of a database for its owner, who makes, migrates and drops it."""
        return self.admin(name, "owner")

    def copy(self) -> Trial:
        """The same bank once more, under another name.

        The lake's files are linked, not copied: a part is only ever replaced whole, never written into.
        """
        self.trials += 1
        name = f"{self.database}_{self.trials}"
        with self.root() as admin:
            admin.execute(
                sql.SQL("create database {} template {} strategy file_copy").format(
                    sql.Identifier(name), sql.Identifier(self.database)
                )
            )
        var = self.var.with_name(f"trial-{self.trials}")
        shutil.copytree(self.var / "lake", var / "lake", copy_function=os.link)
        shutil.copytree(self.var / "secret", var / "secret")
        return Trial(self, var, self.admin(name), name)

    def root(self) -> psycopg.Connection:
        """A connection from which databases are made and taken away."""
        return psycopg.connect(self.owner(postgres.DATABASE), autocommit=True)

    def ask(self, order: dict[str, Any]) -> tuple[int, list[str]]:
        """Have a night carried out in a process of its own; its exit code and what it said of its stages."""
        if self.nights is None:
            self.nights = subprocess.Popen(
                [sys.executable, "-m", "tests.night.child"], cwd=ROOT, text=True, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "GUANHU_VAR": str(self.var), "DATABASE_URL": self.admin(self.database),
                     "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "guanhu.config.settings",
                     "GUANHU_LOG": "error"},
            )  # fmt: skip
        assert self.nights.stdin
        assert self.nights.stdout
        self.nights.stdin.write(json.dumps(order) + "\n")
        self.nights.stdin.flush()
        answer = json.loads(self.nights.stdout.readline())
        return answer["code"], answer["said"]

    def close(self) -> None:
        """No more nights."""
        if self.nights is not None:
            assert self.nights.stdin
            assert self.nights.stdout
            self.nights.stdin.close()
            self.nights.wait(30)
            self.nights.stdout.close()


@dataclass
class Trial:
    """One copy of the bank."""

    bank: Bank
    var: Path
    url: str
    name: str

    def night(self, kill: str = "", seconds: float = 0.0, *, broken: bool = False) -> tuple[int, list[str]]:
        """Run the night, killed so many seconds into a stage; its exit code and what it said of its stages."""
        code, said = self.bank.ask(
            {"var": str(self.var), "database": self.name, "day": self.bank.day.isoformat(),
             "files": str(self.bank.files), "kill": kill, "seconds": seconds, "broken": broken}
        )  # fmt: skip
        assert code in (0, -signal.SIGKILL), "the night broke down: see its trace above"
        return code, said

    def digest(self) -> dict[str, str]:
        """Everything the night leaves behind, without surrogate keys."""
        return left_behind(self.var, self.url, self.bank.day)

    def forget(self) -> None:
        """Take the copy away."""
        shutil.rmtree(self.var, ignore_errors=True)
        with self.bank.root() as admin:
            drop_database(admin, self.name)


def left_behind(var: Path, url: str, day: date) -> dict[str, str]:
    """A digest of each of the day's answers in the lake, and of each table the pages read or people wrote."""
    found = {f"lake {name}": _file(var, name, day) for name in ANSWERS}
    with psycopg.connect(url) as reader:
        for table in PUBLISHED:
            found[table] = _shown(reader, table)
        for table in KEPT:
            found[table] = _all(reader, table)
    return found


def _file(var: Path, name: str, day: date) -> str:
    """The bytes of the day's part: what is written in the order of its key is the same file each time."""
    part = var / "lake" / "answers" / name / f"day={day}" / "part.parquet"
    return hashlib.sha256(part.read_bytes()).hexdigest() if part.exists() else "absent"


def _columns(reader: psycopg.Connection, table: str) -> list[str]:
    rows = reader.execute(
        "select column_name from information_schema.columns where table_name = %s order by column_name", [table]
    ).fetchall()
    return [name for (name,) in rows if name not in SURROGATES]


def _all(reader: psycopg.Connection, table: str) -> str:
    """One digest over all rows of a table, in the order of their own content."""
    return _sum(reader, table, sql.SQL(""))


def _shown(reader: psycopg.Connection, table: str) -> str:
    """One digest over the rows the pages read: those of the night some branch shows."""
    if "night_id" not in PUBLISHED[table]:
        return _all(reader, table)
    return _sum(reader, table, sql.SQL(" where night_id in (select current_night_id from people_branch)"))


def _sum(reader: psycopg.Connection, table: str, where: sql.Composable) -> str:
    columns = sql.SQL(", ").join(map(sql.Identifier, _columns(reader, table)))
    query = sql.SQL(
        "select count(*) || ' ' || coalesce(md5(string_agg(line, chr(10) order by line collate \"C\")), '') "
        "from (select row({})::text as line from {}{}) rows"
    ).format(columns, sql.Identifier(table), where)
    row = reader.execute(query).fetchone()
    assert row is not None
    return str(row[0])


def killed_inside(said: list[str], stage: str) -> bool:
    """Had the stage begun, and not ended, when the process died?"""
    return f"begin {stage}" in said and not any(line.startswith(f"end {stage}") for line in said)


def durations(said: list[str]) -> dict[str, float]:
    """How long each stage of an undisturbed night took."""
    return {line.split()[1]: float(line.split()[2]) for line in said if line.startswith("end ")}


def kills(bank: Bank, stage: str, wanted: int, *, times: int = 1, broken: bool = False) -> Generator[Trial, None, None]:
    """Copies of the bank whose night was killed inside the stage and then run to its end, ``wanted`` of them.

    Each copy's night is killed ``times`` times one after the other before it is left in peace. A kill that came too
    late does not count and is tried again, nearer to the start, on a fresh copy.
    """
    dice = random.Random(f"{stage}-{times}")
    done = late = 0
    while done < wanted:
        assert late < 20 + 3 * wanted, f"no kill lands inside {stage}"
        trial = bank.copy()
        try:
            if all(killed(trial, stage, dice, late, broken=broken) for _ in range(times)):
                done += 1
                trial.night(broken=broken)
                yield trial
            else:
                late += 1
        finally:
            trial.forget()


def killed(trial: Trial, stage: str, dice: random.Random, late: int, *, broken: bool) -> bool:
    """Run the trial's night and kill it inside the stage; did the kill land there?"""
    after = trial.bank.seconds[stage] * dice.random() * 0.9 ** (late + 1)
    code, said = trial.night(stage, after, broken=broken)
    return code == -signal.SIGKILL and killed_inside(said, stage)
