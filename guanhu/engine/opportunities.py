"""Opportunities 商机: today's reasons to get in touch — signals, promises and complaints.

Routine service is no answer of its own: it is worked out with the plan, where the channel decides it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine import backend
from guanhu.engine.evidence import evidence, went_out
from guanhu.engine.lake import engine_columns
from guanhu.engine.night import Night
from guanhu.engine.places import first_of
from guanhu.engine.tables import COMPLAINTS, OPPORTUNITIES, PROMISES
from guanhu.rules import value
from guanhu.rules.columns import as_column, fill, missing, no
from guanhu.rules.complaints import is_complaint_open
from guanhu.rules.kinds import Channel, Reason
from guanhu.rules.learning import is_held_out
from guanhu.rules.rates import Rate
from guanhu.rules.signals import is_duty, is_fraud_check, is_marketing

COLUMNS = engine_columns(OPPORTUNITIES)


def build(
    night: Night, people: nw.LazyFrame[Any], signals: nw.LazyFrame[Any], learnt: Sequence[Rate] = ()
) -> nw.LazyFrame[Any]:
    """商机: what is still open today, one line for each customer, kind and account, with what a call is worth.

    In: people, ``answers/signals``, ``answers/rates``, ``notes/promises``, ``bank/complaints``.
    Out: ``answers/opportunities``; fen.
    """
    here = people.select("customer")
    made = [
        _stamp(night, rated(night, merged(night, signals), people, learnt), col("kind")),
        _stamp(night, promised(night).join(here, on="customer", how="semi"), Reason.PROMISE),
        _stamp(night, complained(night, people), Reason.COMPLAINT),
    ]
    return backend.concat([backend.shaped(table, COLUMNS) for table in made])


def merged(night: Night, signals: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Signals not yet past, one for each customer, kind and account: duties first, then the earliest.

    An account with several maturities shows the next one; the others have their turn when they are next.
    A large movement out is a duty on the first working day after it (the fraud question, P135).
    """
    today = night.today
    fraud = is_fraud_check(col("kind"), went_out(), col("due_day"), today)
    open_now = signals.filter(fill(col("expires_day"), today.day) >= today.day).drop("policy")
    ranked = open_now.with_columns(duty=is_duty(col("kind"), col("step")) | fraud)
    single = ranked.filter(missing(col("account")))
    by_account = ranked.filter(no(missing(col("account")))).with_columns(
        first=no(col("duty")).cast(nw.Int32), less=0 - col("amount_fen")
    )
    leading = first_of(by_account, ["customer", "kind", "account"], ["first", "due_day", "less", "step"])
    return backend.concat([single, leading.drop("first", "less")])


def rated(
    night: Night, signals: nw.LazyFrame[Any], people: nw.LazyFrame[Any], learnt: Sequence[Rate]
) -> nw.LazyFrame[Any]:
    """The chances with and without a call: what was learnt of the signal and the tier, else what the policy believes.

    They go into the evidence too, with the trials behind them and whether this one is left alone on purpose, so that
    the worth and the reason that is shown cannot disagree.
    """
    policy = night.policy
    known = signals.join(people.select("customer", "tier"), on="customer").join(
        chances(learnt).lazy(), on=["kind", "tier"], how="left"
    )
    held = is_held_out(
        col("kind"), col("customer"), col("account"), col("due_day"), col("duty"), went_out(), policy
    )  # fmt: skip
    believed = known.with_columns(
        with_bp=fill(col("learnt_with_bp"), value.success_bp(col("kind"), policy)),
        without_bp=fill(col("learnt_without_bp"), value.success_without_bp(col("kind"), policy)),
        trials=fill(col("trials"), 0),
        holdout=held,
    )
    return believed.with_columns(evidence=_with_chances()).drop("tier", "learnt_with_bp", "learnt_without_bp", "trials")


def chances(learnt: Sequence[Rate]) -> nw.DataFrame[Any]:
    """What the night goes by: of each signal and tier with enough trials the chance with a call, without, and how many
    calls speak for it.
    """
    return backend.frame(
        [
            {"kind": rate.kind.value, "tier": rate.tier.value, "learnt_with_bp": rate.reached_belief.bp,
             "learnt_without_bp": rate.alone_belief.bp, "trials": rate.reached.cases}
            for rate in learnt
            if rate.used and rate.channel is Channel.CALL
        ],
        {"kind": "text", "tier": "text", "learnt_with_bp": "money", "learnt_without_bp": "money", "trials": "money"},
    )  # fmt: skip


def _with_chances() -> nw.Expr:
    """The evidence with the chances behind the worth."""
    told = nw.when(col("holdout")).then(nw.lit("true")).otherwise(nw.lit("false"))
    numbers = [(name, col(name).cast(nw.String)) for name in ("with_bp", "without_bp", "trials")]
    parts = [part for name, text in numbers for part in (nw.lit(f', "{name}": '), text)]
    whole = col("evidence").str.replace(r"\}$", "")
    return nw.concat_str(whole, *parts, nw.lit(', "held_out": '), told, nw.lit("}"))


def promised(night: Night) -> nw.LazyFrame[Any]:
    """约定回电: promises due by today and not kept, the earliest of each customer; always a duty."""
    due = night.lake.latest(PROMISES, night.day).filter(col("due_day") <= night.today.day)
    first = first_of(due, ["customer"], ["due_day", "channel"])
    why = evidence("promise", promised_on=col("due_day"), channel=col("channel"))
    return _reason(first.with_columns(evidence=why), Reason.PROMISE)


def complained(night: Night, people: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """投诉: an open complaint nobody has spoken about yet; a duty until an effective contact after it was made."""
    still = is_complaint_open(col("opened_day"), col("closed_day"), night.day_number)
    reached = people.select("customer", "last_contact_day")
    listed = night.lake.latest(COMPLAINTS, day=night.day).filter(still)
    silent = listed.join(reached, on="customer", how="inner").filter(
        fill(col("last_contact_day"), 0) < col("opened_day")
    )
    first = silent.group_by("customer").agg(col("opened_day").min().alias("due_day"), nw.len().alias("complaints"))
    why = evidence("complaint", opened_on=col("due_day"), complaints=col("complaints"))
    return _reason(first.with_columns(evidence=why), Reason.COMPLAINT)


def _reason(rows: nw.LazyFrame[Any], reason: Reason) -> nw.LazyFrame[Any]:
    """Rows of a duty that is no signal, in the shape of a signal."""
    return rows.select(
        customer=col("customer"), account=nw.lit(None, nw.Int64), kind=nw.lit(reason.value),
        step=nw.lit(None, nw.String), product=nw.lit(None, nw.String), amount_fen=nw.lit(0, nw.Int64),
        due_day=col("due_day"), expires_day=nw.lit(None, nw.Int32), evidence=col("evidence"), duty=nw.lit(True),
        with_bp=nw.lit(None, nw.Int64), without_bp=nw.lit(None, nw.Int64), holdout=nw.lit(False),
    )  # fmt: skip


def _stamp(night: Night, rows: nw.LazyFrame[Any], kind: Any) -> nw.LazyFrame[Any]:
    """What the reason is worth, whether it is marketing, and under which policy."""
    moved = value.gain_between_fen(col("product"), col("amount_fen"), col("with_bp"), col("without_bp"), night.policy)
    gain = moved + value.duty_gain_fen(kind, night.policy)
    return rows.with_columns(
        gain_fen=as_column(gain), marketing=as_column(is_marketing(kind)), policy=nw.lit(night.policy.version)
    )
