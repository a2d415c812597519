"""Five failures shut the door for half an hour, by account and by address, and tell nobody who works here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client

from guanhu.apps.audit.models import Entry
from guanhu.apps.people.actions import set_password
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.models import Staff
from guanhu.apps.people.signing.actions import locks
from guanhu.apps.people.signing.handler import Handler
from guanhu.rules.access import Denied, Role, Viewer
from tests.cast import Cast
from tests.doors import signed_in
from tests.factories import NOW
from tests.web.conftest import text

RIGHT, WRONG = "nine-lanterns-over-the-lake", "wrong-wrong-wrong"
HERE, THERE = "10.3.0.7", "10.9.0.7"


@pytest.fixture
def clock(cast: Cast) -> Iterator[time_machine.Traveller]:
    """It is the cast's morning and stays so until moved; 沈知微 and 周予安 have passwords."""
    for staff_no in ("S01", "S02"):
        set_password(staff_no=staff_no, password=RIGHT)
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


def security(cast: Cast) -> Viewer:
    """秦岚 as a security administrator."""
    return replace(cast.qin, role=Role.SECURITY)


def try_it(staff_no: str = "S01", password: str = WRONG, address: str = HERE, **more: Any) -> Any:
    """One try from a browser that was never here."""
    typed = {"staff_no": staff_no, "password": password}
    return Client(REMOTE_ADDR=address).post("/login", typed, **more)


def fail(times: int, *, staff_no: str = "S01", address: str = HERE) -> list[int]:
    """So many wrong tries; the status of each."""
    return [try_it(staff_no, address=address).status_code for _ in range(times)]


def test_the_fifth_failure_shuts_the_door(clock: time_machine.Traveller):
    assert fail(5) == [422, 422, 422, 422, 429]
    assert try_it(password=RIGHT).status_code == 429


def test_four_failures_do_not(clock: time_machine.Traveller):
    assert fail(4) == [422] * 4
    assert try_it(password=RIGHT).status_code == 302


def test_the_page_says_until_when_and_whom_to_ask(clock: time_machine.Traveller):
    fail(5)
    clock.shift(timedelta(minutes=10))
    answer = try_it(password=RIGHT)
    assert "11-24 10:40 之前不能再试" in text(answer)
    assert "系统管理员或安全管理员" in text(answer)
    assert answer.headers["Retry-After"] == str(20 * 60)


@pytest.mark.parametrize(("minutes", "seconds", "status"), [(29, 59, 429), (30, 1, 302)])
def test_the_door_opens_again_after_half_an_hour(
    clock: time_machine.Traveller, minutes: int, seconds: int, status: int
):
    fail(5)
    clock.shift(timedelta(minutes=minutes, seconds=seconds))
    assert try_it(password=RIGHT).status_code == status


def test_trying_on_does_not_make_it_longer(clock: time_machine.Traveller):
    fail(5)
    clock.shift(timedelta(minutes=29))
    fail(3)
    clock.shift(timedelta(minutes=2))
    assert try_it(password=RIGHT).status_code == 302


def test_an_account_is_shut_from_everywhere(clock: time_machine.Traveller):
    for n in range(5):
        fail(1, address=f"10.{n}.0.1")
    assert try_it(password=RIGHT, address=THERE).status_code == 429
    assert try_it("S02", RIGHT, address=THERE).status_code == 302


def test_an_address_is_shut_for_everybody(clock: time_machine.Traveller):
    for n in range(5):
        fail(1, staff_no=f"S9{n}")
    assert try_it("S02", RIGHT).status_code == 429
    assert try_it("S02", RIGHT, address=THERE).status_code == 302


def test_a_header_names_no_other_address(clock: time_machine.Traveller):
    for n in range(5):
        Client(REMOTE_ADDR=HERE).post(
            "/login", {"staff_no": f"S9{n}", "password": WRONG}, HTTP_X_FORWARDED_FOR=f"10.{n}.0.1"
        )
    assert try_it("S02", RIGHT, HTTP_X_FORWARDED_FOR=THERE).status_code == 429


