"""Branches, the nights that fill them, and the colleagues who sign in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from guanhu.apps.people.alarms.models import Alarm as Alarm
from guanhu.apps.people.clearing.models import Clearing as Clearing
from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.vault import SealedField
from guanhu.rules.access import Role
from guanhu.rules.kinds import Post, SessionEnd


class NightState(models.TextChoices):
    """How far a night has come."""

    RUNNING = "running", "进行中"
    PUBLISHED = "published", "已发布"


class Night(models.Model):
    """One run over one business day; every published row carries it, and a branch points at the one it shows."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = ("id", "day", "today_on", "attempt", "state", "started_at", "finished_at", "policy", "code", "rates")

    day = models.DateField("业务日")
    today_on = models.DateField("为哪一天准备")
    attempt = models.PositiveSmallIntegerField("第几次")
    state = models.CharField("状态", max_length=12, choices=NightState.choices, db_default=NightState.RUNNING)
    started_at = models.DateTimeField("开始")
    finished_at = models.DateTimeField("完成", null=True, blank=True)
    policy = models.CharField("规则版本", max_length=40)
    code = models.CharField("程序版本", max_length=40)
    rates = models.JSONField("学到的成功率", default=list, db_default=[])
    """What was learnt of contacts by this night: figures of the whole bank, rows of ``answers/rates``."""

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

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = (
        "id", "public_id", "branch_no", "name", "address", "region_no", "currency", "synthetic", "current_night",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    branch_no = models.CharField("网点号", max_length=40, unique=True)
    name = models.CharField("网点名称", max_length=100)
    address = models.CharField("网点地址", max_length=200, blank=True, db_default="")
    region_no = models.CharField("上级分支行号", max_length=40, blank=True, db_default="", db_index=True)
    currency = models.CharField("币种", max_length=3, db_default="CNY")
    synthetic = models.BooleanField("演示数据", db_default=False)
    current_night = models.ForeignKey(Night, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["Staff"]):
    """Finds a colleague by the number the bank gave, with her branch: both are asked for on every page."""

    def get_queryset(self) -> models.QuerySet[Staff]:
        """Colleagues with their branches."""
        return super().get_queryset().select_related("branch")


class Staff(AbstractBaseUser):
    """员工: signs in with the bank's staff number; what she may see follows from post and customers, not from flags."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.STAFFING, Keep.WHILE_STAFF, staff_no=MaskKind.OPEN, name=MaskKind.OPEN, post=MaskKind.OPEN,
        capability=MaskKind.HIDDEN, licence_no=MaskKind.OPEN, licence_until=MaskKind.OPEN, phone=MaskKind.HIDDEN,
        leave_from_on=MaskKind.OPEN, leave_to_on=MaskKind.OPEN, left_on=MaskKind.OPEN, last_login=MaskKind.OPEN,
    )  # fmt: skip
    IMPERSONAL = (
        "id", "public_id", "branch", "password", "password_set_at", "must_change", "locked_at", "is_active",
    )  # fmt: skip
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
    password_set_at = models.DateTimeField("密码设定的时刻", null=True, blank=True)
    must_change = models.BooleanField("须改密码", default=False, db_default=False)
    locked_at = models.DateTimeField("管理员锁定的时刻", null=True, blank=True)
    left_on = models.DateField("离岗之日", null=True, blank=True)

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


class RoleGrant(models.Model):
    """授权: a role beyond the post's own, proposed by one colleague and approved by another."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.STAFFING, Keep.WHILE_STAFF, role=MaskKind.OPEN, reason=MaskKind.OPEN, ended_because=MaskKind.OPEN
    )
    IMPERSONAL = (
        "id", "public_id", "staff", "from_on", "until_on", "proposed_by", "proposed_at", "approved_by", "approved_at",
        "ended_by", "ended_at",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="grants")
    role = models.CharField("角色", max_length=12, choices=[(role.value, role.zh) for role in Role])
    reason = models.CharField("理由", max_length=200)
    from_on = models.DateField("从哪天起")
    until_on = models.DateField("到哪天止", null=True, blank=True)
    proposed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField("提出的时刻")
    approved_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField("复核的时刻", null=True, blank=True)
    ended_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField("收回或退回的时刻", null=True, blank=True)
    ended_because = models.CharField("收回或退回的理由", max_length=200, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("staff", "role"), condition=Q(ended_at=None), name="role_grant_one_open"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="role_grant_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("staff")), name="role_grant_not_ones_own"
            ),
            models.CheckConstraint(
                condition=Q(proposed_by=None) | ~Q(proposed_by=F("staff")), name="role_grant_not_for_oneself"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="role_grant_until_after"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="role_grant_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.from_on}"


class Cover(models.Model):
    """代管: one colleague keeps another's customers for some days; it ends by itself with its last day."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.STAFFING, Keep.WHILE_STAFF, reason=MaskKind.OPEN, ended_because=MaskKind.OPEN
    )
    IMPERSONAL = (
        "id", "public_id", "giver", "taker", "from_on", "to_on", "granted_by", "granted_at", "ended_by", "ended_at",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    giver = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    taker = models.ForeignKey(Staff, models.PROTECT, related_name="covers")
    from_on = models.DateField("从哪天起")
    to_on = models.DateField("到哪天止")
    reason = models.CharField("理由", max_length=200)
    granted_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField("安排的时刻")
    ended_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField("提前结束的时刻", null=True, blank=True)
    ended_because = models.CharField("提前结束的理由", max_length=200, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="cover_to_after_from"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="cover_of_somebody_else"),
            models.CheckConstraint(condition=~Q(reason=""), name="cover_says_why"),
        ]
        indexes = [models.Index(fields=("taker", "to_on"), condition=Q(ended_at=None), name="cover_open")]

    def __str__(self) -> str:
        return f"{self.from_on} {self.to_on}"


class SignIn(models.Model):
    """会话: one time a colleague signed in, from where, as what, and how it ended; at most one of hers is open."""

    PERSONAL = personal(DataPurpose.SECURITY, Keep.TWELVE_MONTHS, address=MaskKind.OPEN)
    IMPERSONAL = (
        "id",
        "staff",
        "session_hash",
        "role",
        "branch",
        "agent_hash",
        "started_at",
        "seen_at",
        "has_code",
        "confirmed_at",
        "replaced",
        "told",
        "ended_at",
        "end",
    )

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="sign_ins")
    session_hash = models.CharField("会话摘要", max_length=64, unique=True)
    role = models.CharField("角色", max_length=12, choices=[(role.value, role.zh) for role in Role])
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    address = models.CharField("网络地址", max_length=64, blank=True, db_default="")
    agent_hash = models.CharField("浏览器摘要", max_length=64)
    started_at = models.DateTimeField("登录的时刻")
    seen_at = models.DateTimeField("最近操作的时刻")
    has_code = models.BooleanField("验过动态码", default=False, db_default=False)
    confirmed_at = models.DateTimeField("再次确认的时刻", null=True, blank=True)
    replaced = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaced_by")
    told = models.BooleanField("已告知", default=True, db_default=True)
    ended_at = models.DateTimeField("结束的时刻", null=True, blank=True)
    end = models.CharField(
        "结束原因", max_length=12, blank=True, db_default="", choices=[(end.value, end.zh) for end in SessionEnd]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("staff",), condition=Q(ended_at=None), name="sign_in_one_open"),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="sign_in_end_says_why",
            ),
        ]
        indexes = [models.Index(fields=("staff", "-started_at"), name="sign_in_of_staff")]

    def __str__(self) -> str:
        return f"{self.role} {self.started_at:%Y-%m-%d %H:%M}"


class PasswordUsed(models.Model):
    """用过的密码: the hash of a password a colleague had, so that it does not come back too soon."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = ("id", "staff", "password", "set_at")

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="passwords_used")
    password = models.CharField("密码摘要", max_length=128)
    set_at = models.DateTimeField("设定的时刻")

    def __str__(self) -> str:
        return f"{self.set_at:%Y-%m-%d}"


