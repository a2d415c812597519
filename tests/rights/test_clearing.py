"""期限清理: counted first, approved by a second person, carried out to the row; holds win; the trail tells of it."""

import itertools
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.utils.timezone import make_aware

from guanhu.apps.audit.models import Entry
from guanhu.apps.customers import actions as customers
from guanhu.apps.customers import retention
from guanhu.apps.customers.books import queries as books
from guanhu.apps.customers.cases.models import Hold
from guanhu.apps.customers.models import (
    Account,
    Complaint,
    Consent,
    ContactPoint,
    Customer,
    Quarantined,
    SearchKey,
    StageRecord,
)
from guanhu.apps.people.alarms.models import Looked
from guanhu.apps.people.clearing import actions, queries
from guanhu.apps.people.clearing.models import Clearing
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.people.models import SignIn, Staff
from guanhu.apps.work import actions as work
from guanhu.apps.work.models import Promise, Touch
from guanhu.engine import backend, tables
from guanhu.feeds.errors import Problem
from guanhu.feeds.intake import Quarantined as KeptAside
from guanhu.night import clearing
from guanhu.rules.access import Denied
from guanhu.rules.policy import SHIPPED
from guanhu.rules.privacy import Keep
from guanhu.rules.retention import ClearingState, left_on
from tests import cast as people
from tests.cast import LI, SUN, ZHAO
from tests.factories import NOW, TODAY, contact_row, customer_row

pytestmark = pytest.mark.slow
ONE = timedelta(days=1)
LONG_AGO = date(2021, 11, 1)
LEFT = TODAY - 91 * ONE


def moment(day: date) -> datetime:
    """Noon of a day."""
    return make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=12)


@pytest.fixture
def aged(office, cast, grounds):
    """Something old beside something young in every kind of table; 李建华 left long ago, 孙敏 a day too late."""
    accounts = [account_row(9001, LI, LEFT), account_row(9002, SUN, LEFT + ONE), account_row(9003, ZHAO, None)]
    complaints = [
        {"complaint": 1, "customer": ZHAO, "opened_on": date(2015, 1, 1), "closed_on": LONG_AGO, "subject": "老事"},
        {"complaint": 2, "customer": ZHAO, "opened_on": date(2015, 1, 1), "closed_on": None, "subject": "未了"},
    ]
    customers.take_in(people.persons(accounts=accounts, complaints=complaints))
    work.take_contacts({"contacts": [contact_row(1, ZHAO, day_on=LONG_AGO), contact_row(2, ZHAO, day_on=TODAY - ONE),
                                     contact_row(3, LI, day_on=TODAY - 200 * ONE)]})  # fmt: skip
    customers.keep_quarantine(TODAY - 31 * ONE, [kept("C000101")])
    customers.keep_quarantine(TODAY - 30 * ONE, [kept("C000102")])
    retention.note_departures(TODAY, [row["customer"] for row in people.CUSTOMERS])
    Looked.objects.create(
        staff_no="S01", role="keeper", day=TODAY - 400 * ONE, viewed=1, revealed=0, listed=0, outside=0
    )
    for number, day in enumerate((TODAY - 400 * ONE, TODAY - ONE)):
        SignIn.objects.create(
            staff=Staff.objects.get(staff_no="S01"), session_hash=f"h{number}", role="keeper", agent_hash="a",
            branch_id=cast.shen.branch_id, started_at=moment(day), seen_at=moment(day), ended_at=moment(day),
            end="signed_out",
        )  # fmt: skip
    for day in (TODAY - 398 * ONE, TODAY - 397 * ONE, TODAY - ONE):
        standing = {column.name: None for column in tables.STANDINGS.columns}
        rows = [standing | {"customer": key, "branch_no": "B1", "policy": "t"} for key in (ZHAO, LI, SUN)]
        grounds.lake.write_rows(tables.STANDINGS, day, rows)
    (grounds.uploads / "2026-11-09").mkdir(parents=True)
    (grounds.uploads / "2026-11-10").mkdir()
    return grounds


