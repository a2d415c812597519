"""The check finds every fault planted into a good plan, and says why a customer is in or out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from guanhu.optimise.dayplan import Beat, Option, Plan, Problem, Worth, check, explain, solve
from tests.optimise.days import day

GOOD = """
    C1 | call! 10  | meeting! 5
    C2 | call 900  | meeting 1200
    C3 | call 700
    C4 | call 650  | message 200
    C5 | message 90
    C6 | call -3
    C7 | call! 8
"""


@pytest.fixture
def problem() -> Problem:
    return day("meeting 1, call 3, message 1", GOOD)


def change(plan: Plan, at: int, **changes: object) -> Plan:
    lines = list(plan.lines)
    lines[at] = replace(lines[at], **changes)  # type: ignore[arg-type]
    return replace(plan, lines=tuple(lines))


def without_duty(plan: Plan) -> Plan:
    spare = replace(plan.lines[0], customer_no="C4", channel="call", value_fen=650, duty=False)
    return replace(plan, lines=(*plan.lines[1:], spare))


FAULTS: dict[str, tuple[Callable[[Plan], Plan], str]] = {
    "a customer twice": (lambda p: replace(p, lines=(*p.lines, p.lines[0])), "出现 2 次"),
    "a quota passed": (lambda p: change(p, 2, channel="call"), "个名额，只有"),
    "a stranger": (lambda p: change(p, 0, customer_no="C9"), "不可用渠道"),
    "a channel not offered": (lambda p: change(p, 3, channel="meeting"), "不可用渠道"),
    "another value": (lambda p: change(p, 3, value_fen=999_999), "与候选不符"),
    "a duty that is none": (lambda p: change(p, 3, duty=True), "与候选不符"),
    "a harmful contact": (lambda p: change(p, 3, customer_no="C6", value_fen=-3), "不比不联系好"),
    "other channels hidden": (lambda p: change(p, 2, beat=replace(p.lines[2].beat, others=())), "其他渠道"),
    "a wrong sum": (lambda p: replace(p, worth=p.worth + Worth(0, 1)), "各行合计"),
    "a wrong count of duties": (lambda p: replace(p, worth=p.worth + Worth(1, 0)), "各行合计"),
    "another order": (lambda p: replace(p, lines=tuple(reversed(p.lines))), "应排在"),
    "a duty passed over": (without_duty, "却有非必做或空的名额"),
    "an overflow hidden": (lambda p: replace(p, lines=p.lines[1:]), "排不下的必做客户"),
    "an overflow invented": (lambda p: replace(p, overflow=("C1",)), "排不下的必做客户"),
    "a rival invented": (lambda p: change(p, 3, beat=Beat("C5", 90, ())), "胜过的对手"),
    "a rival hidden": (lambda p: change(p, 4, beat=replace(p.lines[4].beat, left_out="C1")), "胜过的对手"),
    "a price missing": (lambda p: replace(p, prices={"call": Worth()}), "名额价格与渠道不符"),
    "a negative price": (lambda p: replace(p, prices={**p.prices, "call": Worth(0, -1)}), "价格为负"),
    "a line at another price": (lambda p: change(p, 3, price_fen=1), "名额价格与渠道价格不符"),
    "prices that prove nothing": (lambda p: replace(p, prices={**p.prices, "call": Worth(0, 0)}), "上界应为"),
    "a bound below the truth": (lambda p: replace(p, bound=p.bound - Worth(0, 1)), "上界应为"),
    "a worse plan": (lambda p: replace(p, lines=p.lines[:-1]), "未证明最优|各行合计"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(problem: Problem, fault: str) -> None:
    plan = solve(problem)
    plant, says = FAULTS[fault]
    found = check(problem, plant(plan))
    assert any(word in text for text in found for word in says.split("|")), found


def test_the_plan_without_faults_passes(problem: Problem) -> None:
    assert check(problem, solve(problem)) == []


def test_a_plan_that_is_consistent_but_not_best_is_not_proved(problem: Problem) -> None:
    plan = solve(problem)
    worse = replace(plan, lines=plan.lines[:-1], worth=plan.worth - Worth(0, plan.lines[-1].value_fen))
    assert any("未证明最优" in fault for fault in check(problem, worse))


def test_who_is_in_reads_the_price_and_whom_he_beat(problem: Problem) -> None:
    answer = explain(problem, solve(problem), "C3")
    assert answer.chosen
    assert answer.margin_fen == answer.value_fen - answer.price_fen > 0
    text = "；".join(answer.lines)
    assert "今天电话，价值 7.00 元" in text
    assert "再多一个电话名额值" in text


def test_a_duty_says_so(problem: Problem) -> None:
    assert any("属必做" in line for line in explain(problem, solve(problem), "C7").lines)


def test_other_channels_of_the_same_customer_are_named(problem: Problem) -> None:
    assert any("也可电话，价值 9.00 元" in line for line in explain(problem, solve(problem), "C2").lines)


def test_who_is_out_reads_his_best_value_against_the_price() -> None:
    problem = day("call 1", "王 | call 3000\n李 | call 5000")
    answer = explain(problem, solve(problem), "王")
    assert not answer.chosen
    assert (answer.value_fen, answer.price_fen, answer.margin_fen) == (3000, 3000, 0)
    assert any("价值 30.00 元" in line for line in answer.lines)


def test_who_is_out_because_a_contact_would_do_harm_reads_it(problem: Problem) -> None:
    assert any("并不比不联系好" in line for line in explain(problem, solve(problem), "C6").lines)


def test_a_customer_without_a_way_or_a_reason_reads_it() -> None:
    problem = day("call 1", "王 |\n李 | call 5")
    assert explain(problem, solve(problem), "王").lines == ("今天没有可用的渠道或理由",)


def test_an_unserved_duty_reads_that_other_duties_took_the_slots() -> None:
    problem = day("call 1", "王 | call! 3\n李 | call! 5")
    assert any("其他必做占满" in line for line in explain(problem, solve(problem), "王").lines)


def test_a_stranger_has_no_explanation(problem: Problem) -> None:
    with pytest.raises(KeyError):
        explain(problem, solve(problem), "C99")


def test_the_first_line_without_a_rival_says_that_nobody_waits() -> None:
    problem = day("call 2", "王 | call 3")
    assert "没有别的客户在等这个名额" in explain(problem, solve(problem), "王").lines


def test_an_option_is_sensible_when_it_is_a_duty_or_gains() -> None:
    assert Option("call", 1).sensible
    assert Option("call", -1, duty=True).sensible
    assert not Option("call", 0).sensible
