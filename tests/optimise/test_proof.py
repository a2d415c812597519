"""The proof sheet of a split of real accounts says what the program says, by balances another road confirms."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import numpy as np
import pytest

from bench import branches, proof
from guanhu.optimise.allocation import Problem, Why, solve
from guanhu.optimise.allocation.explain import moved, reason, rows, say

pytestmark = pytest.mark.slow
ROUNDED = 70
"""The bank wrote interest in tenths of a crown: so far its balances and the sums of its movements lie apart."""


def numbers(cell: str) -> list[int]:
    """The whole numbers of a cell."""
    return [int(one.replace(",", "")) for one in re.findall(r"[\d,]+", cell)]


def test_the_sheet_in_the_docs_is_the_one_the_program_writes(real_data: Path):
    text, faults = proof.sheet(real_data / "berka")
    assert faults == []
    assert text == proof.PAGE.read_text("utf-8")


def test_nobody_and_no_crown_is_lost_between_before_and_after(real_data: Path):
    account, _, _, balance = proof.books(real_data / "berka", proof.FIRST)
    first = proof.PAGE.read_text("utf-8").partition("## A month")[0]
    lines = [line.split("|") for line in first.splitlines() if re.match(r"\| \d+ \|", line)]
    assert len(lines) == proof.KEEPERS
    before, after = zip(*(numbers(line[2]) for line in lines), strict=True)
    assert sum(before) == sum(after) == len(account)
    for column in (5, 6):
        crowns = sum(numbers(line[column])[0] for line in lines)
        assert abs(crowns - int(balance.sum()) // 100) <= proof.KEEPERS  # each line is cut to whole crowns


def test_balances_are_those_the_bank_wrote_behind_each_movement(real_data: Path):
    account, _, _, balance = proof.books(real_data / "berka", proof.LATER)
    file = f"read_csv('{real_data}/berka/trans.csv.gz', delim=';', header=true, quote='\"', all_varchar=true)"
    alone = duckdb.sql(f"""
        with last as (select account_id, max(date) as date from {file} where date <= '{proof.LATER}' group by all)
        select account_id::bigint, any_value(balance::decimal(18, 2) * 100)::bigint
        from {file} join last using (account_id, date) group by all having count(*) = 1
    """).fetchall()
    found = dict(zip(account.tolist(), balance.tolist(), strict=True))
    assert len(alone) > 1_000
    wrong = [one for one, written in alone if abs(found[one] - max(0, written)) > ROUNDED]
    assert wrong == []


def test_a_move_is_told_with_its_reason_its_partner_and_how_well_she_was_known():
    problem = branches.later(1, 1_000, 5)
    split = solve(problem)
    told = moved(problem, split)
    assert len(told) == int((problem.held & (split.owner != problem.owner)).sum()) > 0
    assert all(one.voluntary and one.before != one.after for one in told)
    swapped = next(one for one in told if one.why is Why.SWAPPED)
    assert f"与客户 {swapped.partner} 互换" in say(swapped)
    assert f"有 {swapped.rank} 户比她更浅" in say(swapped)
    assert [one.trust_bp for one in told] == sorted((one.trust_bp for one in told), reverse=True)
    stays = int(np.flatnonzero(split.owner == problem.owner)[0])
    assert say(reason(problem, split, stays)) == "不变"


def test_lists_before_and_after_hold_everybody_and_say_who_came_and_went():
    problem = branches.later(3, 1_000, 5, leaver=True)
    split = solve(problem)
    told = rows(problem, split)
    gone = next(one for one in told if not one.active)
    assert (gone.customers[1], gone.goes, gone.ought) == (0, gone.customers[0], 0)
    assert sum(one.customers[0] for one in told) == sum(one.customers[1] for one in told) == 1_000
    assert sum(one.comes for one in told) == sum(one.goes for one in told)
    assert max(abs(one.deviation()) for one in told if one.active) == pytest.approx(split.deviation, rel=1e-3)


def test_claims_that_were_met_are_counted_with_their_keeper():
    limits = branches.Limits(claims_count_bp=5000, claims_asset_bp=10_000)
    problem = Problem.of(range(40), [100] * 40, [0] * 40, [1000] * 2, claims=([3, 4], [1, 1], [9, 9]), limits=limits)
    split = solve(problem)
    assert [one.claims for one in rows(problem, split)] == [0, 2]
    assert say(reason(problem, split, 3)) == "认领成功"
