"""One small bank's files and one of a third of the demo's size, written once; one larger bank simulated once."""

from pathlib import Path

import pytest

from guanhu.demo.simulate import simulate
from guanhu.demo.write import write_bank
from tests.demo.reading import Delivered

SEED = 11
SMALL = 600
MIDDLE = 2400


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
def middle(tmp_path_factory) -> Delivered:
    """The demo's bank at a third of its size: twelve lists of about 200."""
    folder: Path = tmp_path_factory.mktemp("middle bank")
    summary = write_bank(folder, seed=52030, customers=MIDDLE)
    return Delivered(folder, summary)