@pytest.mark.parametrize(
    ("forwarded", "counted"),
    [
        (THERE, THERE),
        (f"1.1.1.1, {THERE}", THERE),
        (f"{THERE}, 10.0.0.2", THERE),
        ("nonsense", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_the_banks_own_relay_may_name_it(clock: time_machine.Traveller, settings: Any, forwarded: str, counted: str):
    settings.GUANHU_RELAYS = frozenset({"10.0.0.1", "10.0.0.2"})
    try_it(address="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert AccessAttempt.objects.get().ip_address == counted


def test_who_gets_in_is_forgiven_her_own_mistakes_and_nobody_elses(clock: time_machine.Traveller):
    fail(2)
    fail(2, staff_no="S02")
    assert try_it(password=RIGHT).status_code == 302
    assert fail(4) == [422, 422, 429, 429]
    assert try_it("S02", address=THERE).status_code == 422


def test_somebody_who_is_in_stays_in(clock: time_machine.Traveller):
    shen = signed_in("S01")
    fail(5)
    assert shen.get("/today/").status_code == 200


# ---------------------------------------------------------------- nobody learns who works here


def page_of(staff_no: str, address: str) -> list[tuple[int, str]]:
    """Status and page of each of seven tries with this number, the number itself left out."""
    tries = [try_it(staff_no, address=address) for _ in range(7)]
    return [(each.status_code, text(each).replace(staff_no, "…")) for each in tries]


def test_a_number_nobody_has_is_answered_like_one_somebody_has(clock: time_machine.Traveller):
    assert without_token(page_of("S01", "10.1.0.1")) == without_token(page_of("S77", "10.2.0.1"))


def without_token(pages: list[tuple[int, str]]) -> list[tuple[int, list[str]]]:
    """The pages without the token of their forms."""
    return [(status, [line for line in page.splitlines() if "csrf" not in line]) for status, page in pages]


@pytest.mark.parametrize("staff_no", ["S01", "S77", "S03"])
def test_one_password_is_worked_out_for_every_number(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, staff_no: str
):
    worked: list[str] = []
    encode = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", lambda *args: worked.append("") or encode(*args))
    try_it(staff_no)
    assert len(worked) == 1


def test_what_was_typed_is_not_kept(clock: time_machine.Traveller):
    Client(REMOTE_ADDR=HERE).post("/login?next=/customers/", {"staff_no": "my-secret-word", "password": WRONG})
    kept = json.dumps(list(AccessAttempt.objects.values()), default=str)
    assert "my-secret-word" not in kept
    assert WRONG not in kept
    assert "customers" not in kept
    told = " ".join(Entry.objects.filter(action="sign_in_failed").values_list("record", flat=True))
    assert told
    assert "my-secret-word" not in told


def test_failures_and_locks_are_on_the_trail(clock: time_machine.Traveller):
    fail(5)
    told = list(Entry.objects.filter(object_id="S01").order_by("seq").values_list("action", flat=True))
    assert told == ["sign_in_failed"] * 5 + ["lock"]


# ---------------------------------------------------------------- administrators


def test_an_administrator_opens_the_door_again(clock: time_machine.Traveller, cast: Cast):
    fail(5)
    locks.unlock(security(cast), "S01", now=NOW)
    assert try_it(password=RIGHT, address=THERE).status_code == 302


def test_the_address_stays_shut_when_an_account_is_opened_again(clock: time_machine.Traveller, cast: Cast):
    for n in range(5):
        fail(1, staff_no=f"S9{n}")
    locks.unlock(security(cast), "S01", now=NOW)
    assert try_it(password=RIGHT).status_code == 429


def test_an_administrators_lock_ends_the_session_and_holds_until_opened(clock: time_machine.Traveller, cast: Cast):
    shen = signed_in("S01")
    locks.lock(security(cast), "S01", reason="手机丢失", now=NOW)
    assert shen.get("/today/").status_code == 302
    assert "此账号已被管理员锁定" in text(shen.get("/login"))
    clock.shift(timedelta(days=3))
    assert try_it(password=RIGHT).status_code == 422
    locks.unlock(security(cast), "S01", now=NOW)
    assert try_it(password=RIGHT).status_code == 302


@pytest.mark.parametrize("do", [locks.lock, locks.unlock])
def test_nobody_does_it_to_herself_and_not_to_nobody(clock: time_machine.Traveller, cast: Cast, do: Any):
    more = {"reason": "x"} if do is locks.lock else {}
    for whom in ("S04", "S99"):
        with pytest.raises(Refused):
            do(security(cast), whom, now=NOW, **more)


@pytest.mark.parametrize("do", [locks.lock, locks.unlock, locks.end_sessions])
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SYSTEM, Role.SECURITY)])
def test_nobody_else_may_lock_or_open(clock: time_machine.Traveller, cast: Cast, do: Any, role: Role):
    with pytest.raises(Denied):
        do(replace(cast.qin, role=role), "S01", now=NOW, **({"reason": "x"} if do is locks.lock else {}))


def test_a_lock_says_why(clock: time_machine.Traveller, cast: Cast):
    with pytest.raises(Refused, match="原因"):
        locks.lock(security(cast), "S01", reason=" ", now=NOW)


# ---------------------------------------------------------------- twins


def test_without_the_count_nothing_is_shut(clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Handler, "is_locked", lambda *_: False)
    fail(6)
    assert try_it(password=RIGHT).status_code == 302


def test_tries_for_one_account_wait_for_each_other(clock: time_machine.Traveller):
    locks.one_at_a_time("S01")
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()")
        assert cursor.fetchone() == (1,)


def test_a_colleague_who_left_is_told_no_more_than_a_stranger(clock: time_machine.Traveller):
    Staff.objects.filter(staff_no="S01").update(is_active=False)
    answer = try_it(password=RIGHT)
    assert (answer.status_code, "工号或密码不对" in text(answer)) == (422, True)
