"""One act on everybody the list finds: tried first, done with a report, taken back together."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from guanhu.apps.audit.models import Entry
from guanhu.apps.customers.models import Customer
from guanhu.apps.work import actions as work
from guanhu.apps.work.bulk import actions
from guanhu.apps.work.models import Deferral
from tests import cast as people
from tests.cast import Cast
from tests.factories import NOW
from tests.web.conftest import signed_in, text

pytestmark = pytest.mark.slow
LINES, PAGE_AND_MORE = 4, 52


@pytest.fixture
def zhou(cast: Cast) -> Client:
    """周予安 with a few lines today."""
    people.plan_size(cast.zhou, LINES)
    return signed_in("S02")


def aside() -> int:
    return Deferral.objects.for_system("an oracle").filter(undone_at=None).count()


def defer(site: Client, **told: Any) -> Any:
    return site.post("/customers/defer/", {"where": "tier:B", "reason": "网点停电", **told})


def acts() -> list[dict[str, Any]]:
    return [json.loads(entry.record) for entry in Entry.objects.filter(action="list_act").order_by("seq")]


@pytest.mark.practice("P10")
def test_everybody_found_is_set_aside_not_only_the_page_and_put_back(cast: Cast):
    people.plan_size(cast.zhou, PAGE_AND_MORE)
    zhou = signed_in("S02")
    tried = text(zhou.get("/customers/?where=tier:B&ask=defer"))
    assert f"今天还有 <b>{PAGE_AND_MORE}</b> 户没联系" in tried
    assert aside() == 0, "trying changes nothing"
    page = text(defer(zhou, seen=str(PAGE_AND_MORE)))
    assert f"{PAGE_AND_MORE} 户已顺延" in page
    assert aside() == PAGE_AND_MORE
    ids = re.findall(r'name="aside" value="([0-9a-f-]{36})"', page)
    assert len(ids) == PAGE_AND_MORE
    back = zhou.post("/customers/defer/undo/", {"where": "tier:B", "aside": ids})
    assert f"{PAGE_AND_MORE} 户放回今天的名单" in text(zhou.get(back.headers["Location"]))
    assert aside() == 0
    assert [(one["id"], one.get("fields"), one.get("count")) for one in acts()] == [
        ("defer", ["tier"], PAGE_AND_MORE), ("undo", None, PAGE_AND_MORE),
    ]  # fmt: skip


def test_who_was_told_another_number_is_told_the_new_one_and_nothing_is_done(cast: Cast, zhou: Client):
    answer = defer(zhou, seen=str(LINES - 1))
    assert answer.status_code == 409
    assert f"现在是 {LINES} 户" in text(answer)
    assert aside() == 0


def test_nothing_is_done_without_a_reason_or_for_nobody(cast: Cast, zhou: Client):
    assert defer(zhou, reason=" ").status_code == 422
    assert "写下顺延的原因" in text(defer(zhou, reason=" "))
    assert defer(zhou, where="tier:A").status_code == 422
    assert aside() == 0


def ticked(page: str) -> list[str]:
    """Whom the form names, by public id, in its order."""
    return re.findall(r'name="whom" value="([0-9a-f-]{36})"', page)


def boxes(page: str) -> int:
    """How many of them are ticked."""
    return len(re.findall(r'name="whom" value="[0-9a-f-]{36}" checked', page))


@pytest.mark.practice("P10")
def test_single_lines_are_left_out_by_taking_their_tick_away(cast: Cast, zhou: Client):
    form = text(zhou.get("/customers/?where=tier:B&ask=defer"))
    all_of_them = ticked(form)
    assert len(all_of_them) == boxes(form) == LINES
    page = text(defer(zhou, seen=str(LINES), picked="yes", whom=all_of_them[1:3]))
    assert "2 户已顺延" in page
    there = Deferral.objects.for_system("an oracle").values_list("customer__public_id", flat=True)
    assert {str(one) for one in there} == set(all_of_them[1:3])


def test_with_no_tick_left_nothing_is_done_and_what_was_typed_stays(cast: Cast, zhou: Client):
    none = defer(zhou, picked="yes")
    assert none.status_code == 422
    assert "一户也没有选" in text(none)
    wrong = text(defer(zhou, reason=" ", picked="yes", whom=ticked(text(none))[:1]))
    assert boxes(wrong) == 1
    assert aside() == 0


def test_a_tick_on_somebody_the_list_does_not_find_is_nobody(cast: Cast, zhou: Client):
    assert defer(zhou, picked="yes", whom=[str(cast.zhao), "x"]).status_code == 422
    assert aside() == 0


def test_duties_stay_and_what_is_done_or_aside_is_told(cast: Cast, shen: Client):
    """赵桂芳 must be called today; 李建华 need not."""
    tried = text(shen.get("/customers/?where=&ask=defer"))
    assert "今天还有 <b>1</b> 户没联系" in tried
    assert "1 户必做" in tried
    assert "1 户已顺延" in text(defer(shen, where=""))
    again = text(shen.get("/customers/?where=&ask=defer"))
    assert "今天都不用顺延" in again
    assert Deferral.objects.for_system("an oracle").get().customer.public_id == cast.li


@pytest.mark.practice("P10")
def test_where_somebody_was_first_the_others_go_on_and_the_report_says_so(
    cast: Cast, zhou: Client, monkeypatch: pytest.MonkeyPatch
):
    honest = actions.hold_customers

    def somebody_was_first(by: Any, keys: Any) -> None:
        """A stand-in writes down a contact between the counting and the holding."""
        customer = Customer.objects.for_system("an oracle").get(key=keys[0]).public_id
        work.record_touch(
            by=cast.zhou, customer=customer, now=NOW, channel="message", outcome="sent", request_key="first"
        )
        honest(by, keys)

    monkeypatch.setattr(actions, "hold_customers", somebody_was_first)
    page = text(defer(zhou))
    assert f"{LINES - 1} 户已顺延" in page
    assert "1 户没有动：别人刚先记了一笔" in page
    assert aside() == LINES - 1


def test_nobody_puts_back_a_colleagues_lines(cast: Cast, zhou: Client, shen: Client):
    report = actions.defer_all(by=cast.zhou, which=(), reason="停电", now=NOW)
    shen.post("/customers/defer/undo/", {"aside": [str(each) for each in report.deferrals], "where": ""})
    assert aside() == LINES


def test_a_branch_head_is_not_offered_to_set_aside_the_lines_of_others(cast: Cast, zhou: Client):
    page = text(signed_in("S04").get("/customers/?where=&ask=defer"))
    assert "批量顺延" not in page
    assert defer(signed_in("S04"), where="").status_code == 422
    assert aside() == 0
