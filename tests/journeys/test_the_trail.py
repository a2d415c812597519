"""留痕 in a browser: the auditor's page and everybody's own, without a barrier, and a search from end to end."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from guanhu.apps.audit import sealing, trail
from guanhu.apps.people.models import RoleGrant, Staff
from guanhu.feeds.keys import Keys
from guanhu.rules.access import Role
from guanhu.rules.kinds import TrailAction
from guanhu.rules.policy import SHIPPED
from tests.audit.conftest import Actor
from tests.cast import Cast
from tests.journeys.conftest import Desk, sizes

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NUMBER = "C0000042"
VIEWS = (
    (TrailAction.SIGN_IN, {"object": ("session", "12")}),
    (TrailAction.LIST_VIEW, {"object": ("list", "today"), "people": True}),
    (TrailAction.CUSTOMER_VIEW, {"object": ("file", "x"), "person": True}),
    (TrailAction.REVEAL, {"object": ("customer", "x"), "person": True, "fields": ["phone"], "reason": "客户来电核对"}),
    (TrailAction.REVEAL, {"object": ("customer", "x"), "person": True, "fields": ["id_no"], "result": "refused"}),
    (TrailAction.STAGE, {"object": ("customer", "x"), "fields": ["stage"], "reason": "连续三次按约来访"}),
)


@pytest.fixture
def watched(morning: Cast, tmp_path) -> Cast:
    """Some days of looks at one customer, sealed, and 秦岚 as the auditor."""
    now = timezone.now()
    told = {"reason": "内审", "from_on": date(2026, 1, 1), "proposed_at": now, "approved_at": now}
    RoleGrant.objects.create(staff=Staff.objects.get(staff_no="S04"), role=Role.AUDIT.value, **told)
    key = Keys(settings.GUANHU_LAKE_KEY).key("customer", NUMBER)
    for number in range(70):
        action, what = VIEWS[number % len(VIEWS)]
        given = {
            **what,
            **({"person": key} if "person" in what else {}),
            **({"people": [key, *range(24)]} if "people" in what else {}),
        }
        at = now - timedelta(minutes=47 * number)
        with trail.during(trail.Source(address=f"10.12.{number % 3}.31", at=at)):
            trail.note(Actor(f"S0{1 + number % 2}", "keeper", "B1"), action, **given)
    sealing.seal(now, secret=bytes(32), anchors=tmp_path / "seals.jsonl", policy=SHIPPED)
    trail.note(None, TrailAction.TRAIL_VERIFY, object=("seal", "1"), count=70, result="whole", hidden=False, after={})
    return morning


@sizes("390")
def test_no_page_of_the_trail_has_a_barrier(window: Callable[..., Desk], watched: Cast, size: str):
    desk = window(size)
    desk.come_in("S04", Role.AUDIT)
    found = {}
    desk.open("/trail/")
    found["trail"] = desk.seen("trail")
    find(desk, NUMBER)
    found["trail-customer"] = desk.seen("trail-customer")
    find(desk, "C999")
    found["trail-nobody"] = desk.seen("trail-nobody")
    desk.come_in("S01")
    desk.open("/account/actions/")
    found["own-actions"] = desk.seen("own-actions")
    assert {what: said for what, said in found.items() if said} == {}


def find(desk: Desk, number: str) -> None:
    desk.page.fill("#t-customer", number)
    desk.page.press("#t-customer", "Enter")
    desk.page.wait_for_url(re.compile("/trail/find/"))


def test_the_auditor_finds_who_saw_a_customer_and_goes_back_in_time(window: Callable[..., Desk], watched: Cast):
    desk = window()
    desk.come_in("S04", Role.AUDIT)
    desk.open("/")
    assert desk.page.url.endswith("/trail/")
    find(desk, NUMBER)
    assert NUMBER not in desk.page.url
    rows = desk.page.locator(".trail tbody tr:not(.day)")
    assert rows.count() == 47
    assert "在 25 人的名单里" in desk.page.locator(".trail").inner_text()
    desk.page.click("text=看最新")
    desk.settle()
    assert rows.count() == 50
    desk.page.click("text=更早的")
    desk.settle()
    assert rows.count() > 20
