"""The table of needs, the plan and the page before a contact, as a colleague sees and fills them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.apps.customers import actions as customers
from tests.apps.test_serving import STEP, course, offer, wanting
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.web.conftest import HTMX, outcome, text
from tests.web.test_a_morning import plain


@pytest.mark.practice("P9")
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_the_row_of_a_need_is_filled_where_it_stands(cast: Cast, shen: Client, script: bool):
    sent = {"item": str(wanting(cast)), "can": "not_yet", "bought": "年金", "offered": "", "version": "0"}
    wrong = shen.post(reverse("offers", args=[cast.zhao]), sent, **(HTMX if script else {}))
    assert wrong.status_code == 422
    assert "暂不可时写一句替代的办法" in plain(text(wrong))
    answer = shen.post(reverse("offers", args=[cast.zhao]), {**sent, "instead": "市惠民保"}, **(HTMX if script else {}))
    assert text(answer).strip().startswith("<tr>") if script else answer.status_code == 302
    page = plain(text(shen.get(reverse("customer_rest", args=[cast.zhao]))))
    assert "年金 急用时能取一部分 保健型需求 说出来的需求 提前准备 暂不可 替代：市惠民保" in page


@pytest.mark.practice("P9")
def test_the_whole_list_is_one_table_and_an_empty_one_says_how_it_fills(cast: Cast, shen: Client):
    assert "还没有客户说过需求" in plain(text(shen.get(reverse("wants"))))
    offer(cast, wanting(cast))
    page = plain(text(shen.get(reverse("wants"))))
    assert "赵*芳" in page
    assert "急用时能取一部分 可 20万通知存款" in page
    assert "赵桂芳" not in page


@pytest.mark.practice("P174")
def test_the_plan_is_written_and_read_on_one_page(cast: Cast, shen: Client):
    sent = {"course_kind": "step", "text": "到期前约谈", "owner": "沈知微", "due_on": "", "course_state": "open"}
    wrong = shen.post(reverse("keep_course", args=[cast.zhao]), sent)
    assert wrong.status_code == 422
    assert "步骤要写哪天之前做" in plain(text(wrong))
    assert shen.post(reverse("keep_course", args=[cast.zhao]), {**sent, "due_on": "2026-11-20"}).status_code == 302
    page = text(shen.get(reverse("course", args=[cast.zhao])))
    assert "步骤 到期前约谈" in plain(page)
    assert 'tag-warn">2026-11-20' in page


@pytest.mark.practice("P7")
def test_one_page_says_who_why_what_is_known_and_what_not_to_say(cast: Cast, shen: Client):
    offer(cast, wanting(cast))
    course(cast, STEP)
    shen.post(reverse("record", args=[cast.zhao]), outcome(cast, outcome="declined", refusal="no_need", said="再说吧"))
    customers.refuse_marketing(by=cast.shen, customer=cast.zhao, day=TODAY, now=NOW, evidence="电话里说的")
    page = plain(text(shen.get(reverse("prepare", args=[cast.zhao]))))
    for words in ("赵桂芳", "为什么是今天", "定期存款50万", "不谈产品和优惠：无营销授权", "拒绝过，不要原样再提",
                  "急用时能取一部分 · 可 20万通知存款", "再说吧", "没有未办的约定"):  # fmt: skip
        assert words in page, words


def test_the_page_before_a_contact_is_a_click_away_from_today_and_from_the_file(cast: Cast, shen: Client):
    there = reverse("prepare", args=[cast.zhao])
    for name in ("brief", "customer"):
        assert f'href="{there}"' in text(shen.get(reverse(name, args=[cast.zhao])))


def test_nobody_elses_customer_has_such_a_page(cast: Cast, shen: Client):
    for name in ("prepare", "course"):
        assert shen.get(reverse(name, args=[cast.sun])).status_code == 404
