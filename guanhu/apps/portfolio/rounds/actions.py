"""Writing: a round of 分户 from its opening to its publication, and back again within a day.

Whoever leads the branch opens, solves, pins and publishes; some kinds take a second person's word. The calendar opens
rounds by itself, as proposals. Each step holds the round, and says so where somebody was first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.customers.actions import Change
from guanhu.apps.customers.models import Customer
from guanhu.apps.people import policy as bank
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.models import Staff
from guanhu.apps.people.queries import shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio.handovers.making.actions import make_handovers
from guanhu.apps.portfolio.models import Claim, Handover, Member, Proposal, Round
from guanhu.apps.portfolio.queries import moves_left, unsolved
from guanhu.apps.portfolio.rounds.coming.actions import change_hands, goes_far, put_in_force, stale
from guanhu.apps.portfolio.rounds.opening.actions import take_members, take_one
from guanhu.apps.portfolio.rounds.solving.actions import proposed
from guanhu.apps.portfolio.rounds.telling import note
from guanhu.apps.portfolio.shapes import BILLION
from guanhu.rules.access import Permission, require
from guanhu.rules.kinds import Post, TrailAction
from guanhu.rules.portfolio import CHANGING, KEEPING, OPEN, needs_second_person
from guanhu.rules.rounds import Protection, RoundKind, RoundState

LONGEST = 200
_OPENING = 5203020
"""The number of the lock under which rounds are opened, one of a branch after the other."""
OTHERS = {post: [other.value for other in KEEPING if other is not post] for post in KEEPING}


@trail.recorded
def open_round(
    *, by: Viewer | None, branch_id: int, post: Post, kind: RoundKind, effective_on: date | None = None,
    because: str = "", leaver: UUID | None = None, claims: bool = False, now: datetime,
) -> Round:  # fmt: skip
    """开始一轮: write down how the post's customers stand today; solved at once unless claims come first.

    ``by`` null: the calendar · ``effective_on`` null: today · ``leaver``: who will keep nobody any more. Raises
    ``Refused`` where one is under way, the branch shows no night yet, or nobody there keeps customers.
    """
    policy, here = bank.in_force(), shown(branch_id)
    if by is not None and branch_id not in require(by, Permission.ROUND_WRITE).branches:
        raise Invisible(str(branch_id))
    _one_at_a_time(branch_id)
    away = Staff.objects.filter(public_id=leaver, branch_id=branch_id, post=post).first() if leaver else None
    _refuse_opening(branch_id, post, because, dark=here is None, unknown=leaver is not None and away is None)
    _refuse_without_cause(branch_id, post, kind, away)
    assert here is not None
    row: Round = Round.objects.create(
        branch_id=branch_id, post=post.value, kind=kind.value, moves=0, leaver=away, figures_on=here.data_day,
        state=RoundState.CLAIMING if claims else RoundState.DRAFT, because=because.strip(),
        effective_on=max(effective_on or here.today, here.today), protects=[one.value for one in Protection],
        opened_by_id=by.staff_id if by else None, opened_at=now,
    )  # fmt: skip
    row.refresh_from_db(fields=["public_id"])
    taken = take_members(row, policy, _posts(branch_id))
    if not taken:
        raise Refused({"round": _("这个岗位没有可分的客户")})
    kept = Member.objects.for_system("a round is opened").filter(round=row).exclude(before=None).count()
    row.moves = moves_left(row, kept)
    row.save(update_fields=["moves"])
    note(by, row, "opened", count=taken)
    if not claims:
        proposed(row, by, now, policy)
    return row


def _one_at_a_time(branch_id: int) -> None:
    """Who opens a round of a branch waits for who is opening one, and is told then."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_OPENING, branch_id])


def _refuse_without_cause(branch_id: int, post: Post, kind: RoundKind, away: Staff | None) -> None:
    """A leaver's round needs somebody who leaves, a joiner's somebody who came; no other kind has a leaver."""
    kept = Customer.objects.for_system("a round is opened").filter(
        branch_id=branch_id, left_on=None, keeper__isnull=False
    )
    there = Staff.objects.filter(branch_id=branch_id, post=post.value, is_active=True, left_on=None)
    new = there.exclude(pk__in=kept.values("keeper_id")).exists()
    gone = kept.exclude(keeper__in=there).exclude(keeper__post__in=OTHERS[post], keeper__branch_id=branch_id).exists()
    _refuse({
        "leaver": _("只有离岗交接才选离岗的同事") if away is not None and kind is not RoundKind.LEAVER
        else _("选出离岗的同事") if kind is RoundKind.LEAVER and away is None and not gone else "",
        "round_kind": _("没有还没接户的新同事") if kind is RoundKind.JOINER and not new else "",
    })  # fmt: skip


