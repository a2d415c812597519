"""What a customer will do when something she holds matures: kept with the holding, changed with its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from guanhu.apps.customers.models import Intention
from guanhu.apps.customers.serving import actions
from guanhu.apps.customers.serving.queries import intentions_of, item_of
from guanhu.apps.customers.serving.shapes import IntentionWords
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.work.file import queries as files
from guanhu.rules.access import Reach, Role
from guanhu.rules.masks import HIDDEN
from guanhu.rules.serving import Intent
from tests import cast as people
from tests.apps.test_who_may_ask_what import HOLDING
from tests.cast import ZHAO, Cast
from tests.factories import NOW, TODAY, publish

RENEW = IntentionWords(Intent.RENEW, "三年期定存", TODAY + timedelta(days=7), time(10, 30))
HELD = item_of(HOLDING["holding"])


@pytest.fixture
def held(cast: Cast) -> Cast:
    """赵桂芳 holds a deposit that matures on 1 December, and a fund without a day."""
    fund = {**HOLDING, "holding": 9002, "kind": "fund", "matures_on": None}
    people.morning(holdings=[HOLDING, fund])
    return cast


def say(cast: Cast, said: IntentionWords = RENEW, **told: Any) -> None:
    """Write it down as 沈知微."""
    given: dict[str, Any] = {"by": cast.shen, "customer": cast.zhao, "item": HELD, "today": TODAY, "now": NOW, **told}
    actions.keep_intention(said=said, **given)


def on_the_file(cast: Cast) -> Any:
    """The intention beside the deposit, as the file tells it."""
    rows = {row.item: row.intention for row in files.card(cast.shen, cast.zhao).holdings}
    assert None in rows, "what never matures has no intention"
    return rows[HELD]


def test_an_intention_stands_beside_what_matures_and_keeps_what_was_said_before(held: Cast):
    assert on_the_file(held) is None
    say(held)
    later = replace(RENEW, intent=Intent.PART, business="留二十万")
    say(held, later, version=1)
    kept = on_the_file(held)
    assert (kept.now.said, [each.said for each in kept.before], kept.now.who) == (later, [RENEW], "沈知微")


def test_it_stays_when_the_next_night_publishes_the_same_holding_anew(held: Cast):
    say(held)
    before = on_the_file(held)
    publish(date(2026, 11, 24), date(2026, 11, 25), holdings=[HOLDING])
    assert intentions_of(held.shen, ZHAO) == {HELD: before}


def test_what_was_said_stays_on_the_timeline_when_the_holding_is_gone(held: Cast):
    say(held)
    say(held, IntentionWords(Intent.ELSEWHERE), version=1)
    publish(date(2026, 12, 1), date(2026, 12, 2))
    card = files.card(held.shen, held.zhao)
    assert card.holdings == ()
    told = [(event.text, event.who) for event in card.timeline if event.word == "intention"]
    assert sorted(told) == [("elsewhere", "沈知微"), ("renew", "沈知微")]


def test_the_same_form_twice_is_once(held: Cast):
    say(held)
    say(held)
    assert Intention.objects.for_system("a test").count() == 1


def test_whoever_is_second_hears_who_was_first(held: Cast):
    say(held)
    with pytest.raises(Conflict, match="沈知微"):
        say(held, IntentionWords(Intent.ELSEWHERE))


@pytest.mark.parametrize(
    ("said", "field"),
    [(IntentionWords(Intent.RENEW, come_at=time(10)), "come_on"),
     (IntentionWords(Intent.RENEW, come_on=TODAY - timedelta(days=1)), "come_on"),
     (IntentionWords(Intent.USE, "打到 13812342716"), "business")],
)  # fmt: skip
def test_what_cannot_be_meant_or_kept_is_refused_at_its_field(held: Cast, said: IntentionWords, field: str):
    with pytest.raises(Refused) as refused:
        say(held, said)
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize("item", [item_of(9002), item_of(7)], ids=["without a day", "nobody's"])
def test_what_she_does_not_hold_until_a_day_has_no_intention(held: Cast, item: Any):
    with pytest.raises(Invisible):
        say(held, item=item)


def test_her_head_reads_what_she_will_do_and_no_words_and_a_colleague_nothing(held: Cast):
    say(held)
    head = replace(held.qin, role=Role.HEAD, reach=Reach.BRANCH)
    (row,) = [row for row in files.card(head, held.zhao).holdings if row.intention]
    assert (row.intention.now.said.intent, row.intention.now.said.business) == (Intent.RENEW, HIDDEN)
    assert intentions_of(held.zhou, ZHAO) == {}
    with pytest.raises(Invisible):
        say(held, by=held.zhou)
