"""Changing one's password: by the bank's rules, not one used lately, and first of all when it must be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from guanhu.apps.audit.models import Entry
from guanhu.apps.people.actions import set_password
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.models import PasswordUsed, SignIn, Staff
from guanhu.apps.people.signing.actions import passwords
from guanhu.rules.access import Denied
from guanhu.rules.kinds import PasswordFault, SessionEnd
from guanhu.web.routes import ROUTES
from tests.cast import Cast
from tests.doors import signed_in
from tests.factories import NOW
from tests.web.conftest import text
from tests.web.test_signing_in_lockout import security

OLD, NEW = "nine-lanterns-over-the-lake", "Nine-lanterns-77"
EARLY = {route.name for route in ROUTES if route.early}


@pytest.fixture
def clock(cast: Cast) -> Iterator[time_machine.Traveller]:
    """It is the cast's morning and stays so until moved; 沈知微 and 周予安 have passwords."""
    for staff_no in ("S01", "S02"):
        set_password(staff_no=staff_no, password=OLD)
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


def change(door: Client, new: str = NEW, current: str = OLD, again: str | None = None) -> Any:
    return door.post("/account/password", {"current": current, "new": new, "again": new if again is None else again})


def opens(password: str, staff_no: str = "S01") -> bool:
    return Client().post("/login", {"staff_no": staff_no, "password": password}).status_code == 302


def test_a_new_password_opens_and_the_old_one_does_not(clock: time_machine.Traveller):
    shen = signed_in("S01")
    assert change(shen).headers["Location"] == "/account/?done=password"
    assert "密码已更改" in text(shen.get("/account/?done=password"))
    assert (opens(NEW), opens(OLD)) == (True, False)


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("Short-7a", "至少 12 位"),
        ("nine-lanterns-over", "至少用 3 种"),
        ("Password2026!", "太常见"),
        ("Shen-zhiwei-77", ""),
        ("Shenzhiwei-777", "不要含本行、网点、姓名或工号"),
        ("Xinghu-lake-77", "不要含本行、网点、姓名或工号"),
    ],
)
def test_a_password_that_breaks_a_rule_is_refused_with_the_rule(clock: time_machine.Traveller, new: str, says: str):
    answer = change(signed_in("S01"), new)
    wrong = text(answer).split('id="e-new"')[1].split("</div>")[0] if 'id="e-new"' in text(answer) else ""
    assert (answer.status_code, says in wrong) == (422 if says else 302, True)
    assert opens(OLD) is bool(says)


def test_two_different_ones_and_a_wrong_old_one_change_nothing(clock: time_machine.Traveller):
    shen = signed_in("S01")
    assert "两遍新密码不一样" in text(change(shen, again="Nine-lanterns-78"))
    assert "现在的密码不对" in text(change(shen, current="wrong"))
    assert opens(OLD)


def test_what_was_typed_never_comes_back(clock: time_machine.Traveller):
    page = text(change(signed_in("S01"), "Short-7a"))
    assert "Short-7a" not in page
    assert OLD not in page


def test_guessing_the_old_one_shuts_the_door(clock: time_machine.Traveller):
    shen = signed_in("S01")
    assert [change(shen, current="wrong").status_code for _ in range(5)] == [422, 422, 422, 422, 429]


def test_the_last_five_do_not_come_back(clock: time_machine.Traveller, cast: Cast):
    staff = Staff.objects.get(staff_no="S01")
    names = [f"Nine-lanterns-{n}7" for n in range(7)]
    for name in names[:6]:
        clock.shift(timedelta(days=1))
        passwords.give(None, "S01", name, now=NOW)
        staff.refresh_from_db()
    found = [PasswordFault.USED in passwords.faults_of(staff, name) for name in names]
    assert found == [False, True, True, True, True, True, False]
    assert PasswordUsed.objects.filter(staff=staff).count() == 5


def test_old_passwords_lie_as_hashes(clock: time_machine.Traveller):
    change(signed_in("S01"))
    kept = PasswordUsed.objects.get()
    assert OLD not in kept.password
    assert kept.password != Staff.objects.get(staff_no="S01").password


