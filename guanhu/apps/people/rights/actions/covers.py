"""代管: the head of a branch arranges who keeps an absent colleague's customers, and until when.

A cover opens and closes by itself with its first and last day; ended early it closes with the next request.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.people.errors import Conflict, Invisible, Refused
from guanhu.apps.people.models import Cover, Staff
from guanhu.apps.people.policy import in_force
from guanhu.apps.people.queries import roles_of
from guanhu.apps.people.rights.actions.reasons import reason_fault
from guanhu.rules.access import BUSINESS, Permission, Viewer, require
from guanhu.rules.kinds import TrailAction
from guanhu.rules.tenure import CoverFault, Span, cover_fault


@trail.recorded
def grant_cover(
    *, by: Viewer, giver: UUID, taker: UUID, from_on: date | None, to_on: date | None, reason: str, now: datetime
) -> UUID:
    """Let a colleague keep another's customers from one day to another, both of the head's own branch.

    Raises ``Invisible`` for a colleague of another branch, ``Refused`` for oneself, too many days, days gone by, and
    for a stand-in who is away, covered or on leave in these days. Reliability §7.
    """
    require(by, Permission.COVER_WRITE)
    away, stand_in = _both(by, giver, taker)
    if from_on is None or to_on is None:
        missing = {"from_on": from_on, "to_on": to_on}
        raise Refused({field: _("填日期") for field, value in missing.items() if value is None})
    day, span = timezone.localdate(now), Span(away.pk, stand_in.pk, from_on, to_on)
    errors = {
        **_against(span, away, stand_in, day),
        **_unable(stand_in, span),
        **({"reason": reason_fault(reason)} if reason_fault(reason) else {}),
    }
    if errors:
        raise Refused(errors)
    row = Cover.objects.create(
        giver=away, taker=stand_in, from_on=from_on, to_on=to_on, reason=reason.strip(), granted_by_id=by.staff_id,
        granted_at=now,
    )  # fmt: skip
    trail.note(by, TrailAction.COVER, object=("staff", away.staff_no), fields=("taker", "from_on", "to_on"),
               after=_told(row), hidden=False, reason=reason)  # fmt: skip
    row.refresh_from_db(fields=["public_id"])
    return row.public_id


@trail.recorded
def end_cover(*, by: Viewer, cover: UUID, reason: str, now: datetime) -> None:
    """End a cover before its last day; the stand-in's next request sees those customers no more.

    Raises ``Conflict`` when it was ended already, ``Refused`` when it is over by itself.
    """
    require(by, Permission.COVER_WRITE)
    found = Cover.objects.select_for_update(of=("self",)).select_related("giver", "taker", "ended_by")
    row = found.filter(public_id=cover, giver__branch_id=by.branch_id, taker__branch_id=by.branch_id).first()
    if row is None:
        raise Invisible(str(cover))
    if row.ended_at is not None:
        who = row.ended_by.name if row.ended_by else _("系统")
        raise Conflict(_("%(who)s 已先结束了这次代管") % {"who": who})
    if row.to_on < timezone.localdate(now):
        raise Refused({"cover": _("这次代管已到期，不用再结束")})
    fault = reason_fault(reason)
    if fault:
        raise Refused({"reason": fault})
    _end(row, by, reason.strip(), now)


def end_covers_of(staff_ids: Iterable[int], *, as_giver: bool, by: Viewer | None, because: str, now: datetime) -> int:
    """End the open covers of colleagues who left or moved; how many that were. For the apps' actions alone.

    ``as_giver``: also those by which others keep their customers.
    """
    ids = list(staff_ids)
    theirs = Q(taker_id__in=ids) | Q(giver_id__in=ids) if as_giver else Q(taker_id__in=ids)
    rows = Cover.objects.select_for_update(of=("self",)).select_related("giver", "taker")
    found = list(rows.filter(theirs, ended_at=None, to_on__gte=timezone.localdate(now)).order_by("pk"))
    for row in found:
        _end(row, by, because, now)
    return len(found)


def _end(row: Cover, by: Viewer | None, because: str, now: datetime) -> None:
    row.ended_by_id, row.ended_at, row.ended_because = by.staff_id if by else None, now, because
    row.save(update_fields=["ended_by", "ended_at", "ended_because"])
    trail.note(by, TrailAction.COVER_END, object=("staff", row.giver.staff_no), fields=("taker", "from_on", "to_on"),
               before=_told(row), hidden=False, reason=because)  # fmt: skip


def _both(by: Viewer, giver: UUID, taker: UUID) -> tuple[Staff, Staff]:
    """The two colleagues, both held in the order of their keys, so that no two arrangements overlap unseen."""
    rows = Staff.objects.select_for_update(of=("self",)).filter(
        public_id__in=(giver, taker), branch_id=by.branch_id, is_active=True
    )
    found = {row.public_id: row for row in rows.order_by("pk")}
    try:
        return found[giver], found[taker]
    except KeyError as absent:
        raise Invisible(str(absent)) from None


def _against(span: Span, away: Staff, stand_in: Staff, day: date) -> dict[str, str]:
    """What speaks against these days beside the other covers of the two."""
    both = (away.pk, stand_in.pk)
    open_covers = Cover.objects.filter(Q(giver_id__in=both) | Q(taker_id__in=both), ended_at=None, to_on__gte=day)
    rows = open_covers.order_by("pk").values_list("giver_id", "taker_id", "from_on", "to_on")
    policy = in_force()
    fault = cover_fault(span, tuple(Span(*row) for row in rows), day=day, policy=policy)
    said = {"away": away.name, "taker": stand_in.name, "days": policy.cover_days}
    sentences = {
        CoverFault.ONESELF: ("taker", _("代管人不能是本人")),
        CoverFault.BACKWARDS: ("to_on", _("结束日不能早于开始日")),
        CoverFault.PAST: ("from_on", _("不能早于今天")),
        CoverFault.LONG: ("to_on", _("一次最多 %(days)s 天；更长请交银行调整管户名单") % said),
        CoverFault.COVERED: ("giver", _("%(away)s 这几天已有人代管，先结束原来的安排") % said),
        CoverFault.TAKER_AWAY: ("taker", _("%(taker)s 这几天自己由别人代管，请换一位") % said),
        CoverFault.GIVER_COVERS: ("giver", _("%(away)s 这几天正代管别人的客户，先把那次代管交给别人") % said),
    }
    return dict([sentences[fault]]) if fault else {}


def _unable(stand_in: Staff, span: Span) -> dict[str, str]:
    """Why she could not stand in, whatever others do: on leave, or without a role that keeps customers."""
    first, last = stand_in.leave_from_on, stand_in.leave_to_on
    if first and last and first <= span.to_on and span.from_on <= last:
        said = {"taker": stand_in.name, "first": first.isoformat(), "last": last.isoformat()}
        return {"taker": _("%(taker)s %(first)s 至 %(last)s 休假，请换一位") % said}
    if not set(roles_of(stand_in, span.from_on)) & set(BUSINESS):
        return {"taker": _("%(taker)s 没有服务客户的角色，不能代管") % {"taker": stand_in.name}}
    return {}


def _told(row: Cover) -> dict[str, object]:
    """What the trail says of a cover: numbers of colleagues and days."""
    return {"taker": row.taker.staff_no, "from_on": row.from_on.isoformat(), "to_on": row.to_on.isoformat()}
