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
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from rich.console import Console
from rich.table import Table

from bench import crowd
from bench.keeper import KEPT, PLANNED, a_morning_again, make_bank
from guanhu.cli.places import var_folder

ROUNDS = 400
AS_A_BROWSER = "application/x-www-form-urlencoded"
"""How a form is sent; the test client's own way would take the program apart a second time."""


@dataclass(frozen=True)
class Figures:
    """One page: milliseconds of CPU, the middle of all rounds for the server and of all blocks for the database.

    ``quiet``: both together in the quietest block, which is what the page takes where nobody else uses the machine.
    """

    server: float
    database: float
    quiet: float
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
    from guanhu.config.memory import settle

    console = Console()
    with open_bank():
        from django.db import connection

        collect_static()
        with console.status("a bank of its own …"):
            customers = make_bank(beside)
        with as_login(folder, "owner"), connection.cursor() as cursor:
            cursor.execute("vacuum analyze")  # what autovacuum does by and by
        connection.settings_dict["OPTIONS"] = dict(PREPARED)  # as the pages' own login asks
        connection.close()
        settle()  # as the pages' own process does
        found, guards = walk(customers, rounds, head=bool(beside))
    console.print(_table(found, rounds))
    console.print(_guards_table(guards, rounds))
    return 0


# ---------------------------------------------------------------- the pages


Ask = Callable[[int], Any]
Asked = tuple[Ask, tuple[str, ...]]
"""A page, and which of ``GUARDS`` are taken out of it."""
WORDS = {"a sound": "zhao", "initials": "zmy", "a slip": "zhaomignyuan", "a phone": "13800000007"}
"""What is searched for: each finds somebody."""


def searches(site: Any, whose: str) -> dict[str, Asked]:
    """The list under the box, for each kind of words."""
    part: Any = {"HTTP_HX_REQUEST": "true"}

    def of(words: str) -> Ask:
        told = urlencode({"words": words})
        return lambda n: site.post("/search/", told, content_type=AS_A_BROWSER, **part)

    return {f"a search {whose}: {what}": (of(words), ()) for what, words in WORDS.items()}


def walk(
    customers: list[Any], rounds: int, *, head: bool = False
) -> tuple[dict[str, Figures], dict[str, dict[str, Figures]]]:
    """Three pages with and without the second lock and the trail; then every page so many times, signed in, all in
    turns; the writes last.
    """
    from django.test import Client

    site, nobody = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    site.post("/login", {"staff_no": "S1", "password": "a-morning-of-work"})
    part: Any = {"HTTP_HX_REQUEST": "true"}

    def write(n: int) -> Any:
        written = n % (BLOCK + 1)
        told = {"channel": "message", "outcome": "sent", "request_key": f"bench-{n}", "version": 0, "written": written}
        return site.post(f"/today/{customers[written]}/outcome/", urlencode(told), content_type=AS_A_BROWSER, **part)

    def of(address: str, **more: Any) -> Ask:
        return lambda n: site.get(address.format(customers[n % PLANNED]), **more)

    day, file, rest = of("/today/"), of("/customers/{}/"), of("/customers/{}/rest/", **part)
    guards = {
        name: in_turns({kind: (ask, taken) for kind, taken in WITHOUT.items()}, rounds)
        for name, ask in {
            "the day's list and first brief": day,
            "the customer page": file,
            "— the rest of it": rest,
        }.items()
    }
    asked: dict[str, Ask] = {
        "an empty page (sign in)": lambda n: nobody.get("/login"),
        "the day's list and first brief": day,
        "the list opened at a customer": of("/today/{}/?group="),
        "a brief alone": of("/today/{}/", **part),
        "the customer page": file,
        "— the rest of it, by itself": rest,
        "the book": of("/customers/"),
    }
    found = in_turns({**{name: (ask, ()) for name, ask in asked.items()}, **searches(site, "of hers")}, rounds)
    found |= in_turns({"an outcome written, and on": (write, ())}, rounds, begin=a_morning_again)
    return (found | of_a_head(rounds) if head else found), guards


def of_a_head(rounds: int) -> dict[str, Figures]:
    """The list of a whole branch, however it is asked, and searches in it."""
    from django.test import Client

    site = Client(SERVER_NAME="localhost")
    site.post("/login", {"staff_no": crowd.HEAD, "password": "a-morning-of-work"})
    found = in_turns({"the branch's book": (lambda n: site.get("/customers/"), ())}, rounds)
    for what, told in TABLES.items():
        found |= in_turns({f"— {what}": (lambda n, told=told: site.get(f"/customers/?{told}"), ())}, rounds // 5)  # type: ignore[misc]
    return found | in_turns(searches(site, "of the branch"), rounds)


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


def in_turns(
    asked: Mapping[str, Asked], rounds: int, *, begin: Callable[[], None] = lambda: None
) -> dict[str, Figures]:
    """Pages, each with what is taken out of it, block by block in one run, so that all meet the same machine.

    ``begin``: what is made ready before each block, and not counted.
    """
    spent: dict[str, list[float]] = {name: [] for name in asked}
    used: dict[str, list[float]] = {name: [] for name in asked}
    blocks: dict[str, list[float]] = {name: [] for name in asked}
    queries: dict[str, int] = {}
    for block in range(1 + max(1, rounds // BLOCK)):
        for name, (ask, taken) in asked.items():
            begin()
            with without(taken):
                server, database, queries[name] = _block(ask, block)
            if block:  # the first block of each does not count
                spent[name] += server
                used[name].append(database / BLOCK)
                blocks[name].append(statistics.median(server) + database / BLOCK)
    return {
        name: Figures(statistics.median(spent[name]), statistics.median(used[name]), min(blocks[name]), queries[name])
        for name in asked
    }


def _block(ask: Callable[[int], Any], block: int) -> tuple[list[float], float, int]:
    """So many requests, each with its number, and one more whose statements are counted."""
    from django.db import connection

    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    numbers = range(block * (BLOCK + 1), (block + 1) * (BLOCK + 1))
    spent, before = [], _database_ms(backend)
    for n in numbers[:-1]:
        begun = time.process_time()
        _sound(ask(n))
        spent.append((time.process_time() - begun) * 1000)
    used = _database_ms(backend) - before
    with _counted() as count:
        _sound(ask(numbers[-1]))
    return spent, used, len(count)


@contextmanager
def without(guards: tuple[str, ...]) -> Iterator[None]:
    """The same pages without these guards, for the length of a block: in this process alone."""
    with ExitStack() as taken:
        for guard in guards:
            taken.enter_context(patch(GUARDS[guard], lambda *told, **more: None))
        yield


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
    for heading in ("page", "server", "database", "together", "quietest", "of an empty page", "queries"):
        table.add_column(heading, justify="left" if heading == "page" else "right")
    floor = next(iter(found.values())).both
    for name, one in found.items():
        table.add_row(name, f"{one.server:.1f}", f"{one.database:.1f}", f"{one.both:.1f}", f"{one.quiet:.1f}",
                      f"{one.both / floor:.1f}×",
                      str(one.queries))  # fmt: skip
    return table


if __name__ == "__main__":
    import sys

    raise SystemExit(main(sys.argv[1:]))
