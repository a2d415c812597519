"""Reading: what came to a colleague's list and what left it, the three steps of each handover, and the watch. P8."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.people import policy as bank
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.portfolio.models import Handover
from guanhu.apps.portfolio.shapes import HandoverSeen, Step
from guanhu.rules.access import Permission, require
from guanhu.rules.kinds import Tier, TrailAction
from guanhu.rules.policy import Policy
from guanhu.rules.portfolio import due_on
from guanhu.rules.rounds import HandoverStep

MOST = 200
"""So many are shown at once, those still to be done first."""
KEPT_DAYS = 60
"""So long a handover that is done still stands in the list."""


def done_by(row: Handover, step: HandoverStep) -> int:
    """Whose step it is: telling is the giver's as long as she is there, the rest is the taker's."""
    return row.giver_id if step is HandoverStep.TOLD and is_there(row) else row.taker_id


def is_there(row: Handover) -> bool:
    """Does the colleague who gives still work here?"""
    return row.giver.is_active and row.giver.left_on is None


def mine(viewer: Viewer, now: Shown) -> tuple[HandoverSeen, ...]:
    """Handovers of the last two months in which she gives or takes, those first that are still to be done."""
    seen = require(viewer, Permission.HANDOVER_WRITE)
    rows = Handover.objects.seen_by(seen).filter(
        Q(giver_id__in=seen.keepers) | Q(taker_id__in=seen.keepers), ended_at=None,
        effective_on__gt=now.today - timedelta(days=KEPT_DAYS),
    )  # fmt: skip
    people = ("giver", "taker", "giver__branch", "taker__branch")
    told = {row: _seen(row, seen, bank.in_force()) for row in rows.select_related(*people).order_by("called", "pk")}
    listed = sorted(told, key=lambda row: (told[row].done, row.effective_on, row.tier))[:MOST]
    if listed:
        people_seen = [row.customer_id for row in listed]
        trail.note(viewer, TrailAction.LIST_VIEW, object=("list", "handovers"), people=people_seen)
    return tuple(told[row] for row in listed)


def one(viewer: Viewer, handover: UUID) -> HandoverSeen | None:
    """One handover of hers; null for another's."""
    seen = require(viewer, Permission.HANDOVER_WRITE)
    people = ("giver", "taker", "giver__branch", "taker__branch")
    row = Handover.objects.seen_by(seen).filter(public_id=handover, ended_at=None).select_related(*people).first()
    return _seen(row, seen, bank.in_force()) if row else None


def _seen(row: Handover, viewer: Viewer, policy: Policy) -> HandoverSeen:
    comes = row.taker_id in viewer.keepers
    return HandoverSeen(
        row.public_id, None, row.called, row.tail, Tier(row.tier), row.giver.name, row.taker.name, comes, row.why,
        row.effective_on, row.handed_at, tuple(_step(row, step, viewer, policy) for step in HandoverStep),
        draft_for_taker(row) if comes else draft_for_giver(row),
    )  # fmt: skip


def _step(row: Handover, step: HandoverStep, viewer: Viewer, policy: Policy) -> Step:
    return Step(
        step, due_on(step, row.effective_on, policy), getattr(row, f"{step.value}_at"), getattr(row, step.value),
        done_by(row, step) in viewer.keepers,
    )  # fmt: skip


def draft_for_giver(row: Handover) -> str:
    """介绍话术 of the colleague who gives: she says it herself, before the day, and names her successor."""
    said = {"branch": row.giver.branch.name, "giver": row.giver.name, "taker": row.taker.name,
            "day": f"{row.effective_on:%m-%d}"}  # fmt: skip
    return (
        _(
            "您好，我是%(branch)s的%(giver)s。为了让您得到更及时的服务，从 %(day)s 起由我的同事%(taker)s继续照顾您。"
            "您的情况和我们约定过的事，我都已当面交代清楚；这几天我会和%(taker)s一起来认识您。"
        )
        % said
    )


def draft_for_taker(row: Handover) -> str:
    """介绍话术 of the colleague who takes over: who she is, from whom she knows the customer, and nothing to sell."""
    said = {"branch": row.taker.branch.name, "giver": row.giver.name, "taker": row.taker.name,
            "phone": row.taker.phone}  # fmt: skip
    if is_there(row):
        words = _(
            "您好，我是%(branch)s的%(taker)s，%(giver)s的同事。以后您在我们行的事由我来跟进，之前约定好的都照旧。"
            "这次只是先和您认识一下，您看哪天方便，我和%(giver)s一起去看您？"
        )
    else:
        words = _(
            "您好，我是%(branch)s的%(taker)s。%(giver)s已不在这个岗位，以后您在我们行的事由我来跟进，之前约定好的都照旧。"
            "这次只是先和您认识一下，您看哪天方便，我去看您？"
        )
    words = words % said
    return f"{words}{_('我的电话：%(phone)s。') % said}" if row.taker.phone else words


# ---------------------------------------------------------------- the watch


def watched(viewer: Viewer, now: Shown) -> Mapping[int, Handover]:
    """Handovers of the branch that changed hands in the last thirty days, by customer; for the watch. P8."""
    seen = require(viewer, Permission.ROUND_READ)
    since = now.today - timedelta(days=bank.in_force().watch_days)
    rows = Handover.objects.seen_by(seen).filter(
        round__branch_id__in=seen.branches, ended_at=None, handed_at__isnull=False, handed_at__date__gt=since
    )
    return {row.customer_id: row for row in rows.select_related("giver", "taker").order_by("handed_at", "pk")}


def introductions_as_of(day: date) -> list[dict[str, Any]]:
    """Who came to another keeper lately and was not met by both yet, in the columns of ``INTRODUCTIONS``. P8."""
    since = day - timedelta(days=bank.in_force().introduction_days)
    rows = Handover.objects.for_system("notes of the day").filter(
        handed_at__isnull=False, ended_at=None, met_at=None, effective_on__gt=since
    )
    told = rows.order_by("customer_id", "taker__staff_no", "effective_on", "pk").values_list(
        "customer_id", "taker__staff_no", "effective_on", "begun_at"
    )
    known = {(customer, taker): (on, begun is not None) for customer, taker, on, begun in told}
    return [
        {"customer": customer, "keeper_no": taker, "from_on": on, "begun": begun}
        for (customer, taker), (on, begun) in known.items()
    ]


def handed_on(row: Handover) -> date:
    """The day on which she changed hands."""
    assert row.handed_at is not None
    return localdate(row.handed_at)
