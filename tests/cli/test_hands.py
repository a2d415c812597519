"""The hands of a site work on ledgers that wait, several at once, and leave what they cannot finish to the next."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from guanhu.apps.customers.uploads.actions import asking
from guanhu.apps.customers.uploads.shapes import UploadState as S
from guanhu.cli.hands import hands
from tests import cast as people
from tests.apps.uploads.brought import at, kept, rows
from tests.factories import NOW

pytestmark = [pytest.mark.slow, pytest.mark.practice("P14"), pytest.mark.django_db(transaction=True)]


def until(true: Callable[[], bool], patience: float = 30.0) -> bool:
    """Does it come true before long?"""
    end = time.monotonic() + patience
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def test_what_waits_is_done_while_the_site_is_up_and_not_before_or_after():
    cast = people.enter()
    for by in (cast.shen, cast.zhou):
        asking.bring(by=at(by), file="a.csv", raw="手机\n13700000001\n".encode(), now=NOW)
    assert {row.state for row in rows()} == {S.OPENING}
    with hands():
        assert until(lambda: {row.state for row in rows()} == {S.COLUMNS})
    assert kept() == (2, 0)
    mine = next(row for row in rows() if row.by_id == cast.shen.staff_id)
    asking.drop(by=at(cast.shen), upload=mine.public_id, now=NOW)
    time.sleep(1)
    assert kept() == (2, 0)
    with hands():
        assert until(lambda: kept() == (1, 0))
