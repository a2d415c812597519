"""The product's settings on a folder of the tests' own; the same password rules, a cheaper hash."""

import atexit
import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_CHECKOUT = "checkout"
"""The file that says whose tests a folder is for."""


def _memory() -> Path | None:
    """The folder in memory for what tests write and throw away, where there is room for it."""
    shared, room = Path("/dev/shm"), 4 << 30
    if "TMPDIR" in os.environ or not os.access(shared, os.W_OK) or shutil.disk_usage(shared).free < room:
        return None
    told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    free = int(told["MemAvailable"].split()[0]) << 10
    return shared if free > 2 * room else None


def _place() -> Path:
    """A folder that stays between runs, so that the template is made once; in memory, else in the checkout.

    A database that is copied for one test is hundreds of files: on a disk their names alone cost more than its rows.
    """
    mark = f"guanhu-tests-{os.geteuid()}-{hashlib.sha256(os.fsencode(_ROOT)).hexdigest()[:12]}"
    memory = _memory()
    if memory:
        _clear(memory)
    for folder in (memory / mark if memory else None, _ROOT / "var" / "tests"):
        with suppress(OSError):
            if folder:
                folder.mkdir(parents=True, exist_ok=True)
                if folder.stat().st_uid == os.geteuid():
                    (folder / _CHECKOUT).write_text(str(_ROOT), encoding="utf-8")
                    return folder
    return Path(tempfile.gettempdir()) / mark


def _clear(memory: Path) -> None:
    """Take away what the tests of checkouts that are gone have left in memory."""
    for left in memory.glob(f"guanhu-tests-{os.geteuid()}-*/{_CHECKOUT}"):
        with suppress(OSError):
            if left.stat().st_uid == os.geteuid() and not Path(left.read_text(encoding="utf-8")).exists():
                shutil.rmtree(left.parent, ignore_errors=True)


os.environ["GUANHU_VAR"] = os.environ["GUANHU_TEST_VAR"] = os.environ.get("GUANHU_TEST_VAR") or str(_place())
os.environ["TMPDIR"] = tempfile.tempdir = str(_memory() or tempfile.gettempdir())
os.environ.pop("DATABASE_URL", None)
os.environ["GUANHU_LOG"] = "error"
os.environ["GUANHU_LOGIN"] = "night"
for threads in ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(threads, "1")  # the workers share the cores; nights of tests are small

from guanhu.cli.database import PREPARED  # noqa: E402
from guanhu.config.settings import *  # noqa: E402, F403

DATABASES["default"]["OPTIONS"] = dict(PREPARED)  # noqa: F405 - asked as the pages ask
GUANHU_ANCHORS = Path(tempfile.mkdtemp(prefix="guanhu-anchors-")) / "seals.jsonl"  # this process's own, as its database
atexit.register(shutil.rmtree, GUANHU_ANCHORS.parent, ignore_errors=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
