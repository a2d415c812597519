from datetime import date, timedelta
from typing import Any

import pytest

from guanhu.rules.days import SHIPPED_CALENDAR, day_number
from guanhu.rules.kinds import MaturityStep, Reason, SignalKind, Tier
from guanhu.rules.policy import SHIPPED, WAN, Policy
from guanhu.rules.signals import (
    adjusted_net_yuan,
    branch_share_ppm,
    dormant_line_days,
    expires_day,
    is_date_near,
    is_dormant,
    is_duty,
    is_fraud_check,
    is_large_move,
    is_marketing,
    is_maturity_duty,
    is_other_bank,
    is_outflow,
    maturity_expires_day,
    maturity_step,
    silent_days,
    usual_gap_days,
)

CALENDAR = SHIPPED_CALENDAR


def _step(matures: str, today: str, *, renews: bool | None = False) -> Any:
    around = CALENDAR.around(date.fromisoformat(today))
    return maturity_step(day_number(date.fromisoformat(matures)), renews, around, SHIPPED)


# ---------------------------------------------------------------- 到期


@pytest.mark.practice("P127")
@pytest.mark.practice("P128")
@pytest.mark.practice("P129")
@pytest.mark.parametrize(
    ("matures", "step"),
    [
        ("2026-12-25", None),
        ("2026-12-24", "t-30"),
        ("2026-12-02", "t-30"),
        ("2026-12-01", "t-7"),
        ("2026-11-26", "t-7"),
        ("2026-11-25", "t-1"),
        ("2026-11-24", "t0"),
        ("2026-11-23", "t+1"),
        ("2026-11-22", None),
    ],
)
def test_a_maturity_walks_its_timeline_counted_to_today(matures: str, step: str | None) -> None:
    assert _step(matures, "2026-11-24") == step


@pytest.mark.practice("P128")
@pytest.mark.parametrize(
    ("matures", "friday", "monday"),
    [
        ("2026-11-19", "t+1", None),
        ("2026-11-20", "t0", "t+1"),
        ("2026-11-21", "t0", "t+1"),
        ("2026-11-22", "t0", "t+1"),
        ("2026-11-23", "t-1", "t0"),
        ("2026-11-24", "t-7", "t-1"),
    ],
)
def test_around_a_weekend_no_step_is_lost(matures: str, friday: str | None, monday: str | None) -> None:
    assert (_step(matures, "2026-11-20"), _step(matures, "2026-11-23")) == (friday, monday)


@pytest.mark.practice("P128")
def test_over_the_national_holiday_each_maturity_is_confirmed_before_and_called_back_after() -> None:
    for day in range(1, 8):
        matures = f"2026-10-0{day}"
        assert (_step(matures, "2026-09-30"), _step(matures, "2026-10-08")) == ("t0", "t+1")
    assert _step("2026-10-08", "2026-09-30") == "t-1"
    assert _step("2026-09-30", "2026-10-08") == "t+1"


def _moved(matures: date) -> dict[date, str]:
    """The three moments as the practice states them, one by one: the slow road."""
    moments = {CALENDAR.on_or_after(matures + timedelta(days=1)): "t+1"}
    moments.setdefault(CALENDAR.on_or_before(matures - timedelta(days=1)), "t-1")
    moments[CALENDAR.on_or_before(matures)] = "t0"
    return moments


@pytest.mark.practice("P129")
@pytest.mark.slow
def test_comparing_ranges_says_the_same_as_moving_each_moment() -> None:
    duties = {"t-1", "t0", "t+1"}
    day = date(2026, 1, 1)
    while day <= date(2026, 12, 31):
        if CALENDAR.is_working(day):
            for left in range(-12, 13):
                matures = day + timedelta(days=left)
                told = _step(matures.isoformat(), day.isoformat())
                assert (told if told in duties else None) == _moved(matures).get(day), (day, matures)
        day += timedelta(days=1)


def test_what_renews_by_itself_is_told_before_and_not_called_back() -> None:
    assert [_step("2026-11-24", day, renews=True) for day in ("2026-11-23", "2026-11-24", "2026-11-25")] == [
        "t-1",
        "t0",
        None,
    ]
    assert _step("2026-11-23", "2026-11-24", renews=None) == "t+1"


def test_a_sum_without_a_maturity_has_no_step() -> None:
    assert maturity_step(None, None, CALENDAR.around(date(2026, 11, 24)), SHIPPED) is None
    assert maturity_expires_day(None, CALENDAR.around(date(2026, 11, 24))) is None


