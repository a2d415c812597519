"""What there is to do, what was planned, and what was done."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from guanhu.apps.customers.living.models import words_of as words
from guanhu.apps.customers.models import OfCustomer, OfNight, Source
from guanhu.apps.people.models import Night, Staff
from guanhu.apps.people.personal import DataPurpose, Keep, MaskKind, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer, one_of, rows_of
from guanhu.apps.work.counting.models import DayCount as DayCount
from guanhu.apps.work.counting.models import Flag as Flag
from guanhu.apps.work.evening.models import Review as Review
from guanhu.apps.work.evening.models import ReviewNote as ReviewNote
from guanhu.apps.work.evening.models import WeekGoal as WeekGoal
from guanhu.rules.kinds import Channel, Outcome, Refusal


class Opportunity(OfNight):
    """商机: a reason worth a contact, with its figure and its evidence, as one night found it."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.WEALTH, Keep.TWO_NIGHTS, kind=MaskKind.OPEN, duty=MaskKind.OPEN, step=MaskKind.OPEN,
        product=MaskKind.OPEN, amount_fen=MaskKind.AMOUNT, due_on=MaskKind.OPEN, gain_fen=MaskKind.AMOUNT,
        evidence=MaskKind.OPEN,
    )  # fmt: skip
    IMPERSONAL = ("id", "night", "customer", "account_key", "marketing", "expires_on", "policy")

    account_key = models.BigIntegerField("账户的代理键", null=True)
    kind = models.CharField("信号或理由", max_length=20)
    duty = models.BooleanField("必做")
    marketing = models.BooleanField("属营销")
    step = models.CharField("到期节点", max_length=8, db_default="")
    product = models.CharField("产品类别", max_length=20, db_default="")
    amount_fen = models.BigIntegerField("涉及金额", null=True)
    due_on = models.DateField("何日", null=True)
    expires_on = models.DateField("过了这天不再提", null=True)
    gain_fen = models.BigIntegerField("一通电话的增益")
    evidence = models.JSONField("依据", default=dict)
    policy = models.CharField("规则版本", max_length=40)

    class Meta:
        indexes = [models.Index(fields=("night", "customer"), name="opportunity_night_customer")]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"


class PlanLine(OfNight):
    """今日名单的一行: one customer, one channel, and why; addressed by the customer's public id."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.WEALTH, Keep.TWO_NIGHTS, value_fen=MaskKind.AMOUNT, reasons=MaskKind.OPEN, beat=MaskKind.OPEN
    )
    IMPERSONAL = (
        "id", "night", "customer", "keeper", "day_on", "place", "channel", "task_group", "price_fen", "policy",
    )  # fmt: skip

    keeper = models.ForeignKey(Staff, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    day_on = models.DateField("为哪一天排")
    place = models.PositiveIntegerField("次序")
    channel = models.CharField("渠道", max_length=12, choices=words(Channel))
    task_group = models.CharField("分组", max_length=12)
    value_fen = models.BigIntegerField("这次联系的价值")
    price_fen = models.BigIntegerField("名额的价格")
    reasons = models.JSONField("带符号的理由", default=list)
    beat = models.JSONField("胜过了谁", default=dict)
    policy = models.CharField("规则版本", max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("night", "keeper", "customer"), name="plan_line_one_customer_once"),
            models.UniqueConstraint(fields=("night", "keeper", "place"), name="plan_line_place"),
        ]

    def __str__(self) -> str:
        return f"{self.place}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """Planned for whoever keeps the customer now, and in her reach."""
        return rows_of(viewer, "customer__") & Q(customer__keeper_id=F("keeper_id"))


class Ahead(OfNight):
    """往后的安排: one contact the night planned for a customer on a day after today; later ones are an outlook."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.WEALTH, Keep.TWO_NIGHTS, kinds=MaskKind.OPEN, value_fen=MaskKind.AMOUNT
    )
    IMPERSONAL = ("id", "night", "customer", "day_on", "channel", "price_fen", "agreed")

    day_on = models.DateField("哪一天")
    channel = models.CharField("渠道", max_length=12, choices=words(Channel))
    kinds = models.JSONField("为了什么", default=list)
    value_fen = models.BigIntegerField("这次联系的价值")
    price_fen = models.BigIntegerField("名额的价格")
    agreed = models.BooleanField("与客户约好")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("night", "customer", "day_on"), name="ahead_one_contact_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day_on} {self.channel}"


