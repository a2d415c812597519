"""Branches, the nights that fill them, and the colleagues who sign in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from guanhu.apps.people.personal import Keep
from guanhu.rules.kinds import Post


class NightState(models.TextChoices):
    """How far a night has come."""

    RUNNING = "running", "进行中"
    PUBLISHED = "published", "已发布"


class Night(models.Model):
    """One run over one business day; every published row carries it, and a branch points at the one it shows."""

    PERSONAL: ClassVar[dict[str, Keep]] = {}

    day = models.DateField("业务日")
    today_on = models.DateField("为哪一天准备")
    attempt = models.PositiveSmallIntegerField("第几次")
    state = models.CharField("状态", max_length=12, choices=NightState.choices, db_default=NightState.RUNNING)
    started_at = models.DateTimeField("开始")
    finished_at = models.DateTimeField("完成", null=True, blank=True)
    policy = models.CharField("规则版本", max_length=40)
    code = models.CharField("程序版本", max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("day", "attempt"), name="night_day_attempt"),
            models.UniqueConstraint(fields=("day",), condition=Q(state="running"), name="night_one_running_a_day"),
            models.CheckConstraint(condition=Q(today_on__gt=F("day")), name="night_today_after_day"),
            models.CheckConstraint(
                condition=Q(state="running", finished_at=None) | Q(state="published", finished_at__isnull=False),
                name="night_finished_when_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} #{self.attempt}"


class Branch(models.Model):
    """网点: where customers and colleagues belong; shows the answers of ``current_night``."""

    PERSONAL: ClassVar[dict[str, Keep]] = {}

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    branch_no = models.CharField("网点号", max_length=40, unique=True)
    name = models.CharField("网点名称", max_length=100)
    address = models.CharField("网点地址", max_length=200, blank=True, db_default="")
    currency = models.CharField("币种", max_length=3, db_default="CNY")
    synthetic = models.BooleanField("演示数据", db_default=False)
    current_night = models.ForeignKey(Night, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["Staff"]):
    """Finds a colleague by the number the bank gave."""


class Staff(AbstractBaseUser):
    """员工: signs in with the bank's staff number; what she may see follows from post and customers, not from flags."""

    PERSONAL: ClassVar[dict[str, Keep]] = {
        "name": Keep.WHILE_STAFF,
        "phone": Keep.WHILE_STAFF,
        "licence_no": Keep.WHILE_STAFF,
    }
    USERNAME_FIELD = "staff_no"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    staff_no = models.CharField("工号", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=60)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="staff")
    post = models.CharField("岗位", max_length=20, choices=[(post.value, post.zh) for post in Post])
    capability = models.PositiveSmallIntegerField("能力系数", db_default=100)
    licence_no = models.CharField("执业资格证号", max_length=60, blank=True, db_default="")
    licence_until = models.DateField("证书有效期", null=True, blank=True)
    phone = models.CharField("工作手机", max_length=40, blank=True, db_default="")
    leave_from_on = models.DateField("休假起", null=True, blank=True)
    leave_to_on = models.DateField("休假止", null=True, blank=True)
    is_active = models.BooleanField("在岗", default=True, db_default=True)

    objects: ClassVar[StaffManager] = StaffManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(leave_from_on=None, leave_to_on=None)
                | Q(leave_from_on__isnull=False, leave_to_on__isnull=False, leave_to_on__gte=F("leave_from_on")),
                name="staff_leave_has_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name
