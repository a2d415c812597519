"""Two hundred times somebody leaves, moves, loses a role or is locked while two browsers work: her next request is out.

Each round is committed by one connection while two others ask without pause. A request that begins after the change was
committed must be turned away; one that began before may go either way. No request may fail.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import count
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from guanhu.apps.people.models import Branch, RoleGrant, SignIn, Staff
from guanhu.apps.people.signing.actions import locks, passwords, sessions
from guanhu.rules.access import Role
from guanhu.rules.kinds import SessionEnd
from guanhu.web import door
from tests import cast as people
from tests.doors import signed_in

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.django_db(transaction=True)]
REVOCATIONS = 200
Turn = tuple[int, int]
"""When a request began, by a common counter, and the status of its answer."""


def leaves(staff: Staff) -> None:
    Staff.objects.filter(pk=staff.pk).update(is_active=False)


def moves(staff: Staff) -> None:
    Staff.objects.filter(pk=staff.pk).update(branch=Branch.objects.exclude(pk=staff.branch_id).first())


def loses_the_role(staff: Staff) -> None:
    RoleGrant.objects.filter(staff=staff).update(ended_at=timezone.now())


def is_locked(staff: Staff) -> None:
    locks.lock(None, staff.staff_no, reason="试", now=timezone.now())


def is_signed_out(staff: Staff) -> None:
    locks.end_sessions(None, staff.staff_no, now=timezone.now())


def gets_a_password(staff: Staff) -> None:
    passwords.give(None, staff.staff_no, f"Lake-of-{timezone.now():%H%M%S%f}x", now=timezone.now())


def signs_in_elsewhere(staff: Staff) -> None:
    signed_in(staff.staff_no, REMOTE_ADDR="10.9.0.7")


WAYS: dict[Callable[[Staff], None], SessionEnd] = {
    leaves: SessionEnd.LEFT, moves: SessionEnd.MOVED, loses_the_role: SessionEnd.ROLE, is_locked: SessionEnd.LOCKED,
    is_signed_out: SessionEnd.ENDED, gets_a_password: SessionEnd.PASSWORD, signs_in_elsewhere: SessionEnd.REPLACED,
}  # fmt: skip


@pytest.fixture
def cast(transactional_db: None) -> people.Cast:
    """A morning that is really committed, so that every connection sees it."""
    return people.enter()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Two threads whose connections are closed in the end."""
    both = Barrier(2)

    def leave() -> None:
        both.wait(20)
        connection.close()

    with ThreadPoolExecutor(2) as two:
        yield two
        for each in [two.submit(leave) for _ in range(2)]:
            each.result(30)


def work(door: Client, clock: count[int], under_way: Barrier, stop: Event) -> list[Turn]:
    """Ask for one's own page without pause until told to stop, and twice more."""
    turns = [(next(clock), door.get("/account/").status_code)]
    under_way.wait(30)
    left = 2
    while left:
        left -= stop.is_set()
        began = next(clock)
        turns.append((began, door.get("/account/").status_code))
    return turns


def as_before(staff: Staff) -> None:
    """The colleague as she was, with a role granted beside her post's, so that each round begins alike."""
    Staff.objects.filter(pk=staff.pk).update(
        is_active=True, locked_at=None, branch_id=staff.branch_id, must_change=False
    )
    RoleGrant.objects.all().delete()
    RoleGrant.objects.create(
        staff=staff, role=Role.COACH, reason="试", from_on=date(2020, 1, 1), proposed_at=timezone.now(),
        approved_at=timezone.now(),
    )  # fmt: skip


def one_round(staff: Staff, way: Callable[[Staff], None], two: ThreadPoolExecutor) -> list[str]:
    """What went wrong while two browsers share her session and it is taken away."""
    as_before(staff)
    first = signed_in(staff.staff_no, Role.COACH)
    second = Client()
    second.cookies.update(first.cookies)
    clock, under_way, stop = count(), Barrier(3), Event()
    running = [two.submit(work, each, clock, under_way, stop) for each in (first, second)]
    under_way.wait(30)
    way(staff)
    taken = next(clock)
    stop.set()
    turns = [turn for each in running for turn in each.result(60)]
    late = [f"{way.__name__}: answered {status}" for began, status in turns if began > taken and status != 302]
    odd = [f"{way.__name__}: {status}" for _, status in turns if status not in (200, 302)]
    odd += [] if any(status == 200 for _, status in turns) else [f"{way.__name__}: nobody worked"]
    ends = {row.end for row in SignIn.objects.filter(staff=staff).order_by("-pk")[:2] if row.ended_at}
    return late + odd + ([] if WAYS[way] in ends else [f"{way.__name__}: ended as {ends}"])


def test_whoever_is_out_is_out_with_the_next_request(cast: people.Cast, threads: ThreadPoolExecutor, gate_share: float):
    dice = random.Random(8)
    staff = Staff.objects.get(staff_no="S01")
    rounds = max(len(WAYS), round(REVOCATIONS * gate_share))
    ways = [*WAYS, *dice.choices(list(WAYS), k=rounds - len(WAYS))]
    assert [said for way in ways for said in one_round(staff, way, threads)] == []


def test_a_viewer_kept_from_one_request_to_the_next_is_found(
    cast: people.Cast, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
):
    kept: dict[str, Any] = {}
    honest = sessions.viewer_for
    monkeypatch.setattr(
        door.sessions, "viewer_for",
        lambda facts, now: kept.setdefault(facts.session_key, honest(facts, now=now)),
    )  # fmt: skip
    assert one_round(Staff.objects.get(staff_no="S01"), leaves, threads)


def test_parallel_tries_are_counted_one_by_one(cast: people.Cast, threads: ThreadPoolExecutor):
    tried: list[int] = []

    def guess(_: int) -> None:
        typed = {"staff_no": "S01", "password": "wrong"}
        tried.append(Client(REMOTE_ADDR=f"10.{len(tried)}.0.1").post("/login", typed).status_code)

    for each in [threads.submit(guess, n) for n in range(12)]:
        each.result(60)
    assert sorted(tried) == [422] * 4 + [429] * 8
