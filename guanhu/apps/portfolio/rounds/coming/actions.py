"""Writing: a round comes into force: whether it still holds, who changes hands, and all that follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.customers import actions as customers
from guanhu.apps.customers.actions import Change
from guanhu.apps.people.actions import hold_day
from guanhu.apps.people.models import Staff
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio import registry
from guanhu.apps.portfolio.models import Handover, Member, Proposal, Round
from guanhu.apps.portfolio.queries import other
from guanhu.apps.portfolio.rounds.telling import note
from guanhu.rules.rounds import Protection, RoundState


def due(today: date) -> list[int]:
    """The rounds whose day has come, by their keys; for the night, which puts each in force by itself."""
    rows = Round.objects.for_system("the night puts rounds in force").filter(state=RoundState.DUE.value)
    return list(rows.filter(effective_on__lte=today).order_by("pk").values_list("pk", flat=True))


@trail.recorded
def carry_out(*, round_key: int, now: datetime) -> bool:
    """Put one round in force whose day has come; false when it is not due any more. For the night."""
    rows = Round.objects.for_system("the night puts rounds in force").filter(pk=round_key, state=RoundState.DUE.value)
    row = rows.select_for_update().first()
    if row is not None:
        put_in_force(None, row, now)
    return row is not None


@trail.recorded
def put_in_force(by: Viewer | None, row: Round, now: datetime) -> None:
    """Everybody changes keeper in one transaction, and with them all that follows; who moved meanwhile is let be."""
    members, gone = Member.objects.for_system("a round is put in force").filter(round=row), not_there(row)
    changes = [
        Change(member.customer_id, member.before_id, member.after_id)
        for member in members.order_by("customer_id") if member.before_id != member.after_id
    ]  # fmt: skip
    missed = [one.customer for one in changes if one.after in gone]
    missed += change_hands(row, [one for one in changes if one.after not in gone])
    row.state, row.handed_at = RoundState.IN_FORCE, now
    row.save(update_fields=["state", "handed_at"])
    handovers = Handover.objects.for_system("a round is put in force").filter(round=row, ended_at=None)
    handovers.filter(customer_id__in=missed).update(ended_at=now)
    handovers.exclude(customer_id__in=missed).update(handed_at=now)
    note(by, row, "in_force", count=len(changes) - len(missed))


def change_hands(row: Round, changes: Sequence[Change]) -> list[int]:
    """Everybody of these to her new keeper, and with her what names one; returns whom it did not find so."""
    hold_day(row.branch_id)
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.round', %s, true)", [str(row.pk)])
    missed = customers.hand_over(changes)
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.round', '', true)")
    registry.follow([one for one in changes if one.customer not in set(missed)])
    return missed


def goes_far(row: Round, last: Proposal) -> bool:
    """Does the head move more by her own hand than the round allows, or somebody protected, or protect less than all?

    Then a second person says so, too, whatever the kind. P48.
    """
    moved = Member.objects.for_system("how far a round goes").filter(round=row, before__is_active=True)
    moved = moved.filter(before__left_on=None, protection__gt=0).exclude(after=F("before"))
    few = len(row.protects) < len(Protection)
    return last.moves > row.moves or few or moved.exclude(before=row.leaver_id or 0).exists()


def stale(row: Round) -> str:
    """What has changed under a round since it was opened, in a sentence; empty when it still holds."""
    rows = Member.objects.for_system("does a round still hold").filter(round=row)
    changed = rows.filter(other("before", "customer__keeper")).count()
    if changed:
        return _("有 %(n)s 户在这一轮开始之后换过管户人，请作废后重新开始") % {"n": changed}
    names = Staff.objects.filter(pk__in=not_there(row)).values_list("name", flat=True)
    return _("%(who)s 已不在这个岗位，请作废后重新开始") % {"who": "、".join(names)} if names else ""


def not_there(row: Round) -> set[int]:
    """Colleagues to whom the round gives customers and who may not keep any here by now."""
    given = Member.objects.for_system("does a round still hold").filter(round=row).exclude(after=None)
    there = Staff.objects.filter(branch_id=row.branch_id, is_active=True, left_on=None, post=row.post)
    return set(given.exclude(after__in=there).filter(other("before", "after")).values_list("after_id", flat=True))
