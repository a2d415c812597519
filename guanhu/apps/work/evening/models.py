"""What a colleague wrote about her own day, and what was said to it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from guanhu.apps.people.models import Branch, Staff
from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer, one_of
from guanhu.rules.access import WIDE


def reviews_of(viewer: Viewer, way: str = "") -> Q:
    """One's own, and those of the branches in reach; ``way`` leads from the row to the review."""
    mine = Q(**{f"{way}staff_id": viewer.staff_id})
    return mine | one_of(f"{way}branch_id", viewer.branches) if viewer.reach in WIDE else mine


class Review(Scoped):
    """复盘: what one colleague learnt on one day, in her own words, and that she looked through the next one.

    A row without words is a confirmed plan of the next day alone.
    """

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.STAFFING, Keep.THIRTEEN_MONTHS, best=MaskKind.OPEN, missed=MaskKind.OPEN
    )
    IMPERSONAL = ("id", "public_id", "staff", "branch", "day_on", "written_at", "confirmed_at")

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False)
    day_on = models.DateField("哪一天")
    best = models.CharField("哪一次联系最有效，为什么", max_length=500, blank=True, db_default="")
    missed = models.CharField("哪个拒绝没处理好", max_length=500, blank=True, db_default="")
    written_at = models.DateTimeField("写下的时刻", null=True, blank=True)
    confirmed_at = models.DateTimeField("确认明日计划的时刻", null=True, blank=True)

    WRITTEN = Q(written_at__isnull=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("staff", "day_on"), name="review_once_a_day"),
            models.CheckConstraint(
                condition=Q(written_at=None, best="", missed="", confirmed_at__isnull=False)
                | Q(written_at__isnull=False) & ~Q(best="", missed=""),
                name="review_says_something",
            ),
        ]
        indexes = [models.Index(fields=("branch", "-day_on"), name="review_of_branch")]

    def __str__(self) -> str:
        return f"{self.day_on}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """One's own, and those of the branches in reach."""
        return reviews_of(viewer)


class WeekGoal(Scoped):
    """本周目标: how many contacts and meetings a colleague wants of a week, and what for in one sentence."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(DataPurpose.STAFFING, Keep.THIRTEEN_MONTHS, said=MaskKind.OPEN)
    IMPERSONAL = ("id", "staff", "week_on", "contacts", "meetings", "set_at")

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    week_on = models.DateField("那一周的周一")
    contacts = models.PositiveIntegerField("联系几位")
    meetings = models.PositiveIntegerField("面访几位")
    said = models.CharField("为了什么", max_length=200, blank=True, db_default="")
    set_at = models.DateTimeField("定下的时刻")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("staff", "week_on"), name="week_goal_once"),
            models.CheckConstraint(condition=Q(meetings__lte=F("contacts")), name="week_goal_meetings_are_contacts"),
        ]

    def __str__(self) -> str:
        return f"{self.week_on}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """One's own alone."""
        return Q(staff_id=viewer.staff_id)


class ReviewNote(Scoped):
    """评语: what who leads or coaches said to a review; never changed."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(DataPurpose.STAFFING, Keep.THIRTEEN_MONTHS, said=MaskKind.OPEN)
    IMPERSONAL = ("id", "review", "by", "at")

    review = models.ForeignKey(Review, models.CASCADE, related_name="notes")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    said = models.CharField("说了什么", max_length=300)
    at = models.DateTimeField("时刻")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(said=""), name="review_note_says_something")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """With the review it is about."""
        return reviews_of(viewer, "review__")
