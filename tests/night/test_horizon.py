"""The coming working days of a keeper: what stands, what stays, what is kept free, and what no rule allows."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from guanhu.engine import tables
from guanhu.engine.lake import Lake
from guanhu.night import horizon
from guanhu.night.planning import plan_days
from guanhu.rules.days import SHIPPED_CALENDAR, WorkCalendar
from guanhu.rules.policy import SHIPPED
from tests.night.desks import DAY, KEEPER, TODAY, Branch, ahead, kinds, lines, short
from tests.night.test_planning import a_full_list, ago

pytestmark = [pytest.mark.slow, pytest.mark.long]

NEXT = SHIPPED_CALENDAR.next(TODAY)


@pytest.fixture
def branch(lake: Lake) -> Branch:
    made = Branch(lake)
    made.keeper()
    return made


def contacts(branch: Branch) -> list[dict[str, Any]]:
    """Everything planned, today's and later."""
    return [*lines(branch.lake), *ahead(branch.lake)]


# ---------------------------------------------------------------- what stands


@pytest.mark.practice("P58")
def test_a_promise_of_a_later_day_stands_on_it_by_the_way_that_was_promised(branch: Branch) -> None:
    thursday = TODAY + timedelta(days=2)
    branch.promise(branch.customer(1), "meeting", thursday)
    branch.reason(branch.customer(2), "large_move", 900_00, expires=TODAY + timedelta(days=9))
    branch.plan()
    there = [line for line in ahead(branch.lake) if line["day_on"] == thursday]
    assert [(line["customer"], line["channel"], line["agreed"], line["kinds"]) for line in there] == [
        (1, "meeting", True, ["promise"])
    ]


def test_a_promise_of_a_day_off_stands_on_the_working_day_after(branch: Branch) -> None:
    saturday, monday = date(2026, 11, 28), date(2026, 11, 30)
    branch.promise(branch.customer(1), "call", saturday)
    branch.plan()
    assert [(line["day_on"], line["agreed"]) for line in ahead(branch.lake)] == [(monday, True)]


def test_on_a_day_of_leave_nothing_is_planned(branch: Branch) -> None:
    branch.keeper("S02", leave=(NEXT, NEXT))
    for key in range(1, 30):
        branch.reason(branch.customer(key, keeper="S02"), "large_move", 100_00, expires=TODAY + timedelta(days=20))
    branch.plan()
    days = {line["day_on"] for line in ahead(branch.lake)}
    assert NEXT not in days
    assert SHIPPED_CALENDAR.next(NEXT) in days


@pytest.mark.practice("P127")
@pytest.mark.practice("P128")
def test_a_maturity_is_spoken_of_again_on_the_eve_and_on_its_day(branch: Branch) -> None:
    due = TODAY + timedelta(days=6)
    branch.reason(branch.customer(1), "maturity", 500_00, step="t-7", due=due, expires=due + timedelta(days=1))
    branch.plan()
    days = [line["day_on"] for line in contacts(branch)]
    assert days == [TODAY, SHIPPED_CALENDAR.previous(due), due]


def test_what_yesterday_planned_for_a_day_stays_on_it_where_nothing_speaks_against_it(branch: Branch) -> None:
    for key in range(1, 40):
        branch.reason(branch.customer(key), "large_move", 100_00, expires=TODAY + timedelta(days=30))
    branch.plan()
    first = {(line["customer"], line["day_on"], line["channel"]) for line in ahead(branch.lake)}
    for key in short(lines(branch.lake)):
        branch.contact(key[0], key[1], TODAY, own=True)
    for path in (tables.STAFF, tables.CUSTOMERS, tables.STANDINGS, tables.KEEPERS, tables.OPPORTUNITIES):
        branch.lake.write_rows(path, TODAY, branch.rows[path.path])
    branch.lake.write_rows(tables.OWN_CONTACTS, TODAY, branch.rows[tables.OWN_CONTACTS.path])
    branch.lake.write_rows(tables.CONSENTS, TODAY, branch.rows[tables.CONSENTS.path])
    plan_days(branch.lake, TODAY, branch.policy, SHIPPED_CALENDAR)
    again = {(row["customer"], row["day_on"], row["channel"]) for row in branch.lake.rows(tables.AHEAD, TODAY)}
    again |= {(row["customer"], row["day_on"], row["channel"]) for row in branch.lake.rows(tables.PLANS, TODAY)}
    assert len(first - again) <= len(first) // 10, sorted(first - again)


