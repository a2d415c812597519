"""Signing in as people do: a phone set up and asked for, a session ended elsewhere, each page without a barrier."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import expect

from guanhu.apps.people.actions import set_password
from guanhu.apps.people.models import RoleGrant, SignIn, Staff
from guanhu.apps.people.signing.actions import passwords
from guanhu.rules.access import Role
from tests.cast import Cast
from tests.journeys.conftest import PASSWORD, SHIPPED_HASHERS, Desk, sizes
from tests.journeys.test_odd_pages import speak_english
from tests.web.test_signing_in_factor import code_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("password")]
NEW = "Nine-lanterns-77"


def give_password(desk: Desk, staff_no: str = "S01", password: str = PASSWORD) -> None:
    """At the door, as a person does."""
    desk.open("/login")
    desk.page.fill("#staff_no", staff_no)
    desk.page.fill("#password", password)
    desk.page.press("#password", "Enter")


def take_into_use(desk: Desk) -> str:
    """From the picture to the recovery codes; the key the phone now holds."""
    key = desk.page.locator("#secret").inner_text()
    desk.page.fill("#code", code_of(key, timezone.now()))
    desk.page.get_by_role("button", name="启用").click()
    expect(desk.page.get_by_role("heading", name="收好这些恢复码")).to_be_visible()
    return key


def next_code(key: str) -> str:
    """The code after the one that was used: the phone's clock may be half a minute ahead."""
    return code_of(key, timezone.now() + timedelta(seconds=30))


def test_a_phone_is_set_up_and_then_asked_for(window: Callable[..., Desk], morning: Cast):
    desk = window()
    desk.sign_in()
    desk.open("/account/factor")
    desk.page.get_by_role("button", name="开始绑定").click()
    key = take_into_use(desk)
    recovery = desk.page.locator(".recovery li").first.inner_text()
    desk.page.get_by_role("link", name="我已收好，开始工作").click()
    desk.page.wait_for_url(f"{desk.site}/today/")
    desk.page.get_by_role("button", name="退出登录").click()
    give_password(desk)
    desk.page.fill("#code", "000000")
    desk.page.press("#code", "Enter")
    expect(desk.page.get_by_role("alert")).to_contain_text("动态码不对")
    desk.page.wait_for_timeout(1100)
    desk.page.fill("#code", next_code(key))
    desk.page.press("#code", "Enter")
    desk.page.wait_for_url(f"{desk.site}/today/")
    desk.page.get_by_role("button", name="退出登录").click()
    give_password(desk)
    desk.page.fill("#code", recovery)
    desk.page.press("#code", "Enter")
    desk.page.wait_for_url(f"{desk.site}/today/")
    desk.complaints[:] = [said for said in desk.complaints if "422" not in said]


def test_a_session_elsewhere_ends_this_one_and_both_windows_say_so(window: Callable[..., Desk], morning: Cast):
    here, there = window(), window()
    here.sign_in()
    there.sign_in()
    expect(there.page.locator(".toast-note")).to_contain_text("另一个登录")
    there.page.get_by_role("button", name="知道了").click()
    expect(there.page.locator(".toast-note")).to_have_count(0)
    here.page.locator(f"#line-{morning.li} a").click()
    here.page.wait_for_url(re.compile("/login"))
    expect(here.page.locator("#said")).to_contain_text("这里随之退出")
    assert here.barriers() == []
    here.page.fill("#staff_no", "S01")
    here.page.fill("#password", PASSWORD)
    here.page.press("#password", "Enter")
    here.page.wait_for_url(re.compile("/today/"))


@sizes("390")
def test_no_page_of_signing_in_has_a_barrier(window: Callable[..., Desk], morning: Cast, size: str):
    RoleGrant.objects.create(
        staff=Staff.objects.get(staff_no="S01"), role=Role.COACH, reason="试", from_on="2020-01-01",
        proposed_at=timezone.now(), approved_at=timezone.now(),
    )  # fmt: skip
    desk = window(size)
    desk.sign_in()
    found = {}
    for what, address in {"account": "/account/", "password": "/account/password", "factor": "/account/factor"}.items():
        desk.open(address)
        found[what] = desk.seen(what)
    desk.page.get_by_role("button", name="开始绑定").click()
    found["qr"] = desk.seen("qr")
    key = take_into_use(desk)
    found["codes"] = desk.seen("codes")
    desk.open("/account/confirm")
    found["confirm"] = desk.seen("confirm")
    desk.open("/account/")
    speak_english(desk)
    found["account in English"] = desk.seen("english-account")
    desk.page.get_by_role("button", name="Sign out").click()
    give_password(desk)
    found["code"] = desk.seen("code")
    desk.page.fill("#code", next_code(key))
    desk.page.press("#code", "Enter")
    desk.page.wait_for_url(f"{desk.site}/today/")
    assert {what: said for what, said in found.items() if said} == {}


@sizes("1440")
def test_the_shut_door_and_the_password_to_change(window: Callable[..., Desk], morning: Cast, size: str):
    with override_settings(PASSWORD_HASHERS=SHIPPED_HASHERS):
        set_password(staff_no="S02", password=PASSWORD)
        passwords.give(None, "S02", NEW, now=timezone.now())
    desk = window(size)
    give_password(desk, "S02", NEW)
    desk.page.wait_for_url(f"{desk.site}/account/password")
    found = {"owed": desk.seen("owed")}
    for name, typed in {"current": NEW, "new": "short", "again": "other"}.items():
        desk.page.fill(f"#{name}", typed)
    desk.page.press("#again", "Enter")
    expect(desk.page.locator("#e-again")).to_be_visible()
    found["refused"] = desk.seen("refused")
    for name, typed in {"current": NEW, "new": "Seven-lakes-88", "again": "Seven-lakes-88"}.items():
        desk.page.fill(f"#{name}", typed)
    desk.page.press("#again", "Enter")
    desk.page.wait_for_url(re.compile("/account/"))
    expect(desk.page.locator("#toasts")).to_contain_text("密码已更改")
    other = window(size)
    for _ in range(5):
        give_password(other, "S01", "wrong-wrong-wrong")
    expect(other.page.get_by_role("heading", name="暂时不能登录")).to_be_visible()
    found["locked"] = other.seen("locked")
    assert SignIn.objects.filter(ended_at=None).count() == 1
    for each in (desk, other):
        each.complaints[:] = [said for said in each.complaints if not re.search("422|429", said)]
    assert {what: said for what, said in found.items() if said} == {}
