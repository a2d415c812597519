"""One small bank's files, written once; one larger bank simulated once; the demo's own bank at full size once."""

from pathlib import Path

import pytest

from guanhu.demo.simulate import simulate
from guanhu.demo.write import write_bank
from tests.demo.reading import Delivered

SEED = 11
SMALL = 600


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Delivered:
    """A bank of 600 customers as files."""
    folder = tmp_path_factory.mktemp("demo bank")
    summary = write_bank(folder, seed=SEED, customers=SMALL)
    return Delivered(folder, summary)


@pytest.fixture(scope="session")
def lively():
    """A bank of 3,000 customers, simulated and not written."""
    return simulate(SEED, 3000)


@pytest.fixture(scope="session")
def full(tmp_path_factory) -> Delivered:
    """The demo's bank at its full size."""
    folder: Path = tmp_path_factory.mktemp("full bank")
    summary = write_bank(folder, seed=52030)
    return Delivered(folder, summary)
