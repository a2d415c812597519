"""The database the tests stand on."""

import pytest


@pytest.mark.django_db
def test_each_worker_has_a_database_of_its_own():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select current_database(), current_user, rolsuper from pg_roles where rolname = current_user")
        name, user, superuser = cursor.fetchone()
    assert name.startswith("t_")
    assert (user, superuser) == ("guanhu_night", False)
