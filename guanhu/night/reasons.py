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
from guanhu.rules import cadence, contact, introductions, preferences, signals, value, ways
from guanhu.rules.columns import as_column, fill, pick
from guanhu.rules.days import Today, WorkCalendar, day_number
from guanhu.rules.kinds import Channel, Reason, SignalKind
from guanhu.rules.policy import Policy

WHO = ("keeper_no", "customer", "customer_no")
WHAT = ("channel", "kind", "account", "step", "product", "amount_fen", "due_day", "duty", "fen", "evidence", "touch",
        "turn", "with_bp", "without_bp")  # fmt: skip
AROUND = ("tier", "withheld", "unliked_fen", "weekdays", "way", "soon", "recent_reached", "recent_day", "past")

TEXT: dict[str, Any] = {"step": nw.String, "product": nw.String, "evidence": nw.String}
CHANCES: dict[str, Any] = {"with_bp": nw.Int32, "without_bp": nw.Int32}
NOTHING: dict[str, Any] = {"account": nw.Int64, "amount_fen": nw.Int64, "due_day": nw.Int32, **TEXT, **CHANCES}
"""What a routine contact does not have, with its type."""
TODAY = Today(nw.col("previous_day"), nw.col("today_day"), nw.col("next_day"))
"""The day of each row, asked as any other day is: all days are worked out by one and the same expressions."""
COMING = ("at", "previous_day", "today_day", "next_day", "since_day", "weekday_bit")


@dataclass(frozen=True)
class Grounds:
    """What the reasons of any day are worked out from: facts, what the night found, what was promised; read once."""

    known: nw.DataFrame[Any]
    found: nw.DataFrame[Any]
    promises: nw.DataFrame[Any]
    introductions: nw.DataFrame[Any]

    def of(self, keepers: Sequence[str]) -> Grounds:
        """Of these keepers' customers alone."""
        mine = nw.col("keeper_no").is_in(list(keepers))
        return Grounds(self.known.filter(mine), self.found.filter(mine), self.promises, self.introductions)


def grounds(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar) -> Grounds:
    """Read what the reasons after this day stand on."""
    known = backend.collect(facts(lake, day, policy, calendar))
    opened = as_one(lake, day, lake.read(tables.OPPORTUNITIES, day))
    promises = as_one(lake, day, lake.latest(tables.PROMISES, day)).select("customer", "due_day", "channel").unique()
    found = backend.collect(opened.join(known.lazy(), on="customer"))
    return Grounds(known, found, backend.collect(promises), backend.collect(_taken_over(lake, day)))


def reasons(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar) -> Lazy:
    """Today's reasons: one row a customer, reason and channel, as ``reasons_of`` tells them."""
    return reasons_of(grounds(lake, day, policy, calendar), day, policy, calendar, days=1)


def reasons_of(ground: Grounds, day: date, policy: Policy, calendar: WorkCalendar, *, days: int) -> Lazy:
    """One row a customer, reason, channel and day: WHO, WHAT it is and is worth, and ``withheld``, null when allowed.

    ``at``: so many working days from today, 0 to ``days`` − 1 · ``fen`` is the whole gain of this channel over not
    contacting · ``withheld`` is a kinds.Withheld · ``touch`` is the routine contact it stands for, ``turn`` its how
    manieth from today · ``soon``: the customer was reached within the cap's window before that day · ``unliked_fen``:
    what that day and channel lose against those the customer likes.
    """
    known, found, promises = ground.known.lazy(), ground.found.lazy(), ground.promises.lazy()
    coming = _coming(calendar.next(day), policy, calendar, days)
    today, later = coming.lazy().filter(nw.col("at") == 0), coming.lazy().filter(nw.col("at") > 0)
    rows = [
        _found(found, coming.lazy(), policy),
        _promised(found, promises, today, policy),
        _to_come(promises, known, later, policy),
        _routine(known, coming, policy),
        _introduced(known, ground.introductions.lazy(), coming.lazy(), policy),
    ]
    told = [name for name in ground.known.columns if name not in WHO]
    names = ("at", "today_day", "since_day", "weekday_bit", *WHO, *WHAT, "marketing", "granted", *told)
    return _limited(backend.concat([each.select(*names) for each in rows]), policy)


