"""The trail's benchmark: writing, searching, sealing and verifying it at a million records.

``python -m bench.trail [--records N]`` makes a bank of its own below ``$GUANHU_VAR/bench-trail``, on the embedded
database with its writes forced to disk as always. Records are those of a working day: mostly a customer looked at,
every fifth a list of fifty.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from rich.console import Console
from rich.table import Table

from guanhu.cli.places import secret, var_folder

BEGIN = datetime(2026, 1, 5, 0, 30, tzinfo=UTC)
BRANCHES, KEEPERS, CUSTOMERS = 64, 1_280, 300_000
LISTED, PAGE = 5, 50
WRITERS, EACH = 8, 500
RECORDS = 1_000_000
BLOCK = 5_000
SEED = 20261123


def main(arguments: list[str] | None = None) -> int:
    """Write, seal, search, verify, and print the figures; 0 when the trail verified whole."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=RECORDS)
    records = parser.parse_args(arguments).records
    folder = var_folder() / "bench-trail"
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.update(GUANHU_VAR=str(folder), GUANHU_LOG="error")
    os.environ.pop("DATABASE_URL", None)
    from guanhu.cli import postgres
    from guanhu.cli.bank import open_bank

    console = Console()
    with open_bank() as bank, console.status("…") as status:
        with postgres.running(folder) as server:
            address = server.url(postgres.DATABASE) if server else ""
        found: list[tuple[str, str]] = []
        for chains in (BRANCHES, 1):
            status.update(f"{WRITERS} writers, {chains} chains …")
            found.append((f"written by {WRITERS} connections on {chains} chains", _rate(write(address, chains), "s")))
        status.update("filling …")
        fill(address, records)
        status.update("searching …")
        found += search()
        status.update("sealing and verifying …")
        whole, more = seal_and_verify(address, bank.var)
        found += more
    table = Table("what", "figure", title=f"the trail at {records:,} records", title_justify="left")
    for row in found:
        table.add_row(*row)
    console.print(table)
    return 0 if whole else 1


def record(rng: Any, number: int, at: datetime) -> tuple[str, str]:
    """One record of a working day, as the product writes it, and the chain it goes to."""
    from guanhu.apps.audit.canonical import canonical, moment

    keeper = int(rng.integers(KEEPERS))
    told: dict[str, Any] = {
        "v": 1, "at": moment(at), "zone": "Asia/Shanghai", "actor": f"S{keeper:05}", "role": "keeper",
        "unit": f"B{keeper % BRANCHES:03}", "session": f"{rng.integers(2**62):032x}", "address": "10.12.7.31",
        "device": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/86.0.4240.198 Safari/537.36",
        "request": f"{rng.integers(2**62):032x}", "result": "done", "policy": "2026-11-01",
    }  # fmt: skip
    if number % LISTED:
        told |= {"action": "customer_view", "kind": "customer", "id": f"{rng.integers(2**62):032x}",
                 "person": _person(rng)}  # fmt: skip
    else:
        people = sorted({_person(rng) for _ in range(PAGE)})
        told |= {"action": "list_view", "kind": "list", "count": len(people), "people": people}
    return told["unit"], canonical(told)


def _person(rng: Any) -> int:
    from django.conf import settings

    from guanhu.apps.audit.canonical import person_id

    return person_id(settings.GUANHU_TRAIL_KEY, int(rng.integers(CUSTOMERS)))


def write(address: str, chains: int) -> float:
    """Records a second, each in a transaction of its own, by several connections at once."""

    def writer(number: int) -> None:
        rng = np.random.default_rng(SEED + number)
        with psycopg.connect(address, autocommit=True) as connection:
            for n in range(EACH):
                chain, text = record(rng, n, BEGIN)
                chain = chain if chains > 1 else "B000"
                connection.execute("select public.audit_append(%s, %s)", [chain, text])

    begun = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(writer, range(WRITERS)))
    return WRITERS * EACH / (time.perf_counter() - begun)


def fill(address: str, records: int) -> None:
    """Records over most of a year, many to a transaction."""
    rng = np.random.default_rng(SEED)
    step = timedelta(days=300) / records
    with psycopg.connect(address, autocommit=True) as connection:
        for start in range(0, records, BLOCK):
            rows = [record(rng, n, BEGIN + step * n) for n in range(start, min(start + BLOCK, records))]
            chains, texts = [row[0] for row in rows], [row[1] for row in rows]
            connection.execute(
                "select count(public.audit_append(c, t)) from unnest(%s::text[], %s::text[]) as r(c, t)",
                [chains, texts],
            )
        connection.execute("analyze")


def search() -> list[tuple[str, str]]:
    """Who saw one customer in twelve months, lists included; what one colleague did."""
    from guanhu.apps.audit.queries import Asked, look_for_system

    since = BEGIN - timedelta(days=60)
    asked = {
        "who saw this customer in 12 months": Asked(customer=17, since=since),
        "what one colleague did": Asked(actor="S00017", since=since),
        "one kind of action": Asked(action="list_view", since=since),
        "the newest, unasked": Asked(since=since),
    }
    return [(what, f"{_median(lambda one=one: look_for_system(one, 'bench')):.1f} ms") for what, one in asked.items()]


def seal_and_verify(address: str, var: Path) -> tuple[bool, list[tuple[str, str]]]:
    """Seal all chains, then check everything with the stand-alone checker."""
    from guanhu.apps.audit import sealing, verify
    from guanhu.rules.policy import SHIPPED

    anchors = var / "anchors" / "seals.jsonl"
    key = secret(var / "secret" / "trail-sign.key")
    begun = time.perf_counter()
    sealing.seal(BEGIN + timedelta(days=301), secret=key, anchors=anchors, policy=SHIPPED)
    sealed = time.perf_counter() - begun
    with psycopg.connect(address, autocommit=True) as connection:
        begun = time.perf_counter()
        report = verify.check_database(connection, anchors, verify.read_keys(anchors.with_suffix(".pub").read_text()))
        spent = time.perf_counter() - begun
    return not report.bad, [
        ("a seal", f"{sealed * 1000:.1f} ms"),
        ("verified", f"{report.records:,} records in {spent:.1f} s, {_rate(report.records / spent * 60, 'min')}"),
    ]


def _median(ask: Any) -> float:
    spent = []
    for _ in range(9):
        begun = time.perf_counter()
        ask()
        spent.append(time.perf_counter() - begun)
    return sorted(spent)[4] * 1000


def _rate(a_unit: float, unit: str) -> str:
    return f"{a_unit:,.0f} a {unit}"


if __name__ == "__main__":
    raise SystemExit(main())
