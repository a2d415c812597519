"""The contact form shows what is known to be confirmed, and takes one more thing: with the contact, or not at all."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from guanhu.apps.customers.living import actions, queries
from guanhu.apps.customers.living.shapes import FactWords
from guanhu.apps.work.models import Touch
from guanhu.rules.living import FactKind, HeardFrom
from tests.cast import ZHAO, Cast
from tests.factories import NOW, TODAY
from tests.web.conftest import HTMX, outcome, text

pytestmark = [pytest.mark.slow, pytest.mark.practice("P19")]
SINGS = FactWords(FactKind.INTEREST, "合唱团", HeardFrom.FAMILY, date(2025, 1, 10))


def known(cast: Cast) -> Any:
    return queries.facts_of(cast.shen, ZHAO)


@pytest.fixture
def sings(cast: Cast) -> str:
    """She sings, as her family said two winters ago: as the form sends it."""
    actions.keep_fact(by=cast.shen, customer=cast.zhao, said=SINGS, today=TODAY, now=NOW)
    (kept,) = known(cast)
    return f"{kept.item}|{kept.version}"


def send(shen: Client, cast: Cast, **typed: Any) -> Any:
    return shen.post(f"/today/{cast.zhao}/outcome/", outcome(cast, **typed), **HTMX)


def test_what_is_known_is_shown_to_be_confirmed_and_what_is_missing_is_asked(shen: Client, cast: Cast, sings: str):
    page = text(shen.get(f"/today/{cast.zhao}/", **HTMX))
    assert f'name="confirmed" value="{sings}"' in page
    assert "兴趣：合唱团" in page
    assert "该核对了" in page
    assert "这笔钱近两年有什么打算" in page


def test_a_tick_confirms_the_fact_in_this_contact_and_a_line_adds_another(shen: Client, cast: Cast, sings: str):
    answer = send(shen, cast, confirmed=[sings], learnt_kind="best_time", learnt=" 下午三点以后 ")
    assert answer.status_code == 200
    interest, time = known(cast)
    touch = Touch.objects.for_system("a test").get(said="", customer_id=ZHAO, source="own")
    said = interest.now.said
    assert (said.text, said.heard_on, said.contact, interest.version) == ("合唱团", TODAY, touch.public_id, 2)
    assert interest.before[0].said == SINGS
    assert (time.now.said.text, time.now.said.contact) == ("下午三点以后", touch.public_id)


def test_the_same_form_twice_confirms_and_adds_once(shen: Client, cast: Cast, sings: str):
    for _time in range(2):
        send(shen, cast, confirmed=[sings], learnt_kind="school", learnt="师范")
    assert [kept.version for kept in known(cast)] == [2, 1]


def test_nothing_is_confirmed_over_what_a_colleague_wrote_since(shen: Client, cast: Cast, sings: str):
    (kept,) = known(cast)
    told = {"by": cast.shen, "customer": cast.zhao, "item": kept.item, "version": 1, "today": TODAY, "now": NOW}
    actions.keep_fact(**told, said=replace(SINGS, text="不唱了，改钓鱼"))
    assert send(shen, cast, confirmed=[sings]).status_code == 200
    assert [(kept.version, kept.now.said.text) for kept in known(cast)] == [(2, "不唱了，改钓鱼")]


@pytest.mark.parametrize(
    "typed",
    [
        {"outcome": "no_answer", "minutes": "", "learnt": "下午三点", "learnt_kind": "best_time"},
        {"learnt": "电话 13812342716", "learnt_kind": "best_time"},
        {"learnt": "要稳的", "learnt_kind": ""},
    ],
)
def test_what_cannot_be_learnt_leaves_no_contact_and_keeps_what_was_typed(shen: Client, cast: Cast, typed: Any):
    answer = send(shen, cast, **typed)
    assert answer.status_code == 422
    assert f'value="{typed["learnt"]}"' in text(answer)
    assert not Touch.objects.for_system("a test").filter(customer_id=ZHAO, source="own").exists()
    assert known(cast) == ()


@pytest.mark.parametrize("sent", ["", "x", "x|1", "00000000-0000-0000-0000-000000000001|1", "|", "1|99999999999"])
def test_a_tick_nobody_offered_confirms_nothing(shen: Client, cast: Cast, sings: str, sent: str):
    assert send(shen, cast, confirmed=[sent]).status_code == 200
    assert [kept.version for kept in known(cast)] == [1]
