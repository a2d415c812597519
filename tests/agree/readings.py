"""The table of rules that are read both ways: each rule, the fields it reads, and what is fixed beside them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

import narwhals as nw
import polars as pl
from hypothesis import strategies as st

from guanhu.rules import (
    aside,
    cadence,
    complaints,
    contact,
    entitlements,
    evening,
    introductions,
    kinds,
    learning,
    plan,
    portfolio,
    preferences,
    signals,
    tiers,
    value,
    ways,
)
from guanhu.rules.days import SHIPPED_CALENDAR, day_number
from guanhu.rules.policy import SHIPPED, WAN

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Field:
    """What one input of a rule may hold: its type in the lake, the values worth trying and any others."""

    dtype: Any
    edges: tuple[Any, ...]
    others: st.SearchStrategy[Any] = field(default_factory=st.nothing)

    def values(self) -> st.SearchStrategy[Any]:
        """Edges most of all, null among them, and anything else the type allows."""
        return st.sampled_from((None, *self.edges)) | self.others


@dataclass(frozen=True)
class Reading:
    """A rule and the fields it reads, in the order of a row."""

    rule: Callable[..., Any]
    fields: Mapping[str, Field]
    fixed: Mapping[str, Any] = field(default_factory=dict)

    def rows(self) -> st.SearchStrategy[list[Row]]:
        """Rows of inputs for this rule."""
        return st.lists(st.tuples(*(one.values() for one in self.fields.values())), min_size=1, max_size=40)

    def by_value(self, row: Row) -> Any:
        """The rule's answer for one customer."""
        answer = self.rule(**dict(zip(self.fields, row, strict=True)), **self.fixed)
        return str(answer) if isinstance(answer, StrEnum) else answer

    def by_column(self, rows: Sequence[Row], engine: "Engine") -> list[Any]:
        """The rule's answers for all of them at once."""
        schema = {"row": pl.Int64} | {name: one.dtype for name, one in self.fields.items()}
        table = pl.DataFrame([(n, *row) for n, row in enumerate(rows)], schema=schema, orient="row")
        answer = self.rule(**{name: nw.col(name) for name in self.fields}, **self.fixed)
        told = nw.from_native(engine.frame(table)).lazy().select("row", answer=answer).sort("row")
        return engine.answers(told.to_native())


@dataclass(frozen=True)
class Engine:
    """Where columns are worked out: how it takes a table in, and how its answers are read."""

    frame: Callable[[pl.DataFrame], Any]
    answers: Callable[[Any], list[Any]]


POLARS = Engine(lambda table: table.lazy(), lambda told: told.collect()["answer"].to_list())
"""The engine of the product."""


def disagreements(reading: Reading, rows: Sequence[Row], engine: Engine = POLARS) -> list[str]:
    """Where a rule does not read the same both ways; a reading that fails is said too."""
    try:
        ones = [reading.by_value(row) for row in rows]
    except TypeError as problem:
        return [f"by value: {problem}"]
    try:
        many = reading.by_column(rows, engine)
    except (TypeError, AttributeError, ValueError, pl.exceptions.PolarsError) as problem:
        return [f"by column: {problem}"]
    return [
        f"{dict(zip(reading.fields, row, strict=True))}: {one!r} by value, {other!r} by column"
        for row, one, other in zip(rows, ones, many, strict=True)
        if one != other or (one is None) != (other is None)
    ]


# ---------------------------------------------------------------- what inputs may hold


def _around(*lines: int) -> tuple[int, ...]:
    return tuple(sorted({line + step for line in lines for step in (-1, 0, 1)}))


def words(kind: type[kinds.Kind], *more: str) -> Field:
    """A word of a closed list, or one that is not in it."""
    return Field(pl.String, (*(str(member) for member in kind), *more, "nobody knows"))


