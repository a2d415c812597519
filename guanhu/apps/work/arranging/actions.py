"""Writing: a contact on a day, taking it back, who is left out no longer, goals of a week, tomorrow. P58, P62, P68."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.actions import locked
from guanhu.apps.customers.notices.actions import tell_keeper
from guanhu.apps.people import policy
from guanhu.apps.people.actions import hold_day
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.people.queries import Shown, shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.evening.models import Review, WeekGoal
from guanhu.apps.work.models import Deferral, Promise
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.evening import last_day_away, week_of
from guanhu.rules.kinds import Channel, TrailAction

PURPOSE_LENGTH, GOAL_LENGTH, MOST = 120, 200, 500


@recorded
def arrange(
    *, by: Viewer, customer: UUID, now: datetime, due_on: date | None, channel: str, purpose: str,
    at_time: time | None = None,
) -> UUID:  # fmt: skip
    """安排联系: a customer on a day by one way, and what for: a promise like any other, around which nights plan.

    A working day ahead. Raises ``Invisible`` for another's customer, ``Refused`` where the same is arranged already.
    """
    today = open_day(by)
    row = locked(by, customer)
    furthest = last_day_away(today.today, policy.in_force())
    fits = due_on is not None and today.today < due_on <= furthest and SHIPPED_CALENDAR.is_working(due_on)
    wrong = {
        "due_on": "" if fits else _("选一个工作日，最晚 %(day)s") % {"day": furthest.isoformat()},
        "channel": "" if channel in set(Channel) else _("请选择渠道"),
        "purpose": "" if 0 < len(purpose.strip()) <= PURPOSE_LENGTH
        else _("写明为了什么，不超过 %(n)s 字") % {"n": PURPOSE_LENGTH},
    }  # fmt: skip
    if any(wrong.values()) or due_on is None:
        raise Refused({name: says for name, says in wrong.items() if says})
    mine = Promise.objects.seen_by(by).filter(customer=row, kept_by=None, withdrawn_at=None)
    if mine.filter(due_on=due_on, channel=channel).exists():
        raise Refused({"due_on": _("这位客户这一天已有同样的安排")})
    made = Promise.objects.create(
        customer=row, staff_id=by.staff_id, made_on=today.today, due_on=due_on, at_time=at_time, channel=channel,
        purpose=purpose.strip(),
    )  # fmt: skip
    made.refresh_from_db(fields=["public_id"])
    trail.note(by, TrailAction.ARRANGE, person=row.key, object=("promise", str(made.public_id)), fields=(channel,))
    tell_keeper(by, row, TrailAction.ARRANGE, now)
    public_id: UUID = made.public_id
    return public_id


@recorded
def cancel(*, by: Viewer, promise: UUID, now: datetime) -> None:
    """取消安排: what was arranged is planned around no more; what a contact agreed is undone with the contact.

    What was moved here from another day stays until it is kept or moved again. Twice is once. Raises ``Invisible``
    for another's.
    """
    open_day(by)
    mine = Promise.objects.seen_by(by).filter(public_id=promise, made_in=None, made_of=None)
    found = mine.select_related("customer").first()
    if found is None:
        raise Invisible(str(promise))
    row = locked(by, found.customer.public_id)
    if mine.filter(kept_by=None, withdrawn_at=None).update(withdrawn_at=now):
        trail.note(by, TrailAction.ARRANGE, person=row.key, object=("promise", str(promise)), fields=("withdrawn",))


@recorded
def resume(*, by: Viewer, deferral: UUID, now: datetime) -> None:
    """提前恢复: who was dropped is planned again from tonight on. Twice is once; ``Invisible`` for another's."""
    open_day(by)
    mine = Deferral.objects.seen_by(by).filter(public_id=deferral, left_until__isnull=False)
    found = mine.select_related("customer").first()
    if found is None:
        raise Invisible(str(deferral))
    row = locked(by, found.customer.public_id)
    if mine.filter(undone_at=None, ended_at=None).update(ended_at=now):
        trail.note(by, TrailAction.DEFER_UNDO, person=row.key, object=("deferral", str(deferral)))


@recorded
def set_goal(*, by: Viewer, now: datetime, week_on: date, contacts: int, meetings: int, said: str = "") -> None:
    """定本周目标: how many contacts and meetings this week or the next is to bring; set again it says the last."""
    today = open_day(by)
    monday = week_of(today.today)
    if week_on not in (monday, monday + timedelta(7)):
        raise Refused({"week_on": _("只能定本周和下周的目标")})
    wrong = {}
    if not 0 < contacts <= MOST:
        wrong["contacts"] = _("填 1 到 %(n)s") % {"n": MOST}
    if not 0 <= meetings <= contacts:
        wrong["meetings"] = _("面访也算联系，不能多过联系数")
    if len(said.strip()) > GOAL_LENGTH:
        wrong["goal"] = _("最多 %(n)s 字") % {"n": GOAL_LENGTH}
    if wrong:
        raise Refused(wrong)
    told = {"contacts": contacts, "meetings": meetings, "said": said.strip(), "set_at": now}
    WeekGoal.objects.bulk_create(
        [WeekGoal(staff_id=by.staff_id, week_on=week_on, **told)],
        update_conflicts=True, unique_fields=["staff", "week_on"], update_fields=list(told),
    )  # fmt: skip
    trail.note(by, TrailAction.GOAL, object=("week", week_on.isoformat()))


@recorded
def confirm_tomorrow(*, by: Viewer, now: datetime) -> None:
    """确认明日计划: she has looked through the next working day, and her head sees that she did. Twice is once."""
    today = open_day(by)
    Review.objects.bulk_create(
        [Review(staff_id=by.staff_id, branch_id=by.branch_id, day_on=today.today, confirmed_at=now)],
        update_conflicts=True, unique_fields=["staff", "day_on"], update_fields=["confirmed_at"],
    )  # fmt: skip
    trail.note(by, TrailAction.REVIEW, object=("day", today.today.isoformat()), fields=("confirmed",))


def open_day(by: Viewer, day: date | None = None) -> Shown:
    """The open day of her branch, held until the transaction ends. For the apps alone."""
    hold_day(by.branch_id)
    now = shown(by.branch_id)
    if now is None or now.today != (day or now.today):
        raise Refused({"day": _("这一天已经结账，不能再改；请刷新到今天")})
    return now
