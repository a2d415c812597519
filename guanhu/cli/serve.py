"""``guanhu serve``: the pages on this machine, until Ctrl-C."""

from __future__ import annotations

import ctypes
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from guanhu.cli import second_lock
from guanhu.cli.bank import open_bank
from guanhu.cli.hands import hands
from guanhu.cli.outgoing import Peer, only_peers
from guanhu.cli.places import var_folder
from guanhu.cli.sealing import sealing
from guanhu.cli.site import HOST
from guanhu.cli.standby import standing_by

PORT = 8000
PATIENCE = 60.0
"""Seconds until a site that does not answer is given up."""
_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
_LIBC = ctypes.CDLL(None)

Port = Annotated[int, typer.Option(help="端口")]


def serve(port: Port = PORT, workers: Annotated[int, typer.Option(help="进程数；0 = 按本机核数")] = 0) -> None:
    """Open the bank, collect the static files, serve until told to stop."""
    console = Console(stderr=True)
    only_peers(Peer(HOST, port))
    refuse_taken_port(port)
    with open_bank():
        collect_static()
        run_site(
            port, workers or usual_workers(), lambda: console.print(f"网页已开：[bold]{address(port)}[/]  Ctrl-C 停止")
        )


def address(port: int) -> str:
    """Where the site is found."""
    return f"http://{HOST}:{port}/"


def usual_workers() -> int:
    """A process a core, four at most."""
    return max(1, min(4, os.cpu_count() or 1))


def refuse_taken_port(port: int, patience: float = 5.0) -> None:
    """Stop with a sentence when something else listens at this port; a site just killed gets seconds to let go."""
    until = time.monotonic() + patience
    while not _free(port):
        if time.monotonic() > until:
            raise SystemExit(f"端口 {port} 已被占用；请用 --port 换一个")
        time.sleep(0.2)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def run_site(port: int, workers: int, on_ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM, with what works beside the pages; the second lock is asked first.

    A site that falls over ends the command with its code, one that never answers with a sentence.
    """
    second_lock.require(var_folder())
    with sealing(), standing_by(), hands():
        _run_pages(port, workers, on_ready)


def _run_pages(port: int, workers: int, on_ready: Callable[[], None]) -> None:
    stop = _Stop()
    site = subprocess.Popen(
        [sys.executable, "-m", "guanhu.cli.site", "--port", str(port), "--workers", str(workers)],
        start_new_session=True,
        preexec_fn=_die_with_parent,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "guanhu.config.settings", "GUANHU_LOGIN": "app"},
    )
    try:
        if _wait_until_up(site, port, stop):
            on_ready()
        elif site.poll() is None and not stop.asked:
            raise SystemExit(f"网页在 {PATIENCE:.0f} 秒内没有应答，已停止；数据未变。请看日志，再开一次")
        while site.poll() is None and not stop.asked:
            time.sleep(0.2)
        if not stop.asked:
            raise SystemExit(f"网页进程意外结束 (退出码 {site.returncode})")
    finally:
        stop.restore()
        if site.poll() is None:
            site.terminate()
            try:
                site.wait(10)
            except subprocess.TimeoutExpired:
                site.kill()
                site.wait()


class _Stop:
    """Remembers that somebody asked us to stop, instead of falling out of the middle of something."""

    def __init__(self) -> None:
        self.asked = False
        self.before = {number: signal.signal(number, self._note) for number in (signal.SIGINT, signal.SIGTERM)}

    def _note(self, number: int, frame: object) -> None:
        self.asked = True

    def restore(self) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)


def _die_with_parent() -> None:
    """A site whose command was killed stops too, and frees the port."""
    _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGTERM)


def _wait_until_up(site: subprocess.Popen[bytes], port: int, stop: _Stop) -> bool:
    until = time.monotonic() + PATIENCE
    while site.poll() is None and not stop.asked and time.monotonic() < until:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.1)
    return False


def collect_static() -> bool:
    """Put the static files in one folder under hashed names, unless they lie there already; whether it was done."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    told = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            told.update(f"{name}\0".encode() + Path(storage.path(name)).read_bytes())
    root = Path(settings.STATIC_ROOT)
    mark = root / ".collected"
    if mark.exists() and mark.read_text(encoding="ascii") == told.hexdigest():
        return False
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    mark.write_text(told.hexdigest(), encoding="ascii")
    return True
