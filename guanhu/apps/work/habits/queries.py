"""Reading: a colleague's year by weeks, planned against done, and whether it went in drives. P70, P71."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Q, Sum
from django.db.models.functions import TruncWeek

from guanhu.apps.people import policy as bank
from guanhu.apps.people.models import Staff
from guanhu.apps.people.scope import Viewer
from guanhu.apps.work.counting.models import DayCount
from guanhu.apps.work.counting.shapes import Colleague, HabitWeek, Year
from guanhu.rules.access import Permission, require
from guanhu.rules.days import SHIPPED_CALENDAR
from guanhu.rules.habits import WEEK, Week, rhythm_of, share_of, weeks_of_year, working_days
from guanhu.rules.kinds import Channel

SPOKEN = (Channel.CALL.value, Channel.MEETING.value)
LISTED, ASKED = Q(planned__isnull=False), Q(selling__isnull=False)


class Sums(NamedTuple):
    """A colleague's week by one channel, as the database adds it up; null where no day of it had a plan."""

    staff_id: int
    week: date
    channel: str
    attempts: int
    done: int
    quota: int | None
    planned: int | None
    kept: int | None
    done_listed: int | None
    selling: int | None
    attempts_asked: int | None


def years(viewer: Viewer, today: date) -> tuple[Year, ...]:
    """The year of every colleague in reach who contacted anybody or had a list, by branch and staff number.

    The open week is counted as far as the last night; ``today`` is the day the branch shows.
    """
    seen = require(viewer, Permission.COUNT_READ)
    mondays = weeks_of_year(today, bank.in_force())
    rows = DayCount.objects.seen_by(seen).filter(day_on__gte=mondays[0], day_on__lt=mondays[-1] + timedelta(WEEK))
    sums = rows.values_list("staff_id", TruncWeek("day_on"), "channel").annotate(
        Sum("attempts"), Sum("done"), Sum("quota"), Sum("planned"), Sum("kept"),
        done_listed=Sum("done", filter=LISTED), sold=Sum("selling"), attempts_asked=Sum("attempts", filter=ASKED),
    )  # fmt: skip
    whose: dict[int, list[Sums]] = defaultdict(list)
    for row in sums:
        whose[row[0]].append(Sums(*row))
    staff = Staff.objects.filter(pk__in=list(whose)).order_by("branch__branch_no", "staff_no")
    return tuple(_year(one, whose[one.pk], mondays, today) for one in staff)


def _year(one: Staff, rows: list[Sums], mondays: Iterable[date], today: date) -> Year:
    by_week: dict[date, list[Sums]] = defaultdict(list)
    for row in rows:
        by_week[row.week].append(row)
    told = tuple(_week(monday, by_week[monday], today) for monday in mondays)
    kept, listed = _sum(row.kept for row in rows), _sum(row.done_listed for row in rows)
    whole = [Week(week.monday, week.days, week.contacts) for week in told if week.whole]
    return Year(
        who=Colleague(one.public_id, one.name, one.post),
        weeks=told,
        rhythm=rhythm_of(whole, bank.in_force()),
        kept_bp=share_of(kept, _sum(row.planned for row in rows)),
        by_plan_bp=share_of(kept, max(kept or 0, listed or 0)),
        selling_bp=share_of(_sum(row.selling for row in rows), _sum(row.attempts_asked for row in rows)),
    )


def _week(monday: date, rows: list[Sums], today: date) -> HabitWeek:
    return HabitWeek(
        monday=monday,
        days=working_days(monday, today - timedelta(1), SHIPPED_CALENDAR),
        whole=monday + timedelta(WEEK) <= today,
        spoken=sum(row.done for row in rows if row.channel in SPOKEN),
        messages=sum(row.done for row in rows if row.channel not in SPOKEN),
        contacts=sum(row.attempts for row in rows if row.channel in SPOKEN),
        planned=_sum(row.planned for row in rows),
        kept=_sum(row.kept for row in rows),
        quota=_sum(row.quota for row in rows),
    )


def _sum(figures: Iterable[int | None]) -> int | None:
    """The sum of those that are known; null where none is."""
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None
