"""Whoever comes in as new is looked for first; unknown, she becomes a prospect, who can be thrown away and put back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid5

import pytest
from django.test import Client

from guanhu.apps.audit.models import Entry
from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.duplicates import actions as merging
from guanhu.apps.customers.living import actions as living
from guanhu.apps.customers.living.queries import facts_of
from guanhu.apps.customers.living.shapes import FactWords, KeptFact
from guanhu.apps.customers.models import Customer, Notice, Prospect, Visit
from guanhu.apps.customers.prospects import actions, queries
from guanhu.apps.customers.visits.queries import evening
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.queries import shown
from guanhu.apps.work.file import queries as files
from guanhu.rules.access import Role
from guanhu.rules.living import FactKind, HeardFrom
from tests.cast import CUSTOMERS, ZHAO, Cast
from tests.factories import NOW, TODAY, customer_row
from tests.offices import Offices
from tests.web.conftest import signed_in, text
from tests.web.test_a_morning import plain

pytestmark = pytest.mark.slow

PHONE, ID = "138 1234 2716", "360102196303050428"
NEW = {"customer_no": "13900002222", "name": "江望舒", "wish": "开储蓄卡"}


@pytest.fixture
def he(offices: Offices) -> Client:
    """何小满's browser, a teller of B1."""
    return signed_in("S05")


def look(client: Client, typed: str) -> str:
    return plain(text(client.post("/counter/", {"customer_no": typed})))


@pytest.mark.practice("P15")
@pytest.mark.parametrize("typed", [PHONE, ID, "36010219630305042 8", "+86 13812342716"])
def test_a_walk_in_is_recognised_by_phone_or_identity_number_before_a_new_file_is_opened(he: Client, typed: str):
    page = look(he, typed)
    assert "赵*芳" in page
    assert "已是本网点客户，不用再建档" in page
    assert "请引荐给 沈知微" in page
    assert "登记为潜在客户" not in page


@pytest.mark.practice("P15")
@pytest.mark.parametrize("typed", ["13812342717", "2716", "36010219630305042", "360102196303050429"])
def test_one_sign_off_finds_nobody(he: Client, typed: str):
    assert "没有查到" in look(he, typed)


def test_who_belongs_to_another_branch_is_not_told_of(he: Client):
    rows = [{**row, "phone": "13911112222"} if row["branch_no"] == "B2" else row for row in CUSTOMERS]
    customers.take_in({"customers": rows})
    assert "没有查到" in look(he, "13911112222")


def test_a_phone_of_two_persons_names_neither(he: Client, cast: Cast):
    customers.take_in({"customers": [*CUSTOMERS, customer_row(301, name="江远山", phone="13812342716")]})
    page = look(he, PHONE)
    assert "这个号码对应不止一位客户" in page
    assert "赵*芳" not in page


def test_two_numbers_of_one_person_are_one_person(he: Client, cast: Cast):
    customers.take_in({"customers": [*CUSTOMERS, customer_row(301, name="赵桂芳", phone="13812342716")]})
    other = Customer.objects.for_system("a test").get(key=301).public_id
    merging.merge(by=cast.shen, kept=cast.zhao, joined=other, chosen=(), today=TODAY, now=NOW)
    assert "赵*芳" in look(he, PHONE)


@pytest.mark.practice("P15", "P16")
def test_who_is_recognised_by_phone_is_noted_in_the_same_page_and_her_keeper_told(he: Client, cast: Cast):
    page = look(he, PHONE)
    assert "记来访" in page
    told = {"customer_no": PHONE, "visit": "cash", "remark": "问到期"}
    for _twice in range(2):
        answer = plain(text(he.post("/counter/visit/", told)))
        assert "来访已记下，沈知微 会收到提醒" in answer
    row = Visit.objects.for_system("a test").get()
    assert (row.customer_id, row.purpose, row.note) == (ZHAO, "cash", "问到期")
    assert Notice.objects.for_system("a test").get().to_id == cast.shen.staff_id
    events = [event for event in files.rest(cast.shen, cast.zhao).timeline if event.what == "visit"]
    assert [(event.text, event.who) for event in events] == [("问到期", "何小满")]
    assert Entry.objects.filter(action="visit").count() == 1


