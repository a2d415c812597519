"""The pages do not open with a login of the database that row security does not hold."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from guanhu.cli import bank, postgres, second_lock
from guanhu.cli.database import as_login
from tests.conftest import VAR

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def administrator(postgres_server: postgres.Server) -> Iterator[psycopg.Connection]:
    """The database's administrator, in this test's database."""
    with psycopg.connect(
        host=str(postgres_server.socket), user="postgres", dbname=connection.settings_dict["NAME"], autocommit=True
    ) as opened:
        yield opened


def found(login: str) -> list[str]:
    with as_login(VAR, login):
        return second_lock.faults()


def test_the_login_of_the_pages_is_held():
    assert found("app") == []
    second_lock.require(VAR)


@pytest.mark.parametrize(
    ("login", "says"), [("night", "绕过"), ("owner", "属主")], ids=["the night's login", "the owner's login"]
)
def test_a_login_that_sees_everybody_is_refused(login: str, says: str, monkeypatch: pytest.MonkeyPatch):
    assert any(says in fault for fault in found(login))
    monkeypatch.setattr(second_lock, "as_login", lambda var, _: as_login(var, login))
    with pytest.raises(SystemExit, match="网页没有开"):
        second_lock.require(VAR)


def test_a_table_that_no_longer_forces_row_security_is_noticed(administrator: psycopg.Connection):
    administrator.execute("alter table customers_customer no force row level security")
    try:
        assert any("强制" in fault for fault in found("app"))
    finally:
        administrator.execute("alter table customers_customer force row level security")


def test_a_start_killed_before_rights_were_given_is_mended_by_the_next(administrator: psycopg.Connection):
    administrator.execute("revoke all on all tables in schema public from guanhu_night, guanhu_app, guanhu_pages")
    administrator.execute("comment on schema public is null")
    try:
        assert bank.migrate(VAR) is True
        assert bank.migrate(VAR) is False
        assert found("app") == []
    finally:  # what the tests' own sweeping needs, and the product does not
        administrator.execute("grant truncate on all tables in schema public to guanhu_night")
