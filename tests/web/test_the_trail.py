"""留痕 on the page: the auditor finds who saw a customer, everybody finds what they did, and looking leaves a trace."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from guanhu.apps.audit import sealing, trail
from guanhu.apps.people.models import RoleGrant, Staff
from guanhu.feeds.keys import Keys
from guanhu.rules.access import Role
from guanhu.rules.kinds import TrailAction
from guanhu.rules.policy import SHIPPED
from tests import cast as people
from tests.audit.conftest import Actor, entries
from tests.doors import signed_in
from tests.web.conftest import text

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NUMBER = "C0000042"


def auditor(staff_no: str = "S04") -> Client:
    """A colleague with the auditor's role, signed in with it."""
    at = timezone.now()
    told: dict[str, Any] = {"proposed_at": at, "approved_at": at, "reason": "内审", "from_on": date(2026, 1, 1)}
    RoleGrant.objects.create(staff=Staff.objects.get(staff_no=staff_no), role=Role.AUDIT.value, **told)
    return signed_in(staff_no, Role.AUDIT)


@pytest.fixture
def wen(cast: people.Cast) -> Client:
    """The auditor's browser."""
    return auditor()


def seen(number: str = NUMBER) -> int:
    """The customer's key, as the door makes it."""
    return Keys(settings.GUANHU_LAKE_KEY).key("customer", number)


def note(action: TrailAction, by: Actor, *, days_ago: float = 0, **told: Any) -> None:
    with trail.during(trail.Source(address="10.1.2.3", at=timezone.now() - timedelta(days=days_ago))):
        trail.note(by, action, **told)


def find(client: Client, **asked: Any) -> Any:
    return client.post("/trail/find/", asked)


def lines(response: Any) -> list[Any]:
    """What the page shows, row by row, as the template got it: the words, not the markup."""
    return [part.split("</tr>")[0] for part in text(response).split('<tr><td class="nowrap">')[1:]]


def test_who_saw_a_customer_is_found_by_her_number_lists_included(wen):
    note(TrailAction.CUSTOMER_VIEW, Actor("S11"), person=seen(), object=("file", "x"))
    note(TrailAction.LIST_VIEW, Actor("S12"), people=[seen(), 5, 6], object=("list", "book"))
    note(TrailAction.CUSTOMER_VIEW, Actor("S13"), person=seen("C0000043"))
    note(TrailAction.CUSTOMER_VIEW, Actor("S14"), person=seen(), days_ago=SHIPPED.trail_search_days + 1)
    page = find(wen, customer=NUMBER)
    shown = lines(page)
    assert ["S12" in shown[0], "S11" in shown[1], len(shown)] == [True, True, 2]
    assert "在 3 人的名单里" in shown[0]
    assert "S13" not in text(page)
    assert "S14" not in text(page)


def test_looking_at_the_trail_is_itself_on_it(wen):
    wen.get("/trail/")
    find(wen, customer=NUMBER, actor="S11")
    looked = [one for one in entries() if one["action"] == "trail_read"]
    assert [one["told"].get("fields", []) for one in looked] == [[], ["customer", "actor"]]
    assert [one["actor"] for one in looked] == ["S04", "S04"]
    assert NUMBER not in looked[1]["record"]
    assert looked[1]["person"] is not None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"actor": "S11"}, 1),
        ({"action": "reveal"}, 1),
        ({"actor": "S11", "action": "sign_out"}, 0),
        ({"until": (timezone.localdate() - timedelta(days=30)).isoformat()}, 1),
        ({"since": "2020-01-01", "until": "2020-01-02"}, 0),
    ],
)
def test_it_is_searched_by_colleague_action_and_period(wen, asked, found):
    note(TrailAction.CUSTOMER_VIEW, Actor("S11"), person=1)
    note(TrailAction.REVEAL, Actor("S12"), person=1, fields=["phone"], reason="核对身份")
    note(TrailAction.SIGN_OUT, Actor("S12"), days_ago=40)
    assert len(lines(find(wen, **asked))) == found


def test_older_records_come_fifty_at_a_time_and_none_twice(wen):
    for number in range(120):
        note(
            TrailAction.CUSTOMER_VIEW,
            Actor("S11"),
            person=number,
            object=("file", str(number)),
            days_ago=1 + number % 3,
        )
    asked, places = {"actor": "S11"}, []
    while True:
        page = find(wen, **asked)
        shown = lines(page)
        assert len(shown) <= 50
        places += [row.split('<td class="num subtle c3">')[1].split("<")[0] for row in shown]
        if 'name="before" value="' not in text(page):
            break
        asked["before"] = text(page).split('name="before" value="')[1].split('"')[0].replace("&#43;", "+")
    assert len(places) == len(set(places)) == 120


