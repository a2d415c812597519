"""封签: every few minutes all ends of chains are signed and written down where the database cannot reach.

The file outside is the real control: a chain re-computed from an old record on, or cut at its end, agrees with itself,
and only the seal gives it away. A seal names the ends that moved since the last one, every so often all of them, so
that the present state is found by reading back a little way.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from guanhu.apps.audit import trail
from guanhu.apps.audit.canonical import clean, moment
from guanhu.apps.audit.verify import digest_of
from guanhu.rules.kinds import TrailAction
from guanhu.rules.policy import Policy

BLOCK = 1 << 16
_SECOND = timedelta(seconds=1)
Ends = dict[str, tuple[int, bytes]]


class SealBroken(RuntimeError):
    """The trail is not what was sealed before: nothing was sealed, and somebody must look."""


@dataclass(frozen=True)
class Sealed:
    """One seal as it was made."""

    number: int
    at: datetime
    moved: int
    """Chains that grew since the last one."""


@dataclass(frozen=True)
class _State:
    """Where the seals stand: the last one and the ends of all chains it saw."""

    number: int
    link: str
    at: str
    ends: Ends
    full: int
    """The number of the last seal that named every chain."""


def public_key(secret: bytes) -> bytes:
    """The public half of the key seals are signed with."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def seal(
    now: datetime, *, secret: bytes, anchors: Path, policy: Policy, if_due: bool = False, restored: str = ""
) -> Sealed | None:
    """Seal the ends of all chains; null when ``if_due`` and the last seal is fresh. Raises ``SealBroken``.

    ``secret``: 32 bytes, kept outside the database · ``anchors``: the file outside, made if missing, with the public
    key beside it · ``restored``: why the database went back to a backup; the seal says so for good. Reliability B2.
    """
    with _held(anchors) as file:
        fresh_key = _show_key(anchors.with_suffix(".pub"), public_key(secret))
        state = _state(file)
        since = now - datetime.fromisoformat(state.at) if state.at else timedelta.max
        if if_due and timedelta() <= since < timedelta(minutes=policy.trail_seal_minutes):
            return None
        if fresh_key and state.number:
            trail.note(None, TrailAction.KEY_CHANGE, object=("seal", _key_id(secret)))
        if since < timedelta():
            trail.note(
                None, TrailAction.CLOCK_JUMP, object=("seal", str(state.number)), count=-since // _SECOND, at=now
            )
        if restored:
            trail.note(None, TrailAction.RESTORE, object=("seal", str(state.number)), reason=restored)
        with transaction.atomic():
            ends = _ends_now()
            _catch_up(file, state)
            if not restored:
                _refuse_loss(state, ends)
            full = bool(restored) or state.number + 1 >= state.full + policy.trail_full_seals or not state.number
            moved = {chain: end for chain, end in ends.items() if state.ends.get(chain) != end}
            text = _text(now, state, ends, ends if full else moved, full, clean(restored))
            line = _signed(text, secret)
            _insert(line)
            _write(file, line)
    return Sealed(state.number + 1, now, len(moved))


# ---------------------------------------------------------------- the file outside