class SecondFactor(models.Model):
    """动态码: the secret shared with a colleague's phone, sealed; one in use, and one on its way to replace it."""

    PERSONAL = personal(DataPurpose.SECURITY, Keep.WHILE_STAFF, key=MaskKind.HIDDEN)
    IMPERSONAL = ("id", "staff", "in_use", "made_at", "last_step", "wrong", "wrong_at")

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="second_factors")
    key = SealedField("密钥", row=("staff_id",))
    in_use = models.BooleanField("启用", db_default=False)
    made_at = models.DateTimeField("设定的时刻")
    last_step = models.BigIntegerField("上次用过的时段", default=-1, db_default=-1)
    wrong = models.PositiveIntegerField("连续输错次数", default=0, db_default=0)
    wrong_at = models.DateTimeField("上次输错的时刻", null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("staff", "in_use"), name="second_factor_one_in_use")]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"


class RecoveryCode(models.Model):
    """恢复码: stands in for one code of a lost phone, once; only its hash is kept."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = ("id", "staff", "code", "used_at")

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="recovery_codes")
    code = models.CharField("恢复码摘要", max_length=128)
    used_at = models.DateTimeField("用掉的时刻", null=True, blank=True)

    def __str__(self) -> str:
        return "used" if self.used_at else "unused"
