"""Pages of merging: pairs with their reasons, both files side by side masked, merged by a form, split by a button."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.models import Customer, Merge, NotSame
from tests.cast import CUSTOMERS, ZHAO, Cast, persons
from tests.factories import customer_row
from tests.web.conftest import HTMX, text
from tests.web.test_a_morning import plain

pytestmark = pytest.mark.slow

SAME = {"name": "赵桂芳", "phone": "13812342716", "id_no": "360102196303050428"}


@pytest.fixture
def twin(cast: Cast) -> Any:
    """赵桂芳 came a second time, under another number of the bank, and said where she lives now."""
    customers.take_in(persons(customers=[*CUSTOMERS, customer_row(205, **SAME, address="南昌市西湖区站前路 1 号")]))
    return Customer.objects.for_system("a test").get(key=205).public_id


def main_of(answer: Any) -> str:
    return plain(text(answer).split('id="main"')[1])


def test_the_list_names_pairs_with_their_reasons_and_an_empty_one_teaches(cast: Cast, shen: Client):
    assert "没有疑似重复的客户" in main_of(shen.get(reverse("duplicates")))
    customers.take_in(persons(customers=[*CUSTOMERS, customer_row(205, **SAME)]))
    page = main_of(shen.get(reverse("duplicates")))
    assert page.count("赵*芳") == 2
    assert "证件号码相同 +100" in page
    assert "13812342716" not in page


def test_side_by_side_shows_both_masked_and_offers_what_differs(cast: Cast, shen: Client, twin: Any):
    page = text(shen.get(reverse("pair", args=[cast.zhao, twin])))
    read = plain(page)
    assert "138****2716" in read.replace(" ", "")
    assert [told for told in ("13812342716", "360102196303050428", "站前路", "青山路") if told in page] == []
    assert set(re.findall(r'name="(\w+)" value="other"', page)) == {"keep", "address", "occupation", "birth"}


def test_merged_by_a_form_shown_in_the_file_and_split_by_a_button(cast: Cast, shen: Client, twin: Any):
    sent = {"keep": "other", "address": "one", "occupation": "one", "birth": "other"}
    answer = shen.post(reverse("merge", args=[cast.zhao, twin]), sent)
    assert answer.headers["Location"] == reverse("customer", args=[twin]) + "?done=merged"
    merge = Merge.objects.for_system("a test").get()
    assert (merge.joined_id, merge.chosen) == (ZHAO, ["address", "occupation"])
    page = plain(text(shen.get(answer.headers["Location"])))
    assert "已合并成一份" in page
    assert "客户号 C000101 已并入这份档案（沈知微" in page
    assert shen.get(reverse("customer", args=[cast.zhao])).headers["Location"] == reverse("customer", args=[twin])
    asked = shen.get(reverse("customer_rest", args=[cast.zhao]), **HTMX)
    assert asked.headers["HX-Redirect"] == reverse("customer", args=[twin])
    assert shen.post(reverse("split", args=[merge.public_id])).status_code == 302
    assert shen.get(reverse("customer", args=[cast.zhao])).status_code == 200


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_found_to_be_two_persons_they_are_off_the_list(cast: Cast, shen: Client, twin: Any, script: bool):
    answer = shen.post(reverse("not_same", args=[cast.zhao, twin]), **(HTMX if script else {}))
    page = text(answer) if script else text(shen.get(answer.headers["Location"]))
    assert "没有疑似重复的客户" in page
    assert NotSame.objects.for_system("a test").count() == 1


def test_what_cannot_be_merged_says_why_and_keeps_both(cast: Cast, shen: Client):
    customers.take_in(persons(customers=[*CUSTOMERS, customer_row(206, name="星湖茶业", kind="corporate")]))
    company = Customer.objects.for_system("a test").get(key=206).public_id
    assert "不能合并" in main_of(shen.get(reverse("pair", args=[cast.zhao, company])))
    answer = shen.post(reverse("merge", args=[cast.zhao, company]), {"keep": "one"})
    assert (answer.status_code, Merge.objects.for_system("a test").exists()) == (422, False)


@pytest.mark.parametrize("other", ["sun", "wu", "zhao"])
def test_a_file_that_is_not_hers_is_absent(cast: Cast, shen: Client, other: str):
    for name in ("pair", "merge", "not_same"):
        address = reverse(name, args=[cast.zhao, getattr(cast, other)])
        answer = shen.get(address) if name == "pair" else shen.post(address, {"keep": "one"})
        assert answer.status_code == 404
