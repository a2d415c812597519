"""The second road for questions put into SQL once: on every address each gives what Django gives, asked anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from django.db import models

from guanhu.apps.customers.books import queries as books
from guanhu.apps.customers.books.asking import queries as asking
from guanhu.apps.customers.ledgers import queries as ledgers
from guanhu.apps.customers.models import Customer, LedgerEntry, LedgerImport
from guanhu.apps.customers.visits.actions import note_visit
from guanhu.apps.people.compiled import ALL, Compiled
from guanhu.apps.people.models import Staff
from guanhu.apps.people.queries import shown
from guanhu.apps.work import actions as work
from guanhu.apps.work import queries
from guanhu.apps.work.file.queries import TIMELINE
from guanhu.apps.work.models import PlanLine
from guanhu.apps.work.rosters import queries as rosters
from guanhu.rules.access import Reach, Role
from guanhu.rules.lists import Order, Trait
from tests.cast import LI, ZHAO, Cast
from tests.factories import NOW, TODAY, contact_row
from tests.reach import records
from tests.security.asking import Asked, tried


def seen(row: Any) -> Any:
    """All a row says, with the rows read along with it."""
    if not isinstance(row, models.Model):
        return row
    told = {name: value for name, value in vars(row).items() if name != "_state"}
    return type(row), told, {name: seen(one) for name, one in row._state.fields_cache.items()}


@contextmanager
def compared() -> Iterator[tuple[set[str], list[str]]]:
    """Every question is asked both ways: which were, and which of them answered otherwise."""
    asked, wrong = set(), []
    ready = Compiled.__call__

    def judge(question: Compiled[Any, Any], quick: list[Any], anew: Any) -> list[Any]:
        asked.add(name_of(question))
        one, other = [seen(row) for row in quick], [seen(row) for row in anew]
        if not anew.ordered:  # the database gives them as it comes by them, and another plan comes by them otherwise
            one, other = sorted(one, key=repr), sorted(other, key=repr)
        if one != other:
            wrong.append(f"{name_of(question)}: {len(quick)} rows, else {len(other)}")
        return quick

    def both(self: Any, *values: Any, **parts: Any) -> list[Any]:
        return judge(self, ready(self, *values, **parts), self.question(*values, **parts))

    with mock.patch.object(Compiled, "__call__", both):
        yield asked, wrong


def name_of(question: Compiled[Any, Any]) -> str:
    """Where a question stands and what it is called."""
    return f"{question.question.__module__}.{question.question.__name__}"


def walk(asked: dict[str, Asked], cast: Cast) -> None:
    """Ask every address; then a full life: a long timeline, and a contact today with a customer who was not planned."""
    for each in asked.values():
        with tried(each):
            each.send()
    with tried(asked["record"]):
        work.take_contacts({"contacts": [contact_row(number, ZHAO) for number in range(1, TIMELINE + 1)]})
        asked["record"].send()
        told: dict[str, Any] = {"channel": "message", "outcome": "sent", "request_key": "the next", "now": NOW}
        queries.today_after(cast.shen, work.record_touch(by=cast.shen, customer=cast.li, **told))
        books.book(cast.shen, after=cast.zhao)
        PlanLine.objects.for_system("a contact that was not planned").delete()
        rows = Customer.objects.for_system("a tie").filter(key__in=(ZHAO, LI)).order_by("key")
        shen = Staff.objects.get(staff_no="S01")
        records.tie(*rows, shen)
        records.ledger(rows[0], shen, "䶮")
        for by in (None, cast.shen):
            keys = list(LedgerEntry.objects.for_system("a test").values_list("key", flat=True))
            assert ledgers.entries_by_key(by, keys)
        asked["customer"].send(by="day")
        for name in ("customer_rest", "today"):
            asked[name].send(HTTP_HX_REQUEST="true")
        counter = replace(cast.zhou, reach=Reach.ONE, number=f"C{ZHAO:06d}")
        note_visit(by=counter, purpose="deposit", note="", day=TODAY, now=NOW)
        asked["visitors"].send()
        brought = LedgerImport.objects.get(digest=f"{rows[0].key:064}").public_id
        rosters.roster(cast.shen, shown(cast.shen.branch_id), brought)
        for name in ("book", "wants"):
            asked[name].send(after=asked["customer"].ids["public_id"])
        head = replace(cast.qin, role=Role.HEAD, reach=Reach.BRANCH)
        for order in (None, *(Order(trait, falling) for trait in asking.orders(head) for falling in (True, False))):
            books.book(head, order=order, columns=(Trait.MATURES, Trait.MARKETING))
            books.book(head, order=order, after=cast.zhao)
        asking.keepers(head)


def test_each_question_of_every_page_answers_as_it_does_asked_anew(asked: dict[str, Asked], cast: Cast):
    with compared() as (found, wrong):
        walk(asked, cast)
    assert wrong == []
    ours = {name_of(question) for question in ALL if question.question.__module__.startswith("guanhu.")}
    assert ours - found == set()


def test_a_question_that_forgets_its_value_is_found(asked: dict[str, Asked]):
    """The twin: statements that are filled with the values of whoever asked first."""
    first: dict[int, Any] = {}
    with mock.patch("guanhu.apps.people.compiled._Statement.rows", remembering(first)), compared() as (_found, wrong):
        for each in asked.values():
            with tried(each):
                each.send()
            if wrong:
                break
    assert wrong != []


def remembering(first: dict[int, Any]) -> Any:
    """Fills a statement with the first values it ever got."""
    from guanhu.apps.people.compiled import _Statement

    rows = _Statement.rows

    def stale(self: Any, values: Any) -> Any:
        return rows(self, first.setdefault(id(self), values))

    return stale