def figures_of(row: Round) -> dict[str, Any]:
    """What the last proposal of a round says, in figures: customers, moves, deviations as shares; for commands."""
    made = Proposal.objects.for_system("a command tells what it did").filter(round=row).latest("number")
    customers = Member.objects.for_system("a command tells what it did").filter(round=row).count()
    deviations = {"before": made.before_ppb, "after": made.after_ppb, "bound": made.bound_ppb}
    return {"customers": customers, "moves": made.moves, **{name: one / BILLION for name, one in deviations.items()}}


def _refuse_opening(branch_id: int, post: Post, because: str, *, dark: bool, unknown: bool) -> None:
    rows = Round.objects.for_system("one round at a time").filter(branch_id=branch_id, post=post.value)
    under_way = rows.filter(state__in=[one.value for one in OPEN]).exclude(kind=RoundKind.CUSTOMER.value).exists()
    _refuse({
        "round": _("网点还没有发布过夜间结果，先跑一夜") if dark
        else _("这个岗位已有一轮在进行，请先发布或作废它") if under_way else "",
        "leaver": _("选出离岗的同事") if unknown else "",
        "because": _("不超过 %(n)s 个字") % {"n": LONGEST} if len(because) > LONGEST else "",
        "post": "" if post in KEEPING else _("这个岗位不管户"),
    })  # fmt: skip


def _posts(branch_id: int) -> frozenset[str]:
    there = Staff.objects.filter(
        branch_id=branch_id, is_active=True, left_on=None, post__in=[one.value for one in KEEPING]
    )
    return frozenset(there.values_list("post", flat=True))


@trail.recorded
def solve(*, by: Viewer, round_id: UUID, now: datetime) -> Proposal:
    """求解: a next proposal with what has been claimed and pinned since; claims are closed with it."""
    row = _held(by, round_id, *CHANGING)
    made = proposed(row, by, now, bank.in_force())
    if row.state != RoundState.DRAFT:
        row.state = RoundState.DRAFT
        row.save(update_fields=["state"])
    note(by, row, "solved", count=made.moves)
    return made


@trail.recorded
def limit(*, by: Viewer, round_id: UUID, protects: Sequence[str], moves: int) -> None:
    """Set whom this round protects and how many it may move; never more than the policy's share for its kind."""
    row = _held(by, round_id, *CHANGING)
    kept = Member.objects.seen_by(_leading(by)).filter(round=row).exclude(before=None).count()
    most = moves_left(row, kept)
    _refuse({
        "moves": _("最多 %(n)s 户") % {"n": most} if not 0 <= moves <= most else "",
        "protects": _("没有这一种保护") if set(protects) - {one.value for one in Protection} else "",
    })  # fmt: skip
    before = {"moves": row.moves, "protects": " ".join(row.protects)}
    row.moves, row.protects = moves, [one.value for one in Protection if one.value in protects]
    row.save(update_fields=["moves", "protects"])
    trail.note(by, TrailAction.ROUND, object=("round", str(row.public_id)), fields=("limits",), before=before,
               after={"moves": moves, "protects": " ".join(row.protects)})  # fmt: skip


@trail.recorded
def pin(*, by: Viewer, round_id: UUID, member_id: UUID, keeper: UUID | None, now: datetime) -> None:
    """锁定: the head says who keeps this customer, whatever the solver would; ``keeper`` null lets go of it.

    It counts among the moves. Asked for again it stays as it is.
    """
    row = _held(by, round_id, *CHANGING)
    member = Member.objects.seen_by(_leading(by)).filter(round=row, public_id=member_id).first()
    to = _colleague(row, keeper) if keeper else None
    if member is None:
        raise Invisible(str(member_id))
    _refuse({"keeper": _("选出这个岗位在岗的同事") if keeper and to is None else ""})
    member.pinned, member.pinned_by_id, member.pinned_at = to, by.staff_id if to else None, now if to else None
    member.save(update_fields=["pinned", "pinned_by", "pinned_at"])
    trail.note(by, TrailAction.ROUND, object=("round", str(row.public_id)), person=member.customer_id,
               fields=("pinned",), after={"pinned": to.staff_no if to else ""})  # fmt: skip