def test_the_last_three_steps_are_duties() -> None:
    assert [step for step in MaturityStep if is_maturity_duty(step)] == ["t-1", "t0", "t+1"]
    assert not is_maturity_duty(None)


def test_a_maturity_is_on_the_list_until_its_call_back() -> None:
    for today in (date(2026, 9, 30), date(2026, 11, 20), date(2026, 11, 24)):
        around = CALENDAR.around(today)
        for n in range(-1, 31):
            matures = today + timedelta(days=n)
            if day_number(matures) >= around.previous_day:
                told = maturity_expires_day(day_number(matures), around)
                assert told == day_number(CALENDAR.on_or_after(matures + timedelta(days=1)))


# ---------------------------------------------------------------- 异动


@pytest.mark.practice("P134")
@pytest.mark.parametrize(
    ("wan", "average_wan", "large"),
    [
        (5, 16, True),
        (5, 17, False),
        (-5, 10, True),
        (4.99, 0, False),
        (20, 900, True),
        (19.99, 900, False),
        (5, 0, True),
    ],
)
def test_a_movement_is_large_for_this_customer_or_for_anyone(wan: float, average_wan: int, large: bool) -> None:
    assert is_large_move(round(wan * WAN), average_wan * WAN, SHIPPED) is large


def test_no_movement_is_never_large() -> None:
    assert not is_large_move(None, None, SHIPPED)


# ---------------------------------------------------------------- 流失


def _leaves(net: int, average: int, months: list[int], branch: float = 0.0, *, policy: Policy = SHIPPED) -> Any:
    """Does it speak, all in yuan: the last 30 days against closed months, the branch moving by a share."""
    adjusted = adjusted_net_yuan(net * 100, average * 100, round(branch * 1_000_000))
    return is_outflow(net * 100, adjusted, average * 100, len(months), sum(months), sum(m * m for m in months), policy)


QUIET = [900, -1_100, 300, -400, 700, -200]


@pytest.mark.practice("P138")
def test_a_customer_who_moves_a_third_of_the_money_away_is_seen() -> None:
    assert _leaves(-100_000, 300_000, QUIET)


@pytest.mark.practice("P138")
def test_less_than_a_tenth_of_the_assets_is_not_called_leaving() -> None:
    assert not _leaves(-29_999, 300_000, QUIET)
    assert _leaves(-30_000, 300_000, QUIET)


@pytest.mark.practice("P138")
def test_who_always_moves_much_is_not_accused_of_a_usual_month() -> None:
    assert not _leaves(-100_000, 300_000, [90_000, -110_000, 120_000, -80_000, 100_000, -90_000])


@pytest.mark.practice("P138")
def test_a_season_of_the_whole_branch_accuses_nobody() -> None:
    assert _leaves(-60_000, 300_000, QUIET, branch=0.0)
    assert not _leaves(-60_000, 300_000, QUIET, branch=-0.2)
    assert _leaves(-120_000, 300_000, QUIET, branch=-0.2)


@pytest.mark.practice("P138")
def test_staying_out_of_the_branch_s_growth_is_not_leaving() -> None:
    assert not _leaves(0, 300_000, QUIET, branch=0.5)
    assert not _leaves(5_000, 300_000, QUIET, branch=0.5)


def test_with_fewer_than_six_months_nobody_knows_what_is_usual() -> None:
    assert not _leaves(-100_000, 300_000, [0] * 5)
    assert _leaves(-100_000, 300_000, [0] * 6)


def test_unknown_flows_are_none() -> None:
    assert not is_outflow(None, None, None, None, None, None, SHIPPED)
    assert not _leaves(-100_000, 0, QUIET)


@pytest.mark.practice("P138")
def test_three_deviations_is_the_line_exactly() -> None:
    months = [10_000, -10_000] * 3
    assert not _leaves(-29_999, 100_000, months)
    assert _leaves(-30_000, 100_000, months)


def test_a_branch_s_movement_is_its_flow_over_its_assets() -> None:
    assert branch_share_ppm(-200 * WAN, 1_000 * WAN) == -200_000
    assert branch_share_ppm(-1, 100) == -1_000_000
    assert branch_share_ppm(500, 0) == branch_share_ppm(500, None) == 0
    assert branch_share_ppm(None, 1_000 * WAN) == 0


def test_taking_the_branch_away_rounds_down_to_whole_yuan() -> None:
    assert adjusted_net_yuan(-50_00, 100_00, 0) == -50
    assert adjusted_net_yuan(-50_01, 100_00, 0) == -51
    assert adjusted_net_yuan(-50_00, 100_00, -200_000) == -30
    assert adjusted_net_yuan(None, None, None) == 0


