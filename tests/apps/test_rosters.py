"""The system's own lists: who belongs on each by the tables as they lie, and nobody else."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.ledgers.actions import undo
from guanhu.apps.customers.living import actions as living
from guanhu.apps.customers.living.queries import facts_of
from guanhu.apps.customers.living.shapes import FactWords
from guanhu.apps.people.queries import shown
from guanhu.apps.work.rosters.queries import OF_SERVICE, Roster, brought, roster, rosters_for, sizes
from guanhu.rules.access import Reach, Role, Viewer
from guanhu.rules.living import MARKS, FactKind, HeardFrom
from tests.apps.ledgers.brought import taken, written
from tests.cast import LI, SUN, WU, ZHAO, Cast
from tests.factories import NOW, TODAY, customer_row, opportunity_row, publish, standing_row

pytestmark = [pytest.mark.slow, pytest.mark.practice("P17")]
NEW, LEFT = 301, 302
ON: dict[Roster, set[int]] = {
    Roster.NEW: {NEW}, Roster.SILENT: {ZHAO, NEW}, Roster.MATURING: {LI}, Roster.BIRTHDAY: {ZHAO},
    Roster.NEAR_LINE: {LI, SUN}, Roster.OUTFLOW: set(), Roster.UNASKED: {NEW, SUN}, Roster.MARKED: {LI},
}  # fmt: skip
"""Who belongs on which list of B1."""


@pytest.fixture
def morning(cast: Cast) -> Cast:
    """A night after which everybody stands on some list, one customer came this month and one has left."""
    rows = [
        customer_row(NEW, name="新客", opened_on=date(2026, 11, 2)),
        customer_row(LEFT, opened_on=date(2026, 11, 2)),
    ]
    customers.take_in({"customers": rows})
    customers.Customer.objects.for_system("a test").filter(key=LEFT).update(left_on=TODAY)
    held = {"account": 1, "product_no": "P1", "kind": "deposit", "amount_fen": 1_000_000, "rate_bp": 150,
            "started_on": date(2025, 11, 25), "auto_renew": False}  # fmt: skip
    since = {ZHAO: TODAY - timedelta(91), LI: TODAY - timedelta(90), SUN: TODAY}
    publish(
        standings=[standing_row(key, last_contact_on=since.get(key)) for key in (ZHAO, LI, SUN, NEW, LEFT)],
        holdings=[
            {"customer": LI, "holding": 1, "matures_on": TODAY + timedelta(7), **held},
            {"customer": ZHAO, "holding": 2, "matures_on": TODAY + timedelta(8), **held},
            {"customer": SUN, "holding": 3, "matures_on": TODAY - timedelta(1), **held},
        ],
        opportunities=[
            opportunity_row(ZHAO, "dates"), opportunity_row(LI, "near_line"), opportunity_row(SUN, "near_line"),
            opportunity_row(LI, "outflow", expires_on=TODAY - timedelta(1)),
        ],
    )  # fmt: skip
    for kind in MARKS:
        mark(cast, kind)
    return cast


def mark(cast: Cast, kind: FactKind) -> None:
    """沈知微 marks 李建华; as a potential she takes it back again."""
    living.keep_fact(
        by=cast.shen, customer=cast.li, said=FactWords(kind, "常来问理财", HeardFrom.SEEN, TODAY), today=TODAY, now=NOW
    )
    if kind is FactKind.POTENTIAL:
        (kept,) = [one for one in facts_of(cast.shen, LI) if one.now.said.kind is kind]
        living.remove_fact(by=cast.shen, customer=cast.li, item=kept.item, version=kept.version, now=NOW)


def at(viewer: Viewer, reach: Reach, role: Role | None = None) -> Viewer:
    return replace(viewer, reach=reach, role=role or viewer.role)


def on(viewer: Viewer, which: Roster | UUID) -> set[Any]:
    book = roster(viewer, shown(viewer.branch_id), which)
    assert book
    return {row.public_id for row in book.rows}


def ids(keys: set[int]) -> set[Any]:
    rows = customers.Customer.objects.for_system("a test").filter(key__in=keys)
    return set(rows.values_list("public_id", flat=True))


def test_every_list_holds_whom_it_should_and_says_how_many(morning: Cast):
    head, now = at(morning.qin, Reach.BRANCH), shown(morning.qin.branch_id)
    for which, due in ON.items():
        assert on(head, which) == ids(due), which
        assert on(at(morning.shen, Reach.OWN), which) == ids(due - {SUN}), which
    assert {size.roster: (size.customers, size.beyond) for size in sizes(head, now)} == {
        which: (len(due), False) for which, due in ON.items()
    }
    assert WU not in {key for due in ON.values() for key in due}


def test_a_coach_reads_only_the_lists_that_tell_nothing_of_what_customers_have(morning: Cast):
    coach, now = at(morning.qin, Reach.BRANCH, Role.COACH), shown(morning.qin.branch_id)
    assert rosters_for(coach) == OF_SERVICE == tuple(size.roster for size in sizes(coach, now))
    assert [which for which in Roster if roster(coach, now, which)] == list(OF_SERVICE)


def test_a_long_list_goes_on_where_it_ended(morning: Cast):
    keys = range(1000, 1070)
    customers.take_in({"customers": [customer_row(key, opened_on=TODAY) for key in keys]})
    publish(standings=[standing_row(key, average_fen=key % 7) for key in keys])
    shen, now = at(morning.shen, Reach.OWN), shown(morning.shen.branch_id)
    first = roster(shen, now, Roster.NEW)
    assert first
    assert first.after == first.rows[-1].public_id
    rest = roster(shen, now, Roster.NEW, first.after)
    assert rest
    assert (len(first.rows), len(rest.rows), rest.after) == (50, 20, None)
    assert len({row.public_id for row in (*first.rows, *rest.rows)}) == 70


def test_a_list_brought_as_a_file_is_a_list_of_whom_it_tells_of_in_reach(morning: Cast, tmp_path: Path):
    shen, head = at(morning.shen, Reach.OWN), at(morning.qin, Reach.BRANCH)
    text = f"客户号,系统推荐\nC{ZHAO:06d},高潜\nC{LI:06d},高潜\nC{WU:06d},高潜\nC999999,高潜\n"
    first = taken(shen, written(tmp_path, text)).batch
    assert first
    assert on(shen, first) == on(head, first) == ids({ZHAO, LI})
    assert [(one.public_id, one.who, one.rows, one.customers) for one in brought(head)] == [
        (first, morning.shen.name, 4, 2)
    ]
    for stranger in (at(morning.zhou, Reach.OWN), at(morning.yan, Reach.OWN)):
        assert (brought(stranger), on(stranger, first)) == ((), set())


def test_a_customer_stands_on_every_list_that_told_something_new_of_her(morning: Cast, tmp_path: Path):
    shen, text = at(morning.shen, Reach.OWN), f"客户号,系统推荐\nC{ZHAO:06d},高潜\nC{LI:06d},高潜\n"
    first = taken(shen, written(tmp_path, text)).batch
    later = taken(shen, written(tmp_path, text.replace("高潜", "流失", 1), "another.csv"), hours=1).batch
    assert first
    assert later
    assert (on(shen, first), on(shen, later)) == (ids({ZHAO, LI}), ids({ZHAO}))
    assert [one.public_id for one in brought(shen)] == [later, first]
    undo(by=shen, batch=later, now=NOW)
    assert [one.public_id for one in brought(shen)] == [first]


def test_what_the_bank_brought_is_a_list_of_every_branch_and_none_of_a_coachs(morning: Cast, tmp_path: Path):
    whole = taken(None, written(tmp_path, f"客户号,系统推荐\nC{ZHAO:06d},高潜\nC{WU:06d},高潜\n")).batch
    assert whole
    assert on(at(morning.shen, Reach.OWN), whole) == ids({ZHAO})
    assert on(at(morning.yan, Reach.OWN), whole) == ids({WU})
    assert [one.who for one in brought(at(morning.yan, Reach.OWN))] == [""]
    coach = at(morning.qin, Reach.BRANCH, Role.COACH)
    assert brought(coach) == ()
    assert roster(coach, shown(coach.branch_id), whole) is None
