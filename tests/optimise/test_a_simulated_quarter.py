"""A simulated quarter: the same dice for every way, no way beyond its quota, and nobody who chooses knows the truth."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pytest

from bench import quarter_bank, quarter_run, quarter_told, quarter_truth, quarter_ways
from bench.quarter_ways import NAMES, OURS, SOONEST, TIER, Candidate
from guanhu.demo.calendar import day_of, t_of
from guanhu.demo.simulate import simulate
from guanhu.demo.truth import EFFECTS
from guanhu.demo.world import World
from guanhu.engine import backend, tables
from guanhu.engine.lake import Lake
from guanhu.night.reasons import Grounds, grounds
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.kinds import Channel, Post, Reason
from guanhu.rules.plan import quota_for
from guanhu.rules.policy import SHIPPED
from guanhu.rules.rates import Count
from tests.conftest import ROOT

pytestmark = pytest.mark.practice("P58")

FIRST = t_of(quarter_run.FIRST_MORNING)
KNOWN = {("maturity", tier, way): Count(200, well) for tier in "ABC" for way, well in (("call", 170), ("held", 130))}
NEAR = replace(SHIPPED, horizon_days=5)
SHORT = quarter_run.Asked((7, 8), (1.0, 0.0), (OURS, TIER, SOONEST), 2, 150, KNOWN, NEAR)
Seen = list[tuple[date, Sequence[quarter_bank.Branch], quarter_ways.Chosen]]


@dataclass
class Lived:
    """A short quarter, and what was seen of it each morning."""

    seen: Seen = field(default_factory=list)
    results: dict[quarter_run.Key, quarter_run.Result] = field(default_factory=dict)
    standings: list[tuple[dict[int, int], dict[int, int]]] = field(default_factory=list)
    grounds: list[Grounds] = field(default_factory=list)
    learnt: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    found = Lived()

    def watch(on: date, lake: Lake, branches: Sequence[quarter_bank.Branch], chosen: quarter_ways.Chosen) -> None:
        night = day_of(t_of(on) - 1)
        found.seen.append((on, branches, chosen))
        found.grounds.append(grounds(lake, night, SHIPPED, SHIPPED_CALENDAR))
        found.standings.append((_told(lake, night), _owned(branches)))
        found.learnt.append(max(row["cases"] for row in lake.rows(tables.RATES, night)))

    found.results = quarter_run.live(SHORT, tmp_path_factory.mktemp("quarter"), watch=watch)
    return found


def _told(lake: Lake, night: date) -> dict[int, int]:
    return {row["customer"]: row["balance_fen"] for row in lake.rows(tables.STANDINGS, night)}


def _owned(branches: Iterable[quarter_bank.Branch]) -> dict[int, int]:
    return {
        branch.keys(place): fen for branch in branches for place, fen in enumerate(branch.world.books.assets().tolist())
    }


# ---------------------------------------------------------------- what each way does


def test_no_way_ever_exceeds_the_days_quota_or_reaches_anybody_twice(lived: Lived):
    full = quota_for(SHIPPED, post=Post.WEALTH, customers=150)
    for _, branches, chosen in lived.seen:
        assert set(chosen) == {branch.keeper_no for branch in branches}
        for contacts in chosen.values():
            used = Counter(channel for _, channel in contacts)
            assert all(used[channel.value] <= full[channel] for channel in Channel)
            assert len({customer for customer, _ in contacts}) == len(contacts) > 0


def test_what_a_list_holds_does_not_follow_the_truth(lived: Lived):
    _, branches, chosen = lived.seen[0]
    assert same_under_every_truth(branches, chosen)
    peeks = {**chosen, branches[0].keeper_no: chosen[branches[0].keeper_no][1:]}
    assert not same_under_every_truth(branches, peeks)


def same_under_every_truth(branches: Iterable[quarter_bank.Branch], chosen: quarter_ways.Chosen) -> bool:
    """On the first morning nothing has come of any contact yet: whoever lists others for another truth has seen it."""
    lists: dict[tuple[int, str], set[Any]] = {}
    for branch in branches:
        mine = frozenset((key - branch.key, channel) for key, channel in chosen[branch.keeper_no])
        lists.setdefault((branch.living.seed, branch.way), set()).add(mine)
    return all(len(several) == 1 for several in lists.values())


def test_who_chooses_does_not_even_load_the_invented_bank():
    tells = "print(any(name.startswith('guanhu.demo') for name in sys.modules))"
    says = f"import sys; import bench.quarter_ways; {tells}; import guanhu.demo.truth; {tells}"
    told = subprocess.run([sys.executable, "-c", says], cwd=ROOT, check=True, capture_output=True, text=True)
    assert told.stdout.split() == ["False", "True"]


def test_whoever_is_held_out_is_on_no_list_for_it(lived: Lived):
    ground, (_, branches, _) = lived.grounds[0], lived.seen[0]
    keepers = [branch.keeper_no for branch in branches if branch.way == TIER]
    night = day_of(FIRST - 1)
    left = replace(ground, found=ground.found.with_columns(holdout=nw.lit(True)))
    spoken = replace(ground, found=ground.found.with_columns(holdout=nw.lit(False)))
    duties = [Reason.PROMISE.value, Reason.COMPLAINT.value]
    calm = nw.col("kind").is_in(duties)
    assert _signals(replace(left, found=left.found.filter(~calm)), night, keepers) == 0
    assert _signals(spoken, night, keepers) > 0


def _signals(ground: Grounds, night: date, keepers: list[str]) -> int:
    people = quarter_ways.candidates(ground, night, keepers, SHIPPED)
    return sum(one.signal for several in people.values() for one in several)


def test_the_same_customers_are_held_out_in_every_way(lived: Lived):
    _, branches, _ = lived.seen[0]
    found = backend.rows(lived.grounds[0].found.filter(nw.col("holdout")))
    held: dict[int, set[tuple[int, str]]] = {branch.number: set() for branch in branches}
    of = {branch.keeper_no: branch for branch in branches}
    for row in found:
        branch = of[row["keeper_no"]]
        held[branch.number].add((row["customer"] - branch.key, row["kind"]))
    assert any(held.values())
    for branch in branches:
        first = next(one for one in branches if one.living.seed == branch.living.seed)
        assert held[branch.number] == held[first.number]


def test_down_a_list_kept_by_hand_the_day_fills_up():
    people = [Candidate(n, "A", ways={"call", "message"}) for n in range(3)] + [Candidate(3, "A", ways={"call"})]
    quota = {Channel.MESSAGE: 1, Channel.CALL: 1, Channel.MEETING: 1}
    assert list(quarter_ways.down_the_list(people, quota)) == [(0, "call"), (1, "message")]
    due = Candidate(9, "B", met=True, ways={"call", "meeting"})
    assert list(quarter_ways.down_the_list([due], quota)) == [(9, "meeting")]
    soon, rich = Candidate(1, "C", ends=5, signal=True), Candidate(2, "A")
    assert sorted([soon, rich], key=quarter_ways.ORDERS[TIER]) == [rich, soon]
    assert sorted([rich, soon], key=quarter_ways.ORDERS[SOONEST]) == [soon, rich]


# ---------------------------------------------------------------- the bank


def test_the_files_of_every_night_say_what_the_bank_holds(lived: Lived):
    for told, owned in lived.standings:
        assert told
        assert told == {customer: owned[customer] for customer in told}


def test_every_night_goes_by_what_was_learnt_before_the_quarter(lived: Lived):
    assert lived.learnt == [200, 200]


def test_the_same_seed_lives_the_same_quarter_in_any_company(lived: Lived, tmp_path: Path):
    alone = replace(SHORT, seeds=(8,), truths=(1.0,), ways=(TIER, OURS))
    again = quarter_run.live(alone, tmp_path / "lake")
    assert again == {key: lived.results[key] for key in again}
    assert lived.results[7, 1.0, OURS] != lived.results[8, 1.0, OURS]


# ---------------------------------------------------------------- dice and truth


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(11, 500, until=FIRST)


def asked_every_day(world: World, truth: float, *, calls: bool, days: int = 45) -> quarter_truth.Living:
    """A bank in which everybody is rung up on every day, or nobody."""
    living = quarter_truth.Living(world, 11, truth)
    who = np.flatnonzero(~world.people.named) if calls else np.zeros(0, np.int64)
    for t in range(FIRST, FIRST + days):
        living.morning(t, who, np.ones(len(who), np.int64))
        living.rest(t)
    return living


def test_without_an_effect_whom_one_speaks_to_changes_nothing_and_with_one_it_does(world: World):
    spoke, silent = (asked_every_day(world, 0.0, calls=calls).told() for calls in (True, False))
    assert spoke["spoken"] > silent["spoken"]
    assert (spoke["kept"], spoke["maturing"]) == (silent["kept"], silent["maturing"])
    helped = asked_every_day(world, 1.0, calls=True).told()
    assert helped["kept"] > silent["kept"]
    assert helped["likely"] - silent["likely"] > 0
    doubled = asked_every_day(world, 1.5, calls=True).told()
    assert doubled["kept"] >= helped["kept"]


def test_a_message_changes_nothing_by_the_generators_truth(world: World):
    living = quarter_truth.Living(world, 11, 1.0)
    who = np.flatnonzero(~world.people.named)
    before = living.world.talked.copy()
    living.morning(FIRST, who, np.zeros(len(who), np.int64))
    assert np.array_equal(living.world.talked, before)
    living.morning(FIRST, who, np.ones(len(who), np.int64))
    assert (living.world.talked == FIRST).sum() > len(who) // 3


def test_the_chances_are_the_generators_own(world: World):
    living, one = quarter_truth.Living(world, 3, 0.5), np.array([40])
    cases, band = living.cases, np.array([1])
    for talked in (FIRST, FIRST - 500):
        cases.draw(world.rng, "dormant", one, FIRST, np.array([talked]), band)
    effect = EFFECTS["dormant"]
    expected = [effect.without[1] + effect.lift / 2, effect.without[1]]
    assert [chance[0] for chance in cases.chances["dormant"]] == pytest.approx(expected)


def test_everybody_has_dice_of_their_own_whoever_else_is_asked(world: World):
    cases = quarter_truth.Living(world, 3, 1.0).cases
    few, many = np.array([70, 5]), np.array([5, 6, 70, 5])
    assert cases.dice("maturity", few, 400).tolist() == cases.dice("maturity", many, 400)[[2, 0]].tolist()
    assert len(set(cases.dice("maturity", many, 400).tolist())) == 4
    assert cases.dice("maturity", few, 401).tolist() != cases.dice("maturity", few, 400).tolist()
    alone, together = (quarter_truth.Own(3, 400, 500, who) for who in (few, many))
    assert alone.random(2).tolist() == together.random(4)[[2, 0]].tolist()
    assert alone.integers(0, 10**6, 2).tolist() == together.integers(0, 10**6, 4)[[2, 0]].tolist()


# ---------------------------------------------------------------- what is told


def test_an_interval_is_that_of_student_on_paired_differences():
    gap = quarter_told.difference([11, 22, 33, 44, 55], [10, 20, 30, 40, 50])
    assert gap.mean == 3
    assert gap.half == pytest.approx(2.776 * np.std([1, 2, 3, 4, 5], ddof=1) / np.sqrt(5))
    assert gap.sure
    assert not quarter_told.difference([1, -1, 2, -2], [0, 0, 0, 0]).sure
    assert not quarter_told.difference([5], [1]).sure


def test_a_rhythm_is_late_the_day_after_and_has_lapsed_when_the_next_touch_is_due():
    today = 20_000
    days = {"message_day": "day", "call_day": "day", "meeting_day": "day"}
    rows = [
        {"keeper_no": "k", "tier": "C", "message_day": today - ago, "call_day": None, "meeting_day": None}
        for ago in (91, 92, 182, 183)
    ]
    known = backend.frame(rows, {"keeper_no": "text", "tier": "text", **days})
    assert quarter_told.rhythm(known, today, SHIPPED) == {"k": {"C": (4, 1, 3)}}


def test_the_sheet_says_where_ours_loses():
    from bench import quarter

    seeds, names = [1, 2, 3], [measure.name for measure in quarter_told.MEASURES]
    results = {(s, 1.0, way): dict.fromkeys(names, float(s)) for s in seeds for way in NAMES}
    for s in seeds:
        results[s, 1.0, OURS] = {**results[s, 1.0, OURS], "kept": s - 1e8 * (1 + s / 100), "won": s + 1e8}
    said = quarter.verdict(results, seeds, 1.0)
    assert "loses in kept at maturity" in said
    assert "wins in won from outside" in said
    assert "all assets at the end" in said.split("cannot be told apart in")[1]
