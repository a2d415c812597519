"""核验: the trail checked by a program that shares nothing with the one that writes it.

Neither Django nor any other module of this product is imported: this file can be copied to the auditor's own machine
and run there with ``python verify.py``, psycopg and cryptography beside it. It reads with SELECT alone. What it trusts
are the public key and the file of seals outside the database; of the database it believes nothing.

A record's digest is SHA-256 over five lines: ``guanhu-trail-1``, chain, number, the digest before (hex), the record.
A seal names the ends of the chains that grew since the last one (all of them where it says ``full``) and a digest of
all ends, is signed with Ed25519, and holds the SHA-256 of the seal before.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NOTHING = bytes(32)
"""The digest before the first record of a chain."""
COLUMNS = (
    ("actor", "actor"), ("role", "role"), ("unit", "unit"), ("action", "action"), ("object_kind", "kind"),
    ("object_id", "id"), ("case_no", "case"), ("result", "result"),
)  # fmt: skip
"""Columns that are read out of the record, with the record's own name for each."""
MOST = 1000
"""Faults told of; beyond that only the first matter."""

Row = tuple[Any, ...]
End = tuple[int, bytes]
"""Number and digest of a chain's last record."""
Mark = tuple[int, int, bytes]
"""Number of a record, of the seal that saw it last in its chain, and its digest then."""
_MARK = struct.Struct(">qq32s")


class TooMuch(Exception):
    """There is more to check than was asked for at most."""


@dataclass(frozen=True)
class Bad:
    """One fault: the record it names, or the seal (``chain`` empty); up to ``until`` where one of several is meant."""

    chain: str
    seq: int
    what: str
    until: int = 0

    def __str__(self) -> str:
        where = f"链 {self.chain} 第 {self.seq}" if self.chain else f"封签 {self.seq}"
        return f"{where}{f'–{self.until}' if self.until > self.seq else ''} 号：{self.what}"


@dataclass
class Report:
    """What was read and what is wrong with it."""

    records: int = 0
    chains: int = 0
    seals: int = 0
    last_seal: int = 0
    most: int = 0
    """Give up with ``TooMuch`` beyond so many records; 0: never."""
    bad: list[Bad] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    """What a signed seal says was lost by going back to a backup."""

    @property
    def first(self) -> Bad | None:
        """The first fault; null when all is as it was written."""
        return self.bad[0] if self.bad else None

    def say(self, chain: str, seq: int, what: str, until: int = 0) -> None:
        """Note a fault."""
        if len(self.bad) < MOST:
            self.bad.append(Bad(chain, seq, what, until))


@dataclass
class Marks:
    """What the seals say of the chains: at which number each had which digest, and where all of them stood at last."""

    of: dict[str, bytearray] = field(default_factory=dict)
    ends: dict[str, End] = field(default_factory=dict)

    def add(self, chain: str, end: End, number: int) -> None:
        """A seal saw this chain end here."""
        self.of.setdefault(chain, bytearray()).extend(_MARK.pack(end[0], number, end[1]))

    def on(self, chain: str) -> Iterator[Mark]:
        """What the seals say of one chain, in their order."""
        return _MARK.iter_unpack(self.of.get(chain, b""))

    def forget_beyond(self, ends: Mapping[str, End]) -> None:
        """The chains went back to these ends: what was beyond them is no longer asked for."""
        for chain, marks in self.of.items():
            while marks and _beyond(_MARK.unpack(marks[-_MARK.size :]), ends.get(chain, (0, NOTHING))):
                del marks[-_MARK.size :]
        back = {chain: ends.get(chain, (0, NOTHING)) for chain in self.ends}
        self.ends = {chain: back[chain] if end[0] >= back[chain][0] else end for chain, end in self.ends.items()}


def _beyond(mark: Mark, end: End) -> bool:
    return mark[0] > end[0] or (mark[0] == end[0] and mark[2] != end[1])


# ---------------------------------------------------------------- seals


def read_anchors(file: IO[bytes], size: int) -> Iterator[Mapping[str, Any]]:
    """The seals in the first ``size`` bytes of the file outside the database; a line torn by a crash is no seal."""
    file.seek(0)
    while file.tell() < size:
        try:
            seal = json.loads(file.readline())
            yield {"text": seal["text"], "signature": bytes.fromhex(seal["signature"]), "key_id": seal["key"]}
        except (ValueError, KeyError, TypeError):
            continue


