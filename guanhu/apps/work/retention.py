"""What of contacts, promises and lists falls due, and when."""

from __future__ import annotations

from django.db.models import Q

from guanhu.apps.people.falling import Falling
from guanhu.apps.work.models import (
    Ahead,
    DayCount,
    Deferral,
    Flag,
    Opportunity,
    PlanLine,
    Promise,
    Review,
    ReviewNote,
    Touch,
    WeekGoal,
)
from guanhu.rules.privacy import Keep

FALLING: tuple[Falling, ...] = (
    Falling(Promise, Keep.FIVE_YEARS, "约定", "due_on", person="customer_id"),
    Falling(Deferral, Keep.FIVE_YEARS, "顺延", "day_on", due=Q(promises=None), person="customer_id"),
    Falling(Touch, Keep.FIVE_YEARS, "触达", "day_on", due=Q(promises=None), person="customer_id"),
    Falling(ReviewNote, Keep.THIRTEEN_MONTHS, "复盘的评语", "review__day_on"),
    Falling(Review, Keep.THIRTEEN_MONTHS, "复盘", "day_on", due=Q(notes=None)),
    Falling(WeekGoal, Keep.THIRTEEN_MONTHS, "本周目标", "week_on"),
    Falling(Flag, Keep.TWELVE_MONTHS, "已答复的点数提示", "answered_at", due=Q(answered_at__isnull=False)),
    Falling(DayCount, Keep.THIRTEEN_MONTHS, "每日点数", "day_on"),
    Falling(Opportunity, Keep.TWO_NIGHTS, "商机"),
    Falling(Ahead, Keep.TWO_NIGHTS, "往后的安排"),
    Falling(PlanLine, Keep.TWO_NIGHTS, "名单行"),
)
