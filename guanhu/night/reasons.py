"""Every reason to reach a customer today, by each way it may be spoken about, with its worth and what forbids it.

Signals, promises and complaints come from the night's opportunities. What the rhythm of routine service asks for is
worked out here, because it depends on the channel.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from guanhu.engine import backend, tables
from guanhu.engine.lake import Lake
from guanhu.night.facts import Lazy, as_one, facts
from guanhu.rules import contact, value, ways
from guanhu.rules.columns import as_column
from guanhu.rules.days import Today, WorkCalendar
from guanhu.rules.kinds import Channel, Reason
from guanhu.rules.policy import Policy

WHO = ("keeper_no", "customer", "customer_no")
WHAT = ("channel", "kind", "account", "step", "product", "amount_fen", "due_day", "duty", "fen", "evidence", "touch")
AROUND = ("tier", "withheld", "recent_reached", "recent_day")

TEXT: dict[str, Any] = {"step": nw.String, "product": nw.String, "evidence": nw.String}
NOTHING: dict[str, Any] = {"account": nw.Int64, "amount_fen": nw.Int64, "due_day": nw.Int32, **TEXT}
"""What a routine contact does not have, with its type."""


def reasons(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar) -> Lazy:
    """One row a customer, reason and channel: WHO, WHAT it is and is worth, and ``withheld``, null when allowed.

    ``fen`` is the whole gain of this channel over not contacting; ``withheld`` is a kinds.Withheld; ``touch`` is
    the channel a routine contact stands in for.
    """
    today = calendar.around(calendar.next(day))
    known = facts(lake, day, policy, calendar)
    every = [
        _found(lake, day, today, known, policy),
        _promised(lake, day, today, known, policy),
        _routine(known, today, policy),
    ]
    said = nw.col("duty") | (nw.col("fen") != 0)
    return backend.concat([_limited(rows.filter(said), today, policy) for rows in every])


def _each_way(rows: Lazy) -> Lazy:
    """Each row once for each channel."""
    return backend.concat([rows.with_columns(channel=nw.lit(way.value)) for way in Channel])


def _open(lake: Lake, day: date, today: Today) -> Lazy:
    """The night's opportunities that have not passed, each under the file of whom it is about."""
    return as_one(lake, day, lake.read(tables.OPPORTUNITIES, day)).filter(
        nw.col("expires_day").is_null() | (nw.col("expires_day") >= today.day)
    )


def _found(lake: Lake, day: date, today: Today, known: Lazy, policy: Policy) -> Lazy:
    """Signals and complaints, by the ways that can carry them, unless they have been dealt with."""
    kind, channel, due = nw.col("kind"), nw.col("channel"), nw.col("due_day")
    elsewhere = [Reason.PROMISE.value, Reason.ROUTINE.value]
    found = _open(lake, day, today).filter(~kind.is_in(elsewhere)).join(known, on="customer")
    fresh = ways.fresh_from_day(kind, nw.col("step"), due, today, policy)
    dealt_with = ways.is_dealt_with(channel, fresh, nw.col("message_day"), nw.col("spoke_day"))
    rows = _each_way(found).filter(ways.may_carry(kind, channel), ways.is_ripe(kind, due, today), ~dealt_with)
    return _valued(rows, policy)


def _promised(lake: Lake, day: date, today: Today, known: Lazy, policy: Policy) -> Lazy:
    """A contact promised for today or overdue, by the channel that was promised."""
    promises = as_one(lake, day, lake.latest(tables.PROMISES, day)).select("customer", "due_day", "channel").unique()
    found = _open(lake, day, today).filter(nw.col("kind") == Reason.PROMISE.value).join(known, on="customer")
    return _valued(found.join(promises, on=["customer", "due_day"]), policy)


def _valued(rows: Lazy, policy: Policy) -> Lazy:
    """What an opportunity is worth by this channel, and whether the channel does its duty."""
    return rows.with_columns(
        duty=ways.does_duty(nw.col("kind"), nw.col("duty"), nw.col("channel")),
        granted=nw.col("marketing_granted"),
        touch=nw.lit(None, nw.String),
        fen=value.channel_gain_fen(nw.col("gain_fen"), nw.col("channel"), policy),
    )


def _routine(known: Lazy, today: Today, policy: Policy) -> Lazy:
    """A contact the tier's rhythm asks for, worth what the due touch is worth.

    It keeps the same silences as marketing, with two differences: who was never asked may be served, and who
    refused marketing still gets his service message (P265, P266). Who refused service is left alone.
    """
    channel, tier = nw.col("channel"), nw.col("tier")
    days = {way: today.day - nw.col(f"{way.value}_day") for way in Channel}
    touch = ways.routine_touch(tier, channel, days[Channel.MESSAGE], days[Channel.CALL], days[Channel.MEETING], policy)
    served = _each_way(known.filter(nw.col("service_granted").fill_null(True)))
    rows = served.with_columns(touch=as_column(touch)).filter(~nw.col("touch").is_null())
    lacks = {name: nw.lit(None, kind) for name, kind in NOTHING.items()}
    return rows.with_columns(
        kind=nw.lit(Reason.ROUTINE.value),
        duty=nw.lit(False),
        marketing=nw.lit(True),
        granted=ways.routine_granted(channel, nw.col("marketing_granted")),
        fen=value.channel_gain_fen(value.routine_gain_fen(tier, policy), nw.col("touch"), policy),
        **lacks,
    )


def _limited(rows: Lazy, today: Today, policy: Policy) -> Lazy:
    """Say for each row what forbids it, and keep what the plan needs."""
    withheld = contact.withheld_by(
        channel=nw.col("channel"),
        marketing=nw.col("marketing"),
        duty=nw.col("duty"),
        marketing_granted=nw.col("granted"),
        service_granted=nw.col("service_granted"),
        channel_refused=contact.is_channel_refused(
            nw.col("channel"), **{name: nw.col(name) for name in (f"{way.value}_granted" for way in Channel)}
        ),
        complaint_quiet=nw.col("complaint_quiet"),
        cooling=nw.col("cooling") == 1,
        recent_contacts=nw.col("recent_contacts"),
        message_age_days=today.day - nw.col("message_day"),
        policy=policy,
    )
    last = nw.max_horizontal("message_day", "call_day", "meeting_day").alias("recent_day")
    return rows.with_columns(last, withheld=withheld).select(*WHO, *WHAT, *AROUND)
