"""The second factor: set up with a phone, asked for at the door, good once, and not to be guessed."""

from __future__ import annotations

import hmac
import re
import struct
import sys
from base64 import b32decode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import path

from guanhu.apps.audit.models import Entry
from guanhu.apps.people.actions import set_password
from guanhu.apps.people.models import RecoveryCode, SecondFactor, SignIn
from guanhu.apps.people.signing.actions import factors
from guanhu.rules.access import Role
from guanhu.rules.kinds import SessionEnd
from guanhu.web.routes import ROUTES, guarded
from tests.cast import Cast
from tests.doors import signed_in
from tests.factories import NOW
from tests.web.conftest import text
from tests.web.test_signing_in_lockout import security
from tests.web.test_signing_in_sessions import grant

PASSWORD = "nine-lanterns-over-the-lake"


def code_of(key: str, at: datetime) -> str:
    """What a phone with this key shows at this moment: RFC 6238, written anew."""
    secret = b32decode(key.replace(" ", ""))
    told = hmac.new(secret, struct.pack(">Q", int(at.timestamp()) // 30), "sha1").digest()
    start = told[-1] & 15
    return f"{(int.from_bytes(told[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.fixture
def clock(cast: Cast) -> Iterator[time_machine.Traveller]:
    """It is the cast's morning and stays so until moved; 沈知微 has a password."""
    set_password(staff_no="S01", password=PASSWORD)
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def phone(clock: time_machine.Traveller, cast: Cast) -> str:
    """The key in 沈知微's phone, taken into use an hour ago."""
    key = factors.prepare(cast.shen.staff_id, now=NOW).key
    assert factors.accept(cast.shen.staff_id, code_of(key, NOW - timedelta(hours=1)), now=NOW - timedelta(hours=1))
    return key


def half_way() -> Client:
    """沈知微 has given her password and is asked for the code."""
    door = Client()
    assert door.post("/login", {"staff_no": "S01", "password": PASSWORD}).headers["Location"] == "/login/code"
    return door


def give(door: Client, code: str) -> Any:
    return door.post("/login/code", {"code": code})


def is_in(door: Client) -> bool:
    return door.get("/today/").status_code == 200


# ---------------------------------------------------------------- at the door


def test_a_password_alone_opens_nothing(phone: str):
    door = half_way()
    assert not is_in(door)
    assert not SignIn.objects.exists()


def test_the_code_opens(phone: str):
    door = half_way()
    assert give(door, code_of(phone, NOW)).headers["Location"] == "/"
    assert is_in(door)
    assert SignIn.objects.get().has_code


def test_one_goes_where_one_wanted_to(phone: str):
    door = Client()
    door.post("/login", {"staff_no": "S01", "password": PASSWORD, "next": "/customers/"})
    assert give(door, code_of(phone, NOW)).headers["Location"] == "/customers/"


@pytest.mark.parametrize(
    ("seconds", "opens"), [(-61, False), (-30, True), (0, True), (30, True), (61, False), (3600, False)]
)
def test_a_clock_may_go_wrong_by_one_step(phone: str, seconds: int, opens: bool):
    door = half_way()
    give(door, code_of(phone, NOW + timedelta(seconds=seconds)))
    assert is_in(door) is opens


def test_a_code_is_good_once(phone: str):
    give(half_way(), code_of(phone, NOW))
    again = half_way()
    assert give(again, code_of(phone, NOW)).status_code == 422
    assert not is_in(again)


def test_a_code_from_before_the_last_one_is_not_taken(phone: str, clock: time_machine.Traveller):
    give(half_way(), code_of(phone, NOW + timedelta(seconds=30)))
    again = half_way()
    assert give(again, code_of(phone, NOW)).status_code == 422
    clock.shift(timedelta(seconds=60))
    assert give(again, code_of(phone, NOW + timedelta(seconds=60))).status_code == 302


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "1e5432", "000000 ' or 1=1"]
)
def test_what_is_no_code_opens_nothing(phone: str, typed: str):
    door = half_way()
    assert give(door, typed).status_code == 422
    assert not is_in(door)


def test_blanks_between_the_digits_do_not_matter(phone: str):
    door, code = half_way(), code_of(phone, NOW)
    give(door, f" {code[:3]} {code[3:]} ")
    assert is_in(door)


