"""Two to eight colleagues on one customer at once: one is first, the others are told what was written, nothing is lost.

Reliability D6. Each round is one interleaving: all have seen the same, wait for each other, then all write.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.models import Consent, Customer, Source, StageRecord
from guanhu.apps.people.errors import Conflict, Refused
from guanhu.apps.work import actions, queries
from guanhu.apps.work.file import queries as files
from guanhu.apps.work.models import Deferral, Touch
from tests import cast as people
from tests.cast import ZHAO
from tests.factories import NOW, TODAY

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.django_db(transaction=True)]
ROUNDS = 5_000
HANDS = 8
KINDS = ("record", "stage", "word", "defer")
TEXT_OF = {"record": "said", "stage": "note", "word": "evidence", "defer": "reason"}


@dataclass(frozen=True)
class Seen:
    """What everybody saw before anybody wrote."""

    version: int
    stage: str
    word: int


@dataclass(frozen=True)
class Came:
    """What one hand's writing came to."""

    kind: str
    text: str
    answer: Any

    @property
    def taken(self) -> bool:
        """Was it written?"""
        return not isinstance(self.answer, Conflict | Refused)


class Hands:
    """Eight threads with a connection each; each round some of them write at the same moment."""

    def __init__(self, pool: ThreadPoolExecutor, cast: people.Cast) -> None:
        covering = replace(cast.zhou, covered=(cast.shen.staff_id,))
        self.pool, self.cast = pool, cast
        self.who = [cast.shen, covering] * (HANDS // 2)
        self.seen = look(cast)

    def round(self, kinds: list[str], mark: str) -> list[Came]:
        """Everybody waits, then writes by what they saw."""
        seen, start = self.seen, Barrier(len(kinds))

        def work(place: int, kind: str) -> Came:
            text = f"{mark}-{place}"
            start.wait(10)
            try:
                return Came(kind, text, write(self.who[place], self.cast, kind, seen, text))
            except (Conflict, Refused) as refused:
                return Came(kind, text, refused)

        return [each.result(30) for each in [self.pool.submit(work, *place) for place in enumerate(kinds)]]


def look(cast: people.Cast) -> Seen:
    """The line, the stage and the word on marketing as a page shows them."""
    brief, card = queries.brief(cast.shen, cast.zhao), files.card(cast.shen, cast.zhao)
    assert brief is not None
    assert card is not None
    return Seen(brief.version, card.stage, card.marketing_word)


def write(by: Any, cast: people.Cast, kind: str, seen: Seen, text: str) -> Any:
    """One of the four writes another may have come before."""
    told: dict[str, Any] = {"by": by, "customer": cast.zhao, "now": NOW, "day": TODAY}
    if kind == "record":
        return actions.record_touch(
            channel="call", outcome="reached", seconds=90, said=text, request_key=text, version=seen.version, **told
        )
    if kind == "defer":
        return actions.defer(reason=text, **told)
    if kind == "word":
        return customers.refuse_marketing(evidence=text, seen=seen.word, **told)
    return customers.set_stage(stage="habit", current=seen.stage, note=text, **told)


def written() -> set[str]:
    """Every text that stands in the tables."""
    own: dict[str, Any] = {"source": Source.OWN}
    rows = [
        Touch.objects.for_system("a test").filter(**own).values_list("said", flat=True),
        StageRecord.objects.for_system("a test").filter(**own).values_list("note", flat=True),
        Consent.objects.for_system("a test").filter(**own).values_list("evidence", flat=True),
        Deferral.objects.for_system("a test").values_list("reason", flat=True),
    ]
    return {text for each in rows for text in each}


def wipe() -> None:
    """The day as it began."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from work_promise; delete from work_deferral; delete from work_touch where source = 'own';"
            "delete from customers_stagerecord where source = 'own'; delete from customers_consent where source = 'own'"
        )
    Customer.objects.for_system("a fresh round").filter(key=ZHAO).update(stage="relied_on", stage_on=TODAY)


def faults(came: list[Came]) -> list[str]:
    """What is wrong after one round."""
    taken = {each.text for each in came if each.taken}
    found = [] if written() == taken else [f"written {sorted(written())} but taken {sorted(taken)}"]
    for kind in {each.kind for each in came}:
        first = [each for each in came if each.kind == kind and each.taken]
        found += [f"{kind}: {len(first)} were first"] if len(first) > 1 else []
    found += ["nobody was first"] if not taken else []
    for each in came:
        if isinstance(each.answer, Conflict):
            told = {one.field: (one.yours, one.theirs) for one in each.answer.differences}
            theirs = {str(pair[1]) for pair in told.values()}
            found += [f"{each.kind}: told of {sorted(theirs)}"] if not theirs & taken else []
            yours = told.get(TEXT_OF[each.kind], (each.text, ""))[0]
            found += [f"{each.kind}: mine is {yours}"] if yours != each.text else []
            found += [] if each.answer.who and each.answer.at else [f"{each.kind}: nobody named"]
    return found


@pytest.fixture
def hands(transactional_db: None) -> Iterator[Hands]:
    """The cast's morning, committed, and eight hands over it."""
    cast, leave = people.enter(), Barrier(HANDS)

    def go() -> None:
        leave.wait(10)
        connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        yield Hands(pool, cast)
        for each in [pool.submit(go) for _ in range(HANDS)]:
            each.result(20)


def rounds(hands: Hands, many: int, kinds: tuple[str, ...] = KINDS) -> list[str]:
    """So many interleavings; a third of all one kind together, the others mixed."""
    dice, found = random.Random(6), []
    for n in range(many):
        size = dice.randint(2, HANDS)
        one = dice.choice(kinds) if n % 3 == 0 else ""
        found += faults(hands.round([one or dice.choice(kinds) for _ in range(size)], f"r{n}"))
        wipe()
    assert look(hands.cast) == hands.seen
    return found


def test_one_is_first_and_everybody_else_is_told(hands: Hands, gate_share: float):
    assert rounds(hands, int(ROUNDS * gate_share)) == []


def unlocked(by: Any, customer: Any, **_told: Any) -> Customer:
    """The customer, without holding her."""
    row: Customer = Customer.objects.seen_by(by).get(public_id=customer)
    return row


Break = Callable[[pytest.MonkeyPatch], None]
BROKEN: dict[str, tuple[tuple[str, ...], Break]] = {
    "the line's version is not asked": (
        ("record",), lambda patch: patch.setattr(actions, "require_unchanged", lambda *_: None)
    ),
    "another's reason is passed over": (
        ("defer",), lambda patch: patch.setattr(actions, "require_own_reason", lambda *_: None)
    ),
    "the word on marketing is not asked": (
        ("word",), lambda patch: patch.setattr(customers, "_require_same_word", lambda *_, **__: None)
    ),
    "nobody holds the customer": (("stage",), lambda patch: patch.setattr(customers, "locked", unlocked)),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_write_over_anothers_is_noticed(name: str, hands: Hands, monkeypatch: pytest.MonkeyPatch):
    kinds, break_it = BROKEN[name]
    break_it(monkeypatch)
    assert rounds(hands, 20, kinds)