HIGHEST_FEN = 10**12
_LINES = [line for line, _ in SHIPPED.entitlement_lines]
MONEY = Field(
    pl.Int64,
    _around(0, 5 * WAN, 20 * WAN, *_LINES, *(line * 6 // 10 for line in _LINES), 9 * WAN, 10 * WAN, HIGHEST_FEN)
    + tuple(-amount for amount in _around(5 * WAN, 20 * WAN, HIGHEST_FEN)),
    st.integers(-HIGHEST_FEN, HIGHEST_FEN),
)
SMALL_MONEY = Field(pl.Int64, _around(0, 90, 100, 180, 200, 1000), st.integers(-300, 300))
YUAN = Field(pl.Int64, _around(-100_000, -1000, 0, 1000, 100_000), st.integers(-10_000_000, 10_000_000))
SQUARES = Field(pl.Int64, (0, 1, 10**6, 3 * 10**6, 10**10, 10**15), st.integers(0, 10**16))
PPM = Field(pl.Int64, (-1_000_000, -1, 0, 1, 250_000, 1_000_000), st.integers(-3_000_000, 3_000_000))
PRODUCT_SUM = Field(pl.Int64, (-1, 0, 1, 9_999, 10_000, 3 * 10**14), st.integers(-(10**16), 10**16))
COUNT = Field(pl.Int32, (0, 1, 2, 3, 4, 5, 299, 300, 566, 599, 600, 601, 5_000_000), st.integers(0, 5_000_000))
BASIS = Field(pl.Int32, (0, 1, 4_999, 5_000, 9_999, 10_000), st.integers(0, 10_000))
WEEKDAYS = Field(pl.Int32, (0, 1, 8, 64, 96, 126), st.integers(0, 126))
WEEKDAY = Field(pl.Int64, tuple(1 << day for day in range(7)))
DAYS = Field(pl.Int32, (0, 1, 6, 7, 8, 29, 30, 31, 59, 60, 89, 90, 91, 92, 179, 180, 181), st.integers(0, 400))
KEY = Field(pl.Int64, (1, 29, 30, 2**31 - 2, 2**31 - 1, 2**31, 2**63 - 1), st.integers(1, 2**63 - 1))
SECONDS = Field(pl.Int32, (0, 1, 59, 60, 61), st.integers(0, 7200))
FLAG = Field(pl.Boolean, (True, False))
TIER = words(kinds.Tier)
PRODUCT = words(kinds.ProductKind)
CHANNEL = words(kinds.Channel)
GROUP = words(kinds.Group)
OUTCOME = words(kinds.Outcome)
SIGNAL = words(kinds.SignalKind, *(str(reason) for reason in kinds.Reason))
STEP = words(kinds.MaturityStep)
POST = words(kinds.Post)
STAGE = words(kinds.Stage)

FRIDAY_BEFORE_A_HOLIDAY = SHIPPED_CALENDAR.around(date(2026, 9, 30))
TODAY = SHIPPED_CALENDAR.around(date(2026, 11, 23))
_DAY = day_number(date(2026, 11, 23))
_FIRST = _DAY - 3
DAY = Field(pl.Int32, tuple(range(_DAY - 15, _DAY + 33)), st.integers(_DAY - 400, _DAY + 400))
HOLIDAY = Field(
    pl.Int32, tuple(range(FRIDAY_BEFORE_A_HOLIDAY.day - 5, FRIDAY_BEFORE_A_HOLIDAY.day + 33)), st.integers(0, 30_000)
)

# ---------------------------------------------------------------- the table

_P = {"policy": SHIPPED}
_LOOKS = {"policy": replace(SHIPPED, other_bank_legal_basis="条款 7")}
_LADDER = {"average_fen": SMALL_MONEY, "line_a_fen": SMALL_MONEY, "line_b_fen": SMALL_MONEY}
_MONTHS = {"kept": TIER, "months": COUNT, **_LADDER}
_GATE = {
    "channel": CHANNEL,
    "marketing": FLAG,
    "duty": FLAG,
    "marketing_granted": FLAG,
    "service_granted": FLAG,
    "channel_refused": FLAG,
    "complaint_quiet": FLAG,
    "cooling": FLAG,
    "recent_contacts": COUNT,
    "paused": FLAG,
    "message_age_days": DAYS,
}
_CALL = {"channel": CHANNEL, "seconds": SECONDS, "outcome": OUTCOME}
_OUTFLOW = {
    "net_fen": MONEY,
    "adjusted_yuan": YUAN,
    "average_fen": MONEY,
    "months": COUNT,
    "sum_yuan": YUAN,
    "squares_yuan": SQUARES,
}
_JUDGED = {
    "kind": SIGNAL,
    "went_out": FLAG,
    "amount_fen": MONEY,
    "line_fen": MONEY,
    "before_fen": MONEY,
    "after_fen": MONEY,
    "put_away_fen": MONEY,
    "net_fen": MONEY,
    "opened_day": DAY,
    "moved_day": DAY,
}
_HEARD = {"last_move_day": DAY, "last_contact_day": DAY, "opened_day": DAY}

READINGS: tuple[Reading, ...] = (
    Reading(aside.is_too_much_aside, {"rows_in": COUNT, "quarantined": COUNT}, _P),
    Reading(tiers.tier_of, _LADDER),
    Reading(tiers.tier_rank, {"tier": TIER}),
    Reading(tiers.higher_tier, {"one": TIER, "other": TIER}),
    Reading(tiers.shown_tier, {"kept": TIER, **_LADDER}),
    Reading(tiers.is_below_line, {"kept": TIER, **_LADDER}, _P),
    Reading(tiers.months_below, _MONTHS, _P),
    Reading(tiers.tier_after_month_end, _MONTHS, _P),
    Reading(tiers.months_after_month_end, {"kept": TIER, "months": COUNT, "new_tier": TIER}),
    Reading(tiers.last_place_a, {"customers": COUNT}, _P),
    Reading(tiers.last_place_b, {"customers": COUNT}, _P),
    Reading(tiers.cut_off_fen, {"amount_fen": SMALL_MONEY}),
    Reading(entitlements.entitlement_of, {"average_fen": MONEY}, _P),
    Reading(entitlements.next_line_fen, {"average_fen": MONEY}, _P),
    Reading(entitlements.next_entitlement, {"average_fen": MONEY}, _P),
    Reading(entitlements.gap_fen, {"average_fen": MONEY}, _P),
    Reading(entitlements.is_near_line, {"average_fen": MONEY}, _P),
    Reading(value.margin_of, {"product": PRODUCT}, _P),
    Reading(value.yearly_margin_of, {"product": PRODUCT}, _P),
    Reading(value.revenue_fen, {"amount_fen": MONEY, "product": PRODUCT}, _P),
    Reading(value.revenue_of_products_fen, {"amount_times_margin": PRODUCT_SUM}),
    Reading(value.lift_bp, {"kind": SIGNAL}, _P),
    Reading(value.success_bp, {"kind": SIGNAL}, _P),
    Reading(value.success_without_bp, {"kind": SIGNAL}, _P),
    Reading(value.gain_fen, {"kind": SIGNAL, "product": PRODUCT, "amount_fen": MONEY}, _P),
    Reading(
        value.gain_between_fen, {"product": PRODUCT, "amount_fen": MONEY, "with_bp": BASIS, "without_bp": BASIS}, _P
    ),
    Reading(value.routine_gain_fen, {"tier": TIER}, _P),
    Reading(value.waiting_fen, {"gain_fen": MONEY, "waited": COUNT}, _P),
    Reading(value.duty_gain_fen, {"reason": SIGNAL}, _P),
    Reading(value.opportunity_gain_fen, {"kind": SIGNAL, "product": PRODUCT, "amount_fen": MONEY, "tier": TIER}, _P),
    Reading(value.channel_gain_fen, {"gain_fen": MONEY, "channel": CHANNEL}, _P),
    Reading(signals.maturity_step, {"matures_day": DAY, "auto_renew": FLAG}, {"today": TODAY, **_P}),
    Reading(
        signals.maturity_step, {"matures_day": HOLIDAY, "auto_renew": FLAG}, {"today": FRIDAY_BEFORE_A_HOLIDAY, **_P}
    ),
    Reading(signals.is_maturity_duty, {"step": STEP}),
    Reading(signals.maturity_expires_day, {"matures_day": DAY}, {"today": TODAY}),
    Reading(signals.maturity_expires_day, {"matures_day": HOLIDAY}, {"today": FRIDAY_BEFORE_A_HOLIDAY}),
    Reading(signals.is_large_move, {"amount_fen": MONEY, "average_fen": MONEY}, _P),
    Reading(signals.branch_share_ppm, {"branch_net_fen": MONEY, "branch_average_fen": MONEY}),
    Reading(signals.adjusted_net_yuan, {"net_fen": MONEY, "average_fen": MONEY, "share_ppm": PPM}),
    Reading(signals.is_outflow, _OUTFLOW, _P),
    Reading(signals.silent_days, _HEARD, {"first_day": _FIRST, "day": _DAY}),
    Reading(signals.usual_gap_days, {"first_move_day": DAY, "last_move_day": DAY, "moves": COUNT}),
    Reading(signals.dormant_line_days, {"tier": TIER, "gap_days": DAYS}, _P),
    Reading(signals.is_dormant, {"silent": DAYS, "tier": TIER, "gap_days": DAYS}, _P),
    Reading(signals.is_other_bank, {"sent_fen": MONEY}, _P),
    Reading(signals.is_other_bank, {"sent_fen": MONEY}, _LOOKS),
    Reading(signals.is_date_near, {"date_day": DAY}, {"today": TODAY, **_P}),
    Reading(signals.expires_day, {"kind": SIGNAL, "due_day": DAY}, _P),
    Reading(signals.is_duty, {"kind": SIGNAL, "step": STEP}),
    Reading(signals.is_fraud_check, {"kind": SIGNAL, "went_out": FLAG, "due_day": DAY}, {"today": TODAY}),
    Reading(signals.is_marketing, {"kind": SIGNAL}),
    Reading(contact.cool_down_days, {"outcome": OUTCOME}, _P),
    Reading(contact.cool_until_day, {"outcome": OUTCOME, "last_day": DAY}, _P),
    Reading(contact.is_cooling, {"outcome": OUTCOME, "last_day": DAY}, {"today_day": _DAY, **_P}),
    Reading(
        contact.is_channel_refused,
        {"channel": CHANNEL, "message_granted": FLAG, "call_granted": FLAG, "meeting_granted": FLAG},
    ),
    Reading(contact.withheld_by, _GATE, _P),
    Reading(contact.may_contact, _GATE, _P),
    Reading(contact.is_answered, {"outcome": OUTCOME}),
    Reading(contact.seconds_that_count, {"declared": SECONDS, "delivered": SECONDS}),
    Reading(contact.effective_call, {"seconds": SECONDS, "outcome": OUTCOME}, _P),
    Reading(contact.is_effective, _CALL, _P),
    Reading(contact.counts_for_quota, _CALL, _P),
    Reading(complaints.is_complaint_open, {"opened_day": DAY, "closed_day": DAY}, {"day": _DAY}),
    Reading(complaints.quiet_until_day, {"opened_day": DAY, "closed_day": DAY}, _P),
    Reading(complaints.is_complaint_quiet, {"opened_day": DAY, "closed_day": DAY}, {"day": _DAY, **_P}),
    Reading(cadence.frequency_days, {"tier": TIER, "channel": CHANNEL}, _P),
    Reading(
        cadence.routine_due_day,
        {"touch": CHANNEL, "tier": TIER, "message_day": DAY, "call_day": DAY, "meeting_day": DAY},
        _P,
    ),
    Reading(preferences.is_liked_day, {"weekdays": WEEKDAYS, "weekday_bit": WEEKDAY}),
    Reading(preferences.is_liked_way, {"way": CHANNEL, "channel": CHANNEL}),
    Reading(
        preferences.unliked_fen,
        {"gain_fen": MONEY, "weekdays": WEEKDAYS, "weekday_bit": WEEKDAY, "way": CHANNEL, "channel": CHANNEL},
        _P,
    ),
    Reading(introductions.introduction_gain_fen, {"tier": TIER}, _P),
    Reading(introductions.is_introducing, {"from_day": DAY}, {"today_day": _DAY, **_P}),
    Reading(
        introductions.is_introduced,
        {"channel": CHANNEL, "from_day": DAY, "message_day": DAY, "call_day": DAY, "meeting_day": DAY},
    ),
    Reading(cadence.may_stand_in, {"tier": TIER, "channel": CHANNEL, "touch": CHANNEL}, _P),
    Reading(plan.post_factor_bp, {"post": POST}, _P),
    Reading(plan.quota_of, {"channel": CHANNEL, "post": POST, "customers": COUNT, "presence_bp": BASIS}, _P),
    Reading(plan.ahead_of, {"quota": COUNT}, _P),
    Reading(plan.spare_fen, {"value_fen": MONEY, "later_fen": MONEY}),
    Reading(plan.connect_bp, {"dialled": COUNT, "connected": COUNT}, _P),
    Reading(plan.attempts_for, {"effective": COUNT, "answered_bp": BASIS}),
    Reading(plan.group_of, {"duty": FLAG, "channel": CHANNEL}),
    Reading(evening.may_drop, {"group": GROUP}),
    Reading(ways.may_carry, {"kind": SIGNAL, "channel": CHANNEL}),
    Reading(ways.does_duty, {"kind": SIGNAL, "duty": FLAG, "channel": CHANNEL}),
    Reading(ways.routine_granted, {"channel": CHANNEL, "marketing_granted": FLAG}),
    Reading(ways.is_ripe, {"kind": SIGNAL, "due_day": DAY}, {"today": TODAY}),
    Reading(ways.fresh_from_day, {"kind": SIGNAL, "step": STEP, "due_day": DAY}, {"today": TODAY, **_P}),
    Reading(ways.is_dealt_with, {"channel": CHANNEL, "fresh_day": DAY, "message_day": DAY, "spoke_day": DAY}),
    Reading(portfolio.trust_bp, {"stage": STAGE, "spoken": COUNT}, _P),
    Reading(portfolio.protected_by, {"stage": STAGE, "spoken": COUNT, "promised": FLAG, "matures_in_days": DAYS}, _P),
    Reading(portfolio.difficulty, {"stage": STAGE, "spoken": COUNT, "marketing_granted": FLAG}),
    Reading(learning.trial_day, {"kind": SIGNAL, "customer": KEY, "due_day": DAY}, _P),
    Reading(learning.opens_day, {"kind": SIGNAL, "trial_day": DAY}, _P),
    Reading(learning.contact_days, {"kind": SIGNAL}, _P),
    Reading(learning.judge_days, {"kind": SIGNAL}, _P),
    Reading(learning.holdout_number, {"kind": SIGNAL, "customer": KEY, "account": KEY, "trial_day": DAY}, _P),
    Reading(
        learning.is_held_out,
        {"kind": SIGNAL, "customer": KEY, "account": KEY, "due_day": DAY, "duty": FLAG, "went_out": FLAG},
        {"policy": replace(SHIPPED, holdout_bp=dict.fromkeys(kinds.SignalKind, 5_000))},
    ),
    Reading(learning.closeness, {"channel": CHANNEL}),
    Reading(learning.treatment, {"closest": COUNT, "held_out": FLAG}),
    Reading(learning.is_open_question, {"kind": SIGNAL, "before_fen": MONEY, "line_fen": MONEY}),
    Reading(learning.is_success, _JUDGED),
    Reading(learning.shrunk_bp, {"successes": COUNT, "cases": COUNT, "prior_bp": BASIS}, {"prior_cases": 40}),
)

_FOR_THE_DAY = """
        evening.last_day_away evening.may_move evening.week_of evening.is_final
alarms.is_outside alarms.seen_by alarms.peers_of alarms.usual alarms.oddities alarms.is_news
    completeness.weights_of completeness.meter_of completeness.is_enough completeness.fresh_since
    exports.state_at exports.waits_until exports.lives_until exports.most_rows
    cases.spoken cases.due_on cases.urgency cases.may_move
    retention.terms retention.term_of retention.cut retention.is_due retention.left_on retention.is_fresh
    retention.is_as_counted
    access.may access.reach_of access.require access.may_propose access.shares_lists_with access.clash
    access.is_administrative
    complaints.answer_by
    days.day_number days.date_of
    lunar.lunar_of lunar.solar_of lunar.month_days lunar.next_birthday lunar.celebrated_on
    lunar.birthday_in lunar.is_day_of_year notes.note_fault
    notes.note_faults notes.without_consent living.has_no_birthday_yet living.may_be_a_child
    serving.needs_alternative serving.needs_result serving.needs_day
    relations.kind_of relations.inverse_of relations.turned relations.may_share_household
    masks.mask_name masks.mask_phone masks.mask_id masks.mask_account masks.mask_birth masks.mask_email
    masks.mask_address masks.age_band masks.amount_band masks.band_floor masks.in_form
    identifiers.phone_form identifiers.phone_tail identifiers.identity_form identifiers.check_sign
    identifiers.email_form identifiers.account_form
    privacy.narrower privacy.form_of privacy.personal
    rates.rates_of rates.prior_with_bp rates.half_width_bp
    money.wan money.wan_number money.yuan
    passwords.password_faults
    plan.quota_for preferences.weekdays_in preferences.way_in
    flags.flags_of flags.second_of flags.gist_of flags.is_alike
    habits.monday_of habits.weeks_of_year habits.working_days habits.rhythm_of habits.share_of
    feasibility.feasible feasibility.monthly
    portfolio.capability_pm portfolio.moves_allowed portfolio.within_ppm portfolio.round_due portfolio.has_dropped
    portfolio.needs_second_person portfolio.due_on portfolio.protections portfolio.is_protected
    signing.outlived signing.is_stale_sight signing.is_same_place signing.is_fresh signing.is_password_old signing.owed
    signing.locked_until signing.code_wait
    tenure.role_tenure tenure.cover_tenure tenure.cover_fault
    stages.stage_rank stages.allowed_moves stages.may_move_stage
    search.written search.slips_of search.span
    duplicates.likeness duplicates.weighed duplicates.score duplicates.is_duplicate
    lists.read_question lists.write_question lists.read_order lists.read_traits lists.between lists.among
    lists.bound_text
"""
DAY_ONLY = frozenset(_FOR_THE_DAY.split())
"""Rules for one customer, one colleague or one screen at a time; nobody asks them for a column."""

WORDS: frozenset[str] = frozenset(
    f"columns.{word}" for word in ("as_column", "pick", "no", "missing", "fill", "whole", "days_between", "ladder")
)
"""The words the rules are made of, tried by every rule above."""
