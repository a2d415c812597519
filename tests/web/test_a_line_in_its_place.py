"""A line of the book is changed where it stands: its relation by a stage, one thing learnt; core data is read only."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.living import queries
from guanhu.apps.customers.models import Customer
from guanhu.rules.access import Role
from tests.cast import SUN, ZHAO, Cast
from tests.doors import signed_in
from tests.factories import NOW, TODAY
from tests.web.conftest import HTMX, text
from tests.web.test_a_morning import plain

FORM = {"current": "relied_on", "stage": "habit", "note": "半年没有来", "fact_kind": "interest",
        "fact": "每周三去合唱团", "heard_from": "customer", "where": "", "sort": "", "cols": ""}  # fmt: skip


def at(cast: Cast) -> str:
    """Where 赵桂芳's line is changed."""
    return reverse("book_line", args=[cast.zhao])


def stage_of(key: int) -> str:
    """Which stage the relation is in."""
    return str(Customer.objects.for_system("a test").get(key=key).stage)


def send(browser: Client, cast: Cast, script: bool = True, **typed: Any) -> Any:
    """Send the form of her line."""
    return browser.post(at(cast), {**FORM, **typed}, **(HTMX if script else {}))


@pytest.mark.practice("P6", "P10")
def test_each_line_of_ones_own_list_can_be_changed_where_it_stands(cast: Cast, shen: Client):
    page = text(shen.get("/customers/"))
    assert f'hx-get="{at(cast)}?edit=1"' in page
    form = text(shen.get(f"{at(cast)}?edit=1", **HTMX))
    assert form.lstrip().startswith('<tr class="mending">')
    assert "不变 移到朋友 移到习惯" in plain(form) or "不变 移到习惯 移到朋友" in plain(form)
    assert "资产、分层和权益由银行每晚的数据给出，这里只读" in form
    assert text(shen.get(at(cast), **HTMX)).lstrip().startswith('<tr><th scope="row"')


@pytest.mark.practice("P6")
def test_a_stage_and_what_was_learnt_are_written_together_and_the_line_says_so(cast: Cast, shen: Client):
    answer = send(shen, cast)
    assert answer.status_code == 200
    said = text(answer)
    assert said.lstrip().startswith('<tr><th scope="row"')
    assert "已移到「习惯」" in said
    assert reverse("stage_move", args=[cast.zhao]) in said, "the move can be taken back"
    assert stage_of(ZHAO) == "habit"
    (fact,) = queries.facts_of(cast.shen, ZHAO)
    assert (fact.now.said.text, fact.now.said.heard_on) == ("每周三去合唱团", TODAY)


def test_either_may_be_left_out_and_nothing_at_all_is_told(cast: Cast, shen: Client):
    assert "已记下" in text(send(shen, cast, stage="", note=""))
    assert stage_of(ZHAO) == "relied_on"
    assert send(shen, cast, fact="").status_code == 200
    assert len(queries.facts_of(cast.shen, ZHAO)) == 1
    nothing = send(shen, cast, stage="", note="", fact="")
    assert nothing.status_code == 422
    assert "没有要存的" in text(nothing)


@pytest.mark.parametrize(
    ("typed", "says"),
    [({"note": ""}, "请写下依据"), ({"stage": "known"}, "一次只能升或降一级"),
     ({"fact": "电话 13800000007"}, "号码记在联系方式里")],
)  # fmt: skip
def test_what_is_wrong_is_told_in_the_line_with_what_was_typed_and_neither_is_written(
    cast: Cast, shen: Client, typed: dict[str, str], says: str
):
    answer = send(shen, cast, **typed)
    assert answer.status_code == 422
    assert says in plain(text(answer))
    assert f'value="{typed.get("fact", FORM["fact"])}"' in text(answer)
    assert stage_of(ZHAO) == "relied_on"
    assert queries.facts_of(cast.shen, ZHAO) == ()


def test_a_stage_moved_meanwhile_keeps_both_back_and_names_who_was_first(cast: Cast, shen: Client):
    customers.set_stage(by=cast.shen, customer=cast.zhao, stage="friend", current="relied_on", note="介绍了同事",
                        day=TODAY, now=NOW)  # fmt: skip
    late = send(shen, cast)
    assert late.status_code == 409
    assert "沈知微 已先改为「朋友」" in plain(text(late))
    assert 'name="current" value="friend"' in text(late), "what is sent next is about what she sees now"
    assert queries.facts_of(cast.shen, ZHAO) == ()


def test_without_a_script_the_file_opens_and_a_form_leads_back_to_the_list(cast: Cast, shen: Client):
    assert shen.get(at(cast)).headers["Location"] == reverse("customer", args=[cast.zhao])
    back = send(shen, cast, script=False, where="tier:A").headers["Location"]
    assert back.startswith("/customers/?where=tier:A")
    assert "已记下" in plain(text(shen.get(back)))
    wrong = send(shen, cast, script=False, stage="", fact="")
    assert wrong.status_code == 422
    assert "<!doctype html>" in text(wrong)
    assert "没有要存的" in plain(text(wrong))


def test_columns_one_chose_stay(cast: Cast, shen: Client):
    assert [text(send(shen, cast, cols=cols)).count("<td") for cols in ("worth", "stage,worth,opened")] == [1, 3]
    assert text(shen.get(at(cast), {"cols": "stage"}, **HTMX)).count("<td") == 1


def test_nobody_elses_line_is_there_and_a_head_has_none_to_change(cast: Cast, shen: Client):
    sun = reverse("book_line", args=[cast.sun])
    assert [shen.get(sun, **HTMX).status_code, shen.post(sun, FORM, **HTMX).status_code] == [404, 404]
    assert stage_of(SUN) != "habit"
    head = signed_in("S04", Role.HEAD)
    assert "?edit=1" not in text(head.get("/customers/"))
    assert head.post(at(cast), FORM, **HTMX).status_code == 404
