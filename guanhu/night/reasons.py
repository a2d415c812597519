"""Every reason to reach a customer on the coming working days, by each way it may be spoken about, with its worth and
what forbids it.

Signals, promises and complaints come from the night's opportunities. What the rhythm of routine service asks for is
worked out here, because it depends on the channel. Of days to come is said what holds if nothing happens until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from guanhu.engine import backend, tables
from guanhu.engine.evidence import evidence
from guanhu.engine.lake import Lake
from guanhu.night.facts import Lazy, as_one, facts
from guanhu.rules import cadence, contact, signals, value, ways
from guanhu.rules.columns import as_column, fill
from guanhu.rules.days import Today, WorkCalendar, day_number
from guanhu.rules.kinds import Channel, Reason, SignalKind
from guanhu.rules.policy import Policy

WHO = ("keeper_no", "customer", "customer_no")
WHAT = ("channel", "kind", "account", "step", "product", "amount_fen", "due_day", "duty", "fen", "evidence", "touch",
        "turn", "with_bp", "without_bp")  # fmt: skip
AROUND = ("tier", "withheld", "soon", "recent_reached", "recent_day", "past")

TEXT: dict[str, Any] = {"step": nw.String, "product": nw.String, "evidence": nw.String}
CHANCES: dict[str, Any] = {"with_bp": nw.Int32, "without_bp": nw.Int32}
NOTHING: dict[str, Any] = {"account": nw.Int64, "amount_fen": nw.Int64, "due_day": nw.Int32, **TEXT, **CHANCES}
"""What a routine contact does not have, with its type."""


@dataclass(frozen=True)
class Grounds:
    """What the reasons of any day are worked out from: facts, what the night found, what was promised; read once."""

    known: nw.DataFrame[Any]
    found: nw.DataFrame[Any]
    promises: nw.DataFrame[Any]

    def of(self, keepers: Sequence[str]) -> Grounds:
        """Of these keepers' customers alone."""
        mine = nw.col("keeper_no").is_in(list(keepers))
        return Grounds(self.known.filter(mine), self.found.filter(mine), self.promises)


def grounds(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar) -> Grounds:
    """Read what the reasons after this day stand on."""
    known = backend.collect(facts(lake, day, policy, calendar))
    opened = as_one(lake, day, lake.read(tables.OPPORTUNITIES, day))
    promises = as_one(lake, day, lake.latest(tables.PROMISES, day)).select("customer", "due_day", "channel").unique()
    return Grounds(known, backend.collect(opened.join(known.lazy(), on="customer")), backend.collect(promises))


def reasons(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar) -> Lazy:
    """Today's reasons: one row a customer, reason and channel, as ``reasons_of`` tells them."""
    return reasons_of(grounds(lake, day, policy, calendar), day, policy, calendar, days=1)


def reasons_of(ground: Grounds, day: date, policy: Policy, calendar: WorkCalendar, *, days: int) -> Lazy:
    """One row a customer, reason, channel and day: WHO, WHAT it is and is worth, and ``withheld``, null when allowed.

    ``at``: so many working days from today, 0 to ``days`` − 1 · ``fen`` is the whole gain of this channel over not
    contacting · ``withheld`` is a kinds.Withheld · ``touch`` is the routine contact it stands for, ``turn`` its how
    manieth from today · ``soon``: the customer was reached within the cap's window before that day.
    """
    first, known, found = calendar.next(day), ground.known.lazy(), ground.found.lazy()
    promises, every = ground.promises.lazy(), list[Lazy]()
    for at in range(days):
        on = calendar.add(first, at)
        today = calendar.around(on)
        still = found.filter(nw.col("expires_day").is_null() | (nw.col("expires_day") >= today.day))
        since = day_number(calendar.window_start(on, policy.cap_working_days))
        rows = [
            _found(still if at == 0 else _as_of(still, today, policy), today, policy),
            _promised(still, promises, policy) if at == 0 else _to_come(promises, today, known, policy),
            _routine(known.filter(~_soon(since)), day_number(first), today, policy),
        ]
        every += [_limited(one, today, policy, at=at, since=since) for one in rows]
    return backend.concat(every)


def _soon(since: int) -> nw.Expr:
    """Was the customer reached on this day or later?"""
    known: nw.Expr = fill(nw.col("reached_day") >= since, False)
    return known


def _each_way(rows: Lazy) -> Lazy:
    """Each row once for each channel."""
    return backend.concat([rows.with_columns(channel=nw.lit(way.value)) for way in Channel])


def _as_of(found: Lazy, today: Today, policy: Policy) -> Lazy:
    """Opportunities as they will stand on a day to come: where a maturity is on its timeline, what is a duty then.

    Whether a maturity will have been renewed nobody knows before its day, nor whether what left will still be asked.
    """
    matures = nw.col("kind") == SignalKind.MATURITY.value
    step = signals.maturity_step(nw.col("due_day"), True, today, policy)
    moved = found.with_columns(step=nw.when(matures).then(step).otherwise(nw.col("step")))
    there = moved.filter(~matures | ~nw.col("step").is_null())
    return there.with_columns(duty=signals.is_duty(nw.col("kind"), nw.col("step")))


