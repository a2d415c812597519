"""排计划: one small problem per keeper out of the lake's answers, its exact solution back into the lake.

The lake is read once in columns; only what one keeper's problem needs becomes objects, desk after desk.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

import narwhals as nw

from guanhu.engine import backend, tables
from guanhu.engine.lake import Lake
from guanhu.night.facts import Lazy, listed, snapshot
from guanhu.night.reasons import WHO, reasons
from guanhu.optimise.dayplan import Customer, Option, Plan, Problem, check, solve
from guanhu.rules.days import WorkCalendar, date_of
from guanhu.rules.kinds import Channel, Post, Reason, SignalKind
from guanhu.rules.plan import group_of, quota_for
from guanhu.rules.policy import Policy

ORDER = (Channel.MEETING, Channel.CALL, Channel.MESSAGE)
"""The channels in the order in which their groups stand on the list."""

RECENT = "recent"
"""The kind of the signed reason that takes off what a further contact so soon after the last one loses."""


class PlanRefused(Exception):
    """A plan did not pass its check: whose, and what is wrong with it. Nothing was written."""


@dataclass(frozen=True)
class Desk:
    """One keeper's day: the quotas asked of him and the size of his list."""

    keeper_no: str
    quotas: dict[Channel, int]
    customers: int


@dataclass(frozen=True)
class DayPlan:
    """One keeper's problem with its solution; ``keys`` lead from customer numbers to the lake's keys."""

    desk: Desk
    problem: Problem
    plan: Plan
    keys: dict[str, int]


def plan_day(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar, *,
             on_keeper: Callable[[int, int], None] | None = None) -> int:  # fmt: skip
    """排今日名单: for every keeper the exactly best contacts of the working day after ``day``; returns how many.

    Writes answers/quotas and answers/plans whole. ``on_keeper`` is told (done, of). Each plan passes the check
    first; one that does not raises ``PlanRefused`` and leaves the lake as it was. P52–P57.
    """
    today = calendar.next(day)
    offered = reasons(lake, day, policy, calendar)
    desks = desks_of(lake, day, policy, calendar)
    rows: list[dict[str, Any]] = []
    for done, made in enumerate(plans_of(desks, offered, policy), 1):
        rows += _plan_rows(made, today, policy)
        if on_keeper:
            on_keeper(done, len(desks))
    _say_why(rows, offered, policy)
    lake.write_rows(tables.QUOTAS, day, [row for desk in desks for row in _quota_rows(desk, today)])
    lake.write_rows(tables.PLANS, day, rows)
    return len(rows)


def desks_of(lake: Lake, day: date, policy: Policy, calendar: WorkCalendar) -> list[Desk]:
    """Every keeper with customers, and what today asks of him: nothing while on leave. In order of staff number."""
    today = calendar.next(day)
    lists = listed(lake, day).group_by("keeper_no").agg(nw.len().alias("customers"))
    count = {row["keeper_no"]: row["customers"] for row in backend.rows(lists)}
    desks = []
    for row in backend.rows(snapshot(lake, tables.STAFF, day)):
        customers = count.get(row["staff_no"], 0)
        presence_bp = 0 if _on_leave(row, today) else 10_000
        quotas = quota_for(policy, post=Post(row["post"]), customers=customers, presence_bp=presence_bp)
        if customers:
            desks.append(Desk(row["staff_no"], quotas, customers))
    return sorted(desks, key=lambda desk: desk.keeper_no)


def _on_leave(row: dict[str, Any], today: date) -> bool:
    """Is the colleague away today? Leave without a last day goes on."""
    first, last = row["leave_from_day"], row["leave_to_day"]
    return first is not None and date_of(first) <= today and (last is None or today <= date_of(last))


def plans_of(desks: list[Desk], offered: Lazy, policy: Policy) -> Iterator[DayPlan]:
    """Solve and check every desk, one after the other; ``offered`` are the rows of ``reasons``."""
    options = _options(offered, policy)
    counted = options.group_by("keeper_no").agg(nw.len().alias("rows")).sort("keeper_no")
    keepers, sizes = counted["keeper_no"].to_list(), counted["rows"].to_list()
    ends = dict(zip(keepers, accumulate(sizes), strict=True))
    size = dict(zip(keepers, sizes, strict=True))
    for desk in desks:
        end = ends.get(desk.keeper_no, 0)
        yield _solved(desk, options[end - size.get(desk.keeper_no, 0) : end])


def _options(offered: Lazy, policy: Policy) -> nw.DataFrame[Any]:
    """Every way to reach a customer with what it is worth: its allowed reasons added up, less what nearness costs.

    Who was promised a call or a meeting for today is offered what was promised, and no other way.
    """
    soon = (nw.col("reached") > 0) & (nw.col("duty") == 0)
    allowed = offered.filter(nw.col("withheld").is_null()).with_columns(
        nw.col("duty").cast(nw.Int32), promised=(nw.col("kind") == Reason.PROMISE.value).cast(nw.Int32)
    )
    ways = allowed.group_by(*WHO, "channel").agg(
        nw.col("fen").sum(), nw.col("duty", "promised").max(), nw.col("recent_reached").max().alias("reached")
    )
    spoken = nw.col("promised") * (nw.col("channel") != Channel.MESSAGE.value).cast(nw.Int32)
    agreed = ways.with_columns(expects=spoken.max().over("customer"))
    valued = agreed.filter(nw.col("expects") <= nw.col("promised")).with_columns(
        value_fen=nw.col("fen") - nw.when(soon).then(nw.lit(policy.recent_contact_fen)).otherwise(nw.lit(0))
    )
    worth = valued.filter((nw.col("duty") == 1) | (nw.col("value_fen") > 0))
    return backend.collect(worth.sort("keeper_no", "customer_no", "channel"))


