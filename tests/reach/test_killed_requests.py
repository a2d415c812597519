"""A request killed at any moment leaves the effect with its record, or neither. Reliability B1."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.models import Customer
from tests import cast as people
from tests import doors
from tests.databases import working_in
from tests.factories import NOW, customer_row

ROOT = Path(__file__).resolve().parents[2]
WINDOWS = ("read", "effect", "record", "commit", "answer")
SHARES = {"read": 0.1, "effect": 0.3, "record": 0.25, "commit": 0.2, "answer": 0.15}
"""In which window how many of the kills are meant to land: the next is laid where most are lacking."""
KILLS, LEAST = 500, 20
CUSTOMERS, PLANNED = 600, 30

EFFECTS = """
    select 'touch', public_id::text from work_touch where source = 'own'
    union all select 'touch_undo', public_id::text from work_touch where undone_at is not null
    union all select 'defer', public_id::text from work_deferral
    union all select 'defer_undo', public_id::text from work_deferral where undone_at is not null
    union all select 'consent', c.public_id::text from customers_consent x
        join customers_customer c on c.key = x.customer_id where x.source = 'own'
    union all select 'stage', c.public_id::text from customers_stagerecord x
        join customers_customer c on c.key = x.customer_id where x.source = 'own'
    union all select 'file', item::text from customers_importantday
    union all select 'file', item::text from customers_fact
    union all select 'merge', public_id::text from customers_merge
    union all select 'split', public_id::text from customers_merge where split_at is not null
    union all select 'file', item::text from customers_relation
    union all select 'file', item::text from customers_course
    union all select 'file', item::text from customers_offer
    union all select 'file', item::text from customers_intention
    union all select 'reveal', c.public_id::text from customers_reveal x
        join customers_customer c on c.key = x.customer_id
"""
RECORDS = """
    select case action when 'call' then 'reveal' else action end, object_id from audit_entry
    where result = 'done' and action in
        ('touch', 'touch_undo', 'defer', 'defer_undo', 'consent', 'stage', 'file', 'reveal', 'call', 'merge', 'split')
"""
HALF_MERGED = """
    select c.public_id::text from customers_customer c where (c.merged_into_id is not null) <> exists (
        select from customers_merge m
        where m.joined_id = c.key and m.customer_id is not distinct from c.merged_into_id and m.split_at is null)
"""
CHAINS = """
    select c.chain from audit_chain c where c.seq <> (select count(*) from audit_entry e where e.chain = c.chain)
        or c.hash <> (select hash from audit_entry e where e.chain = c.chain and e.seq = c.seq)
