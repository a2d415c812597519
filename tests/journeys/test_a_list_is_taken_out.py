"""导出 in a browser: from the book's filter to the file on the disk, through a second person, without a barrier. A9"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from guanhu.apps.people.models import SignIn
from guanhu.rules.access import Role
from tests import offices
from tests.cast import Cast
from tests.journeys.conftest import Desk, sizes

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@sizes("1440")
def test_a_list_is_asked_for_approved_and_taken_once(
    window: Callable[..., Desk], morning: Cast, tmp_path: Path, size: str
):
    offices.enter(timezone.now())
    desk, found = window(size), {}
    desk.come_in("S01")
    desk.open("/exports/")
    found["none"] = desk.seen("exports-none")
    desk.open("/customers/?tier=A")
    desk.shot("exports-book")
    desk.page.locator("form[action$='/exports/new/'] button").click()
    found["form"] = desk.seen("exports-form")
    desk.page.select_option("#x-use", "visit")
    desk.page.fill("#x-why", "周末外出拜访，沈知微本人使用")
    desk.page.locator("form[action$='/exports/ask/'] button.btn-primary").click()
    expect(desk.page.locator("h1")).to_contain_text("待批准")
    found["asked"] = desk.seen("exports-asked")
    at = desk.page.url.partition("?")[0].removeprefix(desk.site)

    desk.come_in("S04")
    desk.open("/exports/approvals/")
    found["approvals"] = desk.seen("exports-approvals")
    desk.page.locator("tbody a").first.click()
    found["approval"] = desk.seen("exports-approval")
    SignIn.objects.update(confirmed_at=timezone.now())
    desk.page.locator("form[action$='/approve/'] button").click()
    expect(desk.page.locator("#toasts")).to_contain_text("已批准")

    desk.come_in("S01")
    desk.open(at)
    desk.page.locator("form[action$='/make/'] button").click()
    expect(desk.page.locator("h1")).to_contain_text("可下载")
    found["ready"] = desk.seen("exports-ready")
    SignIn.objects.update(confirmed_at=timezone.now())
    with desk.page.expect_download() as coming:
        desk.page.locator("form[action$='/file/'] button").click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert "沈知微（S01）" in rows[0][0]
    assert any("赵*芳" in map(str, row) for row in rows)
    desk.open(at)
    expect(desk.page.locator("h1")).to_contain_text("已下载")

    desk.come_in("A4", Role.AUDIT)
    desk.open("/exports/all/")
    found["all"] = desk.seen("exports-all")
    assert {what: said for what, said in found.items() if said} == {}
