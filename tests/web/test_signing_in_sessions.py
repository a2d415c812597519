"""One session a colleague: how it begins, how it ends by itself or by others, and that both sides are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.test import Client

from guanhu.apps.audit.models import Entry
from guanhu.apps.people.actions import set_password
from guanhu.apps.people.models import RoleGrant, SignIn, Staff
from guanhu.apps.people.signing.actions import sessions
from guanhu.rules.access import Role
from guanhu.rules.kinds import SessionEnd
from tests.cast import Cast
from tests.doors import signed_in
from tests.factories import NOW, TODAY
from tests.web.conftest import HTMX, text

PASSWORD = "nine-lanterns-over-the-lake"
COOKIE = site.SESSION_COOKIE_NAME
HERE, NEAR, THERE = "10.3.0.7", "10.3.0.99", "10.9.0.7"


@pytest.fixture
def clock(cast: Cast) -> Iterator[time_machine.Traveller]:
    """It is the cast's morning and stays so until moved; 沈知微 has a password."""
    set_password(staff_no="S01", password=PASSWORD)
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


def enter(address: str = HERE, **meta: str) -> Client:
    """沈知微 signs in from this address with her password."""
    door = Client(REMOTE_ADDR=address, **meta)
    assert door.post("/login", {"staff_no": "S01", "password": PASSWORD}).status_code == 302
    return door


def is_in(door: Client, **more: Any) -> bool:
    """Whether the day's list opens."""
    return door.get("/today/", **more).status_code == 200


def said(door: Client) -> str:
    """What the sign-in page says why one is out."""
    page = text(door.get("/login"))
    return (
        page.split('id="said"')[1].split("</p>")[0].split("<span>")[1].split("</span>")[0]
        if 'id="said"' in page
        else ""
    )


def move(door: Client, clock: time_machine.Traveller, **much: float) -> bool:
    """Later, whether the day's list still opens."""
    clock.shift(timedelta(**much))
    return is_in(door)


# ---------------------------------------------------------------- by the clock


@pytest.mark.parametrize(("seconds", "stays"), [(14 * 60 + 59, True), (15 * 60 + 1, False)])
def test_a_quarter_of_an_hour_without_work_ends_it(clock: time_machine.Traveller, seconds: int, stays: bool):
    door = enter()
    assert move(door, clock, seconds=seconds) is stays
    assert ("15 分钟没有操作" in said(door)) is not stays


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(("over", "stays"), [(-1, True), (1, False)])
def test_a_working_day_ends_it_however_busy(clock: time_machine.Traveller, over: int, stays: bool):
    door = enter()
    for _ in range(12 * 6 - 1):
        assert move(door, clock, minutes=10)
    assert move(door, clock, seconds=600 + over) is stays
    assert ("登录已满 12 小时" in said(door)) is not stays


def test_work_is_written_down_once_a_minute(clock: time_machine.Traveller):
    door = enter()
    for seconds, seen in ((59, 0), (1, 60), (30, 60), (30, 120)):
        assert move(door, clock, seconds=seconds)
        assert SignIn.objects.get(ended_at=None).seen_at == NOW + timedelta(seconds=seen)


def test_without_the_clock_a_session_would_live_on(clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sessions.rules, "outlived", lambda *_: None)
    assert move(enter(), clock, hours=11)


# ---------------------------------------------------------------- elsewhere


def test_a_new_session_ends_the_old_one_and_both_are_told(clock: time_machine.Traveller):
    first = enter(HERE)
    clock.shift(timedelta(minutes=5))
    second = enter(THERE)
    assert (is_in(first), is_in(second)) == (False, True)
    assert "11-24 10:15 在 10.9.0.7 登录，这里随之退出" in said(first)
    page = text(second.get("/customers/"))
    assert "你在 10.3.0.7 的另一个登录（11-24 10:10 开始）已随这次登录结束" in page


def test_the_notice_stays_until_it_was_read(clock: time_machine.Traveller):
    enter(HERE)
    second = enter(THERE)
    for _ in range(2):
        assert "另一个登录" in text(second.get("/today/"))
    assert second.post("/account/told", {"next": "/customers/"}).headers["Location"] == "/customers/"
    assert "另一个登录" not in text(second.get("/today/"))