def read_keys(text: str) -> dict[str, Ed25519PublicKey]:
    """The public keys of a file, a line each in hex, by the number seals call them."""
    raw = [bytes.fromhex(line.split()[-1]) for line in text.splitlines() if line.strip()]
    return {sha256(one).hexdigest()[:16]: Ed25519PublicKey.from_public_bytes(one) for one in raw}


def check_seals(
    seals: Iterable[Mapping[str, Any]], keys: Mapping[str, Ed25519PublicKey], report: Report, since: int = 0
) -> tuple[Marks, Marks, dict[int, bytes]]:
    """Signature, number, link and sum of every seal; what they say of the chains up to ``since`` and after, and prints.

    A print is the SHA-256 of a seal's text and signature, by its number.
    """
    before, after, prints, due, link = Marks(), Marks(), dict[int, bytes](), 1, ""
    ends: dict[str, End] = {}
    for seal in seals:
        told = _told(seal, keys, report, due)
        number = int(told["number"]) if told else due
        prints[number] = _print_of(seal["text"], seal["signature"])
        if told and number != due:
            report.say("", due, "库外的封签文件里缺少", number - 1)
        elif told and link and told["prev"] != link:
            report.say("", number, "与前一封签接不上")
        if told:
            new = {chain: (int(end[0]), bytes.fromhex(end[1])) for chain, end in told["heads"].items()}
            ends = new if told["full"] else ends | new
            if digest_of(ends) != told["all"]:
                report.say("", number, "与各链链尾的总和不符")
            if "restored" in told:
                before.forget_beyond(ends)
                after.forget_beyond(ends)
                report.losses.append(f"封签 {number}：从备份恢复，此前封存而不在备份里的记录已失（{told['restored']}）")
            marks = before if number <= since else after
            marks.ends = ends
            for chain, end in new.items():
                marks.add(chain, end, number)
        due, link = number + 1, sha256(seal["text"].encode()).hexdigest() if told else ""
        report.seals, report.last_seal = report.seals + 1, number
    return before, after, prints


def _told(seal: Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey], report: Report, due: int) -> Any:
    """What a seal says, if it is signed by a known key; null where it is not."""
    key = keys.get(seal["key_id"])
    try:
        if key is None:
            raise InvalidSignature
        key.verify(seal["signature"], seal["text"].encode())
    except InvalidSignature:
        report.say("", due, "签名不是已知公钥所签" if key is None else "签名与内容不符")
        return None
    return json.loads(seal["text"])


def digest_of(ends: Mapping[str, End]) -> str:
    """One digest over the ends of all chains."""
    lines = (f"{chain}\n{seq}\n{made.hex()}\n" for chain, (seq, made) in sorted(ends.items()))
    return sha256("".join(lines).encode()).hexdigest()


def compare_seals(table: Iterable[tuple[int, str, bytes]], outside: Mapping[int, bytes], report: Report) -> None:
    """The seals in the database are those outside, neither more nor fewer."""
    seen = set()
    for number, text, signature in table:
        seen.add(number)
        if number not in outside:
            report.say("", number, "库内有，库外的封签文件里没有")
        elif outside[number] != _print_of(text, signature):
            report.say("", number, "库内与库外的封签文件不同")
    for number in sorted(outside.keys() - seen):
        report.say("", number, "库外的封签文件里有，库内没有")


def _print_of(text: str, signature: bytes) -> bytes:
    return sha256(text.encode() + b"\n" + bytes(signature)).digest()


# ---------------------------------------------------------------- records


