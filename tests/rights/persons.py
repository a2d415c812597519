"""A hundred invented persons, each with a word and numbers nobody else has, put in through the bank's own files."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import duckdb
from django.conf import settings
from django.db import connection

from guanhu.apps.audit.canonical import person_id
from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.living import actions as living
from guanhu.apps.customers.living.shapes import DayWords, FactWords
from guanhu.apps.customers.models import Customer
from guanhu.apps.customers.relations import actions as relations
from guanhu.apps.customers.relations.shapes import TieWords
from guanhu.apps.customers.serving import actions as serving
from guanhu.apps.customers.serving.shapes import CourseWords
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.models import Staff
from guanhu.apps.people.queries import viewer_of
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work import actions as work
from guanhu.apps.work import queries as work_queries
from guanhu.apps.work.file import queries as work_files
from guanhu.engine import tables
from guanhu.engine.lake import Lake
from guanhu.feeds.keys import Keys
from guanhu.night import run
from guanhu.rules.identifiers import check_sign
from guanhu.rules.kinds import Calendar
from guanhu.rules.living import DateKind, FactKind, HeardFrom, Whose
from guanhu.rules.relations import Bond
from guanhu.rules.serving import CourseKind
from tests.night.town import FIRST, FRIDAY, NOW, SATURDAY, SUNDAY, Town, delivery

KEPT_ASIDE_EVERY = 3


@dataclass(frozen=True)
class Person:
    """One person and everything written of her."""

    number: str
    word: str
    """Stands in her name, her address, the notes about her: wherever people write."""
    phone: str
    id_no: str
    account: str
    card: str
    aside: bool
    """A row of hers was kept aside, too."""

    @property
    def signs(self) -> tuple[str, ...]:
        """What nobody else has."""
        return (self.number, self.word, self.phone, self.id_no, self.account, self.card)


def hundred(count: int, seed: int = 7) -> list[Person]:
    """So many persons."""
    dice = random.Random(seed)

    def digits(head: str, length: int) -> str:
        return head + "".join(dice.choices("0123456789", k=length - len(head)))

    def identity() -> str:
        first = digits("3601021970", 17)
        return first + check_sign(first)

    return [
        Person(f"P{n:05d}", "词" + "".join(dice.choices("bcdfghjklmnqrstvwxz", k=12)), digits("137", 11), identity(),
               digits("6222", 16), digits("6217", 16), n % KEPT_ASIDE_EVERY == 0)
        for n in range(count)
    ]  # fmt: skip


def files(persons: list[Person], first: date, last: date) -> dict[str, list[dict[str, str]]]:
    """The town's delivery with these persons in every file; some of their rows break a rule."""
    rows = delivery(first, last)
    for n, one in enumerate(persons):
        rows["customers"].append({
            "customer_no": one.number, "kind": "personal", "branch_no": "B1", "keeper_no": "S1",
            "opened_on": "2015-01-01", "name": f"赵{one.word}", "birth_on": "1970-03-03", "phone": one.phone,
            "id_no": one.id_no, "address": f"南昌市东湖区{one.word}", "email": f"{one.word[1:]}@example.com",
            "occupation": one.word, "risk_grade": "C2", "risk_on": "2026-03-01",
        })  # fmt: skip
        rows["accounts"].append({"account_no": one.account, "card_no": one.card, "customer_no": one.number,
                                 "kind": "current", "opened_on": "2015-01-01"})  # fmt: skip
        rows["holdings"].append({
            "holding_no": f"HP{n}", "account_no": one.account, "product_no": "P1", "started_on": "2025-11-24",
            "amount": str(2_000_000 if n < 4 else 10_000 + n), "rate": "1.45", "auto_renew": "N",
            "matures_on": "2026-11-24" if n < 4 else "2026-12-24",
        })  # fmt: skip
        rows["consents"].append({"customer_no": one.number, "purpose": "marketing", "granted": "Y",
                                 "changed_on": "2026-01-05"})  # fmt: skip
        rows["complaints"].append({"complaint_no": f"XP{n}", "customer_no": one.number, "opened_on": "2026-09-10",
                                   "closed_on": "2026-09-12", "subject": f"关于{one.word}"})  # fmt: skip
        if first == FIRST:
            rows["balances"].append({"account_no": one.account, "day_on": FIRST.isoformat(), "balance_before": "0",
                                     "balance": str(50_000 + n)})  # fmt: skip
            rows["contacts"].append({"contact_no": f"KP{n}", "customer_no": one.number, "staff_no": "S1",
                                     "day_on": "2026-11-17", "channel": "call", "seconds": "90", "outcome": "reached",
                                     "note": f"说起{one.word}"})  # fmt: skip
            rows["transactions"].append({"move_no": f"MP{n}", "account_no": one.account, "day_on": "2026-11-18",
                                         "amount": str(100 + n), "direction": "in", "kind": "transfer",
                                         "channel": "app"})  # fmt: skip
            if one.aside:
                rows["transactions"].append({"move_no": f"MQ{n}", "account_no": one.account, "day_on": "2026-11-19",
                                             "amount": "1", "direction": "sideways", "kind": "transfer",
                                             "channel": "app"})  # fmt: skip
    return rows


