"""Reading: the rounds whose claims are open to a colleague, who asks for whom, and whom she may ask for. P45."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from guanhu.apps.audit import trail
from guanhu.apps.people import policy as bank
from guanhu.apps.people.models import Staff
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio.calling import called
from guanhu.apps.portfolio.models import Claim, Round
from guanhu.apps.portfolio.shapes import Asked, Claimable, ClaimRound
from guanhu.rules.access import Permission, require
from guanhu.rules.kinds import Tier, TrailAction
from guanhu.rules.rounds import Acquaintance, RoundKind, RoundState


def open_claims(viewer: Viewer) -> ClaimRound | None:
    """The round of her post whose claims are open, with everybody's claims; null when there is none."""
    seen = require(viewer, Permission.CLAIM_WRITE)
    row = rounds_open(seen).first()
    if row is None:
        return None
    policy, claims = bank.in_force(), asked_for(seen, row)
    colleagues = Staff.objects.filter(branch_id=row.branch_id, post=row.post, is_active=True, left_on=None).count()
    return ClaimRound(
        row.public_id, RoundKind(row.kind), row.effective_on, row.figures_on, claims,
        policy.round_claims_count_bp, policy.round_claims_asset_bp, colleagues,
    )  # fmt: skip


def rounds_open(seen: Viewer):  # type: ignore[no-untyped-def]
    """Rounds of her branch and post that take claims. For the app alone."""
    rows = Round.objects.seen_by(seen).filter(branch_id=seen.branch_id, post=seen.post)
    return rows.filter(state=RoundState.CLAIMING.value).order_by("pk")


def asked_for(viewer: Viewer, row: Round) -> tuple[Asked, ...]:
    """Every claim of a round that stands, by customer; whoever asks for the same one stands beside it."""
    rows = Claim.objects.seen_by(viewer).filter(round=row, withdrawn_at=None).select_related("staff")
    listed = list(rows.order_by("tier", "tail", "customer_id", "at", "pk"))
    many: dict[int, int] = {}
    for one in listed:
        many[one.customer_id] = many.get(one.customer_id, 0) + 1
    if many:
        trail.note(viewer, TrailAction.LIST_VIEW, object=("round", str(row.public_id)), people=list(many))
    return tuple(
        Asked(one.public_id, one.called, one.tail, Tier(one.tier), one.staff.name, Acquaintance(one.known), one.because,
              one.staff_id == viewer.staff_id, many[one.customer_id] > 1)
        for one in listed
    )  # fmt: skip


def claims_of(viewer: Viewer, round_id: UUID) -> tuple[Asked, ...]:
    """Every claim of a round that stands, for who leads the branch; none for a round out of reach."""
    seen = require(viewer, Permission.ROUND_WRITE)
    row = Round.objects.seen_by(seen).filter(public_id=round_id).first()
    return asked_for(seen, row) if row else ()


def claimable(viewer: Viewer, said: str) -> tuple[Claimable, ...]:
    """Who is meant by a full name or a customer number, among the members of the open round; masked.

    A keeper names whom she knows; nobody is listed for her to choose from. What is found is noted in the trail.
    """
    seen = require(viewer, Permission.CLAIM_WRITE)
    row = rounds_open(seen).first()
    if row is None or len(said.strip()) < 2:
        return ()
    found = found_by(row.pk, said.strip())
    keepers = dict(Staff.objects.filter(pk__in={one[-1] for one in found if one[-1]}).values_list("pk", "name"))
    if found:
        trail.note(viewer, TrailAction.SEARCH, object=("round", str(row.public_id)), people=[one[0] for one in found])
    return tuple(
        Claimable(str(member), called(name, kind), number[-4:], Tier(tier), keepers.get(keeper or 0, ""))
        for _key, member, number, name, kind, tier, keeper in found
    )


def found_by(round_pk: int, said: str) -> list[tuple[int, UUID, str, str, str, str, int | None]]:
    """Members of an open round by full name, number or key in it, by the database's own hand. For the app alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select customer_id, member, customer_no, name, kind, tier, keeper_id from portfolio_claimable(%s, %s)",
            [round_pk, said],
        )
        return list(cursor.fetchall())


def pool_today(viewer: Viewer) -> tuple[Claimable, ...]:
    """今天看得到的公共池: so many customers nobody keeps, the same all day: whoever knows one says so. Masked. P42."""
    seen = require(viewer, Permission.CLAIM_WRITE)
    with connection.cursor() as cursor:
        cursor.execute(
            "select customer_id, customer_no, name, kind, tier from portfolio_pool(%s)",
            [bank.in_force().pool_views_day],
        )
        found = cursor.fetchall()
    if found:
        trail.note(seen, TrailAction.LIST_VIEW, object=("list", "pool"), people=[one[0] for one in found])
    return tuple(
        Claimable("", called(name, kind), number[-4:], Tier(tier), "") for _key, number, name, kind, tier in found
    )


def public_of(viewer: Viewer) -> list[UUID]:
    """Rounds of her branch in which she may ask for customers; for the navigation."""
    return [row.public_id for row in rounds_open(require(viewer, Permission.CLAIM_WRITE))]
