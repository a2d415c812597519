"""The pages' benchmark: CPU of server and database, and queries, for each page of a morning with 55 lines.

``python -m bench.pages`` makes a small bank of its own below ``$GUANHU_VAR/bench-pages``: one keeper, 600 customers;
with ``--customers 60000`` so many more beside hers, ten keepers a branch, and a head who sees them.
Each page is asked for in this process, so that its CPU can be told from the database's.
"""

from __future__ import annotations

import os
import shutil
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from bench import crowd
from guanhu.cli.places import var_folder

DAY, TODAY = date(2026, 11, 23), date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
KEPT, PLANNED, MONTHS = 600, 55, 18
ROUNDS, WARM = 400, 10
KINDS = ("maturity", "near_line", "outflow", "dormant", "large_move")
WAYS = ("call", "message", "meeting")
STAFF = {"staff_no": "S1", "name": "林知秋", "branch_no": "B1", "post": "wealth"}


@dataclass(frozen=True)
class Figures:
    """One page: milliseconds of CPU, the middle of all rounds for the server and the mean for the database."""

    server: float
    database: float
    queries: int

    @property
    def both(self) -> float:
        """Server and database together."""
        return self.server + self.database


def main(arguments: list[str]) -> int:
    """Make the bank, walk its pages and print the figures; 0 when every page answered."""
    folder = var_folder() / "bench-pages"
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.update(GUANHU_VAR=str(folder), GUANHU_LOG="error")
    os.environ.pop("DATABASE_URL", None)
    asked = ArgumentParser(prog="bench pages")
    asked.add_argument("rounds", nargs="?", type=int, default=ROUNDS)
    asked.add_argument("--customers", type=int, default=0, help="so many more, of other keepers")
    told = asked.parse_args(arguments)
    rounds, beside = told.rounds, told.customers
    from guanhu.cli.bank import open_bank
    from guanhu.cli.database import PREPARED, as_login
    from guanhu.cli.serve import collect_static

    console = Console()
    with open_bank():
        from django.db import connection

        collect_static()
        with console.status("a bank of its own …"):
            customers = make_bank(beside)
        with as_login(folder, "owner"), connection.cursor() as cursor:  # what autovacuum does by and by
            cursor.execute("analyze")
        connection.settings_dict["OPTIONS"] = dict(PREPARED)  # as the pages' own login asks
        connection.close()
        found, guards = walk(customers, rounds, head=bool(beside))
    console.print(_table(found, rounds))
    console.print(_guards_table(guards, rounds))
    return 0


# ---------------------------------------------------------------- the bank


