"""A round solved: the proposal in figures, and for each member to whom it gives her and why."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection

from guanhu.apps.audit import trail
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.models import Staff
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio.models import Claim, Member, Proposal, Round
from guanhu.apps.portfolio.rounds.problems import Seats, Table, claims_told, problem_of, table_of
from guanhu.apps.portfolio.shapes import BILLION
from guanhu.optimise.allocation import NOBODY, NotMeant, Problem, Split, Why, check, deviation, solve
from guanhu.optimise.allocation.explain import reason, rows
from guanhu.rules.policy import Policy
from guanhu.rules.portfolio import is_protected

_ANSWER = """
    UPDATE portfolio_member AS mine SET earlier_id = mine.after_id, after_id = told.after, why = told.why,
        partner_id = told.partner, rank = told.rank
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::integer[])
        AS told(id, after, why, partner, rank)
    WHERE mine.id = told.id AND mine.round_id = %s
"""


@trail.recorded
def proposed(row: Round, by: Viewer | None, now: datetime, policy: Policy) -> Proposal:
    """Solve the round and keep the answer as its next proposal; raises ``Refused`` where it cannot be solved.

    What the solver says passes a checker that does not know it; what the checker refuses is not kept.
    """
    table = _table(row)
    try:
        problem, seats = problem_of(row, table, policy)
    except NotMeant as fault:
        raise Refused({"round": str(fault)}) from fault
    split = solve(problem)
    faults = check(problem, split)
    if faults:
        raise Refused({"round": "；".join(faults[:3])})
    last = Proposal.objects.for_system("a round is solved").filter(round=row).order_by("-number").first()
    made = Proposal(
        round=row, number=last.number + 1 if last else 1, made_by_id=by.staff_id if by else None, made_at=now
    )
    _keep_answer(row, table, problem, split, seats)
    _in_figures(made, row, table, problem, split)
    _claims_in_figures(made, table, policy, split, seats)
    made.save()
    return made


def _table(row: Round) -> Table:
    system = "a round is solved"
    members = Member.objects.for_system(system).filter(round=row).select_related("customer")
    claims = Claim.objects.for_system(system).filter(round=row, withdrawn_at=None).order_by("pk")
    held = {member.before_id for member in members} | {member.pinned_id for member in members}
    staff = [*Staff.objects.filter(branch_id=row.branch_id), *Staff.objects.filter(pk__in=held - {None})]
    return table_of(row, list(members), list(claims), list({one.pk: one for one in staff}.values()))


def _keep_answer(row: Round, table: Table, problem: Problem, split: Split, seats: Seats) -> None:
    """To whom each member goes and why, in one statement."""
    told: list[tuple[Any, ...]] = []
    for place, member in enumerate(table.members):
        after = table.keeper(int(split.owner[place]))
        partner = int(split.partner[place])
        moved = int(split.owner[place]) != int(problem.owner[place])
        told.append(
            (
                member.pk, after.pk if after else None, _why_of(table, place, split, seats),
                None if partner == NOBODY else table.members[partner].customer_id,
                reason(problem, split, place).rank if moved else 0,
            )
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ANSWER, [*(list(column) for column in zip(*told, strict=True)), row.pk])


def _why_of(table: Table, place: int, split: Split, seats: Seats) -> str:
    """Why she is to have this keeper: the head's word goes before what colleagues ask, and that before the solver."""
    if table.members[place].pinned_id is not None:
        return "pinned"
    return Why.CLAIMED.value if place in seats.met else split.why[place].value