# ---------------------------------------------------------------- when it must be


def leads_to_the_password(door: Client, cast: Cast) -> set[str]:
    """The addresses that lead to the page of passwords, and nowhere else."""
    found = set()
    for route in ROUTES:
        if "GET" in route.methods and "<" not in route.address and route.permission != "public":
            answer = door.get(f"/{route.address}")
            found |= {route.name} if answer.headers.get("Location") == "/account/password" else set()
    return found


@pytest.mark.parametrize("how", ["old", "given"])
def test_it_comes_before_everything_else(clock: time_machine.Traveller, cast: Cast, how: str):
    if how == "given":
        passwords.give(security(cast), "S01", NEW, now=NOW)
    else:
        Staff.objects.filter(staff_no="S01").update(password_set_at=NOW - timedelta(days=90))
    shen = signed_in("S01")
    read = {
        route.name for route in ROUTES
        if "GET" in route.methods and "<" not in route.address and route.permission != "public"
    }  # fmt: skip
    assert leads_to_the_password(shen, cast) == read - EARLY
    assert change(shen, "Seven-lakes-88", NEW if how == "given" else OLD).status_code == 302
    assert shen.get("/today/").status_code == 200


def test_the_page_says_why(clock: time_machine.Traveller, cast: Cast):
    Staff.objects.filter(staff_no="S01").update(password_set_at=NOW - timedelta(days=90))
    assert "密码已用满 90 天" in text(signed_in("S01").get("/account/password"))
    passwords.give(security(cast), "S02", NEW, now=NOW)
    assert "现在的密码是别人替你设的" in text(signed_in("S02").get("/account/password"))


@pytest.mark.parametrize(("days", "status"), [(89, 200), (90, 302)])
def test_a_password_lasts_ninety_days(clock: time_machine.Traveller, days: int, status: int):
    change(signed_in("S01"))
    clock.shift(timedelta(days=days))
    assert signed_in("S01").get("/today/").status_code == status


def test_one_set_by_the_command_line_for_the_demo_stays_as_it_is(clock: time_machine.Traveller):
    clock.shift(timedelta(days=900))
    assert signed_in("S01").get("/today/").status_code == 200


def test_who_owes_a_password_may_still_leave(clock: time_machine.Traveller, cast: Cast):
    passwords.give(security(cast), "S01", NEW, now=NOW)
    shen = signed_in("S01")
    assert shen.post("/logout").headers["Location"] == "/login"


# ---------------------------------------------------------------- by others


def test_a_password_given_ends_the_session(clock: time_machine.Traveller, cast: Cast):
    shen = signed_in("S01")
    passwords.give(security(cast), "S01", NEW, now=NOW)
    assert shen.get("/today/").status_code == 302
    assert SignIn.objects.get().end == SessionEnd.PASSWORD
    assert "密码已被重置" in text(shen.get("/login"))


def test_ones_own_change_leaves_the_session(clock: time_machine.Traveller):
    shen = signed_in("S01")
    change(shen)
    assert shen.get("/today/").status_code == 200


def test_only_administrators_give_passwords_and_only_good_ones(clock: time_machine.Traveller, cast: Cast):
    with pytest.raises(Denied):
        passwords.give(cast.qin, "S01", NEW, now=NOW)
    with pytest.raises(Refused):
        passwords.give(security(cast), "S04", NEW, now=NOW)
    with pytest.raises(passwords.Unfit):
        passwords.give(security(cast), "S01", "short", now=NOW)
    assert opens(OLD)


def test_changes_are_on_the_trail_without_a_password(clock: time_machine.Traveller, cast: Cast):
    change(signed_in("S01"))
    passwords.give(security(cast), "S02", NEW, now=NOW)
    rows = Entry.objects.filter(action="password")
    assert sorted((row.actor, row.object_id) for row in rows) == [("S01", "S01"), ("S04", "S02")]
    assert not any(word in row.record for row in rows for word in (OLD, NEW, "md5"))
