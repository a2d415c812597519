"""Tiers 分层: the branch's ranking draws two lines a quarter; month-ends decide who keeps what."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw
from narwhals import col

from guanhu.engine import backend
from guanhu.engine.backend import day_number
from guanhu.engine.night import Night, Stride, is_quarter_end
from guanhu.engine.places import with_place
from guanhu.engine.state import known, meet
from guanhu.engine.tables import CUSTOMERS, CUT_OFFS, MONTH_ENDS
from guanhu.rules import signals, tiers
from guanhu.rules.columns import fill, missing, no, pick

FAR_YUAN = 300_000_000
"""A month's adjusted flow counts up to three 亿 either way, so that squares of decades stay inside 64 bits."""


def close(night: Night, state: nw.LazyFrame[Any], stride: Stride) -> nw.LazyFrame[Any]:
    """月末: close the month — its flow into the customer's statistics, its assets into the kept tier.

    In: state, ``bank/customers`` as of the month's end. Out: state; beside it ``answers/month_ends`` and, at a
    quarter's end, ``answers/cut_offs`` of that day. A stride that ends inside a month leaves the state as it is.
    A customer belongs to the branch of that day's list; the kept tier goes along when the branch changes.
    """
    if not stride.ends_month:
        return state
    people = existing(night, stride.to).select("customer", "branch_no", "opened_day")
    average = known("window_fen") // night.policy.average_days
    met = backend.ordered(meet(state, people).with_columns(average_fen=average), "customer").lazy()
    here = met.filter(no(missing(col("branch_no"))))
    ends = here.select("customer", "average_fen", balance_fen=known("balance_fen"), net_fen=known("net_fen"))
    night.lake.write(MONTH_ENDS, stride.to, ends)
    lines = _drawn(night, here, stride.to)
    closed = _close(night, _with_branch(met, here, lines), stride.to)
    return closed.drop("branch_no", "opened_day", "average_fen")


def existing(night: Night, day: date) -> nw.LazyFrame[Any]:
    """The customers there were on a day, from the list that speaks for it; nobody before the file was opened."""
    speaks = night.lake.as_of(CUSTOMERS, day)
    listed = night.lake.read(CUSTOMERS, speaks or day)
    return listed.filter(col("opened_day") <= day_number(day))


def _drawn(night: Night, here: nw.LazyFrame[Any], day: date) -> nw.LazyFrame[Any]:
    """The lines in force at a month's end; drawn anew, and kept, at a quarter's end."""
    if not is_quarter_end(day):
        return lines_in_force(night, here, day)
    lines = ranking_lines(night, here)
    night.lake.write(CUT_OFFS, day, lines.with_columns(policy=nw.lit(night.policy.version)))
    return night.lake.read(CUT_OFFS, day).drop("policy")


def lines_in_force(night: Night, here: nw.LazyFrame[Any], day: date) -> nw.LazyFrame[Any]:
    """The lines of the last quarter's end; a branch that had none is ranked by the day itself.

    ``here``: customer, branch_no, average_fen. Out: branch_no, line_a_fen, line_b_fen.
    """
    known_days = [drawn for drawn in night.lake.days(CUT_OFFS) if night.first <= drawn <= day]
    if not known_days:
        return ranking_lines(night, here)
    lines = night.lake.read(CUT_OFFS, known_days[-1]).drop("policy")
    strangers = here.select("branch_no").unique().join(lines, on="branch_no", how="anti")
    if backend.collect(strangers).is_empty():
        return lines
    ranked = ranking_lines(night, here.join(strangers, on="branch_no", how="semi"))
    return backend.concat([lines, ranked])


def ranking_lines(night: Night, here: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """分层线: the assets of the last customer in A and of the last in B, for each branch.

    Places count inside the branch by assets, most first, ties by customer; fen, at least one.
    """
    down = here.select("customer", "branch_no", "average_fen", less=0 - col("average_fen"))
    sizes = here.group_by("branch_no").agg(nw.len().alias("customers"))
    placed = with_place(down, ["branch_no"], ["less", "customer"]).join(sizes, on="branch_no", how="left")
    in_a = col("place") == tiers.last_place_a(col("customers"), night.policy)
    in_b = col("place") == tiers.last_place_b(col("customers"), night.policy)
    none = nw.lit(None, nw.Int64)
    marked = placed.select(
        "branch_no",
        line_a_fen=nw.when(in_a).then(col("average_fen")).otherwise(none),
        line_b_fen=nw.when(in_b).then(col("average_fen")).otherwise(none),
    )
    lines = marked.group_by("branch_no").agg(nw.col("line_a_fen", "line_b_fen").max())
    drawn = {name: _line(col(name)).alias(name) for name in ("line_a_fen", "line_b_fen")}
    return backend.collect(lines.with_columns(**drawn)).lazy()


def _line(amount: Any) -> Any:
    """A cut-off, null where the branch is too small for the tier."""
    return nw.when(amount.is_null()).then(nw.lit(None, nw.Int64)).otherwise(tiers.cut_off_fen(amount))


def branch_shares(here: nw.LazyFrame[Any], net: str) -> nw.LazyFrame[Any]:
    """By how much each branch as a whole moved: branch_no, branch_ppm (see ``rules.signals.branch_share_ppm``)."""
    sums = here.select("branch_no", "average_fen", net=fill(col(net), 0)).group_by("branch_no")
    both = sums.agg(col("net").sum(), col("average_fen").sum())
    return both.select("branch_no", branch_ppm=signals.branch_share_ppm(col("net"), col("average_fen")))


def _with_branch(met: nw.LazyFrame[Any], here: nw.LazyFrame[Any], lines: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Every row of the state with its branch's lines and movement."""
    branches = branch_shares(here, "net_fen").join(lines, on="branch_no", how="left")
    return backend.beside(met, branches, "branch_no")


def _close(night: Night, met: nw.LazyFrame[Any], day: date) -> nw.LazyFrame[Any]:
    """The month's flow into the statistics and the month-end's assets into the kept tier."""
    policy = night.policy
    begins = day.replace(day=1)
    here = no(missing(col("branch_no")))
    whole = here & (col("opened_day") <= day_number(begins)) & (night.first <= begins)
    flow = signals.adjusted_net_yuan(col("net_fen"), col("average_fen"), col("branch_ppm"))
    yuan = flow.clip(-FAR_YUAN, FAR_YUAN)
    lines = (col("line_a_fen"), col("line_b_fen"), policy)
    below = tiers.months_below(col("tier"), col("months_below"), col("average_fen"), *lines)
    reached = tiers.tier_after_month_end(col("tier"), col("below"), col("average_fen"), *lines)
    rest = tiers.months_after_month_end(col("tier"), col("below"), col("reached"))
    return (
        met.with_columns(yuan=pick(fill(whole, False), yuan, 0), below=below)
        .with_columns(reached=reached)
        .with_columns(
            months=(known("months") + pick(fill(whole, False), 1, 0)).cast(nw.Int32),
            sum_yuan=known("sum_yuan") + col("yuan"),
            squares_yuan=known("squares_yuan") + col("yuan") * col("yuan"),
            last_months=pick(fill(whole, False), 1, 0),
            last_yuan=col("yuan"),
            months_below=nw.when(here).then(rest).otherwise(known("months_below")).cast(nw.Int32),
            tier=nw.when(here).then(col("reached")).otherwise(col("tier")),
        )
        .drop("yuan", "below", "reached", "branch_ppm", "line_a_fen", "line_b_fen")
    )
