"""Nobody reads rows until someone says who is looking; the invisible is as if absent."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import Count, Q

from guanhu.apps.customers import actions as customer_actions
from guanhu.apps.customers.books import queries as books
from guanhu.apps.customers.models import Account, Customer, Quarantined, Standing
from guanhu.apps.people import scope
from guanhu.apps.people.errors import Invisible
from guanhu.apps.people.scope import Scoped, Unscoped
from guanhu.apps.work import actions, queries
from guanhu.apps.work.file import queries as files
from guanhu.apps.work.models import PlanLine, Touch
from tests.cast import LI, SUN, WU, ZHAO, Cast
from tests.factories import NOW, TODAY

WAYS: dict[str, Callable[[], Any]] = {
    "all": lambda: list(Customer.objects.all()),
    "get": lambda: Customer.objects.get(key=ZHAO),
    "first": lambda: Customer.objects.first(),
    "filter": lambda: bool(Customer.objects.filter(key=ZHAO)),
    "values": lambda: list(Customer.objects.values("name")),
    "values_list": lambda: list(Customer.objects.values_list("name", flat=True)),
    "slice": lambda: list(Customer.objects.order_by("key")[:3]),
    "in_bulk": lambda: Customer.objects.in_bulk([ZHAO]),
    "iterator": lambda: next(Customer.objects.iterator()),
    "count": lambda: Customer.objects.count(),
    "exists": lambda: Customer.objects.filter(key=ZHAO).exists(),
    "contains": lambda: Customer.objects.contains(Customer(key=ZHAO)),
    "aggregate": lambda: Customer.objects.aggregate(Count("key")),
    "latest": lambda: Customer.objects.latest("key"),
    "update": lambda: Customer.objects.update(name="谁"),
    "bulk_update": lambda: Customer.objects.bulk_update([Customer(key=ZHAO, name="谁")], ["name"]),
    "delete": lambda: Customer.objects.filter(key=WU).delete(),
    "raw": lambda: list(Customer.objects.raw("select * from customers_customer")),
    "dates": lambda: list(Customer.objects.dates("opened_on", "year")),
    "explain": lambda: Customer.objects.explain(),
    "get_or_create": lambda: Customer.objects.get_or_create(key=ZHAO),
    "related": lambda: list(PlanLine.objects.for_system("a test").first().customer.branch.customers.all()),
    "full_clean": lambda: Customer(customer_no="C000101").full_clean(),
    "subquery": lambda: list(Account.objects.for_system("a test").filter(customer__in=Customer.objects.all())),
    "union": lambda: list(Customer.objects.for_system("a test").union(Customer.objects.all())),
    "or": lambda: list(Customer.objects.for_system("a test") | Customer.objects.filter(key=WU)),
    "and": lambda: list(Customer.objects.filter(key=WU) & Customer.objects.for_system("a test")),
    "xor": lambda: list(Customer.objects.for_system("a test") ^ Customer.objects.filter(key=WU)),
}


def unguarded(ways: dict[str, Callable[[], Any]]) -> list[str]:
    """The ways in that were not refused."""
    open_ways = []
    for name, way in ways.items():
        try:
            way()
        except Unscoped:
            continue
        except Exception as passed:
            open_ways.append(f"{name}: {passed}")
        else:
            open_ways.append(name)
    return open_ways


def test_an_unscoped_read_is_refused_in_every_way(cast: Cast):
    assert len(WAYS) >= 14
    assert unguarded(WAYS) == []


@pytest.mark.parametrize("method", ["_fetch_all", "count", "exists", "aggregate", "iterator", "update"])
def test_a_forgotten_guard_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch, method: str):
    monkeypatch.setattr(scope.ScopedQuerySet, method, getattr(models.QuerySet, method))
    assert unguarded(WAYS) != []


def test_what_belongs_to_one_row_needs_no_scope(cast: Cast):
    line = PlanLine.objects.seen_by(cast.shen).select_related("customer").first()
    customer = PlanLine.objects.seen_by(cast.shen).get(pk=line.pk).customer
    customer.refresh_from_db()
    customer.occupation = "教师"
    customer.save()
    assert customer.keeper.name == "沈知微"


def test_the_system_must_give_a_reason(cast: Cast):
    with pytest.raises(Unscoped):
        Customer.objects.for_system("  ")


@pytest.mark.parametrize(
    ("who", "keys"),
    [("shen", {ZHAO, LI}), ("zhou", {SUN}), ("yan", {WU}), ("qin", set())],
)
def test_everybody_sees_the_customers_she_keeps_and_no_other(cast: Cast, who: str, keys: set[int]):
    seen = Customer.objects.seen_by(getattr(cast, who)).values_list("key", flat=True)
    assert set(seen) == keys


@pytest.mark.parametrize("who", ["zhou", "yan", "qin"])
def test_a_customer_of_somebody_else_is_as_if_absent(cast: Cast, who: str):
    viewer = getattr(cast, who)
    assert queries.brief(viewer, cast.zhao) is None
    assert files.card(viewer, cast.zhao) is None
    assert cast.zhao not in {row.public_id for row in books.book(viewer).rows}


@pytest.mark.parametrize("who", ["zhou", "yan", "qin"])
def test_nobody_writes_about_a_customer_of_somebody_else(cast: Cast, who: str):
    viewer, told = getattr(cast, who), {"customer": cast.zhao, "now": NOW}
    with pytest.raises(Invisible):
        actions.record_touch(by=viewer, channel="call", outcome="reached", request_key="k", **told)
    with pytest.raises(Invisible):
        actions.defer(by=viewer, reason="忙", **told)
    with pytest.raises(Invisible):
        customer_actions.refuse_marketing(by=viewer, day=TODAY, **told)
    with pytest.raises(Invisible):
        customer_actions.set_stage(by=viewer, stage="friend", current="relied_on", note="引荐", day=TODAY, **told)
    assert not Touch.objects.for_system("a test").exists()


def test_a_touch_of_somebody_else_cannot_be_undone(cast: Cast):
    done = actions.record_touch(
        by=cast.shen, customer=cast.zhao, channel="call", outcome="reached", seconds=90, request_key="k", now=NOW
    )
    with pytest.raises(Invisible):
        actions.undo_touch(by=cast.zhou, touch=done.touch, now=NOW)


def leaking(models_: list[type[Scoped]], viewer: scope.Viewer, mine: set[int]) -> list[str]:
    """Models that show this person a row of a customer she does not keep."""
    found = []
    for model in models_:
        field = next((name for name in ("customer_id", "key") if name in _columns(model)), None)
        if field and set(model.objects.seen_by(viewer).values_list(field, flat=True)) - mine:
            found.append(model.__name__)
    return found


def _columns(model: type[models.Model]) -> set[str]:
    return {field.attname for field in model._meta.concrete_fields}


def scoped_models() -> list[type[Scoped]]:
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, Scoped)]


def test_no_model_shows_a_row_of_another_keepers_customer(cast: Cast):
    assert len(scoped_models()) >= 15
    assert leaking(scoped_models(), cast.shen, {ZHAO, LI}) == []
    assert leaking(scoped_models(), cast.zhou, {SUN}) == []


def test_a_scope_that_looks_at_the_branch_alone_is_noticed(cast: Cast, sql_anew: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Customer, "visible_to", classmethod(lambda cls, viewer: Q(branch_id=viewer.branch_id)))
    assert leaking(scoped_models(), cast.shen, {ZHAO, LI}) == ["Customer"]


def test_a_customer_handed_over_leaves_the_list_at_once(cast: Cast):
    with connection.cursor() as cursor:
        cursor.execute("update customers_customer set keeper_id = %s where key = %s", [cast.zhou.staff_id, ZHAO])
    assert [line.public_id for group in queries.today(cast.shen).groups for line in group.lines] == [cast.li]
    assert queries.brief(cast.zhou, cast.zhao).place is None


def test_rows_in_quarantine_belong_to_nobody(cast: Cast):
    Quarantined.objects.create(day=TODAY, file="客户.csv", row=3, rule="words", says="性别不识")
    assert not Quarantined.objects.seen_by(cast.shen).exists()
    assert Quarantined.objects.for_system("a test").count() == 1


def whose() -> dict[int, tuple[int | None, int | None]]:
    """Of every customer with a standing: who keeps her, and whose her standing is."""
    rows = Standing.objects.for_system("an oracle").select_related("customer")
    return {row.customer_id: (row.customer.keeper_id, row.keeper_id) for row in rows}


def test_a_standing_is_the_keepers_whoever_that_becomes(cast: Cast):
    """P47: who gets a customer reads what the night measured of her at once, and who had her no more."""
    shen, zhou = cast.shen.staff_id, cast.zhou.staff_id
    assert (whose()[ZHAO], whose()[SUN]) == ((shen, shen), (zhou, zhou))
    assert all(keeper == kept for keeper, kept in whose().values())
    Customer.objects.for_system("a handover").filter(key=ZHAO).update(keeper=zhou)
    assert whose()[ZHAO] == (zhou, zhou)
    assert {row.customer_id for row in Standing.objects.seen_by(cast.zhou)} == {ZHAO, SUN}
    assert {row.customer_id for row in Standing.objects.seen_by(cast.shen)} == {LI}
    Customer.objects.for_system("into the pool").filter(key=LI).update(keeper=None)
    assert whose()[LI] == (None, None)
    Customer.objects.for_system("cleared").filter(key=ZHAO).update(cleared_on=TODAY)
    assert whose()[ZHAO] == (zhou, None)


def test_a_standing_written_without_a_keeper_takes_the_customers(cast: Cast):
    row = Standing.objects.for_system("one more night").get(customer_id=LI)
    row.pk, row.night_id, row.keeper_id = None, row.night_id + 1, None
    row.save()
    assert [one.keeper_id for one in Standing.objects.for_system("an oracle").filter(customer_id=LI)] == [
        cast.shen.staff_id
    ] * 2


def test_a_standing_led_astray_is_noticed(cast: Cast):
    """The twin: what compares the two can tell that they differ, and she who lost it misses it."""
    Standing.objects.for_system("a fault").filter(customer_id=ZHAO).update(keeper=cast.zhou.staff_id)
    assert whose()[ZHAO] == (cast.shen.staff_id, cast.zhou.staff_id)
    assert {row.customer_id for row in Standing.objects.seen_by(cast.shen)} == {LI}
