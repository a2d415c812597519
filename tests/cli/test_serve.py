"""The pages as one command: it starts what it needs, and stops what it started."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest
from granian.constants import Interfaces
from granian.server.mp import MPServer

from guanhu.cli import postgres, serve
from guanhu.cli.site import Site
from tests.conftest import LOOPBACK
from tests.site import free_port

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.allow_hosts(LOOPBACK)]


@pytest.fixture
def site(one_bank):
    """``guanhu serve`` on a bank without a night, up and answering."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    child = subprocess.Popen(
        [sys.executable, "-m", "guanhu.cli", "serve", "--port", str(port), "--workers", "1"],
        env={**env, "GUANHU_VAR": str(one_bank), "GUANHU_LOG": "info"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said = child.stderr.readline()
        if f":{port}/" not in said:
            child.kill()
            pytest.fail(said + child.stderr.read())
        yield child, port
    finally:
        child.kill()
        child.wait()
        child.stderr.close()


def answer(port: int):
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", f"/login?name={quote('赵桂芳')}")
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    return reply, body


def test_it_answers_logs_nobody_and_stops_with_everything_it_started(site, one_bank):
    child, port = site
    reply, _ = answer(port)
    assert reply.status == 200
    assert "unsafe" not in reply.headers["Content-Security-Policy"]
    for header in ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy"):
        assert reply.headers[header]
    child.send_signal(signal.SIGTERM)
    code, told = child.wait(20), child.stderr.read()
    assert code == 0, told
    assert '"route": "login"' in told
    assert "name=" not in told
    assert not (postgres.socket_folder(one_bank) / ".s.PGSQL.5432").exists()
    serve.refuse_taken_port(port)


def test_a_killed_command_lets_go_of_the_port_and_its_database_is_found_again(site, one_bank):
    child, port = site
    child.kill()
    child.wait()
    serve.refuse_taken_port(port, patience=10)
    again = postgres.ensure_running(one_bank)
    assert not again.started
    again.leave()


def lets_go(server: type[MPServer]) -> bool:
    """Told to stop once more while it is just being told, does this server go on stopping?"""
    told = server("guanhu.config.wsgi:application", interface=Interfaces.WSGI)
    told.signal_handler_interrupt()
    with told.main_loop_interrupt._cond:  # as in the middle of the first signal
        again = threading.Thread(target=told.signal_handler_interrupt, daemon=True)
        again.start()
        again.join(2)
        stuck = again.is_alive()
    again.join()
    return not stuck


def test_told_twice_in_a_moment_to_stop_the_pages_stop():
    assert lets_go(Site)


@pytest.mark.slow
def test_a_server_that_waits_for_itself_is_noticed():
    assert not lets_go(MPServer)


@pytest.mark.slow
def test_however_often_the_pages_are_told_to_stop_they_let_go_of_the_port(site, one_bank):
    child, port = site
    (pages,) = children_of(child.pid, "guanhu.cli.site")
    with suppress(ProcessLookupError):  # it may be gone before the last
        for _ in range(200):
            os.kill(pages, signal.SIGTERM)
            time.sleep(0.0005)
    serve.refuse_taken_port(port, patience=10)


def children_of(parent: int, named: str) -> list[int]:
    """The processes this one started whose command holds these words."""
    found = Path(f"/proc/{parent}/task").glob("*/children")
    started = [int(pid) for each in found for pid in each.read_text().split()]
    return [pid for pid in started if named in Path(f"/proc/{pid}/cmdline").read_text()]