@pytest.mark.parametrize(("minutes", "status"), [(4, 200), (6, 302)])
def test_half_way_lasts_five_minutes(phone: str, clock: time_machine.Traveller, minutes: int, status: int):
    door = half_way()
    clock.shift(timedelta(minutes=minutes))
    assert door.get("/login/code").status_code == status


def test_nobody_gets_half_way_without_the_password(phone: str):
    assert Client().get("/login/code").headers["Location"] == "/login"
    assert give(Client(), code_of(phone, NOW)).headers["Location"] == "/login"


def test_the_key_changes_at_each_step(phone: str):
    door = half_way()
    between = door.cookies["guanhu_session"].value
    give(door, code_of(phone, NOW))
    assert door.cookies["guanhu_session"].value != between


# ---------------------------------------------------------------- guessing


def test_after_a_wrong_code_the_right_one_has_to_wait(phone: str, clock: time_machine.Traveller):
    door = half_way()
    give(door, "000000")
    assert "秒后再试" in text(give(door, code_of(phone, NOW)))
    clock.shift(timedelta(seconds=2))
    give(door, code_of(phone, NOW))
    assert is_in(door)


def test_each_wrong_code_makes_the_wait_twice_as_long(phone: str, clock: time_machine.Traveller, cast: Cast):
    waits = []
    at = NOW
    for _ in range(6):
        factors.check_code(cast.shen.staff_id, "000000", now=at)
        until = factors.wait_until(cast.shen.staff_id, now=at)
        waits.append((until - at).total_seconds())
        at = until
    assert waits == [1, 2, 4, 8, 16, 32]


def test_five_wrong_codes_shut_the_door(phone: str, clock: time_machine.Traveller):
    door = half_way()
    answers = []
    for _ in range(5):
        answers.append(give(door, "000000").status_code)
        clock.shift(timedelta(seconds=20))
    assert answers == [422, 422, 422, 422, 429]
    assert Client().post("/login", {"staff_no": "S01", "password": PASSWORD}).status_code == 429


def test_a_right_code_ends_the_waiting(phone: str, clock: time_machine.Traveller, cast: Cast):
    factors.check_code(cast.shen.staff_id, "000000", now=NOW)
    later = NOW + timedelta(seconds=5)
    assert factors.check_code(cast.shen.staff_id, code_of(phone, later), now=later)
    assert factors.wait_until(cast.shen.staff_id, now=later) is None


def test_without_the_step_written_down_a_code_would_be_good_twice(phone: str, cast: Cast):
    assert factors.check_code(cast.shen.staff_id, code_of(phone, NOW), now=NOW)
    SecondFactor.objects.update(last_step=-1)
    assert factors.check_code(cast.shen.staff_id, code_of(phone, NOW), now=NOW)


# ---------------------------------------------------------------- recovery codes


@pytest.fixture
def codes(phone: str, cast: Cast) -> tuple[str, ...]:
    """New recovery codes of 沈知微."""
    return factors.new_codes(cast.shen)


def test_a_recovery_code_stands_in_once(codes: tuple[str, ...]):
    assert len(set(codes)) == 8
    for door, status in ((half_way(), 302), (half_way(), 422)):
        assert give(door, codes[3].lower()).status_code == status
    assert RecoveryCode.objects.filter(used_at=None).count() == 7


def test_new_recovery_codes_void_the_old_ones(codes: tuple[str, ...], cast: Cast):
    new = factors.new_codes(cast.shen)
    assert give(half_way(), codes[0]).status_code == 422
    assert not set(new) & set(codes)


def test_recovery_codes_lie_as_hashes(codes: tuple[str, ...]):
    kept = " ".join(RecoveryCode.objects.values_list("code", flat=True))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_somebody_elses_recovery_code_opens_nothing(codes: tuple[str, ...], cast: Cast):
    key = factors.prepare(cast.zhou.staff_id, now=NOW).key
    factors.accept(cast.zhou.staff_id, code_of(key, NOW), now=NOW)
    assert not factors.check_code(cast.zhou.staff_id, codes[0], now=NOW)


# ---------------------------------------------------------------- setting up


def shown_key(page: str) -> str:
    """The key as the page shows it, for typing."""
    return page.split('id="secret">')[1].split("<")[0]


