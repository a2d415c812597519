"""Who is part of a round: a post's customers as they stand on the day it is opened, and whose family is protected."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import connection
from django.db.models import F

from guanhu.apps.audit import trail
from guanhu.apps.customers.models import Customer, Relation, Standing
from guanhu.apps.people.models import Branch
from guanhu.apps.portfolio.models import Member, Round
from guanhu.rules.kinds import CustomerKind, Post, Tier
from guanhu.rules.policy import Policy
from guanhu.rules.portfolio import BIT, KEEPING
from guanhu.rules.rounds import Protection

SYSTEM = "a round is opened"
_MEMBERS = """
    INSERT INTO portfolio_member (round_id, customer_id, tier, asset_fen, maturing_fen, difficulty, trust_bp,
        protection, stage, last_contact_on, before_id, kept_by)
    SELECT %(round)s, seen.key, told.tier, told.average_fen, coalesce(told.maturing_fen, 0),
        coalesce(told.difficulty, 0), coalesce(told.trust_bp, 0),
        CASE WHEN keeper.id IS NULL THEN 0 ELSE told.protection END, seen.stage, told.last_contact_on,
        seen.keeper_id, seen.kept_by
    FROM customers_customer seen
    JOIN people_branch here ON here.id = seen.branch_id
    JOIN customers_standing told ON told.customer_id = seen.key AND told.night_id = here.current_night_id
    LEFT JOIN people_staff keeper ON keeper.id = seen.keeper_id AND keeper.branch_id = seen.branch_id
        AND keeper.post = any(%(keeping)s)
    WHERE seen.branch_id = %(branch)s AND seen.merged_into_id IS NULL AND seen.left_on IS NULL
    AND seen.cleared_on IS NULL AND CASE WHEN keeper.id IS NOT NULL THEN keeper.post = %(post)s
             WHEN seen.kind = %(firm)s THEN %(firms)s ELSE told.tier = any(%(tiers)s) END
"""
"""Whose keeper works elsewhere by now, or keeps nobody in her post, falls to a post like one nobody keeps."""


def take_members(row: Round, policy: Policy, posts: frozenset[str]) -> int:
    """Write down who is part of the round: this post's customers, and those of nobody that fall to it; how many. P42.

    ``posts``: those with colleagues in the branch; what would fall to a post without any goes to the first there is.
    """
    first = next((one.value for one in KEEPING if one.value in posts), "")

    def falls_to(post: Post) -> str:
        return post.value if post.value in posts else first

    tiers = [tier.value for tier in Tier if falls_to(policy.post_of_tier[tier]) == row.post]
    with connection.cursor() as cursor:
        cursor.execute(
            _MEMBERS,
            {"round": row.pk, "branch": row.branch_id, "post": row.post, "firm": CustomerKind.CORPORATE.value,
             "firms": falls_to(Post.RELATIONSHIP) == row.post, "tiers": tiers,
             "keeping": [post.value for post in KEEPING]},
        )  # fmt: skip
        taken: int = cursor.rowcount
    _protect_households(row)
    return taken


@trail.recorded
def take_one(row: Round, customer: Customer, keeper: int, by: int, because: str, now: datetime) -> Member:
    """The one customer of a round that was asked for by her, with the keeper she is to have."""
    night = Branch.objects.values_list("current_night_id", flat=True).get(pk=customer.branch_id)
    told = Standing.objects.for_system(SYSTEM).filter(night_id=night, customer=customer).first()
    member = Member(
        round=row, customer=customer, tier=Tier.C.value, asset_fen=0, maturing_fen=0, difficulty=0, trust_bp=0,
        stage=customer.stage, before_id=customer.keeper_id, after_id=keeper, why="asked", pinned_id=keeper,
        pinned_by_id=by, pinned_at=now, because=because, kept_by=customer.kept_by,
    )  # fmt: skip
    if told is not None:
        member.tier, member.asset_fen, member.last_contact_on = told.tier, told.average_fen, told.last_contact_on
        member.protection = told.protection
        member.maturing_fen, member.difficulty, member.trust_bp = (
            each or 0 for each in (told.maturing_fen, told.difficulty, told.trust_bp)
        )
    member.save()
    return member


def _protect_households(row: Round) -> None:
    """Whoever shares a household with somebody protected is protected with her, whoever keeps that one. P48."""
    rows = Member.objects.for_system(SYSTEM).filter(round=row)
    members = {member.customer_id: member for member in rows.exclude(before=None)}
    tied: dict[int, set[int]] = defaultdict(set)
    for one, other in _households(list(members)):
        tied[one].add(other)
        tied[other].add(one)
    held = {key for key, member in members.items() if member.protection} | _held_elsewhere(set(tied) - set(members))
    found, news = set(held), set(held)
    while news:
        news = {key for one in news for key in tied[one]} - found
        found |= news
    with_family = [members[key] for key in found - held if key in members]
    for member in with_family:
        member.protection |= BIT[Protection.HOUSEHOLD]
    rows.bulk_update(with_family, ["protection"], batch_size=500)


def _held_elsewhere(keys: set[int]) -> set[int]:
    """Of these, who is no member of the round and protected where she is kept."""
    now = Standing.objects.for_system(SYSTEM).filter(customer_id__in=keys, protection__gt=0)
    return set(now.filter(night_id=F("customer__branch__current_night_id")).values_list("customer_id", flat=True))


def _households(keys: list[int]) -> list[tuple[int, int]]:
    """The ties of a household that hold: of each the last wording, unless it was taken off."""
    told = Relation.objects.for_system(SYSTEM).filter(customer_id__in=keys)
    last = told.order_by("item", "customer_id", "-version").distinct("item", "customer_id")
    return [(row.customer_id, row.other_id) for row in last if row.household and not row.removed]