# ---------------------------------------------------------------- 睡眠


@pytest.mark.practice("P197")
@pytest.mark.parametrize(("tier", "line"), [(Tier.A, 60), (Tier.B, 90), (Tier.C, 180), (None, 180)])
def test_how_long_a_customer_may_be_silent_goes_by_tier(tier: Tier | None, line: int) -> None:
    assert is_dormant(line, tier, None, SHIPPED)
    assert not is_dormant(line - 1, tier, None, SHIPPED)


@pytest.mark.practice("P197")
def test_who_comes_seldom_by_habit_is_given_twice_the_own_gap() -> None:
    assert dormant_line_days("A", 45, SHIPPED) == 90
    assert dormant_line_days("A", 30, SHIPPED) == dormant_line_days("A", 7, SHIPPED) == 60
    assert not is_dormant(89, "A", 45, SHIPPED)


def test_silence_counts_from_whatever_was_later() -> None:
    assert silent_days(100, 130, 1, 1, 150) == 20
    assert silent_days(140, 130, 1, 1, 150) == 10
    assert silent_days(None, None, 30, 1, 150) == 120
    assert silent_days(None, None, None, 1, 150) is None


@pytest.mark.practice("P197")
def test_silence_before_our_books_begin_is_not_held_against_anybody():
    assert silent_days(None, None, -3650, 100, 150) == 50
    assert silent_days(None, None, 120, 100, 150) == 30
    assert silent_days(110, None, -3650, 100, 150) == 40
    assert not is_dormant(None, "A", None, SHIPPED)


def test_the_own_rhythm_needs_two_movements() -> None:
    assert usual_gap_days(100, 190, 10) == 10
    assert usual_gap_days(100, 199, 11) == 9
    assert usual_gap_days(100, 100, 1) is None
    assert usual_gap_days(None, None, 0) is None


# ---------------------------------------------------------------- 他行 · 生日


@pytest.mark.practice("P140")
def test_other_banks_are_not_looked_at_without_a_legal_basis() -> None:
    assert not is_other_bank(900 * WAN, SHIPPED)
    looks = Policy(other_bank_legal_basis="个人信息处理规则 第 3 条")
    assert is_other_bank(1 * WAN, looks)
    assert not is_other_bank(1 * WAN - 1, looks)
    assert not is_other_bank(None, looks)


@pytest.mark.practice("P136")
def test_a_date_reminds_a_week_ahead_and_never_afterwards() -> None:
    today = CALENDAR.around(date(2026, 11, 24))
    assert [is_date_near(today.day + n, today, SHIPPED) for n in (-1, 0, 7, 8)] == [False, True, True, False]
    assert not is_date_near(None, today, SHIPPED)


# ---------------------------------------------------------------- for all of them


def test_each_signal_has_its_last_day() -> None:
    assert expires_day("large_move", 100, SHIPPED) == 105
    assert expires_day("dates", 100, SHIPPED) == 100
    for state in ("near_line", "outflow", "dormant", "other_bank"):
        assert expires_day(state, 100, SHIPPED) == 130
    assert expires_day("dormant", None, SHIPPED) is None


def test_duties_are_maturities_near_their_day_promises_and_complaints() -> None:
    assert is_duty("maturity", "t0")
    assert not is_duty("maturity", "t-7")
    assert is_duty("promise", None)
    assert is_duty("complaint", None)
    assert not any(is_duty(kind, None) for kind in [*SignalKind, Reason.ROUTINE, None])


@pytest.mark.practice("P135")
def test_who_sent_a_large_sum_is_asked_on_the_first_working_day_after_it() -> None:
    monday = CALENDAR.around(date(2026, 11, 23))
    friday, saturday, thursday = monday.day - 3, monday.day - 2, monday.day - 4
    assert [is_fraud_check("large_move", True, day, monday) for day in (thursday, friday, saturday)] == [
        False, True, True
    ]  # fmt: skip
    assert not is_fraud_check("large_move", False, saturday, monday)
    assert not is_fraud_check("outflow", True, saturday, monday)
    assert not any(is_fraud_check(*unknown, monday) for unknown in (("large_move", None, saturday), (None, True, None)))


def test_service_is_what_concerns_the_customer_s_own_money_or_word() -> None:
    service = {kind for kind in [*SignalKind, *Reason] if not is_marketing(kind)}
    assert service == {"maturity", "large_move", "promise", "complaint", "introduction"}
    assert is_marketing(None)