def test_a_number_in_the_words_is_not_taken_and_what_was_typed_stays(he: Client):
    told = {"customer_no": PHONE, "visit": "cash", "remark": "办卡 6222020200001111222"}
    answer = he.post("/counter/visit/", told)
    assert answer.status_code == 422
    assert "办卡 6222020200001111222" in text(answer)
    assert not Visit.objects.for_system("a test").exists()


def test_a_phone_of_two_persons_notes_no_visit(he: Client, cast: Cast):
    customers.take_in({"customers": [*CUSTOMERS, customer_row(301, name="江远山", phone="13812342716")]})
    assert he.post("/counter/visit/", {"customer_no": PHONE, "visit": "cash"}).status_code == 422
    assert not Visit.objects.for_system("a test").exists()


def test_a_visit_under_either_number_stands_in_the_one_file_and_in_the_evening_under_it(he: Client, cast: Cast):
    customers.take_in({"customers": [*CUSTOMERS, customer_row(301, name="赵桂芳", phone="13812342716")]})
    other = Customer.objects.for_system("a test").get(key=301).public_id
    merging.merge(by=cast.shen, kept=cast.zhao, joined=other, chosen=(), today=TODAY, now=NOW)
    for typed in (PHONE, "C000301"):
        assert he.post("/counter/visit/", {"customer_no": typed, "visit": "cash"}).status_code == 200
    events = [event for event in files.rest(cast.shen, cast.zhao).timeline if event.what == "visit"]
    assert len(events) == 2
    now = shown(cast.shen.branch_id)
    assert now
    assert {one.public_id for one in evening(cast.shen, now).visitors} == {cast.zhao}


@pytest.mark.practice("P15", "P16")
def test_somebody_unknown_is_registered_once_and_only_where_nobody_is_known(he: Client, cast: Cast):
    assert "登记为潜在客户" in look(he, NEW["customer_no"])
    for _twice in range(2):
        assert "已登记为潜在客户" in plain(text(he.post("/counter/prospect/", NEW)))
    row = Prospect.objects.for_system("a test").get()
    assert (row.name, row.wish, row.branch_id) == ("江望舒", "开储蓄卡", cast.shen.branch_id)
    known = he.post("/counter/prospect/", {**NEW, "customer_no": PHONE})
    assert (known.status_code, Prospect.objects.for_system("a test").count()) == (422, 1)
    assert he.post("/counter/prospect/", {**NEW, "customer_no": "C999999"}).status_code == 422
    assert he.post("/counter/prospect/", {**NEW, "name": " "}).status_code == 422


def test_the_same_number_written_in_another_way_is_the_same_person(he: Client):
    for typed in ("13900002222", "139 0000 2222", "+86 13900002222"):
        assert he.post("/counter/prospect/", {**NEW, "customer_no": typed}).status_code == 200
    assert Prospect.objects.for_system("a test").count() == 1


def test_whoever_sees_a_masked_number_cannot_try_out_the_hidden_digits(he: Client):
    he.post("/counter/prospect/", NEW)
    row = Prospect.objects.for_system("a test").select_related("branch").get()
    tried = (f"139{hidden:04}2222" for hidden in range(10))
    assert row.pk not in {uuid5(row.branch.public_id, f"{row.opened_on} {number}") for number in tried}


@pytest.fixture
def qin(cast: Cast) -> Client:
    """秦岚's browser: she leads the branch."""
    return signed_in("S04")


def register(he: Client, many: int) -> list[str]:
    for n in range(many):
        he.post("/counter/prospect/", {**NEW, "customer_no": f"1390000222{n}"})
    rows = Prospect.objects.for_system("a test").order_by("pk")
    return [str(row.pk) for row in rows]


def test_several_go_to_the_bin_at_once_with_who_and_why_and_come_back_as_they_were(he: Client, qin: Client):
    ids = register(he, 3)
    before = list(Prospect.objects.for_system("a test").order_by("pk").values())
    assert qin.post("/prospects/remove/", {"prospect": ids[:2], "why": ""}).status_code == 422
    assert qin.post("/prospects/remove/", {"prospect": ids[:2], "why": "重复登记"}).status_code == 302
    assert plain(text(qin.get("/prospects/"))).count("江*舒") == 1
    page = plain(text(qin.get("/prospects/bin/")))
    assert page.count("江*舒") == 2
    assert "秦岚：重复登记" in page
    assert qin.post("/prospects/restore/", {"prospect": ids[:2]}).status_code == 302
    assert list(Prospect.objects.for_system("a test").order_by("pk").values()) == before
    told = [Entry.objects.filter(action=action).count() for action in ("bin", "unbin")]
    assert told == [2, 2]