def test_signing_in_again_in_the_same_browser_is_no_other_place(clock: time_machine.Traveller):
    door = enter()
    door.post("/login", {"staff_no": "S01", "password": PASSWORD})
    assert "另一个登录" not in text(door.get("/today/"))
    assert [row.end for row in SignIn.objects.order_by("pk")] == [SessionEnd.SIGNED_OUT, ""]


def test_nobody_has_two_sessions(clock: time_machine.Traveller):
    for n in range(4):
        enter(f"10.{n}.0.1")
    assert SignIn.objects.filter(staff__staff_no="S01", ended_at=None).count() == 1


def test_another_colleague_is_not_touched(clock: time_machine.Traveller):
    zhou = signed_in("S02")
    enter(HERE)
    enter(THERE)
    assert is_in(zhou)


# ---------------------------------------------------------------- a stolen session


def stolen(door: Client, **meta: str) -> Client:
    """Another browser that got hold of the cookie."""
    thief = Client(**meta)
    thief.cookies[COOKIE] = door.cookies[COOKIE].value
    return thief


@pytest.mark.parametrize(
    ("meta", "end"),
    [
        ({"REMOTE_ADDR": THERE, "HTTP_USER_AGENT": "Chrome/86"}, "网络位置变了"),
        ({"REMOTE_ADDR": HERE, "HTTP_USER_AGENT": "curl/8"}, "浏览器变了"),
        ({"REMOTE_ADDR": "2001:db8::1", "HTTP_USER_AGENT": "Chrome/86"}, "网络位置变了"),
    ],
)
def test_a_cookie_opens_nothing_elsewhere_and_is_then_worth_nothing(
    clock: time_machine.Traveller, meta: dict[str, str], end: str
):
    door = enter(HTTP_USER_AGENT="Chrome/86")
    thief = stolen(door, **meta)
    assert not is_in(thief)
    assert end in said(thief)
    assert not is_in(door)


def test_a_neighbours_address_is_the_same_place(clock: time_machine.Traveller):
    door = enter(HTTP_USER_AGENT="Chrome/86")
    assert is_in(stolen(door, REMOTE_ADDR=NEAR, HTTP_USER_AGENT="Chrome/86"))


def test_a_cookie_of_somebody_else_names_nobody(clock: time_machine.Traveller):
    door = Client()
    door.cookies[COOKIE] = "a" * 32
    assert not is_in(door)
    assert said(door) == ""


def test_the_session_lies_in_the_database_as_a_digest(clock: time_machine.Traveller):
    key = enter().cookies[COOKIE].value
    row = SignIn.objects.get()
    assert key not in (row.session_hash, row.agent_hash)
    assert len(row.session_hash) == 64


# ---------------------------------------------------------------- a key of one's own


def test_the_key_is_new_after_signing_in(clock: time_machine.Traveller):
    planted = "planted" + "0" * 25
    Session.objects.create(session_key=planted, session_data="", expire_date=NOW + timedelta(hours=1))
    door = stolen_with(planted)
    door.post("/login", {"staff_no": "S01", "password": PASSWORD})
    assert is_in(door)
    assert door.cookies[COOKIE].value != planted
    assert not is_in(stolen_with(planted))


def test_signing_in_twice_in_one_browser_renews_the_key(clock: time_machine.Traveller):
    door = enter()
    before = door.cookies[COOKIE].value
    door.post("/login", {"staff_no": "S01", "password": PASSWORD})
    assert door.cookies[COOKIE].value != before


def grant(staff_no: str, role: Role, **more: Any) -> RoleGrant:
    """A role beyond the post's, approved."""
    staff, other = Staff.objects.get(staff_no=staff_no), Staff.objects.get(staff_no="S04")
    told = {"staff": staff, "role": role, "reason": "试", "from_on": TODAY, "proposed_at": NOW, "approved_by": other}
    return RoleGrant.objects.create(**{**told, "approved_at": NOW, **more})


def test_another_role_is_put_on_under_a_new_key(clock: time_machine.Traveller):
    grant("S01", Role.COACH)
    door = enter()
    before = door.cookies[COOKIE].value
    assert door.post("/account/role", {"role": "coach"}).headers["Location"] == "/"
    assert door.cookies[COOKIE].value != before
    assert SignIn.objects.get(ended_at=None).role == Role.COACH
    assert not is_in(stolen_with(before))
    assert "督导" in text(door.get("/account/"))


