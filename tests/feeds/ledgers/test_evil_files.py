"""A file that means harm is refused within its limits, says why, and leaves nothing. Reliability A13."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from guanhu.feeds.ledgers import opening, reader
from guanhu.feeds.ledgers.limits import LedgerRefused, Limits
from guanhu.feeds.ledgers.reading import read
from guanhu.rules.policy import SHIPPED
from tests.feeds.ledgers.evil import evil

pytestmark = [pytest.mark.slow, pytest.mark.practice("P14")]

LIMITS = Limits.of(SHIPPED)
EVIL = evil()
MOST_SECONDS = 2.0
TIGHT = Limits(**{**LIMITS.plain(), "memory_bytes": 300_000_000})
"""Who may not ask for more than 300 MB of addresses cannot use more memory than that."""


def spent() -> float:
    """Processor seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_there_are_forty_of_them():
    assert len(EVIL) >= 40


@pytest.mark.parametrize("what", EVIL)
def test_it_is_refused_in_a_sentence_within_two_seconds_and_300_mb(what: str, tmp_path: Path):
    name, make, rule = EVIL[what]
    path = tmp_path / name
    path.write_bytes(make())
    before = spent()
    with pytest.raises(LedgerRefused) as refused, read(path, TIGHT) as ledger:
        list(ledger.lines())
    assert refused.value.problem.rule.removeprefix("ledger/") in rule.split("|")
    assert "什么也没有写入" in str(refused.value)
    assert spent() - before <= MOST_SECONDS
    assert [each.name for each in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("what", ["macros", "a link to another workbook", "an entity that reads a file", "a way up"])
def test_without_the_look_into_the_archive_the_reader_would_take_it(what: str, monkeypatch: pytest.MonkeyPatch):
    name, make, _ = EVIL[what]
    with pytest.raises(LedgerRefused):
        list(reader.run(name, make(), LIMITS))
    monkeypatch.setattr(opening, "check_xlsx", lambda *_: None)
    assert next(iter(reader.run(name, make(), LIMITS)))["rows"] >= 1


DOORS = {
    "a socket": "import socket; socket.socket()",
    "a file": "open('/proc/self/status')",
}
ENTER = "import socket\nfrom guanhu.feeds.ledgers import reader\nfrom guanhu.feeds.ledgers.limits import Limits\n"


@pytest.mark.parametrize("door", ["a socket", "a file"])
def test_the_reader_can_open_nothing_any_more(door: str):
    give_up = f"reader.give_up_all_doors(Limits(**{LIMITS.plain()}))\n"
    root = Path(__file__).parents[3]
    for lock, opens in ((give_up, False), ("", True)):
        done = subprocess.run([sys.executable, "-c", f"{ENTER}{lock}{DOORS[door]}"], cwd=root, capture_output=True)
        assert (done.returncode == 0) is opens, done.stderr
        assert opens or b"Too many open files" in done.stderr