def _found(found: Lazy, today: Today, policy: Policy) -> Lazy:
    """Signals and complaints, by the ways that can carry them, unless they have been dealt with or are held out."""
    kind, channel, due = nw.col("kind"), nw.col("channel"), nw.col("due_day")
    mine = found.filter(~kind.is_in([Reason.PROMISE.value, Reason.ROUTINE.value]), ~fill(nw.col("holdout"), False))
    fresh = ways.fresh_from_day(kind, nw.col("step"), due, today, policy)
    dealt_with = ways.is_dealt_with(channel, fresh, nw.col("message_day"), nw.col("spoke_day"))
    rows = _each_way(mine).filter(ways.may_carry(kind, channel), ways.is_ripe(kind, due, today), ~dealt_with)
    return _valued(rows, policy)


def _promised(found: Lazy, promises: Lazy, policy: Policy) -> Lazy:
    """A contact promised for today or overdue, by the channel that was promised."""
    mine = found.filter(nw.col("kind") == Reason.PROMISE.value)
    return _valued(mine.join(promises, on=["customer", "due_day"]), policy)


def _to_come(promises: Lazy, today: Today, known: Lazy, policy: Policy) -> Lazy:
    """A contact promised for this day to come, or for a day off before it."""
    due = nw.col("due_day")
    mine = promises.filter(due > today.previous_day, due <= today.day).join(known, on="customer")
    rows = mine.with_columns(
        account=nw.lit(None, nw.Int64), kind=nw.lit(Reason.PROMISE.value), step=nw.lit(None, nw.String),
        product=nw.lit(None, nw.String), amount_fen=nw.lit(0, nw.Int64), duty=nw.lit(True), marketing=nw.lit(False),
        gain_fen=as_column(value.duty_gain_fen(Reason.PROMISE, policy)),
        evidence=evidence("promise", promised_on=due, channel=nw.col("channel")),
        **{name: nw.lit(None, kind) for name, kind in CHANCES.items()},
    )  # fmt: skip
    return _valued(rows, policy)


def _valued(rows: Lazy, policy: Policy) -> Lazy:
    """What an opportunity is worth by this channel, and whether the channel does its duty."""
    return rows.with_columns(
        duty=ways.does_duty(nw.col("kind"), nw.col("duty"), nw.col("channel")),
        granted=nw.col("marketing_granted"),
        touch=nw.lit(None, nw.String),
        turn=nw.lit(0, nw.Int64),
        fen=value.channel_gain_fen(nw.col("gain_fen"), nw.col("channel"), policy),
    )


def _routine(known: Lazy, first_day: int, today: Today, policy: Policy) -> Lazy:
    """The touches the tier's rhythm asks for by this day, each by every way that stands for it, worth what it is worth.

    ``turn``: the first one is due today or later, the next each so many days after it, and each lapses when the next
    is due. Routine keeps the same silences as marketing, with two differences: who was never asked may be served, and
    who refused marketing still gets his service message (P265, P266). Who refused service is left alone, and who was
    reached in the last days waits.
    """
    channel, touch, tier = nw.col("channel"), nw.col("touch"), nw.col("tier")
    served = known.filter(nw.col("service_granted").fill_null(True))
    touches = backend.concat([served.with_columns(touch=nw.lit(way.value)) for way in cadence.TOUCHES])
    message, call, meeting = (nw.col(f"{way.value}_day") for way in cadence.TOUCHES)
    due = touches.with_columns(
        due_day=as_column(cadence.routine_due_day(tier, touch, message, call, meeting, policy)),
        every=as_column(cadence.frequency_days(tier, touch, policy)),
    ).filter(nw.col("due_day") <= today.day)
    begun = nw.max_horizontal("due_day", nw.lit(first_day))
    rows = _each_way(due).filter(as_column(cadence.may_stand_in(tier, channel, touch, policy)))
    lacks = {name: nw.lit(None, kind) for name, kind in NOTHING.items()}
    return rows.with_columns(
        kind=nw.lit(Reason.ROUTINE.value),
        duty=nw.lit(False),
        marketing=nw.lit(True),
        granted=ways.routine_granted(channel, nw.col("marketing_granted")),
        turn=(nw.lit(today.day, nw.Int64) - begun) // nw.col("every"),
        fen=value.channel_gain_fen(value.routine_gain_fen(tier, policy), touch, policy),
    ).with_columns(**lacks)


def _limited(rows: Lazy, today: Today, policy: Policy, *, at: int, since: int) -> Lazy:
    """Say for each row what forbids it, and keep what the plan needs; ``since``: where the cap's window begins."""
    recent = nw.col(f"recent_{at}") if at < policy.cap_working_days - 1 else 0
    withheld = contact.withheld_by(
        channel=nw.col("channel"),
        marketing=nw.col("marketing"),
        duty=nw.col("duty"),
        marketing_granted=nw.col("granted"),
        service_granted=nw.col("service_granted"),
        channel_refused=contact.is_channel_refused(
            nw.col("channel"), **{name: nw.col(name) for name in (f"{way.value}_granted" for way in Channel)}
        ),
        complaint_quiet=fill(nw.col("quiet_until_day") > today.day, False),
        cooling=fill(nw.col("cool_until_day") > today.day, False),
        recent_contacts=recent,
        message_age_days=today.day - nw.col("message_day"),
        paused=fill((nw.col("paused_from_day") <= today.day) & (nw.col("paused_until_day") >= today.day), False),
        policy=policy,
    )
    last = nw.max_horizontal("message_day", "call_day", "meeting_day").alias("recent_day")
    soon = _soon(since) & ~nw.col("duty")
    said = rows.filter(nw.col("duty") | (nw.col("fen") != 0))
    return said.with_columns(last, at=nw.lit(at, nw.Int64), withheld=withheld, soon=soon).select(
        "at", *WHO, *WHAT, *AROUND
    )