def test_it_is_set_up_with_the_key_the_page_shows(clock: time_machine.Traveller, cast: Cast):
    shen = signed_in("S01", has_code=False)
    assert "secret" not in text(shen.get("/account/factor"))
    shen.post("/account/factor", {"step": "prepare"})
    page = text(shen.get("/account/factor"))
    assert "<svg" in page.split('class="qr-box"')[1][:200]
    done = shen.post("/account/factor", {"step": "accept", "code": code_of(shown_key(page), NOW)})
    assert len(re.findall(r"<li>(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}</li>", text(done))) == 8
    assert SignIn.objects.get(ended_at=None).has_code
    assert "还剩 8 个恢复码" in text(shen.get("/account/"))
    assert shown_key(page) not in text(shen.get("/account/factor"))


def test_looking_at_the_page_draws_nothing(clock: time_machine.Traveller, cast: Cast):
    signed_in("S01").get("/account/factor")
    assert not SecondFactor.objects.exists()


@pytest.mark.parametrize("typed", ["000000", "", "abc"])
def test_a_wrong_first_code_changes_nothing(clock: time_machine.Traveller, cast: Cast, typed: str):
    shen = signed_in("S01", has_code=False)
    shen.post("/account/factor", {"step": "prepare"})
    assert shen.post("/account/factor", {"step": "accept", "code": typed}).status_code == 422
    assert not SecondFactor.objects.get().in_use
    assert not RecoveryCode.objects.exists()


def test_what_the_camera_reads_is_what_phones_expect(clock: time_machine.Traveller, cast: Cast):
    told = factors.prepare(cast.shen.staff_id, now=NOW)
    address = urlsplit(told.address)
    asked = parse_qs(address.query)
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert asked == {"secret": [told.key.replace(" ", "")], "issuer": ["管户"], "digits": ["6"], "period": ["30"]}


def test_the_secret_lies_sealed(phone: str):
    secret = b32decode(phone.replace(" ", ""))
    with connection.cursor() as cursor:
        cursor.execute("select key from people_secondfactor")
        (raw,) = cursor.fetchone()
    assert secret not in bytes(raw)
    assert secret.hex().encode() not in bytes(raw)


def test_another_phone_is_set_up_only_after_showing_who_one_is(phone: str, cast: Cast):
    shen = signed_in("S01")
    assert shen.post("/account/factor", {"step": "prepare"}).headers["Location"] == "/account/confirm"
    assert SecondFactor.objects.count() == 1
    shen.post("/account/confirm", {"proof": code_of(phone, NOW)})
    shen.post("/account/factor", {"step": "prepare"})
    assert SecondFactor.objects.count() == 2
    assert give(half_way(), code_of(phone, NOW + timedelta(seconds=30))).status_code == 302


def test_an_administrator_resets_it(phone: str, codes: tuple[str, ...], cast: Cast):
    shen = signed_in("S01")
    factors.reset(security(cast), "S01", now=NOW)
    assert not is_in(shen)
    assert SignIn.objects.get().end == SessionEnd.FACTOR
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()


# ---------------------------------------------------------------- who needs it


@pytest.mark.parametrize("role", [Role.DATA, Role.AUDIT, Role.SYSTEM, Role.SECURITY, Role.PRIVACY])
def test_an_administrator_sets_it_up_before_anything_else(clock: time_machine.Traveller, cast: Cast, role: Role):
    grant("S02", role)
    admin = signed_in("S02", role, has_code=False)
    for address in ("/account/", "/", "/account/nothing"):
        answer = admin.get(address)
        assert (answer.status_code, answer.headers.get("Location")) in ((302, "/account/factor"), (404, None))
    admin.post("/account/factor", {"step": "prepare"})
    key = shown_key(text(admin.get("/account/factor")))
    admin.post("/account/factor", {"step": "accept", "code": code_of(key, NOW)})
    assert admin.get("/account/").status_code == 200


def test_a_keeper_who_becomes_administrator_needs_it_then(clock: time_machine.Traveller, cast: Cast):
    grant("S01", Role.AUDIT)
    shen = signed_in("S01", has_code=False)
    assert is_in(shen)
    shen.post("/account/role", {"role": "audit"})
    assert shen.get("/account/").headers["Location"] == "/account/factor"


