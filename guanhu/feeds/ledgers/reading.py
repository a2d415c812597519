"""Reading a ledger: its headings and its lines, parsed by a process that can open nothing and is ended if it errs."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from guanhu.feeds.errors import Problem
from guanhu.feeds.ledgers.limits import LedgerRefused, Limits, refusal

Line = tuple[int, list[str]]
LONGEST_ANSWER = 64 << 20
"""Signs of one stretch of lines."""


@dataclass
class Ledger:
    """A ledger on the table: what it is, its headings, and its lines, to be walked once."""

    file: str
    digest: str
    kind: str
    encoding: str
    separator: str
    headings: tuple[str, ...]
    heading_line: int
    rows: int
    aside: tuple[str, ...]
    """Worksheets that are not read."""
    stretches: Iterator[Sequence[Line]]

    @property
    def shape(self) -> str:
        """By what a mapping is remembered: the headings in their order."""
        return shape_of(self.headings)

    def lines(self) -> Iterator[Line]:
        """Each line that holds anything, with its number in the file."""
        for stretch in self.stretches:
            yield from ((number, cells) for number, cells in stretch)


def shape_of(headings: Sequence[str]) -> str:
    """By what a mapping is remembered: the headings in their order."""
    return hashlib.sha256("\0".join(headings).encode()).hexdigest()


@contextmanager
def read(path: Path, limits: Limits) -> Iterator[Ledger]:
    """The ledger in this file; the reader is gone at the end. Raises ``LedgerRefused``."""
    with read_bytes(path.name, _bytes_of(path, limits), limits) as ledger:
        yield ledger


@contextmanager
def read_bytes(file: str, raw: bytes, limits: Limits) -> Iterator[Ledger]:
    """The ledger that came under this name; the reader is gone at the end. Raises ``LedgerRefused``."""
    child = _started()
    feeding = threading.Thread(target=_feed, args=(child.stdin, file, raw, limits), daemon=True)
    feeding.start()
    try:
        answers = _answers(file, child)
        head = next(answers)
        yield Ledger(
            file=file, digest=hashlib.sha256(raw).hexdigest(), kind=head["kind"], encoding=head["encoding"],
            separator=head["separator"], headings=tuple(head["headings"]), heading_line=head["heading_line"],
            rows=head["rows"], aside=tuple(head["aside"]), stretches=(answer["lines"] for answer in answers),
        )  # fmt: skip
    finally:
        child.kill()
        child.wait()
        feeding.join()
        if child.stdout:
            child.stdout.close()


def _bytes_of(path: Path, limits: Limits) -> bytes:
    """The file as it lies, if it is a plain file of a size that is taken."""
    try:
        with path.open("rb") as file:
            raw = file.read(limits.bytes + 1) if path.is_file() else b""
    except OSError:
        raise refusal(path.name, "absent", "打不开这个文件", "请检查路径和权限") from None
    if not raw:
        raise refusal(path.name, "empty", "文件是空的", "请确认选对了文件")
    if len(raw) > limits.bytes:
        raise refusal(path.name, "size", f"超过 {limits.bytes // 1_000_000} MB", "请分成几个文件")
    return raw


def _started() -> subprocess.Popen[bytes]:
    """The reader, with nothing of our surroundings: no secrets, no address of a database, no module that lies about."""
    root = Path(__file__).resolve().parents[3]
    kept = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "guanhu.feeds.ledgers.reader"], env={**kept, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _feed(pipe: IO[bytes] | None, file: str, raw: bytes, limits: Limits) -> None:
    """Hand the file over; a reader that ended meanwhile is told of where its answers are read."""
    assert pipe is not None
    try:
        with pipe:
            pipe.write(json.dumps({"file": file, "limits": limits.plain()}).encode() + b"\n")
            pipe.write(raw)
    except BrokenPipeError:
        return


def _answers(file: str, child: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    """What the reader says, up to its end; one that ends without saying so has met a limit."""
    assert child.stdout is not None
    while answer := child.stdout.readline(LONGEST_ANSWER):
        if not answer.endswith(b"\n"):
            break
        told = json.loads(answer)
        if "refused" in told:
            said = told["refused"]
            raise LedgerRefused(Problem(file, None, None, said["rule"], said["says"], None, said["suggestion"]))
        if told.get("end"):
            return
        yield told
    raise refusal(file, "limits", "读这个文件超出了内存或时间的限度", "请另存为 CSV，或分成几个文件")