"""


@dataclass
class Desk:
    """周予安's desk: what may be asked next, and what became of it."""

    database: str
    admin: psycopg.Connection[Any]
    cookies: str
    customers: list[str]
    children: subprocess.Popen[str]
    dice: random.Random = field(default_factory=lambda: random.Random("killed requests"))
    lasts: dict[tuple[str, str], float] = field(default_factory=dict)
    """Act and window → how long it takes undisturbed, in seconds."""

    def one(self, statement: str) -> str:
        """The first value a statement finds; empty where it finds none."""
        found = self.admin.execute(statement).fetchone()
        return str(found[0]) if found else ""

    def can(self, act: str) -> bool:
        """Is there something left to do this to?"""
        open_rows = {"undo": "work_touch where source = 'own' and", "undo_defer": "work_deferral where"}
        if act == "split":
            return self.one("select count(*) from customers_merge where split_at is null") != "0"
        return act not in open_rows or self.one(f"select count(*) from {open_rows[act]} undone_at is null") != "0"

    def request(self, act: str) -> tuple[str, dict[str, Any]]:
        """Address and form of one more act that will have an effect."""
        mine = self.customers
        touch = "select public_id from work_touch where source = 'own' and undone_at is null order by id limit 1"
        aside = "select public_id from work_deferral where undone_at is null order by id limit 1"
        merged = "select public_id from customers_merge where split_at is null order by id limit 1"
        planned = (
            "select c.public_id from work_planline l join customers_customer c on c.key = l.customer_id"
            " where c.key between 1000 and 1999 and not exists (select from work_deferral d"
            " where d.customer_id = c.key and d.undone_at is null) limit 1"
        )
        if act == "record":
            return f"/today/{mine.pop()}/outcome/", {
                "outcome": "sent", "channel": "message", "version": "0", "request_key": f"kill-{len(mine)}",
            }  # fmt: skip
        if act == "marketing":
            return f"/customers/{mine.pop()}/marketing/", {"granted": "no"}
        if act == "stage":
            return f"/customers/{mine.pop()}/stage/", {"stage": "accepted", "current": "known", "note": "来过两次"}
        if act == "dates":
            return f"/customers/{mine.pop()}/dates/", {
                "date_kind": "wedding", "whose": "self", "calendar": "solar", "month": "10", "day": "17",
            }  # fmt: skip
        if act == "facts":
            return f"/customers/{mine.pop()}/facts/", {
                "fact_kind": "interest", "fact": "合唱", "heard_from": "customer",
            }  # fmt: skip
        if act == "merge":
            return f"/customers/{mine.pop()}/same/{mine.pop()}/merge/", {"keep": "one"}
        if act == "keep_course":
            return f"/customers/{mine.pop()}/course/keep/", {"course_kind": "goal", "text": "续存"}
        if act == "relations":
            return f"/customers/{mine.pop()}/relations/", {"other": mine[0], "bond": "friend"}
        if act == "call":
            return f"/today/{self.dice.choice(mine[:40])}/call/", {"channel": "call"}
        return {
            "defer": (f"/today/{self.one(planned)}/defer/", {"reason": "客户出差"}),
            "split": (f"/customers/duplicates/{self.one(merged)}/split/", {"group": ""}),
            "undo": (f"/today/undo/{self.one(touch)}/", {"group": ""}),
            "undo_defer": (f"/today/undo-deferral/{self.one(aside)}/", {"group": ""}),
            "customer": (f"/customers/{mine[0]}/", {}),
        }[act]

    def ask(self, act: str, window: str = "", seconds: float = 0.0, *, broken: bool = False) -> tuple[int, list[str]]:
        """Have one act asked for in a process of its own; its exit code and how far it came."""
        address, sent = self.request(act)
        self.admin.execute(
            "update people_signin set seen_at = %s, confirmed_at = %s where ended_at is null", [NOW, NOW]
        )
        order = {"database": self.database, "cookies": self.cookies, "now": NOW.isoformat(), "address": address,
                 "sent": sent, "window": window, "seconds": seconds, "broken": broken}  # fmt: skip
        assert self.children.stdin
        assert self.children.stdout
        self.children.stdin.write(json.dumps(order) + "\n")
        self.children.stdin.flush()
        answer = json.loads(self.children.stdout.readline())
        assert answer["code"] in (0, -signal.SIGKILL), "the request broke down: see its trace above"
        self.wait()
        return answer["code"], answer["said"]

    def wait(self) -> None:
        """Until the database has noticed that the process is gone."""
        for _ in range(500):
            gone = "select count(*) from pg_stat_activity where usename = 'guanhu_app' and datname = current_database()"
            if self.one(gone) == "0":
                return
            time.sleep(0.002)
        raise AssertionError("the connection of a killed process stays open")

    def unlike(self) -> list[str]:
        """Effects without a record, records without an effect, chains that do not close."""
        effects, records = Counter(self.admin.execute(EFFECTS)), Counter(self.admin.execute(RECORDS))
        found = [f"effect without record: {one}" for one in effects - records]
        found += [f"record without effect: {one}" for one in records - effects]
        found += [f"half merged: {one}" for (one,) in self.admin.execute(HALF_MERGED)]
        return found + [f"chain {chain} does not close" for (chain,) in self.admin.execute(CHAINS)]

    def looked(self) -> int:
        """How often the trail says that somebody opened a file."""
        return int(self.one("select count(*) from audit_entry where action = 'customer_view'"))


ACTS = ("record", "undo", "defer", "undo_defer", "marketing", "stage", "dates", "facts", "relations", "keep_course",
        "call", "merge", "split")  # fmt: skip


