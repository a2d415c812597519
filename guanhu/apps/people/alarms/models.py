"""A colleague's days of looking at customers, the alarms they raised, and who is known to leave."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.rules.alarms import AlarmAnswer, AlarmKind, Measure


class Looked(models.Model):
    """每日查看: how many customers a colleague looked at on one day; those no work explains by the trail's numbers."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.SECURITY, Keep.TWELVE_MONTHS, viewed=MaskKind.OPEN, revealed=MaskKind.OPEN, listed=MaskKind.OPEN,
        outside=MaskKind.OPEN, unplanned=MaskKind.HIDDEN, exported=MaskKind.OPEN,
    )  # fmt: skip
    IMPERSONAL = ("id", "staff_no", "role", "day")

    staff_no = models.CharField("工号", max_length=40)
    role = models.CharField("角色", max_length=20)
    day = models.DateField("日期")
    viewed = models.PositiveIntegerField("打开档案的客户")
    revealed = models.PositiveIntegerField("查看完整信息的客户")
    listed = models.PositiveIntegerField("翻阅名单的客户")
    outside = models.PositiveIntegerField("营业时间以外的客户")
    exported = models.PositiveIntegerField("导出的客户", db_default=0, default=0)
    unplanned = ArrayField(models.BigIntegerField(), verbose_name="名单与联系之外的客户，加密摘要", default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("staff_no", "day"), name="looked_once_a_day")]
        indexes = [models.Index(fields=("day",), name="looked_day")]

    def __str__(self) -> str:
        return f"{self.staff_no} {self.day}"


class Alarm(models.Model):
    """异常提醒: one oddity of one colleague, with its figures, until somebody has looked into it."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.SECURITY, Keep.TWELVE_MONTHS, seen=MaskKind.OPEN, usual=MaskKind.OPEN, note=MaskKind.OPEN
    )
    IMPERSONAL = (
        "id", "public_id", "staff", "day", "kind", "measure", "line", "raised_at", "updated_at", "answer",
        "answered_by", "answered_at", "policy",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    day = models.DateField("哪一天")
    kind = models.CharField("种类", max_length=12, choices=[(kind.value, kind.zh) for kind in AlarmKind])
    measure = models.CharField("口径", max_length=12, choices=[(one.value, one.zh) for one in Measure])
    seen = models.PositiveIntegerField("看了多少位")
    usual = models.PositiveIntegerField("平常多少位")
    line = models.PositiveIntegerField("界线")
    raised_at = models.DateTimeField("提醒的时刻")
    updated_at = models.DateTimeField("更新的时刻")
    policy = models.CharField("规则版本", max_length=40)
    answer = models.CharField(
        "答复", max_length=12, choices=[(answer.value, answer.zh) for answer in AlarmAnswer],
        db_default=AlarmAnswer.OPEN.value, default=AlarmAnswer.OPEN.value,
    )  # fmt: skip
    answered_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField("答复的时刻", null=True, blank=True)
    note = models.TextField("核查说明", blank=True, db_default="", default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("staff", "kind"), condition=Q(answer="open"), name="alarm_one_open"),
            models.CheckConstraint(
                condition=Q(answer="open", answered_by=None, answered_at=None)
                | (~Q(answer="open") & Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(note="")),
                name="alarm_answer_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("staff")), name="alarm_not_answered_by_oneself"
            ),
        ]
        indexes = [models.Index(fields=("answer", "-raised_at"), name="alarm_answer_raised")]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class Leaving(models.Model):
    """离岗预告: since when it is known that a colleague leaves, and her last day; until then less is odd already."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.SECURITY, Keep.WHILE_STAFF, known_on=MaskKind.OPEN, last_on=MaskKind.OPEN
    )
    IMPERSONAL = ("id", "staff", "told_by", "told_at")

    staff = models.OneToOneField("people.Staff", models.PROTECT, related_name="+")
    known_on = models.DateField("从哪天起已知")
    last_on = models.DateField("最后一天")
    told_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    told_at = models.DateTimeField("记下的时刻")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last_on__gte=F("known_on")), name="leaving_ends_after")]

    def __str__(self) -> str:
        return f"{self.known_on} {self.last_on}"