def account_row(key: int, customer: int, closed: date | None) -> dict:
    """An account as the door hands it over."""
    return {"account": key, "customer": customer, "account_no": f"62220000{key:06d}", "kind": "current",
            "opened_on": date(2010, 1, 1), "closed_on": closed}  # fmt: skip


def kept(number: str) -> KeptAside:
    """A row kept aside."""
    return KeptAside(Problem("customers.csv", 2, "name", "too_long", "太长", "值"), {"customer_no": number})


def standing_keys(grounds, day) -> list[int]:
    return [row["customer"] for row in grounds.lake.rows(tables.STANDINGS, day)]


def by_table(parts) -> dict[tuple[str, Keep], int]:
    return {(part.table, part.keep): part.rows for part in parts if part.rows}


EXPECTED = {
    ("customers_customer", Keep.WHILE_CUSTOMER): 1, ("customers_account", Keep.WHILE_CUSTOMER): 1,
    ("customers_searchkey", Keep.WHILE_CUSTOMER): 10,
    ("customers_complaint", Keep.FIVE_YEARS): 1, ("work_touch", Keep.FIVE_YEARS): 1,
    ("customers_quarantined", Keep.THIRTY_DAYS): 1, ("people_looked", Keep.TWELVE_MONTHS): 1,
    ("people_signin", Keep.TWELVE_MONTHS): 1, ("answers/standings", Keep.THIRTEEN_MONTHS): 3,
    ("answers/standings", Keep.WHILE_CUSTOMER): 2, ("uploads", Keep.FOURTEEN_DAYS): 1,
}  # fmt: skip


