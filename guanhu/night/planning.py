"""排计划: one problem per keeper out of the lake's answers, the coming working days back into the lake.

The lake is read once in columns; only what one keeper's problem needs becomes arrays, desk after desk.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import repeat
from os import sched_getaffinity
from typing import Any

import numpy as np

from guanhu.engine import backend, tables
from guanhu.engine.lake import Lake
from guanhu.night.desks import Desk, desks_of, horizon
from guanhu.night.horizon import Contact, DeskPlan, Unsound, of_today, planned, reserve_of
from guanhu.night.offers import Offers, Whole, by_desk, in_hands, options_of, prices_before, slots_before
from guanhu.night.reasons import grounds, reasons_of
from guanhu.optimise.horizon.check import MOST_CONTACTS
from guanhu.optimise.horizon.problem import PAST_DAYS
from guanhu.rules.cadence import TOUCHES
from guanhu.rules.days import WorkCalendar, date_of
from guanhu.rules.kinds import Channel, Reason
from guanhu.rules.plan import group_of
from guanhu.rules.policy import Policy

AT_ONCE = 48
"""Desks whose reasons are worked out together: some two million rows."""
RECENT = "recent"
"""The kind of the signed reason that takes off what a further contact so soon after the last one loses."""
UNLIKED = "unliked"
"""The kind of the one that takes off what another day or way than the customer likes loses."""


class PlanRefused(Exception):
    """A plan did not pass its check: whose, and what is wrong with it. Nothing was written."""


@dataclass(frozen=True)
class Planned:
    """What a night planned: lines of today's lists, contacts of the days after, desks planned for today alone."""

    lines: int
    ahead: int
    today_alone: int


def plan_days(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar, *,
              on_keeper: Callable[[int, int], None] | None = None) -> Planned:  # fmt: skip
    """排计划: for every keeper the near best use of the working days after ``day``.

    Writes answers/quotas, plans (today's list), ahead (the days after) and prices whole. ``on_keeper`` is told
    (done, of). Each plan passes the check first; where that of many days does not, the exact one of today alone stands
    in; one that does not pass either raises ``PlanRefused`` and leaves the lake as it was. P52–P58.
    """
    days = horizon(day, policy, calendar)
    desks = desks_of(lake, day, policy, calendar)
    plans: list[DeskPlan] = []
    for made in plans_of(lake, day, policy, calendar, desks):
        plans.append(made)
        if on_keeper:
            on_keeper(len(plans), len(desks))
    lines = [row for made in plans for row in _lines(made, days, policy)]
    ahead = [row for made in plans for row in _ahead(made, days, policy)]
    lake.write_rows(tables.QUOTAS, day, [row for desk in desks for row in _quotas(desk, days[0])])
    lake.write_rows(tables.PRICES, day, [row for made in plans for row in _prices(made, days)])
    lake.write_rows(tables.AHEAD, day, ahead)
    lake.write_rows(tables.PLANS, day, lines)
    return Planned(len(lines), len(ahead), sum(not made.whole for made in plans))


def plans_of(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar, desks: list[Desk]) -> Iterator[DeskPlan]:
    """Plan every one of these desks, in their order: some at a time, so that memory holds, side by side."""
    days, ground = horizon(day, policy, calendar), grounds(lake, day, policy, calendar)
    kept, known = slots_before(lake, day, days), prices_before(lake, day, days)
    covers = [(giver_no, desk.keeper_no, many) for desk in desks for giver_no, many in desk.covers]
    with ThreadPoolExecutor(len(sched_getaffinity(0))) as hands:
        for begin in range(0, len(desks), AT_ONCE):
            some = desks[begin : begin + AT_ONCE]
            lists = {desk.keeper_no for desk in some} | {giver_no for desk in some for giver_no, _many in desk.covers}
            offered = reasons_of(ground.of(sorted(lists)), day, policy, calendar, days=len(days))
            options = options_of(in_hands(offered, (one for one in covers if one[0] in lists)), kept, policy)
            mine, nothing = dict(by_desk(options)), Offers(options[:0])
            offers = [mine.get(desk.keeper_no, nothing) for desk in some]
            prices = [known.get(desk.keeper_no) for desk in some]
            yield from hands.map(plan_of, some, offers, prices, repeat(policy))


def plan_of(desk: Desk, offers: Offers, known: Whole | None, policy: Policy) -> DeskPlan:
    """One desk: all days where that may be, if need be without what was confirmed, else today alone.

    ``known``: yesterday's prices.

    The solver of many days knows two contacts in five working days and no other cap.
    """
    if (policy.cap_contacts, policy.cap_working_days) == (MOST_CONTACTS, PAST_DAYS + 1):
        for tried in (desk, replace(desk, confirmed=False))[: 1 + desk.confirmed]:
            with suppress(Unsound):
                return planned(tried, offers, known)
    try:
        return of_today(desk, offers)
    except Unsound as fault:
        raise PlanRefused(str(fault)) from fault


# ---------------------------------------------------------------- rows of the lake


def _quotas(desk: Desk, today: date) -> Iterator[dict[str, Any]]:
    for channel, quota in desk.quotas.items():
        yield {"keeper_no": desk.keeper_no, "channel": channel.value, "day_on": today, "quota": quota,
               "customers": desk.customers}  # fmt: skip