def _solved(desk: Desk, options: nw.DataFrame[Any]) -> DayPlan:
    """One desk's problem, solved and passed by the check."""
    ways: dict[str, list[Option]] = {}
    columns = (options[name].to_list() for name in ("customer_no", "channel", "value_fen", "duty"))
    for customer_no, channel, value_fen, duty in zip(*columns, strict=True):
        ways.setdefault(customer_no, []).append(Option(channel, value_fen, bool(duty)))
    problem = Problem.of(_room(desk, options), (Customer(number, tuple(found)) for number, found in ways.items()))
    plan = solve(problem)
    faults = check(problem, plan)
    if faults:
        raise PlanRefused(f"{desk.keeper_no} 的名单没有通过核对：{'；'.join(faults[:5])}")
    keys = dict(zip(options["customer_no"].to_list(), options["customer"].to_list(), strict=True))
    return DayPlan(desk, problem, plan, keys)


def _room(desk: Desk, options: nw.DataFrame[Any]) -> dict[str, int]:
    """How many contacts each channel has room for: the quota, and never fewer than have been promised for today.

    What was agreed with a customer stands, however many; who is away has no room at all.
    """
    promised = Counter(options.filter(nw.col("promised") == 1)["channel"].to_list())
    here = any(desk.quotas.values())
    return {way.value: max(desk.quotas[way], promised[way.value]) if here else 0 for way in ORDER}


def _quota_rows(desk: Desk, today: date) -> Iterator[dict[str, Any]]:
    for channel, quota in desk.quotas.items():
        yield {"keeper_no": desk.keeper_no, "channel": channel.value, "day_on": today, "quota": quota,
               "customers": desk.customers}  # fmt: skip


def _plan_rows(made: DayPlan, today: date, policy: Policy) -> Iterator[dict[str, Any]]:
    """The lines of one plan as rows of answers/plans, still without their reasons."""
    for place, line in enumerate(made.plan.lines, 1):
        beat = {
            "left_out": made.keys[line.beat.left_out] if line.beat.left_out else None,
            "left_out_fen": line.beat.left_out_fen,
            "channels": [{"channel": other.channel, "value_fen": other.value_fen} for other in line.beat.others],
            "gap_fen": made.plan.gap.fen,
        }
        yield {
            "keeper_no": made.desk.keeper_no,
            "place": place,
            "customer": made.keys[line.customer_no],
            "day_on": today,
            "channel": line.channel,
            "task_group": group_of(line.duty, line.channel).value,
            "value_fen": line.value_fen,
            "price_fen": line.price_fen,
            "beat": json.dumps(beat),
            "policy": policy.version,
        }


def _say_why(rows: list[dict[str, Any]], offered: Lazy, policy: Policy) -> None:
    """Give every row its signed reasons, read from the lake for the chosen lines alone."""
    chosen = [{"customer": row["customer"], "channel": row["channel"]} for row in rows]
    wanted = backend.frame(chosen, {"customer": "key", "channel": "text"}).lazy()
    allowed = offered.filter(nw.col("withheld").is_null())
    said: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for reason in backend.rows(allowed.join(wanted, on=["customer", "channel"], how="semi")):
        said.setdefault((reason["customer"], reason["channel"]), []).append(reason)
    for row in rows:
        because = signed(said[row["customer"], row["channel"]], row["value_fen"], policy)
        row["reasons"] = json.dumps(because, ensure_ascii=False)


def signed(said: list[dict[str, Any]], value_fen: int, policy: Policy) -> list[dict[str, Any]]:
    """The signed reasons of a line, the weightiest first, then what nearness took off; they add up to its value."""
    ordered = sorted(said, key=lambda row: (-row["fen"], row["kind"], row["due_day"] or 0, row["account"] or 0))
    because = [{"kind": row["kind"], "fen": row["fen"], "figures": _figures(row, policy)} for row in ordered]
    off_fen = value_fen - sum(row["fen"] for row in ordered)
    if off_fen:
        first = ordered[0]
        last_on, contacts = _iso(first["recent_day"]), first["recent_reached"]
        figures = {"contacts": contacts, "last_on": last_on, "days": policy.cap_working_days}
        because.append({"kind": RECENT, "fen": off_fen, "figures": figures})
    return because


def _figures(row: dict[str, Any], policy: Policy) -> dict[str, Any]:
    """The figures behind one reason, as the page shows them; ``evidence`` as the signal gave it."""
    figures = {"amount_fen": row["amount_fen"], "due_on": _iso(row["due_day"]), "step": row["step"] or "",
               "product": row["product"] or "", "account": row["account"], "duty": row["duty"]}  # fmt: skip
    evidence = json.loads(row["evidence"]) if row["evidence"] else {}
    if row["kind"] in policy.lifts:
        lift = policy.lifts[SignalKind(row["kind"])]
        figures |= {"with_contact_bp": lift.with_contact_bp, "without_bp": lift.without_bp}
    if row["kind"] == Reason.ROUTINE:
        every = policy.frequencies[row["tier"]][Channel(row["touch"])]
        evidence = {"tier": row["tier"], "touch": row["touch"], "every_days": every}
    return {**figures, "evidence": evidence}


def _iso(day: int | None) -> str | None:
    return None if day is None else date_of(day).isoformat()