def stolen_with(key: str) -> Client:
    """A browser with an old key."""
    thief = Client(REMOTE_ADDR=HERE)
    thief.cookies[COOKIE] = key
    return thief


@pytest.mark.parametrize("role", ["security", "head", "nonsense", ""])
def test_a_role_one_does_not_hold_is_not_put_on(clock: time_machine.Traveller, role: str):
    door = enter()
    assert door.post("/account/role", {"role": role}).headers["Location"] == "/account/"
    assert SignIn.objects.get(ended_at=None).role == Role.KEEPER
    assert is_in(door)


def test_one_begins_in_the_role_one_wore_last(clock: time_machine.Traveller):
    running = grant("S01", Role.COACH)
    door = enter()
    door.post("/account/role", {"role": "coach"})
    enter()
    assert SignIn.objects.get(ended_at=None).role == Role.COACH
    RoleGrant.objects.filter(pk=running.pk).update(ended_at=NOW)
    enter()
    assert SignIn.objects.get(ended_at=None).role == Role.KEEPER


# ---------------------------------------------------------------- leaving


def test_signing_out_leaves_nothing_behind(clock: time_machine.Traveller):
    door = enter()
    key = door.cookies[COOKIE].value
    door.post("/logout")
    assert not Session.objects.filter(session_key=key).exists()
    assert not is_in(stolen_with(key))
    assert SignIn.objects.get().end == SessionEnd.SIGNED_OUT
    assert said(stolen_with(key)) == ""


def test_a_browser_forgets_what_it_kept_where_that_is_safe(clock: time_machine.Traveller):
    assert "storage" in enter().post("/logout", secure=True).headers["Clear-Site-Data"]
    assert "Clear-Site-Data" not in enter().post("/logout").headers


@pytest.mark.parametrize(("name", "secure"), [("guanhu_session", False), ("__Host-guanhu_session", True)])
def test_the_cookie_is_for_this_site_alone(clock: time_machine.Traveller, settings: Any, name: str, secure: bool):
    settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE = name, secure
    cookie = enter().cookies[name]
    assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Strict", secure)
    assert (cookie["path"], cookie["domain"], cookie["max-age"]) == ("/", "", "")


def test_a_part_of_a_page_leads_the_whole_page_out_and_back(clock: time_machine.Traveller):
    door = enter()
    clock.shift(timedelta(minutes=16))
    where = {"HTTP_HX_CURRENT_URL": "http://testserver/today/?group=call"}
    answer = door.post("/account/told", **HTMX, **where)
    assert answer.headers["HX-Redirect"] == "/login?next=/today/%3Fgroup%3Dcall"
    assert "15 分钟没有操作" in said(door)
    typed = {"staff_no": "S01", "password": PASSWORD, "next": "/today/?group=call"}
    assert door.post("/login", typed).headers["Location"] == "/today/?group=call"


def test_who_has_no_role_is_told_so(clock: time_machine.Traveller):
    Staff.objects.filter(staff_no="S01").update(post="support")
    answer = Client().post("/login", {"staff_no": "S01", "password": PASSWORD})
    assert (answer.status_code, "没有登录的角色" in text(answer)) == (403, True)
    assert not SignIn.objects.exists()


# ---------------------------------------------------------------- the trail, one's own page


def test_coming_and_going_are_on_the_trail(clock: time_machine.Traveller):
    grant("S01", Role.COACH)
    door = enter(HERE)
    door.post("/account/role", {"role": "coach"})
    second = enter(THERE)
    second.post("/logout")
    told = [(row.action, row.role) for row in Entry.objects.filter(actor="S01").order_by("seq")]
    assert told == [
        ("sign_in", "keeper"), ("role_switch", "coach"), ("session_end", "coach"), ("sign_in", "coach"),
        ("sign_out", "coach"),
    ]  # fmt: skip


def test_ones_own_page_shows_where_one_was(clock: time_machine.Traveller):
    enter(HERE)
    clock.shift(timedelta(minutes=5))
    page = text(enter(THERE).get("/account/"))
    for part in (HERE, THERE, "另处登录", "还在用", "11-24 10:10"):
        assert part in page


def test_browser_sessions_nobody_can_use_any_more_are_swept(db: None):
    for key, hours in (("over", -1), ("live", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=NOW + timedelta(hours=hours))
    assert sessions.sweep(NOW) == 1
    assert [row.session_key for row in Session.objects.all()] == ["live"]
