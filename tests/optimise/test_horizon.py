"""排期: the best use of many days' slots, near the best and proved so; checked always, the same everywhere."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bench import desks, desks_exactly
from guanhu.cli.optimise import app
from guanhu.optimise.horizon import NOTHING, NotMeant, Plan, Problem, bounded, check, explain, solve
from guanhu.optimise.horizon.solve import ENOUGH, MOST
from tests.conftest import ROOT
from tests.optimise.horizons import arrays, best, horizons, over, shuffled

MESSAGE, CALL, MEETING = desks.MESSAGE, desks.CALL, desks.MEETING


def digest(plan: Plan) -> str:
    """The same for the same plan."""
    return hashlib.sha256(plan.day.tobytes() + plan.channel.tobytes() + plan.price_fen.tobytes()).hexdigest()


def small(capacity: Any, tasks: list[tuple[int, list[tuple[int, int, int]]]], **more: Any) -> Problem:
    """A problem told by hand: for each task its customer and ways (channel, day, fen)."""
    people = max(customer for customer, _ in tasks) + 1
    options = [(task, *way) for task, (_, offered) in enumerate(tasks) for way in offered]
    past = more.pop("past", [0] * people)
    return Problem.of(
        range(people), past, capacity, customer=[customer for customer, _ in tasks],
        options=tuple(np.array(options, np.int64).reshape(-1, 4).T), **more,
    )  # fmt: skip


# ---------------------------------------------------------------- near the best, and proved so


@pytest.mark.slow
@pytest.mark.practice("P52", "P58")
def test_every_desk_reaches_all_but_half_a_hundredth_of_what_the_relaxation_allows(gate_share: float):
    for desk in desks.several(range(round(40 * gate_share))):
        plan = solve(desk.problem)
        assert check(desk.problem, plan) == [], desk.name
        relaxed = desks_exactly.solved(desk.problem)
        assert plan.worth_fen >= 0.995 * relaxed, desk.name
        assert plan.bound_fen <= 1.004 * relaxed, desk.name


@pytest.mark.slow
def test_the_bound_lies_above_the_best_plan_of_an_exact_solver(gate_share: float):
    for seed in range(round(20 * gate_share)):
        problem = desks.made(seed, desks.Mix(occasions=1.5), customers=60, days=10, quota=(4, 2, 1)).problem
        plan = solve(problem)
        best_known = desks_exactly.solved(problem, whole=True)
        assert plan.worth_fen <= round(best_known) <= plan.bound_fen
        assert plan.gap <= ENOUGH or plan.rounds >= MOST


@given(horizons())
@settings(max_examples=120, deadline=None)
def test_a_small_desk_gets_what_looking_at_every_way_finds(problem: Problem):
    plan = solve(problem)
    assert check(problem, plan) == []
    assert plan.counted_fen == plan.bound_fen == best(problem)


@given(horizons(customers=1), st.integers(0, 2**32 - 1))
@settings(max_examples=120, deadline=None)
def test_one_customers_days_are_exactly_the_best_at_any_prices(problem: Problem, seed: int):
    price_fen = np.random.default_rng(seed).integers(0, 20, problem.capacity.shape)
    slots = int((price_fen * problem.free).sum())
    assert bounded(problem, price_fen) == slots + over(problem, 0, price_fen)


@given(horizons(), st.integers(0, 2**32 - 1))
@settings(max_examples=80, deadline=None)
def test_whatever_the_prices_no_plan_lies_above_the_bound(problem: Problem, seed: int):
    price_fen = np.random.default_rng(seed).integers(0, 30, problem.capacity.shape)
    assert bounded(problem, price_fen) >= best(problem)


def test_yesterdays_prices_lead_to_a_plan_as_good_in_fewer_rounds():
    problem = desks.made(4).problem
    cold = solve(problem)
    warm = solve(problem, warm=cold.price_fen)
    assert check(problem, warm) == []
    assert warm.rounds < cold.rounds
    assert warm.gap <= ENOUGH


# ---------------------------------------------------------------- what a plan keeps to


@pytest.mark.practice("P58")
def test_one_call_serves_every_reason_it_can():
    plan = solve(small([[0], [1]], [(0, [(1, 0, 300)]), (0, [(1, 0, 200)])]))
    assert plan.day.tolist() == [0, 0]
    assert plan.worth_fen == 500


@pytest.mark.practice("P58")
def test_nobody_is_reached_three_times_in_five_days_but_where_it_is_owed():
    ways = [(0, [(1, day, 100)]) for day in (1, 3)]
    bound = small([[0] * 5, [1] * 5], ways, past=[1])
    assert sorted(solve(bound).day.tolist()) == [NOTHING, 1]
    owed = small([[0] * 5, [1] * 5], ways, past=[1], exempt=[False, True])
    assert solve(owed).day.tolist() == [1, 3]


@pytest.mark.practice("P58")
def test_who_is_new_is_written_to_then_called_then_met():
    last = [(2, day, 900) for day in range(3)]
    ways = [(0, [(0, d, 1) for d in range(3)]), (0, [(1, d, 1) for d in range(3)]), (0, last)]
    problem = small([[1] * 3] * 3, ways, before=[NOTHING, 0, 1])
    assert solve(problem).day.tolist() == [0, 1, NOTHING]  # three within five days would be one too many
    later = small(
        [[1] * 6] * 3, [(0, [(0, 0, 1)]), (0, [(1, 1, 1)]), (0, [(2, 1, 900), (2, 5, 800)])], before=[NOTHING, 0, 1]
    )
    assert solve(later).day.tolist() == [0, 1, 5]


@pytest.mark.practice("P58")
def test_what_was_agreed_stands_and_takes_its_slot():
    problem = small([[0, 0], [1, 1]], [(0, [(1, 0, 500)]), (1, [(1, 0, 400), (1, 1, 390)])], agreed=([1], [1], [0]))
    plan = solve(problem)
    assert check(problem, plan) == []
    assert plan.day.tolist() == [NOTHING, 0]
    crowded = small([[0], [0]], [(0, [(1, 0, 500)])], agreed=([0], [1], [0]))
    assert solve(crowded).day.tolist() == [0]  # away, and yet it was promised


def test_yesterdays_slot_is_kept_where_another_is_worth_as_much():
    ways = [(0, [(1, day, 100) for day in range(3)])]
    plan = solve(small([[0] * 3, [1] * 3], ways, keep_fen=[0, 0, 5]))
    assert plan.day.tolist() == [2]
    assert (plan.worth_fen, plan.counted_fen) == (100, 105)


def test_an_empty_list_has_an_empty_plan():
    problem = Problem.of([], [], [[1, 1]], customer=[], options=([], [], [], []))
    plan = solve(problem)
    assert (plan.worth_fen, plan.bound_fen, check(problem, plan)) == (0, 0, [])


# ---------------------------------------------------------------- the same, always


def test_rows_in_another_order_give_the_same_plan():
    problem = desks.made(3, customers=150).problem
    assert {digest(solve(shuffled(problem, seed))) for seed in range(3)} == {digest(solve(problem))}


def test_another_process_gives_the_same_plan():
    says = "from bench import desks; from tests.optimise.test_horizon import digest; import sys; "
    says += "from guanhu.optimise.horizon import solve; "
    says += "sys.stdout.write(digest(solve(desks.made(3, customers=150).problem)))"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "77"}
    done = subprocess.run([sys.executable, "-c", says], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == digest(solve(desks.made(3, customers=150).problem))


# ---------------------------------------------------------------- a planted fault is found


def planted() -> dict[str, tuple[Problem, Plan, str]]:
    """A sound plan, spoilt in one way each."""
    ways = [(0, [(1, 0, 50)]), (0, [(0, 0, 20), (1, 1, 20)]), (0, [(1, 2, 30)]), (1, [(1, 0, 40), (1, 1, 35)])]
    problem = small([[1] * 3, [1] * 3], ways, before=[NOTHING, NOTHING, 1, NOTHING])
    sound = solve(problem)

    def spoilt(task: int, channel: int, day: int) -> Plan:
        days, channels = sound.day.copy(), sound.channel.copy()
        days[task], channels[task] = day, channel
        rows = problem.options
        there = days[rows.task] == rows.day
        worth = int(rows.value_fen[there & (channels[rows.task] == rows.channel)].sum())
        return replace(sound, day=days, channel=channels, worth_fen=worth, counted_fen=worth, bound_fen=10**6)

    return {
        "not offered": (problem, spoilt(0, 1, 1), "不能在第 1 日"),
        "too many in a slot": (replace(problem, capacity=problem.capacity * 0), sound, "排了 1 次，最多 0 次"),
        "two channels": (problem, spoilt(0, 1, 0), "两个渠道"),
        "out of order": (problem, spoilt(1, NOTHING, NOTHING), "前一事项之前"),
        "too often": (replace(problem, past=np.array([1, 0])), sound, "最多 2 次"),
        "another worth": (problem, replace(sound, worth_fen=sound.worth_fen + 1), "合计"),
        "above the bound": (problem, replace(sound, bound_fen=sound.worth_fen - 1), "超过了上界"),
        "a price below nothing": (problem, replace(sound, price_fen=sound.price_fen - 10**6), "价格"),
        "too few tasks": (problem, replace(sound, day=sound.day[:-1]), "计划里有"),
    }


@pytest.mark.parametrize("what", list(planted()))
def test_a_planted_fault_is_found(what: str):
    problem, plan, says = planted()[what]
    assert any(says in fault for fault in check(problem, plan))


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"past": [16]}, "近期联系应在"),
        ({"customer": [1]}, "事项的客户应在"),
        ({"before": [0]}, "绕成了圈"),
        ({"capacity": [[-1, 0]]}, "名额应在"),
        ({"capacity": [1, 2]}, "一张表"),
        ({"options": ([0, 0], [0, 0], [1, 1], [5, 6])}, "给了两次"),
        ({"options": ([0], [0], [2], [5])}, "做法的日应在"),
        ({"options": ([0], [0], [1], [5.5])}, "应为整数"),
        ({"options": ([0], [0], [1], [10**13])}, "价值应在"),
        ({"options": ([0], [0], [1])}, "四列"),
        ({"numbers": [7, 7], "past": [0, 0]}, "客户出现了两次"),
        ({"agreed": ([0, 0], [0, 0], [1, 1])}, "约了两次"),
        ({"customer": [0] * 13, "before": [-1] * 13}, "最多 12 个事项"),
        ({"numbers": [7, 8], "past": [0, 0], "customer": [0, 1], "before": [-1, 0]}, "另一位客户"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(told: dict[str, Any], says: str):
    given_all: dict[str, Any] = {
        "numbers": [7], "past": [0], "capacity": [[1, 1]], "customer": [0], "options": ([0], [0], [1], [5]), **told,
    }  # fmt: skip
    numbers, past, capacity = (given_all.pop(name) for name in ("numbers", "past", "capacity"))
    with pytest.raises(NotMeant, match=says):
        Problem.of(numbers, past, capacity, **given_all)


# ---------------------------------------------------------------- why this one today


@pytest.mark.practice("P58")
def test_who_is_planned_says_what_the_slot_costs_and_what_else_there_was():
    problem = small([[0] * 2, [1] * 2], [(0, [(1, 0, 500), (1, 1, 450)]), (1, [(1, 0, 480), (1, 1, 300)])])
    plan = solve(problem)
    first, second = explain(problem, plan, 0), explain(problem, plan, 1)
    assert (first.next_day, second.next_day) == (1, 0)
    assert first.contacts[0].slot.value_fen == 450
    assert first.contacts[0].instead is not None
    assert first.contacts[0].instead.day == 0
    assert second.today is None
    assert first.today is not None
    assert first.today.value_fen == 500
    assert first.today.margin_fen <= first.contacts[0].slot.margin_fen
    with pytest.raises(KeyError):
        explain(problem, plan, 5)


# ---------------------------------------------------------------- by command


@pytest.mark.slow
@pytest.mark.practice("P52", "P58")
def test_the_practice_desks_are_planned_as_well_as_asked(real_data: Path, tmp_path: Path):
    folder = real_data.parent / "bench" / "opt"
    if not folder.is_dir():
        pytest.skip("the practice instances are not here")
    out = tmp_path / "plan.csv"
    done = CliRunner().invoke(app, ["desks", str(folder / "desks.npz"), "--out", str(out)])
    assert done.exit_code == 0, done.output
    known = json.loads((folder / "best_known.json").read_text())["desks"]
    told, given_all, rows = (
        json.loads(done.stdout),
        arrays(folder / "desks.npz"),
        np.loadtxt(out, delimiter=",", dtype=int),
    )
    for at, (one, best_known) in enumerate(zip(told, known, strict=True)):
        value = {(t, c, d): v for t, c, d, v in given_all[f"d{at}_opt"].tolist()}
        worth = sum(value[t, c, d] for _, _, c, d, t in rows[rows[:, 0] == at].tolist())
        assert worth == one["worth_fen"] >= 0.995 * best_known["lp_bound"]
        assert best_known["best_value"] <= one["bound_fen"] <= 1.004 * best_known["lp_bound"]


def test_a_file_of_something_else_is_refused_in_a_sentence(tmp_path: Path):
    desk = {"hist": [0], "cap": [[1]], "tcust": [0], "tpred": [-1], "opt": [[0, 0, 0, 5]]}
    for spoilt, says in (
        ({}, "缺少 desks"), ({"desks": 1}, "缺少 hist"),
        ({"desks": 1, **{f"d0_{k}": v for k, v in desk.items()}, "d0_opt": [[0, 0, 0]]}, "四列"),
        ({"desks": 1, **{f"d0_{k}": v for k, v in desk.items()}, "d0_cap": [[-1]]}, "第 0 位：名额"),
    ):  # fmt: skip
        np.savez(tmp_path / "odd.npz", **{name: np.array(value) for name, value in spoilt.items()})
        done = CliRunner().invoke(app, ["desks", str(tmp_path / "odd.npz"), "--out", str(tmp_path / "o.csv")])
        assert done.exit_code == 2
        assert says in done.output
        assert not (tmp_path / "o.csv").exists()