def test_a_session_from_before_the_phone_gives_one_code(phone: str, cast: Cast):
    grant("S01", Role.AUDIT)
    shen = signed_in("S01", Role.AUDIT, has_code=False)
    assert shen.get("/account/").headers["Location"] == "/account/factor"
    assert 'href="/account/confirm"' in text(shen.get("/account/factor"))
    shen.post("/account/confirm", {"proof": code_of(phone, NOW)})
    assert shen.get("/account/").status_code == 200


# ---------------------------------------------------------------- once more


def test_a_password_shows_once_more_who_one_is(clock: time_machine.Traveller, cast: Cast):
    shen = signed_in("S01")
    assert shen.post("/account/confirm", {"proof": "wrong"}).status_code == 422
    answer = shen.post("/account/confirm", {"proof": PASSWORD, "next": "/customers/"})
    assert answer.headers["Location"] == "/customers/"
    assert SignIn.objects.get(ended_at=None).confirmed_at == NOW


@pytest.mark.parametrize(("minutes", "opens"), [(9, True), (10, False)])
def test_it_holds_for_ten_minutes(phone: str, clock: time_machine.Traveller, cast: Cast, minutes: int, opens: bool):
    shen = signed_in("S01")
    assert shen.post("/account/codes").headers["Location"] == "/account/confirm"
    shen.post("/account/confirm", {"proof": code_of(phone, NOW)})
    clock.shift(timedelta(minutes=minutes))
    assert (shen.post("/account/codes").status_code == 200) is opens


def test_guessing_there_shuts_the_door_too(clock: time_machine.Traveller, cast: Cast):
    shen = signed_in("S01")
    answers = [shen.post("/account/confirm", {"proof": "wrong"}).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert shen.post("/account/confirm", {"proof": PASSWORD}).status_code == 429
    assert is_in(shen)


def test_another_role_has_to_show_it_anew(clock: time_machine.Traveller, cast: Cast):
    grant("S01", Role.COACH)
    shen = signed_in("S01")
    shen.post("/account/confirm", {"proof": PASSWORD})
    shen.post("/account/role", {"role": "coach"})
    assert SignIn.objects.get(ended_at=None).confirmed_at is None


def test_all_of_it_is_on_the_trail(phone: str, codes: tuple[str, ...], cast: Cast):
    give(half_way(), codes[0])
    told = [(row.action, "code" in row.record) for row in Entry.objects.filter(actor="S01").order_by("seq")]
    assert [action for action, _ in told] == ["second_factor", "second_factor", "second_factor", "sign_in"]
    assert told[-1][1]
    assert not any(code in record for code in codes for record in Entry.objects.values_list("record", flat=True))


def test_showing_once_more_who_one_is_is_on_the_trail(clock: time_machine.Traveller, cast: Cast):
    signed_in("S01").post("/account/confirm", {"proof": PASSWORD})
    assert Entry.objects.get(action="confirm").actor == "S01"


# ---------------------------------------------------------------- addresses that ask for more


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Callable[..., None]:
    """Lets the page of one's own account ask for more than it does."""

    def ask(**more: bool) -> None:
        site = ModuleType("site_asking_more")
        rows = [replace(row, **more) if row.name == "account" else row for row in ROUTES]
        site.urlpatterns = [path(row.address, guarded(row), name=row.name) for row in rows]
        monkeypatch.setitem(sys.modules, site.__name__, site)
        settings.ROOT_URLCONF = site.__name__

    return ask


@pytest.mark.parametrize(
    ("more", "leads"),
    [({"with_code": True}, "/account/factor"), ({"confirmed": True}, "/account/confirm?next=/account/")],
)
def test_an_address_may_ask_for_a_code_or_for_who_one_is(
    phone: str, cast: Cast, asking: Callable[..., None], more: dict[str, bool], leads: str
):
    asking(**more)
    shen = signed_in("S01", has_code=False)
    assert shen.get("/account/").headers["Location"] == leads
    assert is_in(shen)
    assert 'href="/account/confirm"' in text(shen.get("/account/factor"))
    shen.post("/account/confirm", {"proof": code_of(phone, NOW)})
    assert shen.get("/account/").status_code == 200
