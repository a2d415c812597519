"""The wheel holds what a page is made of: every template, style, script, icon and the compiled English."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.source import ROOT, tracked

SHIPPED = ("web/templates/**/*.html", "web/static/**/*", "locale/**/*.mo")


def missing(names: set[str]) -> list[str]:
    """Files a page needs that are not among these."""
    needed = {file.relative_to(ROOT).as_posix() for what in SHIPPED for file in (ROOT / "guanhu").glob(what)
              if file.is_file()}  # fmt: skip
    assert len(needed) > 20
    return sorted(needed - names)


@pytest.mark.slow
def test_a_wheel_holds_every_page(tmp_path: Path):
    copy = tmp_path / "source"
    for file in tracked():
        name = file.relative_to(ROOT)
        if name.parts[0] == "guanhu" or len(name.parts) == 1:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(file.read_bytes())
    made = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(tmp_path), str(copy)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    (wheel,) = tmp_path.glob("*.whl")
    assert missing(set(zipfile.ZipFile(wheel).namelist())) == []


def test_a_file_left_out_would_be_found():
    assert "guanhu/web/templates/base.html" in missing(set())
