"""A round as the solver's problem: its members and the post's colleagues by their places, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from guanhu.apps.people.models import Staff
from guanhu.apps.portfolio.models import Claim, Member, Round
from guanhu.optimise.allocation import NOBODY, Limits, NotMeant, Problem
from guanhu.optimise.allocation.problem import Whole, whale_line
from guanhu.rules.kinds import Post, Tier
from guanhu.rules.policy import Policy
from guanhu.rules.portfolio import capability_pm
from guanhu.rules.rounds import Acquaintance, RoundKind

TIERS = tuple(Tier)


@dataclass(frozen=True)
class Table:
    """Who sits at the table of a round: its members by customer number, the keepers by place, the claims."""

    members: tuple[Member, ...]
    keepers: tuple[Staff, ...]
    active: tuple[bool, ...]
    claims: tuple[Claim, ...]

    @property
    def before(self) -> Whole:
        """The place of each member's keeper before the round."""
        places = {one.pk: place for place, one in enumerate(self.keepers)}
        return np.array([places.get(member.before_id or 0, NOBODY) for member in self.members], np.int64)

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


def problem_of(row: Round, table: Table, policy: Policy) -> Problem:
    """What the solver is asked; raises ``NotMeant`` with a sentence where it cannot be asked.

    In a first round only who is protected or pinned counts as somebody's; everybody else is placed anew. P43–P48.
    """
    if sum(table.active) == 0:
        raise NotMeant("这个岗位没有在岗的管户人")
    members = table.members
    places = {one.pk: place for place, one in enumerate(table.keepers)}

    def at(keeper_id: int | None) -> int:
        return NOBODY if keeper_id is None else places[keeper_id]

    pinned = [member.pinned_id is not None for member in members]
    locked = [pin or member.protection in row.protects for member, pin in zip(members, pinned, strict=True)]
    anew = row.kind == RoundKind.FIRST
    owner = [
        NOBODY if anew and not lock else at(member.pinned_id if pin else member.before_id)
        for member, pin, lock in zip(members, pinned, locked, strict=True)
    ]
    active = np.asarray(table.active)
    held = sum(1 for place in owner if place != NOBODY and table.active[place])
    moved_by_hand = sum(
        1 for member, pin in zip(members, pinned, strict=True)
        if pin and member.before_id not in (None, member.pinned_id) and active[at(member.before_id)]
    )  # fmt: skip
    maturing = np.asarray([max(0, one.maturing_fen) for one in members], np.int64)
    most = policy.post_capacity.get(Post(row.post))
    numbers = {member.customer_id: n for n, member in enumerate(members)}
    asked = [one for one in table.claims if one.customer_id in numbers and one.staff_id in places]
    return Problem.of(
        [member.customer.customer_no for member in members],
        [max(0, member.asset_fen) for member in members],
        [TIERS.index(Tier(member.tier)) for member in members],
        [capability_pm(one.capability, policy) for one in table.keepers],
        owner=owner,
        trust_bp=[member.trust_bp for member in members],
        locked=locked,
        active=active,
        further=[np.minimum(maturing, whale_line(maturing, sum(table.active))), [one.difficulty for one in members]],
        claims=(
            [numbers[one.customer_id] for one in asked],
            [places[one.staff_id] for one in asked],
            [policy.claim_bp[Acquaintance(one.known)] for one in asked],
        ),
        limits=Limits(
            moves=max(0, row.moves - moved_by_hand),
            within_ppm=policy.round_within_ppm,
            capacity=None if most is None else max(most, -(-held // sum(table.active))),
            claims_count_bp=policy.round_claims_count_bp,
            claims_asset_bp=policy.round_claims_asset_bp,
            tries=policy.round_tries,
        ),
    )
