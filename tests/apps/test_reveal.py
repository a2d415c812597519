"""A masked value is read in full one at a time: with a purpose, counted, and on the trail before it leaves."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from guanhu.apps.audit import trail
from guanhu.apps.audit.trail import TrailDown
from guanhu.apps.customers import actions
from guanhu.apps.customers.actions import reveal
from guanhu.apps.customers.books import queries as books
from guanhu.apps.customers.models import Account, Customer, Reveal
from guanhu.apps.people.errors import ConfirmFirst, Invisible, Refused, TooMany
from guanhu.apps.people.scope import Viewer
from guanhu.rules.access import Denied, Permission, Reach, Role, require
from guanhu.rules.privacy import RevealField, RevealPurpose
from tests.apps.test_intake import ACCOUNTS
from tests.cast import CUSTOMERS, Cast
from tests.factories import NOW, customer_row

IN_FULL = {
    "phone": "13812342716", "id_no": "360102196303050428", "address": "南昌市东湖区青山路 8 号",
    "email": "zhao.gf@example.com", "account_no": "6222020200001122", "card_no": "6217000011112222",
}  # fmt: skip
LIMIT, BURST = 80, 10


@pytest.fixture
def zhao(cast: Cast) -> dict[str, Any]:
    """赵桂芳 with an e-mail address, an account and a card; how a reveal of hers is asked for."""
    known = [row | {"email": IN_FULL["email"]} if row["name"] == "赵桂芳" else row for row in CUSTOMERS]
    actions.take_in({"customers": known, "accounts": ACCOUNTS})
    account = Account.objects.for_system("a test").get().public_id
    return {"by": cast.shen, "customer": cast.zhao, "purpose": "verify", "now": NOW, "account": account}


def entries() -> list[dict[str, Any]]:
    """What the trail says of reveals, in its order."""
    with connection.cursor() as cursor:
        cursor.execute("select record from audit_entry order by chain, seq")
        rows = [json.loads(row[0]) for row in cursor.fetchall()]
    return [row for row in rows if row["action"] in ("reveal", "call")]


def asked(zhao: dict[str, Any], field: str = "phone", **more: Any) -> str:
    named = {**zhao, "field": field, **more}
    if field not in ("account_no", "card_no"):
        named["account"] = None
    return reveal(**named)


@pytest.mark.parametrize("field", RevealField)
def test_each_field_is_read_in_full_and_leaves_one_record(zhao: dict[str, Any], field: RevealField):
    assert asked(zhao, field.value, words="客户来电核对") == IN_FULL[field.value]
    (told,) = entries()
    assert (told["action"], told["fields"], told["actor"]) == ("reveal", [field.value], "S01")
    assert told["reason"] == "核对客户身份"
    assert "客户来电核对" not in str(told)
    assert told["after"]["words"]
    assert told["person"]
    assert IN_FULL[field.value] not in str(told)


def test_every_field_has_its_value_here():
    assert set(IN_FULL) == set(RevealField)


def test_a_number_for_a_call_is_a_reveal_like_any_other(zhao: dict[str, Any]):
    assert asked(zhao, purpose="call") == IN_FULL["phone"]
    assert [told["action"] for told in entries()] == ["call"]
    assert Reveal.objects.for_system("a test").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"field": "name"}, {"field": ""}, {"purpose": "curious"}, {"purpose": ""}, {"words": "x" * 101}],
)
def test_what_is_not_on_the_lists_is_refused(zhao: dict[str, Any], wrong: dict[str, str]):
    with pytest.raises(Refused):
        reveal(**{**zhao, "field": "phone", **wrong})
    assert entries() == []
    assert not Reveal.objects.for_system("a test").exists()


def test_what_is_not_on_record_is_said_so(zhao: dict[str, Any], cast: Cast):
    with pytest.raises(Refused, match="没有登记"):
        asked(zhao, "id_no", customer=cast.li)
    assert not Reveal.objects.for_system("a test").exists()


@pytest.mark.parametrize("purpose", RevealPurpose)
def test_every_purpose_is_told_in_both_languages(purpose: RevealPurpose):
    assert purpose.zh
    assert purpose.en


# ---------------------------------------------------------------- who


def test_anybody_elses_customer_is_as_if_absent(zhao: dict[str, Any], cast: Cast):
    for who in (cast.zhou, cast.yan):
        for customer in (cast.zhao, UUID(int=7)):
            with pytest.raises(Invisible):
                asked(zhao, by=who, customer=customer)
    assert entries() == []


def test_another_customers_account_does_not_open_under_ones_own(zhao: dict[str, Any], cast: Cast):
    for account in (zhao["account"], UUID(int=7), None):
        with pytest.raises(Invisible):
            reveal(**{**zhao, "field": "account_no", "customer": cast.li, "account": account})


@pytest.mark.parametrize("role", [Role.DATA, Role.AUDIT, Role.SYSTEM, Role.SECURITY, Role.PRIVACY])
def test_no_administrator_reveals_anything(zhao: dict[str, Any], cast: Cast, role: Role):
    with pytest.raises(Denied):
        asked(zhao, by=replace(cast.shen, role=role))


def test_a_head_reveals_in_the_branch_and_a_coach_does_not(zhao: dict[str, Any], cast: Cast):
    head = require(replace(cast.qin, role=Role.HEAD), Permission.REVEAL)
    assert head.reach is Reach.BRANCH
    assert asked(zhao, by=head) == IN_FULL["phone"]
    coach = require(replace(cast.qin, role=Role.COACH), Permission.REVEAL)
    with pytest.raises(Invisible):
        asked(zhao, by=coach)


# ---------------------------------------------------------------- how often


def others(number: int, keeper_no: str = "S01") -> list[UUID]:
    """So many further customers of a colleague, each with a phone."""
    keys = range(2001, 2001 + number)
    actions.take_in({"customers": [*CUSTOMERS, *(customer_row(key, phone=f"139{key:08}", keeper_no=keeper_no)
                                                 for key in keys)]})  # fmt: skip
    rows = Customer.objects.for_system("a test").filter(key__in=keys).order_by("key")
    return list(rows.values_list("public_id", flat=True))


def read(by: Viewer, customers: list[UUID], start: datetime = NOW, every: int = 120, **more: Any) -> Iterator[datetime]:
    """Read one phone after the other; the moment of each."""
    for number, customer in enumerate(customers):
        at = start + timedelta(seconds=number * every)
        reveal(by=by, customer=customer, field="phone", purpose="call", now=at, **more)
        yield at


@pytest.mark.slow
def test_eighty_customers_a_day_and_no_more(cast: Cast):
    everybody = others(LIMIT + 1)
    *_, last = read(cast.shen, everybody[:LIMIT])
    with pytest.raises(TooMany, match="80"):
        list(read(cast.shen, everybody[LIMIT:], last + timedelta(minutes=2)))
    again = reveal(by=cast.shen, customer=everybody[0], field="phone", purpose="call", now=last + timedelta(minutes=2))
    assert again == "13900002001"
    tomorrow = NOW.replace(hour=16) + timedelta(minutes=1)  # past midnight in the branch
    assert list(read(cast.shen, everybody[LIMIT:], tomorrow))
    refused = [told for told in entries() if told["result"] != "done"]
    assert [told["result"] for told in refused] == ["TooMany"]


def test_ten_in_ten_minutes_ask_who_is_at_the_desk(cast: Cast):
    everybody = others(BURST + 2)
    *_, last = read(cast.shen, everybody[:BURST], every=30)
    soon = last + timedelta(seconds=30)
    with pytest.raises(ConfirmFirst, match="10 分钟里已看了 10 次"):
        list(read(cast.shen, everybody[BURST:], soon))
    assert list(read(cast.shen, everybody[BURST:], soon, stepped_up=True))
    assert [told["result"] for told in entries()].count("ConfirmFirst") == 1


def test_ten_spread_over_more_than_ten_minutes_ask_nobody(cast: Cast):
    assert len(list(read(cast.shen, others(BURST + 5), every=61))) == BURST + 5


def test_what_a_colleague_reads_does_not_count_for_another(cast: Cast):
    list(read(cast.shen, others(BURST), every=1))
    actions.take_in({"customers": [row | {"phone": "13700000001"} for row in CUSTOMERS if row["name"] == "孙敏"]})
    assert list(read(cast.zhou, [cast.sun], NOW + timedelta(seconds=20)))


# ---------------------------------------------------------------- no record, no value


def test_without_its_record_no_value_leaves(zhao: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    def down(notes: list[Any]) -> None:
        if notes:
            raise TrailDown("down")

    monkeypatch.setattr(trail, "_append", down)
    with pytest.raises(TrailDown):
        asked(zhao)
    assert not Reveal.objects.for_system("a test").exists()


def test_a_trail_that_is_asked_after_the_value_left_is_noticed(zhao: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    """The twin: a reveal that notes nothing gives its value although the trail is down."""
    monkeypatch.setattr(trail, "_append", lambda notes: (_ for _ in ()).throw(TrailDown("down")) if notes else None)
    monkeypatch.setattr(trail, "note", lambda *args, **told: None)
    assert asked(zhao) == IN_FULL["phone"]


def test_the_record_and_the_count_are_one_with_the_value(zhao: dict[str, Any]):
    def and_then_fail() -> None:
        with transaction.atomic():
            asked(zhao)
            raise RuntimeError("later")

    with pytest.raises(RuntimeError, match="later"):
        and_then_fail()
    assert not Reveal.objects.for_system("a test").exists()


# ---------------------------------------------------------------- found by number


@pytest.mark.parametrize(
    "typed",
    ["13812342716", "138 1234 2716", "+86 138-1234-2716", "１３８１２３４２７１６", "2716", "２７１６",
     "360102196303050428", "360102 19630305 0428", "6222020200001122", "6222 0202 0000 1122", "6217000011112222",
     "C000101", "zhao", "桂芳"],
)  # fmt: skip
def test_a_customer_is_found_by_her_numbers(zhao: dict[str, Any], cast: Cast, typed: str):
    assert [row.public_id for row in books.book(cast.shen, search=typed).rows] == [cast.zhao]


@pytest.mark.parametrize("typed", ["271", "1381234271", "12342716", "36010219630305042", "0428", "1122", "62220202"])
def test_a_part_of_a_number_finds_nobody(zhao: dict[str, Any], cast: Cast, typed: str):
    assert books.book(cast.shen, search=typed).rows == ()


@pytest.mark.parametrize("typed", ["13812342716", "2716", "360102196303050428", "6222020200001122", "C000101"])
def test_nobody_is_found_in_anothers_book(zhao: dict[str, Any], cast: Cast, typed: str):
    assert cast.zhao not in {row.public_id for row in books.book(cast.zhou, search=typed).rows}
    head = require(replace(cast.qin, role=Role.HEAD), Permission.BOOK_READ)
    assert [row.public_id for row in books.book(head, search=typed).rows] == [cast.zhao]
