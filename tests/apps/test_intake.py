"""The bank's persons come in: nothing lost, our own word kept, the same lists twice change nothing."""

import hashlib
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest

from guanhu.apps.catalog.models import Product
from guanhu.apps.customers import actions, queries
from guanhu.apps.customers.books import queries as books
from guanhu.apps.customers.models import Account, Complaint, Consent, ContactPoint, Customer, Quarantined, StageRecord
from guanhu.apps.people import actions as people_actions
from guanhu.apps.people import vault
from guanhu.apps.people.models import Staff
from guanhu.apps.work import actions as work
from guanhu.apps.work.models import Touch
from guanhu.feeds.errors import Problem
from guanhu.feeds.intake import Quarantined as KeptAside
from tests.cast import CUSTOMERS, LI, STAFF, ZHAO, Cast, persons
from tests.factories import DAY, NOW, TODAY, contact_row, customer_row

ACCOUNTS = [
    {"account": 501, "customer": ZHAO, "account_no": "6222020200001122", "card_no": "6217000011112222",
     "kind": "deposit", "account_class": "1", "opened_on": date(2023, 12, 1), "closed_on": None},
]  # fmt: skip
COMPLAINTS = [
    {"complaint": 601, "customer": LI, "opened_on": date(2026, 11, 20), "closed_on": None, "subject": "到账慢"}
]


def digest(*tables: str) -> str:
    """One hash over every row of these tables."""
    told = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"select t::text from {table} t order by t::text")
            told.update(repr(cursor.fetchall()).encode())
    return told.hexdigest()


TAKEN = (
    "people_branch", "people_staff", "catalog_product", "customers_customer", "customers_contactpoint",
    "customers_account", "customers_consent", "customers_complaint", "customers_stagerecord", "work_touch",
)  # fmt: skip
FULL = {
    "accounts": ACCOUNTS,
    "complaints": COMPLAINTS,
    "products": [{"product_no": "D3", "name": "三年定期", "kind": "deposit", "term_days": 1095}],
    "contacts": [contact_row(1, ZHAO), contact_row(2, LI, staff_no="X99", outcome="no_answer", at_time=time(9, 5))],
}


def take(**more: Any) -> None:
    lists = persons(**{**FULL, **more})
    actions.take_in(lists)
    work.take_contacts(lists)


def test_the_same_lists_twice_change_nothing(db: None):
    take()
    before = digest(*TAKEN)
    take()
    assert digest(*TAKEN) == before


def test_what_changed_at_the_bank_changes_here(db: None):
    take()
    before = digest(*TAKEN)
    changed = [row | {"occupation": "医生"} if row["customer"] == LI else row for row in CUSTOMERS]
    take(customers=changed)
    assert digest(*TAKEN) != before
    assert Customer.objects.for_system("a test").get(key=LI).occupation == "医生"


def test_the_banks_list_moves_a_customer_to_another_keeper(db: None):
    take()
    moved = [row | {"keeper_no": "S02"} if row["customer"] == LI else row for row in CUSTOMERS]
    take(customers=moved)
    assert Customer.objects.for_system("a test").get(key=LI).keeper.staff_no == "S02"


def test_a_list_that_names_nobody_leaves_the_keeper_alone(db: None):
    take()
    take(customers=[row | {"keeper_no": None} for row in CUSTOMERS])
    assert Customer.objects.for_system("a test").get(key=LI).keeper.staff_no == "S01"


def test_the_banks_list_names_a_keeper_where_we_have_none(db: None):
    take(customers=[row | {"keeper_no": None} for row in CUSTOMERS])
    take()
    assert Customer.objects.for_system("a test").get(key=LI).keeper.staff_no == "S01"


def test_a_stage_set_here_wins_over_the_old_systems(cast: Cast):
    told = {"by": cast.shen, "customer": cast.zhao, "day": TODAY, "now": NOW}
    actions.set_stage(stage="friend", current="relied_on", note="介绍了两位同事", **told)
    take()
    assert Customer.objects.for_system("a test").get(key=ZHAO).stage == "friend"
    assert [row.stage for row in StageRecord.objects.for_system("a test").filter(customer_id=ZHAO).order_by("pk")] == [
        "relied_on", "friend"
    ]  # fmt: skip


def test_the_old_systems_stage_counts_where_nobody_set_one(db: None):
    take()
    assert Customer.objects.for_system("a test").get(key=ZHAO).stage == "relied_on"
    assert Customer.objects.for_system("a test").get(key=LI).stage == "known"


def test_a_consent_the_bank_withdrew_from_its_list_is_gone_and_ours_stays(cast: Cast):
    actions.refuse_marketing(by=cast.shen, customer=cast.zhao, day=TODAY, now=NOW, evidence="电话里说的")
    take(consents=[])
    rows = Consent.objects.for_system("a test").values_list("customer_id", "source", "granted")
    assert list(rows) == [(ZHAO, "own", False)]


