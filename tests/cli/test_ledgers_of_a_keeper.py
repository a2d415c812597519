"""``guanhu import --by``: a keeper's own ledger, once she showed that it is she; it lands in her reach and no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from guanhu.apps.customers.ledgers.models import LedgerEntry
from guanhu.apps.people.signing.actions import passwords
from guanhu.cli.app import app
from tests.apps.ledgers.brought import imports, in_force, written
from tests.cast import SUN, ZHAO, Cast, enter
from tests.factories import NOW

pytestmark = [pytest.mark.slow, pytest.mark.practice("P14"), pytest.mark.django_db(transaction=True)]

PASSWORD = "Kiesel-Wolke-47-Tal"
ROWS = f"客户号,爱好\nC{ZHAO:06d},垂钓\nC{SUN:06d},摄影\nX9,书法\n"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    made = enter()
    for staff_no in ("S01", "S04"):
        passwords.give(None, staff_no, PASSWORD, now=NOW, must_change=False)
    return made


@pytest.fixture
def command(cast: Cast, database_url: str) -> Any:
    """The command on the tests' database, with something typed."""

    def run(*options: str, typed: str = "") -> Any:
        return CliRunner().invoke(app, ["import", *options], input=typed, env={"DATABASE_URL": database_url})

    return run


def test_a_keepers_ledger_meets_her_own_customers_and_stays_with_her(cast: Cast, command: Any, tmp_path: Path):
    path = written(tmp_path, ROWS)
    done = command("ledger", str(path), "--by", "S01", "--json", typed=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["rows_in"], told["added"]) == (3, 3)
    assert sorted(row.customer_id or 0 for row in in_force()) == [0, 0, ZHAO]
    assert LedgerEntry.objects.seen_by(cast.shen).count() == 3
    assert LedgerEntry.objects.seen_by(cast.zhou).count() == 0


def test_a_head_brings_the_ledger_of_her_branch(cast: Cast, command: Any, tmp_path: Path):
    done = command("ledger", str(written(tmp_path, ROWS)), "--by", "S04", typed=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert sorted(row.customer_id or 0 for row in in_force()) == [0, ZHAO, SUN]
    assert [(row.keeper_id, row.branch_id) for row in imports()] == [(None, cast.qin.branch_id)]


def test_with_a_wrong_password_nothing_is_written(cast: Cast, command: Any, tmp_path: Path):
    done = command("ledger", str(written(tmp_path, ROWS)), "--by", "S01", typed="wrong\n")
    assert done.exit_code != 0
    assert (imports(), in_force()) == ([], [])


def test_somebody_else_cannot_take_it_back(cast: Cast, command: Any, tmp_path: Path):
    command("ledger", str(written(tmp_path, ROWS)), "--by", "S01", typed=f"{PASSWORD}\n")
    batch = str(imports()[0].public_id)
    assert command("undo", batch, "--by", "S04", typed=f"{PASSWORD}\n").exit_code == 1
    assert command("undo", batch).exit_code == 1
    assert len(in_force()) == 3
    assert command("undo", batch, "--by", "S01", typed=f"{PASSWORD}\n").exit_code == 0
    assert in_force() == []
