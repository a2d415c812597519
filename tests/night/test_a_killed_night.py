"""A night killed anywhere, any number of times, leaves the same behind as a night left in peace."""

import math
import os
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from tests.databases import copy_of
from tests.night.kills import ROOT, Bank, durations, kills

STAGES = ("feed", "hand", "export", "run", "check", "plan", "publish", "count", "split")
KILLS_A_STAGE = 5
DAY = date(2026, 11, 21)

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture(scope="module")
def bank(postgres_server, worker_database, tmp_path_factory):
    """The demo bank with a few hundred customers, its history's night done, ready for the next day's night."""
    from guanhu.demo.write import write_bank

    folder = tmp_path_factory.mktemp("bank")
    write_bank(folder / "files", seed=7, customers=300)
    with copy_of(postgres_server, worker_database) as base:
        made = Bank(folder / "var", postgres_server.url, base, DAY, folder / "files" / DAY.isoformat())
        first_night(made, folder / "files" / "history")
        yield made
        made.close()


def first_night(bank: Bank, history: Path) -> None:
    """The night before the one under test, by the product's own command."""
    subprocess.run(
        [sys.executable, "-m", "guanhu.cli", "night", "--day", "2026-11-20", "--from", str(history)],
        cwd=ROOT, check=True, capture_output=True, timeout=300,
        env={**os.environ, "GUANHU_VAR": str(bank.var), "DATABASE_URL": bank.admin(bank.database),
             "DATABASE_OWNER_URL": bank.owner(bank.database), "PYTHONPATH": str(ROOT),
             "DJANGO_SETTINGS_MODULE": "guanhu.config.settings"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def undisturbed(bank):
    """A copy of the bank whose night nothing disturbed; it also says how long each stage takes."""
    trial = bank.copy()
    code, said = trial.night()
    assert code == 0
    bank.seconds.update(durations(said))
    assert set(bank.seconds) == set(STAGES)
    yield trial
    trial.forget()


@pytest.fixture(scope="module")
def clean(undisturbed):
    """What an undisturbed night leaves behind."""
    return undisturbed.digest()


def test_the_same_night_twice_changes_nothing(undisturbed, clean):
    undisturbed.night()
    assert undisturbed.digest() == clean


@pytest.mark.parametrize("stage", STAGES)
def test_a_night_killed_in_a_stage_and_run_again_ends_the_same(bank, clean, stage, gate_share):
    wanted = math.ceil(KILLS_A_STAGE * gate_share)
    endings = [trial.digest() for trial in kills(bank, stage, wanted)]
    assert len(endings) == wanted
    assert all(ending == clean for ending in endings)


@pytest.mark.parametrize("stage", ["feed", "run", "publish"])
def test_a_night_killed_twice_and_run_again_ends_the_same(bank, clean, stage, gate_share):
    wanted = math.ceil(KILLS_A_STAGE * gate_share)
    endings = [trial.digest() for trial in kills(bank, stage, wanted, times=2)]
    assert len(endings) == wanted
    assert all(ending == clean for ending in endings)


def test_a_publish_without_a_transaction_is_found_out(bank, clean):
    """The twin: the same harness on a publish that flips first and holds nothing together turns red.

    A kill before the first flip breaks nothing, so that it goes on until one came after it.
    """
    with closing(kills(bank, "publish", 20, broken=True)) as trials:
        assert any(trial.digest() != clean for trial in trials)