class Quota(Scoped):
    """今日工作量: how much of each channel is due from one colleague."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = ("id", "night", "keeper", "day_on", "channel", "quota", "customers")

    night = models.ForeignKey(Night, models.DO_NOTHING, db_constraint=False, related_name="+")
    keeper = models.ForeignKey(Staff, models.DO_NOTHING, db_constraint=False, related_name="+")
    day_on = models.DateField("为哪一天")
    channel = models.CharField("渠道", max_length=12, choices=words(Channel))
    quota = models.PositiveIntegerField("应做")
    customers = models.PositiveIntegerField("管户数")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("night", "keeper", "channel"), name="quota_once")]

    def __str__(self) -> str:
        return f"{self.channel} {self.quota}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """Hers, and those of whom she covers."""
        return one_of("keeper_id", viewer.keepers)


class Touch(OfCustomer):
    """触达: one contact, made or tried, in this product or in the bank's old one. Never changed, only undone."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.EVIDENCE, Keep.FIVE_YEARS, outcome=MaskKind.OPEN, seconds=MaskKind.OPEN, said=MaskKind.OPEN,
        refusal=MaskKind.OPEN, product=MaskKind.OPEN, amount_fen=MaskKind.AMOUNT, meeting_on=MaskKind.OPEN,
        meeting_at=MaskKind.OPEN, meeting_place=MaskKind.OPEN,
    )  # fmt: skip
    IMPERSONAL = (
        "id", "public_id", "customer", "source", "contact_key", "staff", "staff_no", "day_on", "at_time", "channel",
        "request_key", "recorded_at", "undone_at",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    source = models.CharField("来源", max_length=4, choices=Source.choices)
    contact_key = models.BigIntegerField("旧系统的联系键", null=True, blank=True)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    staff_no = models.CharField("记录人工号", max_length=40)
    day_on = models.DateField("日期")
    at_time = models.TimeField("时刻", null=True, blank=True)
    channel = models.CharField("渠道", max_length=12, choices=words(Channel))
    outcome = models.CharField("结果", max_length=12, choices=words(Outcome))
    seconds = models.PositiveIntegerField("时长，秒", null=True, blank=True)
    said = models.TextField("听到了什么", blank=True, db_default="")
    refusal = models.CharField("拒绝原因", max_length=12, choices=words(Refusal), blank=True, db_default="")
    product = models.CharField("成交产品", max_length=100, blank=True, db_default="")
    amount_fen = models.BigIntegerField("成交金额", null=True, blank=True)
    meeting_on = models.DateField("约在哪天", null=True, blank=True)
    meeting_at = models.TimeField("约在几点", null=True, blank=True)
    meeting_place = models.CharField("约在哪里", max_length=60, blank=True, db_default="")
    request_key = models.CharField("同一次提交的标记", max_length=64, blank=True, db_default="")
    recorded_at = models.DateTimeField("记下的时刻", null=True, blank=True)
    undone_at = models.DateTimeField("撤销的时刻", null=True, blank=True)

    HERE = Q(contact_key=None)
    """Made in this product: said so that the index serves it whatever the values of a planned statement are."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contact_key",), name="touch_of_bank_once"),
            models.UniqueConstraint(
                fields=("staff", "request_key"), condition=~Q(request_key=""), name="touch_request_once"
            ),
            models.CheckConstraint(
                condition=Q(source="bank", contact_key__isnull=False, request_key="", undone_at=None)
                | Q(
                    source="own",
                    contact_key=None,
                    staff__isnull=False,
                    recorded_at__isnull=False,
                    at_time__isnull=False,
                ),
                name="touch_bank_or_own",
            ),
            models.CheckConstraint(
                condition=Q(source="bank")
                | Q(outcome="declined") & ~Q(refusal="")
                | ~Q(outcome="declined") & Q(refusal=""),
                name="touch_declined_says_why",
            ),
            models.CheckConstraint(
                condition=Q(source="bank") | Q(outcome="booked", meeting_on__isnull=False) | ~Q(outcome="booked"),
                name="touch_booked_says_when",
            ),
            models.CheckConstraint(
                condition=Q(source="bank")
                | Q(outcome="closed", amount_fen__isnull=False, amount_fen__gt=0)
                | ~Q(outcome="closed") & Q(amount_fen=None),
                name="touch_closed_says_how_much",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__gte=F("recorded_at")), name="touch_undone_after"
            ),
        ]
        indexes = [
            models.Index(fields=("day_on",), condition=Q(contact_key=None), name="touch_here_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day_on} {self.channel} {self.outcome}"


class Promise(OfCustomer):
    """约定: the next contact a colleague promised; kept by a later touch or withdrawn with the touch that made it."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.EVIDENCE, Keep.FIVE_YEARS, due_on=MaskKind.OPEN, at_time=MaskKind.OPEN, purpose=MaskKind.OPEN
    )
    IMPERSONAL = (
        "id", "public_id", "customer", "staff", "made_on", "made_in", "made_of", "channel", "kept_by", "withdrawn_at",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    made_on = models.DateField("哪天约的")
    made_in = models.ForeignKey(Touch, models.CASCADE, null=True, blank=True, related_name="promises")
    made_of = models.ForeignKey("work.Deferral", models.CASCADE, null=True, blank=True, related_name="promises")
    due_on = models.DateField("约在哪天")
    at_time = models.TimeField("几点", null=True, blank=True)
    channel = models.CharField("渠道", max_length=12, choices=words(Channel))
    purpose = models.CharField("为了什么", max_length=120, blank=True, db_default="")
    kept_by = models.ForeignKey(Touch, models.SET_NULL, null=True, blank=True, related_name="kept")
    withdrawn_at = models.DateTimeField("撤回的时刻", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("made_on")), name="promise_due_after_made"),
            models.CheckConstraint(condition=Q(kept_by=None) | Q(withdrawn_at=None), name="promise_kept_or_withdrawn"),
        ]
        indexes = [
            models.Index(fields=("staff", "due_on"), condition=Q(kept_by=None, withdrawn_at=None), name="promise_open")
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.channel}"