def check_chain(
    chain: str, rows: Iterable[Row], report: Report, *, start: End = (0, NOTHING), marks: Iterable[Mark] = (),
    columns: bool = True,
) -> End:  # fmt: skip
    """One chain from ``start`` to its end: numbers, links, digests, columns, and what the seals say; its last record.

    Rows: seq, record, prev, hash, and after them the columns that are read out of the record.
    """
    waiting = iter(marks)
    mark, sealed = next(waiting, None), start[0]
    (seq, made), vouched = start, False
    name, hashed = b"guanhu-trail-1\n" + chain.encode() + b"\n", sha256
    for row in rows:
        number, record, prev, own = row[0], row[1], bytes(row[2]), bytes(row[3])
        whole = hashed(b"%s%d\n%s\n%s" % (name, number, prev.hex().encode(), record.encode())).digest() == own
        if number != seq + 1 or prev != made:
            _say_broken_link(report, chain, seq, number, whole and vouched)
        if not whole:
            report.say(chain, number, "内容与摘要不符")
        elif columns and (fault := _column_fault(row)):
            report.say(chain, number, fault)
        seq, made, vouched, report.records = number, own, whole, report.records + 1
        if 0 < report.most < report.records:
            raise TooMuch
        while mark is not None and mark[0] <= seq:
            if mark[0] == seq and mark[2] != made:
                report.say(chain, sealed + 1, f"与封签 {mark[1]} 不符：其间有记录被改动，摘要又重新算过", seq)
            sealed, mark = mark[0], next(waiting, None)
    if mark is not None:
        report.say(chain, seq + 1, f"末尾被截去：封签 {mark[1]} 时已有 {mark[0]} 条", mark[0])
    return seq, made


def _say_broken_link(report: Report, chain: str, seq: int, number: int, vouched: bool) -> None:
    """Which record is at fault where two do not follow each other; ``vouched``: both agree with their own digests."""
    if number > seq + 1:
        report.say(chain, seq + 1, "缺少记录", number - 1)
    elif number <= seq:
        report.say(chain, number, "编号重复")
    elif vouched:
        report.say(chain, seq, "被改动后重新算过摘要：后一条所记的前摘要与它不符")
    else:
        report.say(chain, max(seq, 1), "与后一条接不上", number)


def _column_fault(row: Row) -> str:
    """Which searchable column says otherwise than its record; empty when none does."""
    try:
        told = json.loads(row[1])
        at = datetime.fromisoformat(told["at"])
    except (ValueError, KeyError, TypeError):
        return "原文读不出来"
    if at != row[4]:
        return "列 at 与原文不符"
    if told.get("person") != row[5]:
        return "列 person 与原文不符"
    if told.get("people", []) != row[6]:
        return "列 people 与原文不符"
    for place, (column, name) in enumerate(COLUMNS, 7):
        if told.get(name, "") != row[place]:
            return f"列 {column} 与原文不符"
    return ""


# ---------------------------------------------------------------- a database, a file

_TOLD = ", ".join(column for column, _ in COLUMNS)
_ROWS = (
    f"select seq, record, prev, hash, at, person, people, {_TOLD}"  # nosec B608 # the columns are this module's own
    " from public.audit_entry where chain = %s and seq > %s order by seq"
)
_CHAINS = (
    "with recursive one as (select min(chain) as chain from public.audit_entry union all"
    " select (select min(e.chain) from public.audit_entry e where e.chain > one.chain) from one"
    " where chain is not null) select chain from one where chain is not null"
)
"""Every chain that has a record, by hops over the index."""


def check_database(
    connection: psycopg.Connection[Any], anchors: Path, keys: Mapping[str, Ed25519PublicKey], since: int = 0,
    most: int = 0,
) -> Report:  # fmt: skip
    """The trail of a database against the seals outside, as of one moment; ``since``: only what grew after that seal.

    The connection needs SELECT on the three tables and must not be inside a transaction. Reliability B2.
    """
    report = Report(most=most)
    with connection.transaction(), anchors.open("rb") as file:
        size = _one_moment(connection, file)
        before, after, prints = check_seals(read_anchors(file, size), keys, report, since)
        with connection.cursor("seals", binary=True) as cursor:
            cursor.execute("select number, text, signature from public.audit_seal order by number")
            compare_seals(cursor, prints, report)
        heads = {row[0]: (row[1], bytes(row[2])) for row in connection.execute(_HEADS)}
        known = {row[0] for row in connection.execute(_CHAINS)}
        for chain in sorted(known | heads.keys() | before.ends.keys() | after.ends.keys()):
            start = before.ends.get(chain, (0, NOTHING))
            with connection.cursor("rows", binary=True) as cursor:
                cursor.itersize = 5000
                cursor.execute(_ROWS.encode(), [chain, start[0]])
                end = check_chain(chain, cursor, report, start=start, marks=after.on(chain))
            if heads.get(chain, (0, NOTHING)) != end:
                report.say(chain, end[0], "链尾与最后一条不符")
            report.chains += 1
    return report


