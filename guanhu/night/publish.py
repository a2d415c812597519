"""The night's answers become what the pages read: rows that carry the night's id, and one flip a branch."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import narwhals as nw

from guanhu.apps.audit import trail
from guanhu.apps.customers import actions as customers
from guanhu.apps.customers import queries as customer_queries
from guanhu.apps.customers.queries import DAYS, WEIGHTS, MonthEndSums
from guanhu.apps.people import actions as people
from guanhu.apps.people import queries as people_queries
from guanhu.apps.people.copying import first_sentence
from guanhu.apps.work import actions as work
from guanhu.apps.work.following import lines_of_night_follow
from guanhu.engine import backend, tables
from guanhu.night.bonds import bonds
from guanhu.night.stages import NightStopped, Task
from guanhu.rules.kinds import Reason, TrailAction
from guanhu.rules.policy import Policy
from guanhu.rules.signals import is_marketing
from guanhu.rules.value import opportunity_gain_fen

Rows = list[dict[str, Any]]


def answers(task: Task) -> str:
    """Publish branch by branch: fill and flip in one transaction; a branch that fails leaves the others alone.

    Readers see the old night or the new one, never a mixture. Raises ``NightStopped`` naming the branches that failed.
    """
    share = _by_branch(task)
    people.keep_rates(task.night, [{**row} for row in task.lake.rows(tables.RATES, task.day)])
    branches, ids = people_queries.current_nights(), people_queries.branch_ids()
    failed: list[str] = []
    shown: list[str] = []
    for number, (branch_no, current) in enumerate(branches.items(), 1):
        task.say(f"发布 {branch_no}", number, len(branches))
        if current and current.day > task.day:
            continue  # the branch shows a later day already; an earlier one worked out again stays in the lake
        try:
            publish_branch(task, ids[branch_no], share[branch_no])
            shown.append(branch_no)
        except Exception as error:
            failed.append(f"{branch_no}（{first_sentence(error)}）")
    if failed:
        raise NightStopped(f"这些网点没有发布：{'、'.join(failed)}", "排除原因后重跑这一夜，其余网点不受影响。")
    people.forget_old_nights()
    return f"{len(shown)} 个网点" if len(shown) == len(branches) else f"{len(shown)} 个网点，其余已显示更晚的一天"


def publish_branch(task: Task, branch_id: int, rows: Mapping[str, Rows]) -> None:
    """One branch, all or nothing: its rows under this night's id, then the flip."""
    with trail.recording():
        customers.publish_answers(
            task.night, branch_id, standings=rows["standings"], holdings=rows["holdings"], month_ends=rows["month_ends"]
        )
        work.publish_plan(
            task.night,
            branch_id,
            opportunities=rows["opportunities"],
            lines=rows["plans"],
            quotas=rows["quotas"],
            ahead=rows["ahead"],
        )
        flipped = people.flip(branch_id, task.night)
        customers.standings_follow(task.night, branch_id)
        lines_of_night_follow(task.night, branch_id)
        if flipped:
            trail.note(
                None, TrailAction.PUBLISH, object=("branch", str(branch_id)), fields=(task.day.isoformat(),),
                count=len(rows["plans"]), policy=task.policy.version,
            )  # fmt: skip


def _by_branch(task: Task) -> dict[str, dict[str, Rows]]:
    """Every answer of the day under the branch it belongs to: the customer's, or the keeper's for plans and quotas."""
    lake, day = task.lake, task.day
    standings = lake.rows(tables.STANDINGS, day)
    home = {row["customer"]: row["branch_no"] for row in standings}
    desk = {row["staff_no"]: row["branch_no"] for row in lake.latest_rows(tables.STAFF, day)}
    held = (row for row in lake.latest_rows(tables.HOLDINGS, day) if row["started_on"] <= day)
    share: dict[str, dict[str, Rows]] = defaultdict(lambda: defaultdict(list))
    _deal(share, "standings", _with_days(task, standings), home, "customer")
    _deal(share, "holdings", held, home, "customer")
    _deal(share, "month_ends", _month_ends(task), home, "customer")
    plans = lake.rows(tables.PLANS, day)
    _deal(share, "opportunities", lake.rows(tables.OPPORTUNITIES, day), home, "customer")
    _deal(share, "opportunities", routines(plans, task.policy), home, "customer")
    _deal(share, "plans", plans, desk, "keeper_no")
    _deal(share, "ahead", lake.rows(tables.AHEAD, day), home, "customer")
    _deal(share, "quotas", lake.rows(tables.QUOTAS, day), desk, "keeper_no")
    return share


