"""个人信息请求, 期限清理 and 异常提醒 in a browser: without a barrier, and a request from the counter to the copy."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from guanhu.apps.audit import trail
from guanhu.apps.customers.cases.models import Case
from guanhu.apps.people.alarms.models import Looked
from guanhu.apps.people.clearing import actions as clearings
from guanhu.apps.people.models import SignIn
from guanhu.engine import tables
from guanhu.engine.lake import Lake
from guanhu.night.standby import Standby
from guanhu.rules.access import Role
from guanhu.rules.kinds import TrailAction
from guanhu.rules.policy import SHIPPED
from tests import offices
from tests.cast import LI, SUN, ZHAO, Cast
from tests.journeys.conftest import Desk, sizes

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ONE = timedelta(days=1)


@pytest.fixture
def beside(morning: Cast, tmp_path: Path) -> Standby:
    """The offices are there, something has fallen due, somebody looked at too many; and who stands by for it."""
    now = timezone.now()
    told = offices.enter(now)
    lake, day = Lake(tmp_path / "lake"), timezone.localdate(now)
    row = {column.name: None for column in tables.STANDINGS.columns} | {"branch_no": "B1", "policy": "t"}
    for away in (420, 410, 400, 1):
        lake.write_rows(tables.STANDINGS, day - away * ONE, [row | {"customer": key} for key in (ZHAO, LI, SUN)])
    for away in (500, 450, *range(20, 0, -1)):
        Looked.objects.create(staff_no="S01", role="keeper", day=day - away * ONE, viewed=30 + away % 7, revealed=9,
                              listed=50, outside=0)  # fmt: skip
    with trail.recording():
        for key in range(140):
            trail.note(morning.shen, TrailAction.CUSTOMER_VIEW, person=key, object=("file", str(key)), at=now)
        for key in range(15):
            late = now.replace(hour=14, minute=30)
            trail.note(morning.zhou, TrailAction.CUSTOMER_VIEW, person=key, object=("file", str(key)), at=late)
    clearings.propose(by=told.data, as_of=day, now=now)
    here = Standby(lake, tmp_path / "uploads", SHIPPED, timezone.now)
    here.attend()
    return here


@sizes("1440")
def test_no_page_of_rights_and_alarms_has_a_barrier(window: Callable[..., Desk], beside: Standby, size: str):
    desk, found = window(size), {}
    desk.come_in("A6", Role.PRIVACY)
    for what, address in {"cases-none": "/cases/", "retention-approve": "/retention/"}.items():
        desk.open(address)
        found[what] = desk.seen(what)
    take(desk)
    found["cases"] = desk.seen("cases")
    desk.page.locator("tbody a").first.click()
    found["case-new"] = desk.seen("case-new")
    desk.page.locator("form[action$='/search/'] button").click()
    found["case-searching"] = desk.seen("case-searching")
    beside.attend()
    desk.page.reload()
    expect(desk.page.locator("text=customers_contactpoint")).to_be_visible()
    found["case-found"] = desk.seen("case-found")
    desk.page.locator("a[href$='/preview/']").click()
    found["preview"] = desk.seen("preview")
    desk.come_in("A1", Role.SECURITY)
    desk.open("/alarms/")
    found["alarms"] = desk.seen("alarms")
    desk.come_in("A5", Role.DATA)
    desk.open("/retention/")
    found["retention"] = desk.seen("retention")
    assert {what: said for what, said in found.items() if said} == {}


def take(desk: Desk) -> None:
    """A request for a copy is taken."""
    desk.open("/cases/")
    desk.page.fill("#c-no", "C000101")
    desk.page.select_option("#c-kind", "copy")
    desk.page.select_option("#c-proof", "document")
    desk.page.locator("form.ask-form button").click()
    expect(desk.page.locator("#toasts")).to_contain_text("已受理")


def test_a_request_goes_from_the_counter_to_the_copy_in_hand(window: Callable[..., Desk], beside: Standby):
    desk = window()
    desk.come_in("S05")
    take(desk)
    expect(desk.page.locator("tbody a")).to_have_count(0)
    desk.come_in("A6", Role.PRIVACY)
    desk.open("/cases/")
    desk.page.locator("tbody a").first.click()
    desk.page.locator("form[action$='/search/'] button").click()
    expect(desk.page.locator("#search")).to_be_visible()
    beside.attend()
    expect(desk.page.locator("text=customers_contactpoint")).to_be_visible()
    SignIn.objects.update(confirmed_at=timezone.now())
    desk.page.locator("button[value=page]").click()
    expect(desk.page.locator("h1")).to_have_text("个人信息副本")
    said = desk.page.locator("main").inner_text()
    assert "赵桂芳" in said
    assert "13812342716" in said
    assert "李建华" not in said
    desk.page.locator("a.btn").first.click()
    desk.page.check("#e-done")
    desk.page.fill("#e-result", "已当面交给客户")
    desk.page.locator("form[action$='/settle/'] button").click()
    expect(desk.page.locator("h1")).to_contain_text("已办结")
    assert re.fullmatch(r"G\d{8}-\d{4,}", Case.objects.for_system("test").get().number)