class Deferral(OfCustomer):
    """顺延: a line set aside for today, with the reason: planned anew tonight, moved to a day, or dropped for a time.

    A day it was moved to is a promise made of it; dropped, the customer is left out of plans through ``left_until``.
    """

    PERSONAL: ClassVar[dict[str, Personal]] = personal(DataPurpose.EVIDENCE, Keep.FIVE_YEARS, reason=MaskKind.OPEN)
    IMPERSONAL = (
        "id", "public_id", "customer", "staff", "day_on", "left_until", "recorded_at", "undone_at", "ended_at",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    day_on = models.DateField("哪一天")
    reason = models.CharField("原因", max_length=200)
    left_until = models.DateField("放下到哪天", null=True, blank=True)
    recorded_at = models.DateTimeField("记下的时刻")
    undone_at = models.DateTimeField("撤销的时刻", null=True, blank=True)
    ended_at = models.DateTimeField("提前恢复的时刻", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("customer", "day_on"), condition=Q(undone_at=None), name="deferral_once_a_day"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="deferral_says_why"),
            models.CheckConstraint(
                condition=Q(left_until=None, ended_at=None) | Q(left_until__gt=F("day_on")),
                name="deferral_left_until_later",
            ),
        ]
        indexes = [
            models.Index(
                fields=("left_until",), name="deferral_left",
                condition=Q(left_until__isnull=False, undone_at=None, ended_at=None),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.day_on}"
