"""到期: money about to come free."""

import pytest

from guanhu.engine.signals import maturity

pytestmark = pytest.mark.practice("P127")


def test_a_deposit_due_in_a_week_is_worth_a_call(signal):
    signal(maturity, day="2026-03-01", holdings="""
        customer | product  | amount | matures_on
        王       | 三年定期 | 80万   | 2026-03-09
        李       | 活期     | 80万   |
    """, gives={"王": "t-7"})  # fmt: skip


def test_the_step_is_counted_to_today_and_not_to_the_night(signal):
    signal(maturity, day="2026-03-03", holdings="""
        customer | product  | amount | matures_on
        今天     | 定期     | 10万   | 2026-03-04
        明天     | 定期     | 10万   | 2026-03-05
        一周     | 定期     | 10万   | 2026-03-11
        一月     | 定期     | 10万   | 2026-04-03
        更远     | 定期     | 10万   | 2026-04-04
        昨天     | 定期     | 10万   | 2026-03-03
        前天     | 定期     | 10万   | 2026-03-02
    """, gives={"今天": "t0", "明天": "t-1", "一周": "t-7", "一月": "t-30", "昨天": "t+1"})  # fmt: skip


@pytest.mark.practice("P128")
def test_before_days_off_what_comes_due_in_them_is_due_on_the_last_working_day(signal):
    """Friday 6 March: Saturday's and Sunday's are due today, Monday's tomorrow."""
    signal(maturity, day="2026-03-05", holdings="""
        customer | product | amount | matures_on
        周六     | 定期    | 10万   | 2026-03-07
        周日     | 定期    | 10万   | 2026-03-08
        周一     | 定期    | 10万   | 2026-03-09
    """, gives={"周六": "t0", "周日": "t0", "周一": "t-1"})  # fmt: skip


@pytest.mark.practice("P129")
def test_after_days_off_nothing_that_came_due_in_them_is_missed(signal):
    signal(maturity, day="2026-03-08", holdings="""
        customer | product | amount | matures_on | auto_renew
        周五     | 定期    | 10万   | 2026-03-06 |
        周日     | 定期    | 10万   | 2026-03-08 |
        自动     | 定期    | 10万   | 2026-03-08 | 是
    """, gives={"周五": "t+1", "周日": "t+1"})  # fmt: skip


@pytest.mark.practice("P129")
def test_money_that_left_the_list_on_its_day_is_called_back_too_unless_put_away_again(signal):
    signal(maturity, day="2026-03-03", earlier_on="2026-03-02", earlier="""
        holding | customer | product | amount | matures_on
        1       | 走了     | 定期    | 30万   | 2026-03-03
        2       | 续了     | 定期    | 20万   | 2026-03-03
    """, holdings="""
        holding | customer | product | amount | started_on | matures_on
        3       | 续了     | 理财    | 20万   | 2026-03-03 | 2027-03-03
        4       | 走了     | 活期    | 1万    | 2024-01-01 |
    """, gives={"走了": "t+1"})  # fmt: skip


def test_sums_of_one_account_that_mature_together_are_one_signal(signal):
    signal(maturity, day="2026-03-01", holdings="""
        customer | account | product | amount | matures_on
        王       | 7       | 定期    | 30万   | 2026-03-09
        王       | 7       | 定期    | 20万   | 2026-03-09
    """, gives={"王": "t-7"}, because={"amount_fen": 50_0000_00, "holdings": 2})  # fmt: skip


def test_what_was_not_yet_begun_is_not_known(signal):
    signal(maturity, day="2026-03-01", holdings="""
        customer | product | amount | started_on | matures_on
        王       | 理财    | 30万   | 2026-03-02 | 2026-03-09
    """, gives={})  # fmt: skip
