"""What is asked for on a page is done beside the pages, under the night's login."""

from datetime import timedelta

import pytest

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.cases import actions as cases
from guanhu.apps.customers.cases import queries as case_queries
from guanhu.apps.customers.cases.models import Case, Finding
from guanhu.apps.people.clearing import actions as clearings
from guanhu.apps.people.clearing import queries as clearing_queries
from guanhu.night import finding, standby
from guanhu.rules.access import Permission, require
from guanhu.rules.policy import SHIPPED
from guanhu.rules.retention import ClearingState
from tests import cast as people
from tests.factories import NOW, TODAY, customer_row

pytestmark = pytest.mark.slow


@pytest.fixture
def here(office, lake, tmp_path):
    """Somebody standing by."""
    return standby.Standby(lake, tmp_path / "uploads", SHIPPED, lambda: NOW)


def asked(office, number: str = "C000101") -> Case:
    """A case whose search was asked for."""
    public_id, _number = cases.open_case(by=office.privacy, customer_no=number, kind="copy", proof="document", asks="",
                                         today=TODAY, now=NOW)  # fmt: skip
    bound = require(office.privacy, Permission.CASE_WRITE, number=number)
    cases.ask_search(by=bound, case=public_id, now=NOW)
    return Case.objects.for_system("test").get(public_id=public_id)


def test_a_search_that_was_asked_for_is_done_once(here, office):
    row = asked(office)
    assert [said for said in here.attend() if row.number in said]
    assert here.attend() == []
    row.refresh_from_db()
    assert (row.search_done, row.search_of) == (row.search_of, row.search_done)
    assert row.search_done_at == NOW
    assert Finding.objects.for_system("test").filter(case=row).exists()


def test_a_search_that_fails_says_so_and_may_be_asked_for_again(here, office, monkeypatch):
    row = asked(office)
    monkeypatch.setattr(finding, "_everywhere", lambda *given: iter([(_ for _ in ()).throw(OSError("disk"))]))
    with pytest.raises(OSError, match="disk"):
        here.attend()
    row.refresh_from_db()
    assert row.search_fault == "OSError"
    assert case_queries.waiting() == []
    monkeypatch.undo()
    cases.ask_search(
        by=require(office.privacy, Permission.CASE_WRITE, number=row.customer_no), case=row.public_id, now=NOW
    )
    here.attend()
    row.refresh_from_db()
    assert row.search_done_at == NOW


def test_a_dry_run_that_was_asked_for_waits_for_its_second_person(here, office):
    clearings.propose(by=office.data, as_of=TODAY, now=NOW)
    here.attend()
    (waiting,) = [one for one in clearing_queries.rounds(office.privacy) if one.state is ClearingState.COUNTED]
    assert waiting.parts
    assert here.clear() is None
    clearings.approve(by=office.privacy, clearing=waiting.public_id, now=NOW)
    assert here.clear() == 0


def test_the_trail_is_read_so_often_that_nobody_waits_five_minutes(here, office, monkeypatch):
    moments = []
    monkeypatch.setattr(standby.alarms, "watch", lambda lake, policy, now: moments.append(now) or
                        standby.alarms.Watched(TODAY, 0, 0, 0))  # fmt: skip
    for minutes in (0, 2, 4, 5, 6, 10):
        here.now = lambda minutes=minutes: NOW + timedelta(minutes=minutes)
        here.attend()
    assert [(at - NOW) // timedelta(minutes=1) for at in moments] == [0, 4, 10]


def test_one_at_a_time_stands_by(here, office, transactional_db):
    import psycopg
    from django.db import connection

    row = asked(office)
    told = connection.get_connection_params()
    with psycopg.connect(host=told["host"], port=told["port"], user=told["user"], dbname=told["dbname"]) as other:
        other.execute("select pg_advisory_lock(%s)", [standby.LOCK])
        assert here.attend() == []
    row.refresh_from_db()
    assert row.search_begun_at is None


def test_other_numbers_under_the_same_document_are_named_and_not_told(here, office, cast):
    twin = customer_row(777, name="赵桂芳", id_no="360102196303050428", keeper_no="S03", branch_no="B2")
    customers.take_in(people.persons(customers=[*people.CUSTOMERS, twin]))
    row = asked(office)
    here.attend()
    found = Finding.objects.for_system("test").get(case=row, table="customers_customer", sure=False)
    assert found.where == ["C000777"]
    bound = require(office.privacy, Permission.CASE_WRITE, number=row.customer_no)
    assert "C000777" not in str(cases.hand_over(by=bound, case=row.public_id, form="json", now=NOW).plain())
