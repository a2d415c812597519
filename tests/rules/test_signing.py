"""How long a session lives, where it may be used, what is owed, when a door is shut: to the second and to the bit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from guanhu.rules.access import Role
from guanhu.rules.kinds import Owed, SessionEnd
from guanhu.rules.policy import SHIPPED
from guanhu.rules.signing import (
    code_wait,
    is_fresh,
    is_password_old,
    is_same_place,
    is_stale_sight,
    locked_until,
    outlived,
    owed,
)

NOW = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)


def ago(**much: float) -> datetime:
    return NOW - timedelta(**much)


@pytest.mark.parametrize(
    ("started", "seen", "end"),
    [
        (ago(hours=1), ago(minutes=14, seconds=59), None),
        (ago(hours=1), ago(minutes=15), SessionEnd.IDLE),
        (ago(hours=1), ago(minutes=15, seconds=1), SessionEnd.IDLE),
        (ago(hours=11, minutes=59, seconds=59), ago(seconds=1), None),
        (ago(hours=12), ago(seconds=1), SessionEnd.TOO_LONG),
        (ago(hours=13), ago(hours=2), SessionEnd.TOO_LONG),
    ],
)
def test_a_session_ends_by_the_clock(started: datetime, seen: datetime, end: SessionEnd | None):
    assert outlived(started, seen, NOW, SHIPPED) == end


@pytest.mark.parametrize(("seconds", "stale"), [(0, False), (59, False), (60, True)])
def test_it_is_written_at_most_once_a_minute_that_somebody_works(seconds: int, stale: bool):
    assert is_stale_sight(ago(seconds=seconds), NOW, SHIPPED) is stale


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        ("10.3.0.7", "10.3.0.7", True),
        ("10.3.0.7", "10.3.0.250", True),
        ("10.3.0.7", "10.3.1.7", False),
        ("2001:db8:1:2::7", "2001:db8:1:2:ffff::1", True),
        ("2001:db8:1:2::7", "2001:db8:1:3::7", False),
        ("10.3.0.7", "2001:db8:1:2::7", False),
        ("", "", True),
        ("", "10.3.0.7", False),
        ("unix:", "unix:", True),
    ],
)
def test_a_place_is_a_network(before: str, now: str, same: bool):
    assert is_same_place(before, now, SHIPPED) is same


def test_how_much_of_an_address_counts_is_the_banks_to_say():
    assert is_same_place("10.3.0.7", "10.3.1.7", replace(SHIPPED, place_bits_v4=16))
    assert is_same_place("10.3.0.7", "172.16.0.1", replace(SHIPPED, place_bits_v4=0))


@pytest.mark.parametrize(("at", "fresh"), [(None, False), (ago(minutes=9, seconds=59), True), (ago(minutes=10), False)])
def test_who_showed_a_while_ago_who_she_is_shows_it_again(at: datetime | None, fresh: bool):
    assert is_fresh(at, NOW, SHIPPED) is fresh


@pytest.mark.parametrize(
    ("set_at", "days", "old"),
    [(None, 90, False), (ago(days=89, hours=23), 90, False), (ago(days=90), 90, True), (ago(days=900), 0, False)],
)
def test_a_password_ages(set_at: datetime | None, days: int, old: bool):
    assert is_password_old(set_at, NOW, replace(SHIPPED, password_days=days)) is old


@pytest.mark.parametrize("role", list(Role))
def test_administrators_owe_a_second_factor_and_nobody_else(role: Role):
    administrators = {Role.DATA, Role.AUDIT, Role.SYSTEM, Role.SECURITY, Role.PRIVACY}
    needed = Owed.SECOND_FACTOR if role in administrators else None
    assert owed(role, must_change=False, password_old=False, has_code=False) is needed
    assert owed(role, must_change=False, password_old=False, has_code=True) is None


def test_a_password_comes_before_a_second_factor():
    told = {"has_code": False, "must_change": False, "password_old": False}
    assert owed(Role.AUDIT, **{**told, "must_change": True, "password_old": True}) is Owed.NEW_PASSWORD
    assert owed(Role.KEEPER, **{**told, "password_old": True}) is Owed.OLD_PASSWORD


@pytest.mark.parametrize(
    ("failures", "until"),
    [
        ([], None),
        ([(0, 4)], None),
        ([(0, 5)], 30),
        ([(5, 1), (4, 1), (3, 1), (2, 1), (0, 1)], 25),
        ([(29, 1), (3, 3), (0, 1)], 1),
        ([(30, 1), (3, 3), (0, 1)], None),
        ([(31, 9), (0, 4)], None),
        ([(10, 9), (2, 1)], 20),
        ([(10, 4), (2, 5)], 28),
    ],
)
def test_five_failures_shut_the_door_for_half_an_hour(failures: list[tuple[int, int]], until: int | None):
    made = [(ago(minutes=minutes), times) for minutes, times in failures]
    opens = NOW + timedelta(minutes=until) if until is not None else None
    assert locked_until(made, SHIPPED.lock_failures, NOW, SHIPPED) == opens


@pytest.mark.parametrize(
    ("wrong", "seconds"), [(0, 0), (1, 1), (2, 2), (3, 4), (10, 512), (11, 1024), (12, 1800), (99, 1800)]
)
def test_after_each_wrong_code_one_waits_twice_as_long(wrong: int, seconds: int):
    assert code_wait(wrong, SHIPPED) == timedelta(seconds=seconds)
