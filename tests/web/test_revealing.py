"""A masked number read in full: by script and by plain form, for half a minute, never without its record."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from guanhu.apps.audit import trail
from guanhu.apps.audit.trail import TrailDown
from guanhu.apps.customers import actions
from guanhu.apps.customers.models import Account, Customer
from tests.apps.test_intake import ACCOUNTS
from tests.apps.test_reveal import IN_FULL
from tests.cast import CUSTOMERS, Cast
from tests.factories import NOW, customer_row
from tests.web.conftest import HTMX, signed_in, text
from tests.web.test_a_morning import plain

MASKED = {
    "phone": "138 **** 2716", "id_no": "360***********0428", "address": "南昌市东湖区***",
    "email": "z***@example.com", "account_no": "**** 1122", "card_no": "**** 2222",
}  # fmt: skip


@pytest.fixture
def zhao(cast: Cast) -> Cast:
    """赵桂芳 with an e-mail address, an account and a card."""
    known = [row | {"email": IN_FULL["email"]} if row["name"] == "赵桂芳" else row for row in CUSTOMERS]
    actions.take_in({"customers": known, "accounts": ACCOUNTS})
    return cast


def code_of(field: str) -> str:
    account = Account.objects.for_system("a test").get().public_id
    return f"{field}:{account}" if field in ("account_no", "card_no") else field


def send(client: Client, cast: Cast, field: str = "phone", script: bool = True, **more: Any) -> Any:
    told = {"what": code_of(field), "purpose": "verify", "words": "", **more}
    return client.post(reverse("reveal", args=[cast.zhao]), told, **(HTMX if script else {}))


def noted(action: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("select record from audit_entry order by chain, seq")
        return [row for row in map(json.loads, (one[0] for one in cursor.fetchall())) if row["action"] == action]


def test_the_file_lists_what_is_masked_and_nothing_in_full(zhao: Cast, shen: Client):
    page = text(shen.get(reverse("customer_rest", args=[zhao.zhao])))
    for field, masked in MASKED.items():
        assert masked in page, field
        assert f'value="{code_of(field)}"' in page
        assert IN_FULL[field] not in page
    assert "每次查看都有留痕" in page


@pytest.mark.parametrize("field", IN_FULL)
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_each_is_shown_for_half_a_minute_and_noted_once(zhao: Cast, shen: Client, field: str, script: bool):
    answer = send(shen, zhao, field, script, words="客户在柜面")
    assert answer.status_code == 200
    shown = text(answer)
    assert IN_FULL[field] in shown
    assert [other for other in IN_FULL if other != field and IN_FULL[other] in shown] == []
    assert re.search(rf'data-clear="30" data-masked="{re.escape(MASKED[field])}"', shown)
    assert answer.headers.get("Refresh") == (None if script else f"30; url=/customers/{zhao.zhao}/")
    assert "no-store" in answer.headers["Cache-Control"]
    (told,) = noted("reveal")
    assert (told["fields"], told["reason"]) == ([field], "核对客户身份")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"what": ""}, "选一项要看的"), ({"what": "name"}, "选一项要看的"), ({"what": "account_no:x"}, "选一项要看的"),
        ({"what": "account_no"}, "选一项要看的"), ({"purpose": ""}, "选一个目的"), ({"purpose": "x"}, "选一个目的"),
        ({"what": "account_no:00000000-0000-0000-0000-000000000007"}, "选一项要看的"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_without_field_or_purpose_nothing_is_shown(
    zhao: Cast, shen: Client, wrong: dict[str, str], says: str, script: bool
):
    answer = send(shen, zhao, script=script, **wrong)
    assert answer.status_code == 422
    assert says in plain(text(answer))
    assert not any(each in text(answer) for each in IN_FULL.values())
    assert noted("reveal") == []


def test_a_plain_form_keeps_what_was_chosen(zhao: Cast, shen: Client):
    page = text(send(shen, zhao, "id_no", False, purpose="", words="客户在柜面"))
    assert re.search(r'value="id_no" required checked', page)
    assert 'value="客户在柜面"' in page


@pytest.mark.parametrize("who", ["S02", "S03"])
def test_nobody_elses_customer_is_there_to_be_read(zhao: Cast, who: str):
    assert send(signed_in(who), zhao).status_code == 404


def test_the_number_for_a_call_is_shown_counted_and_noted_as_a_call(zhao: Cast, shen: Client):
    answer = shen.post(reverse("call", args=[zhao.zhao]), **HTMX)
    assert answer.status_code == 200
    assert 'href="tel:13812342716" data-clear="30" data-masked="138 **** 2716"' in text(answer)
    whole = shen.post(reverse("call", args=[zhao.zhao]))
    assert "13812342716" in text(whole)
    assert whole.headers["Refresh"] == f"30; url=/today/{zhao.zhao}/"
    assert len(noted("call")) == 2


def test_a_customer_without_a_number_cannot_be_called_and_that_is_said(zhao: Cast, shen: Client):
    answer = shen.post(reverse("call", args=[zhao.li]), **HTMX)
    assert answer.status_code == 422
    assert "手机号码没有登记" in text(answer)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_after_ten_in_ten_minutes_the_page_asks_who_is_there(zhao: Cast, shen: Client, script: bool):
    for _ in range(10):
        assert send(shen, zhao).status_code == 200
    answer = send(shen, zhao, script=script)
    address = answer.headers["HX-Redirect" if script else "Location"]
    assert address == f"/account/confirm?next=/customers/{zhao.zhao}/"
    assert IN_FULL["phone"] not in text(answer)
    called = shen.post(reverse("call", args=[zhao.zhao]), **HTMX)
    assert called.headers["HX-Redirect"] == f"/account/confirm?next=/today/{zhao.zhao}/"
    assert [told["result"] for told in noted("reveal")] == ["done"] * 10 + ["ConfirmFirst"]


@pytest.mark.slow
def test_the_eighty_first_customer_of_the_day_is_refused_in_words(cast: Cast):
    keys = range(3001, 3082)
    actions.take_in({"customers": [customer_row(key, phone=f"139{key:08}") for key in keys]})
    rows = Customer.objects.for_system("a test").filter(key__in=keys).order_by("key")
    *most, last = rows.values_list("public_id", flat=True)
    moment = NOW
    for customer in most:
        moment += timedelta(minutes=2)
        actions.reveal(by=cast.shen, customer=customer, field="phone", purpose="call", now=moment)
    with time_machine.travel(moment + timedelta(minutes=2), tick=False):
        answer = signed_in().post(reverse("call", args=[last]), **HTMX)
    assert answer.status_code == 422
    assert "今天已看过 80 位客户的完整信息" in text(answer)
    assert "13900003081" not in text(answer)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_with_the_trail_down_nothing_is_shown_and_the_page_says_why(
    zhao: Cast, monkeypatch: pytest.MonkeyPatch, script: bool
):
    shen = signed_in()
    shen.raise_request_exception = False

    def down(notes: list[Any]) -> None:
        if notes:
            raise TrailDown("down")

    monkeypatch.setattr(trail, "_append", down)
    for answer in (send(shen, zhao, script=script), shen.post(reverse("call", args=[zhao.zhao]), **HTMX)):
        assert answer.status_code == 503
        assert not any(each in text(answer) for each in IN_FULL.values())
    if not script:
        assert "什么也没有显示，什么也没有改动" in text(send(shen, zhao, script=False))
    monkeypatch.undo()
    assert noted("reveal") == noted("call") == []