def routines(plans: Iterable[Mapping[str, Any]], policy: Policy) -> Iterator[dict[str, Any]]:
    """例行维护与新管户: what each planned line is for beside signals and duties, as opportunities of its day.

    Who is not planned has none to show.

    In: rows of ``answers/plans``. Out: rows in the columns of ``answers/opportunities``; fen. P56.
    """
    for line in plans:
        for reason in json.loads(line["reasons"] or "[]"):
            if reason["kind"] in (Reason.ROUTINE, Reason.INTRODUCTION):
                kind, evidence = Reason(reason["kind"]), reason["figures"]["evidence"]
                yield {
                    "customer": line["customer"], "account": None, "kind": kind.value, "duty": False,
                    "marketing": is_marketing(kind), "step": reason["figures"]["step"] or None, "product": None,
                    "amount_fen": 0, "due_on": line["day_on"], "expires_on": line["day_on"],
                    "gain_fen": opportunity_gain_fen(kind, None, 0, evidence["tier"], policy),
                    "with_bp": None, "without_bp": None, "holdout": False,
                    "evidence": json.dumps(evidence, ensure_ascii=False), "policy": policy.version,
                }  # fmt: skip


def _with_days(task: Task, standings: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each standing with what its customer's assets changed by on the days up to the night's, oldest first, and with
    what binds her to her keeper; fen. P4, P48.
    """
    changes, bound = day_changes(task), bonds(task)
    for row in standings:
        changed_on, changes_fen = changes.get(row["customer"], ([], []))
        yield {**row, "changed_on": changed_on, "changes_fen": changes_fen, **bound.get(row["customer"], {})}


def day_changes(task: Task) -> dict[int, tuple[list[date], list[int]]]:
    """By customer the days of the last ``DAYS`` on which her assets changed, and by how much; from the balances."""
    first = task.day - timedelta(DAYS - 1)
    days = [day for day in task.lake.days(tables.BALANCES) if first <= day <= task.day]
    by_day = task.lake.read_days(tables.BALANCES, days).group_by("customer", "day").agg(nw.col("change_fen").sum())
    told: dict[int, tuple[list[date], list[int]]] = defaultdict(lambda: ([], []))
    for row in backend.rows(backend.collect(by_day.filter(nw.col("change_fen") != 0).sort("customer", "day"))):
        on, fen = told[row["customer"]]
        on.append(backend.day_of(row["day"]))
        fen.append(row["change_fen"])
    return told


def _month_ends(task: Task) -> Iterable[dict[str, Any]]:
    """The month-ends up to the night's day that the records lack or know otherwise, each row with its day."""
    known = customer_queries.month_ends_known()
    for day in task.lake.days(tables.MONTH_ENDS):
        if day <= task.day and month_end_sums(task, day) != known.get(day):
            for row in task.lake.rows(tables.MONTH_ENDS, day):
                yield {**row, "day_on": day}


def month_end_sums(task: Task, day: date) -> MonthEndSums:
    """One month-end of the lake in the sums that ``month_ends_known`` tells of the records; fen."""
    weight = nw.col("customer") % WEIGHTS
    figures = (nw.col(name) for name in ("balance_fen", "average_fen", "net_fen"))
    told = backend.collect(
        task.lake.read(tables.MONTH_ENDS, day).select(
            nw.len().alias("rows"), *((each * weight).sum() for each in figures)
        )
    )
    return MonthEndSums(*(int(figure or 0) for figure in told.row(0)))


def _deal(share: dict[str, dict[str, Rows]], name: str, rows: Iterable[dict[str, Any]],
          belongs: Mapping[Any, str], key: str) -> None:  # fmt: skip
    """Put each row under its branch; rows of customers who are not there on the day have none."""
    for row in rows:
        branch_no = belongs.get(row[key])
        if branch_no is not None:
            share[branch_no][name].append(row)
