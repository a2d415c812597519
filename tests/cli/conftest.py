"""A bank's folder: of a test's own, or of a file's."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.banks import stand


@contextmanager
def a_place() -> Iterator[Path]:
    """A folder the server's user can walk to, which pytest's own folders are not; with a space in its name."""
    banks = Path(os.environ["GUANHU_VAR"]) / "banks"
    banks.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="a bank ", dir=banks))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def place() -> Iterator[Path]:
    """A test's own."""
    with a_place() as folder:
        yield folder


@pytest.fixture(scope="module")
def one_place() -> Iterator[Path]:
    """One for all tests of a file, where what the first has made is found by the next."""
    with a_place() as folder:
        yield folder


@pytest.fixture(scope="module")
def one_bank(one_place: Path) -> Path:
    """One for all tests of a file in which a bank stands already, its tables made."""
    return stand(one_place)
