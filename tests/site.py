"""The site as it is shipped, in a process of its own, on a database of the tests."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ["GUANHU_VAR"])
COLLECT = (
    "from guanhu.cli.bank import prepare_django; from guanhu.cli.serve import collect_static\n"
    "prepare_django(); collect_static()"
)


@contextmanager
def serving(database_url: str, *, workers: int = 1, **environment: str) -> Iterator[str]:
    """The address of a running site; what it read must be committed. Use only in tests marked ``browser``."""
    env = {
        **os.environ,
        "DATABASE_URL": database_url.replace("guanhu_night@", "guanhu_app@"),
        "GUANHU_LOGIN": "app",
        "DJANGO_SETTINGS_MODULE": "guanhu.config.settings",
        "PYTHONPATH": str(ROOT),
        **environment,
    }
    with (VAR / "static.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _collect_once(env)
    port = free_port()
    site = subprocess.Popen(
        [sys.executable, "-m", "guanhu.cli.site", "--port", str(port), "--workers", str(workers)],
        env=env,
        start_new_session=True,
    )
    try:
        wait_until_up(site, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        site.send_signal(signal.SIGTERM)
        try:
            site.wait(10)
        except subprocess.TimeoutExpired:
            site.kill()
            site.wait()


def _collect_once(env: dict[str, str]) -> None:
    """Lay the static files ready, once in a run for all workers: nobody changes them meanwhile."""
    run, mark = env.get("PYTEST_XDIST_TESTRUNUID", ""), Path(env["GUANHU_VAR"]) / "static.run"
    if run and mark.exists() and mark.read_text(encoding="ascii") == run:
        return
    subprocess.run([sys.executable, "-c", COLLECT], env=env, check=True, stdout=subprocess.DEVNULL)
    mark.write_text(run, encoding="ascii")


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_up(site: subprocess.Popen, port: int, patience: float = 30.0) -> None:
    """Return when the site takes connections; fail when it falls over or never does."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        assert site.poll() is None, f"the site fell over with {site.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer on port {port} in {patience} s")
