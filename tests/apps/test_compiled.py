"""A question is put into SQL once, and answers each viewer with hers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.db.models import F, Q
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from guanhu.apps.customers.models import Consent, Customer
from guanhu.apps.people import compiled
from guanhu.apps.people.compiled import AnyOf, Compiled, Count
from guanhu.apps.people.models import Branch
from guanhu.apps.people.scope import Unscoped
from guanhu.apps.work.models import PlanLine
from guanhu.rules.access import Reach, Viewer
from tests.cast import LI, SUN, WU, ZHAO, Cast


@pytest.fixture
def ask() -> Iterator[Callable[[Callable[..., Any]], Compiled[Any, Any]]]:
    """Compiles a question of a test, which is none of the program's afterwards."""
    known = list(compiled.ALL)
    yield compiled.compiled(tuple)
    compiled.ALL[:] = known


def keys_of(viewer: Viewer) -> Any:
    """Which customers she sees."""
    return Customer.objects.seen_by(viewer).order_by("key").values_list("key", flat=True)


def counted(question: Callable[..., Any]) -> tuple[Callable[..., Any], list[Any]]:
    """The question, and what it was called with."""
    calls: list[Any] = []

    def call(*values: Any, **parts: Any) -> Any:
        calls.append(values)
        return question(*values, **parts)

    return call, calls


def test_it_is_put_into_sql_once_and_shows_each_viewer_her_own(cast: Cast, ask: Any):
    question, calls = counted(keys_of)
    mine = ask(question)
    assert mine(cast.shen) == [ZHAO, LI]
    assert mine(cast.zhou) == [SUN]
    assert len(calls) == 2  # two posts; asked again, neither is put into SQL again
    assert mine(replace(cast.shen, staff_id=cast.zhou.staff_id)) == [SUN]
    assert mine(cast.shen) == [ZHAO, LI]
    assert len(calls) == 2


def test_whoever_covers_colleagues_sees_theirs_too_and_no_others(cast: Cast, ask: Any):
    mine = ask(keys_of)
    for giver, theirs in ((cast.zhou, [SUN]), (cast.yan, [WU])):
        assert mine(replace(cast.shen, covered=(giver.staff_id,))) == [ZHAO, LI, *theirs]
    assert mine(replace(cast.shen, covered=(cast.zhou.staff_id, cast.yan.staff_id))) == [ZHAO, LI, SUN, WU]


def test_each_reach_has_sql_of_its_own(cast: Cast, ask: Any):
    mine = ask(keys_of)
    seen = {reach: mine(replace(cast.qin, reach=reach, number="C000102", region=(2, 1))) for reach in Reach}
    assert seen == {reach: list(keys_of(replace(cast.qin, reach=reach, number="C000102", region=(2, 1))))
                    for reach in Reach}  # fmt: skip
    assert len({tuple(keys) for keys in seen.values()}) > 2


def test_nothing_is_no_value_but_sql_of_its_own(cast: Cast, ask: Any):
    occupied = ask(lambda viewer, word: keys_of(viewer).filter(occupation=word))
    empty = ask(lambda viewer, day: keys_of(viewer).filter(cleared_on=day))
    assert occupied(cast.shen, "退休教师") == [ZHAO]
    assert empty(cast.shen, None) == [ZHAO, LI]


def test_what_is_given_by_name_is_part_of_the_sql(cast: Cast, ask: Any):
    def question(viewer: Viewer, *, latest: bool) -> Any:
        return keys_of(viewer).order_by("-key") if latest else keys_of(viewer)

    mine = ask(question)
    assert (mine(cast.shen, latest=False), mine(cast.shen, latest=True)) == ([ZHAO, LI], [LI, ZHAO])


def test_among_any_number_of_values_one_statement_looks_and_another_for_a_single_one(cast: Cast, ask: Any):
    question, calls = counted(lambda viewer, keys: keys_of(viewer).filter(AnyOf("key", keys)))
    among = ask(question)
    lists = [], [LI, SUN, ZHAO], [SUN, LI], [LI], [ZHAO], [SUN]
    with CaptureQueriesContext(connection) as asked:
        assert [among(cast.shen, keys) for keys in lists] == [[], [ZHAO, LI], [LI], [LI], [ZHAO], []]
    assert len(calls) == 2
    assert ["= any(" in each["sql"] for each in asked] == [True, True, True, False, False, False]