# ---------------------------------------------------------------- what is kept free, and what is never done


def test_of_later_days_a_part_is_kept_free_for_what_nobody_knows_yet(branch: Branch) -> None:
    a_full_list(branch)
    branch.plan()
    used = Counter((line["day_on"], line["channel"]) for line in contacts(branch))
    rooms = {(row["day_on"], row["channel"]): row["room"] for row in branch.lake.rows(tables.PRICES, DAY)}
    assert {channel: rooms[TODAY, channel] for channel in ("message", "call", "meeting")} == {
        "message": 30, "call": 20, "meeting": 5,
    }  # fmt: skip
    assert {channel: rooms[NEXT, channel] for channel in ("message", "call", "meeting")} == {
        "message": 26, "call": 18, "meeting": 4,
    }  # fmt: skip
    assert all(used[slot] <= room for slot, room in rooms.items())
    assert sum(used.values()) > 0.8 * sum(rooms.values()), "the days are used"
    planned = {(row["day_on"], row["channel"]): row["planned"] for row in branch.lake.rows(tables.PRICES, DAY)}
    assert planned == {slot: used[slot] for slot in rooms}


@pytest.mark.practice("P103")
@pytest.mark.practice("P116")
def test_no_plan_of_a_full_desk_breaks_a_rule_counted_by_hand(branch: Branch) -> None:
    """The second road: from the rows of the lake alone, without the product's own rules."""
    a_full_list(branch)
    branch.plan()
    every = contacts(branch)
    days = [TODAY]
    while len(days) < SHIPPED.horizon_days:
        days.append(SHIPPED_CALENDAR.next(days[-1]))
    place = {day: at for at, day in enumerate(days)}
    assert {line["day_on"] for line in every} <= set(days)
    assert len({(line["customer"], line["day_on"]) for line in every}) == len(every), "one channel a day"
    met: dict[int, list[int]] = defaultdict(list)
    for row in branch.rows[tables.CONTACTS.path]:
        back = sum(1 for at in range(1, 6) if SHIPPED_CALENDAR.add(TODAY, -at) > row["day_on"])
        met[row["customer"]].append(-1 - back)
    duties = {line["customer"] for line in every if line.get("task_group") == "duty"}
    for line in every:
        met[line["customer"]].append(place[line["day_on"]])
    for customer, at in met.items():
        if customer not in duties:
            assert all(sum(one - 4 <= other <= one for other in at) <= 2 for one in at if one >= 0), customer
    refused = {row["customer"] for row in branch.rows[tables.CONSENTS.path] if not row["granted"]}
    for line in every:
        told = set(kinds(line)) if "reasons" in line else set(line["kinds"])
        if line["customer"] in refused:
            assert not told & {"near_line", "outflow", "dormant"}, line
            assert told != {"routine"} or line["channel"] == "message", line


def test_what_may_not_be_done_today_may_be_planned_for_the_day_it_may(branch: Branch) -> None:
    branch.reason(branch.customer(1), "large_move", 900_00, due=DAY, expires=TODAY + timedelta(days=30))
    branch.contact(1, "call", ago(4), outcome="hung_up", seconds=5)
    assert branch.plan() == []
    first = min(line["day_on"] for line in ahead(branch.lake))
    assert first == SHIPPED_CALENDAR.on_or_after(ago(4) + timedelta(days=SHIPPED.cool_down_days["hung_up"]))


