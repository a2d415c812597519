"""What was learnt, on the customer's page: written, changed, removed where it stands, with its evidence beside it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.apps.customers.living import queries
from tests.cast import ZHAO, Cast
from tests.web.conftest import HTMX, outcome, signed_in, text
from tests.web.test_a_morning import plain

FORM = {"item": "", "version": "0", "fact_kind": "interest", "fact": "每周三去合唱团", "heard_from": "customer",
        "heard_on": "2026-11-10", "contact": "", "whose": "self"}  # fmt: skip
NEED = {**FORM, "fact_kind": "need", "fact": "急用时能取一部分", "need_type": "maintenance", "need_depth": "latent",
        "need_facet": "trouble", "found_how": "两次问起"}  # fmt: skip


def card(page: str) -> str:
    """The card of what was learnt, as a person reads it."""
    return plain(page[page.index('id="facts"') :].split("</section>")[0])


def shown(browser: Client, cast: Cast) -> str:
    """The page as it stands now."""
    return text(browser.get(reverse("customer_rest", args=[cast.zhao])))


def kept(cast: Cast) -> Any:
    (one,) = queries.facts_of(cast.shen, ZHAO)
    return one


@pytest.mark.practice("P6", "P11")
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_what_was_learnt_is_written_where_it_stands(cast: Cast, shen: Client, script: bool):
    answer = shen.post(reverse("facts", args=[cast.zhao]), FORM, **(HTMX if script else {}))
    if script:
        assert text(answer).strip().startswith('<section class="card" id="facts"')
        assert "已更新" in card(text(answer))
    else:
        assert "了解到的情况已更新" in plain(text(shen.get(answer.headers["Location"])))
    assert "兴趣 每周三去合唱团 2026-11-10 · 客户说的" in card(shown(shen, cast))


@pytest.mark.practice("P12")
@pytest.mark.parametrize(("note", "read"), [("周四下午，最好发微信", "排期优先：周四 消息"), ("下午三点以后", "")])
def test_a_note_on_the_best_time_says_what_the_plan_reads_out_of_it(cast: Cast, shen: Client, note: str, read: str):
    shen.post(reverse("facts", args=[cast.zhao]), {**FORM, "fact_kind": "best_time", "fact": note})
    said = card(shown(shen, cast))
    assert note in said
    assert read in said
    assert ("排期优先" in said) is bool(read)


def test_a_card_with_nothing_in_it_says_what_to_write(cast: Cast, shen: Client):
    assert "还没有记下了解到的情况" in card(shown(shen, cast))


def test_what_the_core_system_owns_is_read_only_and_says_so(cast: Cast, shen: Client):
    read = card(shown(shen, cast))
    assert "职业 退休教师 核心系统 · 只读" in read


@pytest.mark.practice("P153", "P154", "P155")
def test_a_need_says_its_type_its_depth_its_facet_and_how_it_was_found(cast: Cast, shen: Client):
    assert shen.post(reverse("facts", args=[cast.zhao]), NEED).status_code == 302
    read = card(shown(shen, cast))
    assert "需求 急用时能取一部分 保健型需求 没说出口的需求 解决麻烦 2026-11-10 · 客户说的 · 两次问起" in read


@pytest.mark.practice("P11")
def test_the_contact_it_was_heard_in_gives_the_day_and_the_way(cast: Cast, shen: Client):
    shen.post(reverse("record", args=[cast.zhao]), outcome(cast))
    (heard, *_) = [line.split('"')[1] for line in shown(shen, cast).split("<option value=")[1:] if "11-24 电话" in line]
    assert shen.post(reverse("facts", args=[cast.zhao]), {**FORM, "contact": heard}).status_code == 302
    assert "2026-11-24 · 电话 · 客户说的" in card(shown(shen, cast))
    again = {**FORM, "item": str(kept(cast).item), "version": "1", "contact": heard, "fact": "改学国画"}
    assert shen.post(reverse("facts", args=[cast.zhao]), again).status_code == 302
    read = card(shown(shen, cast))
    assert "改学国画" in read
    assert "以前的 1 次写法" in read
    assert "兴趣 每周三去合唱团" in read, "the wording before is one click away"


def test_a_contact_of_somebody_else_is_no_evidence(cast: Cast, shen: Client):
    answer = shen.post(reverse("facts", args=[cast.zhao]), {**FORM, "contact": str(cast.li)})
    assert (answer.status_code, "这次接触找不到" in card(text(answer))) == (422, True)
    assert queries.facts_of(cast.shen, ZHAO) == ()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_what_is_wrong_is_said_and_what_was_typed_stays(cast: Cast, shen: Client, script: bool):
    answer = shen.post(reverse("facts", args=[cast.zhao]), {**NEED, "found_how": ""}, **(HTMX if script else {}))
    assert answer.status_code == 422
    assert "写一句怎么发现的" in card(text(answer))
    assert 'value="急用时能取一部分"' in text(answer)


def test_a_childs_name_is_refused_with_what_may_be_kept(cast: Cast, shen: Client):
    child = {**FORM, "fact_kind": "family", "whose": "child", "band": "pupil", "person": "媛媛", "fact": ""}
    answer = shen.post(reverse("facts", args=[cast.zhao]), child, **HTMX)
    assert (answer.status_code, "只记有孩子和年龄段" in card(text(answer))) == (422, True)
    assert shen.post(reverse("facts", args=[cast.zhao]), {**child, "person": ""}).status_code == 302
    assert "家人 子女 · 6–13 岁" in card(shown(shen, cast))


def test_who_was_first_is_named_beside_what_i_typed(cast: Cast, shen: Client):
    shen.post(reverse("facts", args=[cast.zhao]), FORM)
    about = {**FORM, "item": str(kept(cast).item), "version": "1"}
    assert shen.post(reverse("facts", args=[cast.zhao]), {**about, "fact": "改学国画"}).status_code == 302
    answer = shen.post(reverse("facts", args=[cast.zhao]), {**about, "fact": "不去了"}, **HTMX)
    assert answer.status_code == 409
    assert "沈知微 已先改了这一条" in card(text(answer))
    assert "了解到什么 不去了 改学国画" in card(text(answer))


def test_it_is_removed_whatever_else_the_form_holds(cast: Cast, shen: Client):
    shen.post(reverse("facts", args=[cast.zhao]), FORM)
    away = {"item": str(kept(cast).item), "version": "1", "removed": "on", "heard_on": "x"}
    assert shen.post(reverse("facts", args=[cast.zhao]), away).status_code == 302
    assert queries.facts_of(cast.shen, ZHAO) == ()


def test_the_head_of_the_branch_reads_that_there_is_something(cast: Cast, shen: Client):
    shen.post(reverse("facts", args=[cast.zhao]), NEED)
    head = signed_in("S04")
    read = card(shown(head, cast))
    assert "需求 ****" in read
    assert "急用" not in read
    assert "两次问起" not in read
    assert head.post(reverse("facts", args=[cast.zhao]), FORM).status_code == 404


def test_health_is_kept_when_the_box_is_ticked_and_its_purpose_said(cast: Cast, shen: Client):
    sent = {**FORM, "fact": "血糖高，别送甜点", "kept_for": "备茶点时避开甜食"}
    refused = shen.post(reverse("facts", args=[cast.zhao]), sent, **HTMX)
    assert refused.status_code == 422
    assert "没有存，写到了健康状况" in card(text(refused))
    assert shen.post(reverse("facts", args=[cast.zhao]), {**sent, "consented": "on"}).status_code == 302
    assert "血糖高，别送甜点" in card(shown(shen, cast))


@pytest.mark.parametrize(
    ("name", "sent"),
    [("record", {"said": "她刚查出糖尿病"}), ("marketing", {"granted": "no", "evidence": "她信佛，不买"}),
     ("stage", {"stage": "friend", "current": "relied_on", "note": "孙子上育才小学"}),
     ("defer", {"reason": "住院了"})],
)  # fmt: skip
def test_every_note_of_a_contact_is_looked_at_before_it_is_kept(
    cast: Cast, shen: Client, name: str, sent: dict[str, str]
):
    typed = {**outcome(cast), **sent} if name == "record" else sent
    answer = shen.post(reverse(name, args=[cast.zhao]), typed)
    assert answer.status_code == 422
    assert "没有存，写到了" in plain(text(answer))
