"""The floors: every import goes down, and the linter that says so can say no."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT

pytestmark = pytest.mark.slow


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the import linter on the tree in this folder, with nothing else in sight."""
    program = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_logo=True))"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_import_goes_down():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("rules/tiers.py", "import guanhu.engine.lake", "Floors"),
        ("feeds/layouts.py", "import guanhu.apps.work.actions", "Floors"),
        ("web/words.py", "import guanhu.config.settings", "Floors"),
        ("apps/people/queries.py", "import guanhu.apps.work.queries", "Apps"),
        ("apps/audit/trail.py", "import guanhu.apps.people.queries", "Apps"),
        ("apps/audit/verify.py", "import guanhu.apps.audit.canonical", "checker of the trail"),
        ("rules/money.py", "import polars", "Rules are pure"),
        ("rules/money.py", "import narwhals", "Only columns.py"),
        ("engine/lake.py", "import django", "does not know Django"),
        ("web/words.py", "import guanhu.apps.work.models", "Only apps touch models"),
        ("apps/work/queries.py", "import guanhu.engine.pipeline", "lake reader"),
        ("engine/lake.py", "import polars", "names a database engine"),
        ("optimise/dayplan/problem.py", "import scipy", "solver library"),
        ("somewhere/__init__.py", "", "Floors"),
    ],
)
def test_a_broken_floor_is_found(tmp_path, file, line, contract):
    shutil.copytree(PACKAGE, tmp_path / "guanhu", ignore=shutil.ignore_patterns("static", "templates", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / "guanhu" / file
    planted.parent.mkdir(exist_ok=True)
    with planted.open("a", encoding="utf-8") as out:
        out.write(f"\n{line}  # planted\n")
    done = lint(tmp_path)
    told = done.stdout + done.stderr
    assert done.returncode, told
    assert contract in told.split("Broken contracts")[-1] or "exhaustive" in told, told