def _in_figures(made: Proposal, row: Round, table: Table, problem: Problem, split: Split) -> None:
    before, spent = table.before, row.moves - problem.limits.moves  # by the head's hand, and for claims
    made.before_ppb, made.whale_fen = _ppb(deviation(problem, before)), problem.cap
    made.after_ppb, made.bound_ppb = _ppb(split.deviation), _ppb(split.bounds.deviation)
    moved = [
        place for place, member in enumerate(table.members)
        if before[place] != NOBODY and problem.active[before[place]] and split.owner[place] != before[place]
    ]  # fmt: skip
    made.moves, made.least_moves = len(moved), split.bounds.moves
    made.trust_lost_bp = sum(table.members[place].trust_bp for place in moved)
    made.placed = int(((before == NOBODY) & (split.owner != NOBODY)).sum()) + sum(
        1 for place in range(len(table.members))
        if before[place] != NOBODY and not problem.active[before[place]] and split.owner[place] != NOBODY
    )  # fmt: skip
    made.pinned = sum(1 for member in table.members if member.pinned_id is not None)
    made.protected = sum(
        1 for place, member in enumerate(table.members)
        if is_protected(member.protection, row.protects) and NOBODY != before[place] == split.owner[place]
    )  # fmt: skip
    made.limit, made.protects = row.moves, row.protects
    made.pool = int((split.owner == NOBODY).sum())
    made.lists = _lists(table, problem, split, before)
    made.shorts = [
        {"what": one.what, "needed": one.needed + spent * (one.what == "moves"),
         "allowed": one.allowed + spent * (one.what == "moves")}
        for one in split.short
    ]  # fmt: skip
    made.digest = _digest(table, split)


def _claims_in_figures(made: Proposal, table: Table, policy: Policy, split: Split, seats: Seats) -> None:
    """How many claims there were and were met, in number and strength, in all and by keeper; and the bound."""
    told = claims_told(table, policy, split.owner)
    made.claims, made.claims_met = len(told), sum(met for _, _, met in told)
    made.claims_bp, made.claims_met_bp = sum(bp for _, bp, _ in told), sum(bp for _, bp, met in told if met)
    made.claims_bound_bp = max(seats.bound_bp, made.claims_met_bp)
    mine = Counter(keeper for keeper, _, met in told if met)
    for place, one in enumerate(made.lists):
        one["claims"] = mine[place]


def _lists(table: Table, problem: Problem, split: Split, before: Any) -> list[dict[str, Any]]:
    """Keeper by keeper: customers, tiers and assets before and after, what she ought to hold, what comes and goes."""
    told = {one.keeper: one for one in rows(problem, split)}
    raw = [_totals(table, owner) for owner in (before, split.owner)]
    counted = list(zip(_counted(problem, before), _counted(problem, split.owner), strict=True))
    comes, goes = Counter(split.owner[split.owner != before].tolist()), Counter(before[split.owner != before].tolist())
    return [
        {
            "keeper": keeper.pk, "name": keeper.name, "no": keeper.staff_no, "active": bool(table.active[place]),
            "weight_pm": int(problem.weight_pm[place]), "ought": told[place].ought,
            "counted": list(counted[place]),
            "before": raw[0][place], "after": raw[1][place], "claims": 0,
            "comes": comes[place], "goes": goes[place],
        }
        for place, keeper in enumerate(table.keepers)
    ]  # fmt: skip


def _counted(problem: Problem, owner: Any) -> list[int]:
    """Assets of each keeper as they are balanced: whales cut to their line."""
    return [int(problem.counted[owner == place].sum()) for place in range(len(problem.active))]


def _totals(table: Table, owner: Any) -> list[dict[str, Any]]:
    """Of each keeper: customers, assets in full, what matures, difficulty, customers by tier."""
    found = [
        {"customers": 0, "asset": 0, "maturing": 0, "difficulty": 0, "tiers": {"A": 0, "B": 0, "C": 0}}
        for _ in table.keepers
    ]
    for member, place in zip(table.members, owner.tolist(), strict=True):
        if place != NOBODY:
            one: Any = found[place]
            one["customers"] += 1
            one["asset"] += member.asset_fen
            one["maturing"] += member.maturing_fen
            one["difficulty"] += member.difficulty
            one["tiers"][member.tier] += 1
    return found


def _ppb(share: float) -> int:
    return round(share * BILLION)


def _digest(table: Table, split: Split) -> str:
    """方案摘要: a sum over who is given to whom, by the bank's own numbers: the same split has the same."""
    lines = sorted(
        f"{member.customer.customer_no} {keeper.staff_no if (keeper := table.keeper(int(place))) else '-'}"
        for member, place in zip(table.members, split.owner, strict=True)
    )
    return sha256("\n".join(lines).encode()).hexdigest()
