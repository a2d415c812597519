"""Two administrators, or two windows of one head, at the same moment: one decision stands, and it is a sensible one."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db.models import QuerySet

from guanhu.apps.people.models import Cover, RoleGrant
from guanhu.apps.people.rights.actions import covers, roles
from guanhu.rules.access import Role, clash
from tests import cast as people
from tests import offices
from tests.apps.test_at_the_same_time import Race, kinds, two_windows
from tests.factories import NOW, TODAY
from tests.offices import Offices, id_of, propose, roles_now, viewer

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.django_db(transaction=True)]
ROUNDS = 30


@pytest.fixture
def at(transactional_db: None) -> Offices:
    """The offices, committed, so that both windows see them."""
    people.enter()
    return offices.enter()


@pytest.fixture
def race() -> Iterator[Race]:
    with two_windows() as race:
        yield race


def wipe() -> None:
    """As it was before anybody decided anything."""
    Cover.objects.all().delete()
    RoleGrant.objects.filter(staff__staff_no__in=("S01", "S02", "S05")).delete()
    RoleGrant.objects.filter(role="security").update(ended_at=None, ended_by=None, ended_because="")


def approve(by: Any, made: UUID) -> Any:
    return roles.approve_role(by=by, grant=made, now=NOW)


def two_approve(at: Offices, race: Race) -> None:
    made = propose(at.bank, "S02", Role.COACH)
    answers = race(lambda: approve(at.first, made), lambda: approve(at.second, made))
    assert kinds(answers) == ["Conflict", "NoneType"]
    assert roles_now("S02") == (Role.KEEPER, Role.COACH)


def one_approves_one_sends_back(at: Offices, race: Race) -> None:
    made = propose(at.bank, "S02", Role.COACH)
    answers = race(lambda: approve(at.first, made),
                   lambda: roles.refuse_role(by=at.second, grant=made, reason="x", now=NOW))  # fmt: skip
    assert kinds(answers) == ["Conflict", "NoneType"]
    row = RoleGrant.objects.get(public_id=made)
    assert (row.approved_at is None) != (row.ended_at is None)


def two_propose_the_same(at: Offices, race: Race) -> None:
    answers = race(lambda: propose(at.first, "S02", Role.COACH), lambda: propose(at.second, "S02", Role.COACH))
    assert kinds(answers) == ["Refused", "UUID"]


def two_propose_a_pair(at: Offices, race: Race) -> None:
    """Each is harmless; both together are excluded."""
    answers = race(lambda: propose(at.first, "S05", Role.SYSTEM), lambda: propose(at.second, "S05", Role.AUDIT))
    assert kinds(answers) == ["Refused", "UUID"]
    held = RoleGrant.objects.filter(staff__staff_no="S05", ended_at=None).values_list("role", flat=True)
    assert clash(Role(role) for role in held) is None


def each_takes_the_other_away(at: Offices, race: Race) -> None:
    own = {no: RoleGrant.objects.get(staff__staff_no=no).public_id for no in ("A1", "A2")}
    race(lambda: roles.end_role(by=at.first, grant=own["A2"], reason="x", now=NOW),
         lambda: roles.end_role(by=at.second, grant=own["A1"], reason="x", now=NOW))  # fmt: skip
    assert RoleGrant.objects.filter(role="security", ended_at=None).count() == 1


def cover(at: Offices, giver: str, taker: str) -> Any:
    return covers.grant_cover(by=at.head, giver=id_of(giver), taker=id_of(taker), from_on=TODAY, to_on=TODAY,
                              reason="x", now=NOW)  # fmt: skip


def two_cover_each_other(at: Offices, race: Race) -> None:
    answers = race(lambda: cover(at, "S01", "S02"), lambda: cover(at, "S02", "S01"))
    assert kinds(answers) == ["Refused", "UUID"]
    assert len(viewer("S01").covered) + len(viewer("S02").covered) == 1


def two_stand_ins_for_one(at: Offices, race: Race) -> None:
    answers = race(lambda: cover(at, "S01", "S02"), lambda: cover(at, "S01", "S05"))
    assert kinds(answers) == ["Refused", "UUID"]


def two_end_a_cover(at: Offices, race: Race) -> None:
    made = cover(at, "S01", "S02")
    answers = race(*[lambda: covers.end_cover(by=at.head, cover=made, reason="x", now=NOW)] * 2)
    assert kinds(answers) == ["Conflict", "NoneType"]


PAIRS: tuple[Callable[[Offices, Race], None], ...] = (
    two_approve, one_approves_one_sends_back, two_propose_the_same, two_propose_a_pair, each_takes_the_other_away,
    two_cover_each_other, two_stand_ins_for_one, two_end_a_cover,
)  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_of_two_at_the_same_moment_one_decision_stands(pair, at: Offices, race: Race, gate_share: float):
    for _ in range(max(3, round(ROUNDS * gate_share))):
        wipe()
        pair(at, race)


def again_and_again(pair: Callable[[Offices, Race], None], at: Offices, race: Race) -> None:
    """Let the two meet until it goes wrong."""
    for _ in range(ROUNDS):
        wipe()
        pair(at, race)


@pytest.mark.parametrize("pair", [two_propose_a_pair, two_cover_each_other], ids=lambda pair: pair.__name__)
def test_without_the_locks_two_decisions_would_pass(pair, at: Offices, race: Race, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **asked: rows)
    with pytest.raises(AssertionError):
        again_and_again(pair, at, race)