def _coming(first: date, policy: Policy, calendar: WorkCalendar, days: int) -> nw.DataFrame[Any]:
    """The coming working days, a row each: ``at``, the day among its neighbours, where the cap's window begins."""
    told = []
    for at in range(days):
        on = calendar.add(first, at)
        near, since = calendar.around(on), calendar.window_start(on, policy.cap_working_days)
        told.append((at, near.previous_day, near.day, near.next_day, day_number(since), 1 << on.weekday()))
    return backend.frame([dict(zip(COMING, one, strict=True)) for one in told], dict.fromkeys(COMING, "key"))


def _each_day(rows: Lazy, coming: Lazy) -> Lazy:
    """Each row once for each of these days."""
    return rows.join(coming, how="cross")


def _soon() -> nw.Expr:
    """Was the customer reached within the cap's window before this day, or later?"""
    known: nw.Expr = fill(nw.col("reached_day") >= nw.col("since_day"), False)
    return known


def _each_way(rows: Lazy) -> Lazy:
    """Each row once for each channel."""
    return backend.concat([rows.with_columns(channel=nw.lit(way.value)) for way in Channel])


def _as_of(found: Lazy, policy: Policy) -> Lazy:
    """Opportunities as they will stand on a day to come: where a maturity is on its timeline, what is a duty then.

    Whether a maturity will have been renewed nobody knows before its day, nor whether what left will still be asked.
    """
    to_come = nw.col("at") > 0
    moves = to_come & (nw.col("kind") == SignalKind.MATURITY.value)
    step = signals.maturity_step(nw.col("due_day"), True, TODAY, policy)
    moved = found.with_columns(step=nw.when(moves).then(step).otherwise(nw.col("step")))
    there = moved.filter(~moves | ~nw.col("step").is_null())
    then = signals.is_duty(nw.col("kind"), nw.col("step"))
    return there.with_columns(duty=nw.when(to_come).then(then).otherwise(nw.col("duty")))


def _still() -> nw.Expr:
    """Has the opportunity not yet lapsed on this day?"""
    lasting: nw.Expr = nw.col("expires_day").is_null() | (nw.col("expires_day") >= TODAY.day)
    return lasting


def _found(found: Lazy, coming: Lazy, policy: Policy) -> Lazy:
    """Signals and complaints, by the ways that can carry them, unless they have been dealt with or are held out."""
    kind, channel, due = nw.col("kind"), nw.col("channel"), nw.col("due_day")
    mine = found.filter(~kind.is_in([Reason.PROMISE.value, Reason.ROUTINE.value]), ~fill(nw.col("holdout"), False))
    ways_of = _each_way(mine).filter(ways.may_carry(kind, channel))
    standing = _as_of(_each_day(ways_of, coming).filter(_still()), policy)
    fresh = ways.fresh_from_day(kind, nw.col("step"), due, TODAY, policy)
    dealt_with = ways.is_dealt_with(channel, fresh, nw.col("message_day"), nw.col("spoke_day"))
    return _valued(standing.filter(ways.is_ripe(kind, due, TODAY), ~dealt_with), policy)


def _promised(found: Lazy, promises: Lazy, today: Lazy, policy: Policy) -> Lazy:
    """A contact promised for today or overdue, by the channel that was promised."""
    mine = _each_day(found.filter(nw.col("kind") == Reason.PROMISE.value), today).filter(_still())
    return _valued(mine.join(promises, on=["customer", "due_day"]), policy)


def _to_come(promises: Lazy, known: Lazy, later: Lazy, policy: Policy) -> Lazy:
    """A contact promised for a day to come, or for a day off before it."""
    due = nw.col("due_day")
    mine = _each_day(promises, later).filter(due > TODAY.previous_day, due <= TODAY.day).join(known, on="customer")
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


