"""Two files of one person become one to read, nothing of either is changed, and they come apart again as they were."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import transaction

from guanhu.apps.audit.models import Entry
from guanhu.apps.customers import actions as customers
from guanhu.apps.customers import queries
from guanhu.apps.customers.books import queries as books
from guanhu.apps.customers.duplicates import actions
from guanhu.apps.customers.duplicates.pairs.queries import side_by_side
from guanhu.apps.customers.living import actions as living
from guanhu.apps.customers.living.queries import facts_of
from guanhu.apps.customers.living.shapes import FactWords
from guanhu.apps.customers.living.wordings import actions as wordings
from guanhu.apps.customers.models import Consent, Customer, Merge
from guanhu.apps.customers.retention import note_departures
from guanhu.apps.customers.search import queries as searching
from guanhu.apps.people.errors import Invisible, MovedTo, Refused
from guanhu.apps.portfolio.models import Assignment
from guanhu.apps.work import actions as work
from guanhu.apps.work import queries as work_queries
from guanhu.apps.work.file import queries as files
from guanhu.rules.access import Reach, Role, Viewer
from guanhu.rules.living import FactKind, HeardFrom, Whose
from tests.cast import CUSTOMERS, LI, SUN, ZHAO, Cast, persons
from tests.factories import NOW, TODAY, customer_row

TEA = FactWords(
    FactKind.INTEREST, "喜欢喝茶", HeardFrom.CUSTOMER, TODAY, None, Whose.SELF, "", None, None, None, None, ""
)
LATER = NOW + timedelta(hours=1)
Lie = dict[str, dict[Any, dict[str, Any]]]


def lie() -> Lie:
    """Every row of every table of ours as it lies, byte for byte; but for the trail, for the merges themselves and for
    the record of who kept whom, which tells of a merge and of its split.
    """
    told = {}
    for model in apps.get_models():
        if (
            model.__module__.startswith("guanhu.apps.")
            and model._meta.app_label != "audit"
            and model not in (Merge, Assignment)
        ):
            rows = model._base_manager.order_by("pk").values()
            told[model.__name__] = {row[model._meta.pk.attname]: row for row in rows}
    return told


def changed(before: Lie, now: Lie) -> set[tuple[str, str]]:
    """Which columns of which tables differ in rows that were there before, and tables that lost rows."""
    found = set()
    for name, rows in before.items():
        for key, row in rows.items():
            if key not in now[name]:
                found.add((name, "a row is gone"))
            else:
                found |= {(name, column) for column, value in row.items() if now[name][key][column] != value}
    return found


def merge(cast: Cast, **more: Any) -> Merge:
    return actions.merge(**{"by": cast.shen, "kept": cast.zhao, "joined": cast.li, "chosen": (), "today": TODAY,
                            "now": NOW, **more})  # fmt: skip


def split(cast: Cast, made: Merge, **more: Any) -> Merge:
    return actions.split(**{"by": cast.shen, "merge": made.public_id, "today": TODAY, "now": LATER, **more})


def fact(cast: Cast, customer: UUID, text: str, **more: Any) -> None:
    living.keep_fact(by=cast.shen, customer=customer, said=replace(TEA, text=text), today=TODAY, now=NOW, **more)


def touch(cast: Cast, customer: UUID, key: str) -> None:
    work.record_touch(by=cast.shen, customer=customer, now=NOW, channel="call", outcome="reached", seconds=120,
                      request_key=key, said=key)  # fmt: skip


def read(cast: Cast, customer: UUID) -> tuple[list[str], list[str]]:
    """What was learnt and said, as the file shows it."""
    card = files.card(cast.shen, customer)
    return sorted(one.now.said.text for one in card.facts), sorted(
        event.text for event in card.timeline if event.what == "touch"
    )


def head_of(cast: Cast) -> Viewer:
    """秦岚 over her branch."""
    return replace(cast.qin, role=Role.HEAD, reach=Reach.BRANCH)


# ---------------------------------------------------------------- one file to read


def test_the_one_file_shows_what_stands_in_both(cast: Cast):
    for customer, word in ((cast.zhao, "爱花"), (cast.li, "爱棋")):
        fact(cast, customer, word)
        touch(cast, customer, word)
    merge(cast)
    assert read(cast, cast.zhao) == (["爱棋", "爱花"], ["爱棋", "爱花"])
    card = files.card(cast.shen, cast.zhao)
    assert card.joined == 1
    assert card.touches == 2


def test_side_by_side_counts_the_things_that_hold_and_not_their_wordings(cast: Cast):
    for word in ("爱花", "爱棋"):
        fact(cast, cast.zhao, word)
    first, second = facts_of(cast.shen, ZHAO)
    fact(cast, cast.zhao, "爱兰花", item=first.item, version=1)
    living.remove_fact(by=cast.shen, customer=cast.zhao, item=second.item, version=1, now=LATER)
    both = side_by_side(cast.shen, cast.zhao, cast.li)
    assert both
    assert [(one.one, one.other) for one in both.written if one.name == "facts"] == [(1, 0)]


def test_assets_add_up_and_the_higher_standing_is_shown(cast: Cast):
    before = [files.head(cast.shen, one) for one in (cast.zhao, cast.li)]
    merge(cast)
    now = files.head(cast.shen, cast.zhao)
    assert now.balance_fen == sum(one.balance_fen for one in before)
    assert now.average_fen == sum(one.average_fen for one in before)
    assert (now.tier, now.entitlement, now.gap_fen) == (before[0].tier, before[0].entitlement, None)


def test_the_other_address_leads_to_the_one_file_and_lists_and_counts_know_one(cast: Cast):
    kept = queries.customers_kept(cast.shen)
    merge(cast)
    with pytest.raises(MovedTo) as there:
        files.head(cast.shen, cast.li)
    assert there.value.public_id == cast.zhao
    assert queries.customers_kept(cast.shen) == kept - 1
    listed = queries_book(cast)
    assert cast.zhao in listed
    assert cast.li not in listed


def queries_book(cast: Cast) -> list[UUID]:
    return [row.public_id for row in books.book(cast.shen).rows]


@pytest.mark.parametrize("words", ["李建华", "C000102", "lijianhua"])
def test_who_is_looked_for_by_the_name_or_number_merged_is_found_in_the_one_file(cast: Cast, words: str):
    merge(cast)
    assert [hit.public_id for hit in searching.search(cast.shen, words).hits] == [cast.zhao]


def test_the_chosen_values_are_shown_and_none_is_written_over(cast: Cast):
    before = lie()
    assert files.head(cast.shen, cast.zhao).occupation == "退休教师"
    merge(cast, kept=cast.li, joined=cast.zhao, chosen=("phone", "id_no", "occupation", "no_such_field"))
    head = files.head(cast.shen, cast.li)
    assert (head.occupation, head.phone[-4:], head.id_no[-4:]) == ("退休教师", "2716", "0428")
    assert head.name == "李建华"
    assert customers.reveal(by=cast.shen, customer=cast.li, field="phone", purpose="verify", now=NOW) == "13812342716"
    assert customers.reveal(by=cast.shen, customer=cast.li, field="id_no", purpose="verify", now=NOW)[-4:] == "0428"
    assert changed(before, lie()) == {("Customer", "merged_into_id")}


# ---------------------------------------------------------------- refusals


def word(cast: Cast) -> bool | None:
    return queries.consents_of(cast.shen, ZHAO, LI)[0].granted


def test_a_refusal_under_either_number_closes_marketing_for_the_person(cast: Cast):
    assert files.card(cast.shen, cast.zhao).consents[0].granted is True
    merge(cast)
    assert files.card(cast.shen, cast.zhao).consents[0].granted is False


def test_a_new_consent_in_the_one_file_opens_it_again_and_a_later_refusal_of_the_bank_closes_it(cast: Cast):
    merge(cast)
    customers.grant_marketing(by=cast.shen, customer=cast.zhao, day=TODAY, now=LATER, evidence="当面签字")
    assert word(cast) is True
    Consent.objects.for_system("the bank's next list").filter(customer_id=LI, source="bank").update(
        changed_on=TODAY + timedelta(days=2)
    )
    assert word(cast) is False


def test_a_consent_of_before_the_merge_does_not_outweigh_the_refusal(cast: Cast):
    customers.grant_marketing(
        by=cast.shen, customer=cast.zhao, day=TODAY, now=NOW - timedelta(hours=1), evidence="签字"
    )
    merge(cast)
    assert word(cast) is False


def test_the_night_hears_it_as_the_pages_read_it(cast: Cast):
    merge(cast)
    customers.grant_marketing(by=cast.shen, customer=cast.zhao, day=TODAY, now=LATER, evidence="当面签字")
    told = {(row["customer"], row["purpose"]): row["granted"] for row in queries.consents_as_of(TODAY)}
    assert told == {(ZHAO, "marketing"): True, (LI, "marketing"): True}
    assert queries.files_merged() == [{"customer": LI, "file": ZHAO}]
    assert LI not in {row["customer"] for row in queries.keepers_as_of(TODAY)}


def test_a_line_planned_before_the_merge_is_worked_on_knowing_all_of_the_person(cast: Cast):
    touch(cast, cast.zhao, "刚说过")
    merge(cast)
    brief = work_queries.brief(cast.shen, cast.li)
    assert brief
    touch(cast, cast.li, "按名单联系")
    assert read(cast, cast.zhao)[1] == ["刚说过", "按名单联系"]


# ---------------------------------------------------------------- taken apart again


def test_taken_apart_both_are_as_they_were_byte_for_byte(cast: Cast):
    for customer in (cast.zhao, cast.li):
        fact(cast, customer, "爱花")
        touch(cast, customer, str(customer))
    before = lie()
    made = merge(cast)
    assert changed(before, lie()) == {("Customer", "merged_into_id")}
    assert {name: len(rows) for name, rows in lie().items()} == {name: len(rows) for name, rows in before.items()}
    split(cast, made)
    assert lie() == before


def test_what_came_later_stays_with_the_file_that_was_kept(cast: Cast):
    fact(cast, cast.li, "爱棋")
    made = merge(cast)
    before = lie()
    (chess,) = [one for one in files.card(cast.shen, cast.zhao).facts if one.now.said.text == "爱棋"]
    fact(cast, cast.zhao, "爱围棋", item=chess.item, version=1)
    fact(cast, cast.li, "写在已并入的那份")
    touch(cast, cast.zhao, "合并后的联系")
    assert read(cast, cast.zhao) == (["写在已并入的那份", "爱围棋"], ["合并后的联系"])
    split(cast, made)
    assert read(cast, cast.li) == (["爱棋"], [])
    assert read(cast, cast.zhao) == (["写在已并入的那份", "爱围棋"], ["合并后的联系"])
    assert changed(before, lie()) == {("Customer", "merged_into_id")}


def test_a_branch_head_merges_over_two_keepers_and_the_split_gives_each_her_own(cast: Cast):
    qin = head_of(cast)
    before = lie()
    made = merge(cast, by=qin, joined=cast.sun)
    assert cast.sun not in {row.public_id for row in Customer.objects.seen_by(cast.zhou)}
    assert files.card(cast.shen, cast.zhao).joined == 1
    with pytest.raises(Refused, match="请网点负责人拆回"):
        split(cast, made)
    split(cast, made, by=qin)
    assert lie() == before


def test_the_banks_next_list_changes_neither_the_merge_nor_what_the_split_gives_back(cast: Cast):
    made = merge(cast, by=head_of(cast), joined=cast.sun)
    rows = [{**row, "keeper_no": "S01" if row["customer"] == LI else row["keeper_no"]} for row in CUSTOMERS]
    customers.take_in(persons(customers=rows))
    sun = Customer.objects.for_system("a test").get(key=SUN)
    assert sun.keeper_id == cast.shen.staff_id
    split(cast, made, by=head_of(cast))
    sun.refresh_from_db()
    assert sun.keeper_id == cast.zhou.staff_id


def test_she_is_a_customer_while_any_of_her_numbers_is(cast: Cast):
    made = merge(cast)
    note_departures(TODAY, [LI])
    left = dict(Customer.objects.for_system("a test").values_list("key", "left_on"))
    assert (left[ZHAO], left[LI], left[SUN]) == (None, None, TODAY)
    split(cast, made)
    note_departures(TODAY, [LI])
    left = dict(Customer.objects.for_system("a test").values_list("key", "left_on"))
    assert (left[ZHAO], left[LI]) == (TODAY, None)


@pytest.mark.parametrize(("days", "too_late"), [(90, False), (91, True)])
def test_the_period_of_the_policy_ends_the_right_to_take_them_apart(cast: Cast, days: int, too_late: bool):
    made = merge(cast)
    late = {"today": TODAY + timedelta(days=days)}
    if too_late:
        with pytest.raises(Refused, match="90 天"):
            split(cast, made, **late)
    else:
        assert split(cast, made, **late).split_at == LATER


def test_twice_is_once(cast: Cast):
    assert merge(cast).pk == merge(cast).pk
    made = Merge.objects.for_system("a test").get()
    assert split(cast, made).split_at == split(cast, made, now=LATER + timedelta(hours=1)).split_at
    told = Counter(Entry.objects.filter(action__in=["merge", "split"]).values_list("action", flat=True))
    assert told == {"merge": 1, "split": 1}


# ---------------------------------------------------------------- what cannot be


def test_two_cannot_be_merged_whom_one_does_not_see_both(cast: Cast):
    for viewer, joined in (
        (cast.shen, cast.sun),
        (cast.zhou, cast.li),
        (head_of(cast), cast.wu),
        (cast.shen, cast.zhao),
    ):
        with pytest.raises(Invisible):
            merge(cast, by=viewer, joined=joined)
    assert not Merge.objects.for_system("a test").exists()


def test_a_person_and_a_company_a_file_merged_already_and_one_that_keeps_others_are_refused(cast: Cast):
    rows = [customer_row(201, name="星湖茶业", kind="corporate"), customer_row(202, name="李建花")]
    customers.take_in(persons(customers=[*CUSTOMERS, *rows]))
    company, third = (Customer.objects.for_system("a test").get(key=key).public_id for key in (201, 202))
    with pytest.raises(Refused, match="对公"):
        merge(cast, joined=company)
    merge(cast)
    for told, why in (
        ({"kept": third, "joined": cast.li}, "已经并入"),
        ({"kept": cast.li, "joined": third}, "已经并入"),
        ({"kept": third, "joined": cast.zhao}, "反过来"),
    ):
        with pytest.raises(Refused, match=why):
            merge(cast, **told)
    merge(cast, joined=third)
    assert files.head(cast.shen, cast.zhao).joined == 2


# ---------------------------------------------------------------- any order


class Book:
    """What should be read, kept by other means: every wording under the file in which it was written."""

    def __init__(self) -> None:
        self.wordings: list[tuple[UUID, int, int, str, str]] = []
        """Thing, version, when, under which file, words."""
        self.one: Merge | None = None

    def files(self, name: str) -> tuple[str, ...]:
        return ("zhao", "li") if self.one else (name,)

    def write(self, item: UUID, version: int, name: str, text: str) -> None:
        where = "zhao" if self.one else name
        self.wordings.append((item, version, len(self.wordings), where, text))

    def read(self, name: str) -> set[str]:
        last: dict[UUID, tuple[int, int, str]] = {}
        for item, version, when, where, text in self.wordings:
            if where in self.files(name):
                last[item] = max(last.get(item, (0, 0, "")), (version, when, text))
        return {text for _version, _when, text in last.values()}


def kept_fact(cast: Cast, customer: UUID, text: str) -> Any:
    return next(one for one in files.card(cast.shen, customer).facts if one.now.said.text == text)


def walk(cast: Cast, dice: random.Random, steps: int) -> Iterator[str]:
    """Merge, write, change and part in any order; says where what is read differs from what was written."""
    ids, book = {"zhao": cast.zhao, "li": cast.li}, Book()
    for step in range(steps):
        name, act = dice.choice(["zhao", "li"]), dice.choice(["merge", "split", "write", "write", "change"])
        one = ids["zhao" if book.one else name]
        if act == "merge" and not book.one:
            book.one = merge(cast, now=NOW + timedelta(minutes=step))
        elif act == "split" and book.one:
            split(cast, book.one)
            book.one = None
        elif act == "write":
            fact(cast, ids[name], f"第{step}步")
            book.write(kept_fact(cast, one, f"第{step}步").item, 1, name, f"第{step}步")
        elif act == "change" and book.read(name):
            old = kept_fact(cast, one, dice.choice(sorted(book.read(name))))
            fact(cast, ids[name], f"改{step}", item=old.item, version=old.version)
            book.write(old.item, old.version + 1, name, f"改{step}")
        for each in ("zhao",) if book.one else ("zhao", "li"):
            found = set(read(cast, ids[each])[0])
            if found != book.read(each):
                yield f"{step} {act}: {each} reads {sorted(found)} instead of {sorted(book.read(each))}"


def walks(cast: Cast, many: int) -> Iterator[str]:
    """So many walks of twenty steps, each from the same morning."""
    for seed in range(many):
        with transaction.atomic():
            yield from (f"{seed}: {said}" for said in walk(cast, random.Random(seed), 20))
            transaction.set_rollback(True)


@pytest.mark.slow
def test_in_any_order_every_file_reads_what_was_written_in_it(cast: Cast, gate_share: float):
    assert list(walks(cast, round(20 * gate_share))) == []


def only_the_first(viewer: Viewer, *keys: int) -> Any:
    return facts_of(viewer, keys[0])


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["reads one file alone", "writes into the file that was merged"])
def test_a_seeded_fault_is_found_on_the_way(cast: Cast, monkeypatch: pytest.MonkeyPatch, fault: str):
    if fault == "reads one file alone":
        monkeypatch.setattr(files, "facts_of", only_the_first)
    else:
        monkeypatch.setattr(wordings, "numbers_of", lambda by, row: [ZHAO, LI])
        monkeypatch.setattr(living, "locked", lambda by, customer, in_force=False: customers.locked(by, customer))
    assert next(walk(cast, random.Random(1), 60), None)
