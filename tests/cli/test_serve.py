"""The pages as one command: it starts what it needs, and stops what it started."""

import os
import signal
import subprocess
import sys
from http.client import HTTPConnection
from urllib.parse import quote

import pytest

from guanhu.cli import postgres, serve
from tests.conftest import LOOPBACK
from tests.site import free_port

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.allow_hosts(LOOPBACK)]


@pytest.fixture
def site(one_place):
    """``guanhu serve`` on a bank without a night, up and answering."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    child = subprocess.Popen(
        [sys.executable, "-m", "guanhu.cli", "serve", "--port", str(port), "--workers", "1"],
        env={**env, "GUANHU_VAR": str(one_place), "GUANHU_LOG": "info"},
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


def test_it_answers_logs_nobody_and_stops_with_everything_it_started(site, one_place):
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
    assert not (postgres.socket_folder(one_place) / ".s.PGSQL.5432").exists()
    serve.refuse_taken_port(port)


def test_a_killed_command_lets_go_of_the_port_and_its_database_is_found_again(site, one_place):
    child, port = site
    child.kill()
    child.wait()
    serve.refuse_taken_port(port, patience=10)
    again = postgres.ensure_running(one_place)
    assert not again.started
    again.leave()
