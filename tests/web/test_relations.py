"""Family and relations on the customer's page: tied by words that find, changed, taken off and put back in place."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.relations import actions
from guanhu.apps.customers.relations.shapes import TieWords
from guanhu.rules.relations import Bond
from tests.cast import SUN, Cast, persons
from tests.factories import NOW
from tests.web.conftest import HTMX, text
from tests.web.test_a_morning import plain

pytestmark = pytest.mark.practice("P176")
FORM = {"item": "", "version": "0", "who": "李建华", "bond": "child", "household": "on", "introduced": ""}


def post(browser: Client, cast: Cast, form: dict[str, str], **more: str):
    return browser.post(reverse("relations", args=[cast.zhao]), form, **more)


def card(browser: Client, customer: object) -> str:
    """The card of family and relations, as a person reads it."""
    page = text(browser.get(reverse("customer_rest", args=[customer])))
    return plain(page[page.index('id="relations"') :].split("</section>")[0])


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_a_customer_found_by_name_is_tied_and_stands_on_both_pages(cast: Cast, shen: Client, script: bool):
    answer = post(shen, cast, FORM, **(HTMX if script else {}))
    assert answer.status_code == (200 if script else 302)
    hers, his = card(shen, cast.zhao), card(shen, cast.li)
    assert "家庭合计 226.4万 · 2 人" in hers
    assert "李建华 子女 亲戚 同一家庭 40万" in hers
    assert "赵桂芳 父母 亲戚 同一家庭 186.4万" in his


def test_the_picture_and_its_sentence_say_the_same_as_the_list(cast: Cast, shen: Client):
    post(shen, cast, FORM)
    page = text(shen.get(reverse("customer_rest", args=[cast.zhao])))
    assert "关系图：李建华（子女 40万）" in page
    assert 'class="tie tie-solid"' in page
    actions.relate(by=cast.shen, customer=cast.zhao, other=cast.li, said=TieWords(Bond.FRIEND), now=NOW, version=1)
    assert 'class="tie tie-thin"' in text(shen.get(reverse("customer_rest", args=[cast.zhao])))


def test_words_that_find_nobody_and_somebody_elses_customer_read_the_same(cast: Cast, shen: Client):
    said = [plain(text(post(shen, cast, {**FORM, **told}, **HTMX)))
            for told in ({"who": "没有的人"}, {"who": "孙敏"}, {"who": "", "other": str(cast.sun)})]  # fmt: skip
    alert = {re.search(r"你能看到的客户里没有这一位[^。 ]*", each).group() for each in said}
    assert len(alert) == 1
    assert not any("C000103" in each for each in said)


def test_several_who_may_be_meant_are_offered_to_choose_from(cast: Cast, shen: Client):
    rows = [{**row, **({"keeper_no": "S01"} if row["customer"] == SUN else {})} for row in persons()["customers"]]
    customers.take_in(persons(customers=rows))
    answer = post(shen, cast, {**FORM, "who": "C0001"}, **HTMX)
    assert answer.status_code == 422
    assert "有多位相符，选一位再保存" in plain(text(answer))
    assert "李*华 · C000102" in plain(text(answer))
    assert "孙* · C000103" in plain(text(answer))
    assert post(shen, cast, {**FORM, "who": "C0001", "other": str(cast.sun)}).status_code == 302
    assert "孙敏 子女" in card(shen, cast.zhao)


def test_a_tie_is_changed_taken_off_and_put_back_in_its_place(cast: Cast, shen: Client):
    post(shen, cast, FORM)
    page = text(shen.get(reverse("customer_rest", args=[cast.zhao])))
    item = re.search(r'name="item" value="([0-9a-f-]{36})"', page[page.index('id="relations"') :]).group(1)
    changed = {**FORM, "item": item, "version": "1", "other": str(cast.li), "bond": "sibling", "who": ""}
    assert post(shen, cast, changed).status_code == 302
    assert "李建华 兄弟姐妹" in card(shen, cast.zhao)
    assert "以前的 1 次写法" in card(shen, cast.zhao)
    stale = post(shen, cast, {**changed, "bond": "friend", "household": ""}, **HTMX)
    assert stale.status_code == 409
    assert "沈知微 已先改了这条关系" in plain(text(stale))
    assert post(shen, cast, {"item": item, "version": "2", "removed": "on"}).status_code == 302
    assert "已移除的 1 条" in card(shen, cast.li)
    assert post(shen, cast, {"item": item, "version": "3", "back": "on"}, **HTMX).status_code == 200
    assert "李建华 兄弟姐妹" in card(shen, cast.zhao)


def test_a_household_of_people_who_are_no_kin_is_refused_with_what_to_do(cast: Cast, shen: Client):
    answer = post(shen, cast, {**FORM, "bond": "friend"})
    assert answer.status_code == 422
    assert "同一家庭只限亲戚" in plain(text(answer))


def test_a_card_with_nobody_says_what_it_is_for(cast: Cast, shen: Client):
    assert "还没有记下家庭与关系" in card(shen, cast.zhao)
