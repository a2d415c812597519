"""What a customer will do when something matures, on her page: asked, changed, and told when somebody was first."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.apps.customers.serving.queries import item_of
from tests import cast as people
from tests.apps.test_who_may_ask_what import HOLDING
from tests.cast import Cast
from tests.web.conftest import HTMX, text
from tests.web.test_a_morning import plain

FORM = {"item": str(item_of(HOLDING["holding"])), "version": "0", "intent": "renew", "business": "三年期定存",
        "come_on": "2026-12-01", "come_at": "10:30"}  # fmt: skip
SAYS = "续存 · 三年期定存 · 12-01 10:30 来办"


@pytest.fixture
def page(cast: Cast) -> str:
    """Where it is written; 赵桂芳 holds a deposit that matures on 1 December."""
    people.morning(holdings=[HOLDING])
    return reverse("intentions", args=[cast.zhao])


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_an_intention_is_written_where_the_holding_stands(cast: Cast, shen: Client, page: str, script: bool):
    rest = reverse("customer_rest", args=[cast.zhao])
    assert "问一问，记下意向" in plain(text(shen.get(rest)))
    answer = shen.post(page, FORM, **(HTMX if script else {}))
    if script:
        assert text(answer).strip().startswith('<section class="card" id="holdings"')
        assert SAYS in plain(text(answer))
    else:
        assert "到期意向已更新" in plain(text(shen.get(answer.headers["Location"])))
    page = plain(text(shen.get(rest)))
    assert SAYS in page
    assert "到期意向：续存" in page, "on the timeline"


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_what_is_wrong_is_told_at_the_holding_with_what_was_typed(shen: Client, page: str, script: bool):
    answer = shen.post(page, {**FORM, "come_on": ""}, **(HTMX if script else {}))
    assert answer.status_code == 422
    assert "写了几点，也写哪天来办" in plain(text(answer))
    assert 'value="三年期定存"' in text(answer)


def test_two_windows_on_one_holding_lose_nothing(shen: Client, page: str):
    assert shen.post(page, FORM, **HTMX).status_code == 200
    late = shen.post(page, {**FORM, "intent": "elsewhere"}, **HTMX)
    assert late.status_code == 409
    assert "到期意向 转到别家 续存" in plain(text(late))


def test_what_is_no_longer_held_is_told(shen: Client, page: str):
    gone = shen.post(page, {**FORM, "item": str(item_of(7))}, **HTMX)
    assert gone.status_code == 422
    assert shen.post(page, {**FORM, "item": "x"}, **HTMX).status_code == 422
