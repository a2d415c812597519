"""Reading: a colleague's year by weeks, planned against done, and whether it went in drives. P70, P71."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from guanhu.apps.people import policy as bank
from guanhu.apps.people.models import Staff
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.counting.models import DayCount
from guanhu.apps.work.counting.shapes import Colleague, HabitWeek, Year
from guanhu.rules.access import Permission, require
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.habits import WEEK, Week, monday_of, rhythm_of, share_of, weeks_of_year, working_days
from guanhu.rules.kinds import Channel

SPOKEN = (Channel.CALL.value, Channel.MEETING.value)


def years(viewer: Viewer, today: date) -> tuple[Year, ...]:
    """The year of every colleague in reach who kept anybody or contacted anybody, by branch and staff number.

    The open week is counted as far as the last night; ``today`` is the day the branch shows.
    """
    seen = require(viewer, Permission.COUNT_READ)
    mondays = weeks_of_year(today, bank.in_force())
    rows = DayCount.objects.seen_by(seen).filter(day_on__gte=mondays[0], day_on__lte=mondays[-1] + timedelta(WEEK))
    whose: dict[int, list[DayCount]] = defaultdict(list)
    for row in rows.order_by("day_on"):
        whose[row.staff_id].append(row)
    staff = Staff.objects.filter(pk__in=list(whose)).order_by("branch__branch_no", "staff_no")
    days = [working_days(monday, today - timedelta(1), SHIPPED_CALENDAR) for monday in mondays]
    return tuple(_year(one, whose[one.pk], list(zip(mondays, days, strict=True)), today) for one in staff)


def _year(one: Staff, rows: list[DayCount], weeks: list[tuple[date, int]], today: date) -> Year:
    by_week: dict[date, list[DayCount]] = defaultdict(list)
    for row in rows:
        by_week[monday_of(row.day_on)].append(row)
    told = tuple(_week(monday, days, by_week[monday], today) for monday, days in weeks)
    listed = [row for row in rows if row.planned is not None]
    asked = [row for row in rows if row.selling is not None]
    planned, kept = sum(row.planned or 0 for row in listed), sum(row.kept or 0 for row in listed)
    return Year(
        who=Colleague(one.public_id, one.name, one.post),
        weeks=told,
        rhythm=rhythm_of([Week(week.monday, week.days, week.contacts) for week in told if week.whole], bank.in_force()),
        kept_bp=share_of(kept, planned),
        by_plan_bp=share_of(kept, max(kept, sum(row.done for row in listed))),
        selling_bp=share_of(sum(row.selling or 0 for row in asked), sum(row.attempts for row in asked)),
    )  # fmt: skip


def _week(monday: date, days: int, rows: list[DayCount], today: date) -> HabitWeek:
    listed = [row for row in rows if row.planned is not None]
    quotas = [row.quota for row in rows if row.quota is not None]
    return HabitWeek(
        monday=monday,
        days=days,
        whole=monday + timedelta(WEEK) <= today,
        spoken=sum(row.done for row in rows if row.channel in SPOKEN),
        messages=sum(row.done for row in rows if row.channel not in SPOKEN),
        contacts=sum(row.attempts for row in rows if row.channel in SPOKEN),
        planned=sum(row.planned or 0 for row in listed) if listed else None,
        kept=sum(row.kept or 0 for row in listed) if listed else None,
        quota=sum(quotas) if quotas else None,
    )
