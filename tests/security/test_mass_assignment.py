"""Every field of every model is sent along with every form: nothing is taken that is no field of the form itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.core.handlers.base import BaseHandler
from django.db import DatabaseError, connection, models, transaction
from django.http import HttpRequest

from guanhu.apps.customers.models import Customer
from guanhu.apps.people.models import Staff
from tests.cast import Cast
from tests.conftest import IN_FULL
from tests.security.asking import Asked, rows, tried, what_is_read

pytestmark = [pytest.mark.slow, pytest.mark.long]
SIGN, NUMBER, DAY, UUID = "canary7f3a", 987_654_321, "1999-09-09", "c0ffee00-0000-4000-8000-00000000c0de"
SIGNS = (SIGN, str(NUMBER), DAY, UUID)
PLAIN = (models.CharField, models.DateField, models.ForeignKey)
TOGETHER = 1 if IN_FULL else 500
"""So many fields in one request: all of them in the usual run, one by one before a release."""
TURNS = 8 if IN_FULL else 1
"""Before a release the forms are shared out, so that all cores take part."""


def fields() -> dict[str, models.Field]:
    """Every field of every model of the product, by the names it could be sent under."""
    found: dict[str, models.Field] = {}
    for model in apps.get_models():
        if model.__module__.startswith("guanhu."):
            for field in model._meta.get_fields():
                if isinstance(field, models.Field):
                    found |= {field.name: field, field.attname: field, "pk": model._meta.pk}
    return dict(sorted(found.items()))


def value_of(field: models.Field, cast: Cast) -> str:
    """Something the field would take, found again wherever it comes to lie."""
    if isinstance(field, models.ForeignKey):
        keys = {Staff: cast.zhou.staff_id, Customer: 103}
        return str(keys.get(field.related_model, 1))
    kinds: tuple[tuple[tuple[type[models.Field], ...], str], ...] = (
        ((models.BooleanField,), "1"),
        ((models.DateTimeField,), f"{DAY} 09:09:09"),
        ((models.DateField,), DAY),
        ((models.TimeField,), "09:09:09"),
        ((models.IntegerField,), str(NUMBER)),
        ((models.UUIDField,), UUID),
        ((models.JSONField,), f'{{"{SIGN}": 1}}'),
    )
    return next((value for kind, value in kinds if isinstance(field, kind)), SIGN)


def came_to(asked: Asked, more: dict[str, str]) -> tuple[int, dict[str, list[str]], list[str]]:
    """What a form leaves in the tables with these fields sent along: its rows, and where a sign of theirs lies."""
    with tried(asked):
        answer = asked.send(query=more, **more)
        return answer.status_code, rows(differing), signs()


def signs() -> list[str]:
    """Tables in which a value lies that was sent along."""
    asked = " union all ".join(
        f"select '{name}' where exists (select from {connection.ops.quote_name(name)} t where t::text like any(%s))"
        for name in every_table()
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [[f"%{sign}%" for sign in SIGNS]] * len(every_table()))
        return [name for (name,) in cursor.fetchall()]


@cache
def every_table() -> tuple[str, ...]:
    """Every table there is but the sessions."""
    return tuple(name for name in connection.introspection.table_names() if name != "django_session")


@cache
def differing(table: str) -> frozenset[str]:
    """Columns that differ from one try to the next: a row's own key, what was drawn, moments, keys of such rows."""
    model = next(each for each in apps.get_models(include_auto_created=True) if each._meta.db_table == table)
    drawn = (models.AutoField, models.UUIDField, models.DateTimeField, models.TimeField)
    return frozenset(
        field.column
        for field in model._meta.concrete_fields
        if isinstance(field, drawn)
        or (isinstance(field, models.ForeignKey) and field.related_model._meta.app_label == "work")
    )


def taken(asked: Asked, cast: Cast) -> list[str]:
    """Fields that changed what a form leaves behind."""
    own = what_is_read(asked)
    strange = {name: value_of(field, cast) for name, field in fields().items() if name not in own}
    names = list(strange)
    plain, again = came_to(asked, {}), came_to(asked, {})
    steady = {table for table, lie in plain[1].items() if lie == again[1][table]}
    found = []
    for first in range(0, len(names), TOGETHER):
        some = {name: strange[name] for name in names[first : first + TOGETHER]}
        came = came_to(asked, some)
        changed = [table for table in steady if came[1][table] != plain[1][table]]
        if changed or came[2] or came[0] != plain[0]:
            found.append(f"{asked.route.name}: {', '.join(some)}")
    return found


def writes(asked: dict[str, Asked]) -> list[Asked]:
    return [each for each in asked.values() if each.method == "POST"]


@pytest.mark.parametrize("turn", range(TURNS))
def test_no_form_takes_a_field_that_is_not_its_own(turn: int, asked: dict[str, Asked], cast: Cast):
    assert len(fields()) > 120
    assert len(forms := writes(asked)[turn::TURNS]) > 5
    assert [said for each in forms for said in taken(each, cast)] == []


def believing(route: str) -> Callable[..., Any]:
    """The twin: after its own work the view sets whatever was sent on the customer, as a careless one would."""

    def make(self: BaseHandler, view: Callable[..., Any]) -> Callable[..., Any]:
        def careless(request: HttpRequest, **ids: Any) -> Any:
            answer = view(request, **ids)
            if getattr(getattr(view, "route", None), "name", "") == route:
                row = Customer._base_manager.filter(public_id=ids["public_id"])
                columns = {field.attname for field in Customer._meta.concrete_fields if type(field) in PLAIN}
                for name in columns & set(request.POST) - {"key", "public_id", "customer_no"}:
                    with suppress(DatabaseError), transaction.atomic():
                        row.update(**{name: request.POST[name]})
            return answer

        return careless

    return make


@pytest.mark.parametrize("route", ["stage", "defer"])
def test_a_view_that_believes_what_is_sent_is_noticed(
    route: str, asked: dict[str, Asked], cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(BaseHandler, "make_view_atomic", believing(route))
    names = " ".join(taken(asked[route], cast))
    assert {"keeper_id", "name", "opened_on"} <= set(names.replace(",", "").split())


def test_a_field_of_each_kind_is_tried():
    kinds = {type(field).__name__ for field in fields().values()}
    assert {"CharField", "TextField", "BooleanField", "DateField", "DateTimeField", "ForeignKey", "UUIDField"} <= kinds