def _colleague(row: Round, keeper: UUID) -> Staff | None:
    there = Staff.objects.filter(branch_id=row.branch_id, post=row.post, is_active=True, left_on=None)
    return there.filter(~Q(pk=row.leaver_id or 0), public_id=keeper).first()


@trail.recorded
def submit(*, by: Viewer, round_id: UUID, number: int, now: datetime) -> Round:
    """发布: what was seen last is put in force on its day, or laid before a second person where policy asks for one.

    ``number``: the proposal that was looked at; raises ``Conflict`` when there is a later one.
    """
    row = _held(by, round_id, RoundState.DRAFT)
    last = Proposal.objects.seen_by(_leading(by)).filter(round=row).order_by("-number").first()
    if last is None:
        raise Refused({"round": _("还没有方案，请先求解")})
    if last.number != number:
        raise Conflict(_("已有更新的一版 v%(n)s，请看过再发布") % {"n": last.number})
    if unsolved(by, round_id):
        raise Refused({"round": _("求解之后改过锁定或约束，请重新求解")})
    since = Claim.objects.seen_by(_leading(by)).filter(round=row, withdrawn_at=None, at__gt=last.made_at)
    _refuse({"round": _("有同事在求解的同时认领了客户，请重新求解") if since.exists() else stale(row)})
    row.asked_by_id, row.asked_at = by.staff_id, now
    if needs_second_person(RoundKind(row.kind), bank.in_force()) or goes_far(row, last):
        row.state = RoundState.APPROVAL
        row.save(update_fields=["state", "asked_by", "asked_at"])
        note(by, row, "submitted", count=last.moves)
        return row
    return _publish(by, row, now)


@trail.recorded
def approve(*, by: Viewer, round_id: UUID, now: datetime) -> Round:
    """复核通过: the second person, never who asked."""
    row = _held(by, round_id, RoundState.APPROVAL, permission=Permission.ROUND_APPROVE)
    _refuse({"round": _("提请的人不能自己复核") if row.asked_by_id == by.staff_id else stale(row)})
    return _publish(by, row, now)


@trail.recorded
def send_back(*, by: Viewer, round_id: UUID, because: str) -> Round:
    """退回: the second person wants it otherwise, and says why."""
    row = _held(by, round_id, RoundState.APPROVAL, permission=Permission.ROUND_APPROVE)
    _refuse({"because": "" if 0 < len(because.strip()) <= LONGEST else _("写下退回的理由")})
    row.state, row.ended_because = RoundState.DRAFT, because.strip()
    row.save(update_fields=["state", "ended_because"])
    note(by, row, "sent_back", reason=because)
    return row


def _publish(by: Viewer, row: Round, now: datetime) -> Round:
    here = shown(row.branch_id)
    row.state, row.decided_by_id, row.decided_at = RoundState.DUE, by.staff_id, now
    row.effective_on = max(row.effective_on, here.today) if here else row.effective_on
    row.save(update_fields=["state", "asked_by", "asked_at", "decided_by", "decided_at", "effective_on"])
    made = make_handovers(row)
    note(by, row, "published", count=made)
    if here is not None and row.effective_on <= here.today:
        put_in_force(by, row, now)
    return row


