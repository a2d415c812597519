"""A bank's folder as the first command leaves it: a database with its tables, the secrets. Made once, then copied."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import KEPT_TEMPLATES, ROOT, VAR, migrations_digest

OPEN = "from guanhu.cli.bank import open_bank\nwith open_bank(): pass"


def stand(folder: Path) -> Path:
    """Put a bank nobody has run a night of into this empty folder."""
    banks = VAR / "banks"
    banks.mkdir(parents=True, exist_ok=True)
    made = banks / f"made-{migrations_digest()}"
    with (banks / "made.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(made)
    subprocess.run(["cp", "-a", f"{made}/.", str(folder)], check=True)  # with its owners: the server runs as another
    folder.chmod(0o755)
    return folder


def _make(made: Path) -> None:
    part = made.with_name("made.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o755)
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    subprocess.run(
        [sys.executable, "-c", OPEN], cwd=ROOT, check=True, timeout=300,
        env={**environment, "GUANHU_VAR": str(part), "PYTHONPATH": str(ROOT),
             "DJANGO_SETTINGS_MODULE": "guanhu.config.settings"},
    )  # fmt: skip
    part.rename(made)
    for old in sorted(made.parent.glob("made-*"), key=lambda each: each.stat().st_mtime)[:-KEPT_TEMPLATES]:
        shutil.rmtree(old, ignore_errors=True)