_HEADS = "select chain, seq, hash from public.audit_chain"


def _one_moment(connection: psycopg.Connection[Any], file: IO[bytes]) -> int:
    """The size of the file of seals, and the database as of that moment: no seal is made between the two."""
    fcntl.flock(file, fcntl.LOCK_SH)
    connection.execute("set transaction isolation level repeatable read, read only")
    connection.execute("select 1")
    size = file.seek(0, 2)
    fcntl.flock(file, fcntl.LOCK_UN)
    return size


def check_file(export: Path, anchors: Path, keys: Mapping[str, Ed25519PublicKey]) -> Report:
    """An exported trail against the seals outside: first a line with the ends of the chains, then a line a record."""
    report = Report()
    with export.open(encoding="utf-8") as lines, anchors.open("rb") as file:
        head = json.loads(next(lines))
        ends = {chain: (int(end[0]), bytes.fromhex(end[1])) for chain, end in head["heads"].items()}
        _, marks, _ = check_seals(read_anchors(file, file.seek(0, 2)), keys, report)
        for chain, group in groupby(map(json.loads, lines), key=itemgetter("chain")):
            known = [mark for mark in marks.on(chain) if mark[0] <= ends.get(chain, (0,))[0] or mark[1] <= head["seal"]]
            end = check_chain(chain, map(_row, group), report, marks=known, columns=False)
            report.chains += 1
            if ends.pop(chain, None) != end:
                report.say(chain, end[0], "链尾与最后一条不符")
    for chain in ends:
        report.say(chain, 1, "缺少整条链")
    return report


def _row(told: Mapping[str, Any]) -> Row:
    return told["seq"], told["record"], bytes.fromhex(told["prev"]), bytes.fromhex(told["hash"])


def main(arguments: list[str] | None = None) -> int:
    """Check and say what was found; 0 when all is as it was written, 1 when not, 2 when it could not be read."""
    parser = argparse.ArgumentParser(description="核验留痕 · verify the trail")
    parser.add_argument("--database", help="postgresql://…")
    parser.add_argument("--file", type=Path, help="导出的留痕文件")
    parser.add_argument("--anchors", type=Path, required=True, help="库外的封签文件 seals.jsonl")
    parser.add_argument("--key", type=Path, help="公钥文件；不写则为封签文件旁的 seals.pub")
    parser.add_argument("--since", type=int, default=0, metavar="N", help="只核验封签 N 之后的")
    asked = parser.parse_args(arguments)
    if (asked.database is None) == (asked.file is None):
        parser.error("--database 与 --file 请写一个")
    try:
        keys = read_keys((asked.key or asked.anchors.with_suffix(".pub")).read_text("ascii"))
        if asked.file:
            report = check_file(asked.file, asked.anchors, keys)
        else:
            with psycopg.connect(asked.database, autocommit=True) as connection:
                report = check_database(connection, asked.anchors, keys, asked.since)
    except (OSError, ValueError, KeyError, psycopg.Error) as fault:
        sys.stderr.write(f"没有核验：{type(fault).__name__} {fault}\n")
        return 2
    sys.stdout.write("".join(f"{line}\n" for line in told_of(report)))
    return 1 if report.bad else 0


def told_of(report: Report) -> list[str]:
    """What was found, in lines: the sum, then the first fault, then the rest as far as it is kept."""
    read = f"{report.records} 条记录，{report.chains} 条链，{report.seals} 封签，最后一封 {report.last_seal}"
    if not report.bad:
        return [f"完好：{read}", *report.losses]
    rest = [f"  {bad}" for bad in report.bad[1:20]]
    return [f"有改动：{read}", f"第一处：{report.first}", *rest, *report.losses]


if __name__ == "__main__":
    sys.exit(main())
