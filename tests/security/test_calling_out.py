"""The server calls listed peers and nobody else, however an address is written."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from guanhu.cli.outgoing import Peer, peers_of
from tests.security.calling import ELSEWHERE, HOSTS

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def calling(mode: str) -> dict[str, Any]:
    """What became of every try, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.calling", mode], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_fifty_ways_to_write_an_address_reach_nobody():
    found = calling("guarded")
    assert len(found["said"]) + len(found["below"]) >= 50
    assert found["came"] == 0
    assert set(found["below"].values()) == {"refused"}
    assert (found["redirect"], found["rebound"]) == ("refused", "refused")
    assert len(found["said"]) == len(HOSTS) + len(ELSEWHERE)
    assert {url: said for url, said in found["said"].items() if said != "refused"} == {}


def test_a_listed_peer_and_the_database_are_reached():
    found = calling("guarded")
    assert (found["peer"], found["unix"]) == ("reached", "reached")


def test_without_the_net_they_come_through():
    found = calling("open")
    assert found["came"] > len(HOSTS) // 2
    assert (found["redirect"], found["rebound"]) == ("reached", "reached")


@pytest.mark.parametrize(
    ("text", "peers"),
    [
        ("", ()),
        ("10.1.2.3:443", (Peer("10.1.2.3", 443),)),
        (" sms.bank:443 , [fd00::1]:8443", (Peer("sms.bank", 443), Peer("fd00::1", 8443))),
    ],
)
def test_peers_are_read_from_the_setting(text: str, peers: tuple[Peer, ...]):
    assert peers_of(text) == peers


@pytest.mark.parametrize(
    "text", ["sms.bank", "https://sms.bank:443", "sms.bank:x", "sms.bank:0", "a@b:1", ":443", "*:1/x"]
)
def test_a_peer_that_makes_no_sense_stops_the_start(text: str):
    with pytest.raises(SystemExit, match="GUANHU_PEERS"):
        peers_of(text)


SITE = "import guanhu.config.wsgi\n"
NIGHT = """
import sys; from guanhu.cli import app
sys.argv = ["guanhu", "night", "--day", "2026-11-23", "--layout", "nobodys"]
try: app.main()
except SystemExit: pass
"""
CALL = """
import socket
try: socket.create_connection(("127.0.0.1", 9), timeout=1)
except OSError as error: print(type(error).__name__)
"""


@pytest.mark.parametrize("program", [SITE, NIGHT, ""], ids=["site", "night", "neither"])
def test_pages_and_nights_stand_under_the_net(program: str, tmp_path: Path):
    env = {**os.environ, "GUANHU_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "guanhu.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program + CALL], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[-1] == ("OutgoingRefused" if program else "ConnectionRefusedError"), done.stderr