def digest() -> list:
    """Every row of every table of ours but the trail and the clearings."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select tablename from pg_tables where schemaname = 'public'"
            " and tablename ~ '^(customers|work|people)_' and tablename !~ 'clearing' order by 1"
        )
        names = [name for (name,) in cursor.fetchall()]
        said = []
        for name in names:
            cursor.execute(f"select count(*), md5(string_agg(t::text, '|' order by t::text)) from {name} t")
            said.append((name, *cursor.fetchone()))
    return said


def test_a_dry_run_counts_to_the_row_and_changes_nothing(aged):
    before = digest()
    parts = clearing.plan(aged)
    assert by_table(parts) == EXPECTED
    assert digest() == before
    oldest = next(part for part in parts if part.table == "work_touch")
    assert (oldest.oldest_on, oldest.newest_on) == (LONG_AGO, LONG_AGO)


def approved(office, grounds, *, as_of=TODAY) -> None:
    """A round proposed, counted and approved."""
    actions.propose(by=office.data, as_of=as_of, now=NOW)
    clearing.count(queries.waiting().key, grounds, now=lambda: NOW)
    actions.approve(by=office.privacy, clearing=queries.proposed().public_id, now=NOW)


def run(grounds, **more):
    return clearing.carry_out(grounds, now=lambda: NOW, today=TODAY, **more)


def test_what_was_approved_goes_and_nothing_else(aged, office):
    approved(office, aged)
    assert run(aged) == sum(EXPECTED.values())
    assert by_table(clearing.plan(aged)) == {}
    assert Clearing.objects.get().state == ClearingState.DONE
    assert sorted(Touch._base_manager.values_list("contact_key", flat=True)) == [2, 3]
    assert list(Complaint._base_manager.values_list("key", flat=True)) == [2]
    assert [bool(row.raw) for row in Quarantined._base_manager.order_by("day")] == [False, True]
    assert Quarantined._base_manager.count() == 2
    assert aged.lake.days(tables.STANDINGS) == [TODAY - 397 * ONE, TODAY - ONE]
    assert standing_keys(aged, TODAY - ONE) == [ZHAO, SUN]
    assert [folder.name for folder in aged.uploads.iterdir()] == ["2026-11-10"]


def test_of_a_customer_who_left_only_a_key_stays_and_nobody_sees_it(aged, office, cast):
    approved(office, aged)
    run(aged)
    row = Customer._base_manager.get(pk=LI)
    assert (row.customer_no, row.name, row.name_pinyin, row.birth_on, row.id_no, row.keeper_id) == (
        f"~{LI}", f"~{LI}", "", "", None, None
    )  # fmt: skip
    assert not ContactPoint._base_manager.filter(customer_id=LI).exists()
    assert not SearchKey._base_manager.filter(customer_id=LI).exists()
    assert not Account._base_manager.filter(customer_id=LI).exists()
    assert Touch._base_manager.filter(customer_id=LI).count() == 1
    assert Consent._base_manager.filter(customer_id=LI, granted=False).count() == 1
    assert books.book(cast.qin).total < 3
    assert {line.name for line in books.book(cast.shen).rows} == {"赵*芳"}
    assert Customer._base_manager.get(pk=SUN).name == "孙敏"


def test_who_comes_back_is_a_customer_as_before(aged, office, cast):
    approved(office, aged)
    run(aged)
    customers.take_in(people.persons(accounts=[account_row(9009, LI, None)]))
    retention.note_departures(TODAY, [row["customer"] for row in people.CUSTOMERS])
    row = Customer._base_manager.get(pk=LI)
    assert (row.name, row.left_on, row.cleared_on) == ("李建华", None, None)


def test_a_legal_hold_keeps_a_person_whole(aged, office):
    Hold._base_manager.create(customer_id=LI, reason="反洗钱法 34 条协查", since_on=TODAY, set_at=NOW)
    Hold._base_manager.create(customer_id=ZHAO, reason="诉讼", since_on=TODAY, set_at=NOW)
    parts = clearing.plan(aged)
    assert {
        key for key, rows in by_table(parts).items() if key[0] in ("customers_customer", "customers_account")
    } == set()
    held = {part.table: part.held for part in parts if part.held}
    assert held == {"customers_customer": 1, "customers_account": 1, "customers_searchkey": 10,
                    "customers_complaint": 1, "work_touch": 1,
                    "answers/standings": 2}  # fmt: skip
    approved(office, aged)
    run(aged)
    assert Customer._base_manager.get(pk=LI).name == "李建华"
    assert Touch._base_manager.count() == 3
    assert standing_keys(aged, TODAY - 398 * ONE) == [ZHAO, LI]
    assert standing_keys(aged, TODAY - ONE) == [ZHAO, LI, SUN]


def test_a_promise_goes_before_the_contact_it_was_made_in(aged, office, cast):
    old = Touch._base_manager.get(contact_key=1)
    Promise._base_manager.create(customer_id=ZHAO, staff_id=cast.shen.staff_id, made_on=LONG_AGO, made_in=old,
                                 due_on=TODAY - ONE, channel="call")  # fmt: skip
    assert ("work_touch", Keep.FIVE_YEARS) not in by_table(clearing.plan(aged))
    Promise._base_manager.update(due_on=LONG_AGO)
    approved(office, aged)
    run(aged)
    assert Promise._base_manager.count() == 0
    assert not Touch._base_manager.filter(contact_key=1).exists()


def test_a_refusal_stays_for_ever_and_a_consent_five_years_after_it_was_taken_back(aged, office):
    Consent._base_manager.filter(customer_id=ZHAO).update(changed_on=date(2015, 1, 1))
    Consent._base_manager.create(
        customer_id=ZHAO, source="own", purpose="marketing", granted=False, changed_on=LONG_AGO, recorded_at=NOW,
        by=Staff.objects.get(staff_no="S01"),
    )  # fmt: skip
    assert by_table(clearing.plan(aged))[("customers_consent", Keep.CONSENT)] == 1
    approved(office, aged)
    run(aged)
    assert list(Consent._base_manager.filter(customer_id=ZHAO).values_list("granted", flat=True)) == [False]


# ---------------------------------------------------------------- two persons


def test_whoever_proposes_does_not_approve_and_roles_are_apart(aged, office):
    with pytest.raises(Denied):
        actions.propose(by=office.privacy, as_of=TODAY, now=NOW)
    actions.propose(by=office.data, as_of=TODAY, now=NOW)
    clearing.count(queries.waiting().key, aged, now=lambda: NOW)
    waiting = queries.proposed().public_id
    with pytest.raises(Denied):
        actions.approve(by=office.data, clearing=waiting, now=NOW)
    with pytest.raises(Refused):
        actions.approve(by=replace(office.privacy, staff_id=office.data.staff_id), clearing=waiting, now=NOW)
    actions.approve(by=office.privacy, clearing=waiting, now=NOW)
    with pytest.raises(Conflict):
        actions.propose(by=office.data, as_of=TODAY, now=NOW)


def test_nothing_goes_that_was_not_approved(aged, office):
    before = digest()
    actions.propose(by=office.data, as_of=TODAY, now=NOW)
    assert run(aged) is None
    clearing.count(queries.waiting().key, aged, now=lambda: NOW)
    assert run(aged) is None
    actions.decline(by=office.privacy, clearing=queries.proposed().public_id, why="再等一季", now=NOW)
    assert run(aged) is None
    assert digest() == before


def test_a_round_that_grew_stale_or_no_longer_agrees_lapses_untouched(aged, office):
    approved(office, aged)
    before = digest()
    with pytest.raises(clearing.ClearingStopped, match="过期"):
        clearing.carry_out(aged, now=lambda: NOW, today=TODAY + 8 * ONE)
    assert Clearing.objects.get().state == ClearingState.LAPSED
    approved(office, aged)
    Touch._base_manager.bulk_create(
        Touch(source="bank", contact_key=100 + n, customer_id=ZHAO, staff_no="S01", day_on=LONG_AGO, channel="call",
              outcome="reached") for n in range(12)
    )  # fmt: skip
    with pytest.raises(clearing.ClearingStopped, match="触达"):
        run(aged)
    assert [row for row in digest() if row[0] != "work_touch"] == [row for row in before if row[0] != "work_touch"]


def test_a_round_that_was_interrupted_goes_on_and_counts_every_row_once(aged, office, monkeypatch):
    approved(office, aged)
    whole = actions.clear_batch
    calls = itertools.count()

    def torn(*given, **named):
        if next(calls) == 5:
            raise KeyboardInterrupt
        return whole(*given, **named)

    monkeypatch.setattr(actions, "clear_batch", torn)
    with pytest.raises(KeyboardInterrupt):
        run(aged)
    assert Clearing.objects.get().state == ClearingState.RUNNING
    run(aged)
    cleared = {
        (part.table, Keep(part.keep)): part.cleared for part in Clearing.objects.get().parts.all() if part.cleared
    }
    assert cleared == EXPECTED
    assert by_table(clearing.plan(aged)) == {}


def test_rows_go_in_batches_each_with_its_record(aged, office):
    Touch._base_manager.filter(source="bank").update(day_on=LONG_AGO)
    small = replace(aged, policy=replace(SHIPPED, clearing_batch=2))
    approved(office, small)
    run(small)
    told = [
        entry.record
        for entry in Entry.objects.filter(action="clearing").order_by("seq")
        if "work_touch" in entry.record
    ]
    assert len(told) == 2
    assert Entry.objects.filter(action="clearing", actor="P01", result="approved").count() == 1
    assert Entry.objects.filter(action="clearing", actor="D01", result="proposed").count() == 1


def test_the_trail_itself_is_counted_and_left(aged, office):
    later = replace(aged, as_of=TODAY + 5 * 365 * ONE)
    part = next(part for part in clearing.plan(later) if part.table == "audit_entry")
    assert part.rows == Entry.objects.count() > 0
    approved(office, later)
    clearing.carry_out(later, now=lambda: NOW, today=TODAY)
    assert Entry.objects.count() >= part.rows


def test_a_clearing_that_forgets_the_hold_is_found(aged, office, monkeypatch):
    Hold._base_manager.create(customer_id=LI, reason="协查", since_on=TODAY, set_at=NOW)
    approved(office, aged)
    monkeypatch.setattr(clearing.holds, "held", frozenset)
    with pytest.raises(clearing.ClearingStopped):
        run(replace(aged, policy=replace(SHIPPED, clearing_differs_rows=0)))


# ---------------------------------------------------------------- who has left


def test_the_database_says_who_left_as_the_rule_does(cast):
    cases = list(itertools.product((True, False), ((), (None,), (LEFT,), (LEFT, LEFT - ONE), (LEFT, None))))
    rows = [customer_row(5000 + n) for n in range(len(cases))]
    accounts = [
        account_row(100 * n + m + 1, 5000 + n, closed)
        for n, (_listed, closings) in enumerate(cases) for m, closed in enumerate(closings)
    ]  # fmt: skip
    customers.take_in({"customers": rows, "accounts": accounts})
    listed = [5000 + n for n, (is_listed, _closings) in enumerate(cases) if is_listed]
    retention.note_departures(TODAY, listed)
    for n, (is_listed, closings) in enumerate(cases):
        closed = [day for day in closings if day]
        expected = left_on(None if is_listed else TODAY, max(closed, default=None),
                           has_open_account=len(closed) < len(closings))  # fmt: skip
        assert Customer._base_manager.get(pk=5000 + n).left_on == expected, cases[n]
    retention.note_departures(TODAY + ONE, listed)
    absent = 5000 + cases.index((False, (None,)))
    assert Customer._base_manager.get(pk=absent).left_on == TODAY


def test_a_colleague_who_left_keeps_her_number_and_nothing_else(aged, office):
    Staff.objects.filter(staff_no="S02").update(is_active=False, phone="13800000000")
    actions.note_departures(TODAY - 400 * ONE)
    approved(office, aged)
    run(aged)
    row = Staff.objects.get(staff_no="S02")
    assert (row.name, row.phone) == ("S02", "")
    Staff.objects.filter(staff_no="S02").update(is_active=True)
    actions.note_departures(TODAY)
    assert Staff.objects.get(staff_no="S02").left_on is None


def test_a_snapshot_that_is_the_only_one_stays_however_old(aged, office):
    old = date(2020, 1, 1)
    aged.lake.write(tables.CUT_OFFS, old, backend.frame([], {c.name: c.type for c in tables.CUT_OFFS.columns}))
    row = {column.name: None for column in tables.KEEPERS.columns}
    aged.lake.write_rows(tables.KEEPERS, old, [row | {"customer": ZHAO, "keeper_no": "S01", "stage": "known"}])
    approved(office, aged)
    run(aged)
    assert aged.lake.days(tables.KEEPERS) == [old]
    assert aged.lake.days(tables.CUT_OFFS) == [old]


def test_a_stage_in_force_stays_and_one_superseded_goes_after_five_years(aged, cast):
    StageRecord._base_manager.filter(customer_id=ZHAO).update(stage_on=LONG_AGO)
    assert ("customers_stagerecord", Keep.FIVE_YEARS) not in by_table(clearing.plan(aged))
    StageRecord._base_manager.create(customer_id=ZHAO, source="own", stage="friend", stage_on=TODAY, note="常来",
                                     by_id=cast.shen.staff_id, recorded_at=NOW)  # fmt: skip
    assert by_table(clearing.plan(aged))[("customers_stagerecord", Keep.FIVE_YEARS)] == 1
