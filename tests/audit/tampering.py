"""A trail of three days, and everything somebody with all rights on the database might do to it.

Each way of bending takes a connection as the database's administrator and says which record (or seal) is bad first.
Whoever can do this much also re-computes digests: with ``heal`` a chain is made to agree with itself again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guanhu.apps.audit import sealing, trail, verify
from guanhu.apps.audit.verify import Bad, Report
from guanhu.rules.kinds import TrailAction
from guanhu.rules.policy import Policy
from tests.audit.conftest import Actor

BEGIN = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
CHAINS = ("B1", "B2", "B3")
ROUNDS = 24
SECRET = bytes(range(32))
POLICY = Policy(trail_full_seals=7)
TABLES = ("audit_entry", "audit_chain", "audit_seal")
Expected = tuple[str, int]
"""A chain and a number, or an empty chain and the number of a seal."""


@dataclass
class Town:
    """A bank's trail as it should be, where it lies, and how it was at noon of the second day."""

    address: str
    anchors: Path
    backup_seal: int = 0
    lines: bytes = b""
    last: dict[str, int] | None = None
    """How many records each chain has."""
    sealed: dict[str, list[int]] | None = None
    """Up to where each chain was sealed, seal by seal."""

    def connect(self) -> psycopg.Connection[Any]:
        """As the database's administrator."""
        return psycopg.connect(self.address, autocommit=True)

    def check(self, db: psycopg.Connection[Any]) -> Report:
        """What the checker says."""
        keys = verify.read_keys(self.anchors.with_suffix(".pub").read_text("ascii"))
        return verify.check_database(db, self.anchors, keys)


def write_town(town: Town) -> None:
    """Three days of work on four chains, sealed eight times a day; Django's connection must be open."""
    rng = Random(20261123)
    for number in range(ROUNDS):
        at = BEGIN + timedelta(hours=3 * number)
        with trail.during(trail.Source(session="s", address="10.1.2.3", at=at)):
            for chain in CHAINS:
                for _ in range(rng.randrange(1, 6)):
                    _note(rng, Actor(f"S{rng.randrange(9)}", "keeper", chain))
            if number % 4 == 0:
                trail.note(None, TrailAction.PUBLISH, object=("branch", str(number)))
        sealing.seal(at, secret=SECRET, anchors=town.anchors, policy=POLICY)
        if number == ROUNDS // 2:
            keep(town, "noon")
            town.backup_seal = number + 1
    keep(town, "kept")
    town.lines = town.anchors.read_bytes()
    with town.connect() as db:
        town.last = dict(db.execute("select chain, seq from audit_chain").fetchall())
    town.sealed = {chain: [] for chain in town.last}
    for line in town.lines.splitlines():
        for chain, end in json.loads(json.loads(line)["text"])["heads"].items():
            town.sealed[chain].append(end[0])


def _note(rng: Random, by: Actor) -> None:
    if rng.random() < 0.2:
        trail.note(by, TrailAction.LIST_VIEW, people=rng.sample(range(1000), 8))
    else:
        trail.note(by, TrailAction.CUSTOMER_VIEW, person=rng.randrange(1000), object=("customer", f"p{rng.random()}"))


def keep(town: Town, schema: str) -> None:
    """Lay a copy of the tables aside."""
    with town.connect() as db:
        db.execute(f"create schema {schema}")
        for table in TABLES:
            db.execute(f"create table {schema}.{table} as table public.{table}")


def restore(town: Town, db: psycopg.Connection[Any], schema: str = "kept") -> None:
    """Put a copy back, and with the whole one the file outside as well."""
    with db.transaction():
        for table in TABLES:
            db.execute(f"delete from public.{table}")
            db.execute(f"insert into public.{table} select * from {schema}.{table}")
    if schema == "kept":
        town.anchors.write_bytes(town.lines)


# ---------------------------------------------------------------- the bender's tools


def heal(db: psycopg.Connection[Any], chain: str) -> None:
    """Number a chain anew, re-compute every digest and column, and set its head: it agrees with itself again."""
    rows = db.execute("select ctid::text, record from audit_entry where chain = %s order by seq", [chain]).fetchall()
    db.execute("update audit_entry set seq = seq + 100000 where chain = %s", [chain])
    fresh = db.execute("select record from audit_entry where chain = %s order by seq", [chain]).fetchall()
    assert [row[0] for row in fresh] == [row[1] for row in rows]
    db.execute("delete from audit_entry where chain = %s", [chain])
    db.execute("delete from audit_chain where chain = %s", [chain])
    for (record,) in fresh:
        db.execute("select audit_append(%s, %s)", [chain, record])


