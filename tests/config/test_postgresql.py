"""Numbers travel to the database whole."""

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

pytestmark = pytest.mark.django_db
LONG = 2721428688803729321


def came_back(value: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute("select %s", [value])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("kind", ["SmallIntegerField", "IntegerField", "PositiveIntegerField", "BigIntegerField"])
@pytest.mark.parametrize("number", [0, 7, -1, 2**15, -(2**15) - 1, 2**31, -(2**31) - 1, LONG])
def test_a_number_is_the_same_there(number: int, kind: str):
    assert came_back(connection.ops.adapt_integerfield_value(number, kind)) == number


def test_as_django_sends_it_a_long_number_is_cut_and_this_is_noticed():
    assert came_back(DatabaseOperations(connection).adapt_integerfield_value(LONG, "IntegerField")) != LONG
