"""A bank's folder of a test's own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder the server's user can walk to, which pytest's own folders are not; with a space in its name."""
    banks = Path(os.environ["GUANHU_VAR"]) / "banks"
    banks.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="a bank ", dir=banks))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
