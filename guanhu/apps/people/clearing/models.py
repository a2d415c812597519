"""A clearing and its parts: what falls due in each table, as of one day. Counts only; nobody is named."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from guanhu.apps.people.personal import Personal
from guanhu.rules.privacy import Keep
from guanhu.rules.retention import ClearingState, ClearingWay


class Clearing(models.Model):
    """期限清理: one round of clearing what has fallen due, from its dry run to its last row."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = (
        "id", "public_id", "as_of", "state", "asked_by", "asked_at", "counted_at", "policy", "approved_by",
        "approved_at", "declined", "begun_at", "finished_at",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    as_of = models.DateField("截至哪一天到期")
    state = models.CharField(
        "状态", max_length=12, choices=[(state.value, state.zh) for state in ClearingState],
        db_default=ClearingState.ASKED.value, default=ClearingState.ASKED.value,
    )  # fmt: skip
    asked_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField("提出的时刻")
    counted_at = models.DateTimeField("试算的时刻", null=True, blank=True)
    policy = models.CharField("规则版本", max_length=40, blank=True, db_default="")
    approved_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField("复核的时刻", null=True, blank=True)
    declined = models.CharField("退回或失效的原因", max_length=200, blank=True, db_default="")
    begun_at = models.DateTimeField("开始执行的时刻", null=True, blank=True)
    finished_at = models.DateTimeField("执行完的时刻", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("state",),
                condition=Q(state__in=["asked", "approved", "running"]),
                name="clearing_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by")), name="clearing_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "counted", "declined", "lapsed"])
                | Q(approved_by__isnull=False, approved_at__isnull=False, counted_at__isnull=False),
                name="clearing_only_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.as_of} {self.state}"


class ClearingPart(models.Model):
    """到期项: what falls due in one table, counted; and how much of it has been cleared."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = (
        "id", "clearing", "place", "table", "title", "keep", "way", "rows", "held", "oldest_on", "newest_on",
        "cleared", "done_at",
    )  # fmt: skip

    clearing = models.ForeignKey(Clearing, models.CASCADE, related_name="parts")
    place = models.CharField("所在", max_length=12)
    table = models.CharField("表", max_length=80)
    title = models.CharField("名称", max_length=80)
    keep = models.CharField("留存期限", max_length=20, choices=[(keep.value, keep.zh) for keep in Keep])
    way = models.CharField("清理方式", max_length=8, choices=[(way.value, way.zh) for way in ClearingWay])
    rows = models.BigIntegerField("到期行数")
    held = models.BigIntegerField("因冻结而保留", db_default=0, default=0)
    oldest_on = models.DateField("最早", null=True, blank=True)
    newest_on = models.DateField("最晚", null=True, blank=True)
    cleared = models.BigIntegerField("已清理", db_default=0, default=0)
    done_at = models.DateTimeField("清理完的时刻", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("clearing", "place", "table", "keep"), name="clearing_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.rows}"