def _prices(made: DeskPlan, days: list[date]) -> Iterator[dict[str, Any]]:
    used = {(one.channel, one.at): 0 for one in made.contacts}
    for one in made.contacts:
        used[one.channel, one.at] += 1
    for place, channel in enumerate(TOUCHES):
        for at, day in enumerate(days):
            yield {"keeper_no": made.desk.keeper_no, "channel": channel.value, "day_on": day,
                   "price_fen": int(made.price_fen[place, at]), "room": made.desk.room[channel][at],
                   "planned": used.get((place, at), 0)}  # fmt: skip


def _ahead(made: DeskPlan, days: list[date], policy: Policy) -> Iterator[dict[str, Any]]:
    """The contacts of the days after today as rows of answers/ahead, and who comes next today."""
    kinds, keys, owners = made.offers.rows["kind"].to_list(), made.offers.keys, made.offers.owners
    for one in (*(one for one in made.contacts if one.at > 0), *reserve_of(made)):
        why = sorted(one.rows, key=lambda row: (-int(made.offers.value_fen[row]), kinds[row]))
        yield {
            "keeper_no": owners[one.who], "customer": keys[one.who], "day_on": days[one.at],
            "channel": one.way.value, "kinds": json.dumps(list(dict.fromkeys(kinds[row] for row in why))),
            "value_fen": one.value_fen, "price_fen": one.price_fen, "agreed": one.agreed, "policy": policy.version,
        }  # fmt: skip


def _lines(made: DeskPlan, days: list[date], policy: Policy) -> Iterator[dict[str, Any]]:
    """Today's list as rows of answers/plans."""
    for place, one in enumerate(made.today, 1):
        said = backend.rows(made.offers.rows[list(one.rows)])
        yield {
            "keeper_no": made.offers.owners[one.who],
            "place": place,
            "customer": made.offers.keys[one.who],
            "day_on": days[0],
            "channel": one.way.value,
            "task_group": group_of(one.duty, one.way).value,
            "value_fen": one.value_fen,
            "price_fen": one.price_fen,
            "reasons": json.dumps(signed(said, one.value_fen, policy), ensure_ascii=False),
            "beat": json.dumps({**_beat(made, one, days), "gap_fen": made.gap_fen}),
            "policy": policy.version,
        }


def _beat(made: DeskPlan, one: Contact, days: list[date]) -> dict[str, Any]:
    """What a contact of today was preferred to: the customer's other ways today, and the best other day for the same.

    ``instead`` is null where nothing else was possible.
    """
    offers = made.offers
    mine = offers.of(one.who)
    at, channel, value = offers.at[mine], offers.channel[mine], offers.value_fen[mine]
    other = (at == 0) & (channel != one.channel)
    ways = [
        {"channel": TOUCHES[way].value, "value_fen": int(value[other & (channel == way)].sum())}
        for way in np.unique(channel[other]).tolist()
    ]
    later = (at > 0) & np.isin(offers.task[mine], offers.task[list(one.rows)])
    slots = np.unique(at[later] * len(TOUCHES) + channel[later]).tolist()
    found = [
        (int(value[later & (at == slot // len(TOUCHES)) & (channel == slot % len(TOUCHES))].sum()),
         int(made.price_fen[slot % len(TOUCHES), slot // len(TOUCHES)]), slot)
        for slot in slots
    ]  # fmt: skip
    if not found:
        return {"channels": ways, "instead": None}
    worth, price, slot = max(found, key=lambda one: (one[0] - one[1], -one[2]))
    instead = {"day_on": days[slot // len(TOUCHES)].isoformat(), "channel": TOUCHES[slot % len(TOUCHES)].value,
               "value_fen": worth, "price_fen": price}  # fmt: skip
    return {"channels": ways, "instead": instead}


def signed(said: list[dict[str, Any]], value_fen: int, policy: Policy) -> list[dict[str, Any]]:
    """The signed reasons of a line, the weightiest first, then what nearness and another day or way than she likes took
    off; they add up to its value.
    """
    ordered = sorted(said, key=lambda row: (-row["fen"], row["kind"], row["due_day"] or 0, row["account"] or 0))
    because = [{"kind": row["kind"], "fen": row["fen"], "figures": _figures(row, policy)} for row in ordered]
    first, unliked_fen = ordered[0], sum(row["unliked_fen"] for row in ordered)
    off_fen = value_fen - sum(row["fen"] for row in ordered) + unliked_fen
    if off_fen:
        last_on, contacts = _iso(first["recent_day"]), first["recent_reached"]
        figures = {"contacts": contacts, "last_on": last_on, "days": policy.cap_working_days}
        because.append({"kind": RECENT, "fen": off_fen, "figures": figures})
    if unliked_fen:
        liked = {"weekdays": first["weekdays"], "way": first["way"]}
        because.append({"kind": UNLIKED, "fen": -unliked_fen, "figures": liked})
    return because


def _figures(row: dict[str, Any], policy: Policy) -> dict[str, Any]:
    """The figures behind one reason, as the page shows them; ``evidence`` as the signal gave it."""
    figures = {"amount_fen": row["amount_fen"], "due_on": _iso(row["due_day"]), "step": row["step"] or "",
               "product": row["product"] or "", "account": row["account"], "duty": row["duty"]}  # fmt: skip
    evidence = json.loads(row["evidence"]) if row["evidence"] else {}
    if row["with_bp"] is not None:
        figures |= {"with_contact_bp": row["with_bp"], "without_bp": row["without_bp"]}
    if row["kind"] == Reason.ROUTINE:
        every = policy.frequencies[row["tier"]][Channel(row["touch"])]
        evidence = {"tier": row["tier"], "touch": row["touch"], "every_days": every}
    return {**figures, "evidence": evidence}


def _iso(day: int | None) -> str | None:
    return None if day is None else date_of(day).isoformat()