@trail.recorded
def revert(*, by: Viewer, round_id: UUID, because: str, now: datetime) -> Round:
    """撤回: within a day of its coming into force everybody goes back; whoever has moved on since stays where she is.

    A round that still awaits its day is taken back as well.
    """
    row = _held(by, round_id, RoundState.IN_FORCE, RoundState.DUE)
    hours = bank.in_force().round_undo_hours
    late = row.handed_at is not None and now - row.handed_at > timedelta(hours=hours)
    later = Round.objects.seen_by(_leading(by)).filter(branch_id=row.branch_id, post=row.post, state__in=[*OPEN])
    under_way = later.exclude(pk=row.pk).exclude(kind=RoundKind.CUSTOMER.value).exists()
    _refuse({
        "round": _("生效已超过 %(n)s 小时，不能撤回；请另开一轮") % {"n": hours} if late
        else _("这个岗位又开始了一轮，先作废那一轮再撤回") if under_way else "",
        "because": "" if 0 < len(because.strip()) <= LONGEST else _("写下撤回的理由"),
    })  # fmt: skip
    count = 0
    if row.handed_at is not None:
        members = Member.objects.seen_by(_leading(by)).filter(round=row).order_by("customer_id")
        back = [
            Change(member.customer_id, member.after_id, member.before_id, member.kept_by)
            for member in members if member.before_id != member.after_id
        ]  # fmt: skip
        count = len(back) - len(change_hands(row, back))
    row.state, row.ended_by_id, row.ended_at, row.ended_because = RoundState.REVERTED, by.staff_id, now, because.strip()
    row.save(update_fields=["state", "ended_by", "ended_at", "ended_because"])
    Handover.objects.for_system("a round is taken back").filter(round=row, ended_at=None).update(ended_at=now)
    note(by, row, "reverted", count=count, reason=because)
    return row


@trail.recorded
def drop(*, by: Viewer, round_id: UUID, because: str, now: datetime) -> Round:
    """作废: nothing comes of this round."""
    row = _held(by, round_id, *CHANGING, RoundState.APPROVAL)
    _refuse({"because": "" if 0 < len(because.strip()) <= LONGEST else _("写下作废的理由")})
    row.state, row.ended_by_id, row.ended_at, row.ended_because = RoundState.DROPPED, by.staff_id, now, because.strip()
    row.save(update_fields=["state", "ended_by", "ended_at", "ended_because"])
    note(by, row, "dropped", reason=because)
    return row


@trail.recorded
def change_for(*, by: Viewer, customer: UUID, keeper: UUID, because: str, now: datetime) -> Round:
    """客户申请更换: a customer wants another keeper; the head says who, and both are introduced to each other. P51.

    In force at once, and to be taken back like any round. Raises ``Invisible`` for a customer out of reach.
    """
    seen = _leading(by)
    rows = Customer.objects.seen_by(seen).filter(public_id=customer, merged_into=None)
    found = rows.select_for_update(of=("self",)).first()
    here = shown(found.branch_id) if found else None
    if found is None or here is None or found.branch_id not in seen.branches:
        raise Invisible(str(customer))
    to = Staff.objects.filter(public_id=keeper, branch_id=found.branch_id, is_active=True, left_on=None).first()
    _refuse({
        "keeper": _("选出接手的同事") if to is None or to.pk == found.keeper_id or to.post not in KEEPING else "",
        "because": "" if 0 < len(because.strip()) <= LONGEST else _("写下客户为什么想换"),
    })  # fmt: skip
    assert to is not None
    row: Round = Round.objects.create(
        branch_id=found.branch_id, post=to.post, kind=RoundKind.CUSTOMER.value, state=RoundState.DRAFT,
        figures_on=here.data_day, effective_on=here.today, moves=0, opened_by_id=by.staff_id,
        opened_at=now, asked_by_id=by.staff_id, asked_at=now,
    )  # fmt: skip
    row.refresh_from_db(fields=["public_id"])
    take_one(row, found, to.pk, by.staff_id, because.strip(), now)
    note(by, row, "opened", count=1, reason=because)
    _publish(by, row, now)
    if not Customer.objects.seen_by(seen).filter(pk=found.pk, keeper=to).exists():
        raise Conflict(_("这位客户刚刚换过管户人，请看过再定"))
    return row


def _leading(by: Viewer) -> Viewer:
    return require(by, Permission.ROUND_WRITE)


def _held(by: Viewer, round_id: UUID, *states: RoundState, permission: Permission = Permission.ROUND_WRITE) -> Round:
    """The round, held until the transaction ends, in one of these states; raises ``Invisible`` or ``Conflict``."""
    rows = Round.objects.seen_by(require(by, permission)).filter(public_id=round_id)
    row: Round | None = rows.select_for_update().first()
    if row is None:
        raise Invisible(str(round_id))
    if row.state not in states:
        raise Conflict(_("这一轮已是“%(state)s”，这一步现在做不了") % {"state": RoundState(row.state).zh})
    return row


def _refuse(errors: dict[str, str]) -> None:
    wrong = {name: says for name, says in errors.items() if says}
    if wrong:
        raise Refused(wrong)
