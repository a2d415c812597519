"""Two windows on one customer at the same moment: nothing is lost, nothing counts twice, the day turns cleanly."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from guanhu.apps.customers.models import Customer
from guanhu.apps.people import queries as people_queries
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.work import actions, queries
from guanhu.apps.work.models import Deferral, Promise, Touch
from guanhu.apps.work.shapes import NextStep, Recorded
from tests import cast as people
from tests.cast import LI, ZHAO
from tests.factories import NOW, TODAY, line_row, publish, quota_rows

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.django_db(transaction=True)]
ROUNDS = 30
"""Of each pair, so that all pairs together make several hundred."""
LATER = TODAY + timedelta(days=2)

Work = Callable[[], Any]
Race = Callable[[Work, Work], list[Any]]


@contextmanager
def two_windows() -> Iterator[Race]:
    """Two threads with a connection each, let go together; what each came to, a refusal as what it is."""
    start = Barrier(2)

    def let_go(work: Work) -> Any:
        start.wait(10)
        try:
            return work()
        except (Conflict, Refused) as refused:
            return refused

    def leave() -> None:
        start.wait(10)
        connection.close()

    with ThreadPoolExecutor(2) as windows:
        yield lambda *works: [each.result(20) for each in [windows.submit(let_go, work) for work in works]]
        for each in [windows.submit(leave) for _ in range(2)]:
            each.result(20)


@pytest.fixture
def race() -> Iterator[Race]:
    with two_windows() as race:
        yield race


@pytest.fixture
def cast(transactional_db: None) -> people.Cast:
    """A morning that is really committed, so that both windows see it."""
    return people.enter()


def wipe() -> None:
    """The day as it began."""
    for model in (Promise, Deferral, Touch):
        model.objects.for_system("a fresh round").delete()


def record(cast: people.Cast, key: str, **given: Any) -> Recorded:
    told: dict[str, Any] = {"customer": cast.zhao, "channel": "call", "outcome": "reached", "seconds": 120, **given}
    return actions.record_touch(by=cast.shen, request_key=key, now=NOW, **told)


def undo(cast: people.Cast, touch: Any) -> Any:
    return actions.undo_touch(by=cast.shen, touch=touch, now=NOW)


def defer(cast: people.Cast) -> Any:
    return actions.defer(by=cast.shen, customer=cast.zhao, now=NOW, reason="出差", until_on=LATER)


def kinds(answers: list[Any]) -> list[str]:
    return sorted(type(answer).__name__ for answer in answers)


Found = dict[str, int]


def standing(cast: people.Cast) -> Found:
    """What lies in the tables about 赵桂芳, and what her line says."""
    touches = list(Touch.objects.for_system("a test").filter(customer_id=ZHAO))
    aside = list(Deferral.objects.for_system("a test").filter(customer_id=ZHAO))
    promises = Promise.objects.for_system("a test").filter(customer_id=ZHAO, kept_by=None, withdrawn_at=None)
    call = next(each for each in queries.today(cast.shen).quotas if each.channel == "call")
    return {
        "written": len(touches), "undone": sum(one.undone_at is not None for one in touches),
        "live": Touch.objects.for_system("a test").filter(undone_at=None).count(),
        "aside": sum(one.undone_at is None for one in aside), "promises": promises.count(), "counted": call.done,
        "version": queries.desk_of(cast.shen, people_queries.shown(cast.shen.branch_id)).version(ZHAO),
        "changes": sum(1 + (one.undone_at is not None) for one in (*touches, *aside)),
    }  # fmt: skip


def one_conflict(cast: people.Cast, race: Race) -> Found:
    answers = race(lambda: record(cast, "a", version=0), lambda: record(cast, "b", version=0))
    assert kinds(answers) == ["Conflict", "Recorded"]
    assert "另一个窗口 10:10 已先记下「接通」" in str(
        next(answer for answer in answers if isinstance(answer, Conflict))
    )
    found = standing(cast)
    assert (found["written"], found["counted"]) == (1, 1)
    return found


def one_submission(cast: people.Cast, race: Race) -> Found:
    answers = race(lambda: record(cast, "a"), lambda: record(cast, "a"))
    assert sorted(answer.already for answer in answers) == [False, True]
    found = standing(cast)
    assert found["written"] == 1
    return found


def one_key_for_two_customers(cast: people.Cast, race: Race) -> Found:
    answers = race(lambda: record(cast, "a"), lambda: record(cast, "a", customer=cast.li))
    assert kinds(answers) == ["Recorded", "Refused"]
    assert Touch.objects.for_system("a test").count() == 1
    return standing(cast)


def one_undo(cast: people.Cast, race: Race) -> Found:
    touch = record(cast, "a", next_steps=[NextStep(LATER, "call", "再谈")]).touch
    answers = race(lambda: undo(cast, touch), lambda: undo(cast, touch))
    assert answers == [cast.zhao, cast.zhao]
    found = standing(cast)
    assert (found["written"], found["undone"], found["promises"], found["version"]) == (1, 1, 0, 2)
    return found


def undo_or_write_first(cast: people.Cast, race: Race) -> Found:
    touch = record(cast, "a").touch
    answers = race(lambda: undo(cast, touch), lambda: record(cast, "b", version=1))
    found = standing(cast)
    assert found["undone"] == 1
    assert kinds(answers[1:]) == (["Recorded"] if found["written"] == 2 else ["Conflict"])
    return found


def undo_or_keep_first(cast: people.Cast, race: Race) -> Found:
    """A promise of today, undone with its contact while another contact keeps it, is open in no order."""
    touch = record(cast, "a", outcome="no_answer", seconds=None, retry_on=TODAY).touch
    race(lambda: undo(cast, touch), lambda: record(cast, "b"))
    found = standing(cast)
    assert (found["promises"], found["counted"]) == (0, 1)
    return found


def one_deferral(cast: people.Cast, race: Race) -> Found:
    assert race(lambda: defer(cast), lambda: defer(cast)) == [cast.li, cast.li]
    found = standing(cast)
    assert (found["aside"], found["promises"]) == (1, 1)
    return found


def deferral_or_contact_first(cast: people.Cast, race: Race) -> Found:
    deferred, recorded = race(lambda: defer(cast), lambda: record(cast, "a", version=0))
    found = standing(cast)
    assert found["written"] + found["aside"] == 1
    assert [isinstance(deferred, Refused), isinstance(recorded, Conflict)] == [not found["aside"], not found["written"]]
    return found


def one_return(cast: people.Cast, race: Race) -> Found:
    defer(cast)
    aside = queries.today(cast.shen).deferred[0].deferral_id
    back = lambda: actions.undo_deferral(by=cast.shen, deferral=aside, now=NOW)  # noqa: E731
    assert race(back, back) == [cast.zhao, cast.zhao]
    found = standing(cast)
    assert (found["aside"], found["promises"], found["version"]) == (0, 0, 2)
    return found


Pair = Callable[[people.Cast, Race], Found]
PAIRS: tuple[Pair, ...] = (
    one_conflict, one_submission, one_key_for_two_customers, one_undo, undo_or_write_first, undo_or_keep_first,
    one_deferral, deferral_or_contact_first, one_return,
)  # fmt: skip


def name_of(pair: Pair) -> str:
    return pair.__name__


def many_rounds(cast: people.Cast, race: Race, pair: Pair, rounds: int) -> None:
    for _ in range(rounds):
        found = pair(cast, race)
        assert found["version"] == found["changes"]
        assert found["counted"] == min(1, found["live"])
        wipe()


@pytest.mark.parametrize("pair", PAIRS, ids=name_of)
def test_two_windows_on_one_customer_lose_nothing_and_count_nothing_twice(cast: people.Cast, race: Race, pair: Pair):
    many_rounds(cast, race, pair, ROUNDS)


def unlocked(by: Any, customer: Any) -> Customer:
    """The customer, without holding her."""
    row: Customer = Customer.objects.seen_by(by).get(public_id=customer)
    return row


@pytest.mark.parametrize("pair", [one_conflict, one_deferral, deferral_or_contact_first], ids=name_of)
def test_a_customer_nobody_holds_is_noticed(cast: people.Cast, race: Race, pair: Pair, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(actions, "locked", unlocked)
    with pytest.raises(Exception, match=r"assert|deferral_once_a_day|touch_request_once"):
        many_rounds(cast, race, pair, ROUNDS)


def turn(cast: people.Cast, day: date) -> list[int]:
    """The night of this day is published; the day's contacts counted then, as the next night finds them."""
    lines = [line_row(ZHAO, 1, day_on=day + timedelta(days=1)), line_row(LI, 2, day_on=day + timedelta(days=1))]
    publish(day, day + timedelta(days=1), lines=lines, quotas=quota_rows())
    return list(queries.contacts_between(day, day))


