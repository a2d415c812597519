"""The night's plan out of the lake: who is on today's list, by which way, and why."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from guanhu.engine import tables
from guanhu.engine.lake import Lake
from guanhu.night import horizon
from guanhu.night.desks import desks_of
from guanhu.night.planning import Planned, PlanRefused, plan_days, plans_of
from guanhu.night.why import why
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.kinds import Channel, Tier, Withheld
from guanhu.rules.policy import SHIPPED
from tests.night.desks import DAY, KEEPER, TODAY, Branch, ahead, kinds, lines, short

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture
def branch(lake: Lake) -> Branch:
    made = Branch(lake)
    made.keeper()
    return made


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


# ---------------------------------------------------------------- who and how


@pytest.mark.practice("P128")
def test_a_maturity_of_tomorrow_is_a_duty_and_stands_first(branch: Branch) -> None:
    branch.reason(branch.customer(1), "large_move", 900_00, expires=TODAY)
    branch.reason(branch.customer(2), "maturity", 10_00, duty=True, step="t-1")
    first, second = branch.plan()
    assert (first["customer"], first["task_group"], first["place"]) == (2, "duty", 1)
    assert (second["customer"], second["task_group"]) == (1, "meeting")


def test_a_duty_is_done_by_voice_or_in_person_and_not_by_message(branch: Branch) -> None:
    branch.reason(branch.customer(1), "maturity", 10_00, duty=True, step="t0")
    (line,) = branch.plan()
    assert line["channel"] in ("call", "meeting")
    assert {other["channel"] for other in line["beat"]["channels"]} | {line["channel"]} == {
        "call",
        "meeting",
        "message",
    }


def test_money_that_leaves_is_spoken_about_and_not_written(branch: Branch) -> None:
    for key, kind in enumerate(("outflow", "large_move", "other_bank", "near_line"), 1):
        branch.reason(branch.customer(key), kind, 100_00)
    assert {channel for _, channel in short(branch.plan())} <= {"call", "meeting"}


@pytest.mark.practice("P136")
def test_a_birthday_is_wished_on_its_day(branch: Branch) -> None:
    branch.reason(branch.customer(1), "dates", 5_00, due=TODAY)
    branch.reason(branch.customer(2), "dates", 5_00, due=TODAY + timedelta(days=1))
    assert {customer for customer, _ in short(branch.plan())} == {1}


def test_one_customer_stands_on_the_list_once_with_all_reasons_together(branch: Branch) -> None:
    key = branch.customer(1)
    branch.reason(key, "near_line", 100_00, marketing=True, expires=TODAY)
    branch.reason(key, "large_move", 300_00, due=DAY, expires=TODAY)
    branch.reason(key, "dates", 5_00, marketing=True)
    (line,) = branch.plan()
    assert line["channel"] == "meeting"
    assert kinds(line) == ["large_move", "near_line"], "a birthday is no reason to meet"
    assert line["value_fen"] == (300_00 + 100_00) * 14 // 10
    assert {other["channel"]: other["value_fen"] for other in line["beat"]["channels"]} == {
        "call": 405_00, "message": 5_00 * 35 // 100,
    }  # fmt: skip
    assert line["beat"]["instead"] is None, "tomorrow it has passed"


def test_every_reason_carries_its_figures(branch: Branch) -> None:
    due = TODAY + timedelta(days=6)
    branch.reason(
        branch.customer(1), "maturity", 300_00, step="t-7", due=due, account=77, evidence={"product": "三年定期"}
    )
    (line,) = branch.plan()
    (reason,) = line["reasons"]
    figures = reason["figures"]
    assert (figures["due_on"], figures["step"], figures["account"]) == (due.isoformat(), "t-7", 77)
    assert figures["evidence"] == {"product": "三年定期"}
    assert (figures["with_contact_bp"], figures["without_bp"]) == (8200, 6500)


def test_a_promise_is_kept_by_the_way_that_was_promised(branch: Branch) -> None:
    branch.promise(branch.customer(1), "message")
    branch.promise(branch.customer(2), "meeting", due=ago(3))
    branch.promise(branch.customer(3), "call", due=TODAY + timedelta(days=1))
    plan = branch.plan()
    assert set(short(plan)) == {(1, "message"), (2, "meeting")}
    assert {line["task_group"] for line in plan} == {"duty"}


def test_a_reason_that_has_passed_is_not_mentioned(branch: Branch) -> None:
    branch.reason(branch.customer(1), "large_move", 100_00, expires=DAY)
    assert branch.plan() == []


# ---------------------------------------------------------------- what is not done


@pytest.mark.practice("P116")
@pytest.mark.parametrize("marketing", [False, None])
def test_without_consent_there_is_no_marketing(branch: Branch, marketing: bool | None) -> None:
    branch.reason(branch.customer(1, marketing=marketing), "near_line", 900_00, marketing=True)
    assert branch.plan() == []


def test_a_service_notice_stands_apart_from_a_refusal_of_marketing(branch: Branch) -> None:
    key = branch.customer(1, marketing=False)
    branch.reason(key, "near_line", 900_00, marketing=True)
    branch.reason(key, "maturity", 10_00, step="t-7", due=TODAY + timedelta(days=5))
    (line,) = branch.plan()
    assert kinds(line) == ["maturity"]


def test_a_later_refusal_wins_over_a_consent_and_a_later_consent_over_a_refusal(branch: Branch) -> None:
    for key, granted in ((1, True), (2, False)):
        branch.reason(branch.customer(key, marketing=granted), "near_line", 100_00, marketing=True)
        branch.consent(key, granted=not granted, on=date(2026, 6, 1), own=True)
    assert {customer for customer, _ in short(branch.plan())} == {2}


def test_a_refusal_wins_over_a_consent_of_the_same_day(branch: Branch) -> None:
    branch.reason(branch.customer(1, marketing=True), "near_line", 100_00, marketing=True)
    branch.consent(1, granted=False, own=True)
    assert branch.plan() == []


def test_a_consent_given_after_the_day_does_not_count_yet(branch: Branch) -> None:
    branch.reason(branch.customer(1, marketing=None), "near_line", 100_00, marketing=True)
    branch.consent(1, granted=True, on=TODAY)
    assert branch.plan() == []


@pytest.mark.practice("P196")
def test_an_open_complaint_silences_marketing_and_is_itself_a_duty(branch: Branch) -> None:
    key = branch.customer(1)
    branch.reason(key, "near_line", 900_00, marketing=True)
    branch.reason(key, "complaint", 200_00, duty=True, due=ago(1))
    branch.add(tables.COMPLAINTS, complaint=5, customer=key, opened_on=ago(1), closed_on=None)
    (line,) = branch.plan()
    assert kinds(line) == ["complaint"]
    assert line["task_group"] == "duty"


@pytest.mark.parametrize(("closed_days_ago", "lines_planned"), [(3, 0), (12, 0), (13, 1)])
def test_marketing_rests_fourteen_days_after_a_complaint(
    branch: Branch, closed_days_ago: int, lines_planned: int
) -> None:
    key = branch.customer(1)
    branch.reason(key, "near_line", 900_00, marketing=True)
    branch.add(tables.COMPLAINTS, complaint=5, customer=key, opened_on=ago(40), closed_on=ago(closed_days_ago))
    assert len(branch.plan()) == lines_planned


@pytest.mark.parametrize(("second", "lines_planned"), [(ago(3), 0), (ago(7), 1)])
def test_two_contacts_in_five_working_days_are_enough(branch: Branch, second: date, lines_planned: int) -> None:
    key = branch.customer(1)
    branch.reason(key, "large_move", 900_00, due=DAY)
    branch.contact(key, "call", ago(4), outcome="no_answer")
    branch.contact(key, "message", second, outcome="sent", own=True)
    assert len(branch.plan()) == lines_planned


def test_a_duty_is_exempt_from_the_cap(branch: Branch) -> None:
    key = branch.customer(1)
    branch.reason(key, "maturity", 900_00, duty=True, step="t0")
    branch.reason(key, "near_line", 900_00, marketing=True)
    for days in (3, 4):
        branch.contact(key, "message", ago(days), outcome="sent")
    (line,) = branch.plan()
    assert kinds(line) == ["maturity"], "what is no duty stays silent"


def test_a_contact_of_a_later_day_is_not_known_yet(branch: Branch) -> None:
    key = branch.customer(1)
    branch.reason(key, "large_move", 900_00, due=DAY)
    for _ in range(2):
        branch.contact(key, "call", TODAY)
    assert len(branch.plan()) == 1


@pytest.mark.parametrize(
    ("outcome", "days", "lines_planned"),
    [
        ("declined", 20, 0),
        ("declined", 29, 1),
        ("hung_up", 5, 0),
        ("hung_up", 6, 1),
        ("abused", 28, 0),
        ("no_answer", 0, 1),
    ],
)
def test_who_said_no_is_left_alone_for_a_while(branch: Branch, outcome: str, days: int, lines_planned: int) -> None:
    key = branch.customer(1)
    branch.reason(key, "large_move", 900_00, due=DAY)
    branch.contact(key, "call", ago(days), outcome=outcome, seconds=10)
    assert len(branch.plan()) == lines_planned


@pytest.mark.parametrize(("days", "lines_planned"), [(2, 0), (5, 0), (6, 1)])
def test_one_marketing_message_a_week(branch: Branch, days: int, lines_planned: int) -> None:
    key = branch.customer(1)
    branch.reason(key, "dates", 90_00, marketing=True)
    branch.contact(key, "message", ago(days), outcome="sent")
    plan = [channel for _, channel in short(branch.plan())]
    assert "message" not in plan or lines_planned == 1


def test_what_was_talked_about_is_not_brought_up_again(branch: Branch) -> None:
    for key, kind in ((1, "near_line"), (2, "near_line"), (3, "near_line"), (4, "large_move"), (5, "maturity")):
        branch.reason(branch.customer(key), kind, 500_00, step="t-7" if kind == "maturity" else None,
                      due=ago(10) if kind == "large_move" else TODAY + timedelta(days=3))  # fmt: skip
    branch.contact(1, "call", ago(20))
    branch.contact(2, "call", ago(20), seconds=59)
    branch.contact(3, "call", ago(40))
    branch.contact(4, "meeting", ago(8))
    branch.contact(5, "call", ago(10))
    soon = [*branch.plan(), *(line for line in ahead(branch.lake) if line["day_on"] < TODAY + timedelta(days=8))]
    told = {customer for customer, _ in short(soon)}
    assert told == {2, 3, 5}, "too short · a month ago · before T-7"


def test_tomorrows_confirmation_is_due_though_we_spoke_today(branch: Branch) -> None:
    key = branch.customer(1)
    branch.reason(key, "maturity", 500_00, step="t0", duty=True)
    branch.contact(key, "call", DAY)
    assert len(branch.plan()) == 1


def test_a_contact_soon_after_another_costs_something_and_says_so(branch: Branch) -> None:
    key = branch.customer(1)
    branch.reason(key, "large_move", 500_00, due=DAY, expires=TODAY)
    branch.contact(key, "message", ago(1), outcome="sent")
    (line,) = branch.plan()
    assert kinds(line) == ["large_move", "recent"]
    assert line["reasons"][1] == {
        "kind": "recent", "fen": -15_00, "figures": {"contacts": 1, "last_on": ago(1).isoformat(), "days": 5}
    }  # fmt: skip
    assert line["value_fen"] == 700_00 - 15_00


def test_what_can_wait_waits_until_it_disturbs_nobody(branch: Branch) -> None:
    branch.reason(branch.customer(1), "large_move", 500_00, due=DAY)
    branch.contact(1, "message", ago(1), outcome="sent")
    assert branch.plan() == []
    (later,) = ahead(branch.lake)
    assert later["day_on"] == SHIPPED_CALENDAR.add(SHIPPED_CALENDAR.on_or_before(ago(1)), SHIPPED.cap_working_days)
    assert later["value_fen"] == 700_00


def test_a_small_reason_is_not_worth_a_second_contact_in_a_week(branch: Branch) -> None:
    key = branch.customer(1)
    branch.reason(key, "large_move", 10_00, due=DAY)
    branch.contact(key, "message", ago(1), outcome="sent")
    assert branch.plan() == []


# ---------------------------------------------------------------- the rhythm of service


@pytest.mark.practice("P56")
def test_the_routine_follows_the_tier(branch: Branch) -> None:
    branch.policy = SHIPPED
    for key, tier in ((1, "A"), (2, "B"), (3, "C")):
        branch.customer(key, tier)
    assert set(short(branch.plan())) == {(1, "meeting"), (2, "call"), (3, "message")}


def test_a_call_stands_in_for_the_message_that_is_due_when_messages_run_out(branch: Branch) -> None:
    branch.policy = SHIPPED
    branch.keeper("S02", post="teller")
    branch.customer(1, "A", keeper="S02")
    branch.promise(branch.customer(2, "C", keeper="S02"), "message")
    branch.contact(1, "call", ago(10))
    branch.contact(1, "meeting", ago(20))
    plan = branch.plan()
    assert set(short(plan)) == {(1, "call"), (2, "message")}
    assert plan[1]["reasons"][0]["figures"]["evidence"] == {"tier": "A", "touch": "message", "every_days": 7}


@pytest.mark.practice("P265")
@pytest.mark.practice("P266")
@pytest.mark.parametrize(
    ("tier", "marketing", "planned"),
    [("C", False, "message"), ("B", False, "message"), ("B", None, "call"), ("A", False, "message")],
)
def test_who_refused_marketing_still_gets_his_service_message_and_no_call(
    branch: Branch, tier: str, marketing: bool | None, planned: str
) -> None:
    branch.policy = SHIPPED
    branch.customer(1, tier, marketing=marketing)
    assert short(branch.plan()) == [(1, planned)]


def test_who_refused_service_is_left_alone(branch: Branch) -> None:
    branch.policy = SHIPPED
    branch.consent(branch.customer(1, "C"), granted=False, purpose="service")
    assert branch.plan() == []


# ---------------------------------------------------------------- how much


@pytest.mark.practice("P53")
@pytest.mark.practice("P57")
def test_the_quota_follows_list_post_and_presence(branch: Branch) -> None:
    branch.keeper("S02", post="teller")
    branch.keeper("S03", leave=(ago(1), TODAY))
    branch.keeper("S04", leave=(ago(9), ago(1)))
    branch.keeper("S05", leave=(TODAY, None))
    for key in range(300):
        for number, keeper in enumerate((KEEPER, "S02", "S03", "S04", "S05")):
            branch.customer(1000 * number + key, keeper=keeper, marketing=None)
    branch.plan()
    asked = {(row["keeper_no"], row["channel"]): row["quota"] for row in branch.lake.rows(tables.QUOTAS, DAY)}
    full = {"message": 15, "call": 10, "meeting": 3}
    assert {channel: asked[KEEPER, channel] for channel in full} == full
    assert {channel: asked["S02", channel] for channel in full} == {"message": 6, "call": 4, "meeting": 1}
    assert {asked[keeper, channel] for keeper in ("S03", "S05") for channel in full} == {0}
    assert asked["S04", "call"] == 10, "back from leave"


def test_who_is_on_leave_has_no_list(branch: Branch) -> None:
    branch.keeper("S02", leave=(TODAY, TODAY))
    branch.reason(branch.customer(1, keeper="S02"), "maturity", 900_00, duty=True, step="t0")
    assert branch.plan() == []


def a_full_list(branch: Branch, *, shuffled: int = 0) -> None:
    """600 customers, many with reasons, laid in some order."""
    rng = random.Random(5)
    branch.policy = SHIPPED
    for key in range(1, 601):
        branch.customer(key, "A" if key <= 120 else "B" if key <= 300 else "C", marketing=key % 7 != 0)
        if key % 5 == 0:
            branch.reason(
                key, rng.choice(("near_line", "outflow", "dormant")), rng.randrange(1, 900_00), marketing=True
            )
        if key % 60 == 0:
            branch.reason(key, "maturity", rng.randrange(1, 900_00), duty=True, step="t0", account=key)
        if key % 3 == 0:
            branch.contact(key, rng.choice(("call", "message", "meeting")), ago(rng.randrange(0, 60)))
    if shuffled:
        for rows in branch.rows.values():
            random.Random(shuffled).shuffle(rows)


def worth_of(branch: Branch) -> int:
    """What everything planned is worth."""
    return sum(line["value_fen"] for line in (*lines(branch.lake), *ahead(branch.lake)))


@pytest.mark.slow
@pytest.mark.practice("P52")
def test_a_full_list_fills_the_day_and_every_line_adds_up(branch: Branch) -> None:
    a_full_list(branch)
    plan = branch.plan()
    used = [line["channel"] for line in plan]
    assert [used.count(channel) for channel in ("meeting", "call", "message")] == [5, 20, 30]
    assert len({line["customer"] for line in plan}) == 55
    assert all(sum(reason["fen"] for reason in line["reasons"]) == line["value_fen"] for line in plan)
    assert all(line["value_fen"] >= line["price_fen"] for line in plan if line["task_group"] != "duty")
    (gap_fen,) = {line["beat"]["gap_fen"] for line in plan}
    assert 0 <= gap_fen <= worth_of(branch) // 250, "proven to within four thousandths"
    assert sum(line["task_group"] == "duty" for line in plan) == 10


@pytest.mark.slow
def test_there_is_one_ranking_by_group_then_value_then_number(branch: Branch) -> None:
    a_full_list(branch)
    plan = branch.plan()
    groups = ["duty", "meeting", "call", "message"]
    order = [(groups.index(line["task_group"]), -line["value_fen"], line["customer"]) for line in plan]
    assert order == sorted(order)
    assert [line["place"] for line in plan] == list(range(1, len(plan) + 1))


@pytest.mark.slow
def test_the_same_night_twice_and_in_another_order_gives_the_same_digest(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    digests = set()
    for shuffled in (0, 0, 1, 2):
        branch = Branch(Lake(tmp_path_factory.mktemp("lake")))
        branch.keeper()
        a_full_list(branch, shuffled=shuffled)
        branch.plan()
        digests.add((branch.lake.digest(tables.PLANS, DAY), branch.lake.digest(tables.QUOTAS, DAY)))
    assert len(digests) == 1


def test_duties_beyond_the_quota_are_reported(branch: Branch) -> None:
    branch.keeper("S02", post="teller")
    for key in range(1, 5):
        branch.reason(branch.customer(key, keeper="S02"), "maturity", key * 100_00, duty=True, step="t0")
    branch.plan()
    desks = desks_of(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR)
    (made,) = plans_of(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR, desks)
    left = {made.offers.numbers[who] for who in made.left}
    assert left == {"C00001", "C00002"}, "one call and one meeting go to the two worth most"
    (message,) = [line for line in lines(branch.lake) if line["task_group"] == "message"]
    assert message["customer"] == 2, "the next one gets at least a notice"


def test_keepers_are_planned_apart(branch: Branch) -> None:
    branch.keeper("S02")
    branch.reason(branch.customer(1), "large_move", 100_00)
    branch.reason(branch.customer(2, keeper="S02"), "large_move", 50_00)
    told: list[tuple[int, int]] = []
    branch.lay()
    made = plan_days(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR, on_keeper=lambda n, of: told.append((n, of)))
    assert (made.lines, made.today_alone) == (2, 0)
    assert [(line["keeper_no"], line["place"]) for line in lines(branch.lake)] == [(KEEPER, 1), ("S02", 1)]
    assert told == [(1, 2), (2, 2)]


def test_who_is_not_measured_that_day_is_on_no_list(branch: Branch) -> None:
    branch.reason(branch.customer(1), "large_move", 100_00)
    branch.rows[tables.STANDINGS.path].clear()
    assert branch.plan() == []


def test_an_empty_lake_gives_an_empty_plan(lake: Lake) -> None:
    assert plan_days(lake, DAY, SHIPPED, SHIPPED_CALENDAR) == Planned(0, 0, 0)
    assert lake.has(tables.PLANS, DAY)


def test_a_plan_that_fails_its_check_is_not_written(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    branch.reason(branch.customer(1), "large_move", 100_00)
    before = branch.plan()
    monkeypatch.setattr(horizon, "check", lambda problem, plan: ["名额超出"])
    monkeypatch.setattr(horizon.dayplan, "check", lambda problem, plan: ["配额超出"])
    with pytest.raises(PlanRefused, match="配额超出"):
        plan_days(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR)
    assert lines(branch.lake) == before


# ---------------------------------------------------------------- why


def ask(branch: Branch, key: int) -> object:
    return why(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR, customer=key)


def test_why_says_what_the_line_beat_and_what_was_withheld(branch: Branch) -> None:
    branch.reason(branch.customer(1), "large_move", 100_00)
    branch.reason(1, "near_line", 900_00, marketing=True)
    branch.consent(1, granted=False, on=DAY, own=True)
    branch.reason(branch.customer(2), "large_move", 50_00)
    branch.plan()
    told = why(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR, customer=1)
    assert told is not None
    assert (told.keeper_no, told.chosen) == (KEEPER, True)
    assert ("near_line", Channel.CALL, Withheld.CONSENT) in told.withheld


def test_why_says_who_has_only_reasons_that_may_not_count(branch: Branch) -> None:
    branch.reason(branch.customer(1, marketing=False), "near_line", 900_00, marketing=True)
    branch.plan()
    told = why(branch.lake, DAY, branch.policy, SHIPPED_CALENDAR, customer=1)
    assert told is not None
    assert not told.chosen
    assert {barred[2] for barred in told.withheld} == {Withheld.CONSENT}


def test_why_knows_nothing_of_who_has_no_reason(branch: Branch) -> None:
    branch.customer(1)
    branch.plan()
    assert ask(branch, 1) is None


# ---------------------------------------------------------------- the next night


@pytest.mark.parametrize(("outcome", "seconds", "again"), [("booked", 180, False), ("no_answer", 0, True)])
def test_what_was_recorded_today_changes_tomorrows_plan(
    branch: Branch, outcome: str, seconds: int, again: bool
) -> None:
    branch.reason(branch.customer(1), "near_line", 900_00, marketing=True)
    assert len(branch.plan()) == 1
    branch.contact(1, "call", DAY, outcome=outcome, seconds=seconds, own=True)
    assert (len(branch.plan()) == 1) is again


def test_tiers_named_in_the_policy_are_those_of_the_rhythm() -> None:
    assert set(SHIPPED.frequencies) == set(Tier)


@pytest.mark.practice("P55")
def test_what_was_agreed_with_customers_stands_however_many_they_are(branch: Branch) -> None:
    """One meeting a day is the quota of so short a list; three were promised, and a maturity of more value came."""
    for key in (1, 2, 3):
        branch.promise(branch.customer(key), "meeting")
    assert [way for _, way in short(branch.plan())].count("meeting") == 3


def test_a_promised_call_is_not_made_a_meeting_by_a_worthier_reason(branch: Branch) -> None:
    branch.promise(branch.customer(1), "call")
    branch.reason(1, "maturity", 900_00, step="t0", due=TODAY, duty=True)
    assert short(branch.plan()) == [(1, "call")]


def test_a_promised_message_does_not_keep_a_duty_from_being_done(branch: Branch) -> None:
    branch.promise(branch.customer(1), "message")
    branch.reason(1, "maturity", 900_00, step="t0", due=TODAY, duty=True)
    assert [way for _, way in short(branch.plan())] != ["message"]


def test_who_is_away_keeps_no_appointments(branch: Branch) -> None:
    branch.keeper("S09", leave=(TODAY, TODAY))
    branch.promise(branch.customer(1, keeper="S09"), "meeting")
    assert branch.plan() == []
