"""Rounds of 分户, who is part of one, who asks for whom, what was proposed; who kept whom, and handovers."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from guanhu.apps.customers.living.models import words_of as words
from guanhu.apps.customers.models import Customer, OfCustomer
from guanhu.apps.people.models import Branch, Staff
from guanhu.apps.people.personal import DataPurpose, Keep, Personal, personal
from guanhu.apps.people.scope import Scoped, Viewer, one_of
from guanhu.rules.access import WIDE, Reach
from guanhu.rules.kinds import Post
from guanhu.rules.portfolio import OPEN
from guanhu.rules.privacy import MaskKind as M
from guanhu.rules.rounds import Acquaintance, RoundKind, RoundState

_KEPT = (DataPurpose.CARE, Keep.THIRTEEN_MONTHS)


class Round(Scoped):
    """分户方案: one post of one branch split anew: why, how far it may go, where it stands, and who said so."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = (
        "id", "public_id", "branch", "post", "kind", "state", "figures_on", "effective_on", "because", "protects",
        "moves", "leaver", "opened_by", "opened_at", "asked_by", "asked_at", "decided_by", "decided_at", "handed_at",
        "ended_by", "ended_at", "ended_because",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False)
    post = models.CharField("岗位", max_length=20, choices=words(Post))
    kind = models.CharField("种类", max_length=12, choices=words(RoundKind))
    state = models.CharField("到了哪一步", max_length=12, choices=words(RoundState))
    figures_on = models.DateField("按哪一天的数")
    effective_on = models.DateField("哪天生效")
    because = models.CharField("缘由", max_length=200, blank=True, db_default="")
    protects = ArrayField(models.CharField(max_length=12), verbose_name="保护哪些", default=list)
    moves = models.PositiveIntegerField("最多变更几户")
    leaver = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    opened_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField("开始的时刻")
    asked_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField("提请发布的时刻", null=True, blank=True)
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("批准发布的时刻", null=True, blank=True)
    handed_at = models.DateTimeField("换手的时刻", null=True, blank=True)
    ended_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField("撤回或作废的时刻", null=True, blank=True)
    ended_because = models.CharField("撤回或作废的缘由", max_length=200, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("branch", "post"),
                condition=Q(state__in=[one.value for one in OPEN]) & ~Q(kind="customer"),
                name="round_one_open",
            ),
            models.CheckConstraint(condition=~Q(state="in_force") | Q(handed_at__isnull=False), name="round_handed"),
        ]
        indexes = [models.Index(fields=("branch", "-opened_at"), name="round_of_branch")]

    def __str__(self) -> str:
        return f"{self.kind} {self.effective_on}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """Those of her branch for a keeper, of the branches in her reach for who leads."""
        return one_of("branch_id", viewer.branches if viewer.reach in WIDE else (viewer.branch_id,))


class Member(OfCustomer):
    """方案中的一户: how a customer stood when the round began, and to whom the last proposal gives her."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        *_KEPT, tier=M.OPEN, asset_fen=M.AMOUNT, trust_bp=M.OPEN, protection=M.OPEN, stage=M.OPEN,
        last_contact_on=M.OPEN, maturing_fen=M.AMOUNT, difficulty=M.OPEN, because=M.OPEN,
    )  # fmt: skip
    IMPERSONAL = (
        "id", "public_id", "round", "customer", "kept_by", "before", "after", "earlier",
        "why", "partner", "rank", "pinned",
        "pinned_by", "pinned_at",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    round = models.ForeignKey(Round, models.CASCADE, related_name="members", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    tier = models.CharField("分层", max_length=1)
    asset_fen = models.BigIntegerField("30 天日均")
    maturing_fen = models.BigIntegerField("下季到期")
    difficulty = models.PositiveSmallIntegerField("服务难度")
    trust_bp = models.PositiveIntegerField("关系强度，万分之一")
    protection = models.PositiveSmallIntegerField("为何受保护，按位", db_default=0)
    because = models.CharField("客户为什么想换", max_length=200, blank=True, db_default="")
    kept_by = models.CharField("原来的管户人由谁定", max_length=4, db_default="bank")
    stage = models.CharField("客情阶段", max_length=12)
    last_contact_on = models.DateField("最近一次有效联系", null=True, blank=True)
    before = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    after = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    earlier = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    why = models.CharField("为什么", max_length=12, blank=True, db_default="")
    partner = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    rank = models.PositiveIntegerField("同层可动客户中有几户更浅", db_default=0)
    pinned = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    pinned_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    pinned_at = models.DateTimeField("锁定的时刻", null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("round", "customer"), name="member_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.why}"


class Proposal(Scoped):
    """方案的一版: what one run of the solver proposed, in figures; ``lists``: keeper by keeper, before and after."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = (
        "id", "round", "number", "made_by", "made_at", "before_ppb", "after_ppb", "bound_ppb", "moves", "least_moves",
        "placed", "pinned", "protected", "trust_lost_bp", "claims", "claims_met", "claims_bp", "claims_met_bp",
        "claims_bound_bp", "whale_fen", "pool", "lists", "shorts", "digest", "limit",
        "protects",
        "limit", "protects",
    )  # fmt: skip

    round = models.ForeignKey(Round, models.CASCADE, related_name="proposals", db_index=False)
    number = models.PositiveIntegerField("第几版")
    made_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField("算出的时刻")
    before_ppb = models.BigIntegerField("调整前最大偏差，十亿分之一")
    after_ppb = models.BigIntegerField("调整后最大偏差，十亿分之一")
    bound_ppb = models.BigIntegerField("偏差下界，十亿分之一")
    moves = models.PositiveIntegerField("自愿变更")
    least_moves = models.PositiveIntegerField("自愿变更下界")
    placed = models.PositiveIntegerField("分入无人管户的")
    pinned = models.PositiveIntegerField("负责人定下的")
    protected = models.PositiveIntegerField("受保护未动的")
    trust_lost_bp = models.BigIntegerField("变更户的关系强度之和，万分之一")
    claims = models.PositiveIntegerField("认领")
    claims_met = models.PositiveIntegerField("认领兑现")
    claims_bp = models.BigIntegerField("认领强度之和，万分之一")
    claims_met_bp = models.BigIntegerField("兑现的强度，万分之一")
    claims_bound_bp = models.BigIntegerField("可兑现强度上界，万分之一")
    whale_fen = models.BigIntegerField("大户线：超过的部分不计入平衡")
    pool = models.PositiveIntegerField("留在公共池")
    lists = models.JSONField("各管户人名单", default=list)
    shorts = models.JSONField("做不到的", default=list)
    limit = models.PositiveIntegerField("按最多变更几户求的")
    protects = ArrayField(models.CharField(max_length=12), verbose_name="按保护哪些求的", default=list)
    digest = models.CharField("方案摘要", max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("round", "number"), name="proposal_number")]

    def __str__(self) -> str:
        return f"v{self.number}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """For those who lead the branch; to a keeper her own list is told otherwise."""
        return one_of("round__branch_id", viewer.branches)


class Claim(Scoped):
    """认领: a colleague asks to keep a customer she knows; all of her post in the branch see it (P45)."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(*_KEPT, called=M.OPEN, tail=M.OPEN, tier=M.OPEN, because=M.OPEN)
    IMPERSONAL = ("id", "public_id", "round", "customer", "staff", "known", "at", "withdrawn_at")

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    round = models.ForeignKey(Round, models.CASCADE, related_name="claims", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    called = models.CharField("掩码后的姓名", max_length=120)
    tail = models.CharField("客户号末四位", max_length=4)
    tier = models.CharField("分层", max_length=1)
    known = models.CharField("熟悉程度", max_length=8, choices=words(Acquaintance))
    because = models.CharField("怎么熟的", max_length=120)
    at = models.DateTimeField("时刻")
    withdrawn_at = models.DateTimeField("收回的时刻", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("round", "customer", "staff"), condition=Q(withdrawn_at=None), name="claim_once"
            ),
            models.CheckConstraint(condition=~Q(because=""), name="claim_says_how"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.customer_id}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """For everybody of the branch: what one asks for is asked for in the open."""
        return one_of("round__branch_id", viewer.branches if viewer.reach in WIDE else (viewer.branch_id,))


class Assignment(OfCustomer):
    """管户记录: who kept a customer from when to when; written by the database itself with every change of keeper."""

    PERSONAL: ClassVar[dict[str, Personal]] = {}
    IMPERSONAL = ("id", "customer", "keeper", "from_at", "until_at", "round")

    customer = models.ForeignKey(Customer, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    keeper = models.ForeignKey(Staff, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    from_at = models.DateTimeField("从何时")
    until_at = models.DateTimeField("到何时", null=True, blank=True)
    round = models.ForeignKey(
        Round, models.DO_NOTHING, null=True, blank=True, db_constraint=False, related_name="+", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=("customer", "from_at"), name="assignment_of_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.from_at:%Y-%m-%d}"


class Handover(Scoped):
    """交接: a customer goes from one colleague to another, in three steps that both of them see (P8)."""

    PERSONAL: ClassVar[dict[str, Personal]] = personal(
        DataPurpose.CARE, Keep.FIVE_YEARS, called=M.OPEN, tail=M.OPEN, tier=M.OPEN, told=M.OPEN, met=M.OPEN,
        begun=M.OPEN,
    )  # fmt: skip
    IMPERSONAL = (
        "id", "public_id", "customer", "round", "giver", "taker", "why", "effective_on", "handed_at", "told_at",
        "met_at", "begun_at", "ended_at",
    )  # fmt: skip

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    round = models.ForeignKey(Round, models.CASCADE, related_name="handovers")
    giver = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    taker = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    called = models.CharField("掩码后的姓名", max_length=120)
    tail = models.CharField("客户号末四位", max_length=4)
    tier = models.CharField("分层", max_length=1)
    why = models.CharField("为什么", max_length=12)
    effective_on = models.DateField("哪天换手")
    handed_at = models.DateTimeField("换手的时刻", null=True, blank=True)
    told = models.CharField("告知时客户怎么说", max_length=200, blank=True, db_default="")
    told_at = models.DateTimeField("告知的时刻", null=True, blank=True)
    met = models.CharField("双人面访记了什么", max_length=200, blank=True, db_default="")
    met_at = models.DateTimeField("双人面访的时刻", null=True, blank=True)
    begun = models.CharField("破冰记了什么", max_length=200, blank=True, db_default="")
    begun_at = models.DateTimeField("破冰的时刻", null=True, blank=True)
    ended_at = models.DateTimeField("取消的时刻", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("round", "customer"), name="handover_once"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="handover_to_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.effective_on}"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> Q:
        """For both colleagues, whoever keeps the customer today; for who leads, with the branch of the round."""
        mine = one_of("giver_id", viewer.keepers) | one_of("taker_id", viewer.keepers)
        if viewer.reach is Reach.OWN:
            return mine
        return mine | one_of("round__branch_id", viewer.branches)
