"""The product's settings on a folder of the tests' own; the same password rules, a cheaper hash."""

import atexit
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]


def _place() -> Path:
    """A folder that stays between runs, so that the template is made once; in the checkout if one can write."""
    inside = _ROOT / "var" / "tests"
    try:
        inside.mkdir(parents=True, exist_ok=True)
        (inside / ".write").touch()
        return inside
    except OSError:
        mark = hashlib.sha256(os.fsencode(_ROOT)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"guanhu-tests-{os.geteuid()}-{mark}"


def _memory() -> str:
    """A folder in memory for what tests write and throw away, where there is room for it; else the usual one."""
    shared, room = Path("/dev/shm"), 4 << 30
    if "TMPDIR" in os.environ or not os.access(shared, os.W_OK) or shutil.disk_usage(shared).free < room:
        return tempfile.gettempdir()
    told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    free = int(told["MemAvailable"].split()[0]) << 10
    return str(shared) if free > 2 * room else tempfile.gettempdir()


os.environ["TMPDIR"] = tempfile.tempdir = _memory()
os.environ["GUANHU_VAR"] = os.environ.get("GUANHU_TEST_VAR") or str(_place())
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
