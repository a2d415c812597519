"""A round as the solver's problem: its members and the post's colleagues by their places, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from guanhu.apps.people.models import Staff
from guanhu.apps.portfolio.models import Claim, Member, Round
from guanhu.optimise.allocation import NOBODY, Limits, NotMeant, Problem
from guanhu.optimise.allocation.claims import settle
from guanhu.optimise.allocation.problem import Whole, whale_line
from guanhu.rules.kinds import Post, Tier
from guanhu.rules.policy import Policy
from guanhu.rules.portfolio import capability_pm, is_protected, within_ppm
from guanhu.rules.rounds import Acquaintance, RoundKind

TIERS = tuple(Tier)
Asked = tuple[Sequence[int], Sequence[int], Sequence[int]]
"""Claims: places of members, places of keepers, strengths in basis points."""


@dataclass(frozen=True)
class Table:
    """Who sits at the table of a round: its members by customer number, the keepers by place, the claims."""

    members: tuple[Member, ...]
    keepers: tuple[Staff, ...]
    active: tuple[bool, ...]
    claims: tuple[Claim, ...]

    @cached_property
    def places(self) -> dict[int, int]:
        """The place of each keeper by the key of her record."""
        return {one.pk: place for place, one in enumerate(self.keepers)}

    def place(self, keeper_id: int | None) -> int:
        """The place of one; nobody's for null."""
        return NOBODY if keeper_id is None else self.places[keeper_id]

    def is_there(self, keeper_id: int) -> bool:
        """May she keep anybody?"""
        place = self.places.get(keeper_id, NOBODY)
        return place != NOBODY and self.active[place]

    @cached_property
    def before(self) -> Whole:
        """The place of each member's keeper before the round."""
        return np.array([self.place(member.before_id) for member in self.members], np.int64)

    def keeper(self, place: int) -> Staff | None:
        """Who sits there."""
        return None if place == NOBODY else self.keepers[place]


def table_of(row: Round, members: Sequence[Member], claims: Sequence[Claim], staff: Sequence[Staff]) -> Table:
    """The round's table: colleagues of the post that are there, and those of before who are not any more."""
    here = [one for one in staff if one.branch_id == row.branch_id and one.post == row.post]
    there = {one.pk for one in here if one.is_active and one.left_on is None and one.pk != row.leaver_id}
    held = {member.before_id for member in members if member.before_id is not None}
    keepers = sorted((one for one in staff if one.pk in there | held), key=lambda one: one.staff_no)
    return Table(
        tuple(sorted(members, key=lambda member: member.customer.customer_no)), tuple(keepers),
        tuple(one.pk in there for one in keepers), tuple(claims),
    )  # fmt: skip


@dataclass(frozen=True)
class Seats:
    """Where each member sits when the solver begins: by whom, and whether she may move.

    ``claims``: those that are left to the solver, and those that were met beforehand · ``moves``: how many others may
    be moved · ``bound_bp``: what no way to meet claims could exceed.
    """

    owner: list[int]
    locked: list[bool]
    moves: int
    claims: Asked = ((), (), ())
    met: frozenset[int] = frozenset()
    bound_bp: int = 0


def problem_of(row: Round, table: Table, policy: Policy) -> tuple[Problem, Seats]:
    """What the solver is asked, and how everybody sat; raises ``NotMeant`` where it cannot be asked. P43–P48."""
    there = sum(table.active)
    if there == 0:
        raise NotMeant("这个岗位没有在岗的管户人")
    gone = {member.pinned_id for member in table.members if member.pinned_id and not table.is_there(member.pinned_id)}
    if gone:
        raise NotMeant("有客户锁定给了已不在岗的同事，请先改定")
    seats = _claimed(row, table, policy, _seats(row, table))
    return _asked_of(row, table, policy, seats), seats