def _routine(known: Lazy, coming: nw.DataFrame[Any], policy: Policy) -> Lazy:
    """The touches the tier's rhythm asks for by each day, each by every way that stands for it, worth what it is worth.

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
    ).filter(nw.col("due_day") <= coming["today_day"].max())
    rows = _each_way(due).filter(as_column(cadence.may_stand_in(tier, channel, touch, policy)))
    valued = rows.with_columns(
        kind=nw.lit(Reason.ROUTINE.value),
        duty=nw.lit(False),
        marketing=nw.lit(True),
        granted=ways.routine_granted(channel, nw.col("marketing_granted")),
        fen=value.channel_gain_fen(value.routine_gain_fen(tier, policy), touch, policy),
    )
    begun = nw.max_horizontal("due_day", nw.lit(coming["today_day"].min()))
    asked = _each_day(valued, coming.lazy()).filter(nw.col("due_day") <= TODAY.day, ~_soon())
    lacks = {name: nw.lit(None, kind) for name, kind in NOTHING.items()}
    return asked.with_columns(turn=(TODAY.day - begun) // nw.col("every")).with_columns(**lacks)


def _taken_over(lake: Lake, day: date) -> Lazy:
    """Who came to which keeper lately and does not know him yet: from when on, and whether they have spoken."""
    told = as_one(lake, day, lake.latest(tables.INTRODUCTIONS, day)).group_by("customer", "keeper_no")
    return told.agg(nw.col("from_day").max(), nw.col("begun").cast(nw.Int32).max() == 1)


def _introduced(known: Lazy, taken_over: Lazy, coming: Lazy, policy: Policy) -> Lazy:
    """The steps by which a new keeper becomes known, each by its own way and on a later day than the one before.

    It stops at once where a complaint is open, and a way that was refused is left out. P8, P100.
    """
    mine = known.join(taken_over, on=["customer", "keeper_no"]).with_columns(place=nw.lit(0, nw.Int64))
    done_on = [nw.col(f"{way.value}_day") for way in introductions.STEPS]
    steps: list[Lazy] = []
    for way in introductions.STEPS:
        heard = fill(nw.col("begun"), False) if way is not Channel.MEETING else nw.lit(False)
        over = heard | introductions.is_introduced(way, nw.col("from_day"), *done_on)
        open_still = ~over & fill(nw.col(f"{way.value}_granted"), True)
        steps.append(mine.filter(open_still).with_columns(channel=nw.lit(way.value)))
        mine = mine.with_columns(place=nw.col("place") + open_still.cast(nw.Int64))
    rows = backend.concat(steps).with_columns(
        account=nw.lit(None, nw.Int64), kind=nw.lit(Reason.INTRODUCTION.value), step=nw.col("channel"),
        product=nw.lit(None, nw.String), amount_fen=nw.lit(0, nw.Int64), due_day=nw.col("from_day"),
        duty=nw.lit(False), marketing=nw.lit(False),
        gain_fen=introductions.introduction_gain_fen(nw.col("tier"), policy),
        evidence=evidence("introduction", tier=nw.col("tier"), step=nw.col("channel"), from_on=nw.col("from_day")),
        **{name: nw.lit(None, kind) for name, kind in CHANCES.items()},
    )  # fmt: skip
    asked = _each_day(rows, coming).filter(
        nw.col("at") >= nw.col("place"),
        introductions.is_introducing(nw.col("from_day"), TODAY.day, policy),
        ~fill(nw.col("quiet_until_day") > TODAY.day, False),
    )
    return _valued(asked, policy)


def _limited(rows: Lazy, policy: Policy) -> Lazy:
    """Say for each row what forbids it, and keep what the plan needs."""
    today = TODAY.day
    withheld = contact.withheld_by(
        channel=nw.col("channel"),
        marketing=nw.col("marketing"),
        duty=nw.col("duty"),
        marketing_granted=nw.col("granted"),
        service_granted=nw.col("service_granted"),
        channel_refused=contact.is_channel_refused(
            nw.col("channel"), **{name: nw.col(name) for name in (f"{way.value}_granted" for way in Channel)}
        ),
        complaint_quiet=fill(nw.col("quiet_until_day") > today, False),
        cooling=fill(nw.col("cool_until_day") > today, False),
        recent_contacts=nw.col("recent"),
        message_age_days=today - nw.col("message_day"),
        paused=fill((nw.col("paused_from_day") <= today) & (nw.col("paused_until_day") >= today), False),
        policy=policy,
    )
    recent: Any = 0
    for at in range(policy.cap_working_days - 1):
        recent = pick(nw.col("at") == at, nw.col(f"recent_{at}"), recent)
    last = nw.max_horizontal("message_day", "call_day", "meeting_day").alias("recent_day")
    unliked = preferences.unliked_fen(
        nw.col("fen"), nw.col("weekdays"), nw.col("weekday_bit"), nw.col("way"), nw.col("channel"), policy
    )
    said = rows.filter(nw.col("duty") | (nw.col("fen") != 0)).with_columns(recent=recent)
    told = said.with_columns(
        last, withheld=withheld, soon=_soon() & ~nw.col("duty"), unliked_fen=pick(nw.col("duty"), 0, unliked)
    )
    return told.select("at", *WHO, *WHAT, *AROUND)
