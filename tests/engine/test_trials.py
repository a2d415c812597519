"""What is counted of judged trials agrees with a slow reading of the lake, and what is learnt reaches the worth."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from narwhals import col

from guanhu.engine import backend, opportunities, pipeline, tables, trials
from guanhu.engine.lake import Lake
from guanhu.engine.night import Night
from guanhu.rules import learning
from guanhu.rules.contact import counts_for_quota
from guanhu.rules.days import SHIPPED_CALENDAR, day_number
from guanhu.rules.entitlements import next_line_fen
from guanhu.rules.kinds import Channel, SignalKind, Tier
from guanhu.rules.policy import SHIPPED, WAN
from guanhu.rules.rates import Count, Rate, rates_of
from guanhu.rules.trials import LEARNT
from tests.engine.random_bank import Bank

FIRST, BEGUN, LAST = date(2024, 1, 1), date(2024, 2, 20), date(2024, 4, 12)
NUMBERS = {day_number(FIRST + timedelta(days=n)): FIRST + timedelta(days=n) for n in range(200)}


def lived(lake: Lake, seed: int) -> list[date]:
    """A bank's days, and a night of each from some day on; two nights did not run."""
    bank = Bank(seed, FIRST, customers=40)
    bank.write_days(lake, [FIRST + timedelta(days=n) for n in range((BEGUN - FIRST).days)])
    nights = []
    for n in range((LAST - BEGUN).days + 1):
        day = BEGUN + timedelta(days=n)
        bank.write_days(lake, [day])
        if n not in (33, 34):
            pipeline.run(lake, day, SHIPPED, SHIPPED_CALENDAR)
            nights.append(day)
    return nights


def by_hand(lake: Lake, night: date, before: date) -> Counter:
    """The trials due since the night before, one after the other, from rows alone: (kind, tier, treatment, success)."""
    told: Counter = Counter()
    now = {row["customer"]: row for row in lake.rows(tables.STANDINGS, night)}
    for kind in LEARNT:
        for gone in range((night - before).days):
            opening = night - timedelta(days=gone + SHIPPED.trial_judge_days[kind])
            spoken = [day for day in lake.days(tables.SIGNALS) if 0 <= (day - opening).days <= 3]
            if not spoken:
                continue
            then = {row["customer"]: row for row in lake.rows(tables.STANDINGS, spoken[0])}
            for key, rows in _signals(lake, spoken[0], kind, opening).items():
                customer, account, trial = key
                if customer in now:
                    told[_one(lake, kind, account, trial, rows, then[customer], now[customer], opening, night)] += 1
    del told[None]
    return told


def _signals(lake, told, kind, opening):
    found: dict = {}
    for row in lake.rows(tables.SIGNALS, told):
        if row["kind"] == kind:
            due = day_number(row["due_on"])
            trial = due
            if kind in (SignalKind.NEAR_LINE, SignalKind.OUTFLOW, SignalKind.DORMANT):
                trial = next(day for day in range(due, due - 30, -1) if (day + row["customer"] % 30) % 30 == 0)
            early = {SignalKind.MATURITY: 8, SignalKind.LARGE_MOVE: 0}.get(kind, 1)
            if trial - early == day_number(opening):
                found.setdefault((row["customer"], row["account"] or 0, trial), []).append(row)
    return found


def _one(lake, kind, account, trial, rows, then, now, opening, night):
    """One trial as the answers would count it; null where nothing was to be won."""
    customer, amount = then["customer"], sum(row["amount_fen"] for row in rows)
    line, before, after = next_line_fen(then["average_fen"], SHIPPED), then["balance_fen"], now["balance_fen"]
    if kind is SignalKind.NEAR_LINE and before >= (line or 0):
        return None
    out = any(json.loads(row["evidence"]).get("direction") == "out" for row in rows)
    near, put = [], 0
    for day in (opening + timedelta(days=n) for n in range((night - opening).days + 1)):
        within = 0 < (day - opening).days <= SHIPPED.trial_contact_days[kind]
        for row in (*lake.rows(tables.CONTACTS, day), *lake.rows(tables.OWN_CONTACTS, day)):
            counts = counts_for_quota(row["channel"], row["seconds"], row["outcome"], SHIPPED)
            if within and row["customer"] == customer and counts:
                near.append(["message", "call", "meeting"].index(row["channel"]))
        for row in lake.rows(tables.BALANCES, day):
            if row["customer"] == customer and row["kind"] not in ("current", "loan"):
                put += row["change_fen"]
    held = learning.is_held_out(kind, customer, account, trial, False, out, SHIPPED)
    treatment = ["message", "call", "meeting"][max(near)] if near else "held" if held else "left"
    moved = now["last_move_on"]
    well = {
        SignalKind.MATURITY: after >= before - amount // 2,
        SignalKind.LARGE_MOVE: after >= before + amount // 2 if out else put >= amount // 2,
        SignalKind.NEAR_LINE: after >= (line or 0),
        SignalKind.OUTFLOW: now["in30_fen"] >= now["out30_fen"],
        SignalKind.DORMANT: moved is not None and moved > opening,
    }[kind]
    return kind.value, then["tier"], treatment, well


