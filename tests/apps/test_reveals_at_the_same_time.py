"""Many windows of one colleague ask at the same moment: no more is read in full than the limit allows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from guanhu.apps.customers import actions
from guanhu.apps.customers.models import Reveal
from guanhu.apps.customers.numbers import actions as numbers
from guanhu.apps.people.errors import Refused
from tests import cast as people
from tests.factories import NOW

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WINDOWS, BEFORE, BURST = 6, 8, 10


def at_once(work: Callable[[], Any]) -> list[str]:
    """The same from many windows, let go together; what each came to."""
    start = Barrier(WINDOWS)

    def let_go() -> str:
        start.wait(20)
        try:
            work()
            return "shown"
        except Refused as refused:
            return type(refused).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(WINDOWS) as windows:
        return [each.result(30) for each in [windows.submit(let_go) for _ in range(WINDOWS)]]


def shown(cast: people.Cast) -> list[str]:
    """Eight were read in the last minutes; six more windows ask at once."""

    def reveal() -> None:
        actions.reveal(by=cast.shen, customer=cast.zhao, field="phone", purpose="verify", now=NOW)

    for _ in range(BEFORE):
        reveal()
    return at_once(reveal)


def test_ten_are_shown_and_four_ask_who_is_there(transactional_db: None):
    answers = shown(people.enter())
    assert sorted(answers) == ["ConfirmFirst"] * (BEFORE + WINDOWS - BURST) + ["shown"] * (BURST - BEFORE)
    assert Reveal.objects.for_system("a test").count() == BURST


def test_counted_without_waiting_for_each_other_too_many_are_shown(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
):
    """The twin: without the lock under which they are counted, windows read the same count."""
    monkeypatch.setattr(numbers, "_one_after_the_other", lambda by: None)
    many = 0
    for _ in range(5):
        Reveal.objects.for_system("a fresh round").delete()
        many = max(many, shown(people.enter()).count("shown"))
        if many > BURST - BEFORE:
            return
    raise AssertionError("nobody slipped through")