@pytest.mark.parametrize(("days", "too_late"), [(30, False), (31, True)])
def test_what_lay_in_the_bin_too_long_does_not_come_back(he: Client, cast: Cast, days: int, too_late: bool):
    ids = register(he, 1)
    head = queries.Viewer(**{**vars(cast.qin), "role": Role.HEAD, "reach": "branch"})
    actions.remove(by=head, prospects=ids, why="重复", now=NOW)
    later = NOW + timedelta(days=days)
    if too_late:
        with pytest.raises(Refused, match="30 天"):
            actions.restore(by=head, prospects=ids, now=later)
    else:
        assert actions.restore(by=head, prospects=ids, now=later) == 1


def test_until_when_one_comes_back_is_counted_from_the_day_of_the_branch(he: Client, cast: Cast):
    head = queries.Viewer(**{**vars(cast.qin), "role": Role.HEAD, "reach": "branch"})
    late = NOW + timedelta(hours=15)  # after midnight here, before it in Greenwich
    actions.remove(by=head, prospects=register(he, 1), why="重复", now=late)
    (row,) = queries.prospects(head, removed_since=NOW)
    assert row.until == TODAY + timedelta(days=31)


def test_one_that_is_not_in_reach_keeps_all_where_they_are(he: Client, cast: Cast):
    ids = register(he, 2)
    with pytest.raises(Refused):
        actions.remove(by=cast.zhou, prospects=ids, why="重复", now=NOW)
    assert not Prospect.objects.for_system("a test").exclude(removed_at=None).exists()


def test_a_look_by_phone_is_on_the_trail_without_the_number(he: Client):
    look(he, PHONE)
    entry = Entry.objects.filter(action="customer_view").order_by("-pk").first()
    assert entry
    assert entry.actor == "S05"
    assert "13812342716" not in str(entry.record)


# ---------------------------------------------------------------- taken off a file

TEA = FactWords(FactKind.LIKE, "爱喝绿茶", HeardFrom.SEEN, TODAY)


def taken_off(cast: Cast) -> KeptFact:
    living.keep_fact(by=cast.shen, customer=cast.zhao, said=TEA, today=TODAY, now=NOW)
    (one,) = facts_of(cast.shen, ZHAO)
    living.remove_fact(by=cast.shen, customer=cast.zhao, item=one.item, version=1, now=NOW)
    return one


def test_what_was_taken_off_a_file_stands_in_the_bin_and_comes_back_with_its_history(cast: Cast, shen: Client):
    one = taken_off(cast)
    page = plain(text(shen.get("/prospects/bin/")))
    assert "赵*芳" in page
    assert "爱喝绿茶" in page
    sent = {"customer": str(cast.zhao), "kind": "facts", "item": str(one.item), "version": "2"}
    for _twice in range(2):
        assert shen.post("/prospects/notes/restore/", sent).status_code == 302
    (back,) = facts_of(cast.shen, ZHAO)
    assert (back.now.said, back.version, len(back.before)) == (TEA, 3, 2)
    assert "爱喝绿茶" not in text(shen.get("/prospects/bin/"))


def test_another_neither_reads_nor_restores_it(cast: Cast, shen: Client):
    one = taken_off(cast)
    zhou = signed_in("S02")
    assert "爱喝绿茶" not in text(zhou.get("/prospects/bin/"))
    sent = {"customer": str(cast.zhao), "kind": "facts", "item": str(one.item), "version": "2"}
    assert zhou.post("/prospects/notes/restore/", sent).status_code == 422
    assert facts_of(cast.shen, ZHAO) == ()


@pytest.mark.parametrize(("days", "too_late"), [(30, False), (31, True)])
def test_what_went_too_long_ago_stays_away(cast: Cast, days: int, too_late: bool):
    one = taken_off(cast)
    told = {"by": cast.shen, "customer": cast.zhao, "item": one.item, "version": 2}
    if too_late:
        with pytest.raises(Refused, match="30 天"):
            living.restore_fact(now=NOW + timedelta(days=days), **told)
    else:
        living.restore_fact(now=NOW + timedelta(days=days), **told)
    assert bool(facts_of(cast.shen, ZHAO)) is not too_late