def late_contacts(cast: people.Cast, race: Race, days: int) -> int:
    """How many contacts came into a day after it was closed."""
    late = 0
    for n in range(days):
        day = TODAY + timedelta(days=n)
        at_the_turn, done = race(lambda day=day: turn(cast, day), lambda n=n, day=day: record(cast, f"k{n}", day=day))
        assert kinds([done]) in (["Recorded"], ["Refused"])
        late += len(queries.contacts_between(day, day)) - len(at_the_turn)
    return late


def test_no_contact_slips_into_a_day_that_was_closed_meanwhile(cast: people.Cast, race: Race):
    assert late_contacts(cast, race, ROUNDS) == 0


def test_a_day_nobody_holds_lets_contacts_slip_in(cast: people.Cast, race: Race, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(actions, "hold_day", lambda branch_id: None)
    slow = actions._write

    def write_late(*told: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(0.2)")
        return slow(*told)

    monkeypatch.setattr(actions, "_write", write_late)
    assert late_contacts(cast, race, 5) > 0


def test_colleagues_of_a_branch_write_side_by_side_while_a_delivery_comes_in(cast: people.Cast, race: Race):
    """Merging the bank's lists holds no row that stays as it is, so nobody waits for it."""
    from django.db import transaction

    from guanhu.apps.customers import actions as customers

    wait = Barrier(2)

    def deliver() -> None:
        with transaction.atomic():
            customers.take_in(people.persons())
            wait.wait(10)
            wait.wait(10)

    def work() -> Recorded:
        wait.wait(10)
        try:
            with transaction.atomic():
                connection.cursor().execute("set local lock_timeout = '2s'")
                return record(cast, "a")
        finally:
            wait.wait(10)

    assert kinds(race(deliver, work)) == ["NoneType", "Recorded"]