@pytest.mark.parametrize(
    "before", ["x", "~~", "2026-11-24T00:00:00+00:00~x~B1", "2026-11-24T00:00:00~1~B1", f"2026-11-24~{1 << 70}~B1"]
)
def test_a_place_nobody_was_given_is_nowhere(wen, before):
    note(TrailAction.CUSTOMER_VIEW, Actor("S11"), person=1)
    page = find(wen, before=before)
    assert (page.status_code, lines(page)) == (200, [])


@pytest.mark.parametrize("asked", [{"since": "soon"}, {"since": "2026-11-24", "until": "2026-11-01"}, {"action": "x"}])
def test_what_is_typed_wrong_is_said_and_kept(wen, asked):
    page = find(wen, customer="C1", **asked)
    assert page.status_code == 422
    assert 'role="alert"' in text(page)
    assert 'value="C1"' in text(page)


def test_an_empty_answer_says_what_to_do(wen):
    assert "客户号要与银行的一致" in text(find(wen, customer="nobody", until="2026-01-02"))
    assert "放宽日期" in text(find(wen, actor="nobody"))


def test_what_one_did_oneself_is_shown_to_everybody_and_nothing_else(cast):
    note(TrailAction.STAGE, Actor("S01"), fields=["stage"])
    note(TrailAction.STAGE, Actor("S02"), fields=["stage"])
    note(TrailAction.STAGE, Actor("S01"), days_ago=SHIPPED.trail_own_days + 1)
    page = signed_in("S01").get("/account/actions/")
    assert len([row for row in lines(page) if "调整客情" in row]) == 1
    assert "客情阶段" in text(page)
    assert "S02" not in text(page)


@pytest.mark.parametrize("staff_no", ["S01", "S04"])
def test_nobody_but_the_auditor_opens_the_whole_trail(cast, staff_no):
    client = signed_in(staff_no)
    assert client.get("/trail/").status_code == 404
    assert find(client, actor="S01").status_code == 404
    assert client.post("/trail/check/").status_code == 404


def test_it_says_how_the_trail_stands(wen, tmp_path):
    assert "还没有核验过" in text(wen.get("/trail/"))
    at = timezone.now()
    sealing.seal(at, secret=bytes(32), anchors=tmp_path / "seals.jsonl", policy=SHIPPED)
    trail.note(None, TrailAction.TRAIL_VERIFY, object=("seal", "1"), count=7, result="whole", hidden=False, after={})
    page = text(wen.get("/trail/"))
    assert "完好，核验了 7 条，到封签 1" in page
    assert "封签 1。此后的记录还没有封存" in page
    first = {"first": "链 B1 第 2 号：内容与摘要不符"}
    trail.note(None, TrailAction.TRAIL_VERIFY, object=("seal", "1"), result="broken", hidden=False, after=first)
    assert "有改动：链 B1 第 2 号" in text(wen.get("/trail/"))


def test_seals_that_stopped_are_said(wen, tmp_path):
    at = timezone.now() - timedelta(minutes=4 * SHIPPED.trail_seal_minutes)
    sealing.seal(at, secret=bytes(32), anchors=tmp_path / "seals.jsonl", policy=SHIPPED)
    assert "封签 1 之后停了" in text(wen.get("/trail/"))


@pytest.mark.django_db(transaction=True)
def test_it_is_checked_from_the_page_and_the_check_is_noted(wen, tmp_path, settings):
    settings.GUANHU_ANCHORS = tmp_path / "outside" / "seals.jsonl"
    nothing_yet = wen.post("/trail/check/", follow=True)
    assert "还没有封签" in text(nothing_yet)
    note(TrailAction.SIGN_OUT, Actor("S11"))
    sealing.seal(timezone.now(), secret=bytes(32), anchors=settings.GUANHU_ANCHORS, policy=SHIPPED)
    page = text(wen.post("/trail/check/", follow=True))
    assert "核验完成：完好" in page
    checked = [one for one in entries() if one["action"] == "trail_verify"]
    assert [(one["actor"], one["result"]) for one in checked] == [("S04", "whole")]


@pytest.mark.parametrize(
    "address", ["/trail/", "/customers/{sun}/", "/customers/00000000-0000-4000-8000-000000000000/"]
)
def test_who_asks_for_what_is_not_hers_is_on_the_trail_and_so_is_who_asks_for_what_is_not_there(cast, address):
    asked = address.format(sun=cast.sun)
    assert signed_in("S01").get(asked).status_code == 404
    last = entries("B1")[-1]
    assert (last["actor"], last["action"], last["result"]) == ("S01", "refused", "refused")
    assert last["told"]["kind"] in ("trail", "customer")
    assert last["told"].get("id", "") in asked


def test_in_english_too(wen):
    wen.cookies["guanhu_language"] = "en"
    note(TrailAction.REVEAL, Actor("S12"), fields=["phone"])
    page = text(wen.get("/trail/"))
    assert "Revealed in full" in page
    assert not [sign for sign in page.split("<main")[1].split("</main")[0] if "\u4e00" <= sign <= "\u9fff"]
