"""Writing: the bank's roster, the nights, and which night a branch shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import ManyToOneRel, Max

from guanhu.apps.audit import trail
from guanhu.apps.people.copying import merge_in
from guanhu.apps.people.errors import Refused
from guanhu.apps.people.models import Branch, Night, NightState, Staff
from guanhu.apps.people.queries import branch_ids
from guanhu.apps.people.rights.actions import colleagues
from guanhu.rules.kinds import TrailAction

Rows = Sequence[Mapping[str, Any]]


@trail.recorded
def take_in(branches: Rows, staff: Rows, *, currency: str = "CNY", synthetic: bool = False) -> None:
    """Write the bank's list of branches and colleagues; ``synthetic``: the delivery says that all of it is invented.

    New colleagues cannot sign in until a password is set; who is no longer on the list may not sign in any more. Covers
    and granted roles of whoever moved or left end with it.
    """
    before = dict(Staff.objects.filter(is_active=True).values_list("pk", "branch_id"))
    merge_in(
        Branch,
        ("branch_no", "name", "address", "region_no", "currency", "synthetic"),
        [
            {
                "branch_no": row["branch_no"],
                "name": row["name"],
                "address": row.get("address") or "",
                "region_no": row.get("region_no") or "",
                "currency": currency,
                "synthetic": synthetic,
            }
            for row in branches
        ],
        key=("branch_no",),
    )
    of = branch_ids()
    locked = make_password(None)
    merge_in(
        Staff,
        ("staff_no", "name", "branch_id", "post", "capability", "licence_no", "licence_until", "phone",
         "leave_from_on", "leave_to_on", "is_active", "password"),
        [_staff_row(row, of, locked) for row in staff],
        key=("staff_no",),
        keep=("password",),
    )  # fmt: skip
    if staff:
        Staff.objects.exclude(staff_no__in=[row["staff_no"] for row in staff]).filter(is_active=True).update(
            is_active=False
        )
    _settle(before)


def _settle(before: Mapping[int, int]) -> None:
    """End what belonged to the old branch of whoever moved, and everything of whoever left."""
    now = settings.GUANHU_NOW()
    rows = list(Staff.objects.filter(pk__in=before).values_list("pk", "branch_id", "is_active"))
    colleagues.after_moving([key for key, branch, here in rows if here and branch != before[key]], by=None, now=now)
    colleagues.after_leaving([key for key, _branch, here in rows if not here], now=now)


def _staff_row(row: Mapping[str, Any], branches: Mapping[str, int], password: str) -> dict[str, Any]:
    leave_from, leave_to = row.get("leave_from"), row.get("leave_to")
    return {
        "staff_no": row["staff_no"],
        "name": row["name"],
        "branch_id": branches[row["branch_no"]],
        "post": row["post"],
        "capability": row.get("capability") or 100,
        "licence_no": row.get("licence_no") or "",
        "licence_until": row.get("licence_until"),
        "phone": row.get("phone") or "",
        "leave_from_on": leave_from,
        "leave_to_on": (leave_to or leave_from) if leave_from else None,
        "is_active": True,
        "password": password,
    }


def set_password(*, staff_no: str, password: str) -> None:
    """Give a colleague a password, so that she can sign in; for the command line and the demo."""
    staff = Staff.objects.get(staff_no=staff_no)
    staff.set_password(password)
    staff.save(update_fields=["password"])


@trail.recorded
def begin_night(day: date, today_on: date, *, policy: str, code: str, at: datetime) -> int:
    """Begin the night of this business day, or take up the one that was interrupted; returns its key.

    ``today_on`` is the working day the answers are for. A policy other than the last night's is noted.
    """
    last = Night.objects.order_by("-started_at", "-pk").values_list("policy", flat=True).first()
    if last is not None and last != policy:
        trail.note(
            None, TrailAction.RULE_CHANGE, object=("policy", policy), before={"policy": last}, after={"policy": policy},
            hidden=False, policy=policy, at=at,
        )  # fmt: skip
    interrupted = Night.objects.select_for_update().filter(day=day, state=NightState.RUNNING).first()
    if interrupted:
        interrupted.today_on, interrupted.policy, interrupted.code = today_on, policy, code
        interrupted.save(update_fields=["today_on", "policy", "code"])
        return interrupted.pk
    before: int = Night.objects.filter(day=day).aggregate(last=Max("attempt"))["last"] or 0
    night = Night(day=day, today_on=today_on, attempt=before + 1, policy=policy, code=code, started_at=at)
    night.save()
    return night.pk


@transaction.atomic
def finish_night(night_id: int, *, at: datetime) -> None:
    """Mark a night published, once every branch shows it; a second time changes nothing."""
    Night.objects.filter(pk=night_id, state=NightState.RUNNING).update(state=NightState.PUBLISHED, finished_at=at)


@transaction.atomic
def keep_rates(night_id: int, rates: Sequence[Mapping[str, Any]]) -> None:
    """Keep with the night what it learnt of contacts: rows of ``answers/rates``. A second time changes nothing."""
    Night.objects.filter(pk=night_id).update(rates=list(rates))


@transaction.atomic
def flip(branch_id: int, night_id: int) -> bool:
    """Let a branch show this night; false when it already does. Never back to an earlier day (``Refused``).

    Call inside the transaction that published the branch's rows, so that readers see all of it or nothing.
    """
    branch = Branch.objects.select_for_update(of=("self",)).select_related("current_night").get(pk=branch_id)
    if branch.current_night_id == night_id:
        return False
    night = Night.objects.get(pk=night_id)
    if branch.current_night and branch.current_night.day > night.day:
        shown = branch.current_night.day
        raise Refused({"night": f"网点 {branch.branch_no} 已显示 {shown} 的结果，不能退回 {night.day}"})
    branch.current_night = night
    branch.save(update_fields=["current_night"])
    return True


def hold_day(branch_id: int) -> None:
    """Until the transaction ends the branch cannot turn to another day; its colleagues go on side by side.

    Take it before any customer, so that nobody waits for each other in a ring.
    """
    database: Any = connection
    database.ask("SELECT 1 FROM people_branch WHERE id = %s FOR KEY SHARE", [branch_id])


@transaction.atomic
def forget_old_nights() -> int:
    """Delete the published rows of old nights; those a branch shows and the one before stay. Returns how many went."""
    kept = set(Branch.objects.exclude(current_night=None).values_list("current_night_id", flat=True))
    published = Night.objects.filter(state=NightState.PUBLISHED).exclude(pk__in=kept)
    before = published.order_by("-day", "-attempt").values_list("pk", flat=True).first()
    running = Night.objects.filter(state=NightState.RUNNING).values_list("pk", flat=True)
    old = list(Night.objects.exclude(pk__in={*kept, before, *running}).values_list("pk", flat=True))
    gone = 0
    for relation in Night._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.field.name == "night":
            rows = relation.related_model._base_manager.filter(night_id__in=old)
            gone += rows._raw_delete(rows.db) or 0
    return gone