def counted(lake: Lake, night: date) -> Counter:
    told: Counter = Counter()
    for row in lake.rows(tables.TRIALS, night):
        key = row["kind"], row["tier"], row["treatment"]
        told[*key, True] += row["successes"]
        told[*key, False] += row["cases"] - row["successes"]
    return +told


@pytest.mark.slow
@pytest.mark.long
def test_the_trials_of_every_night_are_those_counted_by_hand(tmp_path):
    lake, seen = Lake(tmp_path), Counter[tuple[str, ...]]()
    nights = lived(lake, 5)
    for before, night in pairwise(nights):
        told = by_hand(lake, night, before)
        assert counted(lake, night) == told, night
        seen += told
    assert {kind for kind, *_ in seen} >= {"maturity", "large_move", "near_line"}
    assert {treatment for _, _, treatment, _ in seen} >= {"call", "meeting", "left"}
    assert {well for *_, well in seen} == {True, False}
    assert twice(lake, nights[-1]) == counted(lake, nights[-1])
    _a_shorter_window_is_found(lake, nights)


def twice(lake: Lake, night: date) -> Counter:
    """A night that is carried out again judges the same."""
    pipeline.run(lake, night, SHIPPED, SHIPPED_CALENDAR)
    return counted(lake, night)


def _a_shorter_window_is_found(lake: Lake, nights: list[date]) -> None:
    """The twin: contacts counted for one day alone are told apart by the slow reading."""
    shorter = replace(SHIPPED, trial_contact_days=dict.fromkeys(LEARNT, 1))
    off = 0
    for night in nights[-15:]:
        people = lake.read(tables.STANDINGS, night).with_columns(net30_fen=col("in30_fen") - col("out30_fen"))
        rows = backend.rows(trials.tally(Night(lake, night, shorter, SHIPPED_CALENDAR), people))
        told = Counter({(row["kind"], row["tier"], row["treatment"]): row["cases"] for row in rows})
        kept: Counter = Counter()
        for (kind, tier, treatment, _), many in counted(lake, night).items():
            kept[kind, tier, treatment] += many
        off += told != kept
    assert off


# ---------------------------------------------------------------- what is learnt reaches the worth

NIGHT = date(2026, 3, 2)
PEOPLE = {"customer": "key", "tier": "text", "last_contact_day": "day"}


def learnt(with_cases: int, with_successes: int, alone: int, alone_successes: int):
    counts = {
        ("near_line", "A", "call"): Count(with_cases, with_successes),
        ("near_line", "A", "left"): Count(alone, alone_successes),
    }
    return rates_of(counts, SHIPPED)


def offered(lake, known):
    lake.write_rows(tables.SIGNALS, NIGHT, [
        {"customer": 1, "account": None, "kind": "near_line", "step": None, "product": None, "amount_fen": 20 * WAN,
         "due_on": date(2026, 3, 3), "expires_on": date(2026, 4, 2), "evidence": '{"rule": "near_line"}', "policy": "x"}
    ])  # fmt: skip
    night = Night(lake, NIGHT, SHIPPED, SHIPPED_CALENDAR)
    people = backend.frame([{"customer": 1, "tier": "A", "last_contact_day": None}], PEOPLE).lazy()
    (row,) = backend.rows(opportunities.build(night, people, lake.read(tables.SIGNALS, NIGHT), known))
    return row


def test_too_few_trials_leave_the_policys_belief_in_force(lake):
    row = offered(lake, learnt(99, 99, 500, 5))
    assert (row["with_bp"], row["without_bp"], row["gain_fen"]) == (1600, 500, 220_00)


def test_enough_trials_change_the_worth_and_the_reason_alike(lake):
    known = learnt(400, 200, 400, 20)
    row = offered(lake, known)
    rate = next(r for r in known if (r.kind, r.tier, r.channel) == (SignalKind.NEAR_LINE, Tier.A, Channel.CALL))
    told = json.loads(row["evidence"])
    assert (row["with_bp"], row["without_bp"]) == (rate.reached_belief.bp, rate.alone_belief.bp)
    assert (told["with_bp"], told["without_bp"], told["trials"]) == (row["with_bp"], row["without_bp"], 400)
    assert row["gain_fen"] == 20 * WAN // 100 * rate.lift_bp // 10_000 > 220_00


def test_who_does_it_unasked_is_not_worth_a_call(lake):
    row = offered(lake, learnt(400, 200, 400, 380))
    assert row["gain_fen"] == 0


def test_a_rate_is_written_and_read_alike(lake):
    known = learnt(40, 20, 60, 3)
    lake.write_rows(tables.RATES, NIGHT, [rate.as_row() | {"policy": "x"} for rate in known])
    assert {Rate.of_row(row) for row in lake.rows(tables.RATES, NIGHT)} == set(known)
