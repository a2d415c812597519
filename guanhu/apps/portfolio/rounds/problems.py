"""A round as the solver's problem: its members and the post's colleagues by their places, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from guanhu.apps.people.models import Staff
from guanhu.apps.portfolio.models import Claim, Member, Round
from guanhu.optimise.allocation import NOBODY, Limits, NotMeant, Problem
from guanhu.optimise.allocation.problem import Whole, whale_line
from guanhu.rules.kinds import Post, Tier
from guanhu.rules.policy import Policy
from guanhu.rules.portfolio import capability_pm, within_ppm
from guanhu.rules.rounds import Acquaintance, RoundKind

TIERS = tuple(Tier)


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

    @property
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
    """Where each member sits when the solver begins: by whom, whether she may move, and how many others may."""

    owner: list[int]
    locked: list[bool]
    moves: int


def problem_of(row: Round, table: Table, policy: Policy) -> Problem:
    """What the solver is asked; raises ``NotMeant`` with a sentence where it cannot be asked. P43–P48."""
    there = sum(table.active)
    if there == 0:
        raise NotMeant("这个岗位没有在岗的管户人")
    members, seats = table.members, _seats(row, table, policy)
    maturing = np.asarray([max(0, one.maturing_fen) for one in members], np.int64)
    most = policy.post_capacity.get(Post(row.post))
    kept = sum(1 for place in seats.owner if place != NOBODY and table.active[place])
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
        claims=_claims(table, policy),
        limits=Limits(
            moves=seats.moves,
            within_ppm=within_ppm(RoundKind(row.kind), policy),
            capacity=None if most is None else max(most, -(-kept // there)),
            claims_count_bp=policy.round_claims_count_bp,
            claims_asset_bp=policy.round_claims_asset_bp,
            tries=policy.round_tries,
        ),
    )


def _claims(table: Table, policy: Policy) -> tuple[list[int], list[int], list[int]]:
    """Who is asked for, by whom and how strongly: places of members and keepers, basis points."""
    numbers = {member.customer_id: n for n, member in enumerate(table.members)}
    asked = [one for one in table.claims if one.customer_id in numbers and one.staff_id in table.places]
    return (
        [numbers[one.customer_id] for one in asked],
        [table.places[one.staff_id] for one in asked],
        [policy.claim_bp[Acquaintance(one.known)] for one in asked],
    )


def _seats(row: Round, table: Table, policy: Policy) -> Seats:
    """Everybody with her keeper, or where the head has put her; who is asked for by another gets up, while moves last.

    What the head has put elsewhere and who gets up count among the moves of the round.
    """
    owner, locked, moves = [], [], row.moves
    for member in table.members:
        pinned = member.pinned_id is not None
        before = table.place(member.before_id)
        owner.append(table.place(member.pinned_id) if pinned else before)
        locked.append(pinned or member.protection in row.protects)
        moves -= pinned and before != NOBODY and table.active[before] and owner[-1] != before
    moves = max(0, moves)
    for n in _sought(table, policy)[:moves]:
        if not locked[n] and owner[n] != NOBODY and table.active[owner[n]]:
            owner[n] = NOBODY
            moves -= 1
    return Seats(owner, locked, moves)


def _sought(table: Table, policy: Policy) -> list[int]:
    """Members somebody asks for who is not their keeper, those first who are known best; by their places."""
    strength: dict[int, int] = {}
    for n, keeper, bp in zip(*_claims(table, policy), strict=True):
        if keeper != table.place(table.members[n].before_id):
            strength[n] = max(bp, strength.get(n, 0))
    return sorted(strength, key=lambda n: (-strength[n], n))