@contextmanager
def _held(anchors: Path) -> Iterator[IO[bytes]]:
    """The file of seals, ours alone until the transaction is over."""
    anchors.parent.mkdir(parents=True, exist_ok=True)
    fresh = not anchors.exists()
    with os.fdopen(os.open(anchors, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if fresh:
            _settle(anchors.parent)
        yield file


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _show_key(file: Path, raw: bytes) -> bool:
    """Lay the public key beside the seals; a new one is added, old seals still need the old. Whether it was new."""
    known = file.read_text("ascii") if file.exists() else ""
    if raw.hex() in known:
        return False
    with file.open("a", encoding="ascii") as out:
        out.write(f"ed25519 {raw.hex()}\n")
    return True


def _back(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The lines of the file from the last one back; what a crash tore is passed over."""
    rest, at = b"", file.seek(0, 2)
    while at:
        size = min(BLOCK, at)
        at = file.seek(at - size)
        first, *lines = (file.read(size) + rest).split(b"\n")
        for line in reversed(lines):
            yield from _opened(line)
        rest = first
    yield from _opened(rest)


def _opened(line: bytes) -> Iterator[dict[str, Any]]:
    try:
        opened = json.loads(line)
    except ValueError:
        return
    if isinstance(opened, dict) and "text" in opened:
        yield opened


def _state(file: IO[bytes]) -> _State:
    """Where the seals stand by the file: read back to the last that named every chain."""
    read: list[dict[str, Any]] = []
    for line in _back(file):
        told = json.loads(line["text"])
        read.append(told | {"link": sha256(line["text"].encode()).hexdigest()})
        if told["full"]:
            break
    if not read:
        return _State(0, "", "", {}, 0)
    ends: Ends = {}
    for told in reversed(read):
        ends |= {chain: (end[0], bytes.fromhex(end[1])) for chain, end in told["heads"].items()}
    return _State(read[0]["number"], read[0]["link"], read[0]["at"], ends, read[-1]["number"])


def _write(file: IO[bytes], line: Mapping[str, str]) -> None:
    torn = file.seek(0, 2) and file.seek(-1, 2) >= 0 and file.read(1) != b"\n"
    file.write((b"\n" if torn else b"") + json.dumps(line, ensure_ascii=False).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


# ---------------------------------------------------------------- the database


def _ends_now() -> Ends:
    with connection.cursor() as cursor:
        cursor.execute("select chain, seq, hash from public.audit_chain")
        return {chain: (seq, bytes(made)) for chain, seq, made in cursor.fetchall()}


def _catch_up(file: IO[bytes], state: _State) -> None:
    """Enter the seals that lie outside and not in the database: made just before a crash. Raises when they differ."""
    with connection.cursor() as cursor:
        cursor.execute("select number, text from public.audit_seal order by number desc limit 1")
        last, text = cursor.fetchone() or (0, "")
    if last > state.number:
        raise SealBroken(f"封签文件到第 {state.number} 封，库内已到第 {last} 封：封签文件被截短或换过")
    missing: list[dict[str, Any]] = []
    for line in _back(file):
        number = json.loads(line["text"])["number"]
        if number <= last:
            if line["text"] != text:
                raise SealBroken(f"封签 {last} 在库内与库外不同")
            break
        missing.append(line)
    for line in reversed(missing):
        _insert(line)


def _refuse_loss(state: _State, ends: Ends) -> None:
    """What was sealed must still be there; raises when a chain is shorter than it was, or another."""
    for chain, (seq, made) in state.ends.items():
        now = ends.get(chain, (0, b""))
        if now[0] < seq or (now[0] == seq and now[1] != made):
            raise SealBroken(f"链 {chain} 在封签 {state.number} 时有 {seq} 条，现在只到 {now[0]}，或末条已不同")


def _insert(line: Mapping[str, str]) -> None:
    told = json.loads(line["text"])
    with connection.cursor() as cursor:
        cursor.execute(
            "select public.audit_seal(%s::bigint, %s::timestamptz, %s::text, %s::bytea, %s::text)",
            [told["number"], told["at"], line["text"], bytes.fromhex(line["signature"]), line["key"]],
        )


# ---------------------------------------------------------------- the seal itself


def _text(now: datetime, state: _State, ends: Ends, named: Ends, full: bool, restored: str) -> str:
    told: dict[str, Any] = {
        "v": 1,
        "number": state.number + 1,
        "at": moment(now),
        "prev": state.link,
        "full": full,
        "heads": {chain: [seq, made.hex()] for chain, (seq, made) in sorted(named.items())},
        "all": digest_of(ends),
        "chains": len(ends),
    }
    told |= {"restored": restored} if restored else {}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _signed(text: str, secret: bytes) -> dict[str, str]:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    return {
        "key": _key_id(secret),
        "signature": key.sign(text.encode()).hex(),
        "text": text,
    }


def _key_id(secret: bytes) -> str:
    """What seals call the key they are signed with."""
    return sha256(public_key(secret)).hexdigest()[:16]
