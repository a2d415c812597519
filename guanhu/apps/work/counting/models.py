"""A colleague's day in numbers, and what in its writing calls for a question."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from guanhu.apps.customers.living.models import words_of as words
from guanhu.apps.people.models import Staff
from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer, one_of
from guanhu.rules.access import WIDE
from guanhu.rules.flags import FlagAnswer, FlagKind
from guanhu.rules.kinds import Channel


class OfColleague(Scoped):
    """A row about what a colleague did: hers, and of who leads her branch or region; not of who covers her."""

    class Meta:
        abstract = True

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """One's own, and those of the colleagues of the branches in reach."""
        if viewer.reach in WIDE:
            return Q(staff_id=viewer.staff_id) | one_of("staff__branch_id", viewer.branches)
        return Q(staff_id=viewer.staff_id) if viewer.reach.value == "own" else Q(pk__in=[])


class DayCount(OfColleague):
    """每日点数: what one colleague did by one channel on one day, beside what was planned; counted from the contacts.

    Null where no plan was made for the day: the years before the product, and what a person brought as a file.
    """

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.STAFFING, Keep.THIRTEEN_MONTHS, quota=MaskKind.OPEN, planned=MaskKind.OPEN, kept=MaskKind.OPEN,
        attempts=MaskKind.OPEN, done=MaskKind.OPEN, effective=MaskKind.OPEN, declared=MaskKind.OPEN,
        selling=MaskKind.OPEN,
    )  # fmt: skip
    IMPERSONAL = ("id", "staff", "day_on", "channel")

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    day_on = models.DateField("哪一天")
    channel = models.CharField("渠道", max_length=12, choices=words(Channel))
    quota = models.PositiveIntegerField("应做", null=True)
    planned = models.PositiveIntegerField("名单上几位", null=True)
    kept = models.PositiveIntegerField("名单上联系到几位", null=True)
    attempts = models.PositiveIntegerField("尝试几次")
    done = models.PositiveIntegerField("计入工作量几位")
    effective = models.PositiveIntegerField("有效联系几位")
    declared = models.PositiveIntegerField("其中时长为自报几位")
    selling = models.PositiveIntegerField("只有营销理由几位", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("staff", "day_on", "channel"), name="day_count_once")]
        indexes = [models.Index(fields=("day_on",), name="day_count_day")]

    def __str__(self) -> str:
        return f"{self.day_on} {self.channel} {self.done}"


class Flag(OfColleague):
    """点数提示: one thing about a day's writing that calls for a question; it changes no count.

    The colleague may explain, then who leads her answers. Never taken away, whatever is found later.
    """

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.STAFFING, Keep.TWELVE_MONTHS, seen=MaskKind.OPEN, among=MaskKind.OPEN, explained=MaskKind.OPEN,
        note=MaskKind.OPEN,
    )  # fmt: skip
    IMPERSONAL = (
        "id", "public_id", "staff", "day", "kind", "line", "contacts", "raised_at", "policy", "explained_at", "answer",
        "answered_by", "answered_at",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField("哪一天")
    kind = models.CharField("种类", max_length=12, choices=words(FlagKind))
    seen = models.PositiveIntegerField("看到几次")
    among = models.PositiveIntegerField("一共几次")
    line = models.PositiveIntegerField("从几次起提示")
    contacts = ArrayField(models.BigIntegerField(), verbose_name="涉及的联系", default=list)
    raised_at = models.DateTimeField("提示的时刻")
    policy = models.CharField("规则版本", max_length=40)
    explained = models.TextField("本人说明", blank=True, db_default="", default="")
    explained_at = models.DateTimeField("说明的时刻", null=True, blank=True)
    answer = models.CharField(
        "答复", max_length=12, choices=words(FlagAnswer), db_default=FlagAnswer.OPEN.value,
        default=FlagAnswer.OPEN.value,
    )  # fmt: skip
    note = models.TextField("答复说明", blank=True, db_default="", default="")
    answered_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField("答复的时刻", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("staff", "day", "kind"), name="flag_once_a_day"),
            models.CheckConstraint(
                condition=Q(answer="open", answered_by=None, answered_at=None)
                | (~Q(answer="open") & Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(note="")),
                name="flag_answer_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("staff")), name="flag_not_answered_by_oneself"
            ),
        ]
        indexes = [models.Index(fields=("day",), name="flag_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"
