"""A record put in by SQL made once lies as one that was saved."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from guanhu.apps.customers.models import ContactPoint, Customer
from guanhu.apps.people.written import put_in
from guanhu.apps.work.models import Touch
from tests.cast import ZHAO, Cast

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


def a_contact(cast: Cast, key: str, **told: Any) -> Touch:
    """One contact of hers, not written yet."""
    customer = Customer.objects.for_system("test").get(key=ZHAO)
    return Touch(
        customer=customer, source="own", staff_id=cast.shen.staff_id, staff_no="S1", day_on=date(2026, 3, 3),
        at_time=time(10, 0), channel="call", outcome="reached", request_key=key, recorded_at=NOW, **told,
    )  # fmt: skip


def as_it_lies(touch: Touch) -> dict[str, Any]:
    """Its row, without what tells it from any other."""
    (row,) = Touch.objects.for_system("test").filter(pk=touch.pk).values()
    return {name: value for name, value in row.items() if name not in ("id", "public_id", "request_key")}


TOLD: list[dict[str, Any]] = [
    {}, {"seconds": 0}, {"said": "秋天上学 %s {x}'\"", "seconds": 90}, {"amount_fen": 2**53 + 1, "outcome": "closed"},
]  # fmt: skip


@pytest.mark.parametrize("told", TOLD)
def test_what_is_put_in_lies_as_what_is_saved(cast: Cast, told: dict[str, Any], django_assert_num_queries: Any):
    put, saved = (a_contact(cast, key) for key in ("put", "saved"))
    for each in (put, saved):
        for name, value in told.items():
            setattr(each, name, value)
    saved.save()
    with django_assert_num_queries(1):
        put_in(put)
    assert as_it_lies(put) == as_it_lies(saved)
    assert put.pk is not None
    assert put == Touch.objects.for_system("test").get(public_id=put.public_id)
    assert (put.said, put._state.adding, put._state.db) == (saved.said, False, "default")
    put.undone_at = NOW
    put.save(update_fields=["undone_at"])
    assert as_it_lies(put)["undone_at"] == NOW


def test_what_the_database_refuses_has_the_name_django_gives_it(cast: Cast):
    put_in(a_contact(cast, "once"))
    with pytest.raises(IntegrityError), transaction.atomic():
        put_in(a_contact(cast, "once"))


def test_what_lies_sealed_is_not_written_here(cast: Cast):
    with pytest.raises(TypeError, match="ContactPoint"):
        put_in(ContactPoint(customer_id=ZHAO, kind="phone", value="13900001111", source="own"))


def test_what_lies_there_already_is_not_put_in_again(cast: Cast):
    touch = a_contact(cast, "once")
    put_in(touch)
    with pytest.raises(ValueError, match="Touch"):
        put_in(touch)


def test_a_record_with_a_key_of_the_banks_is_no_such_record(cast: Cast):
    with pytest.raises(ValueError, match="Customer"):
        put_in(Customer(key=7))