@pytest.fixture(scope="module")
def desk(own_database: str, django_db_blocker: Any, postgres_server: Any) -> Iterator[Desk]:
    """The bank with 周予安's customers, and the processes that ask for her."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=True), working_in(own_database):
        cast = people.enter()
        people.plan_size(cast.zhou, PLANNED)
        told = {"keeper_no": "S02", "phone": "13800001234"}
        rows = [customer_row(key, **told) for key in (*range(1000, 1000 + PLANNED), *range(2000, 2000 + CUSTOMERS))]
        customers.take_in({"customers": [*people.CUSTOMERS, *rows]})
        site = doors.signed_in("S02")
        mine = Customer.objects.for_system("the desk").filter(key__gte=2000).order_by("key")
        ids = [str(one) for one in mine.values_list("public_id", flat=True)]
        cookies = site.cookies.output(header="").strip()
    with psycopg.connect(postgres_server.url(own_database, "night"), autocommit=True) as admin, asking() as children:
        made = Desk(own_database, admin, cookies, ids, children)
        rehearse(made)
        yield made


@contextmanager
def asking() -> Iterator[subprocess.Popen[str]]:
    """The process that has the pages loaded and forks for each request."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.reach.dying"], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=env,
    ) as children:  # fmt: skip
        yield children


def rehearse(desk: Desk) -> None:
    """Each act twice undisturbed, the second time with an eye on how long it stays in each window."""
    for act in (*ACTS, "customer"):
        for _ in range(2):
            code, said = desk.ask(act)
            assert (code, said[-1]) in ((0, "status 200"), (0, "status 302")), f"{act}: {said}"
            moments = [(line.split()[0], float(line.split()[1])) for line in said[:-1]]
            ends = [at for _, at in moments[1:]]
            for (window, begun), end in zip(moments, [*ends, moments[-1][1] + 0.0005], strict=True):
                desk.lasts[act, window] = end - begun
    assert {window for _, window in desk.lasts} == set(WINDOWS)
    assert desk.unlike() == []


def killed(desk: Desk, wanted: int, least: float = 0, *, broken: bool = False) -> Counter[str]:
    """So many requests killed, so many in each window; where they were. Stops at the first that left a difference."""
    landed: Counter[str] = Counter()
    late = 0
    while landed.total() < wanted or any(landed[one] < least for one in WINDOWS):
        window = min(WINDOWS, key=lambda one: landed[one] / SHARES[one])
        act = desk.dice.choice([one for one in ACTS if (one, window) in desk.lasts and desk.can(one)])
        after = max(0.0, desk.dice.random() - 0.3) * desk.lasts[act, window]
        code, said = desk.ask(act, window, after, broken=broken)
        at = said[-1].split()[0]
        if code and at in WINDOWS:
            landed[at] += 1
        else:
            late += 1
            assert late < 50 + wanted, f"no kill lands: {said}"
        if desk.unlike():
            break
    return landed


@pytest.mark.slow
@pytest.mark.long
def test_no_effect_without_its_record_and_no_record_without_its_effect(desk: Desk, gate_share: float):
    wanted = round(KILLS * gate_share)
    landed = killed(desk, wanted, LEAST * gate_share)
    assert desk.unlike() == []
    assert wanted <= landed.total() <= 2 * wanted
    assert sum(landed[one] for one in ("read", "effect", "record", "commit")) >= 0.6 * wanted
    assert all(landed[one] >= LEAST * gate_share for one in WINDOWS)
    opened_unseen = desk.looked()
    code, said = desk.ask("customer")
    assert (code, said[-1]) == (0, "status 200")
    assert desk.looked() > opened_unseen


@pytest.mark.slow
@pytest.mark.long
def test_a_file_that_was_shown_is_on_the_trail_wherever_the_process_died(desk: Desk, gate_share: float):
    for _ in range(round(100 * gate_share)):
        before = desk.looked()
        window = desk.dice.choice([one for one in WINDOWS if ("customer", one) in desk.lasts])
        _, said = desk.ask("customer", window, desk.lasts["customer", window] * desk.dice.random())
        shown = any(line.startswith(("answer", "status")) for line in said)
        assert desk.looked() > before or not shown


@pytest.mark.slow
@pytest.mark.long
def test_a_trail_that_is_written_after_the_commit_is_found_out(desk: Desk):
    killed(desk, 60, broken=True)
    assert any("effect without record" in said for said in desk.unlike())