def test_how_many_there_are_is_one_row(cast: Cast, ask: Any):
    many = ask(lambda viewer: Customer.objects.seen_by(viewer).values_list(Count(), flat=True))
    assert many(cast.shen) == [2]


def test_rows_that_nobody_may_see_are_not_asked_for(cast: Cast, ask: Any, django_assert_num_queries: Any):
    none = ask(lambda viewer: Customer.objects.seen_by(viewer).filter(Q(pk__in=[])))
    with django_assert_num_queries(0):
        assert none(cast.shen) == []
        assert none.first(cast.shen) is None


def test_records_come_whole_with_what_was_asked_along(cast: Cast, ask: Any, django_assert_num_queries: Any):
    plans = ask(lambda viewer: PlanLine.objects.seen_by(viewer).select_related("customer").order_by("place"))
    with django_assert_num_queries(1):
        first = plans.first(cast.shen)
        assert first.customer.name == "赵桂芳"
    assert isinstance(first.reasons, list)


def test_rows_without_a_scope_are_refused_when_asked_compiled(cast: Cast, ask: Any):
    loose = ask(lambda key: Consent.objects.filter(customer_id=key))
    with pytest.raises(Unscoped):
        loose(ZHAO)


def test_what_belongs_to_no_customer_needs_no_scope(cast: Cast, ask: Any):
    named = ask(lambda number: Branch.objects.filter(branch_no=number).values_list("name", flat=True))
    assert (named("B1"), named("B2"), named("B9")) == (["星湖支行"], ["云岭支行"], [])


def test_values_that_look_like_sql_stay_values(cast: Cast, ask: Any):
    named = ask(lambda viewer, name: keys_of(viewer).filter(name=name))
    assert named(cast.shen, "' or 1=1 --") == []
    assert named(cast.shen, "%s") == []
    assert named(cast.shen, "赵桂芳") == [ZHAO]


def test_a_broken_transaction_is_refused_as_by_any_other_question(cast: Cast, ask: Any):
    named = ask(lambda number: Branch.objects.filter(branch_no=number).values_list("name", flat=True))
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            named("B1")
        transaction.set_rollback(False)
    assert named("B1") == ["星湖支行"]


def test_an_error_of_the_database_has_the_name_django_gives_it(cast: Cast, ask: Any):
    shared = ask(lambda by: Branch.objects.annotate(share=F("pk") / by).values_list("share", flat=True))
    with pytest.raises(DataError), transaction.atomic():
        shared(0)
    assert shared(1)


def test_what_is_asked_for_the_order_alone_is_in_no_row(cast: Cast, ask: Any):
    told = ask(lambda viewer: keys_of(viewer).order_by("customer_no").values_list("key", "kind").distinct())
    assert told(cast.shen) == [(ZHAO, "personal"), (LI, "personal")]


def test_a_record_tells_what_was_worked_out_beside_and_may_be_written(cast: Cast, ask: Any):
    told = ask(lambda viewer: Customer.objects.seen_by(viewer).annotate(twice=F("key") + F("key")).order_by("key"))
    first = told.first(cast.shen)
    assert (first.pk, first.twice, first._state.adding, first._state.db) == (ZHAO, 2 * ZHAO, False, "default")
    assert vars(first).keys() - {"twice"} == vars(Customer.objects.seen_by(cast.shen).get(pk=ZHAO)).keys()


def test_some_columns_of_a_record_come_as_such_and_the_others_when_asked(cast: Cast, ask: Any):
    told = ask(lambda number: Branch.objects.filter(branch_no=number).only("name"))
    branch = told.first("B1")
    assert "branch_no" in branch.get_deferred_fields()
    assert (branch.name, branch.branch_no) == ("星湖支行", "B1")


def test_rows_in_another_form_are_refused_when_first_asked(cast: Cast, ask: Any):
    told = ask(lambda number: Branch.objects.filter(branch_no=number).values("name"))
    with pytest.raises(TypeError, match="ValuesIterable"):
        told("B1")
