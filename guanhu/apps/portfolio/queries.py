"""Reading: the rounds of a branch, one round with its proposals, and who would change her keeper and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from guanhu.apps.audit import trail
from guanhu.apps.people import policy as bank
from guanhu.apps.people.models import Staff
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio.calling import called
from guanhu.apps.portfolio.models import Assignment, Claim, Member, Proposal, Round
from guanhu.apps.portfolio.shapes import (
    BILLION,
    Colleague,
    Continuity,
    ListRow,
    Move,
    Moves,
    RoundLine,
    RoundSeen,
    Side,
    Version,
)
from guanhu.rules.access import Permission, require
from guanhu.rules.kinds import Post, Stage, Tier, TrailAction
from guanhu.rules.portfolio import moves_allowed, protections
from guanhu.rules.rounds import Protection, RoundKind, RoundState

PAGE = 50
DAYS_A_YEAR = 365
ROUNDS = 60
WHALES = 20
PEOPLE = ("customer", "before", "after", "earlier", "partner", "pinned")


def rounds(viewer: Viewer) -> tuple[RoundLine, ...]:
    """The rounds of the branches in reach: those that wait for a second person, then the last first."""
    seen = require(viewer, Permission.ROUND_READ)
    last = Proposal.objects.seen_by(seen).filter(round=OuterRef("pk")).order_by("-number")
    rows = Round.objects.seen_by(seen).select_related("branch").annotate(
        told_moves=Subquery(last.values("moves")[:1]), told_after=Subquery(last.values("after_ppb")[:1]),
        waits=Q(state=RoundState.APPROVAL.value), single=Q(kind=RoundKind.CUSTOMER.value),
    ).order_by("-waits", "single", "-opened_at", "-pk")  # fmt: skip
    return tuple(
        RoundLine(row.public_id, row.branch.name, Post(row.post), RoundKind(row.kind), RoundState(row.state),
                  row.effective_on, row.opened_at, row.told_moves,
                  None if row.told_after is None else row.told_after / BILLION)
        for row in rows[:ROUNDS]
    )  # fmt: skip


def round_of(viewer: Viewer, round_id: UUID) -> RoundSeen | None:
    """One round with all its proposals, the last first; null for one out of reach."""
    seen = require(viewer, Permission.ROUND_READ)
    people = ("branch", "opened_by", "asked_by", "decided_by")
    row = Round.objects.seen_by(seen).filter(public_id=round_id).select_related(*people).first()
    if row is None:
        return None
    members = Member.objects.seen_by(seen).filter(round=row)
    counted = members.aggregate(all=Count("pk"), kept=Count("before"))
    versions = Proposal.objects.seen_by(seen).filter(round=row).select_related("made_by").order_by("-number")
    there = Staff.objects.filter(branch_id=row.branch_id, post=row.post, is_active=True, left_on=None)
    return RoundSeen(
        row.public_id, row.branch.name, Post(row.post), RoundKind(row.kind), RoundState(row.state), row.figures_on,
        row.effective_on, row.because, tuple(map(Protection, row.protects)), row.moves,
        moves_left(row, counted["kept"]), counted["all"], counted["kept"],
        _name(row.opened_by), row.opened_at, _name(row.asked_by), _name(row.decided_by), row.decided_at, row.handed_at,
        row.ended_because, tuple(map(_version, versions)),
        tuple(Colleague(one.public_id, one.name) for one in there.exclude(pk=row.leaver_id or 0).order_by("staff_no")),
        len(_disputed(seen, row)),
    )  # fmt: skip


def _name(staff: Staff | None) -> str:
    return staff.name if staff else ""


def _version(row: Proposal) -> Version:
    return Version(
        row.number, row.made_at, _name(row.made_by), row.before_ppb / BILLION, row.after_ppb / BILLION,
        row.bound_ppb / BILLION, row.moves, row.least_moves, row.placed, row.pinned, row.protected, row.trust_lost_bp,
        row.claims, row.claims_met, row.claims_met_bp, row.claims_bound_bp, row.whale_fen, row.pool,
        tuple(map(_list_row, row.lists)), tuple(row.shorts), row.digest,
    )  # fmt: skip


def _list_row(told: Mapping[str, Any]) -> ListRow:
    return ListRow(
        told["keeper"], told["name"], told["active"], told["weight_pm"], told["ought"],
        (told["counted"][0], told["counted"][1]), Side(**told["before"]), Side(**told["after"]), told["claims"],
        told["comes"], told["goes"],
    )  # fmt: skip


def moves_left(row: Round, kept: int) -> int:
    """How many of so many customers with a keeper this round may move without need. For the app alone. P46, P47.

    It is the share of its kind, less what rounds of the post have moved that are in force or due in the same month.
    """
    rows = Round.objects.for_system("the share of a month").filter(
        branch_id=row.branch_id, post=row.post, state__in=(RoundState.DUE.value, RoundState.IN_FORCE.value),
        effective_on__year=row.effective_on.year, effective_on__month=row.effective_on.month,
    )  # fmt: skip
    last = Proposal.objects.for_system("the share of a month").filter(round=OuterRef("pk")).order_by("-number")
    told = (
        rows.exclude(pk=row.pk).exclude(kind=RoundKind.FIRST.value).annotate(moved=Subquery(last.values("moves")[:1]))
    )
    used = sum(moved or 0 for moved in told.values_list("moved", flat=True))
    return max(0, moves_allowed(RoundKind(row.kind), kept, bank.in_force()) - used)


def _disputed(seen: Viewer, row: Round) -> dict[int, tuple[str, ...]]:
    """Customers for whom several ask and about whom the head has not yet spoken, with who asks."""
    found = {key: names for key, names in wanted(seen, row).items() if len(names) > 1}
    settled = Member.objects.seen_by(seen).filter(round=row, customer_id__in=found).exclude(pinned=None)
    for key in settled.values_list("customer_id", flat=True):
        found.pop(key, None)
    return found


def wanted(seen: Viewer, row: Round) -> dict[int, tuple[str, ...]]:
    """By customer, who asks for her. For the app alone."""
    asked: dict[int, list[str]] = defaultdict(list)
    claims = Claim.objects.seen_by(seen).filter(round=row, withdrawn_at=None).order_by("at", "pk")
    for key, name in claims.values_list("customer_id", "staff__name"):
        asked[key].append(name)
    return {key: tuple(names) for key, names in asked.items()}


def moves_of(viewer: Viewer, round_id: UUID, *, only: str = "", start: int = 0) -> Moves | None:
    """Who would change her keeper, those first about whom somebody has to decide, then by assets; fifty at a time.

    ``only``: ``disputed``, ``pinned``, ``differs`` (from the version before) or a tier's letter. Null for a round out
    of reach.
    """
    seen = require(viewer, Permission.ROUND_WRITE)
    row = Round.objects.seen_by(seen).filter(public_id=round_id).first()
    if row is None:
        return None
    disputed, asked = _disputed(seen, row), wanted(seen, row)
    members = Member.objects.seen_by(seen).filter(round=row)
    changed = members.filter(
        ~Q(why="") & other("before", "after") | Q(customer_id__in=list(disputed)) | Q(pinned__isnull=False)
    )
    again = Proposal.objects.seen_by(seen).filter(round=row, number__gt=1).exists()
    differs = members.filter(other("earlier", "after")) if again else None
    told = changed.aggregate(
        all=Count("pk"), A=Count("pk", filter=Q(tier="A")), B=Count("pk", filter=Q(tier="B")),
        C=Count("pk", filter=Q(tier="C")), pinned=Count("pk", filter=Q(pinned__isnull=False)),
    )  # fmt: skip
    wanted_rows = differs if only == "differs" and differs is not None else _only(changed, only, list(disputed))
    listed = list(_page(wanted_rows, list(disputed))[start : start + PAGE + 1])
    rows = tuple(_move(member, asked) for member in listed[:PAGE])
    trail.note(viewer, TrailAction.LIST_VIEW, object=("round", str(row.public_id)),
               people=[member.customer_id for member in listed[:PAGE]])  # fmt: skip
    return Moves(
        rows, told["all"], {tier.value: told[tier.value] for tier in Tier}, len(disputed), told["pinned"],
        None if differs is None else differs.count(), start + PAGE if len(listed) > PAGE else None,
    )  # fmt: skip


def other(one: str, other: str) -> Q:
    """Two keepers that are not the same, nobody counted as one. For the app alone."""
    both = Q(**{f"{one}__isnull": False, f"{other}__isnull": False})
    one_alone = Q(**{one: None, f"{other}__isnull": False}) | Q(**{other: None, f"{one}__isnull": False})
    return (both & ~Q(**{one: F(other)})) | one_alone


def continuity(viewer: Viewer, round_id: UUID) -> Continuity:
    """服务连贯性: of those who would leave a keeper, who was spoken with lately, who has just changed one. P47, P50."""
    seen = require(viewer, Permission.ROUND_WRITE)
    row = Round.objects.seen_by(seen).get(public_id=round_id)
    leaving = Member.objects.seen_by(seen).filter(round=row, before__isnull=False).filter(other("before", "after"))
    spoken = Q(last_contact_on__gt=row.figures_on - timedelta(days=bank.in_force().trust_contact_days))
    year = row.opened_at - timedelta(days=DAYS_A_YEAR)
    changed = Assignment.objects.seen_by(seen).filter(
        customer=OuterRef("customer_id"), until_at__gt=year, until_at__lte=row.opened_at
    )
    told = leaving.aggregate(spoken=Count("pk", filter=spoken), again=Count("pk", filter=Exists(changed)))
    return Continuity(told["spoken"], told["again"])


def _only(rows: QuerySet[Member], only: str, disputed: Sequence[int]) -> QuerySet[Member]:
    if only == "disputed":
        return rows.filter(customer_id__in=disputed)
    if only == "pinned":
        return rows.exclude(pinned=None)
    return rows.filter(tier=only) if only in set(Tier) else rows


def _page(rows: QuerySet[Member], disputed: Sequence[int]) -> QuerySet[Member]:
    first = Q(customer_id__in=disputed)
    return rows.select_related(*PEOPLE).annotate(waits=first).order_by("-waits", "-asset_fen", "customer__customer_no")


def _move(member: Member, asked: Mapping[int, tuple[str, ...]]) -> Move:
    one, partner = member.customer, member.partner
    return Move(
        member.public_id, one.public_id, called(one.name, one.kind), Tier(member.tier), member.asset_fen,
        _name(member.before), _name(member.after), _name(member.earlier), member.why,
        called(partner.name, partner.kind) if partner else "", member.rank, member.trust_bp, Stage(member.stage),
        protections(member.protection), member.last_contact_on, member.pinned.public_id if member.pinned else None,
        asked.get(member.customer_id, ()), member.before.public_id if member.before else None,
        member.after.public_id if member.after else None, member.because,
    )  # fmt: skip


def move_of(viewer: Viewer, round_id: UUID, member_id: UUID) -> Move | None:
    """One customer of a round, as she stands in the list of moves; null for one out of reach."""
    seen = require(viewer, Permission.ROUND_WRITE)
    row = Round.objects.seen_by(seen).filter(public_id=round_id).first()
    if row is None:
        return None
    member = Member.objects.seen_by(seen).filter(round=row, public_id=member_id).select_related(*PEOPLE).first()
    if member is None:
        return None
    trail.note(viewer, TrailAction.LIST_VIEW, object=("round", str(row.public_id)), people=[member.customer_id])
    return _move(member, wanted(seen, row))


def whales_of(viewer: Viewer, round_id: UUID, whale_fen: int) -> tuple[Move, ...]:
    """Customers of a round above the line from which on assets count no further, the largest first: at most twenty."""
    seen = require(viewer, Permission.ROUND_WRITE)
    rows = Member.objects.seen_by(seen).filter(round__public_id=round_id, asset_fen__gt=whale_fen)
    found = list(rows.select_related(*PEOPLE).order_by("-asset_fen", "customer__customer_no")[:WHALES])
    if found:
        trail.note(viewer, TrailAction.LIST_VIEW, object=("round", str(round_id)),
                   people=[member.customer_id for member in found])  # fmt: skip
    return tuple(_move(member, {}) for member in found)


def unsolved(viewer: Viewer, round_id: UUID) -> int:
    """How much was changed since the last proposal: customers pinned or let go of, and the limits of the round."""
    seen = require(viewer, Permission.ROUND_WRITE)
    pinned = Q(pinned__isnull=False) & (~Q(pinned=F("after")) | Q(after=None) | ~Q(why="pinned"))
    members = Member.objects.seen_by(seen).filter(round__public_id=round_id).exclude(why="asked")
    rows = Proposal.objects.seen_by(seen).filter(round__public_id=round_id).select_related("round")
    last = rows.order_by("-number").first()
    limits = last is not None and (last.limit, last.protects) != (last.round.moves, last.round.protects)
    return int(members.filter(pinned | Q(pinned=None, why="pinned")).count()) + limits


def colleagues(viewer: Viewer, posts: Sequence[str]) -> tuple[tuple[Colleague, str], ...]:
    """Colleagues of the viewer's branch in these posts, each with hers: who may keep customers, or leaves them."""
    require(viewer, Permission.ROUND_WRITE)
    there = Staff.objects.filter(branch_id=viewer.branch_id, post__in=posts, is_active=True, left_on=None)
    return tuple((Colleague(one.public_id, one.name), one.post) for one in there.order_by("post", "staff_no"))