def _asked_of(row: Round, table: Table, policy: Policy, seats: Seats) -> Problem:
    members, there = table.members, sum(table.active)
    maturing = np.asarray([max(0, one.maturing_fen) for one in members], np.int64)
    most = policy.post_capacity.get(Post(row.post))
    kept = sum(1 for place in table.before.tolist() if place != NOBODY and table.active[place])
    return Problem.of(
        [member.customer.customer_no for member in members],
        [max(0, member.asset_fen) for member in members],
        [TIERS.index(Tier(member.tier)) for member in members],
        [capability_pm(one.capability, policy) for one in table.keepers],
        owner=seats.owner,
        trust_bp=[member.trust_bp for member in members],
        locked=seats.locked,
        active=np.asarray(table.active),
        further=[np.minimum(maturing, whale_line(maturing, there)), [one.difficulty for one in members]],
        claims=seats.claims,
        limits=Limits(
            moves=seats.moves,
            within_ppm=within_ppm(RoundKind(row.kind), policy),
            capacity=None if most is None else max(most, -(-kept // there)),
            claims_count_bp=policy.round_claims_count_bp,
            claims_asset_bp=policy.round_claims_asset_bp,
            tries=policy.round_tries,
        ),
    )


def _seats(row: Round, table: Table) -> Seats:
    """Everybody with her keeper, or where the head has put her, which counts among the moves of the round."""
    owner, locked, moves = [], [], row.moves
    for member in table.members:
        pinned = member.pinned_id is not None
        before = table.place(member.before_id)
        owner.append(table.place(member.pinned_id) if pinned else before)
        locked.append(pinned or is_protected(member.protection, row.protects))
        moves -= pinned and before != NOBODY and table.active[before] and owner[-1] != before
    return Seats(owner, locked, max(0, moves))


def _claimed(row: Round, table: Table, policy: Policy, seats: Seats) -> Seats:
    """Who is asked for and kept by somebody else goes to who asks, where that claim is met and moves last. P45.

    Claims are settled first, all together; those that are not met leave everybody where she is and cost nothing.
    """
    asked = _claims(table, policy)
    if not asked[0]:
        return seats
    free = {
        n for n in set(asked[0])
        if not seats.locked[n] and seats.owner[n] != NOBODY and table.active[seats.owner[n]]
    }  # fmt: skip
    owner = [NOBODY if n in free else place for n, place in enumerate(seats.owner)]
    told = settle(_asked_of(row, table, policy, Seats(owner, seats.locked, seats.moves, asked)))
    strength = {(n, keeper): bp for n, keeper, bp in zip(*asked, strict=True)}
    moving = [n for n, keeper in told.met.items() if n in free and keeper != seats.owner[n]]
    moving = sorted(moving, key=lambda n: (-strength[n, told.met[n]], n))[: seats.moves]
    owner, locked, going = list(seats.owner), list(seats.locked), set(moving)
    for n in moving:
        owner[n], locked[n] = told.met[n], True
    left = [one for one in zip(*asked, strict=True) if told.met.get(one[0]) == one[1] and owner[one[0]] == NOBODY]
    rest: Asked = tuple(zip(*left, strict=True)) if left else ((), (), ())  # type: ignore[assignment]
    return Seats(owner, locked, seats.moves - len(moving), rest, frozenset(going), told.bound_bp)


def _claims(table: Table, policy: Policy) -> Asked:
    """Who is asked for, by whom and how strongly: places of members and keepers, basis points."""
    numbers = {member.customer_id: n for n, member in enumerate(table.members)}
    asked = [
        one for one in table.claims
        if one.customer_id in numbers and one.staff_id in table.places and table.is_there(one.staff_id)
    ]  # fmt: skip
    return (
        [numbers[one.customer_id] for one in asked],
        [table.places[one.staff_id] for one in asked],
        [policy.claim_bp[Acquaintance(one.known)] for one in asked],
    )


def claims_told(table: Table, policy: Policy, owner: Whole) -> list[tuple[int, int, bool]]:
    """Every claim as it came out: the keeper's place, its strength in basis points, whether it was met."""
    return [(keeper, bp, int(owner[n]) == keeper) for n, keeper, bp in zip(*_claims(table, policy), strict=True)]
