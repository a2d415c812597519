"""``guanhu staff``: passwords, the first security administrators, locks and lost phones, at the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner

from guanhu.apps.audit.models import Entry
from guanhu.apps.people.actions import set_password
from guanhu.apps.people.models import RoleGrant, SecondFactor, SignIn, Staff
from guanhu.apps.people.signing.actions import factors, locks
from guanhu.cli.app import app
from guanhu.cli.staff import drawn_password
from guanhu.rules.access import Role
from guanhu.rules.passwords import password_faults
from guanhu.rules.policy import SHIPPED
from tests import cast as people
from tests.doors import signed_in

GOOD = "Seven-lakes-88"
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def staff(database_url: str, *words: str, typed: str = "") -> tuple[int, str]:
    """The command on this database: its exit code and what it said."""
    told = {"DATABASE_URL": database_url}
    done = CliRunner().invoke(app, ["staff", *words], input=typed, env=told, catch_exceptions=False)
    return done.exit_code, done.output


def in_a_process(database_url: str, *words: str) -> tuple[int, str]:
    """The same in a process of its own, as it is called at the machine."""
    shipped = {"DJANGO_SETTINGS_MODULE": "guanhu.config.settings", "DATABASE_URL": database_url}
    done = subprocess.run(
        [sys.executable, "-m", "guanhu.cli", "staff", *words], capture_output=True, text=True, check=False,
        env={**os.environ, **shipped},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def at_work(transactional_db: None, database_url: str, settings: Any) -> str:
    """The cast, committed; the address of their database as the night sees it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    people.enter()
    set_password(staff_no="S01", password="nine-lanterns-over-the-lake")
    return database_url


def test_a_password_is_drawn_shown_once_and_has_to_be_changed(at_work: str):
    shen = signed_in("S01")
    code, said = in_a_process(at_work, "password", "S01")
    drawn = said.split("密码：")[1].split()[0]
    assert code == 0
    assert shen.get("/today/").status_code == 302
    row = Staff.objects.get(staff_no="S01")
    assert (row.check_password(drawn), row.must_change) == (True, True)
    assert "guanhu staff" in Entry.objects.get(action="password").record


def test_one_that_is_typed_keeps_the_rules_and_may_stay(at_work: str):
    assert staff(at_work, "password", "S01", "--stdin", typed="short\n")[0] == 1
    code, said = staff(at_work, "password", "S01", "--stdin", "--keep", typed=f"{GOOD}\n")
    assert (code, GOOD in said) == (0, False)
    row = Staff.objects.get(staff_no="S01")
    assert (row.check_password(GOOD), row.must_change) == (True, False)


def test_two_security_administrators_and_not_a_third(at_work: str):
    told = [staff(at_work, "appoint", number, "--reason", "首任") for number in ("S01", "S02", "S03")]
    assert [code for code, _ in told] == [0, 0, 1]
    assert "已有两位安全管理员" in told[2][1]
    assert set(RoleGrant.objects.values_list("staff__staff_no", "role")) == {("S01", "security"), ("S02", "security")}
    assert signed_in("S01", Role.SECURITY, has_code=False).get("/account/").headers["Location"] == "/account/factor"


def test_a_lock_and_a_phone_are_undone(at_work: str):
    now = timezone.now()
    locks.lock(None, "S01", reason="试", now=now)
    assert staff(at_work, "unlock", "S01")[0] == 0
    assert Staff.objects.get(staff_no="S01").locked_at is None
    factors.prepare(Staff.objects.get(staff_no="S01").pk, now=now - timedelta(hours=1))
    assert staff(at_work, "reset-factor", "S01")[0] == 0
    assert not SecondFactor.objects.exists()


@pytest.mark.parametrize("words", [("password",), ("unlock",), ("reset-factor",), ("appoint", "--reason", "x")])
def test_somebody_nobody_knows_is_named(at_work: str, words: tuple[str, ...]):
    code, said = staff(at_work, words[0], "S99", *words[1:])
    assert (code, "S99" in said, "Traceback" in said) == (1, True, False)
    assert not SignIn.objects.exists()
    assert Client().get("/login").status_code == 200


def test_a_drawn_password_keeps_the_rules():
    drawn = {drawn_password() for _ in range(200)}
    assert len(drawn) == 200
    assert [password_faults(each, policy=SHIPPED) for each in drawn if password_faults(each, policy=SHIPPED)] == []
