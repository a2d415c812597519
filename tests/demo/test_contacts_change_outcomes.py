"""Staff contacts change outcomes by known amounts, and the files show it."""

from collections import defaultdict
from datetime import date, timedelta
from math import sqrt

import numpy as np
import pytest

from guanhu.demo.truth import EFFECTS, TALK_SECONDS, Effect, Record
from tests.demo.reading import Delivered

pytestmark = pytest.mark.slow
ERRORS = 4
"""Standard errors within which a measured effect has to lie."""


def measured(kind: str, cases) -> tuple[float, float]:
    """The lift of a conversation inside each band, weighted by what each band can tell, and its true standard error."""
    talked, happened, band = (np.array(cases[name]) for name in ("talked", "happened", "band"))
    chance = EFFECTS[kind].chance(np.repeat(np.arange(3), 2), np.tile([0, 1], 3)).reshape(3, 2)
    lifts, weights = [], []
    for b in range(3):
        no, yes = (happened[(band == b) & (talked == flag)] for flag in (0, 1))
        if min(len(no), len(yes)) > 0:
            p = chance[b]
            weights.append(1 / (p[0] * (1 - p[0]) / len(no) + p[1] * (1 - p[1]) / len(yes)))
            lifts.append(yes.mean() - no.mean())
    return float(np.dot(lifts, weights) / sum(weights)), 1 / sqrt(sum(weights))


@pytest.mark.parametrize("kind", EFFECTS)
def test_the_measured_lift_is_the_true_one(lively, kind):
    lift, error = measured(kind, lively.record.columns(kind))
    assert abs(lift - EFFECTS[kind].lift) <= ERRORS * error


@pytest.mark.parametrize("kind", ["maturity", "near_line", "large_inflow"])
def test_an_effect_that_is_not_there_is_not_measured(lively, kind):
    """The twin: outcomes shuffled inside each band show no lift, and that is found to differ from the truth."""
    cases = {name: np.array(column) for name, column in lively.record.columns(kind).items()}
    rng = np.random.default_rng(1)
    for band in range(3):
        mine = cases["band"] == band
        cases["happened"][mine] = rng.permutation(cases["happened"][mine])
    lift, error = measured(kind, cases)
    assert abs(lift) <= ERRORS * error
    assert abs(lift - EFFECTS[kind].lift) > ERRORS * error


def test_keepers_call_the_rich_first_so_a_plain_comparison_flatters_them(lively):
    cases = lively.record.columns("maturity")
    talked, band = np.array(cases["talked"]), np.array(cases["band"])
    assert talked[band == 0].mean() > talked[band == 2].mean() + 0.1


@pytest.mark.parametrize("kind", EFFECTS)
def test_every_story_has_cases_of_both_sorts(lively, kind):
    talked = np.array(lively.record.columns(kind)["talked"])
    assert len(talked) > 100
    assert 0 < talked.sum() < len(talked)


@pytest.mark.parametrize("effect", EFFECTS.values(), ids=EFFECTS)
def test_a_true_chance_is_a_chance(effect: Effect):
    band = np.array([0, 1, 2, 0, 1, 2])
    chance = effect.chance(band, np.array([0, 0, 0, 1, 1, 1]))
    assert ((chance >= 0) & (chance <= 1)).all()
    assert np.allclose(chance[3:] - chance[:3], effect.lift)


def test_a_record_without_cases_has_empty_columns():
    assert Record().columns("maturity")["customer"] == []


def test_a_conversation_counts_inside_its_window_only():
    record = Record()
    rng = np.random.default_rng(0)
    window = EFFECTS["maturity"].window
    last = np.array([100 - window, 100 - window - 1])
    record.draw(rng, "maturity", np.array([1, 2]), 100, last, np.array([0, 0]))
    assert record.columns("maturity")["talked"] == [True, False]


def talks(bank: Delivered) -> dict[str, set[int]]:
    """Real conversations by customer, from the contacts file alone."""
    found: dict[str, set[int]] = defaultdict(set)
    for row in bank.all_days("contacts"):
        real = row["outcome"] in ("reached", "booked", "closed") and int(row["seconds"] or 0) >= TALK_SECONDS
        if real:
            found[row["customer_no"]].add((date.fromisoformat(row["day_on"]) - date(2025, 5, 21)).days)
    return found


@pytest.mark.parametrize("kind", EFFECTS)
def test_the_contacts_file_shows_who_was_talked_to(small: Delivered, kind):
    truth, spoken = small.truth(), talks(small)
    cases, window = truth["cases"][kind], EFFECTS[kind].window
    for customer, t, talked in zip(cases["customer_no"], cases["t"], cases["talked"], strict=True):
        assert any(t - window <= day <= t for day in spoken[customer]) == bool(talked)


def away(bank: Delivered) -> dict[str, set[str]]:
    """Days on which a customer sent money to another bank."""
    owner = {row["account_no"]: row["customer_no"] for row in bank.clean(bank.summary.deliveries[-1], "accounts")}
    found: dict[str, set[str]] = defaultdict(set)
    for row in bank.all_days("transactions"):
        if row["other_bank"] and row["direction"] == "out":
            found[owner[row["account_no"]]].add(row["day_on"])
    return found


def test_lost_maturities_are_seen_leaving_for_other_banks(small: Delivered):
    cases, left = small.truth()["cases"]["maturity"], away(small)
    seen = lost = 0
    for customer, t, stayed in zip(cases["customer_no"], cases["t"], cases["happened"], strict=True):
        if not stayed and t < 545:
            days = {(date(2025, 5, 21) + timedelta(days=t + wait)).isoformat() for wait in range(6)}
            lost += 1
            seen += bool(days & left[customer])
    assert lost > 50
    assert seen / lost > 0.97


def test_money_for_the_line_is_seen_coming(small: Delivered):
    cases = small.truth()["cases"]["near_line"]
    owner = {row["account_no"]: row["customer_no"] for row in small.clean("history", "accounts")}
    came = {
        (owner[row["account_no"]], row["day_on"])
        for row in small.all_days("transactions")
        if row["direction"] == "in" and row["other_bank"]
    }
    brought = [
        (customer, (date(2025, 5, 21) + timedelta(days=t)).isoformat())
        for customer, t, happened in zip(cases["customer_no"], cases["t"], cases["happened"], strict=True)
        if happened
    ]
    assert brought
    assert set(brought) <= came


def test_the_truth_names_its_effects_bands_and_words(small: Delivered):
    truth = small.truth()
    assert truth["synthetic"] is True
    assert truth["today"] == "2026-11-24"
    assert {kind: effect["lift"] for kind, effect in truth["effects"].items()} == {
        kind: effect.lift for kind, effect in EFFECTS.items()
    }
    assert len(truth["bands"]) == 3
    assert truth["cast"]["赵桂芳"] == "80000001"
