"""A head arranges who keeps an absent colleague's customers; it opens and closes by itself, at midnight."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from guanhu.apps.customers.models import Customer
from guanhu.apps.people.actions import take_in
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.models import Cover, Staff
from guanhu.apps.people.policy import in_force
from guanhu.apps.people.queries import covers_as_of
from guanhu.apps.people.rights import queries as rights
from guanhu.apps.people.rights.actions import covers
from guanhu.apps.work import queries
from guanhu.rules.access import GRANTS, Denied, Permission, Role
from guanhu.rules.kinds import Tenure
from tests import offices as people
from tests.audit.conftest import entries
from tests.cast import LI, SUN, ZHAO, Cast
from tests.factories import NOW, TODAY
from tests.offices import Offices, id_of, viewer

pytestmark = pytest.mark.slow
ONE = timedelta(days=1)
NOBODY = UUID(int=7)


def cover(by: Any, giver: str = "S01", taker: str = "S02", *, days: int = 3, now: datetime = NOW, **given: Any) -> UUID:
    """周予安 keeps 沈知微's customers from today on, unless told otherwise."""
    first = given.pop("from_on", TODAY)
    told = {"giver": id_of(giver), "taker": id_of(taker), "from_on": first, "to_on": first and first + (days - 1) * ONE,
            "reason": "休假", **given}  # fmt: skip
    return covers.grant_cover(by=by, now=now, **told)


def kept_by(staff_no: str, now: datetime = NOW) -> set[int]:
    """Whose files open for a colleague at this moment."""
    return set(Customer.objects.seen_by(viewer(staff_no, now)).values_list("key", flat=True))


def test_a_stand_in_sees_the_customers_of_whom_she_covers_and_works_on_them(offices: Offices, cast: Cast):
    assert kept_by("S02") == {SUN}
    cover(offices.head)
    assert kept_by("S02") == {SUN, ZHAO, LI}
    assert queries.brief(viewer("S02"), cast.zhao) is not None


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        (datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 16, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 26, 15, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 26, 16, 0, 0, tzinfo=UTC), False),
    ],
    ids=["the evening before", "midnight", "the last evening", "the midnight after"],
)
def test_a_cover_begins_and_ends_at_midnight_in_the_branch(moment: datetime, open_: bool, offices: Offices):
    cover(offices.head, now=NOW - 5 * ONE)
    assert (kept_by("S02", moment) == {SUN, ZHAO, LI}) is open_


@pytest.mark.practice("P57")
def test_the_night_is_told_who_stands_in_from_the_next_day_on(offices: Offices):
    made = cover(offices.head, days=2)
    told = {"giver_no": "S01", "taker_no": "S02", "from_on": TODAY, "to_on": TODAY + ONE}
    assert covers_as_of(TODAY) == [told]
    assert covers_as_of(TODAY + ONE) == []
    covers.end_cover(by=offices.head, cover=made, reason="提前回来", now=NOW)
    assert covers_as_of(TODAY) == []


def test_a_cover_ended_closes_with_the_next_request(offices: Offices):
    made = cover(offices.head)
    covers.end_cover(by=offices.head, cover=made, reason="提前回来", now=NOW)
    assert kept_by("S02") == {SUN}


def test_an_administrative_role_covers_nobody(offices: Offices):
    cover(offices.head, taker="A4")
    assert viewer("A4").covered == ()
    assert viewer("A4", role=Role.COUNTER).covered == (Staff.objects.get(staff_no="S01").pk,)


REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "for oneself": ({"taker": "S01"}, Refused, "taker"),
    "from yesterday": ({"from_on": TODAY - ONE}, Refused, "from_on"),
    "from no day": ({"from_on": None, "to_on": TODAY}, Refused, "from_on"),
    "backwards": ({"days": 0}, Refused, "to_on"),
    "longer than the bank allows": ({"days": 31}, Refused, "to_on"),
    "without a reason": ({"reason": " "}, Refused, "reason"),
    "of a colleague of another branch": ({"giver": "S03"}, Invisible, ""),
    "by a colleague of another branch": ({"taker": "S03"}, Invisible, ""),
    "by who keeps no customers": ({"taker": "A1"}, Refused, "taker"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_cover_that_cannot_be_is_refused_with_its_field(case: str, offices: Offices):
    given, kind, field = REFUSED[case]
    with pytest.raises(kind) as refused:
        cover(offices.head, **given)
    if field:
        assert set(refused.value.errors) == {field}
    assert not Cover.objects.exists()


def test_the_longest_cover_is_the_banks_number(offices: Offices):
    with override_settings(GUANHU_POLICY=replace(in_force(), cover_days=5)), pytest.raises(Refused, match="最多 5 天"):
        cover(offices.head, days=6)
    assert cover(offices.head, days=30)


@pytest.mark.parametrize(
    ("giver", "taker", "first", "field"),
    [
        ("S01", "S05", TODAY + 2 * ONE, "giver"), ("S01", "S05", TODAY + 3 * ONE, ""), ("S02", "S05", TODAY, "giver"),
        ("S02", "S01", TODAY, "taker"), ("S05", "S01", TODAY, "taker"), ("S05", "S02", TODAY, ""),
    ],
    ids=["a second stand-in", "the day after", "a chain", "a circle", "by who is away", "two by one"],
)  # fmt: skip
def test_covers_that_help_nobody_are_refused(giver: str, taker: str, first: Any, field: str, offices: Offices):
    cover(offices.head)
    if not field:
        assert cover(offices.head, giver, taker, from_on=first)
        return
    with pytest.raises(Refused) as refused:
        cover(offices.head, giver, taker, from_on=first)
    assert set(refused.value.errors) == {field}


def test_an_ended_cover_stands_in_nobodys_way(offices: Offices):
    covers.end_cover(by=offices.head, cover=cover(offices.head), reason="改人", now=NOW)
    assert cover(offices.head, taker="S05")


def test_who_is_on_leave_does_not_stand_in(offices: Offices):
    Staff.objects.filter(staff_no="S02").update(leave_from_on=TODAY + 2 * ONE, leave_to_on=TODAY + 9 * ONE)
    assert cover(offices.head, days=2)
    with pytest.raises(Refused, match="休假"):
        cover(offices.head, "S05", "S02")


@pytest.mark.parametrize("role", [role for role in Role if role not in GRANTS[Permission.COVER_WRITE]])
def test_only_a_head_arranges_covers(role: Role, offices: Offices):
    with pytest.raises(Denied):
        cover(replace(offices.head, role=role))


def test_a_head_ends_no_cover_of_another_branch(offices: Offices):
    made = cover(offices.head)
    with pytest.raises(Invisible):
        covers.end_cover(by=offices.other_head, cover=made, reason="x", now=NOW)
    with pytest.raises(Invisible):
        covers.end_cover(by=offices.head, cover=NOBODY, reason="x", now=NOW)


def test_what_is_over_cannot_be_ended_again(offices: Offices):
    made = cover(offices.head)
    with pytest.raises(Refused):
        covers.end_cover(by=offices.head, cover=made, reason="x", now=NOW + 3 * ONE)
    with pytest.raises(Refused):
        covers.end_cover(by=offices.head, cover=made, reason="", now=NOW)
    covers.end_cover(by=offices.head, cover=made, reason="x", now=NOW)
    with pytest.raises(Conflict, match="秦岚 已先结束"):
        covers.end_cover(by=offices.head, cover=made, reason="x", now=NOW)


def test_the_page_of_a_head_holds_her_own_branchs_covers_alone(offices: Offices):
    running, ended = cover(offices.head, "S05", "S02"), cover(offices.head)
    coming = cover(offices.head, from_on=TODAY + 9 * ONE)
    covers.end_cover(by=offices.head, cover=ended, reason="提前回来", now=NOW)
    told = rights.covers(offices.head, TODAY)
    shown = [[row.public_id for row in rows] for rows in (told.running, told.coming, told.past)]
    assert shown == [[running], [coming], [ended]]
    assert {who.staff_no for who in told.colleagues} == {row["staff_no"] for row in people.STAFF
                                                         if row["branch_no"] == "B1"}  # fmt: skip
    other = rights.covers(offices.other_head, TODAY)
    assert (other.running, other.coming, other.past) == ((), (), ())
    assert rights.covers(viewer("S01"), TODAY).colleagues == ()
    later = rights.covers(offices.head, TODAY + 20 * ONE)
    assert [(row.public_id, row.tenure) for row in later.past] == [
        (coming, Tenure.EXPIRED), (ended, Tenure.ENDED), (running, Tenure.EXPIRED),
    ]  # fmt: skip


def test_who_moves_to_another_branch_covers_nobody_any_more(offices: Offices):
    cover(offices.head)
    cover(offices.head, "S05", "S02")
    moved = [{**row, "branch_no": "B2"} if row["staff_no"] == "S02" else row for row in people.STAFF]
    take_in([], moved)
    assert viewer("S02").covered == ()
    assert {row.ended_because for row in Cover.objects.all()} == {"调往其他网点"}


def test_the_customers_of_who_left_stay_with_her_stand_in(offices: Offices):
    cover(offices.head)
    take_in([], [row for row in people.STAFF if row["staff_no"] != "S01"])
    assert kept_by("S02") == {SUN, ZHAO, LI}


@pytest.mark.parametrize(
    "given", [{"taker": "S01"}, {"to_on": TODAY - ONE}, {"reason": ""}], ids=["oneself", "backwards", "no reason"]
)
def test_the_database_holds_the_same_line_by_itself(given: dict[str, Any], offices: Offices):
    at = {no: Staff.objects.get(staff_no=no) for no in ("S01", "S02", "S04")}
    told = {name: at.get(value, value) if isinstance(value, str) else value for name, value in given.items()}
    row = {"giver": at["S01"], "taker": at["S02"], "from_on": TODAY, "to_on": TODAY, "reason": "x",
           "granted_by": at["S04"], "granted_at": NOW, **told}  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Cover.objects.create(**row)


def test_a_cover_and_its_end_are_on_the_trail(offices: Offices):
    covers.end_cover(by=offices.head, cover=cover(offices.head), reason="提前回来", now=NOW)
    arranged, ended = entries("B1")[-2:]
    assert (arranged["actor"], arranged["action"], arranged["told"]["id"]) == ("S04", "cover", "S01")
    assert arranged["told"]["after"] == {"taker": "S02", "from_on": "2026-11-24", "to_on": "2026-11-26"}
    assert (ended["action"], ended["told"]["reason"]) == ("cover_end", "提前回来")