def test_a_delivery_without_a_file_leaves_its_rows_alone(db: None):
    take()
    before = digest("customers_customer", "customers_consent", "customers_account")
    actions.take_in({})
    assert digest("customers_customer", "customers_consent", "customers_account") == before


def test_old_contacts_keep_their_author_and_their_day(db: None):
    take()
    rows = (
        Touch.objects.for_system("a test").order_by("contact_key").values_list("staff_no", "staff", "day_on", "at_time")
    )
    shen = Staff.objects.get(staff_no="S01").pk
    assert list(rows) == [("S01", shen, date(2026, 10, 12), None), ("X99", None, date(2026, 10, 12), time(9, 5))]


def test_an_old_contact_is_written_once_and_stays_as_it_was(db: None):
    take()
    take(contacts=[contact_row(1, ZHAO, outcome="declined", staff_no="S02")])
    assert Touch.objects.for_system("a test").get(contact_key=1).outcome == "reached"


@pytest.mark.slow
def test_ten_thousand_old_contacts_come_in_and_none_is_lost(db: None):
    customers = [customer_row(key) for key in range(1, 401)]
    rows = [
        contact_row(n, 1 + n % 400, day_on=date(2025, 6, 1) + timedelta(days=n % 500), note=f"第 {n} 次\t\\N 谈话")
        for n in range(1, 10_001)
    ]
    actions.take_in(persons(customers=customers, consents=[]))
    assert work.take_contacts({"contacts": rows}) == 10_000
    assert work.take_contacts({"contacts": rows}) == 10_000
    assert Touch.objects.for_system("a test").count() == 10_000
    told = Touch.objects.for_system("a test").get(contact_key=9_999)
    assert (told.customer_id, told.day_on, told.said) == (400, date(2026, 10, 13), "第 9999 次\t\\N 谈话")


def test_a_contact_of_a_customer_nobody_knows_stops_the_intake(db: None):
    def contact_of_nobody() -> None:
        with transaction.atomic():
            take(contacts=[contact_row(1, 999_999)])
            connection.check_constraints()

    with pytest.raises(IntegrityError, match="customer_id"):
        contact_of_nobody()
    assert not Touch.objects.for_system("a test").exists()


def test_a_refusal_of_the_database_quotes_no_person(db: None):
    nobody = [row | {"kind": None} if row["customer"] == ZHAO else row for row in CUSTOMERS]
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        take(customers=nobody)
    assert "kind" in str(refusal.value)
    assert "赵桂芳" not in str(refusal.value)
    assert refusal.value.__cause__ is None


SECRETS = {"360102196303050428": "证件", "13812342716": "手机", "6222020200001122": "账号", "6217000011112222": "卡号",
           "青山路": "地址"}  # fmt: skip


def readable(tables: tuple[str, ...]) -> list[str]:
    """Which of the cast's secrets can be read in these tables by who reads the disk."""
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"select t::text from {table} t")
            text = repr(cursor.fetchall())
            found += [what for secret, what in SECRETS.items() if secret in text or secret.encode().hex() in text]
    return found


def test_numbers_and_addresses_lie_sealed_and_read_open(db: None):
    take()
    assert readable(TAKEN) == []
    assert vault.open(Customer.objects.for_system("a test").get(key=ZHAO), "id_no") == "360102196303050428"
    assert vault.open(ContactPoint.objects.for_system("a test").get(), "value") == "13812342716"
    account = Account.objects.for_system("a test").get()
    opened = vault.open(account, "account_no"), vault.open(account, "card_no")
    assert opened == ("6222020200001122", "6217000011112222")


def test_a_number_written_in_the_clear_is_noticed(db: None):
    take(contacts=[contact_row(1, ZHAO, note="新号码 13812342716")])
    assert readable(TAKEN) == ["手机"]


def test_names_sort_and_are_found_by_their_sound(cast: Cast):
    assert Customer.objects.for_system("a test").get(key=ZHAO).name_pinyin == "zhaoguifang"
    assert [row.name for row in books.book(cast.shen, search="zhao").rows] == ["赵*芳"]


def test_a_colleague_not_on_the_list_any_more_may_not_sign_in(db: None):
    take()
    people_actions.set_password(staff_no="S02", password="long enough 12")
    assert authenticate(HttpRequest(), username="S02", password="long enough 12") is not None
    take(staff=[row for row in STAFF if row["staff_no"] != "S02"])
    assert authenticate(HttpRequest(), username="S02", password="long enough 12") is None


def test_the_list_of_the_day_does_not_change_a_password(db: None):
    take()
    people_actions.set_password(staff_no="S01", password="long enough 12")
    take()
    assert authenticate(HttpRequest(), username="S01", password="long enough 12") is not None