def set_head(db: psycopg.Connection[Any], chain: str, seq: int) -> None:
    """Let the head be this record."""
    db.execute(
        "update audit_chain set seq = %s, hash = (select hash from audit_entry where chain = %s and seq = %s)"
        " where chain = %s",
        [seq, chain, seq, chain],
    )


def forged(db: psycopg.Connection[Any], chain: str, seq: int) -> str:
    """The text of a record, bent."""
    (text,) = db.execute("select record from audit_entry where chain = %s and seq = %s", [chain, seq]).fetchone()
    told = json.loads(text)
    told["actor"], told["result"] = "S99", "nothing to see"
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# ---------------------------------------------------------------- ways of bending


@dataclass(frozen=True)
class Bending:
    """One way: what it does, and whether only the seals can show it."""

    name: str
    act: Callable[[Town, psycopg.Connection[Any], Random], Expected]
    hidden: bool
    """The chain agrees with itself afterwards: without the file outside nobody would know."""


def _place(town: Town, rng: Random, *, first: int = 1, spare: int = 0) -> Expected:
    chain = rng.choice(CHAINS)
    return chain, rng.randrange(first, town.last[chain] + 1 - spare)


def edit(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain, seq = _place(town, rng)
    db.execute("update audit_entry set record = %s where chain = %s and seq = %s", [forged(db, chain, seq), chain, seq])
    return chain, seq


def edit_column(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain, seq = _place(town, rng)
    column = rng.choice([column for column, _ in verify.COLUMNS])
    db.execute(f"update audit_entry set {column} = 'bent' where chain = %s and seq = %s", [chain, seq])
    return chain, seq


def hide_person(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain, seq = _place(town, rng)
    change = rng.choice(["at = at + interval '1 day'", "person = 77, people = '{}'", "people = people || 5::bigint"])
    db.execute(f"update audit_entry set {change} where chain = %s and seq = %s", [chain, seq])
    return chain, seq


def edit_and_rehash_one(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain, seq = _place(town, rng, spare=1)
    text = forged(db, chain, seq)
    (prev,) = db.execute("select prev from audit_entry where chain = %s and seq = %s", [chain, seq]).fetchone()
    made = sha256(f"guanhu-trail-1\n{chain}\n{seq}\n{bytes(prev).hex()}\n{text}".encode()).digest()
    db.execute(
        "update audit_entry set record = %s, actor = 'S99', result = 'nothing to see', hash = %s"
        " where chain = %s and seq = %s",
        [text, made, chain, seq],
    )
    return chain, seq


def edit_and_rehash_all(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain, seq = edit(town, db, rng)
    heal(db, chain)
    return chain, seq


def delete(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain, seq = _place(town, rng, spare=1)
    db.execute("delete from audit_entry where chain = %s and seq = %s", [chain, seq])
    return chain, seq


def delete_and_rehash(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain, seq = delete(town, db, rng)
    heal(db, chain)
    return chain, seq


def insert(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain, seq = _place(town, rng, first=2)
    db.execute("update audit_entry set seq = seq + 100000 where chain = %s and seq >= %s", [chain, seq])
    db.execute("update audit_entry set seq = seq - 99999 where chain = %s and seq > 100000", [chain])
    text = forged(db, chain, seq - 1)
    db.execute(
        "insert into audit_entry select chain, %s, at, 'S99', role, unit, action, person, people, object_kind,"
        " object_id, case_no, 'nothing to see', %s, hash,"
        " sha256(convert_to(concat_ws(E'\\n', 'guanhu-trail-1', chain, %s::text, encode(hash, 'hex'), %s::text),"
        " 'UTF8'))"
        " from audit_entry where chain = %s and seq = %s",
        [seq, text, seq, text, chain, seq - 1],
    )
    db.execute("update audit_chain set seq = seq + 1 where chain = %s", [chain])
    return chain, seq


def insert_and_rehash(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain, seq = insert(town, db, rng)
    heal(db, chain)
    return chain, seq


def swap(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain = rng.choice(CHAINS)
    one, other = sorted(rng.sample(range(1, town.last[chain] + 1), 2))
    moved = "at, actor, role, unit, action, person, people, object_kind, object_id, case_no, result, record"
    db.execute(
        f"update audit_entry e set ({moved}) = (select {moved} from kept.audit_entry k where k.chain = e.chain"
        " and k.seq = case e.seq when %s then %s else %s end) where chain = %s and seq in (%s, %s)",
        [one, other, one, chain, one, other],
    )
    return chain, one


def swap_and_rehash(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain, one = swap(town, db, rng)
    heal(db, chain)
    return chain, one


def cut_tail(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain, seq = _place(town, rng, first=2)
    db.execute("delete from audit_entry where chain = %s and seq >= %s", [chain, seq])
    set_head(db, chain, seq - 1)
    return chain, seq


def cut_day(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain, day = rng.choice(CHAINS), BEGIN + timedelta(days=rng.randrange(3))
    of_day = "from audit_entry where chain = %s and at >= %s and at < %s"
    asked = [chain, day, day + timedelta(days=1)]
    (first,) = db.execute(f"select min(seq) {of_day}", asked).fetchone()
    db.execute(f"delete {of_day}", asked)
    heal(db, chain)
    return chain, first


def drop_chain(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain = rng.choice(CHAINS)
    db.execute("delete from audit_entry where chain = %s", [chain])
    db.execute("delete from audit_chain where chain = %s", [chain])
    return chain, 1


def roll_back(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    restore(town, db, "noon")
    return "", town.backup_seal + 1


def roll_back_and_go_on(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    restore(town, db, "noon")
    (end,) = db.execute("select seq from audit_chain where chain = 'B1'").fetchone()
    for _ in range(town.last["B1"] - end):
        db.execute("select audit_append('B1', %s)", [forged(db, "B1", 1)])
    return "B1", end + 1


def edit_head(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    chain = rng.choice(CHAINS)
    if rng.random() < 0.5:
        set_head(db, chain, town.last[chain] - 1)
    else:
        db.execute("update audit_chain set hash = sha256(hash) where chain = %s", [chain])
    return chain, town.last[chain]


def edit_seal(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    number = rng.randrange(1, ROUNDS + 1)
    change = rng.choice(
        ["text = replace(text, 'full', 'Full')", "signature = sha256(signature) || sha256(text::bytea)"]
    )
    db.execute(f"update audit_seal set {change} where number = %s", [number])
    return "", number


def delete_seal(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    number = rng.randrange(1, ROUNDS + 1)
    db.execute("delete from audit_seal where number = %s", [number])
    return "", number


def cut_anchors(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    kept = rng.randrange(ROUNDS)
    town.anchors.write_bytes(b"".join(town.lines.splitlines(keepends=True)[:kept]))
    return "", kept + 1


def take_out_an_anchor(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    lines = town.lines.splitlines(keepends=True)
    gone = rng.randrange(ROUNDS - 1)
    town.anchors.write_bytes(b"".join(lines[:gone] + lines[gone + 1 :]))
    return "", gone + 1


def sign_anew(town: Town, db: psycopg.Connection[Any], rng: Random) -> Expected:
    """Re-compute a chain and all seals after it, with a key of one's own, inside the database and out."""
    chain, seq = edit_and_rehash_all(town, db, rng)
    lines = [json.loads(line) for line in town.lines.splitlines()]
    number = 1 + next(n for n, line in enumerate(lines) if json.loads(line["text"])["heads"].get(chain, [0])[0] >= seq)
    mine = Ed25519PrivateKey.generate()
    for line in lines[number - 1 :]:
        line["signature"] = mine.sign(line["text"].encode()).hex()
        told = json.loads(line["text"])
        db.execute(
            "update audit_seal set signature = %s where number = %s", [bytes.fromhex(line["signature"]), told["number"]]
        )
    town.anchors.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return "", number


BENDINGS = (
    *(Bending(act.__name__, act, False) for act in (
        edit, edit_column, hide_person, edit_and_rehash_one, delete, insert, swap, edit_head, edit_seal, delete_seal,
        cut_anchors, take_out_an_anchor, sign_anew,
    )),
    *(Bending(act.__name__, act, True) for act in (
        edit_and_rehash_all, delete_and_rehash, insert_and_rehash, swap_and_rehash, cut_tail, cut_day, drop_chain,
        roll_back, roll_back_and_go_on,
    )),
)  # fmt: skip


def names(bad: Bad, expected: Expected, town: Town, bending: Bending) -> bool:
    """Does a fault name what was bent? Exactly, unless only a seal shows it: then within what that seal covers."""
    chain, seq = expected
    if bad.chain != chain:
        return False
    if bending.act is insert and seq - 1 <= bad.seq <= seq + 1:
        return True
    if not chain or not (bending.hidden or bending.act in (insert, edit_and_rehash_one)):
        return bad.seq == seq
    before = max((end for end in town.sealed[chain] if end < seq), default=0)
    return bad.seq in (before + 1, seq) and seq <= max(bad.until, bad.seq)
