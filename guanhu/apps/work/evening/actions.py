"""Writing: what becomes of lines that were not done, and what was learnt from the day. P63, P65."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from guanhu.apps.audit import trail
from guanhu.apps.audit.trail import recorded
from guanhu.apps.customers.notices.actions import tell_of_review
from guanhu.apps.customers.queries import customer_of
from guanhu.apps.people import policy
from guanhu.apps.people.errors import Invisible, Refused
from guanhu.apps.people.queries import Shown
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work import actions as work
from guanhu.apps.work import queries
from guanhu.apps.work.arranging.actions import open_day
from guanhu.apps.work.bulk.actions import hold_customers, set_aside
from guanhu.apps.work.desk import Slot
from guanhu.apps.work.evening.models import Review, ReviewNote
from guanhu.apps.work.evening.reading.queries import commented
from guanhu.apps.work.models import PlanLine
from guanhu.rules.access import Permission, require
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.evening import last_day_away, may_drop, may_move
from guanhu.rules.kinds import Group, TrailAction

ANSWER_LENGTH, COMMENT_LENGTH = 500, 300


@recorded
def move_line(*, by: Viewer, customer: UUID, now: datetime, reason: str, to: date | None) -> None:
    """改天: a line of today waits for another day, as a promise for it; a duty for the next working day alone."""
    today = open_day(by)
    group = _group(by, today, customer)
    if to is None or not may_move(group, today.today, to, SHIPPED_CALENDAR, policy.in_force()):
        tomorrow = {"day": SHIPPED_CALENDAR.next(today.today).isoformat()}
        raise Refused({
            "until": _("选一个工作日，最晚 %(day)s") % {"day": _furthest(today).isoformat()}
            if may_drop(group) else _("必做的只能改到下一个工作日 %(day)s") % tomorrow
        })  # fmt: skip
    work.defer(by=by, customer=customer, now=now, reason=reason, until_on=to)


@recorded
def drop_line(*, by: Viewer, customer: UUID, now: datetime, reason: str, until: date | None) -> None:
    """放下: a line of today is left out, and the customer out of plans through that day; a duty never is."""
    today = open_day(by)
    if not may_drop(_group(by, today, customer)):
        raise Refused({"how": _("必做的不能放下，写明原因改到下一个工作日")})
    if until is None or not today.today < until <= _furthest(today):
        raise Refused({"until": _("选放下到哪天，最晚 %(day)s") % {"day": _furthest(today).isoformat()}})
    work.defer(by=by, customer=customer, now=now, reason=reason, left_until=until)


@recorded
def move_rest(*, by: Viewer, now: datetime, reason: str) -> int:
    """全部顺延到明天: every open line but the duties is set aside for tonight's plan of the next day; tells how many.

    None becomes a promise: what is promised is a duty on its day, and a day of nothing but duties orders nothing.
    """
    today = open_day(by)
    if not 0 < len(reason.strip()) <= work.REASON_LENGTH:
        raise Refused({"rest": _("请写下顺延的原因，不超过 %(n)s 字") % {"n": work.REASON_LENGTH}})
    hold_customers(by, [line.customer_id for line in _free(by, today)])
    free = {line.customer_id: line for line in _free(by, today)}  # held by now: nobody changes these any more
    if not free:
        raise Refused({"rest": _("没有可以一起顺延的了")})
    made = set_aside(by, sorted(free), day=today.today, reason=reason.strip(), now=now)
    trail.note(by, TrailAction.LIST_ACT, object=("list", "defer"), people=sorted(free))
    return len(made)


def _free(by: Viewer, today: Shown) -> list[Slot]:
    """Her open lines that may wait."""
    desk = queries.desk_of(by, today)
    return [line for line in desk.plan if desk.is_open(line.customer_id) and may_drop(line.task_group)]


@recorded
def write_review(*, by: Viewer, now: datetime, best: str, missed: str, day: date | None = None) -> UUID:
    """写复盘: what worked and what did not, once a day; written again it says the last until the day is over.

    ``day``: as the person saw it. Raises ``Refused`` for an empty one, while something that must have a result today
    has none, and once the day is over.
    """
    today = open_day(by, day)
    said = {"best": best.strip(), "missed": missed.strip()}
    wrong = {
        name: _("最多 %(n)s 字") % {"n": ANSWER_LENGTH} for name, text in said.items() if len(text) > ANSWER_LENGTH
    }
    if not any(said.values()):
        wrong = {"best": _("两个问题至少答一个，一句就够")}
    desk = queries.desk_of(by.at_own_desk(), today)
    left = sum(desk.is_open(line.customer_id) for line in desk.plan if line.task_group == Group.DUTY)
    if left:
        wrong["must"] = _("必做还有 %(n)s 件没有交代：做完，或写明原因改到下一个工作日，再提交") % {"n": left}
    if wrong:
        raise Refused(wrong)
    Review.objects.bulk_create(
        [Review(staff_id=by.staff_id, branch_id=by.branch_id, day_on=today.today, written_at=now, **said)],
        update_conflicts=True, unique_fields=["staff", "day_on"], update_fields=[*said, "written_at"],
    )  # fmt: skip
    row: Review = Review.objects.seen_by(by).get(staff_id=by.staff_id, day_on=today.today)
    trail.note(by, TrailAction.REVIEW, object=("review", str(row.public_id)), fields=("written",))
    return row.public_id


@recorded
def comment(*, by: Viewer, review: UUID, said: str, now: datetime) -> None:
    """评复盘: who leads or coaches the branch answers a colleague's review and she is told; never one's own."""
    seen = require(by, Permission.REVIEW_READ)
    row = commented(seen, review)
    if row is None:
        raise Invisible(str(review))
    if not 0 < len(said.strip()) <= COMMENT_LENGTH:
        raise Refused({"comment": _("写一句评语，不超过 %(n)s 字") % {"n": COMMENT_LENGTH}})
    ReviewNote.objects.bulk_create([ReviewNote(review=row, by_id=by.staff_id, said=said.strip(), at=now)])
    trail.note(by, TrailAction.REVIEW, object=("review", str(row.public_id)), fields=("commented",))
    tell_of_review(by, row.staff_id, now)


def _furthest(today: Shown) -> date:
    return last_day_away(today.today, policy.in_force())


def _group(by: Viewer, today: Shown, customer: UUID) -> str:
    """Under which heading the customer's line stands today; ``Invisible`` for another's, ``Refused`` without a line."""
    lines = PlanLine.objects.seen_by(by).filter(night_id=today.night_id, customer__public_id=customer)
    group = lines.values_list("task_group", flat=True).first()
    if group is None and customer_of(by, customer) is None:
        raise Invisible(str(customer))
    if group is None:
        raise Refused({"reason": _("这位客户不在今天的名单里")})
    return str(group)