def test_a_new_colleague_cannot_sign_in_before_she_has_a_password(db: None):
    take()
    assert not Staff.objects.get(staff_no="S01").has_usable_password()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"leave_from": date(2026, 11, 20), "leave_to": date(2026, 11, 25)}, (date(2026, 11, 20), date(2026, 11, 25))),
        ({"leave_from": date(2026, 11, 20)}, (date(2026, 11, 20), date(2026, 11, 20))),
        ({"leave_to": date(2026, 11, 25)}, (None, None)),
    ],
)
def test_a_leave_has_both_ends(db: None, given: dict[str, Any], kept: tuple[Any, Any]):
    take(staff=[STAFF[0] | given, *STAFF[1:]])
    row = Staff.objects.get(staff_no="S01")
    assert (row.leave_from_on, row.leave_to_on) == kept
    with pytest.raises(IntegrityError, match="staff_leave_has_both_ends"), transaction.atomic():
        Staff.objects.filter(pk=row.pk).update(leave_from_on=date(2026, 11, 26), leave_to_on=None)


def test_a_product_no_longer_sold_stays(db: None):
    take()
    take(products=[])
    assert Product.objects.get().name == "三年定期"


def kept_aside(row: int, value: str = "男女") -> KeptAside:
    return KeptAside(
        Problem("客户.csv", row, "gender", "words", "性别不识", value), {"name": "赵桂芳", "gender": value}
    )


def test_rows_kept_aside_are_replaced_by_the_same_day_and_sealed(db: None):
    assert actions.keep_quarantine(DAY, [kept_aside(3), kept_aside(7)]) == 2
    assert actions.keep_quarantine(DAY, [kept_aside(7)]) == 1
    assert actions.keep_quarantine(TODAY, [KeptAside(Problem("授权.csv", None, None, "sum", "合计不符"), {})]) == 1
    rows = Quarantined.objects.for_system("a test").order_by("day", "row")
    assert [(row.file, row.row, row.column, vault.open(row, "value")) for row in rows] == [
        ("客户.csv", 7, "gender", "男女"), ("授权.csv", 0, "", None)
    ]  # fmt: skip
    assert vault.open(rows[0], "raw") == '{"name": "赵桂芳", "gender": "男女"}'
    with connection.cursor() as cursor:
        cursor.execute("select t::text from customers_quarantined t")
        assert "赵桂芳".encode().hex() not in repr(cursor.fetchall())


def test_a_complaint_is_closed_after_it_was_opened(db: None):
    take()
    with pytest.raises(IntegrityError, match="complaint_closed_after"), transaction.atomic():
        Complaint.objects.for_system("a test").update(closed_on=date(2026, 11, 1))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("consent_own_needs_evidence", {"granted": True}),
        ("consent_own_is_signed", {"granted": False, "recorded_at": None}),
    ],
)
def test_our_own_consent_is_signed_and_has_evidence(cast: Cast, name: str, told: dict[str, Any]):
    row = {"customer_id": LI, "source": "own", "purpose": "marketing", "changed_on": TODAY, "by_id": cast.shen.staff_id,
           "recorded_at": NOW, **told}  # fmt: skip
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Consent.objects.create(**row)


def test_a_customer_who_comes_twice_in_one_list_stops_the_intake(db: None):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        take(customers=[*CUSTOMERS, CUSTOMERS[0]])
    assert "赵桂芳" not in str(refusal.value)
    assert not Customer.objects.for_system("a test").exists()


def test_a_row_that_stays_as_it_is_is_neither_written_nor_held(db: None):
    take()
    with connection.cursor() as cursor:
        cursor.execute("select key, ctid::text, xmax::text from customers_customer order by key")
        before = cursor.fetchall()
        take(customers=[row | {"occupation": "医生"} if row["customer"] == LI else row for row in CUSTOMERS])
        cursor.execute("select key, ctid::text, xmax::text from customers_customer order by key")
        moved = [old[0] for old, new in zip(before, cursor.fetchall(), strict=True) if old != new]
    assert moved == [LI]


def test_the_banks_word_is_merged_among_the_banks_words_alone(cast: Cast):
    actions.refuse_marketing(by=cast.shen, customer=cast.zhao, day=TODAY, now=NOW, evidence="电话里说的")
    granted = {"customer": ZHAO, "purpose": "marketing", "granted": True, "changed_on": TODAY, "evidence": "柜面"}
    take(consents=[granted])
    rows = Consent.objects.for_system("a test").order_by("source").values_list("source", "granted", "evidence")
    assert list(rows) == [("bank", True, "柜面"), ("own", False, "电话里说的")]
    assert queries.consents_of(cast.shen, ZHAO)[0].granted is False