def move_in(town: Town, persons: list[Person]) -> None:
    """Two nights of the bank's files, and a morning's work on each of them in between and after."""
    keys = Keys(settings.GUANHU_LAKE_KEY)
    for day, first in ((FRIDAY, FIRST), (SATURDAY, SATURDAY), (SUNDAY, SUNDAY)):
        task = replace(town.task(day, town.send(day, files(persons, first, day))), keys=keys, accept_quarantine=True)
        run.run(task, now=lambda: NOW, code="test")
        if day == FRIDAY:
            for one in persons:
                at_the_desk(one, day)
            for one, other in zip(persons[::2], persons[1::2], strict=False):
                tie(one, other)


def at_the_desk(one: Person, day: date) -> None:
    """Her file is opened, a contact with a promise is written down, marketing refused, the stage moved."""
    shen = keeper()
    row = Customer._base_manager.get(customer_no=one.number)
    card = work_files.card(shen, row.public_id)
    brief = work_queries.brief(shen, row.public_id, "zh")
    assert card
    assert brief
    work.record_touch(
        by=shen, customer=row.public_id, day=card.day, now=NOW, channel="call", outcome="no_answer",
        request_key=one.number, said=f"留言{one.word}", retry_on=card.day + timedelta(days=2), version=brief.version,
    )  # fmt: skip
    with suppress(Refused):  # who is not on today's list has no line to set aside
        work.defer(by=shen, customer=row.public_id, day=card.day, now=NOW, reason=f"等{one.word}")
    customers.refuse_marketing(by=shen, customer=row.public_id, day=card.day, now=NOW, evidence=f"口头{one.word}")
    words = DayWords(
        DateKind.OTHER, Whose.PARENT, Calendar.LUNAR, 9, 9, person=f"家人{one.word}", about=f"看望{one.word}"
    )
    living.keep_day(by=shen, customer=row.public_id, said=words, today=card.day, now=NOW)
    fact = FactWords(FactKind.FAMILY, f"在{one.word}上班", HeardFrom.CUSTOMER, card.day, whose=Whose.SPOUSE,
                     person=f"爱人{one.word}")  # fmt: skip
    living.keep_fact(by=shen, customer=row.public_id, said=fact, today=card.day, now=NOW)
    goal = CourseWords(CourseKind.GOAL, f"留住{one.word}", f"管{one.word}")
    serving.keep_course(by=shen, customer=row.public_id, said=goal, now=NOW)
    customers.set_stage(by=shen, customer=row.public_id, stage="accepted", current=row.stage, note=f"认识{one.word}",
                        day=card.day, now=NOW)  # fmt: skip


def tie(one: Person, other: Person) -> None:
    """Two of them are of one household."""
    ids = [Customer._base_manager.get(customer_no=each.number).public_id for each in (one, other)]
    relations.relate(by=keeper(), customer=ids[0], other=ids[1], said=TieWords(Bond.PARENT, household=True), now=NOW)


def keeper() -> Viewer:
    """沈知微 of the small town."""
    viewer = viewer_of(Staff.objects.get(staff_no="S1"))
    assert viewer is not None
    return viewer


# ---------------------------------------------------------------- the oracle: tables and files read as they lie


def in_the_database(one: Person) -> Counter[str]:
    """Rows of each table that hold her key, her number, or the trail's number of her, whatever the columns."""
    key = Customer._base_manager.get(customer_no=one.number).key
    signs = [str(key), one.number, str(person_id(settings.GUANHU_TRAIL_KEY, key))]
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        for (table,) in cursor.fetchall():
            wanted = r"(?<![0-9A-Za-z])(" + "|".join(signs) + r")(?![0-9A-Za-z])"
            cursor.execute(f"select count(*) from {table} t where to_jsonb(t)::text ~ %s", [wanted])
            if rows := cursor.fetchone()[0]:
                found[table] = rows
    return found


def keys_of(one: Person) -> list[str]:
    """Her key and her account's, as they would be written."""
    keys = Keys(settings.GUANHU_LAKE_KEY)
    return [str(keys.key("customer", one.number)), str(keys.key("account", one.account))]


def in_the_lake(one: Person, lake: Lake) -> Counter[tuple[str, str]]:
    """Rows of each part of each table that hold her key or an account's key, whatever the columns."""
    signs = [*keys_of(one), one.number]
    wanted = rf"(^|[^0-9A-Za-z])({'|'.join(signs)})($|[^0-9A-Za-z])"
    files = {
        (table.path, day.isoformat()): lake.path(table, day) for table in tables.TABLES for day in lake.days(table)
    }
    every = _as_texts(tuple((*part, str(file), file.stat().st_mtime_ns) for part, file in files.items()))
    asked = "select path, day, count(*) from every_row where regexp_matches(said, ?) group by path, day"
    return Counter({(path, day): rows for path, day, rows in every.execute(asked, [wanted]).fetchall()})


@cache
def _as_texts(parts: tuple[tuple[str, str, str, int], ...]) -> duckdb.DuckDBPyConnection:
    """Every row of these files as a text, read once."""
    sql = duckdb.connect()
    sql.execute("create table every_row (path text, day text, said text)")
    for path, day, file, _moment in parts:
        rows = f"read_parquet('{file}', hive_partitioning = false)"
        sql.execute(f"insert into every_row select ?, ?, t::varchar from {rows} t", [path, day])
    return sql