def test_a_year_nobody_has_announced_is_planned_by_weekdays(branch: Branch) -> None:
    """The last days of the horizon lie in a January without a calendar."""
    calendar = WorkCalendar(frozenset(), frozenset(), frozenset())
    branch.reason(branch.customer(1), "large_move", 900_00, expires=date(2027, 3, 1))
    branch.lay()
    made = plan_days(branch.lake, date(2026, 12, 30), branch.policy, calendar)
    assert made.today_alone == 0


def test_what_is_held_out_for_comparison_is_planned_on_no_day(branch: Branch) -> None:
    branch.reason(branch.customer(1), "near_line", 900_00, marketing=True, holdout=True)
    branch.reason(1, "large_move", 100_00, due=DAY)
    (line,) = branch.plan()
    assert kinds(line) == ["large_move"]
    assert {kind for one in ahead(branch.lake) for kind in one["kinds"]} <= {"large_move"}


@pytest.mark.practice("P63")
def test_who_was_dropped_for_a_time_is_planned_for_nothing_but_duties_until_then(branch: Branch) -> None:
    until = TODAY + timedelta(days=9)
    for key in (1, 2):
        branch.reason(branch.customer(key), "large_move", 900_00, expires=TODAY + timedelta(days=30))
        branch.add(tables.PAUSES, customer=key, keeper_no=KEEPER, from_on=TODAY, until_on=until)
    branch.reason(1, "complaint", 200_00, duty=True, due=DAY)
    (line,) = branch.plan()
    assert (line["customer"], kinds(line)) == (1, ["complaint"])
    assert {line["day_on"] > until for line in ahead(branch.lake) if line["customer"] == 2} == {True}


def test_what_another_keeper_dropped_is_planned_by_whoever_keeps_her_now(branch: Branch) -> None:
    branch.reason(branch.customer(1), "large_move", 900_00)
    branch.add(tables.PAUSES, customer=1, keeper_no="S77", from_on=TODAY, until_on=TODAY + timedelta(days=9))
    assert short(branch.plan()) == [(1, "meeting")]


# ---------------------------------------------------------------- the exact day stands in


def test_where_the_plan_of_many_days_fails_its_check_the_exact_day_stands_in(
    branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    branch.promise(branch.customer(1), "call")
    branch.reason(branch.customer(2), "large_move", 100_00)
    branch.lay()
    monkeypatch.setattr(horizon, "check", lambda problem, plan: ["名额超出"])
    made = plan_days(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR)
    assert (made.lines, made.ahead, made.today_alone) == (2, 0, 1)
    assert set(short(lines(branch.lake))) == {(1, "call"), (2, "meeting")}


def test_a_bank_with_a_cap_of_its_own_is_planned_by_the_exact_day(branch: Branch) -> None:
    branch.policy = replace(branch.policy, cap_contacts=1)
    branch.reason(branch.customer(1), "large_move", 100_00, due=DAY)
    branch.reason(branch.customer(2), "large_move", 100_00, due=DAY)
    branch.contact(2, "call", ago(1), outcome="no_answer")
    branch.lay()
    made = plan_days(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR)
    assert (made.ahead, made.today_alone) == (0, 1)
    assert [customer for customer, _ in short(lines(branch.lake))] == [1]


def test_more_than_can_be_weighed_at_once_keeps_what_is_worth_most(branch: Branch) -> None:
    key = branch.customer(1)
    for account in range(1, 21):
        branch.reason(key, "maturity", account * 10_00, step="t-30", due=TODAY + timedelta(days=29), account=account,
                      expires=TODAY + timedelta(days=30))  # fmt: skip
    (line,) = branch.plan()
    assert line["channel"] == "meeting"
    said = [reason["fen"] for reason in line["reasons"]]
    assert said == [account * 10_00 * 14 // 10 for account in range(20, 8, -1)]