def make_bank(beside: int = 0) -> list[Any]:
    """One branch, one keeper, her customers and a published morning; the public ids of the planned customers.

    ``beside``: so many customers of other keepers, and a head over the first branch.
    """
    from django.db import connection

    from guanhu.apps.customers import actions as customers
    from guanhu.apps.people import actions as people
    from guanhu.apps.people import queries
    from guanhu.apps.work import actions as work

    customers.take_in(_persons())
    if beside:
        crowd.let_in(beside, STAFF)
        people.set_password(staff_no=crowd.HEAD, password="a-morning-of-work")
    work.take_contacts({"contacts": [_contact(n) for n in range(KEPT * 10)]})
    people.set_password(staff_no="S1", password="a-morning-of-work")
    night = people.begin_night(DAY, TODAY, policy="bench", code="bench", at=NOW)
    branch = queries.branch_ids()["B1"]
    keys = range(1, KEPT + 1)
    customers.publish_answers(
        night, branch, standings=[*(_standing(key) for key in keys), *crowd.standings(_standing, beside)],
        holdings=[_holding(key, n) for key in keys for n in range(3)],
        month_ends=[_month_end(key, n) for key in keys for n in range(MONTHS)],
    )  # fmt: skip
    work.publish_plan(
        night, branch, opportunities=[_opportunity(key, n) for key in keys for n in range(1 + key % 3)],
        lines=[_line(place) for place in range(1, PLANNED + 1)],
        quotas=[{"keeper_no": "S1", "day_on": TODAY, "channel": way, "quota": 20, "customers": KEPT} for way in WAYS],
    )  # fmt: skip
    people.flip(branch, night)
    people.finish_night(night, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("select public_id from customers_customer where key <= %s order by key", [PLANNED])
        return [row[0] for row in cursor.fetchall()]


def _persons() -> dict[str, Any]:
    return {
        "branches": [{"branch_no": "B1", "name": "测试支行"}],
        "staff": [STAFF],
        "customers": [_customer(key) for key in range(1, KEPT + 1)],
        "accounts": [
            {"account": key * 10 + n, "customer": key, "account_no": f"6222{key:06}{n}", "kind": "current",
             "opened_on": date(2020, 1, 1)}
            for key in range(1, KEPT + 1) for n in range(3)
        ],
        "consents": [
            {"customer": key, "purpose": "marketing", "granted": True, "changed_on": date(2025, 1, 1),
             "evidence": "签字"}
            for key in range(1, KEPT + 1)
        ],
    }  # fmt: skip


def _customer(key: int) -> dict[str, Any]:
    return {
        "customer": key, "customer_no": f"C{key:06}", "name": "赵钱孙李周吴郑王"[key % 8] + "明远", "kind": "personal",
        "gender": "男", "birth_on": f"19{50 + key % 40}-05-17", "id_no": f"3601021963{key:08}",
        "address": "某市某区某路 8 号", "phone": f"138{key:08}", "email": "a@example.com",
        "opened_on": date(2018, 1, 1), "branch_no": "B1", "keeper_no": "S1", "risk_grade": "C3",
        "risk_on": date(2026, 1, 1),
    }  # fmt: skip


def _contact(n: int) -> dict[str, Any]:
    day = TODAY - timedelta(days=60 + n // KEPT)
    return {"contact": n + 1, "customer": n % KEPT + 1, "staff_no": "S1", "day_on": day, "at_time": None,
            "channel": "call", "outcome": "reached", "seconds": 90, "note": "问了近况"}  # fmt: skip


def _standing(key: int) -> dict[str, Any]:
    return {"customer": key, "tier": "ABC"[key % 3], "entitlement": "gold", "balance_fen": key * 10**6,
            "average_fen": key * 10**6, "gap_fen": 10**6, "in30_fen": 10**5, "out30_fen": 10**4, "value_fen": 10**5,
            "last_move_on": DAY, "last_contact_on": TODAY - timedelta(days=60), "policy": "bench"}  # fmt: skip


def _holding(key: int, n: int) -> dict[str, Any]:
    return {"customer": key, "holding": key * 10 + n, "account": key * 10 + n, "product_no": f"P{n}", "kind": "deposit",
            "amount_fen": 10**7, "started_on": date(2026, 1, 1), "matures_on": TODAY + timedelta(days=7 + n),
            "rate_bp": 150, "auto_renew": False}  # fmt: skip


def _month_end(key: int, n: int) -> dict[str, Any]:
    year, month = divmod(2026 * 12 + 10 - n, 12)
    return {"customer": key, "day_on": date(year, month + 1, 1) - timedelta(days=1), "balance_fen": key * 10**6 + n,
            "average_fen": key * 10**6, "net_fen": n}  # fmt: skip


def _opportunity(key: int, n: int) -> dict[str, Any]:
    kind = KINDS[(key + n) % len(KINDS)]
    return {
        "customer": key, "account": None, "kind": kind, "duty": False, "marketing": False,
        "step": "t-7" if kind == "maturity" else None, "product": "deposit", "amount_fen": 5 * 10**7,
        "due_on": TODAY + timedelta(days=7), "expires_on": TODAY + timedelta(days=30), "gain_fen": 10**4 * (n + 1),
        "evidence": '{"silent_days": 90, "line": "gold", "direction": "out"}', "policy": "bench",
    }  # fmt: skip


def _line(place: int) -> dict[str, Any]:
    reasons = ", ".join(
        f'{{"kind": "{KINDS[(place + n) % len(KINDS)]}", "fen": {10**4}, "figures": {{"amount_fen": {10**7}}}}}'
        for n in range(1 + place % 3)
    )
    way = WAYS[place % 3]
    return {"customer": place, "keeper_no": "S1", "day_on": TODAY, "place": place, "channel": way, "task_group": way,
            "value_fen": 10**4 * (1 + place % 3), "price_fen": 500, "reasons": f"[{reasons}]", "beat": "{}",
            "policy": "bench"}  # fmt: skip


# ---------------------------------------------------------------- the pages


WORDS = {"a sound": "zhao", "initials": "zmy", "a slip": "zhaomignyuan", "a phone": "13800000007"}
"""What is searched for: each finds somebody."""


def searches(site: Any, rounds: int, whose: str) -> dict[str, Figures]:
    """The list under the box, for each kind of words."""
    part = {"HTTP_HX_REQUEST": "true"}
    return {
        f"a search {whose}: {what}": measure(
            lambda n, words=words: site.post("/search/", {"words": words}, **part), rounds
        )  # type: ignore[misc]
        for what, words in WORDS.items()
    }


def walk(
    customers: list[Any], rounds: int, *, head: bool = False
) -> tuple[dict[str, Figures], dict[str, dict[str, Figures]]]:
    """Two pages with and without the second lock and the trail, in turns; then every page so many times, signed in,
    the writes last.
    """
    from django.test import Client

    site = Client(SERVER_NAME="localhost")
    empty = measure(lambda n: site.get("/login"), rounds)
    site.post("/login", {"staff_no": "S1", "password": "a-morning-of-work"})
    part = {"HTTP_HX_REQUEST": "true"}

    def write(n: int) -> Any:
        if n % PLANNED == 0:
            a_morning_again()
        written = n % PLANNED
        told = {"channel": "message", "outcome": "sent", "request_key": f"bench-{n}", "version": 0, "written": written}
        return site.post(f"/today/{customers[written]}/outcome/", told, **part)

    def of(address: str) -> Callable[[int], Any]:
        return lambda n: site.get(address.format(customers[n % PLANNED]), **({} if "?" in address else part))

    guards = {
        "the day's list and first brief": in_turns(lambda n: site.get("/today/"), rounds),
        "the customer page": in_turns(lambda n: site.get(f"/customers/{customers[n % PLANNED]}/"), rounds),
        "— the rest of it": in_turns(of("/customers/{}/rest/"), rounds),
    }
    found = {
        "an empty page (sign in)": empty,
        "the day's list and first brief": measure(lambda n: site.get("/today/"), rounds),
        "the list opened at a customer": measure(of("/today/{}/?group="), rounds),
        "a brief alone": measure(of("/today/{}/"), rounds),
        "the customer page": measure(lambda n: site.get(f"/customers/{customers[n % PLANNED]}/"), rounds),
        "— the rest of it, by itself": measure(of("/customers/{}/rest/"), rounds),
        "the book": measure(lambda n: site.get("/customers/"), rounds),
        **searches(site, rounds, "of hers"),
        "an outcome written, and on": measure(write, rounds),
    }
    if head:
        site = Client(SERVER_NAME="localhost")
        site.post("/login", {"staff_no": crowd.HEAD, "password": "a-morning-of-work"})
        found["the branch's book"] = measure(lambda n: site.get("/customers/"), rounds)
        for what, asked in TABLES.items():
            found[f"— {what}"] = measure(lambda n, asked=asked: site.get(f"/customers/?{asked}"), max(rounds // 5, 5))
        found |= searches(site, rounds, "of the branch")
    return found, guards


def a_morning_again() -> None:
    """Nothing written on the day yet: over a connection of its own, whose work is not counted."""
    import psycopg

    from guanhu.cli.database import database

    told = database(var_folder(), "night")
    with psycopg.connect(
        host=told["HOST"], port=told["PORT"], user=told["USER"], password=told.get("PASSWORD"), dbname=told["NAME"]
    ) as night:
        night.execute("delete from work_promise where made_on = %s", [TODAY])
        night.execute("delete from work_touch where source = 'own' and day_on = %s", [TODAY])


TABLES = {
    "by days without contact": "sort=-silent",
    "two conditions, many found": "where=stage:known~balance:5..",
    "three conditions, nobody found": "where=tier:A~stage:friend~marketing:yes",
    "in groups by stage": "group=stage",
    "side by side by stage": "board=stage",
}
"""Other ways to ask the list of a branch."""
BLOCK = 50
"""Requests in a row of one kind: a change of the reader's role lets the database plan anew."""


GUARDS = {"rows": "guanhu.web.routes.look_as", "trail": "guanhu.apps.audit.trail.note"}
"""What is taken out to see what it costs."""
WITHOUT: dict[str, tuple[str, ...]] = {"nothing": (), "rows": ("rows",), "trail": ("trail",), "both": tuple(GUARDS)}


def in_turns(ask: Callable[[int], Any], rounds: int) -> dict[str, Figures]:
    """The page as shipped and without its guards, block by block in one run, so that all meet the same machine."""
    spent: dict[str, list[float]] = {kind: [] for kind in WITHOUT}
    database, queries = dict.fromkeys(WITHOUT, 0.0), {}
    for block in range(1 + max(1, rounds // BLOCK)):
        for kind, guards in WITHOUT.items():
            with without(guards):
                server, used, queries[kind] = _block(ask, block)
            if block:  # the first block of each does not count
                spent[kind] += server
                database[kind] += used
    return {
        kind: Figures(statistics.median(spent[kind]), database[kind] / len(spent[kind]), queries[kind])
        for kind in WITHOUT
    }


def _block(ask: Callable[[int], Any], block: int) -> tuple[list[float], float, int]:
    from django.db import connection

    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    spent, before = [], _database_ms(backend)
    for n in range(BLOCK):
        begun = time.process_time()
        _sound(ask(block * BLOCK + n))
        spent.append((time.process_time() - begun) * 1000)
    used = _database_ms(backend) - before
    with _counted() as count:
        _sound(ask(block))
    return spent, used, len(count)


@contextmanager
def without(guards: tuple[str, ...]) -> Iterator[None]:
    """The same pages without these guards, for the length of a block: in this process alone."""
    with ExitStack() as taken:
        for guard in guards:
            taken.enter_context(patch(GUARDS[guard], lambda *told, **more: None))
        yield


def measure(ask: Callable[[int], Any], rounds: int) -> Figures:
    """Ask so many times after a few that do not count."""
    from django.db import connection

    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    for n in range(WARM):
        _sound(ask(n))
    spent, before = [], _database_ms(backend)
    for n in range(WARM, WARM + rounds):
        begun = time.process_time()
        _sound(ask(n))
        spent.append((time.process_time() - begun) * 1000)
    database = (_database_ms(backend) - before) / rounds
    with _counted() as count:
        _sound(ask(WARM + rounds))
    return Figures(statistics.median(spent), database, len(count))


def _sound(response: Any) -> None:
    if response.status_code != 200:
        raise SystemExit(f"{response.request['PATH_INFO']}: {response.status_code}")


def _database_ms(backend: int) -> float:
    """CPU the connection's own process has used so far, as the kernel's scheduler counts it."""
    return int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e6


@contextmanager
def _counted() -> Iterator[list[str]]:
    from django.db import connection

    asked: list[str] = []

    def note(execute: Any, statement: str, *rest: Any) -> Any:
        asked.append(statement)
        return execute(statement, *rest)

    with connection.execute_wrapper(note):
        yield asked


def _guards_table(guards: dict[str, dict[str, Figures]], rounds: int) -> Table:
    table = Table(title=f"with and without row security and trail, in turns, {rounds} rounds each; CPU ms",
                  title_justify="left")  # fmt: skip
    for heading in ("page", "as shipped", "no rows", "no trail", "neither", "ratio", "more, ms", "queries"):
        table.add_column(heading, justify="left" if heading == "page" else "right")
    for name, found in guards.items():
        shipped, neither = found["nothing"], found["both"]
        table.add_row(name, *(f"{one.both:.1f}" for one in found.values()), f"{shipped.both / neither.both:.2f}",
                      f"{shipped.both - neither.both:+.1f}", f"{shipped.queries} · {neither.queries}")  # fmt: skip
    return table


def _table(found: dict[str, Figures], rounds: int) -> Table:
    table = Table(title=f"{PLANNED} lines, {KEPT} customers, {rounds} rounds; CPU ms", title_justify="left")
    for heading in ("page", "server", "database", "together", "of an empty page", "queries"):
        table.add_column(heading, justify="left" if heading == "page" else "right")
    floor = next(iter(found.values())).both
    for name, one in found.items():
        table.add_row(name, f"{one.server:.1f}", f"{one.database:.1f}", f"{one.both:.1f}", f"{one.both / floor:.1f}×",
                      str(one.queries))  # fmt: skip
    return table


if __name__ == "__main__":
    import sys

    raise SystemExit(main(sys.argv[1:]))
